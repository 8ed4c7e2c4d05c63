"""Users of the authentication type iam: tokens as botocore signs them, right and wrong, on every node."""

import os
import signal

import botocore.credentials
import botocore.hooks
import botocore.model
import botocore.signers
import pytest

import access
import groups
import keys
import server as servers
import signing
import tls
from access import everywhere, is_open, says
from keys import ACCOUNT, allow
from members import quietly
from patience import eventually

PAIR = {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True, "UserGroupIds": ["signers"]} | access.ENCRYPTED
WRITES = "on ~* &* +@all"


def token(key: tuple[str, str], group: str, user: str, *, seconds: float = 0, region: str = "us-east-1") -> str:
    """As the documentation has it for Python. `seconds` is how far the signer's clock is ahead."""
    # The signer does not keep it.
    emitter = botocore.hooks.HierarchicalEmitter()
    signer = botocore.signers.RequestSigner(
        botocore.model.ServiceId("elasticache"),
        region,
        "elasticache",
        "v4",
        botocore.credentials.Credentials(*key),
        emitter,
    )
    request = {
        "method": "GET",
        "url": f"https://{group}/?Action=connect&User={user}",
        "body": {},
        "headers": {},
        "context": {},
    }
    with signing.clock(seconds):
        url = signer.generate_presigned_url(request, operation_name="connect", expires_in=900, region_name=region)
    return url.removeprefix("https://")


def sorted_by_name(token: str) -> str:
    """As the SDK for JavaScript writes it."""
    address, query = token.split("?", 1)
    return f"{address}?{'&'.join(sorted(query.split('&')))}"


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return tmp_path_factory.mktemp("keys") / "credentials.json"


@pytest.fixture(scope="module")
def key(ring) -> tuple[str, str]:
    return keys.new(ring, "--user", "alice")


@pytest.fixture(scope="module")
def service(tmp_path_factory, ring, key):
    server = servers.Server(tmp_path_factory.mktemp("service"), arguments=["--credentials", str(ring)])
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def client(service, key):
    return keys.client(service, key)


@pytest.fixture(scope="module")
def ca(service):
    return tls.trust(service)


@pytest.fixture(scope="module")
def users(client):
    """One that signs, another that does, and one with a password."""
    made = [
        client.create_user(UserId=name, UserName=name, Engine="redis", AccessString=WRITES, AuthenticationMode={"Type": "iam"})
        for name in ("ann", "bob")
    ]
    made.append(access.user(client, WRITES))
    nobody = access.user(client, "off -@all", name="default")
    client.create_user_group(UserGroupId="signers", Engine="redis", UserIds=[user["UserId"] for user in [*made, nobody]])
    access.active_group(client, "signers")
    return made


@pytest.fixture(scope="module")
def group(client, users):
    return groups.create(client, **PAIR)["ReplicationGroupId"]


def eventually_everywhere(client, group, ca, user, password, expected, within: float = 10) -> None:
    eventually(
        lambda: quietly(lambda: everywhere(client, group, ca, "PING", user, password)) == {expected},
        within=within,
        what=f"every node answers {user['UserName']} with {expected}",
    )


def test_the_user_as_it_is_told(client, users):
    ann = access.describe(client, users[0])
    assert ann["Authentication"] == {"Type": "iam"} and ann["MinimumEngineVersion"] == "7.0"


def test_a_token_lets_in(client, ca, key, group, users):
    ann = users[0]
    # The latest tokens are told first.
    eventually_everywhere(client, group, ca, ann, token(key, group, "ann", seconds=-850), "ok", within=10)
    for seconds in (-600, -1, 10):
        assert everywhere(client, group, ca, "PING", ann, token(key, group, "ann", seconds=seconds)) == {"ok"}, seconds
    assert everywhere(client, group, ca, "PING", ann, sorted_by_name(token(key, group, "ann"))) == {"ok"}
    assert everywhere(client, group, ca, "PING", users[2]) == {"ok"}, "who has a password comes in with that"


def test_what_does_not_let_in(client, ca, key, ring, group, users):
    ann = users[0]
    good = token(key, group, "ann")
    eventually_everywhere(client, group, ca, ann, good, "ok")
    wrong = {
        "another user's": token(key, group, "bob"),
        "another group's": token(key, "another", "ann"),
        "expired": token(key, group, "ann", seconds=-910),
        "of a time to come": token(key, group, "ann", seconds=120),
        "another region's": token(key, group, "ann", region="eu-west-1"),
        "a wrong secret's": token((key[0], key[1][::-1]), group, "ann"),
        "an unknown key's": token(("AKIAUNKNOWN", key[1]), group, "ann"),
        "another account's": token(keys.new(ring, account="999999999999"), group, "ann"),
        "altered": good.replace("connect", "Connect"),
        "without a signature": good.rsplit("&", 1)[0],
        "the secret itself": key[1],
        "nothing": "",
    }
    for name, password in wrong.items():
        assert everywhere(client, group, ca, "PING", ann, password) == {"WRONGPASS"}, name
    assert everywhere(client, group, ca, "PING", users[2], token(key, group, users[2]["UserName"])) == {"WRONGPASS"}, "of who has a password"
    assert everywhere(client, group, ca, "PING", ann, good) == {"ok"}


