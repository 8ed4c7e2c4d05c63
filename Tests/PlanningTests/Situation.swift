import Foundation
import Testing

@testable import CacheModel
@testable import Planning

/// The members of the cluster mode disabled groups in these tests.
let first = "g-001"
let second = "g-002"
let third = "g-003"

extension ReplicationGroup {
    /// Cluster mode disabled: members `g-001` and so on, the first one the primary.
    static func disabled(
        nodes: Int = 3, status: GroupStatus = .available, automaticFailover: Bool = true, movesAddresses: Bool = true
    ) -> ReplicationGroup {
        let members = (1...nodes).map { node(MemberID.name(group: "g", nodeGroup: "0001", index: $0, clusterMode: false), 10 + $0) }
        let shard = NodeGroup(
            id: "0001", slots: [], members: members, primary: first, primaryAddress: address(101), readerAddress: address(102))
        return group([shard], status, automaticFailover: automaticFailover, movesAddresses: movesAddresses)
    }

    /// Cluster mode enabled: members `g-0001-001` and so on, the first one of each shard its primary.
    static func enabled(shards: Int = 1, replicas: Int = 2, status: GroupStatus = .available) -> ReplicationGroup {
        let slots = Slots.evenSplit(into: shards)
        let nodeGroups = (1...shards).map { shard in
            let id = NodeGroupID.numbered(shard)
            let names = MemberID.names(group: "g", nodeGroup: id, count: replicas + 1, clusterMode: true)
            let members = names.enumerated().map { node($1, 10 * shard + $0 + 1, clusterNodeID: "node \($1)") }
            return NodeGroup(
                id: id, slots: slots[shard - 1], members: members, primary: names[0], primaryAddress: nil, readerAddress: nil)
        }
        return group(nodeGroups, status, automaticFailover: true, movesAddresses: true)
    }

    private static func group(
        _ nodeGroups: [NodeGroup], _ status: GroupStatus, automaticFailover: Bool, movesAddresses: Bool
    ) -> ReplicationGroup {
        let isCluster = nodeGroups[0].primaryAddress == nil
        var group = ReplicationGroup(
            kind: .replicationGroup, realm: Realm(region: "us-east-1", account: "000000000000"), id: "g", uid: "u1",
            description: "a group", createTime: Date(timeIntervalSince1970: 0), engine: .redis, engineVersion: "7.0",
            fullEngineVersion: "7.0.7",
            build: BuildReference(engine: .redis, version: "7.0.15", path: "/redis-server", movesAddresses: movesAddresses),
            nodeType: "cache.t3.micro", parameterGroup: "default.redis7", port: 6379, clusterEnabled: isCluster,
            automaticFailover: automaticFailover, multiAZ: false, autoMinorVersionUpgrade: true, snapshotRetentionLimit: 0,
            snapshotWindow: SnapshotWindow(start: 0, duration: 60), maintenanceWindow: MaintenanceWindow(start: 120, duration: 60),
            tags: [], nodeGroups: nodeGroups, configurationAddress: isCluster ? address(100) : nil,
            credentials: Credentials(administration: "a", replication: "r"))
        group.status = status
        group.wasAvailable = status != .creating && status != .createFailed
        return group
    }

    static func node(_ id: String, _ number: Int, clusterNodeID: String? = nil) -> Member {
        Member(id: id, zone: "us-east-1a", address: address(number), process: "\(id)-u1", clusterNodeID: clusterNodeID)
    }

    static func address(_ number: Int) -> IPAddress { .v4(IPv4Address(0x7f40_0000 + UInt32(number))) }
}

/// A group and what is seen of it: by default all as it should be. Each test then says what is not.
struct Situation: Sendable {
    var group: ReplicationGroup
    var observed = ObservedGroup()
    var rules = Rules()

    /// Nothing has been started yet.
    static func blank(_ group: ReplicationGroup) -> Situation { Situation(group: group) }

    static func healthy(_ group: ReplicationGroup, _ rules: Rules = Rules()) -> Situation {
        var situation = Situation(group: group, rules: rules)
        if group.wasAvailable, !group.clusterEnabled { situation.group.nodeGroups[0].history = "ours" }
        for nodeGroup in group.nodeGroups {
            for member in nodeGroup.members {
                let state = member.id == nodeGroup.primary ? situation.primaryState(member) : situation.replicaState(member)
                situation.observed.members[member.id] = ObservedMember(process: .running, engine: .answering(state), incarnation: 1)
            }
        }
        for route in situation.settledRoutes() {
            situation.observed.routes[route.name] = ObservedRoute(desired: route, applied: route)
        }
        return situation
    }

    var plan: Plan { GroupPlanner.plan(group, observed, rules) }
    var shard: ShardView { ShardView(group.nodeGroups[0], of: group, observed, rules) }
    var roles: Plan { Roles.plan(shard) }

