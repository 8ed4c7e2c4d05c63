"""A replication group as the API tells it, in one value."""

from dataclasses import dataclass, field

import groups


@dataclass(frozen=True)
class Shard:
    id: str
    slots: tuple[tuple[int, int], ...]
    """Cluster mode enabled only."""
    members: dict[str, dict]
    """Each member's own endpoint, by its cluster id."""
    roles: dict[str, str]
    """Cluster mode disabled only: CurrentRole by cluster id."""
    primary_endpoint: dict | None
    reader_endpoint: dict | None
    zones: dict[str, str] = field(default_factory=dict)
    """Each member's Availability Zone, by its cluster id."""

    @property
    def primary(self) -> str | None:
        return next((member for member, role in self.roles.items() if role == "primary"), None)


@dataclass(frozen=True)
class Group:
    id: str
    status: str
    clustered: bool
    shards: tuple[Shard, ...]
    configuration_endpoint: dict | None
    statuses: dict[str, str] = field(default_factory=dict)
    """CacheClusterStatus by cluster id."""
    multi_az: bool = False

    @property
    def members(self) -> dict[str, dict]:
        return {member: endpoint for shard in self.shards for member, endpoint in shard.members.items()}

    @property
    def addresses(self) -> set[str]:
        """Every address that the group has, those of its endpoints included."""
        shared = [self.configuration_endpoint]
        shared += [endpoint for shard in self.shards for endpoint in (shard.primary_endpoint, shard.reader_endpoint)]
        return {endpoint["Address"] for endpoint in [*self.members.values(), *shared] if endpoint}

    def shard_of(self, member: str) -> Shard:
        return next(shard for shard in self.shards if member in shard.members)


def _ranges(text: str | None) -> tuple[tuple[int, int], ...]:
    pairs = [part.split("-") for part in text.split(",")] if text else []
    return tuple(sorted((int(pair[0]), int(pair[-1])) for pair in pairs))


def view(client, name: str) -> Group:
    """Asserts that the two descriptions, of the group and of its cache clusters, name the same members."""
    told = groups.describe(client, name)
    return from_descriptions(told, groups.clusters(client))


def from_descriptions(told: dict, clusters: list[dict]) -> Group:
    name = told["ReplicationGroupId"]
    nodes = {
        cluster["CacheClusterId"]: cluster["CacheNodes"][0].get("Endpoint")
        for cluster in clusters
        if cluster.get("ReplicationGroupId") == name and cluster.get("CacheNodes")
    }
    shards = []
    for node_group in told.get("NodeGroups", []):
        rows = node_group.get("NodeGroupMembers", [])
        ids = [row["CacheClusterId"] for row in rows]
        assert all(nodes.get(member) for member in ids), f"{name}: members {ids}, cache clusters with an endpoint {sorted(nodes)}"
        shards.append(
            Shard(
                id=node_group["NodeGroupId"],
                slots=_ranges(node_group.get("Slots")),
                members={member: nodes[member] for member in ids},
                roles={row["CacheClusterId"]: row["CurrentRole"] for row in rows if "CurrentRole" in row},
                primary_endpoint=node_group.get("PrimaryEndpoint"),
                reader_endpoint=node_group.get("ReaderEndpoint"),
                zones={row["CacheClusterId"]: row["PreferredAvailabilityZone"] for row in rows},
            )
        )
    statuses = {cluster["CacheClusterId"]: cluster["CacheClusterStatus"] for cluster in clusters if cluster["CacheClusterId"] in nodes}
    endpoint = told.get("ConfigurationEndpoint")
    group = Group(
        id=name,
        status=told["Status"],
        clustered=bool(told.get("ClusterEnabled")),
        shards=tuple(shards),
        configuration_endpoint=endpoint,
        statuses=statuses,
        multi_az=told.get("MultiAZ") == "enabled",
    )
    assert set(nodes) == set(group.members), f"{name}: members {sorted(group.members)}, cache clusters {sorted(nodes)}"
    assert sorted(told["MemberClusters"]) == sorted(group.members), f"{name}: MemberClusters {told['MemberClusters']}"
    return group
