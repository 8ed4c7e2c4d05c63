"""A fault before and after every named step: the service stops itself there, and something ends while it stands still."""

import enum
import random
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from history import Promise
from patience import eventually
from processes import Process
from report import Failure, Report
from rounds import keep
from scenarios import REACHED_BY, SCENARIOS, UNREACHABLE
from schedule import Kind
from service import Service
from stage import Scenario, Stage
from world import World

REACHED_WITHIN = 25.0
STANDSTILL = 3.0
"""Seconds for which the service just stands still, in the reaction that kills nothing."""
LONG_STANDSTILL = 7.0
"""Longer than a switchover holds writes back."""
CASES_OF_A_STAGE = 5


class Reaction(enum.Enum):
    KILL_SERVICE = "kill-service"
    KILL_PRIMARY = "kill-primary"
    KILL_REPLICA = "kill-replica"
    KILL_PRIMARY_AND_SERVICE = "kill-primary-and-service"
    GO_ON = "go-on"
    GO_ON_LATE = "go-on-late"

    @property
    def victim(self) -> str:
        return {"kill-primary": "primary", "kill-replica": "replica", "kill-primary-and-service": "primary"}.get(self.value, "")

    @property
    def kills_service(self) -> bool:
        return self in (Reaction.KILL_SERVICE, Reaction.KILL_PRIMARY_AND_SERVICE)


@dataclass(frozen=True)
class Case:
    scenario: str
    step: str
    moment: str
    reaction: Reaction

    def __str__(self) -> str:
        return f"{self.scenario}:{self.moment}:{self.step}:{self.reaction.value}"


def unreached(steps: list[str]) -> list[str]:
    """Steps of the service that no scenario goes through: the suite has to be taught them."""
    return [step for step in steps if step not in REACHED_BY and step not in UNREACHABLE]


def all_cases(steps: list[str]) -> list[Case]:
    return [
        Case(scenario, step, moment, reaction)
        for step in steps
        for scenario in REACHED_BY.get(step, [])
        for moment in (("after",) if "." in step else ("before", "after"))  # A point within a step has no before.
        for reaction in Reaction
        if reaction is not Reaction.GO_ON_LATE or step.startswith("handOver")
    ]


def in_stages(cases: list[Case], size: int) -> Iterator[list[Case]]:
    """Cases of one scenario together, some at a time, so that time that runs out leaves no scenario unplayed for long."""
    waiting: dict[str, list[Case]] = {}
    for case in cases:
        waiting.setdefault(case.scenario, []).append(case)
    while any(waiting.values()):
        for scenario in list(waiting):
            batch, waiting[scenario] = waiting[scenario][:size], waiting[scenario][size:]
            if batch:
                yield batch


