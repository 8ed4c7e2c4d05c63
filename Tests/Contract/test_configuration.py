"""Quotas and node types that the operator chooses."""

import json
import subprocess

import botocore.exceptions
import pytest
import redis

import groups
import refusals
import server as servers


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A server whose accounts may have little, with a node type of its own."""
    types = tmp_path_factory.mktemp("types") / "types.json"
    types.write_text(json.dumps([{"name": "cache.own.tiny", "memory": 8 << 20, "clients": 100}]))
    server = servers.Server(
        tmp_path_factory.mktemp("small"),
        arguments=["--quota", "nodes-per-region=4", "--quota", "tags-per-resource=2", "--node-types", str(types)],
        environment={"ELASTANE_QUOTAS": "nodes-per-region=1,replicas-per-shard=2"},
    )
    try:
        yield server.start()
    finally:
        server.close()


def test_an_account_has_room_for_so_many_nodes(small, new_account):
    client = small.client(account=new_account)
    groups.create(client, ReplicationGroupId="a", NumCacheClusters=2)
    request = groups.request(ReplicationGroupId="b", NumCacheClusters=3)
    text = "Customer node quota exceeded. You can have at most 4 nodes in this region"
    refusals.expect(client, "create_replication_group", request, "NodeQuotaForCustomerExceeded", text)
    request = {"ReplicationGroupId": "a", "NewReplicaCount": 2, "ApplyImmediately": True}
    client.increase_replica_count(**request)
    groups.available(client, "a")
    groups.create(client, ReplicationGroupId="b")
    # What is gone makes room.
    groups.delete(client, "a")
    groups.gone(client, "a")
    groups.create(client, ReplicationGroupId="c", NumCacheClusters=3)


def test_other_quotas(small, new_account):
    client = small.client(account=new_account)
    request = groups.request(NumCacheClusters=4)
    text = "The number of replicas per node group must be within 0 and 2"
    refusals.expect(client, "create_replication_group", request, refusals.VALUE, text)
    request = groups.request(Tags=[{"Key": key, "Value": ""} for key in "abc"])
    refusals.expect(client, "create_replication_group", request, "TagQuotaPerResourceExceeded", "at most 2")


def test_a_node_type_of_ones_own(small, new_account):
    client = small.client(account=new_account)
    found = groups.create(client, ReplicationGroupId="tiny", CacheNodeType="cache.own.tiny")
    assert found["CacheNodeType"] == "cache.own.tiny"
    with groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]) as connection:
        assert connection.info("memory")["maxmemory"] == (8 << 20) * 3 // 4, "a quarter is reserved"
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            for number in range(200):
                connection.set(f"key:{number}", b"x" * 100_000)
    allowed = client.list_allowed_node_type_modifications(ReplicationGroupId="tiny")
    assert "cache.t3.micro" in allowed["ScaleUpModifications"]
    assert allowed["ScaleDownModifications"] == []


def test_the_machine_has_room_for_so_much_memory(make_server):
    server = make_server(environment={"ELASTANE_MEMORY_OVERCOMMIT": "0.000001"}).start()
    request = groups.request(CacheNodeType="cache.r6g.16xlarge")
    text = "The requested CacheNodeType cache.r6g.16xlarge is not available"
    refusals.expect(server.client(), "create_replication_group", request, "InsufficientCacheClusterCapacity", text)


def test_nodes_bigger_than_the_machine(elasticache):
    """A test may name any node type: an empty node takes no more memory for it."""
    found = groups.create(elasticache, ReplicationGroupId="big", NumCacheClusters=2, CacheNodeType="cache.r5.24xlarge")
    assert found["CacheNodeType"] == "cache.r5.24xlarge"


def test_node_type_modifications(elasticache):
    groups.create(elasticache, ReplicationGroupId="middle", NumCacheClusters=2, CacheNodeType="cache.m5.large")
    allowed = elasticache.list_allowed_node_type_modifications(ReplicationGroupId="middle")
    up, down = allowed["ScaleUpModifications"], allowed["ScaleDownModifications"]
    assert up == sorted(up) and down == sorted(down)
    assert {"cache.m5.xlarge", "cache.r5.large"} <= set(up) and {"cache.t3.micro", "cache.t2.micro"} <= set(down)
    assert not {"cache.m5.large", "cache.r4.large"} & set(up)
    assert elasticache.list_allowed_node_type_modifications(CacheClusterId="middle-002")["ScaleUpModifications"] == up
    with pytest.raises(elasticache.exceptions.CacheClusterNotFoundFault):
        elasticache.list_allowed_node_type_modifications(CacheClusterId="nobody")
    with pytest.raises(elasticache.exceptions.ReplicationGroupNotFoundFault):
        elasticache.list_allowed_node_type_modifications(ReplicationGroupId="nobody")
    with pytest.raises(elasticache.exceptions.InvalidParameterCombinationException):
        elasticache.list_allowed_node_type_modifications()


def test_notifications_are_recorded(elasticache, service):
    topic = "arn:aws:sns:us-east-1:000000000000:events"
    groups.create(elasticache, ReplicationGroupId="told", NumCacheClusters=2, NotificationTopicArn=topic)
    for cluster in groups.clusters(elasticache):
        if cluster.get("ReplicationGroupId") == "told":
            assert cluster["NotificationConfiguration"] == {"TopicArn": topic, "TopicStatus": "active"}
    elasticache.modify_replication_group(ReplicationGroupId="told", NotificationTopicStatus="inactive")
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId="told-002")["CacheClusters"]
    assert cluster["NotificationConfiguration"]["TopicStatus"] == "inactive"
    elasticache.modify_replication_group(ReplicationGroupId="told", NotificationTopicArn=topic + "2")
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId="told-001")["CacheClusters"]
    assert cluster["NotificationConfiguration"] == {"TopicArn": topic + "2", "TopicStatus": "active"}


def test_the_default_subnet_group_is_tagged(elasticache):
    arn = "arn:aws:elasticache:us-east-1:000000000000:subnetgroup:default"
    assert elasticache.list_tags_for_resource(ResourceName=arn)["TagList"] == []
    elasticache.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "team", "Value": "blue"}])
    assert elasticache.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "team", "Value": "blue"}]
    assert elasticache.remove_tags_from_resource(ResourceName=arn, TagKeys=["team"])["TagList"] == []


def test_the_default_parameter_group_is_not(elasticache):
    arn = "arn:aws:elasticache:us-east-1:000000000000:parametergroup:default.redis7"
    assert elasticache.list_tags_for_resource(ResourceName=arn)["TagList"] == []
    with pytest.raises(botocore.exceptions.ClientError, match="default.redis7 is a default group"):
        elasticache.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "team", "Value": "blue"}])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--quota", "nodes=3"], "nodes is no quota"),
        (["--quota", "nodes-per-cluster=501"], "within 1 and 500"),
        (["--quota", "nodes-per-region"], "must be like"),
        (["--memory-overcommit=-1"], "0 or more"),
        (["--node-types", "/nowhere"], "/nowhere can't be read"),
    ],
)
def test_a_mistake_in_the_configuration_is_told(arguments, says, tmp_path):
    command = [str(servers.BINARY), "serve", "--port", "0", "--data-dir", str(tmp_path / "data"), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, env=servers.clean_environment())
    assert result.returncode != 0 and says in result.stderr, result.stderr


def test_a_node_type_in_use_must_stay_defined(make_server, tmp_path):
    types = tmp_path / "types.json"
    types.write_text(json.dumps([{"name": "cache.own.tiny", "memory": 8 << 20}]))
    server = make_server(ephemeral=False, arguments=["--node-types", str(types)]).start()
    groups.create(server.client(), ReplicationGroupId="tiny", CacheNodeType="cache.own.tiny")
    server.stop()
    types.write_text("[]")
    result = subprocess.run(
        server.command(), capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, env=server.environment
    )
    assert result.returncode != 0 and "cache.own.tiny" in result.stderr
    assert len(server.engines()) == 1, "its engine goes on serving"
    types.write_text(json.dumps([{"name": "cache.own.tiny", "memory": 16 << 20}]))
    server.start()
    groups.available(server.client(), "tiny")
