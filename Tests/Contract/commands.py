"""Elastane's own commands, as their user types them."""

import json
import subprocess
from pathlib import Path

import server as servers


def run(*arguments: str, environment: dict[str, str] | None = None, timeout: float = 20) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(servers.BINARY), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=servers.clean_environment(environment),
        timeout=timeout,
    )


def ailing(data: Path) -> dict[str, str]:
    """What doctor says of members that are not well, by member."""
    found = json.loads(run("doctor", "--json", "--data-dir", str(data), timeout=30).stdout)
    return {finding["detail"].split()[0]: finding["detail"] for finding in found if finding["subject"] == "member"}
