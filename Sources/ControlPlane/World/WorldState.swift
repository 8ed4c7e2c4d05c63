import CacheModel
import Foundation

/// A record's value with the version to compare and set it by.
struct Versioned<Value: Sendable>: Sendable {
    var value: Value
    var version: Int64
}

/// An event with the key of its record, by which it is ordered and one day pruned.
struct RecordedEvent: Sendable {
    let key: String
    let event: Event
}

/// Everything the control plane knows, decoded: a copy of the store, kept up to date by every commit and by the hosts' notices.
struct WorldState: Sendable {
    var groups: [GroupKey: Versioned<ReplicationGroup>] = [:]
    var processes: [String: Versioned<ProcessSpec>] = [:]
    var statuses: [String: ProcessStatus] = [:]
    var routes: [String: Versioned<RouteSpec>] = [:]
    var routeStatuses: [String: RouteStatus] = [:]
    /// Who has an address: a process or an endpoint.
    var addresses: [IPAddress: Versioned<String>] = [:]
    /// Which slice of the network is a region's: one record, so that no two regions get one slice.
    var regions = Versioned<[String: Int]>(value: [:], version: 0)
    /// The zones that are down, of the whole data directory: see `FaultInjection`.
    var downZones = Versioned<Set<String>>(value: [], version: 0)
    var firewalls: [String: Versioned<FirewallSpec>] = [:]
    var firewallStatuses: [String: FirewallStatus] = [:]
    /// When failovers were tested of late: see `TestFailover`.
    var failoverTests: [Realm: Versioned<[Date]>] = [:]
    var parameterGroups = ResourceTable<ParameterGroup>()
    var subnetGroups = ResourceTable<SubnetGroup>()
    var memcachedClusters = ResourceTable<MemcachedCluster>()
    var defaultSubnetGroups = ResourceTable<DefaultSubnetGroup>()
    var reservations = ResourceTable<NodeReservation>()
    var serviceUpdates = ResourceTable<ServiceUpdate>()
    var users = ResourceTable<User>()
    var userGroups = ResourceTable<UserGroup>()
    /// Ids of cache clusters that are taken, members and lone ones.
    var clusterIDs: [Realm: [String: Int64]] = [:]
    /// Oldest first: ascending by key.
    var events: [Realm: [RecordedEvent]] = [:]
    /// Which group a process or a route belongs to.
    var owners: [String: GroupKey] = [:]
    /// Records that could not be decoded, and why. What they name is left alone, never dropped.
    var unreadable: [String: String] = [:]

    mutating func set(_ group: ReplicationGroup, version: Int64) {
        let key = group.key
        groups[key] = Versioned(value: group, version: version)
        for member in group.members { owners[member.process] = key }
        for door in group.doorNames { owners[door] = key }
    }

    mutating func removeGroup(_ key: GroupKey) {
        guard groups.removeValue(forKey: key) != nil else { return }
        owners = owners.filter { $0.value != key }
    }

    mutating func set<R: WorldResource>(_ resource: R, version: Int64) {
        self[keyPath: R.table][resource.key] = Versioned(value: resource, version: version)
        guard let hosted = resource.hosted else { return }
        for process in hosted.processes { owners[process] = hosted.owner }
    }

    mutating func remove<R: WorldResource>(_ resource: R) {
        self[keyPath: R.table][resource.key] = nil
        guard let owner = resource.hosted?.owner else { return }
        owners = owners.filter { $0.value != owner }
    }

    /// Keeps what is decided by. The files are the host's to write, and long.
    mutating func set(_ spec: ProcessSpec, version: Int64) {
        var kept = spec
        kept.files = []
        processes[spec.id] = Versioned(value: kept, version: version)
    }

    /// Keeps the order of the keys, in which transactions do not always end.
    mutating func insert(_ event: RecordedEvent, in realm: Realm) {
        var place = events[realm]?.endIndex ?? 0
        while place > 0, let before = events[realm]?[place - 1], before.key > event.key { place -= 1 }
        events[realm, default: []].insert(event, at: place)
    }

