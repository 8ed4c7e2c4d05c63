"""What runs in a data directory, as the kernel tells it."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process, told apart from a later one with the same pid by its start time (in clock ticks since boot)."""

    pid: int
    started: int
    command: str

    @property
    def is_asked(self) -> bool:
        """Whether it is an engine that is only being asked what it can do, for a moment."""
        return "elastane-probe" in self.command or self.command.endswith(("memcached -h", "memcached -V", "--version"))

    @property
    def is_engine(self) -> bool:
        return not self.is_asked and any(name in self.command for name in ("redis-server", "valkey-server", "memcached -u"))


def processes_in(directory: Path) -> list[Process]:
    """Every living process whose working directory is `directory` or below it."""
    found = []
    home = str(directory)
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            where = os.readlink(f"{entry.path}/cwd")
            if where.removesuffix(" (deleted)") != home and not where.startswith(home + "/"):
                continue
            stat = Path(entry.path, "stat").read_text()
            command = Path(entry.path, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # It ended meanwhile, or it is somebody else's.
        fields = stat.rpartition(")")[2].split()
        if fields[0] == "Z":
            continue
        found.append(Process(int(entry.name), int(fields[19]), command))
    return sorted(found, key=lambda process: process.pid)
