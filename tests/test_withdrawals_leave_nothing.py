"""What has ended is in no byte of `build/` and in no answer: revoked, repaired, run out. Invented.

The marks of a record are its party, its document number and a word of its facts, which occur
nowhere else. A revoked decision's number stays by law, in its notice.
"""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from gongshi import pipeline
from gongshi.formats import uscc
from gongshi.site import Site, create
from tests.portal import visiting

TAKEN, ENDED = date(2026, 3, 10), date(2026, 9, 15)
LAST_DAY = "2026-09-01"
AUTHORITY = "119901010000000014"
PENALTY = {
    "CF_XDR_LB": "法人及非法人组织",
    "CF_FRDB": "张某甲",
    "CF_WFXW": "食品安全",
    "CF_YJ": "《中华人民共和国食品安全法》第一百二十四条",
    "CF_CFLB": "罚款;没收违法所得、没收非法财物",
    "CF_NR": "没收违法所得1000元;罚款20000元。",
    "CF_NR_FK": "2",
    "CF_NR_WFFF": "0.1",
    "CF_JDRQ": "2026-03-05",
    "CF_YXQ": "2027-03-05",
    "CF_CFJG": "甲市市场监督管理局",
    "CF_CFJGDM": AUTHORITY,
    "CF_SJLY": "甲市市场监督管理局",
    "CF_SJLYDM": AUTHORITY,
}
SAMPLE = 4
"""Withdrawn records of each kind that are asked for over HTTP."""


