"""The machine has no memory for a fork: a node that can't save serves on, says so, and saves again when it can."""

import contextlib
import os
import signal
from pathlib import Path

import pytest
import redis

import groups
import interposed
from administrator import save
from commands import ailing
from members import assert_in_order, directory_of, info, pid_of, primary, quietly, state_of, told, whole
from patience import eventually

FAILING = "The data of cache node 0001 can not be saved: the disk may be full, or memory short"
AGAIN = "The data of cache node 0001 is saved again"
COUNT = 300


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    server = interposed.server(folder, interposed.NO_MEMORY)
    try:
        yield server.start()
    finally:
        server.close()


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def fill(endpoint: dict, word: str) -> None:
    with groups.connect(endpoint) as user:
        for number in range(COUNT):
            user.set(f"key:{number}", f"{word} {number}")
        assert user.wait(1, 10_000) == 1


def values(endpoint: dict) -> list[str] | None:
    def read() -> list[str]:
        with groups.connect(endpoint) as user:
            return user.mget([f"key:{number}" for number in range(COUNT)])

    return quietly(read)


@contextlib.contextmanager
def no_memory(pid: int):
    """For forks of this engine. It is in a file of its directory, so that it is so for whatever is started there."""
    file: Path = directory_of(pid) / "no-memory"
    file.touch()
    try:
        yield
    finally:
        file.unlink()


def have_looked(client, group: str) -> None:
    """A group that is as it should be is looked at every ten seconds; a change has it looked at now."""
    arn = groups.describe(client, group)["ARN"]
    client.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "looked", "Value": "at"}])
    client.remove_tags_from_resource(ResourceName=arn, TagKeys=["looked"])


def test_the_replica_that_saves(server):
    """With automatic failover: it is told of once, writes go on, and the replica takes over all the same."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="short", NumCacheClusters=2, AutomaticFailoverEnabled=True)
    nodes = groups.node_endpoints(client, "short")
    replica = nodes["short-002"]
    fill(entry(found), "first")
    with no_memory(pid_of(replica)):
        with pytest.raises(redis.exceptions.ResponseError):
            save(server, "short", replica)
        assert info(replica, "persistence")["rdb_last_bgsave_status"] == "err"
        have_looked(client, "short")
        eventually(lambda: FAILING in told(client, "cache-cluster", "short-002"), what="the event")
        assert "can't save" in ailing(server.data)["short-002"]
        assert "short-001" not in ailing(server.data), "the primary is well"
        assert groups.describe(client, "short")["Status"] == "available"
        fill(entry(found), "second")
        os.kill(pid_of(nodes["short-001"]), signal.SIGKILL)
        eventually(lambda: primary(client, "short") == "short-002", what="the failover")
        eventually(lambda: values(entry(found)) == [f"second {number}" for number in range(COUNT)], what="the data at the new primary")
        with groups.connect(entry(found)) as user:
            assert user.set("after", "the failover")
    whole(client, "short")
    save(server, "short", replica)
    eventually(lambda: info(replica, "persistence")["rdb_last_bgsave_status"] == "ok", what="a save")
    have_looked(client, "short")
    eventually(lambda: AGAIN in told(client, "cache-cluster", "short-002"), what="the end of it")
    assert_in_order(told(client, "cache-cluster", "short-002"), [FAILING, AGAIN])
    assert told(client, "cache-cluster", "short-002").count(FAILING) == 1
    assert ailing(server.data) == {}
    with groups.connect(entry(found)) as user:
        assert user.get("after") == "the failover"


def test_a_primary_that_waits_for_its_replica_to_save(server):
    """Without automatic failover: an older save of its own would lose what the replica has, so it waits, and says for what."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="waiting", NumCacheClusters=2)
    nodes = groups.node_endpoints(client, "waiting")
    fill(entry(found), "kept")
    replica, old = pid_of(nodes["waiting-002"]), pid_of(nodes["waiting-001"])
    with no_memory(replica):
        os.kill(old, signal.SIGKILL)
        eventually(lambda: FAILING in told(client, "cache-cluster", "waiting-002"), what="the event")
        found_ill = ailing(server.data)
        assert "can't save" in found_ill["waiting-002"] and "has ended" in found_ill["waiting-001"], found_ill
        assert values(entry(found)) is None, "the primary was started without what its replica has"
        assert values(nodes["waiting-002"]) == [f"kept {number}" for number in range(COUNT)], "the replica goes on answering reads"
    eventually(lambda: values(entry(found)) is not None, within=30, what="the primary's return")
    assert values(entry(found)) == [f"kept {number}" for number in range(COUNT)]
    whole(client, "waiting")
    assert primary(client, "waiting") == "waiting-001" and pid_of(nodes["waiting-002"]) == replica and not state_of(old)
    eventually(lambda: AGAIN in told(client, "cache-cluster", "waiting-002"), what="the end of it")
    assert_in_order(told(client, "cache-cluster", "waiting-002"), [FAILING, AGAIN])
    assert_in_order(told(client, "cache-cluster", "waiting-001"), ["Recovering cache nodes 0001", "Finished recovery for cache nodes 0001"])
