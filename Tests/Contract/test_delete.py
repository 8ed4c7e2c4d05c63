"""DeleteReplicationGroup: what it answers, what it leaves, and what it refuses."""

import contextlib

import botocore.exceptions
import pytest
import redis

import fields
import groups
from patience import eventually


@pytest.fixture(scope="module")
def files(service, elasticache):
    """The files there are once a first group has come and gone."""
    name = groups.create(elasticache, NumCacheClusters=2)["ReplicationGroupId"]
    groups.delete(elasticache, name)
    groups.gone(elasticache, name)
    eventually(lambda: not service.engines(), what="the end of the first group's engines")
    return lambda: {path.relative_to(service.data) for path in service.data.rglob("*") if not path.name.endswith(("-wal", "-shm"))}


@contextlib.contextmanager
def refused(code: str, match: str):
    """An error of one wire code whose message says `match`."""
    with pytest.raises(botocore.exceptions.ClientError, match=match) as caught:
        yield
    assert groups.code_of(caught.value) == code


@pytest.mark.parametrize(
    "shape",
    [{"NumCacheClusters": 3}, {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}],
    ids=["cluster mode disabled", "cluster mode enabled"],
)
def test_nothing_is_left(service, elasticache, files, shape):
    before = files()
    found = groups.create(elasticache, SnapshotRetentionLimit=3, **shape)
    name = found["ReplicationGroupId"]
    endpoints = list(groups.node_endpoints(elasticache, name).values())
    assert service.engines()

    answer = groups.delete(elasticache, name)
    fields.assert_fields(answer, fields.GROUP_DELETING, fields.GROUP_MAYBE | {"SnapshottingClusterId"})
    assert answer["Status"] == "deleting"
    assert answer["ReplicationGroupId"] == name

    groups.gone(elasticache, name)
    with refused("CacheClusterNotFound", found["MemberClusters"][0]):
        elasticache.describe_cache_clusters(CacheClusterId=found["MemberClusters"][0])
    assert groups.clusters(elasticache) == []
    assert service.engines() == [], "gone means gone: the engines went first"
    for endpoint in endpoints:
        with pytest.raises(redis.exceptions.ConnectionError):
            groups.connect(endpoint).ping()
    assert files() == before


def test_the_same_id_again(elasticache):
    """A new group of an old name starts without the old one's data."""
    for _ in range(2):
        found = groups.create(elasticache, ReplicationGroupId="again", NumCacheClusters=2)
        with groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]) as client:
            assert client.dbsize() == 0
            client.set("k", "v")
        groups.delete(elasticache, "again")
        groups.gone(elasticache, "again")


def test_deleting_twice(elasticache):
    name = groups.create(elasticache, NumCacheClusters=3)["ReplicationGroupId"]
    groups.delete(elasticache, name)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        groups.delete(elasticache, name)
    assert groups.code_of(caught.value) in ("InvalidReplicationGroupState", "ReplicationGroupNotFoundFault")
    if groups.code_of(caught.value) == "InvalidReplicationGroupState":
        assert groups.message_of(caught.value) == f"Replication group {name} has status deleting which is not valid for deletion."
    groups.gone(elasticache, name)


def test_deleting_while_creating(elasticache):
    name = groups.fresh()
    elasticache.create_replication_group(**groups.request(ReplicationGroupId=name, NumNodeGroups=2, ReplicasPerNodeGroup=0))
    with refused("InvalidReplicationGroupState", name):
        groups.delete(elasticache, name)
    groups.available(elasticache, name)


def test_creating_the_same_id_while_deleting(elasticache):
    name = groups.create(elasticache, NumCacheClusters=3)["ReplicationGroupId"]
    groups.delete(elasticache, name)
    try:
        elasticache.create_replication_group(**groups.request(ReplicationGroupId=name))
    except botocore.exceptions.ClientError as error:
        assert groups.code_of(error) == "ReplicationGroupAlreadyExists"
        groups.gone(elasticache, name)
    else:
        groups.available(elasticache, name)  # The old one was gone already.


