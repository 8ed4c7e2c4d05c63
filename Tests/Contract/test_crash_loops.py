"""What keeps a node from running: its engine, its address, its files, its disk. The group serves on, says what is wrong, and heals."""

import contextlib
import os
import signal
import socket
from pathlib import Path

import pytest

import builds
import groups
from commands import ailing
from disks import Disk
from load import Load
from members import (
    assert_in_order,
    cluster_client,
    cluster_primary,
    cluster_view,
    directory_of,
    info,
    pid_of,
    primary,
    quietly,
    state_of,
    stopped,
    told,
    whole,
    whole_cluster,
)
from patience import eventually

RECOVERED = "Finished recovery for cache nodes 0001"


class Wrapped:
    """An engine that ends at once, in the directories whose names hold one of the words that `ends_in` has, a line each."""

    def __init__(self, folder: Path):
        folder.mkdir()
        self.path = folder / "redis-server"
        self.starts = folder / "starts"
        self._broken = folder / "broken"
        self.path.write_text(
            f"""#!/bin/sh
if [ -e "{self._broken}" ]; then
    case $PWD in *$(cat "{self._broken}")*)
        date +%s.%N >>"{self.starts}"
        echo "the memory is on fire" >&2
        exit 3
    esac
fi
exec {builds.need("redis", 7, 0).path} "$@"
"""
        )
        self.path.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        return {"ELASTANE_ENGINES": str(self.path.parent), "PATH": "/usr/bin:/bin"}

    @contextlib.contextmanager
    def broken(self, member: str):
        self._broken.write_text(member)
        try:
            yield
        finally:
            self._broken.unlink()

    def times(self) -> list[float]:
        return [float(line) for line in self.starts.read_text().split()] if self.starts.exists() else []


@pytest.fixture
def engine(tmp_path):
    return Wrapped(tmp_path / "engines")


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def takes_writes(endpoint: dict) -> bool:
    def write() -> bool:
        with groups.connect(endpoint) as user:
            return user.set("probe", "written")

    return quietly(write, False)


def die(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not state_of(pid), what="its end")


def test_an_engine_that_ends_again_and_again(make_server, engine):
    server = make_server(environment=engine.environment).start()
    client = server.client()
    found = groups.create(client, ReplicationGroupId="looping", NumCacheClusters=3, AutomaticFailoverEnabled=True)
    nodes = groups.node_endpoints(client, "looping")
    steady = {member: groups.run_id(nodes[member]) for member in ("looping-001", "looping-003")}
    with Load(lambda: groups.connect(entry(found))) as load, engine.broken("looping-002"):
        die(pid_of(nodes["looping-002"]))
        eventually(lambda: len(engine.times()) >= 6, within=30, what="six starts")
        gaps = [later - earlier for earlier, later in zip(engine.times(), engine.times()[1:])]
        assert gaps[4] > 1.5 and gaps[4] > gaps[3] > gaps[2], gaps
        messages = told(client, "cache-cluster", "looping-002")
        assert sum(message.startswith("Cache node 0001 ended: ") for message in messages) == 1
        (often,) = [message for message in messages if "again and again" in message]
        assert "the memory is on fire" in often
        assert "has ended" in ailing(server.data)["looping-002"]
        # Neither this group's users nor other groups feel it.
        load.goes_on()
        assert groups.describe(client, "looping")["Status"] == "available"
        other = groups.create(client, ReplicationGroupId="meanwhile", NumCacheClusters=2)
        assert takes_writes(entry(other))
        readers = {groups.run_id(found["NodeGroups"][0]["ReaderEndpoint"]) for _ in range(8)}
        assert readers == {steady["looping-003"]}
    assert load.errors == []
    whole(client, "looping", within=60)
    eventually(lambda: told(client, "cache-cluster", "looping-002")[-1] == RECOVERED, what="the end of it")
    assert ailing(server.data) == {}
    assert {member: groups.run_id(nodes[member]) for member in steady} == steady
    assert not [message for message in groups.messages(client) if "Failover" in message]


def test_an_engine_that_is_not_installed_any_more(make_server, engine):
    """A replica dies, then the primary: the group serves on with the one that is left, until the engine is back."""
    server = make_server(environment=engine.environment).start()
    client = server.client()
    found = groups.create(client, ReplicationGroupId="bare", NumCacheClusters=3, AutomaticFailoverEnabled=True)
    nodes = groups.node_endpoints(client, "bare")
    with groups.connect(entry(found)) as user:
        user.set("kept", "yes")
        assert user.wait(2, 10_000) == 2
    away = engine.path.with_name("away")
    engine.path.rename(away)
    try:
        die(pid_of(nodes["bare-002"]))
        eventually(lambda: str(engine.path) in ailing(server.data).get("bare-002", ""), within=30, what="doctor's word of it")
        assert takes_writes(entry(found))
        die(pid_of(nodes["bare-001"]))
        eventually(lambda: takes_writes(entry(found)), what="the failover to the one that is left")
        assert primary(client, "bare") == "bare-003"
        for member in ("bare-001", "bare-002"):
            eventually(
                lambda: any("can not be started" in m and str(engine.path) in m for m in told(client, "cache-cluster", member)),
                what=f"the event of {member}",
            )
    finally:
        away.rename(engine.path)
    whole(client, "bare", within=60)
    assert all(groups.connect(endpoint).get("kept") == "yes" for endpoint in nodes.values())
    for member in ("bare-001", "bare-002"):
        eventually(lambda: told(client, "cache-cluster", member)[-1] == RECOVERED, what=f"the end of it for {member}")
    assert ailing(server.data) == {}


