"""Scenarios in which a group that stands is changed."""

import signal
from pathlib import Path

import builds
import groups
import patches
from patience import eventually
from schedule import Kind
from service import engines
from stage import Scenario, Stage, engine_that_fails


class Switchover(Scenario):
    operation = "ModifyReplicationGroup"
    kind = Kind.PLAIN

    def act(self, stage: Stage) -> str:
        return stage.ask(
            "modify_replication_group", ReplicationGroupId=stage.group, PrimaryClusterId=stage.replica(), ApplyImmediately=True
        )


class SwitchoverInVain(Switchover):
    """The replica that is to take over answers nobody: the change is given up."""

    def environment(self, directory: Path) -> dict[str, str]:
        return engines() | {"ELASTANE_PATIENCE": "1"}

    def act(self, stage: Stage) -> str:
        assert stage.hit(stage.replica(), signal.SIGSTOP), "there is no replica to stop"
        return super().act(stage)

    def finish(self, stage: Stage) -> None:
        stage.world.service.release()


class AddReplica(Scenario):
    operation = "IncreaseReplicaCount"
    by = 1

    def act(self, stage: Stage) -> str:
        replicas = len(stage.world.look(stage.group).shards[0].members) - 1 + self.by
        operation = "increase_replica_count" if self.by > 0 else "decrease_replica_count"
        said = stage.ask(operation, ReplicationGroupId=stage.group, NewReplicaCount=replicas, ApplyImmediately=True)
        if said == "ok":
            stage.world.replicas[stage.group] = replicas
        return said

    def prepare(self, stage: Stage) -> None:
        """Back to where there is room for one more, or one to spare."""
        replicas = len(stage.world.look(stage.group).shards[0].members) - 1
        if self.by > 0 and replicas >= 3:
            self._set(stage, "decrease_replica_count", 1)
        elif self.by < 0 and replicas <= 1:
            self._set(stage, "increase_replica_count", 3)

    @staticmethod
    def _set(stage: Stage, operation: str, replicas: int) -> None:
        said = stage.ask(operation, ReplicationGroupId=stage.group, NewReplicaCount=replicas, ApplyImmediately=True)
        assert said == "ok", f"{operation} to {replicas}: {said}"
        stage.world.replicas[stage.group] = replicas
        found, _ = stage.world.become_whole()
        stage.world.go_on(found)


class AddReplicaInVain(AddReplica):
    """Its engine does not start: the group stays as it was."""

    def environment(self, directory: Path) -> dict[str, str]:
        return engine_that_fails(directory, "*-00[4-9]-*")

    def act(self, stage: Stage) -> str:
        return stage.ask("increase_replica_count", ReplicationGroupId=stage.group, NewReplicaCount=3, ApplyImmediately=True)

    def finish(self, stage: Stage) -> None:
        stage.world.replicas[stage.group] = 2


class AddReplicaToCluster(AddReplica):
    kind = Kind.CLUSTER


class RemoveReplica(AddReplica):
    operation = "DecreaseReplicaCount"
    by = -1
    stops = True


class RemoveReplicaOfCluster(RemoveReplica):
    kind = Kind.CLUSTER


class RebootPrimary(Scenario):
    operation = "RebootCacheCluster"
    stops = True

    def member(self, stage: Stage) -> str:
        return stage.primary()

    def act(self, stage: Stage) -> str:
        return stage.ask("reboot_cache_cluster", CacheClusterId=self.member(stage), CacheNodeIdsToReboot=["0001"])


class RebootReplica(RebootPrimary):
    def member(self, stage: Stage) -> str:
        return stage.replica()


class RebootOnlyPrimary(RebootPrimary):
    kind = Kind.PLAIN


class NewParameters(Scenario):
    """Other values in the parameter group that the group uses."""

    operation = "ModifyCacheParameterGroup"
    kind = Kind.PLAIN
    name = "chaos"

    def prepare(self, stage: Stage) -> None:
        client = stage.world.service.client()
        (cluster, *_) = groups.clusters(client, CacheClusterId=stage.primary())
        if cluster["CacheParameterGroup"]["CacheParameterGroupName"] == self.name:
            return
        family = "redis7" if cluster["Engine"] == "redis" else f"valkey{cluster['EngineVersion'].split('.')[0]}"
        client.create_cache_parameter_group(CacheParameterGroupName=self.name, CacheParameterGroupFamily=family, Description="of chaos")
        client.modify_replication_group(ReplicationGroupId=stage.group, CacheParameterGroupName=self.name, ApplyImmediately=True)
        stage.world.await_available(stage.group, within=30)

    def act(self, stage: Stage) -> str:
        (_, current), *_ = [
            (each["ParameterName"], each["ParameterValue"])
            for each in stage.world.service.client().describe_cache_parameters(CacheParameterGroupName=self.name)["Parameters"]
            if each["ParameterName"] == "slowlog-max-len"
        ]
        changes = [{"ParameterName": "slowlog-max-len", "ParameterValue": str(int(current) + 1)}]
        return stage.ask("modify_cache_parameter_group", CacheParameterGroupName=self.name, ParameterNameValues=changes)

    def finish(self, stage: Stage) -> None:
        client = stage.world.service.client()

        def applied() -> bool:
            found = [each for each in groups.clusters(client) if each.get("ReplicationGroupId") == stage.group]
            return bool(found) and {each["CacheParameterGroup"]["ParameterApplyStatus"] for each in found} == {"in-sync"}

        eventually(applied, within=30, what="the parameters on every node")


class NewNodeType(Scenario):
    """More memory for every node, or less again."""

    operation = "ModifyReplicationGroup"
    kind = Kind.PLAIN
    types = ("cache.t3.micro", "cache.t3.small")

    def act(self, stage: Stage) -> str:
        present = groups.describe(stage.world.service.client(), stage.group)["CacheNodeType"]
        self.wanted = next(each for each in self.types if each != present)
        return stage.ask(
            "modify_replication_group", ReplicationGroupId=stage.group, CacheNodeType=self.wanted, ApplyImmediately=True
        )

    def finish(self, stage: Stage) -> None:
        client = stage.world.service.client()
        eventually(lambda: groups.describe(client, stage.group)["CacheNodeType"] == self.wanted, within=30, what=self.wanted)


class Update(Scenario):
    """Every node goes over to a later patch of its engine: a new one each time."""

    operation = "BatchApplyUpdateAction"
    stops = True

    def environment(self, directory: Path) -> dict[str, str]:
        self._engines = directory / "engines"
        self._patches = iter(range(90, 100))
        self._engine = builds.need("redis", 7, 0).path
        patches.install(self._engine, self._engines / "89", 89)
        return {"ELASTANE_ENGINES": str(self._engines), "PATH": str(directory), "XDG_CACHE_HOME": str(directory)}

    def prepare(self, stage: Stage) -> None:
        patch = next(self._patches)
        self._update = f"redis-7-0-{patch}"
        patches.install(self._engine, self._engines / str(patch), patch)
        stage.ask("describe_service_updates")

    def act(self, stage: Stage) -> str:
        return stage.ask("batch_apply_update_action", ReplicationGroupIds=[stage.group], ServiceUpdateName=self._update)


class UpdateOfCluster(Update):
    kind = Kind.CLUSTER
