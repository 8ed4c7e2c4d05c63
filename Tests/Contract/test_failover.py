"""A primary dies: a replica takes its place at the same endpoint, with all that was replicated."""

import os
import signal

import pytest

import groups
import several
from load import Load
from members import (
    assert_in_order,
    chronicle,
    cluster_client,
    cluster_primary,
    cluster_view,
    info,
    own_roles,
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

TRIO = {"NumCacheClusters": 3, "AutomaticFailoverEnabled": True}
SHARDS = {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 2}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A server with an engine that can't move its address while it runs, and two that can."""
    with several.engines(tmp_path_factory.mktemp("service")) as server:
        yield server


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def fill(endpoint: dict, replicas: int, count: int = 200) -> None:
    """Writes that so many replicas have confirmed."""
    with groups.connect(endpoint) as user:
        for number in range(count):
            user.set(f"key:{number}", number)
        assert user.wait(replicas, 10_000) == replicas


def has_all(endpoint: dict, count: int = 200) -> bool:
    with groups.connect(endpoint) as node:
        return [node.get(f"key:{number}") for number in range(count)] == [str(number) for number in range(count)]


def takes_writes(endpoint: dict) -> bool:
    def write() -> bool:
        with groups.connect(endpoint) as user:
            return user.set("probe", "written")

    return quietly(write, False)


def without_roles(found: dict) -> dict:
    """All of a description but who is primary."""
    members = [
        {key: value for key, value in member.items() if key != "CurrentRole"} for member in found["NodeGroups"][0]["NodeGroupMembers"]
    ]
    return found | {"NodeGroups": [found["NodeGroups"][0] | {"NodeGroupMembers": members}]}


@pytest.mark.parametrize(("engine", "version"), [("redis", "6.2"), ("redis", "7.0"), ("valkey", "9.0")])
def test_a_dead_primary_is_replaced(service, new_account, engine, version):
    client = service.client(account=new_account)
    before = groups.create(client, Engine=engine, EngineVersion=version, **TRIO)
    name = before["ReplicationGroupId"]
    old, other = f"{name}-001", {f"{name}-002", f"{name}-003"}
    nodes = groups.node_endpoints(client, name)
    ids = {member: groups.run_id(endpoint) for member, endpoint in nodes.items()}
    fill(entry(before), replicas=2)

    os.kill(pid_of(nodes[old]), signal.SIGKILL)
    eventually(lambda: takes_writes(entry(before)), what="writes through the same endpoint")
    assert has_all(entry(before)), "what the replicas had confirmed"
    eventually(lambda: roles(client, name)[old] == "replica", what="the API's word for it")
    new = primary(client, name)
    assert new in other
    whole(client, name)

    after = groups.describe(client, name)
    assert without_roles(after) == without_roles(before), "the same names, endpoints and order"
    assert groups.node_endpoints(client, name) == nodes
    told_by = {member: groups.run_id(endpoint) for member, endpoint in nodes.items()}
    assert {member for member in ids if told_by[member] != ids[member]} == {old}, "nobody else was restarted"
    syncs = info(nodes[new], "stats")
    assert syncs["sync_partial_ok"] >= 1, "the other replica went on from where it was"
    assert syncs["sync_full"] <= 1, "nobody but the old primary was sent everything"
    assert all(has_all(endpoint) for endpoint in nodes.values())
    readers = {groups.run_id(after["NodeGroups"][0]["ReaderEndpoint"]) for _ in range(12)}
    assert readers == {told_by[member] for member in nodes if member != new}

    failover = f"Failover from primary node {old} to replica node {new} completed"
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", old), what="the last event")
    assert_in_order(
        chronicle(client),
        [(new, failover), (name, failover), (old, "Recovering cache nodes 0001"), (old, "Finished recovery for cache nodes 0001")],
    )
    assert sum("Failover" in message for _, message in chronicle(client)) == 2, "of the node and of the group"
    assert sum("Cache node 0001 ended" in message for message in told(client, "cache-cluster", old)) == 1


def test_the_replica_with_the_most_takes_over(service):
    """The first of them by name lags: it was away while megabytes were written, more than any buffer on the way holds."""
    client = service.client()
    found = groups.create(client, **TRIO)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    fill(entry(found), replicas=2)
    old, lagging = pid_of(nodes[f"{name}-001"]), pid_of(nodes[f"{name}-002"])
    with stopped(service.process.pid):
        with stopped(lagging):
            with groups.connect(entry(found)) as user:
                for number in range(40):
                    user.set(f"big:{number}", "x" * 1_000_000)
                assert user.wait(1, 20_000) == 1
            os.kill(old, signal.SIGKILL)
            eventually(lambda: not state_of(old), what="the primary's end")
        # The service sees both: the one that lags answers again, before the service does.
        eventually(lambda: quietly(lambda: info(nodes[f"{name}-002"], "replication")["master_link_status"]) == "down", what="the cut link")
        offsets = {member: info(nodes[member], "replication")["slave_repl_offset"] for member in (f"{name}-002", f"{name}-003")}
        assert offsets[f"{name}-002"] + 1_000_000 < offsets[f"{name}-003"]
    eventually(lambda: primary(client, name) != f"{name}-001", what="the failover")
    assert primary(client, name) == f"{name}-003"
    whole(client, name)
    for endpoint in nodes.values():
        with groups.connect(endpoint) as node:
            assert node.exists(*[f"big:{number}" for number in range(40)]) == 40
        assert has_all(endpoint)
    groups.delete(client, name)
    groups.gone(client, name)


def test_confirmed_writes_survive_one_failover_after_the_other(service):
    """What one replica has confirmed is in the one that takes over, whichever that is. Each primary dies under load."""
    client = service.client()
    found = groups.create(client, **TRIO)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    with Load(lambda: groups.connect(entry(found)), confirmed_by=1) as load:
        for _ in range(3):
            dying = primary(client, name)
            os.kill(pid_of(nodes[dying]), signal.SIGKILL)
            eventually(lambda: primary(client, name) != dying, what="the failover")
            load.goes_on()
            whole(client, name)
    with groups.connect(entry(found)) as user:
        assert load.lost(user) == []


def test_the_primary_and_a_replica_die_at_once(service):
    client = service.client()
    found = groups.create(client, **TRIO)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    fill(entry(found), replicas=2)
    for pid in [pid_of(nodes[f"{name}-00{number}"]) for number in (1, 2)]:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: primary(client, name) == f"{name}-003", what="the failover to the one that is left")
    eventually(lambda: takes_writes(entry(found)), what="writes")
    whole(client, name)
    assert all(has_all(endpoint) for endpoint in nodes.values())


