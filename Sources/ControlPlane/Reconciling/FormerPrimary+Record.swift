import CacheModel

extension FormerPrimary {
    /// Who was the primary until its process ended, when another is recorded in its place. Nil for one that lives, or that handed over: it
    /// has followed the new one since, and wrote last whatever that one had written.
    ///
    /// If the one on record has not been seen as a primary either, it is still the one before.
    init?(_ id: String, of nodeGroup: NodeGroup, in group: ReplicationGroup, _ state: borrowing WorldState) {
        guard !group.clusterEnabled, nodeGroup.successor == nil, let process = nodeGroup.member(id)?.process,
            let incarnation = state.processes[process]?.value.incarnation, let status = state.statuses[process],
            status.incarnation == incarnation
        else { return nil }
        if case .running = status.phase { return nil }
        self = nodeGroup.formerPrimary ?? FormerPrimary(member: id, incarnation: incarnation)
    }
}
