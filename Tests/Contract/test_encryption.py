"""Encryption in transit, as clients see it that verify certificates and addresses."""

import os
import re
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import botocore.exceptions
import pytest

import builds
import groups
import server as servers
import tls
from load import Load
from members import quietly
from patience import eventually

ENCRYPTED = {"TransitEncryptionEnabled": True}


@pytest.fixture(scope="module")
def ca(service):
    return tls.trust(service)


@pytest.fixture(scope="module")
def group(elasticache):
    """Three nodes, cluster mode disabled, for tests that change nothing of it."""
    return groups.create(elasticache, NumCacheClusters=3, AutomaticFailoverEnabled=True, **ENCRYPTED)


@pytest.fixture(scope="module")
def clustered(elasticache):
    """Two shards of two nodes."""
    return groups.create(elasticache, NumNodeGroups=2, ReplicasPerNodeGroup=1, AutomaticFailoverEnabled=True, **ENCRYPTED)


def pid(endpoint: dict, ca: Path) -> int:
    with tls.connect(endpoint, ca) as node:
        return node.info("server")["process_id"]


def test_the_answers_say_so(elasticache, group):
    assert (group["TransitEncryptionEnabled"], group["TransitEncryptionMode"]) == (True, "required")
    for cluster in groups.clusters(elasticache):
        if cluster.get("ReplicationGroupId") == group["ReplicationGroupId"]:
            assert (cluster["TransitEncryptionEnabled"], cluster["TransitEncryptionMode"]) == (True, "required")
    plain = groups.create(elasticache)
    assert plain["TransitEncryptionEnabled"] is False and "TransitEncryptionMode" not in plain
    old = groups.create(elasticache, EngineVersion="6.2", **ENCRYPTED)
    assert old["TransitEncryptionEnabled"] is True and "TransitEncryptionMode" not in old
    for found in (plain, old):
        groups.delete(elasticache, found["ReplicationGroupId"])


def test_every_endpoint_is_verified_by_its_address(elasticache, group, clustered, ca):
    for found in (group, clustered):
        told = groups.all_endpoints(elasticache, found)
        assert len(told) == 5
        for endpoint in told:
            with tls.connect(endpoint, ca) as client:
                assert client.ping()
            assert tls.refuses(groups.connect(endpoint)), "it answers in clear text"
            assert tls.refuses(groups.connect(endpoint, ssl=True, ssl_cert_reqs="required")), "a stranger is trusted"


def test_writes_reach_the_replicas(group, ca):
    (node_group,) = group["NodeGroups"]
    with tls.connect(node_group["PrimaryEndpoint"], ca) as writer, tls.connect(node_group["ReaderEndpoint"], ca) as reader:
        writer.set("greeting", "hello")
        eventually(lambda: reader.get("greeting") == "hello", what="the copy")
        assert reader.info("replication")["role"] == "slave"
        assert writer.execute_command("WAIT", 2, 2000) == 2


def test_a_node_has_the_names_and_addresses_of_its_endpoints(service, elasticache, group, clustered, ca):
    hosts = (service.data / "hosts").read_text().split("\n")
    for found in (group, clustered):
        name = found["ReplicationGroupId"]
        names = {line.split()[1] for line in hosts if re.search(rf"\b{name}\b", line)}
        shared = {host for host in names if host.split(".")[0] in ("master", "replica", "clustercfg")}
        assert shared
        for member, endpoint in groups.node_endpoints(elasticache, name).items():
            shown = tls.certificate(endpoint, ca)["subjectAltName"]
            own = {host for host in names if host.startswith(f"{member}.{name}.")}
            assert len(own) == 1 and {value for kind, value in shown if kind == "DNS"} == own | shared
            for host in own | shared:
                tls.certificate(endpoint, ca, name=host)
            told = {value for kind, value in shown if kind == "IP Address"}
            shared_addresses = [found.get("ConfigurationEndpoint"), *(found["NodeGroups"][0].get(e) for e in ("PrimaryEndpoint", "ReaderEndpoint"))]
            assert told == {endpoint["Address"]} | {e["Address"] for e in shared_addresses if e}