def test_a_cluster_client_goes_on(service, new_account):
    """Cluster mode enabled: one shard fails over, and the other does not even notice."""
    client = service.client(account=new_account)
    found = groups.create(client, **SHARDS)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    ids = {endpoint["Address"]: cluster_view(endpoint)[endpoint["Address"]]["id"] for endpoint in nodes.values()}
    old = cluster_primary(nodes, "0001")
    assert old == f"{name}-0001-001"
    user = cluster_client(found)
    try:
        for number in range(400):
            user.set(f"key:{number}", number)
        for shard in ("0001", "0002"):
            with groups.connect(nodes[cluster_primary(nodes, shard)]) as node:
                node.wait(2, 10_000)
        untouched = {member: groups.run_id(endpoint) for member, endpoint in nodes.items() if member != old}

        os.kill(pid_of(nodes[old]), signal.SIGKILL)
        eventually(
            lambda: quietly(lambda: all(user.set(f"key:{number}", number) for number in range(400)), False),
            every=0.1,
            what="writes to every slot by the client that was there before",
        )
        assert [user.get(f"key:{number}") for number in range(400)] == [str(number) for number in range(400)]
    finally:
        user.close()
    whole_cluster(client, name)
    new = cluster_primary(nodes, "0001")
    assert new in (f"{name}-0001-002", f"{name}-0001-003")
    assert {member: groups.run_id(endpoint) for member, endpoint in nodes.items() if member != old} == untouched
    assert groups.node_endpoints(client, name) == nodes
    assert groups.describe(client, name) == found
    for endpoint in nodes.values():
        assert {address: node["id"] for address, node in cluster_view(endpoint).items()} == ids, "every node has its old name"
    syncs = info(nodes[new], "stats")
    assert syncs["sync_partial_ok"] >= 1 and syncs["sync_full"] <= 1, syncs
    failover = f"Failover from primary node {old} to replica node {new} completed"
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", old), what="the last event")
    assert_in_order(
        chronicle(client),
        [(new, failover), (name, failover), (old, "Recovering cache nodes 0001"), (old, "Finished recovery for cache nodes 0001")],
    )
    assert sum("Failover" in message for _, message in chronicle(client)) == 2


