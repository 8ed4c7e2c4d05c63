"""Operations, and which named steps of the service each of them goes through."""

import ipaddress
import shutil
import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

import redis

import builds
import groups
import lone
import patches
import tls
from patience import eventually
from schedule import Kind, Layout
from service import engines
from world import World

CREATED = "made"
"""The id of the group that scenarios create and delete; the one that is always there is `g1`."""


@dataclass
class Stage:
    """A world on which a scenario is played, once per case."""

    world: World
    directory: Path
    strangers: list[socket.socket] = field(default_factory=list)

    @property
    def group(self) -> str:
        return self.world.layouts[0].id

    def ask(self, operation: str, **parameters) -> str:
        return self.world.service.ask(operation, **parameters)

    def primary(self) -> str:
        """In a cluster only the watcher tells, once a probe was acknowledged."""

        def known() -> str | None:
            shard = self.world.look(self.group).shards[0]
            return self.world.watcher.primary(self.group, shard.id) or shard.primary

        return eventually(known, what=f"somebody who knows the primary of {self.group}")

    def replica(self) -> str:
        return sorted(set(self.world.look(self.group).shards[0].members) - {self.primary()})[0]


class Scenario:
    """One operation on a group that stands. `act` returns what became of the request."""

    operation = ""
    """What the API calls it; empty where an engine is killed instead."""
    kind = Kind.FAILOVER
    failures = 0
    """How many engines of the first shard fail in it."""
    stops = False
    """Whether a member is stopped in good order."""

    def environment(self, directory: Path) -> dict[str, str] | None:
        return None

    def layouts(self) -> list[Layout]:
        return [Layout("g1", self.kind)]

    def subject(self, stage: Stage) -> str:
        """The group that the operation is about."""
        return stage.group

    def prepare(self, stage: Stage) -> None:
        """Before the service is started with a failpoint."""

    def act(self, stage: Stage) -> str:
        raise NotImplementedError

    def finish(self, stage: Stage) -> None:
        """After the fault: waits for what the operation promised, and leaves the world as before."""


class Create(Scenario):
    operation = "CreateReplicationGroup"

    def layouts(self) -> list[Layout]:
        return [Layout("g1", Kind.PLAIN)]

    def subject(self, stage: Stage) -> str:
        return CREATED

    def request(self) -> dict:
        return Layout(CREATED, self.kind).request()

    def act(self, stage: Stage) -> str:
        return stage.ask("create_replication_group", **self.request())

    def finish(self, stage: Stage) -> None:
        stage.world.create(self.request())
        stage.world.await_available(CREATED, within=60)
        # A description of the whole: roles, slots, processes, records.
        stage.world.layouts.append(Layout(CREATED, self.kind))
        try:
            stage.world.populate(CREATED)
            found, _ = stage.world.become_whole()
            complaints = stage.world.check_data(found, {})
            assert not complaints, "\n".join(complaints)
            stage.world.go_on(found)
        finally:
            stage.world.layouts.pop()
        stage.world.depopulate(CREATED)
        stage.world.remove(CREATED)


class CreateCluster(Create):
    kind = Kind.CLUSTER


class CreateBesideStrangers(Create):
    """Somebody else listens on the addresses that come next: those after the ones in use, since serve starts anew."""

    def prepare(self, stage: Stage) -> None:
        used = {ipaddress.IPv4Address(endpoint["Address"]) for endpoint in stage.world.look(stage.group).members.values()}
        for address in sorted({address + 1 for address in used} - used):
            self._listen(stage, str(address))
        assert stage.strangers, "no address to listen on"

    @staticmethod
    def _listen(stage: Stage, address: str) -> None:
        listener = socket.socket()
        try:
            listener.bind((address, 6379))
            listener.listen()
        except OSError:
            listener.close()
        else:
            stage.strangers.append(listener)

    def finish(self, stage: Stage) -> None:
        stage.world.create(self.request())
        stage.world.await_available(CREATED, within=60)
        for stranger in stage.strangers:
            stranger.close()
        stage.strangers.clear()
        super().finish(stage)


class CreateInVain(Create):
    """The engine does not start: the creation fails and is cleaned up."""

    def layouts(self) -> list[Layout]:
        return []

    def environment(self, directory: Path) -> dict[str, str]:
        return engine_that_fails(directory, "*")

    def finish(self, stage: Stage) -> None:
        stage.world.create(self.request())
        eventually(lambda: stage.world.status(CREATED) == "create-failed", within=90, what=f"{CREATED} create-failed")
        eventually(lambda: not stage.world.service.server.engines(), what="the end of its processes")
        stage.world.remove(CREATED)


