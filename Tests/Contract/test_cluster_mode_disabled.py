"""A group with cluster mode disabled: the documented example verbatim, and what users then do with it."""

import concurrent.futures
import ipaddress
import re
import socket

import botocore.exceptions
import pytest
import redis

import examples
import fields
import groups
from patience import eventually

MEMBERS = ["my-redis-rg-001", "my-redis-rg-002", "my-redis-rg-003"]
M3_MEDIUM_MAXMEMORY = 2_988_441_600
# Of 536,870,912: Redis 7 reserves a quarter, 2.8 nothing.
T3_MICRO_MAXMEMORY = 402_653_184


@pytest.fixture(scope="module")
def creation(elasticache):
    """The immediate answer to the documented example."""
    return elasticache.create_replication_group(**examples.creations()["my-redis-rg"])["ReplicationGroup"]


@pytest.fixture(scope="module")
def example(elasticache, creation):
    """The same group, available."""
    return groups.available(elasticache, creation["ReplicationGroupId"])


@pytest.fixture(scope="module")
def members(example):
    return {member["CacheClusterId"]: member for member in example["NodeGroups"][0]["NodeGroupMembers"]}


def test_the_answer_to_the_documented_example(creation):
    fields.assert_fields(creation, fields.GROUP_CREATING | {"SnapshottingClusterId"}, fields.GROUP_MAYBE)
    assert creation["Status"] == "creating"
    assert creation["Description"] == "A Redis replication group."
    assert creation["MemberClusters"] == MEMBERS
    assert creation["PendingModifiedValues"] == {}
    assert creation["GlobalReplicationGroupInfo"] == {}
    assert creation["AutomaticFailover"] == "enabling"
    assert creation["MultiAZ"] == "disabled"
    assert creation["SnapshotRetentionLimit"] == 30
    assert creation["SnapshottingClusterId"] == "my-redis-rg-002"
    assert fields.DAILY_WINDOW.fullmatch(creation["SnapshotWindow"])
    assert creation["ClusterEnabled"] is False
    assert creation["ClusterMode"] == "disabled"
    assert creation["CacheNodeType"] == "cache.m3.medium"
    assert creation["Engine"] == "redis"
    assert creation["TransitEncryptionEnabled"] is False
    assert creation["AtRestEncryptionEnabled"] is False
    assert creation["DataTiering"] == "disabled"
    assert creation["NetworkType"] == creation["IpDiscovery"] == "ipv4"
    assert creation["LogDeliveryConfigurations"] == []
    assert creation["ARN"] == "arn:aws:elasticache:us-east-1:000000000000:replicationgroup:my-redis-rg"


def test_the_description_when_available(example, creation):
    fields.assert_fields(example, fields.GROUP_AVAILABLE | {"SnapshottingClusterId"}, {"UserGroupIds"})
    assert example["AutomaticFailover"] == "enabled"
    assert example["AuthTokenEnabled"] is False
    assert example["PendingModifiedValues"] == {}
    unchanged = set(creation) - {"Status", "AutomaticFailover"}
    assert {name: example[name] for name in unchanged} == {name: creation[name] for name in unchanged}


def test_the_node_group(example, service):
    (node_group,) = example["NodeGroups"]
    fields.assert_fields(node_group, fields.NODE_GROUP_DISABLED)
    assert node_group["NodeGroupId"] == "0001"
    assert node_group["Status"] == "available"
    members = node_group["NodeGroupMembers"]
    assert [member["CacheClusterId"] for member in members] == MEMBERS
    assert [member["CurrentRole"] for member in members] == ["primary", "replica", "replica"]
    for member in members:
        fields.assert_fields(member, fields.MEMBER_DISABLED)
        assert member["CacheNodeId"] == "0001"
        assert re.fullmatch(r"us-east-1[a-f]", member["PreferredAvailabilityZone"])
    endpoints = [node_group["PrimaryEndpoint"], node_group["ReaderEndpoint"], *(m["ReadEndpoint"] for m in members)]
    assert {endpoint["Port"] for endpoint in endpoints} == {6379}
    addresses = [endpoint["Address"] for endpoint in endpoints]
    assert len(set(addresses)) == 5, "every endpoint has an address of its own"
    assert all(ipaddress.ip_address(address) in service.network for address in addresses)