def test_cluster_clients(elasticache, clustered, ca):
    name = clustered["ReplicationGroupId"]
    with tls.cluster(clustered["ConfigurationEndpoint"], ca) as client:
        for number in range(60):
            client.set(f"key:{number}", number)
        assert [client.get(f"key:{number}") for number in range(60)] == [str(number) for number in range(60)]

        def knows_all() -> bool:
            client.nodes_manager.initialize()
            return len(client.get_primaries()) == 2 and len(client.get_replicas()) == 2

        eventually(knows_all, what="two shards of two nodes, told to a client")
    for endpoint in groups.node_endpoints(elasticache, name).values():
        bus = endpoint | {"Port": endpoint["Port"] + 10_000}
        assert tls.serial(bus, ca) == tls.serial(endpoint, ca), "the cluster bus is not encrypted"


def test_a_failover_keeps_the_endpoint_verified(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=3, AutomaticFailoverEnabled=True, **ENCRYPTED)
    (node_group,) = found["NodeGroups"]
    primary = node_group["PrimaryEndpoint"]
    with Load(lambda: tls.connect(primary, ca)) as load:
        before = pid(primary, ca)
        os.kill(before, signal.SIGKILL)
        load.goes_on(50)
        assert pid(primary, ca) != before
    nodes = groups.node_endpoints(elasticache, found["ReplicationGroupId"])

    def replicas() -> bool:
        with tls.connect(primary, ca) as client:
            return client.info("replication")["connected_slaves"] == 2

    eventually(lambda: quietly(replicas), within=20, what="the former primary as a replica")
    for endpoint in nodes.values():
        with tls.connect(endpoint, ca) as node:
            assert node.ping()


def test_a_new_replica_is_encrypted_too(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=2, AutomaticFailoverEnabled=True, **ENCRYPTED)
    name = found["ReplicationGroupId"]
    elasticache.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=2, ApplyImmediately=True)
    groups.available(elasticache, name)
    nodes = groups.node_endpoints(elasticache, name)
    assert len(nodes) == 3
    for endpoint in nodes.values():
        with tls.connect(endpoint, ca) as node:
            assert node.ping()


def test_a_retained_primary_stays_encrypted(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=2, AutomaticFailoverEnabled=True, **ENCRYPTED)
    name, primary = found["ReplicationGroupId"], found["MemberClusters"][0]
    endpoint = groups.node_endpoints(elasticache, name)[primary]
    with tls.connect(endpoint, ca) as kept:
        kept.set("kept", "yes")
        groups.delete(elasticache, name, RetainPrimaryCluster=True)
        groups.gone(elasticache, name)
        (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=primary)["CacheClusters"]
        assert cluster["TransitEncryptionEnabled"] is True
        elasticache.create_replication_group(
            ReplicationGroupId=name, ReplicationGroupDescription="again", PrimaryClusterId=primary, NumCacheClusters=2
        )
        again = groups.available(elasticache, name)
        assert again["TransitEncryptionEnabled"] is True
        assert kept.get("kept") == "yes", "the connection goes on through it all"
    (node_group,) = again["NodeGroups"]

    def verified() -> bool:
        return all(tls.connect(node_group[e], ca).get("kept") == "yes" for e in ("PrimaryEndpoint", "ReaderEndpoint"))

    eventually(lambda: quietly(verified), within=10, what="certificates with the new endpoints")


@pytest.mark.parametrize(
    "modification",
    [{"TransitEncryptionEnabled": True}, {"TransitEncryptionMode": "required"}, {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "required"}],
)
def test_what_is_so_already_is_accepted(elasticache, group, modification):
    name = group["ReplicationGroupId"]
    elasticache.modify_replication_group(ReplicationGroupId=name, ApplyImmediately=True, **modification)
    assert groups.available(elasticache, name)["TransitEncryptionMode"] == "required"


