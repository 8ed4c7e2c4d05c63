"""What the end of all nodes at once costs: nothing of the data, what was not saved, or all of it, as `--durability` has it."""

import os
import signal
import time
from pathlib import Path

import pytest

import builds
import groups
import server as servers
from commands import run
from load import Load
from members import (
    cluster_client,
    cluster_primary,
    info,
    own_roles,
    pid_of,
    primary,
    quietly,
    roles,
    whole,
    whole_cluster,
)
from patience import eventually

PAIR = {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True}
COUNT = 200


@pytest.fixture
def serving(make_server):
    """Starts servers with a durability: with engines that can keep a log in parts, and one that can't."""
    found = [builds.need("redis", 6, 2), builds.need("redis", 7, 0)]
    environment = {"ELASTANE_ENGINES": ":".join(str(build.path) for build in found), "PATH": "/nonexistent"}

    def serve(durability: str):
        return make_server(ephemeral=False, arguments=["--durability", durability], environment=environment).start()

    return serve


@pytest.fixture(scope="module", autouse=True)
def thrifty(tmp_path_factory):
    """A group that has had enough writes for its save of every sixty seconds, begun before the other tests: it takes that long."""
    server = servers.Server(tmp_path_factory.mktemp("thrifty"), ephemeral=False, arguments=["--durability", "snapshot"])
    try:
        client = server.start().client()
        found = groups.create(client, ReplicationGroupId="thrifty", NumCacheClusters=3, AutomaticFailoverEnabled=True)
        nodes = groups.node_endpoints(client, "thrifty")
        before = {member: info(endpoint, "persistence")["rdb_saves"] for member, endpoint in nodes.items()}
        with groups.connect(entry(found)) as user:
            for number in range(1500):
                user.set(f"key:{number}", number)
            assert user.wait(2, 10_000) == 2
        yield server, found, nodes, before
    finally:
        server.close()


def serve_again(server, durability: str):
    """Another serve on the same data. The old one is gone, in one way or another."""
    server.arguments = ["--durability", durability]
    server.start()
    return server.client()


def kill_everything(server) -> None:
    """As the machine's end does: serve first, so that it can't mend anything."""
    server.kill()
    for process in server.processes():
        os.kill(process.pid, signal.SIGKILL)
    eventually(lambda: not server.processes(), what="the end of every process")


def come_to_rest(server) -> None:
    assert server.stop() == 0
    assert server.down().returncode == 0


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def fill(endpoint: dict, word: str, replicas: int = 1) -> None:
    with groups.connect(endpoint) as user:
        for number in range(COUNT):
            user.set(f"{word}:{number}", f"{word} {number}")
        assert user.wait(replicas, 10_000) >= replicas


def has(endpoint: dict, *words: str) -> dict[str, int] | None:
    """How many of the writes of each name are there. Nothing while the node does not answer."""

    def count() -> dict[str, int]:
        with groups.connect(endpoint) as user:
            return {word: sum(user.get(f"{word}:{n}") == f"{word} {n}" for n in range(COUNT)) for word in words}

    return quietly(count)


def settings(endpoint: dict) -> dict:
    return quietly(lambda: info(endpoint, "persistence"), {})


def appends(nodes: dict[str, dict], yes: bool) -> None:
    """Waits until all nodes keep a log, the first of it written; or until none does."""

    def settled(endpoint: dict) -> bool:
        persistence = settings(endpoint)
        under_way = persistence.get("aof_rewrite_in_progress"), persistence.get("aof_rewrite_scheduled")
        return persistence.get("aof_enabled") == int(yes) and under_way == (0, 0)

    eventually(lambda: all(settled(endpoint) for endpoint in nodes.values()), what=f"append-only files: {yes}")


def logs(server) -> list[Path]:
    """The append-only files of all nodes: one each before Redis 7.0, then several."""
    return [path for path in (server.data / "nodes").rglob("appendonly*") if path.is_file()]


