"""Watches every member of every shard for a second writable primary.

An engine takes a new `master_replid` at the moment at which it is promoted, and keeps it until it is demoted. So two
acknowledged writes under one run id and one `master_replid` say that the node was the shard's primary at every moment
between them. If another node of the shard was so at one of these moments, or acknowledged a write between them, there
were two. A switchover there and back gives a new id, and is no alarm; a clock that is read late only shortens what is
certain.
"""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

import redis
from redis.crc import key_slot

from clients import link
from groupview import Group, Shard

EVERY = 0.1
"""Seconds between two probes of a node."""
PROBE_TIMEOUT = 0.7


@dataclass(frozen=True)
class Reign:
    """One node as a primary, from one promotion to the next demotion."""

    node: str
    run_id: str
    replication_id: str


@dataclass
class Span:
    """The writes acknowledged in one reign, as (invoked, answered)."""

    writes: list[tuple[float, float]] = field(default_factory=list)

    @property
    def first(self) -> float:
        """From here on it certainly was a primary."""
        return min(answered for _, answered in self.writes)

    @property
    def last(self) -> float:
        """Up to here it certainly was a primary."""
        return max(invoked for invoked, _ in self.writes)


@dataclass(frozen=True)
class Conflict:
    one: Reign
    other: Reign
    at: float

    def line(self, since: float) -> str:
        return f"two writable primaries {self.at - since:.3f} s into the round: {self.one} and {self.other}"


def conflicts(spans: dict[Reign, Span]) -> list[Conflict]:
    """Every pair of reigns of different nodes of one shard that certainly overlapped."""
    found = []
    reigns = list(spans)
    for index, one in enumerate(reigns):
        for other in reigns[index + 1 :]:
            if one.node != other.node and (at := _overlap(spans[one], spans[other])) is not None:
                found.append(Conflict(one, other, at))
    return found


def _overlap(one: Span, other: Span) -> float | None:
    begin, end = max(one.first, other.first), min(one.last, other.last)
    if begin < end:
        return begin
    for whole, points in ((one, other), (other, one)):
        for invoked, answered in points.writes:
            if whole.first < invoked and answered < whole.last:
                return invoked
    return None


def probe_key(shard: Shard, node: str) -> str:
    """A key of the shard's slots that only this node's watcher writes."""
    if not shard.slots:
        return f"probe:{node}"
    return next(
        key
        for number in range(1_000_000)
        if any(first <= key_slot((key := f"probe:{node}:{number}").encode()) <= last for first, last in shard.slots)
    )


class NodeWatch:
    """Probes one node in a thread of its own, so that one that hangs delays no other."""

    def __init__(self, watcher: "Watcher", shard: tuple[str, str], node: str, endpoint: dict, key: str):
        self._watcher, self._shard, self.node, self.endpoint, self._key = watcher, shard, node, endpoint, key
        self._end = threading.Event()
        self._number = 0
        self._thread = threading.Thread(target=self._run, name=f"watch {node}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._end.set()

    def join(self) -> None:
        self._thread.join(10)

    def _run(self) -> None:
        connection: redis.Redis | None = None
        while not self._end.is_set():
            try:
                connection = connection or link(self.endpoint["Address"], self.endpoint["Port"], PROBE_TIMEOUT)
                self._probe(connection)
            except redis.ResponseError as error:
                self._watcher.seen(self._shard, self.node, type(error).__name__)
            except redis.RedisError as error:
                self._watcher.seen(self._shard, self.node, type(error).__name__)
                if connection is not None:
                    connection.close()
                connection = None
            self._end.wait(EVERY)
        if connection is not None:
            connection.close()

    def _probe(self, connection: redis.Redis) -> None:
        """A write and the name of the reign it fell into, in one transaction: nothing can come between."""
        self._number += 1
        pipe = connection.pipeline(transaction=True)
        pipe.set(self._key, self._number)
        pipe.info("server")
        pipe.info("replication")
        invoked = time.monotonic()
        _, server, replication = pipe.execute()
        answered = time.monotonic()
        if self._end.is_set():
            return
        reign = Reign(self.node, server["run_id"], replication["master_replid"])
        self._watcher.acknowledged(self._shard, reign, invoked, answered)


class Watcher:
    """Watches the shards of the groups that it is told of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watches: dict[tuple[str, str, str], NodeWatch] = {}
        self._spans: dict[tuple[str, str], dict[Reign, Span]] = defaultdict(lambda: defaultdict(Span))
        self._states: dict[tuple[str, str, str], str] = {}
        self._changes: list[tuple[float, str]] = []
        self._known: set[str] = set()
        self.probes = 0

    def welcome(self, group: Group) -> None:
        """A group that was made just now."""
        with self._lock:
            self._known.add(group.id)
        self.follow(group)

    def follow(self, group: Group) -> None:
        """Watches the group's members as they are now, and none that it had before. Not once it was left."""
        wanted = {(group.id, shard.id, member): (shard, endpoint) for shard in group.shards for member, endpoint in shard.members.items()}
        with self._lock:
            if group.id not in self._known:
                return
            for key in [key for key in self._watches if key[0] == group.id]:
                if key not in wanted or self._watches[key].endpoint != wanted[key][1]:
                    self._watches.pop(key).stop()
            for key, (shard, endpoint) in wanted.items():
                if key not in self._watches:
                    self._watches[key] = NodeWatch(self, key[:2], key[2], endpoint, probe_key(shard, key[2]))

    def leave(self, group: str) -> None:
        """Before a group is deleted: its addresses may be another's soon."""
        with self._lock:
            self._known.discard(group)
            ended = [self._watches.pop(key) for key in list(self._watches) if key[0] == group]
        for watch in ended:
            watch.stop()
        for watch in ended:
            watch.join()

    def stop(self) -> None:
        for group in set(self._known):
            self.leave(group)

    def primary(self, group: str, shard: str) -> str | None:
        """The member that acknowledged a write last, for choosing whom to hit."""
        with self._lock:
            spans = self._spans[group, shard]
            alive = [reign for reign in spans if (group, shard, reign.node) in self._watches]
            return max(alive, key=lambda reign: spans[reign].last).node if alive else None

    def acknowledged(self, shard: tuple[str, str], reign: Reign, invoked: float, answered: float) -> None:
        with self._lock:
            self.probes += 1
            self._spans[shard][reign].writes.append((invoked, answered))
        self.seen(shard, reign.node, f"primary {reign.replication_id[:8]}")

    def seen(self, shard: tuple[str, str], node: str, state: str) -> None:
        with self._lock:
            if self._states.get((*shard, node)) != state:
                self._states[*shard, node] = state
                self._changes.append((time.monotonic(), f"{shard[0]}/{shard[1]} {node}: {state}"))

    def judge(self) -> list[Conflict]:
        """Everything seen since the last time. What is judged is forgotten, but for the end of each reign that goes on."""
        with self._lock:
            found = [conflict for spans in self._spans.values() for conflict in conflicts(spans)]
            for spans in self._spans.values():
                for span in spans.values():
                    span.writes = span.writes[-2:]
                for reign in [reign for reign in spans if time.monotonic() - spans[reign].last > 60]:
                    del spans[reign]
            return found

    def changes(self, since: float, lines: int = 60) -> list[str]:
        with self._lock:
            return [f"{at - since:9.3f} s  {what}" for at, what in self._changes if at >= since][-lines:]
