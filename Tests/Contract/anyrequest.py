"""Requests made from the service model: good ones, bad ones, and good ones with a mistake or two. Every one is made anew from its seed."""

import random
from dataclasses import dataclass, field

import botocore.session

MODEL = botocore.session.get_session().get_service_model("elasticache")

NASTY = ["", " ", "x", "-", "a--b", "ä", "💾", "\u0000", "a\nb", "../../etc", "%s%n", "a" * 300, "a" * 5000, "<a>&'\"", "0", "null", "true"]
WORDS = ["mine", "other", "Mine", "default", "my-name", "n1"]
INTEGERS = [0, 1, 1, 2, 2, 3, 6, -1, 7, 20, 36, 100, 2**31 - 1, -(2**31), 2**31, 2**63, 10**30, "1.5", "two", "", "0x1", "+1", " 1"]
FLAGS = ["true", "false", "true", "false", "True", "FALSE", "maybe", "1", ""]
TIMES = ["2026-11-25T00:00:00Z", "2020-01-01T00:00:00Z", "2999-12-31T23:59:59Z", "now", "", "2026-13-45T99:99:99Z", "0"]

TOKEN = "correct-horse-battery"
"""The one AUTH token that is any good."""

# What a parameter of this name might well be. Others are made by their type alone.
LIKELY = {
    "ReplicationGroupDescription": ["made by a test", "", " ", "x" * 255, "x" * 256],
    "CacheNodeType": ["cache.t3.micro"] * 4 + ["cache.m5.large", "cache.r6gd.xlarge", "cache.t1.micro", "cache.m8g.large", "cache.z1.z"],
    "Engine": ["redis"] * 4 + ["Redis", "valkey", "memcached", "mysql"],
    "EngineVersion": ["7.0"] * 4 + ["7.1", "6.x", "6.2", "5.0.6", "2.8.24", "7.0.7", "7.2", "8.0", "9.0", "9.9", "latest"],
    "CacheParameterGroupName": ["default.redis7"] * 2 + ["default.redis7.cluster.on", "default.redis6.x", "default.valkey8", "nobodys"],
    "CacheParameterGroupFamily": ["redis7", "redis6.x", "valkey8", "memcached1.6", "redis9"],
    "CacheSubnetGroupName": ["default", "nobodys", "mine"],
    "NumCacheClusters": [1, 2, 2, 3, 0, 6, 7, -1],
    "NumNodeGroups": [1, 1, 2, 2, 3, 0, -1, 91, 501, 2**31 - 1],
    "ReplicasPerNodeGroup": [0, 1, 1, 2, 6, -1],
    "ReplicaCount": [0, 1, 1, 2, 6, -1],
    "NewReplicaCount": [0, 1, 1, 2, 2, 3, 6, -1],
    "NumCacheNodes": [1, 1, 2, 0, 41],
    "NodeGroupId": ["0001", "0001", "0002", "1", "0000", "x", "99999"],
    "Slots": ["0-8191", "8192-16383", "0-16383", "0-5460", "5461-10922", "10923-16383", "16384", "9-1", "all"],
    "Port": [6379, 6379, 7000, 1, 0, 65535, 65536, 60000],
    "SnapshotRetentionLimit": [0, 0, 1, 35, 36, -1],
    "SnapshotWindow": ["05:00-06:00", "23:30-00:30", "05:00-05:10", "25:00-26:00", "noon"],
    "PreferredMaintenanceWindow": ["sun:07:00-sun:08:00", "sat:23:00-sun:01:00", "sun:05:30-sun:06:30", "sun:05:00-sun:05:10", "sunday"],
    "NotificationTopicArn": ["arn:aws:sns:us-east-1:{account}:topic", "arn:aws:sns:eu-west-1:{account}:topic", "topic"],
    "NotificationTopicStatus": ["active", "inactive", "on"],
    "AuthToken": [TOKEN, "short", "x" * 129],
    "UserId": ["mine", "other", "mine", "default", "nobody", "1x"],
    "UserIds": ["default", "mine", "other", "nobody"],
    "UserIdsToAdd": ["mine", "other", "nobody"],
    "UserIdsToRemove": ["mine", "default", "nobody"],
    "UserName": ["mine", "other", "default", "two words", "elastane-administrator"],
    "UserGroupId": ["team", "team", "crew", "nobody", "1x"],
    "UserGroupIds": ["team", "crew", "nobody"],
    "UserGroupIdsToAdd": ["team", "crew", "nobody"],
    "UserGroupIdsToRemove": ["team", "nobody"],
    "Passwords": [TOKEN, TOKEN, "short"],
    "AccessString": ["on ~* +@all", "off ~a:* +@read", "on ~* +@all -flushall (~b +get)", "nopass", "on +nosuch", ">secret", "on (+get"],
    "AppendAccessString": ["+get", "~c:*", "off", "reset", "bogus"],
    "SnapshotArn": ["arn:aws:s3:::bucket/dump.rdb", "arn:aws:s3:::bucket", "dump.rdb"],
    "AvailabilityZone": ["us-east-1a", "us-east-1b", "us-east-1a", "us-east-1z", "eu-west-1a"],
    "PrimaryAvailabilityZone": ["us-east-1a", "us-east-1b", "moon"],
    "PreferredAvailabilityZone": ["us-east-1a", "us-east-1b", "moon"],
    "MaxRecords": [20, 100, 50, 19, 101, 0],
    "Marker": ["", "x", "bWluZQ=="],
    "SourceType": ["replication-group", "cache-cluster", "moon"],
    "Duration": [60, 20160, 20161, 0],
    "Key": ["team", "stage", "aws:x", "k" * 129, ""],
    "Value": ["blue", "", "v" * 257],
    "TagKey": ["team", "stage", "none"],
    "CacheNodeId": ["0001", "0001", "0002", "x"],
}

