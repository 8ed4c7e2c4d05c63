"""The master keys of groups that are encrypted at rest: in the keyring, and in a key management service."""

import json
import os
import re
import signal
import stat

import botocore.exceptions
import pytest

import groups
import kms
from atrest import ENCRYPTED, VALUE, end_machine, entry, eventually_has, files_with, save, sealed
from commands import ailing, doctor, run
from members import pid_of, told
from patience import eventually

ARN = re.compile(r"arn:aws:kms:us-east-1:000000000000:key/[0-9a-f-]{36}")
REMOTE = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def server(make_server):
    return make_server(ephemeral=False).start()


def keys(server, *arguments: str, fails: bool = False) -> str:
    result = run("keys", *arguments, "--data-dir", str(server.data))
    assert (result.returncode != 0) == fails, result.stdout + result.stderr
    return (result.stderr if fails else result.stdout).strip()


def refusal(client, **changes) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.create_replication_group(**groups.request(**changes))
    return groups.code_of(caught.value), groups.message_of(caught.value)


def test_the_command(server):
    assert "sse-elasticache" in keys(server, "list")
    arn = keys(server, "create", "--alias", "orders")
    assert ARN.fullmatch(arn)
    assert f"{arn}  enabled  version 1  alias/orders" in keys(server, "list").splitlines()
    assert "already" in keys(server, "create", "--alias", "alias/orders", fails=True)
    assert "no alias" in keys(server, "create", "--alias", "a b", fails=True)
    for form in (arn, arn.split("/")[1], "alias/orders", "arn:aws:kms:us-east-1:000000000000:alias/orders"):
        keys(server, "rotate", form)
    keys(server, "disable", "alias/orders")
    (found,) = [key for key in json.loads(keys(server, "list", "--json")) if key["arn"] == arn]
    assert found["disabled"] and found["version"] == 5 and found["aliases"] == ["alias/orders"]
    keys(server, "enable", arn)
    assert f"{arn}  enabled" in keys(server, "list")
    assert "There is no key alias/none" in keys(server, "disable", "alias/none", fails=True)
    assert "not disabled" in keys(server, "disable", "sse-elasticache", fails=True)
    keys(server, "rotate", "sse-elasticache")
    file = server.data / "keyring.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secrets = [version["secret"] for key in json.loads(file.read_text())["keys"] for version in key["versions"]]
    assert len(secrets) == len(set(secrets)) == 7
    for said in (keys(server, "list", "--json"), server.log.read_text()):
        assert not any(secret in said for secret in secrets)


def test_a_group_under_a_key_of_ones_own(server):
    client = server.client()
    arn = keys(server, "create", "--alias", "mine")
    for form in (arn, "alias/mine", arn.split("/")[1]):
        found = groups.create(client, **ENCRYPTED, KmsKeyId=form)
        assert found["KmsKeyId"] == form, "not as it was given"
        groups.delete(client, found["ReplicationGroupId"])
    code, message = refusal(client, **ENCRYPTED, KmsKeyId="alias/none")
    assert code == "InvalidKMSKeyFault" and "alias/none" in message
    other = keys(server, "create", "--region", "eu-west-1")
    assert refusal(client, **ENCRYPTED, KmsKeyId=other)[0] == "InvalidKMSKeyFault"
    keys(server, "disable", arn)
    code, message = refusal(client, **ENCRYPTED, KmsKeyId="alias/mine")
    assert code == "InvalidKMSKeyFault" and "disabled" in message


