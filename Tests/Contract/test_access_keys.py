"""The file of access keys while a service runs on it, what keys may do, and what is written down of that."""

import gzip
import json
import stat
import subprocess
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import botocore
import pytest

import keys as access
import server as servers
import signing
import test_protocol
from commands import doctor, run
from keys import ACCOUNT, allow, client, code, deny
from patience import eventually

SECRET = "a-very-secret-token-0123456789"
GROUP = {"ReplicationGroupDescription": "d", "CacheNodeType": "cache.t3.micro"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return tmp_path_factory.mktemp("keys") / "credentials.json"


@pytest.fixture(scope="module")
def key(keys) -> tuple[str, str]:
    return access.new(keys, "--user", "alice")


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    return tmp_path_factory.mktemp("audit") / "audit.jsonl"


@pytest.fixture(scope="module")
def service(tmp_path_factory, keys, key, audit):
    server = servers.Server(tmp_path_factory.mktemp("service"), arguments=["--credentials", str(keys), "--audit-log", str(audit)])
    try:
        yield server.start()
    finally:
        server.close()


def lines(audit: Path) -> list[dict]:
    return [json.loads(line) for line in audit.read_text().splitlines()]


class TestKeys:
    def test_are_taken_up_disabled_and_removed_while_a_service_runs(self, service, keys):
        key = access.new(keys)
        access.eventually_let_in(service, key)
        for change, expected in (("disable", False), ("enable", True), ("remove", False)):
            access.credentials(keys, change, key[0])
            access.eventually_let_in(service, key, expected)

    def test_one_of_ones_own(self, service, keys):
        said = access.credentials(keys, "add", "--key-id", "ci", "--account-id", ACCOUNT, secret="a-secret-that-ci-has\n")
        assert said == "AWS_ACCESS_KEY_ID=ci\n"
        access.eventually_let_in(service, ("ci", "a-secret-that-ci-has"))

    def test_are_listed_without_their_secrets(self, keys, key):
        said = access.credentials(keys, "list")
        assert f"{key[0]}  {ACCOUNT}  alice  enabled  everything\n" in said and key[1] not in said
        [row] = [row for row in json.loads(access.credentials(keys, "list", "--json")) if row["id"] == key[0]]
        assert row["user"] == "alice" and not row["disabled"] and "secret" not in row

    @pytest.mark.parametrize(
        "arguments, secret, word",
        [
            (["add", "--account-id", "12"], None, "12 digits"),
            (["add", "--user", "a b"], None, "the user"),
            (["add", "--key-id", "a/b"], "a-secret-that-ci-has\n", "the id"),
            (["add", "--key-id", "short"], "tiny-one\n", "16 characters"),
            (["add", "--key-id", "none"], None, "standard input"),
            (["add", "--policy", "/nowhere"], None, "/nowhere"),
            (["disable", "nobody"], None, "no key nobody"),
            (["remove", "nobody"], None, "no key nobody"),
        ],
    )
    def test_what_cant_be_done_is_said_and_changes_nothing(self, keys, key, arguments, secret, word):
        before = keys.read_bytes()
        done = access.run(keys, *arguments, secret=secret)
        assert done.returncode != 0 and word in done.stderr, done.stderr
        assert keys.read_bytes() == before and "tiny-one" not in done.stderr

    def test_made_at_once_are_all_kept(self, tmp_path):
        file = tmp_path / "deep" / "er" / "credentials.json"
        file.parent.parent.mkdir()
        with ThreadPoolExecutor(8) as pool:
            made = {key for key, _ in pool.map(lambda _: access.new(file), range(16))}
        assert {row["id"] for row in json.loads(access.credentials(file, "list", "--json"))} == made and len(made) == 16
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700


class TestPolicies:
    def test_what_is_not_allowed_is_refused_and_leaves_nothing(self, service, keys, key):
        mine = f"arn:aws:elasticache:us-east-1:{ACCOUNT}:replicationgroup:mine-*"
        policy = [allow("elasticache:*", mine), allow("elasticache:Describe*"), deny("elasticache:DeleteReplicationGroup")]
        bob_key = access.new(keys, "--user", "bob", policy=policy)
        access.eventually_let_in(service, bob_key)
        bob = client(service, bob_key)
        before = bob.describe_events()["Events"]
        assert access.fault(lambda: bob.create_replication_group(ReplicationGroupId="yours", **GROUP)) == {
            "Type": "Sender",
            "Code": "AccessDenied",
            "Message": f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: elasticache:CreateReplicationGroup on "
            f"resource: arn:aws:elasticache:us-east-1:{ACCOUNT}:replicationgroup:yours because no identity-based policy allows the "
            "elasticache:CreateReplicationGroup action",
        }
        assert bob.describe_replication_groups()["ReplicationGroups"] == [] and bob.describe_events()["Events"] == before
        bob.create_replication_group(ReplicationGroupId="Mine-1", **GROUP)
        refused = access.fault(lambda: bob.delete_replication_group(ReplicationGroupId="mine-1"))
        assert refused["Code"] == "AccessDenied" and refused["Message"].endswith("with an explicit deny in an identity-based policy")
        found = client(service, key).describe_replication_groups(ReplicationGroupId="mine-1")["ReplicationGroups"]
        assert found[0]["Status"] != "deleting"

    def test_every_resource_that_an_operation_can_name_is_asked_about(self, service, keys):
        """By the service model: a key that may do all but touch `no` is refused wherever a parameter of an operation names it."""
        key = access.new(keys, policy=[allow("*"), deny("*", "arn:*:no")])
        access.eventually_let_in(service, key)
        asked = 0
        for operation in sorted(test_protocol.SERVED):
            for parameter, is_list in named_parameters(operation):
                name = f"{parameter}.member.1" if is_list else parameter
                kind = {"SourceType": "cache-cluster"} if parameter == "SourceIdentifier" else {}
                value = f"arn:aws:elasticache:us-east-1:{ACCOUNT}:cluster:NO" if parameter == "ResourceName" else "No"
                request = signing.signed(service.endpoint, signing.form(operation, **{name: value}, **kind), key)
                assert signing.send(request)[1] == "AccessDenied", (operation, parameter)
                asked += 1
        assert asked > 40

    def test_a_parameter_that_an_operation_does_not_have_opens_nothing(self, service, keys):
        arn = f"arn:aws:elasticache:us-east-1:{ACCOUNT}"
        mine = [f"{arn}:{kind}:mine" for kind in ("replicationgroup", "parametergroup", "reserved-instance")]
        key = access.new(keys, policy=[allow("*", mine)])
        access.eventually_let_in(service, key)
        for operation, parameters in (
            ("DescribeCacheClusters", {"ReplicationGroupId": "mine"}),
            ("DescribeEvents", {"ReplicationGroupId": "mine"}),
            # Beneath a name, or beneath an item of a list.
            ("DescribeReplicationGroups", {"ReplicationGroupId.x": "mine"}),
            ("DescribeReplicationGroups", {"ReplicationGroupId.": "mine"}),
            ("DescribeUpdateActions", {"ReplicationGroupIds.member.1.x": "mine"}),
            ("DescribeCacheParameterGroups", {"CacheParameterGroupName.": "mine"}),
            ("PurchaseReservedCacheNodesOffering", {"ReservedCacheNodeId.x": "mine", "ReservedCacheNodesOfferingId": "o"}),
        ):
            form = signing.form(operation, **parameters)
            assert signing.send(signing.signed(service.endpoint, form, key))[1] == "AccessDenied", (operation, parameters)
        form = signing.form("DescribeUpdateActions", **{"ReplicationGroupIds.member.1": "mine"})
        assert signing.send(signing.signed(service.endpoint, form, key))[1] != "AccessDenied"


KINDS = (
    "ReplicationGroupId ReplicationGroupIds PrimaryReplicationGroupId CacheClusterId CacheClusterIds PrimaryClusterId SnapshottingClusterId "
    "CacheParameterGroupName CacheSubnetGroupName CacheSecurityGroupName CacheSecurityGroupNames SnapshotName SourceSnapshotName "
    "TargetSnapshotName FinalSnapshotIdentifier FinalSnapshotName UserId UserIds UserIdsToAdd UserIdsToRemove UserGroupId UserGroupIds "
    "UserGroupIdsToAdd UserGroupIdsToRemove ReservedCacheNodeId GlobalReplicationGroupId ServerlessCacheName ServerlessCacheSnapshotName "
    "SourceServerlessCacheSnapshotName TargetServerlessCacheSnapshotName ResourceName ReplicasToRemove SourceIdentifier"
).split()


def named_parameters(operation: str) -> list[tuple[str, bool]]:
    path = Path(botocore.__file__).parent / "data/elasticache/2015-02-02/service-2.json.gz"
    model = json.loads(gzip.decompress(path.read_bytes()))
    members = model["shapes"][model["operations"][operation]["input"]["shape"]].get("members", {})
    return [(name, model["shapes"][member["shape"]]["type"] == "list") for name, member in members.items() if name in KINDS]


class TestTheAuditLog:
    def test_has_what_changed_and_no_secret(self, service, key, audit):
        alice = client(service, key)
        alice.create_replication_group(ReplicationGroupId="audited", **GROUP)
        refused = lambda: alice.create_replication_group(ReplicationGroupId="secretive", AuthToken=SECRET, Engine="no", **GROUP)  # noqa: E731
        fault = code(refused)
        alice.describe_replication_groups()
        assert code(lambda: client(service, (key[0], "wrong")).delete_replication_group(ReplicationGroupId="audited")) == "SignatureDoesNotMatch"

        assert stat.S_IMODE(audit.stat().st_mode) == 0o600
        text = audit.read_text()
        assert SECRET not in text and key[1] not in text and "Describe" not in text
        [made] = [line for line in lines(audit) if line["parameters"].get("ReplicationGroupId") == "audited" and line["outcome"] == "ok"]
        assert made["time"].endswith("Z") and len(made["requestID"]) == 36
        assert {name: made[name] for name in made if name not in ("time", "requestID", "parameters")} == {
            "action": "CreateReplicationGroup",
            "accessKeyID": key[0],
            "user": "alice",
            "account": ACCOUNT,
            "region": "us-east-1",
            "source": "127.0.0.1",
            "outcome": "ok",
        }
        [line] = [line for line in lines(audit) if line["parameters"].get("ReplicationGroupId") == "secretive"]
        assert (line["outcome"], line["parameters"]["AuthToken"]) == (fault, "***")
        [forged] = [line for line in lines(audit) if line["outcome"] == "SignatureDoesNotMatch"]
        assert forged["action"] == "DeleteReplicationGroup" and forged["accessKeyID"] == key[0]
        assert "user" not in forged and "account" not in forged, "nobody knows who it was"

    def test_is_not_filled_by_strangers(self, service, audit):
        before = len(lines(audit))
        for _ in range(40):
            request = signing.signed(service.endpoint, signing.form("DeleteUser", UserId="u"), ("stranger", "secret"))
            assert signing.send(request)[1] == "InvalidClientTokenId"
        assert 1 <= len(lines(audit)) - before < 30

    def test_goes_on_in_a_new_file_once_the_old_one_is_moved_away(self, service, key, audit):
        moved = audit.with_suffix(".1")
        audit.rename(moved)
        code(lambda: client(service, key).delete_replication_group(ReplicationGroupId="nothing"))
        assert [line["outcome"] for line in lines(audit)] == ["ReplicationGroupNotFoundFault"]

    def test_nothing_secret_is_said_elsewhere(self, service, key):
        assert key[1] not in service.tail(10_000) and SECRET not in service.tail(10_000)


class TestFaults:
    def fault(self, service, *arguments: str, key: tuple[str, str] | None = None) -> subprocess.CompletedProcess:
        environment = {"ELASTANE_ENDPOINT": service.endpoint}
        if key:
            environment |= {"AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1]}
        return run("fault", *arguments, environment=environment, timeout=30)

    def test_are_made_for_who_signs(self, service, keys, key, audit):
        groups_of = client(service, key)
        groups_of.create_replication_group(ReplicationGroupId="victim", **GROUP)
        groups_of.get_waiter("replication_group_available").wait(ReplicationGroupId="victim")
        unsigned = self.fault(service, "pause", "victim-001")
        assert unsigned.returncode != 0 and "AWS_ACCESS_KEY_ID" in unsigned.stderr
        forged = self.fault(service, "pause", "victim-001", key=(key[0], "wrong"))
        assert forged.returncode != 0 and "signature" in forged.stderr
        assert self.fault(service, "kill", "victim-001", key=key).stdout.startswith("killed victim-001")
        assert lines(audit)[-1]["action"] == "elastane:MakeFault" and lines(audit)[-1]["user"] == "alice"

        other = access.new(keys, account="210987654321")
        access.eventually_let_in(service, other)
        refused = self.fault(service, "kill", "victim-001", "--account-id", ACCOUNT, key=other)
        assert refused.returncode != 0 and "is not of the account" in refused.stderr
        zone = self.fault(service, "zone", "us-east-1c", "down", key=key)
        assert zone.returncode != 0 and "all accounts" in zone.stderr
        operator = access.new(keys, account="000000000000")
        access.eventually_let_in(service, operator)
        for state in ("down", "up"):
            assert self.fault(service, "zone", "us-east-1c", state, key=operator).returncode == 0


class TestTheFile:
    """Of a server of its own, each."""

    def test_without_one_any_key_is_accepted_and_a_warning_says_so(self, make_server):
        server = make_server(ephemeral=False).start()
        assert server.client(account="whoever").describe_replication_groups()["ReplicationGroups"] == []
        assert code(lambda: server.client(account="whoever").delete_user(UserId="u"))
        assert "any key is accepted" in server.log.read_text()
        [line] = lines(server.data / "audit.log")
        assert (line["accessKeyID"], line["account"], line["parameters"]) == ("whoever", "000000000000", {"UserId": "u"})

    def test_one_that_appears_counts_and_one_that_is_gone_lets_nobody_else_in(self, make_server):
        server = make_server(ephemeral=False).start()
        file = server.data / "credentials.json"
        key = access.new(file)
        access.eventually_let_in(server, ("whoever", "x"), False)
        assert access.is_let_in(server, key)
        file.unlink()
        eventually(lambda: "those read last stay in force" in server.log.read_text(), within=5, what="the complaint")
        assert not access.is_let_in(server, ("whoever", "x")) and access.is_let_in(server, key)

    @pytest.mark.parametrize("how", ["half-written", "open to others"])
    def test_one_that_cant_be_read_any_more_changes_nothing(self, make_server, tmp_path, how):
        file = tmp_path / "credentials.json"
        key = access.new(file)
        server = make_server(arguments=["--credentials", str(file)]).start()
        text = file.read_text()
        if how == "half-written":
            file.write_text(text[: len(text) // 2])
        else:
            file.chmod(0o640)
        eventually(lambda: "those read last stay in force" in server.log.read_text(), within=5, what="the complaint")
        assert access.is_let_in(server, key) and not access.is_let_in(server, ("whoever", "x"))
        assert key[1] not in server.log.read_text()
        file.write_text(text)
        file.chmod(0o600)
        another = access.new(file)
        access.eventually_let_in(server, another)

    @pytest.mark.parametrize("how, word", [("open", "chmod 600"), ("malformed", "is malformed"), ("missing", "there is no file")])
    def test_one_that_cant_be_read_keeps_the_service_from_starting(self, make_server, tmp_path, how, word):
        file = tmp_path / "credentials.json"
        access.new(file)
        if how == "open":
            file.chmod(0o644)
        elif how == "malformed":
            file.write_text("{")
        else:
            file.unlink()
        server = make_server(arguments=["--credentials", str(file)])
        assert word in refusal_to_start(server)
        code, findings = doctor(server.data, "--credentials", str(file))
        [finding] = [finding for finding in findings if finding["subject"] == "access"]
        assert code == 1 and finding["level"] == "missing" and word in finding["detail"]

    def test_once_kept_a_start_without_it_is_refused_until_that_is_wanted(self, make_server):
        server = make_server(ephemeral=False).start()
        file, kept = server.data / "credentials.json", server.data / "credentials.kept"
        key = access.new(file)
        access.eventually_let_in(server, ("whoever", "x"), False)
        server.stop()
        file.unlink()
        assert f"remove {kept}" in refusal_to_start(server)
        code, findings = doctor(server.data)
        [finding] = [finding for finding in findings if finding["subject"] == "access"]
        assert code == 1 and finding["level"] == "missing" and "keys were kept here" in finding["detail"]
        kept.unlink()
        server.start()
        assert access.is_let_in(server, ("whoever", "x")) and access.is_let_in(server, key)

    def test_a_link_to_nothing_is_not_taken_for_none(self, make_server):
        server = make_server(ephemeral=False).start()
        server.stop()
        (server.data / "credentials.json").symlink_to("/nowhere/credentials.json")
        assert "a link to a file that is not there" in refusal_to_start(server)

    def test_one_made_by_a_command_is_remembered_before_any_service_saw_it(self, make_server):
        server = make_server(ephemeral=False).start()
        server.stop()
        assert run("credentials", "add", "--data-dir", str(server.data)).returncode == 0
        (server.data / "credentials.json").unlink()
        assert "keys were kept here" in refusal_to_start(server)

    def test_is_told_of_by_doctor(self, tmp_path):
        file = tmp_path / "credentials.json"
        key = access.new(file)
        access.new(file, policy=[allow("elasticache:Describe*")])
        access.credentials(file, "disable", key[0])
        [finding] = [finding for finding in doctor(tmp_path / "data", "--credentials", str(file))[1] if finding["subject"] == "access"]
        assert finding["level"] == "fine"
        assert finding["detail"] == f"2 keys in {file}, 1 disabled, 1 with a policy, readable by its owner alone"
        [finding] = [finding for finding in doctor(tmp_path / "data")[1] if finding["subject"] == "access"]
        assert finding["level"] == "advice" and "no access keys are kept" in finding["detail"]


def refusal_to_start(server) -> str:
    """What a service says that ends by itself before it is ready."""
    server.launch()
    assert server.process.wait(20) != 0
    server.process = None
    return server.log.read_text()


def test_refused_faults_fill_no_disk_where_anybody_may_ask_for_them(make_server):
    server = make_server(ephemeral=False).start()
    for _ in range(40):
        body = json.dumps({"action": "kill", "member": "x" * 200_000}).encode()
        request = urllib.request.Request(f"{server.endpoint}/_elastane/faults", body, {"X-Elastane-Fault": "yes"})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=15)
        assert caught.value.code == 404
    written = lines(server.data / "audit.log")
    assert 1 <= len(written) < 30 and {line["outcome"] for line in written} == {"unknown"}
    assert {line["parameters"]["member"] for line in written} == {"x" * 1024 + "..."}


def test_the_data_directory_is_closed_to_others(make_server):
    """The directory itself, and every file in it that holds a secret."""
    server = make_server(ephemeral=False).start()
    access.new(server.data / "credentials.json")
    server.client().create_replication_group(ReplicationGroupId="closed", **GROUP)
    configurations = eventually(lambda: list(server.data.glob("nodes/*/node.conf")), what="the node's configuration")
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    for path in [server.data / "credentials.json", server.data / "audit.log", *configurations, *server.data.glob("nodes/*/users.acl")]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
