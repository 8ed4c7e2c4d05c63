"""IPv6 and dual stack, on a range of IPv6 that is routed to the host, in a network of the module's own."""

import contextlib
import ipaddress
import os
import re
import signal

import botocore.exceptions
import pytest
import redis
from redis.cluster import ClusterNode, RedisCluster

import builds
import groups
import namespaces
import networks
import server as servers
import tls
from patience import eventually

PREFIX = "fd00:e1a5::/32"


def both(network) -> str:
    part = networks.parts(network)
    return f"""
vpcs:
  - id: vpc-both
    region: us-east-1
    default: true
    endpoints: {{ipv4: {part[9]}, ipv6: "fd00:e1a5:9::/64"}}
    subnets:
      - {{id: subnet-a, zone: us-east-1a, ipv4: {part[0]}, ipv6: "fd00:e1a5:0::/64"}}
      - {{id: subnet-b, zone: us-east-1b, ipv4: {part[1]}, ipv6: "fd00:e1a5:1::/64"}}
      - {{id: subnet-4, zone: us-east-1c, ipv4: {part[2]}}}
      - {{id: subnet-6, zone: us-east-1c, ipv6: "fd00:e1a5:6::/64"}}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    routed = (f"ip -6 route add local {PREFIX} dev lo", "echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind")
    with namespaces.own_network(*routed):
        engines = {"ELASTANE_ENGINES": ":".join(str(build.path) for build in builds.installed())}
        server = servers.Server(tmp_path_factory.mktemp("service"), network_file=both, environment=engines)
        try:
            server.start()
            yield server
        finally:
            server.close()


def family(endpoint: dict) -> int:
    return ipaddress.ip_address(endpoint["Address"]).version


def other(service, endpoint: dict) -> dict:
    """The endpoint's address of the other family, as the file of hosts has it under the same name."""

    def find():
        lines = [line.split() for line in (service.data / "hosts").read_text().splitlines()]
        names = [name for address, name in lines if address == endpoint["Address"]]
        return [address for address, name in lines if name in names and address != endpoint["Address"]]

    found = eventually(find, within=5, what="the endpoint's other address")
    return {"Address": found[0], "Port": endpoint["Port"]}


def fail_over(service, client, group: dict) -> None:
    """Kills the primary and waits until another member is it."""
    id = group["ReplicationGroupId"]

    def primary() -> str:
        members = groups.describe(client, id)["NodeGroups"][0]["NodeGroupMembers"]
        return next(m["CacheClusterId"] for m in members if m["CurrentRole"] == "primary")

    old = primary()
    with groups.connect(groups.node_endpoints(client, id)[old]) as node:
        pid = node.info("server")["process_id"]
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: primary() != old, within=10, what="the failover")


def writes(endpoint: dict, key: str) -> bool:
    try:
        with groups.connect(endpoint) as client:
            return client.set(key, "written")
    except redis.exceptions.RedisError:
        return False


def check_endpoints(service, client, group: dict, versions: list[int]) -> None:
    """Every address of the primary's endpoint leads to the primary, before a failover and after it."""
    shard = group["NodeGroups"][0]
    primaries = [shard["PrimaryEndpoint"]]
    readers = [shard["ReaderEndpoint"]]
    if len(versions) == 2:
        primaries.append(other(service, primaries[0]))
        readers.append(other(service, readers[0]))
    assert [family(e) for e in primaries] == [family(e) for e in readers] == versions
    for number, endpoint in enumerate(primaries):
        assert writes(endpoint, f"key-{number}")
    with groups.connect(primaries[0]) as primary:
        assert primary.wait(1, 5000) == 1
        announced = primary.info("replication")["slave0"]["ip"]
        assert ipaddress.ip_address(announced).version == versions[0]
    for endpoint in readers:
        with groups.connect(endpoint) as reader:
            assert reader.get("key-0") == "written"
            assert reader.info("replication")["role"] == "slave"
    fail_over(service, client, group)
    for number, endpoint in enumerate(primaries):
        eventually(lambda: writes(endpoint, f"after-{number}"), within=5, what=f"writes through {endpoint}")
    eventually(
        lambda: groups.connect(readers[-1]).info("replication")["role"] == "slave", within=10, what="a replica at the reader endpoint"
    )
    groups.available(client, group["ReplicationGroupId"])


