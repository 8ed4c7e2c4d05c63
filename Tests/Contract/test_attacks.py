"""What a stranger tries, and a user who wants more than is theirs. docs/security.md lists it with what came of it."""

import contextlib
import os
import re
import signal
import socket
import ssl

import pytest
import redis

import administrator
import groups
import keys
import server as servers
import tls
from commands import run
from patience import eventually

TOKEN = "a-token-of-the-attacked-group"
BUS = 10_000


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A service that keeps keys and answers with TLS."""
    directory = tmp_path_factory.mktemp("attacked")
    file = directory / "credentials.json"
    key = keys.new(file)
    server = servers.Server(directory, ephemeral=False, arguments=["--tls", "--credentials", str(file), "--log-level", "trace"])
    server.start()
    yield server, key
    server.close()


@pytest.fixture(scope="module")
def client(attacked):
    server, (name, secret) = attacked
    made = server.client(account=name, verify=str(tls.trust(server)))
    made._request_signer._credentials.secret_key = secret
    return made


@pytest.fixture(scope="module")
def group(client):
    return groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True, TransitEncryptionEnabled=True, AuthToken=TOKEN)


@pytest.fixture(scope="module")
def cluster(client):
    return groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1, TransitEncryptionEnabled=True)


def private_keys(server) -> set[str]:
    """A line of each that is written down anywhere."""
    files = [server.data / "authority.pem", *server.data.glob("nodes/*/tls.pem")]
    blocks = [re.search(r"PRIVATE KEY-----\n([^-]+)", path.read_text())[1] for path in files]
    return {line for block in blocks for line in block.split() if len(line) == 64}


def test_a_secret_is_in_no_process_and_no_log_and_no_answer(attacked, client, group):
    server, (_, secret) = attacked
    id = group["ReplicationGroupId"]
    ca = tls.trust(server)
    with tls.connect(group["NodeGroups"][0]["PrimaryEndpoint"], ca, password=TOKEN) as primary:
        pid = primary.info("server")["process_id"]
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(groups.available(client, id)["NodeGroups"][0]["NodeGroupMembers"]) == 2, what="the group after a crash")
    with pytest.raises(redis.exceptions.AuthenticationError):
        tls.connect(group["NodeGroups"][0]["PrimaryEndpoint"], ca, password=TOKEN + "!").ping()
    secrets = {TOKEN, secret, administrator.secret(server, id), *private_keys(server)}
    assert len(secrets) > 5
    told = {
        "events": repr(client.describe_events(Duration=60)["Events"]),
        "groups": repr(groups.describe(client, id)),
        "clusters": repr(groups.clusters(client)),
        "doctor": run("doctor", "--json", "--data-dir", str(server.data), "--credentials", server.arguments[2]).stdout,
        "credentials": run("credentials", "list", "--json", "--credentials", server.arguments[2]).stdout,
        "ca": ca.read_text(),
    }
    for path in [server.log, server.output, *server.data.rglob("*.log")]:
        told[str(path)] = path.read_text(errors="replace")
    assert len(server.engines()) == 2
    for pid in [server.process.pid, *(process.pid for process in server.processes())]:
        for what in ("cmdline", "environ"):
            with open(f"/proc/{pid}/{what}", "rb") as file:
                told[f"{what} of {pid}"] = file.read().decode(errors="replace")
    assert all(text for name, text in told.items() if not name.endswith("output.log")), "something was not read"
    found = [name for name, text in told.items() for each in secrets if each in text]
    assert found == []


@pytest.mark.parametrize(
    "command",
    [
        ["EVAL", "return redis.call('CONFIG', 'GET', 'masterauth')", "0"],
        ["EVAL", "return redis.call('ACL', 'DELUSER', 'elastane-administrator')", "0"],
        ["ACL", "SETUSER", "default", "+@all"],
        ["CONFIG", "GET", "*"],
        ["REPLICAOF", "NO", "ONE"],
        ["SHUTDOWN", "NOSAVE"],
    ],
    ids=" ".join,
)
def test_a_user_gets_no_further(attacked, group, command):
    server, _ = attacked
    with tls.connect(group["NodeGroups"][0]["PrimaryEndpoint"], tls.trust(server), password=TOKEN) as user:
        with pytest.raises(redis.exceptions.ResponseError, match="(?i)permission|unknown command|not allowed|can't run"):
            user.execute_command(*command)
        # Nor wrapped up in a transaction.
        with pytest.raises((redis.exceptions.ResponseError, redis.exceptions.ExecAbortError)):
            user.pipeline(transaction=True).execute_command(*command).execute()
        assert user.ping()


def test_the_service_s_own_users_are_not_guessed(attacked, group):
    server, _ = attacked
    endpoint, ca = group["NodeGroups"][0]["PrimaryEndpoint"], tls.trust(server)
    for name in ("elastane-administrator", "elastane-replication"):
        for password in ("", "elastane", TOKEN):
            assert tls.refuses(tls.connect(endpoint, ca, username=name, password=password))


def said(connection: socket.socket, bytes: bytes) -> bytes:
    """What is answered before the other end closes, or within a second."""
    answer = b""
    with contextlib.suppress(OSError):
        connection.settimeout(1)
        connection.sendall(bytes)
        while part := connection.recv(4096):
            answer += part
    return answer


def test_clear_text_to_an_encrypted_node(client, cluster):
    """At its port and at the port of the cluster's bus, to which a stranger would have to introduce a node of theirs."""
    (node, *_) = groups.node_endpoints(client, cluster["ReplicationGroupId"]).values()
    for endpoint, more in [(cluster["ConfigurationEndpoint"], 0), (node, 0), (node, BUS)]:
        with socket.create_connection((endpoint["Address"], endpoint["Port"] + more), timeout=5) as connection:
            answer = said(connection, b"*1\r\n$4\r\nPING\r\n" + b"RCmb" + b"\0" * 3000)
            assert b"PONG" not in answer and b"RCmb" not in answer, answer


def test_the_bus_takes_nobody_without_a_certificate_of_the_authority(attacked, client, cluster, make_server):
    server, _ = attacked
    (node, *_) = groups.node_endpoints(client, cluster["ReplicationGroupId"]).values()
    bus = node["Address"], node["Port"] + BUS
    stranger = make_server().start()
    groups.create(stranger.client(), NumCacheClusters=1, TransitEncryptionEnabled=True)
    (theirs,) = stranger.data.glob("nodes/*/tls.pem")
    (own, *_) = server.data.glob("nodes/*/tls.pem")
    ca = tls.trust(server)

    def takes(certificate) -> bool:
        context = ssl.create_default_context(cafile=str(ca))
        if certificate:
            context.load_cert_chain(certificate)
        try:
            with socket.create_connection(bus, timeout=5) as connection:
                with context.wrap_socket(connection, server_hostname=bus[0]) as encrypted:
                    encrypted.settimeout(1)
                    # With TLS 1.3 a refusal comes after the handshake.
                    return encrypted.recv(1) != b""
        except TimeoutError:
            return True
        except (ssl.SSLError, ConnectionError):
            return False

    assert takes(own), "or this test would show nothing"
    assert not takes(None)
    assert not takes(theirs)
