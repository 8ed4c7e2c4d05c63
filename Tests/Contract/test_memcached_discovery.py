"""The configuration endpoint: clients with auto discovery learn of a Memcached cluster's nodes there; others may use it as a node."""

import asyncio
import os
import signal
import socket
import struct

import emcache
import pytest

import caches
from patience import eventually


@pytest.fixture(scope="module", autouse=True)
def _memcached():
    caches.need()


@pytest.fixture(scope="module")
def found(elasticache):
    return caches.create(elasticache, CacheClusterId="told", NumCacheNodes=2, EngineVersion="1.6.12")


def listed(cluster: dict) -> list[tuple[str, str, int]]:
    return [(node["Address"], node["Address"], node["Port"]) for node in caches.nodes(cluster).values()]


def test_the_nodes_are_told(found):
    version, told = caches.configuration(found["ConfigurationEndpoint"])
    assert version == 1
    assert told == listed(found)


def test_old_clients_ask_for_an_item(found):
    entry = found["ConfigurationEndpoint"]
    item = caches.say(entry, b"get AmazonElastiCache:cluster\r\n")
    assert item.startswith(b"VALUE AmazonElastiCache:cluster 0 ")
    told = caches.say(entry, b"config get cluster\r\n")
    assert item.partition(b"\r\n")[2] == told.partition(b"\r\n")[2]
    assert caches.connect(entry).get("AmazonElastiCache:cluster").startswith(b"1\n")
    assert caches.say(entry, b"gets AmazonElastiCache:cluster\r\n").partition(b"\r\n")[0].endswith(b" 1")


def test_nodes_hold_the_item_too(elasticache):
    """Clients that ask the nodes for changes, and fall back to the item where a node does not know the command."""
    cluster = caches.create(elasticache, NumCacheNodes=2)

    def is_told() -> bool:
        told = caches.say(cluster["ConfigurationEndpoint"], b"get AmazonElastiCache:cluster\r\n")
        return all(caches.say(node, b"get AmazonElastiCache:cluster\r\n") == told for node in caches.nodes(cluster).values())

    first = caches.nodes(cluster)["0001"]
    assert caches.say(first, b"config get cluster\r\n", ends=b"\r\n") == b"ERROR\r\n"
    eventually(is_told, what="the item in both nodes")
    caches.connect(first).flush_all()
    eventually(is_told, what="the item after all was flushed")
    # Whatever somebody puts in its place.
    caches.connect(first).set("AmazonElastiCache:cluster", b"END\r\n" + b"x" * 500_000)
    eventually(is_told, what="the item after another was put there")
    elasticache.modify_cache_cluster(CacheClusterId=cluster["CacheClusterId"], NumCacheNodes=3, ApplyImmediately=True)
    cluster = caches.available(elasticache, cluster["CacheClusterId"])
    eventually(is_told, what="the item in all three nodes")
    assert caches.pid(first)


def test_version_and_quit(found):
    entry = found["ConfigurationEndpoint"]
    version = caches.say(entry, b"version\r\n", ends=b"\r\n")
    assert version == caches.say(caches.nodes(found)["0001"], b"version\r\n", ends=b"\r\n")
    assert caches.say(entry, b"version\r\nquit\r\nversion\r\n", ends=b"never") == version


def test_anything_else_is_a_nodes_to_answer(found):
    entry = found["ConfigurationEndpoint"]
    with caches.connect(entry) as node:
        assert node.set("k", b"x" * 700_000)
        assert node.get("k") == b"x" * 700_000
        assert node.set_many({f"k{n}": str(n) for n in range(100)}) == []
        assert node.get_many([f"k{n}" for n in range(100)]) == {f"k{n}": str(n).encode() for n in range(100)}
        assert int(node.stats()[b"pid"]) in {caches.pid(endpoint) for endpoint in caches.nodes(found).values()}


