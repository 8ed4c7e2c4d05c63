"""What it costs to verify who asks: the same question, signed for a service that keeps access keys, and to one that takes any."""

import contextlib
import datetime
import hashlib
import hmac
import subprocess

import api
import measure
import servers
from measure import Figure

KEY, SECRET = "bench", "secret-of-the-benchmark-and-of-nobody-else"
QUERY = "Action=DescribeReplicationGroups&ReplicationGroupId=group-001&Version=2015-02-02"


def signed(port: int) -> dict[str, str]:
    """The headers of a GET of `QUERY`, which hold for 15 minutes (Signature Version 4)."""
    time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{time[:8]}/us-east-1/elasticache/aws4_request"
    empty = hashlib.sha256(b"").hexdigest()
    request = f"GET\n/\n{QUERY}\nhost:127.0.0.1:{port}\nx-amz-date:{time}\n\nhost;x-amz-date\n{empty}"
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return {
        "X-Amz-Date": time,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}",
    }


def access(rounds: int, seconds: int) -> list[Figure]:
    """Both are asked in turn. That a wrong signature is refused is seen first: else nothing would have been measured."""
    measure.say("Verified requests")
    figures = [
        Figure(f"describe, verified, {connections} conn.", "req/s", "0.8 of peer", "unverified, the same service", [])
        for connections in (1, 8)
    ]
    with contextlib.ExitStack() as stack:
        open_service = stack.enter_context(servers.elastane())
        measure.populate(open_service.port, 1, 1, wait=True)
        closed = stack.enter_context(servers.elastane())
        # Made while it takes any key; from then on it takes one.
        measure.populate(closed.port, 1, 1, wait=True)
        subprocess.run(
            [str(servers.BINARY), "credentials", "add", "--key-id", KEY, "--account-id", "000000000000", "--data-dir", closed.data],
            input=SECRET,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=20,
        )
        servers.await_refusal(closed.port, api.AUTHORIZATION)
        for _ in range(rounds):
            for figure, connections in zip(figures, (1, 8), strict=True):
                path = f"/?{QUERY}"
                unverified = {"Authorization": api.AUTHORIZATION}
                figure.peer_samples.append(measure.wrk(open_service.port, path, unverified, connections, seconds)[0])
                figure.ours_samples.append(measure.wrk(closed.port, path, signed(closed.port), connections, seconds)[0])
    return figures
