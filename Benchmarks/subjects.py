"""Elastane's groups whose primaries are killed. A peer in peers.py has the same methods."""

import concurrent.futures
import contextlib
import re

import api
import clients
import wholeness
from resp import Address

# CRC16 of "written" modulo 16384: which shard's primary is killed depends on it alone.
KEY_SLOT = 6050
WHOLE_SECONDS = 60


class DisabledGroup:
    """Cluster mode disabled: a primary and replicas, written to through the primary endpoint."""

    def __init__(self, port: int, name: str, nodes: int):
        self._api = api.API(port)
        self._name = name
        self._nodes = nodes
        self._api.create(name, NumCacheClusters=nodes, AutomaticFailoverEnabled="true")
        self.primary_endpoint: Address = api.endpoint(self._api.available(name), "PrimaryEndpoint")

    def client(self) -> clients.EndpointClient:
        return clients.EndpointClient(self.primary_endpoint)

    def repair(self) -> None:
        """Nothing to do: it repairs itself."""

    def await_whole(self) -> None:
        wholeness.until(f"{self._name} whole", self._is_whole, WHOLE_SECONDS)

    def _is_whole(self) -> bool:
        return is_whole(self._api.call("DescribeReplicationGroups", ReplicationGroupId=self._name), self._nodes)

    def delete(self) -> None:
        self._api.delete(self._name)

    def close(self) -> None:
        self._api.close()


def is_whole(description: str, nodes: int) -> bool:
    """A group with cluster mode disabled: the API tells the roles that the engines have, and so does its endpoint."""
    if set(re.findall(r"<Status>([^<]*)", description)) != {"available"}:
        return False
    told: dict[str, list[Address]] = {"primary": [], "replica": []}
    for member in re.findall(r"<NodeGroupMember>(.*?)</NodeGroupMember>", description, re.DOTALL):
        told[re.search("<CurrentRole>([^<]*)", member)[1]].append(api.endpoint(member, "ReadEndpoint"))
    primaries, replicas = told["primary"], told["replica"]
    if len(primaries) != 1 or len(replicas) != nodes - 1:
        return False
    entry = api.endpoint(description, "PrimaryEndpoint")
    return wholeness.are_linked(entry, replicas) and wholeness.are_linked(primaries[0], replicas)


def populate(port: int, groups: int, nodes: int) -> None:
    """Groups with cluster mode disabled, a few at a time."""

    def make(number: int) -> None:
        with contextlib.closing(api.API(port)) as client:
            client.create(f"group-{number}", NumCacheClusters=nodes, AutomaticFailoverEnabled="true")
            client.available(f"group-{number}", within=180)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(make, range(groups)))


class EnabledGroup:
    """Cluster mode enabled: written to by a cluster's client that starts from the configuration endpoint."""

    def __init__(self, port: int, name: str, shards: int, replicas: int):
        self._api = api.API(port)
        self._name = name
        self._shape = shards, replicas
        self._api.create(name, NumNodeGroups=shards, ReplicasPerNodeGroup=replicas, AutomaticFailoverEnabled="true")
        self._entry = api.endpoint(self._api.available(name), "ConfigurationEndpoint")

    def client(self) -> clients.ClusterClient:
        return clients.ClusterClient(self._entry, clients.KEY, KEY_SLOT)

    def repair(self) -> None:
        """Nothing to do: it repairs itself."""

    def await_whole(self) -> None:
        wholeness.until(f"{self._name} whole", self._is_whole, WHOLE_SECONDS)

    def _is_whole(self) -> bool:
        description = self._api.call("DescribeReplicationGroups", ReplicationGroupId=self._name)
        return set(re.findall(r"<Status>([^<]*)", description)) == {"available"} and wholeness.is_cluster_whole(
            self._entry, *self._shape
        )

    def delete(self) -> None:
        self._api.delete(self._name)

    def close(self) -> None:
        self._api.close()
