"""What only Elastane itself may order an engine to do: for what an engine would do by itself after a while."""

import contextlib
import json
import sqlite3

import redis

import groups
from patience import eventually


def administrator(server, group: str, endpoint: dict) -> redis.Redis:
    """A client of one node with the secret that is in the group's record."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/elastane.sqlite?mode=ro", uri=True)) as database:
        (text,) = database.execute("SELECT value FROM record WHERE key LIKE 'group/%/' || ?", (group,)).fetchone()
    return groups.connect(endpoint, username="elastane-administrator", password=json.loads(text)["credentials"]["administration"])


def save(server, group: str, endpoint: dict) -> None:
    """Begins a save, as one that is due does."""
    with administrator(server, group, endpoint) as node:
        eventually(lambda: not node.info("persistence")["rdb_bgsave_in_progress"], what="the end of another save")
        node.bgsave()
