"""Encrypted clusters of Memcached, as clients see them that verify certificates, addresses and names."""

import os
import shutil
import signal
import socket
import ssl
import subprocess

import pytest

import caches
import refusals
import tls
from patience import eventually

ENCRYPTED = {"TransitEncryptionEnabled": True, "EngineVersion": "1.6.12"}


@pytest.fixture(scope="module", autouse=True)
def _memcached():
    caches.need()
    said = subprocess.run(["memcached", "-h"], capture_output=True, text=True, timeout=10).stdout
    if "--enable-ssl" not in said:
        pytest.skip("this memcached was built without TLS")


@pytest.fixture(scope="module")
def ca(service):
    return tls.trust(service)


@pytest.fixture(scope="module")
def found(elasticache):
    return caches.create(elasticache, CacheClusterId="secret", NumCacheNodes=2, **ENCRYPTED)


def connect(endpoint: dict, ca) -> caches.Node:
    """A client that verifies who answers, and by which address."""
    context = ssl.create_default_context(cafile=str(ca))
    return caches.Node((endpoint["Address"], endpoint["Port"]), timeout=5, connect_timeout=5, tls_context=context)


def pid(endpoint: dict, ca) -> int | None:
    try:
        with connect(endpoint, ca) as node:
            return int(node.stats()[b"pid"])
    except (OSError, EOFError):
        return None


def say(endpoint: dict, ca, words: bytes, ends: bytes = b"END\r\n") -> bytes:
    with tls.open_socket(endpoint, ca) as connection:
        connection.sendall(words)
        heard = b""
        while not heard.endswith(ends):
            more = connection.recv(65536)
            if not more:
                break
            heard += more
        return heard


def told(endpoint: dict, ca) -> list[str]:
    """The addresses of the nodes, as a client with auto discovery learns of them."""
    lines = say(endpoint, ca, b"config get cluster\r\n").split(b"\n")
    assert lines[0].startswith(b"CONFIG cluster 0 ")
    return [node.split("|")[1] for node in lines[2].decode().split(" ")]


def test_the_answers_say_so(found):
    assert (found["TransitEncryptionEnabled"], found["TransitEncryptionMode"]) == (True, "required")


def test_nodes_speak_tls_and_nothing_else(found, ca):
    for number, endpoint in enumerate(caches.nodes(found).values()):
        with connect(endpoint, ca) as node:
            assert node.set("k", f"of {number}", noreply=False)
            assert node.get("k") == b"of %d" % number
        assert caches.pid(endpoint) is None
        shown = tls.certificate(endpoint, ca)["subjectAltName"]
        assert [("IP Address", endpoint["Address"])] == [entry for entry in shown if entry[0] == "IP Address"]


def test_auto_discovery_over_tls(found, ca):
    """A client asks at the configuration endpoint, and goes on to the nodes that it is told."""
    entry = found["ConfigurationEndpoint"]
    addresses = told(entry, ca)
    assert addresses == [endpoint["Address"] for endpoint in caches.nodes(found).values()]
    for address in addresses:
        assert pid({"Address": address, "Port": entry["Port"]}, ca)
    # In clear text nobody is answered.
    with socket.create_connection((entry["Address"], entry["Port"]), timeout=5) as plain:
        plain.sendall(b"config get cluster\r\n")
        assert b"CONFIG" not in plain.recv(1000)
    names = [name for kind, name in tls.certificate(entry, ca)["subjectAltName"] if kind == "DNS"]
    assert len(names) == 1 and names[0].startswith("secret.") and ".cfg." in names[0]
    assert tls.certificate(entry, ca, name=names[0])


def test_the_endpoint_may_be_used_as_a_node(found, ca):
    with connect(found["ConfigurationEndpoint"], ca) as client:
        assert client.set("large", b"x" * 900_000, noreply=False)
        assert client.get("large") == b"x" * 900_000
        assert client.set_many({f"k{number}": "v" for number in range(200)}, noreply=False) == []
        assert len(client.get_many([f"k{number}" for number in range(200)])) == 200
    answers = say(found["ConfigurationEndpoint"], ca, b"get nothing\r\nconfig get cluster\r\nget nothing\r\nquit\r\n", ends=b"never")
    assert answers.startswith(b"END\r\nCONFIG cluster 0 ") and answers.endswith(b"END\r\nEND\r\n")