def test_the_roles_are_those_of_the_engines(members):
    replication = {name: groups.connect(member["ReadEndpoint"]).info("replication") for name, member in members.items()}
    assert [replication[name]["role"] for name in MEMBERS] == ["master", "slave", "slave"]
    assert replication[MEMBERS[0]]["connected_slaves"] == 2
    for name in MEMBERS[1:]:
        assert replication[name]["master_link_status"] == "up"
        assert replication[name]["master_replid"] == replication[MEMBERS[0]]["master_replid"]


def test_writes_through_the_primary_endpoint_reach_every_member(example, members):
    primary = example["NodeGroups"][0]["PrimaryEndpoint"]
    assert groups.run_id(primary) == groups.run_id(members[MEMBERS[0]]["ReadEndpoint"])
    with groups.connect(primary) as client:
        assert client.set("greeting", "hello")
        assert client.wait(2, 5000) == 2
    for member in members.values():
        with groups.connect(member["ReadEndpoint"]) as client:
            assert client.get("greeting") == "hello"
    with groups.connect(example["NodeGroups"][0]["ReaderEndpoint"]) as client:
        assert client.get("greeting") == "hello"
        with pytest.raises(redis.exceptions.ReadOnlyError):
            client.set("greeting", "written on a replica")


def test_the_reader_endpoint_spreads_over_the_replicas(example, members):
    reader = example["NodeGroups"][0]["ReaderEndpoint"]
    replicas = {groups.run_id(members[name]["ReadEndpoint"]) for name in MEMBERS[1:]}
    seen = {groups.run_id(reader) for _ in range(24)}
    assert seen == replicas


def test_the_reader_endpoint_of_a_lone_primary(elasticache):
    found = groups.create(elasticache, NumCacheClusters=1)
    (node_group,) = found["NodeGroups"]
    fields.assert_fields(node_group, fields.NODE_GROUP_DISABLED)
    assert found["AutomaticFailover"] == "disabled"
    assert groups.run_id(node_group["ReaderEndpoint"]) == groups.run_id(node_group["PrimaryEndpoint"])
    with groups.connect(node_group["PrimaryEndpoint"]) as writer, groups.connect(node_group["ReaderEndpoint"]) as reader:
        writer.set("k", "v")
        assert reader.get("k") == "v"


def test_the_node_type_decides_maxmemory(elasticache, members):
    for member in members.values():
        memory = groups.connect(member["ReadEndpoint"]).info("memory")
        assert memory["maxmemory"] == M3_MEDIUM_MAXMEMORY
        assert memory["maxmemory_policy"] == "volatile-lru"
    small = groups.create(elasticache, CacheNodeType="cache.t3.micro")
    assert groups.connect(small["NodeGroups"][0]["PrimaryEndpoint"]).info("memory")["maxmemory"] == T3_MICRO_MAXMEMORY


def test_the_family_s_parameters_reach_the_engine(example):
    with groups.connect(example["NodeGroups"][0]["PrimaryEndpoint"], db=15) as client:
        assert client.ping()
    with groups.connect(example["NodeGroups"][0]["PrimaryEndpoint"], db=16) as client:
        with pytest.raises(redis.exceptions.ResponseError, match="out of range"):
            client.ping()


@pytest.mark.parametrize(
    "command",
    [
        "CONFIG GET maxmemory",
        "CONFIG SET maxmemory 0",
        "CONFIG REWRITE",
        "REPLICAOF NO ONE",
        "SLAVEOF 127.0.0.1 1",
        "SHUTDOWN NOSAVE",
        "DEBUG SLEEP 0",
        "SAVE",
        "BGSAVE",
        "BGREWRITEAOF",
        "MIGRATE 127.0.0.1 1 k 0 100",
        "PSYNC ? -1",
        "SYNC",
        "MODULE LOAD /nowhere.so",
        "ACL SETUSER default off",
        "FAILOVER",
    ],
)
def test_admin_commands_are_withheld(example, command):
    endpoint = example["NodeGroups"][0]["PrimaryEndpoint"]
    before = groups.run_id(endpoint)
    with groups.connect(endpoint) as client, pytest.raises(redis.exceptions.ResponseError, match="(?i)permission|unknown command|not allowed"):
        client.execute_command(*command.split())
    assert groups.run_id(endpoint) == before
    with groups.connect(endpoint) as client:
        assert client.info("replication")["role"] == "master"
        assert client.set("still", "writable")


