"""Making replication groups and looking at them through the API and through the engines."""

import itertools
import time

import botocore.exceptions
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from patience import eventually

_counter = itertools.count(1)


def fresh(prefix: str = "rg") -> str:
    """An id no other test of this process uses."""
    return f"{prefix}-{next(_counter)}"


def request(**changes) -> dict:
    """A small valid creation of one node; `None` takes a parameter away."""
    parameters = {
        "ReplicationGroupId": fresh(),
        "ReplicationGroupDescription": "made by a test",
        "Engine": "redis",
        "EngineVersion": "7.0",
        "CacheNodeType": "cache.t3.micro",
    } | changes
    return {name: value for name, value in parameters.items() if value is not None}


def create(client, **changes) -> dict:
    """Creates a group and returns it once it is available."""
    answer = client.create_replication_group(**request(**changes))["ReplicationGroup"]
    return available(client, answer["ReplicationGroupId"])


def describe(client, group: str) -> dict:
    groups = client.describe_replication_groups(ReplicationGroupId=group)["ReplicationGroups"]
    assert len(groups) == 1
    return groups[0]


def clusters(client, **filters) -> list[dict]:
    pages = client.get_paginator("describe_cache_clusters").paginate(ShowCacheNodeInfo=True, **filters)
    return [cluster for page in pages for cluster in page["CacheClusters"]]


def world(client) -> tuple[list, list]:
    """All that one account has in one region, to compare before and after."""
    groups = [g for page in client.get_paginator("describe_replication_groups").paginate() for g in page["ReplicationGroups"]]
    return groups, clusters(client)


def available(client, group: str, within: float = 40.0) -> dict:
    """Asks until the group is available. Fails at once on any status that leads nowhere."""
    deadline = time.monotonic() + within
    while True:
        found = describe(client, group)
        if found["Status"] == "available":
            return found
        if found["Status"] not in ("creating", "modifying"):
            raise AssertionError(f"{group} is {found['Status']}; events: {messages(client)}")
        assert time.monotonic() < deadline, f"{group} is still {found['Status']} after {within} s; events: {messages(client)}"
        time.sleep(0.03)


def messages(client, **filters) -> list[str]:
    """Event messages, newest first."""
    pages = client.get_paginator("describe_events").paginate(**filters)
    return [event["Message"] for page in pages for event in page["Events"]]


def delete(client, group: str, **options) -> dict:
    return client.delete_replication_group(ReplicationGroupId=group, **options)["ReplicationGroup"]


def is_gone(client, group: str) -> bool:
    try:
        describe(client, group)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "ReplicationGroupNotFoundFault"
        return True
    return False


def gone(client, group: str, within: float = 30.0) -> None:
    eventually(lambda: is_gone(client, group), within=within, what=f"the end of {group}")


def connect(endpoint: dict, **options) -> redis.Redis:
    """A plain client of one endpoint as the API describes it. Without retries, so that it sees each cut connection."""
    return redis.Redis(
        host=endpoint["Address"],
        port=endpoint["Port"],
        decode_responses=True,
        socket_timeout=5,
        socket_connect_timeout=5,
        retry=Retry(NoBackoff(), 0),
        **options,
    )


def run_id(endpoint: dict) -> str:
    """Which engine process answers at an endpoint, asked over a connection of its own."""
    with connect(endpoint) as client:
        return client.info("server")["run_id"]


def node_endpoints(client, group: str) -> dict[str, dict]:
    """The endpoint of every member, by its cluster id."""
    return {
        cluster["CacheClusterId"]: cluster["CacheNodes"][0]["Endpoint"]
        for cluster in clusters(client)
        if cluster.get("ReplicationGroupId") == group
    }


def all_endpoints(client, found: dict) -> list[dict]:
    """Every endpoint of a group and of its nodes."""
    told = [found["ConfigurationEndpoint"]] if "ConfigurationEndpoint" in found else []
    for node_group in found["NodeGroups"]:
        told += [node_group[name] for name in ("PrimaryEndpoint", "ReaderEndpoint") if name in node_group]
    return told + list(node_endpoints(client, found["ReplicationGroupId"]).values())


def code_of(error: botocore.exceptions.ClientError) -> str:
    return error.response["Error"]["Code"]


def message_of(error: botocore.exceptions.ClientError) -> str:
    return error.response["Error"]["Message"]
