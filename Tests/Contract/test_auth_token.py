"""AUTH tokens: at creation, rotated and set on a group under load, on every node, over restarts and failovers."""

import os
import signal
import sqlite3
import ssl

import botocore.exceptions
import pytest
import redis

import groups
import refusals
import tls
from load import Load
from members import quietly
from patience import eventually

FIRST, SECOND, THIRD = "first-token-0123456789", "second-token-0123456789", "third-token-0123456789"
ENCRYPTED = {"TransitEncryptionEnabled": True}


@pytest.fixture(scope="module")
def ca(service):
    return tls.trust(service)


def comes_in(endpoint: dict, ca, token: str | None = None) -> bool:
    """Whether a new connection is let in: with a token, or with none."""
    try:
        with tls.connect(endpoint, ca, password=token) as client:
            return client.ping()
    except redis.exceptions.AuthenticationError:
        return False
    except redis.exceptions.ResponseError as error:
        assert "without any password configured" in str(error), error
        return False


def modify(client, name: str, token: str, strategy: str | None = None) -> dict:
    more = {"AuthTokenUpdateStrategy": strategy} if strategy else {}
    return client.modify_replication_group(ReplicationGroupId=name, AuthToken=token, ApplyImmediately=True, **more)["ReplicationGroup"]


def who_comes_in(client, name: str, ca) -> list[set[str | None]]:
    """For each node the tokens that it takes."""
    nodes = groups.node_endpoints(client, name).values()
    return [{token for token in (None, FIRST, SECOND, THIRD) if comes_in(node, ca, token)} for node in nodes]


def everywhere(nodes: list[ssl.SSLSocket], token: str) -> None:
    """Asked over connections that stand, which takes no time: within a second every node takes it."""

    def takes(node: ssl.SSLSocket) -> bool:
        node.sendall(f"AUTH default {token}\r\n".encode())
        return node.recv(200) == b"+OK\r\n"

    eventually(lambda: all(takes(node) for node in nodes), within=1, every=0.01, what=f"{token} on all nodes")


def sockets(client, name: str, ca) -> list[ssl.SSLSocket]:
    return [tls.open_socket(node, ca) for node in groups.node_endpoints(client, name).values()]


def test_a_token_from_the_creation_on(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=2, AutomaticFailoverEnabled=True, AuthToken=FIRST, **ENCRYPTED)
    name = found["ReplicationGroupId"]
    assert found["AuthTokenEnabled"] is True and found["AuthTokenLastModifiedDate"]
    (cluster, _) = [c for c in groups.clusters(elasticache) if c.get("ReplicationGroupId") == name]
    assert cluster["AuthTokenEnabled"] is True
    assert who_comes_in(elasticache, name, ca) == [{FIRST}, {FIRST}]
    (node_group,) = found["NodeGroups"]
    with tls.connect(node_group["PrimaryEndpoint"], ca, password=FIRST) as client:
        client.set("a", 1)
        assert client.execute_command("WAIT", 1, 5000) == 1
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.acl_setuser("default", nopass=True)
    assert not comes_in(node_group["PrimaryEndpoint"], ca, "wrong-token-0123456789")


def test_rotation_under_load(service, elasticache, ca):
    """Two tokens count while it is rotated, and no connection is closed by any of it."""
    found = groups.create(elasticache, NumCacheClusters=3, AutomaticFailoverEnabled=True, AuthToken=FIRST, **ENCRYPTED)
    name = found["ReplicationGroupId"]
    primary = found["NodeGroups"][0]["PrimaryEndpoint"]
    nodes = sockets(elasticache, name, ca)
    with tls.connect(primary, ca, password=FIRST) as kept, Load(lambda: tls.connect(primary, ca, password=FIRST)) as load:
        client_id = kept.client_id()
        answer = modify(elasticache, name, SECOND)
        assert answer["Status"] == "modifying" and answer["PendingModifiedValues"]["AuthTokenStatus"] == "ROTATING"
        everywhere(nodes, SECOND)
        assert who_comes_in(elasticache, name, ca) == [{FIRST, SECOND}] * 3
        assert "AuthTokenStatus" not in groups.available(elasticache, name)["PendingModifiedValues"]
        modify(elasticache, name, THIRD, "SET")
        everywhere(nodes, THIRD)
        assert who_comes_in(elasticache, name, ca) == [{THIRD}] * 3
        groups.available(elasticache, name)
        load.goes_on(20)
        assert kept.client_id() == client_id and not load.errors
        assert kept.info("replication")["connected_slaves"] == 2
        with tls.connect(primary, ca, password=THIRD) as client:
            assert not load.lost(client)
    said = service.log.read_text() + "".join(groups.messages(elasticache))
    assert "token-0123" not in said


