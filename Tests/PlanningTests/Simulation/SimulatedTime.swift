import CacheModel

@testable import Planning

/// What time does.
extension SimulatedGroup {
    /// Rounds for which a link stands although nothing is heard.
    private static let linkPatience = 6

    mutating func pass() {
        time += 1
        count()
        for id in nodes.keys.sorted() { pass(id) }
        for shard in group.nodeGroups {
            if group.clusterEnabled { gossip(shard) }
            for member in shard.members { link(member, shard) }
        }
        for (name, route) in routes {
            routes[name] = route.desired.map { ObservedRoute(desired: $0, applied: $0) }
        }
        write()
        checkWriters()
    }

    private mutating func pass(_ id: String) {
        guard var node = nodes[id] else { return }
        switch node.process {
        case .starting(let rounds):
            node.process = rounds > 1 ? .starting(rounds - 1) : .running
            if node.isUp, node.saved?.isBroken == true { node.end(as: .exited(detail: "Short read or OOM loading DB. Exiting now")) }
        case .ending(let removed):
            node.process = removed ? .removed : .stopped
            if removed { node.saved = nil }
        case .running:
            node.unanswered = node.answers ? 0 : node.unanswered + 1
            node.silence = max(0, node.silence - 1)
            node.frozen = max(0, node.frozen - 1)
            node.lag = max(0, node.lag - 1)
            node.syncing = max(0, node.syncing - 1)
            if node.role == .primary, node.frozen == 0 { node.offset += 14 }
        case .absent, .exited, .refused, .stopped, .removed: break
        }
        nodes[id] = node
    }

    /// Users write where the endpoint leads, or in a cluster to whoever owns the slots.
    private mutating func write() {
        for shard in group.nodeGroups {
            for member in shard.members where takesWrites(member, of: shard) {
                nodes[member.id]?.data.count += 1
                nodes[member.id]?.offset += 1
                acknowledged += 1
            }
        }
    }

    /// The owner with the highest epoch prevails, alive or not, and whoever learns of it follows it. A node alone learns nothing.
    private mutating func gossip(_ shard: NodeGroup) {
        let awake = nodes.filter { $0.value.isUp && $0.value.frozen == 0 }
        guard awake.count > 1,
            let owner = shard.members.filter({ nodes[$0.id]?.ownsSlots == true }).max(by: {
                nodes[$0.id]?.epoch ?? 0 < nodes[$1.id]?.epoch ?? 0
            })
        else { return }
        for other in shard.members where other.id != owner.id && awake[other.id] != nil {
            nodes[other.id]?.ownsSlots = false
            if nodes[other.id]?.role == .primary { nodes[other.id]?.hasSynced = false }
            nodes[other.id]?.role = .replica
            nodes[other.id]?.follows = owner.address
        }
    }

    mutating func link(_ member: Member, _ shard: NodeGroup) {
        guard var node = nodes[member.id], node.isUp, node.frozen == 0, node.role == .replica else { return }
        if node.neverLinks {
            nodes[member.id]?.isLinked = false
            return
        }
        let upstream = shard.members.first { $0.address == node.follows && $0.id != member.id }.flatMap { nodes[$0.id] }
        if let upstream, upstream.isUp, upstream.role == .primary, upstream.frozen > 0 {
            node.unheard += 1
            if node.unheard > Self.linkPatience { node.isLinked = false }
        } else if let upstream, upstream.isUp, upstream.role == .primary {
            follow(upstream, &node, member.id)
        } else {
            node.isLinked = false
            // Only when it has received all that is new does a replica throw away what it has.
            if node.hadSynced { node.hasSynced = true }
            (node.syncing, node.hadSynced) = (0, false)
        }
        nodes[member.id] = node
    }

    private mutating func follow(_ upstream: SimulatedNode, _ node: inout SimulatedNode, _ id: String) {
        node.unheard = 0
        let goesOn = node.history == upstream.history || !node.history.isEmpty && node.history == upstream.previousHistory
        if !goesOn, node.syncing == 0, node.hasSynced || generator.oneIn(2) {
            // All of it anew.
            node.syncing = 2
            node.isLinked = false
            node.hadSynced = node.hasSynced
            node.hasSynced = false
        }
        guard node.syncing == 0 else { return }
        if !node.data.isEmpty, upstream.data.isEmpty { note("\(id) is wiped by an empty primary") }
        node.isLinked = true
        node.hasSynced = true
        node.hadSynced = false
        guard node.lag == 0 || !goesOn else { return }
        node.offset = upstream.offset
        // Who only goes on from its own history remembers it.
        if node.history != upstream.history {
            node.previousHistory = upstream.previousHistory == node.history ? node.history : nil
        }
        node.history = upstream.history
        node.data = upstream.data
    }
}
