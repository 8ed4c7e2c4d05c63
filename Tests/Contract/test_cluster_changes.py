"""ModifyCacheCluster of a lone cluster: another engine version, with its data; and another node type, of groups, too."""

import contextlib
import shutil

import botocore.exceptions
import pytest

import builds
import groups
import lone
import patches
import refusals
import server as servers
from administrator import administrator
from members import pid_of, state_of
from patience import eventually

UPGRADE = {"EngineVersion": "7.0", "CacheParameterGroupName": "default.redis7"}


@pytest.fixture(scope="module")
def both():
    """What makes a server know builds of both versions."""
    return ["--engines", ":".join(str(builds.need("redis", *version).path) for version in [(6, 2), (7, 0)])]


@pytest.fixture(scope="module")
def service(tmp_path_factory, both):
    server = servers.Server(tmp_path_factory.mktemp("server"), arguments=both)
    server.start()
    yield server
    server.close()


@pytest.fixture
def cluster(elasticache):
    """A cluster of an older version, with data."""
    found = lone.create(elasticache, EngineVersion="6.2")
    with groups.connect(lone.endpoint(found)) as node:
        node.mset({f"key {n}": n for n in range(1000)})
    yield found
    elasticache.delete_cache_cluster(CacheClusterId=found["CacheClusterId"])


def modify(client, cluster: dict, **changes) -> dict:
    return client.modify_cache_cluster(CacheClusterId=cluster["CacheClusterId"], **changes)["CacheCluster"]


def data(cluster: dict) -> dict:
    with groups.connect(lone.endpoint(cluster)) as node:
        return {key: node.get(key) for key in node.keys()}


def version(cluster: dict) -> str:
    with groups.connect(lone.endpoint(cluster)) as node:
        return node.info("server")["redis_version"]


def said(client, cluster: dict) -> list[str]:
    return groups.messages(client, SourceIdentifier=cluster["CacheClusterId"], SourceType="cache-cluster")


def test_another_version_with_all_data(elasticache, cluster):
    before = data(cluster)
    answer = modify(elasticache, cluster, ApplyImmediately=True, **UPGRADE)
    assert (answer["CacheClusterStatus"], answer["EngineVersion"]) == ("modifying", cluster["EngineVersion"])
    assert answer["PendingModifiedValues"] == {"EngineVersion": "7.0.7"}
    found = lone.available(elasticache, cluster["CacheClusterId"])
    assert found["EngineVersion"] == "7.0.7" and "EngineVersion" not in found.get("PendingModifiedValues", {})
    assert found["CacheParameterGroup"] == {
        "CacheParameterGroupName": "default.redis7",
        "ParameterApplyStatus": "in-sync",
        "CacheNodeIdsToReboot": [],
    }
    assert lone.endpoint(found) == lone.endpoint(cluster)
    assert version(found).startswith("7.0.") and data(found) == before and len(before) == 1000
    assert "Succeeded applying modification to engine version 7.0." in said(elasticache, cluster)


def test_in_the_window_or_with_the_next_change_at_once(elasticache, cluster):
    answer = modify(elasticache, cluster, **UPGRADE)
    assert (answer["CacheClusterStatus"], answer["PendingModifiedValues"]) == ("available", {"EngineVersion": "7.0.7"})
    name = cluster["CacheClusterId"]
    request = {"CacheClusterId": name, "CacheParameterGroupName": "default.redis6.x"}
    refusals.expect(elasticache, "modify_cache_cluster", request, refusals.COMBINATION, "waits for the maintenance window")
    assert lone.describe(elasticache, name)["EngineVersion"] == cluster["EngineVersion"]
    # The version that it has takes the change back.
    assert modify(elasticache, cluster, EngineVersion="6.2")["PendingModifiedValues"] == {}
    modify(elasticache, cluster, **UPGRADE)
    modify(elasticache, cluster, AutoMinorVersionUpgrade=False, ApplyImmediately=True)
    assert lone.available(elasticache, name)["EngineVersion"] == "7.0.7"


