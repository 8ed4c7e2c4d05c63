"""Making Memcached clusters and looking at them through the API, the nodes, and the configuration endpoint."""

import os
import shutil
import socket
import time

import botocore.exceptions
import pytest
from pymemcache.client.base import Client

import groups
from patience import eventually


class Node(Client):
    """A plain client of one endpoint, which closes its connection at the end of a `with`."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def need() -> None:
    """Skips without Memcached: a failure when ELASTANE_REQUIRE_MEMCACHED is set."""
    if shutil.which("memcached"):
        return
    if os.environ.get("ELASTANE_REQUIRE_MEMCACHED"):
        pytest.fail("memcached is not installed")
    pytest.skip("memcached is not installed: scripts/test.sh installs it where the system has a package of it")


def request(**changes) -> dict:
    """A small valid creation of one node; `None` takes a parameter away."""
    parameters = {
        "CacheClusterId": groups.fresh("cache"),
        "Engine": "memcached",
        "CacheNodeType": "cache.t3.micro",
        "NumCacheNodes": 1,
    } | changes
    return {name: value for name, value in parameters.items() if value is not None}


def create(client, **changes) -> dict:
    """Creates a cluster and returns it once it is available."""
    answer = client.create_cache_cluster(**request(**changes))["CacheCluster"]
    return available(client, answer["CacheClusterId"])


def describe(client, cluster: str) -> dict:
    found = client.describe_cache_clusters(CacheClusterId=cluster, ShowCacheNodeInfo=True)["CacheClusters"]
    assert len(found) == 1
    return found[0]


def available(client, cluster: str, within: float = 30.0) -> dict:
    """Asks until the cluster is available. Fails at once on any status that leads nowhere."""
    deadline = time.monotonic() + within
    while True:
        found = describe(client, cluster)
        if found["CacheClusterStatus"] == "available":
            return found
        passing = ("creating", "modifying", "rebooting cache cluster nodes")
        assert found["CacheClusterStatus"] in passing, f"{found}; events: {messages(client, cluster)}"
        assert time.monotonic() < deadline, f"{found} after {within} s; events: {messages(client, cluster)}"
        time.sleep(0.03)


def is_gone(client, cluster: str) -> bool:
    try:
        describe(client, cluster)
    except botocore.exceptions.ClientError as error:
        assert groups.code_of(error) == "CacheClusterNotFound"
        return True
    return False


def gone(client, cluster: str) -> None:
    eventually(lambda: is_gone(client, cluster), within=20, what=f"the end of {cluster}")


def messages(client, cluster: str) -> list[str]:
    """Events of a cluster, oldest first."""
    return groups.messages(client, SourceType="cache-cluster", SourceIdentifier=cluster)[::-1]


def nodes(cluster: dict) -> dict[str, dict]:
    """The endpoint of every node, by its id."""
    return {node["CacheNodeId"]: node["Endpoint"] for node in cluster["CacheNodes"]}


def connect(endpoint: dict, timeout: float = 5) -> Node:
    return Node((endpoint["Address"], endpoint["Port"]), timeout=timeout, connect_timeout=timeout)


def pid(endpoint: dict) -> int | None:
    """Which process answers; None if none does."""
    try:
        with connect(endpoint, timeout=1) as node:
            return int(node.stats()[b"pid"])
    except (OSError, EOFError):
        return None


def say(endpoint: dict, words: bytes, ends: bytes = b"END\r\n", timeout: float = 5) -> bytes:
    """Sends bytes over a connection of their own and returns what comes back, up to the end that is expected."""
    with socket.create_connection((endpoint["Address"], endpoint["Port"]), timeout=timeout) as connection:
        connection.sendall(words)
        heard = b""
        while not heard.endswith(ends):
            more = connection.recv(65536)
            if not more:
                break
            heard += more
        return heard


def configuration(endpoint: dict) -> tuple[int, list[tuple[str, str, int]]]:
    """What `config get cluster` answers: the version, and host, address and port of each node."""
    heard = say(endpoint, b"config get cluster\r\n")
    head, _, rest = heard.partition(b"\r\n")
    words = head.split(b" ")
    assert words[:3] == [b"CONFIG", b"cluster", b"0"], heard
    payload = rest[: int(words[3])]
    assert rest[int(words[3]) :] == b"\r\nEND\r\n", heard
    version, listed, nothing = payload.split(b"\n")
    assert nothing == b""
    told = [node.split("|") for node in listed.decode().split(" ") if node]
    return int(version), [(host, address, int(port)) for host, address, port in told]
