"""Many primaries die at the same moment: when has every group acknowledged a write again?"""

import errno
import os
import selectors
import signal
import socket
import time

import resp
from clients import KEY
from resp import Address

# Between two attempts at one endpoint: many clients in a hurry would take the processor from what they wait for.
PAUSE = 0.01
# An attempt that got no answer for so long is given up and made again.
ATTEMPT_SECONDS = 0.25


class Writer:
    """Tries to write to one endpoint until it is acknowledged, without blocking the others."""

    def __init__(self, endpoint: Address, value: str, selector: selectors.BaseSelector):
        self._endpoint = endpoint
        self._request = resp.encoded("SET", KEY, value)
        self._selector = selector
        self._socket: socket.socket | None = None
        self._received = b""
        self.done = False
        self.due = 0.0  # When to try (again), or to give the attempt up.

    def proceed(self, now: float) -> None:
        """Begins an attempt if it is time for one."""
        if self.done or now < self.due:
            return
        self.abandon(now)
        self._received = b""
        self._socket = socket.socket()
        self._socket.setblocking(False)
        self._selector.register(self._socket, selectors.EVENT_WRITE, self)
        self.due = now + ATTEMPT_SECONDS
        if self._socket.connect_ex(self._endpoint) not in (0, errno.EINPROGRESS):
            self.abandon(now)

    def ready(self, events: int, now: float) -> None:
        try:
            if events & selectors.EVENT_WRITE:
                self._socket.sendall(self._request)
                self._selector.modify(self._socket, selectors.EVENT_READ, self)
            else:
                more = self._socket.recv(4096)
                if not more:
                    raise OSError("closed")
                self._received += more
                if b"\r\n" in self._received:
                    self.done = self._received.startswith(b"+OK")
                    self.abandon(now)
        except OSError:
            self.abandon(now)

    def abandon(self, now: float) -> None:
        """Closes the attempt; the next is due after a pause."""
        if self._socket:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
        self.due = now + PAUSE


def all_written(endpoints: list[Address], value: str, victims: list[int], within: float) -> list[float]:
    """Kills all victims in one loop. Seconds from the first kill(2) to each endpoint's first acknowledged write, in order of time."""
    with selectors.DefaultSelector() as selector:
        writers = [Writer(endpoint, value, selector) for endpoint in endpoints]
        took: list[float] = []
        begun = time.perf_counter()
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        try:
            while len(took) < len(writers):
                now = time.perf_counter()
                if now - begun > within:
                    raise RuntimeError(f"{len(writers) - len(took)} groups acknowledged no write within {within} s")
                for writer in writers:
                    writer.proceed(now)
                for key, events in selector.select(0.001):
                    key.data.ready(events, time.perf_counter())
                    if key.data.done:
                        took.append(time.perf_counter() - begun)
        finally:
            for writer in writers:
                writer.abandon(0)
        return took
