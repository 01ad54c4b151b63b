"""The feeds of a release as files: newest cases and licences, and the newest of each list."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gongshi import feeds
from gongshi.feeds import Channel, Ended, Item

NEWEST = 100
"""Items of one feed; who needs more takes the downloads, or `/api/v1/changes`."""

ENDED = 500
"""Tombstones of one feed, the newest."""


@dataclass(frozen=True, slots=True)
class _Feed:
    """Name of the files, the channel's texts, the type of its records, and of which list."""

    name: str
    title: str
    subtitle: str
    page: str
    type: str
    list_code: str = ""


def write(public: sqlite3.Connection, folder: Path, *, day: date, base_url: str) -> None:
    """Write every feed as RSS, Atom and JSON into `folder`; `base_url` has no slash at its end."""
    for feed in _feeds(public):
        if feed.list_code:
            items = list(_entries(public, feed.list_code, base_url))
        else:
            items = list(_NEWEST_OF[feed.type](public, base_url))
        ended = _ended(public, feed.type)
        for ending in feeds.TYPES:
            channel = Channel(
                title=feed.title,
                subtitle=feed.subtitle,
                link=f"{base_url}{feed.page}",
                feed_link=f"{base_url}/feeds/{_address(feed)}.{ending}",
                day=day,
            )
            (folder / f"{feed.name}.{ending}").write_bytes(_document(ending, channel, items, ended))


def _feeds(public: sqlite3.Connection) -> Iterator[_Feed]:
    """Yield the feeds of a release: all cases, all licences, then each list."""
    yield _Feed("penalties", "行政处罚信息公示", "最新公示的行政处罚", "/search", "penalty")
    yield _Feed("licenses", "行政许可信息公示", "最新公示的行政许可", "/public/licenses", "license")
    for code, title in public.execute("select list_code, title from lists order by list_code"):
        name = f"list-{code}"
        yield _Feed(name, title, f"{title}:最新列入", f"/list/{code}", "list_entry", code)


def _address(feed: _Feed) -> str:
    """Return the public address of a feed below `/feeds/`, without its ending."""
    return f"list/{feed.list_code}" if feed.list_code else feed.name


def _document(ending: str, channel: Channel, items: list[Item], ended: list[Ended]) -> bytes:
    """Return one feed in the format of its ending."""
    if ending == "rss":
        return feeds.to_rss(channel, items)
    if ending == "atom":
        return feeds.to_atom(channel, items, ended)
    return feeds.to_json(channel, items, ended)


def _cases(public: sqlite3.Connection, base_url: str) -> Iterator[Item]:
    """Yield the newest cases, newest first."""
    rows = public.execute(
        "select p.penalty_id, p.party, p.violation_type, p.kinds, p.authority, p.facts, p.content, "
        "p.published_on, e.at from penalties p join events e on e.seq = p.seq "
        "order by p.rowid desc limit ?",
        (NEWEST,),
    )
    for id_, party, violation, kinds, authority, facts, content, published, changed in rows:
        yield Item(
            id=id_,
            title=" · ".join(part for part in (party, violation or kinds, authority) if part),
            text="\n".join(part for part in (facts, content) if part),
            link=f"{base_url}/penalty/{id_}",
            published=date.fromisoformat(published),
            updated=date.fromisoformat(changed),
        )


def _licenses(public: sqlite3.Connection, base_url: str) -> Iterator[Item]:
    """Yield the newest licences, newest first."""
    rows = public.execute(
        "select l.license_id, l.party, l.certificate, l.doc_name, l.authority, l.content, "
        "l.published_on, e.at from licenses l join events e on e.seq = l.seq "
        "order by l.rowid desc limit ?",
        (NEWEST,),
    )
    for id_, party, certificate, document, authority, content, published, changed in rows:
        yield Item(
            id=id_,
            title=" · ".join(part for part in (party, certificate or document, authority) if part),
            text=content or "",
            link=f"{base_url}/license/{id_}",
            published=date.fromisoformat(published),
            updated=date.fromisoformat(changed),
        )


_NEWEST_OF = {"penalty": _cases, "license": _licenses}
"""Type → its newest records as items."""


def _entries(public: sqlite3.Connection, list_code: str, base_url: str) -> Iterator[Item]:
    """Yield the newest entries of one list, newest first."""
    rows = public.execute(
        "select l.entry_id, l.party, l.authority, l.reason, l.basis, l.published_on, e.at "
        "from list_entries l join events e on e.seq = l.seq "
        "where l.list_code = ? order by l.rowid desc limit ?",
        (list_code, NEWEST),
    )
    for id_, party, authority, reason, basis, published, changed in rows:
        yield Item(
            id=id_,
            title=" · ".join(part for part in (party, authority) if part),
            text="\n".join(part for part in (reason, basis) if part),
            link=f"{base_url}/list/{list_code}",
            published=date.fromisoformat(published or changed),
            updated=date.fromisoformat(changed),
        )


def _ended(public: sqlite3.Connection, kind: str) -> list[Ended]:
    """Return the newest tombstones of one type."""
    rows = public.execute(
        "select id, ended_on from tombstones where type = ? order by seq desc limit ?",
        (kind, ENDED),
    )
    return [Ended(id_, date.fromisoformat(on)) for id_, on in rows]
