"""Subnet groups over a network file: the four operations, and groups whose nodes are where they say."""

import ipaddress
import subprocess

import botocore.exceptions
import pytest

import groups
import lone
import networks
import server as servers


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    server = servers.Server(tmp_path_factory.mktemp("service"), network_file=networks.usual)
    try:
        server.start()
        yield server
    finally:
        server.close()


def make(client, *subnets: str, name: str | None = None, **more) -> str:
    name = name or groups.fresh("subnets")
    client.create_cache_subnet_group(
        CacheSubnetGroupName=name, CacheSubnetGroupDescription="made by a test", SubnetIds=list(subnets), **more
    )
    return name


def describe(client, name: str) -> dict:
    found = client.describe_cache_subnet_groups(CacheSubnetGroupName=name)["CacheSubnetGroups"]
    assert len(found) == 1
    return found[0]


def refused(code: str):
    return pytest.raises(botocore.exceptions.ClientError, match=code)


def test_a_group_is_made_described_changed_and_deleted(alone, new_account):
    made = alone.create_cache_subnet_group(
        CacheSubnetGroupName="Mine", CacheSubnetGroupDescription="first", SubnetIds=["subnet-d", "subnet-e", "subnet-d"]
    )["CacheSubnetGroup"]
    assert made == describe(alone, "mine")
    assert made["CacheSubnetGroupName"] == "mine"
    assert made["VpcId"] == "vpc-0fedcba9876543210"
    assert made["ARN"] == f"arn:aws:elasticache:us-east-1:{new_account}:subnetgroup:mine"
    assert [(s["SubnetIdentifier"], s["SubnetAvailabilityZone"]["Name"]) for s in made["Subnets"]] == [
        ("subnet-d", "us-east-1d"),
        ("subnet-e", "us-east-1e"),
    ]
    assert made["SupportedNetworkTypes"] == ["ipv4"] == made["Subnets"][0]["SupportedNetworkTypes"]
    changed = alone.modify_cache_subnet_group(CacheSubnetGroupName="mine", SubnetIds=["subnet-e"])["CacheSubnetGroup"]
    assert [s["SubnetIdentifier"] for s in changed["Subnets"]] == ["subnet-e"]
    assert changed["CacheSubnetGroupDescription"] == "first"
    pages = alone.get_paginator("describe_cache_subnet_groups").paginate()
    assert [g["CacheSubnetGroupName"] for page in pages for g in page["CacheSubnetGroups"]] == ["default", "mine"]
    alone.delete_cache_subnet_group(CacheSubnetGroupName="mine")
    with refused("CacheSubnetGroupNotFoundFault"):
        describe(alone, "mine")


def test_the_default_group_is_there(alone):
    found = describe(alone, "default")
    assert found["CacheSubnetGroupDescription"] == "Default CacheSubnetGroup"
    assert found["VpcId"] == "vpc-0123456789abcdef0"
    assert [s["SubnetIdentifier"] for s in found["Subnets"]] == ["subnet-a", "subnet-b", "subnet-c"]


def test_nodes_answer_in_the_subnets_of_their_group(service, alone):
    part = networks.parts(service.network)
    name = make(alone, "subnet-d", "subnet-e")
    group = groups.create(
        alone, CacheSubnetGroupName=name, NumCacheClusters=2, AutomaticFailoverEnabled=True, MultiAZEnabled=True
    )
    id = group["ReplicationGroupId"]
    clusters = groups.clusters(alone)
    assert {c["CacheSubnetGroupName"] for c in clusters} == {name}
    nodes = groups.node_endpoints(alone, id)
    places = {c["CacheClusterId"]: c["PreferredAvailabilityZone"] for c in clusters}
    for member, endpoint in nodes.items():
        expected = {"us-east-1d": part[4], "us-east-1e": part[5]}[places[member]]
        assert ipaddress.ip_address(endpoint["Address"]) in expected
        with groups.connect(endpoint) as client:
            assert client.ping()
    shard = group["NodeGroups"][0]
    with groups.connect(shard["PrimaryEndpoint"]) as primary, groups.connect(shard["ReaderEndpoint"]) as reader:
        primary.set("key", "value")
        assert primary.wait(1, 5000) == 1
        assert reader.get("key") == "value"
    with refused("CacheSubnetGroupInUse"):
        alone.delete_cache_subnet_group(CacheSubnetGroupName=name)
    with refused("SubnetInUse"):
        alone.modify_cache_subnet_group(CacheSubnetGroupName=name, SubnetIds=["subnet-d"])
    alone.increase_replica_count(ReplicationGroupId=id, NewReplicaCount=2, ApplyImmediately=True)
    groups.available(alone, id)
    added = groups.node_endpoints(alone, id)[f"{id}-003"]["Address"]
    assert ipaddress.ip_address(added) in part[4] or ipaddress.ip_address(added) in part[5]
    groups.delete(alone, id)
    groups.gone(alone, id)
    alone.delete_cache_subnet_group(CacheSubnetGroupName=name)


