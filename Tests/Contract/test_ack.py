"""What the ElastiCache controller of AWS Controllers for Kubernetes does, pass by pass, as its reconciler does it."""

import botocore.exceptions

from groups import delete, gone
from patience import eventually


def read(client, group: str) -> dict:
    """One pass's reading. An error of the list of node types is ignored by the controller, and by nobody here."""
    [found] = client.describe_replication_groups(ReplicationGroupId=group)["ReplicationGroups"]
    if found["Status"] in ("available", "snapshotting"):
        _allowed(client, group)
        client.describe_events(SourceType="replication-group", SourceIdentifier=group, MaxRecords=20, Duration=20160)
        [cluster] = client.describe_cache_clusters(CacheClusterId=found["MemberClusters"][0])["CacheClusters"]
        assert cluster["EngineVersion"] and cluster["PreferredMaintenanceWindow"]
        assert cluster["CacheParameterGroup"]["CacheParameterGroupName"]
        client.list_tags_for_resource(ResourceName=found["ARN"])
    return found


def _allowed(client, group: str) -> list[str]:
    answer = client.list_allowed_node_type_modifications(ReplicationGroupId=group)
    return answer["ScaleUpModifications"]


def is_synced(group: dict) -> bool:
    """Updates are only tried in this state."""
    members = [member for shard in group.get("NodeGroups", []) for member in shard["NodeGroupMembers"]]
    return (
        group["Status"] == "available"
        and all(shard["Status"] == "available" for shard in group["NodeGroups"])
        and len(group["MemberClusters"]) == len(members)
        and all(member["PreferredAvailabilityZone"] for member in members)
    )


def synced(client, group: str) -> dict:
    def look() -> dict | None:
        found = read(client, group)
        assert found["Status"] != "create-failed"
        return found if is_synced(found) else None

    return eventually(look, within=40, what=f"{group} to be synced")


def test_a_resource_with_shards_and_nothing_else(alone):
    """The controller sends the fields of the resource and no defaults: no parameter group, no automatic failover."""
    alone.create_replication_group(
        ReplicationGroupId="ack-sharded",
        ReplicationGroupDescription="a cluster",
        CacheNodeType="cache.t3.micro",
        NumNodeGroups=2,
        ReplicasPerNodeGroup=1,
    )
    group = synced(alone, "ack-sharded")
    assert group["ClusterEnabled"] and group["AutomaticFailover"] == "enabled" and len(group["MemberClusters"]) == 4

    # One call a pass: replicas by count, then shard by shard.
    alone.increase_replica_count(ReplicationGroupId="ack-sharded", NewReplicaCount=2, ApplyImmediately=True)
    assert len(synced(alone, "ack-sharded")["MemberClusters"]) == 6
    alone.decrease_replica_count(
        ReplicationGroupId="ack-sharded",
        ReplicaConfiguration=[{"NodeGroupId": "0001", "NewReplicaCount": 1}, {"NodeGroupId": "0002", "NewReplicaCount": 1}],
        ApplyImmediately=True,
    )
    assert len(synced(alone, "ack-sharded")["MemberClusters"]) == 4
    alone.modify_replication_group(
        ReplicationGroupId="ack-sharded",
        ApplyImmediately=True,
        ReplicationGroupDescription="another text",
        SnapshotRetentionLimit=5,
        SnapshotWindow="05:00-09:00",
        PreferredMaintenanceWindow="wed:10:00-wed:14:00",
    )
    group = synced(alone, "ack-sharded")
    assert group["Description"] == "another text" and group["SnapshotWindow"] == "05:00-09:00"
    delete(alone, "ack-sharded")
    gone(alone, "ack-sharded")


def test_failover_multi_az_and_another_primary_at_once(alone):
    alone.create_replication_group(
        ReplicationGroupId="ack-plain",
        ReplicationGroupDescription="a group",
        CacheNodeType="cache.t3.micro",
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        NumNodeGroups=1,
        ReplicasPerNodeGroup=1,
        PreferredCacheClusterAZs=["us-east-1a", "us-east-1b"],
    )
    group = synced(alone, "ack-plain")
    assert group["MultiAZ"] == "enabled" and not group["ClusterEnabled"]
    # What is to go off goes first, in a call of its own; the rest together with the wanted primary.
    alone.modify_replication_group(
        ReplicationGroupId="ack-plain", ApplyImmediately=True, AutomaticFailoverEnabled=False, MultiAZEnabled=False
    )
    synced(alone, "ack-plain")
    alone.modify_replication_group(
        ReplicationGroupId="ack-plain",
        ApplyImmediately=True,
        PrimaryClusterId="ack-plain-002",
        AutomaticFailoverEnabled=False,
        MultiAZEnabled=False,
    )
    group = synced(alone, "ack-plain")
    roles = {m["CacheClusterId"]: m["CurrentRole"] for m in group["NodeGroups"][0]["NodeGroupMembers"]}
    assert roles == {"ack-plain-001": "replica", "ack-plain-002": "primary"}
    alone.modify_replication_group(
        ReplicationGroupId="ack-plain", ApplyImmediately=True, AutomaticFailoverEnabled=True, MultiAZEnabled=True
    )
    assert synced(alone, "ack-plain")["AutomaticFailover"] == "enabled"


def test_what_is_refused_for_good_and_what_is_tried_again(alone):
    """Some codes end the controller's tries; the code of a primary that does not exist yet must be none of them."""
    terminal = {
        "InvalidParameter", "InvalidParameterValue", "InvalidParameterCombination", "InsufficientCacheClusterCapacity",
        "ClusterQuotaForCustomerExceeded", "NodeQuotaForClusterExceeded", "NodeQuotaForCustomerExceeded", "InvalidVPCNetworkStateFault",
        "TagQuotaPerResourceExceeded", "NodeGroupsPerReplicationGroupQuotaExceeded", "InvalidCacheSecurityGroupState",
        "InvalidKMSKeyFault",
    }  # fmt: skip

    def code(**parameters) -> str:
        try:
            alone.create_replication_group(ReplicationGroupId="ack-wrong", ReplicationGroupDescription="d", **parameters)
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        raise AssertionError("it was accepted")

    assert code(CacheNodeType="cache.t3.micro", EngineVersion="99.9") in terminal
    assert code(CacheNodeType="cache.nothing.large") in terminal
    assert code(PrimaryClusterId="does-not-exist") == "CacheClusterNotFound"
