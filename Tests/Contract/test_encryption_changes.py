"""The whole way from clear text to encryption and back, on groups under load: no write is lost, and no client loses its connection that was not told to change."""

import datetime
import shutil

import botocore.exceptions
import pytest

import builds
import groups
import tls
from knocking import Knocking
from load import Load
from members import cluster_client, quietly, told, whole, whole_cluster
from patience import eventually

LONGEST_PAUSE = 1.0
"""Seconds in which nobody that connects anew may be answered; milliseconds are usual, and machines of tests are busy."""


@pytest.fixture(autouse=True, scope="module")
def needs_tls():
    assert shutil.which("redis-server"), "the system's own engine has TLS"


@pytest.fixture(scope="module")
def ca(service):
    return tls.trust(service)


def change(client, name: str, mode: str | None, within: float = 30.0) -> dict:
    wanted = {"TransitEncryptionEnabled": mode is not None} | ({"TransitEncryptionMode": mode} if mode else {})
    answer = client.modify_replication_group(ReplicationGroupId=name, ApplyImmediately=True, **wanted)["ReplicationGroup"]
    assert answer["Status"] == "modifying"
    assert answer["PendingModifiedValues"]["TransitEncryptionEnabled"] is (mode is not None)
    assert answer["PendingModifiedValues"].get("TransitEncryptionMode") == mode
    found = groups.available(client, name, within=within)
    assert (found["TransitEncryptionEnabled"], found.get("TransitEncryptionMode")) == (mode is not None, mode)
    assert "TransitEncryptionEnabled" not in found["PendingModifiedValues"]
    return found


class Kept:
    """Connections to every endpoint of a group, which are to stand."""

    def __init__(self, connect, endpoints: list[dict]):
        self.clients = [connect(endpoint) for endpoint in endpoints]
        self.ids = [client.client_id() for client in self.clients]

    def stand(self) -> bool:
        return [client.client_id() for client in self.clients] == self.ids

    def are_closed(self) -> bool:
        return all(tls.refuses(client) for client in self.clients)

    def close(self) -> None:
        for client in self.clients:
            client.close()


def every_endpoint(client, found: dict) -> list[dict]:
    (node_group,) = found["NodeGroups"]
    return [node_group["PrimaryEndpoint"], node_group["ReaderEndpoint"], *groups.node_endpoints(client, found["ReplicationGroupId"]).values()]


def test_there_and_back_under_load(elasticache, ca):
    found = groups.create(elasticache, NumCacheClusters=3, AutomaticFailoverEnabled=True)
    name, primary = found["ReplicationGroupId"], found["NodeGroups"][0]["PrimaryEndpoint"]
    endpoints = every_endpoint(elasticache, found)
    pauses = {}
    single = {"single_connection_client": True}

    def clear(endpoint: dict):
        return groups.connect(endpoint, **single)

    def encrypted(endpoint: dict):
        return tls.connect(endpoint, ca, **single)

    kept = Kept(clear, endpoints)
    with Load(lambda: clear(primary), prefix="clear") as load, Knocking(primary) as knocking:
        change(elasticache, name, "preferred")
        load.goes_on()
        pauses["off to preferred"] = knocking.longest
    assert load.errors == [] and kept.stand(), "who came in clear text goes on"
    written = [load]
    later = Kept(clear, endpoints)

    kept_tls = Kept(encrypted, endpoints)
    with Load(lambda: encrypted(primary), prefix="tls") as load, Knocking(primary, ca) as knocking:
        change(elasticache, name, "required")
        load.goes_on()
        pauses["preferred to required"] = knocking.longest
    assert load.errors == [] and kept_tls.stand(), "who encrypted goes on"
    assert kept.are_closed() and later.are_closed(), "who did not is sent away"
    assert all(tls.refuses(groups.connect(endpoint)) for endpoint in endpoints)
    written.append(load)

    direct = Kept(encrypted, endpoints)
    with Load(lambda: encrypted(primary), prefix="back") as load, Knocking(primary, ca) as knocking:
        change(elasticache, name, "preferred")
        load.goes_on()
        pauses["required to preferred"] = knocking.longest
    assert load.errors == [] and kept_tls.stand() and direct.stand()
    written.append(load)

    kept = Kept(clear, endpoints)
    with Load(lambda: clear(primary), prefix="off") as load, Knocking(primary) as knocking:
        change(elasticache, name, None)
        load.goes_on()
        pauses["preferred to off"] = knocking.longest
    assert load.errors == [] and kept.stand()
    assert kept_tls.are_closed() and direct.are_closed()
    assert not any(tls.shakes_hands(endpoint) for endpoint in endpoints)
    written.append(load)

    whole(elasticache, name)
    with clear(primary) as reader:
        for load in written:
            assert len(load.acknowledged) > 40 and load.lost(reader) == []
        assert reader.execute_command("WAIT", 2, 5000) == 2
    print({what: f"{pause * 1000:.1f} ms" for what, pause in pauses.items()})
    assert max(pauses.values()) < LONGEST_PAUSE, pauses
    assert [message for message in told(elasticache, "replication-group", name) if "ncryption" in message] == [
        f"Encryption in transit of replication group {name} has been {what}"
        for what in ("set to preferred", "set to required", "set to preferred", "turned off")
    ]
    assert not any("Failover" in message for message in told(elasticache, "replication-group", name))
    kept.close()


