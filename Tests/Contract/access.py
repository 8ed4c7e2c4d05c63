"""Users and user groups for tests, and who comes in with them."""

import itertools
from pathlib import Path

import redis

import groups
import tls
from patience import eventually

PASSWORD = "a-password-for-tests"
ENCRYPTED = {"TransitEncryptionEnabled": True}
_names = itertools.count(1)


def user(client, access: str, *, name: str | None = None, engine: str = "redis", **login) -> dict:
    """Creates a user, with a password unless something else is said."""
    user_id = f"user-{next(_names)}"
    login = login or {"Passwords": [PASSWORD]}
    return client.create_user(UserId=user_id, UserName=name or user_id, Engine=engine, AccessString=access, **login)


def group(client, *users: dict, engine: str = "redis") -> str:
    """Creates a user group, which is active when this returns."""
    group_id = f"users-{next(_names)}"
    client.create_user_group(UserGroupId=group_id, Engine=engine, UserIds=[user["UserId"] for user in users])
    active_group(client, group_id)
    return group_id


def describe(client, user: dict) -> dict:
    (found,) = client.describe_users(UserId=user["UserId"])["Users"]
    return found


def describe_group(client, group_id: str) -> dict:
    (found,) = client.describe_user_groups(UserGroupId=group_id)["UserGroups"]
    return found


def active(client, user: dict, within: float = 10) -> dict:
    eventually(lambda: describe(client, user)["Status"] == "active", within=within, what=f"{user['UserId']} is active")
    return describe(client, user)


def active_group(client, group_id: str, within: float = 10) -> dict:
    eventually(lambda: describe_group(client, group_id)["Status"] == "active", within=within, what=f"{group_id} is active")
    return describe_group(client, group_id)


def says(endpoint: dict, ca: Path, command: str, user: dict | None = None, password: str = PASSWORD) -> str:
    """What a node answers to a command of a user on a new connection: `ok`, or the code of its refusal."""
    more = {"username": user["UserName"], "password": password} if user else {}
    try:
        with tls.connect(endpoint, ca, **more) as client:
            client.execute_command(*command.split())
            return "ok"
    except redis.exceptions.AuthenticationError as error:
        return "NOAUTH" if "required" in str(error) else "WRONGPASS"
    except redis.exceptions.NoPermissionError:
        return "NOPERM"
    except redis.exceptions.MovedError:
        return "ok"


def everywhere(client, name: str, ca: Path, command: str, user: dict | None = None, password: str = PASSWORD) -> set[str]:
    """What all nodes of a group answer."""
    return {says(node, ca, command, user, password) for node in groups.node_endpoints(client, name).values()}


def is_open(connection: redis.Redis) -> bool:
    try:
        return bool(connection.ping())
    except redis.exceptions.NoPermissionError:
        return True
    except (redis.exceptions.ConnectionError, OSError):
        return False