def test_a_lost_key_is_told_and_ends_nothing(server):
    """The group goes on, what it saves stays in memory, and nothing of that is written down as it is."""
    client = server.client()
    arn = keys(server, "create")
    found = groups.create(client, ReplicationGroupId="goes-on", **ENCRYPTED, KmsKeyId=arn)
    member = "goes-on-001"
    (endpoint,) = groups.node_endpoints(client, "goes-on").values()
    with groups.connect(entry(found)) as user:
        user.set("first", VALUE)
    save(server, "goes-on", member, endpoint)
    keys(server, "disable", arn)
    message = eventually(
        lambda: [text for text in told(client, "cache-cluster", member) if "can not be encrypted onto the disk" in text], what="an event"
    )[0]
    assert "disabled" in message
    assert "disabled" in ailing(server.data)[member]
    code, findings = doctor(server.data)
    assert code == 1 and any(finding["subject"] == "keyring" and "disabled" in finding["detail"] for finding in findings)
    # It is saved in memory alone; an engine that dies comes back on that.
    before = sealed(server, member).read_bytes()
    with groups.connect(entry(found)) as user:
        user.set("second", VALUE)
    client.reboot_cache_cluster(CacheClusterId=member, CacheNodeIdsToReboot=["0001"])
    eventually(lambda: any("restarted" in text for text in told(client, "cache-cluster", member)), what="the reboot")
    eventually_has(entry(found), "second")
    os.kill(pid_of(endpoint), signal.SIGKILL)
    eventually_has(entry(found), "second")
    assert sealed(server, member).read_bytes() == before
    assert files_with(VALUE, server.directory) == []
    assert groups.describe(client, "goes-on")["Status"] == "available"
    keys(server, "enable", arn)
    eventually(lambda: sealed(server, member).read_bytes() != before, what="the save on the disk")
    eventually(lambda: told(client, "cache-cluster", member)[-1] == "The data of cache node 0001 is saved again", what="an event")
    assert ailing(server.data) == {}


def test_without_its_key_nothing_is_started_after_a_loss_of_power(server):
    client = server.client()
    arn = keys(server, "create")
    found = groups.create(client, ReplicationGroupId="waits", **ENCRYPTED, KmsKeyId=arn)
    (endpoint,) = groups.node_endpoints(client, "waits").values()
    with groups.connect(entry(found)) as user:
        user.set("kept", VALUE)
    save(server, "waits", "waits-001", endpoint)
    keys(server, "rotate", arn)
    end_machine(server)
    keys(server, "disable", arn)
    client = server.start().client()
    eventually(lambda: any("can not be started" in text for text in told(client, "cache-cluster", "waits-001")), what="an event")
    assert "disabled" in ailing(server.data)["waits-001"]
    keys(server, "enable", arn)
    eventually_has(entry(found), "kept", within=40)


def test_a_keyring_that_is_gone_is_not_made_anew(make_server):
    """Its place may be one that is not mounted yet: what were sealed under another key would be lost with it."""
    server = make_server(ephemeral=False).start()
    file = server.data / "keyring.json"
    assert file.exists()
    assert server.stop() == 0
    aside = file.rename(server.directory / "aside.json")
    server.start()
    assert "the keyring is missing" in server.log.read_text() and not file.exists()
    with pytest.raises(botocore.exceptions.ClientError, match="AtRestEncryptionEnabled|key"):
        groups.create(server.client(), NumCacheClusters=1, AtRestEncryptionEnabled=True)
    aside.rename(file)
    assert groups.create(server.client(), NumCacheClusters=1, AtRestEncryptionEnabled=True)["AtRestEncryptionEnabled"]


def test_down_says_what_it_could_not_encrypt(server):
    client = server.client()
    arn = keys(server, "create")
    found = groups.create(client, ReplicationGroupId="stays", **ENCRYPTED, KmsKeyId=arn)
    with groups.connect(entry(found)) as user:
        user.set("kept", VALUE)
    keys(server, "disable", arn)
    assert server.stop() == 0
    result = server.down()
    assert result.returncode == 1 and "stays-001" in result.stdout and "disabled" in result.stdout
    assert files_with(VALUE, server.directory) == []
    server.start()
    eventually_has(entry(found), "kept")
    keys(server, "enable", arn)


@pytest.mark.parametrize("spoil", ["missing", "malformed", "open"])
def test_a_keyring_that_can_not_be_read(make_server, spoil):
    """Groups that run go on, and say so; a new one is refused."""
    server = make_server(ephemeral=False).start()
    client = server.client()
    found = groups.create(client, ReplicationGroupId="on", **ENCRYPTED)
    file = server.data / "keyring.json"
    kept = file.read_text()
    if spoil == "missing":
        file.unlink()
    elif spoil == "malformed":
        file.write_text("{")
    else:
        file.chmod(0o644)
    eventually(lambda: "keyring" in ailing(server.data).get("on-001", ""), what="doctor's word")
    assert refusal(client, **ENCRYPTED)[0] == "InvalidKMSKeyFault"
    with groups.connect(entry(found)) as user:
        assert user.ping()
    file.unlink(missing_ok=True)
    file.write_text(kept)
    file.chmod(0o600)
    eventually(lambda: ailing(server.data) == {}, what="doctor's silence")


