"""The measurements. Ours and the peer's alternate within one run, so that what disturbs one disturbs both."""

import concurrent.futures
import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import api
import servers

HERE = Path(__file__).resolve().parent
GROUPS = 300


@dataclass
class Figure:
    """One line of the table. `ours` and `peer` are medians of the samples; `peer` is None where there is none."""

    name: str
    unit: str
    aim: str
    peer_name: str
    ours_samples: list[float]
    peer_samples: list[float] = field(default_factory=list)

    @property
    def ours(self) -> float:
        return median(self.ours_samples)

    @property
    def peer(self) -> float | None:
        return median(self.peer_samples) if self.peer_samples else None

    @property
    def ratio(self) -> float | None:
        """The peer's figure divided by ours."""
        return self.peer / self.ours if self.peer is not None and self.ours else None

    def as_json(self) -> dict:
        return asdict(self) | {"ours": self.ours, "peer": self.peer, "ratio": self.ratio}


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def engine() -> str:
    """The engine that Elastane takes for Redis 7.0 where only the system's is installed, and so the peer's too."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if not found or not shutil.which("redis-cli"):
        raise SystemExit("the benchmark needs redis-server and redis-cli on PATH")
    return found


@contextlib.contextmanager
def peer_nodes(script: str, count: int):
    """Runs a peer's script and yields the seconds since its start at each line it printed, and at its end."""
    directory = Path(tempfile.mkdtemp(prefix="elastane-bench-peer."))
    base = free_base(count)
    marks: list[float] = []
    begun = time.perf_counter()
    process = subprocess.Popen(
        ["bash", str(HERE / script), engine(), str(directory), str(base)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        for _ in process.stdout:
            marks.append(time.perf_counter() - begun)
        code = process.wait(120)
        marks.append(time.perf_counter() - begun)
        if code != 0:
            raise RuntimeError(f"{script} ended with {code}")
        yield marks
    finally:
        process.kill()
        process.wait()
        for path in directory.glob("*/pid"):
            with contextlib.suppress(ProcessLookupError, ValueError):
                os.kill(int(path.read_text()), signal.SIGKILL)
        time.sleep(0.2)
        shutil.rmtree(directory, ignore_errors=True)


def free_base(count: int) -> int:
    """A base whose `count` ports, and their cluster bus ports, nobody uses."""
    for _ in range(200):
        base = random.randrange(20_000, 22_000)
        with contextlib.ExitStack() as stack:
            try:
                for port in [base + n for n in range(count)] + [base + n + 10_000 for n in range(count)]:
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return base
    raise RuntimeError("no free range of ports")


def creation(rounds: int) -> list[Figure]:
    """(a) A primary and two replicas: to the first write through the primary endpoint, and to linked replicas."""
    say("Three nodes, cluster mode disabled: to the first acknowledged write, and to linked replicas")
    peer = "shell script, engine's defaults"
    written = Figure("create 3 nodes, to first write", "s", "0.150", peer, [])
    linked = Figure("create 3 nodes, to linked replicas", "s", "", peer, [])
    formed(rounds, "three", {"NumCacheClusters": 3}, "PrimaryEndpoint", written, linked, peer=("peer-replicas.sh", 3))
    return [written, linked]


def cluster(rounds: int) -> list[Figure]:
    """(b) Six nodes with cluster mode enabled: to the first write, and to the last linked replica."""
    say("Six nodes, cluster mode enabled: to the first acknowledged write, and to linked replicas")
    figures: list[Figure] = []
    for shards, replicas, aim in ((2, 2, "2.6"), (3, 1, "")):
        shape = f"{shards} x {replicas + 1}"
        # redis-cli makes no cluster of two shards, so both shapes stand beside its three shards of two nodes.
        peer = "redis-cli --cluster create, 3 x 2"
        written = Figure(f"create {shape} cluster, to first write", "s", aim, peer, [])
        linked = Figure(f"create {shape} cluster, to linked replicas", "s", "", peer, [])
        parameters = {"NumNodeGroups": shards, "ReplicasPerNodeGroup": replicas}
        formed(rounds, f"six-{shards}", parameters, "ConfigurationEndpoint", written, linked, peer=("peer-cluster.sh", 6))
        figures += [written, linked]
    return figures


def formed(rounds: int, name: str, shape: dict, element: str, written: Figure, linked: Figure, *, peer: tuple[str, int]) -> None:
    """Alternates between Elastane and the peer's script. The first round only warms the caches."""
    with servers.elastane() as server:
        for number in range(rounds + 1):
            client = api.API(server.port)
            group = f"{name}-{number}"
            begun = time.perf_counter()
            client.create(group, **shape)
            # Available means linked as well: a client can't know the endpoint before.
            description = client.available(group)
            available = time.perf_counter() - begun
            api.write(api.endpoint(description, element))
            wrote = time.perf_counter() - begun
            client.delete(group)
            client.close()
            with peer_nodes(*peer) as marks:
                if number:
                    written.ours_samples.append(wrote)
                    linked.ours_samples.append(available)
                    written.peer_samples.append(marks[0])
                    linked.peer_samples.append(marks[1])


def cold_start(rounds: int) -> list[Figure]:
    """(d) From the start of the process to its first answer."""
    say("Cold start to the first answer")
    figure = Figure("cold start to first answer", "s", "0.050", "moto server", [])
    for number in range(rounds + 1):
        with servers.elastane() as server:
            ours = server.cold_start
        theirs = None
        if servers.has_moto() and number <= 3:
            with servers.moto() as server:
                theirs = server.cold_start
        if number:
            figure.ours_samples.append(ours)
            if theirs is not None:
                figure.peer_samples.append(theirs)
    return [figure]


MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def load(port: int, query: str, connections: int, seconds: int) -> tuple[float, float, float]:
    """wrk for some seconds: requests a second, and the latency's p50 and p99 in milliseconds."""
    path = f"/?Action=DescribeReplicationGroups&Version=2015-02-02{query}"
    return wrk(port, path, {"Authorization": api.AUTHORIZATION}, connections, seconds)


def wrk(port: int, path: str, headers: dict[str, str], connections: int, seconds: int) -> tuple[float, float, float]:
    """The same of any path. Every answer has to be a 200."""
    told = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *told, f"http://127.0.0.1:{port}{path}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    ).stdout
    if "Non-2xx" in output:
        raise RuntimeError(f"not every answer was a 200:\n{output}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    latency = {
        point: float(value) * MILLISECONDS[unit] for point, value, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s|m)\b", output)
    }
    return rate, latency["50"], latency["99"]


def populate(port: int, first: int, last: int, *, wait: bool) -> None:
    """Single-node groups `group-first` to `group-last`, a few at a time."""

    def make(number: int) -> None:
        client = api.API(port)
        try:
            client.create(f"group-{number:03}", NumCacheClusters=1)
            if wait:
                client.available(f"group-{number:03}")
        finally:
            client.close()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(first, last + 1)))


