"""TestFailover: what is refused."""

import pytest

import groups
import refusals
from refusals import COMBINATION


@pytest.fixture(scope="module")
def shapes(elasticache):
    made = {
        "plain": {"NumCacheClusters": 2},
        "auto": {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True},
        "sharded": {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 0},
    }
    return {name: groups.create(elasticache, ReplicationGroupId=name, **shape) for name, shape in made.items()}


REFUSED = {
    "nobody": ("nobody", "0001", "ReplicationGroupNotFoundFault", "nobody"),
    "an unknown shard": ("auto", "0002", "NodeGroupNotFoundFault", "0002"),
    "a shard of another": ("auto", "sharded-0001", "NodeGroupNotFoundFault", "sharded-0001"),
    "no number": ("auto", "first", "NodeGroupNotFoundFault", "first"),
    "without failover": ("plain", "0001", COMBINATION, "automatic failover"),
    "without a replica": ("sharded", "sharded-0002", COMBINATION, "node group 0002"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(elasticache, shapes, name):
    group, node_group, code, says = REFUSED[name]
    before = groups.messages(elasticache)
    refusals.expect(elasticache, "test_failover", {"ReplicationGroupId": group, "NodeGroupId": node_group}, code, says)
    assert groups.messages(elasticache) == before


def test_only_what_is_available_is_tested(elasticache):
    name = groups.fresh("early")
    elasticache.create_replication_group(**groups.request(ReplicationGroupId=name, NumNodeGroups=2, ReplicasPerNodeGroup=1))
    with pytest.raises(elasticache.exceptions.InvalidReplicationGroupStateFault, match="creating"):
        elasticache.test_failover(ReplicationGroupId=name, NodeGroupId="0001")
    groups.available(elasticache, name)
