"""Access keys, as `elastane credentials` keeps them, and clients that sign with them."""

import json
import re
import subprocess
from pathlib import Path

import botocore.exceptions
import pytest

import server as servers
from patience import eventually

ACCOUNT = "123456789012"


def run(file: Path, *arguments: str, secret: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(servers.BINARY), "credentials", arguments[0], "--credentials", str(file), *arguments[1:]],
        input=secret or "",
        capture_output=True,
        text=True,
        timeout=20,
        env=servers.clean_environment(),
    )


def credentials(file: Path, *arguments: str, secret: str | None = None) -> str:
    done = run(file, *arguments, secret=secret)
    assert done.returncode == 0, done.stderr
    return done.stdout


def new(file: Path, *arguments: str, account: str = ACCOUNT, policy=None) -> tuple[str, str]:
    """The id and the secret of a new key; `policy` is a list of statements."""
    if policy is not None:
        document = file.with_suffix(".policy")
        document.write_text(json.dumps({"Version": "2012-10-17", "Statement": policy}))
        arguments += ("--policy", str(document))
    said = credentials(file, "add", "--account-id", account, *arguments)
    return tuple(re.findall(r"=(.+)", said))


def allow(action: str | list[str], resource: str | list[str] = "*") -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def deny(action: str, resource: str = "*") -> dict:
    return {"Effect": "Deny", "Action": action, "Resource": resource}


def client(server, key: tuple[str, str], region: str = "us-east-1"):
    made = server.client(region=region, account=key[0])
    made._request_signer._credentials.secret_key = key[1]
    return made


def fault(call) -> dict[str, str]:
    """The code and the message of the fault that a call ends with."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call()
    return caught.value.response["Error"]


def code(call) -> str:
    return fault(call)["Code"]


def is_let_in(server, key: tuple[str, str]) -> bool:
    try:
        client(server, key).describe_cache_engine_versions(MaxRecords=20)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] == "InvalidClientTokenId":
            return False
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
    return True


def eventually_let_in(server, key: tuple[str, str], expected: bool = True) -> bool:
    """Waits until a running service has taken a change up."""
    what = f"{key[0]} to be {'let in' if expected else 'refused'}"
    return eventually(lambda: is_let_in(server, key) == expected, within=5, what=what)
