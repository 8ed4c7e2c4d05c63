"""A network of one test module's own, in which it may route as it likes: a network namespace of Linux."""

import contextlib
import ctypes
import os
import subprocess

import pytest

CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


@contextlib.contextmanager
def own_network(*commands: str):
    """This thread, and what it starts, sees an empty network in which `commands` were run. Skips where that needs rights."""
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        try:
            _check(_libc.unshare(CLONE_NEWNET), "unshare")
        except OSError as error:
            pytest.skip(f"NOT TESTED: a network namespace needs CAP_SYS_ADMIN ({error})")
        try:
            for command in ("ip link set lo up", *commands):
                done = subprocess.run(command, shell=True, capture_output=True, text=True)
                if done.returncode != 0:
                    pytest.skip(f"NOT TESTED: {command} failed: {done.stderr.strip()}")
            yield
        finally:
            _check(_libc.setns(before, CLONE_NEWNET), "setns")
    finally:
        os.close(before)
