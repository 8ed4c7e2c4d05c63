"""Operations on groups that are in use: what they do to roles, endpoints, data and users, and what is told of them."""

import pytest

import groups
from load import Load
from members import (
    assert_in_order,
    chronicle,
    cluster_client,
    cluster_primary,
    cluster_view,
    info,
    is_linked,
    own_roles,
    pid_of,
    primary,
    roles,
    state_of,
    told,
    whole,
    whole_cluster,
)
from patience import eventually

TRIO = {"NumCacheClusters": 3}


@pytest.fixture
def client(service, new_account):
    """Of an account of its own, so that all events are the test's."""
    return service.client(account=new_account)


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def load_on(found: dict) -> Load:
    return Load(lambda: groups.connect(entry(found)))


def assert_nothing_lost(load: Load, endpoint: dict) -> None:
    with groups.connect(endpoint) as user:
        assert load.lost(user) == []


# MARK: The primary


@pytest.mark.parametrize("turned_on", [False, True], ids=["failover off", "failover turned on as well"])
def test_another_primary_under_load(client, turned_on):
    """Not one acknowledged write is lost, there and back."""
    found = groups.create(client, **TRIO)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    ids = {member: groups.run_id(endpoint) for member, endpoint in nodes.items()}
    more = {"AutomaticFailoverEnabled": True} if turned_on else {}
    way = [f"{name}-003"] if turned_on else [f"{name}-003", f"{name}-001", f"{name}-002"]
    with load_on(found) as load:
        for old, new in zip([f"{name}-001", *way], way):
            answer = client.modify_replication_group(ReplicationGroupId=name, PrimaryClusterId=new, ApplyImmediately=True, **more)
            assert answer["ReplicationGroup"]["Status"] == "modifying"
            groups.available(client, name)
            assert primary(client, name) == new
            load.goes_on()
            whole(client, name)
            message = f"Failover from primary node {old} to replica node {new} completed"
            assert_in_order(chronicle(client), [(new, message), (name, message)])
    assert groups.run_id(entry(found)) == ids[way[-1]], "the endpoint leads to the new primary"
    assert {member: groups.run_id(endpoint) for member, endpoint in nodes.items()} == ids, "nobody was restarted"
    assert_nothing_lost(load, entry(found))
    for endpoint in nodes.values():
        eventually(lambda: load.lost(groups.connect(endpoint)) == [], what="every write in every replica")
    assert sum(info(endpoint, "stats")["sync_full"] for endpoint in nodes.values()) == 2, "those of the creation, and no other"
    after = groups.describe(client, name)
    assert entry(after) == entry(found) and after["MemberClusters"] == found["MemberClusters"]
    assert after["AutomaticFailover"] == ("enabled" if turned_on else "disabled")
    if turned_on:
        on = f"Automatic failover has been turned on for replication group {name}"
        assert told(client, "replication-group", name).count(on) == 1
    groups.delete(client, name)
    groups.gone(client, name)


def test_failover_and_zones_are_turned_on_and_off(client):
    found = groups.create(client, NumCacheClusters=2)
    name = found["ReplicationGroupId"]
    ids = {member: groups.run_id(endpoint) for member, endpoint in groups.node_endpoints(client, name).items()}
    states = []
    words = {True: "enabled", False: "disabled"}
    with load_on(found) as load:
        for failover, zones in [(True, False), (True, True), (True, False), (False, False), (True, True), (False, False)]:
            before = groups.describe(client, name)["AutomaticFailover"]
            answer = client.modify_replication_group(
                ReplicationGroupId=name, AutomaticFailoverEnabled=failover, MultiAZEnabled=zones, ApplyImmediately=True
            )["ReplicationGroup"]
            if before == words[failover]:
                assert (answer["AutomaticFailover"], answer["PendingModifiedValues"]) == (before, {})
            else:
                assert answer["Status"] == "modifying" and answer["PendingModifiedValues"] == {"AutomaticFailoverStatus": words[failover]}
                assert answer["AutomaticFailover"] == ("enabling" if failover else "disabling")
            after = groups.available(client, name)
            states.append((after["AutomaticFailover"], after["MultiAZ"]))
            assert after["PendingModifiedValues"] == {}
        load.goes_on()
    wanted = [(True, False), (True, True), (True, False), (False, False), (True, True), (False, False)]
    assert states == [(words[failover], words[zones]) for failover, zones in wanted]
    assert load.errors == []
    assert {member: groups.run_id(endpoint) for member, endpoint in groups.node_endpoints(client, name).items()} == ids
    turned = [message for message in told(client, "replication-group", name) if "Automatic failover has been turned" in message]
    on, off = (f"Automatic failover has been turned {word} for replication group {name}" for word in ("on", "off"))
    assert turned == [on, off, on, off]


