"""Parameter groups on real engines: what is changed reaches them, and what it is that does not."""

import json
import subprocess

import pytest
import redis

import administrator
import groups
import refusals
import server as servers
import several
from members import own_roles, pid_of, primary, quietly, told, whole
from patience import eventually
from refusals import COMBINATION, VALUE

STATE = "InvalidCacheParameterGroupState"
ENGINES = {
    "redis-7.0": ("redis7", {"EngineVersion": "7.0"}),
    "redis-6.2": ("redis6.x", {"EngineVersion": "6.2"}),
    "valkey-9.1": ("valkey9", {"Engine": "valkey", "EngineVersion": "9.1"}),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A server that sees Redis 6.2 and 7.0 and Valkey 9."""
    with several.engines(tmp_path_factory.mktemp("service")) as server:
        yield server


def make(client, family: str = "redis7", **values: str) -> str:
    name = groups.fresh("parameters")
    client.create_cache_parameter_group(CacheParameterGroupName=name, CacheParameterGroupFamily=family, Description="made by a test")
    if values:
        change(client, name, **values)
    return name


def pairs(values: dict[str, str]) -> list[dict]:
    return [{"ParameterName": name.replace("_", "-"), "ParameterValue": value} for name, value in values.items()]


def change(client, name: str, **values: str) -> None:
    client.modify_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=pairs(values))


def standing(client, member: str) -> tuple[str, list[str], str]:
    (cluster,) = client.describe_cache_clusters(CacheClusterId=member, ShowCacheNodeInfo=True)["CacheClusters"]
    found = cluster["CacheParameterGroup"]
    return found["ParameterApplyStatus"], found["CacheNodeIdsToReboot"], cluster["CacheNodes"][0]["ParameterGroupStatus"]


def values(server, client, group: str) -> dict[str, dict[str, str]]:
    """By member."""
    nodes = groups.node_endpoints(client, group)
    return {member: administrator.configuration(server, group, endpoint) for member, endpoint in nodes.items()}


def await_values(server, client, group: str, within: float = 1.0, **wanted: str) -> None:
    """Within a second, on every node."""
    names = {name.replace("_", "-"): value for name, value in wanted.items()}

    def all_have() -> bool:
        found = values(server, client, group)
        assert all({name: each[name] for name in names} == names for each in found.values()), found
        return True

    eventually(all_have, within=within, what=f"{wanted} on all nodes of {group}")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_change_reaches_every_node_at_once(service, elasticache, engine):
    family, version = ENGINES[engine]
    name = make(elasticache, family, maxmemory_policy="allkeys-lru")
    found = groups.create(elasticache, CacheParameterGroupName=name, NumCacheClusters=2, **version)
    group = found["ReplicationGroupId"]
    # Before the first client could connect.
    await_values(service, elasticache, group, within=0, maxmemory_policy="allkeys-lru", timeout="0", maxmemory="402653184")
    assert "Updated to use a CacheParameterGroup " + name in told(elasticache, "cache-cluster", f"{group}-001")
    change(
        elasticache,
        name,
        maxmemory_policy="noeviction",
        timeout="20",
        notify_keyspace_events="KEx",
        client_output_buffer_limit_pubsub_hard_limit="67108864",
        client_output_buffer_limit_pubsub_soft_seconds="30",
        reserved_memory_percent="50",
        slowlog_log_slower_than="-1",
    )
    await_values(
        service, elasticache, group, maxmemory_policy="noeviction", timeout="20", notify_keyspace_events="xKE",
        maxmemory="268435456", slowlog_log_slower_than="-1",
    )  # fmt: skip
    for each in values(service, elasticache, group).values():
        assert "pubsub 67108864 8388608 30" in each["client-output-buffer-limit"]
    eventually(lambda: standing(elasticache, f"{group}-002") == ("in-sync", [], "in-sync"), within=2, what="in-sync")
    assert "Updated parameter maxmemory-policy to noeviction" in told(elasticache, "cache-parameter-group", name)
    # Keyspace events, as a user sees them.
    with groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]) as client, client.pubsub() as subscriber:
        subscriber.psubscribe("__keyevent@0__:*")
        assert subscriber.get_message(timeout=5)["type"] == "psubscribe"
        client.set("brief", "1", px=1)
        eventually(lambda: client.get("brief") is None, what="the expiry")
        assert subscriber.get_message(timeout=5)["channel"] == "__keyevent@0__:expired"
    elasticache.reset_cache_parameter_group(CacheParameterGroupName=name, ResetAllParameters=True)
    await_values(service, elasticache, group, maxmemory_policy="volatile-lru", timeout="0", notify_keyspace_events="", maxmemory="402653184")


def test_the_memory_that_is_left(elasticache):
    """A write too much is refused, once less memory is left than the data takes."""
    name = make(elasticache, maxmemory_policy="noeviction")
    found = groups.create(elasticache, CacheParameterGroupName=name)
    with groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]) as client:
        assert client.set("k", "v" * 1_000_000)
        change(elasticache, name, reserved_memory_percent="100")
        eventually(lambda: client.info("memory")["maxmemory"] == 1, within=1, what="the new limit")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            client.set("k2", "v")
        assert client.get("k")
        change(elasticache, name, reserved_memory="36870912")
        eventually(lambda: client.info("memory")["maxmemory"] == 500_000_000, within=1, what="the new limit")
        assert client.set("k2", "v")


def test_it_survives_failovers_restarts_and_newcomers(make_server):
    server = make_server(ephemeral=False).start()
    client = server.client()
    name = make(client, timeout="20")
    found = groups.create(client, CacheParameterGroupName=name, NumCacheClusters=2, AutomaticFailoverEnabled=True)
    group = found["ReplicationGroupId"]
    change(client, name, timeout="40", maxmemory_policy="allkeys-lfu")
    await_values(server, client, group, timeout="40", maxmemory_policy="allkeys-lfu")
    # Changed while nobody looks: not before the service is there again, and then at once, and by no restart.
    nodes = groups.node_endpoints(client, group)
    pids = {pid_of(endpoint) for endpoint in nodes.values()}
    server.restart()
    client = server.client()
    await_values(server, client, group, within=0, timeout="40")
    change(client, name, timeout="60")
    await_values(server, client, group, timeout="60")
    assert {pid_of(endpoint) for endpoint in nodes.values()} == pids
    # A failover, and the node that comes back.
    old = primary(client, group)
    subprocess.run(["kill", "-9", str(pid_of(nodes[old]))], check=True)
    eventually(lambda: quietly(lambda: own_roles(nodes)) and primary(client, group) != old, what="the failover")
    whole(client, group)
    await_values(server, client, group, within=0, timeout="60", maxmemory_policy="allkeys-lfu")
    client.increase_replica_count(ReplicationGroupId=group, NewReplicaCount=2, ApplyImmediately=True)
    groups.available(client, group)
    assert len(values(server, client, group)) == 3
    await_values(server, client, group, within=0, timeout="60", maxmemory_policy="allkeys-lfu")


def test_what_counts_from_a_reboot(service, elasticache):
    name = make(elasticache, "redis4.0")
    found = groups.create(elasticache, CacheParameterGroupName=name, EngineVersion="4.0.10", NumCacheClusters=2)
    group = found["ReplicationGroupId"]
    one, two = found["MemberClusters"]
    change(elasticache, name, activerehashing="no", timeout="20")
    await_values(service, elasticache, group, timeout="20", activerehashing="yes")
    pending = ("pending-reboot", ["0001"], "pending-reboot")
    for member in (one, two):
        eventually(lambda: standing(elasticache, member) == pending, within=2, what="pending-reboot")
    elasticache.reboot_cache_cluster(CacheClusterId=two, CacheNodeIdsToReboot=["0001"])
    eventually(lambda: "Cache node 0001 restarted" in told(elasticache, "cache-cluster", two), within=30, what="the reboot")
    assert standing(elasticache, two) == ("in-sync", [], "in-sync") and standing(elasticache, one) == pending
    found = values(service, elasticache, group)
    assert (found[one]["activerehashing"], found[two]["activerehashing"]) == ("yes", "no")
    elasticache.reboot_cache_cluster(CacheClusterId=one, CacheNodeIdsToReboot=["0001"])
    eventually(lambda: "Cache node 0001 restarted" in told(elasticache, "cache-cluster", one), within=30, what="the reboot")
    assert standing(elasticache, one) == ("in-sync", [], "in-sync")
    await_values(service, elasticache, group, within=0, activerehashing="no")


def test_what_an_engine_makes_nothing_of(service, elasticache):
    """Told once and by doctor; the nodes run, and run with the rest."""
    name = make(
        elasticache, "valkey9", search_fanout_target_mode="throughput", timeout="20", hash_max_listpack_entries="9223372036854775807"
    )
    change(elasticache, name, client_query_buffer_limit="1048576", slowlog_max_len="9223372036854775807", lfu_decay_time="99999999999")
    found = groups.create(elasticache, CacheParameterGroupName=name, Engine="valkey", EngineVersion="9.1", NumCacheClusters=2)
    group = found["ReplicationGroupId"]
    await_values(service, elasticache, group, within=0, timeout="20", client_query_buffer_limit="1048576", lfu_decay_time="1")

    def complaints(member: str) -> list[str]:
        return [each for each in told(elasticache, "cache-cluster", member) if "has no effect" in each]

    for member in found["MemberClusters"]:
        assert len(complaints(member)) == 2, complaints(member)
        assert any("search-fanout-target-mode" in each and "has no such parameter" in each for each in complaints(member))
        assert any("lfu-decay-time" in each and "between" in each for each in complaints(member))
    # One more, while they run.
    change(elasticache, name, timeout="99999999999", tcp_keepalive="60")
    await_values(service, elasticache, group, tcp_keepalive="60", timeout="20")
    member = found["MemberClusters"][0]
    eventually(lambda: len(complaints(member)) == 3, within=2, what="a complaint")
    assert standing(elasticache, member) == ("in-sync", [], "in-sync")
    result = subprocess.run(
        [str(servers.BINARY), "doctor", "--json", "--data-dir", str(service.data)],
        capture_output=True, text=True, env=servers.clean_environment(service.environment), timeout=30,
    )  # fmt: skip
    details = [each["detail"] for each in json.loads(result.stdout) if each["subject"] == "parameter"]
    assert any("lfu-decay-time" in each and member in each for each in details), result.stdout
    # A restart with what the engine refuses is no trouble.
    elasticache.reboot_cache_cluster(CacheClusterId=member, CacheNodeIdsToReboot=["0001"])
    eventually(lambda: "Cache node 0001 restarted" in told(elasticache, "cache-cluster", member), within=30, what="the reboot")
    await_values(service, elasticache, group, within=0, tcp_keepalive="60", lfu_decay_time="1")
    assert len(complaints(member)) == 3


def test_commands_that_nobody_may_run(elasticache):
    """At once, on connections that stand, in scripts and after a restart; Elastane itself and replication go on."""
    name = make(elasticache)
    found = groups.create(elasticache, NumCacheClusters=2, AutomaticFailoverEnabled=True, CacheParameterGroupName=name)
    id = found["ReplicationGroupId"]
    primary = found["NodeGroups"][0]["PrimaryEndpoint"]
    with groups.connect(primary) as user:
        own = user.client_id()
        assert user.flushall() and user.set("a", 1) and user.keys("*") == ["a"]
        change(elasticache, name, rename_commands="FLUSHALL blocked keys blocked info blocked ping blocked")

        eventually(lambda: refuses(user, "KEYS", "*"), within=5, what="a blocked command")
        assert refuses(user, "FLUSHALL") and refuses(user, "INFO")
        assert refuses(user, "EVAL", "return redis.call('FLUSHALL')", "0")
        assert user.client_id() == own and user.get("a") == "1" and user.wait(1, 5000) == 1
    elasticache.test_failover(ReplicationGroupId=id, NodeGroupId="0001")
    eventually(lambda: any("Failover from primary" in text for text in groups.messages(elasticache, SourceIdentifier=id, SourceType="replication-group")), what="the failover")
    groups.available(elasticache, id)

    def everywhere() -> bool:
        for endpoint in groups.node_endpoints(elasticache, id).values():
            with groups.connect(endpoint) as node:
                if not refuses(node, "KEYS", "*"):
                    return False
        return True

    eventually(lambda: quietly(everywhere, False), within=20, what="blocked commands on both nodes")
    elasticache.reset_cache_parameter_group(
        CacheParameterGroupName=name, ParameterNameValues=[{"ParameterName": "rename-commands", "ParameterValue": ""}]
    )
    with groups.connect(primary) as user:
        eventually(lambda: not refuses(user, "KEYS", "*"), within=5, what="commands again")
    groups.delete(elasticache, id)
    groups.gone(elasticache, id)
    elasticache.delete_cache_parameter_group(CacheParameterGroupName=name)


def refuses(client, *command: str) -> bool:
    try:
        client.execute_command(*command)
    except redis.exceptions.NoPermissionError:
        return True
    except redis.exceptions.ResponseError as error:
        return "permission" in str(error).lower() or "can't run this command" in str(error)
    return False


def test_cluster_mode_by_the_group(service, elasticache):
    name = make(elasticache, cluster_enabled="yes", maxmemory_policy="allkeys-lru")
    found = groups.create(elasticache, CacheParameterGroupName=name, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    group = found["ReplicationGroupId"]
    assert found["ClusterEnabled"] is True and len(found["MemberClusters"]) == 4
    await_values(service, elasticache, group, within=0, maxmemory_policy="allkeys-lru")
    change(elasticache, name, cluster_require_full_coverage="yes", maxmemory_policy="volatile-ttl")
    await_values(service, elasticache, group, cluster_require_full_coverage="yes", maxmemory_policy="volatile-ttl")
    single = groups.create(elasticache, CacheParameterGroupName=name)
    assert single["MemberClusters"] == [f"{single['ReplicationGroupId']}-0001-001"]
    for value in ("no", "yes"):
        request = {"CacheParameterGroupName": name, "ParameterNameValues": pairs({"cluster_enabled": value})}
        if value == "no":
            refusals.expect(elasticache, "modify_cache_parameter_group", request, VALUE, "The parameter cluster-enabled cannot be modified.")
        else:
            elasticache.modify_cache_parameter_group(**request)


def test_another_group(service, elasticache):
    old, new = make(elasticache, timeout="20"), make(elasticache, timeout="30", maxmemory_policy="allkeys-random")
    found = groups.create(elasticache, CacheParameterGroupName=old, NumCacheClusters=2)
    group, member = found["ReplicationGroupId"], found["MemberClusters"][1]
    answer = elasticache.modify_replication_group(ReplicationGroupId=group, CacheParameterGroupName=new, ApplyImmediately=True)
    assert answer["ReplicationGroup"]["Status"] == "modifying"
    groups.available(elasticache, group)
    await_values(service, elasticache, group, within=0, timeout="30", maxmemory_policy="allkeys-random")
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=member)["CacheClusters"]
    assert cluster["CacheParameterGroup"] == {
        "CacheParameterGroupName": new, "ParameterApplyStatus": "in-sync", "CacheNodeIdsToReboot": [],
    }  # fmt: skip
    assert told(elasticache, "cache-cluster", member)[-1] == f"Updated to use a CacheParameterGroup {new}"
    elasticache.delete_cache_parameter_group(CacheParameterGroupName=old)
    sharded, older = make(elasticache, cluster_enabled="yes"), make(elasticache, "redis6.x")
    for wrong, code, says in (
        (sharded, COMBINATION, "^The parameter cluster-enabled has a different value in the requested parameter group"),
        (older, COMBINATION, "^Expected a parameter group of family redis7 but found one of family redis6.x"),
        (old, "CacheParameterGroupNotFound", f"^CacheParameterGroup not found: {old}"),
    ):
        request = {"ReplicationGroupId": group, "CacheParameterGroupName": wrong, "ApplyImmediately": True}
        refusals.expect(elasticache, "modify_replication_group", request, code, says)


def test_deletion(elasticache):
    name = make(elasticache)
    group = groups.create(elasticache, CacheParameterGroupName=name)["ReplicationGroupId"]
    request = {"CacheParameterGroupName": name}
    refusals.expect(elasticache, "delete_cache_parameter_group", request, STATE, group)
    groups.delete(elasticache, group)
    groups.gone(elasticache, group)
    elasticache.delete_cache_parameter_group(**request)
    refusals.expect(elasticache, "delete_cache_parameter_group", request, "CacheParameterGroupNotFound", f"^CacheParameterGroupnot found: {name}$")
    refusals.expect(elasticache, "describe_cache_parameters", request, "CacheParameterGroupNotFound", f"^CacheParameterGroup {name} not found.$")


def test_the_sequence_of_terraform(elasticache):
    """Create, reset in chunks of 20, modify in chunks of 20, read what is the user's; then the same with other values."""
    name = make(elasticache)
    engine = elasticache.describe_engine_default_parameters(CacheParameterGroupFamily="redis7")["EngineDefaults"]
    plain = [p for p in engine["Parameters"] if p["IsModifiable"]]
    wanted = {p["ParameterName"]: p["ParameterValue"] for p in plain if p["ParameterName"] != "reserved-memory-percent"}
    assert len(wanted) > 40
    wanted |= {"timeout": "20", "reserved-memory": "1000", "cluster-enabled": "yes"}
    for values in (wanted, {"timeout": "30"}):
        found = user_values(elasticache, name)
        gone = [{"ParameterName": each, "ParameterValue": found[each]} for each in sorted(found) if each not in values]
        for chunk in chunks(gone):
            try:
                elasticache.reset_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=chunk)
            except elasticache.exceptions.InvalidParameterValueException as error:
                assert "Parameter reserved-memory doesn't exist" in str(error)
                chunk = [each for each in chunk if each["ParameterName"] != "reserved-memory"]
                elasticache.reset_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=chunk)
                workaround = [{"ParameterName": "reserved-memory-percent", "ParameterValue": "0"}]
                elasticache.modify_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=workaround)
                elasticache.reset_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=workaround)
        changed = [{"ParameterName": each, "ParameterValue": value} for each, value in values.items() if found.get(each) != value]
        for chunk in chunks(changed):
            elasticache.modify_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=chunk)
        assert user_values(elasticache, name) == values
    (described,) = elasticache.describe_cache_parameter_groups(CacheParameterGroupName=name)["CacheParameterGroups"]
    assert described.keys() == {"CacheParameterGroupName", "CacheParameterGroupFamily", "Description", "IsGlobal", "ARN"}
    elasticache.delete_cache_parameter_group(CacheParameterGroupName=name)