def test_none_keeps_nothing(serving):
    """The group itself is kept: it comes back at the same endpoints, in the same roles, and takes writes."""
    server = serving("none")
    client = server.client()
    found = groups.create(client, ReplicationGroupId="fleeting", **PAIR)
    nodes = groups.node_endpoints(client, "fleeting")
    fill(entry(found), "gone")
    os.kill(pid_of(nodes["fleeting-001"]), signal.SIGKILL)
    eventually(lambda: primary(client, "fleeting") == "fleeting-002", what="the failover")
    whole(client, "fleeting")
    assert has(entry(found), "gone") == {"gone": COUNT}, "the data lives as long as one of its nodes"
    assert not list(server.data.rglob("appendonly*"))

    kill_everything(server)
    client = serve_again(server, "none")
    eventually(lambda: quietly(lambda: groups.connect(entry(found)).ping()), within=30, what="the group's return")
    whole(client, "fleeting")
    assert roles(client, "fleeting") == {"fleeting-001": "replica", "fleeting-002": "primary"}
    fill(entry(found), "new")
    assert has(entry(found), "new") == {"new": COUNT}
    assert groups.describe(client, "fleeting")["NodeGroups"][0]["PrimaryEndpoint"] == entry(found)


def test_snapshot_keeps_what_was_saved(serving):
    """In the roles of the moment: the primary is the one that a failover made it."""
    server = serving("snapshot")
    client = server.client()
    found = groups.create(client, ReplicationGroupId="saved", **PAIR)
    old = groups.create(client, ReplicationGroupId="old", EngineVersion="6.2", **PAIR)
    for group in (found, old):
        fill(entry(group), "saved")
    os.kill(pid_of(groups.node_endpoints(client, "saved")["saved-001"]), signal.SIGKILL)
    eventually(lambda: primary(client, "saved") == "saved-002", what="the failover")
    whole(client, "saved")
    come_to_rest(server)  # This saves; users can't.
    client = serve_again(server, "snapshot")
    for group in (found, old):
        eventually(lambda: has(entry(group), "saved") == {"saved": COUNT}, within=30, what="the data after a rest")
        whole(client, group["ReplicationGroupId"])
        fill(entry(group), "later")

    kill_everything(server)
    client = serve_again(server, "snapshot")
    for group in (found, old):
        eventually(lambda: has(entry(group), "saved") == {"saved": COUNT}, within=30, what="the data after the crash")
        whole(client, group["ReplicationGroupId"])
        assert groups.describe(client, group["ReplicationGroupId"])["NodeGroups"][0]["PrimaryEndpoint"] == entry(group)
    assert roles(client, "saved") == {"saved-001": "replica", "saved-002": "primary"}
    assert roles(client, "old") == {"old-001": "primary", "old-002": "replica"}


@pytest.mark.parametrize("version", ["6.2", "7.0"])
def test_always_keeps_every_acknowledged_write(serving, version):
    """Also after a failover: the new primary keeps its log as the old one did."""
    server = serving("always")
    client = server.client()
    found = groups.create(client, ReplicationGroupId="safe", EngineVersion=version, **PAIR)
    nodes = groups.node_endpoints(client, "safe")
    appends(nodes, True)
    with Load(lambda: groups.connect(entry(found))) as load:
        load.goes_on(100)
        kill_everything(server)
    client = serve_again(server, "always")
    eventually(lambda: quietly(lambda: groups.connect(entry(found)).ping()), within=30, what="the group's return")
    with groups.connect(entry(found)) as user:
        assert load.lost(user) == []
    whole(client, "safe")
    assert roles(client, "safe") == {"safe-001": "primary", "safe-002": "replica"}

    appends(nodes, True)
    fill(entry(found), "second")
    os.kill(pid_of(nodes["safe-001"]), signal.SIGKILL)
    eventually(lambda: primary(client, "safe") == "safe-002", what="the failover")
    with Load(lambda: groups.connect(entry(found)), prefix="after") as after:
        after.goes_on(100)
        kill_everything(server)
    client = serve_again(server, "always")
    eventually(lambda: quietly(lambda: groups.connect(entry(found)).ping()), within=30, what="the group's second return")
    with groups.connect(entry(found)) as user:
        assert after.lost(user) == [] and load.lost(user) == []
    assert has(entry(found), "second") == {"second": COUNT}
    whole(client, "safe")
    assert roles(client, "safe") == {"safe-001": "replica", "safe-002": "primary"}
    appends(nodes, True)


def test_always_in_a_cluster(serving):
    server = serving("always")
    client = server.client()
    found = groups.create(client, ReplicationGroupId="ring", NumNodeGroups=2, ReplicasPerNodeGroup=1)
    nodes = groups.node_endpoints(client, "ring")
    appends(nodes, True)
    with Load(lambda: cluster_client(found)) as load:
        load.goes_on(200)
        kill_everything(server)
    client = serve_again(server, "always")
    whole_cluster(client, "ring")
    with cluster_client(found) as user:
        assert load.lost(user) == []
    assert {cluster_primary(nodes, "0001"), cluster_primary(nodes, "0002")} == {"ring-0001-001", "ring-0002-001"}
    assert groups.describe(client, "ring") == found
    appends(nodes, True)


