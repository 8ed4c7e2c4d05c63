"""A group with cluster mode enabled: the documented example verbatim, and what cluster clients see of it."""

import ipaddress

import pytest
import redis
from redis.cluster import RedisCluster
from redis.crc import key_slot

import examples
import fields
import groups
from patience import eventually

GROUP = "clustered-redis-rg"
MEMBERS = {
    "0001": [f"{GROUP}-0001-001", f"{GROUP}-0001-002"],
    "0002": [f"{GROUP}-0002-001", f"{GROUP}-0002-002", f"{GROUP}-0002-003"],
}
ALL = MEMBERS["0001"] + MEMBERS["0002"]
ZONES = {"0001": ["us-east-1c", "us-east-1b"], "0002": ["us-east-1a", "us-east-1a", "us-east-1c"]}
SLOTS = {"0001": (0, 8999), "0002": (9000, 16383)}


@pytest.fixture(scope="module")
def creation(elasticache):
    return elasticache.create_replication_group(**examples.creations()[GROUP])["ReplicationGroup"]


@pytest.fixture(scope="module")
def example(elasticache, creation):
    return groups.available(elasticache, creation["ReplicationGroupId"])


@pytest.fixture(scope="module")
def nodes(elasticache, example):
    return groups.node_endpoints(elasticache, GROUP)


@pytest.fixture
def cluster(example):
    endpoint = example["ConfigurationEndpoint"]
    client = RedisCluster(host=endpoint["Address"], port=endpoint["Port"], decode_responses=True, socket_timeout=5)
    yield client
    client.close()


def slots_of(endpoint: dict) -> list[tuple[int, int, list[str]]]:
    """CLUSTER SLOTS as (first, last, addresses with the primary in front)."""
    with redis.Redis(host=endpoint["Address"], port=endpoint["Port"], socket_timeout=5) as client:
        client.response_callbacks.pop("CLUSTER SLOTS", None)
        rows = client.execute_command("CLUSTER SLOTS")
    return sorted((row[0], row[1], [node[0].decode() for node in row[2:]]) for row in rows)


def test_the_answer_to_the_documented_example(creation):
    fields.assert_fields(creation, fields.GROUP_CREATING, fields.GROUP_MAYBE)
    assert creation["Status"] == "creating"
    assert creation["MemberClusters"] == ALL
    assert creation["AutomaticFailover"] == "enabled"
    assert creation["ClusterEnabled"] is True
    assert creation["ClusterMode"] == "enabled"
    assert creation["SnapshotRetentionLimit"] == 8
    assert fields.DAILY_WINDOW.fullmatch(creation["SnapshotWindow"])
    assert creation["PendingModifiedValues"] == {}
    assert creation["AutoMinorVersionUpgrade"] is True
    assert creation["ARN"] == f"arn:aws:elasticache:us-east-1:000000000000:replicationgroup:{GROUP}"


def test_the_description_when_available(example, creation, service):
    fields.assert_fields(example, fields.GROUP_AVAILABLE | {"ConfigurationEndpoint"}, {"UserGroupIds"})
    unchanged = set(creation) - {"Status"}
    assert {name: example[name] for name in unchanged} == {name: creation[name] for name in unchanged}
    assert example["ConfigurationEndpoint"]["Port"] == 6379
    assert ipaddress.ip_address(example["ConfigurationEndpoint"]["Address"]) in service.network


def test_the_node_groups_as_asked(example):
    assert [node_group["NodeGroupId"] for node_group in example["NodeGroups"]] == ["0001", "0002"]
    for node_group in example["NodeGroups"]:
        fields.assert_fields(node_group, fields.NODE_GROUP_ENABLED)
        name = node_group["NodeGroupId"]
        assert node_group["Status"] == "available"
        assert node_group["Slots"] == "{}-{}".format(*SLOTS[name])
        members = node_group["NodeGroupMembers"]
        for member in members:
            fields.assert_fields(member, fields.MEMBER_ENABLED)
        assert [member["CacheClusterId"] for member in members] == MEMBERS[name]
        assert [member["PreferredAvailabilityZone"] for member in members] == ZONES[name]


