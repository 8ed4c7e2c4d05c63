"""Security groups: what of them is recorded and told, and that they are enforced, in a network that the test makes."""

import contextlib
import socket
import subprocess

import botocore.exceptions
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

import caches
import filtered_network
import groups
import lone
import refusals
import server as servers
from patience import eventually

INSIDE = "127.5.0.9"
OUTSIDE = "127.6.0.9"

FILE = """
vpcs:
  - id: vpc-main
    region: us-east-1
    default: true
    subnets:
      - {{id: subnet-a, zone: us-east-1a, ipv4: {a}}}
      - {{id: subnet-b, zone: us-east-1b, ipv4: {b}}}
    security-groups:
      - id: sg-inside
        ingress:
          - {{from: [127.5.0.0/16]}}
      - id: sg-outside
        ingress:
          - {{from: [127.6.0.0/16]}}
      - id: sg-nobody
      - id: sg-other-port
        ingress:
          - {{from: [127.5.0.0/16], ports: 7000-7100}}
      - id: sg-friends
        ingress:
          - {{from: [sg-inside]}}
      - id: sg-open
        default: true
        ingress:
          - {{from: [0.0.0.0/0, "::/0"]}}
  - id: vpc-other
    region: us-east-1
    subnets:
      - {{id: subnet-x, zone: us-east-1a, ipv4: {x}}}
    security-groups:
      - id: sg-elsewhere
"""


class Server(servers.Server):
    """One whose networks are named in a file."""

    def launch(self) -> None:
        a, b, x, *_ = self.network.subnets(new_prefix=24)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.file.write_text(FILE.format(a=a, b=b, x=x))
        super().launch()

    @property
    def file(self):
        return self.directory / "network.yaml"

    def command(self, *more: str) -> list[str]:
        line = super().command(*more)
        place = line.index("--network")
        return line[:place] + ["--network-config", str(self.file)] + line[place + 2 :]

    def tables(self) -> list[str]:
        """Elastane's own, of this network."""
        listed = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True, timeout=10, check=True).stdout
        return [line.split()[2] for line in listed.splitlines() if " elastane-" in line]


@pytest.fixture
def closed():
    """A network of the test's own; the test runs in it."""
    namespace = filtered_network.make()
    yield namespace
    namespace.close()


@pytest.fixture
def server(tmp_path_factory, closed):
    made = Server(tmp_path_factory.mktemp("server"), ephemeral=False)
    closed.run(made.start)
    yield made
    closed.run(made.close)


class Bound(redis.connection.Connection):
    """A connection from an address of one's own choice."""

    source = "127.0.0.1"

    def _connect(self):
        made = socket.create_connection((self.host, self.port), timeout=self.socket_connect_timeout, source_address=(self.source, 0))
        made.settimeout(self.socket_timeout)
        return made


def user(endpoint: dict, source: str) -> redis.Redis:
    pool = redis.ConnectionPool(
        connection_class=type("From", (Bound,), {"source": source}),
        host=endpoint["Address"],
        port=endpoint["Port"],
        decode_responses=True,
        socket_timeout=5,
        socket_connect_timeout=5,
        retry=Retry(NoBackoff(), 0),
    )
    return redis.Redis(connection_pool=pool, retry=Retry(NoBackoff(), 0))


def may(endpoint: dict, source: str) -> bool:
    with contextlib.closing(user(endpoint, source)) as client:
        try:
            return client.ping()
        except (redis.ConnectionError, redis.TimeoutError):
            return False


def endpoints(client, group: str) -> list[dict]:
    """Of the nodes and of the group itself."""
    found = groups.describe(client, group)
    shards = found["NodeGroups"]
    own = [shard[name] for shard in shards for name in ("PrimaryEndpoint", "ReaderEndpoint") if name in shard]
    own += [found["ConfigurationEndpoint"]] if "ConfigurationEndpoint" in found else []
    return own + list(groups.node_endpoints(client, group).values())


def shown(client, group: str) -> set[tuple[str, ...]]:
    """What each member says that it is in."""
    clusters = [cluster for cluster in groups.clusters(client) if cluster.get("ReplicationGroupId") == group]
    assert all(entry["Status"] == "active" for cluster in clusters for entry in cluster["SecurityGroups"])
    return {tuple(entry["SecurityGroupId"] for entry in cluster["SecurityGroups"]) for cluster in clusters}


