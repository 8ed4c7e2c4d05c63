"""Whatever is asked: an answer in time that is no failure of the service, a world that a fault leaves as it was, and groups that were
accepted and so come to be.

`ANY_REQUEST_SECONDS=600` goes on for longer, `ANY_REQUEST_SEED=7` begins elsewhere. A failure tells the seed and the request's number.
"""

import os
import re
import time
from collections import Counter

import pytest
import redis

import anyrequest
import groups
import server as servers
import tls
import wire
from anyrequest import MODEL, TOKEN, Known, Request
from patience import eventually
from test_protocol import SERVED

SECONDS = float(os.environ.get("ANY_REQUEST_SECONDS", "40"))
SEED = int(os.environ.get("ANY_REQUEST_SEED", "1"))
# How many faults may pass before the world is compared.
BATCH = 10
PASSING = {"creating", "modifying", "deleting", "snapshotting", "rebooting cache cluster nodes"}
# They change nothing, or, as the events that are told, something by themselves.
READING = re.compile(r"^(Describe|List)")
LOOKS = sorted(
    name
    for name in SERVED
    if name.startswith("Describe") and name not in ("DescribeEvents", "DescribeCacheSecurityGroups") and not MODEL.operation_model(name).input_shape.required_members
)
STANDING = {
    "plain": {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True},
    "shards": {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1},
}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Small, so that what is accepted is made quickly."""
    server = servers.Server(
        tmp_path_factory.mktemp("any"),
        arguments=["--describe-hold", "0", "--quota", "nodes-per-region=14,failover-tests-per-day=100000"],
    )
    try:
        yield server.start()
    finally:
        server.close()


class Session:
    def __init__(self, service):
        self.service = service
        self.client = service.client()
        self.known = Known(account="000000000000")
        self.sent = self.refused = self.accepted = self.created = 0
        self.changes: Counter[str] = Counter()
        self.trail: list[str] = []
        self.last: Request | None = None

    def world(self) -> dict[str, str]:
        """All that can be described, as it is on the wire."""
        seen = {}
        for operation in LOOKS:
            answer = wire.post(self.service, {"Action": operation})
            assert answer.status == 200, answer.body
            seen[operation] = re.sub(r"<RequestId>.*?</RequestId>", "", answer.body.decode())
        for name in ["replicationgroup:plain", "replicationgroup:shards", "subnetgroup:default"]:
            arn = f"arn:aws:elasticache:us-east-1:{self.known.account}:{name}"
            answer = wire.post(self.service, {"Action": "ListTagsForResource", "ResourceName": arn})
            assert answer.status == 200, answer.body
            seen[arn] = re.sub(r"<RequestId>.*?</RequestId>", "", answer.body.decode())
        return seen

    def settle(self) -> None:
        """Waits until nothing is on its way, and sees to it that what every request may name is there."""
        found = self.settled()
        for extra in [group for group in found if group["ReplicationGroupId"] not in STANDING]:
            self.judge(extra)
            groups.delete(self.client, extra["ReplicationGroupId"])
            groups.gone(self.client, extra["ReplicationGroupId"])
        for cluster in groups.clusters(self.client):
            if "ReplicationGroupId" not in cluster:
                self.client.delete_cache_cluster(CacheClusterId=cluster["CacheClusterId"])
        present = {group["ReplicationGroupId"] for group in self.settled()}
        for name in STANDING.keys() - present:
            groups.create(self.client, ReplicationGroupId=name, **STANDING[name])
        self.known.groups = sorted(STANDING)
        self.known.clusters = [cluster["CacheClusterId"] for cluster in groups.clusters(self.client)]

    def finish_test(self, before: dict[str, str]) -> None:
        """A group stays available while a failover is tested. Where roles are told, they change."""
        form = self.last.form
        if self.last.operation == "TestFailover" and form.get("ReplicationGroupId", "").lower() == "plain":
            eventually(lambda: self.world() != before, within=30, what="the failover that is tested")

    def settled(self) -> list[dict]:
        def look():
            found, clusters = groups.world(self.client)
            statuses = {group["Status"] for group in found} | {cluster["CacheClusterStatus"] for cluster in clusters}
            users = self.client.describe_users()["Users"] + self.client.describe_user_groups()["UserGroups"]
            statuses |= {user["Status"] for user in users}
            return None if statuses & PASSING else (found,)

        return eventually(look, within=60, what=f"the end of all changes after {self.trail[-3:]}")[0]

    def judge(self, group: dict) -> None:
        """A group that was accepted is available, or an event says why it can't be."""
        name, status = group["ReplicationGroupId"], group["Status"]
        if status == "create-failed":
            said = groups.messages(self.client, SourceIdentifier=name, SourceType="replication-group")
            assert said, f"{name} failed and nobody says why: {self.trail[-3:]}"
            return
        assert status == "available", f"{name} is {status} after {self.trail[-3:]}"
        self.created += 1
        endpoint = group.get("ConfigurationEndpoint") or group["NodeGroups"][0]["PrimaryEndpoint"]
        options = tls.options(tls.trust(self.service)) if group["TransitEncryptionEnabled"] else {}
        if group["AuthTokenEnabled"]:
            options |= {"username": "default", "password": TOKEN}
        with groups.connect(endpoint, **options) as connection:
            try:
                assert connection.ping()
            except redis.exceptions.AuthenticationError:
                assert group.get("UserGroupIds"), name

    def send(self, number: int) -> bool:
        """Whether it was accepted."""
        request = Request(sorted(SERVED), SEED, number, self.known)
        self.trail.append(str(request))
        self.last = request
        answer = wire.post(self.service, request.form)
        self.sent += 1
        where = f"seed {SEED}, {request}: {answer.body[:600]!r}"
        assert answer.status < 500, where
        if answer.status == 200:
            self.accepted += 1
            if READING.match(request.operation):
                return False
            self.changes[request.operation] += 1
            return True
        self.refused += 1
        assert answer.status in (400, 404), where
        assert answer.text("Error", "Type") == "Sender" and answer.code and len(answer.message) > 3, where
        return False


