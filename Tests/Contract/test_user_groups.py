"""User groups on replication groups: who comes in, what for, and whose connections end, on every node, whatever happens to it."""

import os
import signal
import ssl
import time

import pytest
import redis

import access
import builds
import groups
import refusals
import tls
from access import ENCRYPTED, PASSWORD, everywhere, is_open, says
from load import Load
from members import quietly
from patience import eventually

OTHER = "another-password-for-tests"
PAIR = {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True} | ENCRYPTED
READS, WRITES = "on ~* &* -@all +@read +ping", "on ~* &* +@all"


@pytest.fixture(scope="module")
def ca(service):
    return tls.trust(service)


@pytest.fixture(scope="module")
def nobody(elasticache):
    """A default user who comes in nowhere."""
    return access.user(elasticache, "off -@all", name="default")


@pytest.fixture
def crew(elasticache, ca, nobody):
    """A replication group with a writer and a reader."""
    writer, reader = access.user(elasticache, WRITES), access.user(elasticache, READS)
    users = access.group(elasticache, nobody, writer, reader)
    found = groups.create(elasticache, UserGroupIds=[users], **PAIR)
    yield Crew(elasticache, ca, found, users, writer, reader)
    groups.delete(elasticache, found["ReplicationGroupId"])


class Crew:
    def __init__(self, client, ca, found, users, writer, reader):
        self.client, self.ca, self.users, self.writer, self.reader = client, ca, users, writer, reader
        self.name = found["ReplicationGroupId"]
        self.primary = found["NodeGroups"][0]["PrimaryEndpoint"]

    def connect(self, user: dict, endpoint: dict | None = None) -> redis.Redis:
        """A connection that is made at once, and not again."""
        client = tls.connect(endpoint or self.primary, self.ca, username=user["UserName"], password=PASSWORD, single_connection_client=True)
        client.ping()
        return client

    def everywhere(self, command: str, user: dict | None = None, password: str = PASSWORD) -> set[str]:
        return everywhere(self.client, self.name, self.ca, command, user, password)

    def nodes(self) -> list[ssl.SSLSocket]:
        return [tls.open_socket(node, self.ca) for node in groups.node_endpoints(self.client, self.name).values()]

    def modify(self, **changes) -> dict:
        return self.client.modify_replication_group(ReplicationGroupId=self.name, ApplyImmediately=True, **changes)["ReplicationGroup"]


def told_within_a_second(nodes: list[ssl.SSLSocket], user: dict, password: str, takes: bool) -> None:
    """Over connections that stand, so that nothing else takes time."""

    def is_so(node: ssl.SSLSocket) -> bool:
        node.sendall(f"AUTH {user['UserName']} {password}\r\n".encode())
        return (node.recv(300) == b"+OK\r\n") == takes

    eventually(lambda: all(is_so(node) for node in nodes), within=1, every=0.01, what=f"{user['UserName']} on all nodes")


def test_from_the_creation_on(crew):
    found = groups.describe(crew.client, crew.name)
    assert found["UserGroupIds"] == [crew.users] and found["AuthTokenEnabled"] is False
    assert access.describe_group(crew.client, crew.users)["ReplicationGroups"] == [crew.name]
    assert crew.everywhere("PING") == {"NOAUTH"}, "who does not say who it is"
    assert crew.everywhere("PING", crew.writer, "a-wrong-password-01") == {"WRONGPASS"}
    assert crew.everywhere("GET a", crew.reader) == {"ok"} and crew.everywhere("SET a 1", crew.reader) == {"NOPERM"}
    with crew.connect(crew.writer) as client:
        client.set("a", 1)
        assert client.wait(1, 5000) == 1, "replication goes on"
    refusals.expect(crew.client, "delete_user_group", {"UserGroupId": crew.users}, "InvalidUserGroupState", crew.name)


