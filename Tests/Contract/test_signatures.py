"""Who is let in once access keys are kept: signatures as boto3, the AWS CLI and others make them, and what is not taken for one."""

import http.client
import re
import subprocess
import sys
from pathlib import Path

import pytest

import keys as access
import server as servers
import signing
from keys import ACCOUNT, client, code

LOOK = signing.form("DescribeReplicationGroups")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return tmp_path_factory.mktemp("keys") / "credentials.json"


@pytest.fixture(scope="module")
def key(keys) -> tuple[str, str]:
    return access.new(keys, "--user", "alice")


@pytest.fixture(scope="module")
def service(tmp_path_factory, keys, key):
    server = servers.Server(tmp_path_factory.mktemp("service"), arguments=["--credentials", str(keys)])
    try:
        yield server.start()
    finally:
        server.close()


def test_a_right_signature_is_let_in_and_names_its_account(service, key):
    made = client(service, key).create_replication_group(
        ReplicationGroupId="signed", ReplicationGroupDescription="d with spaces, + & = ü", CacheNodeType="cache.t3.micro"
    )["ReplicationGroup"]
    assert made["ARN"] == f"arn:aws:elasticache:us-east-1:{ACCOUNT}:replicationgroup:signed"
    assert made["Description"] == "d with spaces, + & = ü"
    assert client(service, key, "eu-west-1").describe_replication_groups()["ReplicationGroups"] == []


def test_the_key_s_account_is_seen_and_no_other(service, keys, key):
    other = access.new(keys, account="210987654321")
    assert access.eventually_let_in(service, other)
    assert client(service, other).describe_replication_groups()["ReplicationGroups"] == []


