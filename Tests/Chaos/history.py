"""What the clients asked for and were answered, and what must therefore be there."""

import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass


class Outcome(enum.Enum):
    """What a client knows of a write."""

    OK = "ok"
    UNKNOWN = "unknown"  # No answer: it may have been done, or be done yet.
    REFUSED = "refused"  # The engine answered with an error: it was not done.


class Promise(enum.IntEnum):
    """Which acknowledged writes must have survived what a shard went through."""

    NONE = 0  # Several failures at once.
    CONFIRMED = 1  # One failure: those that WAIT 1 confirmed.
    ALL = 2  # Orderly changes only.


@dataclass(slots=True)
class Write:
    key: str
    value: str
    shard: str
    invoked: float
    answered: float
    outcome: Outcome
    confirmed: bool = False
    answer: str = ""

    def line(self, since: float) -> str:
        confirmed = ", confirmed by WAIT 1" if self.confirmed else ""
        said = f" ({self.answer})" if self.answer else ""
        return f"{self.invoked - since:9.3f} to {self.answered - since:9.3f} s  SET {self.key} {self.value}: {self.outcome.value}{confirmed}{said}"


@dataclass
class Verdict:
    """What a reading of the data says of a history."""

    missing: list[Write]
    """Promised, and not there."""
    wrong: list[Write]
    """There with another value, or there though it was refused."""
    forgiven: int = 0
    """Acknowledged, not there, and not promised."""

    @property
    def is_good(self) -> bool:
        return not self.missing and not self.wrong


def judge(writes: list[Write], read: dict[str, str | None], promise: Callable[[str], Promise]) -> Verdict:
    """Compares writes with what was read by key afterwards; `promise` tells by shard what had to survive."""
    verdict = Verdict([], [])
    for write in writes:
        found = read[write.key]
        if found is not None:
            if found != write.value or write.outcome is Outcome.REFUSED:
                verdict.wrong.append(write)
        elif write.outcome is Outcome.OK:
            promised = promise(write.shard)
            if promised is Promise.ALL or (promised is Promise.CONFIRMED and write.confirmed):
                verdict.missing.append(write)
            else:
                verdict.forgiven += 1
    return verdict


class History:
    """All writes to one group. Many writers add, one checker reads while they rest."""

    def __init__(self) -> None:
        self._writes: list[Write] = []
        self._lock = threading.Lock()
        self.acknowledged = 0
        self.confirmed = 0

    def add(self, write: Write) -> None:
        with self._lock:
            self._writes.append(write)
            self.acknowledged += write.outcome is Outcome.OK
            self.confirmed += write.confirmed

    def writes(self) -> list[Write]:
        with self._lock:
            return list(self._writes)

    def settle(self, read: dict[str, str | None]) -> None:
        """Every member has by now what was read: what is there is promised from here on, what is not is nobody's business."""
        with self._lock:
            kept = [write for write in self._writes if read.get(write.key) == write.value]
            for write in kept:
                write.outcome, write.confirmed = Outcome.OK, True
            # A write without an answer can still be done by a process that is hung; it stays unknown and may turn up.
            late = [write for write in self._writes if write.outcome is Outcome.UNKNOWN and read.get(write.key) is None]
            self._writes = kept + late

    def tail(self, since: float, shard: str | None = None, lines: int = 40) -> list[str]:
        chosen = [write for write in self.writes() if shard in (None, write.shard)]
        return [write.line(since) for write in sorted(chosen, key=lambda write: write.invoked)[-lines:]]