@pytest.mark.parametrize(
    "type, discovery, versions",
    [("ipv6", None, [6]), ("dual_stack", None, [4, 6]), ("dual_stack", "ipv6", [6, 4])],
)
def test_endpoints_move_in_every_family(service, alone, type, discovery, versions):
    asked = {"NetworkType": type} | ({"IpDiscovery": discovery} if discovery else {})
    group = groups.create(alone, NumCacheClusters=2, AutomaticFailoverEnabled=True, **asked)
    assert group["NetworkType"] == type
    assert group["IpDiscovery"] == f"ipv{versions[0]}"
    for cluster in groups.clusters(alone):
        assert cluster["NetworkType"] == type and cluster["IpDiscovery"] == f"ipv{versions[0]}"
        assert family(cluster["CacheNodes"][0]["Endpoint"]) == versions[0]
    check_endpoints(service, alone, group, versions)
    groups.delete(alone, group["ReplicationGroupId"])
    groups.gone(alone, group["ReplicationGroupId"])


@pytest.mark.parametrize("shape", [{"NumCacheClusters": 2, "AutomaticFailoverEnabled": True}, {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}])
def test_another_discovery_closes_no_connection(service, alone, shape):
    group = groups.create(alone, NetworkType="dual_stack", **shape)
    id = group["ReplicationGroupId"]
    nodes = groups.node_endpoints(alone, id)
    endpoint = group.get("ConfigurationEndpoint") or group["NodeGroups"][0]["ReaderEndpoint"]
    with contextlib.ExitStack() as stack:
        kept = [stack.enter_context(groups.connect(each)) for each in [endpoint, *nodes.values()]]
        ids = [connection.client_id() for connection in kept]
        alone.modify_replication_group(ReplicationGroupId=id, IpDiscovery="ipv6", ApplyImmediately=True)
        changed = groups.available(alone, id)
        assert changed["IpDiscovery"] == "ipv6"
        told = changed.get("ConfigurationEndpoint") or changed["NodeGroups"][0]["PrimaryEndpoint"]
        after = groups.node_endpoints(alone, id)
        assert {family(each) for each in [told, *after.values()]} == {6}
        assert [connection.client_id() for connection in kept] == ids, "a connection was closed"
    for member, each in after.items():
        assert other(service, each) == nodes[member]
        with groups.connect(each) as node, groups.connect(nodes[member]) as former:
            assert node.info("server")["run_id"] == former.info("server")["run_id"]

    def announced() -> set[int]:
        found = []
        for each in after.values():
            with groups.connect(each) as node:
                if "NumNodeGroups" in shape:
                    found += [address for shard in node.execute_command("CLUSTER SLOTS") for address in flat(shard)]
                else:
                    found += [replica["ip"] for name, replica in node.info("replication").items() if re.fullmatch(r"slave\d", name)]
        return {ipaddress.ip_address(address).version for address in found}

    eventually(lambda: announced() == {6}, within=30, what="the other address, announced by all")
    if "NumNodeGroups" not in shape:
        fail_over(service, alone, group)
        assert eventually(lambda: writes(told, "after"), within=5, what="a write after the failover")
        groups.available(alone, id)
    # And back.
    alone.modify_replication_group(ReplicationGroupId=id, IpDiscovery="ipv4", ApplyImmediately=True)
    assert groups.available(alone, id)["IpDiscovery"] == "ipv4"
    assert groups.node_endpoints(alone, id) == nodes
    groups.delete(alone, id)
    groups.gone(alone, id)


def flat(shard) -> list[str]:
    """The addresses of one row of CLUSTER SLOTS, as redis-py has it."""
    return [node[0].decode() if isinstance(node[0], bytes) else node[0] for node in shard[2:]]


