import CacheModel
package import Engine
import Planning

/// Speaks to a group's engines: asks them what they are, and gives them orders.
package struct NodeWire: Sendable {
    /// For one engine's answer. One that takes longer has said neither yes nor no.
    static let deadline: Duration = .seconds(2)
    private static let usualDeadline: Duration = .milliseconds(700)
    private static let briefDeadline: Duration = .milliseconds(100)
    /// Members: up to here each is asked for its table with everything else.
    private static let smallCluster = 24
    /// For a copy of all data to reach the disk.
    private static let saveDeadline: Duration = .seconds(1800)

    private let connections: EngineConnections
    private let probes = EngineConnections()
    let failpoints: Failpoints?

    package init(connections: EngineConnections, failpoints: Failpoints? = nil) {
        self.connections = connections
        self.failpoints = failpoints
    }

    /// What each engine says of itself, all asked at once. Those that were silent before get less time, but for patient looks: a
    /// hung one must not slow down every decision about the others, and a slow one must be heard some time.
    func observe(
        _ running: [(member: Member, pid: Int32)], of group: ReplicationGroup, silentBefore: Set<String>, patiently: Bool
    ) async -> [String: ObservedEngine] {
        await withTaskGroup(of: (String, ObservedEngine).self) { tasks in
            for (member, pid) in running {
                let isBrief = silentBefore.contains(member.id) && !patiently
                let deadline = isBrief ? Self.briefDeadline : patiently ? Self.deadline : Self.usualDeadline
                tasks.addTask { (member.id, await observe(member, pid: pid, of: group, within: deadline)) }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func observe(_ member: Member, pid: Int32, of group: ReplicationGroup, within deadline: Duration) async -> ObservedEngine {
        do throws(EngineError) {
            let connection = try await connection(to: member, of: group, within: deadline)
            let tuned = Tuning.names(group)
            var questions = [["INFO"], ["CONFIG", "GET", "bind"]] + tuned.map { ["CONFIG", "GET", $0] }
            let asksForTable = group.members.count <= Self.smallCluster
            if group.clusterEnabled {
                questions.append(["CLUSTER", "INFO"])
                if asksForTable { questions.append(["CLUSTER", "NODES"]) }
            }
            let answers = await connection.send(batch: questions, within: deadline)
            guard let info = try answers[0].get().text.flatMap(EngineInfo.init) else { return .silent }
            // The process that was started there is who must answer: an address may have found another owner.
            guard info.processID == pid else { return .foreign }
            if info.isLoading { return .loading }
            var state = EngineState(info, bound: try answers[1].get())
            for (index, name) in tuned.enumerated() { state.tuning[name] = try answers[2 + index].get().elements?.last?.text }
            if group.clusterEnabled {
                guard let view = try answers[2 + tuned.count].get().text.flatMap(ClusterInfo.init) else { return .silent }
                if asksForTable {
                    let table = try answers[3 + tuned.count].get().text.flatMap(ClusterNode.rows)
                    state.cluster = ClusterState(view, table, of: group)
                    return .answering(state)
                }
                // All tables together grow with the square of the cluster: in a large one they are asked for where they are needed.
                let isChanging = view.knownNodes != group.members.count || group.members.contains { $0.change != nil }
                let isNeeded = state.role == .primary && view.isOK || !group.wasAvailable || isChanging
                state.cluster = ClusterState(view, isNeeded ? try await table(connection) : nil, of: group)
            }
            return .answering(state)
        } catch {
            switch error {
            case .reply(code: "LOADING", message: _): return .loading
            case .reply(code: "WRONGPASS", message: _), .reply(code: "NOAUTH", message: _), .reply(code: "NOPERM", message: _):
                return .foreign
            default: return .silent
            }
        }
    }

    private func table(_ connection: EngineConnection) async throws(EngineError) -> [ClusterNode] {
        try await connection.clusterNodes(within: Self.deadline)
    }

    /// Gives one order. Throws `EngineError`; an order whose answer was lost is planned again after another look.
    func perform(_ step: Step, of group: ReplicationGroup) async throws {
        switch step {
        case .replicate(let id, let primaryID):
            guard let member = group.member(id), let primary = group.member(primaryID) else { return }
            let connection = try await connection(to: member, of: group)
            if group.clusterEnabled, let node = primary.clusterNodeID {
                try await connection.clusterReplicate(node, within: Self.deadline)
            } else {
                try await connection.replicate(from: address(of: primary, in: group), within: Self.deadline)
            }
        case .promote(let id):
            guard let member = group.member(id) else { return }
            let connection = try await connection(to: member, of: group)
            if group.clusterEnabled {
                try await connection.clusterTakeOver(within: Self.deadline)
            } else {
                try await connection.promote(within: Self.deadline)
            }
        case .handOver(let from, let to): try await handOver(from: from, to: to, of: group)
        case .release(let id):
            guard let member = group.member(id) else { return }
            try await release(try await connection(to: member, of: group))
        case .save(let id):
            guard let member = group.member(id) else { return }
            try await connection(to: member, of: group).saveAll(within: Self.saveDeadline)
        case .introduce(let id, let other):
            guard let newcomer = group.member(id), let member = group.member(other) else { return }
            try await connection(to: member, of: group).clusterMeet(
                address(of: newcomer, in: group), busPort: group.port + NodeFiles.busOffset, within: Self.deadline)
        case .forgetNodes(let id, let nodes):
            guard let member = group.member(id) else { return }
            let connection = try await connection(to: member, of: group)
            for node in nodes { try await connection.clusterForget(node, within: Self.deadline) }
        case .bind(let id, let addresses):
            guard let member = group.member(id) else { return }
            try await connection(to: member, of: group).bind(addresses.map(\.description), within: Self.deadline)
        case .tune(let id, let name, let value):
            guard let member = group.member(id) else { return }
            try await connection(to: member, of: group).configure(name, value, within: Self.deadline)
        default: return
        }
    }

    /// Whether an engine says anything at all within the deadline: also that it is loading, or has too many clients; not that a script
    /// keeps it from everything else.
    ///
    /// Over connections of its own, which nobody closes who was in more of a hurry.
    func answers(_ member: Member, of group: ReplicationGroup, within deadline: Duration) async -> Bool {
        let address = address(of: member, in: group)
        let credentials = Self.credentials(of: group)
        do throws(EngineError) {
            if let connection = await probes.existing(to: address, as: credentials) {
                try await connection.ping(within: deadline)
            } else {
                // To let us in is an answer.
                _ = try await probes.connection(to: address, as: credentials, deadline: deadline)
            }
            return true
        } catch {
            switch error {
            case .reply(code: "BUSY", message: _): return false
            case .reply: return true
            default: return false
            }
        }
    }

    /// Whether the question of `answers` goes over a connection that stands.
    func isProbed(_ member: Member, of group: ReplicationGroup) async -> Bool {
        await probes.existing(to: address(of: member, in: group), as: Self.credentials(of: group)) != nil
    }

    func address(of member: Member, in group: ReplicationGroup) -> EngineAddress {
        EngineAddress(host: member.address.description, port: group.port)
    }

    func connection(
        to member: Member, of group: ReplicationGroup, within deadline: Duration = NodeWire.deadline
    ) async throws(EngineError) -> EngineConnection {
        try await connections.connection(
            to: address(of: member, in: group),
            as: Self.credentials(of: group), deadline: deadline)
    }

    private static func credentials(of group: ReplicationGroup) -> EngineCredentials {
        EngineCredentials(username: NodeFiles.administrator, password: group.credentials.administration)
    }
}

extension EngineState {
    fileprivate init(_ info: EngineInfo, bound: RESPValue) {
        self.init(
            role: info.role == .primary ? .primary : .replica,
            follows: info.role == .replica ? info.primaryAddress.flatMap { IPv4Address($0) } : nil,
            isLinked: info.role == .replica && info.isPrimaryLinkUp && !info.isSyncingFromPrimary,
            hasSynced: info.role == .replica && info.wasEverLinked && !info.isSyncingFromPrimary,
            isSyncing: info.role == .replica && info.isSyncingFromPrimary,
            offset: max(0, info.heldOffset),
            replicationID: info.replicationID,
            previousReplicationID: info.previousReplicationID,
            lastHeard: info.secondsSincePrimary.map { .seconds($0) },
            isSaveFailing: !info.lastSaveSucceeded || !info.lastAppendOnlyWriteSucceeded,
            boundAddresses: (bound.elements?.last?.text ?? "").split(separator: " ").compactMap { IPv4Address(String($0)) })
    }
}

extension ClusterState {
    /// Without its table a node is only known to serve or not.
    fileprivate init(_ view: ClusterInfo, _ table: [ClusterNode]?, of group: ReplicationGroup) {
        let rows = table ?? []
        let known = Set(rows.map(\.id))
        let members = Set(group.members.filter { $0.change != .leaving }.compactMap(\.clusterNodeID))
        let own = rows.first(where: \.isMyself)?.slots ?? []
        self.init(
            isServing: view.isOK,
            knownNodes: view.knownNodes,
            slots: Slots.normalized(own.compactMap { SlotRange(first: $0.lowerBound, last: $0.upperBound) }),
            memberSlots: rows.filter { members.contains($0.id) }.flatMap(\.slots).reduce(0) { $0 + $1.count },
            // A name that is no node's yet is that of a handshake.
            strangers: rows.filter { !$0.flags.contains(.handshake) }.map(\.id).filter { !members.contains($0) },
            unknownMembers: table == nil
                ? [] : group.members.filter { $0.change != .leaving && !known.contains($0.clusterNodeID ?? "") }.map(\.id))
    }
}
