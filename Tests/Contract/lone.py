"""Cache clusters that belong to no replication group."""

import botocore.exceptions

import groups
from patience import eventually


def request(**changes) -> dict:
    """A small valid creation; `None` takes a parameter away."""
    parameters = {
        "CacheClusterId": groups.fresh("lone"),
        "Engine": "redis",
        "EngineVersion": "7.0",
        "NumCacheNodes": 1,
        "CacheNodeType": "cache.t3.micro",
    } | changes
    return {name: value for name, value in parameters.items() if value is not None}


def create(client, **changes) -> dict:
    """Creates a cluster and returns it, with its node, once it is available."""
    answer = client.create_cache_cluster(**request(**changes))["CacheCluster"]
    return available(client, answer["CacheClusterId"])


def describe(client, cluster: str) -> dict:
    (found,) = client.describe_cache_clusters(CacheClusterId=cluster, ShowCacheNodeInfo=True)["CacheClusters"]
    return found


def available(client, cluster: str, within: float = 40.0) -> dict:
    def stands() -> dict | None:
        found = describe(client, cluster)
        assert found["CacheClusterStatus"] in ("creating", "modifying", "available", "rebooting cache cluster nodes"), found
        return found if found["CacheClusterStatus"] == "available" else None

    return eventually(stands, within=within, what=f"{cluster}, available")


def is_gone(client, cluster: str) -> bool:
    try:
        describe(client, cluster)
    except botocore.exceptions.ClientError as error:
        assert groups.code_of(error) == "CacheClusterNotFound"
        return True
    return False


def gone(client, cluster: str, within: float = 30.0) -> None:
    eventually(lambda: is_gone(client, cluster), within=within, what=f"the end of {cluster}")


def endpoint(cluster: dict) -> dict:
    (node,) = cluster["CacheNodes"]
    return node["Endpoint"]


def reboot(client, cluster: str) -> None:
    """Its data is saved on the way."""
    client.reboot_cache_cluster(CacheClusterId=cluster, CacheNodeIdsToReboot=["0001"])
    available(client, cluster)