def chunks(items: list) -> list[list]:
    return [items[start : start + 20] for start in range(0, len(items), 20)]


def user_values(client, name: str) -> dict[str, str]:
    pages = client.get_paginator("describe_cache_parameters").paginate(CacheParameterGroupName=name, Source="user")
    return {each["ParameterName"]: each.get("ParameterValue", "") for page in pages for each in page["Parameters"]}


def test_every_family_has_its_default_groups(elasticache):
    pages = elasticache.get_paginator("describe_cache_parameter_groups").paginate(PaginationConfig={"PageSize": 20})
    found = [group for page in pages for group in page["CacheParameterGroups"]]
    versions = [
        version
        for page in elasticache.get_paginator("describe_cache_engine_versions").paginate()
        for version in page["CacheEngineVersions"]
    ]
    for family in {version["CacheParameterGroupFamily"] for version in versions if version["Engine"] != "memcached"}:
        names = {g["CacheParameterGroupName"] for g in found if g["CacheParameterGroupFamily"] == family}
        assert f"default.{family}" in names
        assert (f"default.{family}.cluster.on" in names) == (family not in ("redis2.6", "redis2.8"))
        default = elasticache.describe_cache_parameters(CacheParameterGroupName=f"default.{family}")
        assert {each["Source"] for each in default["Parameters"]} == {"system"}
        by_type = {each["ParameterName"]: each for each in default["CacheNodeTypeSpecificParameters"]}
        sizes = {each["CacheNodeType"]: each["Value"] for each in by_type["maxmemory"]["CacheNodeTypeSpecificValues"]}
        assert sizes["cache.t3.micro"] == "536870912" and len(by_type) == 3


def test_the_aws_cli(service, aws):
    aws(*"create-cache-parameter-group --cache-parameter-group-name cli --cache-parameter-group-family redis7 --description d".split())
    pair = "ParameterName=notify-keyspace-events,ParameterValue=Ex"
    aws("modify-cache-parameter-group", "--cache-parameter-group-name", "cli", "--parameter-name-values", pair)
    (found,) = aws(*"describe-cache-parameters --cache-parameter-group-name cli --source user".split())["Parameters"]
    assert (found["ParameterName"], found["ParameterValue"], found["Source"]) == ("notify-keyspace-events", "Ex", "user")
    aws(*"reset-cache-parameter-group --cache-parameter-group-name cli --reset-all-parameters".split())
    assert aws(*"describe-cache-parameters --cache-parameter-group-name cli --source user".split())["Parameters"] == []
    aws(*"delete-cache-parameter-group --cache-parameter-group-name cli".split())
    names = [group["CacheParameterGroupName"] for group in aws("describe-cache-parameter-groups")["CacheParameterGroups"]]
    assert "cli" not in names and "default.redis7" in names
