/// What a node is to be, for its configuration file. The process is started with the node's directory as its own.
package struct NodeConfiguration: Sendable {
    /// Save when so many keys have changed within so long.
    package struct SavePoint: Sendable, Equatable {
        package let seconds: Int
        package let changes: Int

        package init(seconds: Int, changes: Int) {
            self.seconds = seconds
            self.changes = changes
        }
    }

    package struct Cluster: Sendable {
        package var busPort: Int
        /// How long a node may be silent before it is suspected.
        package var nodeTimeout: Duration

        package init(busPort: Int, nodeTimeout: Duration) {
            self.busPort = busPort
            self.nodeTimeout = nodeTimeout
        }
    }

    package enum FileName {
        package static let configuration = "node.conf"
        package static let accessControl = "users.acl"
        package static let log = "engine.log"
        package static let data = "dump.rdb"
        /// The append-only file: a directory since 7.0, one file before.
        package static let logDirectory = "appendonlydir"
        package static let logFile = "appendonly.aof"
        package static let clusterNodes = "nodes.conf"
        /// The certificate, and its key: one file, so that they always are of each other.
        package static let certificate = "tls.pem"
        /// The certificates of who signs the others' certificates.
        package static let authorities = "ca.pem"
    }

    /// The node's own address, which it also calls from.
    package var address: String
    /// The port that it is known by.
    package var port: Int
    /// Where it listens instead, for clients that encrypt and for others: the port itself is another's, who leads to it. Encrypted only.
    package var innerPorts: (clear: Int, encrypted: Int)?
    /// Of endpoints, and its own of the other family: where the node is to answer besides.
    package var endpointAddresses: [String] = []
    /// Whether all that it sends and answers is encrypted: clients, replication and the cluster bus.
    package var isEncrypted = false
    /// Whether nothing of the data may get into its logs: an engine that crashes writes the command that it was at.
    package var keepsDataOutOfLogs = false
    /// As whom it follows a primary.
    package var replication: EngineCredentials
    /// Cluster mode disabled: whom it follows from its start.
    package var primary: EngineAddress?
    package var cluster: Cluster?
    /// None: data is never saved unasked.
    package var savePoints: [SavePoint] = []
    /// Whether every write goes to a file, and reaches the disk, before it is acknowledged.
    package var appendsOnly = false
    /// Whether it saves its data when it is told to end, also if it never does so otherwise.
    package var savesOnTermination = false
    /// Whether the files that full syncs leave behind are removed: nothing is to be kept.
    package var removesSyncFiles = false
    /// How often a second the engine looks after what it does in the background, 10 by its default. The end of a full sync, for
    /// one, is only noticed then, and the next replica's waits for it: 100 lets a new group link in tens of milliseconds instead of
    /// hundreds. Costs processor time when idle, so it is to be lowered (`configure("hz", "10")`) once the group stands.
    package var frequency: Int = 10
    /// Whether a full sync goes straight into the socket, or through a file.
    package var syncsStraight = true
    /// Parameters of the family and its parameter group, by the service's names.
    package var familyParameters: [(name: String, value: String)] = []

    package init(address: String, port: Int, replication: EngineCredentials) {
        self.address = address
        self.port = port
        self.replication = replication
    }

    /// The file's text for a build, and the family's parameters that it leaves out. It holds a secret.
    package func text(for build: EngineBuild) -> (text: String, notApplied: [FamilyParameters.NotApplied]) {
        let family = FamilyParameters(familyParameters, for: build, isCluster: cluster != nil)
        // The family first: of two lines with one name the later one counts, and what the node needs must win.
        let lines = family.lines.map { ConfigurationText.line($0.name, $0.values) } + own(build)
        return (lines.joined(), family.notApplied)
    }

    private func own(_ build: EngineBuild) -> [String] {
        network(build) + process(build) + storage(build) + replicationLines(build) + clusterLines(build)
    }

    private func network(_ build: EngineBuild) -> [String] {
        var lines = [
            // Its own first: engines before 7.0 call from the first.
            ConfigurationText.line("bind", [address] + endpointAddresses),
            ConfigurationText.line("port", isEncrypted ? "\(innerPorts?.clear ?? 0)" : "\(port)"),
            ConfigurationText.line("protected-mode", "no"),
        ]
        if isEncrypted { lines += encryption }
        if build.choosesSourceAddress { lines.append(ConfigurationText.line("bind-source-addr", address)) }
        return lines
    }

    private var encryption: [String] {
        [ConfigurationText.line("tls-port", "\(innerPorts?.encrypted ?? port)")]
            + Self.encryption.map { ConfigurationText.line($0.name, $0.value) }
            + [
                ConfigurationText.line("tls-replication", "yes"),
                ConfigurationText.line("tls-cluster", cluster == nil ? "no" : "yes"),
            ]
    }

    /// What a node that encrypts has, whatever its ports.
    package static let encryption: [(name: String, value: String)] = [
        ("tls-cert-file", FileName.certificate),
        ("tls-key-file", FileName.certificate),
        ("tls-ca-cert-file", FileName.authorities),
        // Clients prove who they are by passwords. Nodes of a cluster always ask each other for certificates.
        ("tls-auth-clients", "no"),
        ("tls-protocols", "TLSv1.2 TLSv1.3"),
    ]

    private func process(_ build: EngineBuild) -> [String] {
        var lines = [
            ConfigurationText.line("daemonize", "no"),
            ConfigurationText.line("dir", "./"),
            ConfigurationText.line("logfile", FileName.log),
            ConfigurationText.line("set-proc-title", "yes"),
            ConfigurationText.line("hz", "\(frequency)"),
            ConfigurationText.line("aclfile", FileName.accessControl),
        ]
        for (name, value) in [("enable-debug-command", "no"), ("enable-module-command", "no"), ("enable-protected-configs", "no")]
        where build.knows(name) {
            lines.append(ConfigurationText.line(name, value))
        }
        if keepsDataOutOfLogs {
            for (name, value) in [("crash-log-enabled", "no"), ("hide-user-data-from-log", "yes")] where build.knows(name) {
                lines.append(ConfigurationText.line(name, value))
            }
        }
        return lines
    }

    private func storage(_ build: EngineBuild) -> [String] {
        var lines = [
            ConfigurationText.line("dbfilename", FileName.data),
            ConfigurationText.line("appendonly", appendsOnly ? "yes" : "no"),
            // Counts as soon as the file is kept, which may be decided at run time.
            ConfigurationText.line("appendfsync", "always"),
        ]
        if removesSyncFiles, build.knows("rdb-del-sync-files") { lines.append(ConfigurationText.line("rdb-del-sync-files", "yes")) }
        // A cache that can't save goes on serving; that it can't is told elsewhere.
        lines.append(ConfigurationText.line("stop-writes-on-bgsave-error", "no"))
        if build.knows("shutdown-on-sigterm") {
            lines.append(ConfigurationText.line("shutdown-on-sigterm", savesOnTermination ? "save" : "default"))
        }
        lines +=
            savePoints.isEmpty
            ? [ConfigurationText.line("save", "")]
            : savePoints.map { ConfigurationText.line("save", ["\($0.seconds)", "\($0.changes)"]) }
        return lines
    }

    private func replicationLines(_ build: EngineBuild) -> [String] {
        var lines = [
            ConfigurationText.line("masteruser", replication.username),
            ConfigurationText.line("masterauth", replication.password),
            ConfigurationText.line("replica-announce-ip", address),
            ConfigurationText.line("replica-announce-port", "\(port)"),
            // Clients of a cluster are told of a replica only once it has got something of its primary, if it is but a ping.
            ConfigurationText.line("repl-ping-replica-period", "1"),
            ConfigurationText.line("repl-diskless-sync", syncsStraight ? "yes" : "no"),
            ConfigurationText.line("repl-diskless-sync-delay", "0"),
        ]
        // Straight from the socket where there is nothing to lose: no second copy in memory (swapdb), nothing flushed before the
        // new data is whole (flush-before-load), and none of the once-a-second look at a file that Valkey 9 has.
        if build.disklessLoads.contains("on-empty-db") {
            lines.append(ConfigurationText.line("repl-diskless-load", "on-empty-db"))
        }
        if let primary, cluster == nil {
            lines.append(ConfigurationText.line("replicaof", [primary.host, "\(primary.port)"]))
        }
        return lines
    }

    private func clusterLines(_ build: EngineBuild) -> [String] {
        guard let cluster else { return [] }
        var lines = [
            ConfigurationText.line("cluster-enabled", "yes"),
            ConfigurationText.line("cluster-config-file", FileName.clusterNodes),
            ConfigurationText.line("cluster-node-timeout", "\(cluster.nodeTimeout.milliseconds)"),
            ConfigurationText.line("cluster-announce-ip", address),
            ConfigurationText.line("cluster-announce-bus-port", "\(cluster.busPort)"),
        ]
        if isEncrypted, build.knows("cluster-announce-tls-port") {
            lines.append(ConfigurationText.line("cluster-announce-tls-port", "\(port)"))
        }
        // Also where nobody listens in clear text: one day the group may be told to, and by then all know where.
        lines.append(ConfigurationText.line("cluster-announce-port", "\(port)"))
        // Which replica belongs to which shard is decided by us alone.
        if build.knows("cluster-allow-replica-migration") {
            lines.append(ConfigurationText.line("cluster-allow-replica-migration", "no"))
        }
        if build.choosesBusPort { lines.append(ConfigurationText.line("cluster-port", "\(cluster.busPort)")) }
        return lines
    }
}
