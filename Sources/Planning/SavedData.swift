import CacheModel

/// What a member is started on when nobody alive has the data.
enum SavedData {
    /// How often a member ends with its own data before other data is tried.
    private static let triesWithOwn = 3

    /// What engines say when they end over their files. Not words that the log of a start that went well has too.
    private static let complaints = [
        "Wrong signature trying to load DB", "Can't handle RDB format", "Short read or OOM loading DB", "Unexpected EOF reading RDB",
        "Internal error in RDB", "Wrong RDB checksum", "RDB CRC error", "Terminating server after rdb file reading failure",
        "Fatal error loading the DB", "Bad file format reading the append only file", "Unrecoverable error reading the append only file",
        "Unexpected end of file reading the append only file", "Fatal error: can't open the append", "Error reading the append only file",
        "append only file manifest", "AOF manifest", "corrupted cluster config file", "Unrecoverable error: corrupted cluster config",
    ]

    /// False once it has ended on it again and again, and said so: one that ends for other reasons keeps its data.
    static func canBeLoaded(_ member: Member, _ shard: ShardView) -> Bool {
        guard let trouble = member.trouble, trouble.kind == .ended, trouble.restarts >= triesWithOwn else { return true }
        // How it ended first is on record: how it ended last counts.
        var last = trouble.reason
        if case .exited(let detail) = shard.seen(member).process { last = detail }
        return !complaints.contains { last.contains($0) }
    }

    /// A primary starts on the newest copy that any member of its shard has saved. Its own is in its directory, and stays there
    /// under another name when it is not the newest, or can't be loaded and another's might be. It never starts empty while
    /// anyone has saved something.
    static func forPrimary(_ primary: Member, _ shard: ShardView) -> StartData {
        let own = shard.seen(primary)
        let others = shard.nodeGroup.members.filter { $0.id != primary.id && shard.seen($0).hasSavedData }
            .sorted { isNewer($0, than: $1, shard) }
        guard own.hasSavedData else { return StartData(seeds: others.map(\.id)) }
        if !canBeLoaded(primary, shard) {
            return StartData(seeds: others.map(\.id), replaces: !others.isEmpty, setsAsideTable: shard.group.clusterEnabled)
        }
        // An append-only file has every write that this one acknowledged as primary.
        if own.hasLog { return StartData(seeds: former(primary, shard).map { [$0] } ?? [], replaces: former(primary, shard) != nil) }
        let newer = others.filter { isNewer($0, than: primary, shard) }
        return newer.isEmpty ? StartData() : StartData(seeds: newer.map(\.id), replaces: true)
    }

    /// The primary before this one, if its append-only file has more than this one's.
    ///
    /// As a replica this one wrote whatever it has after that one had written it. So if it wrote last before that one did, it lacks what
    /// came last, and has died before it took anything as a primary. Nil where the times say nothing.
    private static func former(_ primary: Member, _ shard: ShardView) -> String? {
        guard let former = shard.nodeGroup.formerPrimary, let member = shard.nodeGroup.member(former.member), member.id != primary.id,
            shard.isDown(member), shard.seen(member).incarnation == former.incarnation, shard.seen(member).hasLog,
            let theirs = shard.seen(member).logTime, let own = shard.seen(primary).logTime
        else { return nil }
        return theirs > own ? member.id : nil
    }

    /// A replica gets its data from its primary: files that it ended on again and again are of no use to it.
    static func forReplica(_ replica: Member, _ shard: ShardView) -> StartData {
        let isUseless = !canBeLoaded(replica, shard)
        return StartData(setsAsideOwn: isUseless, setsAsideTable: isUseless && shard.group.clusterEnabled)
    }

    /// What is of an earlier history is older; else offset or time must do.
    private static func isNewer(_ one: Member, than other: Member, _ shard: ShardView) -> Bool {
        guard let mine = shard.seen(one).saved else { return false }
        guard let theirs = shard.seen(other).saved else { return true }
        return isLater(age(mine, of: one, shard), than: age(theirs, of: other, shard)) ?? mine.isNewer(than: theirs)
    }

    /// Whether any copy that can be loaded holds more than a replica that runs, which may have followed an earlier primary only.
    static func holdsMore(than replica: EngineState, _ shard: ShardView) -> Bool {
        shard.nodeGroup.members.contains { member in
            guard let copy = shard.seen(member).saved, canBeLoaded(member, shard) else { return false }
            if copy.replicationID == replica.replicationID { return copy.offset.map { $0 > replica.offset } ?? false }
            if let isLater = isLater(age(copy, of: member, shard), than: age(of: replica, shard)) { return isLater }
            // What is as new and of another history came after the one on record.
            return replica.replicationID == shard.nodeGroup.history && copy.replicationID != nil
        }
    }

    /// Whether a replica that runs has only what an earlier primary had.
    static func isPast(_ replica: EngineState, _ shard: ShardView) -> Bool { age(of: replica, shard).map { $0 > 0 } ?? false }

    /// How many histories have begun since a copy's: zero for the present history, and for one that may have begun since it was recorded.
    /// Nil where it is not known.
    ///
    /// A copy without a name comes from a replica that had not synced; or from a primary that has had no replica for long: that may be of any
    /// history.
    private static func age(_ copy: SavedSnapshot, of member: Member, _ shard: ShardView) -> Int? {
        let nodeGroup = shard.nodeGroup
        guard nodeGroup.history != nil else { return nil }
        guard let history = copy.replicationID else { return member.id == nodeGroup.primary ? 0 : .max }
        let isNext = nodeGroup.historyEnd.map { copy.time >= $0 } ?? false
        return age(of: history, nodeGroup) ?? (isNext ? 0 : nil)
    }

    private static func age(of replica: EngineState, _ shard: ShardView) -> Int? {
        let nodeGroup = shard.nodeGroup
        guard let present = nodeGroup.history else { return nil }
        let isNext = nodeGroup.historyEnd != nil || replica.previousReplicationID == present
        return age(of: replica.replicationID, nodeGroup) ?? (isNext ? 0 : nil)
    }

    private static func age(of history: String, _ nodeGroup: NodeGroup) -> Int? {
        if history == nodeGroup.history { return 0 }
        return nodeGroup.pastHistories?.firstIndex(of: history).map { $0 + 1 }
    }

    /// Nil where their ages do not tell. Any other than the present history is a past one, if nobody knows which.
    private static func isLater(_ one: Int?, than other: Int?) -> Bool? {
        switch (one, other) {
        case (let one?, let other?): one == other ? nil : one < other
        case (0, nil), (nil, .max): true
        case (nil, 0), (.max, nil): false
        default: nil
        }
    }
}
