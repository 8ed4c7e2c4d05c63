import NIOCore
import Synchronization

/// A route in service: its targets and who is connected to which.
///
/// Shared by the control connection that changes it and the event loops that serve it; locked once per connection
/// opened or closed, never per byte.
final class Route: Sendable {
    private struct State {
        var plan: ForwardRoute
        var spread: Spread
        var clients: [ObjectIdentifier: (target: ForwardRoute.Target, channel: any Channel)] = [:]
        /// Clients that need no target yet: they have been told something, or have said nothing.
        var guests: [ObjectIdentifier: any Channel] = [:]
        var served = 0
        var refused = 0
        var ended = false
        var isLeft = false
        var tls: RouteTLS?
    }

    private let state: Mutex<State>

    init(_ plan: ForwardRoute) {
        var spread = Spread(targets: plan.targets, fallbacks: plan.fallbacks)
        spread.set(targets: plan.targets, fallbacks: plan.fallbacks, knowsByAddress: plan.knowsTargetsByAddress ?? false)
        state = Mutex(State(plan: plan, spread: spread))
    }

    var plan: ForwardRoute { state.withLock { $0.plan } }

    /// Whether the address is somebody else's, or is about to be.
    var isLeft: Bool {
        get { state.withLock { $0.isLeft } }
        set { state.withLock { $0.isLeft = newValue } }
    }

    /// What new connections are encrypted with; nil where they are not. Those that stand go on with what they began with.
    func tls() throws -> RouteTLS? {
        try state.withLock { state in
            if state.tls?.identity != state.plan.identity { state.tls = try state.plan.identity.map(RouteTLS.init) }
            return state.tls
        }
    }

    /// Changes where new connections go. With `closingRemoved`, connections to targets no longer named are closed.
    func update(_ plan: ForwardRoute, closingRemoved: Bool) {
        let removed = state.withLock { state in
            state.plan = plan
            state.spread.set(
                targets: plan.targets, fallbacks: plan.fallbacks, knowsByAddress: plan.knowsTargetsByAddress ?? false)
            guard closingRemoved else { return [] as [any Channel] }
            return state.clients.values.filter { !state.spread.names($0.target) }.map(\.channel)
        }
        for client in removed { client.close(promise: nil) }
    }

    /// Closes every connection, and lets none begin.
    func end() {
        let clients = state.withLock { state in
            state.ended = true
            return state.clients.values.map(\.channel) + state.guests.values
        }
        for client in clients { client.close(promise: nil) }
    }

    // MARK: one client

    /// Records a client that may do without a target; false if the route has ended.
    func receive(_ guest: any Channel) -> Bool {
        state.withLock { state in
            guard !state.ended else { return false }
            state.guests[ObjectIdentifier(guest)] = guest
            return true
        }
    }

    func dismiss(_ guest: any Channel) {
        state.withLock { $0.guests[ObjectIdentifier(guest)] = nil }
    }

    func next(notAmong tried: Set<ForwardRoute.Target>) -> ForwardRoute.Target? {
        state.withLock { $0.ended ? nil : $0.spread.next(notAmong: tried, now: .now()) }
    }

    func failed(_ target: ForwardRoute.Target, timedOut: Bool) {
        state.withLock { state in
            state.spread.ended(target)
            if timedOut { state.spread.didNotAnswer(target, now: .now()) }
        }
    }

    /// Records a client as joined to a target that was connected for it; false if the route has dropped that target since.
    func join(_ client: any Channel, to target: ForwardRoute.Target) -> Bool {
        state.withLock { state in
            guard !state.ended, state.spread.names(target) else {
                state.spread.ended(target)
                return false
            }
            state.clients[ObjectIdentifier(client)] = (target, client)
            state.served += 1
            return true
        }
    }

    func left(_ client: any Channel) {
        state.withLock { state in
            guard let target = state.clients.removeValue(forKey: ObjectIdentifier(client))?.target else { return }
            state.spread.ended(target)
        }
    }

    func refused() {
        state.withLock { $0.refused += 1 }
    }

    func status(_ standing: ForwardStatus.State) -> ForwardStatus {
        state.withLock { state in
            let named = state.plan.targets + state.plan.fallbacks.filter { !state.plan.targets.contains($0) }
            let others = state.spread.connections.keys.filter { !named.contains($0) }
                .sorted { ($0.address, $0.port) < ($1.address, $1.port) }
            return ForwardStatus(
                route: state.plan,
                state: standing,
                loads: (named + others).map { .init(target: $0, connections: state.spread.connections[$0, default: 0]) },
                served: state.served,
                refused: state.refused
            )
        }
    }
}
