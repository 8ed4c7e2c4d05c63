"""Fixtures of the contract tests. Every test module has a server of its own, so modules can run side by side."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

import server as servers

AWS = Path(sys.executable).parent / "aws"
_accounts = itertools.count(100_000_000_001)


def pytest_configure(config):
    if not servers.BINARY.exists() and not config.option.collectonly and not config.option.help:
        raise pytest.UsageError(f"{servers.BINARY} does not exist: run `make build`, or set ELASTANE_BINARY")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows the log of every server a failed test used."""
    report = yield
    if report.failed:
        used = {id(value): value for value in getattr(item, "funcargs", {}).values() if isinstance(value, servers.Server)}
        for server in used.values():
            report.sections.append((f"elastane in {server.directory}", server.tail()))
    return report


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The module's own ephemeral server. Its end asserts that no process and no file is left."""
    server = servers.Server(tmp_path_factory.mktemp("service"))
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def make_server(tmp_path_factory):
    """Makes servers for one test, which may kill and restart them."""
    made: list[servers.Server] = []

    def make(**options) -> servers.Server:
        server = servers.Server(tmp_path_factory.mktemp("server"), **options)
        made.append(server)
        return server

    yield make
    failures = []
    for server in made:
        try:
            server.close()
        except AssertionError as error:
            failures.append(str(error))
    assert not failures, "\n".join(failures)


@pytest.fixture(scope="module")
def elasticache(service):
    """A boto3 client of the module's server, in the default account and us-east-1."""
    return service.client()


@pytest.fixture
def new_account():
    """An account nobody else uses: a world without resources."""
    return str(next(_accounts))


@pytest.fixture
def alone(service, new_account):
    """A boto3 client in an account of its own."""
    return service.client(account=new_account)


@pytest.fixture(scope="module")
def aws(service, tmp_path_factory):
    """Runs `aws elasticache …` and returns its output; with `fails=True` the exit code and the error text."""
    home = tmp_path_factory.mktemp("aws-home")
    environment = servers.clean_environment(
        {
            "AWS_ENDPOINT_URL_ELASTICACHE": service.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_DEFAULT_OUTPUT": "json",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
            "HOME": str(home),
        }
    )

    def run(*arguments: str, fails: bool = False):
        result = subprocess.run(
            [sys.executable, str(AWS), "elasticache", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
        )
        if fails:
            assert result.returncode != 0
            return result.returncode, result.stderr
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout) if result.stdout.strip() else None

    return run
