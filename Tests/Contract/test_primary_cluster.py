"""CreateReplicationGroup with PrimaryClusterId, and RetainPrimaryCluster, which is the way back: the node serves all the time."""

import contextlib
import os
import signal
import socket
import threading

import botocore.exceptions
import pytest

import builds
import groups
import load
import lone
import members
import refusals
from patience import eventually


def convert(client, cluster: str, group: str, **more) -> dict:
    request = {"ReplicationGroupId": group, "ReplicationGroupDescription": "made of a cluster", "PrimaryClusterId": cluster}
    return client.create_replication_group(**request | more)["ReplicationGroup"]


def test_clients_stay_connected(elasticache):
    found = lone.create(elasticache, CacheClusterId="redis01", Tags=[{"Key": "a", "Value": "1"}])
    node = lone.endpoint(found)
    engine = groups.run_id(node)
    with groups.connect(node) as user:
        user.set("before", "1")
        answer = convert(elasticache, "redis01", "made", NumCacheClusters=3, AutomaticFailoverEnabled=True)
        assert answer["Status"] == "creating" and answer["MemberClusters"] == ["made-001", "made-002", "redis01"]
        assert lone.describe(elasticache, "redis01")["CacheClusterStatus"] in ("modifying", "available")
        elasticache.get_waiter("replication_group_available").wait(ReplicationGroupId="made")
        assert user.get("before") == "1", "the connection is the same"

    group = groups.describe(elasticache, "made")
    assert group["AutomaticFailover"] == "enabled" and members.primary(elasticache, "made") == "redis01"
    assert groups.run_id(node) == engine == groups.run_id(group["NodeGroups"][0]["PrimaryEndpoint"])
    members.whole(elasticache, "made")
    for name, endpoint in groups.node_endpoints(elasticache, "made").items():
        with groups.connect(endpoint) as reader:
            assert reader.get("before") == "1", name
    with groups.connect(group["NodeGroups"][0]["ReaderEndpoint"]) as reader:
        assert reader.get("before") == "1"
    for arn in (group["ARN"], lone.describe(elasticache, "made-001")["ARN"]):
        assert elasticache.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "a", "Value": "1"}]
    assert "Replication group made created" in members.told(elasticache, "replication-group", "made")
    request = {"ReplicationGroupId": "again", "ReplicationGroupDescription": "d", "PrimaryClusterId": "redis01"}
    refusals.expect(elasticache, "create_replication_group", request, refusals.COMBINATION, "belongs to replication group made")

    # It is a group like any other.
    with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as user:
        user.set("confirmed", "1")
        assert user.wait(2, 5000) == 2
    os.kill(members.pid_of(node), signal.SIGKILL)

    def failed_over():
        with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as user:
            return user.set("after", "1") and user.get("confirmed")

    assert eventually(lambda: members.quietly(failed_over), what="the failover") == "1"
    members.whole(elasticache, "made")
    assert members.primary(elasticache, "made") != "redis01"


def test_there_and_back_and_there_under_load(elasticache):
    """No acknowledged write is lost, and the connection to the node itself is never cut."""
    found = lone.create(elasticache, CacheClusterId="steady")
    node = lone.endpoint(found)
    engine = groups.run_id(node)
    with load.Load(lambda: groups.connect(node)) as writes:
        for group in ("one", "two"):
            convert(elasticache, "steady", group, NumCacheClusters=3)
            groups.available(elasticache, group)
            writes.goes_on()
            members.whole(elasticache, group)
            groups.delete(elasticache, group, RetainPrimaryCluster=True)
            groups.gone(elasticache, group)
            back = lone.available(elasticache, "steady")
            assert "ReplicationGroupId" not in back and lone.endpoint(back) == node
            writes.goes_on()
        convert(elasticache, "steady", "one", ReplicasPerNodeGroup=1)
        groups.available(elasticache, "one")
        members.whole(elasticache, "one")
        writes.goes_on()
    assert writes.errors == [] and groups.run_id(node) == engine
    for endpoint in groups.node_endpoints(elasticache, "one").values():
        with groups.connect(endpoint) as reader:
            eventually(lambda: writes.lost(reader) == [], what="all writes")


@pytest.mark.parametrize("engine", [("redis", 6, 2), ("redis", 7, 0)], ids=lambda engine: f"{engine[0]}-{engine[1]}.{engine[2]}")
def test_also_where_the_endpoint_is_forwarded(make_server, engine):
    """Builds before 7.0 can't bind another address while they run."""
    build = builds.need(*engine)
    server = make_server(environment={"PATH": "/nowhere", "ELASTANE_ENGINES": str(build.path)}).start()
    client = server.client()
    node = lone.endpoint(lone.create(client, CacheClusterId="c", EngineVersion="6.2"))
    with groups.connect(node) as user:
        user.set("k", "v")
        convert(client, "c", "g", NumCacheClusters=2)
        group = groups.available(client, "g")
        with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as other:
            assert other.get("k") == "v" and other.set("k", "w")
        assert user.get("k") == "w"


