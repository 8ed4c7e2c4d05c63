"""botocore's own waiters and paginators."""

import concurrent.futures
import time

import botocore.exceptions
import pytest

import groups

# The waiters poll every 15 s, so whatever ends sooner was seen by their first poll.
FIRST_POLL = 8.0


@pytest.fixture(scope="module")
def many(service):
    """Twenty-five groups in an account of their own: more than the smallest page."""
    client = service.client(account="250000000025")
    wanted = [f"page-{number:02}" for number in range(25)]
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda name: groups.create(client, ReplicationGroupId=name), wanted))
    return client, wanted


@pytest.mark.parametrize(
    "shape",
    [{"NumCacheClusters": 3}, {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}],
    ids=["cluster mode disabled", "cluster mode enabled"],
)
def test_waiters_do_not_wait(elasticache, shape):
    name = groups.fresh()
    start = time.monotonic()
    members = elasticache.create_replication_group(**groups.request(ReplicationGroupId=name, **shape))["ReplicationGroup"]["MemberClusters"]
    elasticache.get_waiter("replication_group_available").wait(ReplicationGroupId=name)
    assert time.monotonic() - start < FIRST_POLL
    assert groups.describe(elasticache, name)["Status"] == "available"
    elasticache.get_waiter("cache_cluster_available").wait(CacheClusterId=members[-1])

    start = time.monotonic()
    elasticache.delete_replication_group(ReplicationGroupId=name)
    elasticache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=name)
    assert time.monotonic() - start < FIRST_POLL
    elasticache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=members[0])


def test_the_cache_cluster_waiters_do_not_wait_either(elasticache):
    name = groups.fresh()
    start = time.monotonic()
    elasticache.create_replication_group(**groups.request(ReplicationGroupId=name))
    elasticache.get_waiter("cache_cluster_available").wait(CacheClusterId=f"{name}-001")
    groups.available(elasticache, name)
    elasticache.delete_replication_group(ReplicationGroupId=name)
    elasticache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=f"{name}-001")
    assert time.monotonic() - start < 2 * FIRST_POLL


def test_a_description_of_a_settled_group_is_not_held(elasticache):
    name = groups.create(elasticache)["ReplicationGroupId"]
    start = time.monotonic()
    for _ in range(10):
        groups.describe(elasticache, name)
    assert time.monotonic() - start < 2


def test_an_unfiltered_description_is_not_held(elasticache):
    name = groups.fresh()
    elasticache.create_replication_group(**groups.request(ReplicationGroupId=name, NumNodeGroups=2, ReplicasPerNodeGroup=0))
    start = time.monotonic()
    listed = elasticache.describe_replication_groups()["ReplicationGroups"]
    assert time.monotonic() - start < 1
    (found,) = (group for group in listed if group["ReplicationGroupId"] == name)
    assert found["Status"] == "creating"
    groups.available(elasticache, name)


def test_hold_turned_off(make_server):
    """With `--describe-hold 0` the passing states can be watched."""
    client = make_server(arguments=["--describe-hold", "0"]).start().client()
    client.create_replication_group(**groups.request(ReplicationGroupId="watched", NumNodeGroups=2, ReplicasPerNodeGroup=0))
    start = time.monotonic()
    found = groups.describe(client, "watched")
    (member,) = client.describe_cache_clusters(CacheClusterId="watched-0001-001", ShowCacheNodeInfo=True)["CacheClusters"]
    assert time.monotonic() - start < 1
    assert found["Status"] == "creating"
    assert "NodeGroups" not in found and "ConfigurationEndpoint" not in found
    assert member["CacheClusterStatus"] == "creating"
    assert "CacheNodes" not in member
    assert member["EngineVersion"].startswith("7.0"), "the version is known from the first description on"
    groups.available(client, "watched")


def test_pages_of_replication_groups(many):
    client, wanted = many
    pages = list(client.get_paginator("describe_replication_groups").paginate(PaginationConfig={"PageSize": 20}))
    assert [len(page["ReplicationGroups"]) for page in pages] == [20, 5]
    assert [g["ReplicationGroupId"] for page in pages for g in page["ReplicationGroups"]] == wanted


def test_pages_of_cache_clusters(many):
    client, wanted = many
    pages = list(client.get_paginator("describe_cache_clusters").paginate(PaginationConfig={"PageSize": 20}))
    assert [len(page["CacheClusters"]) for page in pages] == [20, 5]
    assert [c["CacheClusterId"] for page in pages for c in page["CacheClusters"]] == [f"{name}-001" for name in wanted]


def test_pages_of_events(many):
    client, wanted = many
    pages = list(client.get_paginator("describe_events").paginate(PaginationConfig={"PageSize": 20}))
    assert all(len(page["Events"]) == 20 for page in pages[:-1])
    events = [(e["SourceType"], e["SourceIdentifier"], e["Message"], e["Date"]) for page in pages for e in page["Events"]]
    assert len(events) >= 3 * len(wanted)
    whole = [(e["SourceType"], e["SourceIdentifier"], e["Message"], e["Date"]) for p in client.get_paginator("describe_events").paginate() for e in p["Events"]]
    assert events == whole
    assert {event[1] for event in events if event[0] == "replication-group"} == set(wanted)


def test_pages_of_engine_versions(elasticache):
    paginator = elasticache.get_paginator("describe_cache_engine_versions")
    small = [v for page in paginator.paginate(PaginationConfig={"PageSize": 20}) for v in page["CacheEngineVersions"]]
    large = [v for page in paginator.paginate() for v in page["CacheEngineVersions"]]
    assert small == large and large


def test_a_page_is_stable_while_groups_come(many):
    client, wanted = many
    first = client.describe_replication_groups(MaxRecords=20)
    groups.create(client, ReplicationGroupId="aaa-came-between")
    try:
        second = client.describe_replication_groups(MaxRecords=20, Marker=first["Marker"])
        seen = [g["ReplicationGroupId"] for page in (first, second) for g in page["ReplicationGroups"]]
        assert seen == wanted
    finally:
        groups.delete(client, "aaa-came-between")
        groups.gone(client, "aaa-came-between")


@pytest.mark.parametrize("operation", ["describe_replication_groups", "describe_cache_clusters", "describe_events", "describe_cache_engine_versions"])
@pytest.mark.parametrize("size", [-1, 0, 19, 101])
def test_a_page_size_out_of_range(elasticache, operation, size):
    with pytest.raises(elasticache.exceptions.InvalidParameterValueException, match="MaxRecords"):
        getattr(elasticache, operation)(MaxRecords=size)


@pytest.mark.parametrize("marker", ["nonsense", "%%%", "A" * 5000, "bm8gc3VjaCBtYXJrZXI="])
def test_a_marker_nobody_gave_out(elasticache, marker):
    """It is refused by name, or read as a place in the order; it never fails the server."""
    try:
        elasticache.describe_replication_groups(Marker=marker)
    except botocore.exceptions.ClientError as error:
        assert groups.code_of(error) == "InvalidParameterValue"
        assert "Marker" in groups.message_of(error)
