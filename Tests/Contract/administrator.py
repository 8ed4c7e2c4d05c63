"""What only Elastane itself may ask an engine, or order it to do."""

import contextlib
import json
import sqlite3

import redis

import groups
from patience import eventually


def administrator(server, group: str, endpoint: dict) -> redis.Redis:
    """A client of one node with the secret that is in the record of its group, or of the lone cluster."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/elastane.sqlite?mode=ro", uri=True)) as database:
        (text,) = database.execute(
            "SELECT value FROM record WHERE key LIKE 'group/%/' || ? OR key LIKE 'cluster/%/' || ?", (group, group)
        ).fetchone()
    return groups.connect(endpoint, username="elastane-administrator", password=json.loads(text)["credentials"]["administration"])


def save(server, group: str, endpoint: dict) -> None:
    """Begins a save, as one that is due does."""
    with administrator(server, group, endpoint) as node:
        eventually(lambda: not node.info("persistence")["rdb_bgsave_in_progress"], what="the end of another save")
        node.bgsave()


def configuration(server, group: str, endpoint: dict) -> dict[str, str]:
    """All parameters of one node, as it has them now."""
    with administrator(server, group, endpoint) as node:
        return node.config_get("*")
