"""Authorities with former names, other spellings and codes: one line, one key."""

import csv
import itertools
import os
import random
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gongshi import pipeline
from gongshi.declarations.authority_register import Register, load_register
from gongshi.errors import SpecError
from gongshi.formats.authority import spelling, surrogate
from gongshi.report import FileReport
from gongshi.site import Site, create
from tests.intake import csv_file, table_of
from tests.penalty_rows import clean_row, code

HERE = Path(__file__).parent
DATA = Path(os.environ.get("GONGSHI_REAL_DATA", HERE.parent / "../shared/data"))
SPELLINGS = DATA / "stats" / "agencies_from_real_records.csv"
TODAY = date(2026, 11, 22)
DICE = random.Random(41)  # noqa: S311  invented codes
NOW, BEFORE, OTHER = (code(DICE, "11") for _ in range(3))
DECLARED = {
    "title": "示例监管机构",
    "authorities": [
        {
            "name": "甲市市场监督管理局",
            "code": NOW,
            "aliases": ["甲市市监局"],
            "predecessors": [
                {"name": "甲市工商行政管理局", "code": BEFORE, "until": date(2018, 10, 25)},
                {"name": "甲市质量技术监督局"},
            ],
        },
        {"name": "乙市市场监督管理局", "code": OTHER},
        {
            "name": "示例总局{place}监管局",
            "aliases": ["{place}示例局"],
            "predecessors": [
                {"name": "旧示例会（{place}监管局）", "spellings": {"旧列会丙局": "丙县"}}
            ],
            "places": ["丙县", "丁区"],
            "place_aliases": {"丁": "丁区"},
        },
    ],
}


def declare(folder: Path, *files: Mapping[str, object]) -> Register:
    folder.mkdir(exist_ok=True)
    for number, content in enumerate(files):
        text = yaml.safe_dump(dict(content), allow_unicode=True)
        (folder / f"f{number}.yml").write_text(text, encoding="utf-8")
    return load_register(folder)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return declare(tmp_path_factory.mktemp("authorities") / "a", DECLARED)


# What is one name


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("甲市市场监督管理局", "甲市市场监督管理局"),
        (" 甲市\u3000市监局 ", "甲市市场监督管理局"),
        ("（甲市工商行政管理局）。", "甲市市场监督管理局"),
        ("甲市质量技术监督局", "甲市市场监督管理局"),
        ("丙县示例局", "示例总局丙县监管局"),
        ("旧示例会[丙县监管局]", "示例总局丙县监管局"),
        ("旧示例会(丁监管局)", "示例总局丁区监管局"),
        ("旧列会丙局", "示例总局丙县监管局"),
        ("旧列会丁局", None),
        ("示例总局戊市监管局", None),
        ("甲市市场监督管理局分局", None),
        ("甲市市场监督管理", None),
        ("", None),
    ],
)
def test_a_name_is_found_exactly_or_not_at_all(
    register: Register, name: str, line: str | None
) -> None:
    found = register.of_name(name)

    assert (found.name if found else None) == line


def test_a_former_body_has_its_own_name_and_the_key_of_today(register: Register) -> None:
    line = register.of_name("甲市工商行政管理局")
    body = register.body("甲市工商行政管理局")

    assert line is register.of_code(BEFORE) is register.of_code(NOW)
    assert line
    assert body
    assert (line.key, body.name, body.until) == (NOW, "甲市工商行政管理局", date(2018, 10, 25))
    assert {NOW, BEFORE, surrogate("甲市质量技术监督局")} <= line.keys


def test_an_authority_without_a_code_is_keyed_by_its_name_of_today(register: Register) -> None:
    line = register.of_name("旧示例会(丙县监管局)")

    assert line
    assert line.key == surrogate("示例总局丙县监管局")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("示例总局戊市监管局", "示例总局丙县监管局"),
        ("甲市市场监督局", "甲市市场监督管理局"),
        ("完全无关的单位", None),
    ],
)
def test_an_unknown_name_is_told_the_nearest_declared_ones(
    register: Register, name: str, near: str | None
) -> None:
    found = register.nearest(name)

    assert near in found if near else found == ()
    assert len(found) <= 3


@given(st.text(max_size=30))
def test_the_spelling_of_a_spelling_is_itself(text: str) -> None:
    assert spelling(spelling(text)) == spelling(text)


