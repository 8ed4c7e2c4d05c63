/// Of which moment of which history a saved copy of the data is, as its file's header says.
package struct SavedSnapshot: Codable, Sendable, Equatable {
    /// Seconds since 1970.
    package var time: Int64
    /// The history; nil in a file of a primary that never had a replica.
    package var replicationID: String?
    /// Bytes of that history's replication stream that it holds.
    package var offset: Int64?

    package init(time: Int64, replicationID: String? = nil, offset: Int64? = nil) {
        self.time = time
        self.replicationID = replicationID
        self.offset = offset
    }

    /// Whether it holds more than the other: by offset where both are of one history, else by time.
    package func isNewer(than other: SavedSnapshot) -> Bool {
        if let id = replicationID, id == other.replicationID, let offset, let theirs = other.offset {
            return offset > theirs
        }
        return time > other.time
    }
}