def test_no_file_is_readable_by_others(service, group):
    assert group
    assert stat.S_IMODE(service.data.stat().st_mode) == 0o700
    secrets = list(service.data.glob("authority.pem")) + list(service.data.glob("nodes/*/tls.pem"))
    assert len(secrets) > 3
    for path in secrets:
        assert "PRIVATE KEY" in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_service_has_another_authority(service, make_server, group, ca):
    other = make_server().start()
    (node_group,) = group["NodeGroups"]
    assert tls.refuses(tls.connect(node_group["PrimaryEndpoint"], tls.trust(other)))
    assert not tls.refuses(tls.connect(node_group["PrimaryEndpoint"], ca))


def test_a_restarted_service_goes_on(make_server):
    server = make_server(ephemeral=False).start()
    found = groups.create(server.client(), NumCacheClusters=2, AutomaticFailoverEnabled=True, **ENCRYPTED)
    ca = tls.trust(server)
    (node_group,) = found["NodeGroups"]
    primary = node_group["PrimaryEndpoint"]
    with tls.connect(primary, ca) as kept:
        run_id = kept.info("server")["run_id"]
        shown = tls.serial(primary, ca)
        server.restart()
        assert kept.info("server")["run_id"] == run_id
        assert tls.trust(server).read_text() == ca.read_text()
        os.kill(kept.info("server")["process_id"], signal.SIGKILL)
    eventually(lambda: not tls.refuses(tls.connect(primary, ca)), what="the failover")
    eventually(lambda: len(server.engines()) == 2, within=20, what="the former primary")
    assert tls.serial(primary, ca) != shown
    assert server.stop() == 0
    assert server.down().returncode == 0
    server.start()
    eventually(lambda: not tls.refuses(tls.connect(primary, ca)), within=20, what="the group after down")


def test_a_build_without_tls_is_never_chosen(make_server, tmp_path):
    """The nearest build would be the one without."""
    clear = builds.need("valkey", 9)
    only = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "ELASTANE_ENGINES": str(clear.path)}
    server = make_server(environment=only).start()
    client = server.client()
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.create_replication_group(**groups.request(EngineVersion="7.0", **ENCRYPTED))
    assert groups.code_of(caught.value) == "InsufficientCacheClusterCapacity"
    assert re.search("TLS.*install", groups.message_of(caught.value))
    assert groups.world(client) == ([], [])
    assert groups.create(client, EngineVersion="7.0")["Status"] == "available", "it serves groups without encryption"


def test_valkey_is_encrypted_too(make_server, tmp_path):
    """Its tables of a cluster's nodes are others than Redis 7.0 has."""
    paths = [build.path for build in builds.installed() if build.engine == "valkey" and "tls" in build.path.parent.name]
    if not paths:
        pytest.skip("no valkey with TLS is installed: scripts/fetch-engines.sh --valkey-tls brings it where the system has a package of it")
    only = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "ELASTANE_ENGINES": str(paths[0])}
    server = make_server(environment=only).start()
    client, ca = server.client(), tls.trust(server)
    version = {"Engine": "valkey", "EngineVersion": "8.0"}
    pair = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True, AuthToken="token-0123456789", **version, **ENCRYPTED)
    with tls.connect(pair["NodeGroups"][0]["PrimaryEndpoint"], ca, password="token-0123456789") as writer:
        writer.set("a", 1)
        assert writer.execute_command("WAIT", 1, 5000) == 1
    shards = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1, **version, **ENCRYPTED)
    with tls.cluster(shards["ConfigurationEndpoint"], ca) as writer:
        for number in range(20):
            writer.set(f"key:{number}", number)
        assert [writer.get(f"key:{number}") for number in range(20)] == [str(number) for number in range(20)]


def test_doctor_tells_of_the_authority(service, group):
    assert group
    result = subprocess.run(
        [str(servers.BINARY), "doctor", "--data-dir", str(service.data)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=servers.clean_environment(),
        timeout=30,
    )
    assert re.search(r"ok +authority: CN=Elastane authority \w+,O=Elastane, until 20", result.stdout), result.stdout


@pytest.fixture(autouse=True, scope="module")
def needs_tls():
    """The system's own engine has it, wherever the tests run."""
    assert shutil.which("redis-server") or builds.need("valkey", 8, optional=True)
