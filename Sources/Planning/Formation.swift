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
            let seen = observed[member]
            switch seen.process {
            case .refused(.addressInUse, let detail) where seen.incarnation >= addressesTried:
                return
                    "somebody listens on port \(group.port) at every address that was tried: choose another Port (\(member.id): \(detail))"
            case .refused(.addressInUse, _):
                continue
            case .refused(_, let detail):
                return "\(member.id) could not be started: \(detail)"
            case .exited(let detail) where seen.incarnation >= startsBeforeGivingUp:
                return "\(member.id) ended \(seen.incarnation) times: \(detail)"
            default:
                continue
            }
        }
        return nil
    }

    /// How a member whose process is down comes up: with which primary, if it is a replica.
    static func start(
        _ member: Member, follows: String?, in nodeGroup: NodeGroup, of group: ReplicationGroup, _ observed: ObservedGroup
    ) -> Plan {
        let seen = observed[member]
        if case .refused(.addressInUse, _) = seen.process, !group.wasAvailable {
            return .do(.moveAddress(member: member.id))
        }
        guard seen.mayStart else { return .wait("\(member.id) is started again in a moment") }
        return .do(.start(member: member.id, follows: follows, seeds: seeds(for: member, follows: follows, in: nodeGroup, observed)))
    }

    /// A primary whose directory has nothing saved starts from what another member of its shard has saved, if anything. What its own
    /// directory has is looked at when it is started, and comes first.
    private static func seeds(for member: Member, follows: String?, in nodeGroup: NodeGroup, _ observed: ObservedGroup) -> [String] {
        guard follows == nil else { return [] }
        return nodeGroup.members.filter { $0.id != member.id && observed[$0].hasSavedData }.map(\.id)
    }
}
