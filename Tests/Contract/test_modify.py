"""ModifyReplicationGroup: what holds at once, what waits, and what is refused."""

import datetime

import pytest

import groups
import refusals
import wire
from refusals import COMBINATION, GROUP_STATE, VALUE

WINDOWS = {"SnapshotWindow": "05:00-06:00", "PreferredMaintenanceWindow": "sun:07:00-sun:08:00"}


@pytest.fixture(scope="module")
def shapes(elasticache):
    """A group with replicas in two zones, one with failover, one with cluster mode, and one of a single node."""
    made = {
        "plain": {"NumCacheClusters": 3} | WINDOWS,
        "auto": {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True, "MultiAZEnabled": True},
        "one-zone": {"NumCacheClusters": 2, "PreferredCacheClusterAZs": ["us-east-1b"] * 2, "AutomaticFailoverEnabled": True},
        "sharded": {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 0},
        "single": {"NumCacheClusters": 1},
    }
    return {name: groups.create(elasticache, ReplicationGroupId=name, **shape) for name, shape in made.items()}


REFUSED = {
    "nothing": ("plain", {}, COMBINATION, "No modifications were requested"),
    "nothing at once": ("plain", {"ApplyImmediately": True}, COMBINATION, "No modifications were requested"),
    "nobody": ("nobody", {"ReplicationGroupDescription": "x"}, "ReplicationGroupNotFoundFault", "nobody"),
    "a description of 256": ("plain", {"ReplicationGroupDescription": "x" * 256}, VALUE, "ReplicationGroupDescription"),
    "overlap with the present maintenance": ("plain", {"SnapshotWindow": "07:30-08:30"}, VALUE, "must not overlap"),
    "overlap with the present snapshots": ("plain", {"PreferredMaintenanceWindow": "mon:05:30-mon:06:30"}, VALUE, "must not overlap"),
    "overlap of both": (
        "plain",
        {"SnapshotWindow": "10:00-11:00", "PreferredMaintenanceWindow": "mon:10:30-mon:11:30"},
        VALUE,
        "must not overlap",
    ),
    "short window": ("plain", {"SnapshotWindow": "10:00-10:30"}, VALUE, "Snapshot window must be at least 60 minutes"),
    "no window": ("plain", {"PreferredMaintenanceWindow": "whenever"}, VALUE, "PreferredMaintenanceWindow"),
    "retention of 36": ("plain", {"SnapshotRetentionLimit": 36, "SnapshottingClusterId": "plain-001"}, VALUE, "SnapshotRetentionLimit"),
    "retention alone": ("plain", {"SnapshotRetentionLimit": 1}, COMBINATION, "Must specify both SnapshotRetentionLimit and Snapsh"),
    "unknown snapshotting cluster": (
        "plain",
        {"SnapshotRetentionLimit": 1, "SnapshottingClusterId": "auto-001"},
        "CacheClusterNotFound",
        "Specified snapshotting cluster does not exist",
    ),
    "snapshotting cluster of many": (
        "sharded",
        {"SnapshotRetentionLimit": 1, "SnapshottingClusterId": "sharded-0001-001"},
        COMBINATION,
        "Cannot set snapshotting cluster for cluster mode enabled replication group",
    ),
    "failover without a replica": (
        "single",
        {"AutomaticFailoverEnabled": True},
        COMBINATION,
        "Replication group must have at least one read replica to enable autofailover.",
    ),
    "failover without a replica, told again": (
        "sharded",
        {"AutomaticFailoverEnabled": True},
        COMBINATION,
        "Replication group must have at least one read replica to enable autofailover.",
    ),
    "no failover with cluster mode": (
        "sharded",
        {"AutomaticFailoverEnabled": False},
        COMBINATION,
        "Turning off automatic failover for replication group with cluster mode enabled is not supported.",
    ),
    "zones without failover": ("plain", {"MultiAZEnabled": True}, COMBINATION, "MultiAZEnabled.*AutomaticFailoverEnabled"),
    "no failover but zones": ("auto", {"AutomaticFailoverEnabled": False}, COMBINATION, "both"),
    "one zone": ("one-zone", {"MultiAZEnabled": True}, COMBINATION, "node group 0001 are in us-east-1b"),
    "zones without replicas": ("sharded", {"MultiAZEnabled": True}, VALUE, "Must have at least 1 replica for Multi-AZ enabled"),
    "primary with failover": ("auto", {"PrimaryClusterId": "auto-002", "ApplyImmediately": True}, COMBINATION, "PrimaryClusterId"),
    "primary of another": ("plain", {"PrimaryClusterId": "auto-002", "ApplyImmediately": True}, "CacheClusterNotFound", "auto-002"),
    "primary with cluster mode": (
        "sharded",
        {"PrimaryClusterId": "sharded-0001-001", "ApplyImmediately": True},
        COMBINATION,
        "PrimaryClusterId",
    ),
    "an unknown security group": ("plain", {"SecurityGroupIds": ["sg-0123456789abcdef0"]}, VALUE, "SecurityGroupIds.*sg-0123456789abcdef0"),
    "a description with what can't be": (
        "plain",
        {"ReplicationGroupDescription": "new", "SnapshotRetentionLimit": 99},
        VALUE,
        "SnapshotRetentionLimit",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(elasticache, shapes, name):
    group, changes, code, says = REFUSED[name]
    refusals.expect(elasticache, "modify_replication_group", {"ReplicationGroupId": group} | changes, code, says)


UNSERVED = {
    "Engine": "valkey",
    "EngineVersion": "7.1",
    "CacheSecurityGroupNames": ["classic"],
    "LogDeliveryConfigurations": [{"LogType": "slow-log", "LogFormat": "json"}],
    "TransitEncryptionEnabled": True,
    "ClusterMode": "compatible",
}


@pytest.mark.parametrize("parameter", UNSERVED)
def test_what_has_no_effect_yet_is_refused(elasticache, shapes, parameter):
    request = {"ReplicationGroupId": "plain", parameter: UNSERVED[parameter]}
    says = "(?i)cache ?security ?group" if parameter == "CacheSecurityGroupNames" else parameter
    refusals.expect(elasticache, "modify_replication_group", request, VALUE, says)


def test_durability_is_not_taken_silently(service, elasticache, shapes):
    form = {"Action": "ModifyReplicationGroup", "ReplicationGroupId": "plain", "Durability": "sync"}
    answer = wire.post(service, form)
    assert (answer.status, answer.code) == (400, COMBINATION)
    assert "Durability cannot currently be enabled on non-durable clusters" in answer.message


def test_what_is_so_already_is_accepted(elasticache, shapes):
    before = groups.describe(elasticache, "plain")
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId="plain-001")["CacheClusters"]
    answer = elasticache.modify_replication_group(
        ReplicationGroupId="plain",
        CacheNodeType=before["CacheNodeType"],
        Engine=before["Engine"],
        EngineVersion=cluster["EngineVersion"],
        CacheParameterGroupName=cluster["CacheParameterGroup"]["CacheParameterGroupName"],
        SecurityGroupIds=[group["SecurityGroupId"] for group in cluster["SecurityGroups"]],
        TransitEncryptionEnabled=False,
        IpDiscovery="ipv4",
        AutomaticFailoverEnabled=False,
        MultiAZEnabled=False,
        PrimaryClusterId="plain-001",
        ApplyImmediately=True,
    )["ReplicationGroup"]
    assert answer == before
    assert groups.describe(elasticache, "plain") == before


def test_settings_hold_at_once(elasticache):
    found = groups.create(elasticache, NumCacheClusters=2, **WINDOWS)
    name = found["ReplicationGroupId"]
    changes = {
        "ReplicationGroupDescription": "another",
        "SnapshotWindow": "15:00-17:00",
        "PreferredMaintenanceWindow": "wed:10:00-wed:14:00",
        "SnapshotRetentionLimit": 5,
        "SnapshottingClusterId": f"{name}-001",
        "AutoMinorVersionUpgrade": False,
    }
    answer = elasticache.modify_replication_group(ReplicationGroupId=name, **changes)["ReplicationGroup"]
    assert answer == found | {
        "Description": "another",
        "SnapshotWindow": "15:00-17:00",
        "SnapshotRetentionLimit": 5,
        "SnapshottingClusterId": f"{name}-001",
        "AutoMinorVersionUpgrade": False,
    }
    assert groups.describe(elasticache, name) == answer
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=f"{name}-001")["CacheClusters"]
    assert cluster["PreferredMaintenanceWindow"] == "wed:10:00-wed:14:00"
    assert (cluster["SnapshotRetentionLimit"], cluster["AutoMinorVersionUpgrade"]) == (5, False)
    off = elasticache.modify_replication_group(ReplicationGroupId=name, SnapshotRetentionLimit=0)["ReplicationGroup"]
    assert off["SnapshotRetentionLimit"] == 0
    assert "SnapshottingClusterId" not in off


