"""The lives of Terraform's resources: after each step a plan is empty, that is, what is read is what was configured."""

import botocore.exceptions
import pytest

import terraform
from groups import connect

CONFIGURED = {
    "ReplicationGroupDescription": "managed",
    "CacheNodeType": "cache.t3.small",
    "EngineVersion": "7.0",
    "Port": 6380,
    "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
    "SnapshotWindow": "02:00-03:00",
    "SnapshotRetentionLimit": 3,
    "AutoMinorVersionUpgrade": False,
    "Tags": [{"Key": "Owner", "Value": "platform"}],
}
READ = {
    "description": "managed",
    "node_type": "cache.t3.small",
    "engine": "redis",
    "port": 6380,
    "maintenance_window": "sun:05:00-sun:06:00",
    "snapshot_window": "02:00-03:00",
    "snapshot_retention_limit": 3,
    "auto_minor_version_upgrade": False,
    "subnet_group_name": "default",
    "security_group_names": [],
    "network_type": "ipv4",
    "ip_discovery": "ipv4",
    "log_delivery": [],
    "data_tiering_enabled": False,
    "at_rest_encryption_enabled": False,
    "transit_encryption_enabled": False,
    "auth_token": False,
    "tags": {"Owner": "platform"},
}


def the_plan_is_empty(state: dict, **expected) -> None:
    wanted = READ | expected
    assert {name: state[name] for name in wanted} == wanted


def test_a_group_without_cluster_mode(alone):
    group = terraform.Group(alone, "tf-plain", **CONFIGURED, NumCacheClusters=2, AutomaticFailoverEnabled=True, MultiAZEnabled=True)
    state = group.create()
    the_plan_is_empty(
        state, num_cache_clusters=2, automatic_failover_enabled=True, multi_az_enabled=True, cluster_enabled=False, cluster_mode="disabled"
    )
    assert group.read() == state, "what is read again must not flip"

    alone.remove_tags_from_resource(ResourceName=state["arn"], TagKeys=["Owner"])
    alone.add_tags_to_resource(ResourceName=state["arn"], Tags=[{"Key": "Team", "Value": "cache"}])
    the_plan_is_empty(group.replicas(2), tags={"Team": "cache"}, num_cache_clusters=3)
    changed = group.modify(ReplicationGroupDescription="changed", SnapshotRetentionLimit=0, AutoMinorVersionUpgrade=True)
    the_plan_is_empty(
        changed, description="changed", snapshot_retention_limit=0, auto_minor_version_upgrade=True, tags={"Team": "cache"},
    )
    the_plan_is_empty(
        group.modify(SnapshotRetentionLimit=1, SnapshottingClusterId="tf-plain-001"),
        description="changed", snapshot_retention_limit=1, auto_minor_version_upgrade=True, tags={"Team": "cache"},
    )
    assert group.replicas(1)["num_cache_clusters"] == 2
    with connect({"Address": state["primary_endpoint"], "Port": state["port"]}) as client:
        assert client.set("key", "value")
    group.delete()


def test_a_group_with_cluster_mode(alone):
    shape = {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1, "AutomaticFailoverEnabled": True}
    group = terraform.Group(alone, "tf-cluster", **CONFIGURED, **shape)
    state = group.create()
    the_plan_is_empty(
        state, num_node_groups=2, replicas_per_node_group=1, cluster_enabled=True, cluster_mode="enabled",
        parameter_group_name="default.redis7.cluster.on",
    )
    assert state["configuration_endpoint"] and "primary_endpoint" not in state
    assert group.replicas(2)["replicas_per_node_group"] == 2
    assert group.replicas(1)["replicas_per_node_group"] == 1
    group.delete()


def test_two_shards_without_automatic_failover_are_refused(alone):
    """The provider always sends the flag, so that this configuration has to fail."""
    group = terraform.Group(alone, "tf-wrong", **CONFIGURED, NumNodeGroups=2)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        group.create()
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert "Redis with cluster mode enabled cannot be created with auto failover turned off." in str(caught.value)


def test_nothing_to_change_is_tolerated_by_its_words(alone):
    group = terraform.Group(alone, "tf-nothing", **CONFIGURED)
    group.create()
    with pytest.raises(botocore.exceptions.ClientError, match="No modifications were requested"):
        group.modify()
    group.delete()


