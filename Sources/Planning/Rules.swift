package import CacheModel

/// What the operator decided for a data directory.
package struct Rules: Sendable, Equatable {
    /// How long a node may leave every question unanswered before it is taken for hung.
    package var hangDeadline: Duration
    package var durability: Durability

    package init(hangDeadline: Duration = .seconds(2), durability: Durability = .snapshot) {
        self.hangDeadline = hangDeadline
        self.durability = durability
    }
}
