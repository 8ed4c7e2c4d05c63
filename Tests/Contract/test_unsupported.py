"""A parameter without effect yet is refused with a sentence; its neutral value is accepted."""

import re

import botocore.exceptions
import pytest

import groups
import wire

LOG = {
    "LogType": "slow-log",
    "DestinationType": "cloudwatch-logs",
    "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": "lg"}},
    "LogFormat": "json",
}

REFUSED = {
    "AuthToken": "0123456789abcdef0123",
    "TransitEncryptionMode": "required",
    "KmsKeyId": "alias/mine",
    "SnapshotName": "yesterday",
    "SnapshotArns": ["arn:aws:s3:::bucket/dump.rdb"],
    "ServerlessCacheSnapshotName": "yesterday",
    "GlobalReplicationGroupId": "ldgnf-world",
    "LogDeliveryConfigurations": [LOG],
    "DataTieringEnabled": True,
    "NetworkType": "ipv6",
    "IpDiscovery": "ipv6",
    "SecurityGroupIds": ["sg-0123456789abcdef0"],
    "CacheSecurityGroupNames": ["classic"],
    "ClusterMode": "compatible",
}

# What the sentence must say, where it isn't the parameter's own name.
SAYS = {
    "CacheSecurityGroupNames": "(?i)cache ?security ?group",
    "TransitEncryptionMode": "(?i)transit ?encryption ?mode",
}

NEUTRAL = {
    "TransitEncryptionEnabled": False,
    "AtRestEncryptionEnabled": False,
    "DataTieringEnabled": False,
    "NetworkType": "ipv4",
    "IpDiscovery": "ipv4",
    "CacheSubnetGroupName": "default",
    "ClusterMode": "disabled",
    "MultiAZEnabled": False,
    "AutomaticFailoverEnabled": False,
    "SnapshotArns": [],
    "SecurityGroupIds": [],
    "CacheSecurityGroupNames": [],
    "LogDeliveryConfigurations": [],
    "Tags": [],
    "AuthToken": "",
    "KmsKeyId": "",
    "SnapshotName": "",
    "NotificationTopicArn": "",
}


@pytest.mark.parametrize("parameter", REFUSED)
def test_refused_with_a_sentence(elasticache, new_account, service, parameter):
    client = service.client(account=new_account)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.create_replication_group(**groups.request(NumCacheClusters=2, **{parameter: REFUSED[parameter]}))
    error = caught.value
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404)
    message = groups.message_of(error)
    assert re.search(SAYS.get(parameter, parameter), message), message
    assert len(message.split()) >= 4, "a sentence, not a word"
    assert groups.world(client) == ([], [])


@pytest.mark.parametrize(
    ("name", "value"),
    [("NetworkType", "dual_stack"), ("NetworkType", "ipv5"), ("IpDiscovery", "ipv5"), ("TransitEncryptionMode", "sometimes")],
)
def test_other_values_are_refused_too(service, new_account, name, value):
    form = {"Action": "CreateReplicationGroup", name: value} | groups.request()
    answer = wire.post(service, form, account=new_account)
    assert answer.status == 400, answer.body
    assert re.search(SAYS.get(name, name), answer.message)
    assert groups.world(service.client(account=new_account)) == ([], [])


def test_neutral_values_are_accepted(elasticache):
    found = groups.create(elasticache, **NEUTRAL)
    assert found["TransitEncryptionEnabled"] is False
    assert found["NetworkType"] == "ipv4"


@pytest.mark.parametrize("parameter", NEUTRAL)
def test_each_neutral_value_alone(elasticache, parameter):
    name = groups.fresh("neutral")
    elasticache.create_replication_group(**groups.request(ReplicationGroupId=name, **{parameter: NEUTRAL[parameter]}))
    groups.available(elasticache, name)
    groups.delete(elasticache, name)
