"""What a page is made from, and what it is made into.

A page is a function `(connection, Ask) -> Page | Moved`: it reads, it never writes, and everything
that it needs to know stands in its `Ask`.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response

from gongshi.serve.edition import Edition
from gongshi.serve.instance import read
from gongshi.wording import Words


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: what was asked, in which language, of which release."""

    edition: Edition
    words: Words
    base: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    query: str = ""

    def url(self, path: str, **params: str | int | None) -> str:
        """Return a link of this site in the language of the page; parameters without value drop."""
        lang = None if self.words.is_chinese else self.words.lang
        query = urlencode(
            {k: v for k, v in {**params, "lang": lang}.items() if v not in (None, "")}
        )
        return f"{path}?{query}" if query else path

    def same(self, **changes: str | int | None) -> str:
        """Return this address with some parameters changed, or dropped by None."""
        return self.url(self.path, **{**self.params, "before": None, "after": None, **changes})


@dataclass(frozen=True, slots=True)
class Page:
    """A template with what fills it."""

    template: str
    context: Mapping[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """Another address that answers the question."""

    location: str


Maker = Callable[[sqlite3.Connection, Ask], Page | Moved]
View = Callable[[Any, Any], Awaitable[Any]]


def ask_of(request: Any, datasette: Any) -> Ask:  # noqa: ANN401 - untyped library
    """Return what a request asks. The guard has checked it and set its language aside."""
    scope = request.scope
    return Ask(
        edition=datasette.edition,
        words=Words(datasette.catalogue, scope.get("gongshi.lang", "zh")),
        base=f"{request.scheme}://{request.host}",
        path=request.path,
        params=dict(parse_qsl(request.query_string)),
        parts=scope.get("url_route", {}).get("kwargs", {}),
        query=request.query_string,
    )


def page_view(make: Maker) -> View:
    """Return the Datasette view of a page."""

    async def view(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
        ask = ask_of(request, datasette)
        made = await read(datasette, lambda conn: make(conn, ask))
        if isinstance(made, Moved):
            return Response.redirect(made.location)
        body = await datasette.render_template(
            made.template, {"ask": ask, **made.context}, request=request
        )
        return Response.html(body, status=made.status)

    return view
