"""What `make run` shows a newcomer: scripts/run.sh with the binary under test, from its start to Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import time

import pytest

import server as servers
import slices
from patience import eventually
from processes import processes_in

SCRIPT = servers.ROOT / "scripts/run.sh"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path, port):
    claimed = slices.claim()
    extra = {
        "ELASTANE_BINARY": str(servers.BINARY),
        "ELASTANE_PORT": str(port),
        "ELASTANE_NETWORK": str(claimed.network),
        "TMPDIR": str(tmp_path),
    }
    yield servers.clean_environment(extra)
    claimed.release()


def test_from_start_to_ctrl_c(tmp_path, environment, port):
    told = tmp_path / "told"
    start = time.monotonic()
    with open(told, "wb") as output:
        run = subprocess.Popen(
            ["bash", str(SCRIPT)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=tmp_path,
            start_new_session=True,
        )
    try:
        eventually(lambda: "Ctrl-C" in told.read_text() or run.poll() is not None, within=30, what="the end of the tour")
        text = told.read_text()
        assert run.poll() is None, text
        assert time.monotonic() - start < 15, text
        assert "my-first-group" in text and "available" in text
        endpoints = re.findall(r"(127\.\d+\.\d+\.\d+):(\d+)", text)
        assert len(set(endpoints)) >= 3, text
        for client in ("aws ", "boto3", "redis-cli"):
            assert client in text
        assert f"127.0.0.1:{port}" in text
        assert processes_in(tmp_path)

        second = subprocess.run(["bash", str(SCRIPT)], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=30)
        assert second.returncode != 0
        assert str(port) in second.stdout + second.stderr and "ELASTANE_PORT" in second.stdout + second.stderr
    finally:
        os.killpg(run.pid, signal.SIGINT)  # What a terminal does on Ctrl-C.
        try:
            code = run.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            raise
    assert code in (0, 130), told.read_text()
    told.unlink()
    eventually(lambda: not [p for p in processes_in(tmp_path) if p.pid != os.getpid()], what="the end of every process")
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
