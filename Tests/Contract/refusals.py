"""Requests that are refused: what they say, and that they leave the world as it was."""

import re

import botocore.exceptions
import pytest

import groups

VALUE = "InvalidParameterValue"
COMBINATION = "InvalidParameterCombination"
GROUP_STATE = "InvalidReplicationGroupState"
CLUSTER_STATE = "InvalidCacheClusterState"


def expect(client, operation: str, parameters: dict, code: str, says: str) -> None:
    """Calls an operation of a boto3 client, which must answer this wire code, a message that says `says`, and change nothing."""
    before = groups.world(client)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        getattr(client, operation)(**parameters)
    message = groups.message_of(caught.value)
    assert groups.code_of(caught.value) == code, message
    assert re.search(says, message), f"{message!r} does not say {says!r}"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404)
    assert groups.world(client) == before
