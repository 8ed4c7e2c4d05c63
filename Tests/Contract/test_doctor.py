"""What `elastane doctor` says about a data directory: only by looking."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

import groups
import server as servers
from commands import doctor


def about(findings: list[dict], subject: str, word: str = "") -> list[dict]:
    return [finding for finding in findings if finding["subject"] == subject and word in finding["detail"]]


def one(findings: list[dict], subject: str, word: str = "") -> dict:
    found = about(findings, subject, word)
    assert len(found) == 1, findings
    return found[0]


def contents(data: Path) -> dict[str, bytes]:
    """The directory's own files; of the journal's index only that it is there: readers have their locks in it."""
    return {path.name: b"" if path.name.endswith("-shm") else path.read_bytes() for path in data.iterdir() if path.is_file()}


@contextlib.contextmanager
def records(data: Path):
    """The records, to be changed while no service runs."""
    with contextlib.closing(sqlite3.connect(data / "elastane.sqlite")) as database:
        yield database
        database.commit()


def change(database: sqlite3.Connection, group: str, edit) -> None:
    key = f"group/000000000000/us-east-1/{group}"
    (text,) = database.execute("SELECT value FROM record WHERE key = ?", (key,)).fetchone()
    value = json.loads(text)
    edit(value)
    database.execute("UPDATE record SET value = ? WHERE key = ?", (json.dumps(value).encode(), key))


@pytest.fixture
def server(make_server):
    return make_server(ephemeral=False).start()


def test_a_healthy_directory_while_a_service_runs(server):
    groups.create(server.client(), ReplicationGroupId="well", NumCacheClusters=2)
    code, findings = doctor(server.data)
    assert code == 0
    assert one(findings, "groups") == {"subject": "groups", "level": "fine", "detail": "1 of 1 available"}
    assert str(server.data) in one(findings, "disk space")["detail"]
    for subject in ("group", "member", "zone", "record", "records"):
        assert about(findings, subject) == []
    # It goes on.
    groups.delete(server.client(), "well")
    groups.gone(server.client(), "well")
    assert one(doctor(server.data)[1], "groups")["detail"] == "0 of 0 available"


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_nothing_is_changed(server, how):
    groups.create(server.client(), ReplicationGroupId="quiet")
    server.stop() if how == "stopped" else server.kill()
    before = contents(server.data)
    code, findings = doctor(server.data)
    assert code == 0 and "1 of 1 available; no service runs" in one(findings, "groups")["detail"]
    assert contents(server.data) == before
    server.start()
    groups.available(server.client(), "quiet")


def test_zones_that_are_down(server):
    order = [str(servers.BINARY), "fault", "zone", "us-east-1f", "down", "--endpoint", server.endpoint]
    subprocess.run(order, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=30, env=servers.clean_environment())
    found = one(doctor(server.data)[1], "zone")
    assert found["level"] == "advice" and "us-east-1f is down" in found["detail"]
    assert found["remedy"] == "elastane fault zone us-east-1f up"


def test_what_ails_groups_and_members(server):
    client = server.client()
    for name in ("ill", "half", "failed"):
        groups.create(client, ReplicationGroupId=name)
    server.stop()
    trouble = {"kind": "saveFailing", "reason": "no space left\nand more of it", "since": 816_000_000, "restarts": 3}
    with records(server.data) as database:
        change(database, "ill", lambda group: group["nodeGroups"][0]["members"][0].update(trouble=trouble))
        change(database, "half", lambda group: group.update(status="modifying"))
        change(database, "failed", lambda group: group.update(status="create-failed", failure="nobody would have it"))
        database.execute("INSERT INTO record VALUES ('group/000000000000/us-east-1/odd', '{', 1)")
        database.execute("INSERT INTO record VALUES ('down-zones', '{}', 1)")
    code, findings = doctor(server.data)
    assert code == 0
    member = one(findings, "member")
    assert member["level"] == "advice" and "engine.log" in member["remedy"]
    for word in ("ill-001", "us-east-1", "can't save", "3 times", "no space left", "2026-11-10T"):
        assert word in member["detail"], member
    assert "and more of it" not in member["detail"]
    half = one(findings, "group", "half")
    assert (half["level"], half["remedy"]) == ("advice", "elastane serve") and "modifying" in half["detail"]
    failed = one(findings, "group", "failed")
    assert failed["level"] == "advice" and "nobody would have it" in failed["detail"] and "delete" in failed["remedy"]
    assert one(findings, "groups")["detail"].startswith("1 of 3 available")
    for key in ("group/000000000000/us-east-1/odd", "down-zones"):
        assert one(findings, "record", key)["level"] == "advice"


def test_an_engine_that_is_gone(server):
    groups.create(server.client(), ReplicationGroupId="orphan")
    server.stop()
    with records(server.data) as database:
        change(database, "orphan", lambda group: group["build"].update(path="/nowhere/redis-server"))
    code, findings = doctor(server.data)
    found = one(findings, "engine", "/nowhere/redis-server")
    assert code == 1 and found["level"] == "missing" and "orphan" in found["detail"] and found["remedy"]


def test_a_damaged_database(server):
    server.stop()
    database = server.data / "elastane.sqlite"
    whole = database.read_bytes()
    database.write_bytes(b"")
    try:
        code, findings = doctor(server.data)
        assert code == 1 and one(findings, "records")["level"] == "missing"
        assert database.read_bytes() == b""
    finally:
        database.write_bytes(whole)


def test_no_directory_yet(tmp_path):
    code, findings = doctor(tmp_path / "nowhere")
    assert code == 0 and about(findings, "groups") == about(findings, "disk space") == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(("size", "level", "code"), [("50m", "missing", 1), ("500m", "advice", 0)])
def test_a_disk_that_is_nearly_full(server, tmp_path, size, level, code):
    """On a disk of that size, which only this one process sees."""
    server.stop()
    disk = tmp_path / "disk"
    disk.mkdir()
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-ec"]
    mount = f'mount -t tmpfs -o size={size} tmpfs "$1"'
    if not shutil.which("unshare") or subprocess.run([*alone, mount, "sh", disk], capture_output=True, timeout=20).returncode != 0:
        pytest.skip("this machine lets us mount nothing, not even for one process")
    script = mount + '; cp -a "$2/." "$1"; exec "$3" doctor --json --data-dir "$1"'
    result = subprocess.run(
        [*alone, script, "sh", disk, server.data, servers.BINARY],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=servers.clean_environment(),
        timeout=30,
    )
    assert result.returncode == code, result.stderr
    found = one(json.loads(result.stdout), "disk space")
    assert found["level"] == level and found["remedy"]