def test_both_shards_at_once(service):
    client = service.client()
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    with cluster_client(found) as user:
        for number in range(200):
            user.set(f"key:{number}", number)
    for shard in ("0001", "0002"):
        with groups.connect(nodes[f"{name}-{shard}-001"]) as node:
            assert node.wait(1, 10_000) == 1
    for pid in [pid_of(nodes[f"{name}-{shard}-001"]) for shard in ("0001", "0002")]:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: [cluster_primary(nodes, shard)[-3:] for shard in ("0001", "0002")] == ["002", "002"], what="both failovers")
    whole_cluster(client, name)
    with cluster_client(found) as user:
        assert [user.get(f"key:{number}") for number in range(200)] == [str(number) for number in range(200)]


def test_adopted_engines_and_those_that_died_unwatched(make_server):
    """A killed service's successor replaces primaries as the first one would have: those that die now, and those that died meanwhile."""
    server = make_server(ephemeral=False).start()
    client = server.client()
    disabled = groups.create(client, ReplicationGroupId="plain", **TRIO)
    enabled = groups.create(
        client,
        ReplicationGroupId="sharded",
        NumNodeGroups=1,
        ReplicasPerNodeGroup=2,
        CacheParameterGroupName="default.redis7.cluster.on",
        AutomaticFailoverEnabled=True,
    )
    plain, sharded = groups.node_endpoints(client, "plain"), groups.node_endpoints(client, "sharded")
    fill(entry(disabled), replicas=2)
    fill(sharded["sharded-0001-001"], replicas=2)

    client = server.restart().client()
    for pid in (pid_of(plain["plain-001"]), pid_of(sharded["sharded-0001-001"])):
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: takes_writes(entry(disabled)) and primary(client, "plain") != "plain-001", what="the adopted group's failover")
    eventually(lambda: cluster_primary(sharded, "0001") != "sharded-0001-001", what="the adopted cluster's failover")
    whole(client, "plain")
    whole_cluster(client, "sharded")

    server.kill()
    second = next(member for member, role in own_roles(plain).items() if role == "primary")
    second_of_shard = cluster_primary(sharded, "0001")
    for pid in (pid_of(plain[second]), pid_of(sharded[second_of_shard])):
        os.kill(pid, signal.SIGKILL)
    client = server.start().client()
    eventually(lambda: takes_writes(entry(disabled)) and primary(client, "plain") != second, what="the failover that was due")
    eventually(lambda: cluster_primary(sharded, "0001") != second_of_shard, what="the failover that was due in the cluster")
    whole(client, "plain")
    whole_cluster(client, "sharded")
    assert all(has_all(endpoint) for endpoint in plain.values())
    assert has_all(sharded[cluster_primary(sharded, "0001")])
    assert groups.describe(client, "sharded") == enabled
    assert len(server.engines()) == 6
