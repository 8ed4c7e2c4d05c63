"""Scenarios in which a group comes or goes."""

import ipaddress
import socket
from pathlib import Path

import redis

import groups
import lone
from patience import eventually
from schedule import Kind, Layout
from stage import CREATED, Scenario, Stage, engine_that_fails


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


def answers_as_primary(endpoint: dict) -> bool:
    try:
        with groups.connect(endpoint) as node:
            return node.info("replication")["role"] == "master"
    except redis.RedisError:
        return False
