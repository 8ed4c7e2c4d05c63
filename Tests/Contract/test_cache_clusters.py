"""CreateCacheCluster, ModifyCacheCluster, DeleteCacheCluster: clusters that are alone, and replicas under ids of one's own."""

import os
import signal
import time

import botocore.exceptions
import pytest

import builds
import commands
import fields
import groups
import load
import lone
import members
import refusals
from patience import eventually

FIRST_POLL = 8.0
ALONE = fields.CLUSTER - {"ReplicationGroupId"}


def test_a_life(service, elasticache):
    start = time.monotonic()
    answer = elasticache.create_cache_cluster(**lone.request(CacheClusterId="My-Life", Tags=[{"Key": "k", "Value": "v"}]))["CacheCluster"]
    fields.assert_fields(answer, ALONE, {"NotificationConfiguration"})
    assert (answer["CacheClusterId"], answer["CacheClusterStatus"]) == ("my-life", "creating")
    elasticache.get_waiter("cache_cluster_available").wait(CacheClusterId="my-life")
    assert time.monotonic() - start < FIRST_POLL, "the waiter's first poll saw it"

    found = lone.describe(elasticache, "my-life")
    fields.assert_fields(found, ALONE | {"CacheNodes"}, {"NotificationConfiguration"})
    fields.assert_fields(found["CacheNodes"][0], fields.CACHE_NODE)
    assert found["EngineVersion"].startswith("7.0.") and found["NumCacheNodes"] == 1
    with groups.connect(lone.endpoint(found)) as user:
        assert user.set("k", "v") and user.get("k") == "v"
        with pytest.raises(Exception, match="(?i)noperm|permission"):
            user.config_get("maxmemory")
    assert elasticache.list_tags_for_resource(ResourceName=found["ARN"])["TagList"] == [{"Key": "k", "Value": "v"}]
    assert members.told(elasticache, "cache-cluster", "my-life")[:2] == [
        "Cache cluster created",
        f"Added cache node 0001 in availability zone {found['PreferredAvailabilityZone']}",
    ]
    assert "my-life" not in [group["ReplicationGroupId"] for group in groups.world(elasticache)[0]]

    changed = elasticache.modify_cache_cluster(CacheClusterId="my-life", SnapshotRetentionLimit=2, ApplyImmediately=True)["CacheCluster"]
    assert changed["SnapshotRetentionLimit"] == 2 and changed["CacheClusterStatus"] == "available"

    engine = members.pid_of(lone.endpoint(found))
    start = time.monotonic()
    answer = elasticache.delete_cache_cluster(CacheClusterId="my-life")["CacheCluster"]
    assert answer["CacheClusterStatus"] == "deleting" and "CacheNodes" not in answer
    elasticache.get_waiter("cache_cluster_deleted").wait(CacheClusterId="my-life")
    assert time.monotonic() - start < FIRST_POLL
    assert members.state_of(engine) == "", "gone means gone: the engine went first"
    assert members.told(elasticache, "cache-cluster", "my-life")[-1] == "Cache cluster deleted"


def test_valkey_alone(make_server):
    """The real service does not offer it; nothing speaks against it here."""
    server = make_server(environment={"ELASTANE_ENGINES": str(builds.need("valkey", 9).path)})
    server.start()
    cluster = lone.create(server.client(), Engine="valkey", EngineVersion=None)
    assert cluster["Engine"] == "valkey"
    with groups.connect(cluster["CacheNodes"][0]["Endpoint"]) as client:
        assert client.set("key", "value") and client.info("server")["server_name"] == "valkey"


def test_a_reboot_and_a_crash(elasticache):
    """What was saved is there after a crash; a reboot saves all."""
    found = lone.create(elasticache)
    name, endpoint = found["CacheClusterId"], lone.endpoint(found)
    with groups.connect(endpoint) as user:
        user.set("k", "v")
    before = groups.run_id(endpoint)
    answer = elasticache.reboot_cache_cluster(CacheClusterId=name, CacheNodeIdsToReboot=["0001"])["CacheCluster"]
    assert answer["CacheClusterStatus"] == "rebooting cache cluster nodes"
    lone.available(elasticache, name)
    rebooted = eventually(lambda: members.quietly(lambda: groups.run_id(endpoint)), what="the node after its reboot")
    assert rebooted != before and members.info(endpoint, "replication")["role"] == "master"

    os.kill(members.pid_of(endpoint), signal.SIGKILL)
    eventually(lambda: members.quietly(lambda: groups.run_id(endpoint), rebooted) != rebooted, what="the node after its crash")
    with groups.connect(endpoint) as user:
        assert eventually(lambda: members.quietly(lambda: user.get("k")), what="the data") == "v"
    told = eventually(
        lambda: (found := members.told(elasticache, "cache-cluster", name))[-1].startswith("Finished recovery") and found, what="the events"
    )
    members.assert_in_order(told, ["Cache node 0001 shutdown", "Cache node 0001 restarted", "Recovering cache nodes 0001"])


