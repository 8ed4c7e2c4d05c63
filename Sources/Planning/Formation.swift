import CacheModel

/// Starting members, for the first time and again.
enum Formation {
    /// How often a member is started during a creation before the group is given up.
    static let startsBeforeGivingUp = 5
    /// How many addresses are tried for a member during a creation.
    static let addressesTried = 32

    /// Why a group under creation can't be built; nil while there is hope.
    static func hopelessness(_ group: ReplicationGroup, _ observed: ObservedGroup) -> String? {
        guard !group.wasAvailable else { return nil }
        for member in group.members {
            if let reason = hopelessness(member, observed[member], port: group.port) { return reason }
        }
        return nil
    }

    /// Why a member can't be added to a group that stands; nil while there is hope.
    static func hopelessness(of member: Member, _ shard: ShardView) -> String? {
        if shard.seen(member).zoneIsDown { return "Availability zone \(member.zone) is down" }
        return hopelessness(member, shard.seen(member), port: shard.group.port)
    }

    private static func hopelessness(_ member: Member, _ seen: ObservedMember, port: Int) -> String? {
        switch seen.process {
        case .refused(.addressInUse, let detail) where seen.incarnation >= addressesTried:
            "somebody listens on port \(port) at every address that was tried: choose another Port (\(member.id): \(detail))"
        case .refused(.addressInUse, _): nil
        case .refused(_, let detail): "\(member.id) could not be started: \(detail)"
        case .exited(let detail) where seen.incarnation >= startsBeforeGivingUp:
            "\(member.id) ended \(seen.incarnation) times: \(detail)"
        default: nil
        }
    }

    /// How a member whose process is down comes up: with which primary, if it is a replica, and on which data.
    static func start(_ member: Member, follows: String?, in shard: ShardView, on data: StartData = StartData()) -> Plan {
        let seen = shard.seen(member)
        if seen.zoneIsDown { return .wait("the zone \(member.zone) of \(member.id) is down") }
        if seen.buildIsMissing { return .wait("the engine of \(member.id) is not installed") }
        if case .refused(.addressInUse, _) = seen.process,
            !shard.group.wasAvailable || member.change == .joining && member.id != shard.nodeGroup.primary
        {
            return .do(.moveAddress(member: member.id))
        }
        guard seen.mayStart else { return .wait("\(member.id) is started again in a moment") }
        return .do(.start(member: member.id, follows: follows, data: data))
    }
}
