"""One delivery over HTTP: bounded in time and size, retried a few times, never redirected.

A receiver may be slow, broken or hostile. A read timeout does not end an answer that drips, so a
watchdog closes the connection when the whole attempt is over its time; the answer is read up to a
cap, uncompressed; proxies of the environment are ignored; and unless the platform is declared to
stand in a private network, its name must resolve to public addresses, of which one is used as it
was checked.
"""

import contextlib
import ipaddress
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from gongshi import __version__
from gongshi.declarations.platform import PlatformSpec
from gongshi.errors import SyncError

MAX_ANSWER_BYTES = 64 << 10
LONGEST_WAIT_S = 30.0
"""A platform that asks for a longer pause is left until the next run."""

_BACKOFF_S = 1.0
_AGAIN = frozenset({408, 425, 429})
_HTTP_OK = range(200, 300)
_HTTP_BROKEN = range(500, 600)
_TUNNELS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
"""IPv6 ranges that reach IPv4 addresses, private ones included."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent: `key` names it, the same for the same bytes; `since` < sequences <= `to`."""

    key: str
    body: bytes
    since: int
    to: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: HTTP status, 0 without an answer; `acknowledged` is a sequence number."""

    status: int
    text: str
    acknowledged: int | None = None
    wait_s: float | None = None
    final: bool = False


def send(
    spec: PlatformSpec,
    delivery: Delivery,
    environ: Mapping[str, str],
    sleep: Callable[[float], None] = time.sleep,
) -> Answer:
    """Deliver, trying again within this run where that makes sense; return the last answer."""
    token = environ.get(spec.token.removeprefix("env:"), "")
    if spec.token and not token:
        return Answer(0, f"没有设置环境变量 / not set: {spec.token}", final=True)
    answer = _attempt(spec, token, delivery)
    for attempt in range(1, spec.attempts):
        pause = _BACKOFF_S * 2 ** (attempt - 1) if answer.wait_s is None else answer.wait_s
        if answer.acknowledged is not None or answer.final or pause > LONGEST_WAIT_S:
            break
        sleep(pause)
        answer = _attempt(spec, token, delivery)
    return answer


def _attempt(spec: PlatformSpec, token: str, delivery: Delivery) -> Answer:
    """Deliver once."""
    watchdog = _Watchdog(spec.timeout_s)
    try:
        target = _Target.of(spec)
        with watchdog, httpx.Client(trust_env=False, timeout=spec.timeout_s) as client:
            request = client.build_request(
                "POST",
                target.url,
                content=delivery.body,
                headers=_headers(token, delivery, target.host),
                extensions={"trace": watchdog.trace, **target.extensions},
            )
            response = client.send(request, stream=True, follow_redirects=False)
            with contextlib.closing(response):
                return _read(response, delivery)
    except SyncError as exc:
        return Answer(0, str(exc), final=True)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
        if watchdog.expired:
            return Answer(0, f"超过时限 {spec.timeout_s:g} 秒 / over time")
        return Answer(0, f"{type(exc).__name__}: {exc}")


def _headers(token: str, delivery: Delivery, host: str) -> dict[str, str]:
    """Return the headers of a delivery."""
    headers = {
        "Host": host,
        "Content-Type": "application/json; charset=utf-8",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Idempotency-Key": delivery.key,
        "User-Agent": f"gongshi/{__version__}",
    }
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _read(response: httpx.Response, delivery: Delivery) -> Answer:
    """Return what a response says; its body is read to the end, or it does not count."""
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            return Answer(response.status_code, "答复过长 / answer too long", final=True)
    text = body.decode("utf-8", "replace")
    status = response.status_code
    if status in _HTTP_OK:
        return _acknowledgement(status, text, delivery)
    again = status in _AGAIN or status in _HTTP_BROKEN
    return Answer(status, text, wait_s=_retry_after(response), final=not again)


def _acknowledgement(status: int, text: str, delivery: Delivery) -> Answer:
    """Return how far a 2xx acknowledges: all of the delivery, or up to `acknowledged` if named."""
    named: Any = None
    with contextlib.suppress(ValueError):
        found = json.loads(text)
        named = found.get("acknowledged") if isinstance(found, dict) else None
    if named is None:
        return Answer(status, text, acknowledged=delivery.to)
    if isinstance(named, int) and delivery.since < named <= delivery.to:
        return Answer(status, text, acknowledged=named)
    return Answer(status, text, final=True)


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that the platform asks to wait, None where it does not say."""
    value = response.headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    with contextlib.suppress(ValueError):
        moment = parsedate_to_datetime(value)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    return None


@dataclass(frozen=True, slots=True)
class _Target:
    """Where to connect: `url` holds the address that was checked, `host` the name it stands for."""

    url: httpx.URL
    host: str
    extensions: dict[str, Any]

    @classmethod
    def of(cls, spec: PlatformSpec) -> "_Target":
        """Return the target of a platform.

        Raises:
            SyncError: its name resolves to an address that is not public.
            OSError: its name does not resolve.
        """
        url = httpx.URL(spec.url)
        host = url.netloc.decode("ascii")
        if spec.private_network:
            return cls(url, host, {})
        addresses = list(_addresses(url.host, url.port or 443))
        for address in addresses:
            if not _is_public(address):
                raise SyncError(
                    f"{spec.code}: {url.host} 指向非公网地址。",
                    f"{spec.code}: {url.host} resolves to an address that is not public",
                    todo=f"如确在内网,请在 platforms/{spec.code}.yml 中写 private_network: true。",
                )
        return cls(url.copy_with(host=addresses[0]), host, {"sni_hostname": url.host})


def _addresses(host: str, port: int) -> Iterator[str]:
    """Yield the addresses of a host name."""
    for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        yield str(place[0])


def _is_public(text: str) -> bool:
    """Return whether an address can only belong to a host of the public internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return _is_public(str(address.ipv4_mapped))
        if any(address in network for network in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast


class _Watchdog:
    """Owns the socket of one attempt, and closes it when the time is over."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Learn the socket from httpcore: of the connection, then of its TLS layer."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.expired:
                self._expire()

    def _expire(self) -> None:
        self.expired = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
