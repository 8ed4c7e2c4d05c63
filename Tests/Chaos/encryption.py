"""Scenarios of groups that are encrypted."""

from pathlib import Path

import redis

import groups
import tls
from patience import eventually
from schedule import Layout
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


def takes(endpoint: dict, ca: Path, token: str) -> bool:
    """Whether a node lets in who has the token."""
    try:
        with tls.connect(endpoint, ca, password=token) as node:
            return node.ping()
    except (redis.RedisError, OSError):
        return False
