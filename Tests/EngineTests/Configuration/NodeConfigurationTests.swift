import Testing

@testable import Engine

@Suite struct NodeConfigurationTests {
    static let modern = EngineBuild.sample(
        .redis, "7.0.15",
        parameters: [
            "bind-source-addr", "cluster-port", "cluster-allow-replica-migration", "enable-debug-command", "maxclients", "maxmemory",
        ])
    static let old = EngineBuild.sample(.redis, "6.2.14", parameters: ["cluster-allow-replica-migration", "maxclients"])

    static func node() -> NodeConfiguration {
        NodeConfiguration(
            address: "127.77.0.1", port: 6379, replication: EngineCredentials(username: "replication", password: "s e\"cret"))
    }

    static func lines(_ node: NodeConfiguration, _ build: EngineBuild) -> [String] {
        node.text(for: build).text.split(separator: "\n").map(String.init)
    }

    @Test func whatEveryNodeHas() {
        let lines = Self.lines(Self.node(), Self.modern)
        for line in [
            "bind 127.77.0.1", "bind-source-addr 127.77.0.1", "port 6379", "protected-mode no", "daemonize no", "dir ./",
            "logfile engine.log", "dbfilename dump.rdb", "save \"\"", "appendonly no", "aclfile users.acl", "masteruser replication",
            "masterauth \"s e\\\"cret\"", "repl-diskless-sync yes", "repl-diskless-sync-delay 0", "repl-diskless-load on-empty-db",
            "replica-announce-ip 127.77.0.1", "replica-announce-port 6379", "enable-debug-command no", "hz 10",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("cluster-") || $0.hasPrefix("replicaof") || $0.hasPrefix("maxmemory") })
    }

    @Test func whatIsAsked() {
        var node = Self.node()
        node.endpointAddresses = ["127.77.0.9"]
        node.primary = EngineAddress(host: "127.77.0.2", port: 6380)
        node.savePoints = [.init(seconds: 900, changes: 1), .init(seconds: 60, changes: 1000)]
        node.familyParameters = [("maxclients", "100"), ("maxmemory", "1073741824"), ("unheard-of", "1")]
        let lines = Self.lines(node, Self.modern)
        for line in ["bind 127.77.0.1 127.77.0.9", "replicaof 127.77.0.2 6380", "maxmemory 1073741824", "save 900 1", "save 60 1000"] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(lines.last { $0.hasPrefix("maxclients ") } == "maxclients 100")
        #expect(node.text(for: Self.modern).notApplied.map(\.name) == ["unheard-of"])
    }

    @Test func inACluster() {
        var node = Self.node()
        node.cluster = .init(busPort: 17000, nodeTimeout: .seconds(15))
        node.primary = EngineAddress(host: "127.77.0.2", port: 6380)
        let lines = Self.lines(node, Self.modern)
        for line in [
            "cluster-enabled yes", "cluster-config-file nodes.conf", "cluster-node-timeout 15000", "cluster-announce-ip 127.77.0.1",
            "cluster-announce-port 6379", "cluster-announce-bus-port 17000", "cluster-port 17000", "cluster-allow-replica-migration no",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("replicaof") })
    }

    @Test func encrypted() {
        var node = Self.node()
        node.isEncrypted = true
        let alone = Self.lines(node, Self.modern)
        for line in [
            "port 0", "tls-port 6379", "tls-cert-file tls.pem", "tls-key-file tls.pem", "tls-ca-cert-file ca.pem", "tls-auth-clients no",
            "tls-replication yes", "tls-cluster no", "replica-announce-port 6379",
        ] {
            #expect(alone.contains(line), "\(line)")
        }
        #expect(!alone.contains("port 6379") && !Self.lines(Self.node(), Self.modern).contains { $0.hasPrefix("tls-") })
    }

    /// Where a build has two ports to announce, it announces both.
    @Test(arguments: [(["cluster-announce-tls-port"], true), (["cluster-announce-port"], false)] as [(Set<String>, Bool)])
    func encryptedInACluster(parameters: Set<String>, announcesBoth: Bool) {
        var node = Self.node()
        node.isEncrypted = true
        node.cluster = .init(busPort: 16379, nodeTimeout: .seconds(15))
        let lines = Self.lines(node, .sample(.redis, "7.0.15", parameters: parameters))
        #expect(lines.contains("cluster-announce-port 6379") && lines.contains("tls-cluster yes"))
        #expect(lines.contains("cluster-announce-tls-port 6379") == announcesBoth)
    }

    /// Where clients may choose whether they encrypt, it listens at two other ports, and is known by its own.
    @Test func twoInnerPorts() {
        var node = Self.node()
        node.isEncrypted = true
        node.innerPorts = (17_379, 18_379)
        node.cluster = .init(busPort: 16_379, nodeTimeout: .seconds(15))
        let lines = Self.lines(node, .sample(.redis, "7.0.15", parameters: ["cluster-announce-tls-port"]))
        for line in [
            "port 17379", "tls-port 18379", "replica-announce-port 6379", "cluster-announce-port 6379", "cluster-announce-tls-port 6379",
            "tls-replication yes", "tls-cluster yes",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test(arguments: [
        (AccessControl.Login.open, "user default on nopass ~*"),
        (.passwords(sha256: ["aa"]), "user default on resetpass #aa ~*"),
        (.passwords(sha256: ["aa", "bb"]), "user default on resetpass #aa #bb ~*"),
    ])
    func howUsersComeIn(login: AccessControl.Login, expected: String) {
        let text = AccessControl(
            users: [.everybody(login)], administrator: .init(name: "admin", passwordSHA256: "cc"),
            replication: .init(name: "replication", passwordSHA256: "dd")
        ).text(for: Self.modern)
        #expect(text.hasPrefix(expected))
    }

    @Test func whatAnOldBuildDoesNotKnow() {
        var node = Self.node()
        node.cluster = .init(busPort: 16379, nodeTimeout: .seconds(15))
        let lines = Self.lines(node, Self.old)
        #expect(!lines.contains { $0.hasPrefix("bind-source-addr") || $0.hasPrefix("cluster-port") || $0.hasPrefix("enable-") })
    }

    @Test func usersBeforeSubcommandsCouldBeDenied() {
        let access = AccessControl(
            administrator: .init(name: "admin", passwordSHA256: "aa"), replication: .init(name: "replication", passwordSHA256: "bb"))
        let old = EngineBuild.sample(.redis, "6.2.14", deniable: ["config", "acl", "cluster"])
        #expect(
            access.text(for: old) == """
                user default on nopass ~* &* +@all -config -acl +acl|cat +acl|genpass +acl|getuser +acl|help +acl|list +acl|log \
                +acl|users +acl|whoami -cluster +cluster|count-failure-reports +cluster|countkeysinslot +cluster|getkeysinslot \
                +cluster|help +cluster|info +cluster|keyslot +cluster|myid +cluster|nodes +cluster|replicas +cluster|slaves \
                +cluster|slots
                user admin on #aa ~* &* +@all
                user replication on #bb resetchannels -@all +ping +psync +replconf

                """)
        let new = EngineBuild.sample(.redis, "7.0.15", deniable: ["config", "acl", "acl|setuser", "cluster", "cluster|meet"])
        #expect(access.text(for: new).hasPrefix("user default on nopass ~* &* +@all -config -acl|setuser -cluster|meet\n"))
    }
}