def is_bound(listener: socket.socket, endpoint: dict) -> bool:
    """A process that was killed may hold its sockets for a moment longer."""
    try:
        listener.bind((endpoint["Address"], endpoint["Port"]))
    except OSError:
        return False
    return True


def test_somebody_listens_on_a_dead_replicas_address(service, new_account):
    client = service.client(account=new_account)
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True)
    name = found["ReplicationGroupId"]
    member = f"{name}-002"
    nodes = groups.node_endpoints(client, name)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with stopped(service.process.pid):
            die(pid_of(nodes[member]))
            eventually(lambda: is_bound(listener, nodes[member]), what="the dead one's address")
            listener.listen()
        eventually(
            lambda: any("can not be started" in m and nodes[member]["Address"] in m for m in told(client, "cache-cluster", member)),
            within=30,
            what="the event",
        )
        assert "could not be started" in ailing(service.data)[member]
        assert takes_writes(entry(found))
        reader = found["NodeGroups"][0]["ReaderEndpoint"]
        eventually(lambda: quietly(lambda: groups.connect(reader).get("probe")) == "written", what="the primary at the reader endpoint")
    whole(client, name, within=60)
    assert groups.node_endpoints(client, name) == nodes, "it keeps its address"
    eventually(lambda: told(client, "cache-cluster", member)[-1] == RECOVERED, what="the end of it")
    assert len([m for m in told(client, "cache-cluster", member) if "can not be started" in m]) <= 2


TABLES = {"garbage": b"this is no table\n" * 20, "empty": b"", "missing": None}


def spoil(file: Path, contents: bytes | None) -> None:
    file.unlink() if contents is None else file.write_bytes(contents)


@pytest.mark.parametrize("table", TABLES)
def test_a_dead_nodes_table_is_spoilt(service, new_account, table):
    """`nodes.conf` of a replica, then of a primary: both come back under their own names."""
    client = service.client(account=new_account)
    found = groups.create(
        client,
        NumNodeGroups=2,
        ReplicasPerNodeGroup=1,
    )
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    ids = {address: node["id"] for address, node in cluster_view(nodes[f"{name}-0001-001"]).items()}
    with cluster_client(found) as user:
        for number in range(200):
            user.set(f"key:{number}", number)
    for shard in ("0001", "0002"):
        with groups.connect(nodes[f"{name}-{shard}-001"]) as node:
            assert node.wait(1, 10_000) == 1
    for member in (f"{name}-0001-002", f"{name}-0002-001"):
        pid = pid_of(nodes[member])
        file = directory_of(pid) / "nodes.conf"
        with stopped(service.process.pid):
            die(pid)
            spoil(file, TABLES[table])
        whole_cluster(client, name, within=60)
        for endpoint in nodes.values():
            assert {address: node["id"] for address, node in cluster_view(endpoint).items()} == ids
    assert cluster_primary(nodes, "0002") == f"{name}-0002-002"
    with cluster_client(found) as user:
        assert [user.get(f"key:{number}") for number in range(200)] == [str(number) for number in range(200)]
    assert groups.describe(client, name) == found


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_of_a_cluster_at_rest_are_spoilt(make_server, table):
    """Nobody runs who could tell a primary who it was."""
    server = make_server(ephemeral=False).start()
    client = server.client()
    found = groups.create(client, ReplicationGroupId="ring", NumNodeGroups=2, ReplicasPerNodeGroup=1)
    nodes = groups.node_endpoints(client, "ring")
    ids = {address: node["id"] for address, node in cluster_view(nodes["ring-0001-001"]).items()}
    with cluster_client(found) as user:
        for number in range(200):
            user.set(f"key:{number}", number)
    file = directory_of(pid_of(nodes["ring-0001-001"])) / "nodes.conf"
    assert server.stop() == 0
    assert server.down().returncode == 0
    spoil(file, TABLES[table])
    client = server.start().client()
    whole_cluster(client, "ring", within=60)
    for endpoint in nodes.values():
        assert {address: node["id"] for address, node in cluster_view(endpoint).items()} == ids
    with cluster_client(found) as user:
        assert [user.get(f"key:{number}") for number in range(200)] == [str(number) for number in range(200)]


