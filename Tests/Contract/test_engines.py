"""Engine builds side by side: which build serves which version, and each of them at work."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import botocore.exceptions
import pytest
import redis

import builds
import groups
import server as servers
import wire
import several
from members import state_of
from patience import eventually


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A server that sees Redis 6.2 and 7.0 and Valkey 9."""
    with several.engines(tmp_path_factory.mktemp("service")) as server:
        yield server


def running(endpoint: dict) -> tuple[str, str]:
    """Engine and version as the engine itself tells them."""
    info = groups.connect(endpoint).info("server")
    return ("valkey", info["valkey_version"]) if "valkey_version" in info else ("redis", info["redis_version"])


@pytest.mark.parametrize(
    ("engine", "asked", "build"),
    [
        ("redis", "2.8.24", ("redis", "6.2.")),  # The nearest newer one.
        ("redis", "5.0.6", ("redis", "6.2.")),
        ("redis", "6.2", ("redis", "6.2.")),
        ("redis", "6.x", ("redis", "6.2.")),
        ("redis", "7.0", ("redis", "7.0.")),
        ("redis", "7.1", ("redis", "7.0.")),  # The service's own name for a 7.0: there is no Redis 7.1.
        ("valkey", "7.2", ("valkey", "9.")),
        ("valkey", "9.0", ("valkey", "9.")),
    ],
)
def test_which_build_serves_a_version(elasticache, engine, asked, build):
    node_type = "cache.m3.medium" if asked == "2.8.24" else "cache.t3.micro"
    found = groups.create(elasticache, Engine=engine, EngineVersion=asked, CacheNodeType=node_type)
    told = running(found["NodeGroups"][0]["PrimaryEndpoint"])
    assert told[0] == build[0] and told[1].startswith(build[1])
    (cluster,) = elasticache.describe_cache_clusters(CacheClusterId=found["MemberClusters"][0])["CacheClusters"]
    assert cluster["EngineVersion"].startswith(asked.rstrip("x")), "the API goes on naming the version that was asked for"
    assert cluster["Engine"] == engine
    if not told[1].startswith("7.0." if asked == "7.1" else asked.rstrip("x")):
        name = found["ReplicationGroupId"]
        said = groups.messages(elasticache, SourceType="replication-group", SourceIdentifier=name)
        said += groups.messages(elasticache, SourceType="cache-cluster", SourceIdentifier=found["MemberClusters"][0])
        assert any(told[1] in message for message in said), said


@pytest.mark.parametrize(("engine", "version"), [("redis", "6.2"), ("redis", "7.0"), ("valkey", "9.0")])
def test_cluster_mode_disabled_on_each(elasticache, engine, version):
    found = groups.create(elasticache, Engine=engine, EngineVersion=version, NumCacheClusters=3, AutomaticFailoverEnabled=True)
    (node_group,) = found["NodeGroups"]
    replicas = {groups.run_id(member["ReadEndpoint"]) for member in node_group["NodeGroupMembers"][1:]}
    with groups.connect(node_group["PrimaryEndpoint"]) as writer:
        writer.set("k", "v")
        assert writer.wait(2, 5000) == 2
        assert writer.info("memory")["maxmemory"] == 536_870_912
        with pytest.raises(redis.exceptions.ResponseError):
            writer.execute_command("CONFIG", "GET", "maxmemory")
    with groups.connect(node_group["ReaderEndpoint"]) as reader:
        assert reader.get("k") == "v"
    assert {groups.run_id(node_group["ReaderEndpoint"]) for _ in range(16)} == replicas