# MARK: Replicas


def test_more_and_fewer_replicas_under_load(client):
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True)
    name = found["ReplicationGroupId"]
    reader = found["NodeGroups"][0]["ReaderEndpoint"]
    with load_on(found) as load:
        answer = client.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=3, ApplyImmediately=True)["ReplicationGroup"]
        assert answer["Status"] == "modifying"
        assert answer["MemberClusters"] == [f"{name}-00{number}" for number in (1, 2, 3, 4)]
        groups.available(client, name)
        nodes = groups.node_endpoints(client, name)
        assert set(nodes) == set(answer["MemberClusters"])
        assert all(is_linked(nodes[f"{name}-00{number}"]) for number in (2, 3, 4)), "it is available, so that they are linked"
        replicas = {groups.run_id(nodes[f"{name}-00{number}"]) for number in (2, 3, 4)}
        eventually(lambda: {groups.run_id(reader) for _ in range(12)} == replicas, what="readers of all three")
        load.goes_on()
        pids = {member: pid_of(endpoint) for member, endpoint in nodes.items()}

        client.decrease_replica_count(ReplicationGroupId=name, ReplicasToRemove=[f"{name}-002"], ApplyImmediately=True)
        after = groups.available(client, name)
        assert after["MemberClusters"] == [f"{name}-00{number}" for number in (1, 3, 4)]
        client.decrease_replica_count(ReplicationGroupId=name, NewReplicaCount=1, ApplyImmediately=True)
        after = groups.available(client, name)
        assert after["MemberClusters"] == [f"{name}-001", f"{name}-003"]
        for member in (f"{name}-002", f"{name}-004"):
            assert not state_of(pids[member]), "its process is gone"
        load.goes_on()
        eventually(lambda: {groups.run_id(reader) for _ in range(8)} == {groups.run_id(nodes[f"{name}-003"])}, what="readers of the one")
    assert load.errors == [], "writers felt nothing"
    assert_nothing_lost(load, entry(found))
    eventually(lambda: load.lost(groups.connect(nodes[f"{name}-003"])) == [], what="every write in the new replica")
    assert entry(groups.describe(client, name)) == entry(found)
    for member in (f"{name}-003", f"{name}-004"):
        messages = told(client, "cache-cluster", member)
        assert messages[0] == "Cache cluster created" and messages[1].startswith("Added cache node 0001 in availability zone ")
    for member in (f"{name}-002", f"{name}-004"):
        assert told(client, "cache-cluster", member)[-2:] == ["Removed cache nodes 0001", "Cache cluster deleted"]
    assert {cluster["CacheClusterId"] for cluster in groups.clusters(client)} == {f"{name}-001", f"{name}-003"}


