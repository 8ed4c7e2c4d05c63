"""A group's members: what the API says of them, what they say themselves, and which processes they are."""

import contextlib
import os
import signal
from pathlib import Path

import redis
from redis.cluster import RedisCluster
from redis.backoff import NoBackoff
from redis.retry import Retry

import groups
from patience import eventually

BROKEN = (redis.exceptions.RedisError, redis.exceptions.RedisClusterException, OSError)


def quietly(check, otherwise=None):
    """The check's result; `otherwise` where a connection breaks or an engine refuses."""
    try:
        return check()
    except BROKEN:
        return otherwise


def info(endpoint: dict, section: str) -> dict:
    with groups.connect(endpoint) as node:
        return node.info(section)


def pid_of(endpoint: dict) -> int:
    return info(endpoint, "server")["process_id"]


def directory_of(pid: int) -> Path:
    """The data directory of a living engine."""
    return Path(os.readlink(f"/proc/{pid}/cwd"))


def state_of(pid: int) -> str:
    """The kernel's letter: T is stopped; empty when the process is gone, or waits only to be buried."""
    try:
        letter = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if letter in "ZX" else letter


@contextlib.contextmanager
def stopped(pid: int):
    """SIGSTOP, and SIGCONT at the end if it still lives."""
    os.kill(pid, signal.SIGSTOP)
    eventually(lambda: state_of(pid) in ("T", ""), what="the stop")
    try:
        yield
    finally:
        if state_of(pid) == "T":
            os.kill(pid, signal.SIGCONT)


def roles(client, group: str) -> dict[str, str]:
    """As the API tells them. Cluster mode disabled."""
    (node_group,) = groups.describe(client, group)["NodeGroups"]
    return {member["CacheClusterId"]: member["CurrentRole"] for member in node_group["NodeGroupMembers"]}


def primary(client, group: str) -> str:
    (found,) = [member for member, role in roles(client, group).items() if role == "primary"]
    return found


def own_roles(nodes: dict[str, dict]) -> dict[str, str]:
    """As the engines tell them, in the API's words."""
    words = {"master": "primary", "slave": "replica"}
    return {member: words[info(endpoint, "replication")["role"]] for member, endpoint in nodes.items()}


def is_linked(endpoint: dict) -> bool:
    """Whether it is a replica whose link is up."""
    return quietly(lambda: info(endpoint, "replication").get("master_link_status") == "up", False)


def is_whole(client, group: str) -> bool:
    """Cluster mode disabled: one primary, all others linked replicas, and the API says the same."""
    nodes = groups.node_endpoints(client, group)
    told = roles(client, group)
    assert quietly(lambda: own_roles(nodes)) == told
    assert all(is_linked(nodes[member]) for member, role in told.items() if role == "replica")
    assert groups.describe(client, group)["Status"] == "available"
    return list(told.values()).count("primary") == 1


def whole(client, group: str, within: float = 45.0) -> None:
    eventually(lambda: is_whole(client, group), within=within, every=0.1, what=f"{group}, whole again")


def cluster_client(found: dict) -> RedisCluster:
    """A user's client of a cluster: it follows redirections, and repeats nothing that a broken connection cut off."""
    endpoint = found["ConfigurationEndpoint"]
    return RedisCluster(
        host=endpoint["Address"],
        port=endpoint["Port"],
        decode_responses=True,
        socket_timeout=5,
        socket_connect_timeout=5,
        retry=Retry(NoBackoff(), 0),
    )


def cluster_view(endpoint: dict) -> dict[str, dict]:
    """CLUSTER NODES as one node has it, by address: id, flags, whom it follows, link, and slots."""
    with groups.connect(endpoint) as node:
        node.response_callbacks.pop("CLUSTER NODES", None)
        text = node.execute_command("CLUSTER NODES")
    view = {}
    for line in text.splitlines():
        name, address, flags, follows, _, _, _, link, *slots = line.split()
        view[address.split(":")[0]] = {
            "id": name,
            "flags": set(flags.split(",")) - {"myself"},
            "follows": None if follows == "-" else follows,
            "link": link,
            "slots": slots,
        }
    return view


def cluster_serves(endpoint: dict) -> bool:
    with groups.connect(endpoint) as node:
        return node.cluster("INFO")["cluster_state"] == "ok"


def cluster_is_whole(client, group: str) -> bool:
    """Every node sees the same members, each shard's one primary with slots, its replicas linked, and a cluster that serves."""
    nodes = groups.node_endpoints(client, group)
    addresses = {endpoint["Address"] for endpoint in nodes.values()}
    for endpoint in nodes.values():
        view = quietly(lambda: cluster_view(endpoint))
        assert view and set(view) == addresses, (endpoint, view)
        assert quietly(lambda: cluster_serves(endpoint), False), f"{endpoint} says that the cluster is down"
        for node in view.values():
            assert node["flags"] in ({"master"}, {"slave"}), (endpoint, node)
            assert node["link"] == "connected" and bool(node["slots"]) == (node["flags"] == {"master"}), (endpoint, node)
            if node["follows"]:
                assert node["follows"] in {other["id"] for other in view.values() if other["slots"]}
        if view[endpoint["Address"]]["flags"] == {"slave"}:
            assert is_linked(endpoint)
    found = groups.describe(client, group)
    assert found["Status"] == "available"
    with groups.connect(found["ConfigurationEndpoint"]) as node:
        return quietly(node.ping, False)


def whole_cluster(client, group: str, within: float = 45.0) -> None:
    eventually(lambda: cluster_is_whole(client, group), within=within, every=0.1, what=f"{group}, whole again")


def cluster_primary(nodes: dict[str, dict], shard: str) -> str:
    """The member of a shard that owns its slots, as it says itself."""
    found = [
        member
        for member, endpoint in nodes.items()
        if f"-{shard}-" in member and quietly(lambda: cluster_view(endpoint)[endpoint["Address"]]["slots"], [])
    ]
    assert len(found) == 1, found
    return found[0]


def told(client, kind: str, name: str) -> list[str]:
    """Event messages of one source, oldest first."""
    return groups.messages(client, SourceType=kind, SourceIdentifier=name)[::-1]


def chronicle(client) -> list[tuple[str, str]]:
    """All events as (identifier, message), oldest first."""
    pages = client.get_paginator("describe_events").paginate()
    return [(event["SourceIdentifier"], event["Message"]) for page in pages for event in page["Events"]][::-1]


def assert_in_order(found: list, expected: list) -> None:
    """All of `expected` are in `found`, in that order, whatever else is between them."""
    rest = iter(found)
    for item in expected:
        assert any(item == other for other in rest), f"{item!r} is missing, or too early, in {found}"