def test_a_dead_node_comes_back_encrypted(elasticache, found, ca):
    endpoint = caches.nodes(found)["0001"]
    old = pid(endpoint, ca)
    os.kill(old, signal.SIGKILL)
    eventually(lambda: pid(endpoint, ca) not in (None, old), what="the node's return")


def test_more_nodes_and_another_type(elasticache, ca):
    cluster = caches.create(elasticache, NumCacheNodes=1, **ENCRYPTED)
    id = cluster["CacheClusterId"]
    elasticache.modify_cache_cluster(CacheClusterId=id, NumCacheNodes=2, CacheNodeType="cache.t3.small", ApplyImmediately=True)
    grown = caches.available(elasticache, id)
    assert grown["CacheNodeType"] == "cache.t3.small" and grown["TransitEncryptionEnabled"]
    assert told(grown["ConfigurationEndpoint"], ca) == [endpoint["Address"] for endpoint in caches.nodes(grown).values()]
    for endpoint in caches.nodes(grown).values():
        assert pid(endpoint, ca)
    elasticache.delete_cache_cluster(CacheClusterId=id)


def test_keys_are_nobodys_to_read(service, found):
    """Not in arguments, not in logs; in files that their owner alone may read."""
    for process in service.engines():
        assert "-Z" in process.command and "PRIVATE KEY" not in process.command
    files = list(service.data.rglob("tls.pem"))
    assert len(files) >= 2 and all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert "PRIVATE KEY" not in service.log.read_text()


def test_certificates_are_renewed_under_open_connections(make_server):
    server = make_server(arguments=["--certificate-days", "0.0001"]).start()
    cluster = caches.create(server.client(), NumCacheNodes=2, **ENCRYPTED)
    ca = tls.trust(server)
    shows = [cluster["ConfigurationEndpoint"], *caches.nodes(cluster).values()]
    kept = [tls.open_socket(endpoint, ca) for endpoint in shows]
    # Twice: the second is issued while the first has been loaded, not started with.
    for _ in range(2):
        before = [tls.serial(endpoint, ca) for endpoint in shows]
        eventually(lambda: all(tls.serial(e, ca) != old for e, old in zip(shows, before)), within=20, what="new certificates")
    for connection in kept:
        connection.sendall(b"version\r\n")
        assert connection.recv(100).startswith(b"VERSION "), "the connection was closed"
        connection.close()
    with connect(cluster["ConfigurationEndpoint"], ca) as client:
        assert client.set("k", "v", noreply=False)
    warnings = [line for line in server.log.read_text().splitlines() if "warning" in line and "no access keys are kept" not in line]
    assert not warnings, "something was refused"


def test_what_served_goes_on_without_the_service_and_is_taken_over(make_server):
    server = make_server(ephemeral=False).start()
    cluster = caches.create(server.client(), NumCacheNodes=2, **ENCRYPTED)
    ca = tls.trust(server)
    pids = [pid(endpoint, ca) for endpoint in caches.nodes(cluster).values()]
    server.kill()
    addresses = told(cluster["ConfigurationEndpoint"], ca)
    assert len(addresses) == 2
    server.start()
    found = caches.available(server.client(), cluster["CacheClusterId"])
    assert [pid(endpoint, ca) for endpoint in caches.nodes(found).values()] == pids
    assert told(found["ConfigurationEndpoint"], ca) == addresses


def test_a_build_without_tls_is_not_used_for_it(make_server, tmp_path):
    """It says of itself that it has none; an honest fault, and clusters in clear text as before."""
    real = shutil.which("memcached")
    engine = tmp_path / "memcached"
    engine.write_text(f'#!/bin/sh\nif [ "$1" = -h ]; then {real} -h | /bin/sed "/enable-ssl/d"; exit; fi\nexec {real} "$@"\n')
    engine.chmod(0o755)
    server = make_server(environment={"ELASTANE_ENGINES": str(engine), "PATH": "/nonexistent"}).start()
    client = server.client()
    asked = caches.request(**ENCRYPTED)
    says = "No engine with TLS is installed that can serve EngineVersion 1.6.12 of memcached, and TransitEncryptionEnabled asks for it"
    refusals.expect(client, "create_cache_cluster", asked, "InsufficientCacheClusterCapacity", says)
    assert caches.pid(caches.nodes(caches.create(client))["0001"])
