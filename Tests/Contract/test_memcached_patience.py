"""What can't be done with a cluster of Memcached is given up in the end: no cause keeps it from its next change for ever."""

import shutil

import pytest

import caches
import server as servers
from patience import eventually

PATIENCE = "3"


@pytest.fixture(scope="module", autouse=True)
def _memcached():
    caches.need()


@pytest.fixture(scope="module")
def stuck(tmp_path_factory):
    """Where a file of this name lies, what it names is started and never answers: a node by its number, or a build by its version."""
    return tmp_path_factory.mktemp("stuck")


@pytest.fixture(scope="module")
def service(tmp_path_factory, stuck):
    """A server that is not patient, with two builds that say that they are 1.5 and 1.6."""
    real = shutil.which("memcached")
    folder = tmp_path_factory.mktemp("engines")
    engines = []
    for version in ("1.5.22", "1.6.18"):
        engine = folder / f"memcached-{version}"
        engine.write_text(
            "#!/bin/sh\n"
            f'if [ "$1" = -h ]; then {real} -h | /bin/sed "1s/.*/memcached {version}/"; exit; fi\n'
            f'for file in "{stuck}"/*; do\n'
            f'  case "{version} $(pwd)/" in "${{file##*/}} "*|*-"${{file##*/}}"-*) exec /bin/sleep 1000;; esac\n'
            "done\n"
            f'exec {real} "$@"\n'
        )
        engine.chmod(0o755)
        engines.append(str(engine))
    server = servers.Server(
        tmp_path_factory.mktemp("service"),
        arguments=["--patience", PATIENCE, "--hang-deadline", "60"],
        environment={"ELASTANE_ENGINES": ":".join(engines), "PATH": "/nonexistent"},
    )
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def only(stuck):
    """Says what never answers, until the test is over."""

    def say(name: str) -> None:
        (stuck / name).touch()

    yield say
    for file in stuck.iterdir():
        file.unlink()


def test_a_node_that_never_comes_up_is_not_added(service, only):
    client = service.client()
    found = caches.create(client, NumCacheNodes=1)
    cluster, before = found["CacheClusterId"], caches.pid(caches.nodes(found)["0001"])
    only("0003")
    client.modify_cache_cluster(CacheClusterId=cluster, NumCacheNodes=3, ApplyImmediately=True)
    done = caches.available(client, cluster)
    assert list(caches.nodes(done)) == ["0001", "0002"] and done["NumCacheNodes"] == 2
    assert "Cache node 0003 could not be added: it took too long: 0003 does not answer" in caches.messages(client, cluster)
    assert caches.pid(caches.nodes(done)["0001"]) == before
    assert [node[1] for node in caches.configuration(done["ConfigurationEndpoint"])[1]] == [
        endpoint["Address"] for endpoint in caches.nodes(done).values()]
    client.delete_cache_cluster(CacheClusterId=cluster)
    caches.gone(client, cluster)


def test_a_reboot_from_which_a_node_does_not_come_back_is_given_up(service, only):
    client = service.client()
    found = caches.create(client, NumCacheNodes=2)
    cluster, endpoint = found["CacheClusterId"], caches.nodes(found)["0002"]
    only("0002")
    client.reboot_cache_cluster(CacheClusterId=cluster, CacheNodeIdsToReboot=["0002"])
    caches.available(client, cluster)
    said = caches.messages(client, cluster)
    assert "The reboot of cache node 0002 was given up: it took too long: 0002 does not answer" in said
    assert caches.pid(endpoint) is None
    # It is not kept from its next change, nor from its end.
    client.modify_cache_cluster(CacheClusterId=cluster, NumCacheNodes=1, CacheNodeIdsToRemove=["0002"], ApplyImmediately=True)
    assert list(caches.nodes(caches.available(client, cluster))) == ["0001"]
    client.delete_cache_cluster(CacheClusterId=cluster)
    caches.gone(client, cluster)


def test_a_version_whose_build_does_not_run_is_gone_back_from(service, only, stuck):
    client = service.client()
    found = caches.create(client, NumCacheNodes=2, EngineVersion="1.5.16")
    cluster = found["CacheClusterId"]
    only("1.6.18")
    answer = client.modify_cache_cluster(CacheClusterId=cluster, EngineVersion="1.6.22", ApplyImmediately=True)["CacheCluster"]
    assert answer["EngineVersion"] == "1.5.16" and answer["PendingModifiedValues"] == {"EngineVersion": "1.6.22"}
    done = caches.available(client, cluster)
    assert done["EngineVersion"] == "1.5.16" and done["PendingModifiedValues"] == {}
    assert done["CacheParameterGroup"]["CacheParameterGroupName"] == "default.memcached1.5"
    said = caches.messages(client, cluster)
    assert any(each.startswith("The change to engine version 1.6.22 was given up: it took too long: ") for each in said), said
    for endpoint in caches.nodes(done).values():
        eventually(lambda endpoint=endpoint: caches.pid(endpoint), what="the nodes on the old build")
    # Once it runs, the same change succeeds.
    (stuck / "1.6.18").unlink()
    client.modify_cache_cluster(CacheClusterId=cluster, EngineVersion="1.6.22", ApplyImmediately=True)
    assert caches.available(client, cluster)["EngineVersion"] == "1.6.22"
