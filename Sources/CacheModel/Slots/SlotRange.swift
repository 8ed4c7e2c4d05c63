/// Hash slots from one to another, both included: `0-8191`, or a single one, `42`.
package struct SlotRange: CodableAsText, Sendable, Hashable {
    /// How many slots a cluster has.
    package static let slotCount = 16384
    package static let all = SlotRange(unchecked: 0, slotCount - 1)

    package enum Failure: Error, Equatable {
        /// Neither `n` nor `n-m`.
        case malformed(String)
        /// A slot above 16383.
        case outOfRange(String)
        /// The first lies after the last.
        case reversed(String)
    }

    package let first: Int
    package let last: Int

    /// Nil unless 0 <= first <= last <= 16383.
    package init?(first: Int, last: Int) {
        guard 0 <= first, first <= last, last < Self.slotCount else { return nil }
        self.init(unchecked: first, last)
    }

    init(unchecked first: Int, _ last: Int) {
        self.first = first
        self.last = last
    }

    package init(parsing text: some StringProtocol) throws(Failure) {
        let parts = text.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { decimal($0, digits: 1...9) }
        guard (1...2).contains(parts.count), numbers.count == parts.count else { throw .malformed(String(text)) }
        let (first, last) = (numbers[0], numbers[numbers.count - 1])
        guard max(first, last) < Self.slotCount else { throw .outOfRange(String(text)) }
        guard first <= last else { throw .reversed(String(text)) }
        self.init(unchecked: first, last)
    }

    package init?(_ description: String) {
        try? self.init(parsing: description)
    }

    package var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
    package var count: Int { last - first + 1 }

    package func contains(_ slot: Int) -> Bool { first <= slot && slot <= last }
}
