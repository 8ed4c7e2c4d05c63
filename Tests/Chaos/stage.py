"""What a scenario is: an operation on a group that stands, or the end of an engine, once per case."""

import shutil
import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

from patience import eventually
from schedule import Kind, Layout
from world import World

CREATED = "made"
"""The id of the group that scenarios create and delete; the one that is always there is `g1`."""


@dataclass
class Stage:
    """A world on which a scenario is played, once per case."""

    world: World
    directory: Path
    strangers: list[socket.socket] = field(default_factory=list)

    @property
    def group(self) -> str:
        return self.world.layouts[0].id

    def ask(self, operation: str, **parameters) -> str:
        return self.world.service.ask(operation, **parameters)

    def primary(self) -> str:
        """In a cluster only the watcher tells, once a probe was acknowledged."""

        def known() -> str | None:
            shard = self.world.look(self.group).shards[0]
            return self.world.watcher.primary(self.group, shard.id) or shard.primary

        return eventually(known, what=f"somebody who knows the primary of {self.group}")

    def replica(self) -> str:
        return sorted(set(self.world.look(self.group).shards[0].members) - {self.primary()})[0]

    def kill(self, member: str) -> str:
        return "killed" if self.hit(member, signal.SIGKILL) else "not running"

    def hit(self, member: str, how: signal.Signals) -> bool:
        process = self.world.service.engine_of(member)
        return process is not None and self.world.service.hit(process, how)


class Scenario:
    """One operation on a group that stands. `act` returns what became of the request."""

    operation = ""
    """What the API calls it; empty where an engine is killed instead."""
    kind = Kind.FAILOVER
    failures = 0
    """How many engines of the first shard fail in it."""
    stops = False
    """Whether a member is stopped in good order."""

    def environment(self, directory: Path) -> dict[str, str] | None:
        return None

    def layouts(self) -> list[Layout]:
        return [Layout("g1", self.kind)]

    def subject(self, stage: Stage) -> str:
        """The group that the operation is about."""
        return stage.group

    def prepare(self, stage: Stage) -> None:
        """Before the service is started with a failpoint."""

    def act(self, stage: Stage) -> str:
        raise NotImplementedError

    def finish(self, stage: Stage) -> None:
        """After the fault: waits for what the operation promised, and leaves the world as before."""


def engine_that_fails(directory: Path, where: str) -> dict[str, str]:
    """An environment with one engine. It tells well what it is, and fails as a node whose directory is like `where`."""
    folder = directory / "engines"
    folder.mkdir(parents=True, exist_ok=True)
    engine = folder / "redis-server"
    real = shutil.which("redis-server") or shutil.which("valkey-server")
    fails = f'case "$1 $(pwd)" in "node.conf "{where}) echo "the disk is on fire" >&2; exit 1;; esac'
    engine.write_text(f'#!/bin/sh\n{fails}\nexec {real} "$@"\n')
    engine.chmod(0o755)
    return {"ELASTANE_ENGINES": str(folder), "PATH": "/usr/bin:/bin"}
