"""Scenarios in which a node, or a zone, is lost."""

import signal

from schedule import Kind, Layout
from stage import Scenario, Stage


class Failover(Scenario):
    failures = 1

    def act(self, stage: Stage) -> str:
        return stage.kill(stage.primary())


class RecoveryInPlace(Failover):
    """Without automatic failover the primary comes back as what it was, with what its replica has."""

    kind = Kind.PLAIN


class FailoverInCluster(Failover):
    kind = Kind.CLUSTER


class FailoverAtRest(Failover):
    """Of a group that is encrypted at rest."""

    def layouts(self) -> list[Layout]:
        return [Layout("g1", self.kind, at_rest=True)]


class RecoveryInPlaceAtRest(FailoverAtRest):
    """The primary comes back on what its replica saved in memory."""

    kind = Kind.PLAIN


class Hang(Scenario):
    """A primary that answers nobody any more: it is ended, and its successor takes over."""

    failures = 1

    def act(self, stage: Stage) -> str:
        return "stopped" if stage.hit(stage.primary(), signal.SIGSTOP) else "not running"


class HangInCluster(Hang):
    kind = Kind.CLUSTER


class LossOfReplica(Scenario):
    failures = 1

    def act(self, stage: Stage) -> str:
        return stage.kill(stage.replica())


class DarkZone(Scenario):
    """The zone of the first shard's primary goes down, and comes up again."""

    failures = 1

    def layouts(self) -> list[Layout]:
        return [Layout("g1", self.kind, multi_az=True)]

    def prepare(self, stage: Stage) -> None:
        self._zone = stage.world.look(stage.group).shards[0].zones[stage.primary()]

    def act(self, stage: Stage) -> str:
        return stage.world.service.fault("zone-down", zone=self._zone)

    def finish(self, stage: Stage) -> None:
        """Not before it was down: the answer to the order may have been lost."""
        stage.world.service.fault("zone-down", zone=self._zone)
        stage.world.service.fault("zone-up", zone=self._zone)


class DarkZoneOfCluster(DarkZone):
    kind = Kind.CLUSTER


class TestFailover(Scenario):
    operation = "TestFailover"
    failures = 1

    def act(self, stage: Stage) -> str:
        return stage.ask("test_failover", ReplicationGroupId=stage.group, NodeGroupId="0001")


class TestFailoverInCluster(TestFailover):
    kind = Kind.CLUSTER
