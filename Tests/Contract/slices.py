"""Slices of the loopback range, so that servers run side by side without colliding on an address.

127.96.0.0 to 127.127.255.255 is cut into 128 slices. A slice belongs to whoever holds the lock on its file; the
kernel drops the lock with its holder, so a killed test run leaves no slice taken.
"""

import fcntl
import ipaddress
import os
import random
import tempfile
from pathlib import Path

FIRST = int(ipaddress.IPv4Address("127.96.0.0"))
PREFIX = 18
COUNT = 128


class Slice:
    """One claimed slice; `network` is what `--network` takes."""

    def __init__(self, network: ipaddress.IPv4Network, descriptor: int):
        self.network = network
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def claim() -> Slice:
    """Takes a free slice, starting at a random one so that two runs seldom try the same."""
    folder = Path(tempfile.gettempdir()) / "elastane-contract-slices"
    folder.mkdir(mode=0o777, exist_ok=True)
    start = random.SystemRandom().randrange(COUNT)
    for step in range(COUNT):
        index = (start + step) % COUNT
        descriptor = os.open(folder / f"{index}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        address = ipaddress.IPv4Address(FIRST + index * 2 ** (32 - PREFIX))
        return Slice(ipaddress.IPv4Network((address, PREFIX)), descriptor)
    raise RuntimeError("all 128 slices of 127.96.0.0/11 are taken: is another test run hanging?")