def test_there_and_back_in_a_cluster(elasticache, ca):
    found = groups.create(elasticache, NumNodeGroups=2, ReplicasPerNodeGroup=1, AutomaticFailoverEnabled=True)
    name = found["ReplicationGroupId"]
    written = []

    def step(connect, prefix: str, mode: str | None) -> None:
        with Load(connect, prefix=prefix) as load:
            change(elasticache, name, mode)
            load.goes_on()
        assert load.errors == []
        written.append(load)

    def clear():
        return cluster_client(found)

    def encrypted():
        return tls.cluster(found["ConfigurationEndpoint"], ca)

    step(clear, "clear", "preferred")
    step(encrypted, "tls", "required")
    assert quietly(clear) is None, "clear text is answered"
    step(encrypted, "back", "preferred")
    step(clear, "off", None)
    whole_cluster(elasticache, name)
    with cluster_client(found) as reader:
        for load in written:
            assert len(load.acknowledged) > 40 and load.lost(reader) == []
    assert not any("Failover" in message for message in told(elasticache, "replication-group", name))


def test_valkey_goes_the_way_too(make_server, tmp_path):
    """Its nodes announce their ports in another way than those of Redis 7.0."""
    paths = [build.path for build in builds.installed() if build.engine == "valkey" and "tls" in build.path.parent.name]
    if not paths:
        pytest.skip("no valkey with TLS is installed: scripts/fetch-engines.sh --valkey-tls brings it where the system has a package of it")
    only = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "ELASTANE_ENGINES": str(paths[0])}
    server = make_server(environment=only).start()
    client, ca = server.client(), tls.trust(server)
    found = groups.create(client, NumNodeGroups=2, ReplicasPerNodeGroup=1, AutomaticFailoverEnabled=True, Engine="valkey", EngineVersion="8.0")
    name = found["ReplicationGroupId"]
    with Load(lambda: cluster_client(found), prefix="clear") as clear:
        change(client, name, "preferred")
        clear.goes_on()
    with Load(lambda: tls.cluster(found["ConfigurationEndpoint"], ca), prefix="tls") as encrypted:
        change(client, name, "required")
        change(client, name, "preferred")
        encrypted.goes_on()
    assert clear.errors == encrypted.errors == []
    change(client, name, None)
    whole_cluster(client, name)
    with cluster_client(found) as reader:
        assert clear.lost(reader) == encrypted.lost(reader) == []


def test_it_waits_for_the_maintenance_window_where_it_is_not_to_be_at_once(elasticache):
    found = groups.create(elasticache, PreferredMaintenanceWindow=window_far_away())
    name = found["ReplicationGroupId"]
    wanted = {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}
    answer = elasticache.modify_replication_group(ReplicationGroupId=name, **wanted)["ReplicationGroup"]
    assert answer["Status"] == "available" and answer["TransitEncryptionEnabled"] is False
    assert {key: answer["PendingModifiedValues"][key] for key in wanted} == wanted
    elasticache.modify_replication_group(ReplicationGroupId=name, ApplyImmediately=True, ReplicationGroupDescription="now")
    assert groups.available(elasticache, name)["TransitEncryptionMode"] == "preferred"


@pytest.mark.parametrize(
    ("before", "modification", "text"),
    [
        ({}, {"TransitEncryptionEnabled": True}, "requires TransitEncryptionMode preferred in the same request"),
        ({}, {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "required"}, "is reached in two steps"),
        ({}, {"TransitEncryptionMode": "preferred"}, "To modify transit encryption mode, set encryption-in-transit as enabled."),
        ({"TransitEncryptionEnabled": True}, {"TransitEncryptionEnabled": False}, "is turned off in two steps"),
    ],
)
def test_steps_that_are_none(elasticache, before, modification, text):
    found = groups.create(elasticache, **before)
    name = found["ReplicationGroupId"]
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        elasticache.modify_replication_group(ReplicationGroupId=name, ApplyImmediately=True, **modification)
    assert groups.code_of(caught.value) == "InvalidParameterCombination" and text in groups.message_of(caught.value)
    assert groups.describe(elasticache, name) == found
    groups.delete(elasticache, name)


def test_a_build_without_tls_is_named(make_server, tmp_path):
    clear = builds.need("valkey", 9)
    only = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "ELASTANE_ENGINES": str(clear.path)}
    client = make_server(environment=only).start().client()
    found = groups.create(client, EngineVersion="7.0")
    name = found["ReplicationGroupId"]
    wanted = {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.modify_replication_group(ReplicationGroupId=name, ApplyImmediately=True, **wanted)
    assert groups.code_of(caught.value) == "InsufficientCacheClusterCapacity"
    assert str(clear.path) in groups.message_of(caught.value) and "TLS" in groups.message_of(caught.value)
    assert groups.describe(client, name)["TransitEncryptionEnabled"] is False


def test_a_killed_service_goes_on_with_it(make_server):
    server = make_server(ephemeral=False).start()
    found = groups.create(server.client(), NumCacheClusters=2, AutomaticFailoverEnabled=True)
    name, primary, ca = found["ReplicationGroupId"], found["NodeGroups"][0]["PrimaryEndpoint"], tls.trust(server)
    with Load(lambda: groups.connect(primary), prefix="clear") as load:
        server.client().modify_replication_group(
            ReplicationGroupId=name, ApplyImmediately=True, TransitEncryptionEnabled=True, TransitEncryptionMode="preferred"
        )
        server.restart()
        assert groups.available(server.client(), name)["TransitEncryptionMode"] == "preferred"
        load.goes_on()
    assert load.errors == []
    with tls.connect(primary, ca) as reader:
        assert load.lost(reader) == []
    server.client().modify_replication_group(ReplicationGroupId=name, ApplyImmediately=True, TransitEncryptionMode="required")
    server.restart()
    groups.available(server.client(), name)
    eventually(lambda: quietly(lambda: tls.connect(primary, ca).ping()), what="the encrypted group")
    assert tls.refuses(groups.connect(primary))


def window_far_away() -> str:
    day = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3)).strftime("%a").lower()
    return f"{day}:03:00-{day}:04:00"