def test_another_version_that_the_same_build_serves(make_server):
    """It is started again all the same: with the parameters of the other family."""
    client = make_server().start().client()
    found = lone.create(client, EngineVersion="6.2")
    with groups.connect(lone.endpoint(found)) as node:
        node.set("k", "v")
    first = pid_of(lone.endpoint(found))
    modify(client, found, ApplyImmediately=True, **UPGRADE)
    after = lone.available(client, found["CacheClusterId"])
    assert (after["EngineVersion"], after["CacheParameterGroup"]["ParameterApplyStatus"]) == ("7.0.7", "in-sync")
    assert pid_of(lone.endpoint(after)) != first and data(after) == {"k": "v"}


@pytest.mark.parametrize(
    "changes, code, says",
    [
        ({"EngineVersion": "7.0"}, refusals.COMBINATION, "Expected a parameter group of family redis7 but found one of family redis6.x"),
        (UPGRADE | {"CacheParameterGroupName": "default.redis6.x"}, refusals.COMBINATION, "Expected a parameter group of family redis7"),
        (UPGRADE | {"CacheParameterGroupName": "default.redis7.cluster.on"}, refusals.COMBINATION, "cluster-enabled has a different value"),
        (UPGRADE | {"CacheParameterGroupName": "nobodys"}, "CacheParameterGroupNotFound", "nobodys"),
        ({"EngineVersion": "5.0.6"}, refusals.COMBINATION, "Cannot modify redis from 6.2 to 5.0.6"),
        ({"EngineVersion": "7.9"}, refusals.COMBINATION, "Cannot find version 7.9 for redis"),
        ({"Engine": "valkey"}, refusals.COMBINATION, "The parameter Engine can not be changed"),
        ({"CacheNodeType": "cache.t3"}, refusals.VALUE, "Invalid Cache Node Type: cache.t3"),
        ({"CacheNodeType": "cache.r6gd.xlarge"}, refusals.VALUE, "ListAllowedNodeTypeModifications"),
    ],
)
def test_refused(elasticache, cluster, changes, code, says):
    request = {"CacheClusterId": cluster["CacheClusterId"], "ApplyImmediately": True} | changes
    refusals.expect(elasticache, "modify_cache_cluster", request, code, says)


@pytest.mark.parametrize("failpoint", ["before:save", "before:renew", "after:renew", "after:start", "before:endUpdate"])
def test_the_service_may_die_meanwhile(make_server, both, failpoint):
    server = make_server(ephemeral=False, arguments=both).start()
    client = server.client()
    found = lone.create(client, EngineVersion="6.2")
    with groups.connect(lone.endpoint(found)) as node:
        node.set("k", "v")
    server.kill()
    server.environment["ELASTANE_FAILPOINT"] = failpoint
    server.start()
    # Whether the answer came before it stood still is not known.
    with contextlib.suppress(botocore.exceptions.ReadTimeoutError):
        server.client(read_timeout=2).modify_cache_cluster(CacheClusterId=found["CacheClusterId"], ApplyImmediately=True, **UPGRADE)
    eventually(lambda: state_of(server.process.pid) == "T", what=failpoint)
    server.kill()
    del server.environment["ELASTANE_FAILPOINT"]
    server.start()
    after = lone.available(server.client(), found["CacheClusterId"])
    assert version(after).startswith("7.0.") and data(after) == {"k": "v"}