@dataclass(frozen=True)
class Decision:
    """One invented decision, and how it ends: by an event, by its day, or not at all."""

    number: int
    end: str

    @property
    def word(self) -> str:
        return chr(0x8D00 + self.number // 40) + chr(0x9100 + self.number % 40)

    @property
    def party(self) -> str:
        return f"甲市示例{self.word}食品有限公司"

    @property
    def doc_no(self) -> str:
        return f"甲市监罚字〔2026〕{700_000 + self.number}号"

    @property
    def code(self) -> str:
        first17 = f"91990101{self.number:09d}"
        return first17 + uscc.check_digit(first17)

    @property
    def marks(self) -> tuple[str, ...]:
        kept = (self.party, f"过期{self.word}糕点", self.word, self.code)
        return kept if self.end == "撤销" else (*kept, self.doc_no)

    def row(self) -> dict[str, str]:
        return PENALTY | {
            "CF_XDR_MC": self.party,
            "CF_XDR_SHXYM": self.code,
            "CF_WSH": self.doc_no,
            "CF_SY": f"当事人经营过期{self.word}糕点12盒。",
            "CF_GSJZQ": LAST_DAY if self.end == "期满" else "",
        }

    def event(self) -> dict[str, str]:
        return {
            "事件": self.end,
            "行政处罚决定书文号": self.doc_no,
            "处罚机关统一社会信用代码": AUTHORITY,
            "行政相对人名称": self.party,
            "统一社会信用代码": self.code,
            "事件日期": "2026-09-10",
            "事由": "行政复议决定撤销",
            "依据": "《中华人民共和国行政处罚法》第四十八条",
        }


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def live(root: Path, ending: int, staying: int) -> tuple[Site, list[Decision], list[Decision]]:
    """Return a site that published all, and then what was left; and those gone, those left."""
    ends = ("撤销", "修复", "期满")
    gone = [Decision(n, ends[n % 3]) for n in range(ending)]
    left = [Decision(n, "") for n in range(ending, ending + staying)]
    site = create(root / "site")
    site.require()
    desk = pipeline.open_desk(site, agency="standard", today=TAKEN)
    told = pipeline.ingest(desk, [written(root / "a.csv", [d.row() for d in (*gone, *left)])])
    assert told[0].taken == ending + staying, told[0].findings[:3]
    pipeline.publish(site, today=TAKEN)
    return site, gone, left


def withdraw(site: Site, gone: list[Decision]) -> None:
    rows = [d.event() for d in gone if d.end != "期满"]
    desk = pipeline.open_desk(site, agency="standard-event", today=ENDED)
    told = pipeline.ingest(desk, [written(site.root / "events.csv", rows)])
    assert told[0].taken == len(rows), told[0].findings[:3]
    pipeline.publish(site, today=ENDED)


def left_over(site: Site, gone: list[Decision]) -> dict[str, int]:
    """Return how many marks of withdrawn records each file of `build/` holds."""
    marks = [mark.encode() for decision in gone for mark in decision.marks]
    files = [file for file in site.build.rglob("*") if file.is_file()]
    found = {}
    for file in files:
        data = file.read_bytes()
        found[file.relative_to(site.build).as_posix()] = sum(mark in data for mark in marks)
    return found


def terms(site: Site) -> set[str]:
    path = site.release(site.current_release() or 0) / "public.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as conn:
        conn.execute("create virtual table temp.v using fts5vocab('main','penalties_fts','row')")
        return {term for (term,) in conn.execute("select term from temp.v")}


def holds(root: Path, ending: int, staying: int) -> None:
    site, gone, left = live(root, ending, staying)
    ids = identifiers(site)
    assert min(left_over(site, gone)[name] for name in CONTENT) >= ending
    assert {d.word for d in gone} <= terms(site)
    with visiting(site) as visitor:
        assert visitor.get(f"/penalty/{ids[gone[0].code]}").status_code == 200

        withdraw(site, gone)
        visitor.get("/")

        assert {name: n for name, n in left_over(site, gone).items() if n} == {}
        assert {name for name in left_over(site, left) if name.endswith(JOURNALS)} == set()
        assert not {d.word for d in gone} & terms(site)
        assert {d.word for d in left} <= terms(site)
        assert list(identifiers(site)) == [d.code for d in left]
        for decision in (*gone[: 3 * SAMPLE],):
            page = visitor.get(f"/penalty/{ids[decision.code]}")
            assert page.status_code == 410
            answers = (page, *(visitor.get(path.format(decision.word)) for path in ASKED))
            for answer in answers:
                told = answer.text.replace(f'value="{decision.word}"', "")
                assert decision.party not in told, answer.url
                assert f"过期{decision.word}" not in told, answer.url


CONTENT = ("releases/1/public.db", "releases/1/downloads/penalties.csv")
JOURNALS = ("-wal", "-shm", "-journal")
ASKED = (
    "/search?q={}",
    "/public/penalties.json?_search={}",
    "/api/v1/changes?since=0",
    "/feeds/penalties.atom",
    "/downloads/penalties.csv",
)


def identifiers(site: Site) -> dict[str, str]:
    path = site.release(site.current_release() or 0) / "public.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as conn:
        return dict(conn.execute("select uscc, penalty_id from penalties order by uscc"))


def test_sixty_withdrawals_leave_no_byte(tmp_path: Path) -> None:
    holds(tmp_path, ending=60, staying=20)


@pytest.mark.prove
def test_a_thousand_withdrawals_leave_no_byte(tmp_path: Path) -> None:
    holds(tmp_path, ending=1000, staying=200)


def test_what_is_left_is_served_and_found_even_if_it_is_a_single_record(tmp_path: Path) -> None:
    site, gone, (left,) = live(tmp_path, 2, 1)
    withdraw(site, gone)

    with visiting(site) as visitor:
        answer = visitor.get("/public/penalties.json", params={"_search": left.party})

    assert [left.party in map(str, row) for row in answer.json()["rows"]] == [True]


@pytest.fixture
def kept_open(tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, Site, list[Decision]]]:
    site, gone, _ = live(tmp_path, 9, 3)
    path = site.release(1) / "public.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as conn:
        conn.execute("select * from penalties").fetchone()
        yield conn, site, gone


def test_a_reader_that_holds_the_old_release_open_leaves_no_file_behind(
    kept_open: tuple[sqlite3.Connection, Site, list[Decision]],
) -> None:
    _, site, gone = kept_open

    withdraw(site, gone)

    assert {name: n for name, n in left_over(site, gone).items() if n} == {}
    assert list(site.release(1).iterdir()) == [site.release(1) / "manifest.json"]
