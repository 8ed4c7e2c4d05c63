#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A Memcached cache cluster as it should be: nodes that know nothing of each other, and one address at which clients learn of all.
package struct MemcachedCluster: NamedResource {
    package static let recordKind = GroupKey.Kind.memcached.rawValue

    package let realm: Realm
    /// The cache cluster's id.
    package let name: String
    /// Unique for ever: tells this cluster from an earlier one of the same name.
    package let uid: String
    package var status: GroupStatus
    /// Why a creation failed, for people.
    package var failure: String?
    package let createTime: Date

    /// As asked for, and as the API goes on naming it: `1.6.22`.
    package var engineVersion: String
    package var build: MemcachedBuildReference
    package var nodeType: String
    package var parameterGroup: String
    package let port: Int
    package var autoMinorVersionUpgrade: Bool
    package var maintenanceWindow: MaintenanceWindow
    package var tags: [Tag]

    /// By id.
    package var nodes: [MemcachedNode]
    package var configurationAddress: IPAddress
    /// Grows whenever other nodes are told at the configuration endpoint: clients compare it with the one they have.
    package var configurationVersion: Int
    /// Whether it was ever available: its data counts from then on.
    package var wasAvailable: Bool
    /// A change of the number of nodes that is under way.
    package var resize: Resize?
    /// What waits for the maintenance window.
    package var pending: PendingNodes?
    package var pendingUpgrade: MemcachedUpgrade?
    /// What it was before the change of its engine version that is under way: told until all nodes run the new one, and gone back to where that
    /// is given up.
    package var former: MemcachedUpgrade?
    /// Since when it is `modifying`; nil in older records.
    package var modifyingSince: Date?

    package init(
        realm: Realm, name: String, uid: String, createTime: Date, engineVersion: String, build: MemcachedBuildReference, nodeType: String,
        parameterGroup: String, port: Int, autoMinorVersionUpgrade: Bool, maintenanceWindow: MaintenanceWindow, tags: [Tag],
        nodes: [MemcachedNode], configurationAddress: IPAddress
    ) {
        self.realm = realm
        self.name = name
        self.uid = uid
        self.status = .creating
        self.createTime = createTime
        self.engineVersion = engineVersion
        self.build = build
        self.nodeType = nodeType
        self.parameterGroup = parameterGroup
        self.port = port
        self.autoMinorVersionUpgrade = autoMinorVersionUpgrade
        self.maintenanceWindow = maintenanceWindow
        self.tags = tags
        self.nodes = nodes
        self.configurationAddress = configurationAddress
        self.configurationVersion = 1
        self.wasAvailable = false
    }

    /// What its reconciler and those who wait for it know it by.
    package var groupKey: GroupKey { GroupKey(kind: .memcached, realm: realm, id: name) }

    /// The forwarder's route at the configuration endpoint.
    package var routeName: String { "\(name)-cfg-\(uid)" }

    /// All that it uses, or is about to.
    package var parameterGroups: Set<String> {
        Set([parameterGroup, pendingUpgrade?.parameterGroup, former?.parameterGroup].compactMap(\.self))
    }

    package func node(_ id: String) -> MemcachedNode? { nodes.first { $0.id == id } }

    /// The nodes that clients are told of.
    package var standing: [MemcachedNode] { nodes.filter { $0.change != .joining && $0.change != .leaving } }

    /// The nodes that stay.
    package var remaining: [MemcachedNode] { nodes.filter { $0.change != .leaving } }

    /// A change that a request asked for begins.
    package mutating func beginChange(at date: Date) {
        status = .modifying
        modifyingSince = date
    }

    /// Changes one node. Other nodes at the configuration endpoint are another configuration.
    package mutating func change(_ id: String, _ body: (inout MemcachedNode) -> Void) {
        let before = standing.map(\.id)
        for index in nodes.indices where nodes[index].id == id { body(&nodes[index]) }
        if standing.map(\.id) != before { configurationVersion += 1 }
    }
}

/// A change of a cluster's number of nodes.
package struct Resize: Codable, Sendable, Equatable {
    package var from: Int
    package var to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

/// Another number of nodes that was asked for without ApplyImmediately.
package struct PendingNodes: Codable, Sendable, Equatable {
    package var count: Int
    /// Ids of those that are to go, where there are to be fewer.
    package var removed: [String]
    /// Of those that are to come, where there are to be more.
    package var zones: [String]

    package init(count: Int, removed: [String] = [], zones: [String] = []) {
        self.count = count
        self.removed = removed
        self.zones = zones
    }
}

/// An engine version with what goes with it.
package struct MemcachedUpgrade: Codable, Sendable, Equatable {
    package var engineVersion: String
    package var build: MemcachedBuildReference
    /// Of the version's family.
    package var parameterGroup: String

    package init(engineVersion: String, build: MemcachedBuildReference, parameterGroup: String) {
        self.engineVersion = engineVersion
        self.build = build
        self.parameterGroup = parameterGroup
    }
}

/// The build of Memcached that a cluster runs on.
package struct MemcachedBuildReference: Codable, Sendable, Equatable {
    package var version: String
    package var path: String

    package init(version: String, path: String) {
        self.version = version
        self.path = path
    }
}
