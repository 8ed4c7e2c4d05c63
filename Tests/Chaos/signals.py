"""Signals that reach the process they are meant for, or none."""

import os
import signal
from pathlib import Path

from processes import Process


def _stat(pid: int) -> list[str] | None:
    """The fields after the name; None once the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def state_of(pid: int) -> str:
    """One letter as in /proc/PID/stat, `T` for stopped; empty once the process is gone."""
    fields = _stat(pid)
    return fields[0] if fields else ""


def send(process: Process, number: signal.Signals) -> bool:
    """False if the process is gone. A pidfd, so that a later process of the same number is never hit."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return False
    try:
        fields = _stat(process.pid)
        if fields is None or int(fields[19]) != process.started:
            return False
        signal.pidfd_send_signal(descriptor, number)
        return True
    except ProcessLookupError:
        return False
    finally:
        os.close(descriptor)
