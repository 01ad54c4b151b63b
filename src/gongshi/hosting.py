"""An ASGI application under uvicorn, on one socket. Access logs are off: who looks is theirs."""

import contextlib
import re
import socket
from collections.abc import Callable, Iterable
from typing import Any

import uvicorn

from gongshi.errors import UsageError

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names of this machine, by which every site answers."""

KEEP_ALIVE_S = 15
MAX_CONNECTIONS = 500
SHUTDOWN_S = 10
_HOST = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?")


def host_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Return the host that a request names, without port; None where it names none, or several."""
    named = [value for name, value in headers if name == b"host"]
    found = _HOST.fullmatch(named[0].decode("latin-1").lower()) if len(named) == 1 else None
    return found[1] if found else None


def listen(port: int, *, host: str = "127.0.0.1") -> socket.socket:
    """Return a socket that holds a port for `run`; 0 takes any free one.

    Raises:
        UsageError: the port is taken, or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle off only for sockets that say that they are TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as exc:
        listener.close()
        raise UsageError(
            f"无法在 {host} 的 {port} 端口提供服务:{exc.strerror}。",
            f"cannot serve on port {port} of {host}: {exc.strerror}",
            todo="请用 --port 换一个端口,或先停止占用它的程序。",
        ) from exc
    return listener


def run(
    app: Any,  # noqa: ANN401 - an ASGI application
    *,
    at: socket.socket,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve `app` at a socket from `listen` until interrupted; `ready` gets the address, once."""
    host, port = at.getsockname()[:2]
    address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    server = _Server(_config(app))
    server.ready = lambda: ready(address) if ready else None
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[at])


class _Server(uvicorn.Server):  # type: ignore[misc, unused-ignore]
    """A uvicorn server that says when it answers."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            self.ready()


def _config(app: Any) -> uvicorn.Config:  # noqa: ANN401
    """Return the settings of the HTTP server."""
    return uvicorn.Config(
        app,
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        limit_concurrency=MAX_CONNECTIONS,
        h11_max_incomplete_event_size=16 * 1024,
    )
