import CacheModel

/// Which replica takes a dead primary's place.
enum Failover {
    /// The synced replica with the most of the replication stream; at equal offsets the first by id. Nil if none is fit.
    ///
    /// Fit is who answers, has finished a first sync (its history is a primary's, at an offset above 0 or a link that was up), and
    /// shares the replication id that most of the replicas have: a foreign history is never promoted.
    static func successor(in nodeGroup: NodeGroup, _ observed: ObservedGroup) -> Member? {
        let candidates: [(member: Member, state: EngineState)] = nodeGroup.replicas.compactMap { member in
            guard case .running = observed[member].process, let state = observed[member].engine.state, state.role == .replica,
                state.offset > 0, !state.replicationID.isEmpty
            else { return nil }
            return (member, state)
        }
        let histories = Dictionary(grouping: candidates, by: \.state.replicationID)
        let ours = histories.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.value ?? []
        return ours.max { ($0.state.offset, $1.member.id) < ($1.state.offset, $0.member.id) }?.member
    }
}