@pytest.mark.parametrize(
    ("authority", "key"),
    [
        ({"name": "甲局", "code": "123"}, "code"),
        ({"name": "{place}局"}, "places"),
        ({"name": "甲局", "places": ["甲"]}, "places"),
        ({"name": "{place}局", "places": ["甲"], "code": NOW}, "code"),
        ({"name": "{place}局", "places": ["甲"], "place_aliases": {"乙": "丙"}}, "place_aliases"),
        ({"name": "{place}局", "places": ["甲"], "codes": {"乙": NOW}}, "codes"),
        ({"name": "{place}局", "places": ["甲"], "spellings": {"甲厅": "乙"}}, "spellings"),
        (
            {
                "name": "甲局",
                "predecessors": [
                    {"name": "甲处", "from": date(2020, 1, 1), "until": date(2019, 1, 1)}
                ],
            },
            "until",
        ),
        ({"name": "甲局", "alias": ["乙"]}, "alias"),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_refused_with_its_key(
    tmp_path: Path, authority: Mapping[str, object], key: str
) -> None:
    with pytest.raises(SpecError) as caught:
        declare(tmp_path / "authorities", {"title": "示例", "authorities": [authority]})

    assert key in str(caught.value)
    assert "f0.yml" in str(caught.value)


@pytest.mark.parametrize("mark", [{"aliases": ["甲市市监局"]}, {"code": NOW}])
def test_a_spelling_or_code_of_two_authorities_is_refused(
    tmp_path: Path, mark: dict[str, object]
) -> None:
    second = {"title": "另一", "authorities": [{"name": "戊市监管局"} | mark]}

    with pytest.raises(SpecError, match="戊市监管局"):
        declare(tmp_path / "authorities", DECLARED, second)


# The same decision under several names


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = create(tmp_path / "site")
    made.require()
    declare(made.schemas / "authorities", DECLARED)
    sender(made, "jia-shi", optional=["CF_CFJGDM"])
    return made


def sender(site: Site, code: str, **more: object) -> None:
    """Declare an agency that sends the template."""
    standard = yaml.safe_load((site.ingest / "standard" / "agency.yml").read_text("utf-8"))
    home = site.ingest / code
    home.mkdir()
    text = yaml.safe_dump(standard | {"code": code} | more, allow_unicode=True)
    (home / "agency.yml").write_text(text, encoding="utf-8")


def take(site: Site, number: int, *records: dict[str, str], agency: str = "jia-shi") -> FileReport:
    desk = pipeline.open_desk(site, agency=agency, today=TODAY)
    (report,) = pipeline.ingest(desk, [csv_file(site.root / f"{number}.csv", table_of(*records))])
    return report


def rows_of(site: Site, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(site.registry)) as conn:
        return conn.execute(query).fetchall()


def decision(name: str, number: str, **more: str) -> dict[str, str]:
    row = clean_row(random.Random(7), 1)  # noqa: S311
    return row | {"CF_CFJG": name, "CF_CFJGDM": number} | more


@pytest.mark.parametrize(
    "names",
    [
        [("甲市市场监督管理局", NOW), ("甲市工商行政管理局", BEFORE), ("甲市市监局", "")],
        [("甲市质量技术监督局", ""), ("（甲市市场监督管理局）", BEFORE)],
        [("丙县示例局", ""), ("旧示例会【丙县监管局】", ""), ("示例总局丙县监管局", "")],
    ],
)
def test_a_decision_under_former_names_spellings_and_codes_is_one_record(
    site: Site, names: list[tuple[str, str]]
) -> None:
    numbers = ["甲市监罚字〔2025〕1号", "（甲市监罚字[2025] １号）", "甲市监罚字(2025)1号"]

    for at, ((name, number), written) in enumerate(zip(names, numbers, strict=False)):
        report = take(site, at, decision(name, number, CF_WSH=written))
        assert report.refused == 0, report.findings

    records = rows_of(site, "select authority_code, authority, version from penalties")
    assert len(records) == 1
    line = load_register(site.schemas / "authorities").of_name(names[0][0])
    assert line
    assert records[0][0] == line.key


def test_a_former_name_stands_as_it_was_and_the_page_of_today_finds_it(site: Site) -> None:
    take(
        site,
        1,
        decision("甲市工商行政管理局", BEFORE),
        decision("甲市市监局", "", CF_WSH="甲罚2号"),
    )

    found = rows_of(site, "select distinct authority_code, authority from penalties order by 2")

    assert found == [(NOW, "甲市工商行政管理局"), (NOW, "甲市市场监督管理局")]


def test_two_authorities_with_one_number_stay_two(site: Site) -> None:
    take(site, 1, decision("甲市市场监督管理局", NOW), decision("乙市市场监督管理局", OTHER))

    assert rows_of(site, "select count(*) from penalties") == [(2,)]


def test_name_and_code_of_two_authorities_refuse_the_row(site: Site) -> None:
    report = take(
        site, 1, decision("甲市市场监督管理局", OTHER), decision("乙市市场监督管理局", OTHER)
    )

    (told,) = (each for each in report.findings if each.rule == "A18")
    assert (report.refused, report.taken, told.row) == (1, 1, 2)
    assert "甲市市场监督管理局" in told.message
    assert "乙市市场监督管理局" in told.message


def test_an_undeclared_spelling_is_told_once_with_the_nearest_and_joined_with_nothing(
    site: Site,
) -> None:
    rows = [decision("甲市市场监督局", "", CF_WSH=f"甲罚{n}号") for n in range(3)]

    report = take(site, 1, decision("甲市市场监督管理局", ""), *rows)

    (told,) = (each for each in report.findings if each.rule == "A19")
    assert (told.row, report.refused) == (3, 0)
    assert "3 行" in told.message
    assert "甲市市场监督管理局" in told.message
    keys = {str(row[0]) for row in rows_of(site, "select authority_code from penalties")}
    assert keys == {NOW, surrogate("甲市市场监督局")}


def test_a_code_that_is_not_declared_for_its_authority_is_told(site: Site) -> None:
    stranger = code(DICE, "11")

    report = take(site, 1, decision("丙县示例局", stranger))

    assert [each.rule for each in report.findings if each.rule.startswith("A")] == ["A25"]


def test_an_agency_may_speak_for_what_its_authority_continues(site: Site) -> None:
    sender(site, "yi-shi", authorities=[{"name": "甲市市监局", "code": NOW}])

    rows = [
        decision("甲市工商行政管理局", BEFORE),
        decision("乙市市场监督管理局", OTHER, CF_WSH="乙罚1号"),
    ]
    report = take(site, 1, *rows, agency="yi-shi")

    assert [(each.rule, each.row) for each in report.findings if each.rule == "A11"] == [("A11", 3)]
    assert rows_of(site, "select authority_code, authority from penalties") == [
        (NOW, "甲市工商行政管理局")
    ]


# Real spellings


PLACE = re.compile(
    r"^(?:中国(?:银行保险监督管理委员会|银保监会|银行业监督管理委员会|银监会))?"
    r"(.{2,6}?)(监管局|监管分局|银保监局|银保监分局|银监局|银监分局)$"
)


@pytest.mark.real_data
@pytest.mark.skipif(not SPELLINGS.exists(), reason=f"no {SPELLINGS}: set GONGSHI_REAL_DATA")
def test_the_spellings_of_the_banking_regulator_resolve_and_no_two_offices_are_joined() -> None:
    register = load_register(HERE / "agencies" / "authorities")
    with SPELLINGS.open(encoding="utf-8-sig", newline="") as file:
        names = [row[0] for row in csv.reader(file) if row[2].startswith("银")]

    found = {name: register.of_name(name) for name in names}

    assert len(names) == 672
    assert [name for name, line in found.items() if line is None] == []
    assert len({line.name for line in found.values() if line}) == 339
    lines = {name: line.name for name, line in found.items() if line}
    offices = [(name, m[1], "分局" in m[2]) for name in names if (m := PLACE.match(name))]
    assert len(offices) > 660
    for (one, place, branch), (two, where, below) in itertools.combinations(offices, 2):
        if lines[one] == lines[two]:
            same = {place, where} == {"博州", "博尔塔拉"} or place == where
            assert same or "中国" in place + where, (one, two)
            assert branch == below, (one, two)


@pytest.mark.real_data
@pytest.mark.skipif(not SPELLINGS.exists(), reason=f"no {SPELLINGS}: set GONGSHI_REAL_DATA")
def test_names_of_other_bodies_resolve_to_nothing() -> None:
    register = load_register(HERE / "agencies" / "authorities")
    with SPELLINGS.open(encoding="utf-8-sig", newline="") as file:
        others = [row[0] for row in csv.reader(file) if "税" in row[2]]

    assert len(others) > 700
    assert [name for name in others if register.of_name(name)] == []
