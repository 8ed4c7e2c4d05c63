"""A server with engines of different generations, for what must not depend on one of them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import builds
import server as servers


@contextlib.contextmanager
def engines(directory: Path) -> Iterator[servers.Server]:
    """One engine that can't move its address while it runs (Redis 6.2), and two that can (Redis 7.0, Valkey 9)."""
    found = [builds.need("redis", 6, 2), builds.need("redis", 7, 0), builds.need("valkey", 9)]
    environment = {"ELASTANE_ENGINES": ":".join(str(build.path) for build in found), "PATH": "/nonexistent"}
    server = servers.Server(directory, environment=environment)
    try:
        server.start()
        yield server
    finally:
        server.close()
