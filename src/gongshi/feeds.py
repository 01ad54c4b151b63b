"""Feeds of cases and list entries: RSS 2.0, Atom with tombstones (RFC 6721), JSON Feed 1.1.

Text comes from agencies and is not trusted: characters that XML forbids are dropped, and markup
is escaped once here, since readers take a description as HTML, and once more by feedgen. Links are
made from our own base address only. The same input gives the same bytes: every instant is the
beginning of a civil day in China.
"""

import html
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator

CHINA = timezone(timedelta(hours=8))
TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
"""The formats, by the ending of the address, and their media types."""

_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = str.maketrans("<>&", "\uff1c\uff1e\uff06")
_GENERATOR = "Gongshi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed: `link` is its page, `feed_link` its own address, `day` that of the release."""

    title: str
    subtitle: str
    link: str
    feed_link: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One record; `id` is the public one, days are civil days in China."""

    id: str
    title: str
    text: str
    link: str
    published: date
    updated: date


@dataclass(frozen=True, slots=True)
class Ended:
    """A record that is no longer published: its public id and the day it ended, nothing else."""

    id: str
    on: date


def urn(public_id: str) -> str:
    """Return the name of a record in feeds, the same for ever and at any address.

    >>> urn("pbcdfghjkmnpqrst")
    'urn:uuid:74e80d0b-099a-5053-88c8-4991020d914d'
    """
    return uuid.uuid5(uuid.NAMESPACE_URL, f"gongshi:{public_id}").urn


def to_rss(channel: Channel, items: Iterable[Item]) -> bytes:
    """Return the RSS 2.0 document; items in the order given. RSS has no word for an ending."""
    return bytes(_generator(channel, items).rss_str(pretty=True))


def to_atom(channel: Channel, items: Iterable[Item], ended: Sequence[Ended] = ()) -> bytes:
    """Return the Atom document, with a tombstone for each record that ended."""
    feed = _generator(channel, items)
    feed.register_extension("tombstones", _Tombstones, BaseEntryExtension, atom=True, rss=False)
    feed.tombstones.ended = ended
    return bytes(feed.atom_str(pretty=True))


def to_json(channel: Channel, items: Iterable[Item], ended: Sequence[Ended] = ()) -> bytes:
    """Return the JSON Feed; what ended stands under `_gongshi.deletions`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(channel.title),
        "description": clean(channel.subtitle),
        "home_page_url": channel.link,
        "feed_url": channel.feed_link,
        "language": "zh-CN",
        "items": [_json_item(item) for item in items],
        "_gongshi": {
            "about": "deletions: records that are no longer published",
            "deletions": [{"id": urn(one.id), "when": one.on.isoformat()} for one in ended],
        },
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def clean(text: str) -> str:
    r"""Return `text` without the characters that XML 1.0 forbids.

    >>> clean("甲市\x0b示例\ufffe")
    '甲市示例'
    """
    return _ILLEGAL.sub("", text)


def _json_item(item: Item) -> dict[str, Any]:
    """Return one item of a JSON Feed; its text is plain, so nothing is escaped."""
    return {
        "id": urn(item.id),
        "url": item.link,
        "title": clean(item.title),
        "content_text": clean(item.text),
        "date_published": _instant(item.published).isoformat(),
        "date_modified": _instant(item.updated).isoformat(),
    }


def _generator(channel: Channel, items: Iterable[Item]) -> FeedGenerator:
    """Return a feedgen feed of everything that RSS and Atom share."""
    feed = FeedGenerator()
    feed.id(_feed_id(channel.feed_link))
    feed.title(clean(channel.title))
    feed.subtitle(clean(channel.subtitle))
    feed.link(href=channel.feed_link, rel="self")
    feed.link(href=channel.link, rel="alternate")  # the last one is the link of RSS
    feed.language("zh-CN")
    feed.author(name=clean(channel.title))
    feed.generator(_GENERATOR)
    feed.updated(_instant(channel.day))
    for item in items:
        feed.add_entry(_entry(item), order="append")
    return feed


def _feed_id(link: str) -> str:
    """Return the id of a feed: the same in each of its formats, another for each filter."""
    path, _, query = link.partition("?")
    return uuid.uuid5(uuid.NAMESPACE_URL, path.rpartition(".")[0] + (query and f"?{query}")).urn


def _entry(item: Item) -> FeedEntry:
    """Return one feedgen entry."""
    entry = FeedEntry()
    entry.id(urn(item.id))
    entry.guid(urn(item.id), permalink=False)
    # Some readers take a title as HTML, others show it as it is: wide signs are safe with both.
    entry.title(clean(item.title).translate(_MARKUP).strip() or item.id)
    entry.link(href=item.link, rel="alternate")
    entry.summary(html.escape(clean(item.text)).replace("\n", "<br/>"), type="html")
    entry.published(_instant(item.published))
    entry.updated(_instant(item.updated))
    return entry


def _instant(day: date) -> datetime:
    """Return the beginning of a civil day in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


class _Tombstones(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """feedgen's way of adding elements to a feed: `at:deleted-entry` before the entries."""

    ended: Sequence[Ended] = ()

    def extend_ns(self) -> dict[str, str]:
        """Return the namespace that the document declares."""
        return {"at": _TOMBSTONES}

    def extend_atom(self, feed: Any) -> Any:  # noqa: ANN401  an lxml element
        """Add one element for each record that ended."""
        for one in self.ended:
            attributes = {"ref": urn(one.id), "when": _instant(one.on).isoformat()}
            feed.append(feed.makeelement(f"{{{_TOMBSTONES}}}deleted-entry", attributes))
        return feed
