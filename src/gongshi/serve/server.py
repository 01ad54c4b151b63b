"""Running the site under uvicorn. Access logs are off: what people look up is theirs."""

import contextlib
import socket
from collections.abc import Callable

import uvicorn

from gongshi.errors import UsageError
from gongshi.serve.app import Portal
from gongshi.site import Site

KEEP_ALIVE_S = 15
MAX_CONNECTIONS = 500
SHUTDOWN_S = 10


class _Server(uvicorn.Server):  # type: ignore[misc, unused-ignore]
    """A uvicorn server that says when it answers."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            self.ready()


def run(site: Site, *, at: socket.socket, ready: Callable[[str], None] | None = None) -> None:
    """Serve `site` at a socket from `listen` until interrupted; `ready` gets the address, once.

    Before the first release every page says that it is not there yet.

    Raises:
        SpecError: `site.yml` is not valid.
    """
    with at as listener:
        portal = Portal(site)
        host, port = listener.getsockname()[:2]
        address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
        server = _Server(_config(portal))
        server.ready = lambda: ready(address) if ready else None
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _config(portal: Portal) -> uvicorn.Config:
    """Return the settings of the HTTP server."""
    return uvicorn.Config(
        portal,
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        limit_concurrency=MAX_CONNECTIONS,
        h11_max_incomplete_event_size=16 * 1024,
    )


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