class Convert(Create):
    """A lone cluster with data becomes the primary of a group."""

    kind = Kind.PLAIN
    cluster = f"{CREATED}-own"

    def prepare(self, stage: Stage) -> None:
        client = stage.world.service.client()
        node = lone.endpoint(lone.create(client, CacheClusterId=self.cluster))
        with groups.connect(node) as user:
            user.set("kept", self.cluster)
        lone.reboot(client, self.cluster)  # Which saves: whoever is killed now, that much is promised.

    def request(self) -> dict:
        inherited = ("Engine", "EngineVersion", "CacheNodeType")
        return {name: value for name, value in super().request().items() if name not in inherited} | {"PrimaryClusterId": self.cluster}

    def finish(self, stage: Stage) -> None:
        stage.world.create(self.request())
        stage.world.await_available(CREATED, within=60)
        node = lone.endpoint(lone.describe(stage.world.service.client(), self.cluster))

        def kept() -> bool:
            try:
                with groups.connect(node) as user:
                    return user.get("kept") == self.cluster
            except redis.RedisError:
                return False

        eventually(kept, within=30, what=f"the data of {self.cluster}")
        super().finish(stage)


class Delete(Scenario):
    operation = "DeleteReplicationGroup"

    def layouts(self) -> list[Layout]:
        return [Layout("g1", Kind.PLAIN)]

    def subject(self, stage: Stage) -> str:
        return CREATED

    def prepare(self, stage: Stage) -> None:
        stage.world.create(Layout(CREATED, self.kind).request())
        stage.world.await_available(CREATED)

    def act(self, stage: Stage) -> str:
        return stage.ask("delete_replication_group", ReplicationGroupId=CREATED)

    def finish(self, stage: Stage) -> None:
        stage.world.remove(CREATED)


class DeleteCluster(Delete):
    kind = Kind.CLUSTER


class DeleteAndRetain(Delete):
    kind = Kind.PLAIN

    def act(self, stage: Stage) -> str:
        return stage.ask("delete_replication_group", ReplicationGroupId=CREATED, RetainPrimaryCluster=True)

    def finish(self, stage: Stage) -> None:
        def gone() -> bool:
            status = stage.world.status(CREATED)
            if status == "available":  # The request itself was lost.
                self.act(stage)
            return status == ""

        eventually(gone, within=60, what=f"the end of {CREATED}")

        def alone() -> list[dict]:
            found = [cluster for cluster in groups.clusters(stage.world.service.client()) if cluster["CacheClusterId"].startswith(CREATED)]
            return [cluster for cluster in found if cluster["CacheClusterStatus"] == "available"]

        (retained,) = eventually(alone, within=30, what="the retained primary")
        eventually(lambda: self.is_writable(stage, retained), within=30, what="a writable retained primary")
        stage.ask("delete_cache_cluster", CacheClusterId=retained["CacheClusterId"])

    def is_writable(self, stage: Stage, retained: dict) -> bool:
        return answers_as_primary(retained["CacheNodes"][0]["Endpoint"])


def engine_that_fails(directory: Path, where: str) -> dict[str, str]:
    """An environment with one engine. It tells well what it is, and fails as a node whose directory is like `where`."""
    folder = directory / "engines"
    folder.mkdir(parents=True, exist_ok=True)
    engine = folder / "redis-server"
    real = shutil.which("redis-server") or shutil.which("valkey-server")
    fails = f'case "$1 $(pwd)" in "node.conf "{where}) echo "the disk is on fire" >&2; exit 1;; esac'
    engine.write_text(f'#!/bin/sh\n{fails}\nexec {real} "$@"\n')
    engine.chmod(0o755)
    return {"ELASTANE_ENGINES": str(folder), "PATH": "/usr/bin:/bin"}


def answers_as_primary(endpoint: dict) -> bool:
    try:
        with groups.connect(endpoint) as node:
            return node.info("replication")["role"] == "master"
    except redis.RedisError:
        return False


class Failover(Scenario):
    failures = 1

    def act(self, stage: Stage) -> str:
        process = stage.world.service.engine_of(stage.primary())
        return "killed" if process and stage.world.service.hit(process, signal.SIGKILL) else "not running"