def test_endpoints_have_the_range_of_their_vpc(service, alone):
    group = groups.create(alone, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    part = networks.parts(service.network)
    assert ipaddress.ip_address(group["ConfigurationEndpoint"]["Address"]) in part[10]
    with groups.connect(group["ConfigurationEndpoint"]) as client:
        assert "cluster_state:ok" in client.execute_command("CLUSTER", "INFO")
    zones = {m["PreferredAvailabilityZone"] for g in group["NodeGroups"] for m in g["NodeGroupMembers"]}
    assert zones == {"us-east-1a", "us-east-1b", "us-east-1c"}


def test_a_full_subnet_is_named_and_nothing_is_changed(alone):
    name = make(alone, "subnet-small")
    request = groups.request(CacheSubnetGroupName=name, NumCacheClusters=6)
    before = groups.world(alone)
    with refused("InsufficientCacheClusterCapacity.*subnet-small"):
        alone.create_replication_group(**request)
    assert groups.world(alone) == before
    alone.delete_cache_subnet_group(CacheSubnetGroupName=name)


def test_zones_outside_the_subnet_group_are_refused(alone):
    name = make(alone, "subnet-d")
    with refused("InvalidParameterCombination.*us-east-1a"):
        alone.create_replication_group(
            **groups.request(CacheSubnetGroupName=name, NumCacheClusters=1, PreferredCacheClusterAZs=["us-east-1a"])
        )
    with refused("CacheSubnetGroupNotFoundFault"):
        alone.create_replication_group(**groups.request(CacheSubnetGroupName="no-such-group"))


def test_nodes_on_an_outpost(service, alone):
    name = make(alone, "subnet-rack")
    subnet = describe(alone, name)["Subnets"][0]
    assert subnet["SubnetOutpost"]["SubnetOutpostArn"] == networks.OUTPOST
    group = groups.create(
        alone,
        CacheSubnetGroupName=name,
        NodeGroupConfiguration=[{"PrimaryOutpostArn": networks.OUTPOST, "ReplicaOutpostArns": [networks.OUTPOST]}],
    )
    assert group["MemberClustersOutpostArns"] == [networks.OUTPOST] * 2
    assert {m["PreferredOutpostArn"] for m in group["NodeGroups"][0]["NodeGroupMembers"]} == {networks.OUTPOST}
    part = networks.parts(service.network)
    for cluster in groups.clusters(alone):
        assert cluster["PreferredOutpostArn"] == networks.OUTPOST
        assert ipaddress.ip_address(cluster["CacheNodes"][0]["Endpoint"]["Address"]) in part[3]
    with refused("InvalidParameterValue.*PrimaryOutpostArn"):
        alone.create_replication_group(**groups.request(NodeGroupConfiguration=[{"PrimaryOutpostArn": "arn:of:nobody"}]))


def test_a_lone_cluster_on_an_outpost(service, alone):
    name = make(alone, "subnet-rack")
    request = {"CacheSubnetGroupName": name, "OutpostMode": "single-outpost", "PreferredOutpostArn": networks.OUTPOST}
    cluster = lone.create(alone, **request)
    assert cluster["PreferredOutpostArn"] == networks.OUTPOST
    assert ipaddress.ip_address(lone.endpoint(cluster)["Address"]) in networks.parts(service.network)[3]
    assert lone.create(alone, CacheSubnetGroupName=name, PreferredOutpostArns=[networks.OUTPOST])["PreferredOutpostArn"] == networks.OUTPOST
    for changes, code in [
        ({"PreferredOutpostArn": "arn:of:nobody"}, "InvalidParameterValue.*PreferredOutpostArn"),
        ({"OutpostMode": "cross-outpost"}, "InvalidParameterCombination.*OutpostMode"),
        ({"PreferredOutpostArn": None}, "InvalidParameterCombination.*OutpostMode"),
        ({"PreferredAvailabilityZone": "us-east-1a"}, "InvalidParameterCombination.*PreferredAvailabilityZone"),
    ]:
        with refused(code):
            alone.create_cache_cluster(**lone.request(**(request | changes)))


def test_everything_is_there_after_a_restart(make_server):
    server = make_server(network_file=networks.usual, ephemeral=False).start()
    client = server.client()
    name = make(client, "subnet-d", "subnet-e")
    group = groups.create(client, CacheSubnetGroupName=name, NumCacheClusters=2)
    before = (describe(client, name), groups.world(client))
    server.restart()
    client = server.client()
    assert (describe(client, name), groups.world(client)) == before
    with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as primary:
        assert primary.ping()
    client.increase_replica_count(ReplicationGroupId=group["ReplicationGroupId"], NewReplicaCount=2, ApplyImmediately=True)
    groups.available(client, group["ReplicationGroupId"])


def test_a_cache_outlives_its_subnet_in_the_file(make_server):
    server = make_server(network_file=networks.usual, ephemeral=False).start()
    client = server.client()
    name = make(client, "subnet-d", "subnet-e")
    group = groups.create(client, CacheSubnetGroupName=name, NumCacheClusters=2)
    nodes = groups.node_endpoints(client, group["ReplicationGroupId"])
    server.stop()
    kept = [line for line in server.network_file.read_text().splitlines() if "subnet-e" not in line]
    server.network_file.write_text("\n".join(kept))
    server.start()
    assert "not among the networks" in server.log.read_text() and "subnet-e" in server.log.read_text()
    client = server.client()
    assert groups.node_endpoints(client, group["ReplicationGroupId"]) == nodes
    for endpoint in nodes.values():
        with groups.connect(endpoint) as node:
            assert node.ping()
    shown = describe(client, name)["Subnets"]
    assert [(s["SubnetIdentifier"], "SubnetAvailabilityZone" in s) for s in shown] == [("subnet-d", True), ("subnet-e", False)]
    client.increase_replica_count(ReplicationGroupId=group["ReplicationGroupId"], NewReplicaCount=2, ApplyImmediately=True)
    groups.available(client, group["ReplicationGroupId"])
    zones = [c["PreferredAvailabilityZone"] for c in groups.clusters(client)]
    assert sorted(zones) == ["us-east-1d", "us-east-1d", "us-east-1e"], "new ones are where it is known to be"


def serve(path, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(servers.BINARY), "serve", "--ephemeral", "--port", "0", "--network-config", str(path), *more],
        capture_output=True,
        text=True,
        timeout=20,
        env=servers.clean_environment(),
    )


