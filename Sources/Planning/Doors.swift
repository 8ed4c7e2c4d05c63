import CacheModel

/// Forwarding from a group's port to the inner ports of its nodes, at every address of theirs: where clients may choose whether they encrypt.
///
/// A route per address, whoever has the address: a primary endpoint's moves from node to node with its door. When the group's port goes back
/// to the engines, the doors are yielded: who came in through them stays, until the last of these has ended.
enum Doors {
    /// Of nodes that are not to go, and of primary endpoints that nodes bind themselves.
    static func wanted(_ group: ReplicationGroup, _ observed: ObservedGroup) -> [RouteSpec] {
        guard group.hasHadDoors else { return [] }
        return group.nodeGroups.flatMap { nodeGroup in
            nodeGroup.members.filter { $0.change != .leaving }.flatMap { member in
                addresses(of: member, in: nodeGroup, group).compactMap { wanted(at: $0, of: member, group, observed) }
            }
        }
    }

    /// The addresses that a member listens on, or is to.
    static func addresses(of member: Member, in nodeGroup: NodeGroup, _ group: ReplicationGroup) -> [IPAddress] {
        member.addresses + (member.id == nodeGroup.primary && group.build.movesAddresses ? nodeGroup.primaryAddresses : [])
    }

    private static func wanted(
        at address: IPAddress, of member: Member, _ group: ReplicationGroup, _ observed: ObservedGroup
    ) -> RouteSpec? {
        let door = door(at: address, of: group)
        if group.transitEncryption == .preferred { return door }
        guard let known = observed.routes[door.name] else { return nil }
        guard let desired = known.desired, desired.isYielded == true else { return known.desired }
        let isTaken = observed[member].engine.state.map { EncryptionChange.isInForce($0, group) } ?? false
        return known.isOver && isTaken ? nil : desired
    }

    static func door(at address: IPAddress, of group: ReplicationGroup) -> RouteSpec {
        var route = RouteSpec(
            name: group.doorName(at: address),
            listen: ProcessSpec.Listen(address: address.description, port: group.port),
            targets: [ProcessSpec.Listen(address: address.description, port: group.innerPorts.clear)], closesRemoved: false)
        route.encryptedPort = group.innerPorts.encrypted
        route.knowsTargetsByAddress = true
        return route
    }

    static func yielded(_ door: RouteSpec) -> RouteSpec {
        var yielded = door
        yielded.isYielded = true
        return yielded
    }

    /// Whose address a route answers at; nil for one that is no door.
    static func owner(of route: RouteSpec, in group: ReplicationGroup) -> Member? {
        guard group.hasHadDoors else { return nil }
        return group.members.first { $0.addresses.contains { group.doorName(at: $0) == route.name } }
    }
}