    /// The same with one member seen otherwise.
    func with(_ id: String, _ change: (inout ObservedMember) -> Void) -> Situation {
        var copy = self
        change(&copy.observed.members[id, default: ObservedMember()])
        return copy
    }

    /// The same with one member's process in another state, so that no engine answers.
    func with(_ id: String, _ process: ObservedProcess, saved: Bool = false, starts: Int = 1, mayStart: Bool = true) -> Situation {
        with(id) {
            $0 = ObservedMember(process: process, incarnation: starts, hasSavedData: saved, mayStart: mayStart)
        }
    }

    /// The same with one member down, and a snapshot of that age in its directory.
    func with(_ id: String, _ process: ObservedProcess = .exited(detail: ""), snapshot: SavedSnapshot, hasLog: Bool = false) -> Situation {
        with(id) { $0 = ObservedMember(process: process, incarnation: 1, hasSavedData: true, saved: snapshot, hasLog: hasLog) }
    }

    /// The same with one member's record changed.
    func recorded(_ id: String, _ change: (inout Member) -> Void) -> Situation {
        with { situation in
            for n in situation.group.nodeGroups.indices {
                for m in situation.group.nodeGroups[n].members.indices where situation.group.nodeGroups[n].members[m].id == id {
                    change(&situation.group.nodeGroups[n].members[m])
                }
            }
        }
    }

    /// The same with a member that runs and has left every question unanswered for so many seconds.
    func silent(_ id: String, for seconds: Double) -> Situation {
        with(id) {
            $0.engine = .silent
            $0.silence = .seconds(seconds)
        }
    }

    /// The same with these members' replicas having last heard from their primary so many seconds ago.
    func heard(_ ids: String..., ago seconds: Int) -> Situation {
        ids.reduce(self) { $0.answering($1) { $0.lastHeard = .seconds(seconds) } }
    }

    /// The same with these members' zone down.
    func dark(_ ids: String...) -> Situation {
        ids.reduce(self) { $0.with($1) { $0.zoneIsDown = true } }
    }

    /// The same with one member running, and its engine answering so.
    func with(_ id: String, _ engine: ObservedEngine) -> Situation {
        with(id) {
            $0.process = .running
            $0.engine = engine
            $0.incarnation = max(1, $0.incarnation)
        }
    }

    /// The same with one engine's answer changed.
    func answering(_ id: String, _ change: (inout EngineState) -> Void) -> Situation {
        with(id) {
            guard var state = $0.engine.state else { return }
            change(&state)
            $0.engine = .answering(state)
        }
    }

    /// The same with a member that says that it is a primary, although it is not the one on record.
    func claiming(_ id: String, slots: [SlotRange] = []) -> Situation {
        guard let member = group.member(id) else { return self }
        var state = primaryState(member)
        state.boundAddresses = member.addresses
        if group.clusterEnabled { state.cluster?.slots = slots }
        return with(id, .answering(state))
    }

    func with(_ change: (inout Situation) -> Void) -> Situation {
        var copy = self
        change(&copy)
        return copy
    }

    func primaryState(_ member: Member) -> EngineState {
        let shard = group.nodeGroups.first { $0.members.contains(member) }
        return EngineState(
            role: .primary, offset: 100, replicationID: "ours",
            boundAddresses: member.addresses + (shard?.primaryAddresses ?? []), tuning: tuning(member),
            cluster: view(slots: shard?.slots ?? []))
    }

    func replicaState(_ member: Member) -> EngineState {
        let shard = group.nodeGroups.first { $0.members.contains(member) }
        return EngineState(
            role: .replica, follows: shard?.primaryMember?.address, isLinked: true, offset: 100, replicationID: "ours",
            boundAddresses: member.addresses, tuning: tuning(member), cluster: view(slots: []))
    }

