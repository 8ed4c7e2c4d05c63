"""Service updates: a newer patch of an engine that was installed, and groups that go over to it."""

import os
import signal
from pathlib import Path

import pytest
import redis
from botocore.exceptions import ClientError

import builds
import groups
import patches
from load import Load
from members import cluster_client, cluster_primary, pid_of, state_of
from patience import eventually

REDIS = {"Engine": "redis", "EngineVersion": "7.0"}


@pytest.fixture
def minor():
    """Of Redis 7."""
    return 7, 0


@pytest.fixture
def failpoint():
    """Where the server is to stand still."""
    return ""


@pytest.fixture
def workshop(make_server, tmp_path, minor, failpoint):
    """A server that knows one build of Redis, and a function that installs a later patch of it."""
    original = builds.need("redis", *minor).path
    engines = tmp_path / "engines"
    (engines / "old").mkdir(parents=True)
    old = engines / "old" / original.name
    old.write_bytes(original.read_bytes())
    old.chmod(0o755)
    environment = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    if failpoint:
        environment["ELASTANE_FAILPOINT"] = failpoint
    server = make_server(arguments=["--engines", str(engines)], environment=environment)
    return server.start(), lambda install=patches.install: install(old, engines / "new")


def name_of(version: str) -> str:
    return f"redis-{version.replace('.', '-')}"


def action(client, group: str, **more) -> dict:
    (found,) = client.describe_update_actions(ReplicationGroupIds=[group], **more)["UpdateActions"]
    return found


def programs(client, group: str) -> dict[str, str]:
    """What each member runs."""
    return {
        member: Path(os.readlink(f"/proc/{pid_of(endpoint)}/exe")).parent.name
        for member, endpoint in groups.node_endpoints(client, group).items()
    }


def apply(client, group: str, update: str) -> None:
    answer = client.batch_apply_update_action(ReplicationGroupIds=[group], ServiceUpdateName=update)
    assert answer["UnprocessedUpdateActions"] == []
    assert answer["ProcessedUpdateActions"] == [
        {"ReplicationGroupId": group, "ServiceUpdateName": update, "UpdateActionStatus": "waiting-to-start"}
    ]


# Redis 6.2 can't move an address from node to node: the primary endpoint leads through the forwarder.
@pytest.mark.parametrize("minor", [(7, 0), (6, 2)])
def test_an_update_under_load_loses_nothing(workshop, minor):
    server, install = workshop
    client = server.client()
    version = ".".join(map(str, minor))
    found = groups.create(client, NumCacheClusters=3, AutomaticFailoverEnabled=True, Engine="redis", EngineVersion=version)
    group = found["ReplicationGroupId"]
    assert client.describe_service_updates()["ServiceUpdates"] == []
    assert client.describe_update_actions()["UpdateActions"] == []
    version = install()
    update = name_of(version)
    (told,) = client.describe_service_updates()["ServiceUpdates"]
    assert told["ServiceUpdateName"] == update and told["EngineVersion"] == version and told["Engine"] == "redis"
    assert told["ServiceUpdateStatus"] == "available" and told["ServiceUpdateType"] == "security-update"
    before = action(client, group, ShowNodeLevelUpdateStatus=True)
    assert before["UpdateActionStatus"] == "not-applied" and before["NodesUpdated"] == "0/3"
    nodes = before["NodeGroupUpdateStatus"][0]["NodeGroupMemberUpdateStatus"]
    assert [node["NodeUpdateStatus"] for node in nodes] == ["not-applied"] * 3
    assert f"Service update is available for cache node {group}-001." in groups.messages(client)
    entry = found["NodeGroups"][0]["PrimaryEndpoint"]
    with Load(lambda: groups.connect(entry)) as load:
        apply(client, group, update)
        groups.available(client, group, within=60)
        load.goes_on()
    assert set(programs(client, group).values()) == {"new"}
    after = action(client, group, ShowNodeLevelUpdateStatus=True)
    assert after["UpdateActionStatus"] == "complete" and after["NodesUpdated"] == "3/3"
    nodes = after["NodeGroupUpdateStatus"][0]["NodeGroupMemberUpdateStatus"]
    assert [node["NodeUpdateStatus"] for node in nodes] == ["complete"] * 3
    assert all(node["NodeUpdateStartDate"] <= node["NodeUpdateEndDate"] for node in nodes)
    with groups.connect(entry) as user:
        assert load.lost(user) == []
    for endpoint in groups.node_endpoints(client, group).values():
        eventually(lambda: load.lost(groups.connect(endpoint)) == [], what="every write in every replica")
    messages = groups.messages(client)
    assert messages.count(f"Service update {update} was applied to replication group {group}") == 1
    # Done is done.
    (refused,) = client.batch_apply_update_action(ReplicationGroupIds=[group], ServiceUpdateName=update)["UnprocessedUpdateActions"]
    assert "not applicable" in refused["ErrorMessage"]


