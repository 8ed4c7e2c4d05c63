"""The clients of one group: started with it, at rest while it is checked, ended before it is deleted."""

import random

import redis

import groups
from clients import PrimaryEndpoint, SlotTable, Writer
from groupview import Group, Shard
from history import History, Promise, Verdict, judge
from patience import eventually
from watcher import probe_key

WRITERS = 2
CHUNK = 500


class Traffic:
    def __init__(self, group: Group, rng: random.Random, generation: int):
        self.history = History()
        self._writers = [
            Writer(
                f"{group.id}.{generation}.{number}",
                self._route(group, random.Random(rng.random())),
                self.history,
                random.Random(rng.random()),
            ).start()
            for number in range(WRITERS)
        ]

    @staticmethod
    def _route(group: Group, rng: random.Random) -> PrimaryEndpoint | SlotTable:
        if not group.clustered:
            (shard,) = group.shards
            assert shard.primary_endpoint is not None
            return PrimaryEndpoint(shard.primary_endpoint, shard.id)
        assert group.configuration_endpoint is not None
        seeds = [(endpoint["Address"], endpoint["Port"]) for endpoint in [group.configuration_endpoint, *group.members.values()]]
        return SlotTable(seeds, {shard.id: list(shard.slots) for shard in group.shards}, rng)

    def rest(self) -> None:
        for writer in self._writers:
            writer.rest()

    def go_on(self) -> None:
        for writer in self._writers:
            writer.go_on()

    def stop(self) -> None:
        for writer in self._writers:
            writer.stop()

    def judge(self, group: Group, promise: dict[str, Promise]) -> tuple[Verdict, dict[str, str | None]]:
        """Reads everything as a client would, while the writers rest. A shard that is not named had orderly changes only."""
        writes = self.history.writes()
        read = read_all(group, [write.key for write in writes])
        return judge(writes, read, lambda shard: promise.get(shard, Promise.ALL)), read


def read_all(group: Group, keys: list[str]) -> dict[str, str | None]:
    """Through the primary endpoint, or with redis-py's cluster client through the configuration endpoint."""
    found: dict[str, str | None] = {}
    if group.clustered:
        endpoint = group.configuration_endpoint
        assert endpoint is not None
        client = redis.RedisCluster(host=endpoint["Address"], port=endpoint["Port"], decode_responses=True, socket_timeout=5)
    else:
        endpoint = group.shards[0].primary_endpoint
        assert endpoint is not None
        client = groups.connect(endpoint)
    try:
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            pipe = client.pipeline(transaction=False) if not group.clustered else client.pipeline()
            for key in chunk:
                pipe.get(key)
            found.update(zip(chunk, pipe.execute(), strict=True))
    except redis.RedisError as error:
        raise AssertionError(f"{group.id} can't be read: {type(error).__name__}: {error}") from None
    finally:
        client.close()
    return found


def hand_on(group: Group) -> None:
    """Returns once every replica has all that its primary has."""
    for shard in group.shards:
        if len(shard.members) > 1:
            eventually(lambda shard=shard: _handed_on(shard), within=20, what=f"{group.id}/{shard.id}: WAIT {len(shard.members) - 1}")


def _handed_on(shard: Shard) -> bool:
    for member, endpoint in shard.members.items():
        try:
            with groups.connect(endpoint, single_connection_client=True) as node:
                node.set(probe_key(shard, f"{member}-end"), "1")
                return node.wait(len(shard.members) - 1, 2000) >= len(shard.members) - 1
        except redis.RedisError:
            continue
    return False