def test_a_policy_has_to_allow_it_on_both(client, ca, ring, group, users):
    arn = f"arn:aws:elasticache:us-east-1:{ACCOUNT}"
    both = keys.new(ring, policy=[allow("elasticache:Connect", [f"{arn}:replicationgroup:{group}", f"{arn}:user:ann"])])
    half = keys.new(ring, policy=[allow("elasticache:Connect", f"{arn}:replicationgroup:{group}")])
    other = keys.new(ring, policy=[allow("elasticache:Describe*")])
    eventually_everywhere(client, group, ca, users[0], token(both, group, "ann"), "ok", within=5)
    assert everywhere(client, group, ca, "PING", users[1], token(both, group, "bob")) == {"WRONGPASS"}
    for refused in (half, other):
        assert everywhere(client, group, ca, "PING", users[0], token(refused, group, "ann")) == {"WRONGPASS"}


def test_a_disabled_key_counts_no_more(client, ca, ring, group, users):
    key = keys.new(ring)
    password = token(key, group, "ann")
    eventually_everywhere(client, group, ca, users[0], password, "ok", within=5)
    endpoint = groups.describe(client, group)["NodeGroups"][0]["PrimaryEndpoint"]
    with tls.connect(endpoint, ca, username="ann", password=password, single_connection_client=True) as kept:
        kept.ping()
        keys.credentials(ring, "disable", key[0])
        eventually_everywhere(client, group, ca, users[0], password, "WRONGPASS", within=5)
        assert is_open(kept), "as in the real service, connections that stand are not asked again"


def test_another_change_costs_nobody_the_token(client, ca, key, group, users):
    old = token(key, group, "ann", seconds=-500)
    eventually_everywhere(client, group, ca, users[0], old, "ok")
    client.modify_user(UserId=users[2]["UserId"], AppendAccessString="+get")
    access.active(client, users[2])
    eventually_everywhere(client, group, ca, users[0], old, "ok", within=1)


def test_a_change_of_the_type(client, ca, key, group, users):
    """Who has a password again comes in with no token, however it was signed."""
    bob = users[1]
    eventually_everywhere(client, group, ca, bob, token(key, group, "bob"), "ok")
    client.modify_user(UserId="bob", AuthenticationMode={"Type": "password", "Passwords": [access.PASSWORD]})
    access.active(client, bob)
    assert everywhere(client, group, ca, "PING", bob) == {"ok"}
    assert everywhere(client, group, ca, "PING", bob, token(key, group, "bob")) == {"WRONGPASS"}
    client.modify_user(UserId="bob", AuthenticationMode={"Type": "iam"})
    access.active(client, bob)
    eventually_everywhere(client, group, ca, bob, token(key, group, "bob"), "ok")
    assert everywhere(client, group, ca, "PING", bob) == {"WRONGPASS"}


def test_after_a_failover_and_a_restart_of_the_service(service, client, ca, key, group, users):
    (node_group,) = groups.describe(client, group)["NodeGroups"]
    with tls.connect(node_group["PrimaryEndpoint"], ca, username="ann", password=token(key, group, "ann")) as connection:
        os.kill(connection.info("server")["process_id"], signal.SIGKILL)
    eventually_everywhere(client, group, ca, users[0], token(key, group, "ann"), "ok", within=20)
    for process in service.engines():
        text = (service.data / "nodes").rglob("users.acl")
        assert process and all("user ann on resetpass ~*" in path.read_text() for path in text), "tokens are in no file"


def test_without_kept_keys_nobody_signs(make_server):
    server = make_server().start()
    client, ca = server.client(), tls.trust(server)
    ann = client.create_user(UserId="ann", UserName="ann", Engine="redis", AccessString=WRITES, AuthenticationMode={"Type": "iam"})
    client.create_user_group(UserGroupId="signers", Engine="redis", UserIds=["default", "ann"])
    access.active_group(client, "signers")
    group = groups.create(client, **PAIR)["ReplicationGroupId"]
    assert everywhere(client, group, ca, "PING", ann, token(("test", "test"), group, "ann")) == {"WRONGPASS"}
    assert everywhere(client, group, ca, "PING") == {"ok"}
    assert says(groups.describe(client, group)["NodeGroups"][0]["PrimaryEndpoint"], ca, "PING") == "ok"
    eventually(lambda: "no access keys are kept" in server.log.read_text(), what="the log says so")