# Parameters that make sense together, beside those that an operation demands.
PLAIN = {
    "CreateReplicationGroup": [
        {"CacheNodeType": "cache.t3.micro", "Engine": "redis", "EngineVersion": "7.0"} | shape
        for shape in (
            {},
            {"NumCacheClusters": 2, "AutomaticFailoverEnabled": "true", "MultiAZEnabled": "true"},
            {"NumCacheClusters": 3, "SnapshotRetentionLimit": 1},
            {"NumNodeGroups": 1, "ReplicasPerNodeGroup": 1, "Port": 7000},
            {"NumNodeGroups": 2, "CacheParameterGroupName": "default.redis7.cluster.on"},
            {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1, "AutoMinorVersionUpgrade": "false"},
        )
    ],
    "ModifyReplicationGroup": [
        {"ApplyImmediately": "true", "ReplicationGroupDescription": "another"},
        {"SnapshotWindow": "05:00-06:00", "PreferredMaintenanceWindow": "sun:07:00-sun:08:00"},
        {"AutomaticFailoverEnabled": "true", "MultiAZEnabled": "true", "ApplyImmediately": "true"},
        {"AutoMinorVersionUpgrade": "false", "SnapshotRetentionLimit": 0},
    ],
    "CreateUser": [{"Engine": "redis", "AccessString": "on ~* +@all", "Passwords.member.1": TOKEN}],
    "ModifyUser": [{"AccessString": "on ~a +@all"}, {"AppendAccessString": "+get"}],
    "CreateUserGroup": [{"Engine": "redis", "UserIds.member.1": "default"}],
    "IncreaseReplicaCount": [{"NewReplicaCount": 2}, {"NewReplicaCount": 3}],
    "DecreaseReplicaCount": [{"NewReplicaCount": 1}, {"NewReplicaCount": 2}],
}
# How often an operation is asked for, where it isn't once. What is deleted has to be made anew before the next request.
WEIGHTS = {"CreateReplicationGroup": 8, "ModifyReplicationGroup": 4, "DeleteReplicationGroup": 0.4, "TestFailover": 0.5}
FIRST_CHOICE = {
    "CacheNodeType": "cache.t3.micro",
    "Engine": "redis",
    "EngineVersion": "7.0",
    "ReplicationGroupDescription": "made by a test",
    "ApplyImmediately": "true",
}


