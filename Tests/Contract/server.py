"""One `elastane serve`, with a data directory and a slice of addresses of its own."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import boto3
from botocore.config import Config

import slices
from processes import Process, processes_in

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("ELASTANE_BINARY") or ROOT / ".build/debug/elastane").absolute()
READY = re.compile(r"^elastane is ready at (https?://\S+:(\d+))\s*$", re.MULTILINE)
START_DEADLINE = 20.0
STOP_DEADLINE = 30.0

_session = boto3.session.Session()


def clean_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """This process's environment without anything that would configure Elastane or an AWS client behind our back."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "ELASTANE_"))}
    return kept | {"AWS_EC2_METADATA_DISABLED": "true"} | (extra or {})


class Server:
    """Starts, kills and stops one server; after `close` nothing of it may be left."""

    def __init__(self, directory: Path, *, ephemeral: bool = True, arguments=(), environment=None, network_file=None):
        """`network_file` makes the text of a network file from the server's slice of addresses."""
        self.directory = directory
        self.data = directory / "data"
        self.ephemeral = ephemeral
        self.arguments = list(arguments)
        self.environment = clean_environment(environment)
        self.slice = slices.claim()
        self.network_file = directory / "network.yaml" if network_file else None
        if self.network_file:
            self.network_file.write_text(network_file(self.network))
        self.endpoint = ""
        self.port = 0
        self.process: subprocess.Popen | None = None
        self._memory: Path | None = None
        self.output = directory / "serve.out"
        self.log = directory / "serve.log"
        self._said_before = 0

    @property
    def network(self):
        return self.slice.network

    def command(self, *more: str) -> list[str]:
        line = [str(BINARY), "serve", "--port", "0", "--data-dir", str(self.data)]
        line += ["--network-config", str(self.network_file)] if self.network_file else ["--network", str(self.network)]
        if self.ephemeral:
            line.append("--ephemeral")
        return line + self.arguments + list(more)

    def start(self) -> "Server":
        self.launch()
        deadline = time.monotonic() + START_DEADLINE
        while not self.is_ready():
            assert time.monotonic() < deadline, f"serve was not ready within {START_DEADLINE} s:\n{self.tail()}"
            time.sleep(0.01)
        return self

    def launch(self) -> None:
        """Starts the process and waits for nothing."""
        assert self.process is None, "it runs already"
        self.directory.mkdir(parents=True, exist_ok=True)
        self._said_before = self.output.stat().st_size if self.output.exists() else 0
        with open(self.output, "ab") as output, open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                env=self.environment,
                cwd=self.directory,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        """Whether the launched process has said so. Fails if it has ended."""
        assert self.process is not None
        ready = READY.search(self.output.read_bytes()[self._said_before :].decode(errors="replace"))
        if ready:
            self.endpoint, self.port = ready[1], int(ready[2])
            return True
        code = self.process.poll()
        assert code is None, f"serve ended with {code} before it was ready:\n{self.tail()}"
        return False

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(STOP_DEADLINE)
        self.process = None

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ends serve in good order and returns its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        try:
            return self.process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            tail = self.tail()
            self.kill()
            raise AssertionError(f"serve did not end within {STOP_DEADLINE} s of {how.name}:\n{tail}") from None
        finally:
            self.process = None

    def restart(self, how: signal.Signals = signal.SIGKILL) -> "Server":
        if self.process is not None:
            self.kill() if how is signal.SIGKILL else self.stop(how)
        return self.start()

    def down(self) -> subprocess.CompletedProcess:
        """`elastane down`: every engine stopped, its data saved."""
        return subprocess.run(
            [str(BINARY), "down", "--data-dir", str(self.data)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=STOP_DEADLINE,
        )

    @property
    def memory(self) -> Path | None:
        """Where groups that are encrypted at rest work, as the data directory says, or said last."""
        note = self.data / "memory-directory"
        if note.exists():
            self._memory = Path(note.read_text().strip())
        return self._memory

    def processes(self) -> list[Process]:
        """All that runs in the data directory, on the disk and in memory, without serve itself."""
        own = self.process.pid if self.process else -1
        found = processes_in(self.data) + (processes_in(self.memory) if self.memory else [])
        return [process for process in found if process.pid != own and not process.is_asked]

    def engines(self) -> list[Process]:
        return [process for process in self.processes() if process.is_engine]

    def client(self, *, region: str = "us-east-1", account: str = "test", read_timeout: float = 30, **more):
        """A boto3 client. An access key id of twelve digits is the account's id. No retries, to see each answer."""
        return _session.client(
            "elasticache",
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=read_timeout),
            **more,
        )

    def tail(self, lines: int = 80) -> str:
        """The end of what serve has said."""
        text = ""
        for path in (self.output, self.log):
            if path.exists():
                last = path.read_text(errors="replace").splitlines()[-lines:]
                text += f"--- {path.name}\n" + "\n".join(last) + "\n"
        return text

    def close(self) -> None:
        """Ends everything, then asserts that nothing is left: of an ephemeral server not even the directory."""
        complaints = []
        memory = self.memory
        try:
            if self.process is not None:
                code = self.stop()
                if code != 0:
                    complaints.append(f"serve ended with {code}")
            elif self.ephemeral and self.processes():
                complaints.append("serve is gone and its engines are not")
            if not self.ephemeral and self.data.exists():
                result = self.down()
                if result.returncode != 0:
                    complaints.append(f"down ended with {result.returncode}: {result.stderr}")
            if self.ephemeral and self.data.exists():
                complaints.append(f"the data directory is still there: {sorted(self.data.rglob('*'))[:10]}")
            if memory and memory.exists() and (self.ephemeral or any((memory / "nodes").iterdir())):
                complaints.append(f"data is left in memory: {sorted(memory.rglob('*'))[:10]}")
            left = self.processes()
            if left:
                complaints.append(f"processes are left: {left}")
        finally:
            for process in self.processes():
                os.kill(process.pid, signal.SIGKILL)
            if memory:
                shutil.rmtree(memory, ignore_errors=True)
            self.slice.release()
        assert not complaints, "\n".join(complaints) + "\n" + self.tail()
