"""A network of the test's own: nothing that is done to it, or in it, is seen by anybody else."""

import concurrent.futures
import ctypes
import os
import shutil
import subprocess

import pytest

CLONE_NEWNET = 0x4000_0000


class Namespace:
    """One thread lives in a network namespace of its own, with what it starts. `run` has it do something."""

    def __init__(self):
        self._thread = concurrent.futures.ThreadPoolExecutor(max_workers=1)
        self._thread.submit(self._enter).result(30)

    @staticmethod
    def _enter() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) != 0:
            raise PermissionError(ctypes.get_errno(), "unshare")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=10)

    def run(self, act, *arguments, within: float = 180.0):
        return self._thread.submit(act, *arguments).result(within)

    def close(self) -> None:
        self._thread.shutdown()


def make() -> Namespace:
    """Skips, and says why, where there is no packet filter or no right to a network of one's own."""
    environment = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    for program in ("nft", "ip"):
        if not shutil.which(program, path=environment):
            pytest.skip(f"{program} is not installed: nobody has seen here whether security groups are enforced")
    try:
        return Namespace()
    except PermissionError:
        pytest.skip("no right to make a network namespace: nobody has seen here whether security groups are enforced")
