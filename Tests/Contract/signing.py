"""Requests signed by botocore's own code, for what a client would not do by itself: other times, altered bodies, presigned addresses."""

import datetime
import hashlib
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.credentials

NAMESPACE = "{http://elasticache.amazonaws.com/doc/2015-02-02/}"


def form(action: str, **parameters: str) -> bytes:
    return urllib.parse.urlencode({"Action": action, "Version": "2015-02-02"} | parameters).encode()


def signed(
    endpoint: str,
    body: bytes,
    key: tuple[str, str],
    *,
    seconds: float = 0,
    service: str = "elasticache",
    region: str = "us-east-1",
    path: str = "/",
    headers: dict[str, str] | None = None,
):
    """A POST with its headers, all of which are signed. `seconds` is how far the signer's clock is ahead."""
    request = botocore.awsrequest.AWSRequest("POST", endpoint + path, data=body)
    request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    for name, value in (headers or {}).items():
        request.headers[name] = value
    with clock(seconds):
        botocore.auth.SigV4Auth(botocore.credentials.Credentials(*key), service, region).add_auth(request)
    return request


def presigned(
    endpoint: str, query: bytes, key: tuple[str, str], *, lifetime: int = 60, seconds: float = 0, method: str = "GET", body: bytes = b""
) -> str:
    """An address that carries its signature. `body` is signed with it; botocore itself would put it into the query."""

    class Auth(botocore.auth.SigV4QueryAuth):
        def payload(self, request):
            return hashlib.sha256(body).hexdigest()

    request = botocore.awsrequest.AWSRequest(method, f"{endpoint}/?{query.decode()}")
    with clock(seconds):
        Auth(botocore.credentials.Credentials(*key), "elasticache", "us-east-1", expires=lifetime).add_auth(request)
    return request.url


def send(request, body: bytes | None = None, method: str | None = None) -> tuple[int, str, str]:
    """The status, the fault's code and its message; of a presigned address or a signed request."""
    if isinstance(request, str):
        prepared = urllib.request.Request(request, data=body, method=method)
    else:
        data = request.data if body is None else body
        prepared = urllib.request.Request(request.url, data=data, headers=dict(request.headers.items()), method=request.method)
    try:
        with urllib.request.urlopen(prepared, timeout=10) as answer:
            return answer.status, "", ""
    except urllib.error.HTTPError as error:
        document = xml.fromstring(error.read())
        found = document.find(f"{NAMESPACE}Error")
        return error.code, found.findtext(f"{NAMESPACE}Code"), found.findtext(f"{NAMESPACE}Message")


def clock(seconds: float):
    """botocore asks for the time in one of two ways, by its version."""
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    if hasattr(botocore.auth, "get_current_datetime"):
        return mock.patch("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now)
    frozen = mock.Mock(wraps=datetime.datetime)
    frozen.utcnow.return_value = now.replace(tzinfo=None)
    return mock.patch("botocore.auth.datetime.datetime", frozen)
