"""Clients as applications have them: they keep a connection, and when it breaks they look for where to go at once.

`write` is one attempt: True once the engine has acknowledged it. A client that gets no further returns False and is
called again by its loop, within a millisecond.
"""

import itertools

import resp
from resp import Address, Connection, ErrorReply

KEY = "written"


class EndpointClient:
    """Of one address that leads to the primary."""

    def __init__(self, address: Address):
        self._address = address
        self._connection: Connection | None = None

    def write(self, value: str) -> bool:
        try:
            self._connection = self._connection or Connection(self._address)
            return self._connection.ask("SET", KEY, value) == "OK"
        except ErrorReply:
            return False  # Still a replica, say. The connection is as good as a new one.
        except OSError:
            self.close()
            return False

    def where(self) -> Address:
        return self._address

    def process(self) -> int:
        """The pid of the engine at the other end of the connection that was last written to."""
        if not self._connection:
            raise OSError("not connected")
        return resp.process(self._connection)

    def read(self) -> str | None:
        with Connection(self._address) as connection:
            return connection.ask("GET", KEY)

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


class SentinelClient:
    """Asks the sentinels in turn where the primary is, whenever a write fails."""

    def __init__(self, sentinels: list[Address], group: str):
        self._group = group
        self._links: dict[Address, Connection | None] = {sentinel: None for sentinel in sentinels}
        self._turns = itertools.cycle(sentinels)
        self._primary: EndpointClient | None = None

    def write(self, value: str) -> bool:
        if self._primary and self._primary.write(value):
            return True
        found = self._asked(next(self._turns))
        if found is None or (self._primary and found == self._primary.where()):
            return False
        self.close_primary()
        self._primary = EndpointClient(found)
        return self._primary.write(value)

    def process(self) -> int:
        return self._primary.process()

    def read(self) -> str | None:
        return self._primary.read()

    def _asked(self, sentinel: Address) -> Address | None:
        link = self._links[sentinel]
        try:
            link = self._links[sentinel] = link or Connection(sentinel)
            host, port = link.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._group)
            return host, int(port)
        except (OSError, ErrorReply, TypeError):
            if link:
                link.close()
            self._links[sentinel] = None
            return None

    def close_primary(self) -> None:
        if self._primary:
            self._primary.close()

    def close(self) -> None:
        self.close_primary()
        for link in self._links.values():
            if link:
                link.close()


class ClusterClient:
    """Keeps one key's slot with its owner and the owner's replicas, and the addresses of all nodes.

    A redirection is followed at once. When the connection breaks, the replicas are asked for the slots' owners, since
    one of them will be the first to know, and the other nodes in turn; until one names another owner, or the former
    one takes the write after all.
    """

    def __init__(self, entry: Address, key: str, slot: int):
        self._key = key
        self._slot = slot
        self._known: list[Address] = [entry]
        self._replicas: list[Address] = []
        self._turn = 0
        self._links: dict[Address, Connection] = {}
        self._owner = self._failed = self._named_owner(entry)
        if self._owner is None:
            raise RuntimeError(f"{entry} names no owner of slot {slot}")

    def write(self, value: str) -> bool:
        if self._attempt(value):
            return True
        others = [node for node in self._known if node != self._failed and node not in self._replicas]
        self._turn += 1
        for node in [*self._replicas, others[self._turn % len(others)]]:
            named = self._named_owner(node)
            if named not in (None, self._failed):
                self._owner = named
                return self._attempt(value)
        return False

    def process(self) -> int:
        """The pid of the engine at the other end of the connection that was last written to."""
        return resp.process(self._link(self._owner))

    def read(self) -> str | None:
        return self._link(self._owner).ask("GET", self._key)

    def close(self) -> None:
        for node in list(self._links):
            self._drop(node)

    def _attempt(self, value: str) -> bool:
        """At the owner, and if it redirects, there. What did not do it is `_failed`."""
        for _ in range(2):
            self._failed = self._owner
            try:
                return self._link(self._owner).ask("SET", self._key, value) == "OK"
            except ErrorReply as error:
                words = str(error).split()
                if words[0] != "MOVED":
                    return False
                host, _, port = words[2].rpartition(":")
                self._owner = host, int(port)
            except OSError:
                self._drop(self._owner)
                return False
        return False

    def _named_owner(self, node: Address) -> Address | None:
        """Whom a node takes for the slot's owner. Also learns the owner's replicas, and which nodes there are."""
        try:
            ranges = self._link(node).ask("CLUSTER", "SLOTS")
        except (OSError, ErrorReply):
            self._drop(node)
            return None
        owner = None
        for first, last, *members in ranges:
            addresses = [(host, port) for host, port, *_ in members]
            self._known += [address for address in addresses if address not in self._known]
            if first <= self._slot <= last:
                owner, *replicas = addresses
                self._replicas = [replica for replica in replicas if replica != owner] or self._replicas
        return owner

    def _link(self, node: Address) -> Connection:
        if node not in self._links:
            self._links[node] = Connection(node)
        return self._links[node]

    def _drop(self, node: Address) -> None:
        link = self._links.pop(node, None)
        if link:
            link.close()
