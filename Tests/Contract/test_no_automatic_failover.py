"""Automatic failover is off: a primary comes back in its own place, with the newest data there is, and never empty where there was any."""

import os
import signal

import pytest

import groups
from commands import ailing
from members import (
    assert_in_order,
    chronicle,
    directory_of,
    pid_of,
    primary,
    quietly,
    roles,
    state_of,
    stopped,
    told,
    whole,
)
from patience import eventually

COUNT = 300
DAMAGE = {
    "no engine's file": lambda whole: b"#" * 16 + whole[16:],
    "cut short": lambda whole: whole[: len(whole) // 2],
    "changed within": lambda whole: whole.replace(b"kept 150", b"kopt 150"),
}


@pytest.fixture
def server(make_server):
    return make_server(ephemeral=False).start()


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def fill(endpoint: dict, word: str, replicas: int) -> None:
    with groups.connect(endpoint) as user:
        for number in range(COUNT):
            user.set(f"key:{number}", f"{word} {number}")
        assert user.wait(replicas, 10_000) == replicas


def values(endpoint: dict) -> list[str] | None:
    def read() -> list[str]:
        with groups.connect(endpoint) as user:
            return user.mget([f"key:{number}" for number in range(COUNT)])

    return quietly(read)


def filled(word: str) -> list[str]:
    return [f"{word} {number}" for number in range(COUNT)]


def failovers(client) -> list:
    return [event for event in chronicle(client) if "Failover" in event[1]]


def test_a_dead_primary_comes_back_in_place(service, new_account):
    """With all that its replicas had, though it saved none of it; they go on, and none is promoted."""
    client = service.client(account=new_account)
    found = groups.create(client, NumCacheClusters=3)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    before = roles(client, name)
    for round in ("first", "second"):
        fill(entry(found), round, replicas=2)
        replicas = {member: groups.run_id(nodes[member]) for member in (f"{name}-002", f"{name}-003")}
        old = pid_of(nodes[f"{name}-001"])
        os.kill(old, signal.SIGKILL)
        eventually(lambda: values(entry(found)) is not None, within=30, what="the primary's return")
        assert values(entry(found)) == filled(round)
        assert pid_of(entry(found)) != old
        whole(client, name)
        assert roles(client, name) == before
        assert {member: groups.run_id(nodes[member]) for member in replicas} == replicas, "the replicas were not restarted"
        assert all(values(endpoint) == filled(round) for endpoint in nodes.values())
    assert groups.describe(client, name) == found
    assert failovers(client) == []
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", f"{name}-001"), what="the last event")
    assert_in_order(
        told(client, "cache-cluster", f"{name}-001"), ["Recovering cache nodes 0001", "Finished recovery for cache nodes 0001"]
    )
    assert any(message.startswith("Cache node 0001 ended: ") for message in told(client, "cache-cluster", f"{name}-001"))


def test_a_replica_that_does_not_answer_is_waited_for(service):
    """It may be the one with the data: the primary is not started on older data meanwhile."""
    client = service.client()
    found = groups.create(client, NumCacheClusters=2)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    fill(entry(found), "kept", replicas=1)
    replica = pid_of(nodes[f"{name}-002"])
    with stopped(replica):
        os.kill(pid_of(nodes[f"{name}-001"]), signal.SIGKILL)
        eventually(lambda: any("ended" in message for message in told(client, "cache-cluster", f"{name}-001")), what="the event")
        assert values(entry(found)) is None
    eventually(lambda: values(entry(found)) is not None, within=30, what="the primary's return")
    assert values(entry(found)) == filled("kept")
    whole(client, name)
    assert primary(client, name) == f"{name}-001" and pid_of(nodes[f"{name}-002"]) == replica


def test_all_die_at_once(server):
    """What was saved last is back, in the same roles."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="fallen", NumCacheClusters=2)
    fill(entry(found), "saved", replicas=1)
    assert server.stop() == 0
    assert server.down().returncode == 0
    client = server.start().client()
    whole(client, "fallen")
    fill(entry(found), "written after", replicas=1)
    engines = server.engines()
    for engine in engines:
        os.kill(engine.pid, signal.SIGKILL)
    eventually(lambda: not any(state_of(engine.pid) for engine in engines), what="their end")
    eventually(lambda: values(entry(found)) is not None, within=30, what="the primary's return")
    assert all(value in (f"saved {n}", f"written after {n}") for n, value in enumerate(values(entry(found))))
    whole(client, "fallen")
    assert roles(client, "fallen") == {"fallen-001": "primary", "fallen-002": "replica"}
    assert failovers(client) == []


@pytest.mark.parametrize("failover", [False, True], ids=["failover off", "failover on"])
def test_a_reboot_keeps_data_and_role(service, new_account, failover):
    client = service.client(account=new_account)
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=failover)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    fill(entry(found), "kept", replicas=1)
    for member in (f"{name}-001", f"{name}-002"):
        ids = {each: groups.run_id(endpoint) for each, endpoint in nodes.items()}
        before = told(client, "cache-cluster", member)
        answer = client.reboot_cache_cluster(CacheClusterId=member, CacheNodeIdsToReboot=["0001"])["CacheCluster"]
        assert answer["CacheClusterStatus"] == "rebooting cache cluster nodes"
        eventually(lambda: "Cache node 0001 restarted" in told(client, "cache-cluster", member), within=30, what="the end of the reboot")
        whole(client, name)
        changed = {each for each, endpoint in nodes.items() if groups.run_id(endpoint) != ids[each]}
        assert changed == {member}
        assert told(client, "cache-cluster", member)[len(before) :] == ["Cache node 0001 shutdown", "Cache node 0001 restarted"]
        assert all(values(endpoint) == filled("kept") for endpoint in nodes.values())
    assert roles(client, name) == {f"{name}-001": "primary", f"{name}-002": "replica"}
    assert failovers(client) == []
    assert groups.describe(client, name) == found


def test_a_damaged_file_and_a_replicas_copy(server):
    """Nobody runs, and the primary's file is no good: it comes back on a replica's, and the damaged one is kept."""
    client = server.client()
    made = {}
    for number, damage in enumerate(DAMAGE):
        found = groups.create(client, ReplicationGroupId=f"hurt-{number}", NumCacheClusters=2, AutomaticFailoverEnabled=number == 0)
        fill(entry(found), "kept", replicas=1)
        made[damage] = (found, directory_of(pid_of(groups.node_endpoints(client, f"hurt-{number}")[f"hurt-{number}-001"])))
    assert server.stop() == 0
    assert server.down().returncode == 0
    damaged = {}
    for damage, (_, directory) in made.items():
        good = (directory / "dump.rdb").read_bytes()
        damaged[damage] = DAMAGE[damage](good)
        assert damaged[damage] != good
        (directory / "dump.rdb").write_bytes(damaged[damage])
    client = server.start().client()
    for damage, (found, directory) in made.items():
        eventually(lambda: values(entry(found)) is not None, within=40, what=f"the return of one whose file is {damage}")
        assert values(entry(found)) == filled("kept"), damage
        whole(client, found["ReplicationGroupId"])
        aside = [path.read_bytes() for path in directory.glob("dump.rdb.aside-*")]
        assert damaged[damage] in aside, f"{damage}: {sorted(path.name for path in directory.iterdir())}"
        assert groups.describe(client, found["ReplicationGroupId"]) == found


def test_a_damaged_file_and_no_other(server):
    """It never comes up empty. It says what is wrong, and goes on when the file is put right."""
    client = server.client()
    found = groups.create(client, ReplicationGroupId="alone", NumCacheClusters=1)
    fill(entry(found), "kept", replicas=0)
    file = directory_of(pid_of(entry(found))) / "dump.rdb"
    assert server.stop() == 0
    assert server.down().returncode == 0
    good = file.read_bytes()
    damaged = DAMAGE["no engine's file"](good)
    file.write_bytes(damaged)
    client = server.start().client()

    def says_so() -> list[str]:
        assert values(entry(found)) is None, "it came up without its data"
        return [message for message in told(client, "cache-cluster", "alone-001") if "again and again" in message]

    (often,) = eventually(says_so, within=30, every=0.1, what="word of it")
    assert "loading the DB" in often, "the engine's own reason"
    ill = ailing(server.data)["alone-001"]
    assert "has ended" in ill and "started again" in ill and "exited with code 1" in ill, ill
    assert file.read_bytes() == damaged, "its file is left where it is"

    file.write_bytes(good)
    eventually(lambda: values(entry(found)) is not None, within=40, what="its return")
    assert values(entry(found)) == filled("kept")
    eventually(lambda: told(client, "cache-cluster", "alone-001")[-1] == "Finished recovery for cache nodes 0001", what="the end of it")
    assert ailing(server.data) == {}
    groups.available(client, "alone")
