"""The engine builds that the tests can use: the system's, and those that scripts/fetch-engines.sh brings."""

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from server import ROOT


@dataclass(frozen=True)
class Build:
    engine: str
    version: tuple[int, ...]
    path: Path

    @property
    def text(self) -> str:
        return ".".join(map(str, self.version))


def _ask(path: Path) -> Build | None:
    output = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10).stdout
    told = re.search(r"(Redis|Valkey) server v=(\d+(?:\.\d+)+)", output)
    return Build(told[1].lower(), tuple(map(int, told[2].split("."))), path) if told else None


@functools.cache
def installed() -> tuple[Build, ...]:
    paths = [Path(found) for name in ("redis-server", "valkey-server") if (found := shutil.which(name))]
    paths += sorted(ROOT.glob(".engines/*/redis-server")) + sorted(ROOT.glob(".engines/*/valkey-server"))
    return tuple(build for path in paths if (build := _ask(path)))


def need(engine: str, major: int, minor: int | None = None, *, optional: bool = False) -> Build:
    """The oldest fitting build, or a skip: a failure when ELASTANE_REQUIRE_ENGINES is set, as `make test` does.

    An optional build is one that not every machine's package sources have.
    """
    fitting = [
        build
        for build in installed()
        if build.engine == engine and build.version[0] == major and (minor is None or build.version[1] == minor)
    ]
    if fitting:
        return min(fitting, key=lambda build: build.version)
    wanted = f"{engine} {major}" + ("" if minor is None else f".{minor}")
    if os.environ.get("ELASTANE_REQUIRE_ENGINES") and not optional:
        pytest.fail(f"{wanted} is not installed: scripts/fetch-engines.sh brings it")
    pytest.skip(f"{wanted} is not installed: scripts/fetch-engines.sh brings it")
