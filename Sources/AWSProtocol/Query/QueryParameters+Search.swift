/// Binary search among the sorted names. `depth` bytes of each name are already known to agree and are skipped.
extension QueryParameters {
    /// The entry whose name, after `depth` bytes, is exactly `name`.
    func index(of name: String, after depth: Int, in range: Range<Int>) -> Int? {
        let first = self.firstIndex(in: range) { self.compare($0, after: depth, with: name) >= 0 }
        guard first < range.upperBound, self.compare(first, after: depth, with: name) == 0 else { return nil }
        return first
    }

    /// The entries whose names, after `depth` bytes, begin with `name` and a dot.
    func entries(beneath name: String, after depth: Int, in range: Range<Int>) -> Range<Int> {
        let first = self.firstIndex(in: range) { self.comparePrefix($0, after: depth, with: name) >= 0 }
        let end = self.firstIndex(in: first..<range.upperBound) { self.comparePrefix($0, after: depth, with: name) > 0 }
        return first..<end
    }

    private func firstIndex(in range: Range<Int>, where holds: (Int) -> Bool) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = low + (high - low) / 2
            if holds(middle) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    /// Below, at or above 0 as the entry's name stands before, at or after `name`.
    private func compare(_ index: Int, after depth: Int, with name: String) -> Int {
        var position = self.entries[index].name.lowerBound + depth
        let end = self.entries[index].name.upperBound
        for byte in name.utf8 {
            guard position < end else { return -1 }
            let difference = Int(self.bytes[position]) - Int(byte)
            if difference != 0 { return difference }
            position += 1
        }
        return position < end ? 1 : 0
    }

    /// The same, but every name that begins with `name` and a dot compares equal.
    private func comparePrefix(_ index: Int, after depth: Int, with name: String) -> Int {
        var position = self.entries[index].name.lowerBound + depth
        let end = self.entries[index].name.upperBound
        for byte in name.utf8 {
            guard position < end else { return -1 }
            let difference = Int(self.bytes[position]) - Int(byte)
            if difference != 0 { return difference }
            position += 1
        }
        return position < end ? Int(self.bytes[position]) - Int(UInt8(ascii: ".")) : -1
    }
}
