"""Clients of encrypted groups: they verify who answers, by its certificate and by the address that they connected to."""

import socket
import ssl
from pathlib import Path

import redis
from redis.cluster import RedisCluster

import groups
import server as servers
from commands import run


def trust(server: servers.Server) -> Path:
    """What `elastane ca` prints, in a file."""
    result = run("ca", "--data-dir", str(server.data))
    assert result.returncode == 0, result.stderr
    path = server.directory / "trusted.pem"
    path.write_text(result.stdout)
    return path


def options(ca: Path) -> dict:
    return {"ssl": True, "ssl_ca_certs": str(ca), "ssl_cert_reqs": "required", "ssl_check_hostname": True}


def connect(endpoint: dict, ca: Path, **more) -> redis.Redis:
    """Without retries, so that it sees each cut connection."""
    return groups.connect(endpoint, **options(ca), **more)


def cluster(endpoint: dict, ca: Path, **more) -> RedisCluster:
    return RedisCluster(
        host=endpoint["Address"],
        port=endpoint["Port"],
        decode_responses=True,
        socket_timeout=5,
        **options(ca),
        **more,
    )


def open_socket(endpoint: dict, ca: Path, *, name: str | None = None) -> ssl.SSLSocket:
    """A connection to a node that was verified: by its address, or by a host name that would lead there."""
    context = ssl.create_default_context(cafile=str(ca))
    with socket.create_connection((endpoint["Address"], endpoint["Port"]), timeout=5) as connection:
        return context.wrap_socket(connection, server_hostname=name or endpoint["Address"])


def certificate(endpoint: dict, ca: Path, *, name: str | None = None) -> dict:
    """What the node shows."""
    with open_socket(endpoint, ca, name=name) as encrypted:
        return encrypted.getpeercert()


def serial(endpoint: dict, ca: Path) -> str:
    return certificate(endpoint, ca)["serialNumber"]


def refuses(connection: redis.Redis) -> bool:
    """Whether nothing can be asked over it."""
    try:
        connection.ping()
    except (redis.exceptions.RedisError, OSError):
        return True
    finally:
        connection.close()
    return False


def shakes_hands(endpoint: dict) -> bool:
    """Whether TLS is spoken there. An engine that speaks clear text waits for the end of what it takes for a command."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((endpoint["Address"], endpoint["Port"]), timeout=0.3) as connection:
        try:
            context.wrap_socket(connection).close()
        except OSError:
            return False
    return True
