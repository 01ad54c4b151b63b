"""Feeds: read by an independent parser, safe against hostile text, the same bytes every time."""

import json
from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi import feeds
from gongshi.feeds import Channel, Ended, Item

DAY = date(2026, 11, 22)
CHANNEL = Channel(
    title="示例公示",
    subtitle="最新公示",
    link="http://127.0.0.1:8001/search",
    feed_link="http://127.0.0.1:8001/feeds/penalties.atom",
    day=DAY,
)
HOSTILE = (
    "<script>alert(1)</script>",
    "]]><script>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "竖表\x0b空\x00字\ud800代\uffff",
    '"><a href="javascript:alert(1)">',
    "一行\n二行",
)


def item(id_: str = "pbcdfghjkmnpqrst", title: str = "示例", text: str = "事实") -> Item:
    return Item(
        id=id_,
        title=title,
        text=text,
        link=f"http://127.0.0.1:8001/penalty/{id_}",
        published=date(2026, 11, 1),
        updated=date(2026, 11, 2),
    )


def documents(items: Sequence[Item], ended: Sequence[Ended] = ()) -> dict[str, bytes]:
    return {
        "rss": feeds.to_rss(CHANNEL, items),
        "atom": feeds.to_atom(CHANNEL, items, ended),
        "json": feeds.to_json(CHANNEL, items, ended),
    }


@pytest.mark.parametrize("ending", ["rss", "atom"])
def test_an_independent_parser_reads_every_entry(ending: str) -> None:
    items = [item("pa", "甲市示例有限公司 · 罚款", "一"), item("pb", "乙", "二")]

    feed = feedparser.parse(documents(items)[ending])

    assert not feed.bozo
    assert feed.feed.title == "示例公示"
    assert [(entry.id, entry.title, entry.link) for entry in feed.entries] == [
        (feeds.urn(one.id), one.title, one.link) for one in items
    ]
    assert feed.entries[0].published_parsed[:3] == (2026, 10, 31)  # midnight in China, in UTC


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    made = documents([item(title=text, text=text)])

    for ending in ("rss", "atom"):
        root = ET.fromstring(made[ending])  # noqa: S314 - our own document
        assert not [e for e in root.iter() if e.tag.rpartition("}")[2] in {"script", "img", "a"}]
        (entry,) = feedparser.parse(made[ending], sanitize_html=False).entries
        assert "<script" not in entry.summary
        assert "<img" not in entry.summary
        assert "<" not in entry.title
    assert json.loads(made["json"])["items"][0]["content_text"] == feeds.clean(text)


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(), max_size=40))
def test_no_text_breaks_a_feed(text: str) -> None:
    for ending, data in documents([item(title=text or "题", text=text)]).items():
        if ending == "json":
            assert len(json.loads(data)["items"]) == 1
        else:
            ET.fromstring(data)  # noqa: S314 - our own document


def test_what_ended_is_told_by_id_and_day_alone() -> None:
    made = documents([item()], [Ended("pgone", date(2026, 11, 20))])

    root = ET.fromstring(made["atom"])  # noqa: S314 - our own document
    (tombstone,) = root.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert tombstone.attrib == {"ref": feeds.urn("pgone"), "when": "2026-11-20T00:00:00+08:00"}
    assert json.loads(made["json"])["_gongshi"]["deletions"] == [
        {"id": feeds.urn("pgone"), "when": "2026-11-20"}
    ]
    assert not feedparser.parse(made["atom"]).bozo


def test_the_same_input_gives_the_same_bytes() -> None:
    assert documents([item()]) == documents([item()])


def test_an_empty_feed_is_valid() -> None:
    for ending in ("rss", "atom"):
        assert not feedparser.parse(documents([])[ending]).bozo


def test_ids_do_not_depend_on_the_address() -> None:
    moved = Channel(
        title="示例", subtitle="示", link="http://b/", feed_link="http://b/feeds/x.atom", day=DAY
    )

    (here,) = feedparser.parse(feeds.to_atom(CHANNEL, [item()])).entries
    (there,) = feedparser.parse(feeds.to_atom(moved, [item()])).entries

    assert here.id == there.id