def test_a_new_primary_waits_for_the_window(elasticache):
    """And is taken back by naming the present one."""
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3)
    day = later.strftime("%a").lower()
    name = groups.create(elasticache, NumCacheClusters=2, PreferredMaintenanceWindow=f"{day}:10:00-{day}:11:00")["ReplicationGroupId"]
    answer = elasticache.modify_replication_group(ReplicationGroupId=name, PrimaryClusterId=f"{name}-002")["ReplicationGroup"]
    assert answer["Status"] == "available"
    assert answer["PendingModifiedValues"] == {"PrimaryClusterId": f"{name}-002"}
    assert groups.describe(elasticache, name) == answer
    assert [member["CurrentRole"] for member in answer["NodeGroups"][0]["NodeGroupMembers"]] == ["primary", "replica"]
    answer = elasticache.modify_replication_group(ReplicationGroupId=name, PrimaryClusterId=f"{name}-001")["ReplicationGroup"]
    assert answer["PendingModifiedValues"] == {}


def test_only_what_is_available_is_modified(elasticache):
    name = groups.fresh("early")
    elasticache.create_replication_group(**groups.request(ReplicationGroupId=name, NumNodeGroups=2, ReplicasPerNodeGroup=1))
    with pytest.raises(elasticache.exceptions.InvalidReplicationGroupStateFault) as caught:
        elasticache.modify_replication_group(ReplicationGroupId=name, ReplicationGroupDescription="x")
    assert groups.code_of(caught.value) == GROUP_STATE
    assert groups.message_of(caught.value) == "Replication group must be in available state to modify."
    groups.available(elasticache, name)
