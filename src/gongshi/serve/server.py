"""Running the site under uvicorn."""

from collections.abc import Callable

from gongshi import hosting
from gongshi.serve.app import Portal
from gongshi.site import Site


def run(
    site: Site, *, port: int, host: str = "127.0.0.1", ready: Callable[[str], None] | None = None
) -> None:
    """Serve `site` until interrupted; `ready` is called once with the address.

    `port` 0 takes any free one. Before the first release every page says that it is not there yet.

    Raises:
        UsageError: the port is taken, or may not be used.
        SpecError: `site.yml` is not valid.
    """
    hosting.run(Portal(site), host=host, port=port, ready=ready)
