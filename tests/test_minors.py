"""Minors are never published: however their age comes to be known, and whenever."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from gongshi import pipeline, reviewing, upkeep
from gongshi.deidentify.minors import Party, is_minor, is_told, left
from gongshi.formats import identity_no
from gongshi.generate import generate
from gongshi.models import Category
from gongshi.site import Site, create

if TYPE_CHECKING:
    from pathlib import Path

    from gongshi.report import FileReport

DAY = "2024-06-01"
TODAY = date(2026, 3, 2)
CHILD = Party(("张三",))


@pytest.mark.parametrize(
    "text",
    [
        "当事人张三（男，16岁）在市场内销售卷烟",
        "张三，男，汉族，2009年5月1日出生，住甲市乙区",
        "张三，２００９年５月出生",
        "张三，出生日期：2009-05-01",
        "张三，十六岁",
        "张 三，17周岁，无照驾驶",
        "张三（身份证号码110105201001010015）",
        "张三（公民身份号码：1101052010****0015）",
        "张三，女，15岁，系甲中学学生",
        "经查，当事人系甲市中学学生，2010年3月2日生",
        "当事人系未成年人，依法从轻处罚",
        "其系未成年人，由监护人代缴",
        "当事人不满十八周岁",
        "因已满十四周岁不满十八周岁，从轻处罚",
        "违法行为人时年17周岁",
    ],
)
def test_a_text_that_says_the_party_is_a_minor_is_understood(text: str) -> None:
    assert is_told([text], CHILD, DAY)


@pytest.mark.parametrize(
    "text",
    [
        "当事人张三向一名15岁的学生出售香烟",
        "张三违反《中华人民共和国未成年人保护法》，向未成年人出售电子烟",
        "张三允许未成年人进入网吧",
        "张三招用17周岁的李某",
        "被害人李某，16岁",
        "张三的儿子李某（2015年5月1日出生）在场",
        "证人李四，身份证号110105201001010015",
        "张三，男，1985年5月1日出生",
        "张三现年45岁",
        "当事人已满18周岁",
        "张三销售的奶粉适用于3岁以下婴幼儿",
        "张三销售2023年5月1日生产的食品",
    ],
)
def test_a_minor_beside_the_party_does_not_hide_the_record(text: str) -> None:
    assert not is_told([text], CHILD, DAY)


def test_who_is_not_clearly_the_party_is_left_for_a_person_to_look_at() -> None:
    assert [*left("李某（男，16岁）在场")] == [(5, 8)]
    assert [*left("向未成年人出售电子烟，适用于3岁以下儿童")] == []


@pytest.mark.parametrize(
    ("number", "day", "minor"),
    [
        ("110105200706010012", "2025-05-31", True),
        ("110105200706010012", "2025-06-01", False),
        ("110105 20070601 0012", "2025-05-31", True),
        ("1101052010********", DAY, True),
        ("110105201013320015", DAY, True),
        ("110105201411041901", DAY, True),  # a credit code by its check digit as well
        ("１１０１０５２０１００１０１００１５", DAY, True),
        ("110105950101001", "2012-06-01", True),
        ("110105950101001", "2014-06-01", False),
        ("11010519491231002X", DAY, False),
        ("P1234567", DAY, False),
        ("", DAY, False),
        ("110105201001010015", None, False),
    ],
)
def test_a_number_tells_the_age_on_the_day_of_the_decision(
    number: str, day: str | None, *, minor: bool
) -> None:
    assert is_minor(number, day) == minor


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = create(tmp_path / "site")
    made.require()
    return made


class Rows:
    """Rows of a generated file, of which the first about a natural person can be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sent = folder, 0
        file = folder / "a.csv"
        generate(30, 3, file, fmt=None, dirty=False, today=TODAY)
        with file.open(encoding="utf-8-sig", newline="") as source:
            self.header, *self.rows = csv.reader(source)
        at = self.header.index("行政相对人类别")
        self.row = next(row for row in self.rows if row[at] == Category.PERSON)

    def __getitem__(self, title: str) -> str:
        return self.row[self.header.index(title)]

    def __setitem__(self, title: str, text: str) -> None:
        self.row[self.header.index(title)] = text

    def send(self, site: Site) -> FileReport:
        self.sent += 1
        file = self.folder / f"{self.sent}.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([self.header, *self.rows])
        desk = pipeline.open_desk(site, agency="standard", today=TODAY)
        (told,) = pipeline.ingest(desk, [file])
        pipeline.publish(site, today=TODAY)
        return told

    @property
    def number(self) -> str:
        return next(title for title in self.header if title.startswith("证件号码"))


def served(site: Site, doc_no: str) -> int:
    path = site.release(site.current_release() or 0) / "public.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        return len(conn.execute("select 1 from penalties where doc_no = ?", (doc_no,)).fetchall())


def number_of_a_child() -> str:
    return (first := "11010520150601001") + identity_no.check_digit(first)


@pytest.mark.parametrize("how", ["number", "text"])
def test_a_minor_is_not_taken_in(site: Site, tmp_path: Path, how: str) -> None:
    rows = Rows(tmp_path)
    name = rows["行政相对人名称"]
    if how == "number":
        rows[rows.number] = number_of_a_child()
    else:
        rows["违法事实"] += f"{name}（男，16岁）承认。"

    told = rows.send(site)

    (finding,) = [each for each in told.findings if each.rule == "W01"]
    assert "未成年人" in finding.message
    assert finding.value == ""
    assert served(site, rows["行政处罚决定书文号"]) == 0


@pytest.mark.parametrize("how", ["number", "text"])
def test_a_record_that_stands_is_taken_down_when_its_party_turns_out_to_be_a_minor(
    site: Site, tmp_path: Path, how: str
) -> None:
    rows = Rows(tmp_path)
    name, number = rows["行政相对人名称"], rows[rows.number]
    if how == "number":
        rows[rows.number] = "无法核实"  # known by the name within the decision
        rows["证件类型"] = "其他-无"
    rows.send(site)
    assert served(site, rows["行政处罚决定书文号"]) == 1

    if how == "number":
        rows[rows.number] = number_of_a_child()
        rows["证件类型"] = "身份证"
    else:
        rows[rows.number] = number
        rows["违法事实"] += f"{name}（男，16岁）承认。"
    rows.send(site)

    assert served(site, rows["行政处罚决定书文号"]) == 0
    assert upkeep.verify(site, today=TODAY) == []
    assert upkeep.rebuild(site)["same"]


def test_a_minor_once_known_stays_hidden_when_the_number_is_left_out(
    site: Site, tmp_path: Path
) -> None:
    rows = Rows(tmp_path)
    rows[rows.number] = number_of_a_child()
    rows.send(site)

    rows[rows.number], rows["证件类型"] = "无法核实", "其他-无"
    rows.send(site)

    assert served(site, rows["行政处罚决定书文号"]) == 0
    assert upkeep.rebuild(site)["same"]


def test_an_unclear_age_is_listed_and_may_be_refused(site: Site, tmp_path: Path) -> None:
    rows = Rows(tmp_path)
    rows["违法事实"] += "据称某人16岁。"
    rows.send(site)

    items = [item for item in reviewing.listed(site) if item.doubt.rule == "minor"]

    assert len(items) == 1
    assert served(site, rows["行政处罚决定书文号"]) == 1
