import CacheModel
import Foundation
package import Logging
package import Store
import Synchronization

/// The control plane's memory: what the store holds, decoded, and the one way to change it.
///
/// Reads are of one consistent moment and cost no I/O. A change is drawn up on such a moment and committed only if nobody
/// changed what it read; else it is drawn up again.
package final class World: Sendable {
    private let store: any Store
    private let logger: Logger
    private let memory: Mutex<WorldState>
    private let sequence: Atomic<Int>
    private let reservations = AddressReservations()
    private let watchers = Mutex<Watchers>(Watchers())
    /// Raised when users, user groups or those who use them have changed: for `UserKeeper` alone.
    let usersChanged = Signal()

    private struct Watchers {
        var next = 0
        var byGroup: [GroupKey: [Int: Signal]] = [:]
        var all: [Int: AsyncStream<GroupKey>.Continuation] = [:]
    }

    private init(store: any Store, state: WorldState, logger: Logger) {
        self.store = store
        self.logger = logger
        self.memory = Mutex(state)
        self.sequence = Atomic(0)
    }

    /// Reads everything. A record that can't be decoded is named in the log and left alone.
    package static func load(from store: any Store, logger: Logger) async throws -> World {
        var state = WorldState()
        let (records, _) = try await store.list(prefix: "")
        for record in records { state.load(record) }
        state.restoreRouteOwners()
        for (key, reason) in state.unreadable {
            logger.error("a record can't be read and is left alone", metadata: ["key": "\(key)", "reason": "\(reason)"])
        }
        return World(store: store, state: state, logger: logger)
    }

    func read<T>(_ body: (borrowing WorldState) throws -> T) rethrows -> T {
        try memory.withLock { state in try body(state) }
    }

    /// Commits what `body` writes, all or nothing, durable on return. `body` may run several times and must only draft.
    func transact<T>(_ body: (inout Draft) throws -> T) async throws -> T {
        for attempt in 0..<64 {
            var draft = Draft(memory.withLock { $0 }) { [self] in sequence.wrappingAdd(1, ordering: .relaxed).newValue }
            let result = try body(&draft)
            if draft.isEmpty { return result }
            switch await commit(draft.transaction) {
            case .success(let version):
                apply(draft, version: version)
                return result
            case .failure(.conflict):
                // Most often another call was faster, and what it wrote is known in a moment. If not, the store is asked.
                if attempt % 16 == 15 { try await reload() }
                try await Task.sleep(for: .milliseconds(min(attempt, 10)))
            case .failure(let error):
                // The transaction may have been applied after all: what is known is read anew.
                if case .unknownOutcome = error { try await reload() }
                throw error
            }
        }
        throw WorldError.contended
    }

    private func commit(_ transaction: Transaction) async -> Result<Int64, StoreError> {
        do throws(StoreError) {
            return .success(try await store.commit(transaction))
        } catch {
            return .failure(error)
        }
    }

    /// Runs `body` with a picker of addresses that nobody has and no other call is about to take, until `body` has committed or
    /// failed.
    func withFreeAddresses<T>(_ body: (AddressPicker) async throws -> T) async throws -> T {
        let picker = AddressPicker(reservations: reservations) { [self] in read { $0 } }
        defer { picker.release() }
        return try await body(picker)
    }

    /// By name.
    package func nodeTypesInUse() -> [String] {
        read { state in
            Set(state.groups.values.flatMap(\.value.nodeTypes) + state.memcachedClusters.byKey.values.flatMap(\.value.nodeTypes)).sorted()
        }
    }

    /// By name.
    package func groupsEncryptedAtRest() -> [String] {
        read { state in state.groups.values.map(\.value).filter(\.isEncryptedAtRest).map(\.id).sorted() }
    }

    /// Gives back the addresses that somebody else listened on: that may have changed since.
    package func releaseForeignAddresses() async throws {
        try await transact { draft in
            for (address, owner) in draft.state.addresses where owner.value.hasPrefix(AddressOwner.elsewhere) { draft.release(address) }
        }
    }

    private func apply(_ draft: Draft, version: Int64) {
        let keys = draft.transaction.writes.map { write in
            switch write {
            case .put(let key, _), .delete(let key): key
            }
        }
        let parameterGroups = keys.compactMap { ResourceKey(storeKey: $0, kind: ParameterGroup.recordKind) }
        var touched = memory.withLock { state in
            let zones = state.downZones.value
            let parameters = parameterGroups.map { state.parameterGroups[$0]?.value }
            draft.apply(to: &state, version: version)
            // A zone that goes down or comes up is the concern of every group with a member there,
            let changed = zones.symmetricDifference(state.downZones.value)
            var touched = changed.isEmpty ? [] : state.keys(ofThoseWithNodesIn: changed)
            // and a parameter group that of every group that uses it.
            for (key, old) in zip(parameterGroups, parameters) where state.parameterGroups[key]?.value != old {
                touched.formUnion(state.users(ofParameterGroup: key).map(\.key))
            }
            // A user is every group's that it comes in at.
            for key in keys { touched.formUnion(state.groupsOfUsers(recordedAt: key)) }
            return touched
        }
        for key in keys {
            if let group = GroupKey(storeKey: key) { touched.insert(group) }
        }
        for key in touched { notify(key) }
        if !touched.isEmpty || keys.contains(where: WorldState.isOfUsers) { usersChanged.raise() }
    }

    private func reload() async throws {
        let (records, _) = try await store.list(prefix: "")
        var state = WorldState()
        for record in records { state.load(record) }
        state.restoreRouteOwners()
        let fresh = state
        memory.withLock { $0 = fresh }
        for key in fresh.reconciledKeys { notify(key) }
        usersChanged.raise()
    }

    // MARK: Notices

    /// Every group that changed, or whose processes or routes did, from now on; first of all those that exist.
    func changedGroups() -> AsyncStream<GroupKey> {
        let (stream, continuation) = AsyncStream.makeStream(of: GroupKey.self)
        let id = watchers.withLock { watchers in
            watchers.next += 1
            watchers.all[watchers.next] = continuation
            return watchers.next
        }
        continuation.onTermination = { [weak self] _ in self?.watchers.withLock { $0.all[id] = nil } }
        for key in read({ $0.reconciledKeys }) { continuation.yield(key) }
        return stream
    }

    /// Runs `body` with a signal that is raised whenever something about the group changes.
    func watching<T>(_ key: GroupKey, _ body: (Signal) async throws -> T) async rethrows -> T {
        let signal = Signal()
        let id = watchers.withLock { watchers in
            watchers.next += 1
            watchers.byGroup[key, default: [:]][watchers.next] = signal
            return watchers.next
        }
        defer {
            watchers.withLock { watchers in
                watchers.byGroup[key]?[id] = nil
                if watchers.byGroup[key]?.isEmpty == true { watchers.byGroup[key] = nil }
            }
        }
        return try await body(signal)
    }

    func notify(_ key: GroupKey) {
        let (some, all) = watchers.withLock { ($0.byGroup[key].map { Array($0.values) } ?? [], Array($0.all.values)) }
        for signal in some { signal.raise() }
        for watcher in all { watcher.yield(key) }
    }

    /// Takes in what the hosts' agents write, until cancelled.
    func followHosts() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for prefix in [ProcessStatus.keyPrefix, RouteStatus.keyPrefix, FirewallStatus.keyPrefix] {
                group.addTask { try await self.follow(prefix) }
            }
            try await group.waitForAll()
        }
    }

    private func follow(_ prefix: String) async throws {
        while !Task.isCancelled {
            let (records, revision) = try await store.list(prefix: prefix)
            for record in records { take(record.key, record.value, record.version) }
            // What was deleted while nobody watched is told by its absence.
            let present = Set(records.map(\.key))
            for key in read({ $0.hostRecords(under: prefix) }) where !present.contains(key) { drop(key) }
            for await change in await store.watch(prefix: prefix, after: revision) {
                for write in change.writes {
                    switch write {
                    case .put(let key, let value): take(key, value, change.revision)
                    case .delete(let key): drop(key)
                    }
                }
            }
        }
    }

    private func take(_ key: String, _ value: Data, _ version: Int64) {
        let owner = memory.withLock { state in
            state.load(Record(key: key, value: value, version: version))
            return state.owner(ofHostRecord: key)
        }
        if let owner { notify(owner) }
    }

    private func drop(_ key: String) {
        let owner = memory.withLock { state in
            let owner = state.owner(ofHostRecord: key)
            state.forgetHostRecord(key)
            return owner
        }
        if let owner { notify(owner) }
    }
}
