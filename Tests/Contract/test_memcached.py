"""Cache clusters of Memcached: made, described, changed, rebooted, tagged and deleted."""

import re

import botocore.exceptions
import pytest

import caches
import groups
import refusals


@pytest.fixture(scope="module", autouse=True)
def _memcached():
    caches.need()


def test_a_cluster_of_three_nodes(elasticache):
    created = elasticache.create_cache_cluster(
        **caches.request(
            CacheClusterId="Web", NumCacheNodes=3, AZMode="cross-az", EngineVersion="1.6.12", Tags=[{"Key": "team", "Value": "a"}]
        )
    )["CacheCluster"]
    assert created["CacheClusterId"] == "web"
    assert created["CacheClusterStatus"] == "creating"
    assert "ConfigurationEndpoint" not in created
    elasticache.get_waiter("cache_cluster_available").wait(CacheClusterId="web", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    found = caches.describe(elasticache, "web")
    assert found["Engine"] == "memcached" and found["EngineVersion"] == "1.6.12"
    assert found["NumCacheNodes"] == 3
    assert found["PreferredAvailabilityZone"] == "Multiple"
    assert found["CacheParameterGroup"] == {
        "CacheParameterGroupName": "default.memcached1.6",
        "ParameterApplyStatus": "in-sync",
        "CacheNodeIdsToReboot": [],
    }
    assert found["PendingModifiedValues"] == {}
    assert found["ConfigurationEndpoint"]["Port"] == 11211
    assert found["ARN"] == "arn:aws:elasticache:us-east-1:000000000000:cluster:web"
    assert [node["CacheNodeId"] for node in found["CacheNodes"]] == ["0001", "0002", "0003"]
    assert len({node["CustomerAvailabilityZone"] for node in found["CacheNodes"]}) == 3
    assert {node["CacheNodeStatus"] for node in found["CacheNodes"]} == {"available"}
    for number, endpoint in enumerate(caches.nodes(found).values()):
        assert endpoint["Port"] == 11211
        with caches.connect(endpoint) as node:
            assert node.set("k", f"of {number}", noreply=False)
    # Each has its own: they know nothing of each other.
    values = [caches.connect(endpoint).get("k") for endpoint in caches.nodes(found).values()]
    assert values == [b"of 0", b"of 1", b"of 2"]
    said = caches.messages(elasticache, "web")
    assert said[0] == "Cache cluster created"
    assert [m for m in said if m.startswith("Added cache node")] == [
        f"Added cache node {node['CacheNodeId']} in availability zone {node['CustomerAvailabilityZone']}" for node in found["CacheNodes"]
    ]
    types = elasticache.list_allowed_node_type_modifications(CacheClusterId="web")
    assert types["ScaleUpModifications"] == types["ScaleDownModifications"] == []
    tags = elasticache.list_tags_for_resource(ResourceName=found["ARN"])["TagList"]
    assert tags == [{"Key": "team", "Value": "a"}]

    elasticache.delete_cache_cluster(CacheClusterId="web")
    elasticache.get_waiter("cache_cluster_deleted").wait(CacheClusterId="web", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    assert caches.pid(caches.nodes(found)["0001"]) is None
    assert caches.messages(elasticache, "web")[-1] == "Cache cluster deleted"


def test_what_the_node_is_started_with(elasticache):
    found = caches.create(elasticache, CacheNodeType="cache.t3.small", Port=21211, PreferredAvailabilityZone="us-east-1c")
    assert found["PreferredAvailabilityZone"] == "us-east-1c"
    endpoint = caches.nodes(found)["0001"]
    assert endpoint["Port"] == found["ConfigurationEndpoint"]["Port"] == 21211
    with caches.connect(endpoint) as node:
        settings = node.stats("settings")
    # The type's 1402 MiB without the 100 that connections may take.
    assert int(settings[b"maxbytes"]) == 1302 << 20
    assert int(settings[b"num_threads"]) == 2
    assert int(settings[b"item_size_max"]) == 1 << 20
    assert settings[b"evictions"] in (b"on", True, 1)
    elasticache.delete_cache_cluster(CacheClusterId=found["CacheClusterId"])


def test_more_nodes_and_fewer(elasticache):
    found = caches.create(elasticache, NumCacheNodes=1)
    cluster = found["CacheClusterId"]
    first = caches.nodes(found)["0001"]
    with caches.connect(first) as node:
        node.set("kept", "yes")
    before = caches.pid(first)

    answer = elasticache.modify_cache_cluster(CacheClusterId=cluster, NumCacheNodes=3, ApplyImmediately=True)["CacheCluster"]
    assert answer["CacheClusterStatus"] == "modifying"
    assert answer["NumCacheNodes"] == 1
    assert answer["PendingModifiedValues"] == {"NumCacheNodes": 3}
    grown = caches.available(elasticache, cluster)
    assert grown["NumCacheNodes"] == 3 and list(caches.nodes(grown)) == ["0001", "0002", "0003"]
    assert grown["PendingModifiedValues"] == {}
    assert caches.pid(first) == before
    said = caches.messages(elasticache, cluster)
    assert "Increasing number of requested nodes" in said
    assert "Finished modifying number of nodes from 1 to 3" in said

    answer = elasticache.modify_cache_cluster(
        CacheClusterId=cluster, NumCacheNodes=2, CacheNodeIdsToRemove=["0002"], ApplyImmediately=True
    )["CacheCluster"]
    assert answer["PendingModifiedValues"] == {"NumCacheNodes": 2, "CacheNodeIdsToRemove": ["0002"]}
    shrunk = caches.available(elasticache, cluster)
    assert list(caches.nodes(shrunk)) == ["0001", "0003"]
    assert caches.pid(caches.nodes(grown)["0002"]) is None
    assert "Removed cache nodes 0002" in caches.messages(elasticache, cluster)
    with caches.connect(first) as node:
        assert node.get("kept") == b"yes"

    # A number that was freed comes back, in the zone that is asked for.
    elasticache.modify_cache_cluster(
        CacheClusterId=cluster, NumCacheNodes=3, NewAvailabilityZones=["us-east-1d"], ApplyImmediately=True
    )
    again = caches.available(elasticache, cluster)
    assert list(caches.nodes(again)) == ["0001", "0002", "0003"]
    assert again["CacheNodes"][1]["CustomerAvailabilityZone"] == "us-east-1d"
    assert again["PreferredAvailabilityZone"] == "Multiple"
    elasticache.delete_cache_cluster(CacheClusterId=cluster)


def test_without_applying_immediately_the_window_is_waited_for(elasticache):
    found = caches.create(elasticache, NumCacheNodes=2)
    cluster = found["CacheClusterId"]
    answer = elasticache.modify_cache_cluster(CacheClusterId=cluster, NumCacheNodes=1, CacheNodeIdsToRemove=["0001"])
    pending = {"NumCacheNodes": 1, "CacheNodeIdsToRemove": ["0001"]}
    assert answer["CacheCluster"]["CacheClusterStatus"] == "available"
    assert answer["CacheCluster"]["PendingModifiedValues"] == pending
    assert caches.describe(elasticache, cluster)["PendingModifiedValues"] == pending
    # The number that there is takes it back.
    elasticache.modify_cache_cluster(CacheClusterId=cluster, NumCacheNodes=2)
    assert caches.describe(elasticache, cluster)["PendingModifiedValues"] == {}
    elasticache.delete_cache_cluster(CacheClusterId=cluster)


def test_a_reboot_of_one_node_empties_it_alone(elasticache):
    found = caches.create(elasticache, NumCacheNodes=2)
    cluster = found["CacheClusterId"]
    one, other = caches.nodes(found).values()
    for endpoint in (one, other):
        with caches.connect(endpoint) as node:
            node.set("k", "v")
    before = caches.pid(one), caches.pid(other)
    answer = elasticache.reboot_cache_cluster(CacheClusterId=cluster, CacheNodeIdsToReboot=["0001"])["CacheCluster"]
    assert answer["CacheClusterStatus"] == "rebooting cache cluster nodes"
    caches.available(elasticache, cluster)
    assert caches.pid(one) != before[0] and caches.pid(other) == before[1]
    assert caches.connect(one).get("k") is None
    assert caches.connect(other).get("k") == b"v"
    said = caches.messages(elasticache, cluster)
    assert [m for m in said if m.startswith("Cache node")] == ["Cache node 0001 shutdown", "Cache node 0001 restarted"]
    elasticache.delete_cache_cluster(CacheClusterId=cluster)


def test_a_newer_version_starts_every_node_again(elasticache):
    found = caches.create(elasticache, NumCacheNodes=2, EngineVersion="1.5.16")
    cluster = found["CacheClusterId"]
    assert found["CacheParameterGroup"]["CacheParameterGroupName"] == "default.memcached1.5"
    before = {node: caches.pid(endpoint) for node, endpoint in caches.nodes(found).items()}
    elasticache.modify_cache_cluster(CacheClusterId=cluster, EngineVersion="1.6.22", ApplyImmediately=True)
    upgraded = caches.available(elasticache, cluster)
    assert upgraded["EngineVersion"] == "1.6.22"
    assert upgraded["CacheParameterGroup"]["CacheParameterGroupName"] == "default.memcached1.6"
    assert caches.nodes(upgraded) == caches.nodes(found)
    for node, endpoint in caches.nodes(upgraded).items():
        assert caches.pid(endpoint) not in (None, before[node])
    elasticache.delete_cache_cluster(CacheClusterId=cluster)


def test_another_node_type_starts_every_node_again(elasticache):
    found = caches.create(elasticache, NumCacheNodes=2)
    cluster = found["CacheClusterId"]
    before = {node: caches.pid(endpoint) for node, endpoint in caches.nodes(found).items()}
    waits = elasticache.modify_cache_cluster(CacheClusterId=cluster, CacheNodeType="cache.t3.small")["CacheCluster"]
    assert waits["CacheClusterStatus"] == "available" and waits["CacheNodeType"] == "cache.t3.micro"
    assert waits["PendingModifiedValues"] == {"CacheNodeType": "cache.t3.small"}
    assert {node: caches.pid(endpoint) for node, endpoint in caches.nodes(found).items()} == before
    begun = elasticache.modify_cache_cluster(CacheClusterId=cluster, CacheNodeType="cache.t3.small", ApplyImmediately=True)["CacheCluster"]
    assert begun["CacheClusterStatus"] == "modifying"
    scaled = caches.available(elasticache, cluster)
    assert scaled["CacheNodeType"] == "cache.t3.small" and scaled["PendingModifiedValues"] == {}
    assert caches.nodes(scaled) == caches.nodes(found)
    for node, endpoint in caches.nodes(scaled).items():
        assert caches.pid(endpoint) not in (None, before[node])
        with caches.connect(endpoint) as client:
            assert int(client.stats("settings")[b"maxbytes"]) == 1302 << 20
    assert "Succeeded applying modification to cache node type to cache.t3.small." in caches.messages(elasticache, cluster)
    elasticache.delete_cache_cluster(CacheClusterId=cluster)


def test_tags(elasticache):
    arn = caches.create(elasticache)["ARN"]
    elasticache.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    left = elasticache.remove_tags_from_resource(ResourceName=arn, TagKeys=["a"])["TagList"]
    assert left == [{"Key": "b", "Value": "2"}] == elasticache.list_tags_for_resource(ResourceName=arn)["TagList"]


def test_the_list_holds_groups_and_clusters(alone):
    groups.create(alone, ReplicationGroupId="middle")
    for name in ("alpha", "omega"):
        caches.create(alone, CacheClusterId=name)
    assert [cluster["CacheClusterId"] for cluster in groups.clusters(alone)] == ["alpha", "middle-001", "omega"]
    lone = groups.clusters(alone, ShowCacheClustersNotInReplicationGroups=True)
    assert [cluster["CacheClusterId"] for cluster in lone] == ["alpha", "omega"]


def test_versions_say_who_serves_them(elasticache):
    rows = elasticache.describe_cache_engine_versions(Engine="memcached")["CacheEngineVersions"]
    names = [row["EngineVersion"] for row in rows]
    assert names == sorted(names) and "1.4.5" in names and "1.6.22" in names
    assert {row["CacheEngineDescription"] for row in rows} == {"memcached"}
    for row in rows:
        assert re.fullmatch(r"memcached version \S+ \((served by memcached \S+|no installed engine serves it)\)", row["CacheEngineVersionDescription"])
    default = elasticache.describe_cache_engine_versions(Engine="memcached", DefaultOnly=True)["CacheEngineVersions"]
    assert [(row["EngineVersion"], row["CacheParameterGroupFamily"]) for row in default] == [("1.6.22", "memcached1.6")]
    everything = [
        (row["Engine"], row["EngineVersion"])
        for page in elasticache.get_paginator("describe_cache_engine_versions").paginate(PaginationConfig={"PageSize": 20})
        for row in page["CacheEngineVersions"]
    ]
    assert everything == sorted(everything) and ("memcached", "1.6.22") in everything and ("valkey", "8.0") in everything


IPC, IPV = refusals.COMBINATION, refusals.VALUE
REFUSED = {
    "no type": ({"CacheNodeType": None}, IPV, "CacheNodeType"),
    "unknown type": ({"CacheNodeType": "cache.x9.large"}, IPV, "CacheNodeType"),
    "tiering": ({"CacheNodeType": "cache.r6gd.xlarge"}, IPC, "CacheNodeType"),
    "arm on old": ({"CacheNodeType": "cache.m6g.large", "EngineVersion": "1.5.10"}, IPC, "CacheNodeType"),
    "unknown version": ({"EngineVersion": "1.6.7"}, IPC, "Cannot find version 1.6.7 for memcached"),
    "bad id": ({"CacheClusterId": "1st"}, IPV, "The parameter CacheClusterId is not a valid identifier. Identifiers must begin"),
    "long id": ({"CacheClusterId": "a" * 51}, IPV, "is not a valid identifier because it is longer than 50 characters"),
    "no nodes": ({"NumCacheNodes": 0}, IPV, "NumCacheNodes"),
    "too many nodes": ({"NumCacheNodes": 41}, "NodeQuotaForClusterExceeded", "NumCacheNodes"),
    "one node in zones": ({"AZMode": "cross-az"}, IPC, "AZMode"),
    "both zones": ({"PreferredAvailabilityZone": "us-east-1a", "PreferredAvailabilityZones": ["us-east-1a"]}, IPC, "PreferredAvailabilityZones"),
    "zones for others": ({"PreferredAvailabilityZones": ["us-east-1a", "us-east-1b"]}, IPV, "PreferredAvailabilityZones"),
    "zones apart": (
        {"NumCacheNodes": 2, "AZMode": "single-az", "PreferredAvailabilityZones": ["us-east-1a", "us-east-1b"]}, IPC, "AZMode"),
    "zone of nobody": ({"PreferredAvailabilityZone": "eu-west-1a"}, IPV, "eu-west-1a is not a valid availability zone"),
    "port": ({"Port": 70000}, IPV, "Port"),
    "window": ({"PreferredMaintenanceWindow": "sun:01:00-sun:01:30"}, IPV, "PreferredMaintenanceWindow"),
    "other family": ({"CacheParameterGroupName": "default.memcached1.5"}, IPC, "Expected a parameter group of family memcached1.6 but found one of family memcached1.5"),
    "other engine": ({"CacheParameterGroupName": "default.redis7"}, IPC, "redis parameter group is not applicable to engine memcached"),
    "unknown group": ({"CacheParameterGroupName": "nobody"}, "CacheParameterGroupNotFound", "nobody"),
    "old TLS": (
        {"TransitEncryptionEnabled": True, "EngineVersion": "1.6.6"}, IPC,
        "Encryption features are not supported for engine version 1.6.6. Please use engine version 1.6.12"),
    "topic": ({"NotificationTopicArn": "news"}, IPV, "NotificationTopicArn"),
    "snapshots": ({"SnapshotRetentionLimit": 1}, IPC, "SnapshotRetentionLimit"),
    "token": ({"AuthToken": "0123456789abcdef"}, IPC, "AuthToken"),
    "tag": ({"Tags": [{"Key": "aws:x", "Value": ""}]}, IPV, "aws:"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_creations(alone, case):
    changes, code, says = REFUSED[case]
    refusals.expect(alone, "create_cache_cluster", caches.request(**changes), code, says)


def test_refused_changes(alone):
    caches.create(alone, CacheClusterId="c", NumCacheNodes=2, EngineVersion="1.6.12")
    groups.create(alone, ReplicationGroupId="g")
    modify = "modify_cache_cluster"
    for changes, code, says in [
        ({"NumCacheNodes": 1}, IPC, "CacheNodeIdsToRemove"),
        ({"NumCacheNodes": 1, "CacheNodeIdsToRemove": ["0001", "0002"]}, IPV, "CacheNodeIdsToRemove"),
        ({"NumCacheNodes": 1, "CacheNodeIdsToRemove": ["0009"]}, IPV, "0009"),
        ({"NumCacheNodes": 3, "CacheNodeIdsToRemove": ["0001"]}, IPC, "CacheNodeIdsToRemove"),
        ({"CacheNodeIdsToRemove": ["0001"]}, IPC, "NumCacheNodes"),
        ({"NumCacheNodes": 4, "NewAvailabilityZones": ["us-east-1a"]}, IPV, "NewAvailabilityZones"),
        ({"NumCacheNodes": 3, "NewAvailabilityZones": ["us-east-1z"]}, IPV, "us-east-1z is not a valid availability zone"),
        ({"NumCacheNodes": 3, "NewAvailabilityZones": ["us-east-1b"], "AZMode": "single-az"}, IPC, "AZMode"),
        ({"NumCacheNodes": 41}, "NodeQuotaForClusterExceeded", "NumCacheNodes"),
        ({"NumCacheNodes": 0}, IPV, "NumCacheNodes"),
        ({"EngineVersion": "1.4.24"}, IPC, "Cannot modify memcached from 1.6.12 to 1.4.24"),
        ({"EngineVersion": "1.6.7"}, IPC, "Cannot find version"),
        ({"CacheNodeType": "cache.x9.large"}, IPV, "CacheNodeType"),
        ({"CacheNodeType": "cache.r6gd.xlarge"}, IPC, "CacheNodeType"),
        ({"IpDiscovery": "ipv6"}, IPC, "IpDiscovery"),
        ({"CacheParameterGroupName": "nobody"}, "CacheParameterGroupNotFound", "nobody"),
        ({"SnapshotRetentionLimit": 3}, IPC, "SnapshotRetentionLimit"),
    ]:
        refusals.expect(alone, modify, {"CacheClusterId": "c", "ApplyImmediately": True} | changes, code, says)
    refusals.expect(alone, modify, {"CacheClusterId": "nobody"}, "CacheClusterNotFound", "CacheCluster not found: nobody")
    refusals.expect(alone, "create_cache_cluster", caches.request(CacheClusterId="C"), "CacheClusterAlreadyExists", "already exists")
    refusals.expect(alone, "create_cache_cluster", caches.request(CacheClusterId="g-001"), "CacheClusterAlreadyExists", "g-001")
    refusals.expect(alone, "reboot_cache_cluster", {"CacheClusterId": "c", "CacheNodeIdsToReboot": ["0003"]}, IPV, "0003")
    delete = {"CacheClusterId": "c", "FinalSnapshotIdentifier": "last"}
    refusals.expect(alone, "delete_cache_cluster", delete, "SnapshotFeatureNotSupportedFault", "FinalSnapshotIdentifier")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        alone.create_replication_group(**groups.request(ReplicationGroupId="c", NumCacheClusters=1))
        caches.create(alone, CacheClusterId="c-001")
    assert groups.code_of(caught.value) == "CacheClusterAlreadyExists"
