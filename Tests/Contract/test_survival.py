"""Nothing is lost: serve is killed, stopped and restarted at bad moments, and so is the machine."""

import contextlib
import os
import signal
import threading
import time

import botocore.exceptions
import pytest
import redis

import builds
import groups
from patience import eventually

DISABLED = {"NumCacheClusters": 3, "AutomaticFailoverEnabled": True}
ENABLED = {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}
SHAPES = pytest.mark.parametrize("shape", [DISABLED, ENABLED], ids=["cluster mode disabled", "cluster mode enabled"])


@pytest.fixture
def server(make_server):
    return make_server(ephemeral=False).start()


def entry(found: dict) -> dict:
    """The endpoint a client of the group starts from."""
    return found.get("ConfigurationEndpoint") or found["NodeGroups"][0]["PrimaryEndpoint"]


@contextlib.contextmanager
def user_of(found: dict):
    """A client as a user of the group has it."""
    endpoint = entry(found)
    if found["ClusterEnabled"]:
        client = redis.cluster.RedisCluster(host=endpoint["Address"], port=endpoint["Port"], decode_responses=True, socket_timeout=5)
    else:
        client = groups.connect(endpoint)
    try:
        yield client
    finally:
        client.close()


def fill(found: dict, word: str = "kept", count: int = 200) -> None:
    with user_of(found) as client:
        for number in range(count):
            client.set(f"key:{number}", f"{word} {number}")


def eventually_filled(found: dict, word: str = "kept") -> None:
    """After the engines were stopped: the data is back once they have loaded it."""

    def back():
        try:
            assert_filled(found, word)
        except (redis.exceptions.RedisError, redis.exceptions.RedisClusterException) as error:
            raise AssertionError(str(error)) from error
        return True

    eventually(back, within=20, what="the data")


def assert_filled(found: dict, word: str = "kept", count: int = 200) -> None:
    with user_of(found) as client:
        assert [client.get(f"key:{number}") for number in range(count)] == [f"{word} {number}" for number in range(count)]


def run_ids(client, name: str) -> dict[str, str]:
    return {member: groups.run_id(endpoint) for member, endpoint in groups.node_endpoints(client, name).items()}


@SHAPES
def test_kill_and_adopt(server, shape):
    """The engines go on serving without serve; the next serve takes them over without restarting one."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="adopted", Tags=[{"Key": "k", "Value": "v"}], **shape)
    fill(found)
    before, processes, ids = groups.world(client), server.processes(), run_ids(client, "adopted")
    events = client.describe_events()["Events"]

    server.kill()
    fill(found, "written meanwhile")
    assert server.processes() == processes, "the engines live on"

    client = server.start().client()
    groups.available(client, "adopted")
    assert groups.world(client) == before
    assert server.processes() == processes
    assert run_ids(client, "adopted") == ids
    assert_filled(found, "written meanwhile")
    assert client.list_tags_for_resource(ResourceName=found["ARN"])["TagList"] == [{"Key": "k", "Value": "v"}]
    assert [event for event in client.describe_events()["Events"] if event in events] == events

    groups.delete(client, "adopted")
    groups.gone(client, "adopted")
    assert server.engines() == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_a_signal_leaves_the_engines_serving(server, how):
    found = groups.create(server.client(), ReplicationGroupId="left", **DISABLED)
    processes = server.processes()
    with user_of(found) as connection:
        connection.set("k", "v")
        assert server.stop(how) == 0
        assert connection.get("k") == "v", "not even a connection was cut"
    reader = found["NodeGroups"][0]["ReaderEndpoint"]
    assert groups.connect(reader).ping(), "the reader endpoint outlives serve too"
    assert server.processes() == processes
    server.start()
    assert groups.available(server.client(), "left")["NodeGroups"] == found["NodeGroups"]
    assert server.processes() == processes


def test_killed_again_and_again(server):
    """Also while it is adopting."""
    found = groups.create(server.client(), ReplicationGroupId="tough", **DISABLED)
    fill(found)
    processes = server.processes()
    for pause in (0.0, 0.01, 0.03, 0.1):
        server.restart()
        time.sleep(pause)
    server.restart()
    assert groups.available(server.client(), "tough")["NodeGroups"] == found["NodeGroups"]
    assert server.processes() == processes
    assert_filled(found)


def creating(server, parameters: dict) -> tuple[threading.Thread, list]:
    """Sends a creation from a thread; the list gets True once it is answered."""
    answers: list[bool] = []
    client = server.client()

    def send():
        with contextlib.suppress(botocore.exceptions.BotoCoreError, botocore.exceptions.HTTPClientError):
            client.create_replication_group(**parameters)
            answers.append(True)

    thread = threading.Thread(target=send)
    thread.start()
    return thread, answers


def directories(server) -> set[str]:
    return {str(path.relative_to(server.data)) for path in server.data.rglob("*") if path.is_dir()}


@pytest.mark.parametrize(
    ("shape", "moments"),
    [(DISABLED, (0.0, 0.005, 0.02, 0.05, 0.1, 0.2)), (ENABLED, (0.01, 0.3, 1.2, 2.1))],
    ids=["cluster mode disabled", "cluster mode enabled"],
)
def test_killed_in_the_middle(server, shape, moments):
    """During a creation, then during the deletion: the next serve finishes what was begun, and leaves nothing over."""
    client = server.client()
    groups.create(client, ReplicationGroupId="warm-up")
    groups.delete(client, "warm-up")
    groups.gone(client, "warm-up")
    eventually(lambda: not server.engines(), what="an empty host")
    clean = directories(server)
    nodes = shape.get("NumCacheClusters") or shape["NumNodeGroups"] * (1 + shape["ReplicasPerNodeGroup"])

    for number, moment in enumerate(moments):
        name = f"middle-{number}"
        thread, answers = creating(server, groups.request(ReplicationGroupId=name, **shape))
        time.sleep(moment)
        server.kill()
        thread.join(20)
        assert not thread.is_alive()

        client = server.start().client()
        if groups.is_gone(client, name):
            assert not answers, "an answered creation is never lost"
            client.create_replication_group(**groups.request(ReplicationGroupId=name, **shape))
        found = groups.available(client, name)
        assert len(server.engines()) == nodes, "no engine too many"
        fill(found, count=20)
        assert_filled(found, count=20)

        groups.delete(client, name)
        time.sleep(moment / 4)
        server.kill()
        client = server.start().client()
        groups.gone(client, name)
        eventually(lambda: not server.engines(), what="the end of every engine")
        eventually(lambda: directories(server) == clean, what="the end of every directory")


def test_a_failed_adoption_is_a_restart(server):
    """Engines that died while serve was away come back with it."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="partly", **DISABLED)
    with user_of(found) as connection:
        connection.set("k", "v")
        connection.wait(2, 5000)
    replica = groups.run_id(found["NodeGroups"][0]["NodeGroupMembers"][2]["ReadEndpoint"])
    with groups.connect(found["NodeGroups"][0]["NodeGroupMembers"][2]["ReadEndpoint"]) as connection:
        pid = connection.info("server")["process_id"]
    server.kill()
    assert pid in {process.pid for process in server.engines()}
    os.kill(pid, signal.SIGKILL)
    client = server.start().client()
    endpoint = found["NodeGroups"][0]["NodeGroupMembers"][2]["ReadEndpoint"]

    def back():
        try:
            with groups.connect(endpoint) as connection:
                return connection.info("replication")["master_link_status"] == "up" and connection.get("k") == "v"
        except redis.exceptions.RedisError:
            return False

    eventually(back, within=30, what="the replica's return")
    assert groups.run_id(endpoint) != replica
    groups.available(client, "partly")
    assert len(server.engines()) == 3


