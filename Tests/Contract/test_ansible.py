"""What Ansible's ElastiCache modules send and read: empty texts for what is not set, and statuses that they know by name."""

import botocore.exceptions
import pytest

from patience import eventually

#: Any other status breaks the module's table of states.
STATES = {"available", "creating", "rebooting", "rebooting cluster nodes", "rebooting cache cluster nodes", "modifying", "deleting"}


def _status(client, name: str) -> str:
    try:
        [cluster] = client.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)["CacheClusters"]
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "CacheClusterNotFound"
        return "gone"
    assert cluster["CacheClusterStatus"] in STATES
    return cluster["CacheClusterStatus"]


def _until(client, name: str, status: str) -> None:
    eventually(lambda: _status(client, name) == status, within=30, what=f"{name} to be {status}")


def test_a_cluster(alone):
    """`elasticache`: what was not set goes as an empty text, and there is always a list of cache security groups."""
    alone.create_cache_cluster(
        CacheClusterId="ansible-redis",
        NumCacheNodes=1,
        CacheNodeType="cache.t3.small",
        Engine="redis",
        EngineVersion="",
        CacheSecurityGroupNames=[],
        SecurityGroupIds=[],
        CacheParameterGroupName="",
        CacheSubnetGroupName="",
        PreferredAvailabilityZone="",
    )
    _until(alone, "ansible-redis", "available")
    [cluster] = alone.describe_cache_clusters(CacheClusterId="ansible-redis", ShowCacheNodeInfo=True)["CacheClusters"]
    assert isinstance(cluster["CacheSecurityGroups"], list) and cluster["SecurityGroups"]
    assert (cluster["NumCacheNodes"], cluster["CacheNodeType"]) == (1, "cache.t3.small")
    assert cluster["EngineVersion"] and cluster["CacheNodes"][0]["Endpoint"]["Port"] == 6379
    alone.reboot_cache_cluster(CacheClusterId="ansible-redis", CacheNodeIdsToReboot=["0001"])
    _until(alone, "ansible-redis", "available")
    alone.delete_cache_cluster(CacheClusterId="ansible-redis")
    _until(alone, "ansible-redis", "gone")


def test_what_is_known_of_members(alone, new_account):
    """`elasticache_info`: clusters, for members their group, and tags by an ARN that the module puts together itself."""
    alone.create_replication_group(
        ReplicationGroupId="ansible-group",
        ReplicationGroupDescription="d",
        CacheNodeType="cache.t3.small",
        NumCacheClusters=2,
        Tags=[{"Key": "Owner", "Value": "platform"}],
    )
    _until(alone, "ansible-group-002", "available")
    pages = alone.get_paginator("describe_cache_clusters").paginate(ShowCacheNodeInfo=True)
    for cluster in [cluster for page in pages for cluster in page["CacheClusters"]]:
        [group] = alone.describe_replication_groups(ReplicationGroupId=cluster["ReplicationGroupId"])["ReplicationGroups"]
        assert group["ReplicationGroupId"] == "ansible-group"
        arn = f"arn:aws:elasticache:us-east-1:{new_account}:cluster:{cluster['CacheClusterId']}"
        assert alone.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "Owner", "Value": "platform"}]


def test_a_parameter_group(alone):
    """`elasticache_parameter_group`: reads every parameter without paging, checks what it may set itself, and resets all."""
    name = "ansible-parameters"
    alone.create_cache_parameter_group(CacheParameterGroupName=name, CacheParameterGroupFamily="redis7", Description="d")

    def parameters() -> dict[str, dict]:
        return {p["ParameterName"]: p for p in alone.describe_cache_parameters(CacheParameterGroupName=name)["Parameters"]}

    known = parameters()
    for parameter in known.values():
        assert parameter["DataType"] in ("integer", "string") and isinstance(parameter["IsModifiable"], bool)
        assert "ParameterValue" in parameter or parameter.get("AllowedValues", "") == ""
    alone.modify_cache_parameter_group(
        CacheParameterGroupName=name, ParameterNameValues=[{"ParameterName": "timeout", "ParameterValue": "60"}]
    )
    assert parameters()["timeout"]["ParameterValue"] == "60"
    alone.reset_cache_parameter_group(CacheParameterGroupName=name, ResetAllParameters=True)
    assert {n: p.get("ParameterValue") for n, p in parameters().items()} == {n: p.get("ParameterValue") for n, p in known.items()}
    alone.delete_cache_parameter_group(CacheParameterGroupName=name)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        alone.describe_cache_parameter_groups(CacheParameterGroupName=name)
    assert caught.value.response["Error"]["Code"] == "CacheParameterGroupNotFound"


def test_a_subnet_group(alone):
    """`elasticache_subnet_group`: one that isn't there is told by its code."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        alone.describe_cache_subnet_groups(CacheSubnetGroupName="ansible-none")
    assert caught.value.response["Error"]["Code"] == "CacheSubnetGroupNotFoundFault"
