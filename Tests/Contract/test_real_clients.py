"""Clients that people use, with each way in that a group can have: in clear text, encrypted, either; open, by a token, by users."""

import asyncio
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import glide
import pytest
import redis

import access
import groups
import keys
import server as servers
import tls
from patience import eventually

TOKEN = "a-token-for-real-clients"
SIGNER = "signer"
CLUSTER = {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}
PAIR = {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True}
ENCRYPTED = {"TransitEncryptionEnabled": True}
PREFERRED = ENCRYPTED | {"TransitEncryptionMode": "preferred"}


@dataclass
class Way:
    """How a client comes in."""

    endpoint: dict
    is_cluster: bool
    ca: Path | None = None
    username: str | None = None
    password: str | None = None


@dataclass
class Door:
    """A group, and who is let in at it, right and wrong."""

    request: dict
    encrypted: tuple[bool, ...]
    login: dict = field(default_factory=dict)
    wrong: tuple[dict, ...] = ()


USER = {"username": "someone", "password": access.PASSWORD}
DOORS = {
    "clear": Door({}, (False,)),
    "encrypted": Door(ENCRYPTED, (True,)),
    "preferred": Door(PREFERRED, (False, True)),
    "token": Door(ENCRYPTED | {"AuthToken": TOKEN}, (True,), {"password": TOKEN}, ({}, {"password": TOKEN + "!"})),
    "users": Door(
        ENCRYPTED | {"UserGroupIds": ["people"]},
        (True,),
        USER,
        ({}, USER | {"password": "another-password-of-tests"}, USER | {"username": "nobody"}),
    ),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    directory = tmp_path_factory.mktemp("service")
    ring = directory / "credentials.json"
    key = keys.new(ring)
    server = servers.Server(directory, arguments=["--credentials", str(ring)])
    server.key = key
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def client(service):
    made = keys.client(service, service.key)
    for user in [
        {"UserId": "off", "UserName": "default", "AccessString": "off -@all", "NoPasswordRequired": True},
        {"UserId": "someone", "UserName": "someone", "AccessString": "on ~* &* +@all", "Passwords": [access.PASSWORD]},
        {"UserId": SIGNER, "UserName": SIGNER, "AccessString": "on ~* &* +@all", "AuthenticationMode": {"Type": "iam"}},
    ]:
        made.create_user(Engine="redis", **user)
    made.create_user_group(UserGroupId="people", Engine="redis", UserIds=["off", "someone", SIGNER])
    access.active_group(made, "people")
    return made


@pytest.fixture(scope="module")
def ca(service):
    return tls.trust(service)


@pytest.fixture(scope="module", params=[(name, shape) for name in DOORS for shape in ("pair", "cluster")], ids="-".join)
def ways(request, client, ca):
    """The group's right ways in, and its wrong ones."""
    name, shape = request.param
    door = DOORS[name]
    found = groups.create(client, ReplicationGroupId=f"{name}-{shape}", **(CLUSTER if shape == "cluster" else PAIR), **door.request)
    endpoint = found.get("ConfigurationEndpoint") or found["NodeGroups"][0]["PrimaryEndpoint"]

    def way(encrypted: bool, login: dict) -> Way:
        return Way(endpoint, shape == "cluster", ca if encrypted else None, **login)

    right = [way(encrypted, door.login) for encrypted in door.encrypted]
    wrong = [way(encrypted, login) for encrypted in door.encrypted for login in door.wrong]
    if False not in door.encrypted:
        wrong.append(way(False, door.login))
    elif True not in door.encrypted:
        wrong.append(way(True, door.login))
    return right, wrong


def redis_py(way: Way) -> str:
    more = (tls.options(way.ca) if way.ca else {}) | {"username": way.username, "password": way.password}
    if way.is_cluster:
        host, port = way.endpoint["Address"], way.endpoint["Port"]
        with redis.cluster.RedisCluster(host=host, port=port, decode_responses=True, socket_timeout=5, **more) as client:
            assert client.set("key", "value")
            return client.get("key")
    with groups.connect(way.endpoint, **more) as client:
        assert client.set("key", "value")
        return client.get("key")


def valkey_glide(way: Way, *, iam: glide.IamAuthConfig | None = None) -> str:
    credentials = None
    if iam:
        credentials = glide.ServerCredentials(username=way.username, iam_config=iam)
    elif way.password:
        credentials = glide.ServerCredentials(password=way.password, username=way.username)
    trust = glide.TlsAdvancedConfiguration(root_pem_cacerts=way.ca.read_bytes()) if way.ca else None
    kind, configuration, advanced = (
        (glide.GlideClusterClient, glide.GlideClusterClientConfiguration, glide.AdvancedGlideClusterClientConfiguration)
        if way.is_cluster
        else (glide.GlideClient, glide.GlideClientConfiguration, glide.AdvancedGlideClientConfiguration)
    )

    async def ask() -> str:
        client = await kind.create(
            configuration(
                [glide.NodeAddress(way.endpoint["Address"], way.endpoint["Port"])],
                use_tls=way.ca is not None,
                credentials=credentials,
                request_timeout=5000,
                advanced_config=advanced(connection_timeout=5000, tls_config=trust),
            )
        )
        try:
            await client.set("key", "value")
            return (await client.get("key")).decode()
        finally:
            await client.close()

    return asyncio.run(asyncio.wait_for(ask(), 20))


def redis_cli(way: Way) -> str:
    words = ["redis-cli", "-h", way.endpoint["Address"], "-p", str(way.endpoint["Port"]), "-e"]
    words += ["-c"] if way.is_cluster else []
    words += ["--tls", "--cacert", str(way.ca)] if way.ca else []
    words += ["--user", way.username] if way.username else []
    secret = {"REDISCLI_AUTH": way.password} if way.password else {}
    for command in (["SET", "key", "value"], ["GET", "key"]):
        done = subprocess.run(
            words + command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10, env=servers.clean_environment(secret)
        )
        if done.returncode != 0 or done.stdout.startswith("NOAUTH"):
            raise ConnectionError(done.stdout + done.stderr)
    return done.stdout.strip()


def openssl(way: Way) -> str:
    """No client of Redis at all: bytes over TLS."""
    host, port = way.endpoint["Address"], way.endpoint["Port"]
    login = " ".join(word for word in ("AUTH", way.username, way.password) if word) + "\r\n" if way.password else ""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"{host}:{port}", "-CAfile", str(way.ca), "-verify_return_error", "-verify_ip", host, "-quiet"],
        input=f"{login}ECHO value\r\nQUIT\r\n",
        capture_output=True,
        text=True,
        timeout=10,
    )
    if "-NOAUTH" in done.stdout or "-WRONGPASS" in done.stdout or done.returncode != 0:
        raise ConnectionError(done.stdout + done.stderr)
    return "value" if "$5\nvalue" in done.stdout.replace("\r", "") else done.stdout