@pytest.fixture
def remote(make_server):
    """A server, and the key management service that it asks."""
    service = kms.KMS()
    with kms.serving(service) as environment:
        server = make_server(ephemeral=False, environment=environment).start()
        yield server, service
        service.is_silent = False
        server.close()


def test_a_key_of_a_key_management_service(remote):
    server, service = remote
    client = server.client()
    service.add(REMOTE, alias="alias/remote")
    found = groups.create(client, ReplicationGroupId="remote", **ENCRYPTED, KmsKeyId="alias/remote")
    assert found["KmsKeyId"] == "alias/remote"
    operation, body = service.asked[0]
    assert operation == "GenerateDataKey" and body["KeyId"] == "alias/remote"
    assert body["EncryptionContext"] == {"elastane:arn": found["ARN"]}
    (endpoint,) = groups.node_endpoints(client, "remote").values()
    with groups.connect(entry(found)) as user:
        user.set("kept", VALUE)
    save(server, "remote", "remote-001", endpoint)
    end_machine(server)
    client = server.start().client()
    eventually_has(entry(found), "kept", within=40)
    assert {"operation": "Decrypt", "key": REMOTE} in [{"operation": asked, "key": body["KeyId"]} for asked, body in service.asked]
    # The data key itself is nowhere.
    for plaintext in service.plaintexts:
        for path in server.directory.rglob("*"):
            assert not path.is_file() or plaintext not in path.read_bytes()


def test_a_key_management_service_that_refuses(remote):
    server, service = remote
    client = server.client()
    code, message = refusal(client, **ENCRYPTED, KmsKeyId=REMOTE)
    assert code == "InvalidKMSKeyFault" and REMOTE in message
    service.add(REMOTE)
    service.keys[REMOTE] = False
    code, message = refusal(client, **ENCRYPTED, KmsKeyId=REMOTE)
    assert code == "InvalidKMSKeyFault" and "disabled" in message
    service.is_silent = True
    code, message = refusal(client, **ENCRYPTED, KmsKeyId=REMOTE)
    assert code == "InvalidKMSKeyFault" and "does not answer" in message
    assert groups.world(client) == ([], [])
    # Groups under the service's own key need nobody.
    groups.create(client, **ENCRYPTED)


def test_a_key_management_service_that_falls_silent(make_server):
    """Known from the first question on that it leaves unanswered; the group goes on."""
    service = kms.KMS()
    service.add(REMOTE)
    with kms.serving(service) as environment:
        server = make_server(ephemeral=False, environment=environment).start()
        client = server.client()
        found = groups.create(client, ReplicationGroupId="silent", **ENCRYPTED, KmsKeyId=REMOTE)
        service.is_silent = True
        # What was answered counts for a minute: another serve has to ask.
        client = server.restart().client()
        eventually(lambda: "does not answer" in ailing(server.data).get("silent-001", ""), what="doctor's word")
        with groups.connect(entry(found)) as user:
            assert user.set("goes", "on")
        service.is_silent = False
        eventually(lambda: ailing(server.data) == {}, within=30, what="doctor's silence")
        server.close()


def test_over_https(make_server, tmp_path):
    """Whose certificate is of no authority that is known is not asked."""
    service = kms.KMS()
    service.add(REMOTE)
    certificate = kms.certificate(tmp_path / "kms.pem")
    with kms.serving(service, certificate) as environment:
        server = make_server(environment=environment | {"AWS_CA_BUNDLE": str(certificate)}).start()
        assert groups.create(server.client(), **ENCRYPTED, KmsKeyId=REMOTE)["KmsKeyId"] == REMOTE
        count = len(service.asked)
        stranger = make_server(environment=environment).start()
        assert refusal(stranger.client(), **ENCRYPTED, KmsKeyId=REMOTE)[0] == "InvalidKMSKeyFault"
        assert len(service.asked) == count


@pytest.mark.parametrize("endpoint", ["http://kms.example.com", "kms.example.com", "ftp://127.0.0.1"])
def test_data_keys_come_over_no_open_network(make_server, endpoint):
    server = make_server(environment={"AWS_ENDPOINT_URL_KMS": endpoint} | kms.CREDENTIALS)
    server.launch()
    assert server.process.wait(20) != 0
    server.process = None
    assert "AWS_ENDPOINT_URL_KMS" in server.log.read_text()
