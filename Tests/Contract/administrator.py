"""An engine's own configuration, which users can't ask for: with the secret from the service's records."""

import contextlib
import json
import sqlite3

import groups


def secret(server, group: str, kind: str = "group") -> str:
    with contextlib.closing(sqlite3.connect(f"file:{server.data / 'elastane.sqlite'}?mode=ro", uri=True)) as database:
        (text,) = database.execute("SELECT value FROM record WHERE key LIKE ?", (f"{kind}/%/{group}",)).fetchone()
    return json.loads(text)["credentials"]["administration"]


def configuration(server, group: str, endpoint: dict) -> dict[str, str]:
    """All parameters of one node, as it has them now."""
    with groups.connect(endpoint, username="elastane-administrator", password=secret(server, group)) as node:
        return node.config_get("*")