REFUSALS = (redis.exceptions.RedisError, redis.exceptions.RedisClusterException, glide.GlideError, OSError, subprocess.TimeoutExpired)
CLIENTS = {"redis-py": redis_py, "valkey-glide": valkey_glide, "redis-cli": redis_cli, "openssl": openssl}


@pytest.mark.parametrize("name", CLIENTS)
def test_who_is_let_in(ways, name):
    if name in ("redis-cli", "openssl") and not shutil.which(name):
        pytest.skip(f"NOT TESTED: {name} is not installed")
    right, wrong = ways
    for way in right:
        if name != "openssl" or way.ca:
            assert CLIENTS[name](way) == "value", way
    for way in wrong:
        if name == "openssl" and not way.ca:
            continue
        with pytest.raises(REFUSALS):
            CLIENTS[name](way)


@pytest.mark.parametrize("shape", ["pair", "cluster"])
def test_valkey_glide_signs_by_itself(service, client, ca, shape, monkeypatch):
    name = f"signed-{shape}"
    found = groups.create(client, ReplicationGroupId=name, UserGroupIds=["people"], **ENCRYPTED, **(CLUSTER if shape == "cluster" else PAIR))
    endpoint = found.get("ConfigurationEndpoint") or found["NodeGroups"][0]["PrimaryEndpoint"]
    way = Way(endpoint, shape == "cluster", ca, SIGNER)
    for variable in list(os.environ):
        if variable.startswith("AWS_"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", service.key[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", service.key[1])
    signed = glide.IamAuthConfig(name, glide.ServiceType.ELASTICACHE, "us-east-1")

    def comes_in() -> bool:
        try:
            return valkey_glide(way, iam=signed) == "value"
        except glide.GlideError:
            return False

    # Nodes are told of tokens every second.
    eventually(comes_in, within=10, what="a signed token, taken")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-somebody-else-who-has-no-key-here")
    with pytest.raises(glide.GlideError):
        valkey_glide(way, iam=signed)