def test_what_is_withheld_from_every_user(crew):
    for command in ("CONFIG GET *", "SHUTDOWN", "REPLICAOF NO ONE", "ACL SETUSER intruder on", "ACL DELUSER elastane-administrator", "BGSAVE"):
        assert crew.everywhere(command, crew.writer) == {"NOPERM"}, command
    selecting = access.user(crew.client, "on -@all (~* +@all +config|get)")
    crew.client.modify_user_group(UserGroupId=crew.users, UserIdsToAdd=[selecting["UserId"]])
    access.active_group(crew.client, crew.users)
    assert crew.everywhere("GET a", selecting) == {"ok"}
    assert crew.everywhere("CONFIG GET *", selecting) == {"NOPERM"}
    assert crew.everywhere("ACL SETUSER intruder on", selecting) == {"NOPERM"}


def test_less_rights_close_connections_of_that_user_alone(crew):
    with crew.connect(crew.writer) as writer, crew.connect(crew.reader) as reader:
        changed = crew.client.modify_user(UserId=crew.reader["UserId"], AccessString="on ~a -@all +get +ping")
        assert changed["Status"] == "modifying"
        eventually(lambda: not is_open(reader), within=1, every=0.01, what="the reader's connection ends")
        access.active(crew.client, crew.reader)
        assert crew.everywhere("GET a", crew.reader) == {"ok"} and crew.everywhere("GET b", crew.reader) == {"NOPERM"}
        assert is_open(writer) and writer.info("replication")["connected_slaves"] == 1
    with crew.connect(crew.reader) as reader:
        crew.client.modify_user(UserId=crew.reader["UserId"], AppendAccessString="~b")
        access.active(crew.client, crew.reader)
        assert is_open(reader) and reader.get("b") is None, "more rights close nothing"


def test_another_password_closes_nothing(crew):
    with crew.connect(crew.writer) as writer:
        nodes = crew.nodes()
        crew.client.modify_user(UserId=crew.writer["UserId"], Passwords=[PASSWORD, OTHER])
        told_within_a_second(nodes, crew.writer, OTHER, True)
        assert access.active(crew.client, crew.writer)["Authentication"] == {"Type": "password", "PasswordCount": 2}
        assert crew.everywhere("PING", crew.writer) == {"ok"} == crew.everywhere("PING", crew.writer, OTHER)
        crew.client.modify_user(UserId=crew.writer["UserId"], Passwords=[OTHER])
        told_within_a_second(nodes, crew.writer, PASSWORD, False)
        assert is_open(writer)
        access.active(crew.client, crew.writer)
    assert crew.everywhere("PING", crew.writer) == {"WRONGPASS"}


def test_users_come_and_go(crew):
    late = access.user(crew.client, WRITES)
    nodes = crew.nodes()
    changed = crew.client.modify_user_group(
        UserGroupId=crew.users, UserIdsToAdd=[late["UserId"]], UserIdsToRemove=[crew.reader["UserId"]]
    )
    assert changed["Status"] == "modifying" and changed["PendingChanges"]["UserIdsToAdd"] == [late["UserId"]]
    told_within_a_second(nodes, late, PASSWORD, True)
    assert late["UserId"] in access.active_group(crew.client, crew.users)["UserIds"]
    assert crew.everywhere("PING", crew.reader) == {"WRONGPASS"}
    with crew.connect(late) as connection:
        crew.client.delete_user(UserId=late["UserId"])
        eventually(lambda: not is_open(connection), within=1, every=0.01, what="the deleted user's connection ends")
    eventually(
        lambda: late["UserId"] not in access.describe_group(crew.client, crew.users)["UserIds"], what="the end of the deleted user"
    )
    assert crew.everywhere("PING", crew.writer) == {"ok"}


