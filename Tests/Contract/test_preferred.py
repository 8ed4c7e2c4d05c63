"""Groups whose clients may encrypt or not, at the same port: `TransitEncryptionMode` `preferred`."""

import os
import shutil
import signal
import socket

import botocore.exceptions
import pytest

import groups
import tls
from load import Load
from members import cluster_client, cluster_view, directory_of, quietly, whole
from patience import eventually

PREFERRED = {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}


@pytest.fixture(autouse=True, scope="module")
def needs_tls():
    assert shutil.which("redis-server"), "the system's own engine has TLS"


@pytest.fixture(scope="module")
def ca(service):
    return tls.trust(service)


@pytest.fixture(scope="module")
def group(elasticache):
    """Three nodes, cluster mode disabled."""
    return groups.create(elasticache, NumCacheClusters=3, AutomaticFailoverEnabled=True, **PREFERRED)


@pytest.fixture(scope="module")
def clustered(elasticache):
    """Two shards of two nodes."""
    return groups.create(elasticache, NumNodeGroups=2, ReplicasPerNodeGroup=1, AutomaticFailoverEnabled=True, **PREFERRED)


def test_the_answers_say_so(elasticache, group):
    assert (group["TransitEncryptionEnabled"], group["TransitEncryptionMode"]) == (True, "preferred")
    assert "TransitEncryptionMode" not in group["PendingModifiedValues"]
    for cluster in groups.clusters(elasticache):
        if cluster.get("ReplicationGroupId") == group["ReplicationGroupId"]:
            assert (cluster["TransitEncryptionEnabled"], cluster["TransitEncryptionMode"]) == (True, "preferred")


def test_every_endpoint_takes_both(elasticache, group, clustered, ca):
    for found in (group, clustered):
        told = groups.all_endpoints(elasticache, found)
        assert len(told) == 5
        for endpoint in told:
            assert endpoint["Port"] == 6379
            with groups.connect(endpoint) as clear, tls.connect(endpoint, ca) as encrypted:
                assert clear.ping() and encrypted.ping()
            assert tls.refuses(groups.connect(endpoint, ssl=True, ssl_cert_reqs="required")), "a stranger is trusted"


def test_both_see_the_same(group, ca):
    (node_group,) = group["NodeGroups"]
    with groups.connect(node_group["PrimaryEndpoint"]) as clear, tls.connect(node_group["ReaderEndpoint"], ca) as encrypted:
        clear.set("greeting", "hello")
        eventually(lambda: encrypted.get("greeting") == "hello", what="the copy")
        assert encrypted.info("replication")["role"] == "slave"
        assert clear.execute_command("WAIT", 2, 2000) == 2


def test_nodes_encrypt_among_themselves(elasticache, group):
    for endpoint in groups.node_endpoints(elasticache, group["ReplicationGroupId"]).values():
        with groups.connect(endpoint) as node:
            configuration = (directory_of(node.info("server")["process_id"]) / "node.conf").read_text().splitlines()
        assert 'tls-replication "yes"' in configuration or "tls-replication yes" in configuration


def test_cluster_clients_of_both_kinds_are_told_the_group_s_port(elasticache, clustered, ca):
    name = clustered["ReplicationGroupId"]
    with cluster_client(clustered) as clear, tls.cluster(clustered["ConfigurationEndpoint"], ca) as encrypted:
        for number in range(40):
            (clear if number % 2 else encrypted).set(f"key:{number}", number)
        for client in (clear, encrypted):
            assert [client.get(f"key:{number}") for number in range(40)] == [str(number) for number in range(40)]
            assert {node.port for node in client.get_nodes()} == {6379}
    for endpoint in groups.node_endpoints(elasticache, name).values():
        assert set(cluster_view(endpoint)) == {e["Address"] for e in groups.node_endpoints(elasticache, name).values()}


def test_a_failover(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=3, AutomaticFailoverEnabled=True, **PREFERRED)
    name, primary = found["ReplicationGroupId"], found["NodeGroups"][0]["PrimaryEndpoint"]
    with Load(lambda: groups.connect(primary), prefix="clear") as clear, Load(lambda: tls.connect(primary, ca), prefix="tls") as encrypted:
        with groups.connect(primary) as client:
            before = client.info("server")["process_id"]
        os.kill(before, signal.SIGKILL)
        clear.goes_on(50)
        encrypted.goes_on(50)
    whole(elasticache, name)
    with tls.connect(primary, ca) as client:
        assert client.info("server")["process_id"] != before


