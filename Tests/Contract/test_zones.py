"""An Availability Zone goes down: its members end and stay away, the others serve, and all is as before when it is up again."""

import subprocess

import groups
import redis
import server as servers
from patience import eventually

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
SHAPE = {"NumCacheClusters": 3, "AutomaticFailoverEnabled": True, "MultiAZEnabled": True, "PreferredCacheClusterAZs": ZONES}


def zone(server, name: str, state: str) -> None:
    result = subprocess.run(
        [str(servers.BINARY), "fault", "zone", name, state, "--endpoint", server.endpoint],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=servers.clean_environment(),
        timeout=30,
    )
    assert result.returncode == 0, result.stderr


def primary(client, group: str) -> str:
    members = groups.describe(client, group)["NodeGroups"][0]["NodeGroupMembers"]
    return next(member["CacheClusterId"] for member in members if member["CurrentRole"] == "primary")


def answers(endpoint: dict) -> bool:
    try:
        with groups.connect(endpoint) as node:
            return node.ping()
    except (redis.exceptions.RedisError, OSError):
        return False


def replicas_of(endpoint: dict) -> int | None:
    try:
        with groups.connect(endpoint) as node:
            return node.info("replication")["connected_slaves"]
    except (redis.exceptions.RedisError, OSError):
        return None


def test_the_primarys_zone_goes_down_and_comes_up(make_server):
    server = make_server(ephemeral=False).start()
    client = server.client()
    found = groups.create(client, ReplicationGroupId="multi", **SHAPE)
    entry = found["NodeGroups"][0]["PrimaryEndpoint"]
    nodes = groups.node_endpoints(client, "multi")
    with groups.connect(entry) as user:
        user.set("k", "kept")
        assert user.wait(2, 5000) == 2
    assert primary(client, "multi") == "multi-001"

    zone(server, "us-east-1a", "down")
    eventually(lambda: primary(client, "multi") != "multi-001", what="the failover")
    eventually(lambda: not answers(nodes["multi-001"]), what="the end of the zone's member")
    eventually(lambda: answers(entry) and replicas_of(entry) == 1, what="a primary with the one replica that is left")
    with groups.connect(entry) as user:
        assert user.get("k") == "kept"
        user.set("k", "written meanwhile")
    # Not started again, by no serve: two engines run, however often everything is looked at.
    assert len(server.engines()) == 2
    client = server.restart().client()
    eventually(lambda: answers(entry), what="the primary endpoint after a restart of serve")
    assert len(server.engines()) == 2

    zone(server, "us-east-1a", "up")
    eventually(lambda: replicas_of(entry) == 2, within=30, what="the member's return")
    assert primary(client, "multi") != "multi-001"
    with groups.connect(nodes["multi-001"]) as node:
        eventually(lambda: node.get("k") == "written meanwhile", what="what was written meanwhile")
    groups.available(client, "multi")


def test_a_replicas_zone_goes_down(service):
    client = service.client()
    found = groups.create(client, ReplicationGroupId="steady", **SHAPE)
    entry = found["NodeGroups"][0]["PrimaryEndpoint"]
    nodes = groups.node_endpoints(client, "steady")
    before = groups.run_id(entry)
    try:
        zone(service, "us-east-1b", "down")
        eventually(lambda: not answers(nodes["steady-002"]), what="the end of the zone's member")
        assert primary(client, "steady") == "steady-001" and groups.run_id(entry) == before
        eventually(lambda: replicas_of(entry) == 1, what="the other replica alone")
    finally:
        zone(service, "us-east-1b", "up")
    eventually(lambda: replicas_of(entry) == 2, within=30, what="the replica's return")
    assert groups.run_id(entry) == before


def test_a_group_of_another_zone_notices_nothing(service):
    client = service.client()
    found = groups.create(
        client, ReplicationGroupId="aside", NumCacheClusters=2, PreferredCacheClusterAZs=["us-east-1c", "us-east-1d"]
    )
    entry = found["NodeGroups"][0]["PrimaryEndpoint"]
    before = {name: groups.run_id(endpoint) for name, endpoint in groups.node_endpoints(client, "aside").items()}
    try:
        zone(service, "us-east-1f", "down")
        assert replicas_of(entry) == 1
    finally:
        zone(service, "us-east-1f", "up")
    assert {name: groups.run_id(endpoint) for name, endpoint in groups.node_endpoints(client, "aside").items()} == before


def test_a_replica_that_was_to_join_in_a_dark_zone_is_given_up(service):
    client = service.client()
    before = groups.create(client, ReplicationGroupId="growing", **(SHAPE | {"NumCacheClusters": 2, "PreferredCacheClusterAZs": ZONES[:2]}))
    wish = [{"NodeGroupId": "0001", "NewReplicaCount": 2, "PreferredAvailabilityZones": [*ZONES[:2], "us-east-1e"]}]
    try:
        zone(service, "us-east-1e", "down")
        client.increase_replica_count(ReplicationGroupId="growing", ReplicaConfiguration=wish, ApplyImmediately=True)
        assert groups.available(client, "growing") == before
        assert "Cache cluster growing-003 could not be added: Availability zone us-east-1e is down" in groups.messages(client)
    finally:
        zone(service, "us-east-1e", "up")
    client.increase_replica_count(ReplicationGroupId="growing", ReplicaConfiguration=wish, ApplyImmediately=True)
    assert len(groups.available(client, "growing")["MemberClusters"]) == 3


def keeps_log(told: dict) -> bool:
    return bool(told["aof_enabled"]) and not told["aof_rewrite_in_progress"]


def test_a_whole_shard_waits_for_its_zone(make_server):
    """Nobody elsewhere has the data: nothing is started empty. Under `always` all of it is back with the zone."""
    server = make_server(ephemeral=False, arguments=["--durability", "always"]).start()
    client = server.client()
    found = groups.create(
        client, ReplicationGroupId="whole", NumCacheClusters=2, AutomaticFailoverEnabled=True, PreferredCacheClusterAZs=["us-east-1b"] * 2
    )
    entry = found["NodeGroups"][0]["PrimaryEndpoint"]
    with groups.connect(entry) as user:
        eventually(lambda: keeps_log(user.info("persistence")), what="a log")
        for number in range(100):
            user.set(f"key:{number}", number)
    zone(server, "us-east-1b", "down")
    eventually(lambda: server.engines() == [], what="the end of all")
    client = server.restart().client()
    dark = "Cache node 0001 is not running: Availability zone us-east-1b is down"
    for member in found["MemberClusters"]:
        eventually(lambda member=member: dark in groups.messages(client, SourceType="cache-cluster", SourceIdentifier=member), what=dark)
    assert server.engines() == [] and not answers(entry)
    zone(server, "us-east-1b", "up")
    eventually(lambda: replicas_of(entry) == 1, within=30, what="the shard's return")
    with groups.connect(entry) as user:
        assert [user.get(f"key:{number}") for number in range(100)] == [str(number) for number in range(100)]
    assert primary(client, "whole") == "whole-001"
