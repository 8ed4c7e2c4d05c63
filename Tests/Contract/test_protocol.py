"""The AWS query protocol as clients, careless and hostile ones too, speak it."""

import http.client
import re
import socket
import urllib.parse
import uuid

import botocore.session
import pytest

import groups
import wire

# Operations with a handler. All others of the service model answer 501 NotImplemented.
SERVED = {
    "AddTagsToResource",
    "CreateCacheCluster",
    "CreateCacheParameterGroup",
    "AuthorizeCacheSecurityGroupIngress",
    "BatchApplyUpdateAction",
    "BatchStopUpdateAction",
    "CreateCacheSecurityGroup",
    "CreateCacheSubnetGroup",
    "CreateReplicationGroup",
    "CreateUser",
    "CreateUserGroup",
    "DecreaseReplicaCount",
    "DeleteCacheCluster",
    "DeleteCacheParameterGroup",
    "DeleteCacheSecurityGroup",
    "DeleteCacheSubnetGroup",
    "DeleteReplicationGroup",
    "DeleteUser",
    "DeleteUserGroup",
    "DescribeCacheClusters",
    "DescribeCacheEngineVersions",
    "DescribeCacheParameterGroups",
    "DescribeCacheParameters",
    "DescribeCacheSecurityGroups",
    "DescribeCacheSubnetGroups",
    "DescribeEngineDefaultParameters",
    "DescribeEvents",
    "DescribeReplicationGroups",
    "DescribeReservedCacheNodes",
    "DescribeReservedCacheNodesOfferings",
    "DescribeServiceUpdates",
    "DescribeUpdateActions",
    "DescribeUserGroups",
    "DescribeUsers",
    "IncreaseReplicaCount",
    "ListAllowedNodeTypeModifications",
    "ListTagsForResource",
    "ModifyCacheCluster",
    "ModifyCacheParameterGroup",
    "ModifyCacheSubnetGroup",
    "ModifyReplicationGroup",
    "ModifyUser",
    "ModifyUserGroup",
    "PurchaseReservedCacheNodesOffering",
    "RebootCacheCluster",
    "RemoveTagsFromResource",
    "ResetCacheParameterGroup",
    "RevokeCacheSecurityGroupIngress",
    "TestFailover",
}

MODEL = botocore.session.get_session().get_service_model("elasticache")
MEBIBYTE = 1 << 20


def assert_success_envelope(answer: wire.Answer, action: str) -> None:
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/xml")
    root = answer.root
    assert root.tag == wire.tag(f"{action}Response")
    assert [child.tag for child in root] == [wire.tag(f"{action}Result"), wire.tag("ResponseMetadata")]
    request_id = answer.text("ResponseMetadata", "RequestId")
    assert str(uuid.UUID(request_id)) == request_id
    assert answer.headers["x-amzn-requestid"] == request_id


def assert_error_document(answer: wire.Answer, status: int, code: str) -> None:
    assert answer.status == status, answer.body
    assert answer.headers["content-type"].startswith("text/xml")
    root = answer.root
    assert root.tag == wire.tag("ErrorResponse")
    assert [child.tag for child in root] == [wire.tag("Error"), wire.tag("RequestId")]
    assert [child.tag for child in root[0]] == [wire.tag("Type"), wire.tag("Code"), wire.tag("Message")]
    assert answer.text("Error", "Type") == "Sender"
    assert answer.code == code
    assert answer.message
    assert str(uuid.UUID(answer.text("RequestId")))
    assert answer.headers["x-amzn-requestid"] == answer.text("RequestId")


@pytest.mark.parametrize("call", [wire.post, wire.get], ids=["POST", "GET"])
def test_envelope_of_an_answer(service, new_account, call):
    answer = call(service, {"Action": "DescribeReplicationGroups"}, account=new_account)
    assert_success_envelope(answer, "DescribeReplicationGroups")
    listed = answer.find("DescribeReplicationGroupsResult", "ReplicationGroups")
    assert listed is not None and len(listed) == 0, "an empty list is an empty element"


@pytest.mark.parametrize("call", [wire.post, wire.get], ids=["POST", "GET"])
def test_envelope_of_an_error(service, call):
    answer = call(service, {"Action": "DescribeReplicationGroups", "ReplicationGroupId": "nobody"})
    assert_error_document(answer, 404, "ReplicationGroupNotFoundFault")
    assert "nobody" in answer.message


