"""Somebody who connects again and again, and notes for how long nobody answered."""

import socket
import ssl
import threading
import time
from pathlib import Path


class Knocking:
    """Connects to one endpoint, asks one PING and leaves; with TLS where a trust is given. A refused connection is tried again at once.

    `longest` is the longest time in seconds from a question that was refused to the next that was answered.
    """

    def __init__(self, endpoint: dict, ca: Path | None = None):
        self.longest = 0.0
        self.answered = 0
        self.refused = 0
        self._address = (endpoint["Address"], endpoint["Port"])
        self._context = ssl.create_default_context(cafile=str(ca)) if ca else None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Knocking":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._ended.set()
        self._thread.join(10)
        assert not self._thread.is_alive()
        assert self.answered, "nobody ever answered"

    def _run(self) -> None:
        since = None
        while not self._ended.is_set():
            begun = time.monotonic()
            try:
                self._ask()
                self.answered += 1
                # Until the question began that was answered.
                self.longest = max(self.longest, begun - since if since else 0.0)
                since = None
            except OSError:
                self.refused += 1
                since = since or begun

    def _ask(self) -> None:
        with socket.create_connection(self._address, timeout=5) as connection:
            if self._context:
                with self._context.wrap_socket(connection, server_hostname=self._address[0]) as encrypted:
                    self._ping(encrypted)
            else:
                self._ping(connection)

    @staticmethod
    def _ping(connection: socket.socket) -> None:
        connection.sendall(b"PING\r\n")
        if connection.recv(64) != b"+PONG\r\n":
            raise ConnectionError("no answer")
