/// What an engine says of itself: `INFO`.
///
/// Source: https://valkey.io/commands/info
package struct EngineInfo: Sendable, Equatable {
    package enum Role: String, Sendable {
        case primary = "master"
        case replica = "slave"
    }

    /// A replica, as its primary sees it.
    package struct Replica: Sendable, Equatable {
        package let address: String
        package let port: Int
        /// `wait_bgsave`, `send_bulk`, `online` …
        package let state: String
        /// What it has acknowledged, in bytes of the replication stream.
        package let offset: Int64
        /// Seconds since its last word.
        package let lag: Int?

        package var isOnline: Bool { state == "online" }
    }

    package let kind: EngineBuild.Kind
    package let version: EngineBuild.Version
    package let processID: Int32
    /// Random, new at every start.
    package let runID: String
    /// Whether it is still reading its saved data, and can't serve yet.
    package let isLoading: Bool

    package let role: Role
    package let replicas: [Replica]
    package let primaryAddress: String?
    package let primaryPort: Int?
    /// Whether a replica's link stands, which it does only after its first sync. True on a primary.
    package let isPrimaryLinkUp: Bool
    package let isSyncingFromPrimary: Bool
    /// Seconds since a replica last heard from its primary; nil while it is not linked, and on a primary.
    package let secondsSincePrimary: Int?
    /// Whether a replica's link has ever stood since the process was started, so that its data are a primary's and not only those
    /// of an old file.
    package let wasEverLinked: Bool
    /// The offset that a primary has written, or that a replica last heard of. Bytes.
    package let primaryOffset: Int64
    /// What a replica has processed. Bytes; nil on a primary.
    package let replicaOffset: Int64?
    package let replicationID: String
    /// The history before the last promotion; nil where there was none.
    package let previousReplicationID: String?
    /// Up to where the previous history was shared; nil where there was none.
    package let previousReplicationOffset: Int64?

    package let lastSaveSucceeded: Bool
    /// Seconds since 1970.
    package let lastSaveTime: Int64
    package let isSaving: Bool
    package let changesSinceLastSave: Int64
    package let isAppendOnlyEnabled: Bool
    package let lastAppendOnlyWriteSucceeded: Bool

    /// Bytes.
    package let usedMemory: Int64
    /// Bytes; 0 is no limit.
    package let maxMemory: Int64
    package let connectedClients: Int
    package let isClusterEnabled: Bool
    package let uptime: Duration

    /// The offset that counts in an election: what this node holds.
    package var heldOffset: Int64 { role == .replica ? replicaOffset ?? -1 : primaryOffset }

    /// Nil when the text is not that of an engine: no version, role, run id or process id.
    package init?(_ text: String) {
        let fields = InfoFields(text)
        let isValkey = fields.text("server_name") == "valkey"
        guard let said = fields.text(isValkey ? "valkey_version" : "redis_version"), let version = EngineBuild.Version(said),
            let role = fields.text("role").flatMap(Role.init), let runID = fields.text("run_id"),
            let processID = fields.text("process_id").flatMap(Int32.init)
        else { return nil }
        kind = isValkey ? .valkey : .redis
        self.version = version
        self.processID = processID
        self.runID = runID
        isLoading = fields.flag("loading")
        self.role = role
        replicas = fields.numbered("slave").compactMap(Replica.init)
        primaryAddress = fields.text("master_host")
        primaryPort = fields.int("master_port")
        isPrimaryLinkUp = role == .primary || fields.text("master_link_status") == "up"
        isSyncingFromPrimary = fields.flag("master_sync_in_progress")
        let heard = fields.int("master_last_io_seconds_ago") ?? -1
        secondsSincePrimary = heard < 0 ? nil : heard
        wasEverLinked = isPrimaryLinkUp || (fields.integer("master_link_down_since_seconds") ?? -1) >= 0
        primaryOffset = fields.integer("master_repl_offset") ?? 0
        replicaOffset = role == .replica ? fields.integer("slave_repl_offset") : nil
        replicationID = fields.text("master_replid") ?? ""
        let second = fields.integer("second_repl_offset") ?? -1
        previousReplicationID = second < 0 ? nil : fields.text("master_replid2")
        previousReplicationOffset = second < 0 ? nil : second
        lastSaveSucceeded = fields.text("rdb_last_bgsave_status") != "err"
        lastSaveTime = fields.integer("rdb_last_save_time") ?? 0
        isSaving = fields.flag("rdb_bgsave_in_progress")
        changesSinceLastSave = fields.integer("rdb_changes_since_last_save") ?? 0
        isAppendOnlyEnabled = fields.flag("aof_enabled")
        lastAppendOnlyWriteSucceeded = fields.text("aof_last_write_status") != "err"
        usedMemory = fields.integer("used_memory") ?? 0
        maxMemory = fields.integer("maxmemory") ?? 0
        connectedClients = fields.int("connected_clients") ?? 0
        isClusterEnabled = fields.flag("cluster_enabled")
        uptime = .seconds(fields.integer("uptime_in_seconds") ?? 0)
    }
}

extension EngineInfo.Replica {
    /// `ip=127.0.0.1,port=6379,state=online,offset=14,lag=0`, with more fields in later engines.
    init?(_ row: Substring) {
        var fields: [Substring: Substring] = [:]
        for part in row.split(separator: ",") {
            guard let equals = part.firstIndex(of: "=") else { continue }
            fields[part[..<equals]] = part[part.index(after: equals)...]
        }
        guard let address = fields["ip"], let port = fields["port"].flatMap({ Int($0) }), let state = fields["state"] else { return nil }
        self.address = String(address)
        self.port = port
        self.state = String(state)
        offset = fields["offset"].flatMap { Int64($0) } ?? 0
        lag = fields["lag"].flatMap { Int($0) }
    }
}
