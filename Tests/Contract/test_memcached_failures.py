"""Nodes of Memcached that die, hang, lose their zone; and a service that dies beside them."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import botocore.exceptions
import pytest

import caches
import commands
from patience import eventually


@pytest.fixture(scope="module", autouse=True)
def _memcached():
    caches.need()


def fault(server, *arguments: str):
    return commands.run("fault", *arguments, "--endpoint", server.endpoint)


def test_a_node_that_dies_comes_back_empty_at_its_address(service):
    client = service.client()
    found = caches.create(client, CacheClusterId="mortal", NumCacheNodes=2)
    one, other = caches.nodes(found).values()
    for endpoint in (one, other):
        with caches.connect(endpoint) as node:
            node.set("k", "v")
    before = caches.pid(one), caches.pid(other)
    told = caches.configuration(found["ConfigurationEndpoint"])
    result = fault(service, "kill", "mortal.0001")
    assert result.returncode == 0 and f"killed mortal.0001 (pid {before[0]})" in result.stdout, result
    eventually(lambda: caches.pid(one) not in (None, before[0]), what="the node's return")
    assert caches.connect(one).get("k") is None
    assert caches.pid(other) == before[1] and caches.connect(other).get("k") == b"v"
    assert caches.configuration(found["ConfigurationEndpoint"]) == told
    eventually(lambda: caches.messages(client, "mortal")[-1] == "Finished recovery for cache nodes 0001", what="the event")
    said = caches.messages(client, "mortal")
    assert any(m.startswith("Cache node 0001 ended: ") for m in said) and "Recovering cache nodes 0001" in said
    assert caches.describe(client, "mortal")["CacheClusterStatus"] == "available"


def test_which_node_is_meant_must_be_said(service):
    client = service.client()
    caches.create(client, CacheClusterId="pair", NumCacheNodes=2)
    result = fault(service, "kill", "pair")
    assert result.returncode != 0 and "pair.0001, pair.0002" in result.stderr + result.stdout
    assert fault(service, "kill", "pair.0003").returncode != 0
    caches.create(client, CacheClusterId="single")
    assert fault(service, "kill", "single").returncode == 0


def test_a_node_that_hangs_is_told_of_and_ended_at_last(make_server):
    server = make_server(arguments=["--hang-deadline", "0.5"]).start()
    client = server.client()
    found = caches.create(client, CacheClusterId="stuck", NumCacheNodes=2)
    one, other = caches.nodes(found).values()
    before = caches.pid(one), caches.pid(other)
    assert fault(server, "pause", "stuck.0001").returncode == 0
    eventually(lambda: "Cache node 0001 does not answer" in caches.messages(client, "stuck"), what="the event")
    # One that goes on in time has all that it had.
    assert fault(server, "resume", "stuck.0001").returncode == 0
    eventually(lambda: "Finished recovery for cache nodes 0001" in caches.messages(client, "stuck"), what="the end of it")
    assert caches.pid(one) == before[0]
    # Ten deadlines are too many.
    assert fault(server, "pause", "stuck.0001").returncode == 0
    eventually(lambda: caches.pid(one) not in (None, before[0]), within=30, what="another process")
    assert caches.pid(other) == before[1]


def test_a_zone_goes_down_and_comes_up(service):
    client = service.client()
    found = caches.create(
        client, CacheClusterId="zoned", NumCacheNodes=2, PreferredAvailabilityZones=["us-east-1e", "us-east-1f"]
    )
    one, other = caches.nodes(found).values()
    survivor = caches.pid(other)
    result = fault(service, "zone", "us-east-1e", "down")
    assert result.returncode == 0 and "1 member is in it" in result.stdout
    try:
        eventually(lambda: caches.pid(one) is None, what="the end of the zone's node")
        eventually(
            lambda: "Cache node 0001 is not running: Availability zone us-east-1e is down" in caches.messages(client, "zoned"),
            what="the event",
        )
        assert caches.pid(other) == survivor
        assert "zoned.0001" in commands.ailing(service.data)
    finally:
        fault(service, "zone", "us-east-1e", "up")
    eventually(lambda: caches.pid(one), what="the node's return")
    assert caches.pid(other) == survivor
    eventually(lambda: "zoned.0001" not in commands.ailing(service.data), what="doctor's all-clear")


def test_serve_adopts_what_runs(make_server):
    server = make_server(ephemeral=False).start()
    found = caches.create(server.client(), CacheClusterId="kept", NumCacheNodes=2)
    one, other = caches.nodes(found).values()
    with caches.connect(one) as node:
        node.set("k", "v")
    before = caches.pid(one), caches.pid(other)
    server.kill()
    os.kill(before[1], signal.SIGKILL)
    assert caches.connect(one).get("k") == b"v"
    client = server.start().client()
    eventually(lambda: caches.pid(other) not in (None, before[1]), what="the return of the one that ended meanwhile")
    assert caches.pid(one) == before[0] and caches.connect(one).get("k") == b"v"
    # All ends with `down`, and all comes back, empty.
    server.stop()
    assert server.down().returncode == 0
    assert caches.pid(one) is None and caches.pid(other) is None
    client = server.start().client()
    for endpoint in (one, other):
        eventually(lambda endpoint=endpoint: caches.pid(endpoint), what="a node's return after down")
    assert caches.connect(one).get("k") is None
    assert caches.available(client, "kept")["NumCacheNodes"] == 2


@pytest.mark.parametrize("point", ["after:start:1", "before:joined:1", "after:remove:1", "before:dropMember:1"])
def test_a_change_is_finished_after_a_crash_of_the_service(make_server, point):
    server = make_server(ephemeral=False).start()
    client = server.client()
    found = caches.create(client, CacheClusterId="c", NumCacheNodes=2)
    first = caches.nodes(found)["0001"]
    before = caches.pid(first)
    server.stop()
    server.environment["ELASTANE_FAILPOINT"] = point
    client = server.start().client()
    changes = {"NumCacheNodes": 3} if "start" in point or "joined" in point else {"NumCacheNodes": 1, "CacheNodeIdsToRemove": ["0002"]}
    # The service may stop before it answers.
    with ThreadPoolExecutor() as pool:
        request = pool.submit(client.modify_cache_cluster, CacheClusterId="c", ApplyImmediately=True, **changes)
        # Stopped at the point: killed there.
        eventually(lambda: stopped(server.process.pid), what="the failpoint")
        del server.environment["ELASTANE_FAILPOINT"]
        server.kill()
        assert request.exception(timeout=10) is None or isinstance(request.exception(), botocore.exceptions.BotoCoreError)
    client = server.start().client()
    done = caches.available(client, "c")
    assert done["NumCacheNodes"] == changes["NumCacheNodes"] and done["PendingModifiedValues"] == {}
    assert caches.pid(first) == before
    assert len(server.engines()) == changes["NumCacheNodes"]
    version, told = caches.configuration(done["ConfigurationEndpoint"])
    assert version > 1 and [node[1] for node in told] == [node["Address"] for node in caches.nodes(done).values()]


def stopped(pid: int) -> bool:
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "T"
