"""The default parameter groups of every family, with their twins for cluster mode."""

import pytest

import groups

FAMILIES = {
    "redis2.8": ("2.8.24", "cache.m3.medium"),
    "redis3.2": ("3.2.10", "cache.t3.micro"),
    "redis4.0": ("4.0.10", "cache.t3.micro"),
    "redis5.0": ("5.0.6", "cache.t3.micro"),
    "redis6.x": ("6.2", "cache.t3.micro"),
    "redis7": ("7.0", "cache.t3.micro"),
}
TWINS = [family for family in FAMILIES if family != "redis2.8"]


def make(client, family: str, name: str) -> tuple[dict, dict]:
    version, node_type = FAMILIES[family]
    found = groups.create(client, EngineVersion=version, CacheNodeType=node_type, CacheParameterGroupName=name)
    (cluster,) = client.describe_cache_clusters(CacheClusterId=found["MemberClusters"][0])["CacheClusters"]
    return found, cluster


@pytest.mark.parametrize("family", FAMILIES)
def test_the_default_of_a_family(elasticache, family):
    found, cluster = make(elasticache, family, f"default.{family}")
    assert found["ClusterEnabled"] is False
    assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == f"default.{family}"
    assert groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]).set("k", "v")


@pytest.mark.parametrize("family", TWINS)
def test_its_twin_for_cluster_mode(elasticache, family):
    found, cluster = make(elasticache, family, f"default.{family}.cluster.on")
    assert found["ClusterEnabled"] is True
    assert found["MemberClusters"] == [f"{found['ReplicationGroupId']}-0001-001"]
    assert found["AutomaticFailover"] == "enabled"
    assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == f"default.{family}.cluster.on"
    assert groups.connect(found["ConfigurationEndpoint"]).set("k", "v")


def test_names_are_case_insensitive(elasticache):
    _, cluster = make(elasticache, "redis7", "Default.Redis7")
    assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis7"


@pytest.mark.parametrize("wrong", [family for family in FAMILIES if family != "redis7"])
def test_a_family_of_another_version(elasticache, wrong):
    with pytest.raises(elasticache.exceptions.InvalidParameterCombinationException) as caught:
        groups.create(elasticache, EngineVersion="7.0", CacheParameterGroupName=f"default.{wrong}")
    assert groups.message_of(caught.value).startswith(f"Expected a parameter group of family redis7 but found one of family {wrong}")
