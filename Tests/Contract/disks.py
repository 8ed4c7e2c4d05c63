"""Disks that are small enough to be filled."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import server as servers


class Disk:
    """A server whose data directory is on a small disk, which only its own processes see."""

    ALONE = ["unshare", "--map-root-user", "--mount", "sh", "-ec"]

    def __init__(self, folder: Path, size: str, *arguments: str):
        self.root = folder / "disk"
        self.root.mkdir()
        mount = f'mount -t tmpfs -o size={size} tmpfs "{self.root}"'
        if not shutil.which("unshare") or subprocess.run([*self.ALONE, mount], capture_output=True, timeout=20).returncode != 0:
            pytest.skip("this machine lets us mount nothing, not even for one process")
        self.server = servers.Server(folder, arguments=arguments)
        self.server.data = self.root / "data"
        plain = self.server.command()
        self.server.command = lambda: [*self.ALONE, mount + '; exec "$@"', "sh", *plain]

    @property
    def _seen(self) -> Path:
        """The disk, as its own processes see it."""
        return Path(f"/proc/{self.server.process.pid}/root{self.root}")

    def fill(self, leaving: int) -> None:
        """Takes all of the space but so many bytes."""
        space = os.statvfs(self._seen)
        with open(self._seen / "filler", "wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, space.f_bavail * space.f_frsize - leaving)

    def free(self) -> None:
        (self._seen / "filler").unlink()
