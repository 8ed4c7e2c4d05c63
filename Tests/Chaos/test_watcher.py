"""The watcher on real engines: two primaries of one shard are found, and a replica beside its primary is none."""

import shutil
import subprocess

import contract  # noqa: F401
import pytest
import redis
import slices
from clients import link
from groupview import Group, Shard
from patience import eventually
from watcher import Watcher

PORT = 6379


@pytest.fixture
def pair(tmp_path):
    """Two engines that know nothing of each other, and the shard that they are said to be."""
    engine = shutil.which("redis-server") or shutil.which("valkey-server")
    assert engine, "no engine is installed"
    claimed = slices.claim()
    addresses = [str(claimed.network[number]) for number in (1, 2)]
    started = [
        subprocess.Popen(
            [engine, "--bind", address, "--port", str(PORT), "--save", "", "--daemonize", "no", "--repl-diskless-sync-delay", "0"],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
        )
        for address in addresses
    ]
    endpoints = {f"node-{number}": {"Address": address, "Port": PORT} for number, address in enumerate(addresses)}
    for address in addresses:
        eventually(lambda address=address: answers(address), within=10, what=f"an engine at {address}")
    yield Group("pair", "available", False, (Shard("0001", (), endpoints, {}, None, None),), None)
    for process in started:
        process.kill()
        process.wait(10)
    claimed.release()


def answers(address: str) -> bool:
    try:
        with link(address, PORT) as node:
            return node.ping()
    except redis.RedisError:
        return False


def probed(watcher: Watcher, least: int) -> bool:
    return eventually(lambda: watcher.probes >= least, within=20, what=f"{least} acknowledged probes")


def test_two_primaries_are_found(pair):
    watcher = Watcher()
    watcher.welcome(pair)
    probed(watcher, 10)
    watcher.stop()
    assert len(watcher.judge()) == 1


def test_a_switchover_is_no_alarm(pair):
    """The second node is made a replica before the watch begins, and primary and replica change places twice."""
    nodes = list(pair.shards[0].members.values())
    first, second = (link(node["Address"], PORT) for node in nodes)
    eventually(lambda: is_replica(second, nodes[0]), within=20, what="a linked replica")
    watcher = Watcher()
    watcher.welcome(pair)
    for old, new, endpoint in ((first, second, nodes[1]), (second, first, nodes[0])):
        probed(watcher, watcher.probes + 3)
        eventually(lambda old=old, new=new: held_by(new) >= held_by(old), what="an equal offset")
        old.execute_command("REPLICAOF", endpoint["Address"], endpoint["Port"])
        new.execute_command("REPLICAOF", "NO", "ONE")
        eventually(lambda old=old, endpoint=endpoint: is_replica(old, endpoint), within=20, what="a linked replica")
    probed(watcher, watcher.probes + 3)
    watcher.stop()
    assert watcher.judge() == []
    first.close()
    second.close()


def held_by(node) -> int:
    return node.info("replication")["master_repl_offset"]


def is_replica(node, of: dict) -> bool:
    told = node.info("replication")
    if told["role"] != "slave":
        node.execute_command("REPLICAOF", of["Address"], of["Port"])
        return False
    return told["master_link_status"] == "up"
