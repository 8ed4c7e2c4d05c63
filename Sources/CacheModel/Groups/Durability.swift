/// How much the end of all of a group's nodes at once may cost. One for a whole data directory.
package enum Durability: String, Codable, Sendable, CaseIterable {
    /// Nothing is saved: the data lives as long as one of its nodes.
    case none
    /// The engine's periodic save, done on a replica where there is one: what was written since the last save is lost.
    case snapshot
    /// An append-only file, synchronised before each write is acknowledged: no acknowledged write is lost.
    case always
}