def test_added_replaced_and_removed(elasticache, ca, nobody):
    """On a group that stands, whose clients were anybody at first."""
    first, second = access.user(elasticache, WRITES), access.user(elasticache, WRITES)
    one, other = access.group(elasticache, nobody, first), access.group(elasticache, nobody, second)
    found = groups.create(elasticache, **PAIR)
    crew = Crew(elasticache, ca, found, one, first, second)
    with tls.connect(crew.primary, ca, single_connection_client=True) as anybody:
        anybody.ping()
        changed = crew.modify(UserGroupIdsToAdd=[one])
        assert changed["Status"] == "modifying" and not changed.get("UserGroupIds")
        assert changed["PendingModifiedValues"]["UserGroups"] == {"UserGroupIdsToAdd": [one], "UserGroupIdsToRemove": []}
        eventually(lambda: not is_open(anybody), within=1, every=0.01, what="the connection of whoever did not say who it is ends")
    found = groups.available(elasticache, crew.name)
    assert found["UserGroupIds"] == [one] and "UserGroups" not in found["PendingModifiedValues"]
    assert crew.everywhere("PING") == {"NOAUTH"} and crew.everywhere("PING", first) == {"ok"}
    with crew.connect(first) as connection:
        nodes = crew.nodes()
        crew.modify(UserGroupIdsToAdd=[other], UserGroupIdsToRemove=[one])
        told_within_a_second(nodes, second, PASSWORD, True)
        eventually(lambda: not is_open(connection), within=1, every=0.01, what="the connection of the former group's user ends")
    assert groups.available(elasticache, crew.name)["UserGroupIds"] == [other]
    assert access.describe_group(elasticache, one)["ReplicationGroups"] == []
    crew.modify(RemoveUserGroups=True)
    assert not groups.available(elasticache, crew.name).get("UserGroupIds")
    assert crew.everywhere("PING") == {"ok"}
    groups.delete(elasticache, crew.name)


def test_from_tokens_to_users_and_back(elasticache, ca):
    """Nobody's connection is closed by it who may do as much as before."""
    token = "a-token-for-the-way-0123"
    found = groups.create(elasticache, AuthToken=token, **PAIR)
    everybody = access.user(elasticache, "on ~* +@all", name="default", Passwords=[token])
    users = access.group(elasticache, everybody)
    crew = Crew(elasticache, ca, found, users, everybody, everybody)
    connect = lambda: tls.connect(crew.primary, ca, password=token)  # noqa: E731
    with connect() as kept, Load(connect) as load:
        client_id = kept.client_id()
        refusals.expect(
            elasticache,
            "modify_replication_group",
            {"ReplicationGroupId": crew.name, "UserGroupIdsToAdd": [users]},
            refusals.COMBINATION,
            "User group can't be associated with auth token enabled. Pass AuthStrategy delete to proceed.",
        )
        changed = crew.modify(UserGroupIdsToAdd=[users], AuthTokenUpdateStrategy="DELETE")
        assert changed["AuthTokenEnabled"] is False
        assert groups.available(elasticache, crew.name)["UserGroupIds"] == [users]
        load.goes_on(20)
        refusals.expect(
            elasticache,
            "modify_replication_group",
            {"ReplicationGroupId": crew.name, "AuthToken": token},
            refusals.COMBINATION,
            "Auth tokens can't be enabled with a user group already associated. Pass RemoveUserGroups to proceed.",
        )
        crew.modify(AuthToken=token, AuthTokenUpdateStrategy="SET", RemoveUserGroups=True)
        assert groups.available(elasticache, crew.name)["AuthTokenEnabled"] is True
        load.goes_on(20)
        assert kept.client_id() == client_id and not load.errors
    assert crew.everywhere("PING") == {"NOAUTH"}
    groups.delete(elasticache, crew.name)


