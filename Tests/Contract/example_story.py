"""The documented examples in an order that makes them valid: what has to be there before each, and where its request must be another."""

from collections.abc import Callable
from dataclasses import dataclass, field

import groups
from patience import eventually

ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Chapter:
    """`world` is the account in which it happens: chapters of one account see what those before have left."""

    example: str
    prepare: Callable | None = None
    #: What is sent other than documented; None is not sent at all.
    change: dict = field(default_factory=dict)
    world: str = "100000000001"

    def request(self, documented: dict) -> dict:
        return {name: value for name, value in (documented | self.change).items() if value is not None}


def _tags(**tags: str) -> list[dict]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _arn(world: str, kind: str, name: str, region: str = "us-east-1") -> str:
    return f"arn:aws:elasticache:{region}:{world}:{kind}:{name}"


def _cluster(client, cluster: str, **options) -> None:
    """A cache cluster that is available."""
    client.create_cache_cluster(CacheClusterId=cluster, **options)
    eventually(lambda: _status(client, cluster) == "available", within=30, what=f"{cluster} to be available")


def _status(client, cluster: str) -> str:
    return client.describe_cache_clusters(CacheClusterId=cluster)["CacheClusters"][0]["CacheClusterStatus"]


def _memcached(client, cluster: str, **options) -> None:
    settings = {"Engine": "memcached", "EngineVersion": "1.4.24", "CacheNodeType": "cache.t2.medium", "NumCacheNodes": 2, "AZMode": "cross-az"}
    _cluster(client, cluster, **settings | options)


def _redis(client, cluster: str, **options) -> None:
    settings = {"Engine": "redis", "EngineVersion": "3.2.4", "CacheNodeType": "cache.r3.large", "NumCacheNodes": 1}
    _cluster(client, cluster, **settings | options)


def _custom_memcached_parameters(client) -> None:
    client.create_cache_parameter_group(
        CacheParameterGroupName="custom-mem1-4", CacheParameterGroupFamily="memcached1.4", Description="Custom memcache param group"
    )


def _subnet_group(name: str, *subnets: str) -> Callable:
    def prepare(client) -> None:
        client.create_cache_subnet_group(
            CacheSubnetGroupName=name, CacheSubnetGroupDescription="My subnet group.", SubnetIds=list(subnets)
        )

    return prepare


def _sharded_group(client) -> None:
    groups.create(
        client,
        ReplicationGroupId="clustered-redis",
        ReplicationGroupDescription="Test cluster",
        EngineVersion="3.2.4",
        CacheNodeType="cache.m3.medium",
        NumNodeGroups=2,
        ReplicasPerNodeGroup=1,
    )


def _redis_and_memcached(client) -> None:
    _memcached(client, "my-memcached2", PreferredAvailabilityZones=["us-east-1e", "us-east-1c"])
    _redis(client, "redis-cluster", PreferredAvailabilityZone="us-east-1e")


def _scalable_group(client) -> None:
    groups.create(client, ReplicationGroupId="myreplgroup", EngineVersion="3.2.4", CacheNodeType="cache.m4.large", NumCacheClusters=2)


def _available(group: str) -> Callable:
    return lambda client: groups.available(client, group)


STORY = [
    # Parameter groups.
    Chapter("CreateCacheParameterGroup 1"),
    Chapter("DescribeCacheParameters 1", change={"Source": None}),
    Chapter("DescribeCacheParameterGroups 1", _custom_memcached_parameters),
    Chapter("ModifyCacheParameterGroup 1"),
    Chapter("ResetCacheParameterGroup 1"),
    Chapter("DeleteCacheParameterGroup 1"),
    Chapter("DescribeEngineDefaultParameters 1"),
    # Subnet groups.
    Chapter("DescribeCacheSubnetGroups 1"),
    Chapter("CreateCacheSubnetGroup 1"),
    Chapter("ModifyCacheSubnetGroup 1", _subnet_group("my-sn-grp", "subnet-6f28c982", "subnet-bcd382f3")),
    Chapter("DeleteCacheSubnetGroup 1", _subnet_group("my-subnet-group", "subnet-a1b2c3d4")),
    # Security groups of networks that are no VPC.
    Chapter("CreateCacheSecurityGroup 1"),
    Chapter("AuthorizeCacheSecurityGroupIngress 1"),
    Chapter("DescribeCacheSecurityGroups 1"),
    Chapter("RevokeCacheSecurityGroupIngress 1"),
    Chapter("DeleteCacheSecurityGroup 1"),
    # Replication groups.
    Chapter("CreateReplicationGroup 1"),
    Chapter("ModifyReplicationGroup 1", _available("my-redis-rg")),
    Chapter("DeleteReplicationGroup 1", _available("my-redis-rg")),
    Chapter("CreateReplicationGroup 2"),
    Chapter("DescribeReplicationGroups 1", _sharded_group, world="100000000002"),
    # Cache clusters.
    Chapter("CreateCacheCluster 1"),
    Chapter("CreateCacheCluster 2", change={"CacheNodeType": "cache.r3.large"}),
    Chapter("DeleteCacheCluster 1", lambda client: _memcached(client, "my-memcached", CacheNodeType="cache.r3.large")),
    Chapter("DescribeCacheClusters 1", lambda client: _memcached(client, "my-mem-cluster")),
    Chapter("DescribeCacheClusters 2"),
    Chapter("AddTagsToResource 1", change={"ResourceName": _arn("100000000001", "cluster", "my-mem-cluster")}),
    Chapter(
        "RemoveTagsFromResource 1",
        lambda client: _retag(client, "my-mem-cluster"),
        change={"ResourceName": _arn("100000000001", "cluster", "my-mem-cluster")},
    ),
    Chapter("RebootCacheCluster 1", change={"CacheClusterId": "my-mem-cluster"}),
    Chapter("ModifyCacheCluster 1", lambda client: _redis(client, "redis-cluster")),
    Chapter(
        "ListTagsForResource 1",
        lambda client: _redis(
            client, "mycluster", CacheNodeType="cache.r3.8xlarge", Tags=_tags(APIVersion="20150202", Service="ElastiCache")
        ),
        change={"ResourceName": _arn("100000000001", "cluster", "mycluster")},
    ),
    # What there is to choose from.
    Chapter("ListAllowedNodeTypeModifications 1", _scalable_group),
    Chapter("ListAllowedNodeTypeModifications 2"),
    Chapter("DescribeCacheEngineVersions 1"),
    Chapter("DescribeCacheEngineVersions 2"),
    # Reserved nodes.
    Chapter("DescribeReservedCacheNodesOfferings 1"),
    Chapter("DescribeReservedCacheNodesOfferings 2"),
    Chapter("DescribeReservedCacheNodesOfferings 3"),
    Chapter("PurchaseReservedCacheNodesOffering 1"),
    Chapter("DescribeReservedCacheNodes 1"),
    # Events.
    Chapter("DescribeEvents 1", _redis_and_memcached, world="100000000003"),
    Chapter("DescribeEvents 2", change={"StartTime": None}, world="100000000003"),
]


def _retag(client, cluster: str) -> None:
    arn = _arn("100000000001", "cluster", cluster)
    client.remove_tags_from_resource(ResourceName=arn, TagKeys=["APIVersion", "Service"])
    client.add_tags_to_resource(
        ResourceName=arn, Tags=_tags(A="Apple", B="Banana", C="Cherry", D="Dog", E="Egg", F="Fox", I="", K="Kite")
    )