def test_more_and_fewer_replicas_of_a_cluster_under_load(client):
    """All nodes know a new one before the group is available, and none knows one that was removed."""
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    name = found["ReplicationGroupId"]
    before = groups.node_endpoints(client, name)
    ids = {member: groups.run_id(endpoint) for member, endpoint in before.items()}
    with Load(lambda: cluster_client(found)) as load:
        client.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=2, ApplyImmediately=True)
        groups.available(client, name)
        nodes = groups.node_endpoints(client, name)
        assert set(nodes) == set(before) | {f"{name}-0001-003", f"{name}-0002-003"}
        addresses = {endpoint["Address"] for endpoint in nodes.values()}
        for endpoint in nodes.values():
            assert set(cluster_view(endpoint)) == addresses, "every node knows every node"
        for shard in ("0001", "0002"):
            new = nodes[f"{name}-{shard}-003"]
            assert is_linked(new)
            assert info(new, "replication")["master_host"] == nodes[f"{name}-{shard}-001"]["Address"]
        whole_cluster(client, name)
        load.goes_on()

        client.decrease_replica_count(
            ReplicationGroupId=name, ReplicasToRemove=[f"{name}-0001-002", f"{name}-0002-003"], ApplyImmediately=True
        )
        groups.available(client, name)
        left = groups.node_endpoints(client, name)
        assert set(left) == set(nodes) - {f"{name}-0001-002", f"{name}-0002-003"}
        for endpoint in left.values():
            assert set(cluster_view(endpoint)) == {other["Address"] for other in left.values()}, "it is forgotten by all"
        whole_cluster(client, name)
        load.goes_on()
    with cluster_client(found) as user:
        assert load.lost(user) == []
    stay = set(before) & set(left)
    assert {member: groups.run_id(left[member]) for member in stay} == {member: ids[member] for member in stay}
    assert cluster_primary(left, "0001") == f"{name}-0001-001" and cluster_primary(left, "0002") == f"{name}-0002-001"
    assert groups.describe(client, name)["ConfigurationEndpoint"] == found["ConfigurationEndpoint"]


def test_a_cluster_without_replicas_gets_some_and_gives_them_up(client):
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=0)
    name = found["ReplicationGroupId"]
    with cluster_client(found) as user:
        for number in range(100):
            user.set(f"key:{number}", number)
    client.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=1, ApplyImmediately=True)
    groups.available(client, name)
    whole_cluster(client, name)
    client.decrease_replica_count(ReplicationGroupId=name, NewReplicaCount=0, ApplyImmediately=True)
    groups.available(client, name)
    whole_cluster(client, name)
    assert len(groups.node_endpoints(client, name)) == 2
    with cluster_client(found) as user:
        assert [user.get(f"key:{number}") for number in range(100)] == [str(number) for number in range(100)]
    assert groups.describe(client, name) == found


# MARK: Rebooting and testing


def test_a_reboot_under_load(client):
    """The primary saves what it has before it ends: nothing that it acknowledged is lost, and it is the primary again."""
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True)
    name = found["ReplicationGroupId"]
    member = f"{name}-001"
    with load_on(found) as load:
        old = groups.run_id(entry(found))
        before = {each: told(client, "cache-cluster", each) for each in (member, f"{name}-002")}
        client.reboot_cache_cluster(CacheClusterId=member, CacheNodeIdsToReboot=["0001"])
        eventually(lambda: "Cache node 0001 restarted" in told(client, "cache-cluster", member), within=30, what="the end of the reboot")
        load.goes_on()
    whole(client, name)
    assert roles(client, name) == {member: "primary", f"{name}-002": "replica"}
    assert groups.run_id(entry(found)) != old
    assert_nothing_lost(load, entry(found))
    assert told(client, "cache-cluster", member)[len(before[member]) :] == ["Cache node 0001 shutdown", "Cache node 0001 restarted"]
    assert told(client, "cache-cluster", f"{name}-002") == before[f"{name}-002"]