@pytest.mark.parametrize("asked, version", [({"NetworkType": "ipv6"}, 6), ({"NetworkType": "dual_stack", "IpDiscovery": "ipv6"}, 6)])
def test_a_cluster_speaks_the_family_of_its_discovery(alone, asked, version):
    group = groups.create(alone, NumNodeGroups=2, ReplicasPerNodeGroup=1, **asked)
    endpoint = group["ConfigurationEndpoint"]
    assert family(endpoint) == version
    with RedisCluster(startup_nodes=[ClusterNode(endpoint["Address"], endpoint["Port"])], decode_responses=True) as cluster:
        for number in range(50):
            assert cluster.set(f"key-{number}", number)
        assert [cluster.get(f"key-{number}") for number in range(50)] == [str(number) for number in range(50)]
        assert {ipaddress.ip_address(node.host).version for node in cluster.get_nodes()} == {version}
    alone.increase_replica_count(ReplicationGroupId=group["ReplicationGroupId"], NewReplicaCount=2, ApplyImmediately=True)
    groups.available(alone, group["ReplicationGroupId"])
    groups.delete(alone, group["ReplicationGroupId"])
    groups.gone(alone, group["ReplicationGroupId"])


@pytest.mark.parametrize(
    "engine, installed, asked", [("redis", (6, 2), "6.2"), ("valkey", (8, None), "8.0"), ("valkey", (9, None), "9.0")]
)
def test_engines_of_other_versions(service, alone, engine, installed, asked):
    builds.need(engine, *installed)
    shapes = ({"NumCacheClusters": 2}, {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1})
    for shape in shapes:
        group = groups.create(alone, Engine=engine, EngineVersion=asked, NetworkType="dual_stack", IpDiscovery="ipv6", **shape)
        endpoint = group.get("ConfigurationEndpoint") or group["NodeGroups"][0]["PrimaryEndpoint"]
        for address in (endpoint, other(service, endpoint)):
            with groups.connect(address) as client:
                assert client.ping()
        groups.delete(alone, group["ReplicationGroupId"])
        groups.gone(alone, group["ReplicationGroupId"])


def test_subnets_tell_what_they_support(alone):
    found = alone.describe_cache_subnet_groups(CacheSubnetGroupName="default")["CacheSubnetGroups"][0]
    supported = {s["SubnetIdentifier"]: s["SupportedNetworkTypes"] for s in found["Subnets"]}
    every = ["ipv4", "ipv6", "dual_stack"]
    assert supported == {"subnet-a": every, "subnet-b": every, "subnet-4": ["ipv4"], "subnet-6": ["ipv6"]}
    assert found["SupportedNetworkTypes"] == every


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"NetworkType": "ipv6", "CacheNodeType": "cache.t2.micro"}, "InvalidParameterCombination.*NetworkType"),
        ({"NetworkType": "ipv6", "EngineVersion": "6.0"}, "InvalidParameterCombination.*6.2"),
        ({"NetworkType": "ipv6", "IpDiscovery": "ipv4"}, "InvalidParameterCombination.*IpDiscovery"),
        ({"NetworkType": "ipv4", "IpDiscovery": "ipv6"}, "InvalidParameterCombination.*IpDiscovery"),
    ],
)
def test_what_does_not_fit_is_refused(alone, changes, says):
    with pytest.raises(botocore.exceptions.ClientError, match=says):
        alone.create_replication_group(**groups.request(**changes))


def test_subnets_without_the_family_are_refused(alone):
    alone.create_cache_subnet_group(CacheSubnetGroupName="four", CacheSubnetGroupDescription="d", SubnetIds=["subnet-4"])
    for type in ("ipv6", "dual_stack"):
        with pytest.raises(botocore.exceptions.ClientError, match="InvalidSubnet"):
            alone.create_replication_group(**groups.request(CacheSubnetGroupName="four", NetworkType=type))


@pytest.mark.parametrize("discovery", ["ipv4", "ipv6"])
def test_encrypted_clients_verify_addresses_of_both_families(service, discovery):
    client, ca = service.client(), tls.trust(service)
    found = groups.create(
        client,
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        NetworkType="dual_stack",
        IpDiscovery=discovery,
        TransitEncryptionEnabled=True,
    )
    (node_group,) = found["NodeGroups"]
    told = [node_group["PrimaryEndpoint"], node_group["ReaderEndpoint"], *groups.node_endpoints(client, found["ReplicationGroupId"]).values()]
    for endpoint in told:
        for each in (endpoint, other(service, endpoint)):
            with tls.connect(each, ca) as connection:
                assert connection.ping()
    with tls.connect(node_group["PrimaryEndpoint"], ca) as writer:
        writer.set("a", 1)
        assert writer.wait(1, 5000) == 1
    groups.delete(client, found["ReplicationGroupId"])
