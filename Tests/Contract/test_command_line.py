"""serve, down and doctor as their user types them."""

import json
import re
import signal
import socket
import subprocess

import pytest

import groups
import server as servers
import wire


def run(*arguments: str, environment: dict[str, str] | None = None, timeout: float = 20) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(servers.BINARY), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=servers.clean_environment(environment),
        timeout=timeout,
    )


def test_the_ready_line_is_all_of_standard_output(make_server):
    server = make_server().start()
    assert server.output.read_text() == f"elastane is ready at {server.endpoint}\n"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_ephemeral_leaves_nothing(make_server, how):
    server = make_server().start()
    found = groups.create(server.client(), NumCacheClusters=3)
    assert len(server.engines()) == 3
    assert server.stop(how) == 0
    assert server.processes() == []
    assert not server.data.exists()
    with socket.socket() as probe:
        endpoint = found["NodeGroups"][0]["PrimaryEndpoint"]
        assert probe.connect_ex((endpoint["Address"], endpoint["Port"])) != 0


def test_ephemeral_in_the_middle_of_a_creation(make_server):
    server = make_server().start()
    server.client().create_replication_group(**groups.request(NumNodeGroups=2, ReplicasPerNodeGroup=1))
    assert server.stop() == 0
    assert server.processes() == []
    assert not server.data.exists()


def test_a_second_server_on_the_same_data_refuses(make_server):
    first = make_server(ephemeral=False).start()
    groups.create(first.client(), ReplicationGroupId="safe")
    processes = first.processes()
    for flag in ([], ["--ephemeral"]):
        second = run("serve", "--port", "0", "--data-dir", str(first.data), "--network", str(first.network), *flag)
        assert second.returncode != 0
        assert str(first.data) in second.stderr and re.search("(?i)in use|already|another", second.stderr), second.stderr
    assert groups.describe(first.client(), "safe")["Status"] == "available"
    assert first.processes() == processes


def test_the_data_is_free_again_after_a_kill(make_server):
    server = make_server(ephemeral=False).start()
    server.kill()
    server.start()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "10.1.2.3"])
def test_only_loopback_without_tls(tmp_path, host):
    result = run("serve", "--host", host, "--port", "0", "--data-dir", str(tmp_path / "data"), "--ephemeral")
    assert result.returncode != 0
    assert "not a loopback address" in result.stderr and "--tls" in result.stderr, result.stderr
    assert "is ready" not in result.stdout


def test_only_loopback_without_access_keys(tmp_path):
    result = run("serve", "--host", "0.0.0.0", "--port", "0", "--tls", "--data-dir", str(tmp_path / "data"), "--ephemeral")
    assert result.returncode != 0
    assert "not a loopback address" in result.stderr and "elastane credentials add" in result.stderr, result.stderr
    assert "is ready" not in result.stdout
    assert not (tmp_path / "data").exists()


def test_an_address_of_another_machine(tmp_path):
    result = run("serve", "--host", "127.0.0.1.example", "--port", "0", "--data-dir", str(tmp_path / "data"), "--ephemeral")
    assert result.returncode != 0 and "is not an address" in result.stderr, result.stderr


def test_a_port_that_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run("serve", "--port", port, "--data-dir", str(tmp_path / "data"), "--ephemeral")
    assert result.returncode != 0
    assert port in result.stderr, result.stderr
    assert not (tmp_path / "data").exists(), "an ephemeral server that never was leaves nothing"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "65536"],
        ["--port", "many"],
        ["--network", "127.64.0.0"],
        ["--network", "127.64.0.0/99"],
        ["--network", "somewhere"],
        ["--account-id", "12"],
        ["--account-id", "abcdefghijkl"],
        ["--log-level", "deafening"],
        ["--log-format", "morse"],
        ["--describe-hold", "-1"],
        ["--describe-hold", "long"],
        ["--colour", "blue"],
        ["--tls-cert", "here.pem"],
        ["--tls-key", "here.pem"],
        ["--tls-name", "elastane.example"],
        ["--tls", "--tls-name", "no name"],
        ["--tls", "--tls-cert", "here.pem", "--tls-key", "here.pem"],
        ["--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"],
    ],
    ids=" ".join,
)
def test_a_wrong_option_is_named(tmp_path, arguments):
    result = run("serve", "--data-dir", str(tmp_path / "data"), "--ephemeral", *arguments)
    assert result.returncode != 0
    assert arguments[0].lstrip("-") in result.stderr, result.stderr
    assert "Fatal error" not in result.stderr


def test_options_from_the_environment(make_server):
    server = make_server(environment={"ELASTANE_REGION": "eu-west-2", "ELASTANE_ACCOUNT_ID": "123456789012", "ELASTANE_DESCRIBE_HOLD": "0"})
    server.start()
    form = "&".join(f"{name}={value}" for name, value in ({"Action": "CreateReplicationGroup"} | groups.request(ReplicationGroupId="home", ReplicationGroupDescription="x")).items())
    answer = wire.send(server, "POST", "/", form.encode(), {"Content-Type": wire.FORM})
    assert answer.status == 200, answer.body
    arn = answer.text("CreateReplicationGroupResult", "ReplicationGroup", "ARN")
    assert arn == "arn:aws:elasticache:eu-west-2:123456789012:replicationgroup:home"


def test_an_option_wins_over_the_environment(make_server):
    server = make_server(environment={"ELASTANE_PORT": "1"}).start()  # The command line says --port 0.
    assert server.port > 1


def test_logs_as_json(make_server):
    server = make_server(arguments=["--log-format", "json", "--log-level", "debug"]).start()
    groups.create(server.client())
    lines = [line for line in server.log.read_text().splitlines() if line]
    assert lines
    for line in lines:
        assert isinstance(json.loads(line), dict)


def test_down_of_nothing(tmp_path):
    """It says so; it makes no directory."""
    result = run("down", "--data-dir", str(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()
    assert "Fatal error" not in result.stderr
    assert result.returncode == 0 or "nowhere" in result.stderr


def test_down_twice(make_server):
    server = make_server(ephemeral=False).start()
    groups.create(server.client(), NumCacheClusters=2)
    assert server.stop() == 0
    assert server.down().returncode == 0
    assert server.processes() == []
    assert server.down().returncode == 0


def test_doctor(tmp_path):
    result = run("doctor", "--data-dir", str(tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr
    for word in ("redis", "address", "file", "overcommit"):
        assert re.search(word, result.stdout, re.IGNORECASE), result.stdout


def test_doctor_as_json(tmp_path):
    result = run("doctor", "--json", "--data-dir", str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)


def test_version_and_help():
    for arguments in (["--help"], ["serve", "--help"], ["down", "--help"], ["doctor", "--help"], ["fault", "--help"]):
        result = run(*arguments)
        assert result.returncode == 0
        assert "USAGE" in result.stdout.upper()