def test_of_a_valkey_group_without_a_default_user(make_server, tmp_path):
    paths = [build.path for build in builds.installed() if build.engine == "valkey" and "tls" in build.path.parent.name]
    if not paths:
        pytest.skip("no valkey with TLS is installed: scripts/fetch-engines.sh --valkey-tls brings it where the system has a package of it")
    only = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "ELASTANE_ENGINES": str(paths[0])}
    server = make_server(environment=only).start()
    client, ca = server.client(), tls.trust(server)
    ann = access.user(client, WRITES, engine="valkey")
    users = access.group(client, ann, engine="valkey")
    found = groups.create(client, Engine="valkey", EngineVersion="8.0", UserGroupIds=[users], **PAIR)
    assert everywhere(client, found["ReplicationGroupId"], ca, "PING") == {"NOAUTH"}
    assert everywhere(client, found["ReplicationGroupId"], ca, "PING", ann) == {"ok"}
    assert everywhere(client, found["ReplicationGroupId"], ca, "CONFIG GET *", ann) == {"NOPERM"}


def test_of_a_cluster(elasticache, ca, nobody):
    ann = access.user(elasticache, WRITES)
    found = groups.create(
        elasticache,
        NumNodeGroups=2,
        ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=True,
        UserGroupIds=[access.group(elasticache, nobody, ann)],
        **ENCRYPTED,
    )
    name = found["ReplicationGroupId"]
    with tls.cluster(found["ConfigurationEndpoint"], ca, username=ann["UserName"], password=PASSWORD) as client:
        client.set("a", 1)
        nodes = [tls.open_socket(node, ca) for node in groups.node_endpoints(elasticache, name).values()]
        elasticache.modify_user(UserId=ann["UserId"], Passwords=[OTHER])
        told_within_a_second(nodes, ann, OTHER, True)
        assert client.get("a") == "1", "the connections go on"
    access.active(elasticache, ann)
    assert everywhere(elasticache, name, ca, "PING", ann) == {"WRONGPASS"}
    groups.delete(elasticache, name)


def test_it_outlives_failovers_and_reaches_new_nodes(crew):
    with crew.connect(crew.writer) as client:
        os.kill(client.info("server")["process_id"], signal.SIGKILL)
    # While its process is down the old primary can't be told, and is started with what counts then.
    crew.client.modify_user(UserId=crew.reader["UserId"], AccessString="on ~only:* -@all +get")
    access.active(crew.client, crew.reader)
    groups.available(crew.client, crew.name)
    crew.client.increase_replica_count(ReplicationGroupId=crew.name, NewReplicaCount=2, ApplyImmediately=True)
    groups.available(crew.client, crew.name)

    def linked() -> bool:
        with crew.connect(crew.writer) as client:
            return client.info("replication")["connected_slaves"] == 2

    eventually(lambda: quietly(linked), within=20, what="two replicas")
    assert crew.everywhere("GET only:a", crew.reader) == {"ok"} and crew.everywhere("GET a", crew.reader) == {"NOPERM"}


def test_it_outlives_the_service_and_is_nowhere_in_clear(make_server):
    server = make_server(ephemeral=False).start()
    client, ca = server.client(), tls.trust(server)
    nobody, ann = access.user(client, "off -@all", name="default"), access.user(client, READS)
    users = access.group(client, nobody, ann)
    found = groups.create(client, UserGroupIds=[users], **PAIR)
    name = found["ReplicationGroupId"]
    # Interrupted right after it was recorded.
    client.modify_user(UserId=ann["UserId"], AccessString=WRITES, Passwords=[OTHER])
    server.restart()
    client = server.client()
    access.active(client, ann)
    assert everywhere(client, name, ca, "PING", ann, OTHER) == {"ok"} and everywhere(client, name, ca, "PING", ann) == {"WRONGPASS"}
    # A node that was silent is told when it answers again.
    node = server.engines()[0]
    os.kill(node.pid, signal.SIGSTOP)
    try:
        client.modify_user(UserId=ann["UserId"], Passwords=[PASSWORD])
        start = time.monotonic()
        access.active(client, ann)
        assert time.monotonic() - start < 5
    finally:
        os.kill(node.pid, signal.SIGCONT)
    eventually(lambda: quietly(lambda: everywhere(client, name, ca, "PING", ann)) == {"ok"}, within=20, what="the node that was silent")
    assert server.stop() == 0 and server.down().returncode == 0
    for path in server.directory.rglob("*"):
        if path.is_file():
            contents = path.read_bytes()
            assert PASSWORD.encode() not in contents and OTHER.encode() not in contents, path
    server.start()
    eventually(lambda: quietly(lambda: everywhere(server.client(), name, ca, "PING", ann)) == {"ok"}, within=20, what="the group after down")


