"""RebootCacheCluster: what is refused."""

import pytest

import groups
import refusals
from refusals import CLUSTER_STATE, COMBINATION, VALUE


@pytest.fixture(scope="module")
def shapes(elasticache):
    made = {"plain": {"NumCacheClusters": 2}, "sharded": {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 0}}
    return {name: groups.create(elasticache, ReplicationGroupId=name, **shape) for name, shape in made.items()}


REFUSED = {
    "nobody": ("plain-003", ["0001"], "CacheClusterNotFound", "plain-003"),
    "no node": ("plain-001", [], VALUE, "CacheNodeIdsToReboot"),
    "a node that is not there": ("plain-001", ["0002"], VALUE, "CacheNodeIdsToReboot.*0002"),
    "a node too many": ("plain-001", ["0001", "0002"], VALUE, "CacheNodeIdsToReboot"),
    "with cluster mode": ("sharded-0001-001", ["0001"], COMBINATION, "cluster mode"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(elasticache, shapes, name):
    cluster, nodes, code, says = REFUSED[name]
    request = {"CacheClusterId": cluster, "CacheNodeIdsToReboot": nodes}
    refusals.expect(elasticache, "reboot_cache_cluster", request, code, says)


def test_only_what_is_available_is_rebooted(elasticache):
    name = groups.fresh("early")
    elasticache.create_replication_group(**groups.request(ReplicationGroupId=name, NumCacheClusters=3))
    with pytest.raises(elasticache.exceptions.InvalidCacheClusterStateFault, match="creating") as caught:
        elasticache.reboot_cache_cluster(CacheClusterId=f"{name}-001", CacheNodeIdsToReboot=["0001"])
    assert groups.code_of(caught.value) == CLUSTER_STATE
    groups.available(elasticache, name)
