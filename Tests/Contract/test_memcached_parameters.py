"""Parameter groups of Memcached on real nodes: what is changed reaches them with a reboot, and what an engine refuses stops none."""

import pytest

import caches
import groups
import refusals


@pytest.fixture(scope="module", autouse=True)
def _memcached():
    caches.need()


def make(client, family: str = "memcached1.6", **values) -> str:
    name = groups.fresh("parameters")
    client.create_cache_parameter_group(CacheParameterGroupName=name, CacheParameterGroupFamily=family, Description="made by a test")
    if values:
        change(client, name, **values)
    return name


def change(client, name: str, **values) -> None:
    pairs = [{"ParameterName": parameter, "ParameterValue": str(value)} for parameter, value in values.items()]
    client.modify_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=pairs)


def settings(endpoint: dict) -> dict[str, str]:
    """What a node says it runs with. (The client would turn some values into others.)"""
    lines = caches.say(endpoint, b"stats settings\r\n").decode().split("\r\n")
    return dict(line.split(" ", 2)[1:] for line in lines if line.startswith("STAT "))


def standing(client, cluster: str) -> tuple[str, list[str]]:
    found = caches.describe(client, cluster)["CacheParameterGroup"]
    return found["ParameterApplyStatus"], found["CacheNodeIdsToReboot"]


@pytest.mark.parametrize("family", ["memcached1.4", "memcached1.5", "memcached1.6"])
def test_every_family_is_described(elasticache, family):
    name = f"default.{family}"
    (group,) = elasticache.describe_cache_parameter_groups(CacheParameterGroupName=name)["CacheParameterGroups"]
    assert group["CacheParameterGroupFamily"] == family and group["Description"] == f"Default parameter group for {family}"
    pages = elasticache.get_paginator("describe_cache_parameters").paginate(
        CacheParameterGroupName=name, PaginationConfig={"PageSize": 20}
    )
    found, by_type = {}, {}
    for page in pages:
        found |= {each["ParameterName"]: each for each in page["Parameters"]}
        by_type |= {each["ParameterName"]: each for each in page["CacheNodeTypeSpecificParameters"]}
    assert set(by_type) == {"max_cache_memory", "num_threads"}
    threads = {each["CacheNodeType"]: each["Value"] for each in by_type["num_threads"]["CacheNodeTypeSpecificValues"]}
    assert threads["cache.t3.micro"] == "2"
    growth = found["chunk_size_growth_factor"]
    assert (growth["DataType"], growth["ParameterValue"], growth["IsModifiable"]) == ("float", "1.25", True)
    assert ("modern" in found) == (family == "memcached1.4")
    defaults = elasticache.describe_engine_default_parameters(CacheParameterGroupFamily=family)["EngineDefaults"]
    assert {each["ParameterName"] for each in defaults["Parameters"]} == set(found)


def test_a_node_runs_with_what_its_group_says(elasticache):
    # The default, as the service tells it.
    plain = caches.create(elasticache)
    told = settings(caches.nodes(plain)["0001"])
    assert (told["hash_algorithm"], told["lru_crawler"], told["slab_reassign"], told["slab_chunk_max"]) == ("jenkins", "no", "no", "512")
    own = make(
        elasticache, max_item_size=4 << 20, chunk_size_growth_factor="1.5", disable_flush_all=1, lru_crawler=1, hash_algorithm="murmur3",
        memcached_connections_overhead=200, idle_timeout=600, cas_disabled=1,
    )
    found = caches.create(elasticache, CacheParameterGroupName=own.upper(), NumCacheNodes=2)
    assert found["CacheParameterGroup"] == {
        "CacheParameterGroupName": own, "ParameterApplyStatus": "in-sync", "CacheNodeIdsToReboot": []}
    for endpoint in caches.nodes(found).values():
        told = settings(endpoint)
        assert told["item_size_max"] == str(4 << 20) and told["growth_factor"] == "1.50" and told["flush_enabled"] == "no"
        assert told["lru_crawler"] == "yes" and told["hash_algorithm"] == "murmur3" and told["cas_enabled"] == "no"
        assert told["maxbytes"] == str((512 - 200) << 20) and told["idle_timeout"] == "600"
    assert not [said for said in caches.messages(elasticache, found["CacheClusterId"]) if "no effect" in said]