def test_a_failover_in_a_cluster(elasticache, ca):
    found = groups.create(elasticache, NumNodeGroups=2, ReplicasPerNodeGroup=1, AutomaticFailoverEnabled=True, **PREFERRED)
    name = found["ReplicationGroupId"]
    with tls.cluster(found["ConfigurationEndpoint"], ca) as client:
        client.set("key", 1)
        node = client.get_node_from_key("key")
        client.execute_command("WAIT", 1, 2000, target_nodes=[node])
        with groups.connect({"Address": node.host, "Port": node.port}) as primary:
            os.kill(primary.info("server")["process_id"], signal.SIGKILL)
        eventually(lambda: quietly(lambda: client.set("key", 2)), within=20, what="a write after the failover")
    with cluster_client(found) as client:
        assert client.get("key") == "2"
    groups.delete(elasticache, name)


def test_replicas_come_and_go(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=2, AutomaticFailoverEnabled=True, **PREFERRED)
    name = found["ReplicationGroupId"]
    elasticache.increase_replica_count(ReplicationGroupId=name, NewReplicaCount=2, ApplyImmediately=True)
    groups.available(elasticache, name)
    nodes = groups.node_endpoints(elasticache, name)
    assert len(nodes) == 3
    for endpoint in nodes.values():
        eventually(lambda: quietly(lambda: groups.connect(endpoint).ping() and tls.connect(endpoint, ca).ping()), what="both ways in")
    elasticache.decrease_replica_count(ReplicationGroupId=name, NewReplicaCount=1, ApplyImmediately=True)
    groups.available(elasticache, name)
    (gone,) = set(nodes) - set(groups.node_endpoints(elasticache, name))
    eventually(lambda: is_closed(nodes[gone]), what="the end of its door")


def test_a_restart_of_the_service_cuts_no_connection(make_server):
    server = make_server(ephemeral=False).start()
    found = groups.create(server.client(), NumCacheClusters=2, AutomaticFailoverEnabled=True, **PREFERRED)
    ca, primary = tls.trust(server), found["NodeGroups"][0]["PrimaryEndpoint"]
    with groups.connect(primary) as clear, tls.connect(primary, ca) as encrypted:
        clear.set("a", 1)
        server.restart()
        assert clear.get("a") == encrypted.get("a") == "1"
        os.kill(clear.info("server")["process_id"], signal.SIGKILL)
    eventually(lambda: quietly(lambda: groups.connect(primary).set("a", 2)), within=20, what="the failover")
    assert server.stop() == 0
    assert server.down().returncode == 0
    server.start()
    eventually(lambda: quietly(lambda: tls.connect(primary, ca).get("a")) == "2", within=20, what="the group after down")


def test_a_retained_primary_is_reached_in_both_ways(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=2, AutomaticFailoverEnabled=True, **PREFERRED)
    name, primary = found["ReplicationGroupId"], found["MemberClusters"][0]
    endpoint = groups.node_endpoints(elasticache, name)[primary]
    with groups.connect(endpoint) as clear, tls.connect(endpoint, ca) as encrypted:
        clear.set("kept", "yes")
        groups.delete(elasticache, name, RetainPrimaryCluster=True)
        groups.gone(elasticache, name)
        assert clear.get("kept") == encrypted.get("kept") == "yes", "their connections go on"
    assert groups.connect(endpoint).ping() and tls.connect(endpoint, ca).ping()
    elasticache.delete_cache_cluster(CacheClusterId=primary)
    eventually(lambda: is_closed(endpoint), within=20, what="its end")


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"AuthToken": "token-0123456789"}, "Transit encryption preferred is not supported with redis access control."),
        ({"EngineVersion": "6.2"}, "Transit encryption mode is not supported for engine version 6.2.6."),
        ({"TransitEncryptionEnabled": False}, "To modify transit encryption mode, set encryption-in-transit as enabled."),
    ],
)
def test_what_does_not_go_together_is_refused(elasticache, parameters, text):
    before = groups.world(elasticache)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        elasticache.create_replication_group(**groups.request(**(PREFERRED | parameters)))
    assert groups.code_of(caught.value) == "InvalidParameterCombination" and text in groups.message_of(caught.value)
    assert groups.world(elasticache) == before


def test_no_token_for_whoever_may_come_in_clear_text(elasticache, group):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        elasticache.modify_replication_group(ReplicationGroupId=group["ReplicationGroupId"], AuthToken="token-0123456789", ApplyImmediately=True)
    assert "Transit encryption preferred is not supported with redis access control." in groups.message_of(caught.value)


def is_closed(endpoint: dict) -> bool:
    try:
        socket.create_connection((endpoint["Address"], endpoint["Port"]), timeout=5).close()
    except OSError:
        return True
    return False
