"""Random rounds: a world is made, attacked round after round, looked at after each, and removed."""

import random
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from builds import Build, installed
from deeds import Attack, missed_switchover
from report import Failure, Report
from schedule import Layout, Release, Round, draw_round, draw_world
from server import ROOT
from service import Service
from world import World

ROUNDS_OF_A_WORLD = (3, 6)
LENGTH_OF_A_ROUND = (1.0, 5.0)


@dataclass(frozen=True)
class Abilities:
    """What the binary under test has."""

    operations: set[str]
    durability: bool


def keep(server, name: str) -> Path:
    """Copies the service's and the engines' logs to where they outlive the run."""
    folder = ROOT / ".build/logs" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in (server.output, server.log):
        if path.exists():
            shutil.copy(path, folder)
    memory = list(server.memory.glob("nodes/*/*.log")) if server.memory else []
    for path in [*server.data.glob("nodes/*/*.log"), *memory]:
        shutil.copy(path, folder / f"{path.parent.name}.{path.name}")
    return folder


def played(drawn: list[Layout], builds: Iterable[Build]) -> tuple[list[Layout], list[Release]]:
    """The layouts, and the releases that can't be had here.

    What is drawn does not depend on that, so that a seed is the same everywhere.
    """
    there = {(build.engine, build.version[0]) for build in builds}
    missing = [
        release
        for release in Release
        if release is not Release.REDIS_7
        and any(layout.release is release for layout in drawn)
        and (release.engine, int(release.version.partition(".")[0])) not in there
    ]
    return [replace(layout, release=Release.REDIS_7) if layout.release in missing else layout for layout in drawn], missing


class WorldRun:
    """World number so-and-so of a seed."""

    def __init__(self, seed: int, number: int, report: Report, abilities: Abilities):
        self.seed, self.number, self.report, self._abilities = seed, number, report, abilities
        rng = random.Random(f"{seed}/{number}")
        self._layouts, self._missing = played(draw_world(rng), installed())
        self._durable = rng.random() < 0.3 and abilities.durability
        self._rounds = [
            draw_round(random.Random(f"{seed}/{number}/{index}"), self._layouts, rng.uniform(*LENGTH_OF_A_ROUND), abilities.operations)
            for index in range(rng.randint(*ROUNDS_OF_A_WORLD))
        ]
        self._directory = Path(tempfile.mkdtemp(prefix="elastane-chaos-"))
        arguments = ["--describe-hold", "0"] + (["--durability", "always"] if self._durable else [])
        self._service = Service(self._directory, arguments)
        self._world = World(self._service, self._layouts, rng, report, self._durable)

    @property
    def name(self) -> str:
        return f"world {self.number}"

    def run(self, until: float) -> bool:
        """Whether all went well. After `until`, in monotonic seconds, no further round begins."""
        report = self.report
        durability = ", durability always" if self._durable else ""
        report.say(f"{self.name}: {'; '.join(map(str, self._layouts))}{durability}")
        for release in self._missing:
            report.say(f"  SKIPPED {release}: no such build here (scripts/fetch-engines.sh brings it); its groups are {Release.REDIS_7}")
            report.count(f"worlds without the {release} that was drawn")
        for layout in self._layouts:
            report.count(f"groups of {layout.release}")
        stage, drawn = "creation", None
        report.new_round()
        try:
            self._service.start()
            self._world.build()
            for index, drawn in enumerate(self._rounds, 1):
                if time.monotonic() > until:
                    break
                stage = f"round {index}"
                report.new_round()
                self._round(index, drawn)
            stage, drawn = "deletion", None
            report.new_round()
            self._world.dissolve()
            self._world.stop()
            self._service.close()
        except Exception as error:  # Whatever it is, the seed and the history are told.
            self._tell(stage, drawn, error)
            return False
        finally:
            self._put_away()
        return True

    def _round(self, index: int, drawn: Round) -> None:
        attack = Attack(self._world)
        attack.run(drawn.actions)
        found, took = self._world.become_whole()
        promises = {
            layout.id: {shard: drawn.promise(layout.id, shard, self._durable, attack.outages) for shard in layout.shards}
            for layout in self._layouts
        }
        complaints = self._world.check_data(found, promises)
        complaints += [conflict.line(self.report.begun) for conflict in self._world.watcher.judge()]
        self._world.go_on(found)
        complaints += filter(None, [missed_switchover(attack, drawn, self._world)])
        if complaints:
            raise Failure("\n".join(complaints))
        self.report.count("rounds")
        done = "; ".join(str(action) for action in drawn.actions) or "nothing but load"
        self.report.say(f"  seed {self.seed} {self.name} round {index}: {done}. Whole after {took:.2f} s")

    def _tell(self, stage: str, drawn: Round | None, error: Exception) -> None:
        say, report = self.report.say, self.report
        say(f"\nFAILED: seed {self.seed}, {self.name}, {stage}\n{type(error).__name__}: {error}")
        if drawn is not None:
            say("\nThe schedule of this round:")
            for action in drawn.actions:
                say(f"    {action.at:9.3f} s  {action}")
        say("\nWhat was done:")
        for line in report.log:
            say(f"    {line}")
        say("\nWhat the nodes said to the watcher, where it changed:")
        for line in self._world.watcher.changes(report.begun):
            say(f"    {line}")
        for name, traffic in list(self._world.traffic.items()):
            say(f"\nThe last writes to {name}:")
            for line in traffic.history.tail(report.begun, lines=15):
                say(f"    {line}")
        folder = keep(self._service.server, f"chaos-{self.seed}-{self.number}")
        say(f"\nThe end of the service's log (all logs are in {folder}):\n{self._service.server.tail(40)}")
        say(f"To see it again: make chaos SEED={self.seed} WORLD={self.number}\n")

    def _put_away(self) -> None:
        """Ends all that is left, without another judgement: after a failure it is of no interest."""
        try:
            self._world.stop()
        except AssertionError as error:
            self.report.say(f"(a client did not end: {error})")
        try:
            self._service.abandon()
        finally:
            shutil.rmtree(self._directory, ignore_errors=True)
