"""Clients that write without pause and keep a history of it. Each writes keys of its own, each key once."""

import random
import threading
import time
from typing import Protocol

import redis
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.retry import Retry

from history import History, Outcome, Write

TIMEOUT = 2.0
WAIT_MILLISECONDS = 300
PACE = 0.008
"""Seconds between two writes: so that a hundred thousand of them do not have to be read back after each round."""


def link(address: str, port: int, timeout: float = TIMEOUT) -> redis.Redis:
    """One connection, opened now. It must not be used after a failure: a WAIT on a later connection would say nothing of the write."""
    return redis.Redis(
        host=address,
        port=port,
        decode_responses=True,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        single_connection_client=True,
        retry=Retry(NoBackoff(), 0),
    )


class Route(Protocol):
    """Where a write goes."""

    def of(self, key: str) -> redis.Redis:
        """The connection for a key. Raises RedisError if there is none now."""

    def shard(self, key: str) -> str: ...

    def failed(self, error: redis.RedisError) -> None:
        """A write through the last connection failed."""

    def close(self) -> None: ...


class PrimaryEndpoint:
    """Cluster mode disabled: all writes go to one address, and the connection is made anew after every error."""

    def __init__(self, endpoint: dict, shard: str):
        self._endpoint = (endpoint["Address"], endpoint["Port"])
        self._shard = shard
        self._link: redis.Redis | None = None

    def of(self, key: str) -> redis.Redis:
        if self._link is None:
            self._link = link(*self._endpoint)
        return self._link

    def shard(self, key: str) -> str:
        return self._shard

    def failed(self, error: redis.RedisError) -> None:
        self.close()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


class SlotTable:
    """Cluster mode enabled: a small cluster client that follows MOVED and asks again who owns what after any other error."""

    def __init__(self, seeds: list[tuple[str, int]], slots: dict[str, list[tuple[int, int]]], rng: random.Random):
        self._seeds = seeds
        self._slots = slots
        self._rng = rng
        self._links: dict[tuple[str, int], redis.Redis] = {}
        self._owners: list[tuple[int, int, tuple[str, int]]] = []

    def of(self, key: str) -> redis.Redis:
        if not self._owners:
            self._learn()
        slot = key_slot(key.encode())
        for first, last, node in self._owners:
            if first <= slot <= last:
                return self._link(node)
        self._owners = []
        raise redis.ConnectionError(f"nobody is known to own slot {slot}")

    def shard(self, key: str) -> str:
        slot = key_slot(key.encode())
        return next(shard for shard, ranges in self._slots.items() if any(first <= slot <= last for first, last in ranges))

    def failed(self, error: redis.RedisError) -> None:
        self.close()

    def close(self) -> None:
        self._owners = []
        for known in self._links.values():
            known.close()
        self._links = {}

    def _link(self, node: tuple[str, int]) -> redis.Redis:
        if node not in self._links:
            self._links[node] = link(*node)
        return self._links[node]

    def _learn(self) -> None:
        """Asks any node, as a client that knows only the seeds does."""
        seed = self._rng.choice(self._seeds)
        with link(*seed, timeout=0.5) as asked:
            asked.response_callbacks.pop("CLUSTER SLOTS", None)
            rows = asked.execute_command("CLUSTER SLOTS")
        self._owners = [(int(row[0]), int(row[1]), (row[2][0] or seed[0], int(row[2][1]))) for row in rows]


class Writer:
    """One client, in a thread of its own."""

    def __init__(self, name: str, route: Route, history: History, rng: random.Random):
        self.name = name
        self._route = route
        self._history = history
        self._rng = rng
        self._number = 0
        self._end = threading.Event()
        self._may_run = threading.Event()
        self._may_run.set()
        self._rests = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"writer {name}", daemon=True)

    def start(self) -> "Writer":
        self._thread.start()
        return self

    def rest(self) -> None:
        """Returns once no write is under way."""
        self._may_run.clear()
        assert self._rests.wait(30) or not self._thread.is_alive(), f"writer {self.name} does not come to rest"

    def go_on(self) -> None:
        self._rests.clear()
        self._may_run.set()

    def stop(self) -> None:
        self._end.set()
        self._may_run.set()
        self._thread.join(30)
        assert not self._thread.is_alive(), f"writer {self.name} does not end"

    def _run(self) -> None:
        while not self._end.is_set():
            if not self._may_run.is_set():
                self._rests.set()
                self._may_run.wait()
                continue
            self._write()
            self._end.wait(PACE * self._rng.uniform(0.5, 1.5))
        self._route.close()

    def _write(self) -> None:
        key = f"k:{self.name}:{self._number}"
        self._number += 1
        try:
            connection = self._route.of(key)
        except redis.RedisError as error:
            self._route.failed(error)
            self._end.wait(0.02)
            return
        write = Write(key, key.rpartition(":")[2], self._route.shard(key), time.monotonic(), 0.0, Outcome.UNKNOWN)
        try:
            self._send(connection, write)
        except (redis.ResponseError, redis.exceptions.BusyLoadingError) as error:
            self._note(write, Outcome.REFUSED, error)
        except redis.RedisError as error:
            self._note(write, Outcome.UNKNOWN, error)

    def _send(self, connection: redis.Redis, write: Write) -> None:
        connection.set(write.key, write.value)
        write.outcome, write.answered = Outcome.OK, time.monotonic()
        if self._rng.random() < 0.4:
            try:
                write.confirmed = connection.wait(1, WAIT_MILLISECONDS) >= 1
            except redis.RedisError as error:
                self._route.failed(error)
        self._history.add(write)

    def _note(self, write: Write, outcome: Outcome, error: redis.RedisError) -> None:
        write.outcome, write.answered, write.answer = outcome, time.monotonic(), f"{type(error).__name__}: {error}"[:100]
        self._history.add(write)
        self._route.failed(error)
        self._end.wait(0.02)
