"""Encryption at rest: nothing of a group's data lies on the disk as it is, and all that was saved comes back."""

import os
import shutil
import signal
import stat
import tempfile
from pathlib import Path

import botocore.exceptions
import pytest
import redis

import builds
import groups
from atrest import (
    ENCRYPTED,
    VALUE,
    end_machine,
    entry,
    eventually_has,
    files_with,
    in_memory,
    save,
    sealed,
)
from commands import ailing, doctor
from members import cluster_client, pid_of, primary, quietly, roles, told, whole, whole_cluster
from patience import eventually

VALKEY = {"Engine": "valkey", "EngineVersion": "8.0"}
PAIR = {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True}


@pytest.fixture
def server(make_server):
    return make_server(ephemeral=False).start()


def with_valkey() -> dict[str, str]:
    return {"ELASTANE_ENGINES": str(builds.need("valkey", 9).path)}


def test_the_answers_say_so(make_server):
    elasticache = make_server(environment=with_valkey()).start().client()
    plain = groups.create(elasticache)
    asked = groups.create(elasticache, **ENCRYPTED)
    default = groups.create(elasticache, **VALKEY)
    declined = groups.create(elasticache, **VALKEY, AtRestEncryptionEnabled=False)
    expected = [(plain, False), (asked, True), (default, True), (declined, False)]
    for found, is_encrypted in expected:
        assert found["AtRestEncryptionEnabled"] is is_encrypted and "KmsKeyId" not in found
        for cluster in groups.clusters(elasticache):
            if cluster.get("ReplicationGroupId") == found["ReplicationGroupId"]:
                assert cluster["AtRestEncryptionEnabled"] is is_encrypted
    for found, _ in expected:
        groups.delete(elasticache, found["ReplicationGroupId"])


def test_nothing_of_it_can_be_found_on_the_disk(server, tmp_path):
    """Keys and values, after saves, full syncs and failed commands. That the search finds what is there, a group without encryption shows."""
    client = server.client()
    places = (server.directory, Path(os.environ.get("TMPDIR", "/tmp")) / "elastane")
    found = groups.create(client, ReplicationGroupId="secret", **PAIR, **ENCRYPTED)
    with groups.connect(entry(found)) as user:
        user.set(f"key:{VALUE}", VALUE)
        user.rpush("list", *[VALUE] * 100)
        with pytest.raises(redis.exceptions.ResponseError):
            user.hget("list", VALUE)
        assert user.wait(1, 5000) == 1
    for member, endpoint in groups.node_endpoints(client, "secret").items():
        save(server, "secret", member, endpoint)
    # A full sync anew, and a save at an orderly end.
    client.increase_replica_count(ReplicationGroupId="secret", NewReplicaCount=2, ApplyImmediately=True)
    groups.available(client, "secret")
    client.reboot_cache_cluster(CacheClusterId="secret-002", CacheNodeIdsToReboot=["0001"])
    whole(client, "secret")
    assert files_with(VALUE, *places) == []
    # Each node has it in memory.
    for member in roles(client, "secret"):
        assert in_memory(server, member).is_dir()

    plain = groups.create(client, ReplicationGroupId="open")
    with groups.connect(entry(plain)) as user:
        user.set("key", VALUE)
    client.reboot_cache_cluster(CacheClusterId="open-001", CacheNodeIdsToReboot=["0001"])
    eventually(lambda: files_with(VALUE, *places), within=20, what="a value that lies on the disk as it is")


def test_of_a_cluster_nothing_can_be_found_either(server):
    client = server.client()
    found = groups.create(client, ReplicationGroupId="shards", NumNodeGroups=2, ReplicasPerNodeGroup=1, **ENCRYPTED)
    with cluster_client(found) as user:
        for number in range(100):
            user.set(f"{VALUE}:{number}", VALUE)
    nodes = groups.node_endpoints(client, "shards")
    for member, endpoint in nodes.items():
        save(server, "shards", member, endpoint)
        eventually(sealed(server, member, "nodes.conf").exists, what=f"the sealed table of {member}")
    assert files_with(VALUE, server.directory) == []
    # After a loss of power all of it is back, and who is who.
    end_machine(server)
    server.start()
    client = server.client()
    whole_cluster(client, "shards", within=60)
    with cluster_client(groups.describe(client, "shards")) as user:
        assert all(user.get(f"{VALUE}:{number}") == VALUE for number in range(100))
    assert files_with(VALUE, server.directory) == []


