"""Clusters of Memcached in the operator's networks: subnet groups, zones, Outposts."""

import ipaddress

import pytest

import caches
import networks
import refusals
import server as servers


@pytest.fixture(scope="module", autouse=True)
def _memcached():
    caches.need()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    server = servers.Server(tmp_path_factory.mktemp("service"), network_file=networks.usual)
    try:
        server.start()
        yield server
    finally:
        server.close()


def subnet_group(client, name: str, *subnets: str) -> None:
    client.create_cache_subnet_group(CacheSubnetGroupName=name, CacheSubnetGroupDescription="d", SubnetIds=list(subnets))


def is_within(endpoint: dict, network) -> bool:
    return ipaddress.ip_address(endpoint["Address"]) in network


def test_nodes_are_in_the_subnets_of_the_group(service, alone):
    part = networks.parts(service.network)
    subnet_group(alone, "two", "subnet-a", "subnet-b")
    found = caches.create(alone, CacheSubnetGroupName="two", NumCacheNodes=3, AZMode="cross-az")
    cluster = found["CacheClusterId"]
    assert found["CacheSubnetGroupName"] == "two"
    zones = [node["CustomerAvailabilityZone"] for node in found["CacheNodes"]]
    assert zones == ["us-east-1a", "us-east-1b", "us-east-1a"]
    one, other, _ = caches.nodes(found).values()
    assert is_within(one, part[0]) and is_within(other, part[1]) and is_within(found["ConfigurationEndpoint"], part[10])
    _, told = caches.configuration(found["ConfigurationEndpoint"])
    assert [address for _, address, _ in told] == [endpoint["Address"] for endpoint in caches.nodes(found).values()]
    with caches.connect(found["ConfigurationEndpoint"]) as client:
        assert client.set("k", "v", noreply=False)

    more = {"CacheClusterId": cluster, "NumCacheNodes": 4, "ApplyImmediately": True}
    elsewhere = more | {"NewAvailabilityZones": ["us-east-1c"]}
    refusals.expect(alone, "modify_cache_cluster", elsewhere, refusals.COMBINATION, "cache subnet group two has no subnet")
    alone.modify_cache_cluster(**more)
    grown = caches.available(alone, cluster)
    assert is_within(caches.nodes(grown)["0004"], part[1])

    delete = {"CacheSubnetGroupName": "two"}
    refusals.expect(alone, "delete_cache_subnet_group", delete, "CacheSubnetGroupInUse", f"used by {cluster}")
    fewer = delete | {"SubnetIds": ["subnet-a"]}
    refusals.expect(alone, "modify_cache_subnet_group", fewer, "SubnetInUse", f"node 0002 of cache cluster {cluster}")
    alone.delete_cache_cluster(CacheClusterId=cluster)
    caches.gone(alone, cluster)
    alone.delete_cache_subnet_group(**delete)


def test_too_few_addresses_are_told_and_nothing_is_left(service, alone):
    subnet_group(alone, "small", "subnet-small")
    many = caches.request(CacheSubnetGroupName="small", NumCacheNodes=9)
    refusals.expect(alone, "create_cache_cluster", many, "InsufficientCacheClusterCapacity", "No address is left in the subnet subnet-small")
    # What it had taken is free again, the endpoint's address included.
    found = caches.create(alone, CacheSubnetGroupName="small", NumCacheNodes=4)
    alone.delete_cache_cluster(CacheClusterId=found["CacheClusterId"])
    caches.gone(alone, found["CacheClusterId"])


def test_nodes_on_an_outpost(service, alone):
    subnet_group(alone, "rack", "subnet-rack")
    found = caches.create(
        alone, CacheSubnetGroupName="rack", NumCacheNodes=2, OutpostMode="single-outpost", PreferredOutpostArn=networks.OUTPOST
    )
    assert found["PreferredOutpostArn"] == networks.OUTPOST
    assert [node["CustomerOutpostArn"] for node in found["CacheNodes"]] == [networks.OUTPOST] * 2
    alone.modify_cache_cluster(CacheClusterId=found["CacheClusterId"], NumCacheNodes=3, ApplyImmediately=True)
    grown = caches.available(alone, found["CacheClusterId"])
    assert [node["CustomerOutpostArn"] for node in grown["CacheNodes"]] == [networks.OUTPOST] * 3


IPC, IPV = refusals.COMBINATION, refusals.VALUE


@pytest.mark.parametrize(
    "changes, code, says",
    [
        ({"CacheSubnetGroupName": "nobody"}, "CacheSubnetGroupNotFoundFault", "nobody"),
        ({"PreferredAvailabilityZone": "us-east-1e"}, IPC, "in which cache subnet group default has no subnet"),
        ({"PreferredOutpostArn": networks.OUTPOST}, IPC, "on which cache subnet group default has no subnet"),
        ({"PreferredOutpostArn": "arn:nothing"}, IPV, "PreferredOutpostArn names no Outpost"),
        ({"OutpostMode": "cross-outpost"}, IPC, "OutpostMode"),
        ({"SecurityGroupIds": ["sg-nowhere"]}, IPV, "SecurityGroupIds names sg-nowhere"),
        ({"SecurityGroupIds": ["sg-app"]}, IPC, "belongs to a different VPC"),
        ({"NetworkType": "ipv6"}, "InvalidSubnet", "No subnet of cache subnet group default supports NetworkType ipv6"),
        ({"NotificationTopicArn": "arn:aws:sns:us-east-1:111111111111:t"}, IPV, "NotificationTopicArn"),
    ],
)
def test_refused(service, alone, changes, code, says):
    refusals.expect(alone, "create_cache_cluster", caches.request(**changes), code, says)


def test_a_topic_is_recorded(service, alone, new_account):
    topic = f"arn:aws:sns:us-east-1:{new_account}:news"
    found = caches.create(alone, NotificationTopicArn=topic)
    assert found["NotificationConfiguration"] == {"TopicArn": topic, "TopicStatus": "active"}
    off = alone.modify_cache_cluster(CacheClusterId=found["CacheClusterId"], NotificationTopicStatus="inactive")["CacheCluster"]
    assert off["NotificationConfiguration"] == {"TopicArn": topic, "TopicStatus": "inactive"}
    assert off["CacheClusterStatus"] == "available"
