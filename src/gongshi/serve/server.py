"""Running the site under uvicorn."""

import socket
from collections.abc import Callable

from gongshi import hosting
from gongshi.serve.app import Portal
from gongshi.site import Site


def run(site: Site, *, at: socket.socket, ready: Callable[[str], None] | None = None) -> None:
    """Serve `site` at a socket from `listen` until interrupted; `ready` gets the address, once.

    Before the first release every page says that it is not there yet.

    Raises:
        SpecError: `site.yml` is not valid.
    """
    with at:
        hosting.run(Portal(site), at=at, ready=ready)