def test_a_parameter_group(alone):
    """More than twenty parameters go in two calls, and what is no longer configured is reset before the rest is set."""
    many = {
        "activedefrag": "yes", "active-defrag-cycle-max": "70", "active-defrag-cycle-min": "6", "active-defrag-threshold-lower": "11",
        "active-defrag-threshold-upper": "99", "client-output-buffer-limit-normal-hard-limit": "1", "hash-max-listpack-entries": "513",
        "hash-max-listpack-value": "65", "hll-sparse-max-bytes": "2999", "lfu-decay-time": "2", "lfu-log-factor": "9",
        "list-compress-depth": "1", "maxmemory-policy": "allkeys-lru", "maxmemory-samples": "4", "min-replicas-max-lag": "11",
        "notify-keyspace-events": "Ex", "repl-backlog-ttl": "3601", "set-max-intset-entries": "511", "slowlog-max-len": "127",
        "stream-node-max-entries": "101", "tcp-keepalive": "299", "timeout": "30", "zset-max-listpack-entries": "129",
    }  # fmt: skip
    group = terraform.ParameterGroup(alone, "tf-parameters", "redis7")
    state = group.create(many)
    assert state["parameters"] == many
    assert state["family"] == "redis7" and state["description"] == "Managed by Terraform" and state["tags"] == {}
    fewer = {"maxmemory-policy": "allkeys-lfu", "timeout": "30"}
    assert group.update(fewer)["parameters"] == fewer
    group.delete()


def test_a_cluster(alone):
    configured = {
        "CacheNodeType": "cache.t3.small", "NumCacheNodes": 1, "Engine": "redis", "EngineVersion": "6.2", "Port": 6379,
        "PreferredMaintenanceWindow": "sun:05:00-sun:06:00", "Tags": [{"Key": "Owner", "Value": "platform"}],
    }  # fmt: skip
    cluster = terraform.Cluster(alone, "tf-single", **configured)
    state = cluster.create()
    assert (state["node_type"], state["num_cache_nodes"], state["engine"]) == ("cache.t3.small", 1, "redis")
    assert state["maintenance_window"] == "sun:05:00-sun:06:00" and state["tags"] == {"Owner": "platform"}
    assert state["replication_group_id"] is None and state["subnet_group_name"] == "default"
    assert cluster.read() == state
    [(node, address, port, zone)] = state["nodes"]
    assert node == "0001" and zone == state["availability_zone"]
    with connect({"Address": address, "Port": port}) as client:
        assert client.set("key", "value")
    assert cluster.modify(SnapshotRetentionLimit=2)["snapshot_retention_limit"] == 2
    cluster.delete()


def test_a_cluster_in_a_group(alone):
    """`aws_elasticache_cluster` with `replication_group_id`: a further replica with a name of its own."""
    group = terraform.Group(alone, "tf-joined", **CONFIGURED, NumCacheClusters=2)
    group.create()
    replica = terraform.Cluster(alone, "my-own-replica", ReplicationGroupId="tf-joined", PreferredAvailabilityZone="us-east-1c")
    state = replica.create()
    assert state["replication_group_id"] == "tf-joined" and state["availability_zone"] == "us-east-1c"
    assert state["tags"] == {"Owner": "platform"}, "a member has its group's tags"
    assert group.read()["num_cache_clusters"] == 3
    replica.delete()
    group.settle()
    assert group.read()["num_cache_clusters"] == 2
    group.delete()


def test_a_subnet_group(alone):
    default = terraform.one(alone.describe_cache_subnet_groups(CacheSubnetGroupName="default")["CacheSubnetGroups"])
    ids = [subnet["SubnetIdentifier"] for subnet in default["Subnets"]]
    created = alone.create_cache_subnet_group(
        CacheSubnetGroupName="TF-Subnets", CacheSubnetGroupDescription="Managed by Terraform", SubnetIds=[ids[0], ids[1], ids[0]]
    )["CacheSubnetGroup"]
    assert created["CacheSubnetGroupName"] == "tf-subnets" and created["VpcId"] == default["VpcId"]
    assert terraform.tags(alone, created["ARN"]) == {}
    changed = alone.modify_cache_subnet_group(CacheSubnetGroupName="tf-subnets", SubnetIds=ids[:3])["CacheSubnetGroup"]
    assert sorted(subnet["SubnetIdentifier"] for subnet in changed["Subnets"]) == sorted(ids[:3])

    group = terraform.Group(alone, "tf-placed", **CONFIGURED, CacheSubnetGroupName="tf-subnets")
    assert group.create()["subnet_group_name"] == "tf-subnets"
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        alone.delete_cache_subnet_group(CacheSubnetGroupName="tf-subnets")
    assert caught.value.response["Error"]["Code"] == "CacheSubnetGroupInUse"
    group.delete()
    alone.delete_cache_subnet_group(CacheSubnetGroupName="tf-subnets")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        alone.describe_cache_subnet_groups(CacheSubnetGroupName="tf-subnets")
    assert caught.value.response["Error"]["Code"] == "CacheSubnetGroupNotFoundFault"
