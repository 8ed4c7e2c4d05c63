import CacheModel

@testable import Planning

/// A group's machine in miniature: does what a plan says, lets time pass, and notes what must never happen.
struct SimulatedGroup {
    enum Entry {
        case done(Step)
        case lost(Step)
        case happened(String)
    }

    var group: ReplicationGroup
    var nodes: [String: SimulatedNode] = [:]
    var routes: [String: ObservedRoute] = [:]
    var generator: Seeded
    private(set) var violations: [String] = []
    /// What was done and what happened, for the message of a test that fails.
    private(set) var log: [Entry] = []
    private(set) var isForgotten = false
    private(set) var isCacheCluster = false
    private var histories = 0
    private var addresses = 1000

    init(_ group: ReplicationGroup, seed: UInt64) {
        self.group = group
        generator = Seeded(state: seed)
        for nodeGroup in group.nodeGroups {
            for member in nodeGroup.members {
                nodes[member.id] = SimulatedNode(follows: nil, ownsSlots: group.clusterEnabled && member.id == nodeGroup.primary, epoch: 1)
            }
        }
    }

    var isEnded: Bool { isForgotten || isCacheCluster }
    var plan: Plan { GroupPlanner.plan(group, observed) }

    var observed: ObservedGroup {
        var observed = ObservedGroup(routes: routes)
        for member in group.members {
            guard let node = nodes[member.id] else { continue }
            let slots = node.role == .primary && node.ownsSlots ? shard(of: member.id)?.slots ?? [] : []
            let view = ClusterState(
                isServing: isClusterServing, knownNodes: group.members.count + node.strangers.count, slots: slots,
                memberSlots: node.role == .primary ? ownedSlots : 0, strangers: node.role == .primary ? node.strangers : [])
            observed.members[member.id] = node.observed(clusterView: group.clusterEnabled ? view : nil)
        }
        return observed
    }

    private var isClusterServing: Bool { ownedSlots == SlotRange.slotCount }

    private var ownedSlots: Int {
        group.nodeGroups.filter { shard in shard.members.contains { nodes[$0.id].map { $0.isUp && $0.ownsSlots } ?? false } }
            .reduce(0) { $0 + Slots.count($1.slots) }
    }

    private func shard(of id: String) -> NodeGroup? { group.nodeGroups.first { $0.members.contains { $0.id == id } } }

    /// The last things that happened.
    var story: String { log.suffix(20).map { "  \($0)" }.joined(separator: "\n") }

    mutating func note(_ violation: String) { violations.append("\(violation), after\n\(story)") }

    mutating func trace(_ entry: Entry) { log.append(entry) }

    var nextEpoch: Int { (nodes.values.map(\.epoch).max() ?? 0) + 1 }

    private mutating func newHistory() -> String {
        histories += 1
        return "h\(histories)"
    }

    // MARK: What a plan does

    mutating func perform(_ step: Step) {
        trace(.done(step))
        switch step {
        case .start(let id, let follows, let seeds): start(id, follows: follows, seeds: seeds)
        case .moveAddress(let id): moveAddress(id)
        case .replicate(let id, let primary): replicate(id, primary)
        case .recordPrimary(let nodeGroup, let id, _):
            guard let n = group.nodeGroups.firstIndex(where: { $0.id == nodeGroup }) else { return }
            group.nodeGroups[n].primary = id
        case .promote(let id): promote(id)
        case .forgetNodes(let id, let strangers): update(id) { $0.strangers.removeAll { strangers.contains($0) } }
        case .bind(let id, let addresses): update(id) { $0.bound = addresses }
        case .tune(let id, let name, let value): update(id) { $0.tuning[name] = value }
        case .route(let route): routes[route.name] = ObservedRoute(desired: route, applied: routes[route.name]?.applied)
        case .dropRoute(let name): routes[name]?.desired = nil
        case .remove(let id): nodes[id]?.end(as: .ending)
        case .becomeAvailable:
            group.status = .available
            group.wasAvailable = true
        case .fail: group.status = .createFailed
        case .forget: forget()
        case .becomeCacheCluster: becomeCacheCluster()
        }
        checkEndpoints()
    }

    private mutating func update(_ id: String, _ change: (inout SimulatedNode) -> Void) {
        guard var node = nodes[id], node.isUp, node.silence == 0 else { return }
        change(&node)
        nodes[id] = node
    }

    private mutating func start(_ id: String, follows: String?, seeds: [String]) {
        guard var node = nodes[id], let shard = shard(of: id), let member = group.member(id) else { return }
        if node.isUp, group.wasAvailable { note("\(id) was started although it runs") }
        node.end(as: .starting(Int.random(in: 1...3, using: &generator)))
        node.incarnation += 1
        node.saved = node.saved ?? seeds.compactMap { nodes[$0]?.saved }.first
        node.data = node.saved ?? 0
        if !group.clusterEnabled {
            node.role = follows == nil ? .primary : .replica
            node.follows = follows.flatMap { group.member($0)?.address }
            if follows == nil, node.data == 0, shard.members.contains(where: { nodes[$0.id]?.holdsSyncedData == true }) {
                note("\(id) starts empty as a primary while a synced replica lives")
            }
        } else {
            if !group.wasAvailable {
                // Its first table makes a primary the replica of a predecessor that never lived; a later one the owner of its slots.
                let isFounding = shard.primary == id && node.incarnation == 1
                node.ownsSlots = shard.primary == id && !isFounding
                node.strangers = isFounding ? ["predecessor"] : []
            }
            node.role = node.ownsSlots ? .primary : .replica
        }
        let holdsEndpoint = shard.primary == id && group.build.movesAddresses
        node.bound = [member.address] + (holdsEndpoint ? [shard.primaryAddress].compactMap(\.self) : [])
        node.tuning = forming
        node.history = node.role == .primary ? newHistory() : ""
        nodes[id] = node
    }

