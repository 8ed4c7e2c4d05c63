import CacheModel
import Engine
import Planning

extension NodeWire {
    private static let usualDeadline: Duration = .milliseconds(700)
    private static let briefDeadline: Duration = .milliseconds(100)
    /// Members: up to here each is asked for its table with everything else.
    private static let smallCluster = 24

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
            let links = group.transitChange == nil ? nil : questions.count
            if links != nil { questions.append(EngineClient.question(.replica)) }
            let ports = group.changesPorts ? questions.count : nil
            if ports != nil { questions.append(ToldPorts.question) }
            let answers = await connection.send(batch: questions, within: deadline)
            guard let info = try answers[0].get().text.flatMap(EngineInfo.init) else { return .silent }
            // The process that was started there is who must answer: an address may have found another owner.
            guard info.processID == pid else { return .foreign }
            if info.isLoading { return .loading }
            var state = EngineState(info, bound: try answers[1].get())
            if let links { state.replicaPorts = Set(EngineClient.all(in: try answers[links].get().text ?? "").map(\.port)) }
            for (index, name) in tuned.enumerated() { state.tuning[name] = try answers[2 + index].get().elements?.last?.text }
            if group.clusterEnabled {
                guard let view = try answers[2 + tuned.count].get().text.flatMap(ClusterInfo.init) else { return .silent }
                if asksForTable {
                    let table = try answers[3 + tuned.count].get().text.flatMap(ClusterNode.rows)
                    state.cluster = ClusterState(view, table, of: group)
                    if let ports { state.cluster?.untoldMembers = group.untold(by: ToldPorts.all(in: try answers[ports].get())) }
                    return .answering(state)
                }
                // All tables together grow with the square of the cluster: in a large one they are asked for where they are needed.
                let isChanging = view.knownNodes != group.members.count || group.members.contains { $0.change != nil }
                let isNeeded = state.role == .primary && view.isOK || !group.wasAvailable || isChanging
                state.cluster = ClusterState(view, isNeeded ? try await table(connection) : nil, of: group)
                if let ports { state.cluster?.untoldMembers = group.untold(by: ToldPorts.all(in: try answers[ports].get())) }
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
}

extension EngineState {
    fileprivate init(_ info: EngineInfo, bound: RESPValue) {
        self.init(
            role: info.role == .primary ? .primary : .replica,
            follows: info.role == .replica ? info.primaryAddress.flatMap { IPAddress($0) } : nil,
            isLinked: info.role == .replica && info.isPrimaryLinkUp && !info.isSyncingFromPrimary,
            hasSynced: info.role == .replica && info.wasEverLinked && !info.isSyncingFromPrimary,
            isSyncing: info.role == .replica && info.isSyncingFromPrimary,
            offset: max(0, info.heldOffset),
            replicationID: info.replicationID,
            previousReplicationID: info.previousReplicationID,
            lastHeard: info.secondsSincePrimary.map { .seconds($0) },
            isSaveFailing: !info.lastSaveSucceeded || !info.lastAppendOnlyWriteSucceeded,
            usedMemory: info.usedMemory,
            boundAddresses: (bound.elements?.last?.text ?? "").split(separator: " ").compactMap { IPAddress(String($0)) })
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
                ? [] : group.members.filter { $0.change != .leaving && !known.contains($0.clusterNodeID ?? "") }.map(\.id),
            misplacedMembers: table == nil ? [] : Self.misplaced(in: rows, group))
    }

    private static func misplaced(in rows: [ClusterNode], _ group: ReplicationGroup) -> [String] {
        let followed = Dictionary(rows.map { ($0.id, $0.primaryID) }, uniquingKeysWith: { $1 })
        return group.nodeGroups.flatMap { nodeGroup in
            nodeGroup.replicas.filter { replica in
                guard let primary = followed[replica.clusterNodeID ?? ""] else { return false }
                return primary != nodeGroup.primaryMember?.clusterNodeID
            }.map(\.id)
        }
    }
}

extension ReplicationGroup {
    /// Whether nodes of a cluster may not know yet at which ports others are reached: gossip takes its time.
    fileprivate var changesPorts: Bool {
        clusterEnabled && isEncryptedInTransit && hasHadDoors && (status == .creating || transitChange?.isUnderWay == true)
    }

    fileprivate func untold(by told: [ToldPorts]) -> [String] {
        let known = Dictionary(told.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return members.filter { member in
            guard member.change == nil, let ports = known[member.clusterNodeID ?? ""] else { return false }
            return ports.encrypted != port || transitEncryption == .preferred && ports.clear != port
        }.map(\.id)
    }
}
