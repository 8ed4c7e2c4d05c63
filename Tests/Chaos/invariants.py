"""What must hold once a round is over, as assertions: they are repeated until they hold or the deadline passes."""

import contextlib
import ipaddress
import json
import sqlite3
from collections.abc import Iterator

import redis

import groups
from groupview import Group, Shard, view
from service import FORWARDER, Service

PORT_OF_BUS = 10_000
LASTING = {
    "event",
    "regions",
    "down-zones",
    "failover-tests",
    "parameter-group",
    "service-update",
    "process/forwarder",
    "process-status/forwarder",
}
"""Records that may be there although no group is."""


@contextlib.contextmanager
def asking(what: str) -> Iterator[None]:
    """An engine that does not answer is an invariant that does not hold yet."""
    try:
        yield
    except redis.RedisError as error:
        raise AssertionError(f"{what}: {type(error).__name__}: {error}") from None


def check_group(client, name: str) -> Group:
    """Available; and its members are what the API says they are."""
    group = view(client, name)
    assert group.status == "available", f"{name} is {group.status}; last events: {groups.messages(client)[:6]}"
    busy = {member: status for member, status in group.statuses.items() if status != "available"}
    assert not busy, f"{name} is available, but of its members {busy}"
    check_zones(group)
    for shard in group.shards:
        with asking(f"{name}/{shard.id}"):
            _check_shard(shard, group)
    with asking(name):
        if group.clustered:
            _check_cluster(group)
        elif group.shards[0].reader_endpoint:
            with groups.connect(group.shards[0].reader_endpoint) as reader:
                assert reader.ping()
    return group


def check_zones(group: Group) -> None:
    """With Multi-AZ a zone that goes down takes one member of a shard: there are more zones than members."""
    for shard in group.shards if group.multi_az else ():
        assert len(set(shard.zones.values())) == len(shard.members), f"{group.id}/{shard.id} is Multi-AZ, and its members in {shard.zones}"


def roles_of(shard: Shard) -> dict[str, dict]:
    """INFO of every member."""
    told = {}
    for member, endpoint in shard.members.items():
        with asking(member), groups.connect(endpoint) as node:
            told[member] = node.info("replication") | {"run_id": node.info("server")["run_id"], "keys": node.dbsize()}
    return told


def primary_of(shard: Shard) -> str:
    """The member that the engines say is the primary."""
    primaries = [member for member, told in roles_of(shard).items() if told["role"] == "master"]
    assert len(primaries) == 1, f"{shard.id}: primaries {primaries}"
    return primaries[0]


def _check_shard(shard: Shard, group: Group) -> None:
    told = roles_of(shard)
    primaries = [member for member, info in told.items() if info["role"] == "master"]
    assert len(primaries) == 1, f"{group.id}/{shard.id}: the engines say that {primaries} are primaries"
    primary = primaries[0]
    if not group.clustered:
        roles = {member: "primary" if member == primary else "replica" for member in shard.members}
        assert shard.roles == roles, f"{group.id}: the API says {shard.roles}, the engines {roles}"
        assert shard.primary_endpoint is not None
        answers = groups.run_id(shard.primary_endpoint)
        assert answers == told[primary]["run_id"], f"{group.id}: another process than {primary} answers at the primary endpoint"
    where = shard.members[primary]["Address"]
    for member, info in told.items():
        if member == primary:
            continue
        assert info["master_host"] == where, f"{member} follows {info['master_host']}, the primary is {primary} at {where}"
        assert info["master_link_status"] == "up", f"{member} is not linked to {primary}"
        assert info["master_replid"] == told[primary]["master_replid"], f"{member} has another history than {primary}"
        assert info["keys"] == told[primary]["keys"], f"{member} has {info['keys']} keys, {primary} {told[primary]['keys']}"
    assert told[primary]["connected_slaves"] == len(told) - 1, f"{primary} has {told[primary]['connected_slaves']} replicas"


def _check_cluster(group: Group) -> None:
    """Every node agrees with the API, and so with each other, on slots, shards and who is primary."""
    shard_at = {endpoint["Address"]: shard for shard in group.shards for endpoint in shard.members.values()}
    primaries = {shard.id: shard.members[primary_of(shard)]["Address"] for shard in group.shards}
    for member, endpoint in group.members.items():
        with groups.connect(endpoint) as node:
            node.response_callbacks.pop("CLUSTER NODES", None)
            lines = [line.split() for line in node.execute_command("CLUSTER NODES").splitlines()]
            state = node.execute_command("CLUSTER INFO")
        state = state if isinstance(state, dict) else dict(line.split(":", 1) for line in state.splitlines() if ":" in line)
        assert state["cluster_state"] == "ok", f"{member} says cluster_state {state['cluster_state']}"
        address = {line[0]: line[1].partition(":")[0].partition("@")[0] for line in lines}
        assert sorted(address.values()) == sorted(shard_at), (
            f"{member} knows the nodes {sorted(address.values())}, members are {sorted(shard_at)}"
        )
        for line in lines:
            _check_node_line(member, line, shard_at[address[line[0]]], primaries, address)
    assert group.configuration_endpoint is not None
    with groups.connect(group.configuration_endpoint) as node:
        assert node.ping()