class StageRun:
    """Some cases of one scenario on one world."""

    def __init__(self, scenario: str, seed: int, report: Report):
        self._scenario: Scenario = SCENARIOS[scenario]
        self._report = report
        self._seed = seed
        directory = Path(tempfile.mkdtemp(prefix="elastane-chaos-"))
        self._directory = directory
        self._service = Service(directory, ["--describe-hold", "0"], self._scenario.environment(directory))
        self._world = World(self._service, self._scenario.layouts(), random.Random(f"{seed}/{scenario}"), report)
        self._stage = Stage(self._world, directory)
        self._said, self._refused = "", False

    def run(self, cases: list[Case], until: float | None) -> tuple[int, list[Case]]:
        """How many cases were played, and which of them failed: after a failure the others wait for another stage."""
        played = 0
        case = cases[0]
        try:
            self._report.new_round()
            self._service.start()
            self._world.build()
            for case in cases:
                if until is not None and time.monotonic() > until:
                    break
                played += 1
                self._report.new_round()
                self._play(case)
            self._world.dissolve()
            self._world.stop()
            self._service.close()
            return played, []
        except Exception as error:  # Whatever it is, the case and the history are told.
            self._tell(case, error)
            return max(played, 1), [case]
        finally:
            self._put_away()

    def _play(self, case: Case) -> None:
        scenario, stage, service = self._scenario, self._stage, self._service
        scenario.prepare(stage)
        begun = time.monotonic()
        self._order_stop()
        service.launch_with_failpoint(f"{case.moment}:{case.step}")
        if service.is_stopped():
            raise Failure(f"{case.moment}:{case.step} was reached by the mere start of the service: the group was not settled")
        self._said, self._refused = "", False
        actor = threading.Thread(target=self._act, name=str(case), daemon=True)
        actor.start()
        self._await_standstill(case)
        self._report.note(f"stopped {case.moment} {case.step}")
        killed = self._react(case.reaction)
        actor.join(60)
        if actor.is_alive():
            raise Failure(f"{case}: the request was not answered within 60 s")
        self._report.note(f"the request: {self._said}")
        service.ensure_running()
        scenario.finish(stage)
        self._judge(case, killed)
        self._report.count("steps: cases")
        self._report.say(f"  step {case}: {killed}; whole {time.monotonic() - begun:.2f} s after the start")

    def _order_stop(self) -> None:
        code = self._service.server.stop()
        if code != 0:
            raise Failure(f"serve ended with {code} on SIGTERM")

    def _act(self) -> None:
        try:
            self._said = self._scenario.act(self._stage)
        except Exception as error:  # Told where the thread is joined.
            self._said, self._refused = f"{type(error).__name__}: {error}", True

    def _await_standstill(self, case: Case) -> None:
        service = self._service

        def stands() -> bool:
            if self._refused:
                raise Failure(f"{case}: {self._said}")
            process = service.server.process
            if process is None or process.poll() is not None:
                raise Failure(f"serve ended by itself on its way to {case.step}")
            return service.is_stopped()

        try:
            eventually(stands, within=REACHED_WITHIN, every=0.005, what="a standstill")
        except AssertionError:
            raise Failure(
                f"{case.scenario} did not reach {case.moment}:{case.step} (the request: {self._said or 'no answer yet'})"
            ) from None

    def _react(self, reaction: Reaction) -> str:
        done = []
        victim = self._victim(reaction.victim) if reaction.victim else None
        if victim is not None and self._service.hit(victim[1], signal.SIGKILL):
            done.append(f"killed {victim[0]}")
            self._report.count("engines killed")
        if reaction.kills_service:
            self._service.restart(away=0.0)
            done.append("killed the service")
            self._report.count("service killed")
        else:
            time.sleep({Reaction.GO_ON: STANDSTILL, Reaction.GO_ON_LATE: LONG_STANDSTILL}.get(reaction, 0.0))
            self._service.let_go_on()
        self._report.note("; ".join(done) or "went on")
        return " and ".join(done) or "nobody killed"

    def _victim(self, role: str) -> tuple[str, Process] | None:
        """In the first shard of the group that the operation is about. None if nothing of it runs yet."""
        running = {name.rpartition("-")[0]: each[0] for name, each in self._service.nodes_running().items() if "-" in name}
        subject = self._scenario.subject(self._stage)
        shard = f"{subject}-0001-" if self._scenario.kind is Kind.CLUSTER else f"{subject}-"
        members = sorted(member for member in running if member.startswith(shard))
        if not members:
            return None
        primary = self._world.watcher.primary(subject, "0001")
        if primary not in members:
            primary = members[0]
        chosen = primary if role == "primary" else next((member for member in members if member != primary), None)
        return (chosen, running[chosen]) if chosen else None

    def _judge(self, case: Case, killed: str) -> None:
        world, scenario = self._world, self._scenario
        if not world.layouts:
            return
        found, _ = world.become_whole()
        failures = scenario.failures + killed.startswith("killed g1")
        promise = Promise.ALL if failures == 0 else Promise.CONFIRMED if failures == 1 and not scenario.stops else Promise.NONE
        complaints = world.check_data(found, {layout.id: dict.fromkeys(layout.shards, promise) for layout in world.layouts})
        complaints += [conflict.line(self._report.begun) for conflict in world.watcher.judge()]
        world.go_on(found)
        if complaints:
            raise Failure("\n".join([str(case), *complaints]))

    def _tell(self, case: Case, error: Exception) -> None:
        say = self._report.say
        say(f"\nFAILED: {case}\n{type(error).__name__}: {error}\n\nWhat was done:")
        for line in self._report.log:
            say(f"    {line}")
        say("\nWhat the nodes said to the watcher, where it changed:")
        for line in self._world.watcher.changes(self._report.begun):
            say(f"    {line}")
        for name, traffic in list(self._world.traffic.items()):
            say(f"\nThe last writes to {name}:")
            for line in traffic.history.tail(self._report.begun, lines=10):
                say(f"    {line}")
        folder = keep(self._service.server, f"chaos-{case}".replace(":", "."))
        say(f"\nThe end of the service's log (all logs are in {folder}):\n{self._service.server.tail(40)}")
        say(f"To see it again: make chaos SEED={self._seed} STEPS={case}\n")

    def _put_away(self) -> None:
        for stranger in self._stage.strangers:
            stranger.close()
        try:
            self._world.stop()
        except AssertionError as error:
            self._report.say(f"(a client did not end: {error})")
        try:
            self._service.abandon()
        finally:
            shutil.rmtree(self._directory, ignore_errors=True)


def run_steps(seed: int, chosen: str, steps: list[str], operations: set[str], report: Report, until: float | None) -> bool:
    """Whether all that was played went well. `chosen`: empty for a sample until time is up, `all`, or a part of cases' names."""
    cases = [case for case in all_cases(steps) if SCENARIOS[case.scenario].operation in operations | {""}]
    unknown = unreached(steps)
    if unknown:
        report.say(f"FAILED: no scenario reaches these steps: {', '.join(unknown)} (see REACHED_BY in Tests/Chaos/scenarios.py)")
    for step, reason in UNREACHABLE.items():
        report.say(f"step {step} is not tried: {reason}")
    if chosen and chosen != "all":
        cases = [case for case in cases if chosen in str(case)]
    else:
        random.Random(f"{seed}/steps").shuffle(cases)
    if not cases:
        report.say(f"FAILED: no case's name has {chosen!r} in it")
        return False
    report.say(f"steps: {len(cases)} cases at {len(steps)} steps{'' if until is None else ', as many as time allows'}")
    failed: list[Case] = []
    covered: set[str] = set()
    for batch in in_stages(cases, CASES_OF_A_STAGE):
        while batch and (until is None or time.monotonic() < until):
            played, bad = StageRun(batch[0].scenario, seed, report).run(batch, until)
            covered |= {case.step for case in batch[:played]}
            failed += bad
            batch = batch[played:]
    report.count("steps: covered", len(covered))
    report.count("steps: named by the service", len(steps))
    for case in failed:
        report.say(f"failed: {case}")
    return not failed and not unknown
