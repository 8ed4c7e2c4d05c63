import CacheModel

/// What a node holds of the users' writes: how many, and since which change of primary they are counted. Who was promoted later has
/// the history that counts, however many writes an earlier one still has.
struct Writes: Comparable {
    var era = 0
    var count = 0

    var isEmpty: Bool { count == 0 }

    static func < (one: Writes, other: Writes) -> Bool { (one.era, one.count) < (other.era, other.count) }
}

/// A copy of the data on a node's disk.
struct SavedCopy {
    var data: Writes
    /// The round in which it was saved.
    var time = 0
    var history = ""
    var offset: Int64 = 0
    /// Whether an engine ends over it.
    var isBroken = false

    var snapshot: SavedSnapshot {
        SavedSnapshot(time: Int64(time), replicationID: history.isEmpty ? nil : history, offset: history.isEmpty ? nil : offset)
    }
}