def check_group(server: Server) -> None:
    """Created closed, changed while it is in use, over the end of the service, and taken away."""
    client = server.client()
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True, SecurityGroupIds=["sg-inside"])
    group = found["ReplicationGroupId"]
    assert shown(client, group) == {("sg-inside",)}
    assert len(server.tables()) == 1
    for endpoint in endpoints(client, group):
        assert may(endpoint, INSIDE), endpoint
        assert not may(endpoint, OUTSIDE), endpoint
        assert not may(endpoint, "127.0.0.1"), endpoint
    entry = found["NodeGroups"][0]["PrimaryEndpoint"]
    (member, *_) = found["MemberClusters"]
    with contextlib.closing(user(entry, INSIDE)) as inside, contextlib.closing(user(entry, OUTSIDE)) as outside:
        assert inside.set("key", "value")
        answer = client.modify_replication_group(ReplicationGroupId=group, SecurityGroupIds=["sg-outside"])["ReplicationGroup"]
        assert answer["Status"] == "modifying"
        groups.available(client, group)
        assert shown(client, group) == {("sg-outside",)}
        assert "Applied change to security group" in groups.messages(client, SourceType="cache-cluster", SourceIdentifier=member)
        # The connection that stood is cut at its next word.
        with pytest.raises((redis.ConnectionError, redis.TimeoutError)):
            inside.get("key")
        assert outside.get("key") == "value"
        # What protects goes on without the service, and a failover is not in its way.
        server.kill()
        assert not may(entry, INSIDE) and may(entry, OUTSIDE)
        server.start()
        client = server.client()
        client.test_failover(ReplicationGroupId=group, NodeGroupId="0001")
        eventually(lambda: found["NodeGroups"][0]["NodeGroupMembers"][0]["CurrentRole"] != roles(client, group)[0], what="another primary")
        eventually(lambda: may(entry, OUTSIDE), what="the endpoint")
        assert not may(entry, INSIDE)
    # A third node is guarded like the others, and syncs.
    client = server.client()
    eventually(lambda: grown(client, group), within=40, what="a group that can be changed")
    groups.available(client, group)
    for endpoint in endpoints(client, group):
        assert may(endpoint, OUTSIDE) and not may(endpoint, INSIDE), endpoint
    groups.delete(client, group)
    groups.gone(client, group)
    eventually(lambda: server.tables() == [], what="the end of the table")


def roles(client, group: str) -> list[str]:
    (shard,) = groups.describe(client, group)["NodeGroups"]
    return [member["CurrentRole"] for member in shard["NodeGroupMembers"]]


def grown(client, group: str) -> bool:
    try:
        return client.increase_replica_count(ReplicationGroupId=group, NewReplicaCount=2, ApplyImmediately=True) is not None
    except botocore.exceptions.ClientError:
        return False


def check_cluster(server: Server) -> None:
    """Its bus is its own; ports count; a security group that is a source lets in the caches that are in it."""
    client = server.client()
    closed = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1, SecurityGroupIds=["sg-other-port"])
    for endpoint in endpoints(client, closed["ReplicationGroupId"]):
        assert not may(endpoint, INSIDE), endpoint
    group = groups.create(client, Port=7001, NumNodeGroups=2, ReplicasPerNodeGroup=1, SecurityGroupIds=["sg-other-port", "sg-friends"])
    nodes = groups.node_endpoints(client, group["ReplicationGroupId"])
    for endpoint in endpoints(client, group["ReplicationGroupId"]):
        assert may(endpoint, INSIDE) and not may(endpoint, OUTSIDE), endpoint
    bus = next(iter(nodes.values()))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((bus["Address"], bus["Port"] + 10_000), timeout=5, source_address=(INSIDE, 0))
    friend = groups.create(client, SecurityGroupIds=["sg-inside"])
    (address,) = [node["Address"] for node in groups.node_endpoints(client, friend["ReplicationGroupId"]).values()]
    eventually(lambda: may(bus, address), what="a friend's node")
    assert server.down().returncode == 0
    server.process = None
    assert server.tables() == []


def check_open(server: Server) -> None:
    """The default security group lets everybody in, and nothing is filtered for it."""
    client = server.client()
    found = groups.create(client)
    assert shown(client, found["ReplicationGroupId"]) == {("sg-open",)}
    for endpoint in endpoints(client, found["ReplicationGroupId"]):
        assert may(endpoint, INSIDE) and may(endpoint, OUTSIDE)
    assert server.tables() == []
    change = {"ReplicationGroupId": found["ReplicationGroupId"]}
    unknown = change | {"SecurityGroupIds": ["sg-nowhere"]}
    refusals.expect(client, "modify_replication_group", unknown, refusals.VALUE, "SecurityGroupIds names sg-nowhere")
    elsewhere = change | {"SecurityGroupIds": ["sg-open", "sg-elsewhere"]}
    words = r"Subnet group \[default\] belongs to a different VPC \[vpc-main\] than \[vpc-other\]"
    refusals.expect(client, "modify_replication_group", elsewhere, refusals.COMBINATION, words)
    refusals.expect(client, "create_replication_group", groups.request(SecurityGroupIds=["sg-elsewhere"]), refusals.COMBINATION, words)
    # A cluster of its own is guarded by ModifyCacheCluster.
    lone_cluster = lone.create(client)
    client.modify_cache_cluster(CacheClusterId=lone_cluster["CacheClusterId"], SecurityGroupIds=["sg-inside"], ApplyImmediately=True)
    lone_cluster = lone.available(client, lone_cluster["CacheClusterId"])
    assert [each["SecurityGroupId"] for each in lone_cluster["SecurityGroups"]] == ["sg-inside"]
    node = lone_cluster["CacheNodes"][0]["Endpoint"]
    eventually(lambda: may(node, INSIDE) and not may(node, OUTSIDE), what="a cluster that is guarded")
    client.delete_cache_cluster(CacheClusterId=lone_cluster["CacheClusterId"])
    # Both at once: whom either lets in.
    client.modify_replication_group(SecurityGroupIds=["sg-inside", "sg-outside"], **change)
    groups.available(client, found["ReplicationGroupId"])
    for endpoint in endpoints(client, found["ReplicationGroupId"]):
        assert may(endpoint, INSIDE) and may(endpoint, OUTSIDE) and not may(endpoint, "127.7.0.1")


