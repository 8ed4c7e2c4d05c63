import CacheModel

@testable import Planning

extension SimulatedGroup {
    /// One round: look, plan, do, and let time pass. With faults, anything may happen at any point.
    mutating func round(faulty: Bool = false) {
        if faulty { fault() }
        round(plan, faulty: faulty)
    }

    /// Goes on until nothing is left to be done or to be waited for, at most for so many rounds.
    mutating func settle(within rounds: Int) {
        for _ in 0..<rounds {
            let plan = plan
            if plan.isSettled { return }
            round(plan, faulty: false)
        }
    }

    private mutating func round(_ plan: Plan, faulty: Bool) {
        check(plan)
        for step in plan.steps {
            if faulty, generator.oneIn(6) {
                // The order is lost, or its answer is: either way the rest of the plan is not done.
                if generator.oneIn(2) { perform(step) }
                trace(.lost(step))
                break
            }
            perform(step)
            if faulty, generator.oneIn(12) { fault() }
        }
        if !isEnded { pass() }
    }

    private mutating func fault() {
        guard generator.oneIn(3), let id = group.members.randomElement(using: &generator)?.id, var node = nodes[id] else { return }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1:
            guard node.isUp else { return }
            if generator.oneIn(2), node.data > 0 { node.saved = node.data }
            node.end(as: .exited)
            trace(.happened("\(id) is killed, saved \(node.saved ?? 0)"))
        case 2, 3:
            guard node.isUp else { return }
            node.silence = Int.random(in: 1...4, using: &generator)
            trace(.happened("\(id) is silent"))
        case 4:
            guard case .starting = node.process else { return }
            node.end(as: .refused(group.wasAvailable || generator.oneIn(2) ? .addressInUse : .startFailed))
            trace(.happened("\(id) is refused"))
        default:
            return elect(id)
        }
        nodes[id] = node
    }

    /// The cluster chooses another primary by itself, as it does when one was gone for long.
    private mutating func elect(_ id: String) {
        guard group.clusterEnabled, var node = nodes[id], node.holdsSyncedData,
            let shard = group.nodeGroups.first(where: { $0.members.contains { $0.id == id } }),
            !shard.members.contains(where: { nodes[$0.id].map { $0.isUp && $0.ownsSlots } ?? false })
        else { return }
        trace(.happened("the cluster chooses \(id)"))
        node.ownsSlots = true
        node.role = .primary
        node.follows = nil
        node.epoch = nextEpoch
        node.hasSynced = false
        node.previousHistory = node.history
        node.history = "elected-\(node.epoch)"
        nodes[id] = node
    }
}
