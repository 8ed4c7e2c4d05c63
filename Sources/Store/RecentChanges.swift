/// The last changes of a store, as many as a bound allows, so that a watcher can begin a little in the past.
struct RecentChanges: Sendable {
    /// Every change after this revision is still here: the earliest point from which a watch can begin.
    private(set) var base: Int64
    private let limit: Int
    private var changes: [Change] = []
    /// Index of the oldest change kept: moving it is cheaper than shifting the array at every commit.
    private var first = 0
    private var writes = 0

    /// Keeps at most `limit` writes.
    init(base: Int64, limit: Int) {
        self.base = base
        self.limit = limit
    }

    mutating func append(_ change: Change) {
        changes.append(change)
        writes += change.writes.count
        while writes > limit {
            base = changes[first].revision
            writes -= changes[first].writes.count
            changes[first] = Change(revision: base, writes: [])
            first += 1
        }
        if first > 64, first > changes.count / 2 {
            changes.removeFirst(first)
            first = 0
        }
    }

    /// The kept changes after a revision, oldest first; nil if some are no longer kept.
    func after(_ revision: Int64) -> ArraySlice<Change>? {
        guard revision >= base else { return nil }
        var low = first
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return changes[low...]
    }
}
