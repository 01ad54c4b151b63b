"""Every route of our own with its view, for the plugin that mounts them in Datasette."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from gongshi.serve import api, feed_views, files
from gongshi.serve.ask import View, ask_of, page_view
from gongshi.serve.pages import PAGES
from gongshi.serve.routes import ROUTES
from gongshi.serve.table_csv import table_csv

_SITEMAP = ("/", "/search", "/lists", "/reports", "/downloads", "/docs", "/about")


async def download(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
    """Answer `/downloads/FILE`."""
    return files.download(ask_of(request, datasette), files.held_by(request))


async def robots(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
    """Let search engines read the pages, not every combination of filters."""
    base = ask_of(request, datasette).edition.policy.base_url.rstrip("/")
    lines = ("User-agent: *", "Disallow: /search?", "Disallow: /public/", "Disallow: /api/")
    return files.text("\n".join((*lines, f"Sitemap: {base}/sitemap.xml", "")), "text/plain")


async def sitemap(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
    """List the pages that always stand; records that end are not to be kept in indexes."""
    edition = ask_of(request, datasette).edition
    base, day = edition.policy.base_url.rstrip("/"), date.fromisoformat(edition.day)
    urls = "".join(
        f"<url><loc>{base}{path}</loc><lastmod>{day}</lastmod></url>" for path in _SITEMAP
    )
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{_NAMESPACE}">{urls}</urlset>'
    return files.text(body, "application/xml; charset=utf-8")


_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

VIEWS: Mapping[str, View] = MappingProxyType(
    {name: page_view(make) for name, make in PAGES.items()}
    | {name: api.json_view(make) for name, make in api.ANSWERS.items()}
    | {
        "screen": api.screen_view,
        "penalties_feed": feed_views.penalties_feed,
        "licenses_feed": feed_views.licenses_feed,
        "list_feed": feed_views.list_feed,
        "download": download,
        "robots": robots,
        "sitemap": sitemap,
    }
)
"""The view of each route, by its name."""


def routes() -> list[tuple[str, View]]:
    """Return `(regular expression, view)` for Datasette; it matches from the start of the path."""
    own = [(rf"{route.pattern}$", VIEWS[route.name]) for route in ROUTES]
    return [*own, (r"/public/(?P<table>[a-z_]+)\.csv$", table_csv)]
