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
    package var primaryAddress: IPv4Address?
    /// Cluster mode disabled only.
    package var readerAddress: IPv4Address?

    package init(
        id: String, slots: [SlotRange], members: [Member], primary: String, primaryAddress: IPv4Address?, readerAddress: IPv4Address?
    ) {
        self.id = id
        self.slots = slots
        self.members = members
        self.primary = primary
        self.primaryAddress = primaryAddress
        self.readerAddress = readerAddress
    }

    package var primaryMember: Member? { members.first { $0.id == primary } }
    package var replicas: [Member] { members.filter { $0.id != primary } }
}

/// A node of a replication group, which the API also shows as a cache cluster of its own.
package struct Member: Codable, Sendable, Equatable {
    /// The cache cluster's id.
    package var id: String
    package var zone: String
    package var address: IPv4Address
    /// The process that runs it: unique for ever, so that a group made anew under an old name meets nothing of the old one.
    package var process: String
    /// The engine's name for it in a cluster: 40 hexadecimal digits. Cluster mode enabled only.
    package var clusterNodeID: String?
    /// Tags beside those of the group.
    package var tags: [Tag]

    package init(id: String, zone: String, address: IPv4Address, process: String, clusterNodeID: String?, tags: [Tag] = []) {
        self.id = id
        self.zone = zone
        self.address = address
        self.process = process
        self.clusterNodeID = clusterNodeID
        self.tags = tags
    }
}
