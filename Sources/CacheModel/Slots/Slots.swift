/// What several ranges of slots make together: a shard's share, and the shares of all shards.
package enum Slots {
    package enum CoverageFailure: Error, Equatable {
        /// Slots that more than one range names: the lowest such stretch.
        case overlap(SlotRange)
        /// Slots that none names: the lowest such stretch.
        case gap(SlotRange)
    }

    /// Parses `0-324,5462-5692,6784`: no spaces, any order. The ranges come back as they were given, unchecked for overlaps.
    package static func parse(_ text: String) throws(SlotRange.Failure) -> [SlotRange] {
        var ranges: [SlotRange] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            ranges.append(try SlotRange(parsing: part))
        }
        return ranges
    }

    /// Comma between, ascending, neighbours joined.
    package static func text(_ ranges: [SlotRange]) -> String {
        normalized(ranges).map(\.description).joined(separator: ",")
    }

    /// Ascending, with overlapping and neighbouring ranges joined.
    package static func normalized(_ ranges: [SlotRange]) -> [SlotRange] {
        var result: [SlotRange] = []
        for range in ranges.sorted(by: { $0.first < $1.first }) {
            if let previous = result.last, range.first <= previous.last + 1 {
                result[result.count - 1] = SlotRange(unchecked: previous.first, max(previous.last, range.last))
            } else {
                result.append(range)
            }
        }
        return result
    }

    package static func count(_ ranges: [SlotRange]) -> Int {
        normalized(ranges).reduce(0) { $0 + $1.count }
    }

    /// All slots in as many even shares, the remainder to the first ones. Shares beyond the number of slots are empty.
    package static func evenSplit(into shards: Int) -> [[SlotRange]] {
        guard shards > 0 else { return [] }
        let (share, remainder) = SlotRange.slotCount.quotientAndRemainder(dividingBy: shards)
        var next = 0
        return (0..<shards).map { shard in
            let count = share + (shard < remainder ? 1 : 0)
            defer { next += count }
            return count == 0 ? [] : [SlotRange(unchecked: next, next + count - 1)]
        }
    }

    /// Throws unless every slot is in exactly one range.
    package static func requireEachOnce(_ ranges: [SlotRange]) throws(CoverageFailure) {
        var next = 0
        for range in ranges.sorted(by: { ($0.first, $0.last) < ($1.first, $1.last) }) {
            guard range.first <= next else { throw .gap(SlotRange(unchecked: next, range.first - 1)) }
            guard range.first == next else { throw .overlap(SlotRange(unchecked: range.first, min(range.last, next - 1))) }
            next = range.last + 1
        }
        guard next == SlotRange.slotCount else { throw .gap(SlotRange(unchecked: next, SlotRange.slotCount - 1)) }
    }
}
