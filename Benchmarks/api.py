"""The ElastiCache API and the engines' wire with nothing but the standard library, so that no client's time is measured."""

import contextlib
import http.client
import re
import socket
import time
import urllib.parse

# The same header goes to both servers; the peer needs it to know the service.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/elasticache/aws4_request, SignedHeaders=host, Signature=" + "0" * 64
)
FORM = "application/x-www-form-urlencoded"


class API:
    """One connection to a server's API."""

    def __init__(self, port: int, timeout: float = 60):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def call(self, action: str, **parameters) -> str:
        form = urllib.parse.urlencode({"Action": action, "Version": "2015-02-02"} | parameters)
        self._connection.request("POST", "/", form, {"Content-Type": FORM, "Authorization": AUTHORIZATION})
        response = self._connection.getresponse()
        body = response.read().decode()
        if response.status != 200:
            raise RuntimeError(f"{action}: {response.status} {body}")
        return body

    def create(self, group: str, **shape) -> None:
        self.call(
            "CreateReplicationGroup",
            ReplicationGroupId=group,
            ReplicationGroupDescription="benchmark",
            CacheNodeType="cache.t3.micro",
            Engine="redis",
            EngineVersion="7.0",
            **shape,
        )

    def available(self, group: str, within: float = 60) -> str:
        """The description once every status in it is `available`."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            description = self.call("DescribeReplicationGroups", ReplicationGroupId=group)
            statuses = set(re.findall(r"<Status>([^<]*)", description))
            if statuses == {"available"}:
                return description
            if "create-failed" in statuses:
                raise RuntimeError(f"{group} could not be built")
            time.sleep(0.001)
        raise RuntimeError(f"{group} was not available within {within} s")

    def delete(self, group: str, within: float = 60) -> None:
        self.call("DeleteReplicationGroup", ReplicationGroupId=group)
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                self.call("DescribeReplicationGroups", ReplicationGroupId=group)
            except RuntimeError as error:
                if "NotFound" in str(error):
                    return
                raise
            time.sleep(0.01)
        raise RuntimeError(f"{group} was not gone within {within} s")

    def close(self) -> None:
        self._connection.close()


def endpoint(description: str, element: str) -> tuple[str, int]:
    inside = re.search(f"<{element}>(.*?)</{element}>", description, re.DOTALL)[1]
    return re.search("<Address>([^<]*)", inside)[1], int(re.search("<Port>([^<]*)", inside)[1])


def write(address: tuple[str, int], within: float = 30) -> None:
    """SET until it is acknowledged, following a redirection as a cluster's client does."""
    deadline = time.monotonic() + within
    reply = b""
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=5) as connection:
            connection.sendall(b"*3\r\n$3\r\nSET\r\n$8\r\ngreeting\r\n$5\r\nhello\r\n")
            reply = connection.recv(200)
            if reply.startswith(b"+OK"):
                return
            if reply.startswith(b"-MOVED"):
                host, _, port = reply.split()[2].decode().rpartition(":")
                address = host, int(port)
                continue
        time.sleep(0.002)
    raise RuntimeError(f"no write was acknowledged within {within} s: {reply!r}")


def answers(address: tuple[str, int]) -> bool:
    """Whether somebody speaks an engine's protocol there."""
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False
