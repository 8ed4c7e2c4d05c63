"""Which fields a description carries, by the state of what it describes."""

import re

# A replication group in any state.
GROUP_ALWAYS = {
    "ReplicationGroupId",
    "Description",
    "GlobalReplicationGroupInfo",
    "Status",
    "PendingModifiedValues",
    "AutomaticFailover",
    "MultiAZ",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "TransitEncryptionEnabled",
    "AtRestEncryptionEnabled",
    "ARN",
    "ReplicationGroupCreateTime",
    "DataTiering",
    "AutoMinorVersionUpgrade",
    "NetworkType",
    "IpDiscovery",
    "ClusterMode",
    "Engine",
}
GROUP_MAYBE = {"AuthTokenEnabled", "UserGroupIds", "LogDeliveryConfigurations"}
GROUP_CREATING = GROUP_ALWAYS | {"MemberClusters", "ClusterEnabled", "CacheNodeType", "LogDeliveryConfigurations"}
GROUP_AVAILABLE = GROUP_CREATING | {"NodeGroups", "AuthTokenEnabled"}
GROUP_DELETING = GROUP_ALWAYS

NODE_GROUP_DISABLED = {"NodeGroupId", "Status", "PrimaryEndpoint", "ReaderEndpoint", "NodeGroupMembers"}
MEMBER_DISABLED = {"CacheClusterId", "CacheNodeId", "ReadEndpoint", "PreferredAvailabilityZone", "CurrentRole"}
NODE_GROUP_ENABLED = {"NodeGroupId", "Status", "Slots", "NodeGroupMembers"}
MEMBER_ENABLED = {"CacheClusterId", "CacheNodeId", "PreferredAvailabilityZone"}

CLUSTER = {
    "CacheClusterId",
    "ClientDownloadLandingPage",
    "CacheNodeType",
    "Engine",
    "EngineVersion",
    "CacheClusterStatus",
    "NumCacheNodes",
    "PreferredAvailabilityZone",
    "CacheClusterCreateTime",
    "PreferredMaintenanceWindow",
    "PendingModifiedValues",
    "CacheSecurityGroups",
    "CacheParameterGroup",
    "CacheSubnetGroupName",
    "AutoMinorVersionUpgrade",
    "SecurityGroups",
    "ReplicationGroupId",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "AuthTokenEnabled",
    "TransitEncryptionEnabled",
    "AtRestEncryptionEnabled",
    "ARN",
    "ReplicationGroupLogDeliveryEnabled",
    "LogDeliveryConfigurations",
    "NetworkType",
    "IpDiscovery",
}
CACHE_NODE = {
    "CacheNodeId",
    "CacheNodeStatus",
    "CacheNodeCreateTime",
    "Endpoint",
    "ParameterGroupStatus",
    "CustomerAvailabilityZone",
}

DAILY_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
WEEKLY_WINDOW = re.compile(r"(mon|tue|wed|thu|fri|sat|sun):[0-2]\d:[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):[0-2]\d:[0-5]\d")


def assert_fields(description: dict, required: set[str], maybe: set[str] = frozenset()) -> None:
    """Exactly the required fields, and of the others only those that may be there."""
    present = set(description)
    assert required - present == set(), "missing fields"
    assert present - required - maybe == set(), "unexpected fields"
