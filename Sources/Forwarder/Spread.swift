import NIOCore

/// Which target the next connection goes to: a decision about values, with no socket in sight.
///
/// The target with the fewest connections, in turn among equals; one that didn't answer lately comes after the
/// fallbacks, because trying it again would cost each client the whole timeout.
struct Spread {
    typealias Target = ForwardRoute.Target

    /// How long a target that didn't answer is tried last. One that refuses does so at once and costs nothing.
    static let suspension = TimeAmount.seconds(5)

    private(set) var targets: [Target]
    private(set) var fallbacks: [Target]
    /// Whether a target is known by its address alone.
    private(set) var knowsByAddress = false
    /// Open connections per target, those being established included; none is zero.
    private(set) var connections: [Target: Int] = [:]
    private var suspended: [Target: NIODeadline] = [:]
    private var turn = 0

    init(targets: [Target], fallbacks: [Target]) {
        self.targets = targets
        self.fallbacks = fallbacks
    }

    /// The next target to try, counted as a connection from now on; nil when all were tried.
    mutating func next(notAmong tried: Set<Target>, now: NIODeadline) -> Target? {
        suspended = suspended.filter { $0.value > now }
        let groups = [
            targets.filter { suspended[$0] == nil }, fallbacks.filter { suspended[$0] == nil },
            targets.filter { suspended[$0] != nil }, fallbacks.filter { suspended[$0] != nil },
        ]
        for group in groups {
            if let target = leastLoaded(of: group, notAmong: tried) {
                connections[target, default: 0] += 1
                return target
            }
        }
        return nil
    }

    mutating func ended(_ target: Target) {
        guard let count = connections[target] else { return }
        connections[target] = count > 1 ? count - 1 : nil
    }

    mutating func didNotAnswer(_ target: Target, now: NIODeadline) {
        suspended[target] = now + Self.suspension
    }

    /// Whoever sets the targets has reason to think that they answer.
    mutating func set(targets: [Target], fallbacks: [Target], knowsByAddress: Bool = false) {
        self.targets = targets
        self.fallbacks = fallbacks
        self.knowsByAddress = knowsByAddress
        suspended = [:]
    }

    func names(_ target: Target) -> Bool {
        (targets + fallbacks).contains { $0.address == target.address && (knowsByAddress || $0.port == target.port) }
    }

    private mutating func leastLoaded(of group: [Target], notAmong tried: Set<Target>) -> Target? {
        var best: (index: Int, load: Int)?
        for offset in group.indices {
            let index = (turn + offset) % group.count
            guard !tried.contains(group[index]) else { continue }
            let load = connections[group[index], default: 0]
            if best.map({ load < $0.load }) ?? true { best = (index, load) }
        }
        guard let best else { return nil }
        turn = best.index + 1
        return group[best.index]
    }
}