@pytest.mark.parametrize("end", [come_to_rest, kill_everything], ids=["down", "killed"])
@pytest.mark.parametrize("version", ["6.2", "7.0"])
def test_from_snapshot_to_always_and_back(serving, version, end):
    """Each run finds what the one before it kept, in whichever files that is."""
    server = serving("snapshot")
    client = server.client()
    found = groups.create(client, ReplicationGroupId="mixed", EngineVersion=version, **PAIR)
    nodes = groups.node_endpoints(client, "mixed")
    fill(entry(found), "first")
    come_to_rest(server)

    client = serve_again(server, "always")
    eventually(lambda: has(entry(found), "first") == {"first": COUNT}, within=30, what="the snapshot's data")
    whole(client, "mixed")
    appends(nodes, True)
    fill(entry(found), "second")
    end(server)

    client = serve_again(server, "snapshot")
    eventually(lambda: has(entry(found), "first") is not None, within=30, what="the group's return")
    assert has(entry(found), "first", "second") == {"first": COUNT, "second": COUNT}
    whole(client, "mixed")
    appends(nodes, False)
    fill(entry(found), "third")
    last = max(log.stat().st_mtime for log in logs(server))
    eventually(lambda: time.time() > last + 1, what="another second than that of the log")
    come_to_rest(server)

    client = serve_again(server, "always")
    eventually(lambda: has(entry(found), "first") is not None, within=30, what="the group's return")
    assert has(entry(found), "first", "second", "third") == {"first": COUNT, "second": COUNT, "third": COUNT}
    whole(client, "mixed")
    appends(nodes, True)
    fill(entry(found), "fourth")
    kill_everything(server)
    client = serve_again(server, "always")
    eventually(lambda: has(entry(found), "first") is not None, within=30, what="the group's return")
    assert has(entry(found), "third", "fourth") == {"third": COUNT, "fourth": COUNT}
    whole(client, "mixed")
    appends(nodes, True)


def test_engines_that_run_are_told_at_once(serving):
    """A serve with another durability adopts them, and changes what they keep without restarting one."""
    server = serving("snapshot")
    client = server.client()
    found = groups.create(client, ReplicationGroupId="told", **PAIR)
    nodes = groups.node_endpoints(client, "told")
    fill(entry(found), "first")
    ids = {member: groups.run_id(endpoint) for member, endpoint in nodes.items()}
    server.kill()
    client = serve_again(server, "always")
    appends(nodes, True)
    assert {member: groups.run_id(endpoint) for member, endpoint in nodes.items()} == ids
    fill(entry(found), "second")
    kill_everything(server)
    client = serve_again(server, "always")
    eventually(lambda: has(entry(found), "first") is not None, within=30, what="the group's return")
    assert has(entry(found), "first", "second") == {"first": COUNT, "second": COUNT}
    whole(client, "told")
    ids = {member: groups.run_id(endpoint) for member, endpoint in nodes.items()}
    assert server.stop() == 0
    client = serve_again(server, "none")
    appends(nodes, False)
    assert {member: groups.run_id(endpoint) for member, endpoint in nodes.items()} == ids
    assert own_roles(nodes) == roles(client, "told")


@pytest.mark.parametrize("value", ["sometimes", "", "Always", "1"])
def test_an_unknown_durability_is_refused(tmp_path, value):
    line = ["serve", "--port", "0", "--data-dir", str(tmp_path / "data"), "--ephemeral"]
    result = run(*line, f"--durability={value}")
    assert result.returncode != 0 and "is ready" not in result.stdout
    assert "durability" in result.stderr and "Fatal error" not in result.stderr, result.stderr
    assert all(word in result.stderr for word in ("none", "snapshot", "always")), result.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("version", ["6.2", "7.0"])
