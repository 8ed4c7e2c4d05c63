"""DescribeCacheEngineVersions, and what a creation without Engine or EngineVersion gets."""

import pytest

import groups

VERSIONS = {
    "redis": {"2.8.24", "3.2.4", "3.2.6", "3.2.10", "4.0.10", "5.0.6", "6.0", "6.2", "7.0", "7.1"},
    "valkey": {"7.2", "8.0", "8.1", "8.2", "9.0"},
}


@pytest.fixture(scope="module")
def rows(elasticache):
    pages = elasticache.get_paginator("describe_cache_engine_versions").paginate()
    return [row for page in pages for row in page["CacheEngineVersions"]]


def test_fields_and_order(rows):
    assert rows
    for row in rows:
        assert set(row) == {
            "Engine",
            "EngineVersion",
            "CacheParameterGroupFamily",
            "CacheEngineDescription",
            "CacheEngineVersionDescription",
        }
    keys = [(row["Engine"], row["EngineVersion"]) for row in rows]
    assert keys == sorted(keys), "by engine, then by version as text"
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("engine", ["redis", "valkey"])
def test_the_known_versions_are_there(rows, engine):
    assert VERSIONS[engine] <= {row["EngineVersion"] for row in rows if row["Engine"] == engine}


def test_descriptions(rows):
    names = {"redis": "Redis", "valkey": "Valkey"}
    for row in rows:
        if row["Engine"] in names:
            assert row["CacheEngineDescription"] == names[row["Engine"]]
            assert row["CacheEngineVersionDescription"].startswith(f"{row['Engine']} version {row['EngineVersion'].rstrip('x')}")


@pytest.mark.parametrize("engine", ["redis", "valkey"])
def test_there_is_exactly_one_default(elasticache, rows, engine):
    (default,) = elasticache.describe_cache_engine_versions(Engine=engine, DefaultOnly=True)["CacheEngineVersions"]
    assert default in rows and default["Engine"] == engine


def test_filters(elasticache, rows):
    def ask(**filters):
        return elasticache.describe_cache_engine_versions(**filters)["CacheEngineVersions"]

    assert ask(Engine="redis") == [row for row in rows if row["Engine"] == "redis"]
    assert [row["EngineVersion"] for row in ask(Engine="redis", EngineVersion="7.0")] == ["7.0"]
    seven = ask(CacheParameterGroupFamily="redis7")
    assert {row["EngineVersion"] for row in seven} == {"7.0", "7.1"}
    assert ask(Engine="redis", EngineVersion="99.9") == []
    assert ask(Engine="redis", CacheParameterGroupFamily="valkey8") == []


@pytest.mark.parametrize(
    ("version", "family"),
    [("2.8.24", "redis2.8"), ("3.2.10", "redis3.2"), ("4.0.10", "redis4.0"), ("5.0.6", "redis5.0"), ("6.2", "redis6.x"), ("7.0", "redis7")],
)
def test_families_of_redis(rows, version, family):
    assert [row["CacheParameterGroupFamily"] for row in rows if (row["Engine"], row["EngineVersion"]) == ("redis", version)] == [family]


@pytest.mark.parametrize(("version", "family"), [("7.2", "valkey7"), ("8.0", "valkey8"), ("9.0", "valkey9")])
def test_families_of_valkey(rows, version, family):
    assert [row["CacheParameterGroupFamily"] for row in rows if (row["Engine"], row["EngineVersion"]) == ("valkey", version)] == [family]


def test_a_creation_without_engine_and_version(elasticache):
    """It gets the default engine in its default version, of which the members tell three parts."""
    (default,) = elasticache.describe_cache_engine_versions(Engine="redis", DefaultOnly=True)["CacheEngineVersions"]
    found = groups.create(elasticache, Engine=None, EngineVersion=None)
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=found["MemberClusters"][0])["CacheClusters"]
    assert found["Engine"] == cluster["Engine"] == "redis"
    assert cluster["EngineVersion"].startswith(default["EngineVersion"])
    assert cluster["EngineVersion"].count(".") == 2
    assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == f"default.{default['CacheParameterGroupFamily']}"


@pytest.mark.parametrize(("asked", "told"), [("6.x", r"6.2."), ("6.0", "6.0."), ("6.2", "6.2."), ("7.0", "7.0."), ("3.2.10", "3.2.10")])
def test_members_tell_the_full_version(elasticache, asked, told):
    found = groups.create(elasticache, EngineVersion=asked)
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=found["MemberClusters"][0])["CacheClusters"]
    assert cluster["EngineVersion"].startswith(told)
    assert cluster["EngineVersion"].count(".") == 2
