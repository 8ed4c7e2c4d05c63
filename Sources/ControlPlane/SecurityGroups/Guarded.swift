import CacheModel
import Foundation

/// What security groups guard: a replication group, a lone cluster, a cluster of Memcached.
protocol Guarded: NetworkedCache, Sendable {
    var realm: Realm { get }
    var status: GroupStatus { get }
    var wasAvailable: Bool { get }
    var securityGroups: [String]? { get set }
    var securityChange: Bool? { get set }
    var unguarded: String? { get set }

    /// Unique for ever: names the record of who may connect to it.
    var firewallName: String { get }
    /// For people: `replication group sessions`.
    var title: String { get }
    /// The cache clusters that it is shown as.
    var clusterIDs: [String] { get }
    var port: Int { get }
    var nodeAddresses: [IPAddress] { get }
    var endpointAddresses: [IPAddress] { get }
    /// Where its nodes speak among themselves. Nil: nowhere.
    var busPort: Int? { get }
    /// Where nobody may connect but who runs on this host as the service does: clients were judged where they came in.
    var innerListens: [ProcessSpec.Listen] { get }

    mutating func beginChange(at date: Date)
    func put(in draft: inout Draft) throws
    func log(_ messages: [String], at date: Date, in draft: inout Draft) throws
}

extension ReplicationGroup: Guarded {
    var firewallName: String { "\(id)-\(uid)" }
    var title: String { "replication group \(id)" }
    var clusterIDs: [String] { members.map(\.id) }
    var nodeAddresses: [IPAddress] { members.flatMap(\.addresses) }
    var busPort: Int? { clusterEnabled ? port + NodeFiles.busOffset : nil }

    /// Of groups whose clients may choose whether they encrypt, and of those that may come to be one: long before anybody listens there.
    var innerListens: [ProcessSpec.Listen] {
        guard EngineVersion(fullEngineVersion)?.supportsTransitEncryptionMode == true else { return [] }
        let addresses = nodeAddresses + nodeGroups.flatMap(\.primaryAddresses)
        return addresses.flatMap { address in
            [innerPorts.clear, innerPorts.encrypted].map { ProcessSpec.Listen(address: address.description, port: $0) }
        }
    }

    func put(in draft: inout Draft) throws { try draft.put(self) }

    func log(_ messages: [String], at date: Date, in draft: inout Draft) throws { try draft.log(messages, of: self, at: date) }
}

extension MemcachedCluster: Guarded {
    var firewallName: String { "\(name)-\(uid)" }
    var title: String { "cache cluster \(name)" }
    var clusterIDs: [String] { [name] }
    var nodeAddresses: [IPAddress] { nodes.flatMap(\.addresses) }
    var endpointAddresses: [IPAddress] { configurationAddresses }
    /// They know nothing of each other.
    var busPort: Int? { nil }
    var innerListens: [ProcessSpec.Listen] { [] }

    func put(in draft: inout Draft) throws { try draft.put(self) }

    func log(_ messages: [String], at date: Date, in draft: inout Draft) throws { try draft.log(messages, of: self, at: date) }
}

extension WorldState {
    /// All that there is, of all accounts.
    var guarded: [any Guarded] {
        groups.values.map { $0.value as any Guarded } + memcachedClusters.byKey.values.map { $0.value as any Guarded }
    }
}