def test_a_cluster_under_load_loses_nothing(workshop):
    server, install = workshop
    client = server.client()
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1, **REDIS)
    group = found["ReplicationGroupId"]
    update = name_of(install())
    assert client.describe_service_updates()["ServiceUpdates"][0]["ServiceUpdateName"] == update
    with Load(lambda: cluster_client(found)) as load:
        apply(client, group, update)
        groups.available(client, group, within=90)
        load.goes_on()
    assert set(programs(client, group).values()) == {"new"}
    assert action(client, group)["UpdateActionStatus"] == "complete"
    with cluster_client(found) as user:
        assert load.lost(user) == []


@pytest.mark.parametrize("failpoint", ["after:handOver.equal"])
def test_a_service_that_stands_still_before_the_take_over_loses_nothing(workshop, failpoint):
    """For longer than the primary holds writes back: what it takes then is lost if its replica takes over all the same."""
    server, install = workshop
    client = server.client()
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1, **REDIS)
    group = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(client, group)
    primary = nodes[cluster_primary(nodes, "0001")]
    update = name_of(install())
    assert len(client.describe_service_updates()["ServiceUpdates"]) == 1
    apply(client, group, update)
    service = server.process.pid
    eventually(lambda: state_of(service) == "T", within=60, what="the standstill")
    key, acknowledged = "{3560}", 0  # Of slot 0, which the first shard has.
    with redis.Redis(primary["Address"], primary["Port"], socket_timeout=20) as user:
        acknowledged = user.incr(key)
        os.kill(service, signal.SIGCONT)
        # As many as can be, until the primary sends its clients to the new one: the last of them have reached nobody else.
        with pytest.raises(redis.exceptions.MovedError):
            while batch := user.pipeline(transaction=False).execute_command("INCR", key):
                for _ in range(499):
                    batch.execute_command("INCR", key)
                answers = batch.execute(raise_on_error=False)
                acknowledged = max([acknowledged, *(answer for answer in answers if isinstance(answer, int))])
                for answer in answers:
                    if isinstance(answer, Exception):
                        raise answer
    groups.available(client, group, within=90)
    assert set(programs(client, group).values()) == {"new"}
    with cluster_client(found) as user:
        assert int(user.get(key)) >= acknowledged


def test_a_lone_node_keeps_its_data_and_the_service_may_die_meanwhile(workshop):
    server, install = workshop
    client = server.client()
    found = groups.create(client, **REDIS)
    group = found["ReplicationGroupId"]
    entry = found["NodeGroups"][0]["PrimaryEndpoint"]
    with groups.connect(entry) as user:
        user.mset({f"key:{n}": n for n in range(1000)})
    update = name_of(install())
    assert len(client.describe_service_updates()["ServiceUpdates"]) == 1
    apply(client, group, update)
    server.restart()
    client = server.client()
    groups.available(client, group, within=60)
    assert set(programs(client, group).values()) == {"new"}
    with groups.connect(entry) as user:
        assert user.dbsize() == 1000
    assert action(client, group)["UpdateActionStatus"] == "complete"


def test_a_patch_that_does_not_run_is_gone_back_from(workshop):
    server, install = workshop
    client = server.client()
    found = groups.create(client, NumCacheClusters=2, AutomaticFailoverEnabled=True, **REDIS)
    group = found["ReplicationGroupId"]
    entry = found["NodeGroups"][0]["PrimaryEndpoint"]
    update = name_of(install(patches.install_broken))
    assert len(client.describe_service_updates()["ServiceUpdates"]) == 1
    with Load(lambda: groups.connect(entry)) as load:
        apply(client, group, update)
        groups.available(client, group, within=60)
        load.goes_on()
    assert set(programs(client, group).values()) == {"old"}
    assert action(client, group)["UpdateActionStatus"] == "stopped"
    assert any("could not be applied" in message and "the patch is bad" in message for message in groups.messages(client))
    with groups.connect(entry) as user:
        assert load.lost(user) == []
    assert load.errors == [], "the primary was never touched"


def test_what_can_not_be_applied_is_told_group_by_group(workshop):
    server, install = workshop
    client = server.client()
    group = groups.create(client, **REDIS)["ReplicationGroupId"]
    with pytest.raises(ClientError) as refused:
        client.batch_apply_update_action(ReplicationGroupIds=[group], ServiceUpdateName="redis-9-9-9")
    assert groups.code_of(refused.value) == "ServiceUpdateNotFoundFault"
    update = name_of(install())
    client.describe_service_updates()
    answer = client.batch_stop_update_action(ReplicationGroupIds=[group], CacheClusterIds=["nobody"], ServiceUpdateName=update)
    assert answer["ProcessedUpdateActions"] == []
    assert [refused["ErrorType"] for refused in answer["UnprocessedUpdateActions"]] == ["InvalidParameterValue", "CacheClusterNotFound"]
    with pytest.raises(ClientError) as refused:
        client.batch_apply_update_action(ReplicationGroupIds=[f"g-{n}" for n in range(21)], ServiceUpdateName=update)
    assert groups.code_of(refused.value) == "InvalidParameterValue" and "ReplicationGroupIds" in groups.message_of(refused.value)