def test_the_members_as_cache_clusters(elasticache, example):
    found = {c["CacheClusterId"]: c for c in groups.clusters(elasticache) if c.get("ReplicationGroupId") == GROUP}
    assert sorted(found) == ALL
    for cluster in found.values():
        fields.assert_fields(cluster, fields.CLUSTER | {"CacheNodes"})
        assert cluster["EngineVersion"] == "3.2.4"
        assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis3.2.cluster.on"
        assert cluster["CacheNodes"][0]["Endpoint"]["Port"] == 6379


def test_the_slots_are_those_of_the_engines(example, nodes):
    expected = {name: [nodes[member]["Address"] for member in members] for name, members in MEMBERS.items()}
    for endpoint in [example["ConfigurationEndpoint"], *nodes.values()]:
        rows = slots_of(endpoint)
        assert [(first, last) for first, last, _ in rows] == [SLOTS["0001"], SLOTS["0002"]]
        assert [addresses[0] for _, _, addresses in rows] == [expected[name][0] for name in MEMBERS], "the first members are the primaries"
        # An engine names a replica to clients only once gossip told it the replica's offset: seconds after its link is up.
        eventually(
            lambda: [sorted(addresses) for _, _, addresses in slots_of(endpoint)] == [sorted(expected[name]) for name in MEMBERS],
            within=20,
            what=f"all replicas in the CLUSTER SLOTS of {endpoint['Address']}",
        )


def test_every_engine_sees_a_whole_cluster(nodes):
    assert len({endpoint["Address"] for endpoint in nodes.values()}) == 5
    for endpoint in nodes.values():
        with groups.connect(endpoint) as client:
            info = client.execute_command("CLUSTER INFO")
            info = info if isinstance(info, dict) else dict(line.split(":") for line in info.split())
            assert info["cluster_state"] == "ok"
            assert int(info["cluster_slots_ok"]) == 16_384
            assert int(info["cluster_known_nodes"]) == 5
            assert int(info["cluster_size"]) == 2


def test_the_roles_are_those_of_the_engines(nodes):
    for name, endpoint in nodes.items():
        replication = groups.connect(endpoint).info("replication")
        if name.endswith("-001"):
            assert replication["role"] == "master"
            assert replication["connected_slaves"] == len(MEMBERS[name[-8:-4]]) - 1
        else:
            assert replication["role"] == "slave"
            assert replication["master_link_status"] == "up"
            assert replication["master_host"] == nodes[name[:-3] + "001"]["Address"]


def test_a_cluster_client_writes_across_all_slots(cluster, nodes):
    keys = [f"key:{number}" for number in range(1000)]
    for key in keys:
        assert cluster.set(key, key.upper())
    assert all(cluster.get(key) == key.upper() for key in keys)
    in_first = sum(key_slot(key.encode()) <= SLOTS["0001"][1] for key in keys)
    with groups.connect(nodes[MEMBERS["0001"][0]]) as first, groups.connect(nodes[MEMBERS["0002"][0]]) as second:
        assert (first.dbsize(), second.dbsize()) == (in_first, 1000 - in_first)


def test_a_cluster_client_reads_from_replicas(example, cluster):
    cluster.set("replicated", "yes")
    cluster.wait(1, 5000, target_nodes=cluster.get_node_from_key("replicated"))
    endpoint = example["ConfigurationEndpoint"]
    reader = RedisCluster(
        host=endpoint["Address"],
        port=endpoint["Port"],
        decode_responses=True,
        load_balancing_strategy=redis.cluster.LoadBalancingStrategy.ROUND_ROBIN,
    )
    try:
        assert {reader.get("replicated") for _ in range(6)} == {"yes"}
    finally:
        reader.close()


def test_maxmemory(nodes):
    """The node type's 2,988,441,600 bytes, of which the family reserves a quarter."""
    assert {groups.connect(endpoint).info("memory")["maxmemory"] for endpoint in nodes.values()} == {2_241_331_200}


