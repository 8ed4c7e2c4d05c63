"""The disk with Elastane's own records is full: nothing is half done, what serves goes on, and all is made good when there is space."""

import os
import signal
import time

import botocore.exceptions
import pytest

import groups
from disks import Disk
from members import chronicle, own_roles, pid_of, primary, quietly, state_of, told, whole
from patience import eventually


@pytest.fixture
def disk(tmp_path):
    made = Disk(tmp_path, "32m", "--durability", "none")
    try:
        made.server.start()
        yield made
    finally:
        made.server.close()


def entry(found: dict) -> dict:
    return found["NodeGroups"][0]["PrimaryEndpoint"]


def test_there_is_no_failover_before_it_can_be_recorded(disk):
    client = disk.server.client()
    found = groups.create(client, ReplicationGroupId="full", NumCacheClusters=3, AutomaticFailoverEnabled=True)
    nodes = groups.node_endpoints(client, "full")
    with groups.connect(entry(found)) as user:
        user.set("kept", "yes")
        assert user.wait(2, 10_000) == 2
    eventually(lambda: told(client, "replication-group", "full"), what="the last record of the creation")
    disk.fill(leaving=0)

    with pytest.raises(botocore.exceptions.ClientError) as refused:
        client.increase_replica_count(ReplicationGroupId="full", NewReplicaCount=3, ApplyImmediately=True)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert groups.code_of(refused.value) == "InternalFailure"
    assert groups.describe(client, "full") == found, "descriptions go on, and nothing is half done"
    with groups.connect(entry(found)) as user:
        assert user.set("meanwhile", "written")
        assert user.wait(2, 10_000) == 2

    old = pid_of(nodes["full-001"])
    os.kill(old, signal.SIGKILL)
    eventually(lambda: not state_of(old), what="its end")
    others = {member: endpoint for member, endpoint in nodes.items() if member != "full-001"}
    until = time.monotonic() + 2
    while time.monotonic() < until:
        assert set(own_roles(others).values()) == {"replica"}, "somebody was promoted whom no record names"
        time.sleep(0.1)
    assert disk.server.process.poll() is None

    disk.free()
    eventually(lambda: primary(client, "full") != "full-001", what="the failover")
    whole(client, "full")
    assert quietly(lambda: groups.connect(entry(found)).mget("kept", "meanwhile")) == ["yes", "written"]
    failovers = [message for _, message in chronicle(client) if "Failover" in message]
    assert failovers == [failovers[0]] * 2, "one, told of the group and of the member"
    assert len(groups.describe(client, "full")["MemberClusters"]) == 3