def test_answers_come_in_the_order_of_the_questions(found):
    entry = found["ConfigurationEndpoint"]
    told = caches.say(entry, b"config get cluster\r\n")
    version = caches.say(entry, b"version\r\n", ends=b"\r\n")
    # What looks like a command inside of an item is none, nor is an answer inside of one.
    item = b"config get cluster\r\nversion\r\nVERSION 0\r\nEND"
    asked = (
        b"config get cluster\r\nset k 0 0 %d\r\n%s\r\nconfig get cluster\r\nget k\r\nversion\r\nget k absent\r\n"
        b"config get cluster\r\nmn\r\nset broken 0 0 x\r\nversion\r\nset q 0 0 1 noreply\r\n1\r\nget q\r\n"
    ) % (len(item), item)
    value = b"VALUE k 0 %d\r\n%s\r\nEND\r\n" % (len(item), item)
    expected = (
        told + b"STORED\r\n" + told + value + version + value + told + b"MN\r\n"
        + b"CLIENT_ERROR bad command line format\r\n" + version + b"VALUE q 0 1\r\n1\r\nEND\r\n"
    )
    assert caches.say(entry, asked, ends=b"VALUE q 0 1\r\n1\r\nEND\r\n") == expected
    # However it is cut into packets.
    with socket.create_connection((entry["Address"], entry["Port"]), timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in asked:
            connection.sendall(bytes([byte]))
        heard = b""
        while len(heard) < len(expected):
            more = connection.recv(65536)
            assert more, heard
            heard += more
    assert heard == expected


def framed(opcode: int, key: bytes = b"", extras: bytes = b"", value: bytes = b"", opaque: int = 0) -> bytes:
    length = len(extras) + len(key) + len(value)
    return struct.pack(">BBHBBHIIQ", 0x80, opcode, len(key), len(extras), 0, 0, length, opaque, 0) + extras + key + value


def heard(connection: socket.socket) -> tuple[int, int, int, bytes, int]:
    """Opcode, status, opaque, body and version of the next frame."""

    def exactly(count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = connection.recv(count - len(data))
            assert more, data
            data += more
        return data

    magic, opcode, _, _, _, status, length, opaque, version = struct.unpack(">BBHBBHIIQ", exactly(24))
    assert magic == 0x81
    return opcode, status, opaque, exactly(length), version


def test_the_binary_protocol_has_a_config_get_of_its_own(found):
    """Opcode 0x60, as the service's own clients send it: engines do not know it, and wait for more."""
    entry = found["ConfigurationEndpoint"]
    told = caches.say(entry, b"config get cluster\r\n").split(b"\r\n")[1]
    with socket.create_connection((entry["Address"], entry["Port"]), timeout=5) as connection:
        connection.sendall(framed(0x60, b"cluster", opaque=7))
        assert heard(connection) == (0x60, 0, 7, bytes(4) + told, 1)
        # With a node from here on, and all answers in the order of the questions.
        item = b"k", bytes(8)
        connection.sendall(
            framed(0x01, *item, value=b"v", opaque=1) + framed(0x62, b"cluster", opaque=2) + framed(0x0A, opaque=3)
            + framed(0x00, b"k", opaque=4) + framed(0x00, b"AmazonElastiCache:cluster", opaque=5) + framed(0x60, b"else", opaque=6)
            + framed(0x61, b"else", opaque=6) + framed(0x68, opaque=8) + framed(0x0B, opaque=9)
        )
        answers = [heard(connection) for _ in range(8)]
        assert [(opcode, status, opaque) for opcode, status, opaque, _, _ in answers] == [
            (0x01, 0, 1), (0x62, 0, 2), (0x0A, 0, 3), (0x00, 0, 4), (0x00, 0, 5), (0x60, 1, 6), (0x68, 0x81, 8), (0x0B, 0, 9)]
        bodies = [body for _, _, _, body, _ in answers]
        assert bodies[1] == bytes(4) + b"cluster" + told and bodies[3] == bytes(4) + b"v" and bodies[4] == bytes(4) + told
        connection.sendall(framed(0x07))
        assert heard(connection)[0] == 0x07 and connection.recv(1) == b""


def test_the_binary_protocol_passes(found):
    entry = found["ConfigurationEndpoint"]
    with socket.create_connection((entry["Address"], entry["Port"]), timeout=5) as connection:
        # A version request, and its answer's head.
        connection.sendall(b"\x80\x0b" + bytes(22))
        heard = connection.recv(1024)
    assert heard[:2] == b"\x81\x0b" and b"1." in heard


def test_a_client_with_auto_discovery_finds_a_node_that_is_added(elasticache):
    found = caches.create(elasticache, CacheClusterId="grows", NumCacheNodes=1)
    entry = found["ConfigurationEndpoint"]

    async def use() -> None:
        client = await emcache.create_client(
            [emcache.MemcachedHostAddress(entry["Address"], entry["Port"])],
            autodiscovery=True, autodiscovery_poll_interval=0.05, timeout=5,
        )
        try:
            known = client.cluster_managment().nodes
            assert {(node.address, node.port) for node in known()} == {(n[1], n[2]) for n in listed(found)}
            elasticache.modify_cache_cluster(CacheClusterId="grows", NumCacheNodes=3, ApplyImmediately=True)
            grown = await asyncio.to_thread(caches.available, elasticache, "grows")
            wanted = {(n[1], n[2]) for n in listed(grown)}
            deadline = asyncio.get_running_loop().time() + 10
            while {(node.address, node.port) for node in known()} != wanted:
                assert asyncio.get_running_loop().time() < deadline, known()
                await asyncio.sleep(0.02)
            for number in range(60):
                await client.set(b"key%d" % number, b"%d" % number)
            assert [(await client.get(b"key%d" % n)).value for n in range(60)] == [b"%d" % n for n in range(60)]
            # The client spreads what it has over all of them, beside the item that tells of the nodes.
            for endpoint in caches.nodes(grown).values():
                assert int(caches.connect(endpoint).stats()[b"curr_items"]) > 1
        finally:
            await client.close()

    asyncio.run(use())
    version, told = caches.configuration(entry)
    assert version > 1 and len(told) == 3
    elasticache.modify_cache_cluster(
        CacheClusterId="grows", NumCacheNodes=1, CacheNodeIdsToRemove=["0001", "0003"], ApplyImmediately=True
    )
    shrunk = caches.available(elasticache, "grows")
    later, told = caches.configuration(entry)
    assert later > version and told == listed(shrunk)


def test_names_are_told_where_names_are_asked_for(make_server):
    server = make_server(arguments=["--endpoints", "name"]).start()
    found = caches.create(server.client(), CacheClusterId="named", NumCacheNodes=2)
    entry, nodes = found["ConfigurationEndpoint"], caches.nodes(found)
    assert entry["Address"].startswith("named.") and ".cfg.use1.cache.amazonaws.com" in entry["Address"]
    assert nodes["0002"]["Address"].startswith("named.") and ".0002.use1.cache.amazonaws.com" in nodes["0002"]["Address"]
    hosts = eventually(
        lambda: {name: address for address, name in map(str.split, (server.data / "hosts").read_text().splitlines())}
        if (server.data / "hosts").exists()
        else None,
        what="the file of hosts",
    )
    version, told = caches.configuration(entry | {"Address": hosts[entry["Address"]]})
    assert told == [(node["Address"], hosts[node["Address"]], node["Port"]) for node in nodes.values()]


def test_the_endpoint_answers_without_serve_and_without_nodes(make_server):
    server = make_server(ephemeral=False).start()
    found = caches.create(server.client(), NumCacheNodes=2)
    entry = found["ConfigurationEndpoint"]
    before = caches.configuration(entry)
    with socket.create_connection((entry["Address"], entry["Port"]), timeout=5) as connection:
        server.kill()
        # A connection that stood goes on, and so do new ones.
        connection.sendall(b"config get cluster\r\n")
        assert connection.recv(1024).startswith(b"CONFIG cluster 0 ")
    assert caches.configuration(entry) == before
    assert caches.connect(entry).set("k", "v")
    for process in server.engines():
        os.kill(process.pid, signal.SIGKILL)
    assert caches.configuration(entry) == before
    server.start()
    for endpoint in caches.nodes(found).values():
        eventually(lambda endpoint=endpoint: caches.pid(endpoint), what="the node's return")
    assert caches.configuration(entry) == before
