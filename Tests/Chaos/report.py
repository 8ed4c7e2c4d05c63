"""What the suite prints: the schedule as it happens, a line per round, the counts at the end."""

import time
from collections import Counter


class Failure(Exception):
    """The service broke a promise. The message says which; the report around it says how to see it again."""


class Report:
    """Collects one round's log and the whole run's counts."""

    def __init__(self, verbose: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self.begun = time.monotonic()
        self.log: list[str] = []
        self._verbose = verbose

    def new_round(self) -> None:
        self.begun = time.monotonic()
        self.log = []

    def note(self, what: str) -> None:
        line = f"{time.monotonic() - self.begun:9.3f} s  {what}"
        self.log.append(line)
        if self._verbose:
            print(line, flush=True)

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] += number

    @staticmethod
    def say(text: str) -> None:
        print(text, flush=True)

    def summary(self) -> str:
        width = max((len(name) for name in self.counts), default=0)
        return "\n".join(f"    {name.ljust(width)}  {number}" for name, number in sorted(self.counts.items()))
