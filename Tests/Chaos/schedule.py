"""What a round does and when: drawn from the seed alone, so that a seed is a schedule.

Targets are roles (the primary of a shard, some replica), since which member has one depends on what happened before.
"""

import enum
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from history import Promise

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
"""Few, so that the nodes of several groups are in one."""


class Kind(enum.Enum):
    """The layouts of groups that a world is made of."""

    FAILOVER = "disabled, 3 nodes, automatic failover"
    PLAIN = "disabled, 2 nodes, no automatic failover"
    CLUSTER = "enabled, 2 shards of 2 nodes"


class Release(enum.Enum):
    """Engine, version, and its family of parameters: what groups ask for. Their builds differ in what they can do and how."""

    REDIS_7 = ("redis", "7.0", "redis7")
    REDIS_6 = ("redis", "6.2", "redis6.x")  # Binds no address while it runs: its endpoints go through the forwarder.
    VALKEY_8 = ("valkey", "8.0", "valkey8")
    VALKEY_9 = ("valkey", "9.0", "valkey9")

    @property
    def engine(self) -> str:
        return self.value[0]

    @property
    def version(self) -> str:
        return self.value[1]

    @property
    def family(self) -> str:
        return self.value[2]

    def __str__(self) -> str:
        return f"{self.engine.capitalize()} {self.version}"


@dataclass(frozen=True)
class Layout:
    """One group of a world."""

    id: str
    kind: Kind
    multi_az: bool = False
    release: Release = Release.REDIS_7
    at_rest: bool | None = None
    """Whether its data is encrypted at rest; None: as the engine has it by default."""
    zones: tuple[tuple[str, ...], ...] = ()
    """Of each shard's nodes, the primary's first. Empty: the service spreads them."""

    @property
    def shards(self) -> list[str]:
        return ["0001", "0002"] if self.kind is Kind.CLUSTER else ["0001"]

    @property
    def nodes(self) -> int:
        """Of each shard."""
        return 3 if self.kind is Kind.FAILOVER else 2

    def request(self) -> dict:
        """Parameters of CreateReplicationGroup."""
        parameters: dict = {
            "ReplicationGroupId": self.id,
            "ReplicationGroupDescription": "under attack",
            "Engine": self.release.engine,
            "EngineVersion": self.release.version,
            "CacheNodeType": "cache.t3.micro",
            "AutomaticFailoverEnabled": self.kind is not Kind.PLAIN,
            "MultiAZEnabled": self.multi_az,
        }
        if self.at_rest is not None:
            parameters["AtRestEncryptionEnabled"] = self.at_rest
        if self.kind is Kind.CLUSTER:
            parameters |= {
                "NumNodeGroups": 2,
                "ReplicasPerNodeGroup": 1,
                "CacheParameterGroupName": f"default.{self.release.family}.cluster.on",
            }
            if self.zones:
                parameters["NodeGroupConfiguration"] = [
                    {"PrimaryAvailabilityZone": primary, "ReplicaAvailabilityZones": replicas} for primary, *replicas in self.zones
                ]
            return parameters
        placed = {"PreferredCacheClusterAZs": list(self.zones[0])} if self.zones else {}
        return parameters | placed | {"NumCacheClusters": self.nodes}

    def __str__(self) -> str:
        placed = " and ".join("".join(zone[-1] for zone in shard) for shard in self.zones)
        marks = [self.kind.value, str(self.release)] + ["Multi-AZ"] * self.multi_az + [f"zones {placed}"] * bool(placed)
        return f"{self.id} ({', '.join(marks)})"


class Deed(enum.Enum):
    """What can be done to a world. The value is what the API calls it, or nothing for a fault."""

    TEST_FAILOVER = "TestFailover"
    SWITCH_OVER = "ModifyReplicationGroup"
    ADD_REPLICA = "IncreaseReplicaCount"
    REMOVE_REPLICA = "DecreaseReplicaCount"
    REBOOT = "RebootCacheCluster"
    MAKE_ANEW = "DeleteReplicationGroup"
    COME_AND_GO = "CreateReplicationGroup"
    KILL_ENGINE = "kill engine"
    KILL_SHARD = "kill all engines of a shard"
    KILL_PRIMARIES = "kill every primary of a group"
    PAUSE_ENGINE = "pause engine"
    KILL_SERVICE = "kill service"
    PAUSE_SERVICE = "pause service"
    KILL_FORWARDER = "kill forwarder"
    BLACKOUT = "kill service and an engine while it is away"
    ZONE_DOWN = "take down the zone of"

    @property
    def is_operation(self) -> bool:
        return self.value[0].isupper()


