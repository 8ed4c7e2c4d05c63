"""What groups that are encrypted at rest have on the disk, and in memory."""

import os
import shutil
import signal
from pathlib import Path

import administrator
import groups
from members import quietly
from patience import eventually

VALUE = "a-value-that-nobody-may-find"
ENCRYPTED = {"AtRestEncryptionEnabled": True}


def entry(found: dict) -> dict:
    """The endpoint a client of the group starts from. Cluster mode disabled."""
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def sealed(server, member: str, name: str = "dump.rdb") -> Path:
    (vault,) = [path for path in (server.data / "nodes").iterdir() if path.name.startswith(f"{member}-")]
    return vault / f"{name}.sealed"


def in_memory(server, member: str) -> Path:
    (directory,) = [path for path in (server.memory / "nodes").iterdir() if path.name.startswith(f"{member}-")]
    return directory


def save(server, group: str, member: str, endpoint: dict) -> None:
    """Has a node save its data, and waits until that is on the disk."""
    file = in_memory(server, member) / "dump.rdb"
    before = mark(file)
    on_disk = mark(sealed(server, member))
    administrator.save(server, group, endpoint)
    eventually(lambda: mark(file) not in (None, before), what=f"the save of {member}")
    eventually(lambda: mark(sealed(server, member)) not in (None, on_disk), what=f"the sealed save of {member}")


def mark(path: Path) -> tuple | None:
    """Tells one state of a file from another."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def files_with(text: str, *directories: Path) -> list[Path]:
    """The files under the directories in which a text stands."""
    found = []
    for directory in directories:
        for path in directory.rglob("*"):
            try:
                if path.is_file() and text.encode() in path.read_bytes():
                    found.append(path)
            except FileNotFoundError:
                continue
    return found


def end_machine(server) -> None:
    """As a loss of power does: all processes end at once, and memory is gone."""
    if server.process is not None:
        server.kill()
    for process in server.processes():
        os.kill(process.pid, signal.SIGKILL)
    eventually(lambda: not server.processes(), what="the end of every process")
    shutil.rmtree(server.memory)


def eventually_has(endpoint: dict, key: str, value: str = VALUE, within: float = 20) -> None:
    def has() -> bool:
        with groups.connect(endpoint) as user:
            return user.get(key) == value

    eventually(lambda: quietly(has), within=within, what=f"{key} at {endpoint['Address']}")
