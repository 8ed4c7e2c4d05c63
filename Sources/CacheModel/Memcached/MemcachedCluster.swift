#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A Memcached cache cluster as it should be: nodes that know nothing of each other, and one address at which clients learn of all.
package struct MemcachedCluster: NamedResource, NetworkedCache {
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
    /// Of the other family; dual stack only.
    package var secondConfigurationAddress: IPAddress?
    /// Grows whenever other nodes are told at the configuration endpoint: clients compare it with the one they have.
    package var configurationVersion: Int
    /// Whether it was ever available: its data counts from then on.
    package var wasAvailable: Bool
    /// A change of the number of nodes that is under way.
    package var resize: Resize?
    /// What waits for the maintenance window.
    package var pending: PendingNodes?
    package var pendingUpgrade: MemcachedUpgrade?
    /// What it was before the change of its engine version or node type that is under way: told until all nodes are started anew, and gone back
    /// to where that is given up.
    package var former: MemcachedUpgrade?
    /// Since when it is `modifying`; nil in older records.
    package var modifyingSince: Date?
    /// Nil in records that were made before it could be chosen: the default subnet group.
    package var network: GroupNetwork?
    package var notificationTopic: NotificationTopic?
    /// The ids of the security groups that it is in; nil in a record from before it could be in any: everybody may connect.
    package var securityGroups: [String]?
    /// Whether other security groups were asked for, and are not known to be in force yet; nil is false.
    package var securityChange: Bool?
    /// Why its security groups are not enforced; nil if they are.
    package var unguarded: String?
    /// Nil: nothing is encrypted in transit.
    package var transitEncryption: TransitEncryptionMode?
    /// Of what the configuration endpoint shows. Nil before there is any; encrypted clusters only.
    package var endpointCertificate: NodeCertificate?
    package var endpointIdentity: RouteIdentity?

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

    /// Whether its nodes and its configuration endpoint speak TLS, and nothing else.
    package var isEncryptedInTransit: Bool { transitEncryption != nil }

    package var configurationAddresses: [IPAddress] { [configurationAddress, secondConfigurationAddress].compactMap(\.self) }

    /// The forwarder's route at each address of the configuration endpoint. Which is told first makes no difference to their names.
    package var routes: [(name: String, address: IPAddress)] {
        let addresses = configurationAddresses.filter { $0.family == .ipv4 } + configurationAddresses.filter { $0.family != .ipv4 }
        return zip(["", "-second"], addresses).map { end, address in ("\(name)-cfg\(end)-\(uid)", address) }
    }

    /// All that it uses, or is about to.
    package var parameterGroups: Set<String> {
        Set([parameterGroup, pendingUpgrade?.parameterGroup, former?.parameterGroup].compactMap(\.self))
    }

    /// The types of its nodes, before and after whatever is pending or under way.
    package var nodeTypes: Set<String> { Set([nodeType, pendingUpgrade?.nodeType, former?.nodeType].compactMap(\.self)) }

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

    package mutating func exchangeFamilies() {
        let family: AddressFamily = discovery == .ipv4 ? .ipv6 : .ipv4
        network?.change(discovery: family)
        for index in nodes.indices {
            guard let second = nodes[index].secondAddress else { continue }
            (nodes[index].address, nodes[index].secondAddress) = (second, nodes[index].address)
        }
        if let second = secondConfigurationAddress {
            (configurationAddress, secondConfigurationAddress) = (second, configurationAddress)
        }
        configurationVersion += 1
    }
}