    /// As an engine's file has them: they count until it is told otherwise.
    private var forming: [String: String] {
        var values = ["hz": "\(Tuning.frequencyWhileForming)", "repl-diskless-sync": Tuning.syncsStraightWhileForming ? "yes" : "no"]
        if group.clusterEnabled { values["cluster-node-timeout"] = "\(Tuning.nodeTimeoutWhileForming)" }
        return values
    }

    private mutating func moveAddress(_ id: String) {
        for n in group.nodeGroups.indices {
            for m in group.nodeGroups[n].members.indices where group.nodeGroups[n].members[m].id == id {
                addresses += 1
                group.nodeGroups[n].members[m].address = ReplicationGroup.address(addresses)
            }
        }
        for other in group.clusterEnabled ? group.members.map(\.id) : [id] where other == id || nodes[other]?.process != .absent {
            start(other, follows: nil, seeds: [])
        }
    }

    private mutating func replicate(_ id: String, _ primary: String) {
        if nodes[id]?.ownsSlots == true { note("\(id) owns slots and was told to follow") }
        let address = group.member(primary)?.address
        update(id) {
            // A replica stays a synced one when it is led to another primary; a primary that turns replica never was one.
            $0.hasSynced = $0.hasSynced && $0.role == .replica
            $0.role = .replica
            $0.follows = address
            $0.isLinked = false
        }
    }

    private mutating func promote(_ id: String) {
        guard nodes[id]?.role == .replica else { return }
        let history = newHistory()
        let epoch = nextEpoch
        let isCluster = group.clusterEnabled
        update(id) {
            $0.role = .primary
            $0.follows = nil
            $0.isLinked = false
            $0.hasSynced = false
            $0.previousHistory = $0.history
            $0.history = history
            if isCluster {
                $0.ownsSlots = true
                $0.epoch = epoch
            }
        }
    }

    private mutating func forget() {
        isForgotten = true
        for (id, node) in nodes where node.process != .absent && node.process != .removed { note("\(id) is forgotten and still there") }
        if !routes.isEmpty { note("a route is forgotten and still there") }
    }

    private mutating func becomeCacheCluster() {
        isCacheCluster = true
        guard let kept = group.nodeGroups[0].primaryMember, let node = nodes[kept.id] else { return }
        if node.bound.contains(where: { $0 != kept.address }) { note("\(kept.id) keeps the endpoint's address, which is given back") }
        for (id, node) in nodes where id != kept.id && node.process != .absent && node.process != .removed { note("\(id) is still there") }
    }

    private mutating func checkEndpoints() {
        for shard in group.nodeGroups {
            guard let endpoint = shard.primaryAddress else { continue }
            let holders = shard.members.filter { nodes[$0.id]?.bound.contains(endpoint) == true }
            if holders.count > 1 { note("\(holders.map(\.id)) are both bound to the endpoint") }
        }
    }

    // MARK: What time does

    mutating func pass() {
        for id in nodes.keys.sorted() { pass(id) }
        for shard in group.nodeGroups {
            if group.clusterEnabled { gossip(shard) }
            for member in shard.members { link(member, shard) }
        }
        for (name, route) in routes {
            routes[name] = route.desired.map { ObservedRoute(desired: $0, applied: $0) }
        }
    }

    private mutating func pass(_ id: String) {
        guard var node = nodes[id] else { return }
        switch node.process {
        case .starting(let rounds): node.process = rounds > 1 ? .starting(rounds - 1) : .running
        case .ending:
            node.process = .removed
            node.saved = nil
        case .running:
            node.silence = max(0, node.silence - 1)
            if node.role == .primary { node.offset += 14 }
            // Users write where the endpoint leads, or in a cluster to whoever owns the slots.
            let isWritten = group.clusterEnabled ? node.ownsSlots : node.bound.count > 1 || !group.build.movesAddresses
            if node.role == .primary, group.wasAvailable, isWritten { node.data += 1 }
        case .absent, .exited, .refused, .removed: break
        }
        nodes[id] = node
    }

    /// The owner with the highest epoch prevails, alive or not, and whoever learns of it follows it. A node alone learns nothing.
    private mutating func gossip(_ shard: NodeGroup) {
        guard nodes.values.count(where: \.isUp) > 1,
            let owner = shard.members.filter({ nodes[$0.id]?.ownsSlots == true }).max(by: {
                nodes[$0.id]?.epoch ?? 0 < nodes[$1.id]?.epoch ?? 0
            })
        else { return }
        for other in shard.members where other.id != owner.id && nodes[other.id]?.isUp == true {
            nodes[other.id]?.ownsSlots = false
            if nodes[other.id]?.role == .primary { nodes[other.id]?.hasSynced = false }
            nodes[other.id]?.role = .replica
            nodes[other.id]?.follows = owner.address
        }
    }

    private mutating func link(_ member: Member, _ shard: NodeGroup) {
        guard var node = nodes[member.id], node.isUp, node.role == .replica else { return }
        let upstream = shard.members.first { $0.address == node.follows && $0.id != member.id }.flatMap { nodes[$0.id] }
        if let upstream, upstream.isUp, upstream.role == .primary {
            if node.data > 0, upstream.data == 0 { note("\(member.id) is wiped by an empty primary") }
            node.isLinked = true
            node.hasSynced = true
            node.offset = upstream.offset
            // Who only goes on from its own history remembers it.
            if node.history != upstream.history {
                node.previousHistory = upstream.previousHistory == node.history ? node.history : nil
            }
            node.history = upstream.history
            node.data = upstream.data
        } else {
            node.isLinked = false
        }
        nodes[member.id] = node
    }
}
