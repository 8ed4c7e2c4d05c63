"""The query protocol by hand, for what a well-behaved client never sends."""

import http.client
import urllib.parse
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

NAMESPACE = "http://elasticache.amazonaws.com/doc/2015-02-02/"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.body)

    def find(self, *path: str) -> ElementTree.Element | None:
        return self.root.find("/".join(tag(name) for name in path))

    def text(self, *path: str) -> str:
        element = self.find(*path)
        assert element is not None, f"no {'/'.join(path)} in {self.body.decode(errors='replace')}"
        return element.text or ""

    @property
    def code(self) -> str:
        return self.text("Error", "Code")

    @property
    def message(self) -> str:
        return self.text("Error", "Message")


def authorization(*, account: str = "test", region: str = "us-east-1") -> str:
    """A credential scope as SigV4 carries it; the signature is not looked at on loopback."""
    return (
        f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/elasticache/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
    )


def send(server, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, timeout: float = 15) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        connection.request(method, path, body=body or None, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def post(server, form: dict[str, object] | str | bytes, *, headers: dict[str, str] | None = None, **scope: str) -> Answer:
    if isinstance(form, dict):
        form = urllib.parse.urlencode({"Version": "2015-02-02"} | form)
    body = form.encode() if isinstance(form, str) else form
    fields = {"Content-Type": FORM, "Authorization": authorization(**scope)} | (headers or {})
    return send(server, "POST", "/", body, fields)


def get(server, parameters: dict[str, object] | str, **scope: str) -> Answer:
    query = parameters if isinstance(parameters, str) else urllib.parse.urlencode({"Version": "2015-02-02"} | parameters)
    return send(server, "GET", "/?" + query, headers={"Authorization": authorization(**scope)})
