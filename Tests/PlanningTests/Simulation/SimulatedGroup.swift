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
    var rules = Rules()
    var nodes: [String: SimulatedNode] = [:]
    var routes: [String: ObservedRoute] = [:]
    /// The users that its nodes are to have.
    var access: NodeAccess?
    var darkZones: Set<String> = []
    /// An engine that ends as soon as it is started.
    var brokenBuild: String?
    var generator: Seeded
    /// Rounds since the beginning. One is a second.
    var time = 0
    /// In which round each wish on record was first seen, and each shard without a primary.
    var wishes: [Wish: Int] = [:]
    var unserved: [String: Int] = [:]
    /// How many writes were acknowledged to users.
    var acknowledged = 0
    private(set) var violations: [String] = []
    /// What was done and what happened, for the message of a test that fails.
    private(set) var log: [Entry] = []
    var isForgotten = false
    var isCacheCluster = false
    private var histories = 0
    private var eras = 1
    private var addresses = 1000

    init(_ group: ReplicationGroup, seed: UInt64) {
        self.group = group
        generator = Seeded(state: seed)
        let all = Set(group.members.map(\.id))
        for nodeGroup in group.nodeGroups {
            for member in nodeGroup.members {
                let owns = group.clusterEnabled && member.id == nodeGroup.primary
                nodes[member.id] = SimulatedNode(ownsSlots: owns, epoch: 1, knows: all)
            }
        }
    }

    var isEnded: Bool { isForgotten || isCacheCluster }
    var plan: Plan { GroupPlanner.plan(group, observed, rules) }

    var observed: ObservedGroup {
        var observed = ObservedGroup(routes: routes)
        observed.access = access
        let staying = group.members.filter { $0.change != .leaving }.map(\.id)
        for member in group.members {
            guard let node = nodes[member.id] else { continue }
            let slots = node.role == .primary && node.ownsSlots ? shard(of: member.id)?.slots ?? [] : []
            let ghosts = node.knows.subtracting(staying).sorted().map { "node \($0)" }
            let view = ClusterState(
                isServing: isClusterServing, knownNodes: node.knows.count + node.strangers.count, slots: slots,
                memberSlots: node.role == .primary ? ownedSlots : 0,
                strangers: (node.role == .primary ? node.strangers : []) + ghosts,
                unknownMembers: staying.filter { !node.knows.contains($0) })
            observed.members[member.id] = node.observed(
                clusterView: group.clusterEnabled ? view : nil, zoneIsDown: darkZones.contains(member.zone))
        }
        for (wish, since) in wishes { observed.waited[wish] = .seconds(time - since) }
        for (id, since) in unserved { observed.withoutPrimary[id] = .seconds(time - since) }
        return observed
    }

    /// What has been so since when.
    mutating func count() {
        let asked = group.wishes.map(\.wish)
        wishes = Dictionary(asked.map { ($0, wishes[$0] ?? time) }, uniquingKeysWith: { $1 })
        let dark = group.nodeGroups.filter { shard in nodes[shard.primary].map { !$0.answers || $0.role != .primary } ?? true }
        unserved = Dictionary(dark.map { ($0.id, unserved[$0.id] ?? time) }, uniquingKeysWith: { $1 })
    }

    /// A node that sees no more than half of the slots' owners takes no writes.
    private var isQuorate: Bool {
        let awake = group.nodeGroups.filter { shard in
            shard.members.contains { nodes[$0.id].map { $0.isUp && $0.frozen == 0 && $0.ownsSlots } ?? false }
        }
        return awake.count * 2 > group.nodeGroups.count
    }

    private var isClusterServing: Bool { ownedSlots == SlotRange.slotCount }

    private var ownedSlots: Int {
        group.nodeGroups.filter { shard in shard.members.contains { nodes[$0.id].map { $0.isUp && $0.ownsSlots } ?? false } }
            .reduce(0) { $0 + Slots.count($1.slots) }
    }

    func shard(of id: String) -> NodeGroup? { group.nodeGroups.first { $0.member(id) != nil } }

    /// The last things that happened.
    var story: String { log.suffix(30).map { "  \($0)" }.joined(separator: "\n") }

    mutating func note(_ violation: String) { violations.append("\(violation), after\n\(story)") }

    mutating func trace(_ entry: Entry) { log.append(entry) }

    var nextEpoch: Int { (nodes.values.map(\.epoch).max() ?? 0) + 1 }

    mutating func newHistory() -> String {
        histories += 1
        return "h\(histories)"
    }

    /// A node that becomes a primary begins a new one.
    mutating func newEra() -> Int {
        eras += 1
        return eras
    }

    mutating func newAddress() -> IPAddress {
        addresses += 1
        return ReplicationGroup.address(addresses)
    }

    /// Changes a node that can be told; false if it can't.
    @discardableResult
    mutating func update(_ id: String, _ change: (inout SimulatedNode) -> Void) -> Bool {
        guard var node = nodes[id], node.answers else { return false }
        change(&node)
        nodes[id] = node
        return true
    }

    mutating func change(_ id: String, _ body: (inout Member) -> Void) {
        for n in group.nodeGroups.indices {
            for m in group.nodeGroups[n].members.indices where group.nodeGroups[n].members[m].id == id {
                body(&group.nodeGroups[n].members[m])
            }
        }
    }

    mutating func change(nodeGroup id: String, _ body: (inout NodeGroup) -> Void) {
        for n in group.nodeGroups.indices where group.nodeGroups[n].id == id { body(&group.nodeGroups[n]) }
    }

    /// Whether users' writes reach this member and are taken.
    func takesWrites(_ member: Member, of shard: NodeGroup) -> Bool {
        guard let node = nodes[member.id], node.isUp, node.frozen == 0, node.role == .primary, group.wasAvailable
        else { return false }
        if group.clusterEnabled { return node.ownsSlots && isQuorate }
        guard let endpoint = shard.primaryAddress else { return true }
        if group.build.movesAddresses { return node.bound.contains(endpoint) }
        return routes.values.contains { route in
            route.applied?.listen.address == endpoint.description
                && route.applied?.targets.contains { $0.address == member.address.description } == true
        }
    }
}
