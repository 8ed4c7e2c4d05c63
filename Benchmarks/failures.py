"""What the measurements of failovers share: the kill or the stop, the loop until the next acknowledged write, and its checks."""

import contextlib
import itertools
import math
import os
import select
import signal
import time

import wholeness

# Between two attempts. Short beside what is measured, long enough to leave the engines the processor.
PAUSE = 0.0003
values = (f"value {number}" for number in itertools.count(1))


def write_rto(subject, within: float, how: signal.Signals = signal.SIGKILL) -> float:
    """Seconds from the signal to a primary to the first write that another engine acknowledged to the same client.

    The client is connected to that primary when it is killed or stopped, and reads its write back once the group is whole: a figure
    that cost an acknowledged write is none.
    """
    subject.await_whole()
    with contextlib.closing(subject.client()) as client:
        took, written = failed_over(client, within, how)
        subject.repair()
        subject.await_whole()
        if client.read() != written:
            raise RuntimeError("an acknowledged write was lost")
        return took


def failed_over(client, within: float, how: signal.Signals) -> tuple[float, str]:
    wholeness.until("a write before the kill", lambda: client.write(next(values)), 10)
    victim = client.process()
    with ended_at_last(victim):
        return written_again(client, victim, within, how)


@contextlib.contextmanager
def ended_at_last(victim: int):
    """One that was only stopped, and that nobody has killed: it must not go on as a primary beside its successor."""
    descriptor = os.pidfd_open(victim)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        # Readable once it has ended: whoever starts it again looks for that.
        select.select([descriptor], [], [], 10)
        os.close(descriptor)


def written_again(client, victim: int, within: float, how: signal.Signals) -> tuple[float, str]:
    begun = time.perf_counter()
    os.kill(victim, how)
    while True:
        written = next(values)
        if client.write(written):
            took = time.perf_counter() - begun
            if acknowledged_by(client) not in (None, victim):
                return took, written
        if time.perf_counter() - begun > within:
            raise RuntimeError(f"no write was acknowledged within {within} s of {how.name}")
        time.sleep(PAUSE)


def acknowledged_by(client) -> int | None:
    try:
        return client.process()
    except OSError:
        return None


def percentile(samples: list[float], share: float) -> float:
    """By nearest rank: of up to 100 samples the 99th percentile is the worst."""
    return sorted(samples)[max(0, math.ceil(share * len(samples)) - 1)]
