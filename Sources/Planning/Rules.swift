package import CacheModel

/// What the operator decided for a data directory.
package struct Rules: Sendable, Equatable {
    /// How long a node may leave every question unanswered before it is taken for hung.
    package var hangDeadline: Duration
    /// How long a wish is tried to be fulfilled, and how long a node that alone may have the data is waited for: of this service's own time.
    package var patience: Duration
    package var durability: Durability
    /// The same for a member that is in the middle of its first full sync, which takes as long as there is data. An engine ends a sync by
    /// itself that stands still: only one that fails again and again gets here.
    package var syncPatience: Duration { patience * 12 }

    package init(hangDeadline: Duration = .seconds(2), patience: Duration = .seconds(600), durability: Durability = .snapshot) {
        self.hangDeadline = hangDeadline
        self.patience = patience
        self.durability = durability
    }
}
