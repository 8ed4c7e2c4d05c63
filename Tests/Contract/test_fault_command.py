"""`elastane fault`: members die, hang and go on at a word, and nobody but this machine's programs may give it."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

import groups
import server as servers
from patience import eventually

DOOR = "/_elastane/faults"


def fault(server, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    return run("fault", *arguments, environment={"ELASTANE_ENDPOINT": server.endpoint} | (environment or {}))


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(servers.BINARY), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=servers.clean_environment(environment),
        timeout=30,
    )


def ask(server, body, headers: dict[str, str] | None = None, method: str = "POST") -> tuple[int, dict]:
    """The door itself, as any program may knock at it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    try:
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        connection.request(method, DOOR, body=text, headers={"X-Elastane-Fault": "yes"} if headers is None else headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def pid_of(client, group: str, member: str) -> int:
    with groups.connect(groups.node_endpoints(client, group)[member]) as node:
        return node.info("server")["process_id"]


def state_of(pid: int) -> str:
    """The letter of the kernel: T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.fixture(scope="module")
def trio(service):
    """A primary and two replicas for the tests that leave them as they were."""
    return groups.create(service.client(), ReplicationGroupId="trio", NumCacheClusters=3, AutomaticFailoverEnabled=True)


def test_a_killed_primary_is_failed_over_and_returns(service):
    client = service.client()
    groups.create(client, ReplicationGroupId="demo", NumCacheClusters=3, AutomaticFailoverEnabled=True)
    endpoint = groups.describe(client, "demo")["NodeGroups"][0]["PrimaryEndpoint"]
    with groups.connect(endpoint) as user:
        user.set("greeting", "hello")
        assert user.wait(2, 5000) == 2
    old = pid_of(client, "demo", "demo-001")

    result = fault(service, "kill", "demo-001")
    assert (result.returncode, result.stdout) == (0, f"killed demo-001 (pid {old})\n"), result.stderr

    def roles() -> dict[str, str]:
        members = groups.describe(client, "demo")["NodeGroups"][0]["NodeGroupMembers"]
        return {member["CacheClusterId"]: member["CurrentRole"] for member in members}

    eventually(lambda: roles()["demo-001"] == "replica", what="the failover")
    eventually(lambda: pid_answers(client, "demo", "demo-001") not in (None, old), what="the killed member's return")

    def served() -> bool:
        with groups.connect(endpoint) as user:
            return user.get("greeting") == "hello" and user.info("replication")["connected_slaves"] == 2

    eventually(lambda: quietly(served), what="the greeting, and both replicas")


def quietly(check):
    try:
        return check()
    except OSError:
        return None
    except Exception as error:  # redis-py has several for a connection that breaks.
        if type(error).__module__.startswith("redis"):
            return None
        raise


def pid_answers(client, group: str, member: str) -> int | None:
    return quietly(lambda: pid_of(client, group, member))


def test_pause_and_resume(service, trio):
    client = service.client()
    pid = pid_of(client, "trio", "trio-003")
    try:
        result = fault(service, "pause", "trio-003")
        assert (result.returncode, result.stdout) == (0, f"paused trio-003 (pid {pid})\n"), result.stderr
        eventually(lambda: state_of(pid) == "T", what="the pause")
        result = fault(service, "resume", "trio-003")
        assert (result.returncode, result.stdout) == (0, f"resumed trio-003 (pid {pid})\n"), result.stderr
        eventually(lambda: state_of(pid) != "T", what="the end of the pause")
    finally:
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, signal.SIGCONT)
    assert pid_of(client, "trio", "trio-003") == pid


def test_an_unknown_member_is_named(service, trio):
    result = fault(service, "kill", "trio-009")
    assert result.returncode == 1 and result.stdout == ""
    assert "trio-009" in result.stderr and "us-east-1" in result.stderr, result.stderr
    # It is another world's.
    for elsewhere in (["--region", "eu-west-1"], ["--account-id", "123456789012"]):
        result = fault(service, "kill", "trio-001", *elsewhere)
        assert result.returncode == 1 and "trio-001" in result.stderr and elsewhere[1] in result.stderr, result.stderr
    assert fault(service, "kill", "trio-001", environment={"ELASTANE_REGION": "eu-west-1"}).returncode == 1


def test_a_member_of_another_world(service):
    client = service.client(region="eu-west-2", account="222222222222")
    groups.create(client, ReplicationGroupId="abroad", NumCacheClusters=2)
    pid = pid_of(client, "abroad", "abroad-002")
    result = fault(service, "kill", "abroad-002", "--region", "eu-west-2", "--account-id", "222222222222")
    assert (result.returncode, result.stdout) == (0, f"killed abroad-002 (pid {pid})\n"), result.stderr
    eventually(lambda: pid_answers(client, "abroad", "abroad-002") not in (None, pid), what="its return")


def test_a_zone_goes_down_stays_down_and_comes_up(make_server):
    server = make_server(ephemeral=False).start()
    for said in ("us-east-1f is down: 0 members are in it", "us-east-1f was down already"):
        result = fault(server, "zone", "us-east-1f", "down")
        assert (result.returncode, result.stdout) == (0, said + "\n"), result.stderr
    server.restart(signal.SIGTERM)
    assert fault(server, "zone", "us-east-1f", "down").stdout == "us-east-1f was down already\n"
    server.restart(signal.SIGKILL)
    assert fault(server, "zone", "us-east-1f", "up").stdout == "us-east-1f is up: 0 members are in it\n"
    assert fault(server, "zone", "us-east-1f", "up").stdout == "us-east-1f was up already\n"


def test_an_unknown_zone_is_named(service):
    for zone in ("us-east-1z", "us-east-1", "nowhere"):
        result = fault(service, "zone", zone, "down")
        assert result.returncode == 1 and zone in result.stderr, result.stderr


def test_where_nothing_answers():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    result = run("fault", "kill", "demo-001", "--endpoint", endpoint)
    assert result.returncode == 1
    assert endpoint in result.stderr and "serve" in result.stderr, result.stderr


def test_where_something_else_answers():
    """It reads nothing and closes: what became of the order is not known."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = subprocess.Popen(
            [str(servers.BINARY), "fault", "kill", "demo-001", "--endpoint", f"http://127.0.0.1:{other.getsockname()[1]}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=servers.clean_environment(),
        )
        other.settimeout(20)
        connection, _ = other.accept()
        connection.close()
        _, complaint = process.communicate(timeout=20)
    assert process.returncode == 1 and "unknown" in complaint, complaint


@pytest.mark.parametrize(
    "arguments",
    [["kill"], ["zone", "us-east-1b"], ["zone", "us-east-1b", "sideways"], ["kill", "m", "--endpoint", "ftp://x"], ["explode", "m"]],
    ids=" ".join,
)
def test_a_wrong_order_is_refused_before_anybody_is_asked(arguments):
    result = run("fault", *arguments)
    assert result.returncode not in (0, 1) and "Fatal error" not in result.stderr, result.stderr


def test_help_says_what_it_does():
    result = run("fault", "--help")
    assert result.returncode == 0
    for word in ("kill", "pause", "resume", "zone", "loopback", "stays down"):
        assert re.search(word, " ".join(result.stdout.split())), result.stdout


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("", "JSON"),
        ("[1]", "JSON"),
        ('{"action":', "JSON"),
        ({}, "action"),
        ({"action": "explode", "member": "trio-001"}, "explode"),
        ({"action": "kill"}, "member"),
        ({"action": "kill", "member": 7}, "JSON"),
        ({"action": "zone-down"}, "zone"),
    ],
)
def test_the_door_says_what_is_wrong(service, body, word):
    status, answer = ask(service, body)
    assert status == 400 and word in answer["message"], answer


