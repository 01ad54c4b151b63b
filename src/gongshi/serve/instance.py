"""One Datasette over one release: built aside, tried, put in service, closed when it is done."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import httpx
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import sqlite_timelimit

from gongshi.serve.edition import Edition, ReleaseError, open_edition
from gongshi.site import Site
from gongshi.wording import load_catalogue

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
T = TypeVar("T")

DATABASE = "public"
QUERY_LIMIT_MS = 600
"""One page's reading may take so long; what takes longer is refused, so that others are served."""

SETTINGS = {
    "default_allow_sql": False,
    "allow_download": False,
    "allow_facet": True,  # the guard lets declared facets through and nothing else
    "suggest_facets": False,
    "allow_csv_stream": False,
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "default_facet_size": 20,
    "num_sql_threads": 4,
    "sql_time_limit_ms": QUERY_LIMIT_MS,
    "facet_time_limit_ms": 400,
    "default_cache_ttl": 60,
    "truncate_cells_html": 0,
}
_REPLACED = (
    "datasette.filters",  # plugins/chinese_search.py; this one also knows `_where` and `_through`
    "datasette.facets",  # plugins/facets.py counts from the table made at publish time
    "datasette.handle_exception",  # plugins/problems.py; this one prints local variables to the log
    "datasette.forbidden",
    "datasette.blob_renderer",
    "datasette.actor_auth_cookie",
    "datasette.default_menu_links",
    "datasette.default_magic_parameters",
)
_LATEST = "/api/v1/releases/latest"
_TRIED = ("/", "/search?q=示例", "/public/penalties.json?_size=1", _LATEST)
_ROWS = "/public/penalties.json?_shape=objects&_size=1"
_NOWHERE = '"龘龘龘"'
_DRAIN_S = 60
_MEET_S = 30


class Instance:
    """Owns the connections and threads of one release, and knows how many answers it still owes."""

    def __init__(self, edition: Edition, datasette: Any) -> None:  # noqa: ANN401 - untyped library
        self.edition = edition
        self.datasette = datasette
        self.app: App = datasette.client.app
        self._owed = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Keep the instance open for as long as one answer takes."""
        self._owed += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._owed -= 1
            if not self._owed:
                self._idle.set()

    async def retire(self) -> None:
        """Close everything once the last answer is sent, or after a minute."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), _DRAIN_S)
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Stop the threads and close every connection."""
        self.datasette.executor.shutdown(wait=True, cancel_futures=True)
        for database in self.datasette.databases.values():
            database.close()
        self.edition.held.close()


async def open_instance(site: Site, release: int) -> Instance:
    """Return a tried instance of one release.

    Raises:
        ReleaseError: the release is damaged, or a page of it fails.
    """
    edition = await asyncio.to_thread(open_edition, site, release)
    try:
        instance = Instance(edition, await asyncio.to_thread(_datasette, site, edition))
    except BaseException:
        edition.held.close()
        raise
    try:
        await instance.datasette.invoke_startup()
        await _connect(instance.datasette)
        await _try_out(instance)
    except BaseException:
        instance.close()
        raise
    return instance


async def read(datasette: Any, query: Callable[[sqlite3.Connection], T]) -> T:  # noqa: ANN401
    """Return `query(connection)`, run in one of the release's threads within the time limit."""

    def within_limit(conn: sqlite3.Connection) -> T:
        with sqlite_timelimit(conn, QUERY_LIMIT_MS):
            return query(conn)

    result: T = await datasette.get_database(DATABASE).execute_fn(within_limit)
    return result


def _datasette(site: Site, edition: Edition) -> Any:  # noqa: ANN401 - untyped library
    """Return a hardened Datasette over the release's file."""
    for name in _REPLACED:
        pm.set_blocked(name)
    counts = {name: {"count": table.rows} for name, table in edition.tables.items()}
    inspected = {"hash": edition.manifest_sha256, "size": edition.database.stat().st_size}
    datasette = Datasette(
        immutables=[str(edition.database)],
        inspect_data={DATABASE: inspected | {"tables": counts}},
        metadata=edition.metadata,
        settings=SETTINGS,
        plugins_dir=str(site.root / "plugins"),
        template_dir=str(site.root / "templates"),
        static_mounts=[("static", str(site.root / "static"))],
    )
    datasette.edition = edition
    datasette.catalogue = load_catalogue(site.root / "templates" / "messages.yml")
    # The file never changes: without this every page would look for changes in a second database.
    datasette.refresh_schemas = _nothing_to_refresh
    return datasette


async def _connect(datasette: Any) -> None:  # noqa: ANN401 - untyped library
    """Have every thread open its connection now: later the file may be gone from its folder."""
    everybody = threading.Barrier(SETTINGS["num_sql_threads"])
    database = datasette.get_database(DATABASE)
    meetings = [
        database.execute_fn(lambda _: everybody.wait(_MEET_S)) for _ in range(everybody.parties)
    ]
    await asyncio.gather(*meetings)


async def _nothing_to_refresh() -> None:
    """Stand in for Datasette's look for changed tables."""


async def _try_out(instance: Instance) -> None:
    """Ask for one page of each kind; search must find nothing where there is nothing."""
    release = instance.edition.release
    transport = httpx.ASGITransport(app=instance.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path in _TRIED:
            answer = await client.get(path)
            if answer.status_code != httpx.codes.OK:
                raise ReleaseError(
                    release, f"{path} 返回 {answer.status_code}", f"{path} is {answer.status_code}"
                )
        if (await client.get(_LATEST)).json()["release"] != release:
            raise ReleaseError(release, "期号不符", "it answers as another release")
        if not await _searches(client):
            raise ReleaseError(release, "检索索引无效", "its search index does not answer")


async def _searches(client: httpx.AsyncClient) -> bool:
    """Say whether search finds a record by its name, and nothing where there is nothing."""

    async def found(text: str) -> bool:
        answer = await client.get(_ROWS, params={"_search": text})
        return bool(answer.json()["rows"])

    newest = (await client.get(_ROWS)).json()["rows"]
    finds = not newest or await found(newest[0]["party"])
    return finds and not await found(_NOWHERE)
