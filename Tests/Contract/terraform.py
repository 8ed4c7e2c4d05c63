"""What Terraform's AWS provider asks and what it makes of the answers: the calls of one resource's life, in its order.

It reads some fields without looking whether they are there, and plans a change whenever what it reads is not what was configured.
"""

import botocore.exceptions

from patience import eventually

SETTLING = {"creating", "modifying", "snapshotting"}
CLUSTER_SETTLING = SETTLING | {"deleting", "rebooting cluster nodes"}


def one(items: list) -> dict:
    assert len(items) == 1
    return items[0]


def wait(status, *, pending: set[str], target: str = "available", within: float = 40.0) -> None:
    """Any status that is neither is an error at once."""

    def is_there() -> bool:
        now = status()
        assert now == target or now in pending, _Stop(now)
        return now == target

    eventually(is_there, within=within, what=f"the status {target}")


class _Stop(str):
    pass


class Group:
    """`aws_elasticache_replication_group`."""

    def __init__(self, client, name: str, **configuration):
        self.client = client
        self.name = name
        self.configuration = configuration

    def describe(self) -> dict:
        return one(self.client.describe_replication_groups(ReplicationGroupId=self.name)["ReplicationGroups"])

    def settle(self) -> None:
        wait(lambda: self.describe()["Status"], pending=SETTLING)

    def create(self) -> dict:
        sent = {"AutomaticFailoverEnabled": False, "Engine": "redis", "TransitEncryptionEnabled": False} | self.configuration
        self.client.create_replication_group(ReplicationGroupId=self.name, **sent)
        self.settle()
        return self.read()

    def read(self) -> dict:
        """The state, by the names of the configuration."""
        group = self.describe()
        assert group["Status"] != "deleting"
        self.settle()
        cluster = one(
            self.client.describe_cache_clusters(CacheClusterId=group["MemberClusters"][0], ShowCacheNodeInfo=True)["CacheClusters"]
        )
        shards = group["NodeGroups"]
        state = {
            "arn": group["ARN"],
            "description": group["Description"],
            "automatic_failover_enabled": group["AutomaticFailover"] in ("enabled", "enabling"),
            "multi_az_enabled": group["MultiAZ"] == "enabled",
            "num_cache_clusters": len(group["MemberClusters"]),
            "num_node_groups": len(shards),
            "replicas_per_node_group": len(shards[0]["NodeGroupMembers"]) - 1,
            "cluster_enabled": group["ClusterEnabled"],
            "cluster_mode": group["ClusterMode"],
            "data_tiering_enabled": group["DataTiering"] == "enabled",
            "ip_discovery": group["IpDiscovery"],
            "network_type": group["NetworkType"],
            "log_delivery": group["LogDeliveryConfigurations"],
            "snapshot_window": group["SnapshotWindow"],
            "snapshot_retention_limit": group["SnapshotRetentionLimit"],
            "node_type": cluster["CacheNodeType"],
            "engine": cluster["Engine"],
            "engine_version_actual": cluster["EngineVersion"],
            "auto_minor_version_upgrade": cluster["AutoMinorVersionUpgrade"],
            "subnet_group_name": cluster["CacheSubnetGroupName"],
            "security_group_ids": sorted(one["SecurityGroupId"] for one in cluster["SecurityGroups"]),
            "security_group_names": cluster["CacheSecurityGroups"],
            "parameter_group_name": cluster["CacheParameterGroup"]["CacheParameterGroupName"],
            "maintenance_window": cluster["PreferredMaintenanceWindow"],
            "at_rest_encryption_enabled": cluster["AtRestEncryptionEnabled"],
            "transit_encryption_enabled": cluster["TransitEncryptionEnabled"],
            "auth_token": cluster["AuthTokenEnabled"],
            "port": cluster["CacheNodes"][0]["Endpoint"]["Port"],
            "zones": [member["PreferredAvailabilityZone"] for member in shards[0]["NodeGroupMembers"]],
        }
        assert all(int(part) >= 0 for part in state["engine_version_actual"].split(".")), "the engine version must parse as x.y.z"
        assert state["engine_version_actual"].count(".") == 2
        if "ConfigurationEndpoint" in group:
            state["configuration_endpoint"] = group["ConfigurationEndpoint"]["Address"]
        else:
            state["primary_endpoint"] = shards[0]["PrimaryEndpoint"]["Address"]
            state["reader_endpoint"] = shards[0]["ReaderEndpoint"]["Address"]
        state["tags"] = tags(self.client, state["arn"])
        return state

    def modify(self, **changes) -> dict:
        self.settle()
        self.client.modify_replication_group(ReplicationGroupId=self.name, ApplyImmediately=True, **changes)
        self.settle()
        return self.read()

    def replicas(self, count: int) -> dict:
        """As changed `num_cache_clusters` or `replicas_per_node_group` ask for."""
        now = len(self.describe()["NodeGroups"][0]["NodeGroupMembers"]) - 1
        change = self.client.increase_replica_count if count > now else self.client.decrease_replica_count
        change(ReplicationGroupId=self.name, NewReplicaCount=count, ApplyImmediately=True)
        self.settle()
        self.members_settle()
        return self.read()

    def members_settle(self) -> None:
        """It asks for all clusters, on all pages, and picks the group's."""
        mine = set(self.describe()["MemberClusters"])

        def are_available() -> bool:
            pages = self.client.get_paginator("describe_cache_clusters").paginate()
            statuses = {c["CacheClusterId"]: c["CacheClusterStatus"] for page in pages for c in page["CacheClusters"]}
            found = {name: status for name, status in statuses.items() if name in mine}
            assert set(found) == mine
            assert set(found.values()) <= CLUSTER_SETTLING | {"available"}
            return set(found.values()) == {"available"}

        eventually(are_available, within=40, what="available members")

    def delete(self) -> None:
        self.client.delete_replication_group(ReplicationGroupId=self.name)

        def is_gone() -> bool:
            try:
                assert self.describe()["Status"] in ("creating", "available", "deleting")
            except botocore.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == "ReplicationGroupNotFoundFault"
                return True
            return False

        eventually(is_gone, within=30, what="the end of the group")


