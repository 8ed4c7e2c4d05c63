"""Users and user groups as the API has them: rules, statuses, tags, pages; and what engines say of access strings."""

import time

import botocore.exceptions
import pytest

import access
import groups
import refusals
from access import PASSWORD
from patience import eventually

GOOD = {"UserId": "refused", "UserName": "refused", "Engine": "redis", "AccessString": "on ~* +@all", "Passwords": [PASSWORD]}


def test_a_user_from_beginning_to_end(alone):
    made = alone.create_user(**GOOD | {"UserId": "Ann", "UserName": "ann", "Engine": "REDIS", "AccessString": "~a:* +@read"})
    assert made | {"ResponseMetadata": 0, "ARN": 0} == {
        "UserId": "ann",
        "UserName": "ann",
        "Status": "active",
        "Engine": "redis",
        "MinimumEngineVersion": "6.0",
        "AccessString": "off ~a:* -@all +@read",
        "UserGroupIds": [],
        "Authentication": {"Type": "password", "PasswordCount": 1},
        "ARN": 0,
        "ResponseMetadata": 0,
    }
    assert alone.list_tags_for_resource(ResourceName=made["ARN"])["TagList"] == []
    changed = alone.modify_user(UserId="ann", AccessString="on ~a:* -@all +@read", AuthenticationMode={"Type": "no-password-required"})
    assert changed["Status"] == "modifying" and changed["Authentication"] == {"Type": "no-password"}
    access.active(alone, made)
    assert alone.delete_user(UserId="ann")["Status"] == "deleting"
    eventually(lambda: [user["UserId"] for user in alone.describe_users()["Users"]] == ["default"], what="its end")


def test_the_predefined_user(alone):
    (found,) = alone.describe_users(UserId="default")["Users"]
    assert found["UserName"] == "default" and found["AccessString"] == "on ~* +@all" and found["Engine"] == "redis"
    assert found["Authentication"] == {"Type": "no-password"} and found["Status"] == "active"
    for operation, more in (("modify_user", {"AccessString": "off"}), ("delete_user", {})):
        refusals.expect(alone, operation, {"UserId": "default"} | more, "InvalidUserState", "default")


def test_filters_and_pages(alone):
    for number in range(25):
        alone.create_user(
            UserId=f"u{number:02}", UserName=f"name-{number % 5}", Engine="valkey", AccessString="on", Passwords=[PASSWORD]
        )
    pages = list(alone.get_paginator("describe_users").paginate(PaginationConfig={"PageSize": 20}))
    assert [len(page["Users"]) for page in pages] == [20, 6]
    assert [user["UserId"] for page in pages for user in page["Users"]] == ["default", *(f"u{number:02}" for number in range(25))]
    assert len(alone.describe_users(Engine="valkey")["Users"]) == 25
    named = alone.describe_users(Filters=[{"Name": "UserName", "Values": ["name-1", "name-2"]}])["Users"]
    assert len(named) == 10
    assert len(alone.describe_users(Filters=[{"Name": "UserId", "Values": ["u01", "u02", "nobody"]}])["Users"]) == 2


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"UserName": "elastane-administrator"}, refusals.VALUE, "reserved"),
        ({"UserName": "two words"}, refusals.VALUE, "UserName"),
        ({"AccessString": "on ~* +@all nopass"}, refusals.VALUE, "nopass"),
        ({"AccessString": f"on >{PASSWORD}"}, refusals.VALUE, "must not contain passwords"),
        ({"AccessString": "on ~* +@nosuch"}, refusals.VALUE, r"Error in ACL SETUSER modifier '\+@nosuch': Unknown command or category name"),
        ({"AccessString": "on ~* +getset+"}, refusals.VALUE, r"Error in ACL SETUSER modifier '\+getset\+'"),
        ({"AccessString": "on ~* -@all +ping (~x\u0600) +config +acl ~* (+get )"}, refusals.VALUE, "must not join a character"),
        ({"AccessString": "on ~* -@all +ping >\u0301hello"}, refusals.VALUE, "must not join a character"),
        ({"AccessString": "on keys:*"}, refusals.VALUE, "Error in ACL SETUSER modifier 'keys:\\*': Syntax error"),
        ({"AccessString": "on ~* ~a +@all"}, refusals.VALUE, "Adding a pattern after the \\* pattern"),
        ({"AccessString": "on\nuser intruder on nopass +@all"}, refusals.VALUE, "nopass"),
        ({"AccessString": "on\nuser"}, refusals.VALUE, "Error in ACL SETUSER modifier 'user': Syntax error"),
        ({"Passwords": ["short"]}, refusals.VALUE, "Passwords length must be between 16-128 characters."),
        ({"Passwords": ["p" * 16, "q" * 16, "r" * 16]}, refusals.VALUE, "two passwords"),
        ({"Passwords": None}, refusals.VALUE, "Passwords"),
        ({"NoPasswordRequired": True}, refusals.COMBINATION, "NoPasswordRequired"),
        (
            {"Passwords": None, "UserName": "other", "AuthenticationMode": {"Type": "iam"}},
            refusals.COMBINATION,
            "User Id and User name must be same for authentication type: iam",
        ),
    ],
)
def test_refused(alone, changes, code, says):
    request = {name: value for name, value in (GOOD | changes).items() if value is not None}
    refusals.expect(alone, "create_user", request, code, says)
    assert len(alone.describe_users()["Users"]) == 1