def test_the_distribution_s_valkey_with_tls(make_server):
    """Valkey 8 from Debian's backports, alone on the machine: both cluster modes, and what doctor says of it."""
    build = builds.need("valkey", 8, 0, optional=True)
    server = make_server(environment={"ELASTANE_ENGINES": str(build.path), "PATH": "/nonexistent"}).start()
    client = server.client()
    disabled = groups.create(client, Engine="valkey", EngineVersion="8.0", NumCacheClusters=2)
    assert running(disabled["NodeGroups"][0]["PrimaryEndpoint"]) == ("valkey", build.text)
    with groups.connect(disabled["NodeGroups"][0]["PrimaryEndpoint"]) as writer:
        writer.set("k", "v")
        assert writer.wait(1, 5000) == 1
    enabled = groups.create(client, Engine="redis", EngineVersion="7.1", NumNodeGroups=2, ReplicasPerNodeGroup=1)
    assert running(enabled["ConfigurationEndpoint"]) == ("valkey", build.text), "a Redis version on Valkey where there is no Redis"
    result = subprocess.run([servers.BINARY, "doctor"], capture_output=True, text=True, env=server.environment, timeout=20)
    assert re.search(rf"valkey {re.escape(build.text)} .*: TLS", result.stdout), result.stdout


@pytest.mark.parametrize(("engine", "version"), [("redis", "6.2"), ("valkey", "9.0")])
def test_cluster_mode_enabled_on_each(elasticache, engine, version):
    found = groups.create(elasticache, Engine=engine, EngineVersion=version, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    endpoint = found["ConfigurationEndpoint"]
    client = redis.cluster.RedisCluster(host=endpoint["Address"], port=endpoint["Port"], decode_responses=True, socket_timeout=5)
    try:
        for number in range(100):
            client.set(f"key:{number}", number)
        assert [client.get(f"key:{number}") for number in range(100)] == [str(number) for number in range(100)]
    finally:
        client.close()


def test_a_forwarded_endpoint_outlives_serve(make_server):
    build = builds.need("redis", 6, 2)
    server = make_server(ephemeral=False, environment={"ELASTANE_ENGINES": str(build.path), "PATH": "/nonexistent"}).start()
    found = groups.create(server.client(), ReplicationGroupId="forwarded", EngineVersion="6.2", NumCacheClusters=2)
    processes = server.processes()
    with groups.connect(found["NodeGroups"][0]["PrimaryEndpoint"]) as connection:
        connection.set("k", "v")
        server.kill()
        assert connection.get("k") == "v"
        server.start()
        assert connection.set("k", "w"), "the same connection"
    groups.available(server.client(), "forwarded")
    assert server.processes() == processes


def test_the_versions_say_what_serves_them(elasticache):
    rows = elasticache.describe_cache_engine_versions(Engine="redis", EngineVersion="2.8.24")["CacheEngineVersions"]
    assert "6.2" in rows[0]["CacheEngineVersionDescription"]


@pytest.fixture
def empty(tmp_path) -> dict[str, str]:
    """An environment without any engine."""
    (tmp_path / "none").mkdir()
    return {"ELASTANE_ENGINES": str(tmp_path / "none"), "PATH": str(tmp_path / "none")}


def test_no_engine_installed(make_server, empty):
    server = make_server(environment=empty).start()
    client = server.client()
    for engine, version in (("redis", "7.0"), ("valkey", "8.0")):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            client.create_replication_group(**groups.request(Engine=engine, EngineVersion=version))
        assert 400 <= caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
        assert re.search("(?i)engine", groups.message_of(caught.value)) and re.search("(?i)install", groups.message_of(caught.value))
    assert groups.world(client) == ([], [])
    assert wire.get(server, {"Action": "DescribeCacheEngineVersions"}).status == 200


def test_doctor_without_an_engine(empty):
    environment = servers.clean_environment(empty)
    result = subprocess.run([servers.BINARY, "doctor"], capture_output=True, text=True, env=environment, timeout=20)
    assert result.returncode != 0
    assert re.search("(?i)no engine|not? .*(redis|valkey)", result.stdout + result.stderr)
    assert "install" in (result.stdout + result.stderr).lower(), "it says how to mend it"
    told = subprocess.run([servers.BINARY, "doctor", "--json"], capture_output=True, text=True, env=environment, timeout=20)
    assert json.loads(told.stdout)


def test_redis_is_served_by_valkey_if_need_be(make_server):
    build = builds.need("valkey", 9)
    server = make_server(environment={"ELASTANE_ENGINES": str(build.path), "PATH": "/nonexistent"}).start()
    client = server.client()
    found = groups.create(client, EngineVersion="7.0", NumCacheClusters=2)
    assert found["Engine"] == "redis"
    assert running(found["NodeGroups"][0]["PrimaryEndpoint"]) == ("valkey", build.text)
    assert any("Valkey" in message or "valkey" in message for message in groups.messages(client))


def test_valkey_is_never_served_by_redis(make_server):
    build = builds.need("redis", 7, 0)
    server = make_server(environment={"ELASTANE_ENGINES": str(build.path), "PATH": "/nonexistent"}).start()
    client = server.client()
    with pytest.raises(botocore.exceptions.ClientError, match="(?i)valkey|engine"):
        client.create_replication_group(**groups.request(Engine="valkey", EngineVersion="8.0"))
    assert groups.world(client) == ([], [])
    groups.create(client, EngineVersion="7.0")


def test_a_file_or_a_folder_in_the_list(make_server, tmp_path):
    """Folders count as well as files; entries that are missing, no engine or not executable are passed over."""
    build = builds.need("redis", 7, 0)
    (tmp_path / "redis-server").write_text("not an engine")
    (tmp_path / "valkey-server").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "valkey-server").chmod(0o755)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "redis-server").symlink_to(build.path)
    listed = ":".join(["/nonexistent", str(tmp_path), str(folder), ""])
    server = make_server(environment={"ELASTANE_ENGINES": listed, "PATH": "/nonexistent"}).start()
    groups.create(server.client())