@pytest.mark.parametrize(
    "command",
    [
        "CONFIG GET maxmemory",
        "CLUSTER RESET",
        "CLUSTER FAILOVER TAKEOVER",
        "CLUSTER FORGET 0000000000000000000000000000000000000000",
        "CLUSTER MEET 127.0.0.1 1",
        "CLUSTER DELSLOTS 1",
        "CLUSTER ADDSLOTS 1",
        "CLUSTER SETSLOT 1 STABLE",
        "CLUSTER REPLICATE 0000000000000000000000000000000000000000",
        "CLUSTER BUMPEPOCH",
        "REPLICAOF NO ONE",
        "SHUTDOWN NOSAVE",
    ],
)
def test_admin_commands_are_withheld(nodes, command):
    with groups.connect(nodes[ALL[0]]) as client, pytest.raises(redis.exceptions.ResponseError, match="(?i)permission|unknown command|not allowed"):
        client.execute_command(*command.split())


@pytest.mark.parametrize("command", ["CLUSTER SLOTS", "CLUSTER NODES", "CLUSTER INFO", "CLUSTER KEYSLOT k", "CLUSTER MYID", "READONLY"])
def test_a_cluster_client_s_commands_work(nodes, command):
    with groups.connect(nodes[ALL[0]]) as client:
        client.response_callbacks.clear()
        assert client.execute_command(*command.split()) is not None


def test_an_even_split_and_the_defaults(elasticache):
    """Three shards without a word on failover, parameter group or replicas."""
    found = groups.create(elasticache, NumNodeGroups=3, ReplicasPerNodeGroup=0)
    assert found["ClusterEnabled"] is True
    assert found["AutomaticFailover"] == "enabled"
    assert [g["Slots"] for g in found["NodeGroups"]] == ["0-5461", "5462-10922", "10923-16383"]
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=found["MemberClusters"][0])["CacheClusters"]
    assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis7.cluster.on"
    assert [row[:2] for row in slots_of(found["ConfigurationEndpoint"])] == [(0, 5461), (5462, 10922), (10923, 16383)]


def test_node_group_ids_and_slots_of_one_s_own(elasticache):
    found = groups.create(
        elasticache,
        ReplicationGroupId="own-ids",
        NumNodeGroups=2,
        Port=7000,
        NodeGroupConfiguration=[
            {"NodeGroupId": "0005", "Slots": "0-99", "ReplicaCount": 0},
            {"NodeGroupId": "0007", "Slots": "100-16383", "ReplicaCount": 1},
        ],
    )
    assert found["MemberClusters"] == ["own-ids-0005-001", "own-ids-0007-001", "own-ids-0007-002"]
    assert [(g["NodeGroupId"], g["Slots"]) for g in found["NodeGroups"]] == [("0005", "0-99"), ("0007", "100-16383")]
    assert found["ConfigurationEndpoint"]["Port"] == 7000
    assert [row[:2] for row in slots_of(found["ConfigurationEndpoint"])] == [(0, 99), (100, 16383)]


def test_one_shard_by_parameter_group(elasticache):
    found = groups.create(
        elasticache,
        ReplicationGroupId="one-shard",
        CacheParameterGroupName="default.redis7.cluster.on",
        NumNodeGroups=1,
        ReplicasPerNodeGroup=0,
        AutomaticFailoverEnabled=True,
    )
    assert found["ClusterEnabled"] is True
    assert found["MemberClusters"] == ["one-shard-0001-001"]
    assert found["NodeGroups"][0]["Slots"] == "0-16383"


def test_one_shard_by_cluster_mode(elasticache):
    found = groups.create(elasticache, ReplicationGroupId="by-mode", ClusterMode="enabled", NumNodeGroups=1)
    assert found["ClusterEnabled"] is True
    assert found["MemberClusters"] == ["by-mode-0001-001"]


def test_more_shards_than_are_founded_by_succession(elasticache):
    """Larger clusters come into the world in another way, with the same outcome."""
    found = groups.create(elasticache, NumNodeGroups=9, ReplicasPerNodeGroup=0)
    endpoint = found["ConfigurationEndpoint"]
    rows = slots_of(endpoint)
    assert [(first, last) for first, last, _ in rows] == [
        tuple(map(int, node_group["Slots"].split("-"))) for node_group in found["NodeGroups"]
    ]
    client = RedisCluster(host=endpoint["Address"], port=endpoint["Port"], socket_timeout=5)
    try:
        for number in range(100):
            assert client.set(f"key:{number}", number)
    finally:
        client.close()
