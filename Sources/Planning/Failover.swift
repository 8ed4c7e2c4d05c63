import CacheModel

/// Which replica takes a dead primary's place.
enum Failover {
    private typealias Candidate = (member: Member, state: EngineState)

    /// The synced replica with the most of the replication stream; at equal offsets the first by id. Nil if none is fit.
    ///
    /// Fit is who answers, has finished a sync since it was started, and shares the history on record, or else the one that most of the replicas have: a foreign history is
    /// never promoted. A promotion begins a new history that goes on from the old one: who has either is of the same lineage, since
    /// replicas learn of it one by one.
    ///
    /// One that is to leave, or whose zone is down, is taken only if no other has about as much.
    static func successor(in nodeGroup: NodeGroup, _ observed: ObservedGroup) -> Member? {
        let lasting = nodeGroup.replicas.filter { $0.change != .leaving && !observed[$0].zoneIsDown }
        guard let fullest = fullest(in: nodeGroup, observed), let most = observed[fullest].engine.state else { return nil }
        guard let best = best(of: lasting, in: nodeGroup, observed), let state = observed[best].engine.state,
            areRelated(state, most), most.offset - state.offset <= Switchover.largestLag
        else { return fullest }
        return best
    }

    /// The same whoever is to leave: its data is what counts.
    static func fullest(in nodeGroup: NodeGroup, _ observed: ObservedGroup) -> Member? {
        best(of: nodeGroup.replicas, in: nodeGroup, observed)
    }

    private static func best(of replicas: [Member], in nodeGroup: NodeGroup, _ observed: ObservedGroup) -> Member? {
        let candidates: [Candidate] = replicas.compactMap { member in
            guard case .running = observed[member].process, let state = observed[member].engine.state, state.role == .replica,
                state.hasSynced, !state.replicationID.isEmpty
            else { return nil }
            return (member, state)
        }
        func weight(_ lineage: [Candidate]) -> (Int, Int, Int64) {
            (isPresent(lineage, nodeGroup) ? 1 : 0, lineage.count, furthest(lineage))
        }
        let ours = lineages(candidates).max { weight($0) < weight($1) } ?? []
        return ours.max { ($0.state.offset, $1.member.id) < ($1.state.offset, $0.member.id) }?.member
    }

    /// Whether it is that of the history on record, if no other may have begun since.
    private static func isPresent(_ lineage: [Candidate], _ nodeGroup: NodeGroup) -> Bool {
        guard let present = nodeGroup.history, nodeGroup.historyEnd == nil else { return false }
        return lineage.contains { $0.state.replicationID == present || $0.state.previousReplicationID == present }
    }

    private static func furthest(_ lineage: [Candidate]) -> Int64 {
        lineage.map(\.state.offset).max() ?? 0
    }

    private static func lineages(_ candidates: [Candidate]) -> [[Candidate]] {
        var lineages: [[Candidate]] = []
        for candidate in candidates {
            let related = lineages.indices.filter { lineages[$0].contains { areRelated($0.state, candidate.state) } }
            let joined = related.flatMap { lineages[$0] } + [candidate]
            lineages = lineages.indices.filter { !related.contains($0) }.map { lineages[$0] } + [joined]
        }
        return lineages
    }

    private static func areRelated(_ one: EngineState, _ other: EngineState) -> Bool {
        one.replicationID == other.replicationID || one.previousReplicationID == other.replicationID
            || one.replicationID == other.previousReplicationID
    }
}
