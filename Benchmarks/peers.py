"""What one would otherwise run for failover: Redis Sentinel, and a Redis Cluster's own. The same engine as Elastane's.

A process supervisor that restarts what died is assumed: `repair` starts a killed engine again.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import clients
import resp
import wholeness
from measure import engine, free_base
from resp import Address
from subjects import KEY_SLOT

WHOLE_SECONDS = 120


class Engines:
    """Engines of one directory, each started with the same words again after it died. All end with `close`."""

    def __init__(self, count: int):
        self.directory = Path(tempfile.mkdtemp(prefix="elastane-bench-peer."))
        self._base = free_base(count)
        self._commands: list[list[str]] = []
        self.processes: list[subprocess.Popen] = []

    def next_address(self) -> Address:
        return "127.0.0.1", self._base + len(self._commands)

    def start(self, *words: str) -> Address:
        address = self.next_address()
        home = self.home(address)
        home.mkdir()
        common = ["--port", str(address[1]), "--bind", "127.0.0.1", "--dir", str(home), "--logfile", str(home / "log")]
        # A sentinel's configuration file comes first and must be a file of its own.
        files, options = (words[:1], words[1:]) if words and not words[0].startswith("--") else ((), words)
        self._commands.append([engine(), *files, *common, *options])
        self.processes.append(self._run(self._commands[-1]))
        return address

    def home(self, address: Address) -> Path:
        return self.directory / str(address[1])

    def start_again(self, *more: str) -> None:
        """Every engine that has ended, with more options that overrule earlier ones."""
        for number, process in enumerate(self.processes):
            if process.poll() is not None:
                self.processes[number] = self._run([*self._commands[number], *more])

    @staticmethod
    def _run(command: list[str]) -> subprocess.Popen:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def close(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait(30)
        shutil.rmtree(self.directory, ignore_errors=True)


class Sentinels:
    """Three sentinels that watch some primaries with replicas."""

    def __init__(self, primaries: int, replicas: int, *, down_after: int | None = None, failover_timeout: int | None = None):
        """Milliseconds; None is Sentinel's default: 30 seconds and 3 minutes."""
        self._replicas = replicas
        self._engines = Engines(primaries * (1 + replicas) + 3)
        try:
            self.groups = {f"group-{number}": self._start_group() for number in range(primaries)}
            settings = {"down-after-milliseconds": down_after, "failover-timeout": failover_timeout}
            watched = "".join(self._watched(group, nodes[0], settings) for group, nodes in self.groups.items())
            self.sentinels = [self._start_sentinel(watched) for _ in range(3)]
            self.sentinel_pids = [process.pid for process in self._engines.processes[-3:]]
            self.node_pids = [process.pid for process in self._engines.processes[:-3]]
        except BaseException:
            self.close()
            raise

    def _start_group(self) -> list[Address]:
        primary = self._engines.start("--save", "")
        replicas = [self._engines.start("--save", "", "--replicaof", f"{primary[0]} {primary[1]}") for _ in range(self._replicas)]
        return [primary, *replicas]

    @staticmethod
    def _watched(group: str, primary: Address, settings: dict[str, int | None]) -> str:
        lines = [f"sentinel monitor {group} {primary[0]} {primary[1]} 2"]
        lines += [f"sentinel {name} {group} {value}" for name, value in settings.items() if value is not None]
        return "\n".join(lines) + "\n"

    def _start_sentinel(self, watched: str) -> Address:
        file = self._engines.directory / f"sentinel-{self._engines.next_address()[1]}.conf"
        file.write_text(watched)
        return self._engines.start(str(file), "--sentinel")

    def client(self, group: str = "group-0") -> clients.SentinelClient:
        return clients.SentinelClient(self.sentinels, group)

    def repair(self) -> None:
        """Starts the killed primary as a replica, once the sentinels agree whose: sooner it would be a second, empty primary."""
        wholeness.until("the sentinels agreed", lambda: self._agreed("group-0") is not None, WHOLE_SECONDS)
        host, port = self._agreed("group-0")
        self._engines.start_again("--replicaof", f"{host} {port}")

    def _agreed(self, group: str) -> Address | None:
        """The primary that every sentinel names and that is one."""
        named = {tuple(resp.ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", group)) for sentinel in self.sentinels}
        host, port = named.pop()
        return (host, int(port)) if not named and resp.info((host, int(port)), "replication")["role"] == "master" else None

    def await_whole(self) -> None:
        wholeness.until("Sentinel's groups whole", lambda: all(self._is_whole(group) for group in self.groups), WHOLE_SECONDS)

    def _is_whole(self, group: str) -> bool:
        """Every sentinel knows the others, all replicas, and the same primary, and takes none of them for down."""
        primary = self._agreed(group)
        for sentinel in self.sentinels:
            with resp.Connection(sentinel) as connection:
                words = connection.ask("SENTINEL", "MASTER", group)
                told = dict(zip(words[::2], words[1::2], strict=True))
                replicas = connection.ask("SENTINEL", "REPLICAS", group)
            flags = [dict(zip(words[::2], words[1::2], strict=True))["flags"] for words in replicas]
            if told["flags"] != "master" or told["num-other-sentinels"] != "2" or flags != ["slave"] * self._replicas:
                return False
        return primary is not None and wholeness.are_linked(primary, [node for node in self.groups[group] if node != primary])

    def failovers(self) -> int:
        """How often the first sentinel saw a primary replaced."""
        log = self._engines.home(self.sentinels[0]) / "log"
        return log.read_text(errors="replace").count("+switch-master")

    def close(self) -> None:
        self._engines.close()


class ClusterPeer:
    """A Redis Cluster of three shards with a replica each, at its defaults."""

    def __init__(self):
        self._engines = Engines(6)
        try:
            self._nodes = [self._engines.start("--save", "", "--cluster-enabled", "yes") for _ in range(6)]
            for node in self._nodes:
                wholeness.until(f"an answer of {node}", lambda node=node: resp.ask(node, "PING") == "PONG", 30)
            self._form()
        except BaseException:
            self.close()
            raise

    def _form(self) -> None:
        names = [f"{host}:{port}" for host, port in self._nodes]
        subprocess.run(
            ["redis-cli", "--cluster", "create", *names, "--cluster-replicas", "1", "--cluster-yes"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )

    def client(self) -> clients.ClusterClient:
        return clients.ClusterClient(self._nodes[0], clients.KEY, KEY_SLOT)

    def repair(self) -> None:
        self._engines.start_again()

    def await_whole(self) -> None:
        wholeness.until("the cluster whole", lambda: wholeness.is_cluster_whole(self._nodes[0], 3, 1), WHOLE_SECONDS)

    def failovers(self) -> int:
        """How often a replica was made primary, as the nodes' logs tell."""
        logs = [(self._engines.home(node) / "log").read_text(errors="replace") for node in self._nodes]
        return sum(log.count("Failover election won") for log in logs)

    def close(self) -> None:
        self._engines.close()
