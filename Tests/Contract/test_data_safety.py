"""What may not happen to data and names, however unlucky the moment."""

import ipaddress
import os
import signal
import socket

import botocore.exceptions
import pytest

import groups
from patience import eventually


@pytest.fixture(scope="module")
def client(service):
    return service.client()


ONE_SHARD = {"NumNodeGroups": 1, "ReplicasPerNodeGroup": 1}


@pytest.mark.parametrize("family", ["default.redis7", "default.redis7.cluster.on"])
def test_replicas_have_the_first_write(client, family):
    """An available group replicates at once: not only from its replicas' first heartbeat, up to a second later."""

    def replicates_at_once() -> bool:
        found = groups.create(client, CacheParameterGroupName=family, AutomaticFailoverEnabled=True, **ONE_SHARD)
        (primary, _) = groups.node_endpoints(client, found["ReplicationGroupId"]).values()
        with groups.connect(primary) as node:
            node.set("k", "v")
            return node.wait(1, 150) >= 1

    # A busy machine may be late once; a heartbeat would be, four times out of five.
    assert sum(replicates_at_once() for _ in range(5)) >= 4


def test_a_primary_that_dies_while_it_is_retained(service, client):
    """The cluster that lives on is one that has the data, whichever that is by then."""
    found = groups.create(client, NumCacheClusters=3)
    name = found["ReplicationGroupId"]
    with groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]) as writer:
        process = writer.info("server")["process_id"]
        for number in range(100):
            writer.set(f"key:{number}", number)
        assert writer.wait(2, 5000) == 2
    os.kill(process, signal.SIGSTOP)  # So that the deletion can't be over before the primary is.
    groups.delete(client, name, RetainPrimaryCluster=True)
    os.kill(process, signal.SIGKILL)
    groups.gone(client, name)
    (retained,) = [cluster for cluster in groups.clusters(client) if cluster["CacheClusterId"].startswith(name)]
    with groups.connect(retained["CacheNodes"][0]["Endpoint"]) as reader:
        assert reader.dbsize() == 100
        assert reader.info("replication")["role"] == "master"
    client.delete_cache_cluster(CacheClusterId=retained["CacheClusterId"])


def test_addresses_that_others_listen_on(client):
    """A cluster whose members meet somebody else's sockets, on the port and on the bus's, gets other addresses."""
    shape = {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}
    before = groups.create(client, **shape)
    taken = []
    try:
        used = {ipaddress.ip_address(endpoint["Address"]) for endpoint in groups.node_endpoints(client, before["ReplicationGroupId"]).values()}
        for following in sorted({address + 1 for address in used} - used):
            for port in (6379, 16_379):
                listener = socket.socket()
                listener.bind((str(following), port))
                listener.listen()
                taken.append(listener)
        found = groups.create(client, **shape)
        addresses = {endpoint["Address"] for endpoint in groups.node_endpoints(client, found["ReplicationGroupId"]).values()}
        assert addresses.isdisjoint(listener.getsockname()[0] for listener in taken)
        with groups.connect(found["ConfigurationEndpoint"]) as node:
            assert len(node.execute_command("CLUSTER NODES")) == 4
    finally:
        for listener in taken:
            listener.close()


@pytest.mark.parametrize("order", [0, 1])
def test_one_id_is_one_cluster(alone, order):
    """`a` with two shards has a member `a-0001-001`, as `a-0001` with one would have."""
    name = groups.fresh("twin")
    pair = [
        groups.request(ReplicationGroupId=name, NumNodeGroups=2, ReplicasPerNodeGroup=0),
        groups.request(ReplicationGroupId=f"{name}-0001", NumCacheClusters=1),
    ]
    # The second one's member is `-0001-001` in both.
    first, second = pair[order], pair[1 - order]
    alone.create_replication_group(**first)
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        alone.create_replication_group(**second)
    assert groups.code_of(refusal.value) == "CacheClusterAlreadyExists"
    assert f"{name}-0001-001" in groups.message_of(refusal.value)
    eventually(lambda: len(groups.clusters(alone)) == len({cluster["CacheClusterId"] for cluster in groups.clusters(alone)}))
