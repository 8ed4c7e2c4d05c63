"""The documented examples of the API, as botocore ships them."""

import json
from dataclasses import dataclass
from pathlib import Path

import botocore

_FILE = Path(botocore.__file__).parent / "data/elasticache/2015-02-02/examples-1.json"


@dataclass(frozen=True)
class Example:
    """One request with its documented answer. Several examples of one operation are numbered from 1."""

    operation: str
    number: int
    input: dict
    output: dict

    @property
    def name(self) -> str:
        return f"{self.operation} {self.number}"


def all_examples() -> dict[str, Example]:
    """By name."""
    documented = json.loads(_FILE.read_text())["examples"]
    examples = [
        Example(operation, number, example.get("input") or {}, example.get("output") or {})
        for operation, several in documented.items()
        for number, example in enumerate(several, 1)
    ]
    return {example.name: example for example in examples}


def creations() -> dict[str, dict]:
    """The inputs of CreateReplicationGroup's examples, by replication group id."""
    return {e.input["ReplicationGroupId"]: e.input for e in all_examples().values() if e.operation == "CreateReplicationGroup"}