@pytest.mark.parametrize("name", ["nobody", "x" * 41, "1-bad"])
def test_deleting_what_is_not_there(elasticache, name):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        groups.delete(elasticache, name)
    assert groups.code_of(caught.value) in ("ReplicationGroupNotFoundFault", "InvalidParameterValue")
    if name == "nobody":
        assert groups.code_of(caught.value) == "ReplicationGroupNotFoundFault"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_describing_what_is_not_there(elasticache):
    with refused("ReplicationGroupNotFoundFault", "nobody"):
        groups.describe(elasticache, "nobody")
    with refused("CacheClusterNotFound", "CacheCluster not found: nobody"):
        elasticache.describe_cache_clusters(CacheClusterId="nobody")


def test_a_final_snapshot_is_not_silently_skipped(elasticache):
    name = groups.create(elasticache)["ReplicationGroupId"]
    with pytest.raises(botocore.exceptions.ClientError, match="FinalSnapshotIdentifier|(?i:snapshot)"):
        groups.delete(elasticache, name, FinalSnapshotIdentifier="last-words")
    assert groups.describe(elasticache, name)["Status"] == "available"


def test_retaining_the_primary(service):
    client = service.client(account="300000000001")
    found = groups.create(client, ReplicationGroupId="kept", NumCacheClusters=3, Port=6400)
    primary = found["NodeGroups"][0]["NodeGroupMembers"][0]
    before = groups.run_id(primary["ReadEndpoint"])
    with groups.connect(primary["ReadEndpoint"]) as writer:
        writer.set("k", "v")

    assert groups.delete(client, "kept", RetainPrimaryCluster=True)["Status"] == "deleting"
    client.get_waiter("replication_group_deleted").wait(ReplicationGroupId="kept")

    client.get_waiter("cache_cluster_available").wait(CacheClusterId="kept-001")
    (kept,) = client.describe_cache_clusters(CacheClusterId="kept-001", ShowCacheNodeInfo=True)["CacheClusters"]
    assert kept["CacheClusterStatus"] == "available"
    assert "ReplicationGroupId" not in kept
    fields.assert_fields(kept, (fields.CLUSTER - {"ReplicationGroupId"}) | {"CacheNodes"})
    endpoint = kept["CacheNodes"][0]["Endpoint"]
    assert endpoint == primary["ReadEndpoint"], "clients of the node go on"
    assert groups.run_id(endpoint) == before, "it was not restarted"
    with groups.connect(endpoint) as writer:
        assert writer.get("k") == "v"
        assert writer.set("k", "written after")
        assert writer.info("replication")["connected_slaves"] == 0
    alone = client.describe_cache_clusters(ShowCacheClustersNotInReplicationGroups=True)["CacheClusters"]
    assert [cluster["CacheClusterId"] for cluster in alone] == ["kept-001"]
    for name in ("kept-002", "kept-003"):
        with refused("CacheClusterNotFound", name):
            client.describe_cache_clusters(CacheClusterId=name)

    with refused("CacheClusterAlreadyExists", "(?i)exist"):
        client.create_replication_group(**groups.request(ReplicationGroupId="kept"))

    client.delete_cache_cluster(CacheClusterId="kept-001")
    client.get_waiter("cache_cluster_deleted").wait(CacheClusterId="kept-001")
    groups.create(client, ReplicationGroupId="kept")


def test_retaining_a_primary_of_many(elasticache):
    found = groups.create(elasticache, NumNodeGroups=2, ReplicasPerNodeGroup=0)
    with refused("InvalidParameterCombination", "RetainPrimaryCluster|(?i:cluster mode)"):
        groups.delete(elasticache, found["ReplicationGroupId"], RetainPrimaryCluster=True)
    assert groups.describe(elasticache, found["ReplicationGroupId"])["Status"] == "available"
