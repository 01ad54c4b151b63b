"""What stands above every answer: release, security policy, caching, and the ETag of a page.

A page is a function of the release, its wording and its address, so one short hash names it, and
a client that has it is answered without any work. Nothing is cached longer than a minute: a
withdrawn record must not live on.
"""

import hashlib
from urllib.parse import urlsplit

from gongshi.serve.edition import Edition
from gongshi.serve.instance import Message, Scope, Send

FRESH_S = 60
STATIC_S = 3600

_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = (
    (b"content-security-policy",
     _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)  # fmt: skip
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_OPEN = (b"access-control-allow-origin", b"*")
_OPEN_EXPOSED = (b"access-control-expose-headers", b"ETag, X-Release, Link")
_REPLACED = {b"cache-control", b"vary", b"set-cookie", b"server", *(name for name, _ in _ALWAYS)}
_OK, _NOT_MODIFIED = 200, 304


class Outgoing:
    """Wraps one answer: sets its headers, and drops the body where only the head was asked for."""

    def __init__(self, scope: Scope, send: Send, edition: Edition) -> None:
        self._send = send
        self._edition = edition
        self._path = scope["path"]
        self._https = scope.get("scheme") == "https"
        self._headless = scope["method"] == "HEAD"
        self._wanted = _header(scope, b"if-none-match")
        self._etag = b""

    def is_unchanged(self, allowed: Scope) -> bool:
        """Say whether the client has this very page; remember the page's ETag for `send`."""
        if allowed["method"] != "GET":
            return False
        address = b"\n".join(
            (allowed["path"].encode(), allowed["query_string"], allowed["gongshi.lang"].encode())
        )
        digest = hashlib.sha256(address + _header(allowed, b"host")).hexdigest()[:16]
        self._etag = f'W/"{self._edition.release}-{self._edition.stamp}-{digest}"'.encode()
        return self._etag in self._wanted

    async def send(self, message: Message) -> None:
        """Send one message of the answer on."""
        if message["type"] == "http.response.start":
            await self._send({**message, "headers": self._headers(message)})
        elif self._headless:
            await self._send({**message, "body": b""})
        else:
            await self._send(message)

    def _headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer: its own where they may stand, and ours."""
        own = [(name.lower(), value) for name, value in message.get("headers", ())]
        named = dict(own)
        headers = [(name, value) for name, value in own if name not in _REPLACED]
        headers += _ALWAYS
        headers.append((b"x-release", str(self._edition.release).encode()))
        headers.append((b"cache-control", self._caching(message["status"])))
        headers.append((b"vary", b"Accept-Encoding"))
        if self._https:
            headers.append(_HSTS)
        if self._is_open():
            headers += [_OPEN, _OPEN_EXPOSED]
        if self._etag and b"etag" not in named and message["status"] in (_OK, _NOT_MODIFIED):
            headers.append((b"etag", self._etag))
        return headers

    def _caching(self, status: int) -> bytes:
        """Return how long an answer may be kept."""
        if status not in (_OK, _NOT_MODIFIED):
            return b"no-store"
        is_static = self._path.startswith(("/static/", "/-/static/"))
        return f"public, max-age={STATIC_S if is_static else FRESH_S}".encode()

    def _is_open(self) -> bool:
        """Say whether programs of other sites may read the answer: all public data, no pages."""
        path = urlsplit(self._path).path
        return path.startswith(("/api/", "/feeds/", "/downloads/")) or path.endswith(
            (".json", ".csv")
        )


def _header(scope: Scope, name: bytes) -> bytes:
    """Return a request header, empty where it is not sent."""
    return b", ".join(value for key, value in scope["headers"] if key == name)