class Cluster:
    """`aws_elasticache_cluster`."""

    def __init__(self, client, name: str, **configuration):
        self.client = client
        self.name = name
        self.configuration = configuration

    def describe(self) -> dict:
        return one(self.client.describe_cache_clusters(CacheClusterId=self.name, ShowCacheNodeInfo=True)["CacheClusters"])

    def settle(self) -> None:
        wait(lambda: self.describe()["CacheClusterStatus"], pending=CLUSTER_SETTLING - {"deleting"})

    def create(self) -> dict:
        self.client.create_cache_cluster(CacheClusterId=self.name, **self.configuration)
        self.settle()
        return self.read()

    def read(self) -> dict:
        cluster = self.describe()
        nodes = cluster["CacheNodes"]
        return {
            "arn": cluster["ARN"],
            "node_type": cluster["CacheNodeType"],
            "num_cache_nodes": cluster["NumCacheNodes"],
            "engine": cluster["Engine"],
            "engine_version_actual": cluster["EngineVersion"],
            "maintenance_window": cluster["PreferredMaintenanceWindow"],
            "parameter_group_name": cluster["CacheParameterGroup"]["CacheParameterGroupName"],
            "subnet_group_name": cluster["CacheSubnetGroupName"],
            "snapshot_retention_limit": cluster.get("SnapshotRetentionLimit", 0),
            "replication_group_id": cluster.get("ReplicationGroupId"),
            "availability_zone": cluster["PreferredAvailabilityZone"],
            "nodes": [
                (node["CacheNodeId"], node["Endpoint"]["Address"], node["Endpoint"]["Port"], node["CustomerAvailabilityZone"])
                for node in nodes
            ],
            "tags": tags(self.client, cluster["ARN"]),
        }

    def modify(self, **changes) -> dict:
        self.client.modify_cache_cluster(CacheClusterId=self.name, ApplyImmediately=True, **changes)
        self.settle()
        return self.read()

    def delete(self) -> None:
        self.client.delete_cache_cluster(CacheClusterId=self.name)

        def is_gone() -> bool:
            try:
                self.describe()
            except botocore.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == "CacheClusterNotFound"
                return True
            return False

        eventually(is_gone, within=30, what="the end of the cluster")


class ParameterGroup:
    """`aws_elasticache_parameter_group`: parameters are given and taken back in chunks of twenty."""

    CHUNK = 20

    def __init__(self, client, name: str, family: str):
        self.client = client
        self.name = name
        self.family = family

    def create(self, parameters: dict[str, str]) -> dict:
        self.client.create_cache_parameter_group(
            CacheParameterGroupName=self.name, CacheParameterGroupFamily=self.family, Description="Managed by Terraform"
        )
        self._set(parameters)
        return self.read()

    def update(self, parameters: dict[str, str]) -> dict:
        for gone in _chunks(sorted(set(self.read()["parameters"]) - set(parameters)), self.CHUNK):
            self.client.reset_cache_parameter_group(
                CacheParameterGroupName=self.name,
                ParameterNameValues=[{"ParameterName": name, "ParameterValue": "x"} for name in gone],
            )
        self._set(parameters)
        return self.read()

    def read(self) -> dict:
        group = one(self.client.describe_cache_parameter_groups(CacheParameterGroupName=self.name)["CacheParameterGroups"])
        pages = self.client.get_paginator("describe_cache_parameters").paginate(CacheParameterGroupName=self.name, Source="user")
        return {
            "arn": group["ARN"],
            "family": group["CacheParameterGroupFamily"],
            "description": group["Description"],
            "parameters": {p["ParameterName"]: p["ParameterValue"] for page in pages for p in page["Parameters"]},
            "tags": tags(self.client, group["ARN"]),
        }

    def delete(self) -> None:
        self.client.delete_cache_parameter_group(CacheParameterGroupName=self.name)

    def _set(self, parameters: dict[str, str]) -> None:
        for chunk in _chunks(sorted(parameters.items()), self.CHUNK):
            self.client.modify_cache_parameter_group(
                CacheParameterGroupName=self.name,
                ParameterNameValues=[{"ParameterName": name, "ParameterValue": value} for name, value in chunk],
            )


def tags(client, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceName=arn)["TagList"]}


def _chunks(items: list, size: int):
    return (items[start : start + size] for start in range(0, len(items), size))