def describe(rounds: int, seconds: int) -> list[Figure]:
    """(c) Describe requests with 1 and 300 groups, on 1 and 8 connections; (e) the memory of 300 groups."""
    figures: list[Figure] = []
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(servers.elastane())
        peer = stack.enter_context(servers.moto()) if servers.has_moto() else None
        memory_empty = ours.resident_bytes()
        for groups in (1, GROUPS):
            say(f"Describe requests with {groups} group{'s' if groups > 1 else ''}")
            populate(ours.port, 1 if groups == 1 else 2, groups, wait=True)
            if peer:
                populate(peer.port, 1 if groups == 1 else 2, groups, wait=False)
            queries = {"one by id": "&ReplicationGroupId=group-001"}
            if groups > 100:
                queries["a page of 100"] = ""
            for what, query in queries.items():
                for connections in (1, 8):
                    figures += described(ours, peer, groups, what, query, connections, rounds, seconds)
        say("Resident memory")
        memory = Figure(f"resident memory, {GROUPS} groups", "MiB", "64", "moto server", [ours.resident_bytes() / 2**20])
        if peer:
            memory.peer_samples.append(peer.resident_bytes() / 2**20)
        figures += [Figure("resident memory, no group", "MiB", "", "", [memory_empty / 2**20]), memory]
    return figures


def described(ours, peer, groups: int, what: str, query: str, connections: int, rounds: int, seconds: int) -> list[Figure]:
    name = f"describe {what}, {groups} group{'s' if groups > 1 else ''}, {connections} conn."
    aim = "10000" if what == "one by id" and connections == 8 else ""
    rate = Figure(name, "req/s", aim, "moto server", [])
    p50, p99 = (Figure(f"{name}, {point}", "ms", "", "moto server", []) for point in ("p50", "p99"))
    for number in range(rounds):
        for figure, value in zip((rate, p50, p99), load(ours.port, query, connections, seconds), strict=True):
            figure.ours_samples.append(value)
        if peer and number == 0:  # Its figures hardly vary, and it is slow.
            for figure, value in zip((rate, p50, p99), load(peer.port, query, connections, min(seconds, 3)), strict=True):
                figure.peer_samples.append(value)
    return [rate, p50, p99]
