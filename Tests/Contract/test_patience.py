"""What can't be done is given up in the end: a group is kept from its next change by no cause for ever, and from its data by none."""

import os
import shutil
import signal

import botocore.exceptions
import pytest

import builds
import groups
import server as servers
from commands import run
from members import (
    assert_in_order,
    directory_of,
    info,
    is_linked,
    pid_of,
    primary,
    quietly,
    roles,
    state_of,
    stopped,
    told,
    whole,
    whole_cluster,
)
from patience import eventually

PATIENCE = "3"


@pytest.fixture(scope="module")
def lonely(tmp_path_factory):
    """Where a file of this name lies, members whose number it is can't follow: they have the wrong password."""
    return tmp_path_factory.mktemp("lonely")


@pytest.fixture(scope="module")
def service(tmp_path_factory, lonely):
    """A server that is not patient, whose engines follow nobody where a test wants it so."""
    real = builds.need("redis", 7, 0).path
    folder = tmp_path_factory.mktemp("engines")
    engine = folder / "redis-server"
    engine.write_text(
        "#!/bin/sh\n"
        f'for file in "{lonely}"/*; do\n'
        '  case "$1 $(pwd)/" in "node.conf "*-"${file##*/}"-*) exec ' + f'{real} "$@" --masterauth wrong;; esac\n'
        "done\n"
        f'exec {real} "$@"\n'
    )
    engine.chmod(0o755)
    server = servers.Server(
        tmp_path_factory.mktemp("service"),
        arguments=["--patience", PATIENCE],
        environment={"ELASTANE_ENGINES": str(folder), "PATH": "/nonexistent"},
    )
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def alone_is(lonely):
    """Has members of a number follow nobody from their next start on, until the test is over."""
    yield lambda number: (lonely / number).touch()
    for file in lonely.iterdir():
        file.unlink()


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def fill(endpoint: dict, word: str, replicas: int) -> None:
    with groups.connect(endpoint) as user:
        for number in range(100):
            user.set(f"key:{number}", f"{word} {number}")
        assert user.wait(replicas, 10_000) == replicas


def words(endpoint: dict) -> set[str] | None:
    """The words that its keys were filled with; None where nobody answers."""

    def read() -> set[str]:
        with groups.connect(endpoint) as user:
            return {str(value).split()[0] for value in user.mget([f"key:{number}" for number in range(100)])}

    return quietly(read)


def gives_up(client, kind: str, source: str, *words: str) -> str:
    """The event that says what was given up, once there is one."""

    def said() -> list[str]:
        return [message for message in told(client, kind, source) if all(word in message for word in words)]

    return eventually(said, within=30, what=f"word of {words}")[0]


def test_a_replica_that_never_links_is_not_added(service, alone_is, new_account):
    client = service.client(account=new_account)
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True)
    name = found["ReplicationGroupId"]
    alone_is("003")
    client.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=2, ApplyImmediately=True)
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        groups.delete(client, name)
    assert groups.code_of(refusal.value) == "InvalidReplicationGroupState"
    reason = f"could not be added: it took too long: {name}-003 is not linked to {name}-001"
    assert gives_up(client, "replication-group", name, f"{name}-003") == f"Cache cluster {name}-003 {reason}"
    groups.available(client, name)
    assert groups.describe(client, name) == found
    assert len([engine for engine in service.engines() if directory_of(engine.pid).name.startswith(f"{name}-")]) == 2
    groups.delete(client, name)
    groups.gone(client, name)


def test_a_replica_of_a_cluster_that_never_links_is_not_added(service, alone_is, new_account):
    client = service.client(account=new_account)
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    name = found["ReplicationGroupId"]
    alone_is("003")
    client.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=2, ApplyImmediately=True)
    for shard in ("0001", "0002"):
        gives_up(client, "replication-group", name, f"{name}-{shard}-003 could not be added: it took too long")
    groups.available(client, name)
    whole_cluster(client, name)
    assert groups.describe(client, name) == found


def test_what_a_replica_that_does_not_link_stands_in_the_way_of(service, alone_is, new_account):
    """A test of the failover and a reboot of the primary wait for it, and not for ever; then it can be removed."""
    client = service.client(account=new_account)
    found = groups.create(client, NumCacheClusters=3, AutomaticFailoverEnabled=True)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    lone = f"{name}-003"
    alone_is("003")
    old = pid_of(nodes[lone])
    os.kill(old, signal.SIGKILL)
    eventually(lambda: quietly(lambda: pid_of(nodes[lone]), old) != old, what="its next process")
    assert not is_linked(nodes[lone])
    before = pid_of(entry(found))
    client.test_failover(ReplicationGroupId=name, NodeGroupId="0001")
    reason = f"it took too long: {lone} is not linked to {name}-001"
    said = gives_up(client, "replication-group", name, "was given up")
    assert said == f"The test of the failover of node group 0001 was given up: {reason}"
    client.reboot_cache_cluster(CacheClusterId=f"{name}-001", CacheNodeIdsToReboot=["0001"])
    said = gives_up(client, "cache-cluster", f"{name}-001", "was given up")
    assert said == f"The reboot of cache node 0001 was given up: {reason}"
    assert pid_of(entry(found)) == before and primary(client, name) == f"{name}-001"
    client.decrease_replica_count(ReplicationGroupId=name, ReplicasToRemove=[lone], ApplyImmediately=True)
    groups.available(client, name)
    whole(client, name)
    assert set(roles(client, name)) == {f"{name}-001", f"{name}-002"}


