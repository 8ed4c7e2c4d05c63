import CacheModel

@testable import Planning

/// What a plan must never ask for, by what is true when it is made: later, a fault may have come between.
extension SimulatedGroup {
    mutating func check(_ plan: Plan) {
        for step in plan.steps {
            switch step {
            case .recordPrimary(_, let id, _): checkRecord(id)
            case .start(let id, let follows, let data):
                checkZone(id, "started")
                if follows == nil { checkStart(id, data, saving: plan.steps) }
            case .moveAddress(let id): checkZone(id, "started at another address")
            case .promote(let id): checkPromotion(id)
            case .remove(let id): checkRemoval(id, plan.steps)
            case .dropMember(let id): if group.member(id)?.change != .leaving { note("\(id) is dropped although it is to stay") }
            default: break
            }
        }
    }

    /// Only who has a primary's data, or is one already: made so by the cluster itself, or by a switchover.
    private mutating func checkRecord(_ id: String) {
        guard let node = nodes[id], group.wasAvailable else { return note("\(id) is recorded as primary before there is data") }
        let isChosen = group.clusterEnabled && node.role == .primary && node.ownsSlots
        let isSuccessor = node.role == .primary && shard(of: id).map { $0.successor == id || $0.primary == id } == true
        if !node.isUp || !(isChosen || isSuccessor || node.role == .replica && node.hasSynced) {
            note("\(id) is promoted and has not synced")
        }
    }

    /// A primary starts on the newest data that there is, on a disk or in a synced replica that answers.
    private mutating func checkStart(_ id: String, _ data: StartData, saving steps: [Step]) {
        guard group.wasAvailable, let shard = group.nodeGroups.first(where: { $0.primary == id }) else { return }
        var copies: [String: Writes] = [:]
        for member in shard.members {
            guard let node = nodes[member.id] else { continue }
            if let saved = node.saved, !saved.isBroken { copies[member.id] = saved.data }
            if node.holdsSyncedData, node.answers, steps.contains(.save(member: member.id)) { copies[member.id] = node.data }
        }
        let living = shard.replicas.compactMap { nodes[$0.id] }.filter { $0.holdsSyncedData && $0.answers }.map(\.data)
        let seed = data.seeds.compactMap { copies[$0] }.first
        let own = data.setsAsideOwn ? nil : copies[id]
        let taken = data.replaces ? seed ?? own : own ?? seed
        guard let newest = (Array(copies.values) + living).filter({ !$0.isEmpty }).max(), newest > taken ?? Writes() else { return }
        // A promotion alone, without a write, makes no difference.
        if newest.count == taken?.count { return }
        // One that ends over its files is tried some times before others' are taken.
        if nodes[id]?.saved?.isBroken == true, living.isEmpty { return }
        note("\(id) is started as primary on \(taken.map { "\($0)" } ?? "nothing") although there is \(newest): \(heldBy(shard))")
    }

    /// Who holds what, and which history is on record.
    private func heldBy(_ shard: NodeGroup) -> String {
        let held = shard.members.map { member in
            guard let node = nodes[member.id] else { return member.id }
            let saved = node.saved.map { "\($0.data) of \($0.history) \($0.offset) at \($0.time)" } ?? "nothing"
            return
                "\(member.id) \(node.process) \(node.role) synced \(node.hasSynced) \(node.data) of \(node.history) \(node.offset), saved \(saved)"
        }
        return (held + ["recorded \(shard.history ?? "none") until \(shard.historyEnd.map(String.init) ?? "now")"]).joined(separator: "; ")
    }

    private mutating func checkZone(_ id: String, _ what: String) {
        if let zone = group.member(id)?.zone, darkZones.contains(zone) { note("\(id) is \(what) in \(zone), which is down") }
    }

    /// Another may be promoted only when whoever takes writes does so no more. In a cluster the higher epoch prevails.
    private mutating func checkPromotion(_ id: String) {
        guard !group.clusterEnabled, group.wasAvailable, let shard = shard(of: id) else { return }
        for other in shard.members where other.id != id && takesWrites(other, of: shard) {
            note("\(id) is promoted while \(other.id) takes writes")
        }
    }

    /// Nobody goes but who is to; and nobody with the data goes before there is a primary that has it.
    private mutating func checkRemoval(_ id: String, _ steps: [Step]) {
        if group.status == .deleting || group.status == .createFailed {
            guard group.retainsPrimary, group.status == .deleting else { return }
        } else if group.member(id)?.change != .leaving {
            return note("\(id) is removed although it is to stay")
        }
        guard let shard = shard(of: id) else { return }
        let becomesPrimary = steps.contains { if case .recordPrimary(_, id, _) = $0 { true } else { false } }
        if shard.primary == id || becomesPrimary { return note("\(id) is removed although it is the primary") }
        guard nodes[id]?.holdsSyncedData == true || nodes[id]?.saved != nil else { return }
        let kept = nodes[shard.primary]
        if kept.map({ $0.isUp && $0.role == .primary && !$0.data.isEmpty }) != true {
            note("\(id) is removed with the data that \(shard.primary) does not have")
        }
    }

    /// One writable primary, and one holder of the endpoint, at any moment.
    mutating func checkWriters() {
        for shard in group.nodeGroups where !group.clusterEnabled {
            let writers = shard.members.filter { takesWrites($0, of: shard) }
            if writers.count > 1 { note("\(writers.map(\.id)) both take writes") }
            guard let endpoint = shard.primaryAddress else { continue }
            let holders = shard.members.filter { nodes[$0.id]?.bound.contains(endpoint) == true }
            if holders.count > 1 { note("\(holders.map(\.id)) are both bound to the endpoint") }
        }
    }
}
