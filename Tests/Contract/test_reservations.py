"""Reserved nodes, which are bookkeeping, and cache security groups, which are refused."""

import json

import pytest
from botocore.exceptions import ClientError

from groups import code_of, message_of
from patience import eventually

OFFERINGS = {
    "offerings": [
        {"id": "o-1", "nodeType": "cache.r6g.large", "years": 1, "product": "redis", "payment": "No Upfront", "hourlyCharge": 0.077},
        {"id": "o-2", "nodeType": "cache.m5.large", "years": 3, "product": "valkey", "payment": "All Upfront", "fixedPrice": 1248},
    ]
}


@pytest.fixture
def books(make_server, tmp_path):
    file = tmp_path / "offerings.json"
    file.write_text(json.dumps(OFFERINGS))
    return make_server(ephemeral=False, arguments=["--offerings", str(file)]).start()


def test_a_reservation_is_bought_becomes_active_and_survives(books):
    client = books.client()
    offered = client.describe_reserved_cache_nodes_offerings(ProductDescription="redis")["ReservedCacheNodesOfferings"]
    assert offered == [
        {
            "ReservedCacheNodesOfferingId": "o-1",
            "CacheNodeType": "cache.r6g.large",
            "Duration": 31536000,
            "FixedPrice": 0.0,
            "UsagePrice": 0.0,
            "ProductDescription": "redis",
            "OfferingType": "No Upfront",
            "RecurringCharges": [{"RecurringChargeAmount": 0.077, "RecurringChargeFrequency": "Hourly"}],
        }
    ]
    bought = client.purchase_reserved_cache_nodes_offering(
        ReservedCacheNodesOfferingId="o-1", ReservedCacheNodeId="mine", CacheNodeCount=2, Tags=[{"Key": "team", "Value": "a"}]
    )["ReservedCacheNode"]
    assert bought["State"] == "payment-pending" and bought["CacheNodeCount"] == 2

    def described():
        return client.describe_reserved_cache_nodes(ReservedCacheNodeId="mine")["ReservedCacheNodes"][0]

    eventually(lambda: described()["State"] == "active", within=15, what="an active reservation")
    books.restart()
    client = books.client()
    assert described() == bought | {"State": "active"}
    assert client.list_tags_for_resource(ResourceName=bought["ReservationARN"])["TagList"] == [{"Key": "team", "Value": "a"}]
    with pytest.raises(ClientError) as refused:
        client.purchase_reserved_cache_nodes_offering(ReservedCacheNodesOfferingId="o-1", ReservedCacheNodeId="mine")
    assert code_of(refused.value) == "ReservedCacheNodeAlreadyExists"


def test_a_wrong_file_of_offerings_is_told_at_the_start(make_server, tmp_path):
    file = tmp_path / "offerings.json"
    file.write_text(json.dumps({"offerings": [OFFERINGS["offerings"][0] | {"years": 2}]}))
    server = make_server(arguments=["--offerings", str(file)])
    server.launch()
    assert server.process.wait(20) != 0
    server.process = None
    assert "offerings[0].years must be 1 or 3" in server.tail()


def test_tools_that_look_for_cache_security_groups_are_told_the_real_words(elasticache):
    with pytest.raises(ClientError) as refused:
        elasticache.describe_cache_security_groups()
    assert code_of(refused.value) == "InvalidParameterValue"
    assert message_of(refused.value) == "Use of cache security groups is not permitted in this API version for your account."