def test_a_user_s_commands_work(example):
    with groups.connect(example["NodeGroups"][0]["PrimaryEndpoint"]) as client:
        assert client.ping()
        assert client.hset("hash", mapping={"a": 1}) in (0, 1)
        assert client.eval("return redis.call('HGET', KEYS[1], 'a')", 1, "hash") == "1"
        assert client.pipeline(transaction=True).incr("counter").expire("counter", 60).execute()[1]
        assert client.client_list()
        assert isinstance(client.slowlog_get(), list)
        assert client.publish("channel", "x") == 0
        assert client.memory_usage("hash") > 0
        assert client.acl_whoami() == "default"
        assert client.xadd("stream", {"a": 1})
        assert client.dbsize() > 0
        assert "hash" in client.keys("*")
        assert client.flushall()


def test_no_secret_is_in_the_open(service, example):
    """Neither in a process's arguments nor in a file that others can read."""
    for process in service.processes():
        assert not re.search(r"requirepass|masterauth|--user\b|password", process.command, re.IGNORECASE)
    if service.data.stat().st_mode & 0o077:
        exposed = [path for path in service.data.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
        assert not [path for path in exposed if "masterauth" in path.read_text(errors="replace") or "user " in path.read_text(errors="replace")]


def test_the_members_as_cache_clusters(elasticache, example, members):
    found = {c["CacheClusterId"]: c for c in elasticache.describe_cache_clusters()["CacheClusters"] if c.get("ReplicationGroupId") == "my-redis-rg"}
    assert sorted(found) == MEMBERS
    for name, cluster in found.items():
        fields.assert_fields(cluster, fields.CLUSTER)
        assert cluster["CacheClusterStatus"] == "available"
        assert cluster["EngineVersion"] == "2.8.24", "the version that was asked for"
        assert cluster["Engine"] == "redis"
        assert cluster["NumCacheNodes"] == 1
        assert cluster["CacheNodeType"] == "cache.m3.medium"
        assert cluster["ClientDownloadLandingPage"] == "https://console.aws.amazon.com/elasticache/home#client-download:"
        assert cluster["CacheParameterGroup"] == {
            "CacheParameterGroupName": "default.redis2.8",
            "ParameterApplyStatus": "in-sync",
            "CacheNodeIdsToReboot": [],
        }
        assert cluster["CacheSubnetGroupName"] == "default"
        assert cluster["CacheSecurityGroups"] == []
        assert [group["Status"] for group in cluster["SecurityGroups"]] == ["active"]
        assert cluster["PendingModifiedValues"] == {}
        assert cluster["PreferredAvailabilityZone"] == members[name]["PreferredAvailabilityZone"]
        assert fields.WEEKLY_WINDOW.fullmatch(cluster["PreferredMaintenanceWindow"])
        assert cluster["SnapshotWindow"] == example["SnapshotWindow"]
        assert cluster["SnapshotRetentionLimit"] == (30 if name == "my-redis-rg-002" else 0)
        assert cluster["ARN"] == f"arn:aws:elasticache:us-east-1:000000000000:cluster:{name}"
        assert cluster["LogDeliveryConfigurations"] == []


def test_the_nodes_of_the_members(elasticache, members):
    for name, member in members.items():
        (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)["CacheClusters"]
        fields.assert_fields(cluster, fields.CLUSTER | {"CacheNodes"})
        (node,) = cluster["CacheNodes"]
        fields.assert_fields(node, fields.CACHE_NODE)
        assert node["CacheNodeId"] == "0001"
        assert node["CacheNodeStatus"] == "available"
        assert node["ParameterGroupStatus"] == "in-sync"
        assert node["Endpoint"] == member["ReadEndpoint"]
        assert node["CustomerAvailabilityZone"] == member["PreferredAvailabilityZone"]


def test_members_are_filtered_out_on_request(elasticache, example):
    assert elasticache.describe_cache_clusters(ShowCacheClustersNotInReplicationGroups=True)["CacheClusters"] == []


def test_zones_as_asked(elasticache):
    zones = ["us-east-1c", "us-east-1a", "us-east-1b"]
    found = groups.create(
        elasticache,
        NumCacheClusters=3,
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        PreferredCacheClusterAZs=zones,
    )
    assert found["MultiAZ"] == "enabled"
    assert [member["PreferredAvailabilityZone"] for member in found["NodeGroups"][0]["NodeGroupMembers"]] == zones
    nodes = [c["CacheNodes"][0] for c in groups.clusters(elasticache) if c.get("ReplicationGroupId") == found["ReplicationGroupId"]]
    assert [node["CustomerAvailabilityZone"] for node in nodes] == zones


def test_one_node_group_with_replicas(elasticache):
    """NumNodeGroups=1 with ReplicasPerNodeGroup is cluster mode disabled."""
    found = groups.create(elasticache, NumNodeGroups=1, ReplicasPerNodeGroup=1, ClusterMode="disabled")
    assert found["ClusterEnabled"] is False
    assert len(found["MemberClusters"]) == 2


def test_recorded_settings_come_back(elasticache):
    found = groups.create(
        elasticache,
        Port=7777,
        PreferredMaintenanceWindow="Sun:23:00-Mon:01:30",
        SnapshotWindow="05:00-06:30",
        SnapshotRetentionLimit=5,
        AutoMinorVersionUpgrade=False,
        ReplicationGroupDescription='<ü> & "quotes" \' 漢字',
    )
    (node_group,) = found["NodeGroups"]
    assert {node_group[name]["Port"] for name in ("PrimaryEndpoint", "ReaderEndpoint")} == {7777}
    assert groups.connect(node_group["PrimaryEndpoint"]).ping()
    assert groups.connect(node_group["ReaderEndpoint"]).ping()
    assert found["SnapshotWindow"] == "05:00-06:30"
    assert found["SnapshotRetentionLimit"] == 5
    assert found["SnapshottingClusterId"] == found["MemberClusters"][0], "the only node takes the snapshots"
    assert found["AutoMinorVersionUpgrade"] is False
    assert found["Description"] == '<ü> & "quotes" \' 漢字'
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=found["MemberClusters"][0])["CacheClusters"]
    assert cluster["PreferredMaintenanceWindow"] == "sun:23:00-mon:01:30"
    assert cluster["AutoMinorVersionUpgrade"] is False


