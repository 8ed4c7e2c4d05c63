"""A node that runs and does not answer: replaced where another has its data, waited for where none has, and never when it is only busy."""

import os
import time

import pytest

import builds
import groups
from commands import run
from members import (
    assert_in_order,
    chronicle,
    cluster_client,
    cluster_primary,
    info,
    is_linked,
    pid_of,
    primary,
    quietly,
    roles,
    state_of,
    stopped,
    told,
    whole,
    whole_cluster,
)
from patience import eventually

PAIR = {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True}
TRIO = {"NumCacheClusters": 3, "AutomaticFailoverEnabled": True}

# Wall-clock time: a loop that counts processor time takes longer on a busy machine.
SLOW = """
local function now() local t = redis.call('TIME') return t[1] * 1000000 + t[2] end
local until_then = now() + ARGV[1] * 1000
while now() < until_then do end
return 'done'
"""
ENDLESS = "while true do end"


@pytest.fixture(scope="module")
def client(service):
    return service.client()


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def takes_writes(endpoint: dict) -> bool:
    def write() -> bool:
        with groups.connect(endpoint) as user:
            return user.set("probe", "written")

    return quietly(write, False)


def assert_replaced(client, found: dict, old: int, since: float, not_before: float) -> None:
    """The endpoint takes writes again: the process that hung is gone by then, and it was given its time."""
    eventually(lambda: takes_writes(entry(found)), within=20, what="writes")
    took = time.monotonic() - since
    assert state_of(old) == "", "two nodes could be written to"
    assert not_before <= took, f"it was replaced after {took} s"
    name = found["ReplicationGroupId"]
    eventually(lambda: primary(client, name) != f"{name}-001", what="the API's word for it")
    whole(client, name)
    with groups.connect(entry(found)) as user:
        assert user.get("kept") == "yes"
    new = primary(client, name)
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", f"{name}-001"), what="the last event")
    assert_in_order(told(client, "cache-cluster", f"{name}-001"), ["Cache node 0001 does not answer", "Recovering cache nodes 0001"])
    failover = f"Failover from primary node {name}-001 to replica node {new} completed"
    assert_in_order(
        [event for event in chronicle(client) if event[0].startswith(name)],
        [(f"{name}-001", "Cache node 0001 does not answer"), (name, failover), (f"{name}-001", "Finished recovery for cache nodes 0001")],
    )


def created(client, **shape) -> tuple[dict, int]:
    """A group with a confirmed write, and the process of its primary."""
    found = groups.create(client, **shape)
    with groups.connect(entry(found)) as user:
        user.set("kept", "yes")
        replicas = shape["NumCacheClusters"] - 1
        assert user.wait(replicas, 10_000) == replicas
    return found, pid_of(entry(found))


def test_a_stopped_primary_is_replaced(client):
    found, old = created(client, **TRIO)
    began = time.monotonic()
    with stopped(old):
        assert_replaced(client, found, old, began, not_before=1.9)


def test_a_primary_in_an_endless_script_is_replaced(client):
    found, old = created(client, **PAIR)
    with groups.connect(entry(found)) as user:
        # Sent, and its answer not waited for: whoever asks after this is behind it.
        connection = user.connection_pool.get_connection()
        began = time.monotonic()
        connection.send_command("EVAL", ENDLESS, 0)
        assert_replaced(client, found, old, began, not_before=1.9)
        connection.disconnect()


def test_a_stopped_primary_of_a_cluster_is_replaced(client):
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    with cluster_client(found) as user:
        for number in range(100):
            user.set(f"key:{number}", number)
    old = f"{name}-0002-001"
    with groups.connect(nodes[old]) as node:
        assert node.wait(1, 10_000) == 1
    pid = pid_of(nodes[old])
    with stopped(pid):
        eventually(lambda: quietly(lambda: info(nodes[f"{name}-0002-002"], "replication")["role"]) == "master", what="the takeover")
        assert state_of(pid) == "", "two nodes could be written to"
        whole_cluster(client, name)
    assert cluster_primary(nodes, "0001") == f"{name}-0001-001"
    with cluster_client(found) as user:
        assert [user.get(f"key:{number}") for number in range(100)] == [str(number) for number in range(100)]
    assert "Cache node 0001 does not answer" in told(client, "cache-cluster", old)