@pytest.mark.timeout(SECONDS + 120)
def test_any_request(service):
    session = Session(service)
    session.settle()
    before = session.world()
    end = time.monotonic() + SECONDS
    number = faults = 0
    while time.monotonic() < end:
        number += 1
        was = session.refused
        changed = session.send(number)
        faults += session.refused - was
        if changed:
            session.finish_test(before)
            session.settle()
            before, faults = session.world(), 0
        elif faults >= BATCH:
            after = session.world()
            assert after == before, f"seed {SEED}: one of these was refused and changed something: {session.trail[-BATCH * 3 :]}"
            faults = 0
    print(f"{session.sent} requests: {session.accepted} accepted, {session.refused} refused, {session.created} groups made")
    print(f"accepted changes: {dict(session.changes)}")
    assert session.accepted > 20 and session.refused > 100 and session.created > 0, "the requests are too good or too bad"


def test_a_request_is_made_anew_from_its_number():
    known = Known(account="000000000000", groups=["plain"], clusters=["plain-001"])
    forms = [Request(sorted(SERVED), 3, number, known).form for number in range(400)]
    assert forms == [Request(sorted(SERVED), 3, number, known).form for number in range(400)]
    assert forms != [Request(sorted(SERVED), 4, number, known).form for number in range(400)]
    assert {form["Action"] for form in forms} == SERVED


def test_every_kind_of_value_is_made():
    """Good values and bad ones of the parameters that matter most."""
    known = Known(account="000000000000", groups=["plain"], clusters=["plain-001"])
    made = [Request(["CreateReplicationGroup"], 1, number, known).form for number in range(3000)]
    for name in MODEL.operation_model("CreateReplicationGroup").input_shape.members:
        assert any(key == name or key.startswith(name + ".") for form in made for key in form), name
    assert any(form.get("NumCacheClusters") == "7" for form in made)
    assert any(form.get("Port") == "65536" for form in made)
    assert set(anyrequest.PLAIN) <= SERVED