def test_ids_are_lower_cased(elasticache):
    answer = elasticache.create_replication_group(**groups.request(ReplicationGroupId="Mixed-Case", Engine="Redis"))
    assert answer["ReplicationGroup"]["ReplicationGroupId"] == "mixed-case"
    assert answer["ReplicationGroup"]["Engine"] == "redis"
    found = groups.available(elasticache, "MIXED-case")
    assert found["ReplicationGroupId"] == "mixed-case"
    assert found["MemberClusters"] == ["mixed-case-001"]
    assert groups.delete(elasticache, "mixed-CASE")["Status"] == "deleting"


def test_the_longest_id(elasticache):
    found = groups.create(elasticache, ReplicationGroupId="r" * 40)
    assert found["MemberClusters"] == ["r" * 40 + "-001"]
    assert groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]).ping()


def test_of_many_equal_creations_one_wins(elasticache):
    parameters = groups.request()

    def attempt(_):
        try:
            elasticache.create_replication_group(**parameters)
        except botocore.exceptions.ClientError as error:
            return groups.code_of(error)
        return "made"

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(attempt, range(8)))
    assert outcomes == ["ReplicationGroupAlreadyExists"] * 7 + ["made"]
    groups.available(elasticache, parameters["ReplicationGroupId"])


def test_many_groups_at_once(service, alone):
    """Eight groups asked for at the same time, each with addresses of its own."""
    wanted = [groups.request(NumCacheClusters=2) for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda parameters: alone.create_replication_group(**parameters), wanted))
    found = [groups.available(alone, parameters["ReplicationGroupId"]) for parameters in wanted]
    addresses = [
        endpoint["Address"]
        for group in found
        for endpoint in (
            group["NodeGroups"][0]["PrimaryEndpoint"],
            group["NodeGroups"][0]["ReaderEndpoint"],
            *(member["ReadEndpoint"] for member in group["NodeGroups"][0]["NodeGroupMembers"]),
        )
    ]
    assert len(set(addresses)) == len(addresses) == 32
    for number, group in enumerate(found):
        with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as client:
            client.set("whose", number)
    for number, group in enumerate(found):
        with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as client:
            assert client.get("whose") == str(number)


def test_nothing_else_listens_on_a_node_s_address(example, members):
    """The cluster bus and the admin's doors belong to cluster mode enabled, or nowhere."""
    address = members[MEMBERS[0]]["ReadEndpoint"]["Address"]
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex((address, 16_379)) != 0


def test_replicas_follow_a_primary_s_whole_dataset(example, members):
    primary = example["NodeGroups"][0]["PrimaryEndpoint"]
    with groups.connect(primary) as client, client.pipeline(transaction=False) as pipeline:
        for number in range(2000):
            pipeline.set(f"key:{number}", "x" * 100)
        pipeline.execute()
    for name in MEMBERS[1:]:
        with groups.connect(members[name]["ReadEndpoint"]) as client:
            eventually(lambda: client.dbsize() >= 2000, what=f"the dataset on {name}")
