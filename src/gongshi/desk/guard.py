"""The outermost layer: whose requests are heard, and what stands above every answer.

A page of another site can make a browser call a server on loopback, under a name of its own (DNS
rebinding): so only declared names are answered, and a form must come from our own pages.
"""

import sys
import traceback
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gongshi.hosting import host_of

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
_METHODS = frozenset({"GET", "HEAD", "POST"})


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what nobody foresaw reaches the log by place, never by value."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if refusal := self._refusal(scope):
            await _refuse(send, *refusal)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as exc:  # noqa: BLE001  its page was sent by then
            where = traceback.extract_tb(exc.__traceback__)[-1]
            line = f"desk: {type(exc).__name__} {where.filename}:{where.lineno} {where.name}"
            print(line, file=sys.stderr, flush=True)  # noqa: T201 - the server's log

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return why a request is not heard at all, or None."""
        if host_of(scope["headers"]) not in self._hosts:
            return (
                400,
                "没有这个主机名。\nThis host name is not declared (schemas/policies/desk.yml).\n",
            )
        if scope["method"] not in _METHODS:
            return 405, "不支持这种请求。\nThis method is not supported.\n"
        if scope["method"] == "POST" and not _is_from_us(scope):
            return 403, "请求不是从本页面发出的。\nThe request does not come from this page.\n"
        return None


def _is_from_us(scope: Scope) -> bool:
    """Say whether a form was sent from our own pages, as far as the browser tells."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if headers.get(b"sec-fetch-site", b"same-origin") not in (b"same-origin", b"none"):
        return False
    origin = headers.get(b"origin")
    if origin is None:
        return True
    named = urlsplit(origin.decode("latin-1")).netloc.lower()
    return named == headers.get(b"host", b"").decode("latin-1").lower()


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in _ALWAYS.items()]
    headers += [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