def test_no_fault_repeats_a_password(alone):
    secret = "do-not-repeat-me,0123"
    for request in ({"Passwords": [secret]}, {"AccessString": f"on >{secret}"}, {"AccessString": f"on (~a >{secret})"}):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            alone.create_user(**GOOD | request)
        assert "repeat-me" not in groups.message_of(caught.value)


def test_engines_are_asked_quickly_and_once(alone):
    """Another string each time, and the same one again."""
    took = []
    for number in (1, 2, 2):
        start = time.monotonic()
        alone.create_user(**GOOD | {"UserId": f"asked-{len(took)}", "AccessString": f"on ~quick:{number}:* +@read"})
        took.append(time.monotonic() - start)
    assert max(took) < 2 and took[2] < 0.1, took


def test_a_user_group(alone):
    ann, bob = access.user(alone, "on ~* +@all"), access.user(alone, "on ~* +@all")
    own = access.user(alone, "off -@all", name="default")
    made = alone.create_user_group(UserGroupId="Team", Engine="redis", UserIds=["default", ann["UserId"]])
    assert made["UserGroupId"] == "team" and made["Status"] == "creating" and made["MinimumEngineVersion"] == "6.0"
    assert made["UserIds"] == ["default", ann["UserId"]] and made["ReplicationGroups"] == [] and made["ARN"].endswith(":usergroup:team")
    access.active_group(alone, "team")
    assert access.describe(alone, ann)["UserGroupIds"] == ["team"]
    changed = alone.modify_user_group(
        UserGroupId="team", UserIdsToAdd=[own["UserId"], bob["UserId"]], UserIdsToRemove=["default", ann["UserId"]]
    )
    assert changed["Status"] == "modifying"
    assert changed["PendingChanges"] == {
        "UserIdsToAdd": [own["UserId"], bob["UserId"]],
        "UserIdsToRemove": ["default", ann["UserId"]],
    }
    found = access.active_group(alone, "team")
    assert found["UserIds"] == [own["UserId"], bob["UserId"]] and "PendingChanges" not in found
    refusals.expect(alone, "delete_user", {"UserId": own["UserId"]}, "DefaultUserAssociatedToUserGroup", "team")
    assert alone.delete_user_group(UserGroupId="team")["Status"] == "deleting"
    eventually(lambda: alone.describe_user_groups()["UserGroups"] == [], what="its end")
    assert access.describe(alone, bob)["UserGroupIds"] == []


def test_what_a_user_group_refuses(alone):
    ann = access.user(alone, "on")
    team = access.group(alone, {"UserId": "default"})
    refusals.expect(
        alone,
        "create_user_group",
        {"UserGroupId": "g", "Engine": "redis", "UserIds": [ann["UserId"]]},
        "DefaultUserRequired",
        "User group needs to contain a user with the user name default.",
    )
    remove = {"UserGroupId": team, "UserIdsToRemove": [ann["UserId"]]}
    refusals.expect(alone, "modify_user_group", remove, refusals.VALUE, "not a member")
    refusals.expect(alone, "delete_user_group", {"UserGroupId": "nobody"}, "UserGroupNotFound", "nobody")


def test_quotas(make_server):
    client = make_server(arguments=["--quota", "users=1,user-groups=1,users-per-group=1"]).start().client()
    access.user(client, "on")
    for operation, request, code in (
        ("create_user", GOOD, "UserQuotaExceeded"),
        ("create_user_group", {"UserGroupId": "g2", "Engine": "redis", "UserIds": ["default"]}, "UserGroupQuotaExceeded"),
    ):
        if operation == "create_user_group":
            access.group(client, {"UserId": "default"})
        refusals.expect(client, operation, request, code, "at most 1")


def test_tags(alone):
    made = access.user(alone, "on", name="default")
    team = access.describe_group(alone, access.group(alone, made))
    for arn in (made["ARN"], team["ARN"]):
        assert alone.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "team", "Value": "blue"}])["TagList"]
        assert alone.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "team", "Value": "blue"}]
        assert alone.remove_tags_from_resource(ResourceName=arn, TagKeys=["team"])["TagList"] == []
