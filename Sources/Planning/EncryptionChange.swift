import CacheModel

/// Clients come in another way: the engines change their ports while they run, and connections that stand go on.
///
/// Node after node, a shard's primary first. Before an engine leaves the group's port the forwarder is about to take it, and the other way
/// round, so that nobody finds it deserted for longer than a few milliseconds. At last replicas connect anew, in the new way.
package enum EncryptionChange {
    /// What is looked at to know how an engine listens.
    package static let names = ["port", "tls-port", "tls-replication"]

    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> Plan {
        guard group.transitChange != nil else { return Plan() }
        var plan = Plan()
        let leads = Endpoints.areRouted(group, observed, rules)
        for nodeGroup in group.nodeGroups {
            let members = [nodeGroup.primaryMember].compactMap(\.self) + nodeGroup.replicas
            for member in members where member.change != .leaving { plan.add(change(member, nodeGroup, group, observed, leads: leads)) }
        }
        guard plan.isSettled else { return plan }
        for primary in group.nodeGroups.compactMap(\.primaryMember) {
            guard let state = observed[primary].engine.state else { continue }
            if state.replicaPorts.contains(where: { $0 != group.linkPort }) { plan.steps.append(.relink(primary: primary.id)) }
        }
        return plan
    }

    /// Whether an engine listens as it should.
    static func isInForce(_ state: EngineState, _ group: ReplicationGroup) -> Bool {
        let wanted = group.listening
        return state.tuning["port"] == "\(wanted.clear)" && state.tuning["tls-port"] == "\(wanted.encrypted)"
            && state.tuning["tls-replication"] == (wanted.encryptsLinks ? "yes" : "no")
    }

    /// Whether a node that answers does not have it yet.
    static func isLate(_ member: Member, _ group: ReplicationGroup, _ observed: ObservedGroup) -> Bool {
        guard group.transitChange != nil, let state = observed[member].engine.state,
            let nodeGroup = group.nodeGroups.first(where: { $0.member(member.id) != nil })
        else { return false }
        let isReached =
            group.transitEncryption != .preferred
            || Doors.addresses(of: member, in: nodeGroup, group).map { Doors.door(at: $0, of: group) }.allSatisfy {
                observed.routes[$0.name]?.applied == $0
            }
        return !isInForce(state, group) || !isReached || state.cluster?.untoldMembers.isEmpty == false
            || member.id == nodeGroup.primary && state.replicaPorts.contains { $0 != group.linkPort }
    }

    /// Why a change that is taken for done is not; nil if it is.
    static func obstacle(_ group: ReplicationGroup, _ observed: ObservedGroup) -> String? {
        guard group.transitChange?.isUnderWay == true else { return nil }
        return group.members.first { isLate($0, group, observed) }.map {
            "\($0.id) does not listen as it should yet: somebody may have its ports \(group.innerPorts.clear) and \(group.innerPorts.encrypted)"
        }
    }

    private static func change(
        _ member: Member, _ nodeGroup: NodeGroup, _ group: ReplicationGroup, _ observed: ObservedGroup, leads: Bool
    ) -> Plan {
        let seen = observed[member]
        let doors = Doors.addresses(of: member, in: nodeGroup, group).map { Doors.door(at: $0, of: group) }
        let standing = doors.compactMap { door in observed.routes[door.name]?.desired }
        switch seen.process {
        case .running: break
        case .starting, .ending: return .wait("\(member.id) is on its way")
        // It is started with its new ports: they are to be free.
        default: return group.transitEncryption == .preferred ? Plan() : Plan(steps: yields(standing))
        }
        guard let state = seen.engine.state else { return .wait("\(member.id) does not answer, and is to listen in another way") }
        if isInForce(state, group) { return Plan(steps: group.transitEncryption == .preferred ? [] : yields(standing)) }
        guard leads else { return .wait("the endpoints do not lead to the group's port yet") }
        guard group.transitEncryption == .preferred else { return Plan(steps: yields(standing) + [.listen(member: member.id)]) }
        guard seen.certificate == .inForce else { return .wait("\(member.id) has no certificate yet") }
        // Whether the forwarder has tried to listen: it goes on until the engine has left.
        let areKnocking = doors.allSatisfy { door in
            guard let route = observed.routes[door.name], route.desired == door else { return false }
            return route.applied == door || route.problem != nil
        }
        return areKnocking ? .do(.listen(member: member.id)) : .wait("the forwarder is not ready to take the port of \(member.id)")
    }

    private static func yields(_ doors: [RouteSpec]) -> [Step] {
        doors.filter { $0.isYielded != true }.map { .route(Doors.yielded($0)) }
    }
}

extension ReplicationGroup {
    /// The port at which the links of replicas come in at their primary's engine.
    var linkPort: Int { transitEncryption == .preferred ? innerPorts.encrypted : port }
}
