import CacheModel

/// The primary's process is confirmed to have ended.
///
/// With automatic failover a synced replica takes its place; without, or while it is being rebooted, it comes back in place with
/// its data. Only when no replica has the data is it started on what was saved.
enum PrimaryDown {
    static func plan(_ primary: Member, _ shard: ShardView) -> Plan {
        guard shard.group.wasAvailable else { return Formation.start(primary, follows: nil, in: shard) }
        if let taken = alreadyTaken(shard) {
            return .do(.recordPrimary(nodeGroup: shard.nodeGroup.id, member: taken.id, isFailover: true))
        }
        if let unknown = silentSuccessor(shard) { return Stopping.endOrWait(for: unknown, shard) }
        return recovery(of: primary, shard).freeingTheEndpoint(shard)
    }

    private static func recovery(of primary: Member, _ shard: ShardView) -> Plan {
        if keepsPlace(primary, shard) {
            guard let heir = heirOutOfPlace(primary, shard) else { return bringBack(primary, shard) }
            let reason = "\(heir.id) has the data, which can not be brought to it"
            return Plan.do(.giveUp(.recovery(member: primary.id), reason: reason)) + failover(to: heir, shard)
        }
        if let successor = shard.fitSuccessor { return failover(to: successor, shard) }
        return startOnSavedData(primary, shard)
    }

    /// Its own append-only file has all that it acknowledged: nobody else's answer would change that.
    private static func hasEverything(_ primary: Member, _ shard: ShardView) -> Bool {
        shard.group.durability(of: shard.rules.durability) == .always && shard.seen(primary).hasLog
    }

    /// A replica that took the place already: chosen by the cluster itself, and known by its follower, which an outdated primary does
    /// not have; or by a switchover that was done and not recorded.
    static func alreadyTaken(_ shard: ShardView) -> Member? {
        guard shard.group.clusterEnabled else {
            return shard.nodeGroup.replicas.first { $0.id == shard.nodeGroup.successor && shard.state($0)?.role == .primary }
        }
        guard let chosen = Roles.chosenByCluster(shard), let follower = shard.fitSuccessor else { return nil }
        return shard.state(follower)?.follows == chosen.address ? chosen : nil
    }

    /// The one that was to take over by a switchover, if it runs and does not answer: it may have done so, and take writes.
    private static func silentSuccessor(_ shard: ShardView) -> Member? {
        shard.undecided.first { $0.id == shard.nodeGroup.successor }
    }

    private static func keepsPlace(_ primary: Member, _ shard: ShardView) -> Bool {
        if shard.group.clusterEnabled { return false }
        if !shard.group.automaticFailover { return true }
        // A successor that is about to be ended itself, with its zone, is none.
        if let successor = shard.fitSuccessor, shard.seen(successor).zoneIsDown { return true }
        // One that was rebooted and has ended again by itself is no different from any other.
        guard case .rebooting(let incarnation, _) = primary.change else { return false }
        // And one whose replica can't save what it has would not come back at all.
        if let successor = shard.fitSuccessor, shard.state(successor)?.isSaveFailing == true { return false }
        return shard.seen(primary).incarnation <= incarnation && !shard.seen(primary).zoneIsDown
    }

    /// Who takes over although the primary was to keep its place, when it could not be brought back in time: the replica can't save what
    /// it has, or the host can't take the copy. Its data lives in that replica alone, and would not if the replica followed a primary that
    /// was started on less.
    private static func heirOutOfPlace(_ primary: Member, _ shard: ShardView) -> Member? {
        guard let waited = shard.observed.withoutPrimary[shard.nodeGroup.id], waited >= shard.rules.patience,
            !hasEverything(primary, shard), let heir = shard.fitSuccessor, !shard.seen(heir).zoneIsDown, let state = shard.state(heir),
            !SavedData.isPast(state, shard), !SavedData.holdsMore(than: state, shard)
        else { return nil }
        if case .refused(.directoryUnwritable, _) = shard.seen(primary).process { return heir }
        return state.isSaveFailing ? heir : nil
    }

    /// All of it at once: nobody can write until the endpoint leads to the new primary. The old one is down, so that the address is
    /// free; and the other replicas go on from where they are.
    private static func failover(to successor: Member, _ shard: ShardView) -> Plan {
        let nodeGroup = shard.nodeGroup
        var plan = Plan.do(
            .recordPrimary(nodeGroup: nodeGroup.id, member: successor.id, isFailover: true), .promote(member: successor.id))
        guard !shard.group.clusterEnabled else { return plan }
        if shard.group.build.movesAddresses, !nodeGroup.primaryAddresses.isEmpty {
            plan.steps.append(.bind(member: successor.id, addresses: successor.addresses + nodeGroup.primaryAddresses))
        }
        for replica in nodeGroup.replicas where replica.id != successor.id && shard.state(replica)?.role == .replica {
            plan.steps.append(.replicate(member: replica.id, primary: successor.id))
        }
        return plan
    }

    /// In place, with the newest data there is: its own where it saved all that the replicas have, else a replica's.
    private static func bringBack(_ primary: Member, _ shard: ShardView) -> Plan {
        if hasEverything(primary, shard) { return startOnSavedData(primary, shard) }
        guard let replica = Failover.fullest(in: shard.nodeGroup, shard.observed), let state = shard.state(replica) else {
            return startOnSavedData(primary, shard)
        }
        if let own = shard.seen(primary).saved, own.replicationID == state.replicationID, let offset = own.offset,
            offset >= state.offset, SavedData.canBeLoaded(primary, shard)
        {
            return Formation.start(primary, follows: nil, in: shard)
        }
        if SavedData.isPast(state, shard), let wait = mustAnswer(primary, shard) { return wait }
        if SavedData.holdsMore(than: state, shard) { return startNow(primary, shard) }
        var plan = Formation.start(primary, follows: nil, in: shard, on: StartData(seeds: [replica.id], replaces: true))
        if !plan.steps.isEmpty { plan.steps.insert(.save(member: replica.id), at: 0) }
        return plan
    }

    /// Once everybody has answered who may have more.
    private static func startOnSavedData(_ primary: Member, _ shard: ShardView) -> Plan {
        if !hasEverything(primary, shard), let wait = mustAnswer(primary, shard) { return wait }
        return startNow(primary, shard)
    }

    private static func startNow(_ primary: Member, _ shard: ShardView) -> Plan {
        Formation.start(primary, follows: nil, in: shard, on: SavedData.forPrimary(primary, shard))
    }

    private static func mustAnswer(_ primary: Member, _ shard: ShardView) -> Plan? {
        guard !shard.undecided.isEmpty else { return nil }
        if let end = Stopping.endLost(shard.undecided, shard) { return end }
        return .wait("\(shard.undecided.map(\.id).joined(separator: ", ")) must answer before \(primary.id) is started again")
    }
}

extension Plan {
    /// A primary binds the endpoint's address from its first moment: whoever still has it gives it up before.
    fileprivate func freeingTheEndpoint(_ shard: ShardView) -> Plan {
        let endpoint = Set(shard.nodeGroup.primaryAddresses)
        guard shard.group.build.movesAddresses, !endpoint.isEmpty else { return self }
        let holders = shard.nodeGroup.replicas.filter { shard.state($0)?.boundAddresses.contains(where: endpoint.contains) == true }
        let freeing = holders.filter { holder in
            steps.contains { step in
                switch step {
                case .start(_, nil, _): true
                case .bind(let member, _): member != holder.id
                default: false
                }
            }
        }
        return Plan(steps: freeing.map { .bind(member: $0.id, addresses: $0.addresses) } + steps, waits: waits)
    }
}
