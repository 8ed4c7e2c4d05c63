"""What TLS costs on the engine itself, and what it costs that a forwarder tells encrypted clients from others: beside HAProxy, which does the same."""

import contextlib
import csv
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import api
import servers
from measure import Figure, free_base, say

CLIENTS = 50
# Both forwarders lead to the same engine, so that only they differ.
PREFERRED = {"TransitEncryptionEnabled": "true", "TransitEncryptionMode": "preferred"}
REQUIRED = {"TransitEncryptionEnabled": "true"}
INNER = (11_000, 12_000)


def has_haproxy() -> bool:
    return shutil.which("haproxy") is not None


@contextlib.contextmanager
def haproxy(address: str, clear: int, encrypted: int):
    """HAProxy on one thread before the two ports of an engine; yields its own port. It looks at what a connection begins with, as the forwarder does."""
    directory = Path(tempfile.mkdtemp(prefix="elastane-bench-haproxy."))
    port = free_base(1)
    (directory / "haproxy.cfg").write_text(f"""
global
    nbthread 1
    maxconn 4000
defaults
    mode tcp
    timeout connect 1s
    timeout client 1h
    timeout server 1h
frontend group
    bind 127.0.0.1:{port}
    tcp-request inspect-delay 10s
    tcp-request content accept if {{ req.len gt 0 }}
    use_backend encrypted if {{ req.payload(0,1) -m bin 16 }}
    default_backend clear
backend clear
    server node {address}:{clear}
backend encrypted
    server node {address}:{encrypted}
""")
    process = subprocess.Popen(["haproxy", "-db", "-f", str(directory / "haproxy.cfg")], stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not api.answers(("127.0.0.1", port)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("haproxy did not start")
            time.sleep(0.01)
        yield port
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(directory, ignore_errors=True)


def load(address: str, port: int, requests: int, ca: Path | None) -> tuple[float, float]:
    """Requests per second, and the 99th percentile of the latency in milliseconds."""
    trust = ["--tls", "--insecure", "--cacert", str(ca)] if ca else []
    command = ["redis-benchmark", "-h", address, "-p", str(port), "-c", str(CLIENTS), "-n", str(requests), "-t", "get", "--csv", *trust]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=120).stdout
    (row,) = [row for row in csv.DictReader(told.splitlines()) if row["test"] == "GET"]
    return float(row["rps"]), float(row["p99_latency_ms"])


def encryption(rounds: int, requests: int) -> list[Figure]:
    """(i) GET by 50 clients: with TLS on the engine itself; with TLS and without through the forwarder, beside HAProxy."""
    say(f"GET by {CLIENTS} clients: TLS on the engine itself, and through the forwarder, which tells by the first byte who encrypts")
    peer = "HAProxy, one thread" if has_haproxy() else ""
    direct = [Figure("TLS on the engine itself", "req/s", "", "", []), Figure("TLS on the engine itself, p99", "ms", "", "", [])]
    through = {}
    for kind in ("TLS", "clear text"):
        name = f"{kind} through the forwarder"
        through[kind] = [Figure(name, "req/s", "", peer, []), Figure(f"{name}, p99", "ms", "", peer, [])]
    with servers.elastane() as server, contextlib.ExitStack() as stack:
        ca = server.directory / "ca.pem"
        data = server.directory / "data"
        ca.write_bytes(subprocess.run([servers.BINARY, "ca", "--data-dir", str(data)], capture_output=True, check=True, timeout=60).stdout)
        client = api.API(server.port)
        stack.callback(client.close)
        alone, port = node(client, "required", REQUIRED)
        both, _ = node(client, "preferred", PREFERRED)
        beside = stack.enter_context(haproxy(both, port + INNER[0], port + INNER[1])) if peer else None
        for number in range(rounds + 1):
            # The first round only warms the caches.
            sample(direct, number, load(alone, port, requests, ca))
            for kind, trust in (("TLS", ca), ("clear text", None)):
                sample(through[kind], number, load(both, port, requests, trust))
                if beside:
                    sample(through[kind], number, load("127.0.0.1", beside, requests, trust), peer=True)
    return direct + through["TLS"] + through["clear text"]


def sample(figures: list[Figure], number: int, measured: tuple[float, float], *, peer: bool = False) -> None:
    if not number:
        return
    for figure, value in zip(figures, measured, strict=True):
        (figure.peer_samples if peer else figure.ours_samples).append(value)


def node(client: api.API, name: str, how: dict) -> tuple[str, int]:
    """Where the one node of a new group is reached."""
    client.create(name, NumCacheClusters=1, AutomaticFailoverEnabled="false", **how)
    return api.endpoint(client.available(name), "PrimaryEndpoint")
