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
            .sorted { isNewer(shard.seen($0), than: shard.seen($1), shard) }
        guard own.hasSavedData else { return StartData(seeds: others.map(\.id)) }
        if !canBeLoaded(primary, shard) {
            return StartData(seeds: others.map(\.id), replaces: !others.isEmpty, setsAsideTable: shard.group.clusterEnabled)
        }
        // An append-only file has every write that this one acknowledged as primary.
        if own.hasLog { return StartData() }
        let newer = others.filter { isNewer(shard.seen($0), than: own, shard) }
        return newer.isEmpty ? StartData() : StartData(seeds: newer.map(\.id), replaces: true)
    }

    /// A replica gets its data from its primary: files that it ended on again and again are of no use to it.
    static func forReplica(_ replica: Member, _ shard: ShardView) -> StartData {
        let isUseless = !canBeLoaded(replica, shard)
        return StartData(setsAsideOwn: isUseless, setsAsideTable: isUseless && shard.group.clusterEnabled)
    }

    /// What is of another history than the present one is older; else their times must do, where they are not of one history.
    private static func isNewer(_ one: ObservedMember, than other: ObservedMember, _ shard: ShardView) -> Bool {
        guard let mine = one.saved else { return false }
        guard let theirs = other.saved else { return true }
        let (mineIsPast, theirsIsPast) = (isPast(mine, shard), isPast(theirs, shard))
        return mineIsPast == theirsIsPast ? mine.isNewer(than: theirs) : theirsIsPast
    }

    /// Whether a copy is of a history that had ended when the present one was recorded. One without a name may be of any: a primary
    /// that has had no replica for long has none.
    private static func isPast(_ copy: SavedSnapshot, _ shard: ShardView) -> Bool {
        guard let present = shard.nodeGroup.history, let history = copy.replicationID, history != present else { return false }
        return shard.nodeGroup.historyEnd.map { copy.time < $0 } ?? true
    }
}