@pytest.mark.parametrize("value", ["0.4", "0", "-1", "3601", "nan", "inf", "soon", ""])
def test_a_wrong_deadline_is_refused(tmp_path, value):
    line = ["serve", "--port", "0", "--data-dir", str(tmp_path / "data"), "--ephemeral"]
    result = run(*line, f"--hang-deadline={value}")
    assert result.returncode != 0 and "is ready" not in result.stdout
    assert "hang-deadline" in result.stderr and "Fatal error" not in result.stderr, result.stderr
    if value:  # An empty variable is as good as none.
        result = run(*line, environment={"ELASTANE_HANG_DEADLINE": value})
        assert result.returncode != 0 and "is ready" not in result.stdout
        assert "hang" in result.stderr.lower() and "Fatal error" not in result.stderr, result.stderr
    assert not (tmp_path / "data").exists()


def test_a_longer_deadline(make_server):
    """What would be a hang by default is none; and after that time it is one."""
    server = make_server(arguments=["--hang-deadline", "6"]).start()
    client = server.client()
    found, old = created(client, **PAIR)
    began = time.monotonic()
    with stopped(old):
        while time.monotonic() < began + 3.5:
            assert state_of(old) == "T", "it was ended too soon"
            time.sleep(0.05)
    assert takes_writes(entry(found)) and pid_of(entry(found)) == old
    began = time.monotonic()
    with stopped(old):
        assert_replaced(client, found, old, began, not_before=5.9)


def assert_untouched(client, found: dict, pid: int) -> None:
    """The same process is primary, and nothing was told."""
    name = found["ReplicationGroupId"]
    assert pid_of(entry(found)) == pid and primary(client, name) == f"{name}-001"
    trouble = ("Failover", "ecover", "does not answer", "ended", "can not")
    assert [event for event in chronicle(client) if event[0].startswith(name) and any(word in event[1] for word in trouble)] == []


def test_slow_commands_one_after_the_other_are_no_hang(client):
    found, pid = created(client, **PAIR)
    with groups.connect(entry(found)) as user:
        for _ in range(8):
            assert user.eval(SLOW, 0, 1300) == "done"
    assert_untouched(client, found, pid)


def test_a_service_that_was_stopped_itself_blames_nobody(make_server):
    """Time in which nobody asked is no silence."""
    server = make_server().start()
    client = server.client()
    found, pid = created(client, **PAIR)
    second, _ = created(client, NumCacheClusters=1)
    with stopped(server.process.pid):
        time.sleep(5)
    with groups.connect(entry(found)) as user:
        until = time.monotonic() + 4  # Twice the deadline: long enough to be blamed.
        while time.monotonic() < until:
            assert user.set("k", "v")
            time.sleep(0.02)
    assert_untouched(client, found, pid)
    assert groups.describe(client, second["ReplicationGroupId"])["Status"] == "available"


def test_a_primary_that_loads_for_long_is_no_hang(make_server, tmp_path):
    """After a reboot: it answers between two pieces of its file, if only that it is loading."""
    slow = tmp_path / "slow"
    folder = tmp_path / "engines"
    folder.mkdir()
    engine = folder / "redis-server"
    # Two milliseconds a key, beside what a key takes. It answers every two megabytes.
    engine.write_text(
        f'#!/bin/sh\nif [ -e "{slow}" ]; then exec {builds.need("redis", 7, 0).path} "$@" --key-load-delay 2000; fi\n'
        f'exec {builds.need("redis", 7, 0).path} "$@"\n'
    )
    engine.chmod(0o755)
    server = make_server(environment={"ELASTANE_ENGINES": str(folder), "PATH": "/nonexistent"}).start()
    client = server.client()
    found, old = created(client, **PAIR)
    name = found["ReplicationGroupId"]
    noise = os.urandom(10_000)  # So that it stays as large in the file.
    with groups.connect(entry(found)) as user:
        for number in range(2000):
            user.set(f"key:{number}", noise)
        assert user.wait(1, 20_000) == 1
    slow.touch()
    client.reboot_cache_cluster(CacheClusterId=f"{name}-001", CacheNodeIdsToReboot=["0001"])
    eventually(lambda: not state_of(old), what="its end")
    began = time.monotonic()
    seen = set()

    def loaded() -> bool:
        persistence = quietly(lambda: info(groups.node_endpoints(client, name)[f"{name}-001"], "persistence"))
        if persistence:
            seen.add(persistence["loading"])
        return bool(persistence) and not persistence["loading"]

    eventually(loaded, within=60, what="the end of loading")
    assert time.monotonic() - began > 2.5 and seen == {0, 1}, "it did not load for long, so that nothing was seen"
    whole(client, name)
    assert primary(client, name) == f"{name}-001"
    assert not [message for _, message in chronicle(client) if "Failover" in message or "does not answer" in message]
    with groups.connect(entry(found)) as user:
        assert user.dbsize() == 2001


