import CacheModel
import Foundation
import Store

/// A transaction being drawn up: reads come from one moment, writes are collected, and all of it holds or none.
///
/// Every record read or written is a condition of the commit: if somebody else changed it meanwhile, the work is done again.
struct Draft {
    private(set) var state: WorldState
    private var conditions: [String: Int64] = [:]
    private var writes: [String: Transaction.Write] = [:]
    private var order: [String] = []
    private var effects: [@Sendable (inout WorldState, Int64) -> Void] = []
    private var sequence: () -> Int

    init(_ state: WorldState, sequence: @escaping () -> Int) {
        self.state = state
        self.sequence = sequence
    }

    var transaction: Transaction {
        Transaction(
            conditions: conditions.map { Transaction.Condition(key: $0.key, version: $0.value) },
            writes: order.compactMap { writes[$0] })
    }

    var isEmpty: Bool { writes.isEmpty }

    func apply(to state: inout WorldState, version: Int64) {
        for effect in effects { effect(&state, version) }
    }

    mutating func group(_ key: GroupKey) -> ReplicationGroup? {
        let known = state.groups[key]
        expect(key.storeKey, at: known?.version)
        return known?.value
    }

    mutating func put(_ group: ReplicationGroup) throws {
        expect(group.key.storeKey, at: state.groups[group.key]?.version)
        try write(group.key.storeKey, group) { state, version in state.set(group, version: version) }
    }

    mutating func removeGroup(_ key: GroupKey) {
        expect(key.storeKey, at: state.groups[key]?.version)
        remove(key.storeKey) { state, _ in state.removeGroup(key) }
    }

    /// Without its files.
    mutating func process(_ id: String) -> ProcessSpec? {
        let known = state.processes[id]
        expect(ProcessSpec.key(id), at: known?.version)
        return known?.value
    }

    mutating func put(_ spec: ProcessSpec) throws {
        let key = ProcessSpec.key(spec.id)
        expect(key, at: state.processes[spec.id]?.version)
        try write(key, spec) { state, version in state.set(spec, version: version) }
    }

    /// Removes a process's record and its host's answer: only once the host has confirmed that it is gone.
    mutating func removeProcess(_ id: String) {
        remove(ProcessSpec.key(id)) { state, _ in state.processes[id] = nil }
        remove(ProcessStatus.key(id)) { state, _ in state.statuses[id] = nil }
    }

    mutating func put(_ route: RouteSpec, owner: GroupKey) throws {
        let key = RouteSpec.key(route.name)
        expect(key, at: state.routes[route.name]?.version)
        try write(key, route) { state, version in
            state.routes[route.name] = Versioned(value: route, version: version)
            state.owners[route.name] = owner
        }
    }

    mutating func removeRoute(_ name: String) {
        remove(RouteSpec.key(name)) { state, _ in state.routes[name] = nil }
    }

    mutating func put(_ spec: FirewallSpec) throws {
        let key = FirewallSpec.key(spec.name)
        expect(key, at: state.firewalls[spec.name]?.version)
        try write(key, spec) { state, version in state.firewalls[spec.name] = Versioned(value: spec, version: version) }
    }

    mutating func removeFirewall(_ name: String) {
        remove(FirewallSpec.key(name)) { state, _ in state.firewalls[name] = nil }
    }

    mutating func take(_ address: IPAddress, for owner: String) {
        let key = RecordKey.address(address)
        expect(key, at: state.addresses[address]?.version)
        let effect: @Sendable (inout WorldState, Int64) -> Void = { state, version in
            state.addresses[address] = Versioned(value: owner, version: version)
        }
        record(key, .put(key: key, value: Data(owner.utf8)), effect)
    }

    mutating func release(_ address: IPAddress) {
        remove(RecordKey.address(address)) { state, _ in state.addresses[address] = nil }
    }

    mutating func setRegions(_ regions: [String: Int]) throws {
        expect(RecordKey.regions, at: state.regions.version)
        try write(RecordKey.regions, regions) { state, version in state.regions = Versioned(value: regions, version: version) }
    }

