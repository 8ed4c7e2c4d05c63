"""Who issues the certificates of encrypted groups, and how they are replaced."""

import shutil
import subprocess

import pytest

import builds
import groups
import server as servers
import tls
from patience import eventually

ENCRYPTED = {"TransitEncryptionEnabled": True}


def test_certificates_are_renewed_under_open_connections(make_server):
    server = make_server(arguments=["--certificate-days", "0.0001"]).start()
    found = groups.create(server.client(), NumCacheClusters=2, AutomaticFailoverEnabled=True, **ENCRYPTED)
    ca = tls.trust(server)
    nodes = groups.node_endpoints(server.client(), found["ReplicationGroupId"])
    kept = {member: tls.connect(endpoint, ca) for member, endpoint in nodes.items()}
    ids = {member: connection.client_id() for member, connection in kept.items()}
    first = {member: tls.serial(endpoint, ca) for member, endpoint in nodes.items()}
    # Twice: the second is issued while the first has been loaded, not started with.
    for _ in range(2):
        shown = {member: tls.serial(endpoint, ca) for member, endpoint in nodes.items()}
        eventually(
            lambda: all(tls.serial(endpoint, ca) != shown[member] for member, endpoint in nodes.items()), within=15, what="new certificates"
        )
    for member, connection in kept.items():
        assert connection.client_id() == ids[member], "the connection was closed"
        connection.close()
        assert tls.serial(nodes[member], ca) != first[member]
    with tls.connect(found["NodeGroups"][0]["PrimaryEndpoint"], ca) as client:
        assert client.info("replication")["slave0"]["state"] == "online"
    warnings = [line for line in server.log.read_text().splitlines() if "warning" in line and "no access keys are kept" not in line]
    assert not warnings, "something was refused"


def test_certificates_that_ended_are_renewed_all_the_same(make_server):
    """Nobody but Elastane itself takes them any more."""
    server = make_server(ephemeral=False, arguments=["--certificate-days", "0.0001"]).start()
    found = groups.create(server.client(), NumCacheClusters=2, AutomaticFailoverEnabled=True, **ENCRYPTED)
    ca = tls.trust(server)
    nodes = groups.node_endpoints(server.client(), found["ReplicationGroupId"]).values()
    engines = {process.pid for process in server.engines()}
    server.kill()
    eventually(lambda: all(tls.refuses(tls.connect(node, ca)) for node in nodes), within=20, what="the end of the certificates")
    server.start()
    eventually(lambda: not any(tls.refuses(tls.connect(node, ca)) for node in nodes), what="new certificates")
    assert {process.pid for process in server.engines()} == engines, "an engine was restarted"


def test_an_own_authority_and_a_change_of_it(make_server):
    """The second service's authority becomes the first one's own, while its group serves."""
    donor = make_server(ephemeral=False).start()
    own = donor.data / "authority.pem"
    server = make_server(ephemeral=False).start()
    found = groups.create(server.client(), NumCacheClusters=2, AutomaticFailoverEnabled=True, **ENCRYPTED)
    primary = found["NodeGroups"][0]["PrimaryEndpoint"]
    old = tls.trust(server).read_text()
    with tls.connect(primary, tls.trust(server)) as kept:
        client_id = kept.client_id()
        server.arguments = ["--ca-certificate", str(own), "--ca-key", str(own)]
        server.restart()
        new = tls.trust(donor)
        nodes = groups.node_endpoints(server.client(), found["ReplicationGroupId"]).values()
        eventually(lambda: all(not tls.refuses(tls.connect(node, new)) for node in nodes), what="certificates of the new authority")
        assert kept.client_id() == client_id, "the connection was closed"
    assert tls.trust(server).read_text() == new.read_text() + old, "clients are told of both"
    with tls.connect(primary, new) as client:
        client.set("a", 1)
        assert client.execute_command("WAIT", 1, 5000) == 1


