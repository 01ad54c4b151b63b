"""The feeds of a release: newest first, one for each list, ended records only as tombstones."""

import json
from pathlib import Path

import feedparser

from . import publishing


def test_the_feed_of_cases_has_the_newest_first_and_tells_what_ended(tmp_path: Path) -> None:
    registry = publishing.make(tmp_path / "site")
    ids = [registry.add(party=f"甲市示例{number}有限公司") for number in range(120)]
    registry.end(ids[-1])
    folder = registry.publish().path / "feeds"

    made = json.loads((folder / "penalties.json").read_bytes())

    assert len(made["items"]) == 100
    assert made["items"][0]["title"].startswith("甲市示例118有限公司 · ")
    assert made["items"][0]["url"] == f"http://127.0.0.1:8001/penalty/{ids[-2]}"
    assert len(made["_gongshi"]["deletions"]) == 1
    for ending in ("rss", "atom"):
        feed = feedparser.parse((folder / f"penalties.{ending}").read_bytes())
        assert not feed.bozo
        assert [entry.id for entry in feed.entries] == [one["id"] for one in made["items"]]


def test_every_list_has_a_feed_of_its_own_entries(tmp_path: Path) -> None:
    registry = publishing.make(tmp_path / "site")
    registry.enlist(list_code="YZWF", party="甲市示例黑名单有限公司")
    registry.enlist(list_code="NSXYA", party="甲市示例红名单有限公司", colour="red")
    folder = registry.publish().path / "feeds"

    for code, spec in registry.policies.lists.items():
        for ending in ("rss", "atom"):
            file = folder / f"list-{code}.{ending}"
            assert file.exists() is spec.enabled
            if spec.enabled:
                feed = feedparser.parse(file.read_bytes())
                assert not feed.bozo
                assert len(feed.entries) == (code in {"YZWF", "NSXYA"})
    (entry,) = feedparser.parse((folder / "list-YZWF.atom").read_bytes()).entries
    assert entry.title.startswith("甲市示例黑名单有限公司")