WEIGHTS = {
    Deed.TEST_FAILOVER: 5,
    Deed.SWITCH_OVER: 8,
    Deed.ADD_REPLICA: 4,
    Deed.REMOVE_REPLICA: 4,
    Deed.REBOOT: 5,
    Deed.MAKE_ANEW: 2,
    Deed.COME_AND_GO: 3,
    Deed.KILL_ENGINE: 10,
    Deed.KILL_SHARD: 2,
    Deed.KILL_PRIMARIES: 3,
    Deed.PAUSE_ENGINE: 4,
    Deed.KILL_SERVICE: 8,
    Deed.PAUSE_SERVICE: 4,
    Deed.KILL_FORWARDER: 2,
    Deed.BLACKOUT: 4,
    Deed.ZONE_DOWN: 6,
}
PURELY_ORDERLY = (
    Deed.SWITCH_OVER,
    Deed.ADD_REPLICA,
    Deed.REMOVE_REPLICA,
    Deed.REBOOT,
    Deed.COME_AND_GO,
    Deed.KILL_SERVICE,
    Deed.PAUSE_SERVICE,
)


@dataclass(frozen=True)
class Action:
    """One thing to do, `at` seconds into its round."""

    at: float
    deed: Deed
    group: str = ""
    shard: str = ""
    role: str = ""
    """`primary` or `replica`."""
    duration: float = 0.0
    """Seconds for which something is away or stopped."""
    pick: float = 0.0
    """Chooses among the replicas that there are then: 0 the first, almost 1 the last."""

    def __str__(self) -> str:
        what = self.deed.value
        where = f" {self.group}/{self.shard}" if self.shard else f" {self.group}" if self.group else ""
        role = f" {self.role}" if self.role else ""
        duration = f" for {self.duration:.2f} s" if self.duration else ""
        return f"{what}{role}{where}{duration}"


@dataclass(frozen=True)
class Outage:
    """What a zone took with it of one shard when it went down."""

    group: str
    shard: str
    members: int
    elsewhere: int
    """Members of the shard that serve on."""


@dataclass
class Damage:
    """What the engines of one shard are put through in a round."""

    failures: int = 0
    orderly_stops: int = 0
    whole_shard: int = 0


@dataclass
class Round:
    actions: list[Action] = field(default_factory=list)

    def damage(self, group: str, shard: str, outages: Iterable[Outage] = ()) -> Damage:
        damage = Damage()
        for outage in outages:
            if (outage.group, outage.shard) != (group, shard):
                continue
            if outage.elsewhere:
                damage.failures += outage.members
            else:
                damage.whole_shard += 1
        for action in self.actions:
            if action.group != group or action.shard not in ("", shard):
                continue
            if action.deed in (Deed.KILL_ENGINE, Deed.PAUSE_ENGINE, Deed.TEST_FAILOVER, Deed.KILL_PRIMARIES, Deed.BLACKOUT):
                damage.failures += 1
            elif action.deed is Deed.KILL_SHARD:
                damage.whole_shard += 1
            elif action.deed in (Deed.REBOOT, Deed.REMOVE_REPLICA):
                damage.orderly_stops += 1
        return damage

    def promise(self, group: str, shard: str, durable: bool, outages: Iterable[Outage] = ()) -> Promise:
        """`outages` are what became of the zones that went down: who was in them then is not in the schedule."""
        damage = self.damage(group, shard, outages)
        if damage.whole_shard:
            # Nobody goes on without the primary, so that its own file is what everything starts from.
            alone = damage.whole_shard == 1 and not damage.failures and not damage.orderly_stops
            return Promise.ALL if durable and alone else Promise.NONE
        if damage.failures == 0:
            return Promise.ALL
        # A member that is being stopped can't stand in for one that fails.
        return Promise.CONFIRMED if damage.failures == 1 and not damage.orderly_stops else Promise.NONE

    def deeds_on(self, group: str) -> Counter[Deed]:
        return Counter(action.deed for action in self.actions if action.group == group)


