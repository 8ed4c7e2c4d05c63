"""A user who writes all the time, and remembers what was acknowledged."""

import threading
import time

from members import BROKEN
from patience import eventually


class Load:
    """Sets one key after the other through the client that `connect` makes; after an error a new one is made. No write is repeated.

    With `confirmed_by`, only what WAIT says that many replicas have counts as acknowledged.
    """

    def __init__(self, connect, *, prefix: str = "load", confirmed_by: int = 0, pause: float = 0.001):
        self.acknowledged: list[int] = []
        self.errors: list[str] = []
        self._connect = connect
        self._prefix = prefix
        self._confirmed_by = confirmed_by
        self._pause = pause
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Load":
        self._thread.start()
        self.goes_on()
        return self

    def __exit__(self, *_) -> None:
        self._ended.set()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def goes_on(self, by: int = 20, within: float = 30.0) -> None:
        """Waits for so many more acknowledged writes."""
        wanted = len(self.acknowledged) + by
        eventually(lambda: len(self.acknowledged) >= wanted, within=within, what=f"writes (last errors: {self.errors[-3:]})")

    def key(self, number: int) -> str:
        return f"{self._prefix}:{number}"

    def lost(self, client) -> list[int]:
        """What was acknowledged and is not there."""
        return [number for number in self.acknowledged if client.get(self.key(number)) != str(number)]

    def _run(self) -> None:
        client = None
        number = 0
        while not self._ended.wait(self._pause):
            number += 1
            try:
                client = client or self._connect()
                if client.set(self.key(number), number) and self._is_confirmed(client):
                    self.acknowledged.append(number)
            except BROKEN as error:
                self.errors.append(f"{time.monotonic():.3f} {error!r}")
                if client is not None:
                    client.close()
                client = None
        if client is not None:
            client.close()

    def _is_confirmed(self, client) -> bool:
        return not self._confirmed_by or client.wait(self._confirmed_by, 1000) >= self._confirmed_by
