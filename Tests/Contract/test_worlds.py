"""Each region, and each account in it, is a world of its own."""

import pytest

import groups
import wire


def test_the_same_id_in_two_regions(service):
    clients = {region: service.client(region=region) for region in ("us-east-1", "eu-west-1")}
    found = {region: groups.create(client, ReplicationGroupId="twin", NumCacheClusters=2) for region, client in clients.items()}
    for region, group in found.items():
        assert group["ARN"] == f"arn:aws:elasticache:{region}:000000000000:replicationgroup:twin"
        for member in group["NodeGroups"][0]["NodeGroupMembers"]:
            assert member["PreferredAvailabilityZone"].startswith(region)
        with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as client:
            client.set("region", region)
    for region, group in found.items():
        with groups.connect(group["NodeGroups"][0]["PrimaryEndpoint"]) as client:
            assert client.get("region") == region
    groups.delete(clients["eu-west-1"], "twin")
    groups.gone(clients["eu-west-1"], "twin")
    assert groups.describe(clients["us-east-1"], "twin")["Status"] == "available"
    assert groups.messages(clients["us-east-1"], SourceType="replication-group").count("Replication group twin deleted") == 0


def test_the_same_id_in_two_accounts(service):
    clients = {account: service.client(account=account) for account in ("111111111111", "222222222222")}
    for account, client in clients.items():
        found = groups.create(client, ReplicationGroupId="double")
        assert found["ARN"] == f"arn:aws:elasticache:us-east-1:{account}:replicationgroup:double"
        assert groups.world(client)[0] == [found], "nobody sees another account's groups"
        assert {event["SourceIdentifier"] for event in client.describe_events()["Events"]} == {"double", "double-001"}


def test_an_access_key_that_is_no_account(service):
    """Any other access key belongs to the default account."""
    for key in ("AKIAIOSFODNN7EXAMPLE", "test", "12345", "1234567890123"):
        name = groups.fresh("key")
        found = groups.create(service.client(account=key), ReplicationGroupId=name)
        assert found["ARN"] == f"arn:aws:elasticache:us-east-1:000000000000:replicationgroup:{name}"


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-central-1", "aws"), ("ap-northeast-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")],
)
def test_arns_and_zones_of_a_region(service, region, partition):
    client = service.client(region=region)
    found = groups.create(client, ReplicationGroupId="here")
    assert found["ARN"] == f"arn:{partition}:elasticache:{region}:000000000000:replicationgroup:here"
    zone = found["NodeGroups"][0]["NodeGroupMembers"][0]["PreferredAvailabilityZone"]
    assert zone.startswith(region) and len(zone) == len(region) + 1
    assert client.list_tags_for_resource(ResourceName=found["ARN"])["TagList"] == []


def test_without_credentials_it_is_the_configured_world(service):
    client = service.client()
    groups.create(client, ReplicationGroupId="configured")
    answer = wire.send(service, "GET", "/?Action=DescribeReplicationGroups&ReplicationGroupId=configured")
    assert answer.status == 200


@pytest.mark.parametrize("region", ["mars-north-1", "", "us-east-1/../eu-west-1", "x" * 500], ids=["unknown", "empty", "path", "long"])
def test_a_region_nobody_knows_is_no_server_error(service, region):
    assert wire.get(service, {"Action": "DescribeReplicationGroups"}, region=region).status < 500