@pytest.mark.parametrize(
    "find, put, says",
    [
        ("zone: us-east-1a", "zone: us-east-1z", ":12: us-east-1z is not a zone of us-east-1"),
        ("id: subnet-b", "id: subnet-a", ":13: subnet-a is named twice: it is a subnet on line 12 already"),
        ("id: sg-app", "name: sg-app", "a security group has no key name"),
    ],
)
def test_mistakes_in_the_file_are_told_with_their_line(service, tmp_path, find, put, says):
    path = tmp_path / "network.yaml"
    path.write_text(networks.usual(service.network).replace(find, put, 1))
    ended = serve(path)
    assert ended.returncode != 0
    assert says in ended.stderr, ended.stderr


def test_a_range_that_is_not_on_this_host_is_told(tmp_path):
    path = tmp_path / "network.yaml"
    path.write_text(
        "vpcs:\n  - id: vpc-1\n    region: us-east-1\n    subnets:\n"
        "      - {id: subnet-away, zone: us-east-1a, ipv4: 203.0.113.0/24}\n"
    )
    ended = serve(path)
    assert ended.returncode != 0
    assert f"{path}:5: 203.0.113.0/24 of subnet-away is not on this host" in ended.stderr
    assert "ip route add local 203.0.113.0/24 dev lo" in ended.stderr
    doctor = subprocess.run(
        [str(servers.BINARY), "doctor", "--network-config", str(path), "--data-dir", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        timeout=20,
        env=servers.clean_environment(),
    )
    assert doctor.returncode == 1 and "subnet-away is not on this host" in doctor.stdout


def test_one_of_the_two_says_where(service, tmp_path):
    path = tmp_path / "network.yaml"
    path.write_text(networks.usual(service.network))
    ended = serve(path, "--network", "127.64.0.0/12")
    assert ended.returncode != 0 and "can't be used together" in ended.stderr
