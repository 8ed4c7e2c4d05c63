"""Scenarios of groups that are encrypted."""

from pathlib import Path

import redis

import groups
import tls
from members import state_of
from patience import eventually
from schedule import Kind, Layout
from stage import CREATED, Stage
from whole_groups import Create, DeleteAndRetain


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


class ChangeEncryption(Create):
    """How clients come in changes on a group that stands, with data; who may stay stays, whatever happens to the service meanwhile."""

    operation = "ModifyReplicationGroup"

    def __init__(self, former: str | None, mode: str | None, kind: Kind = Kind.FAILOVER):
        self.former, self.mode, self.kind = former, mode, kind
        self.stands_encrypted = former == "required" or mode == "required"

    def prepare(self, stage: Stage) -> None:
        stage.world.create(Layout(CREATED, self.kind).request() | encryption(self.former))
        stage.world.await_available(CREATED)
        self.standing = [self.connect(stage, endpoint, encrypted=self.stands_encrypted) for endpoint in self.nodes(stage)]
        self.ids = [(client.client_id(), client.info("server")["process_id"]) for client in self.standing]

    @staticmethod
    def nodes(stage: Stage) -> list[dict]:
        return list(groups.node_endpoints(stage.world.service.client(), CREATED).values())

    @staticmethod
    def connect(stage: Stage, endpoint: dict, *, encrypted: bool) -> redis.Redis:
        if encrypted:
            return tls.connect(endpoint, tls.trust(stage.world.service.server), single_connection_client=True)
        return groups.connect(endpoint, single_connection_client=True)

    def act(self, stage: Stage) -> str:
        return stage.ask("modify_replication_group", ReplicationGroupId=CREATED, ApplyImmediately=True, **(encryption(self.mode) or OFF))

    def finish(self, stage: Stage) -> None:
        """The request itself may have been lost."""
        eventually(lambda: self.act(stage) == "ok", within=60, every=0.1, what="the request, accepted")
        stage.world.await_available(CREATED, within=60)
        for client, (number, pid) in zip(self.standing, self.ids, strict=True):
            # The clients of an engine that was killed went with it.
            if state_of(pid):
                assert client.client_id() == number, "a client was closed that was not told to change"
            client.close()
        ways = {None: [False], "preferred": [False, True], "required": [True]}[self.mode]
        for endpoint in self.nodes(stage):
            for encrypted in (False, True):
                eventually(lambda: self.is_answered(stage, endpoint, encrypted) == (encrypted in ways), within=30, what=f"the way in ({encrypted=})")
        eventually(lambda: self.are_linked(stage), within=30, what="linked replicas")
        stage.world.remove(CREATED)

    def is_answered(self, stage: Stage, endpoint: dict, encrypted: bool) -> bool:
        if encrypted and self.mode is None:
            return tls.shakes_hands(endpoint)
        try:
            with self.connect(stage, endpoint, encrypted=encrypted) as client:
                return client.ping()
        except (redis.RedisError, OSError):
            return False

    def are_linked(self, stage: Stage) -> bool:
        for endpoint in self.nodes(stage):
            with self.connect(stage, endpoint, encrypted=self.mode == "required") as client:
                told = client.info("replication")
            if told["role"] == "slave" and told["master_link_status"] != "up":
                return False
        return True


OFF = {"TransitEncryptionEnabled": False}


def encryption(mode: str | None) -> dict:
    return {"TransitEncryptionEnabled": True, "TransitEncryptionMode": mode} if mode else {}


def takes(endpoint: dict, ca: Path, token: str) -> bool:
    """Whether a node lets in who has the token."""
    try:
        with tls.connect(endpoint, ca, password=token) as node:
            return node.ping()
    except (redis.RedisError, OSError):
        return False