@SHAPES
def test_down_and_up(server, shape):
    """`down` saves the data and stops every engine; the next serve brings it all back."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="rested", **shape)
    fill(found)
    endpoints = groups.node_endpoints(client, "rested")
    assert server.stop() == 0
    result = server.down()
    assert result.returncode == 0, result.stderr
    assert server.processes() == []
    client = server.start().client()
    again = groups.available(client, "rested")
    assert again == found, "the same group at the same endpoints"
    assert groups.node_endpoints(client, "rested") == endpoints
    eventually_filled(found)
    fill(found, "written after")
    assert_filled(found, "written after")


@SHAPES
def test_a_machine_restart(server, shape):
    """All engines and serve are killed at once: every group comes back with its last saved data."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="phoenix", **shape)
    fill(found)
    assert server.stop() == 0
    assert server.down().returncode == 0  # This saves; users can't.
    server.start()
    groups.available(server.client(), "phoenix")
    server.kill()
    for process in server.processes():
        os.kill(process.pid, signal.SIGKILL)
    eventually(lambda: not server.processes(), what="the machine's end")

    client = server.start().client()
    again = groups.available(client, "phoenix")
    assert again == found
    eventually_filled(found)
    fill(found, "written after")
    if not found["ClusterEnabled"]:
        reader = found["NodeGroups"][0]["ReaderEndpoint"]
        with user_of(found) as writer:
            writer.wait(2, 5000)

        def reads():
            try:
                return groups.connect(reader).get("key:1") == "written after 1"
            except redis.exceptions.RedisError:
                return False

        eventually(reads, what="the reader endpoint's return")


def test_a_retained_primary_survives(server):
    client = server.client()
    found = groups.create(client, ReplicationGroupId="kept", NumCacheClusters=2)
    groups.delete(client, "kept", RetainPrimaryCluster=True)
    groups.gone(client, "kept")
    endpoint = found["NodeGroups"][0]["NodeGroupMembers"][0]["ReadEndpoint"]
    with groups.connect(endpoint) as connection:
        connection.set("k", "v")
    processes = server.processes()
    server.restart()
    assert server.processes() == processes
    assert server.stop() == 0
    assert server.down().returncode == 0
    server.start()

    def back():
        try:
            return groups.connect(endpoint).get("k") == "v"
        except redis.exceptions.RedisError:
            return False

    eventually(back, what="the retained primary's data")


def test_a_group_that_cannot_be_built(make_server, tmp_path):
    """The engine refuses to start: create-failed, an event with the reason, no process; and it can be deleted."""
    broken = tmp_path / "broken"
    folder = tmp_path / "engines"
    folder.mkdir()
    engine = folder / "redis-server"
    real = builds.need("redis", 7, 0).path
    engine.write_text(f'#!/bin/sh\nif [ -e "{broken}" ]; then echo "the disk is on fire" >&2; exit 1; fi\nexec {real} "$@"\n')
    engine.chmod(0o755)
    server = make_server(environment={"ELASTANE_ENGINES": str(folder), "PATH": "/nonexistent"}).start()
    client = server.client()
    groups.create(client, ReplicationGroupId="before", EngineVersion="7.0")
    processes = server.processes()

    broken.touch()
    client.create_replication_group(**groups.request(ReplicationGroupId="doomed", NumCacheClusters=2))
    eventually(lambda: groups.describe(client, "doomed")["Status"] == "create-failed", within=90, what="create-failed")
    told = groups.messages(client, SourceType="replication-group", SourceIdentifier="doomed")
    assert any("could not" in message and "the disk is on fire" in message for message in told), told
    eventually(lambda: server.processes() == processes, what="the end of its processes")

    broken.unlink()
    groups.delete(client, "doomed")
    groups.gone(client, "doomed")
    groups.create(client, ReplicationGroupId="doomed")
