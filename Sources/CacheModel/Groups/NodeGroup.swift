#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A shard: one primary and its replicas.
package struct NodeGroup: Codable, Sendable, Equatable {
    /// Four digits.
    package var id: String
    /// Cluster mode enabled only.
    package var slots: [SlotRange]
    package var members: [Member]
    /// The member that is to be the primary.
    package var primary: String
    /// Cluster mode disabled only.
    package var primaryAddress: IPAddress?
    /// Cluster mode disabled only.
    package var readerAddress: IPAddress?
    /// Of the other family; dual stack only.
    package var secondPrimaryAddress: IPAddress?
    /// Of the other family; dual stack only.
    package var secondReaderAddress: IPAddress?
    /// The member that is to become the primary by a switchover that loses no write, until it is one.
    package var successor: String?
    /// The history that its primary's data belongs to, as the engine names it: of two saved copies the one of this history is the newer.
    package var history: String?
    /// Seconds since 1970 when another history may have begun that is not known yet: what was saved since then may be newer although it is not of
    /// `history`. Nil while `history` is the present one.
    package var historyEnd: Int64?
    /// The histories before `history`, the latest first: as many as files may still be left of.
    package var pastHistories: [String]?
    /// Who was the primary before the one on record, until that one has been one. Cluster mode disabled only.
    package var formerPrimary: FormerPrimary?
    /// A failover that was asked for as a test, until the failed primary is back as a replica.
    package var testFailover: TestFailover?

    package init(
        id: String, slots: [SlotRange], members: [Member], primary: String, primaryAddress: IPAddress?, readerAddress: IPAddress?
    ) {
        self.id = id
        self.slots = slots
        self.members = members
        self.primary = primary
        self.primaryAddress = primaryAddress
        self.readerAddress = readerAddress
    }

    private static let pastHistoriesKept = 16

    /// This is the present history from now on.
    package mutating func record(history new: String) {
        historyEnd = nil
        formerPrimary = nil
        defer { history = new }
        guard let old = history, old != new else { return }
        pastHistories = Array(([old] + (pastHistories ?? []).filter { $0 != old && $0 != new }).prefix(Self.pastHistoriesKept))
    }

    package var primaryMember: Member? { members.first { $0.id == primary } }
    package var replicas: [Member] { members.filter { $0.id != primary } }

    /// Of the primary endpoint, the one that clients are told first.
    package var primaryAddresses: [IPAddress] { [primaryAddress, secondPrimaryAddress].compactMap(\.self) }
    package var readerAddresses: [IPAddress] { [readerAddress, secondReaderAddress].compactMap(\.self) }

    package func member(_ id: String) -> Member? { members.first { $0.id == id } }
}

/// The test of a failover: which process of which member is to be ended.
package struct TestFailover: Codable, Sendable, Equatable {
    /// The primary when the test was asked for.
    package var primary: String
    /// The incarnation of its process that is ended, and none later.
    package var incarnation: Int
    /// When it was asked for; nil in older records.
    package var since: Date?

    package init(primary: String, incarnation: Int, since: Date? = nil) {
        self.primary = primary
        self.incarnation = incarnation
        self.since = since
    }
}

/// A member that was the primary, and the last incarnation of its process that was one: what it saved then may be all that there is.
package struct FormerPrimary: Codable, Sendable, Equatable {
    package var member: String
    package var incarnation: Int

    package init(member: String, incarnation: Int) {
        self.member = member
        self.incarnation = incarnation
    }
}