def test_nodes_are_known_whatever_is_lost_of_the_authority(make_server):
    """Who signed for them is in their own directories: they are not taken for strangers, and get certificates of the next."""
    server = make_server(ephemeral=False).start()
    found = groups.create(server.client(), NumCacheClusters=2, AutomaticFailoverEnabled=True, **ENCRYPTED)
    primary = found["NodeGroups"][0]["PrimaryEndpoint"]
    old = tls.trust(server)
    with tls.connect(primary, old) as kept:
        run_id = kept.info("server")["run_id"]
        kept.set("a", 1)
        server.kill()
        for name in ("authority.pem", "authorities.pem"):
            (server.data / name).unlink()
        server.start()
        new = tls.trust(server)
        nodes = groups.node_endpoints(server.client(), found["ReplicationGroupId"]).values()
        eventually(lambda: all(not tls.refuses(tls.connect(node, new)) for node in nodes), what="certificates of the new authority")
        assert kept.info("server")["run_id"] == run_id and kept.get("a") == "1"


def test_an_authority_behind_a_link_to_nothing_is_not_made_anew(make_server):
    server = make_server(ephemeral=False).start()
    assert server.stop() == 0
    (server.data / "authority.pem").rename(server.data / "moved.pem")
    (server.data / "authority.pem").symlink_to(server.data / "not-mounted.pem")
    result = subprocess.run(server.command(), env=server.environment, capture_output=True, text=True, timeout=20)
    assert result.returncode != 0 and "authority.pem" in result.stderr
    (server.data / "authority.pem").unlink()
    (server.data / "moved.pem").rename(server.data / "authority.pem")
    server.start()


@pytest.mark.parametrize("key", [["ecparam", "-name", "prime256v1", "-genkey", "-noout"], ["genrsa", "2048"]], ids=["P-256", "RSA"])
def test_an_own_authority_below_a_root(make_server, tmp_path, key):
    """Clients trust the root alone."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: it would make the authority")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True, timeout=20)

    (tmp_path / "extensions").write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n")
    for name in ("root", "own"):
        openssl(*key, "-out", f"{name}.key") if key[0] == "ecparam" else openssl("genrsa", "-out", f"{name}.key", key[1])
        openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
    signed = ["-days", "30", "-extfile", "extensions"]
    openssl("x509", "-req", "-in", "root.csr", "-signkey", "root.key", *signed, "-out", "root.pem")
    openssl("x509", "-req", "-in", "own.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", *signed, "-out", "own.pem")
    path = tmp_path / "path.pem"
    path.write_text((tmp_path / "own.pem").read_text() + (tmp_path / "root.pem").read_text())
    server = make_server(arguments=["--ca-certificate", str(path), "--ca-key", str(tmp_path / "own.key")]).start()
    found = groups.create(server.client(), NumNodeGroups=2, ReplicasPerNodeGroup=1, **ENCRYPTED)
    with tls.cluster(found["ConfigurationEndpoint"], tmp_path / "root.pem") as client:
        client.set("a", 1)
        assert client.get("a") == "1"
    assert not (server.data / "authority.pem").exists(), "none is made where there is an own one"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--ca-certificate", "/nowhere.pem", "--ca-key", "/nowhere.pem"], "can't be read"),
        (["--ca-certificate", "/etc/hostname"], "--ca-key"),
        (["--ca-key", "/etc/hostname"], "--ca-certificate"),
        (["--ca-certificate", "/etc/hostname", "--ca-key", "/etc/hostname"], "no authority"),
        (["--certificate-days", "0"], "--certificate-days"),
    ],
)
def test_a_mistaken_authority_is_told(tmp_path, arguments, says):
    result = subprocess.run(
        [str(servers.BINARY), "serve", "--port", "0", "--data-dir", str(tmp_path / "data"), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=servers.clean_environment(),
        timeout=20,
    )
    assert result.returncode != 0 and says in result.stderr, result.stderr
    assert not (tmp_path / "data").exists()


def test_there_is_no_authority_before_the_first_service(tmp_path):
    result = subprocess.run(
        [str(servers.BINARY), "ca", "--data-dir", str(tmp_path)], capture_output=True, text=True, env=servers.clean_environment(), timeout=20
    )
    assert result.returncode != 0 and "elastane serve" in result.stderr


@pytest.fixture(autouse=True, scope="module")
def needs_tls():
    """The system's own engine has it, wherever the tests run."""
    assert shutil.which("redis-server") or builds.need("valkey", 8, optional=True)
