"""DescribeEvents: texts, order and filters."""

import datetime

import botocore.exceptions
import pytest

import groups

UTC = datetime.timezone.utc


@pytest.fixture(scope="module")
def life(service):
    """A group's whole life in an account of its own: (client, start, while it lived, end)."""
    client = service.client(account="400000000004")
    start = datetime.datetime.now(UTC) - datetime.timedelta(seconds=1)
    groups.create(
        client,
        ReplicationGroupId="lived",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        PreferredCacheClusterAZs=["us-east-1a", "us-east-1b"],
    )
    living = client.describe_events()["Events"]
    groups.delete(client, "lived")
    groups.gone(client, "lived")
    return client, start, living


def by(events: list[dict], kind: str, name: str) -> list[str]:
    """Messages of one source, oldest first."""
    return [e["Message"] for e in reversed(events) if (e["SourceType"], e["SourceIdentifier"]) == (kind, name)]


def test_texts_of_a_creation(life):
    _, _, events = life
    assert "Replication group lived created" in by(events, "replication-group", "lived")
    assert "Automatic failover has been turned on for replication group lived" in by(events, "replication-group", "lived")
    for member, zone in (("lived-001", "us-east-1a"), ("lived-002", "us-east-1b")):
        told = by(events, "cache-cluster", member)
        created = told.index("Cache cluster created")
        added = told.index(f"Added cache node 0001 in availability zone {zone}")
        assert {created, added} == {min(created, added), min(created, added) + 1}
    order = [e["Message"] for e in reversed(events)]
    assert order.index("Cache cluster created") < order.index("Replication group lived created")


def test_texts_of_a_deletion(life):
    client, _, _ = life
    events = client.describe_events()["Events"]
    assert "Cache cluster deleted" in by(events, "cache-cluster", "lived-001")
    assert "Cache cluster deleted" in by(events, "cache-cluster", "lived-002")
    assert "Replication group lived deleted" in by(events, "replication-group", "lived")


def test_fields_and_order(life):
    client, start, _ = life
    events = client.describe_events()["Events"]
    assert all(set(event) == {"SourceIdentifier", "SourceType", "Message", "Date"} for event in events)
    dates = [event["Date"] for event in events]
    assert dates == sorted(dates, reverse=True), "newest first"
    assert start <= dates[-1] <= dates[0] <= datetime.datetime.now(UTC)


def test_filters(life):
    client, _, _ = life
    of_groups = client.describe_events(SourceType="replication-group")["Events"]
    assert {event["SourceType"] for event in of_groups} == {"replication-group"}
    of_one = client.describe_events(SourceType="cache-cluster", SourceIdentifier="lived-002")["Events"]
    assert {event["SourceIdentifier"] for event in of_one} == {"lived-002"}
    assert client.describe_events(SourceType="cache-cluster", SourceIdentifier="LIVED-002")["Events"] == of_one
    assert client.describe_events(SourceType="cache-cluster", SourceIdentifier="nobody")["Events"] == []
    assert client.describe_events(SourceType="user")["Events"] == []


def test_times(life):
    client, start, _ = life
    everything = client.describe_events()["Events"]
    now = datetime.datetime.now(UTC)
    hour = datetime.timedelta(hours=1)
    assert client.describe_events(Duration=60)["Events"] == everything
    assert client.describe_events(Duration=14 * 24 * 60)["Events"] == everything
    assert client.describe_events(StartTime=start)["Events"] == everything
    assert client.describe_events(StartTime=start, EndTime=now + hour)["Events"] == everything
    assert client.describe_events(StartTime=now - 2 * hour, EndTime=start - hour / 2)["Events"] == []
    middle = everything[len(everything) // 2]["Date"] + datetime.timedelta(microseconds=500)
    assert client.describe_events(StartTime=start, EndTime=middle)["Events"] == [e for e in everything if e["Date"] <= middle]
    assert client.describe_events(StartTime=middle)["Events"] == [e for e in everything if e["Date"] > middle]


@pytest.mark.parametrize(
    ("parameters", "codes", "says"),
    [
        ({"SourceIdentifier": "lived"}, {"InvalidParameterCombination"}, "SourceType"),
        ({"SourceType": "weather"}, {"InvalidParameterValue"}, "SourceType"),
        ({"Duration": 0}, {"InvalidParameterValue"}, "Duration"),
        ({"Duration": -5}, {"InvalidParameterValue"}, "Duration"),
        ({"Duration": 14 * 24 * 60 + 1}, {"InvalidParameterValue"}, "Duration|14 days"),
        ({"StartTime": datetime.datetime.now(UTC) - datetime.timedelta(days=15)}, {"InvalidParameterValue"}, "StartTime|14 days"),
        (
            {
                "StartTime": datetime.datetime.now(UTC) - datetime.timedelta(hours=1),
                "EndTime": datetime.datetime.now(UTC) - datetime.timedelta(hours=2),
            },
            {"InvalidParameterValue", "InvalidParameterCombination"},
            "StartTime|EndTime",
        ),
    ],
    ids=["identifier alone", "unknown type", "no time", "negative time", "more than 14 days", "15 days ago", "backwards"],
)
def test_wrong_filters(elasticache, parameters, codes, says):
    with pytest.raises(botocore.exceptions.ClientError, match=says) as caught:
        elasticache.describe_events(**parameters)
    assert groups.code_of(caught.value) in codes
