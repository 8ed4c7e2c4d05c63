import CacheModel
import Foundation
import Store

extension WorldState {
    /// Takes a record in as the store has it. One that can't be decoded is kept by name in `unreadable`.
    mutating func load(_ record: Record) {
        do {
            try decode(record)
            unreadable[record.key] = nil
        } catch {
            unreadable[record.key] = String(describing: error)
        }
    }

    private mutating func decode(_ record: Record) throws {
        let key = record.key
        if let groupKey = GroupKey(storeKey: key), groupKey.kind != .memcached {
            let group = try JSONDecoder().decode(ReplicationGroup.self, from: record.value)
            guard group.key == groupKey else { throw WorldError.mismatch(key) }
            set(group, version: record.version)
        } else if key.hasPrefix(ProcessSpec.keyPrefix) {
            let spec = try JSONDecoder().decode(ProcessSpec.self, from: record.value)
            set(spec, version: record.version)
        } else if key.hasPrefix(ProcessStatus.keyPrefix) {
            let status = try JSONDecoder().decode(ProcessStatus.self, from: record.value)
            statuses[status.id] = status
        } else if key.hasPrefix(RouteSpec.keyPrefix) {
            let route = try JSONDecoder().decode(RouteSpec.self, from: record.value)
            routes[route.name] = Versioned(value: route, version: record.version)
        } else if key.hasPrefix(RouteStatus.keyPrefix) {
            let status = try JSONDecoder().decode(RouteStatus.self, from: record.value)
            routeStatuses[status.name] = status
        } else if key.hasPrefix(FirewallSpec.keyPrefix) {
            let spec = try JSONDecoder().decode(FirewallSpec.self, from: record.value)
            firewalls[spec.name] = Versioned(value: spec, version: record.version)
        } else if key.hasPrefix(FirewallStatus.keyPrefix) {
            let status = try JSONDecoder().decode(FirewallStatus.self, from: record.value)
            firewallStatuses[status.name] = status
        } else if let address = RecordKey.address(of: key) {
            addresses[address] = Versioned(value: String(decoding: record.value, as: UTF8.self), version: record.version)
        } else if key == RecordKey.regions {
            regions = Versioned(value: try JSONDecoder().decode([String: Int].self, from: record.value), version: record.version)
        } else if key == RecordKey.downZones {
            downZones = Versioned(value: Set(try JSONDecoder().decode([String].self, from: record.value)), version: record.version)
        } else if let realm = RecordKey.realm(ofFailoverTests: key) {
            let dates = try JSONDecoder().decode([Date].self, from: record.value)
            failoverTests[realm] = Versioned(value: dates, version: record.version)
        } else if let (realm, id) = RecordKey.clusterID(of: key) {
            clusterIDs[realm, default: [:]][id] = record.version
        } else if let realm = RecordKey.realm(ofEvent: key) {
            let event = try JSONDecoder().decode(Event.self, from: record.value)
            insert(RecordedEvent(key: key, event: event), in: realm)
        } else if let type = ResourceKinds.all.first(where: { key.hasPrefix($0.recordKind + "/") }) {
            try load(record, as: type)
        } else {
            throw WorldError.unknownKind(key)
        }
    }

    private mutating func load<R: WorldResource>(_ record: Record, as type: R.Type) throws {
        let resource = try JSONDecoder().decode(type, from: record.value)
        guard R.storeKey(resource.key) == record.key else { throw WorldError.mismatch(record.key) }
        set(resource, version: record.version)
    }
}

enum WorldError: Error {
    case mismatch(String)
    case unknownKind(String)
    /// A transaction lost the race for its records again and again.
    case contended
}

/// The keys of the control plane's small records.
enum RecordKey {
    static func address(_ address: IPAddress) -> String { "address/\(address)" }
    static let regions = "regions"
    static let downZones = "down-zones"
    static func clusterID(_ id: String, in realm: Realm) -> String { "cluster-id/\(realm.path)/\(id)" }
    static func failoverTests(in realm: Realm) -> String { "failover-tests/\(realm.path)" }
    static let eventPrefix = "event/"

    /// Sorts by time, and within a millisecond by the order in which they were recorded.
    static func event(_ realm: Realm, at date: Date, sequence: Int) -> String {
        let milliseconds = Int64(date.timeIntervalSince1970 * 1000)
        return "\(eventPrefix)\(realm.path)/\(padded(milliseconds, to: 14))-\(padded(Int64(sequence), to: 10))"
    }

    static func address(of key: String) -> IPAddress? {
        key.hasPrefix("address/") ? IPAddress(String(key.dropFirst(8))) : nil
    }

    static func clusterID(of key: String) -> (Realm, String)? {
        let parts = key.split(separator: "/")
        guard parts.count == 4, parts[0] == "cluster-id" else { return nil }
        return (Realm(region: String(parts[2]), account: String(parts[1])), String(parts[3]))
    }

    static func realm(ofFailoverTests key: String) -> Realm? {
        let parts = key.split(separator: "/")
        guard parts.count == 3, parts[0] == "failover-tests" else { return nil }
        return Realm(region: String(parts[2]), account: String(parts[1]))
    }

    static func realm(ofEvent key: String) -> Realm? {
        guard key.hasPrefix(eventPrefix) else { return nil }
        let parts = key.split(separator: "/")
        return parts.count == 4 ? Realm(region: String(parts[2]), account: String(parts[1])) : nil
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