class RecoveryInPlace(Failover):
    """Without automatic failover the primary comes back as what it was, with what its replica has."""

    kind = Kind.PLAIN


class FailoverInCluster(Failover):
    kind = Kind.CLUSTER


class Hang(Scenario):
    """A primary that answers nobody any more: it is ended, and its successor takes over."""

    failures = 1

    def act(self, stage: Stage) -> str:
        process = stage.world.service.engine_of(stage.primary())
        return "stopped" if process and stage.world.service.hit(process, signal.SIGSTOP) else "not running"


class HangInCluster(Hang):
    kind = Kind.CLUSTER


class LossOfReplica(Scenario):
    failures = 1

    def act(self, stage: Stage) -> str:
        process = stage.world.service.engine_of(stage.replica())
        return "killed" if process and stage.world.service.hit(process, signal.SIGKILL) else "not running"


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
        process = stage.world.service.engine_of(stage.replica())
        assert process is not None and stage.world.service.hit(process, signal.SIGSTOP), "there is no replica to stop"
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


class NewToken(Create):
    """Another AUTH token for an encrypted group, which has no clients but those that look at it in the end."""

    operation = "ModifyReplicationGroup"
    first, second = "first-token-of-chaos", "second-token-of-chaos"

    def request(self) -> dict:
        return super().request() | {"TransitEncryptionEnabled": True, "AuthToken": self.first}

    def prepare(self, stage: Stage) -> None:
        stage.world.create(self.request())
        stage.world.await_available(CREATED)

    def act(self, stage: Stage) -> str:
        return stage.ask(
            "modify_replication_group", ReplicationGroupId=CREATED, AuthToken=self.second, AuthTokenUpdateStrategy="SET", ApplyImmediately=True
        )

    def finish(self, stage: Stage) -> None:
        """The request itself may have been lost."""
        eventually(lambda: self.act(stage) == "ok", within=60, every=0.1, what="another token, accepted")
        stage.world.await_available(CREATED, within=60)
        ca = tls.trust(stage.world.service.server)
        nodes = groups.node_endpoints(stage.world.service.client(), CREATED)
        eventually(lambda: all(takes(node, ca, self.second) for node in nodes.values()), within=60, what="the new token on every node")
        assert not any(takes(node, ca, self.first) for node in nodes.values()), "the old token counts"
        stage.world.remove(CREATED)


class RetainEncrypted(DeleteAndRetain):
    """The primary of an encrypted group goes on alone: of another name, so that it needs another certificate."""

    def prepare(self, stage: Stage) -> None:
        stage.world.create(Layout(CREATED, self.kind).request() | {"TransitEncryptionEnabled": True})
        stage.world.await_available(CREATED)

    def is_writable(self, stage: Stage, retained: dict) -> bool:
        ca, name = tls.trust(stage.world.service.server), retained["CacheClusterId"]
        endpoint = retained["CacheNodes"][0]["Endpoint"]
        try:
            with tls.connect(endpoint, ca) as node:
                shown = {value for kind, value in tls.certificate(endpoint, ca)["subjectAltName"] if kind == "DNS"}
                return node.info("replication")["role"] == "master" and all(host.startswith(f"{name}.{name}.") for host in shown)
        except (redis.RedisError, OSError):
            return False


def takes(endpoint: dict, ca: Path, token: str) -> bool:
    """Whether a node lets in who has the token."""
    try:
        with tls.connect(endpoint, ca, password=token) as node:
            return node.ping()
    except (redis.RedisError, OSError):
        return False


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


SCENARIOS: dict[str, Scenario] = {
    "create": Create(),
    "create-cluster": CreateCluster(),
    "create-beside-strangers": CreateBesideStrangers(),
    "create-in-vain": CreateInVain(),
    "convert": Convert(),
    "delete": Delete(),
    "delete-cluster": DeleteCluster(),
    "delete-and-retain": DeleteAndRetain(),
    "failover": Failover(),
    "recovery-in-place": RecoveryInPlace(),
    "failover-in-cluster": FailoverInCluster(),
    "hang": Hang(),
    "hang-in-cluster": HangInCluster(),
    "loss-of-replica": LossOfReplica(),
    "dark-zone": DarkZone(),
    "dark-zone-of-cluster": DarkZoneOfCluster(),
    "test-failover": TestFailover(),
    "test-failover-in-cluster": TestFailoverInCluster(),
    "switchover": Switchover(),
    "switchover-in-vain": SwitchoverInVain(),
    "add-replica": AddReplica(),
    "add-replica-in-vain": AddReplicaInVain(),
    "add-replica-to-cluster": AddReplicaToCluster(),
    "remove-replica": RemoveReplica(),
    "remove-replica-of-cluster": RemoveReplicaOfCluster(),
    "reboot-primary": RebootPrimary(),
    "reboot-replica": RebootReplica(),
    "reboot-only-primary": RebootOnlyPrimary(),
    "new-parameters": NewParameters(),
    "new-token": NewToken(),
    "retain-encrypted": RetainEncrypted(),
    "update": Update(),
    "update-of-cluster": UpdateOfCluster(),
}

