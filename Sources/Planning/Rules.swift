package import CacheModel

/// What the operator decided for a data directory.
package struct Rules: Sendable, Equatable {
    /// How long a node may leave every question unanswered before it is taken for hung.
    package var hangDeadline: Duration
    /// How long a wish is tried to be fulfilled, and how long a node that alone may have the data is waited for: of this service's own time.
    package var patience: Duration
    package var durability: Durability

    package init(hangDeadline: Duration = .seconds(2), patience: Duration = .seconds(600), durability: Durability = .snapshot) {
        self.hangDeadline = hangDeadline
        self.patience = patience
        self.durability = durability
    }
}
