"""What an answer has other than the documented one, field by field.

What is different on every run has to have the same form only: times, windows that the service chose, addresses, markers.
"""

import datetime
import re
from dataclasses import dataclass

MISSING = "(none)"

#: What tells the items of a list apart, where they have a name: they are compared by it, wherever they stand.
_KEYS = {
    "CacheEngineVersions": ("Engine", "EngineVersion"),
    "Parameters": ("ParameterName",),
    "CacheNodeTypeSpecificParameters": ("ParameterName",),
    "CacheNodeTypeSpecificValues": ("CacheNodeType",),
    "ReservedCacheNodesOfferings": ("ReservedCacheNodesOfferingId",),
    "Events": ("SourceIdentifier", "Message"),
}

#: Elastane says openly which build of an engine serves a version.
_SERVED_BY = re.compile(r" \((served by|no installed)[^)]*\)$")

_WEEKLY = re.compile(r"[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d")
_DAILY = re.compile(r"\d\d:\d\d-\d\d:\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_ZONE = re.compile(r"[a-z]{2}-[a-z]+-\d[a-z]")
_VPC = re.compile(r"vpc-[0-9a-f]+")
_ADDRESS = re.compile(r"(\d+\.){3}\d+|[a-z0-9.-]+\.cache\.amazonaws\.com")


@dataclass(frozen=True, order=True)
class Difference:
    """`field` is a path such as `CacheCluster.SnapshotWindow`; of every item of a list, `Parameters[].Description`."""

    field: str
    documented: str
    here: str


def differences(documented, here, *, chosen: frozenset[str] = frozenset()) -> set[Difference]:
    """Of every documented field. What is answered beyond them is newer than the examples.

    `chosen` are the texts that the request itself named: they are compared as they are, whatever form they have.
    """
    return set(_differences("", documented, here, chosen))


def _differences(path: str, documented, here, chosen):
    if isinstance(documented, dict) and isinstance(here, dict):
        for name, value in documented.items():
            yield from _differences(f"{path}.{name}" if path else name, value, here.get(name, MISSING), chosen)
    elif isinstance(documented, list) and isinstance(here, list) and path.split(".")[-1] in _KEYS:
        keys = _KEYS[path.split(".")[-1]]
        found = {tuple(item.get(key) for key in keys): item for item in here}
        for item in documented:
            name = tuple(item.get(key) for key in keys)
            if name in found:
                yield from _differences(f"{path}[]", item, found[name], chosen)
            else:
                yield Difference(f"{path}[]", " ".join(name), MISSING)
    elif isinstance(documented, list) and isinstance(here, list) and all(isinstance(item, str) for item in documented + here):
        for item in documented:
            if item not in here:
                yield Difference(f"{path}[]", item, MISSING)
    elif isinstance(documented, list) and isinstance(here, list):
        if len(documented) != len(here):
            yield Difference(f"{path}[]", f"{len(documented)} items", f"{len(here)} items")
        for one, other in zip(documented, here):
            yield from _differences(f"{path}[]", one, other, chosen)
    elif path.endswith("Parameters[].Description") and documented != here:
        yield Difference(path, "(a text)", MISSING if here == MISSING else "(another text)")
    elif not _same(path, documented, here, chosen):
        yield Difference(path, _text(documented), _text(here))


def _same(path: str, documented, here, chosen) -> bool:
    if documented == here or (documented == "" and here == MISSING):
        return True
    if isinstance(here, datetime.datetime):
        return isinstance(documented, str) and _TIME.fullmatch(documented) is not None
    if not isinstance(documented, str) or not isinstance(here, str):
        return False
    here = _SERVED_BY.sub("", here)
    # Some documented texts were broken into pieces by whoever formatted them.
    documented, here = documented.replace(" ", ""), here.replace(" ", "")
    if documented == here:
        return True
    if documented in chosen or here in chosen:
        return False
    if path.endswith("Marker"):
        return True
    return any(form.fullmatch(documented) and form.fullmatch(here) for form in (_WEEKLY, _DAILY, _ZONE, _VPC, _ADDRESS))


def _text(value) -> str:
    return str(value).lower() if isinstance(value, bool) else _SERVED_BY.sub("", str(value))


def texts(value) -> frozenset[str]:
    """Every text in a request."""
    if isinstance(value, dict):
        return frozenset().union(*(texts(v) for v in value.values())) if value else frozenset()
    if isinstance(value, list):
        return frozenset().union(*(texts(v) for v in value)) if value else frozenset()
    return frozenset({value.replace(" ", "")}) if isinstance(value, str) else frozenset()