def draw_world(rng: random.Random) -> list[Layout]:
    kinds = [rng.choice(list(Kind)) for _ in range(rng.choice((1, 2, 2, 3)))]
    return [_draw_layout(rng, f"g{number}", kind) for number, kind in enumerate(kinds, 1)]


def _draw_layout(rng: random.Random, name: str, kind: Kind) -> Layout:
    release = rng.choices(list(Release), (4, 2, 2, 2))[0]
    if kind is not Kind.PLAIN and rng.random() < 0.3:
        return Layout(name, kind, multi_az=True, release=release)
    layout = Layout(name, kind, release=release)
    if rng.random() < 0.5:
        return layout
    # Also with a shard's nodes in one zone, that all end with it.
    return replace(layout, zones=tuple(tuple(rng.choice(ZONES) for _ in range(layout.nodes)) for _ in layout.shards))


def draw_round(rng: random.Random, world: list[Layout], length: float, served: set[str]) -> Round:
    """Half of the rounds do one thing to each group at most, or only orderly things: so that much is promised in them."""
    manner = rng.choice(("gentle", "orderly", "wild", "wild"))
    deeds = [deed for deed in WEIGHTS if manner != "orderly" or deed in PURELY_ORDERLY]
    bursts = [rng.uniform(0.1, length) for _ in range(rng.randint(1, 2))]
    count = {"gentle": rng.randint(1, 3), "orderly": rng.randint(2, 5), "wild": rng.randint(3, 7)}[manner]
    drawn = Round()
    for _ in range(count):
        # Several at once, or each at a moment of its own.
        at = rng.choice(bursts) + rng.choice((0.0, 0.0, 0.002, 0.01, 0.05)) if rng.random() < 0.5 else rng.uniform(0.1, length)
        action = _draw_action(rng, world, deeds, at)
        if action.deed.is_operation and action.deed.value not in served:
            continue
        if manner == "gentle" and action.group and drawn.deeds_on(action.group):
            continue
        drawn.actions.append(action)
    drawn.actions.sort(key=lambda action: action.at)
    return drawn


def _draw_action(rng: random.Random, world: list[Layout], deeds: list[Deed], at: float) -> Action:
    layout = rng.choice(world)
    possible = [deed for deed in deeds if _fits(deed, layout)]
    deed = rng.choices(possible, [WEIGHTS[each] for each in possible])[0]
    shard, role, pick = rng.choice(layout.shards), rng.choice(("primary", "primary", "replica")), rng.random()
    # Beyond some seconds a node that does not answer counts as hung, and is killed and replaced.
    duration = rng.choice((rng.uniform(0.05, 1.0), rng.uniform(1.0, 4.0), rng.uniform(6.0, 12.0)))
    match deed:
        case Deed.KILL_ENGINE | Deed.REBOOT:
            return Action(at, deed, layout.id, shard, role, pick=pick)
        case Deed.PAUSE_ENGINE:
            return Action(at, deed, layout.id, shard, role, duration, pick)
        case Deed.BLACKOUT:
            return Action(at, deed, layout.id, shard, role, duration % 3.0, pick)
        case Deed.ZONE_DOWN:
            return Action(at, deed, layout.id, shard, role, duration % 6.0, pick)
        case Deed.KILL_SHARD | Deed.TEST_FAILOVER | Deed.SWITCH_OVER:
            return Action(at, deed, layout.id, shard, pick=pick)
        case Deed.ADD_REPLICA | Deed.REMOVE_REPLICA | Deed.MAKE_ANEW | Deed.KILL_PRIMARIES:
            return Action(at, deed, layout.id)
        case Deed.KILL_SERVICE | Deed.PAUSE_SERVICE:
            return Action(at, deed, duration=duration % 3.0)
        case Deed.COME_AND_GO:
            return Action(at, deed, duration=duration % 1.0, pick=pick)
        case Deed.KILL_FORWARDER:
            return Action(at, deed)


def _fits(deed: Deed, layout: Layout) -> bool:
    """What the API allows: a switchover without automatic failover only, a test of it only with."""
    match deed:
        case Deed.SWITCH_OVER:
            return layout.kind is Kind.PLAIN
        case Deed.TEST_FAILOVER:
            return layout.kind is not Kind.PLAIN
        case Deed.REBOOT:
            return layout.kind is not Kind.CLUSTER
        case Deed.KILL_PRIMARIES:
            return layout.kind is Kind.CLUSTER
        case _:
            return True