def test_a_retained_primary_keeps_its_users(elasticache, ca, nobody):
    ann = access.user(elasticache, WRITES)
    users = access.group(elasticache, nobody, ann)
    found = groups.create(elasticache, UserGroupIds=[users], **PAIR)
    name = found["ReplicationGroupId"]
    groups.delete(elasticache, name, RetainPrimaryCluster=True)
    groups.gone(elasticache, name)
    (cluster,) = [each for each in groups.clusters(elasticache) if each["CacheClusterId"].startswith(f"{name}-")]
    endpoint = cluster["CacheNodes"][0]["Endpoint"]
    assert says(endpoint, ca, "PING") == "NOAUTH" and says(endpoint, ca, "SET a 1", ann) == "ok"
    refusals.expect(elasticache, "delete_user_group", {"UserGroupId": users}, "InvalidUserGroupState", cluster["CacheClusterId"])
    elasticache.modify_user(UserId=ann["UserId"], AccessString=READS)
    access.active(elasticache, ann)
    assert says(endpoint, ca, "SET a 1", ann) == "NOPERM"
    elasticache.delete_cache_cluster(CacheClusterId=cluster["CacheClusterId"])
    eventually(lambda: not [each for each in groups.clusters(elasticache) if each["CacheClusterId"] == cluster["CacheClusterId"]], what="its end")
    assert elasticache.delete_user_group(UserGroupId=users)["Status"] == "deleting"


def test_not_where_clients_may_come_in_in_clear_text(elasticache, nobody):
    """Nor where that only waits for the maintenance window."""
    team = access.group(elasticache, nobody, access.user(elasticache, "on ~* +@all"))
    for request, pending in [
        ({"TransitEncryptionMode": "preferred"}, {}),
        ({}, {"TransitEncryptionMode": "preferred"}),
    ]:
        found = groups.create(elasticache, NumCacheClusters=1, **ENCRYPTED, **request)
        name = found["ReplicationGroupId"]
        if pending:
            elasticache.modify_replication_group(ReplicationGroupId=name, **pending)
        modification = {"ReplicationGroupId": name, "UserGroupIdsToAdd": [team], "ApplyImmediately": True}
        says = "Transit encryption preferred is not supported with redis access control"
        refusals.expect(elasticache, "modify_replication_group", modification, refusals.COMBINATION, says)
        groups.delete(elasticache, name)


def test_who_takes_anothers_name_does_not_keep_their_connections(elasticache, ca, nobody):
    first = access.user(elasticache, "on ~* +@all", name="app")
    second = access.user(elasticache, "on ~* +@all", name="app", Passwords=[OTHER])
    team = access.group(elasticache, nobody, first)
    found = groups.create(elasticache, NumCacheClusters=1, UserGroupIds=[team], **ENCRYPTED)
    primary = found["NodeGroups"][0]["PrimaryEndpoint"]
    with tls.connect(primary, ca, username="app", password=PASSWORD) as kept:
        assert kept.ping()
        elasticache.modify_user_group(UserGroupId=team, UserIdsToAdd=[second["UserId"]], UserIdsToRemove=[first["UserId"]])
        access.active_group(elasticache, team)
        eventually(lambda: not is_open(kept), within=5, what="the end of the connection")
    with tls.connect(primary, ca, username="app", password=OTHER) as client:
        assert client.ping()
    groups.delete(elasticache, found["ReplicationGroupId"])