def test_a_build_that_does_not_run_is_gone_back_from(make_server, tmp_path):
    engines = tmp_path / "engines"
    (engines / "old").mkdir(parents=True)
    shutil.copy(builds.need("redis", 6, 2).path, engines / "old" / "redis-server")
    patches.install_broken(builds.need("redis", 7, 0).path, engines / "new")
    server = make_server(arguments=["--engines", str(engines)], environment={"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)})
    client = server.start().client()
    found = lone.create(client, EngineVersion="6.2")
    with groups.connect(lone.endpoint(found)) as node:
        node.set("k", "v")
    modify(client, found, ApplyImmediately=True, **UPGRADE)
    after = lone.available(client, found["CacheClusterId"], within=60)
    assert (after["EngineVersion"], after["CacheParameterGroup"]["CacheParameterGroupName"]) == ("6.2.6", "default.redis6.x")
    assert after["PendingModifiedValues"] == {} and version(after).startswith("6.2.") and data(after) == {"k": "v"}
    assert any(text.startswith("Failed applying modification to engine version 7.0") for text in said(client, found))


def test_nothing_saved_nothing_upgraded(make_server, both):
    client = make_server(arguments=[*both, "--durability", "none"]).start().client()
    found = lone.create(client, EngineVersion="6.2")
    request = {"CacheClusterId": found["CacheClusterId"], "ApplyImmediately": True} | UPGRADE
    refusals.expect(client, "modify_cache_cluster", request, refusals.COMBINATION, "--durability none")


def limits(server, group: str, endpoints) -> set[int]:
    found = set()
    for endpoint in endpoints:
        with administrator(server, group, endpoint) as node:
            found.add(int(node.config_get("maxmemory")["maxmemory"]))
    return found


@pytest.mark.parametrize("shape", [{"NumCacheClusters": 2, "AutomaticFailoverEnabled": True}, {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}])
def test_another_node_type_of_a_group(service, elasticache, shape):
    found = groups.create(elasticache, CacheNodeType="cache.t3.small", **shape)
    name = found["ReplicationGroupId"]
    nodes = groups.node_endpoints(elasticache, name).values()
    pids = {pid_of(endpoint) for endpoint in nodes}
    small = limits(service, name, nodes)
    answer = elasticache.modify_replication_group(ReplicationGroupId=name, CacheNodeType="cache.t3.medium", ApplyImmediately=True)
    assert (answer["ReplicationGroup"]["Status"], answer["ReplicationGroup"]["CacheNodeType"]) == ("modifying", "cache.t3.small")
    assert groups.available(elasticache, name)["CacheNodeType"] == "cache.t3.medium"
    large = limits(service, name, nodes)
    assert len(large) == len(small) == 1 and max(large) > max(small)
    # Which waits for the window.
    elasticache.modify_replication_group(ReplicationGroupId=name, CacheNodeType="cache.t3.small")
    for cluster in groups.clusters(elasticache):
        if cluster.get("ReplicationGroupId") == name:
            assert cluster["PendingModifiedValues"] == {"CacheNodeType": "cache.t3.small"}
    elasticache.modify_replication_group(ReplicationGroupId=name, CacheNodeType="cache.t3.small", ApplyImmediately=True)
    assert groups.available(elasticache, name)["CacheNodeType"] == "cache.t3.small"
    assert limits(service, name, nodes) == small
    assert {pid_of(endpoint) for endpoint in nodes} == pids, "a node was restarted"
    says = "Succeeded applying modification to cache node type to cache.t3.small."
    assert says in groups.messages(elasticache, SourceIdentifier=name, SourceType="replication-group")
    elasticache.delete_replication_group(ReplicationGroupId=name)


def test_less_memory_than_the_data_takes_is_not_given(make_server):
    """Or the engine would throw data away."""
    own = '[{"name": "cache.tiny.one", "memory": 20971520}]'
    server = make_server()
    server.directory.mkdir(parents=True, exist_ok=True)
    (server.directory / "types.json").write_text(own)
    server.arguments += ["--node-types", str(server.directory / "types.json")]
    client = server.start().client()
    found = lone.create(client, CacheNodeType="cache.t3.small")
    with groups.connect(lone.endpoint(found)) as node:
        node.set("large", "x" * (30 << 20))
    modify(client, found, CacheNodeType="cache.tiny.one", ApplyImmediately=True)
    after = lone.available(client, found["CacheClusterId"])
    assert (after["CacheNodeType"], after["PendingModifiedValues"]) == ("cache.t3.small", {})
    assert any(text.startswith("Failed applying modification to cache node type to cache.tiny.one: ") for text in said(client, found))
    with groups.connect(lone.endpoint(found)) as node:
        assert node.strlen("large") == 30 << 20
        node.delete("large")
    modify(client, found, CacheNodeType="cache.tiny.one", ApplyImmediately=True)
    assert lone.available(client, found["CacheClusterId"])["CacheNodeType"] == "cache.tiny.one"


def test_more_than_the_machine_may_promise(make_server):
    client = make_server(arguments=["--memory-overcommit", "1"]).start().client()
    found = lone.create(client)
    request = {"CacheClusterId": found["CacheClusterId"], "CacheNodeType": "cache.r6g.16xlarge", "ApplyImmediately": True}
    refusals.expect(client, "modify_cache_cluster", request, "InsufficientCacheClusterCapacity", "--memory-overcommit")
