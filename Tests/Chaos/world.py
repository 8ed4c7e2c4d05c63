"""The groups of one service, their clients and their watcher."""

import contextlib
import random
import threading
import time

import botocore.exceptions

import groups
from groupview import Group, view
from history import Promise
from invariants import check_empty, check_group, check_host
from patience import eventually
from report import Failure, Report
from schedule import Layout
from service import UNANSWERED, Service
from traffic import Traffic, hand_on
from watcher import Watcher

WHOLE_WITHIN = 60.0
ORDER_WITHIN = 90.0
"""Seconds in which an operation must be accepted and done, while the service is killed again and again."""


class World:
    def __init__(self, service: Service, layouts: list[Layout], rng: random.Random, report: Report, durable: bool = False):
        self.service, self.layouts, self.report, self.durable = service, layouts, report, durable
        self.watcher = Watcher()
        self.traffic: dict[str, Traffic] = {}
        self.last_seen: dict[str, Group] = {}
        self.replicas: dict[str, int] = {}
        """Replicas per shard, as a request that was accepted asked for them."""
        self._rng = rng
        self._generation = 0
        self._lock = threading.Lock()

    # Making and removing groups, however often the service dies meanwhile

    def build(self) -> None:
        for layout in self.layouts:
            self.create(layout.request())
        for layout in self.layouts:
            self.await_available(layout.id)
            self.populate(layout.id)

    def status(self, group: str) -> str:
        """Empty if there is no such group, `unanswered` if nobody said."""
        try:
            return groups.describe(self.service.client(), group)["Status"]
        except UNANSWERED:
            return "unanswered"
        except botocore.exceptions.ClientError as error:
            if groups.code_of(error) == "ReplicationGroupNotFoundFault":
                return ""
            raise Failure(f"DescribeReplicationGroups {group} was answered with {error}") from None

    def create(self, request: dict) -> None:
        """An answer that was lost is asked for again."""

        def accepted() -> bool:
            said = self.service.ask("create_replication_group", **request)
            return said == "ok" or said.startswith("ReplicationGroupAlreadyExists")

        eventually(accepted, within=ORDER_WITHIN, every=0.1, what=f"CreateReplicationGroup {request['ReplicationGroupId']}")

    def await_available(self, group: str, within: float = ORDER_WITHIN) -> None:
        def stands() -> bool:
            status = self.status(group)
            if status in ("", "create-failed", "deleting"):
                told = groups.messages(self.service.client())[:6] if status else []
                raise Failure(f"{group} is {status or 'gone'} instead of available; last events: {told}")
            return status == "available"

        eventually(stands, within=within, every=0.05, what=f"{group} available")

    def remove(self, group: str) -> None:
        def gone() -> bool:
            if self.status(group) not in ("", "deleting", "unanswered"):
                self.service.ask("delete_replication_group", ReplicationGroupId=group)
            return self.status(group) == ""

        eventually(gone, within=ORDER_WITHIN, every=0.2, what=f"the end of {group}")

    def populate(self, group: str) -> None:
        """Clients and a watch for a group that stands."""

        def looked() -> Group | None:
            with contextlib.suppress(*UNANSWERED, botocore.exceptions.ClientError):
                return view(self.service.client(), group)
            return None

        found = eventually(looked, within=ORDER_WITHIN, every=0.1, what=f"a description of {group}")
        with self._lock:
            self._generation += 1
            self.last_seen[group] = found
            self.replicas.pop(group, None)  # What was asked of an earlier group of this name.
            self.traffic[group] = Traffic(found, random.Random(self._rng.random()), self._generation)
            self.watcher.welcome(found)

    def depopulate(self, group: str) -> None:
        with self._lock:
            self.watcher.leave(group)
            self.traffic.pop(group).stop()
            self.last_seen.pop(group)
            self.replicas.pop(group, None)

    def look(self, group: str) -> Group:
        """The group as last described, described anew if somebody answers."""
        with contextlib.suppress(AssertionError, *UNANSWERED, botocore.exceptions.ClientError):
            found = view(self.service.client(), group)
            with self._lock:
                if group in self.last_seen and found.shards:
                    self.last_seen[group] = found
                    self.watcher.follow(found)
        return self.last_seen[group]

    # The end of a round

    def become_whole(self) -> tuple[dict[str, Group], float]:
        """All groups as they are once every invariant holds, and the seconds that took."""
        begun = time.monotonic()
        names = [layout.id for layout in self.layouts]
        for name in names:
            eventually(lambda name=name: self.status(name) == "available", within=self._left(begun), what=f"{name} available")
        for traffic in self.traffic.values():
            traffic.rest()
        found: dict[str, Group] = {}

        lacking = ""

        def whole() -> bool:
            nonlocal lacking
            try:
                with self._only_assertions():
                    for name in names:
                        found[name] = check_group(self.service.client(), name)
                        self._check_replicas(found[name])
                    check_host(self.service, list(found.values()))
            except AssertionError as error:
                if str(error) != lacking:
                    lacking = str(error)
                    self.report.note(f"not whole yet: {lacking}")
                raise
            return True

        eventually(whole, within=self._left(begun), every=0.1, what="a whole world")
        return found, time.monotonic() - begun

    def check_data(self, found: dict[str, Group], promises: dict[str, dict[str, Promise]]) -> list[str]:
        """Complaints about writes, while the writers rest. Afterwards all that is there is promised."""
        complaints = []
        for name, group in found.items():
            history = self.traffic[name].history
            verdict, read = self.traffic[name].judge(group, promises.get(name, {}))
            promised = {shard: promise.name for shard, promise in promises.get(name, {}).items()}
            for what, writes in (("is missing", verdict.missing), ("is wrong", verdict.wrong)):
                if writes:
                    complaints.append(f"{name}: {len(writes)} writes of which each {what} (promised: {promised}), for example")
                    complaints += [f"    {write.line(self.report.begun)}" for write in writes[:5] + writes[-5:]]
            self.report.count("writes lost that nobody had promised", verdict.forgiven)
            hand_on(group)
            history.settle(read)
        return complaints

    def go_on(self, found: dict[str, Group]) -> None:
        with self._lock:
            for name, group in found.items():
                self.last_seen[name] = group
                self.replicas.pop(name, None)
                self.watcher.follow(group)
                self.traffic[name].go_on()

    def dissolve(self) -> None:
        """Removes every group; then nothing may be left."""
        for layout in self.layouts:
            self.count_writes(layout.id)
            self.depopulate(layout.id)
        for layout in self.layouts:
            self.remove(layout.id)

        def empty() -> bool:
            check_empty(self.service)
            return True

        eventually(empty, within=30, every=0.1, what="an empty host")

    def count_writes(self, group: str) -> None:
        history = self.traffic[group].history
        self.report.count("writes acknowledged", history.acknowledged)
        self.report.count("writes confirmed by WAIT 1", history.confirmed)

    def stop(self) -> None:
        """Ends all threads, whatever the state of the service."""
        self.watcher.stop()
        for traffic in self.traffic.values():
            traffic.stop()

    def _check_replicas(self, group: Group) -> None:
        wanted = self.replicas.get(group.id)
        for shard in group.shards if wanted is not None else ():
            assert len(shard.members) == wanted + 1, (
                f"{group.id}/{shard.id} has {len(shard.members)} members; {wanted} replicas were asked for"
            )

    @staticmethod
    def _left(begun: float) -> float:
        return max(1.0, begun + WHOLE_WITHIN - time.monotonic())

    @staticmethod
    @contextlib.contextmanager
    def _only_assertions():
        """A description that fails is an invariant that does not hold yet."""
        try:
            yield
        except (*UNANSWERED, botocore.exceptions.ClientError) as error:
            raise AssertionError(f"the API answered {error}") from None
