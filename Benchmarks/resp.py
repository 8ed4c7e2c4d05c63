"""One connection to an engine, with nothing but a socket, so that no client library's waits are measured."""

import socket

Address = tuple[str, int]

# On one machine a live engine answers within a millisecond; a client that is in a hurry gives up on others soon.
CONNECT_SECONDS = 0.05
REPLY_SECONDS = 0.25


class ErrorReply(Exception):
    """The engine answered with an error: it is there, but did not do it."""


class Connection:
    """Raises OSError when the engine is gone or silent; the connection is of no use after that."""

    def __init__(self, address: Address):
        self.address = address
        self._socket = socket.create_connection(address, timeout=CONNECT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(REPLY_SECONDS)
        self._received = b""

    def ask(self, *words: str):
        self._socket.sendall(encoded(*words))
        return self._reply()

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _reply(self):
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise ErrorReply(rest.decode())
        if kind == b"+":
            return rest.decode()
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if int(rest) < 0 else self._bytes(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return None if int(rest) < 0 else [self._reply_or_error() for _ in range(int(rest))]
        raise OSError(f"not a reply: {line!r}")

    def _reply_or_error(self):
        try:
            return self._reply()
        except ErrorReply as error:
            return error

    def _line(self) -> bytes:
        while b"\r\n" not in self._received:
            self._receive()
        line, _, self._received = self._received.partition(b"\r\n")
        return line

    def _bytes(self, count: int) -> bytes:
        while len(self._received) < count:
            self._receive()
        found, self._received = self._received[:count], self._received[count:]
        return found

    def _receive(self) -> None:
        more = self._socket.recv(65_536)
        if not more:
            raise OSError("the engine closed the connection")
        self._received += more


def encoded(*words: str) -> bytes:
    strings = [word.encode() for word in words]
    return b"*%d\r\n" % len(strings) + b"".join(b"$%d\r\n%s\r\n" % (len(string), string) for string in strings)


def ask(address: Address, *words: str):
    """One question on a connection of its own."""
    with Connection(address) as connection:
        return connection.ask(*words)


def info(address: Address, section: str) -> dict[str, str]:
    return fields(ask(address, "INFO", section))


def fields(told: str) -> dict[str, str]:
    return dict(line.split(":", 1) for line in told.splitlines() if ":" in line)


def process(connection: Connection) -> int:
    """The pid of the engine at the other end."""
    return int(fields(connection.ask("INFO", "server"))["process_id"])