    /// Writes nothing if the zone is as wanted already. Returns whether it was not.
    @discardableResult
    mutating func setZone(_ zone: String, isDown: Bool) throws -> Bool {
        expect(RecordKey.downZones, at: state.downZones.version)
        var zones = state.downZones.value
        guard isDown ? zones.insert(zone).inserted : zones.remove(zone) != nil else { return false }
        let changed = zones
        try write(RecordKey.downZones, changed.sorted()) { state, version in
            state.downZones = Versioned(value: changed, version: version)
        }
        return true
    }

    /// Takes the id of a cache cluster: only one at a time has it, whatever group it is in.
    mutating func takeClusterID(_ id: String, in realm: Realm, for owner: String) {
        let key = RecordKey.clusterID(id, in: realm)
        expect(key, at: state.clusterIDs[realm]?[id])
        record(key, .put(key: key, value: Data(owner.utf8))) { state, version in state.clusterIDs[realm, default: [:]][id] = version }
    }

    mutating func releaseClusterID(_ id: String, in realm: Realm) {
        remove(RecordKey.clusterID(id, in: realm)) { state, _ in state.clusterIDs[realm]?[id] = nil }
    }

    /// When failovers were tested: one record, so that two tests at once know of each other.
    mutating func failoverTests(in realm: Realm) -> [Date] {
        let known = state.failoverTests[realm]
        expect(RecordKey.failoverTests(in: realm), at: known?.version)
        return known?.value ?? []
    }

    mutating func setFailoverTests(_ dates: [Date], in realm: Realm) throws {
        let key = RecordKey.failoverTests(in: realm)
        expect(key, at: state.failoverTests[realm]?.version)
        try write(key, dates) { state, version in state.failoverTests[realm] = Versioned(value: dates, version: version) }
    }

    mutating func resource<R: WorldResource>(_ type: R.Type, _ name: String, in realm: Realm) -> R? {
        let key = ResourceKey(realm: realm, name: name)
        let known = state[keyPath: R.table][key]
        expect(R.storeKey(key), at: known?.version)
        return known?.value
    }

    /// Also for a resource that something begins to refer to, unchanged as it is: whoever removes it at the same moment, having seen that
    /// nobody does, then finds that it has changed.
    mutating func put<R: WorldResource>(_ resource: R) throws {
        let key = resource.key
        expect(R.storeKey(key), at: state[keyPath: R.table][key]?.version)
        try write(R.storeKey(key), resource) { state, version in state.set(resource, version: version) }
    }

    mutating func remove<R: WorldResource>(_ resource: R) {
        let key = resource.key
        expect(R.storeKey(key), at: state[keyPath: R.table][key]?.version)
        remove(R.storeKey(key)) { state, _ in state.remove(resource) }
    }

    mutating func log(_ event: Event, in realm: Realm) throws {
        let key = RecordKey.event(realm, at: event.date, sequence: sequence())
        try write(key, event) { state, _ in state.insert(RecordedEvent(key: key, event: event), in: realm) }
    }

    mutating func removeEvent(_ key: String, in realm: Realm) {
        remove(key) { state, _ in state.events[realm]?.removeAll { $0.key == key } }
    }

    /// A record that was written before in this draft is still expected as it was found at first.
    private mutating func expect(_ key: String, at version: Int64?) {
        if conditions[key] == nil { conditions[key] = version ?? 0 }
    }

    private mutating func write(
        _ key: String, _ value: some Encodable, effect: @escaping @Sendable (inout WorldState, Int64) -> Void
    ) throws {
        record(key, .put(key: key, value: try JSONEncoder().encode(value)), effect)
    }

    private mutating func remove(_ key: String, effect: @escaping @Sendable (inout WorldState, Int64) -> Void) {
        record(key, .delete(key: key), effect)
    }

    private mutating func record(
        _ key: String, _ write: Transaction.Write, _ effect: @escaping @Sendable (inout WorldState, Int64) -> Void
    ) {
        if writes.updateValue(write, forKey: key) == nil { order.append(key) }
        effects.append(effect)
        effect(&state, 0)
    }
}
