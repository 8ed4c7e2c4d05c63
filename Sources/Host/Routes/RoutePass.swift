import CacheModel
import Forwarder
import Foundation
import Logging
import Store

/// Looks, again and again, whether the forwarder has the routes that are wanted and no others, and sees to it.
struct RoutePass {
    private let store: any Store
    private let socketPath: String
    private let logger: Logger
    private(set) var forwarder: ForwarderKeeper
    /// How many looks on end found an address that is somebody else's and is to change hands.
    private var awaiting = 0
    private var isOutdated = false
    /// The version of each unreadable record that was spoken of, so that each is once.
    private var spokenOf: [String: Int64] = [:]

    init(store: any Store, socketPath: String, forwarder: ForwarderKeeper, logger: Logger) {
        self.store = store
        self.socketPath = socketPath
        self.forwarder = forwarder
        self.logger = logger
    }

    /// One look. Throws where it could not be finished.
    mutating func run() async throws {
        guard try await forwarder.keepRunning() else { return }
        let control = ForwarderControl(path: socketPath)
        let inForce = try await routes(of: control)
        let wanted = try await records(RouteSpec.keyPrefix, name: \RouteSpec.name)
        let told = try await records(RouteStatus.keyPrefix, name: \RouteStatus.name)
        complain(wanted)
        let unknown = Set(wanted.unreadable.keys)
        for name in inForce.map(\.route.name) where wanted.values[name] == nil && !unknown.contains(name) {
            try await control.remove(name)
        }
        var writes: [Transaction.Write] = []
        for name in Set(told.values.keys).union(told.unreadable.keys) where wanted.values[name] == nil && !unknown.contains(name) {
            writes.append(.delete(key: RouteStatus.key(name)))
        }
        var unanswered = 0
        var isAwaiting = false
        let states = Dictionary(inForce.map { ($0.route.name, $0) }, uniquingKeysWith: { first, _ in first })
        for (name, spec) in wanted.values.sorted(by: { $0.key < $1.key }) {
            let status = try await status(of: spec, states[name], control, &unanswered)
            if status.applied == nil, spec.encryptedPort != nil { isAwaiting = true }
            if status != told.values[name] {
                writes.append(.put(key: RouteStatus.key(name), value: try JSONEncoder().encode(status)))
            }
        }
        awaiting = isAwaiting ? awaiting + 1 : 0
        if isOutdated { try await forwarder.replace() }
        isOutdated = false
        if !writes.isEmpty { try await store.commit(Transaction(writes: writes, isFleeting: true)) }
    }

    /// When to look again although nothing is told of: soon, while an address is about to change hands; nil if none is.
    var pause: Duration? { awaiting == 0 ? nil : min(.milliseconds(5 * awaiting), .seconds(1)) }

    private mutating func routes(of control: ForwarderControl) async throws -> [ForwardStatus] {
        let start = ContinuousClock.now
        do {
            let routes = try await control.list()
            forwarder.heard()
            return routes
        } catch {
            try await forwarder.heardNothing(since: start)
            throw error
        }
    }

    private func records<Value: Decodable>(
        _ prefix: String, name: (Value) -> String
    ) async throws(StoreError) -> NamedRecords<Value> {
        NamedRecords(try await store.list(prefix: prefix).records, prefix: prefix, name: name)
    }

    /// No answer for one route is that route's problem. Throws at the second, as all the rest would wait as long for theirs.
    private mutating func status(
        of spec: RouteSpec, _ known: ForwardStatus?, _ control: ForwarderControl, _ unanswered: inout Int
    ) async throws(ForwarderError) -> RouteStatus {
        let route = ForwardRoute(spec)
        let isYielded = spec.isYielded == true
        if let known, known.route == route, known.state == (isYielded ? .yielded : .listening) {
            return RouteStatus(name: spec.name, applied: spec, isOver: isYielded && known.connections == 0)
        }
        do throws(ForwarderError) {
            try await control.set(route, closingRemoved: spec.closesRemoved)
            // One that outlived an older program does not know what was asked of it, and would lead everybody to one port.
            if spec.encryptedPort != nil, try await control.list().first(where: { $0.route.name == spec.name })?.route != route {
                isOutdated = true
                return RouteStatus(name: spec.name, applied: nil, problem: "the forwarder is of an older program, and is replaced")
            }
            return RouteStatus(name: spec.name, applied: spec)
        } catch .refused(let reason) {
            return RouteStatus(name: spec.name, applied: nil, problem: reason)
        } catch {
            unanswered += 1
            guard unanswered < 2 else { throw error }
            return RouteStatus(name: spec.name, applied: nil, problem: "\(error)")
        }
    }

    private mutating func complain(_ records: NamedRecords<RouteSpec>) {
        for (name, (record, problem)) in records.unreadable where spokenOf[name] != record.version {
            logger.error(
                "A route's record can't be read: the route stays as it is", metadata: ["key": "\(record.key)", "error": "\(problem)"])
        }
        spokenOf = records.unreadable.mapValues(\.record.version)
    }
}
