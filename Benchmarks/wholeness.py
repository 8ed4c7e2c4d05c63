"""When a group is whole again: every node answers, every replica is linked, and whoever tells roles tells them right."""

import time
from collections.abc import Callable

import resp
from resp import Address


def until(what: str, holds: Callable[[], bool], within: float, every: float = 0.01) -> None:
    """An engine that is not there yet is no error before the deadline."""
    deadline = time.monotonic() + within
    error: Exception | None = None
    while time.monotonic() < deadline:
        try:
            if holds():
                return
            error = None
        except (OSError, resp.ErrorReply, KeyError) as found:
            error = found
        time.sleep(every)
    raise RuntimeError(f"not within {within} s: {what} ({error})")


def are_linked(primary: Address, replicas: list[Address]) -> bool:
    """Both ends say so, and every replica has finished its sync."""
    told = resp.info(primary, "replication")
    online = sum(name.startswith("slave") and "state=online" in value for name, value in told.items())
    return told["role"] == "master" and online == len(replicas) and all(is_linked(replica) for replica in replicas)


def is_linked(replica: Address) -> bool:
    told = resp.info(replica, "replication")
    return told["role"] == "slave" and told["master_link_status"] == "up" and told["master_sync_in_progress"] == "0"


def owners(node: Address) -> dict[tuple[int, int], list[Address]]:
    """Each range of slots with its primary and then its replicas, as one node of a cluster sees them."""
    ranges = resp.ask(node, "CLUSTER", "SLOTS")
    return {(first, last): [(host, port) for host, port, *_ in members] for first, last, *members in ranges}


def is_cluster_whole(entry: Address, shards: int, replicas: int) -> bool:
    """All nodes agree on who is primary and replica of what, the slots are covered, and every replica is linked."""
    seen = owners(entry)
    covered = sum(last - first + 1 for first, last in seen)
    if len(seen) != shards or covered != 16_384 or any(len(members) != 1 + replicas for members in seen.values()):
        return False
    agreed = {slots: (members[0], set(members[1:])) for slots, members in seen.items()}
    for primary, *others in seen.values():
        if not are_linked(primary, others):
            return False
        for node in (primary, *others):
            theirs = {slots: (members[0], set(members[1:])) for slots, members in owners(node).items()}
            state = resp.ask(node, "CLUSTER", "INFO")
            if theirs != agreed or "cluster_state:ok" not in state:
                return False
    return True
