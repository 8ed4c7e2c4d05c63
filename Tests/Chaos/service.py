"""One service under attack: killed, paused and restarted while others use it."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import botocore.exceptions

import signals
from patience import eventually
from processes import Process
from report import Failure
from server import BINARY, ROOT, Server, clean_environment

UNANSWERED = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)
"""What a client gets when nobody answers, or not to the end."""
PASSING = {
    "InvalidReplicationGroupState",
    "InvalidCacheClusterState",
    "InvalidUserState",
    "ReplicationGroupAlreadyUnderMigrationFault",
    "ReplicationGroupNotFoundFault",
    "CacheClusterNotFound",
    "ReplicationGroupAlreadyExists",
    "CacheClusterAlreadyExists",
    "TestFailoverNotAvailableFault",
    "APICallRateForCustomerExceeded",
    "NodeGroupNotFoundFault",
    "NoOperationFault",
    "InvalidParameterCombination",
    "InvalidParameterValue",
}
"""Refusals that a request under chaos may meet: the group was in another state than the schedule supposed."""
FORWARDER = "forwarder"
ANSWERED_WITHIN = 60.0
"""Seconds in which somebody answers, while the service is killed and stopped again and again."""


class Service:
    """A server of one data directory. Safe to use from several threads."""

    def __init__(self, directory: Path, arguments: list[str], environment: dict[str, str] | None = None):
        self.server = Server(directory, ephemeral=False, arguments=arguments, environment=environment or engines())
        self._lock = threading.RLock()
        self._client = None
        self._client_of = ""
        self._stopped: set[Process] = set()
        self._closed = False

    @property
    def nodes(self) -> Path:
        return self.server.data / "nodes"

    # The API

    def client(self):
        """A client of the service as it runs now; after a restart it has another port."""
        with self._lock:
            if self._client is None or self._client_of != self.server.endpoint:
                self._client, self._client_of = self.server.client(), self.server.endpoint
            return self._client

    def ask(self, operation: str, **parameters) -> str:
        """What became of a request: `ok`, `unanswered`, or the code of a refusal. Any other failure is one of the service."""
        client = self.client()
        try:
            getattr(client, operation)(**parameters)
        except UNANSWERED:
            return "unanswered"
        except botocore.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in PASSING:
                raise Failure(f"{operation} {parameters} was answered with {error}") from None
            return f"{code}: {error.response['Error']['Message']}"
        return "ok"

    def fault(self, action: str, **what: str) -> str:
        """A fault through the door that `elastane fault` uses. Asked for until it is answered: only what may be repeated."""

        def answer() -> str:
            status, said = self._knock({"action": action} | what)
            if status >= 500:
                return ""
            if status != 200:
                raise Failure(f"the fault {action} {what} was answered with {status}: {said}")
            return said

        return eventually(answer, within=ANSWERED_WITHIN, every=0.05, what=f"the fault {action} {what}")

    def _knock(self, order: dict[str, str]) -> tuple[int, str]:
        """Status and message; 503 if nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=3)
        try:
            connection.request("POST", "/_elastane/faults", body=json.dumps(order), headers={"X-Elastane-Fault": "yes"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())["message"]
        except (OSError, http.client.HTTPException) as error:
            return 503, f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    # The process

    def start(self) -> None:
        with self._lock:
            self.server.start()

    def kill(self) -> None:
        with self._lock:
            if self.server.process is not None:
                self.server.kill()

    def ensure_running(self) -> None:
        """Fails if it has ended by itself."""
        with self._lock:
            if self.server.process is None:
                self.server.start()
            self._must_live()

    def _must_live(self) -> None:
        """Before it is killed, too: else that would hide a crash."""
        code = self.server.process.poll() if self.server.process else None
        if code is not None:
            self.server.process = None
            raise Failure(f"serve ended by itself with {code}:\n{self.server.tail()}")

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Killed before, started again after. Clients go on asking the old one meanwhile, and are not answered."""
        with self._lock:
            self._must_live()
            self.kill()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Stopped before, let go on after."""
        process = self.server.process
        if process is None or process.poll() is not None:
            yield
            return
        process.send_signal(signal.SIGSTOP)
        eventually(lambda: signals.state_of(process.pid) in ("T", ""), within=5, every=0.001, what="serve stopped")
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def restart(self, away: float) -> None:
        with self.away():
            time.sleep(away)

    def pause(self, duration: float) -> None:
        with self.held():
            time.sleep(duration)

    def launch_with_failpoint(self, failpoint: str) -> None:
        """Starts it so that it stops itself at a step; returns when it is ready, or stopped before that."""
        with self._lock:
            self.server.environment["ELASTANE_FAILPOINT"] = failpoint
            try:
                self.server.launch()
            finally:
                del self.server.environment["ELASTANE_FAILPOINT"]
            eventually(lambda: self.server.is_ready() or self.is_stopped(), within=20, every=0.01, what="serve's start")

    def is_stopped(self) -> bool:
        process = self.server.process
        return process is not None and signals.state_of(process.pid) == "T"

    def let_go_on(self) -> None:
        if self.server.process is not None:
            self.server.process.send_signal(signal.SIGCONT)

    # The nodes

    def nodes_running(self) -> dict[str, list[Process]]:
        """Processes by the name of the directory under `nodes/` in which they run."""
        found: dict[str, list[Process]] = {}
        for process in self.server.processes():
            try:
                where = Path(os.readlink(f"/proc/{process.pid}/cwd").removesuffix(" (deleted)"))
            except (FileNotFoundError, ProcessLookupError):
                continue
            memory = self.server.memory
            if where.parent in (self.nodes.resolve(), memory and memory / "nodes"):
                found.setdefault(where.name, []).append(process)
        return found

    def engine_of(self, member: str) -> Process | None:
        """A member's process: its directory is the member's id and eight random digits."""
        for name, processes in self.nodes_running().items():
            if name.rpartition("-")[0] == member:
                return processes[0]
        return None

    def forwarder(self) -> Process | None:
        return next(iter(self.nodes_running().get(FORWARDER, [])), None)

    def hit(self, process: Process, how: signal.Signals) -> bool:
        sent = signals.send(process, how)
        with self._lock:
            if sent and how is signal.SIGSTOP:
                self._stopped.add(process)
            elif how is not signal.SIGSTOP:
                self._stopped.discard(process)
        return sent

    def release(self) -> None:
        """Lets everything that was stopped go on."""
        with self._lock:
            for process in self._stopped:
                signals.send(process, signal.SIGCONT)
            self._stopped.clear()
            if self.is_stopped():
                self.let_go_on()

    def close(self) -> None:
        """In good order; fails if that leaves anything."""
        self.release()
        self.server.close()
        self._closed = True

    def abandon(self) -> None:
        """Kills everything that is left of it, if it was not closed."""
        if self._closed:
            return
        self.kill()
        for process in self.server.processes():
            signals.send(process, signal.SIGKILL)
        self.server.slice.release()
        self._closed = True


def engines() -> dict[str, str]:
    """Beside the system's engines those that scripts/fetch-engines.sh brings."""
    folders = sorted(str(path.parent) for path in ROOT.glob(".engines/*/*-server"))
    return {"ELASTANE_ENGINES": ":".join(folders)} if folders else {}


def told(*arguments: str) -> str | None:
    """What the binary prints; None if it does not know the command."""
    result = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=20, env=clean_environment())
    return result.stdout if result.returncode == 0 else None


def served() -> set[str]:
    """The operations that the service has."""
    lines = (told("api-coverage") or "").splitlines()
    return {line.split("|")[1].strip().strip("`") for line in lines if line.count("|") >= 3 and "yes" in line.lower()}


def failpoints() -> list[str]:
    return (told("failpoints") or "").split()
