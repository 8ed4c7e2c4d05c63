"""Scenarios of the users of a group."""

import contextlib

import access
import groups
import tls
from access import ENCRYPTED, PASSWORD
from patience import eventually
from stage import CREATED, Stage
from whole_groups import Create

OTHER = "other-password-of-chaos"


class OtherUsers(Create):
    """Another password and less rights for a user of a group, which has no clients but those that look at it in the end."""

    operation = "ModifyUser"
    user = {"UserId": "chaos", "UserName": "chaos"}

    def prepare(self, stage: Stage) -> None:
        client = stage.world.service.client()
        client.create_user(Engine="redis", AccessString="on ~* +@all", Passwords=[PASSWORD], **self.user)
        client.create_user_group(UserGroupId="chaos", Engine="redis", UserIds=["default", "chaos"])
        access.active_group(client, "chaos")
        stage.world.create(self.request() | ENCRYPTED | {"UserGroupIds": ["chaos"]})
        stage.world.await_available(CREATED)

    def act(self, stage: Stage) -> str:
        return stage.ask("modify_user", UserId="chaos", AccessString="on ~* -@all +ping +get", Passwords=[OTHER])

    def finish(self, stage: Stage) -> None:
        """The request itself may have been lost."""
        eventually(lambda: self.act(stage) == "ok", within=60, every=0.1, what="the change of the user, accepted")
        client = stage.world.service.client()
        access.active(client, self.user, within=60)
        ca = tls.trust(stage.world.service.server)
        nodes = groups.node_endpoints(client, CREATED).values()

        def all_know() -> bool:
            return all(
                [access.says(node, ca, command, self.user, password) for command, password in (("GET a", OTHER), ("SET a 1", OTHER), ("PING", PASSWORD))]
                == ["ok", "NOPERM", "WRONGPASS"]
                for node in nodes
            )

        def knowing() -> bool:
            with contextlib.suppress(OSError, tls.redis.RedisError):
                return all_know()
            return False

        eventually(knowing, within=60, what="the user's change on every node")
        stage.world.remove(CREATED)
        eventually(lambda: groups.is_gone(client, CREATED), within=60, what="the end of the group")
        client.delete_user_group(UserGroupId="chaos")
        eventually(lambda: not client.describe_user_groups()["UserGroups"], within=60, what="the end of the user group")
        client.delete_user(UserId="chaos")
        eventually(lambda: len(client.describe_users()["Users"]) == 1, within=60, what="the end of the user")