def check_preferred(server: Server) -> None:
    """Where the forwarder stands before the nodes, nobody gets past it."""
    client = server.client()
    preferred = {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}
    found = groups.create(client, NumCacheClusters=2, SecurityGroupIds=["sg-inside"], **preferred)
    for endpoint in endpoints(client, found["ReplicationGroupId"]):
        assert may(endpoint, INSIDE) and not may(endpoint, OUTSIDE), endpoint
    for endpoint in [*groups.node_endpoints(client, found["ReplicationGroupId"]).values(), found["NodeGroups"][0]["PrimaryEndpoint"]]:
        for inner in (endpoint["Port"] + 11_000, endpoint["Port"] + 12_000):
            for source in (INSIDE, OUTSIDE, "127.0.0.1", endpoint["Address"]):
                with pytest.raises(ConnectionRefusedError):
                    socket.create_connection((endpoint["Address"], inner), timeout=5, source_address=(source, 0))


def hears(endpoint: dict, source: str) -> bool:
    """Whether Memcached answers who asks from an address."""
    try:
        to = endpoint["Address"], endpoint["Port"]
        with socket.create_connection(to, timeout=5, source_address=(source, 0)) as connection:
            connection.sendall(b"version\r\n")
            return connection.recv(100).startswith(b"VERSION")
    except OSError:
        return False


def check_memcached(server: Server) -> None:
    """A cluster of Memcached: its nodes and its configuration endpoint, of those that are added too."""
    caches.need()
    client = server.client()
    found = caches.create(client, NumCacheNodes=2, SecurityGroupIds=["sg-inside"])
    cluster = found["CacheClusterId"]
    assert [each["SecurityGroupId"] for each in found["SecurityGroups"]] == ["sg-inside"]
    for endpoint in [found["ConfigurationEndpoint"], *caches.nodes(found).values()]:
        assert hears(endpoint, INSIDE) and not hears(endpoint, OUTSIDE) and not hears(endpoint, "127.0.0.1"), endpoint
    client.modify_cache_cluster(
        CacheClusterId=cluster, SecurityGroupIds=["sg-outside"], NumCacheNodes=3, ApplyImmediately=True)
    grown = caches.available(client, cluster)
    assert [each["SecurityGroupId"] for each in grown["SecurityGroups"]] == ["sg-outside"]
    assert "Applied change to security group" in caches.messages(client, cluster)
    for endpoint in [grown["ConfigurationEndpoint"], *caches.nodes(grown).values()]:
        eventually(lambda endpoint=endpoint: hears(endpoint, OUTSIDE) and not hears(endpoint, INSIDE), what="the other security group")
    client.delete_cache_cluster(CacheClusterId=cluster)
    caches.gone(client, cluster)
    eventually(lambda: server.tables() == [], what="the end of the table")


@pytest.mark.parametrize("check", [check_group, check_cluster, check_memcached, check_open, check_preferred])
def test_in_a_network_of_its_own(server, closed, check):
    closed.run(check, server)


def test_without_a_packet_filter_they_are_recorded_and_that_is_told(tmp_path_factory):
    """As a service that may not filter packets, or has nothing to do so with."""
    directory = tmp_path_factory.mktemp("server")
    (directory / "nothing").mkdir(parents=True)
    made = Server(directory, environment={"ELASTANE_PACKET_FILTER": "off"})
    try:
        made.start()
        client = made.client()
        found = groups.create(client, SecurityGroupIds=["sg-nobody"])
        group = found["ReplicationGroupId"]
        assert shown(client, group) == {("sg-nobody",)}
        told = [message for message in groups.messages(client) if "recorded and not enforced" in message]
        assert len(told) == 1 and group in told[0]
        assert may(found["NodeGroups"][0]["PrimaryEndpoint"], "127.0.0.1")
    finally:
        made.close()
