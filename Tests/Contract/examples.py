"""The documented examples, as botocore ships them."""

import json
from pathlib import Path

import botocore

_FILE = Path(botocore.__file__).parent / "data/elasticache/2015-02-02/examples-1.json"


def creations() -> dict[str, dict]:
    """The inputs of CreateReplicationGroup's examples, by replication group id."""
    examples = json.loads(_FILE.read_text())["examples"]["CreateReplicationGroup"]
    return {example["input"]["ReplicationGroupId"]: example["input"] for example in examples}