def test_a_log_and_a_snapshot_of_the_same_second(serving, version):
    """What was written last counts, also if it was the snapshot by less than a second."""
    server = serving("always")
    client = server.client()
    found = groups.create(client, ReplicationGroupId="close", EngineVersion=version, **PAIR)
    nodes = groups.node_endpoints(client, "close")
    appends(nodes, True)
    fill(entry(found), "first")
    assert server.stop() == 0
    serve_again(server, "snapshot")
    appends(nodes, False)
    fill(entry(found), "second")
    # The engines end in good order, and save; but what they leave is seen by the next serve alone.
    server.kill()
    for engine in server.engines():
        os.kill(engine.pid, signal.SIGTERM)
    eventually(lambda: not server.engines(), what="the engines' end")
    for log in logs(server):
        (node,) = [parent for parent in log.parents if parent.parent == server.data / "nodes"]
        second = int((node / "dump.rdb").stat().st_mtime)
        os.utime(log, (second, second))
    client = serve_again(server, "always")
    eventually(lambda: has(entry(found), "first") is not None, within=30, what="the group's return")
    assert has(entry(found), "first", "second") == {"first": COUNT, "second": COUNT}
    whole(client, "close")
    appends(nodes, True)


def with_slow_saves(make_server, tmp_path: Path):
    """A server whose engines, if they are started while the file is there, take a millisecond for each key that they write to a file."""
    slow = tmp_path / "slow"
    engine = tmp_path / "engines" / "redis-server"
    engine.parent.mkdir()
    real = builds.need("redis", 7, 0).path
    engine.write_text(f'#!/bin/sh\nif [ -e "{slow}" ]; then exec {real} "$@" --rdb-key-save-delay 1000; fi\nexec {real} "$@"\n')
    engine.chmod(0o755)
    environment = {"ELASTANE_ENGINES": str(engine.parent), "PATH": "/nonexistent"}
    return make_server(ephemeral=False, arguments=["--durability", "snapshot"], environment=environment).start(), slow


def test_down_while_the_log_is_begun(make_server, tmp_path):
    """An engine that has just been told to keep a log, and writes the first of it, does not end at the first word. It still ends soon."""
    server, slow = with_slow_saves(make_server, tmp_path)
    client = server.client()
    slow.touch()
    found = groups.create(client, ReplicationGroupId="begun", NumCacheClusters=1)
    slow.unlink()
    nodes = groups.node_endpoints(client, "begun")
    with groups.connect(entry(found)) as user:
        user.eval("for n = 0, 2999 do redis.call('SET', 'key:' .. n, n) end", 0)
    assert server.stop() == 0
    serve_again(server, "always")
    eventually(lambda: settings(nodes["begun-001"]).get("aof_rewrite_in_progress"), what="the beginning of the log")
    assert server.stop() == 0
    began = time.monotonic()
    assert server.down().returncode == 0
    assert time.monotonic() - began < 20
    client = serve_again(server, "always")
    eventually(lambda: quietly(lambda: groups.connect(entry(found)).dbsize()) == 3000, within=30, what="the data")


def test_killed_while_the_log_is_begun(make_server, tmp_path):
    """A log that is only being begun is none: the snapshot before it counts, and is not set aside for an empty file."""
    server, slow = with_slow_saves(make_server, tmp_path)
    client = server.client()
    found = groups.create(client, ReplicationGroupId="half", NumCacheClusters=1)
    nodes = groups.node_endpoints(client, "half")
    with groups.connect(entry(found)) as user:
        user.eval("for n = 0, 2999 do redis.call('SET', 'key:' .. n, n) end", 0)
    assert server.stop() == 0
    assert server.down().returncode == 0
    slow.touch()
    serve_again(server, "always")
    eventually(lambda: settings(nodes["half-001"]).get("aof_rewrite_in_progress"), within=30, what="the beginning of the log")
    slow.unlink()
    server.kill()
    for process in server.processes():
        os.kill(process.pid, signal.SIGKILL)
    eventually(lambda: not server.processes(), what="the end of everything")
    serve_again(server, "always")
    eventually(lambda: quietly(lambda: groups.connect(entry(found)).dbsize()) == 3000, within=30, what="the data")


def test_one_replica_saves(thrifty):
    """From time to time, after enough writes: a replica, where nobody feels it; nobody else, and not the primary."""
    server, found, nodes, before = thrifty

    def saved() -> set[str]:
        return {member for member, endpoint in nodes.items() if settings(endpoint).get("rdb_saves", 0) > before[member]}

    eventually(saved, within=90, every=0.5, what="a save")
    until = time.monotonic() + 3  # Those that would save too would do so now.
    while time.monotonic() < until:
        assert len(saved()) == 1 and not saved() & {"thrifty-001"}, saved()
        time.sleep(0.2)
    kill_everything(server)
    serve_again(server, "snapshot")
    eventually(lambda: quietly(lambda: groups.connect(entry(found)).dbsize()) == 1500, within=30, what="what the replica saved")