def _check_node_line(teller: str, line: list[str], shard: Shard, primaries: dict[str, str], address: dict[str, str]) -> None:
    identifier, _, flags, follows, _, _, _, link, *slots = line
    marks = set(flags.split(",")) - {"myself"}
    where = address[identifier]
    if where == primaries[shard.id]:
        assert marks == {"master"}, f"{teller} says that the primary {where} is {flags}"
        ranges = tuple(sorted((int(part.split("-")[0]), int(part.split("-")[-1])) for part in slots if not part.startswith("[")))
        assert ranges == shard.slots, f"{teller} says that {where} owns {ranges}; the API says {shard.slots}"
        assert len(ranges) == len(slots), f"{teller} says that slots of {where} are migrating: {slots}"
    else:
        assert marks == {"slave"}, f"{teller} says that the replica {where} is {flags}"
        assert address.get(follows) == primaries[shard.id], f"{teller} says that {where} follows {address.get(follows)}"
        assert not slots, f"{teller} says that the replica {where} owns {slots}"
    assert link == "connected", f"{teller} says that its link to {where} is {link}"


def check_host(service: Service, known: list[Group]) -> None:
    """Of processes, directories, addresses and records there is what the groups need, and nothing else."""
    members = sorted(member for group in known for member in group.members)
    running = service.nodes_running()
    several = {name: processes for name, processes in running.items() if len(processes) > 1}
    assert not several, f"several processes in one directory: {several}"
    engines = {name for name in running if name != FORWARDER}
    assert sorted(name.rpartition("-")[0] for name in engines) == members, f"engines run for {sorted(engines)}, members are {members}"
    strangers = {process.pid for process in service.server.processes()} - {process.pid for each in running.values() for process in each}
    assert not strangers, f"processes outside of every node's directory: {strangers}"
    directories = {path.name for path in service.nodes.iterdir()}
    assert directories - {FORWARDER} == engines, f"directories {sorted(directories)}, engines {sorted(engines)}"
    _check_addresses(service, known)
    _check_records(service, known, engines)


def _check_addresses(service: Service, known: list[Group]) -> None:
    expected = {address for group in known for address in group.addresses}
    bound = {address for address, _ in listening(service.server.network)}
    assert bound == expected, (
        f"addresses without a listener: {sorted(expected - bound)}; with one and of no group: {sorted(bound - expected)}"
    )


def listening(network: ipaddress.IPv4Network) -> set[tuple[str, int]]:
    """Every listening socket in a network, as the kernel tells it."""
    found = set()
    with open("/proc/net/tcp") as table:
        for line in list(table)[1:]:
            fields = line.split()
            if fields[3] != "0A":
                continue
            address, port = fields[1].split(":")
            where = ipaddress.ip_address(int.from_bytes(bytes.fromhex(address), "little"))
            if where in network:
                found.add((str(where), int(port, 16)))
    return found


def records(service: Service) -> dict[str, bytes]:
    """All records by key, read beside the running service."""
    database = sqlite3.connect(f"file:{service.server.data}/elastane.sqlite?mode=ro", uri=True, timeout=10)
    try:
        return dict(database.execute("SELECT key, value FROM record ORDER BY key"))
    finally:
        database.close()


def _check_records(service: Service, known: list[Group], engines: set[str]) -> None:
    by_kind: dict[str, list[str]] = {}
    found = records(service)
    for key in found:
        by_kind.setdefault(key.partition("/")[0], []).append(key.rpartition("/")[2])
    dark = json.loads(found.get("down-zones", b"[]"))
    assert not dark, f"zones are down still: {dark}"

    def agree(kind: str, expected: set[str]) -> None:
        found = set(by_kind.get(kind, [])) - {FORWARDER}
        assert found == expected, f"{kind} records too many: {sorted(found - expected)}; missing: {sorted(expected - found)}"

    agree("group", {group.id for group in known})
    agree("cluster", set())
    agree("process", engines)
    agree("process-status", engines)
    agree("cluster-id", {member for group in known for member in group.members})
    agree("address", {address for group in known for address in group.addresses})
    routes = {name.rpartition("-")[0].rpartition("-")[0] for name in by_kind.get("route", [])}
    assert routes <= {group.id for group in known}, f"routes of no group: {by_kind['route']}"
    agree("route-status", set(by_kind.get("route", [])))


def check_empty(service: Service) -> None:
    """After the last group is gone."""
    check_host(service, [])
    left = [key for key in records(service) if key.partition("/")[0] not in LASTING and key not in LASTING]
    assert not left, f"records are left: {left}"
