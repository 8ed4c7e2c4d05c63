import CacheModel

/// What a wish is given up with: why it could not be fulfilled, in a few words for people.
enum Obstacles {
    /// The first that is found: with the shard's primary, with the member that the wish is about, with its other members, with those of
    /// other shards.
    static func reason(_ shard: ShardView, about member: Member? = nil) -> String {
        let nearest = [shard.nodeGroup.primaryMember, member].compactMap(\.self)
        let found = (nearest + shard.nodeGroup.members).lazy.compactMap { obstacle($0, shard) }.first ?? elsewhere(shard)
        return "it took too long: \(found ?? "its last step did not succeed")"
    }

    private static func elsewhere(_ shard: ShardView) -> String? {
        let others = shard.group.nodeGroups.lazy.filter { $0.id != shard.nodeGroup.id }
        return others.compactMap { nodeGroup in
            let other = ShardView(nodeGroup, of: shard.group, shard.observed, shard.rules)
            return ([nodeGroup.primaryMember].compactMap(\.self) + nodeGroup.members).lazy.compactMap { obstacle($0, other) }.first
        }.first
    }

    /// Nil for a member that is in its place.
    private static func obstacle(_ member: Member, _ shard: ShardView) -> String? {
        let seen = shard.seen(member)
        if seen.zoneIsDown { return "Availability zone \(member.zone) of \(member.id) is down" }
        switch seen.process {
        case .running: break
        case .starting: return "\(member.id) is starting"
        case .ending: return "\(member.id) is ending"
        case .absent, .exited, .refused, .stopped, .removed: return "\(member.id) is not running"
        }
        switch seen.engine {
        case .silent: return "\(member.id) does not answer"
        case .loading: return "\(member.id) is loading its data"
        case .foreign: return "something else answers at the address of \(member.id)"
        case .answering:
            if shard.isInPlace(member) { return nil }
            return member.id == shard.nodeGroup.primary
                ? "\(member.id) is no primary yet" : "\(member.id) is not linked to \(shard.nodeGroup.primary)"
        }
    }
}