def test_it_outlives_the_service(make_server):
    server = make_server(ephemeral=False).start()
    client = server.client()
    found = lone.create(client, CacheClusterId="tough")
    endpoint = lone.endpoint(found)
    with groups.connect(endpoint) as user:
        user.set("k", "v")
        engine = groups.run_id(endpoint)
        client = server.restart().client()
        assert user.get("k") == "v", "not even a connection was cut"
    assert lone.describe(client, "tough") == found and groups.run_id(endpoint) == engine

    server.stop()
    assert server.down().returncode == 0
    client = server.start().client()
    back = lone.available(client, "tough")
    assert lone.endpoint(back) == endpoint

    def value():
        with groups.connect(endpoint) as user:
            return user.get("k")

    assert eventually(lambda: members.quietly(value), what="the data") == "v"


def test_faults_on_purpose(make_server):
    """`elastane fault` and `elastane doctor` know a lone cluster as they know a member."""
    server = make_server(ephemeral=False).start()
    client = server.client()
    endpoint = lone.endpoint(lone.create(client, CacheClusterId="victim", PreferredAvailabilityZone="us-east-1b"))
    with groups.connect(endpoint) as user:
        user.set("k", "v")
    lone.reboot(client, "victim")  # Which saves.

    def fault(*words: str) -> str:
        result = commands.run("fault", *words, "--endpoint", server.endpoint)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def value():
        with groups.connect(endpoint) as user:
            return user.get("k")

    engine = groups.run_id(endpoint)
    assert "killed victim" in fault("kill", "victim")
    eventually(lambda: members.quietly(lambda: groups.run_id(endpoint), engine) != engine, what="the node after its crash")
    assert eventually(lambda: members.quietly(value), what="the data") == "v"

    pid = members.pid_of(endpoint)
    fault("pause", "victim")
    eventually(lambda: commands.ailing(server.data).get("victim"), what="doctor's word")
    assert members.state_of(pid) == "T", "nobody else has its data: it is left alone"
    fault("resume", "victim")
    assert eventually(lambda: members.quietly(value), what="the data") == "v"
    assert members.pid_of(endpoint) == pid

    fault("zone", "us-east-1b", "down")
    eventually(lambda: members.state_of(pid) == "", what="the end with its zone")
    eventually(lambda: "zone is down" in commands.ailing(server.data).get("victim", ""), what="doctor's word")
    fault("zone", "us-east-1b", "up")
    assert eventually(lambda: members.quietly(value), what="the data") == "v"
    eventually(lambda: not commands.ailing(server.data), what="doctor's silence")


def test_what_is_acknowledged_is_kept(make_server):
    """Under `always` a crash costs a lone cluster nothing."""
    server = make_server(arguments=["--durability", "always"]).start()
    client = server.client()
    endpoint = lone.endpoint(lone.create(client))
    with load.Load(lambda: groups.connect(endpoint)) as writes:
        writes.goes_on(by=50)
        os.kill(members.pid_of(endpoint), signal.SIGKILL)
        writes.goes_on(by=50)
    with groups.connect(endpoint) as user:
        assert writes.lost(user) == []