    /// The member with this cache cluster id, in a replication group or alone.
    func member(_ id: String, in realm: Realm) -> (group: ReplicationGroup, member: Member)? {
        if let alone = groups[GroupKey(kind: .cacheCluster, realm: realm, id: id)]?.value, let member = alone.member(id) {
            return (alone, member)
        }
        // A member's id starts with its group's, so only a few groups need be looked at.
        for end in id.indices where id[end] == "-" {
            let key = GroupKey(kind: .replicationGroup, realm: realm, id: String(id[..<end]))
            if let group = groups[key]?.value, let member = group.member(id) { return (group, member) }
        }
        return groups.values.lazy.map(\.value).filter { $0.realm == realm }.compactMap { group in
            group.member(id).map { (group, $0) }
        }.first
    }

    func resource<R: WorldResource>(_ type: R.Type, _ name: String, in realm: Realm) -> R? {
        self[keyPath: R.table][ResourceKey(realm: realm, name: name)]?.value
    }

    /// By name.
    func resources<R: WorldResource>(_ type: R.Type, in realm: Realm) -> [R] { self[keyPath: R.table].all(in: realm) }

    /// The groups, of all accounts, with a member in one of the zones.
    func groups(withMembersIn zones: Set<String>) -> [ReplicationGroup] {
        groups.values.map(\.value).filter { $0.members.contains { zones.contains($0.zone) } }
    }

    func uid(of key: GroupKey) -> String? { groups[key]?.value.uid ?? memcached(key)?.value.uid }

    /// By which key a group goes now.
    func key(of uid: String) -> GroupKey? {
        groups.values.first { $0.value.uid == uid }?.value.key
            ?? memcachedClusters.byKey.values.first { $0.value.uid == uid }?.value.groupKey
    }

    func groups(in realm: Realm, kind: GroupKey.Kind? = nil) -> [ReplicationGroup] {
        groups.values.map(\.value).filter { $0.realm == realm && (kind == nil || $0.kind == kind) }
    }
}

extension WorldState {
    /// The group that a process's, a route's or a firewall's status speaks of.
    func owner(ofHostRecord key: String) -> GroupKey? {
        if key.hasPrefix(FirewallStatus.keyPrefix) {
            return groups.values.first { FirewallStatus.key($0.value.firewallName) == key }?.value.key
                ?? memcachedClusters.byKey.values.first { FirewallStatus.key($0.value.firewallName) == key }?.value.groupKey
        }
        return key.split(separator: "/", maxSplits: 1).last.flatMap { owners[String($0)] }
    }

    func hostRecords(under prefix: String) -> [String] {
        switch prefix {
        case ProcessStatus.keyPrefix: statuses.keys.map(ProcessStatus.key)
        case RouteStatus.keyPrefix: routeStatuses.keys.map(RouteStatus.key)
        default: firewallStatuses.keys.map(FirewallStatus.key)
        }
    }

    mutating func forgetHostRecord(_ key: String) {
        guard let name = key.split(separator: "/", maxSplits: 1).last.map(String.init) else { return }
        if key.hasPrefix(ProcessStatus.keyPrefix) { statuses[name] = nil }
        if key.hasPrefix(RouteStatus.keyPrefix) { routeStatuses[name] = nil }
        if key.hasPrefix(FirewallStatus.keyPrefix) { firewallStatuses[name] = nil }
    }

    /// A route's name ends in its group's unique id.
    mutating func restoreRouteOwners() {
        let owned =
            groups.values.map { ($0.value.uid, $0.value.key) } + memcachedClusters.byKey.values.map { ($0.value.uid, $0.value.groupKey) }
        let byUID = Dictionary(owned, uniquingKeysWith: { first, _ in first })
        for name in Set(routes.keys).union(routeStatuses.keys) {
            guard let uid = name.split(separator: "-").last else { continue }
            owners[name] = byUID[String(uid)]
        }
    }
}
