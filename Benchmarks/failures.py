"""What the measurements of failovers share: the kill, the loop until the next acknowledged write, and its checks."""

import contextlib
import itertools
import math
import os
import signal
import time

import wholeness

# Between two attempts. Short beside what is measured, long enough to leave the engines the processor.
PAUSE = 0.0003
values = (f"value {number}" for number in itertools.count(1))


def write_rto(subject, within: float) -> float:
    """Seconds from the SIGKILL of a primary to the first write that another engine acknowledged to the same client.

    The client is connected to that primary when it is killed, and reads its write back once the group is whole: a figure
    that cost an acknowledged write is none.
    """
    subject.await_whole()
    with contextlib.closing(subject.client()) as client:
        took, written = failed_over(client, within)
        subject.repair()
        subject.await_whole()
        if client.read() != written:
            raise RuntimeError("an acknowledged write was lost")
        return took


def failed_over(client, within: float) -> tuple[float, str]:
    wholeness.until("a write before the kill", lambda: client.write(next(values)), 10)
    victim = client.process()
    begun = time.perf_counter()
    os.kill(victim, signal.SIGKILL)
    while True:
        written = next(values)
        if client.write(written):
            took = time.perf_counter() - begun
            if acknowledged_by(client) not in (None, victim):
                return took, written
        if time.perf_counter() - begun > within:
            raise RuntimeError(f"no write was acknowledged within {within} s of the kill")
        time.sleep(PAUSE)


def acknowledged_by(client) -> int | None:
    try:
        return client.process()
    except OSError:
        return None


def percentile(samples: list[float], share: float) -> float:
    """By nearest rank: of up to 100 samples the 99th percentile is the worst."""
    return sorted(samples)[max(0, math.ceil(share * len(samples)) - 1)]
