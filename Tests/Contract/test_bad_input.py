"""Every refused request leaves the world as it was, and names the parameter and the rule."""

import re
import socket

import botocore.exceptions
import pytest

import groups
from patience import eventually

VALUE = "InvalidParameterValue"
COMBINATION = "InvalidParameterCombination"
IDENTIFIER = "The parameter ReplicationGroupId is not a valid identifier"
REPLICAS = "The number of replicas per node group must be within 0 and 5"


def shards(*slots: str | None, **more) -> dict:
    """A cluster mode enabled creation with these slots."""
    entries = [{"ReplicaCount": 0} | ({"Slots": entry} if entry else {}) for entry in slots]
    return {"NumNodeGroups": len(slots), "NodeGroupConfiguration": entries} | more


def entry(**changes) -> dict:
    """A creation of two shards, the first of which carries `changes`."""
    return {"NumNodeGroups": 2, "NodeGroupConfiguration": [{"ReplicaCount": 1} | changes, {"ReplicaCount": 1}]}


def tags(*pairs: tuple[str, str]) -> dict:
    return {"Tags": [{"Key": key, "Value": value} for key, value in pairs]}


# What is wrong: (the parameters, the wire codes it may have, what the message must say).
# Where the real service's text is known, that text; elsewhere the parameter's name.
CASES = {
    # Identifiers.
    "empty id": ({"ReplicationGroupId": ""}, VALUE, "ReplicationGroupId"),
    "id of 41": ({"ReplicationGroupId": "a" * 41}, VALUE, "Replication Group ID cannot be longer than 40 characters"),
    "id of 10000": ({"ReplicationGroupId": "a" * 10_000}, VALUE, "Replication Group ID cannot be longer than 40 characters"),
    "id that starts with a digit": ({"ReplicationGroupId": "1abc"}, VALUE, IDENTIFIER),
    "id with two hyphens": ({"ReplicationGroupId": "a--b"}, VALUE, IDENTIFIER),
    "id that ends with a hyphen": ({"ReplicationGroupId": "a-"}, VALUE, IDENTIFIER),
    "id that starts with a hyphen": ({"ReplicationGroupId": "-a"}, VALUE, IDENTIFIER),
    "id with an underscore": ({"ReplicationGroupId": "a_b"}, VALUE, IDENTIFIER),
    "id with a dot": ({"ReplicationGroupId": "a.b"}, VALUE, IDENTIFIER),
    "id with a blank": ({"ReplicationGroupId": "a b"}, VALUE, IDENTIFIER),
    "id with a slash": ({"ReplicationGroupId": "a/../b"}, VALUE, IDENTIFIER),
    "id with an umlaut": ({"ReplicationGroupId": "käse"}, VALUE, IDENTIFIER),
    "id with a full-width letter": ({"ReplicationGroupId": "ａbc"}, VALUE, IDENTIFIER),
    "id with a newline": ({"ReplicationGroupId": "abc\n"}, VALUE, IDENTIFIER),
    "id taken": ({"ReplicationGroupId": "existing"}, "ReplicationGroupAlreadyExists", "Replication group with specified name already exists"),
    "id taken in another case": ({"ReplicationGroupId": "EXISTING"}, "ReplicationGroupAlreadyExists", "already exists"),
    # Counts.
    "0 nodes": ({"NumCacheClusters": 0}, VALUE, f"NumCacheClusters|{REPLICAS}"),
    "7 nodes": ({"NumCacheClusters": 7}, VALUE, REPLICAS),
    "-1 nodes": ({"NumCacheClusters": -1}, VALUE, f"NumCacheClusters|{REPLICAS}"),
    "2 billion nodes": ({"NumCacheClusters": 2_147_483_647}, VALUE, REPLICAS),
    "6 replicas": ({"NumNodeGroups": 2, "ReplicasPerNodeGroup": 6}, VALUE, REPLICAS),
    "-1 replicas": ({"NumNodeGroups": 2, "ReplicasPerNodeGroup": -1}, VALUE, REPLICAS),
    "6 replicas of one shard": ({"NumNodeGroups": 1, "ReplicasPerNodeGroup": 6}, VALUE, REPLICAS),
    "6 replicas in a configuration": (entry(ReplicaCount=6), VALUE, f"ReplicaCount|{REPLICAS}"),
    "-1 replicas in a configuration": (entry(ReplicaCount=-1), VALUE, f"ReplicaCount|{REPLICAS}"),
    "0 shards": ({"NumNodeGroups": 0}, VALUE, "NumNodeGroups"),
    "-1 shards": ({"NumNodeGroups": -1}, VALUE, "NumNodeGroups"),
    "501 shards": (
        {"NumNodeGroups": 501, "ReplicasPerNodeGroup": 0},
        {"NodeGroupsPerReplicationGroupQuotaExceeded", "NodeQuotaForClusterExceeded", VALUE},
        "NumNodeGroups|node groups|shards|nodes",
    ),
    "2 billion shards": (
        {"NumNodeGroups": 2_147_483_647, "ReplicasPerNodeGroup": 5},
        {"NodeGroupsPerReplicationGroupQuotaExceeded", "NodeQuotaForClusterExceeded", VALUE},
        "NumNodeGroups|node groups|shards|nodes",
    ),
    "nodes and replicas both": ({"NumCacheClusters": 2, "ReplicasPerNodeGroup": 1}, COMBINATION, "NumCacheClusters|ReplicasPerNodeGroup"),
    "nodes and shards both": ({"NumCacheClusters": 4, "NumNodeGroups": 2}, COMBINATION, "NumCacheClusters|NumNodeGroups"),
    "shards that disagree with the configuration": (
        shards("0-8191", "8192-16383", NumNodeGroups=3),
        {VALUE, COMBINATION},
        "NumNodeGroups|NodeGroupConfiguration",
    ),
    "replicas in both places": (
        shards("0-8191", "8192-16383", ReplicasPerNodeGroup=1),
        COMBINATION,
        "ReplicasPerNodeGroup|ReplicaCount",
    ),
    # Slots.
    "slots that overlap": (shards("0-9000", "9000-16383"), VALUE, "Slots"),
    "slots that leave a gap": (shards("0-8000", "8002-16383"), VALUE, "Slots"),
    "slots that start late": (shards("1-8000", "8001-16383"), VALUE, "Slots"),
    "slots that end early": (shards("0-8000", "8001-16382"), VALUE, "Slots"),
    "slots beyond 16383": (shards("0-8000", "8001-16384"), VALUE, "Slots"),
    "slots backwards": (shards("8000-0", "8001-16383"), VALUE, "Slots"),
    "slots of letters": (shards("a-b", "8001-16383"), VALUE, "Slots"),
    "slots with a sign": (shards("-1-8000", "8001-16383"), VALUE, "Slots"),
    "slots beyond 64 bits": (shards("0-99999999999999999999", "8001-16383"), VALUE, "Slots"),
    "slots with one end": (shards("0-", "8001-16383"), VALUE, "Slots"),
    "slots of some shards only": (shards("0-8191", None), {VALUE, COMBINATION}, "Slots"),
    "the same node group id twice": (
        {"NumNodeGroups": 2, "NodeGroupConfiguration": [{"NodeGroupId": "0001", "ReplicaCount": 0}] * 2},
        VALUE,
        "NodeGroupId",
    ),
    "a node group id of letters": (entry(NodeGroupId="abcd"), VALUE, "NodeGroupId"),
    "a node group id of five digits": (entry(NodeGroupId="00001"), VALUE, "NodeGroupId"),
    # Zones.
    "a zone that does not exist": ({"PreferredCacheClusterAZs": ["us-east-1z"]}, VALUE, "us-east-1z is not a valid availability zone"),
    "a zone of another region": ({"PreferredCacheClusterAZs": ["eu-west-1a"]}, VALUE, "eu-west-1a is not a valid availability zone"),
    "a primary's zone that does not exist": (
        entry(PrimaryAvailabilityZone="moon-1a", ReplicaAvailabilityZones=["us-east-1a"]),
        VALUE,
        "moon-1a is not a valid availability zone",
    ),
    "a replica's zone that does not exist": (
        entry(PrimaryAvailabilityZone="us-east-1a", ReplicaAvailabilityZones=["moon-1a"]),
        VALUE,
        "moon-1a is not a valid availability zone",
    ),
    "two zones for three nodes": (
        {"NumCacheClusters": 3, "PreferredCacheClusterAZs": ["us-east-1a", "us-east-1b"]},
        VALUE,
        "must match the number of preferred availability zones",
    ),
    "two zones for a node": (
        {"PreferredCacheClusterAZs": ["us-east-1a", "us-east-1b"]},
        VALUE,
        "must match the number of preferred availability zones",
    ),
    "two replica zones for one replica": (
        entry(PrimaryAvailabilityZone="us-east-1a", ReplicaAvailabilityZones=["us-east-1a", "us-east-1b"]),
        {VALUE, COMBINATION},
        "ReplicaAvailabilityZones",
    ),
    "a zone list for many shards": (
        {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 0, "PreferredCacheClusterAZs": ["us-east-1a", "us-east-1b"]},
        COMBINATION,
        "PreferredCacheClusterAZs can only be specified for one node group",
    ),
    # Ports.
    "port 0": ({"Port": 0}, VALUE, "Port"),
    "port -1": ({"Port": -1}, VALUE, "Port"),
    "port 65536": ({"Port": 65_536}, VALUE, "Port"),
    "port 2147483647": ({"Port": 2_147_483_647}, VALUE, "Port"),
    # Engines, versions, node types, families.
    "engine mysql": ({"Engine": "mysql"}, VALUE, "Engine"),
    "engine memcached": ({"Engine": "memcached", "EngineVersion": None}, VALUE, "Engine"),
    "version 99.9": ({"EngineVersion": "99.9"}, COMBINATION, "Cannot find version 99.9 for redis"),
    "version 7.4": ({"EngineVersion": "7.4"}, COMBINATION, "Cannot find version 7.4 for redis"),
    "a patch level": ({"EngineVersion": "7.0.7"}, COMBINATION, r"Cannot find version 7\.0\.7 for redis"),
    "a version of words": ({"EngineVersion": "latest"}, COMBINATION, "Cannot find version latest for redis"),
    "a version of the other engine": ({"EngineVersion": "8.0"}, COMBINATION, "Cannot find version 8.0 for redis"),
    "no node type": ({"CacheNodeType": None}, VALUE, "The parameter CacheNodeType must be provided and must not be null"),
    "a node type that does not exist": ({"CacheNodeType": "cache.z9.huge"}, VALUE, "cache ?node ?type"),
    "a node type without its prefix": ({"CacheNodeType": "t3.micro"}, VALUE, "cache ?node ?type"),
    "a node type too new for the version": (
        {"CacheNodeType": "cache.r6g.large", "EngineVersion": "2.8.24"},
        {COMBINATION, VALUE},
        r"cache\.r6g\.large|CacheNodeType",
    ),
    "a node type for valkey only": ({"CacheNodeType": "cache.c8gn.xlarge"}, {COMBINATION, VALUE}, r"cache\.c8gn\.xlarge|CacheNodeType"),
    "a tiering node type without tiering": ({"CacheNodeType": "cache.r6gd.xlarge", "NumCacheClusters": 2}, COMBINATION, "data tiering"),
    "a family that does not match": (
        {"CacheParameterGroupName": "default.redis6.x"},
        COMBINATION,
        "Expected a parameter group of family redis7 but found one of family redis6.x",
    ),
    "a family of the other engine": (
        {"CacheParameterGroupName": "default.valkey8"},
        COMBINATION,
        "valkey parameter group is not applicable to engine redis|Expected a parameter group of family redis7",
    ),
    "a parameter group that does not exist": (
        {"CacheParameterGroupName": "default.redis99"},
        "CacheParameterGroupNotFound",
        "CacheParameterGroup not found: default.redis99",
    ),
    "many shards without a cluster's parameters": (
        {"NumNodeGroups": 2, "CacheParameterGroupName": "default.redis7"},
        COMBINATION,
        "cluster|CacheParameterGroupName|NumNodeGroups",
    ),
    "cluster mode against its parameters": (
        {"ClusterMode": "disabled", "CacheParameterGroupName": "default.redis7.cluster.on"},
        {COMBINATION, VALUE},
        "ClusterMode|cluster mode|cluster-enabled",
    ),
    "cluster mode disabled with shards": ({"ClusterMode": "disabled", "NumNodeGroups": 2}, {COMBINATION, VALUE}, "ClusterMode|NumNodeGroups|cluster mode"),
    "cluster mode of another word": ({"ClusterMode": "sometimes"}, VALUE, "ClusterMode"),
    "many shards of a version without": (
        {"EngineVersion": "2.8.24", "CacheNodeType": "cache.m3.medium", "NumNodeGroups": 2},
        {COMBINATION, VALUE},
        "cluster|2.8.24|NumNodeGroups",
    ),
    # Failover.
    "failover of one node": (
        {"AutomaticFailoverEnabled": True, "NumCacheClusters": 1},
        COMBINATION,
        "When using automatic failover, there must be at least 2 cache clusters in the replication group",
    ),
    "a cluster without failover": (
        {"AutomaticFailoverEnabled": False, "NumNodeGroups": 2},
        VALUE,
        "Redis with cluster mode enabled cannot be created with auto failover turned off",
    ),
    "failover on t1": (
        {"AutomaticFailoverEnabled": True, "NumCacheClusters": 2, "CacheNodeType": "cache.t1.micro", "EngineVersion": "2.8.24"},
        {COMBINATION, VALUE},
        "automatic failover is not supported for T1",
    ),
    "zones without failover": ({"MultiAZEnabled": True, "NumCacheClusters": 2}, {COMBINATION, VALUE}, "MultiAZ|multi-az|automatic failover"),
    "zones without a replica": (
        {"MultiAZEnabled": True, "AutomaticFailoverEnabled": True, "NumNodeGroups": 2, "ReplicasPerNodeGroup": 0},
        {COMBINATION, VALUE},
        "MultiAZ|multi-az",
    ),
    # Tags.
    "duplicate tags": (tags(("a", "1"), ("a", "2")), VALUE, "tag"),
    "51 tags": (tags(*((f"k{n}", "v") for n in range(51))), "TagQuotaPerResourceExceeded", "50"),
    "a tag without a key": (tags(("", "v")), VALUE, "tag|key"),
    "a tag key of 129": (tags(("k" * 129, "v")), VALUE, "tag|key"),
    "a tag value of 257": (tags(("k", "v" * 257)), VALUE, "tag|value"),
    "a tag of aws": (tags(("aws:k", "v")), VALUE, "aws:"),
    # Windows and retention.
    "a short snapshot window": ({"SnapshotWindow": "05:00-05:30"}, VALUE, "Snapshot window must be at least 60 minutes"),
    "a snapshot window of no day": ({"SnapshotWindow": "25:00-26:00"}, VALUE, "SnapshotWindow"),
    "a snapshot window of words": ({"SnapshotWindow": "at night"}, VALUE, "SnapshotWindow"),
    "a maintenance window of words": ({"PreferredMaintenanceWindow": "on sundays"}, VALUE, "PreferredMaintenanceWindow|maintenance window"),
    "a maintenance window on no day": ({"PreferredMaintenanceWindow": "xyz:05:00-xyz:06:00"}, VALUE, "PreferredMaintenanceWindow|maintenance window"),
    "a short maintenance window": ({"PreferredMaintenanceWindow": "sun:05:00-sun:05:30"}, VALUE, "PreferredMaintenanceWindow|maintenance window"),
    "windows that overlap": (
        {"SnapshotWindow": "05:00-07:00", "PreferredMaintenanceWindow": "sun:06:00-sun:08:00"},
        VALUE,
        "The snapshot window and maintenance window must not overlap",
    ),
    "windows that overlap over midnight": (
        {"SnapshotWindow": "23:30-00:30", "PreferredMaintenanceWindow": "mon:00:00-mon:01:00"},
        VALUE,
        "The snapshot window and maintenance window must not overlap",
    ),
    "36 days": ({"SnapshotRetentionLimit": 36}, VALUE, "SnapshotRetentionLimit"),
    "-1 days": ({"SnapshotRetentionLimit": -1}, VALUE, "SnapshotRetentionLimit"),
}