@pytest.mark.parametrize(
    "failpoint",
    [
        "before:start",
        "after:start",
        "before:bind",
        "after:bind",
        "after:route",
        "before:joined",
        "before:becomeAvailable",
        "after:becomeAvailable",
    ],
)
def test_the_service_dies_on_the_way(make_server, failpoint):
    """The next one finishes it; the node notices nothing of all this."""
    server = make_server(ephemeral=False).start()
    node = lone.endpoint(lone.create(server.client(), CacheClusterId="c"))
    engine = groups.run_id(node)
    server.kill()
    server.environment["ELASTANE_FAILPOINT"] = failpoint
    server.start()
    with load.Load(lambda: groups.connect(node)) as writes:
        with contextlib.suppress(botocore.exceptions.BotoCoreError, botocore.exceptions.HTTPClientError):
            convert(server.client(), "c", "g", NumCacheClusters=2, AutomaticFailoverEnabled=True)
        pid = server.process.pid
        eventually(lambda: members.state_of(pid) == "T", what=f"the stop at {failpoint}")
        writes.goes_on()
        server.kill()
        del server.environment["ELASTANE_FAILPOINT"]
        client = server.start().client()
        group = groups.available(client, "g")
        assert group["AutomaticFailover"] == "enabled"
        members.whole(client, "g")
        writes.goes_on()
    assert writes.errors == [] and groups.run_id(node) == engine
    assert len(server.engines()) == 2
    with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as user:
        assert writes.lost(user) == []


def test_killed_at_any_moment_of_the_request(make_server):
    """The cluster is alone or the group's: never both, never neither, and never stopped."""
    server = make_server(ephemeral=False).start()
    node = lone.endpoint(lone.create(server.client(), CacheClusterId="c"))
    engine = groups.run_id(node)
    for pause in (0.0, 0.002, 0.004, 0.008, 0.016):
        client = server.client()

        def send():
            with contextlib.suppress(botocore.exceptions.BotoCoreError, botocore.exceptions.HTTPClientError):
                convert(client, "c", "g", NumCacheClusters=2)

        request = threading.Thread(target=send)
        request.start()
        request.join(pause)
        server.kill()
        request.join(30)
        client = server.start().client()
        there, clusters = groups.world(client)
        assert groups.run_id(node) == engine
        if there:
            assert [cluster["CacheClusterId"] for cluster in clusters] == ["c", "g-001"]
            groups.available(client, "g")
            members.whole(client, "g")
            groups.delete(client, "g", RetainPrimaryCluster=True)
            groups.gone(client, "g")
        assert [cluster["CacheClusterId"] for cluster in groups.clusters(client)] == ["c"]
        assert "ReplicationGroupId" not in lone.available(client, "c")


def test_strangers_at_the_endpoints(make_server):
    """Somebody listens where the endpoints are to be: they move, the node stays."""
    server = make_server().start()
    client = server.client()
    node = lone.endpoint(lone.create(client, CacheClusterId="c"))
    region = next(server.network.subnets(prefixlen_diff=4))
    hosts = list(region.subnets(prefixlen_diff=3))[7].hosts()
    with contextlib.ExitStack() as strangers:
        for host in (next(hosts), next(hosts), next(hosts)):
            listener = strangers.enter_context(socket.socket())
            listener.bind((str(host), node["Port"]))
            listener.listen()
        engine = groups.run_id(node)
        convert(client, "c", "g", NumCacheClusters=2)
        group = groups.available(client, "g")
        assert groups.run_id(node) == engine == groups.run_id(group["NodeGroups"][0]["PrimaryEndpoint"])
        with groups.connect(group["NodeGroups"][0]["ReaderEndpoint"]) as reader:
            assert reader.ping()


def test_refused(elasticache):
    lone.create(elasticache, CacheClusterId="kept")
    request = {"ReplicationGroupId": "no", "ReplicationGroupDescription": "d", "PrimaryClusterId": "kept"}
    for parameter, value in {
        "CacheNodeType": "cache.t3.micro",
        "Engine": "redis",
        "EngineVersion": "7.0",
        "CacheParameterGroupName": "default.redis7",
        "CacheSubnetGroupName": "default",
        "Port": 7000,
        "NumNodeGroups": 2,
        "AutomaticFailoverEnabled": True,
    }.items():
        refusals.expect(elasticache, "create_replication_group", request | {parameter: value}, refusals.COMBINATION, parameter)
    unknown = request | {"PrimaryClusterId": "nobody"}
    refusals.expect(elasticache, "create_replication_group", unknown, "CacheClusterNotFound", "nobody")
    assert lone.describe(elasticache, "kept")["CacheClusterStatus"] == "available"
