import CacheModel

/// One shard: as it should be, and as it is.
struct ShardView {
    let nodeGroup: NodeGroup
    let group: ReplicationGroup
    let observed: ObservedGroup
    let rules: Rules

    init(_ nodeGroup: NodeGroup, of group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules) {
        self.nodeGroup = nodeGroup
        self.group = group
        self.observed = observed
        self.rules = rules
    }

    func seen(_ member: Member) -> ObservedMember { observed[member] }
    func state(_ member: Member) -> EngineState? { observed[member].engine.state }
    func isDown(_ member: Member) -> Bool { observed[member].process.isConfirmedDown }

    /// Whether a member is what it is to be: the primary, or a replica that is linked to it.
    func isInPlace(_ member: Member) -> Bool {
        guard let state = state(member) else { return false }
        if member.id == nodeGroup.primary { return state.role == .primary }
        return state.isLinked && state.follows == nodeGroup.primaryMember?.address
    }

    /// The member at an address that an engine names, if it is one of this shard.
    func member(at address: IPv4Address?) -> Member? { nodeGroup.members.first { $0.address == address } }

    /// Replicas of which it is not known what they have: those that run and have not answered, and those in the middle of a full sync,
    /// which have what they had before if it comes to nothing.
    var undecided: [Member] { nodeGroup.replicas.filter { !isDown($0) && state($0)?.isSyncing ?? true } }

    /// Whether a wish has been waiting for so long that it is given up.
    func isOverdue(_ wish: Wish) -> Bool { observed.waited[wish].map { $0 >= rules.patience } ?? false }

    /// Whether the primary on record is one, and says so.
    var isServed: Bool { nodeGroup.primaryMember.map { state($0)?.role == .primary } ?? false }

    /// Whether nobody would miss what a member has: it never had anything.
    func holdsNothing(_ member: Member) -> Bool {
        let seen = seen(member)
        if seen.hasSavedData { return false }
        guard let state = state(member) else { return isDown(member) }
        // A former primary that has not synced yet has what it took.
        return state.role == .replica && !state.hasSynced && !state.isSyncing && state.offset == 0
    }

    /// The replica that is fit to take the primary's place.
    var fitSuccessor: Member? { Failover.successor(in: nodeGroup, observed) }
}
