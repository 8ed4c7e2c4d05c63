"""A key management service as far as Elastane asks one: GenerateDataKey and Decrypt of AWS KMS, signatures verified."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import re
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDKMS", "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-kms"}
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/kms/aws4_request, "
    r"SignedHeaders=(?P<names>[^,]+), Signature=(?P<signature>[0-9a-f]{64})"
)


class KMS:
    """Keys by ARN. What it was asked is kept in `asked`: the operation, and the body without data keys."""

    def __init__(self):
        self.keys: dict[str, bool] = {}
        self.aliases: dict[str, str] = {}
        self.asked: list[tuple[str, dict]] = []
        self.plaintexts: list[bytes] = []
        self.is_silent = False
        self._sealed: dict[str, tuple[str, bytes, dict]] = {}
        self._lock = threading.Lock()

    def add(self, arn: str, alias: str | None = None) -> str:
        self.keys[arn] = True
        if alias:
            self.aliases[alias] = arn
        return arn

    def answer(self, operation: str, body: dict) -> tuple[int, dict]:
        with self._lock:
            self.asked.append((operation, body))
            arn = self.aliases.get(body["KeyId"], body["KeyId"])
            if arn not in self.keys:
                return 400, {"__type": "NotFoundException", "message": f"{arn} does not exist"}
            if not self.keys[arn]:
                return 400, {"__type": "com.amazonaws.kms#DisabledException", "message": f"{arn} is disabled"}
            return getattr(self, f"_{operation}")(arn, body)

    def _GenerateDataKey(self, arn: str, body: dict) -> tuple[int, dict]:
        assert body["KeySpec"] == "AES_256"
        plaintext, blob = os.urandom(32), base64.b64encode(os.urandom(48)).decode()
        self._sealed[blob] = (arn, plaintext, body["EncryptionContext"])
        self.plaintexts.append(plaintext)
        return 200, {"KeyId": arn, "CiphertextBlob": blob, "Plaintext": base64.b64encode(plaintext).decode()}

    def _Decrypt(self, arn: str, body: dict) -> tuple[int, dict]:
        known, plaintext, context = self._sealed.get(body["CiphertextBlob"], (None, b"", {}))
        if (known, context) != (arn, body["EncryptionContext"]):
            return 400, {"__type": "InvalidCiphertextException"}
        return 200, {"KeyId": arn, "Plaintext": base64.b64encode(plaintext).decode()}


@contextlib.contextmanager
def serving(service: KMS, certificate: Path | None = None):
    """Serves it on a port of its own, over https where there is a certificate. The environment that leads there."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if service.is_silent:
                self.close_connection = True
                return
            operation = self.headers["X-Amz-Target"].removeprefix("TrentService.")
            assert self.headers["Content-Type"] == "application/x-amz-json-1.1"
            status, answer = service.answer(operation, json.loads(body)) if self.is_signed(body) else (403, {"__type": "AccessDenied"})
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def is_signed(self, body: bytes) -> bool:
            told = AUTHORIZATION.fullmatch(self.headers["Authorization"] or "")
            if not told or told["id"] != CREDENTIALS["AWS_ACCESS_KEY_ID"]:
                return False
            names = told["names"].split(";")
            if not {"host", "content-type", "x-amz-date", "x-amz-target"} <= set(names):
                return False
            headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
            canonical = f"POST\n{self.path}\n\n{headers}\n{told['names']}\n{hashlib.sha256(body).hexdigest()}"
            scope = f"{told['day']}/{told['region']}/kms/aws4_request"
            text = f"AWS4-HMAC-SHA256\n{self.headers['X-Amz-Date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
            key = f"AWS4{CREDENTIALS['AWS_SECRET_ACCESS_KEY']}".encode()
            for part in (told["day"], told["region"], "kms", "aws4_request", text):
                key = hmac.digest(key, part.encode(), "sha256")
            return hmac.compare_digest(key.hex(), told["signature"])

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        scheme = "https" if certificate else "http"
        yield {"AWS_ENDPOINT_URL_KMS": f"{scheme}://127.0.0.1:{server.server_port}"} | CREDENTIALS
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def certificate(path: Path) -> Path:
    """One that signs itself, for 127.0.0.1, with its key."""
    request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=kms", "-days", "2"]
    subprocess.run([*request, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", f"{path}.cert"], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.cert").read_text())
    return path
