"""Tags of groups and of their members."""

import botocore.exceptions
import pytest

import groups


@pytest.fixture(scope="module")
def group(elasticache):
    return groups.create(
        elasticache,
        ReplicationGroupId="tagged",
        NumCacheClusters=2,
        Tags=[{"Key": "team", "Value": "blue"}, {"Key": "Team", "Value": ""}],
    )


def tags(client, arn: str) -> dict[str, str]:
    listed = client.list_tags_for_resource(ResourceName=arn)["TagList"]
    found = {tag["Key"]: tag.get("Value", "") for tag in listed}
    assert len(found) == len(listed)
    return found


def as_list(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def settled(client) -> None:
    groups.available(client, "tagged")


def test_tags_of_the_creation(elasticache, group):
    assert tags(elasticache, group["ARN"]) == {"team": "blue", "Team": ""}


def test_members_have_them_too(elasticache, group):
    for cluster in groups.clusters(elasticache):
        if cluster.get("ReplicationGroupId") == "tagged":
            assert tags(elasticache, cluster["ARN"]) == {"team": "blue", "Team": ""}


def test_adding_overwriting_and_removing(elasticache, group):
    arn = group["ARN"]
    settled(elasticache)
    added = elasticache.add_tags_to_resource(ResourceName=arn, Tags=as_list(a="1", b="2", team="red"))["TagList"]
    assert {tag["Key"]: tag.get("Value", "") for tag in added} == {"team": "red", "Team": "", "a": "1", "b": "2"}
    settled(elasticache)
    assert tags(elasticache, arn)["team"] == "red"
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId="tagged-001")["CacheClusters"]
    assert tags(elasticache, cluster["ARN"])["a"] == "1", "what a group is given, its members get"
    settled(elasticache)
    left = elasticache.remove_tags_from_resource(ResourceName=arn, TagKeys=["a", "b"])["TagList"]
    assert {tag["Key"] for tag in left} == {"team", "Team"}
    settled(elasticache)
    elasticache.add_tags_to_resource(ResourceName=arn, Tags=as_list(team="blue"))
    settled(elasticache)


def test_removing_what_is_not_there(elasticache, group):
    settled(elasticache)
    with pytest.raises(elasticache.exceptions.TagNotFoundFault):
        elasticache.remove_tags_from_resource(ResourceName=group["ARN"], TagKeys=["nobody"])


def test_fifty_and_no_more(elasticache):
    found = groups.create(elasticache, Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(50)])
    arn = found["ARN"]
    with pytest.raises(elasticache.exceptions.TagQuotaPerResourceExceeded):
        elasticache.add_tags_to_resource(ResourceName=arn, Tags=as_list(one_more="v"))
    assert len(tags(elasticache, arn)) == 50
    elasticache.add_tags_to_resource(ResourceName=arn, Tags=as_list(k0="overwritten"))
    groups.available(elasticache, found["ReplicationGroupId"])
    assert tags(elasticache, arn)["k0"] == "overwritten"


@pytest.mark.parametrize(
    "wrong",
    [
        [{"Key": "aws:mine", "Value": "v"}],
        [{"Key": "k" * 129, "Value": "v"}],
        [{"Key": "k", "Value": "v" * 257}],
        [{"Key": "", "Value": "v"}],
        [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}],
    ],
    ids=["aws:", "long key", "long value", "no key", "duplicate"],
)
def test_a_wrong_tag_changes_nothing(elasticache, group, wrong):
    settled(elasticache)
    before = tags(elasticache, group["ARN"])
    with pytest.raises(elasticache.exceptions.InvalidParameterValueException):
        elasticache.add_tags_to_resource(ResourceName=group["ARN"], Tags=[{"Key": "good", "Value": "v"}, *wrong])
    assert tags(elasticache, group["ARN"]) == before


HOME = "arn:aws:elasticache:us-east-1:000000000000"


@pytest.mark.parametrize(
    ("arn", "code", "says"),
    [
        ("nonsense", "InvalidARN", "Input ARN string does not have 7 components"),
        ("arn:aws:elasticache:us-east-1:000000000000:cluster", "InvalidARN", "7 components"),
        (f"{HOME.replace(':aws:', ':gcp:')}:replicationgroup:tagged", "InvalidARN", "partition"),
        (f"{HOME.replace('elasticache', 'rds')}:replicationgroup:tagged", "InvalidARN", "service"),
        (f"{HOME.replace('us-east-1', 'eu-west-1')}:replicationgroup:tagged", "InvalidParameterValue", "region"),
        (f"{HOME.replace('000000000000', '999999999999')}:replicationgroup:tagged", "InvalidParameterValue", "account"),
        (f"{HOME}:replicationgroup:nobody", "ReplicationGroupNotFoundFault", "nobody"),
        (f"{HOME}:cluster:nobody-001", "CacheClusterNotFound", "nobody-001"),
    ],
)
@pytest.mark.parametrize("operation", ["list", "add", "remove"])
def test_a_wrong_arn(elasticache, group, operation, arn, code, says):
    calls = {
        "list": lambda: elasticache.list_tags_for_resource(ResourceName=arn),
        "add": lambda: elasticache.add_tags_to_resource(ResourceName=arn, Tags=as_list(a="b")),
        "remove": lambda: elasticache.remove_tags_from_resource(ResourceName=arn, TagKeys=["a"]),
    }
    with pytest.raises(botocore.exceptions.ClientError, match=says) as caught:
        calls[operation]()
    assert groups.code_of(caught.value) == code


def test_tags_go_with_their_group(elasticache):
    for value in ("first", "second"):
        found = groups.create(elasticache, ReplicationGroupId="short-lived", Tags=[{"Key": value, "Value": "v"}])
        assert set(tags(elasticache, found["ARN"])) == {value}
        groups.delete(elasticache, "short-lived")
        groups.gone(elasticache, "short-lived")
