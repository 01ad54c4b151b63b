"""Feeds: the prepared files of the release, and feeds of any search made on request."""

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from gongshi import feeds
from gongshi.serve import files, finder, lookups
from gongshi.serve.ask import Ask, ask_of
from gongshi.serve.instance import read
from gongshi.serve.problem import Problem

NEWEST = 50
ENDED = 500


async def penalties_feed(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
    """Answer `/feeds/penalties.FORMAT`, with the filters of the search page."""
    ask = ask_of(request, datasette)
    kind = ask.parts["format"]
    asked = finder.question(ask.params)
    if asked.is_empty:
        prepared = files.feed(ask, f"penalties.{kind}", files.held_by(request))
        if prepared is not None:
            return prepared
    if asked.is_unsearchable:
        raise Problem(400, "value", name="q", value=asked.text[:40])
    body = await read(datasette, lambda conn: _feed(conn, ask, asked, kind))
    return files.text(body.decode(), feeds.TYPES[kind])


async def licenses_feed(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
    """Answer `/feeds/licenses.FORMAT`.

    Raises:
        Problem: the release in force was made before there were licences.
    """
    ask = ask_of(request, datasette)
    prepared = files.feed(ask, f"licenses.{ask.parts['format']}", files.held_by(request))
    if prepared is None:
        raise Problem(404, "no_page")
    return prepared


async def list_feed(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
    """Answer `/feeds/list/CODE.FORMAT`.

    Raises:
        Problem: there is no such list.
    """
    ask = ask_of(request, datasette)
    name = f"list-{ask.parts['code']}.{ask.parts['format']}"
    prepared = files.feed(ask, name, files.held_by(request))
    if prepared is None:
        raise Problem(404, "no_list")
    return prepared


def _feed(conn: sqlite3.Connection, ask: Ask, asked: finder.Question, kind: str) -> bytes:
    """Return the feed of a search; endings are told whole, since no one knows what matched."""
    found, _ = finder.find(conn, asked, size=NEWEST)
    changed = _changed(conn, [row["seq"] for row in found])
    base = ask.edition.policy.base_url.rstrip("/")
    items = [_item(row, changed, base) for row in found]
    channel = _channel(ask, asked, kind, base)
    if kind == "rss":
        return feeds.to_rss(channel, items)
    make = feeds.to_atom if kind == "atom" else feeds.to_json
    return make(channel, items, _ended(conn))


def _channel(ask: Ask, asked: finder.Question, kind: str, base: str) -> feeds.Channel:
    """Return the head of the feed of a search."""
    query = urlencode({"q": asked.text, **asked.filters} if asked.text else dict(asked.filters))
    told = " · ".join(part for part in (asked.text, *asked.filters.values()) if part)
    return feeds.Channel(
        title=f"{ask.edition.policy.title}:{told}" if told else ask.edition.policy.title,
        subtitle="最新公示的行政处罚",
        link=f"{base}/search?{query}" if query else f"{base}/search",
        feed_link=f"{base}/feeds/penalties.{kind}" + (f"?{query}" if query else ""),
        day=date.fromisoformat(ask.edition.day),
    )


def _item(row: Mapping[str, Any], changed: Mapping[int, str], base: str) -> feeds.Item:
    """Return one case of a feed."""
    title = (row["party"], row["violation_type"] or row["kinds"], row["authority"])
    published = date.fromisoformat(row["published_on"] or row["decided_on"])
    moved = changed.get(row["seq"])
    return feeds.Item(
        id=row["penalty_id"],
        title=" · ".join(part for part in title if part),
        text="\n".join(part for part in (row["facts"], row["content"]) if part),
        link=f"{base}/penalty/{row['penalty_id']}",
        published=published,
        updated=date.fromisoformat(moved) if moved else published,
    )


def _changed(conn: sqlite3.Connection, seqs: list[int]) -> dict[int, str]:
    """Return the day of each event."""
    marks = ", ".join("?" * len(seqs))
    found = lookups.rows(conn, f"select seq, at from events where seq in ({marks})", seqs)  # noqa: S608
    return {row["seq"]: row["at"][:10] for row in found}


def _ended(conn: sqlite3.Connection) -> list[feeds.Ended]:
    """Return the newest endings."""
    query = "select id, ended_on from tombstones where type = 'penalty' order by seq desc limit ?"
    found = lookups.rows(conn, query, (ENDED,))
    return [feeds.Ended(row["id"], date.fromisoformat(row["ended_on"][:10])) for row in found]