@pytest.mark.parametrize("wrong", ["", "x", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"])
def test_another_secret(service, key, wrong):
    assert code(client(service, (key[0], wrong or key[1][:-1])).describe_replication_groups) == "SignatureDoesNotMatch"


@pytest.mark.parametrize("unknown", ["AKIAUNKNOWN", "000000000000", ACCOUNT, "test"])
def test_an_unknown_key(service, unknown):
    error = access.fault(client(service, (unknown, "secret")).describe_replication_groups)
    assert (error["Code"], error["Message"]) == ("InvalidClientTokenId", "The security token included in the request is invalid.")


def test_a_request_that_is_not_signed(service):
    request = signing.signed(service.endpoint, LOOK, ("a", "b"))
    del request.headers["Authorization"]
    assert signing.send(request) == (403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    assert signing.send(f"{service.endpoint}/?{LOOK.decode()}")[:2] == (403, "MissingAuthenticationToken")
    assert signing.send(f"{service.endpoint}/")[:2] == (403, "MissingAuthenticationToken")


def test_a_stranger_s_form_is_not_looked_at(service):
    """What is wrong with it is told only to who is let in."""
    request = signing.signed(service.endpoint, b"Action=%zz", ("a", "b"))
    assert signing.send(request)[:2] == (403, "InvalidClientTokenId")


def test_whether_it_lives_is_told_to_everybody(service):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    connection.request("GET", "/health")
    assert connection.getresponse().status == 200
    connection.close()


def test_an_altered_body(service, key):
    request = signing.signed(service.endpoint, LOOK, key)
    assert signing.send(request) == (200, "", "")
    assert signing.send(request) == (200, "", ""), "the same request again, as with the real service"
    for altered in (signing.form("DescribeCacheClusters"), LOOK + b"&", b""):
        assert signing.send(request, altered)[:2] == (403, "SignatureDoesNotMatch")


def test_an_altered_query(service, key):
    """What the query says beside a signed body is signed, too."""
    request = signing.signed(service.endpoint, LOOK, key)
    request.url += "?Action=DeleteReplicationGroup"
    assert signing.send(request)[:2] == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("path", ["/", "/a%20b/%C3%BC", "/a/./b", "/?x=y%20z&a=%2F&a"])
@pytest.mark.parametrize("value", ["a", "a   b", "c;=, x"])
def test_odd_paths_and_headers(service, key, path, value):
    headers = {"X-Amz-Meta": value, "X-Odd": "1"}
    assert signing.send(signing.signed(service.endpoint, LOOK, key, path=path, headers=headers)) == (200, "", "")


@pytest.mark.parametrize("told", ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "0" * 64])
def test_a_body_that_is_not_signed(service, key, told):
    """botocore signs what the header says of the body: it has to be the body's own hash."""
    request = signing.signed(service.endpoint, LOOK, key, headers={"X-Amz-Content-SHA256": told})
    status, name, message = signing.send(request)
    assert (status, name) == (403, "SignatureDoesNotMatch") and told in message


@pytest.mark.parametrize("seconds, status", [(-800, 200), (800, 200), (-1000, 400), (1000, 400), (-86_400 * 2, 400)])
def test_another_time(service, key, seconds, status):
    answer = signing.send(signing.signed(service.endpoint, LOOK, key, seconds=seconds))
    assert answer[:2] == (status, "" if status == 200 else "RequestExpired")


def test_the_time_is_told_only_to_who_has_the_secret(service, key):
    assert signing.send(signing.signed(service.endpoint, LOOK, (key[0], "wrong"), seconds=-5000))[1] == "SignatureDoesNotMatch"


def test_another_services_scope(service, key):
    assert signing.send(signing.signed(service.endpoint, LOOK, key, service="s3"))[:2] == (403, "SignatureDoesNotMatch")


def test_a_scope_of_another_day_or_region(service, key):
    for old, new in ((r"/\d{8}/", "/20150830/"), ("us-east-1", "eu-west-1")):
        request = signing.signed(service.endpoint, LOOK, key)
        header = request.headers["Authorization"]
        request.headers.replace_header("Authorization", re.sub(old, new, header))
        assert signing.send(request)[:2] == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "header",
    ["AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/elasticache/aws4_request", "AWS4-HMAC-SHA256 ", "Basic YTpi", "AWS4-X x"],
)
def test_a_header_that_lacks_something(service, header):
    request = signing.signed(service.endpoint, LOOK, ("a", "b"))
    request.headers.replace_header("Authorization", header)
    assert signing.send(request)[:2] == (400, "IncompleteSignature")


def test_a_presigned_address(service, key):
    address = signing.presigned(service.endpoint, LOOK, key)
    assert signing.send(address) == (200, "", "")
    assert signing.send(address) == (200, "", ""), "it may be used again until it ends"
    assert signing.send(address.replace("DescribeReplicationGroups", "DescribeCacheClusters"))[1] == "SignatureDoesNotMatch"
    assert signing.send(address, method="POST")[1] == "SignatureDoesNotMatch"
    assert signing.send(signing.presigned(service.endpoint, LOOK, key, seconds=-120))[1] == "RequestExpired"
    assert signing.send(signing.presigned(service.endpoint, LOOK, key, seconds=-120, lifetime=604_800)) == (200, "", "")
    assert signing.send(signing.presigned(service.endpoint, LOOK, key, lifetime=604_801))[1] == "IncompleteSignature"
    assert signing.send(re.sub(r"&X-Amz-Expires=\d+", "", address))[1] == "IncompleteSignature"
    assert signing.send(address.replace("X-Amz-Expires=60", "X-Amz-Expires=600"))[1] == "SignatureDoesNotMatch"


def test_a_presigned_post_with_its_form_in_the_body(service, key):
    address = signing.presigned(service.endpoint, b"a=b", key, method="POST", body=LOOK)
    assert signing.send(address, LOOK) == (200, "", "")
    assert signing.send(address, signing.form("DescribeCacheClusters"))[1] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_boto3_presigns(service, key, method):
    address = client(service, key).generate_presigned_url(
        "describe_replication_groups", Params={"MaxRecords": 20}, ExpiresIn=60, HttpMethod=method
    )
    assert "Action=DescribeReplicationGroups" in address
    assert signing.send(address, method=method) == (200, "", "")


def test_a_session_token_that_nobody_gave(service, key):
    with_token = client(service, key)
    with_token._request_signer._credentials.token = "token"
    assert code(with_token.describe_replication_groups) == "InvalidClientTokenId"


def test_the_aws_command_line(service, key, tmp_path):
    # What Python runs first: the clock of the command is another.
    (tmp_path / "sitecustomize.py").write_text(
        "import datetime, os, botocore.auth\n"
        "ahead = datetime.timedelta(seconds=float(os.environ['SECONDS_AHEAD']))\n"
        "botocore.auth.get_current_datetime = lambda *_, now=botocore.auth.get_current_datetime, **__: now() + ahead\n"
    )

    def run(secret: str, *, name: str = key[0], ahead: float = 0) -> subprocess.CompletedProcess:
        names = {"AWS_ACCESS_KEY_ID": name, "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": "us-east-1", "HOME": str(tmp_path)}
        names |= {"PYTHONPATH": str(tmp_path), "SECONDS_AHEAD": str(ahead)}
        return subprocess.run(
            [sys.executable, str(Path(sys.executable).parent / "aws"), "elasticache", "describe-replication-groups", "--endpoint-url", service.endpoint],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env=servers.clean_environment(names),
        )

    right = run(key[1])
    assert right.returncode == 0, right.stderr
    assert run(key[1], ahead=-600).returncode == 0, "within a quarter of an hour"
    assert "SignatureDoesNotMatch" in run("wrong").stderr
    assert "InvalidClientTokenId" in run(key[1], name="AKIANOBODYSKEY123456").stderr
    for ahead in (-1200, 1200):
        assert "RequestExpired" in run(key[1], ahead=ahead).stderr
