"""What it costs when nothing happens: the processor time of those who watch over 100 groups that nobody uses."""

import concurrent.futures
import contextlib
import os
import time
from pathlib import Path

import peers
import servers
import subjects
from measure import Figure, say

GROUPS = 100
SETTLE_SECONDS = 15
SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid: int) -> float:
    """User and system time of a process with all its threads; it is counted in hundredths."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    if fields[0] in "ZX":
        raise RuntimeError(f"process {pid} has ended")
    return (int(fields[11]) + int(fields[12])) / TICKS


def share_of_a_core(pids: list[int], seconds: float) -> float:
    """Percent of one core that the processes take together. One that ends meanwhile is an error."""
    begun, before = time.perf_counter(), sum(map(processor_seconds, pids))
    time.sleep(seconds)
    after = sum(map(processor_seconds, pids))
    return 100 * (after - before) / (time.perf_counter() - begun)


def processes_in(directory: Path, program: Path) -> tuple[list[int], list[int]]:
    """The processes that work in a directory or below it: those that run a program, and the others."""
    home = directory.resolve()
    ours, others = [], []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(home):
                runs = (entry / "exe").readlink().name.removesuffix(" (deleted)") == program.name
                (ours if runs else others).append(int(entry.name))
    return ours, others


def idle(*, with_peer: bool) -> list[Figure]:
    """(h) `serve` and its forwarder beside three sentinels; and the engines, which both ask how they are."""
    peer = f"3 sentinels, {GROUPS} primaries" if with_peer else ""
    watch = Figure(f"idle, {GROUPS} groups of 2: those who watch", "% of a core", "", peer, [])
    nodes = Figure(f"idle, {GROUPS} groups of 2: the engines", "% of a core", "", peer, [])
    say(f"Idle with {GROUPS} groups of two nodes, {SECONDS} s")
    with servers.elastane() as server:
        subjects.populate(server.port, GROUPS, 2)
        ours, engines = processes_in(server.directory, servers.BINARY.resolve())
        if server.process.pid not in ours or len(ours) != 2 or len(engines) != 2 * GROUPS:
            raise RuntimeError(f"serve, a forwarder and {2 * GROUPS} engines were expected, not {len(ours)} and {len(engines)}")
        sample(watch.ours_samples, nodes.ours_samples, ours, engines)
    if with_peer:
        with contextlib.closing(peers.Sentinels(GROUPS, 1)) as sentinels:
            sentinels.await_whole()
            sample(watch.peer_samples, nodes.peer_samples, sentinels.sentinel_pids, sentinels.node_pids)
    return [watch, nodes]


def sample(watch: list[float], nodes: list[float], watching: list[int], engines: list[int]) -> None:
    """Both over the same seconds, once what a creation leaves to do is done."""
    time.sleep(SETTLE_SECONDS)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        beside = pool.submit(share_of_a_core, engines, SECONDS)
        watch.append(share_of_a_core(watching, SECONDS))
        nodes.append(beside.result())