def test_a_change_of_primary_to_one_that_does_not_answer(service, new_account):
    client = service.client(account=new_account)
    found = groups.create(client, NumCacheClusters=3)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    with stopped(pid_of(nodes[f"{name}-002"])):
        answer = client.modify_replication_group(ReplicationGroupId=name, PrimaryClusterId=f"{name}-002", ApplyImmediately=True)
        assert answer["ReplicationGroup"]["Status"] == "modifying"
        said = gives_up(client, "replication-group", name, "was given up")
        reason = f"it took too long: {name}-002 does not answer"
        assert said == f"The change of the primary of replication group {name} to {name}-002 was given up: {reason}"
        after = groups.available(client, name)
        assert after["PendingModifiedValues"] == {} and primary(client, name) == f"{name}-001"
    whole(client, name)
    client.modify_replication_group(ReplicationGroupId=name, PrimaryClusterId=f"{name}-002", ApplyImmediately=True)
    groups.available(client, name)
    assert primary(client, name) == f"{name}-002"


def test_a_group_whose_primary_is_away_can_be_changed(service, new_account):
    """Nothing serves, and nothing that was asked for needs that."""
    client = service.client(account=new_account)
    found = groups.create(client, NumCacheClusters=1)
    name = found["ReplicationGroupId"]
    pid = pid_of(entry(found))
    with stopped(pid):
        client.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=1, ApplyImmediately=True)
        gives_up(client, "replication-group", name, f"{name}-002 could not be added: it took too long: {name}-001 does not answer")
        groups.available(client, name)
        assert state_of(pid) == "T", "nobody else has what it holds"
    eventually(lambda: quietly(lambda: pid_of(entry(found))) == pid, what="its return")
    assert groups.available(client, name)["MemberClusters"] == [f"{name}-001"]


@pytest.mark.parametrize("value", ["0.5", "0", "-1", "86401", "nan", "soon"])
def test_a_wrong_patience_is_refused(tmp_path, value):
    result = run("serve", "--port", "0", "--data-dir", str(tmp_path / "data"), "--ephemeral", f"--patience={value}")
    assert result.returncode != 0 and "is ready" not in result.stdout
    assert "patience" in result.stderr and "Fatal error" not in result.stderr, result.stderr
    assert not (tmp_path / "data").exists()


def test_a_dead_primary_and_a_hung_replica(make_server):
    """The replica may have more than anybody has saved. It is waited for; but in the end what is saved is gone on with."""
    server = make_server(ephemeral=False, arguments=["--patience", "6", "--hang-deadline", "0.5"]).start()
    client = server.client()
    found = groups.create(client, ReplicationGroupId="pair", NumCacheClusters=2, AutomaticFailoverEnabled=True)
    nodes = groups.node_endpoints(client, "pair")
    fill(entry(found), "saved", replicas=1)
    assert server.stop() == 0 and server.down().returncode == 0
    client = server.start().client()
    whole(client, "pair")
    first, second = (pid_of(nodes[member]) for member in ("pair-001", "pair-002"))
    with stopped(second):
        os.kill(first, signal.SIGKILL)
        eventually(lambda: any("ended" in message for message in told(client, "cache-cluster", "pair-001")), what="the event")
        assert words(entry(found)) is None and state_of(second) == "T"
        eventually(lambda: words(entry(found)) == {"saved"}, within=40, what="what was saved")
        assert state_of(second) == "", "it was ended first"
    whole(client, "pair")
    assert_in_order(told(client, "cache-cluster", "pair-002"), ["Cache node 0001 does not answer", "Recovering cache nodes 0001"])


def test_a_replica_that_can_not_save_what_it_has(make_server):
    """Automatic failover is off, and the dead primary's own copy is older: the replica takes over, so that nothing is lost."""
    server = make_server(ephemeral=False, arguments=["--patience", PATIENCE]).start()
    client = server.client()
    found = groups.create(client, ReplicationGroupId="pair", NumCacheClusters=2)
    nodes = groups.node_endpoints(client, "pair")
    fill(entry(found), "kept", replicas=1)
    directory = directory_of(pid_of(nodes["pair-002"]))
    (directory / "dump.rdb").unlink(missing_ok=True)
    # A file can't be renamed over it.
    (directory / "dump.rdb" / "x").mkdir(parents=True)
    old = pid_of(nodes["pair-001"])
    os.kill(old, signal.SIGKILL)
    eventually(lambda: quietly(lambda: words(entry(found))) == {"kept"}, within=30, what="the data")
    assert info(nodes["pair-002"], "replication")["role"] == "master"
    eventually(lambda: primary(client, "pair") == "pair-002", what="the API's word for it")
    message = "Primary node pair-001 could not be recovered in its place: pair-002 has the data, which can not be brought to it"
    assert message in told(client, "replication-group", "pair") and message in told(client, "cache-cluster", "pair-001")
    shutil.rmtree(directory / "dump.rdb")
    whole(client, "pair")
    assert words(nodes["pair-001"]) == {"kept"}
    after = groups.describe(client, "pair")
    assert after["AutomaticFailover"] == "disabled" and entry(after) == entry(found)
