"""A primary waits for a disk that does not answer, in the kernel, where no signal reaches it."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis.crc import key_slot

import builds
import groups
import server as servers
from administrator import save
from load import Load
from members import (
    assert_in_order,
    chronicle,
    cluster_client,
    cluster_primary,
    info,
    own_roles,
    pid_of,
    primary,
    quietly,
    roles,
    state_of,
    told,
    whole,
    whole_cluster,
)
from patience import eventually

FIFREEZE, FITHAW = 0xC0045877, 0xC0045878
"""linux/fs.h: whoever writes to a frozen file system waits, and can't be ended, until it is thawed."""


class Disk:
    """A small disk of its own, an image in a file, which only a server's processes see.

    The first node's directory is on it: of the group `stuck`, and of the first shard of any cluster.
    """

    def __init__(self, folder: Path, durability: str):
        self.durability = durability
        self.root, self._image = folder / "disk", folder / "disk.image"
        self.root.mkdir()
        with open(self._image, "wb") as image:
            image.truncate(64 * 2**20)
        mount = f'mount -o loop "{self._image}" "{self.root}"'
        self._try(["mkfs.ext4", "-q", str(self._image)], "makes no file system in a file")
        self._try(["unshare", "--mount", "sh", "-c", mount], "lets us mount no file: that takes root, and loop devices")
        engine = folder / "engines" / "redis-server"
        engine.parent.mkdir()
        engine.write_text(
            f"""#!/bin/sh
case "$1 $PWD" in "node.conf "*/stuck-001-* | "node.conf "*-0001-001-*)
    if [ ! -e on-its-disk ]; then
        there="{self.root}/${{PWD##*/}}"
        mkdir "$there" && cp -a . "$there" && touch "$there/on-its-disk" && mount --bind "$there" "$PWD" && cd "$PWD" || exit 1
    fi
esac
exec {builds.need("redis", 7, 0).path} "$@"
"""
        )
        engine.chmod(0o755)
        environment = {"ELASTANE_ENGINES": str(engine.parent), "PATH": "/usr/bin:/bin"}
        self.server = servers.Server(folder, ephemeral=False, arguments=["--durability", durability], environment=environment)
        plain = self.server.command()
        self.server.command = lambda: ["unshare", "--mount", "sh", "-ec", mount + '; exec "$@"', "sh", *plain]

    @staticmethod
    def _try(command: list[str], otherwise: str) -> None:
        if not shutil.which(command[0], path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            pytest.skip(f"STUCK DISK NOT SHOWN: this machine has no {command[0]}")
        environment = os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
        result = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment)
        if result.returncode != 0:
            pytest.skip(f"STUCK DISK NOT SHOWN: this machine {otherwise} ({result.stderr.strip()})")

    @contextlib.contextmanager
    def stuck(self):
        """No write to it comes to an end. A guard thaws it should this process be killed meanwhile: nobody else could."""
        seen = os.open(f"/proc/{self.server.process.pid}/root{self.root}", os.O_RDONLY)
        guard = subprocess.Popen(
            [sys.executable, "-c", f"import fcntl, sys, time\nsys.stdin.read()\nfcntl.ioctl({seen}, {FITHAW}, 0)"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[seen],
        )
        try:
            try:
                fcntl.ioctl(seen, FIFREEZE, 0)
            except OSError as error:
                pytest.skip(f"STUCK DISK NOT SHOWN: this machine freezes no file system ({error})")
            yield
        finally:
            guard.stdin.close()  # It thaws, once for all.
            guard.wait(20)
            os.close(seen)


@pytest.fixture
def disk(tmp_path, request):
    made = Disk(tmp_path, request.param)
    try:
        made.server.start()
        yield made
    finally:
        made.server.close()


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


@pytest.mark.parametrize("disk", ["always", "snapshot"], indirect=True)
def test_nobody_takes_over_before_the_end_of_one_that_waits_for_its_disk(disk):
    client = disk.server.client()
    found = groups.create(client, ReplicationGroupId="stuck", NumCacheClusters=3, AutomaticFailoverEnabled=True)
    nodes = groups.node_endpoints(client, "stuck")
    old = pid_of(nodes["stuck-001"])
    others = {member: endpoint for member, endpoint in nodes.items() if member != "stuck-001"}
    writes_to_disk = disk.durability == "always"
    eventually(lambda: all(info(endpoint, "persistence")["aof_enabled"] == writes_to_disk for endpoint in nodes.values()), what="logs")
    with Load(lambda: groups.connect(entry(found)), confirmed_by=1) as load:
        with disk.stuck():
            if not writes_to_disk:
                goes_on_without_its_disk(load, old)
                # A line for its log is enough: that the save begins.
                quietly(lambda: save(disk.server, "stuck", entry(found)))
            eventually(lambda: state_of(old) == "D", what="a primary that waits for its disk")
            eventually(lambda: "Cache node 0001 does not answer" in told(client, "cache-cluster", "stuck-001"), what="the event")
            eventually(lambda: is_told_to_end(old), what="a SIGKILL that has to wait as well")
            written = len(load.acknowledged)
            until = time.monotonic() + 2
            while time.monotonic() < until:
                assert state_of(old) == "D"
                assert set(own_roles(others).values()) == {"replica"}, "a successor beside one that could still finish a write"
                assert roles(client, "stuck")["stuck-001"] == "primary"
                time.sleep(0.1)
            assert len(load.acknowledged) == written and not any("Failover" in message for _, message in chronicle(client))
        eventually(lambda: not state_of(old), what="its end")
        eventually(lambda: primary(client, "stuck") != "stuck-001", what="the failover")
        load.goes_on()
    whole(client, "stuck")
    new = primary(client, "stuck")
    with groups.connect(entry(found)) as user:
        assert load.lost(user) == []
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", "stuck-001"), what="the last event")
    assert_in_order(
        chronicle(client),
        [
            ("stuck-001", "Cache node 0001 does not answer"),
            ("stuck", f"Failover from primary node stuck-001 to replica node {new} completed"),
            ("stuck-001", "Finished recovery for cache nodes 0001"),
        ],
    )


@pytest.mark.parametrize("disk", ["always"], indirect=True)
def test_a_cluster_that_fails_over_by_itself(disk):
    """The others vote while the one that waits for its disk can't be ended: the record follows once it has."""
    client = disk.server.client()
    found = groups.create(client, ReplicationGroupId="voting", NumNodeGroups=3, ReplicasPerNodeGroup=1)
    nodes = groups.node_endpoints(client, "voting")
    eventually(lambda: all(info(endpoint, "persistence")["aof_enabled"] for endpoint in nodes.values()), what="logs")
    first, second = nodes["voting-0001-001"], nodes["voting-0001-002"]
    old = pid_of(first)
    key = next(key for key in map(str, range(100)) if key_slot(key.encode()) <= 5460)
    with groups.connect(first) as node:
        node.set(key, "kept")
        assert node.wait(1, 10_000) == 1
    with disk.stuck():
        quietly(lambda: groups.connect(first).set("unanswered" + f"{{{key}}}", "1"))
        assert state_of(old) == "D"
        eventually(lambda: own_roles({"second": second}) == {"second": "primary"}, within=60, every=0.2, what="the cluster's own failover")
        assert state_of(old) == "D"
        with groups.connect(second) as node:
            assert node.get(key) == "kept" and node.set(key, "written meanwhile")
    eventually(lambda: not state_of(old), what="its end")
    whole_cluster(client, "voting", within=60)
    assert cluster_primary(nodes, "0001") == "voting-0001-002"
    with cluster_client(found) as user:
        assert user.get(key) == "written meanwhile"
    failover = "Failover from primary node voting-0001-001 to replica node voting-0001-002 completed"
    assert chronicle(client).count(("voting", failover)) == 1


def goes_on_without_its_disk(load: Load, pid: int) -> None:
    """For longer than a hang would be let be."""
    until = time.monotonic() + 3
    while time.monotonic() < until:
        load.goes_on()
    assert state_of(pid) not in ("D", "") and not load.errors


def is_told_to_end(pid: int) -> bool:
    """Whether SIGKILL is among the signals that it has not got yet."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    pending = [int(line.split()[1], 16) for line in lines if line.startswith(("SigPnd", "ShdPnd"))]
    return any(mask >> (signal.SIGKILL - 1) & 1 for mask in pending)
