import Testing

@testable import Engine

@Suite struct EngineInfoTests {
    static let primary = """
        # Server\r
        redis_version:7.0.15\r
        process_id:4242\r
        run_id:96ce2b658403dc4492b1d848e78230bbb3f45bd1\r
        uptime_in_seconds:12\r
        \r
        # Clients\r
        connected_clients:3\r
        \r
        # Memory\r
        used_memory:1234567\r
        maxmemory:581959680\r
        \r
        # Persistence\r
        loading:0\r
        rdb_changes_since_last_save:7\r
        rdb_bgsave_in_progress:0\r
        rdb_last_save_time:1795401310\r
        rdb_last_bgsave_status:err\r
        aof_enabled:0\r
        aof_last_write_status:ok\r
        \r
        # Replication\r
        role:master\r
        connected_slaves:2\r
        slave0:ip=127.77.0.2,port=6379,state=online,offset=140,lag=1\r
        slave1:ip=127.77.0.3,port=6380,state=wait_bgsave,offset=0,lag=0,type=replica\r
        master_failover_state:no-failover\r
        master_replid:7a3cce24940a46522257e437e52b945355bf7167\r
        master_replid2:0000000000000000000000000000000000000000\r
        master_repl_offset:154\r
        second_repl_offset:-1\r
        \r
        # Cluster\r
        cluster_enabled:1\r

        """

    @Test func aPrimary() throws {
        let info = try #require(EngineInfo(Self.primary))
        #expect(info.kind == .redis)
        #expect(info.version == EngineBuild.Version(7, 0, 15))
        #expect(info.processID == 4242)
        #expect(info.role == .primary)
        #expect(!info.isLoading)
        #expect(info.isPrimaryLinkUp)
        #expect(info.replicas.map(\.address) == ["127.77.0.2", "127.77.0.3"])
        #expect(info.replicas.map(\.isOnline) == [true, false])
        #expect(info.replicas.map(\.offset) == [140, 0])
        #expect(info.replicas.map(\.port) == [6379, 6380])
        #expect(info.primaryOffset == 154)
        #expect(info.heldOffset == 154)
        #expect(info.replicaOffset == nil)
        #expect(info.previousReplicationID == nil)
        #expect(!info.lastSaveSucceeded)
        #expect(info.lastSaveTime == 1_795_401_310)
        #expect(info.changesSinceLastSave == 7)
        #expect(info.usedMemory == 1_234_567)
        #expect(info.maxMemory == 581_959_680)
        #expect(info.isClusterEnabled)
    }

    @Test func aReplicaOfValkeyInItsFirstSync() throws {
        let info = try #require(
            EngineInfo(
                """
                redis_version:7.2.4
                server_name:valkey
                valkey_version:9.1.2
                process_id:7
                run_id:abc
                loading:1
                role:slave
                master_host:127.77.0.1
                master_port:6379
                master_link_status:down
                master_sync_in_progress:1
                slave_read_repl_offset:5
                slave_repl_offset:4
                master_replid:aa
                master_replid2:bb
                master_repl_offset:9
                second_repl_offset:3
                """))
        #expect(info.kind == .valkey)
        #expect(info.version == EngineBuild.Version(9, 1, 2))
        #expect(info.role == .replica)
        #expect(info.isLoading)
        #expect(info.primaryAddress == "127.77.0.1")
        #expect(info.primaryPort == 6379)
        #expect(!info.isPrimaryLinkUp)
        #expect(info.isSyncingFromPrimary)
        #expect(info.heldOffset == 4)
        #expect(info.previousReplicationID == "bb")
        #expect(info.previousReplicationOffset == 3)
    }

    @Test(arguments: ["", "hello", "redis_version:7.0.15", "redis_version:x\nrole:master\nrun_id:a\nprocess_id:1", "role:king"])
    func notAnInfo(_ text: String) {
        #expect(EngineInfo(text) == nil)
    }

    @Test func clusterInfo() throws {
        let info = try #require(
            ClusterInfo(
                "cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\ncluster_known_nodes:6\r\n"
                    + "cluster_size:3\r\ncluster_current_epoch:8\r\ncluster_my_epoch:6\r\n"))
        #expect(info.isOK)
        #expect(info.slotsAssigned == 16384)
        #expect((info.knownNodes, info.size, info.currentEpoch, info.myEpoch) == (6, 3, 8, 6))
        #expect(ClusterInfo("cluster_state:fail")?.isOK == false)
        #expect(ClusterInfo("cluster_size:3") == nil)
    }
}