def test_what_was_saved_survives_a_loss_of_power(server):
    client = server.client()
    found = groups.create(client, ReplicationGroupId="kept", **PAIR, **ENCRYPTED)
    with groups.connect(entry(found)) as user:
        user.set("saved", VALUE)
        assert user.wait(1, 5000) == 1
        save(server, "kept", "kept-002", groups.node_endpoints(client, "kept")["kept-002"])
        user.set("not saved", VALUE)
    end_machine(server)
    server.start()
    client = server.client()
    whole(client, "kept")
    with groups.connect(entry(groups.describe(client, "kept"))) as user:
        assert user.get("saved") == VALUE
        assert user.get("not saved") is None, "the test ends no machine"
    assert files_with(VALUE, server.directory) == []


def test_the_end_of_an_engine_or_of_serve_costs_nothing(server):
    """What is in memory survives both."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="lone", **ENCRYPTED)
    (endpoint,) = groups.node_endpoints(client, "lone").values()
    with groups.connect(entry(found)) as user:
        user.set("saved", VALUE)
    save(server, "lone", "lone-001", endpoint)
    before = pid_of(endpoint)
    server.restart(signal.SIGKILL)
    assert pid_of(endpoint) == before, "it was not adopted"
    os.kill(before, signal.SIGKILL)
    eventually_has(entry(found), "saved")
    # While no serve runs.
    server.kill()
    os.kill(pid_of(endpoint), signal.SIGKILL)
    server.start()
    eventually_has(entry(found), "saved")


def test_down_brings_everything_onto_the_disk(server):
    client = server.client()
    found = groups.create(client, ReplicationGroupId="rests", **PAIR, **ENCRYPTED)
    with groups.connect(entry(found)) as user:
        user.set("kept", VALUE)
        assert user.wait(1, 5000) == 1
    assert server.stop() == 0
    result = server.down()
    assert result.returncode == 0, result.stdout + result.stderr
    assert not server.memory.exists()
    assert files_with(VALUE, server.directory) == []
    server.start()
    whole(server.client(), "rests")
    eventually_has(entry(found), "kept")


def test_a_failover_and_a_deletion(server):
    client = server.client()
    found = groups.create(client, ReplicationGroupId="lives", NumCacheClusters=3, AutomaticFailoverEnabled=True, **ENCRYPTED)
    with groups.connect(entry(found)) as user:
        user.set("kept", VALUE)
        assert user.wait(2, 5000) == 2
    nodes = groups.node_endpoints(client, "lives")
    old = primary(client, "lives")
    os.kill(pid_of(nodes[old]), signal.SIGKILL)
    eventually(lambda: primary(client, "lives") != old, what="a failover")
    whole(client, "lives")
    eventually_has(entry(found), "kept")
    assert files_with(VALUE, server.directory) == []
    groups.delete(client, "lives")
    groups.gone(client, "lives")
    assert not any((server.memory / "nodes").iterdir())
    assert not any(path.name.startswith("lives") for path in (server.data / "nodes").iterdir())


def test_a_file_that_was_changed_is_never_started_on(server):
    """The group of one node stays down and says why; nobody finds it empty."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="spoilt", **ENCRYPTED)
    (endpoint,) = groups.node_endpoints(client, "spoilt").values()
    with groups.connect(entry(found)) as user:
        user.set("saved", VALUE)
    save(server, "spoilt", "spoilt-001", endpoint)
    end_machine(server)
    file = sealed(server, "spoilt-001")
    contents = bytearray(file.read_bytes())
    contents[-20] ^= 1
    file.write_bytes(contents)
    server.start()
    eventually(
        lambda: any("again and again" in message for message in told(server.client(), "cache-cluster", "spoilt-001")), what="an event"
    )
    assert quietly(lambda: pid_of(endpoint)) is None
    assert "it was cut or changed since it was sealed" in server.log.read_text()
    assert list(file.parent.glob("dump.rdb.aside-*.sealed")), "it was not kept"