@pytest.fixture(scope="module")
def existing(service, elasticache):
    """The world before: one group, and nothing else."""
    groups.create(elasticache, ReplicationGroupId="existing")
    return groups.world(elasticache), service.processes()


@pytest.mark.parametrize("name", CASES)
def test_a_refused_creation_changes_nothing(service, elasticache, existing, name):
    changes, codes, says = CASES[name]
    parameters = groups.request(**({"ReplicationGroupId": "refused"} | changes))
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        elasticache.create_replication_group(**parameters)
    error = caught.value
    assert groups.code_of(error) in ({codes} if isinstance(codes, str) else codes), groups.message_of(error)
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404)
    assert error.response["Error"]["Type"] == "Sender"
    assert re.search(says, groups.message_of(error), re.IGNORECASE), f"{groups.message_of(error)!r} does not say {says!r}"
    assert (groups.world(elasticache), service.processes()) == existing


@pytest.mark.parametrize("name", ["existing", "EXISTING", "eXiStInG"])
def test_ids_that_differ_only_in_case_are_one(elasticache, existing, name):
    assert groups.describe(elasticache, name)["ReplicationGroupId"] == "existing"


def test_the_port_limits_are_valid(elasticache):
    for port in (1024, 55_535):
        found = groups.create(elasticache, Port=port)
        assert groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]).ping()
        groups.delete(elasticache, found["ReplicationGroupId"])
        groups.gone(elasticache, found["ReplicationGroupId"])


def test_a_port_taken_on_every_address(service, new_account):
    """Somebody listens on all addresses: it is refused by name, or ends as create-failed with the reason. It never hangs."""
    client = service.client(account=new_account)
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        before = service.processes()
        name = groups.fresh()
        try:
            client.create_replication_group(**groups.request(ReplicationGroupId=name, Port=port))
        except botocore.exceptions.ClientError as error:
            assert groups.code_of(error) == VALUE
            assert "Port" in groups.message_of(error)
            assert groups.world(client) == ([], [])
            return
        eventually(lambda: groups.describe(client, name)["Status"] == "create-failed", within=60, what="the failure")
        assert any(str(port) in message for message in groups.messages(client))
        eventually(lambda: service.processes() == before, what="the end of its processes")
        groups.delete(client, name)
        groups.gone(client, name)