def test_terraform(elasticache):
    """aws_elasticache_cluster: create, wait, read, tag list, update, destroy with retries."""
    created = elasticache.create_cache_cluster(
        CacheClusterId="tf-cluster",
        CacheNodeType="cache.t3.micro",
        Engine="redis",
        EngineVersion="7.0",
        NumCacheNodes=1,
        CacheParameterGroupName="default.redis7",
        CacheSubnetGroupName="default",
        Port=6380,
        PreferredMaintenanceWindow="sun:05:00-sun:09:00",
        SnapshotWindow="01:00-02:00",
        SnapshotRetentionLimit=0,
        AutoMinorVersionUpgrade=True,
        Tags=[{"Key": "Name", "Value": "tf"}],
    )["CacheCluster"]
    assert created["CacheClusterStatus"] == "creating"
    found = lone.available(elasticache, "tf-cluster")
    (node,) = found["CacheNodes"]
    assert node["CacheNodeId"] == "0001" and node["Endpoint"]["Port"] == 6380 and node["CustomerAvailabilityZone"]
    assert found["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis7" and found["ARN"]
    assert elasticache.list_tags_for_resource(ResourceName=found["ARN"])["TagList"] == [{"Key": "Name", "Value": "tf"}]

    elasticache.modify_cache_cluster(
        CacheClusterId="tf-cluster", ApplyImmediately=False, PreferredMaintenanceWindow="mon:05:00-mon:06:00", NumCacheNodes=1
    )
    elasticache.add_tags_to_resource(ResourceName=found["ARN"], Tags=[{"Key": "more", "Value": "1"}])
    assert lone.available(elasticache, "tf-cluster")["PreferredMaintenanceWindow"] == "mon:05:00-mon:06:00"

    elasticache.delete_cache_cluster(CacheClusterId="tf-cluster")
    lone.gone(elasticache, "tf-cluster")


def test_ansible(elasticache):
    """community.aws.elasticache sends empty strings and lists for what is unset, and sends everything again to modify."""
    common = {"NumCacheNodes": 1, "CacheSecurityGroupNames": [], "SecurityGroupIds": [], "CacheParameterGroupName": ""}
    elasticache.create_cache_cluster(
        CacheClusterId="ansible",
        CacheNodeType="cache.t3.micro",
        Engine="redis",
        EngineVersion="",
        CacheSubnetGroupName="",
        PreferredAvailabilityZone="",
        **common,
    )
    found = lone.available(elasticache, "ansible")
    assert found["CacheSecurityGroups"] == [] and found["CacheNodes"][0]["Endpoint"]["Port"] == 6379
    elasticache.modify_cache_cluster(
        CacheClusterId="ansible", CacheNodeIdsToRemove=[], ApplyImmediately=True, EngineVersion=found["EngineVersion"], **common
    )
    assert found["CacheClusterStatus"] == "available"
    elasticache.reboot_cache_cluster(CacheClusterId="ansible", CacheNodeIdsToReboot=["0001"])
    lone.available(elasticache, "ansible")
    elasticache.delete_cache_cluster(CacheClusterId="ansible")
    lone.gone(elasticache, "ansible")


def test_a_replica_under_an_id_of_ones_own(elasticache):
    group = groups.create(elasticache, ReplicationGroupId="owner", NumCacheClusters=2, Tags=[{"Key": "a", "Value": "1"}])
    primary = group["NodeGroups"][0]["PrimaryEndpoint"]
    with groups.connect(primary) as user:
        user.set("k", "v")
    answer = elasticache.create_cache_cluster(CacheClusterId="Aside", ReplicationGroupId="owner", PreferredAvailabilityZone="us-east-1d")
    assert answer["CacheCluster"]["CacheClusterStatus"] == "creating"
    elasticache.get_waiter("cache_cluster_available").wait(CacheClusterId="aside")
    found = groups.available(elasticache, "owner")
    assert found["MemberClusters"] == ["aside", "owner-001", "owner-002"]
    assert members.roles(elasticache, "owner")["aside"] == "replica"
    cluster = lone.describe(elasticache, "aside")
    assert (cluster["ReplicationGroupId"], cluster["PreferredAvailabilityZone"]) == ("owner", "us-east-1d")
    with groups.connect(lone.endpoint(cluster)) as reader:
        assert eventually(lambda: reader.get("k"), what="the data") == "v"
    assert elasticache.list_tags_for_resource(ResourceName=cluster["ARN"])["TagList"] == [{"Key": "a", "Value": "1"}]

    request = {"CacheClusterId": "aside", "ReplicationGroupId": "owner"}
    refusals.expect(elasticache, "create_cache_cluster", request, "CacheClusterAlreadyExists", "aside")
    request = {"CacheClusterId": "other", "ReplicationGroupId": "owner", "CacheNodeType": "cache.t3.micro"}
    says = "Cannot specify additional cache cluster parameters when creating a replica cluster"
    refusals.expect(elasticache, "create_cache_cluster", request, refusals.COMBINATION, says)

    elasticache.delete_cache_cluster(CacheClusterId="aside")
    lone.gone(elasticache, "aside")
    assert groups.available(elasticache, "owner")["MemberClusters"] == ["owner-001", "owner-002"]


def test_who_is_alone(alone):
    groups.create(alone, ReplicationGroupId="between", NumCacheClusters=2)
    for name in ("zeta", "alpha", "beta"):
        alone.create_cache_cluster(**lone.request(CacheClusterId=name))
    for name in ("zeta", "alpha", "beta"):
        lone.available(alone, name)
    all_ids = ["alpha", "beta", "between-001", "between-002", "zeta"]
    assert [cluster["CacheClusterId"] for cluster in groups.clusters(alone)] == all_ids
    only = groups.clusters(alone, ShowCacheClustersNotInReplicationGroups=True)
    assert [cluster["CacheClusterId"] for cluster in only] == ["alpha", "beta", "zeta"]
    plain = alone.describe_cache_clusters(ShowCacheClustersNotInReplicationGroups=True)["CacheClusters"]
    assert all("CacheNodes" not in cluster for cluster in plain)


REFUSED = {
    "TLS": ({"TransitEncryptionEnabled": True}, refusals.COMBINATION, "Encryption feature is not supported for engine REDIS."),
    "two nodes": ({"NumCacheNodes": 2}, refusals.VALUE, "NumCacheNodes"),
    "a long id": ({"CacheClusterId": "x" * 51}, refusals.VALUE, "is not a valid identifier because it is longer than 50 characters"),
    "a group for clusters": (
        {"CacheParameterGroupName": "default.redis7.cluster.on"},
        refusals.COMBINATION,
        "Cluster mode should be disabled in parameter group, but found it is enabled.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(elasticache, name):
    changes, code, says = REFUSED[name]
    refusals.expect(elasticache, "create_cache_cluster", lone.request(**changes), code, says)


def test_deleting_what_is_not_there(elasticache):
    with pytest.raises(botocore.exceptions.ClientError, match="CacheCluster not found: nobody") as caught:
        elasticache.delete_cache_cluster(CacheClusterId="nobody")
    assert groups.code_of(caught.value) == "CacheClusterNotFound"