def test_a_first_token_for_a_group_without_one(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=2, AutomaticFailoverEnabled=True, **ENCRYPTED)
    name = found["ReplicationGroupId"]
    assert found["AuthTokenEnabled"] is False
    primary = found["NodeGroups"][0]["PrimaryEndpoint"]
    modify(elasticache, name, FIRST, "ROTATE")
    assert groups.available(elasticache, name)["AuthTokenEnabled"] is True
    assert comes_in(primary, ca), "who has no token yet comes in"
    with tls.connect(primary, ca, username="default", password=FIRST) as client:
        assert client.ping(), "and so does who has it"
    modify(elasticache, name, FIRST, "SET")
    groups.available(elasticache, name)
    assert who_comes_in(elasticache, name, ca) == [{FIRST}, {FIRST}]


def test_it_outlives_failovers_and_reaches_new_nodes(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=2, AutomaticFailoverEnabled=True, AuthToken=FIRST, **ENCRYPTED)
    name = found["ReplicationGroupId"]
    primary = found["NodeGroups"][0]["PrimaryEndpoint"]
    modify(elasticache, name, SECOND)
    groups.available(elasticache, name)
    with tls.connect(primary, ca, password=SECOND) as client:
        os.kill(client.info("server")["process_id"], signal.SIGKILL)
    # While its process is down the old primary can't be told, and is started with what counts then.
    modify(elasticache, name, THIRD, "SET")
    groups.available(elasticache, name)
    elasticache.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=2, ApplyImmediately=True)
    groups.available(elasticache, name)

    def linked() -> bool:
        with tls.connect(primary, ca, password=THIRD) as client:
            return client.info("replication")["connected_slaves"] == 2

    eventually(lambda: quietly(linked), within=20, what="two replicas")
    assert who_comes_in(elasticache, name, ca) == [{THIRD}] * 3


def test_a_cluster_is_rotated_too(elasticache, ca):
    found = groups.create(
        elasticache, NumNodeGroups=2, ReplicasPerNodeGroup=1, AutomaticFailoverEnabled=True, AuthToken=FIRST, **ENCRYPTED
    )
    name = found["ReplicationGroupId"]
    with tls.cluster(found["ConfigurationEndpoint"], ca, password=FIRST) as client:
        client.set("a", 1)
        nodes = sockets(elasticache, name, ca)
        modify(elasticache, name, SECOND, "SET")
        everywhere(nodes, SECOND)
        assert who_comes_in(elasticache, name, ca) == [{SECOND}] * 4
        assert client.get("a") == "1", "the connections go on"
    groups.available(elasticache, name)


def test_it_outlives_the_service_and_is_nowhere_in_clear(make_server):
    server = make_server(ephemeral=False).start()
    client = server.client()
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True, AuthToken=FIRST, **ENCRYPTED)
    name, ca = found["ReplicationGroupId"], tls.trust(server)
    modify(client, name, SECOND)
    groups.available(client, name)
    # Interrupted right after it was recorded.
    modify(client, name, THIRD)
    server.restart()
    groups.available(server.client(), name)
    assert who_comes_in(server.client(), name, ca) == [{SECOND, THIRD}] * 2
    assert server.stop() == 0 and server.down().returncode == 0
    with sqlite3.connect(server.data / "elastane.sqlite") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in server.directory.rglob("*"):
        if path.is_file():
            contents = path.read_bytes()
            for token in (FIRST, SECOND, THIRD):
                assert token.encode() not in contents, path
    server.start()
    eventually(
        lambda: quietly(lambda: who_comes_in(server.client(), name, ca)) == [{SECOND, THIRD}] * 2, within=20, what="the group after down"
    )


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"AuthToken": "short"}, refusals.VALUE, "Invalid AuthToken provided."),
        ({"AuthToken": "with/slash-0123456789"}, refusals.VALUE, "Invalid AuthToken provided."),
        ({"AuthToken": FIRST}, refusals.COMBINATION, "TransitEncryptionEnabled"),
        ({"AuthTokenUpdateStrategy": "ROTATE"}, refusals.COMBINATION, "AuthToken"),
        ({"AuthTokenUpdateStrategy": "DELETE"}, refusals.VALUE, "Auth token update strategy delete is not supported currently"),
    ],
)
def test_refused(elasticache, changes, code, says):
    found = groups.create(elasticache)
    refusals.expect(elasticache, "modify_replication_group", {"ReplicationGroupId": found["ReplicationGroupId"]} | changes, code, says)
    groups.delete(elasticache, found["ReplicationGroupId"])


def test_a_token_needs_encryption(elasticache):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        elasticache.create_replication_group(**groups.request(AuthToken=FIRST))
    assert groups.code_of(caught.value) == refusals.COMBINATION
    assert FIRST not in groups.message_of(caught.value)