def test_the_doors_answers_have_parts(service, trio):
    status, answer = ask(service, {"action": "resume", "member": "trio-002"})
    pid = pid_of(service.client(), "trio", "trio-002")
    assert (status, answer) == (200, {"message": f"resumed trio-002 (pid {pid})", "member": "trio-002", "pid": pid})
    assert ask(service, {"action": "kill", "member": "trio-009"})[0] == 404
    assert ask(service, {"action": "zone-down", "zone": "us-east-1z"})[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Elastane-Fault": "no"},
        {"X-Elastane-Fault": "yes", "Origin": "http://127.0.0.1:8379"},
        {"X-Elastane-Fault": "yes", "X-Forwarded-For": "203.0.113.9"},
    ],
    ids=["without the header", "with another value", "from a web page", "through a proxy"],
)
def test_no_web_page_gets_in(service, trio, headers):
    before = pid_of(service.client(), "trio", "trio-001")
    status, answer = ask(service, {"action": "kill", "member": "trio-001"}, headers)
    assert status == 403 and answer["message"]
    assert pid_of(service.client(), "trio", "trio-001") == before


def test_only_by_post(service):
    assert ask(service, "", method="GET")[0] == 405
    assert ask(service, "", method="OPTIONS")[0] == 405


def test_a_body_beyond_the_limit_is_refused(service):
    assert ask(service, b"x" * ((1 << 20) + 1))[0] == 413
