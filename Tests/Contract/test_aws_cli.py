"""The AWS CLI, from creation to deletion."""

import time

import groups


def test_a_group_s_life(aws):
    created = aws(
        *"create-replication-group --replication-group-id cli --num-cache-clusters 3 --automatic-failover-enabled".split(),
        *"--engine redis --engine-version 7.0 --cache-node-type cache.t3.micro".split(),
        *"--preferred-cache-cluster-a-zs us-east-1a us-east-1b us-east-1c --tags Key=team,Value=blue".split(),
        "--replication-group-description",
        "made by the AWS CLI",
    )["ReplicationGroup"]
    assert created["Status"] == "creating"
    assert created["MemberClusters"] == ["cli-001", "cli-002", "cli-003"]

    start = time.monotonic()
    aws("wait", "replication-group-available", "--replication-group-id", "cli")
    assert time.monotonic() - start < 10, "the first poll sees it"
    endpoint = aws(
        *"describe-replication-groups --replication-group-id cli --query ReplicationGroups[0].NodeGroups[0].PrimaryEndpoint".split()
    )
    with groups.connect(endpoint) as client:
        assert client.set("k", "v")

    nodes = aws(*"describe-cache-clusters --cache-cluster-id cli-002 --show-cache-node-info".split())
    assert nodes["CacheClusters"][0]["CacheNodes"][0]["CustomerAvailabilityZone"] == "us-east-1b"
    listed = aws("list-tags-for-resource", "--resource-name", created["ARN"])
    assert listed["TagList"] == [{"Key": "team", "Value": "blue"}]
    events = aws(*"describe-events --source-type replication-group --source-identifier cli".split())["Events"]
    assert "Replication group cli created" in [event["Message"] for event in events]
    versions = aws(*"describe-cache-engine-versions --engine redis --default-only".split())
    assert len(versions["CacheEngineVersions"]) == 1

    assert aws(*"delete-replication-group --replication-group-id cli".split())["ReplicationGroup"]["Status"] == "deleting"
    aws(*"wait replication-group-deleted --replication-group-id cli".split())
    code, error = aws(*"describe-replication-groups --replication-group-id cli".split(), fails=True)
    assert code in (254, 255)  # Version 2 of the AWS CLI, and version 1.
    assert "(ReplicationGroupNotFoundFault)" in error


def test_node_group_configuration_in_shorthand(aws):
    created = aws(
        *"create-replication-group --replication-group-id cli-cluster --num-node-groups 2 --engine redis".split(),
        *"--engine-version 7.0 --cache-node-type cache.t3.micro --replication-group-description x".split(),
        "--node-group-configuration",
        "NodeGroupId=0001,Slots=0-8191,ReplicaCount=1,PrimaryAvailabilityZone=us-east-1a,ReplicaAvailabilityZones=us-east-1b",
        "NodeGroupId=0002,Slots=8192-16383,ReplicaCount=0,PrimaryAvailabilityZone=us-east-1c",
    )["ReplicationGroup"]
    assert created["MemberClusters"] == ["cli-cluster-0001-001", "cli-cluster-0001-002", "cli-cluster-0002-001"]
    aws(*"wait replication-group-available --replication-group-id cli-cluster".split())
    aws(*"delete-replication-group --replication-group-id cli-cluster".split())
    aws(*"wait replication-group-deleted --replication-group-id cli-cluster".split())


def test_an_error_is_shown(aws):
    code, error = aws(
        *"create-replication-group --replication-group-id cli-bad --engine redis --engine-version 99.9".split(),
        *"--cache-node-type cache.t3.micro --replication-group-description x".split(),
        fails=True,
    )
    assert code in (254, 255)  # Version 2 of the AWS CLI, and version 1.
    assert "(InvalidParameterCombination)" in error and "Cannot find version 99.9 for redis" in error
