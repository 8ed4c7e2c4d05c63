#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A node of a replication group, which the API also shows as a cache cluster of its own.
package struct Member: Codable, Sendable, Equatable {
    /// What a request wants of a member, until it is done.
    package enum Change: Codable, Sendable, Equatable {
        /// It was added to a group that stands, and is not a linked replica yet.
        case joining
        /// It is to go: its process, its directory and its record.
        case leaving
        /// It is to be stopped in good order and started again. The incarnation is the one that is to end; `since` when it was asked for,
        /// nil in older records.
        case rebooting(incarnation: Int, since: Date? = nil)
    }

    /// The cache cluster's id.
    package var id: String
    package var zone: String
    /// The one that it is known by.
    package var address: IPAddress
    /// Of the other family; dual stack only.
    package var secondAddress: IPAddress?
    /// The subnet that its addresses are of; nil in records that were made before there were subnet groups: the zone's own in the default VPC.
    package var subnet: String?
    /// The ARN of the Outpost that its subnet is on.
    package var outpost: String?
    /// The process that runs it: unique for ever, so that a group made anew under an old name meets nothing of the old one.
    package var process: String
    /// The engine's name for it in a cluster: 40 hexadecimal digits. Cluster mode enabled only.
    package var clusterNodeID: String?
    /// Tags beside those of the group.
    package var tags: [Tag]
    /// Nil: as old as its group.
    package var createTime: Date?
    package var change: Change?
    /// What it is started with where that is not its group's build: while a service update is applied, or after one was stopped.
    package var build: BuildReference?
    /// What is wrong with it, until it is not any more.
    package var trouble: Trouble?
    /// Nil before its process was first started.
    package var parameters: RunningParameters?
    /// The fingerprint of what its users were told to be last: see `ReplicationGroup.access(of:)`.
    package var access: String?
    /// Nil before its process was first started; encrypted groups only.
    package var certificate: NodeCertificate?

    package init(
        id: String, zone: String, address: IPAddress, process: String, clusterNodeID: String?, tags: [Tag] = [],
        createTime: Date? = nil, change: Change? = nil
    ) {
        self.id = id
        self.zone = zone
        self.address = address
        self.process = process
        self.clusterNodeID = clusterNodeID
        self.tags = tags
        self.createTime = createTime
        self.change = change
    }
}

extension Member {
    /// All that it listens on as its own, the one that it is known by first.
    package var addresses: [IPAddress] { [address] + [secondAddress].compactMap(\.self) }
}

/// What is wrong with a member, for events, for `doctor`, and so that each is told of once.
package struct Trouble: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        /// Its process ended without having been told to.
        case ended
        /// Its process could not be started.
        case refused
        /// It runs and does not answer.
        case hung
        /// Its engine build is not installed any more.
        case engineMissing
        /// It answers, and can't save its data.
        case saveFailing
        /// It saves its data in memory, and that can't be encrypted onto the disk.
        case sealFailing
        /// Its zone is down.
        case zoneDown
    }

    package var kind: Kind
    /// For people: how it ended, with the last words of its log.
    package var reason: String
    package var since: Date
    /// How often it was started again since.
    package var restarts: Int

    package init(kind: Kind, reason: String, since: Date, restarts: Int = 0) {
        self.kind = kind
        self.reason = reason
        self.since = since
        self.restarts = restarts
    }
}
