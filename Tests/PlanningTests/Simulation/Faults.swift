import CacheModel

@testable import Planning

/// What may happen in a round.
struct Faults: OptionSet {
    let rawValue: Int

    static let kills = Faults(rawValue: 1)
    /// A node answers nobody but its clients and its replicas.
    static let silences = Faults(rawValue: 2)
    static let refusals = Faults(rawValue: 4)
    /// The cluster chooses a primary by itself.
    static let elections = Faults(rawValue: 8)
    /// A node does nothing at all for some time, unless it is killed.
    static let freezes = Faults(rawValue: 16)
    static let lags = Faults(rawValue: 32)
    static let zones = Faults(rawValue: 64)
    /// Orders that are lost, or their answers.
    static let losses = Faults(rawValue: 128)

    static let usual: Faults = [.kills, .silences, .refusals, .elections, .losses]
    static let all: Faults = [.usual, .freezes, .lags, .zones]

    static let each: [Faults] = [.kills, .silences, .refusals, .elections, .freezes, .lags, .zones]
}

extension SimulatedGroup {
    /// One round: look, plan, do, and let time pass. With faults, anything of their kind may happen at any point.
    mutating func round(_ faults: Faults = []) {
        fault(faults)
        round(plan, faults)
    }

    /// Goes on until nothing is left to be done or to be waited for, at most for so many rounds.
    mutating func settle(within rounds: Int) {
        for _ in 0..<rounds {
            let plan = plan
            if plan.isSettled { return }
            round(plan, [])
        }
    }

    private mutating func round(_ plan: Plan, _ faults: Faults) {
        check(plan)
        for step in plan.steps {
            if faults.contains(.losses), generator.oneIn(6) {
                // The order is lost, or its answer is: either way the rest of the plan is not done.
                if generator.oneIn(2) { perform(step, interruptedAt: Int.random(in: 0...4, using: &generator)) }
                trace(.lost(step))
                break
            }
            let succeeded = perform(step)
            if !succeeded, step.isCondition { break }
            if generator.oneIn(12) { fault(faults) }
        }
        if !isEnded { pass() }
    }

    private mutating func fault(_ faults: Faults) {
        let kinds = Faults.each.filter { faults.contains($0) }
        guard !kinds.isEmpty, generator.oneIn(3), let kind = kinds.randomElement(using: &generator),
            let id = group.members.randomElement(using: &generator)?.id, var node = nodes[id]
        else { return }
        switch kind {
        case .kills:
            guard node.isUp else { return }
            // What is saved without a link may be older than its time says.
            if generator.oneIn(2), !node.data.isEmpty, node.role == .primary || node.isLinked { node.save(at: time) }
            node.end(as: .exited(detail: "killed"))
            trace(.happened("\(id) is killed, saved \(node.saved.map { "\($0.data)" } ?? "nothing")"))
        case .silences:
            guard node.isUp else { return }
            node.silence = Int.random(in: 1...4, using: &generator)
            trace(.happened("\(id) is silent"))
        case .refusals:
            guard case .starting = node.process else { return }
            node.end(as: .refused(group.wasAvailable || generator.oneIn(2) ? .addressInUse : .startFailed))
            trace(.happened("\(id) is refused"))
        case .freezes:
            guard node.isUp else { return }
            node.frozen = Int.random(in: 2...15, using: &generator)
            trace(.happened("\(id) is frozen for \(node.frozen)"))
        case .lags:
            guard node.isUp else { return }
            node.lag = Int.random(in: 1...4, using: &generator)
            trace(.happened("\(id) lags"))
        case .zones: return turnZone(group.member(id)?.zone ?? "")
        default: return elect(id)
        }
        nodes[id] = node
    }

    mutating func turnZone(_ zone: String) {
        if darkZones.remove(zone) == nil { darkZones.insert(zone) }
        trace(.happened("zones that are down: \(darkZones.sorted())"))
    }

    /// The cluster chooses another primary by itself, as it does when one was gone for long.
    private mutating func elect(_ id: String) {
        guard group.clusterEnabled, let node = nodes[id], node.holdsSyncedData, node.frozen == 0, let shard = shard(of: id),
            !shard.members.contains(where: { nodes[$0.id].map { $0.isUp && $0.frozen == 0 && $0.ownsSlots } ?? false })
        else { return }
        trace(.happened("the cluster chooses \(id)"))
        becomePrimary(id)
    }
}

extension Step {
    /// Whether what comes after it counts on its having succeeded.
    fileprivate var isCondition: Bool {
        switch self {
        case .save, .handOver, .release: true
        default: false
        }
    }
}
