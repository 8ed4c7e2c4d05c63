import CacheModel

/// Which address leads where.
///
/// The primary endpoint's address is bound by the primary itself where the engine can do so at run time; everything else that
/// leads to more than one node goes through the host's forwarder.
enum Endpoints {
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> Plan {
        var plan = Plan()
        if !group.clusterEnabled, group.build.movesAddresses {
            for nodeGroup in group.nodeGroups { plan.add(isInUse(nodeGroup, group, observed) ?? bindings(nodeGroup, observed)) }
        }
        let wanted = routes(group, observed, rules)
        for route in wanted {
            let known = observed.routes[route.name]
            if known?.desired != route {
                plan.steps.append(.route(route))
            } else if known?.problem != nil, group.status == .creating, let primary = group.nodeGroups.first?.primary {
                plan.steps.append(.moveAddress(member: primary))
            } else if known?.applied != route {
                plan.waits.append("the endpoint \(route.listen.address):\(route.listen.port) is not served yet")
            }
        }
        plan.add(drop(observed.routes.filter { route in !wanted.contains { $0.name == route.key } }))
        return plan
    }

    /// A route is gone when the forwarder has let go of its address.
    static func drop(_ routes: [String: ObservedRoute]) -> Plan {
        var plan = Plan()
        for (name, route) in routes.sorted(by: { $0.key < $1.key }) {
            if route.desired == nil {
                plan.waits.append("the forwarder still serves \(name)")
            } else {
                plan.steps.append(.dropRoute(name: name))
            }
        }
        return plan
    }

    /// A cluster that becomes a group binds its endpoint's address while it runs: only the engine can say that somebody listens there.
    private static func isInUse(_ nodeGroup: NodeGroup, _ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan? {
        guard group.isConversion, nodeGroup.primaryAddresses.contains(where: observed.refusedAddresses.contains) else { return nil }
        return .do(.moveAddress(member: nodeGroup.primary))
    }

    /// Addresses are taken from who should not have them before they are given to who should. While the member on record is no
    /// primary yet, whoever acts as one keeps the endpoint; and so does the member on record itself, which is about to be promoted.
    private static func bindings(_ nodeGroup: NodeGroup, _ observed: ObservedGroup) -> Plan {
        var givenUp: [Step] = []
        var taken: [Step] = []
        let isTaken = nodeGroup.primaryMember.flatMap { observed[$0].engine.state?.role } == .primary
        for member in nodeGroup.members {
            guard let state = observed[member].engine.state, isTaken || state.role == .replica && member.id != nodeGroup.primary else {
                continue
            }
            let isPrimary = member.id == nodeGroup.primary && state.role == .primary
            let wanted = member.addresses + (isPrimary ? nodeGroup.primaryAddresses : [])
            guard Set(state.boundAddresses) != Set(wanted) else { continue }
            if wanted.count > member.addresses.count {
                taken.append(.bind(member: member.id, addresses: wanted))
            } else {
                givenUp.append(.bind(member: member.id, addresses: wanted))
            }
        }
        return Plan(steps: givenUp + taken)
    }

    private static func routes(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) -> [RouteSpec] {
        if group.configurationAddress != nil {
            let members = group.members.filter { $0.change != .leaving && $0.change != .joining }.map { listen($0, group) }
            return named("cfg", group.configurationAddresses, group).map {
                RouteSpec(name: $0.name, listen: listen($0.address, group), targets: members, closesRemoved: false)
            }
        }
        return group.nodeGroups.flatMap { nodeGroup -> [RouteSpec] in
            guard let primary = nodeGroup.primaryMember else { return [] }
            let readers = named("ro", nodeGroup.readerAddresses, group).map {
                reader(nodeGroup, $0.name, at: $0.address, primary, group, observed, rules)
            }
            guard !group.build.movesAddresses else { return readers }
            return readers
                + named("rw", nodeGroup.primaryAddresses, group).map {
                    RouteSpec(
                        name: $0.name, listen: listen($0.address, group), targets: [listen(primary, group)], closesRemoved: true)
                }
        }
    }

    /// The reader endpoint leads to the replicas that are linked; while none is, to the primary. Silence is no reason to leave a
    /// replica out that was in.
    private static func reader(
        _ nodeGroup: NodeGroup, _ name: String, at address: IPAddress, _ primary: Member, _ group: ReplicationGroup,
        _ observed: ObservedGroup, _ rules: Rules
    ) -> RouteSpec {
        let current = observed.routes[name]?.desired?.targets ?? []
        let linked = nodeGroup.replicas.filter { replica in
            if replica.change == .leaving { return false }
            let seen = observed[replica]
            if seen.engine.state?.isLinked == true { return true }
            // Who is only busy, or about to follow a new primary, keeps its clients.
            guard case .running = seen.process, current.contains(listen(replica, group)) else { return false }
            return seen.engine == .silent && seen.silence < rules.hangDeadline || seen.engine.state?.hasSynced == true
        }
        return RouteSpec(
            name: name, listen: listen(address, group), targets: linked.map { listen($0, group) },
            fallbacks: [listen(primary, group)], closesRemoved: true)
    }

    /// One route per address. Names and targets stay the same whichever family is told to clients, so that no connection is closed by a
    /// change of that.
    private static func named(
        _ kind: String, _ addresses: [IPAddress], _ group: ReplicationGroup
    ) -> [(name: String, address: IPAddress)] {
        let ordered = addresses.filter { $0.family == .ipv4 } + addresses.filter { $0.family != .ipv4 }
        return zip(["", "-second"], ordered).map { (name: "\(group.id)-\(kind)\($0)-\(group.uid)", address: $1) }
    }

    private static func listen(_ member: Member, _ group: ReplicationGroup) -> ProcessSpec.Listen {
        listen(member.addresses.first { $0.family == .ipv4 } ?? member.address, group)
    }

    private static func listen(_ address: IPAddress, _ group: ReplicationGroup) -> ProcessSpec.Listen {
        ProcessSpec.Listen(address: address.description, port: group.port)
    }
}