def test_a_tested_failover(client):
    """The answer shows the group as it was; then come the events that are documented, in their order."""
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    with Load(lambda: groups.connect(entry(found)), confirmed_by=1) as load:
        answer = client.test_failover(ReplicationGroupId=name, NodeGroupId="0001")["ReplicationGroup"]
        assert answer["Status"] == "available"
        assert [member["CurrentRole"] for member in answer["NodeGroups"][0]["NodeGroupMembers"]] == ["primary", "replica"]
        eventually(lambda: primary(client, name) == f"{name}-002", what="the change of roles")
        load.goes_on()
        whole(client, name)
    old, new = f"{name}-001", f"{name}-002"
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", old), what="the last event")
    failover = f"Failover from primary node {old} to replica node {new} completed"
    since = [event for event in chronicle(client) if "Failover" in event[1] or "ecover" in event[1]]
    assert [event[1] for event in since] == [
        "Test Failover API called for node group 0001",
        failover,
        failover,
        "Recovering cache nodes 0001",
        "Finished recovery for cache nodes 0001",
    ]
    assert {event[0] for event in since[1:3]} == {name, new} or {event[0] for event in since[1:3]} == {name, old}
    assert since[0][0] == name and since[3][0] == since[4][0] == old
    assert_nothing_lost(load, entry(found))
    assert own_roles(nodes) == {old: "replica", new: "primary"}
    assert entry(groups.describe(client, name)) == entry(found) and groups.node_endpoints(client, name) == nodes


def test_a_tested_failover_of_a_cluster(client):
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, name)
    steady = {member: groups.run_id(nodes[member]) for member in nodes if "-0001-" in member}
    client.test_failover(ReplicationGroupId=name, NodeGroupId=f"{name}-0002")
    with pytest.raises(client.exceptions.ClientError) as refusal:
        client.test_failover(ReplicationGroupId=name, NodeGroupId="0001")
    assert "0002" in groups.message_of(refusal.value), "one shard after the other"
    old, new = f"{name}-0002-001", f"{name}-0002-002"
    eventually(lambda: "Finished recovery for cache nodes 0001" in told(client, "cache-cluster", old), within=40, what="the last event")
    whole_cluster(client, name)
    assert cluster_primary(nodes, "0002") == new
    failover = f"Failover from primary node {old} to replica node {new} completed"
    assert_in_order(
        chronicle(client),
        [
            (name, "Test Failover API called for node group 0002"),
            (name, failover),
            (old, "Recovering cache nodes 0001"),
            (old, "Finished recovery for cache nodes 0001"),
        ],
    )
    assert {member: groups.run_id(nodes[member]) for member in steady} == steady
    assert groups.describe(client, name) == found


def test_fifteen_tests_a_day(client):
    """Of one account and region; the sixteenth is refused, and nothing fails over."""
    group = [groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True) for _ in range(5)]
    names = [found["ReplicationGroupId"] for found in group]

    def test(name: str) -> bool:
        try:
            client.test_failover(ReplicationGroupId=name, NodeGroupId="0001")
        except client.exceptions.ClientError as error:
            assert groups.code_of(error) != "APICallRateForCustomerExceeded", error
            return False
        return True

    for round in range(3):
        for name in names:
            eventually(lambda: test(name), within=40, every=0.1, what="the end of the test before")
    for name in names:
        eventually(
            lambda: told(client, "cache-cluster", f"{name}-001").count("Finished recovery for cache nodes 0001") == 2
            and told(client, "cache-cluster", f"{name}-002").count("Finished recovery for cache nodes 0001") == 1,
            within=40,
            what="the end of the last test",
        )
        whole(client, name)
    before = chronicle(client)
    with pytest.raises(client.exceptions.ClientError) as refusal:
        client.test_failover(ReplicationGroupId=names[0], NodeGroupId="0001")
    assert groups.code_of(refusal.value) == "APICallRateForCustomerExceeded"
    assert "15" in groups.message_of(refusal.value)
    assert chronicle(client) == before
    assert [primary(client, name) for name in names] == [f"{name}-002" for name in names]
