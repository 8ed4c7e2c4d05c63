"""The servers that are measured: Elastane itself, and moto, which answers the same API without engines."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import api

ROOT = Path(__file__).resolve().parents[1]
BINARY = Path(os.environ.get("ELASTANE_BINARY") or ROOT / ".build/release/elastane").absolute()
MOTO = Path(sys.executable).parent / "moto_server"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process, started when made; `cold_start` is the time in seconds to its first answer."""

    def __init__(self, command: list[str], port: int, directory: Path):
        self.port = port
        self.directory = directory
        self._log = open(directory / "log", "wb")
        begun = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, cwd=directory)
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - begun > 60:
                self.stop()
                raise RuntimeError(f"{command[0]} did not start: {(directory / 'log').read_text()[-2000:]}")
            time.sleep(0.0005)
        self.cold_start = time.perf_counter() - begun

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(
                "GET", "/?Action=DescribeReplicationGroups&Version=2015-02-02", headers={"Authorization": api.AUTHORIZATION}
            )
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def resident_bytes(self) -> int:
        """VmRSS of the server itself, without engines."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no VmRSS")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


def await_refusal(port: int, authorization: str) -> None:
    """Until a service that was just given its first access key takes no other."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", "/?Action=DescribeEvents&Version=2015-02-02", headers={"Authorization": authorization})
            if connection.getresponse().status != 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the service goes on taking any access key")


class Elastane(Server):
    """Ephemeral: its data directory is gone when it has ended well. If it has not, `down` ends its engines."""

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def stop(self) -> None:
        super().stop()
        if self.data.exists():
            subprocess.run([str(BINARY), "down", "--data-dir", str(self.data)], stdin=subprocess.DEVNULL, timeout=120)


# What is measured is bigger than what an account may have by default.
QUOTAS = ["--quota", "nodes-per-region=5000,clusters-per-region=5000,nodes-per-cluster=500,shards-per-group=500"]


def elastane() -> Elastane:
    directory = Path(tempfile.mkdtemp(prefix="elastane-bench."))
    port = free_port()
    command = [str(BINARY), "serve", "--ephemeral", "--port", str(port), "--data-dir", str(directory / "data")]
    return Elastane([*command, "--network", "127.80.0.0/12", "--log-level", "warning", *QUOTAS], port, directory)


def has_moto() -> bool:
    return MOTO.exists()


def moto() -> Server:
    directory = Path(tempfile.mkdtemp(prefix="elastane-bench-moto."))
    port = free_port()
    return Server([str(MOTO), "-H", "127.0.0.1", "-p", str(port)], port, directory)
