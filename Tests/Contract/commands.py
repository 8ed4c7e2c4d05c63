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


def doctor(data: Path, *arguments: str) -> tuple[int, list[dict]]:
    """Its exit code and its findings."""
    result = run("doctor", "--json", "--data-dir", str(data), *arguments, timeout=30)
    return result.returncode, json.loads(result.stdout)


def ailing(data: Path) -> dict[str, str]:
    """What doctor says of members that are not well, by member."""
    _, found = doctor(data)
    return {finding["detail"].split()[0]: finding["detail"] for finding in found if finding["subject"] == "member"}