def test_request_ids_differ(service):
    ids = {wire.get(service, {"Action": "DescribeEvents"}).headers["x-amzn-requestid"] for _ in range(5)}
    assert len(ids) == 5


def test_timestamps_have_milliseconds_and_a_z(service, new_account):
    client = service.client(account=new_account)
    groups.create(client)
    answer = wire.get(service, {"Action": "DescribeReplicationGroups"}, account=new_account)
    created = answer.text("DescribeReplicationGroupsResult", "ReplicationGroups", "ReplicationGroup", "ReplicationGroupCreateTime")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created)


def test_works_without_credentials(service):
    answer = wire.send(service, "GET", "/?Action=DescribeReplicationGroups&Version=2015-02-02")
    assert_success_envelope(answer, "DescribeReplicationGroups")


@pytest.mark.parametrize(
    "value",
    ["", "Basic dXNlcjpwYXNz", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b", "AWS4-HMAC-SHA256 Credential=/////", "\x7f" * 200],
)
def test_a_broken_authorization_header_is_no_server_error(service, value):
    answer = wire.send(service, "GET", "/?Action=DescribeReplicationGroups", headers={"Authorization": value})
    assert answer.status < 500


def test_unknown_action(service):
    assert_error_document(wire.post(service, {"Action": "MakeCoffee"}), 400, "InvalidAction")
    assert "MakeCoffee" in wire.get(service, {"Action": "MakeCoffee"}).message
    assert_error_document(wire.post(service, {"Action": "describereplicationgroups"}), 400, "InvalidAction")


@pytest.mark.parametrize("form", [{}, {"Action": ""}], ids=["absent", "empty"])
def test_missing_action(service, form):
    answer = wire.post(service, form)
    assert answer.status == 400
    assert answer.code in ("MissingAction", "InvalidAction")


@pytest.mark.parametrize("operation", sorted(set(MODEL.operation_names) - SERVED))
def test_an_operation_without_a_handler_says_so(service, operation):
    answer = wire.post(service, {"Action": operation})
    assert answer.status == 501, answer.body
    assert answer.code == "NotImplemented"
    assert operation in answer.message


@pytest.mark.parametrize("operation", sorted(SERVED))
def test_an_operation_with_a_handler_is_known(service, operation):
    assert wire.post(service, {"Action": operation}).status in (200, 400)


def test_unknown_parameters_are_ignored(service, new_account):
    answer = wire.post(
        service,
        {"Action": "DescribeReplicationGroups", "Colour": "blue", "Colour.Colour.1.Shade": "dark", "DryRun": "true"},
        account=new_account,
    )
    assert answer.status == 200


def test_empty_means_absent(service, new_account):
    form = {"Action": "DescribeReplicationGroups", "ReplicationGroupId": "", "Marker": "", "MaxRecords": ""}
    assert wire.post(service, form, account=new_account).status == 200
    answer = wire.post(
        service,
        {
            "Action": "CreateReplicationGroup",
            "ReplicationGroupId": "empty-means-absent",
            "ReplicationGroupDescription": "",
            "CacheNodeType": "cache.t3.micro",
            "Engine": "",
            "EngineVersion": "",
            "CacheParameterGroupName": "",
            "CacheSubnetGroupName": "",
            "CacheSecurityGroupNames": "",
            "SecurityGroupIds": "",
            "NumCacheClusters": "",
            "AuthToken": "",
            "Tags": "",
            "NodeGroupConfiguration": "",
        },
        account=new_account,
    )
    assert answer.status == 200, answer.body
    client = service.client(account=new_account)
    found = groups.available(client, "empty-means-absent")
    assert found["Description"] == " ", "a blank description comes back as one space"
    assert found["Engine"] == "redis"


def test_a_required_parameter_that_is_missing(service):
    answer = wire.post(service, {"Action": "DeleteReplicationGroup"})
    assert_error_document(answer, 400, "InvalidParameterValue")
    assert "ReplicationGroupId" in answer.message


@pytest.mark.parametrize(
    ("action", "parameter", "value"),
    [
        ("CreateReplicationGroup", "NumCacheClusters", "three"),
        ("CreateReplicationGroup", "NumCacheClusters", "1.5"),
        ("CreateReplicationGroup", "NumCacheClusters", "99999999999999999999"),
        ("CreateReplicationGroup", "Port", "0x1F"),
        ("CreateReplicationGroup", "AutomaticFailoverEnabled", "maybe"),
        ("CreateReplicationGroup", "MultiAZEnabled", "2"),
        ("CreateReplicationGroup", "NodeGroupConfiguration.NodeGroupConfiguration.1.ReplicaCount", "many"),
        ("DescribeReplicationGroups", "MaxRecords", "all"),
        ("DescribeCacheClusters", "ShowCacheNodeInfo", "perhaps"),
        ("DescribeEvents", "StartTime", "yesterday"),
        ("DescribeEvents", "EndTime", "2026-13-45T99:99:99Z"),
        ("DescribeEvents", "Duration", "long"),
        ("DeleteReplicationGroup", "RetainPrimaryCluster", "keep"),
        ("DescribeCacheEngineVersions", "DefaultOnly", "si"),
    ],
)
def test_a_malformed_value_names_its_parameter(service, new_account, action, parameter, value):
    form = {"Action": action, parameter: value}
    if action in ("CreateReplicationGroup", "DeleteReplicationGroup"):
        form |= {"ReplicationGroupId": "malformed", "ReplicationGroupDescription": "x", "CacheNodeType": "cache.t3.micro"}
    answer = wire.post(service, form, account=new_account)
    assert_error_document(answer, 400, "InvalidParameterValue")
    assert parameter.rpartition(".")[2] in answer.message
    assert groups.world(service.client(account=new_account)) == ([], [])


@pytest.mark.parametrize("value", ["true", "True", "false", "False"])
def test_booleans_in_both_spellings(service, new_account, value):
    assert wire.get(service, {"Action": "DescribeCacheClusters", "ShowCacheNodeInfo": value}, account=new_account).status == 200


@pytest.mark.parametrize("value", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05+00:00"])
def test_timestamps_in_the_usual_spellings(service, value):
    # An old StartTime may be refused for its age, but never as malformed: EndTime has no such limit.
    answer = wire.get(service, {"Action": "DescribeEvents", "EndTime": value, "StartTime": ""})
    assert answer.status == 200 or "EndTime" not in answer.message, answer.body


@pytest.mark.parametrize("token", ["AvailabilityZone", "member", "Whatever"])
def test_lists_in_every_spelling(service, new_account, token):
    form = {
        "Action": "CreateReplicationGroup",
        "ReplicationGroupId": "list-spelling",
        "ReplicationGroupDescription": "x",
        "Engine": "redis",
        "EngineVersion": "7.0",
        "CacheNodeType": "cache.t3.micro",
        "NumCacheClusters": "2",
        f"PreferredCacheClusterAZs.{token}.1": "us-east-1b",
        f"PreferredCacheClusterAZs.{token}.2": "us-east-1c",
    }
    assert wire.post(service, form, account=new_account).status == 200
    found = groups.available(service.client(account=new_account), "list-spelling")
    zones = [member["PreferredAvailabilityZone"] for member in found["NodeGroups"][0]["NodeGroupMembers"]]
    assert zones == ["us-east-1b", "us-east-1c"]


def test_a_body_of_one_mebibyte_is_read(service):
    body = "Action=DescribeReplicationGroups&Padding="
    answer = wire.post(service, body + "x" * (MEBIBYTE - len(body)))
    assert answer.status == 200


def test_a_larger_body_is_refused(service):
    body = "Action=DescribeReplicationGroups&Padding="
    answer = wire.post(service, body + "x" * (MEBIBYTE - len(body) + 1))
    assert answer.status == 413
    assert wire.get(service, {"Action": "DescribeEvents"}).status == 200


def test_a_larger_body_in_chunks_is_refused(service):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=15)
    try:
        pieces = (b"Padding=" + b"x" * 65_528 + b"&" for _ in range(20))
        connection.request("POST", "/", body=pieces, headers={"Content-Type": wire.FORM}, encode_chunked=True)
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # Hanging up on somebody who goes on sending is a refusal too.
    finally:
        connection.close()
    assert wire.get(service, {"Action": "DescribeEvents"}).status == 200


CREATE = "Action=CreateReplicationGroup&ReplicationGroupId=bomb&ReplicationGroupDescription=x&CacheNodeType=cache.t3.micro"
HOSTILE_FORMS = {
    "truncated escape": f"{CREATE}&Engine=%",
    "half an escape": f"{CREATE}&Engine=%2",
    "not hexadecimal": f"{CREATE}&Engine=%zz",
    "not UTF-8": f"{CREATE}&Engine=%ff%fe%80",
    "surrogate": f"{CREATE}&Engine=%ed%a0%80",
    "NUL": "Action=CreateReplicationGroup&ReplicationGroupId=%00&ReplicationGroupDescription=x&CacheNodeType=cache.t3.micro",
    "truncated in a name": "Action=CreateReplicationGroup&ReplicationGro",
    "only ampersands": "&" * 1_000_000,
    "only equals signs": "=" * 1_000_000,
    "half a million names": "a&" * 500_000,
    "the same name again and again": CREATE + "&Engine=mysql" * 50_000,
    "a name of a megabyte": "n" * 1_000_000 + "=1",
    "escapes only": "Action=" + "%41" * 300_000,
    "deep": "Action=DescribeReplicationGroups&Tags" + ".1" * 250_000 + "=x",
    "dots": "Action=CreateReplicationGroup&" + "." * 900_000 + "=x",
    "a list index beyond reason": f"{CREATE}&Tags.Tag.4000000000.Key=x",
    "a list index beyond 64 bits": f"{CREATE}&Tags.Tag.99999999999999999999999.Key=x",
    "list index zero": f"{CREATE}&Tags.Tag.0.Key=",
    "a negative list index": f"{CREATE}&Tags.Tag.-1.Key=",
    "a list where a value belongs": "Action=CreateReplicationGroup&ReplicationGroupId.member.1=x",
    "a value where a structure belongs": f"{CREATE}&Engine=mysql&NodeGroupConfiguration.NodeGroupConfiguration.1=x",
    "twenty thousand tags": CREATE + "".join(f"&Tags.Tag.{n}.Key=k{n}&Tags.Tag.{n}.Value=v" for n in range(1, 20_001)),
    "twenty thousand node groups": CREATE
    + "".join(f"&NodeGroupConfiguration.member.{n}.Slots={n}-{n}" for n in range(1, 20_001)),
    "binary": bytes(range(256)) * 100,
    "JSON": '{"Action": "DescribeReplicationGroups"}',
    "XML": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "nothing": "",
}


# To ignore an unknown or unreadable parameter is as good as to refuse it.
HARMLESS = {
    "truncated escape",
    "half an escape",
    "not hexadecimal",
    "deep",
    "a list index beyond reason",
    "list index zero",
    "a negative list index",
}


@pytest.mark.parametrize("name", HOSTILE_FORMS)
def test_a_hostile_form_is_the_sender_s_fault(service, new_account, name):
    answer = wire.post(service, HOSTILE_FORMS[name], account=new_account)
    if name in HARMLESS:
        assert answer.status < 500, answer.body
    else:
        assert 400 <= answer.status < 500, answer.body
        assert groups.world(service.client(account=new_account)) == ([], [])


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", ";;;"])
def test_another_content_type_is_no_server_error(service, content_type):
    answer = wire.post(service, "Action=DescribeReplicationGroups", headers={"Content-Type": content_type})
    assert answer.status < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_another_method_is_no_server_error(service, method):
    assert wire.send(service, method, "/").status < 500


@pytest.mark.parametrize("path", ["/nowhere", "/%", "/../../etc/passwd", "//", "/?" + "a" * 4000])
def test_another_path_is_the_sender_s_fault(service, path):
    assert 400 <= wire.send(service, "GET", path).status < 500


@pytest.mark.parametrize(
    "raw",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nAction=Describe",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"*1\r\n$4\r\nPING\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 200_000,
    ],
    ids=["short body", "bad length", "bad chunk", "TLS", "RESP", "endless header"],
)
def test_a_broken_connection_harms_nobody_else(service, raw):
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass
        except OSError:
            pass
    assert wire.get(service, {"Action": "DescribeEvents"}).status == 200


def test_many_requests_on_one_connection(service):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=15)
    try:
        for number in range(50):
            action = "DescribeReplicationGroups" if number % 2 else "MakeCoffee"
            connection.request("POST", "/", urllib.parse.urlencode({"Action": action}), {"Content-Type": wire.FORM})
            response = connection.getresponse()
            assert response.status == (200 if number % 2 else 400)
            response.read()
    finally:
        connection.close()
