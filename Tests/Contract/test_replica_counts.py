"""IncreaseReplicaCount, DecreaseReplicaCount and the removal of one replica: what is refused, and that it changes nothing."""

import pytest

import groups
import refusals
from refusals import CLUSTER_STATE, COMBINATION, VALUE

RANGE = "The number of replicas per node group must be within 0 and 5."
SAME = "Requested new replica count already matches current number of replicas."


@pytest.fixture(scope="module")
def shapes(elasticache):
    made = {
        "plain": {"NumCacheClusters": 3},
        "auto": {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True},
        "zones": {
            "NumCacheClusters": 3,
            "PreferredCacheClusterAZs": ["us-east-1a", "us-east-1a", "us-east-1b"],
            "AutomaticFailoverEnabled": True,
            "MultiAZEnabled": True,
        },
        "sharded": {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1, "MultiAZEnabled": True},
        "single": {"NumCacheClusters": 1},
    }
    return {name: groups.create(elasticache, ReplicationGroupId=name, **shape) for name, shape in made.items()}


def shard(number: str, count: int, **more) -> dict:
    return {"NodeGroupId": number, "NewReplicaCount": count} | more


def configured(*entries: dict) -> dict:
    return {"ReplicaConfiguration": list(entries)}


MORE = {
    "nobody": ("nobody", {"NewReplicaCount": 1}, "ReplicationGroupNotFoundFault", "nobody"),
    "nothing said": ("plain", {}, COMBINATION, "NewReplicaCount"),
    "both ways": ("plain", {"NewReplicaCount": 3} | configured(shard("0001", 3)), COMBINATION, "ReplicaConfiguration"),
    "later": ("plain", {"NewReplicaCount": 3, "ApplyImmediately": False}, VALUE, "ApplyImmediately"),
    "6": ("plain", {"NewReplicaCount": 6}, VALUE, RANGE),
    "-1": ("plain", {"NewReplicaCount": -1}, VALUE, RANGE),
    "as many": ("plain", {"NewReplicaCount": 2}, "NoOperationFault", SAME),
    "fewer": ("plain", {"NewReplicaCount": 1}, VALUE, "NewReplicaCount"),
    "as many of a shard": ("sharded", configured(shard("0002", 1)), "NoOperationFault", SAME),
    "6 of a shard": ("sharded", configured(shard("0002", 6)), VALUE, RANGE),
    "an unknown shard": ("sharded", configured(shard("0003", 2)), VALUE, r"The following node group ids are invalid: \[0003\]"),
    "a shard twice": ("sharded", configured(shard("0001", 2), shard("1", 3)), VALUE, "ConfigureShard.2.NodeGroupId"),
    "one shard fewer": ("sharded", configured(shard("0001", 2), shard("0002", 0)), VALUE, "ConfigureShard.2"),
    "too few zones": (
        "sharded",
        configured(shard("0001", 2, PreferredAvailabilityZones=["us-east-1a", "us-east-1b"])),
        VALUE,
        "PreferredAvailabilityZones",
    ),
    "a zone elsewhere": (
        "plain",
        configured(shard("0001", 3, PreferredAvailabilityZones=["us-east-1a", "us-east-1b", "us-east-1c", "eu-west-1a"])),
        VALUE,
        "eu-west-1a is not a valid availability zone",
    ),
    "an outpost": ("plain", configured(shard("0001", 3, PreferredOutpostArns=["arn:aws:outposts:us-east-1:1:o"])), VALUE, "PreferredOutpostArns"),
}

FEWER = {
    "nobody": ("nobody", {"NewReplicaCount": 1}, "ReplicationGroupNotFoundFault", "nobody"),
    "nothing said": ("plain", {}, COMBINATION, "ReplicasToRemove"),
    "two ways": ("plain", {"NewReplicaCount": 1, "ReplicasToRemove": ["plain-002"]}, COMBINATION, "ReplicasToRemove"),
    "later": ("plain", {"NewReplicaCount": 1, "ApplyImmediately": False}, VALUE, "ApplyImmediately"),
    "as many": ("plain", {"NewReplicaCount": 2}, "NoOperationFault", SAME),
    "more": ("plain", {"NewReplicaCount": 3}, VALUE, "NewReplicaCount"),
    "none with failover": (
        "auto",
        {"NewReplicaCount": 0},
        VALUE,
        "Must have at least 1 replica when cluster mode is disabled with auto failover enabled.",
    ),
    "the last by name": ("auto", {"ReplicasToRemove": ["auto-002"]}, VALUE, "Must have at least 1 replica"),
    "none with zones": ("sharded", {"NewReplicaCount": 0}, VALUE, "Must have at least 1 replica for Multi-AZ enabled Replication Group"),
    "the only one of a zone": ("zones", {"ReplicasToRemove": ["zones-003"]}, COMBINATION, "0001.*us-east-1a"),
    "the primary": ("plain", {"ReplicasToRemove": ["plain-001"]}, VALUE, "plain-001.*primary"),
    "the primary by number": ("plain", {"ReplicasToRemove": ["0001"]}, VALUE, "plain-001.*primary"),
    "another's": ("plain", {"ReplicasToRemove": ["auto-002"]}, VALUE, "auto-002"),
    "one twice": ("plain", {"ReplicasToRemove": ["plain-002", "2"]}, VALUE, "ReplicasToRemove.member.2"),
    "a number of many shards": ("sharded", {"ReplicasToRemove": ["002"]}, VALUE, "002"),
    "zones without nodes": (
        "plain",
        configured(shard("0001", 1, PreferredAvailabilityZones=["us-east-1a", "us-east-1d"])),
        VALUE,
        "us-east-1d",
    ),
}

REMOVED = {
    "the primary": ("plain-001", CLUSTER_STATE, "serving as primary"),
    "the only member": ("single-001", CLUSTER_STATE, "only member of a replication group"),
    "the last replica with failover": ("auto-002", CLUSTER_STATE, "only read replica for replication group auto"),
    "the only one of a zone": ("zones-003", COMBINATION, "us-east-1a"),
    "a cluster's": ("sharded-0001-002", COMBINATION, "cluster mode"),
    "nobody": ("plain-009", "CacheClusterNotFound", "plain-009"),
}


@pytest.mark.parametrize("name", MORE)
def test_increase_refused(elasticache, shapes, name):
    group, changes, code, says = MORE[name]
    request = {"ReplicationGroupId": group, "ApplyImmediately": True} | changes
    refusals.expect(elasticache, "increase_replica_count", request, code, says)


@pytest.mark.parametrize("name", FEWER)
def test_decrease_refused(elasticache, shapes, name):
    group, changes, code, says = FEWER[name]
    request = {"ReplicationGroupId": group, "ApplyImmediately": True} | changes
    refusals.expect(elasticache, "decrease_replica_count", request, code, says)


@pytest.mark.parametrize("name", REMOVED)
def test_removal_refused(elasticache, shapes, name):
    cluster, code, says = REMOVED[name]
    refusals.expect(elasticache, "delete_cache_cluster", {"CacheClusterId": cluster}, code, says)


def test_only_what_is_available_is_changed(elasticache):
    name = groups.fresh("early")
    elasticache.create_replication_group(**groups.request(ReplicationGroupId=name, NumNodeGroups=2, ReplicasPerNodeGroup=1))
    for operation, count in [(elasticache.increase_replica_count, 2), (elasticache.decrease_replica_count, 0)]:
        with pytest.raises(elasticache.exceptions.InvalidReplicationGroupStateFault):
            operation(ReplicationGroupId=name, NewReplicaCount=count, ApplyImmediately=True)
    groups.available(elasticache, name)
