"""A later patch of an engine: the same program, which says that it is of a higher version."""

import re
import shutil
import subprocess
from pathlib import Path


def install(original: Path, directory: Path, patch: int = 99) -> str:
    """Copies a build into the directory as a later patch of its minor version. Returns that version."""
    told = subprocess.run([original, "--version"], capture_output=True, text=True, timeout=10).stdout
    version = re.search(r" v=(\d+\.\d+\.\d+) ", told)[1]
    later = ".".join(version.split(".")[:2] + [str(patch)])
    # The text ends where it ended: a longer one would write over what comes after it.
    assert len(later) <= len(version), f"no room for {later} in {original}"
    program = original.resolve().read_bytes()
    old, new = version.encode() + b"\0", later.encode().ljust(len(version), b"\0") + b"\0"
    assert old in program
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / original.name
    draft = directory / f".{original.name}"
    draft.write_bytes(program.replace(old, new))
    draft.chmod(0o755)
    draft.rename(path)
    return later


def install_broken(original: Path, directory: Path) -> str:
    """The same, of a build that says what it is and does not run as a node."""
    later = install(original, directory)
    real = directory / "real"
    shutil.move(directory / original.name, real)
    script = directory / original.name
    script.write_text(f'#!/bin/sh\ncase "$1" in node.conf) echo "the patch is bad" >&2; exit 1;; esac\nexec {real} "$@"\n')
    script.chmod(0o755)
    return later
