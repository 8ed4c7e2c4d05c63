"""The API over TLS: with a certificate of the own authority or of the operator's, replaced while the service runs."""

import contextlib
import http.client
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import botocore.exceptions
import pytest

import groups
import keys
import server as servers
import tls
from commands import run
from namespaces import own_network
from patience import eventually


def context(trusted: Path, **more) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(trusted))
    for name, value in more.items():
        setattr(made, name, value)
    return made


def shown(server: servers.Server, trusted: Path, *, address: str = "127.0.0.1", name: str | None = None) -> dict:
    """The certificate that the API shows, verified for `name`, else for the address."""
    with socket.create_connection((address, server.port), timeout=5) as connection:
        with context(trusted).wrap_socket(connection, server_hostname=name or address) as encrypted:
            return encrypted.getpeercert()


def health(connection: http.client.HTTPConnection) -> str:
    connection.request("GET", "/health")
    return connection.getresponse().read().decode()


def openssl(directory: Path, *arguments: str) -> None:
    if not shutil.which("openssl"):
        pytest.skip("NOT TESTED: openssl is not installed, which would make the certificate")
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True, timeout=20)


def make_certificate(directory: Path, name: str, address: str = "127.0.0.1") -> tuple[Path, Path]:
    """Of an operator's own: signed by itself."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{address},DNS:{name}"]
    openssl(directory, "req", "-x509", "-days", "2", *curve, *subject, "-keyout", f"{name}.key", "-out", f"{name}.pem")
    return directory / f"{name}.pem", directory / f"{name}.key"


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    server = servers.Server(tmp_path_factory.mktemp("server"), ephemeral=False, arguments=["--tls", "--tls-name", "elastane.example"])
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def trusted(encrypted):
    return tls.trust(encrypted)


def test_clients_verify_it_and_call_it(encrypted, trusted):
    assert encrypted.endpoint.startswith("https://127.0.0.1:")
    client = encrypted.client(verify=str(trusted))
    found = groups.create(client, NumCacheClusters=1)
    with groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]) as node:
        assert node.set("a", 1)
    client.delete_replication_group(ReplicationGroupId=found["ReplicationGroupId"])


def test_the_aws_command_line(encrypted, trusted):
    done = subprocess.run(
        [sys.executable, "-m", "awscli", "elasticache", "describe-replication-groups", "--endpoint-url", encrypted.endpoint],
        capture_output=True,
        text=True,
        timeout=60,
        env=servers.clean_environment(
            {
                "AWS_CA_BUNDLE": str(trusted),
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "us-east-1",
            }
        ),
    )
    assert done.returncode == 0, done.stderr
    assert "ReplicationGroups" in done.stdout


def test_whom_it_speaks_of(encrypted, trusted):
    names = shown(encrypted, trusted)["subjectAltName"]
    assert ("IP Address", "127.0.0.1") in names and ("DNS", "localhost") in names
    shown(encrypted, trusted, name="elastane.example")
    with pytest.raises(ssl.SSLCertVerificationError):
        shown(encrypted, trusted, name="other.example")


def test_who_does_not_trust_the_authority_is_not_served(encrypted, tmp_path):
    other, _ = make_certificate(tmp_path, "other")
    with pytest.raises(botocore.exceptions.SSLError):
        encrypted.client(verify=str(other)).describe_replication_groups()


def test_clear_text_is_not_answered(encrypted):
    connection = http.client.HTTPConnection("127.0.0.1", encrypted.port, timeout=5)
    with contextlib.closing(connection), pytest.raises((http.client.HTTPException, OSError)):
        health(connection)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_versions_of_tls_are_refused(encrypted, trusted):
    old = context(trusted, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", encrypted.port), timeout=5) as connection, pytest.raises(ssl.SSLError):
        old.wrap_socket(connection, server_hostname="127.0.0.1")


def test_strangers_who_begin_and_say_nothing_disturb_nobody(encrypted, trusted):
    with contextlib.ExitStack() as stack:
        for beginning in [b"", b"\x16", b"\x16\x03\x01\x02\x00", b"\x16\x03\x01\xff\xff" + b"\x01" * 200, b"POST / HTTP/1.1\r\n"] * 10:
            stranger = stack.enter_context(socket.create_connection(("127.0.0.1", encrypted.port), timeout=5))
            stranger.sendall(beginning)
        connection = http.client.HTTPSConnection("127.0.0.1", encrypted.port, timeout=5, context=context(trusted))
        with contextlib.closing(connection):
            assert health(connection) == "ok\n"


def test_faults_over_tls(encrypted, trusted):
    client = encrypted.client(verify=str(trusted))
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True)
    first, second = found["MemberClusters"]
    by_name = encrypted.endpoint.replace("127.0.0.1", "localhost")
    refused = run("fault", "pause", first, "--endpoint", encrypted.endpoint)
    assert refused.returncode != 0, "the machine does not trust the authority"
    done = run("fault", "kill", first, "--endpoint", encrypted.endpoint, "--ca-bundle", str(trusted))
    assert done.returncode == 0, done.stderr
    named = run("fault", "kill", second, "--endpoint", by_name, environment={"AWS_CA_BUNDLE": str(trusted)})
    assert named.returncode == 0, named.stderr
    client.delete_replication_group(ReplicationGroupId=found["ReplicationGroupId"])


def test_it_is_renewed_and_no_connection_is_closed(make_server):
    server = make_server(arguments=["--tls", "--certificate-days", "0.0001"]).start()
    trusted = tls.trust(server)
    first = shown(server, trusted)["serialNumber"]
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=5, context=context(trusted))
    with contextlib.closing(connection):
        assert health(connection) == "ok\n"
        kept = connection.sock
        eventually(lambda: shown(server, trusted)["serialNumber"] != first, within=15, what="a new certificate")
        assert health(connection) == "ok\n" and connection.sock is kept, "the connection was closed"


def test_files_of_the_operator_are_taken_up_when_they_are_replaced(make_server, tmp_path):
    certificate, key = make_certificate(tmp_path, "first")
    second = make_certificate(tmp_path, "second")
    server = make_server(arguments=["--tls-cert", str(certificate), "--tls-key", str(key)]).start()
    former = tmp_path / "former.pem"
    shutil.copy(certificate, former)
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=5, context=context(former))
    with contextlib.closing(connection):
        assert health(connection) == "ok\n"
        kept = connection.sock
        # Half of it: the former stays in force, and the log says why.
        shutil.copy(second[0], certificate)
        eventually(lambda: "is not that of the first certificate" in server.log.read_text(), what="a complaint")
        shown(server, former)
        shutil.copy(second[1], key)
        eventually(lambda: not fails(lambda: shown(server, second[0])), what="the new certificate")
        assert health(connection) == "ok\n" and connection.sock is kept, "the connection was closed"
    key.unlink()
    eventually(lambda: "can't be read" in server.log.read_text(), what="another complaint")
    shown(server, second[0])


def fails(call) -> bool:
    try:
        call()
    except ssl.SSLError:
        return True
    return False


def test_a_pair_that_is_none_is_refused(tmp_path):
    certificate, _ = make_certificate(tmp_path, "first")
    _, key = make_certificate(tmp_path, "second")
    for cert, secret, reason in [
        (certificate, key, "is not that of the first certificate"),
        (key, key, "there is no certificate"),
        (certificate, certificate, "there is no private key"),
    ]:
        done = run(
            "serve", "--port", "0", "--data-dir", str(tmp_path / "data"), "--ephemeral", "--tls-cert", str(cert), "--tls-key", str(secret)
        )
        assert done.returncode != 0 and reason in done.stderr, done.stderr
        assert "ready" not in done.stdout and not (tmp_path / "data").exists()


def test_all_addresses_of_a_machine_for_who_has_a_key(tmp_path, make_server):
    file = tmp_path / "credentials.json"
    key = keys.new(file)
    with own_network("ip addr add 10.77.0.1/32 dev lo"):
        server = make_server(arguments=["--host", "0.0.0.0", "--tls", "--credentials", str(file)])
        server.start()
        trusted = tls.trust(server)
        server.endpoint = f"https://10.77.0.1:{server.port}"
        client = server.client(account=key[0], verify=str(trusted))
        client._request_signer._credentials.secret_key = key[1]
        assert client.describe_replication_groups()["ReplicationGroups"] == []
        with pytest.raises(botocore.exceptions.ClientError, match="InvalidClientTokenId"):
            server.client(verify=str(trusted)).describe_replication_groups()
        # Faults are for services that only their own machine reaches.
        refused = run("fault", "kill", "nobody-001", "--endpoint", server.endpoint, "--ca-bundle", str(trusted))
        assert refused.returncode != 0 and "loopback" in refused.stderr, refused.stderr
        server.close()
