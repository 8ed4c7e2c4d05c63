"""What users can't ask of an engine, or order: with the secret from the service's records."""

import contextlib
import json
import sqlite3

import redis

import groups
from patience import eventually


def secret(server, group: str, kind: str = "group") -> str:
    with contextlib.closing(sqlite3.connect(f"file:{server.data / 'elastane.sqlite'}?mode=ro", uri=True)) as database:
        (text,) = database.execute("SELECT value FROM record WHERE key LIKE ?", (f"{kind}/%/{group}",)).fetchone()
    return json.loads(text)["credentials"]["administration"]


def administrator(server, group: str, endpoint: dict) -> redis.Redis:
    """A client of one node."""
    return groups.connect(endpoint, username="elastane-administrator", password=secret(server, group))


def configuration(server, group: str, endpoint: dict) -> dict[str, str]:
    """All parameters of one node, as it has them now."""
    with administrator(server, group, endpoint) as node:
        return node.config_get("*")


def save(server, group: str, endpoint: dict) -> None:
    """Begins a save, as one that is due after a while does."""
    with administrator(server, group, endpoint) as node:
        eventually(lambda: not node.info("persistence")["rdb_bgsave_in_progress"], what="the end of another save")
        node.bgsave()