REACHED_BY: dict[str, list[str]] = {
    "start": [
        "create",
        "create-cluster",
        "failover",
        "failover-in-cluster",
        "recovery-in-place",
        "hang",
        "loss-of-replica",
        "add-replica",
        "add-replica-to-cluster",
        "convert",
        "reboot-replica",
        "reboot-only-primary",
    ],
    "stop": [
        "reboot-primary",
        "reboot-replica",
        "reboot-only-primary",
        "test-failover",
        "test-failover-in-cluster",
        "hang",
        "hang-in-cluster",
        "dark-zone",
        "dark-zone-of-cluster",
    ],
    "save": ["recovery-in-place"],
    "moveAddress": ["create-beside-strangers"],
    "replicate": ["create", "failover", "test-failover", "hang", "dark-zone"],
    "recordPrimary": [
        "failover",
        "failover-in-cluster",
        "hang",
        "hang-in-cluster",
        "dark-zone",
        "dark-zone-of-cluster",
        "test-failover",
        "switchover",
    ],
    "promote": ["failover", "failover-in-cluster", "hang", "dark-zone-of-cluster", "test-failover-in-cluster", "create-cluster"],
    "handOver": ["switchover", "update", "update-of-cluster"],
    "handOver.paused": ["switchover"],
    "handOver.demoted": ["switchover"],
    "handOver.promoted": ["switchover"],
    "introduce": ["add-replica-to-cluster"],
    "forgetNodes": ["create-cluster", "remove-replica-of-cluster"],
    "bind": ["failover", "hang", "dark-zone", "test-failover", "convert"],
    "tune": ["create", "create-cluster"],
    "configure": ["new-parameters"],
    "configured": ["new-parameters"],
    "giveAuthTokens": ["new-token"],
    "authTokensGiven": ["new-token"],
    "issueCertificate": ["retain-encrypted"],
    "loadCertificates": ["retain-encrypted"],
    "certificatesLoaded": ["retain-encrypted"],
    "route": ["create", "create-cluster", "failover", "add-replica", "remove-replica", "convert"],
    "dropRoute": ["delete", "delete-cluster"],
    "remove": ["delete", "delete-cluster", "delete-and-retain", "create-in-vain", "remove-replica", "remove-replica-of-cluster"],
    "dropMember": ["remove-replica", "remove-replica-of-cluster"],
    "joined": ["add-replica", "add-replica-to-cluster", "convert"],
    "abandon": ["add-replica-in-vain"],
    "giveUp": ["switchover-in-vain"],
    "rebooted": ["reboot-primary", "reboot-replica", "reboot-only-primary"],
    "renew": ["update", "update-of-cluster"],
    "chooseSuccessor": ["update", "update-of-cluster"],
    "endUpdate": ["update", "update-of-cluster"],
    "failoverTested": ["test-failover", "test-failover-in-cluster"],
    "recordHistory": ["create", "failover"],
    "endHistory": ["failover", "recovery-in-place"],
    "note": ["failover", "loss-of-replica", "recovery-in-place", "hang", "dark-zone"],
    "becomeAvailable": ["create", "create-cluster", "switchover", "add-replica", "remove-replica", "convert"],
    "fail": ["create-in-vain"],
    "forget": ["delete", "delete-cluster"],
    "becomeCacheCluster": ["delete-and-retain"],
}
"""Which scenarios go through a step. One that the service names and this table does not is a failure of the suite."""

UNREACHABLE: dict[str, str] = {
    "release": "planned only after the service ended between the promotion and the record of a switchover, as handOver.promoted plays it",
}
"""Steps that no operation can be made to reach, with the reason."""
