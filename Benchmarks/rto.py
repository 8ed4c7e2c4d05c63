"""How long a client can't write after a primary was killed, or hangs, beside Sentinel and a Redis Cluster."""

import contextlib
import re
import signal
import subprocess
from collections.abc import Callable

import api
import failures
import fleet
import peers
import resp
import servers
import subjects
import wholeness
from clients import KEY
from measure import Figure, say

FLEET = 50
# Below a second Sentinel takes a node that it has just promoted for dead: it closes the links to it, and makes new ones
# after a second only. Two failovers follow each other, and acknowledged writes are lost.
FASTEST_SENTINEL = {"down_after": 1200, "failover_timeout": 3000}


def rto(*, quick: bool) -> list[Figure]:
    """(f) One primary of a group at a time. (g) The primaries of 50 groups at once. (h) A primary that hangs."""
    disabled, enabled = ours(3 if quick else 20)
    fleet_figures = all_at_once(1 if quick else 3)
    name = f"Sentinel, down-after {FASTEST_SENTINEL['down_after']} ms"
    tuned = peer(name, lambda: peers.Sentinels(1, 2, **FASTEST_SENTINEL), 2 if quick else 5)
    figures = compared("3 nodes", "10", "50", disabled, name, tuned)
    if not quick:
        name = "Sentinel at its defaults"
        figures += compared("3 nodes", "10", "50", disabled, name, peer(name, lambda: peers.Sentinels(1, 2), 2))
    name = "" if quick else "Redis Cluster at its defaults"
    figures += compared("3 x 2 cluster", "20", "100", enabled, name, [] if quick else peer(name, peers.ClusterPeer, 2))
    return figures + fleet_figures + hung(quick=quick)


def hung(*, quick: bool) -> list[Figure]:
    """Seconds from SIGSTOP: the connections stay open, and a client gives an answer a quarter of a second.

    Each at what it takes for a hang: Elastane 2 s without an answer, Sentinel 30 s. Tuned, Sentinel takes 1.2 s, also of a slow command.
    """
    with servers.elastane() as server, contextlib.closing(subjects.DisabledGroup(server.port, "hung", 3)) as group:
        ours = samples("Elastane, a primary that hangs", group, 2 if quick else 10, signal.SIGSTOP)
    name = "stopped primary to next write, 3 nodes"
    figures = []
    peers_settings = [(f"Sentinel, down-after {FASTEST_SENTINEL['down_after']} ms", FASTEST_SENTINEL, 2 if quick else 5)]
    if not quick:
        peers_settings.append(("Sentinel at its defaults", {}, 2))
    for peer_name, settings, rounds in peers_settings:
        theirs = peer(peer_name, lambda settings=settings: peers.Sentinels(1, 2, **settings), rounds, signal.SIGSTOP)
        figures.append(Figure(name, "s", "4", peer_name, seconds(ours), seconds(theirs)))
    worst = failures.percentile(seconds(ours), 0.99)
    return [*figures, Figure(f"{name}, p99", "s", "5.5", "", [worst])]


def seconds(milliseconds: list[float]) -> list[float]:
    return [each / 1000 for each in milliseconds]


def peer(name: str, make: Callable, rounds: int, how: signal.Signals = signal.SIGKILL) -> list[float]:
    """A peer that fails does not take our figures with it."""
    try:
        with contextlib.closing(make()) as subject:
            found = samples(name, subject, rounds, how)
            if subject.failovers() > rounds:
                print(f"!!! {name}: {subject.failovers()} failovers for {rounds} failed primaries", flush=True)
            return found
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"!!! {name}: {error}. Its figures are MISSING from this run.", flush=True)
        return []


def ours(rounds: int) -> tuple[list[float], list[float]]:
    with servers.elastane() as server:
        with contextlib.closing(subjects.DisabledGroup(server.port, "three", 3)) as group:
            disabled = samples("Elastane, cluster mode disabled", group, rounds)
            group.delete()
        with contextlib.closing(subjects.EnabledGroup(server.port, "three-shards", 3, 1)) as group:
            enabled = samples("Elastane, cluster mode enabled", group, rounds)
    return disabled, enabled


def samples(name: str, subject, rounds: int, how: signal.Signals = signal.SIGKILL) -> list[float]:
    """Milliseconds, one per failed primary."""
    say(f"{rounds} primaries get {how.name}, each to the next acknowledged write: {name}")
    found = [1000 * failures.write_rto(subject, within=90, how=how) for _ in range(rounds)]
    print("   ", " ".join(f"{sample:.1f}" for sample in found), "ms", flush=True)
    return found


def compared(shape: str, aim: str, aim_p99: str, ours: list[float], peer: str, theirs: list[float]) -> list[Figure]:
    name = f"killed primary to next write, {shape}"
    worst = [failures.percentile(samples, 0.99) for samples in (ours, theirs) if samples]
    return [
        Figure(name, "ms", aim, peer, ours, theirs),
        Figure(f"{name}, p99", "ms", aim_p99, peer, worst[:1], worst[1:]),
    ]


def all_at_once(rounds: int) -> list[Figure]:
    """To the last group's first write. Each group has two nodes, so that all data is on one node until it is repaired."""
    say(f"The primaries of {FLEET} groups killed at once, {rounds} rounds")
    figure = Figure(f"{FLEET} killed primaries to last group's next write", "s", "1", "", [])
    with servers.elastane() as server, contextlib.closing(api.API(server.port)) as client:
        subjects.populate(server.port, FLEET, 2)
        await_all(client)
        endpoints = [api.endpoint(group, "PrimaryEndpoint") for group in described(client)]
        for number in range(rounds):
            victims = [pid(endpoint) for endpoint in endpoints]
            value = f"after kill {number}"
            took = fleet.all_written(endpoints, value, victims, within=60)
            if set(victims) & {pid(endpoint) for endpoint in endpoints}:
                raise RuntimeError("a killed primary was written to")
            await_all(client)
            if any(resp.ask(endpoint, "GET", KEY) != value for endpoint in endpoints):
                raise RuntimeError("an acknowledged write was lost")
            figure.ours_samples.append(max(took))
    return [figure]


def pid(address: resp.Address) -> int:
    with resp.Connection(address) as connection:
        return resp.process(connection)


def described(client: api.API) -> list[str]:
    found = re.findall(r"<ReplicationGroup>(.*?)</ReplicationGroup>", client.call("DescribeReplicationGroups"), re.DOTALL)
    if len(found) != FLEET:
        raise RuntimeError(f"{len(found)} groups instead of {FLEET}")
    return found


def await_all(client: api.API) -> None:
    wholeness.until(
        f"{FLEET} groups whole", lambda: all(subjects.is_whole(group, nodes=2) for group in described(client)), 120, every=0.1
    )