def test_everything_of_it_is_closed_to_others(server):
    client = server.client()
    groups.create(client, ReplicationGroupId="closed", **ENCRYPTED)
    assert stat.S_IMODE(server.memory.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.data / "keyring.json").stat().st_mode) == 0o600
    for path in (server.memory / "nodes", in_memory(server, "closed-001")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    (endpoint,) = groups.node_endpoints(client, "closed").values()
    assert Path(f"/proc/{pid_of(endpoint)}/limits").read_text().split("Max core file size")[1].split()[:2] == ["1", "1"]


WITHOUT = [["--memory-dir", "none"], ["--durability", "always"]]


@pytest.mark.parametrize("arguments", WITHOUT, ids=["without storage in memory", "with every write on the disk"])
def test_what_can_not_be_had_is_not_claimed(make_server, arguments):
    """Who asks for it gets a fault; where it is only the default the group is made without, and says so."""
    server = make_server(arguments=arguments, environment=with_valkey()).start()
    client = server.client()
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.create_replication_group(**groups.request(**ENCRYPTED))
    assert groups.code_of(caught.value) in ("InsufficientCacheClusterCapacity", "InvalidParameterCombination")
    assert "AtRestEncryptionEnabled" in groups.message_of(caught.value) and arguments[0] in groups.message_of(caught.value)
    found = groups.create(client, **VALKEY)
    assert found["AtRestEncryptionEnabled"] is False
    messages = told(client, "replication-group", found["ReplicationGroupId"])
    assert any("is not encrypted at rest" in message and arguments[0] in message for message in messages), messages


def test_a_group_that_was_made_before_always_keeps_what_snapshot_promises(server):
    client = server.client()
    found = groups.create(client, ReplicationGroupId="before", **ENCRYPTED)
    (endpoint,) = groups.node_endpoints(client, "before").values()
    with groups.connect(entry(found)) as user:
        user.set("saved", VALUE)
    assert server.stop() == 0
    server.arguments = ["--durability", "always"]
    server.start()
    eventually(lambda: "before" in server.log.read_text(), what="a word about it")
    save(server, "before", "before-001", endpoint)
    end_machine(server)
    server.start()
    eventually_has(entry(found), "saved")
    assert not list(in_memory(server, "before-001").glob("appendonly*"))


def test_memory_that_is_no_memory_is_refused(make_server, tmp_path):
    server = make_server(arguments=["--memory-dir", str(Path.home())])
    server.launch()
    assert server.process.wait(20) != 0
    server.process = None
    assert "it is not in memory" in server.log.read_text()


@pytest.fixture
def elsewhere():
    """Another directory in memory."""
    path = Path(tempfile.mkdtemp(prefix="elsewhere-", dir="/dev/shm"))
    yield path
    shutil.rmtree(path)


def test_data_that_is_left_in_other_memory_is_not_forgotten(make_server, elsewhere):
    server = make_server(ephemeral=False, arguments=["--memory-dir", str(elsewhere)]).start()
    found = groups.create(server.client(), ReplicationGroupId="there", **ENCRYPTED)
    with groups.connect(entry(found)) as user:
        user.set("kept", VALUE)
    assert server.memory.parent == elsewhere
    (endpoint,) = groups.node_endpoints(server.client(), "there").values()
    before = pid_of(endpoint)
    assert server.stop() == 0
    for other in ("/dev/shm", "none"):
        server.arguments = ["--memory-dir", other]
        server.launch()
        assert server.process.wait(20) != 0
        server.process = None
        assert f"data of {server.data} is in {server.memory}" in server.log.read_text()
    # Who names none means the same as before.
    server.arguments = []
    server.start()
    assert pid_of(endpoint) == before and server.memory.parent == elsewhere
    # Once nothing is left there it may be another.
    assert server.stop() == 0 and server.down().returncode == 0
    server.arguments = ["--memory-dir", "/dev/shm"]
    server.start()
    eventually_has(entry(found), "kept")
    assert server.memory.parent == Path("/dev/shm")


def test_doctor_tells(server):
    client = server.client()
    groups.create(client, ReplicationGroupId="told", **ENCRYPTED)
    _, findings = doctor(server.data)
    subjects = {finding["subject"]: finding for finding in findings}
    assert "encryption at rest" in subjects and subjects["keyring"]["level"] == "fine"
    _, findings = doctor(server.data, "--memory-dir", "none")
    assert any(finding["subject"] == "encryption at rest" and finding["level"] == "advice" for finding in findings)
    assert ailing(server.data) == {}