def test_a_change_waits_for_a_reboot_of_each_node(elasticache):
    own = make(elasticache, chunk_size=96)
    found = caches.create(elasticache, CacheParameterGroupName=own, NumCacheNodes=2)
    cluster, nodes = found["CacheClusterId"], caches.nodes(found)
    change(elasticache, own, chunk_size=192)
    assert standing(elasticache, cluster) == ("pending-reboot", ["0001", "0002"])
    assert settings(nodes["0001"])["chunk_size"] == "96"
    for node, left in (("0002", ["0001"]), ("0001", [])):
        elasticache.reboot_cache_cluster(CacheClusterId=cluster, CacheNodeIdsToReboot=[node])
        caches.available(elasticache, cluster)
        assert settings(nodes[node])["chunk_size"] == "192"
        assert standing(elasticache, cluster) == ("pending-reboot" if left else "in-sync", left)
    elasticache.reset_cache_parameter_group(CacheParameterGroupName=own, ResetAllParameters=True)
    assert standing(elasticache, cluster)[0] == "pending-reboot"
    change(elasticache, own, chunk_size=192)
    assert standing(elasticache, cluster)[0] == "in-sync"


def test_another_group_for_a_cluster_that_stands(elasticache):
    found = caches.create(elasticache)
    cluster, endpoint = found["CacheClusterId"], caches.nodes(found)["0001"]
    own = make(elasticache, error_on_memory_exhausted=1)
    elasticache.modify_cache_cluster(CacheClusterId=cluster, CacheParameterGroupName=own, ApplyImmediately=True)
    assert standing(elasticache, cluster) == ("pending-reboot", ["0001"])
    refusals.expect(
        elasticache, "delete_cache_parameter_group", {"CacheParameterGroupName": own}, "InvalidCacheParameterGroupState", cluster)
    elasticache.reboot_cache_cluster(CacheClusterId=cluster, CacheNodeIdsToReboot=["0001"])
    caches.available(elasticache, cluster)
    assert settings(endpoint)["evictions"] == "off"
    elasticache.modify_cache_cluster(CacheClusterId=cluster, CacheParameterGroupName="default.memcached1.6", ApplyImmediately=True)
    elasticache.delete_cache_parameter_group(CacheParameterGroupName=own)
    for group, code in ((make(elasticache, "memcached1.5"), refusals.COMBINATION), ("default.redis7", refusals.COMBINATION)):
        refusals.expect(
            elasticache, "modify_cache_cluster", {"CacheClusterId": cluster, "CacheParameterGroupName": group}, code, "parameter group")


def test_what_the_engine_refuses_is_told_and_stops_no_node(elasticache):
    # Not a multiple of what items are kept in: the engine would not start with it.
    own = make(elasticache, max_item_size=600_000, idle_timeout=30)
    found = caches.create(elasticache, CacheParameterGroupName=own, NumCacheNodes=2)
    for endpoint in caches.nodes(found).values():
        told = settings(endpoint)
        assert told["item_size_max"] == str(1 << 20) and told["idle_timeout"] == "30"
    said = [each for each in caches.messages(elasticache, found["CacheClusterId"]) if "no effect" in each]
    assert len(said) == 1 and said[0].startswith(
        f"The value 600000 of the parameter max_item_size of CacheParameterGroup {own} has no effect: "
    ), said
    assert standing(elasticache, found["CacheClusterId"])[0] == "in-sync"


def test_a_newer_version_needs_a_group_of_its_family(elasticache):
    old, new = make(elasticache, "memcached1.5", chunk_size=96), make(elasticache, chunk_size=192)
    found = caches.create(elasticache, EngineVersion="1.5.16", CacheParameterGroupName=old)
    cluster = found["CacheClusterId"]
    refusals.expect(
        elasticache, "modify_cache_cluster", {"CacheClusterId": cluster, "EngineVersion": "1.6.22", "ApplyImmediately": True},
        refusals.COMBINATION, "Expected a parameter group of family memcached1.6 but found one of family memcached1.5")
    elasticache.modify_cache_cluster(
        CacheClusterId=cluster, EngineVersion="1.6.22", CacheParameterGroupName=new, ApplyImmediately=True)
    upgraded = caches.available(elasticache, cluster)
    assert upgraded["CacheParameterGroup"]["CacheParameterGroupName"] == new
    assert settings(caches.nodes(upgraded)["0001"])["chunk_size"] == "192"
    assert standing(elasticache, cluster)[0] == "in-sync"
