"""Availability Zones run out of addresses: a request that has no room is refused, names where, and changes nothing."""

import ipaddress
import sqlite3

import botocore.exceptions
import pytest

import groups
import server as servers

A, B, C = "us-east-1a", "us-east-1b", "us-east-1c"


class SmallServer(servers.Server):
    @property
    def network(self) -> ipaddress.IPv4Network:
        return next(self.slice.network.subnets(new_prefix=22))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = SmallServer(tmp_path_factory.mktemp("small"))
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture(scope="module")
def client(server):
    return server.client()


def records(server) -> list[str]:
    """What there is a record of. Events, and what hosts say of themselves, come when they come."""
    database = sqlite3.connect(f"file:{server.data}/elastane.sqlite?mode=ro", uri=True)
    try:
        found = database.execute("SELECT key FROM record WHERE key NOT LIKE 'event/%' AND key NOT LIKE '%-status/%' ORDER BY key")
        return [key for (key,) in found]
    finally:
        database.close()


def refused(server, call, *words: str, code: str = "InsufficientCacheClusterCapacity", **parameters) -> None:
    """With these words, and with nothing recorded or started."""
    before = records(server), server.processes(), groups.world(server.client())
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    assert groups.code_of(caught.value) == code, caught.value
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    for word in words:
        assert word in groups.message_of(caught.value), caught.value
    assert (records(server), server.processes(), groups.world(server.client())) == before


def test_one_zone_after_the_other_is_full(server, client):
    """A group of six fills a zone; one that stands has no room to grow into it, and every zone that is left is used."""
    multi = {"AutomaticFailoverEnabled": True, "MultiAZEnabled": True}
    groups.create(client, ReplicationGroupId="first", NumCacheClusters=2, PreferredCacheClusterAZs=[A, B], **multi)
    groups.create(client, ReplicationGroupId="filler", NumCacheClusters=5, PreferredCacheClusterAZs=[C] * 5)
    groups.create(client, ReplicationGroupId="rest", NumCacheClusters=1, PreferredCacheClusterAZs=[C])

    # The one zone is named, whichever node it was for.
    subnet = str(next(iter(subnets(client, C))))
    small = groups.request(ReplicationGroupId="late", NumCacheClusters=2, **multi)
    for zones in ([A, C], [C, A]):
        refused(server, client.create_replication_group, C, subnet, **small, PreferredCacheClusterAZs=zones)
    refused(server, client.create_replication_group, C, **(small | {"NumCacheClusters": 3}))
    cluster = groups.request(NumNodeGroups=2, ReplicasPerNodeGroup=1, **multi)
    refused(server, client.create_replication_group, C, **cluster)
    assert groups.describe(client, "first")["MultiAZ"] == "enabled"

    # Neither by itself nor by wish is a replica put where it can't be: two others are, in zones of their own, when they are asked for.
    grow = {"ReplicationGroupId": "first", "ApplyImmediately": True}
    refused(server, client.increase_replica_count, C, subnet, **grow, NewReplicaCount=2)
    wish = [{"NodeGroupId": "0001", "NewReplicaCount": 2, "PreferredAvailabilityZones": [A, B, C]}]
    refused(server, client.increase_replica_count, C, subnet, **grow, ReplicaConfiguration=wish)
    wish[0]["PreferredAvailabilityZones"] = [A, B, "us-east-1d"]
    client.increase_replica_count(**grow, ReplicaConfiguration=wish)
    found = groups.available(client, "first")
    assert zones_of(found) == [A, B, "us-east-1d"] and found["MultiAZ"] == "enabled"

    # An address that is given back can be had again.
    groups.delete(client, "rest")
    groups.gone(client, "rest")
    late = groups.create(client, ReplicationGroupId="late", NumCacheClusters=2, PreferredCacheClusterAZs=[C, A], **multi)
    assert zones_of(late) == [A, C]


def test_multi_az_says_when_it_can_not_be(server):
    """All nodes of a shard in one zone: asked for at the creation, or later of a group that is so."""
    client = server.client(region="eu-west-1")
    together = groups.request(NumCacheClusters=2, AutomaticFailoverEnabled=True, PreferredCacheClusterAZs=["eu-west-1b"] * 2)
    name, impossible = together["ReplicationGroupId"], "InvalidParameterCombination"
    refused(
        server, client.create_replication_group, "MultiAZEnabled", "eu-west-1b", code=impossible, **(together | {"MultiAZEnabled": True})
    )
    client.create_replication_group(**together)
    assert groups.available(client, name)["MultiAZ"] == "disabled"
    later = {"ReplicationGroupId": name, "MultiAZEnabled": True, "ApplyImmediately": True}
    refused(server, client.modify_replication_group, "MultiAZEnabled", "eu-west-1b", code=impossible, **later)
    assert groups.describe(client, name)["MultiAZ"] == "disabled"


def zones_of(found: dict) -> list[str]:
    return sorted(member["PreferredAvailabilityZone"] for member in found["NodeGroups"][0]["NodeGroupMembers"])


def subnets(client, zone: str) -> set[ipaddress.IPv4Network]:
    """Those of a zone's nodes."""
    return {
        ipaddress.ip_network(f"{cluster['CacheNodes'][0]['Endpoint']['Address']}/29", strict=False)
        for cluster in groups.clusters(client)
        if cluster["PreferredAvailabilityZone"] == zone
    }