@dataclass
class Known:
    """What is there, and so may be named."""

    account: str
    groups: list[str] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)

    @property
    def arns(self) -> list[str]:
        prefix = f"arn:aws:elasticache:us-east-1:{self.account}:"
        named = [f"replicationgroup:{name}" for name in self.groups] + [f"cluster:{name}" for name in self.clusters]
        return [prefix + name for name in [*named, "subnetgroup:default", "parametergroup:default.redis7", "user:nobody"]] + ["arn:aws:x"]


class Request:
    """The request with a number of a seed: always the same, given the same names to speak of."""

    def __init__(self, operations: list[str], seed: int, number: int, known: Known):
        self.random = random.Random(f"{seed}/{number}")
        self.known = known
        self.number = number
        (self.operation,) = self.random.choices(operations, [WEIGHTS.get(name, 1) for name in operations])
        self.form: dict[str, str] = {"Action": self.operation, "Version": "2015-02-02"}
        shape = MODEL.operation_model(self.operation).input_shape
        if shape is not None:
            self._fill(shape)
        if self.random.random() < 0.1:
            self._spoil()

    def __str__(self) -> str:
        return f"request {self.number}: {self.form}"

    def _fill(self, shape) -> None:
        required = set(shape.required_members)
        # From a request as people make them to one that has a bit of everything.
        density = self.random.choice([0.0, 0.0, 0.05, 0.1, 0.3])
        careful = self.random.random() < 0.6
        for name, member in shape.members.items():
            if name in required:
                if self.random.random() < 0.98:
                    self._put(name, name, member, careful=careful)
            elif self.random.random() < density:
                self._put(name, name, member, careful=False)
        if self.operation in PLAIN and self.random.random() < 0.8:
            plain = self.random.choice(PLAIN[self.operation])
            self.form |= {name: str(value) for name, value in plain.items() if name not in self.form}

    def _put(self, path: str, name: str, shape, *, careful: bool) -> None:
        match shape.type_name:
            case "structure":
                for inner, member in shape.members.items():
                    if inner in shape.required_members or self.random.random() < 0.5:
                        self._put(f"{path}.{inner}", inner, member, careful=careful)
            case "list":
                item = shape.member.serialization.get("name", "member")
                for index in range(self.random.choice([0, 1, 1, 2, 3])):
                    self._put(f"{path}.{item}.{index + 1}", item if item != "member" else name, shape.member, careful=careful)
            case kind:
                self.form[path] = str(self._scalar(name, kind, shape, careful))

    def _scalar(self, name: str, kind: str, shape, careful: bool):
        if careful and name in FIRST_CHOICE:
            return FIRST_CHOICE[name]
        if not careful and self.random.random() < 0.15:
            return self.random.choice(NASTY)
        if name in ("ReplicationGroupId", "ResourceName") or name.endswith(("CacheClusterId", "ClusterId")):
            return self._name(name, careful)
        if name in LIKELY:
            values = LIKELY[name]
            value = values[self.random.randrange(min(3, len(values)))] if careful else self.random.choice(values)
            return value.replace("{account}", self.known.account) if isinstance(value, str) else value
        if getattr(shape, "enum", None):
            return self.random.choice(shape.enum)
        pool = {"boolean": FLAGS, "integer": INTEGERS, "long": INTEGERS, "double": INTEGERS, "timestamp": TIMES}.get(kind, WORDS)
        return self.random.choice(pool[:2] if careful else pool)

    def _name(self, name: str, careful: bool) -> str:
        new = f"any-{self.number}"
        if name == "ResourceName":
            return self.random.choice(self.known.arns)
        existing = self.known.groups if name == "ReplicationGroupId" else self.known.clusters
        if self.operation.startswith("Create") and careful and f"Create{name.removesuffix('Id')}" == self.operation:
            return new
        return self.random.choice([*existing, *existing, *existing, *(name.upper() for name in existing), new, "nobody"])

    def _spoil(self) -> None:
        """Breaks the form itself."""
        names = [name for name in self.form if name not in ("Action", "Version")]
        if not names:
            return
        name = self.random.choice(names)
        value = self.form.pop(name)
        match self.random.randrange(4):
            case 0:
                self.form[f"{name}.1"] = value
            case 1:
                self.form[name.replace(".1", ".99999999999")] = value
            case 2:
                self.form[name] = self.random.choice(NASTY)
            case 3:
                self.form[name + ".member.0"] = value