    /// The first replica saves; the primary only where it is alone.
    private func tuning(_ member: Member) -> [String: String] {
        let shard = group.nodeGroups.first { $0.member(member.id) != nil }
        let saver = shard?.replicas.first?.id ?? shard?.primary
        let settled = Tuning.settled(group, saves: rules.durability == .snapshot && saver == member.id, rules)
        return Dictionary(settled.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    private func view(slots: [SlotRange]) -> ClusterState? {
        guard group.clusterEnabled else { return nil }
        return ClusterState(
            isServing: true, knownNodes: group.members.count, slots: slots, memberSlots: SlotRange.slotCount, strangers: [])
    }
}

extension Situation {
    func listen(_ id: String) -> ProcessSpec.Listen {
        ProcessSpec.Listen(address: group.member(id)?.address.description ?? "", port: group.port)
    }

    func listen(_ address: IPAddress?) -> ProcessSpec.Listen {
        ProcessSpec.Listen(address: address?.description ?? "", port: group.port)
    }

    /// The reader endpoint's route while these replicas are linked.
    func reader(_ linked: [String]) -> RouteSpec {
        RouteSpec(
            name: "g-ro-u1", listen: listen(group.nodeGroups[0].readerAddress), targets: linked.map(listen),
            fallbacks: [listen(group.nodeGroups[0].primary)], closesRemoved: true)
    }

    /// The primary endpoint's route where engines can't move addresses.
    func writer() -> RouteSpec {
        RouteSpec(
            name: "g-rw-u1", listen: listen(group.nodeGroups[0].primaryAddress), targets: [listen(group.nodeGroups[0].primary)],
            closesRemoved: true)
    }

    func configuration() -> RouteSpec {
        RouteSpec(
            name: "g-cfg-u1", listen: listen(group.configurationAddress), targets: group.members.map { listen($0.address) },
            closesRemoved: false)
    }

    private func settledRoutes() -> [RouteSpec] {
        let routes = group.clusterEnabled ? [configuration()] : usualRoutes()
        return routes + routes.compactMap(second)
    }

    private func usualRoutes() -> [RouteSpec] {
        guard group.nodeGroups[0].readerAddress != nil else { return [] }
        return [reader(group.nodeGroups[0].replicas.map(\.id))] + (group.build.movesAddresses ? [] : [writer()])
    }

    /// The same at the endpoint's address of the other family; nil where it has none.
    func second(_ route: RouteSpec) -> RouteSpec? {
        let kind = route.name.split(separator: "-")[1]
        let address =
            switch kind {
            case "ro": group.nodeGroups[0].secondReaderAddress
            case "rw": group.nodeGroups[0].secondPrimaryAddress
            default: group.secondConfigurationAddress
            }
        guard let address else { return nil }
        return RouteSpec(
            name: "g-\(kind)-second-u1", listen: listen(address), targets: route.targets, fallbacks: route.fallbacks,
            closesRemoved: route.closesRemoved)
    }
}

/// A situation and the plan that it calls for. A wait is named by a part of its text.
struct PlanCase: Sendable, CustomTestStringConvertible {
    let name: String
    let situation: Situation
    let steps: [Step]
    let waits: [String]

    init(_ name: String, _ situation: Situation, steps: [Step] = [], waits: [String] = []) {
        self.name = name
        self.situation = situation
        self.steps = steps
        self.waits = waits
    }

    var testDescription: String { name }

    func check(_ plan: Plan, _ location: SourceLocation = #_sourceLocation) {
        #expect(plan.steps == steps, "\(name)", sourceLocation: location)
        let isAsExpected = plan.waits.count == waits.count && zip(plan.waits, waits).allSatisfy { $0.contains($1) }
        #expect(isAsExpected, "\(name): waits for \(plan.waits)", sourceLocation: location)
    }
}

extension Step {
    static func start(_ member: String, follows: String? = nil, seeds: [String] = [], replaces: Bool = false) -> Step {
        .start(member: member, follows: follows, data: StartData(seeds: seeds, replaces: replaces))
    }

    static func note(_ member: String, _ kind: Trouble.Kind, _ reason: String = "") -> Step {
        .note(member: member, TroubleReport(kind: kind, reason: reason))
    }

    static func replicate(_ member: String, from primary: String = first) -> Step { .replicate(member: member, primary: primary) }

    /// What a failover consists of in a cluster, and the beginning of it elsewhere.
    static func failover(to member: String, shard: String) -> [Step] {
        [.recordPrimary(nodeGroup: shard, member: member, isFailover: true), .promote(member: member)]
    }

    /// A failover with cluster mode disabled: the endpoint's address and the other replicas go along.
    static func failover(to member: String, followedBy others: String..., endpoint: Bool = true) -> [Step] {
        failover(to: member, followedBy: others, endpoint: endpoint)
    }

    static func failover(to member: String, followedBy others: [String], endpoint: Bool = true) -> [Step] {
        let bind = Step.bind(member: member, addresses: [address(of: member), ReplicationGroup.address(101)])
        return failover(to: member, shard: "0001") + (endpoint ? [bind] : []) + others.map { .replicate($0, from: member) }
    }

    /// Of a member of a group with cluster mode disabled.
    static func address(of member: String) -> IPAddress { ReplicationGroup.address(10 + (Int(member.suffix(3)) ?? 0)) }
}

extension Trouble {
    static func noted(_ kind: Kind, _ reason: String = "", restarts: Int = 0) -> Trouble {
        Trouble(kind: kind, reason: reason, since: Date(timeIntervalSince1970: 0), restarts: restarts)
    }
}