def test_what_an_engine_forked_ends_with_it(make_server, tmp_path):
    """A child that writes a copy of everything would go on writing in a directory that is nobody's any more."""
    engine = tmp_path / "engines" / "redis-server"
    engine.parent.mkdir()
    # A millisecond for each key that is written to a file of all.
    engine.write_text(f'#!/bin/sh\nexec {builds.need("redis", 7, 0).path} "$@" --rdb-key-save-delay 1000\n')
    engine.chmod(0o755)
    environment = {"ELASTANE_ENGINES": str(engine.parent), "PATH": "/nonexistent"}
    server = make_server(ephemeral=False, environment=environment, arguments=["--durability", "none"]).start()
    found = groups.create(server.client(), ReplicationGroupId="forked", NumCacheClusters=1)
    with groups.connect(entry(found)) as user:
        user.eval("for n = 0, 19999 do redis.call('SET', 'key:' .. n, n) end", 0)
        assert server.stop() == 0
        # The next serve has it keep a log, which begins with a copy of everything; and ends with all that it runs.
        server.arguments = ["--durability", "always"]
        server.ephemeral = True
        server.start()
        eventually(lambda: user.info("persistence")["aof_rewrite_in_progress"], what="a child")
    assert len(server.engines()) + 1 == len([process for process in server.processes() if "6379" in process.command])
    assert server.stop() == 0
    eventually(lambda: not server.processes(), within=2, what="the child's end")
    assert not server.data.exists()


@pytest.fixture(scope="module")
def early(tmp_path_factory):
    """A group on a small disk that has no room for a save, which is due sixty seconds after its last; begun before the other tests."""
    disk = Disk(tmp_path_factory.mktemp("early"), "48m", "--durability", "snapshot")
    try:
        client = disk.server.start().client()
        found = groups.create(client, ReplicationGroupId="tight", NumCacheClusters=2, AutomaticFailoverEnabled=True)
        disk.fill(leaving=1_000_000)
        with groups.connect(entry(found)) as user:
            for number in range(1200):
                user.set(f"key:{number}", os.urandom(4000))
            assert user.wait(1, 10_000) == 1
        yield disk, client, found
    finally:
        disk.server.close()


@pytest.fixture(autouse=True)
def begun_early(request):
    """Has the slow one begin with the first test of the module, if it is to run at all."""
    if any(item.name == "test_a_disk_too_full_for_a_save" for item in request.session.items):
        with contextlib.suppress(pytest.skip.Exception):
            request.getfixturevalue("early")


def test_a_disk_too_full_for_the_log(tmp_path):
    """With `always`: nothing is acknowledged that is not on the disk, and all that was is there when there is space again."""
    disk = Disk(tmp_path, "48m", "--durability", "always")
    try:
        client = disk.server.start().client()
        found = groups.create(client, ReplicationGroupId="logged", NumCacheClusters=2, AutomaticFailoverEnabled=True)
        nodes = groups.node_endpoints(client, "logged")
        eventually(lambda: all(info(endpoint, "persistence")["aof_enabled"] for endpoint in nodes.values()), what="the logs")
        disk.fill(leaving=3_000_000)
        acknowledged = []
        with contextlib.suppress(Exception), groups.connect(entry(found)) as user:
            for number in range(2000):
                user.set(f"key:{number}", f"{number}:" + "x" * 4000)
                acknowledged.append(number)
        assert 50 < len(acknowledged) < 2000, "the disk was filled by these writes"
        disk.free()
        whole(client, "logged", within=90)
        eventually(lambda: takes_writes(entry(found)), what="writes")
        with groups.connect(entry(found)) as user:
            assert [number for number in acknowledged if not (user.get(f"key:{number}") or "").startswith(f"{number}:")] == []
        ended = [m for member in nodes for m in told(client, "cache-cluster", member) if m.startswith("Cache node 0001 ended: ")]
        assert any("space" in message.lower() or "AOF" in message for message in ended), ended
        eventually(lambda: len(disk.server.processes()) == len(disk.server.engines()) + 1, within=30, what="the end of what engines forked")
    finally:
        disk.server.close()


def test_a_disk_too_full_for_a_save(early):
    """With `snapshot`: the cache serves on, and it is told that nothing is saved, once; and when it is saved again."""
    disk, client, found = early
    failing = "The data of cache node 0001 can not be saved: the disk may be full, or memory short"

    def failed() -> list[str]:
        return [member for member in ("tight-001", "tight-002") if failing in told(client, "cache-cluster", member)]

    eventually(failed, within=100, every=0.5, what="the event")
    (member,) = failed()
    assert member == "tight-002", "the replica is the one that saves"
    assert takes_writes(entry(found))
    assert groups.describe(client, "tight")["Status"] == "available"
    disk.free()
    again = "The data of cache node 0001 is saved again"
    eventually(lambda: again in told(client, "cache-cluster", member), within=60, every=0.2, what="the end of it")
    assert_in_order(told(client, "cache-cluster", member), [failing, again])
    assert told(client, "cache-cluster", member).count(failing) == 1