def test_a_primary_that_forks_with_much_memory_is_no_hang(client):
    """A new replica is sent everything: the primary forks, and its child writes for a while."""
    found, pid = created(client, CacheNodeType="cache.r6g.large", **PAIR)
    name = found["ReplicationGroupId"]
    with groups.connect(entry(found)) as user:
        for number in range(20):
            user.eval(
                "for i = 1, 20000 do redis.call('SET', KEYS[1] .. i, string.rep(ARGV[1] .. i, 40)) end", 1, f"big:{number}:", "x"
            )
        assert user.info("memory")["used_memory"] > 50_000_000
    client.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=2, ApplyImmediately=True)
    groups.available(client, name, within=60)
    whole(client, name)
    assert_untouched(client, found, pid)
    with groups.connect(groups.node_endpoints(client, name)[f"{name}-003"]) as node:
        assert node.dbsize() == 400_001
    groups.delete(client, name)
    groups.gone(client, name)


def test_a_hung_primary_without_a_replica_is_waited_for(client):
    """What it holds exists nowhere else."""
    found, pid = created(client, NumCacheClusters=1)
    name = found["ReplicationGroupId"]
    member = f"{name}-001"
    with stopped(pid):
        eventually(lambda: "Cache node 0001 does not answer" in told(client, "cache-cluster", member), what="the event")
        until = time.monotonic() + 2
        while time.monotonic() < until:
            assert state_of(pid) == "T", "it was ended, or continued"
            time.sleep(0.05)
    eventually(lambda: takes_writes(entry(found)), what="writes")
    with groups.connect(entry(found)) as user:
        assert user.get("kept") == "yes" and user.info("server")["process_id"] == pid
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", member), what="the end of it")
    assert told(client, "cache-cluster", member).count("Cache node 0001 does not answer") == 1
    groups.available(client, name)


def test_a_hung_replica_is_left_out_and_rebuilt(client):
    found, pid = created(client, **TRIO)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    reader = found["NodeGroups"][0]["ReaderEndpoint"]
    hung, other = groups.run_id(nodes[f"{name}-002"]), groups.run_id(nodes[f"{name}-003"])
    replica = pid_of(nodes[f"{name}-002"])

    def everyone_reads_of_the_other() -> bool:
        return quietly(lambda: {groups.run_id(reader) for _ in range(8)}) == {other}

    with stopped(replica):
        assert state_of(replica) == "T"
        eventually(everyone_reads_of_the_other, within=30, what="a reader endpoint without the one that hangs")
        assert takes_writes(entry(found))
        eventually(lambda: not state_of(replica), within=30, what="the end of the one that hung")
    eventually(lambda: is_linked(nodes[f"{name}-002"]), what="its return")
    whole(client, name)
    new = groups.run_id(nodes[f"{name}-002"])
    assert new != hung
    eventually(lambda: {groups.run_id(reader) for _ in range(12)} == {new, other}, what="readers of both")
    assert pid_of(entry(found)) == pid and roles(client, name)[f"{name}-001"] == "primary"
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", f"{name}-002"), what="the last event")
    assert_in_order(
        told(client, "cache-cluster", f"{name}-002"),
        ["Cache node 0001 does not answer", "Recovering cache nodes 0001", "Finished recovery for cache nodes 0001"],
    )
