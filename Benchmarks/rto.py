"""How long a client can't write after a primary was killed with SIGKILL, beside Sentinel and a Redis Cluster."""

import contextlib
import re

import api
import failures
import fleet
import idle
import peers
import resp
import servers
import subjects
import wholeness
from measure import Figure, say

FLEET = 50
# Below a second Sentinel takes a node that it has just promoted for dead: it closes the links to it, and makes new ones
# after a second only. Two failovers follow each other, and acknowledged writes are lost.
FASTEST_SENTINEL = {"down_after": 1200, "failover_timeout": 3000}


def rto(*, quick: bool) -> list[Figure]:
    """(f) One primary of a group at a time. (g) The primaries of 50 groups at once."""
    disabled, enabled = ours(3 if quick else 20)
    figures: list[Figure] = []
    tuned = f"Sentinel, down-after {FASTEST_SENTINEL['down_after']} ms"
    with contextlib.closing(peers.Sentinels(1, 2, **FASTEST_SENTINEL)) as peer:
        figures += compared("3 nodes", "10", "50", disabled, tuned, samples(tuned, peer, 2 if quick else 5))
        if peer.failovers() != (2 if quick else 5):
            print(f"!!! {tuned}: {peer.failovers()} failovers, not as many as primaries were killed", flush=True)
    if not quick:
        default = "Sentinel at its defaults"
        with contextlib.closing(peers.Sentinels(1, 2)) as peer:
            figures += compared("3 nodes", "10", "50", disabled, default, samples(default, peer, 2))
    default, theirs = "Redis Cluster at its defaults", []
    if not quick:
        with contextlib.closing(peers.ClusterPeer()) as peer:
            theirs = samples(default, peer, 2)
    figures += compared("3 x 2 cluster", "20", "100", enabled, default if theirs else "", theirs)
    return [*figures, *all_at_once(1 if quick else 3)]


def ours(rounds: int) -> tuple[list[float], list[float]]:
    with servers.elastane() as server:
        with contextlib.closing(subjects.DisabledGroup(server.port, "three", 3)) as group:
            disabled = samples("Elastane, cluster mode disabled", group, rounds)
            group.delete()
        with contextlib.closing(subjects.EnabledGroup(server.port, "three-shards", 3, 1)) as group:
            enabled = samples("Elastane, cluster mode enabled", group, rounds)
    return disabled, enabled


def samples(name: str, subject, rounds: int) -> list[float]:
    """Milliseconds, one per kill."""
    say(f"{rounds} killed primaries, each to the next acknowledged write: {name}")
    return [1000 * failures.write_rto(subject, within=90) for _ in range(rounds)]


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
        idle.populate(server.port, FLEET, 2)
        for _ in range(rounds):
            wholeness.until(f"{FLEET} groups whole", lambda: are_whole(client), 120, every=0.1)
            found = described(client)
            endpoints = [api.endpoint(group, "PrimaryEndpoint") for group in found]
            victims = [pid(endpoint) for endpoint in endpoints]
            figure.ours_samples.append(max(fleet.all_written(endpoints, victims, within=60)))
            if set(victims) & {pid(endpoint) for endpoint in endpoints}:
                raise RuntimeError("a killed primary was written to")
    return [figure]


def pid(address: resp.Address) -> int:
    with resp.Connection(address) as connection:
        return resp.process(connection)


def described(client: api.API) -> list[str]:
    found = re.findall(r"<ReplicationGroup>(.*?)</ReplicationGroup>", client.call("DescribeReplicationGroups"), re.DOTALL)
    if len(found) != FLEET:
        raise RuntimeError(f"{len(found)} groups instead of {FLEET}")
    return found


def are_whole(client: api.API) -> bool:
    return all(subjects.is_whole(group, nodes=2) for group in described(client))