def test_doctor_names_every_build(service):
    result = subprocess.run(
        [servers.BINARY, "doctor"],
        capture_output=True,
        text=True,
        env=service.environment,
        timeout=20,
    )
    for build in (builds.need("redis", 6, 2), builds.need("redis", 7, 0), builds.need("valkey", 9)):
        assert build.text in result.stdout, result.stdout


def test_the_system_s_engine_is_found_on_the_path(make_server):
    if not (shutil.which("redis-server") or shutil.which("valkey-server")):
        pytest.skip("no engine on PATH")
    groups.create(make_server().start().client(), Engine="redis", EngineVersion="6.2")


def test_an_engine_that_is_asked_ends_with_who_asks(tmp_path):
    """However that ends; and what is left of its directory the next one removes."""
    told = tmp_path / "pid"
    engine = tmp_path / "engines" / "redis-server"
    engine.parent.mkdir()
    engine.write_text(f'#!/bin/sh\necho $$ > "{told}.new" && /bin/mv "{told}.new" "{told}"\nexec /bin/sleep 600\n')
    engine.chmod(0o755)
    temporary = Path(tempfile.mkdtemp(prefix="elastane-test-", dir="/tmp"))
    environment = servers.clean_environment({"TMPDIR": str(temporary), "HOME": str(tmp_path), "PATH": "/nonexistent"})

    def doctor() -> subprocess.Popen:
        line = [str(servers.BINARY), "doctor", "--engines", str(engine.parent)]
        return subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)

    try:
        asking = doctor()
        pid = int(eventually(lambda: told.exists() and told.read_text(), what="the engine's start"))
        assert state_of(pid)
        asking.kill()
        asking.wait(10)
        eventually(lambda: not state_of(pid), within=5, what="its end")
        (left,) = temporary.glob("elastane-probe.*")
        # Young ones are left alone: they may be about to be locked.
        os.utime(left, (0, 0))
        engine.write_text("#!/bin/sh\nexit 1\n")
        doctor().wait(20)
        assert list(temporary.iterdir()) == []
    finally:
        shutil.rmtree(temporary)
