"""Firms that may be one: asked about by a form of name, joined by a person alone."""

import random
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gongshi import pipeline, questioning, rebuild, registry, sameness
from gongshi.errors import UsageError
from gongshi.formats import party_name
from gongshi.questioning import Given
from gongshi.sameness import Firm
from gongshi.site import Site, create
from tests.intake import csv_file, table_of
from tests.penalty_rows import clean_row, code

TODAY = date(2026, 11, 22)
DICE = random.Random(8)  # noqa: S311  invented codes
ONE, TWO = code(DICE, "91"), code(DICE, "91")
NAME = "甲市示例商贸有限公司"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲市示例商贸有限公司", "甲市示例商貿有限公司"),
        ("甲市示例商贸有限公司", "甲市示例商贸有限责任公司"),
        ("甲市示例商贸有限公司", " 甲市　示例商贸有限公司 "),
        ("示例（甲市）商贸有限公司", "示例(甲市)商贸有限公司"),
        ("甲省甲市示例商贸有限公司", "甲市示例商贸有限公司"),
        ("ＡＢ示例有限公司", "ab示例有限公司"),
    ],
)
def test_spellings_of_one_name_have_one_form(one: str, other: str) -> None:
    assert party_name.form(one) == party_name.form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例银行股份有限公司", "示例银行股份有限公司甲市分行"),
        ("示例银行甲市分行", "示例银行甲市支行"),
        ("甲市示例商贸有限公司", "乙市示例商贸有限公司"),
        ("甲市示例商贸有限公司", "甲市示例商贸股份有限公司"),
        ("甲省示例商贸有限公司", "示例商贸有限公司"),
    ],
)
def test_names_of_different_firms_have_different_forms(one: str, other: str) -> None:
    assert party_name.form(one) != party_name.form(other)


@given(
    st.text(max_size=30) | st.text(alphabet="甲省市自治区示例商貿贸有限责任公司()() ", max_size=30)
)
def test_the_form_of_a_form_is_itself(name: str) -> None:
    assert party_name.form(party_name.form(name)) == party_name.form(name)


firms = st.builds(
    lambda number, doc, party, uscc: Firm(
        id=f"p{number}",
        authority_code="A",
        doc_no_key=doc,
        party_key=f"uscc:{uscc}" if uscc else f"name:{party}",
        party=party,
        uscc=uscc,
        doc_no=doc,
        authority="甲市示例局",
    ),
    st.integers(0, 10**9),
    st.sampled_from(["1", "2"]),
    st.sampled_from([NAME, "甲市示例商貿有限公司", "乙市示例商贸有限公司"]),
    st.sampled_from([None, ONE, TWO]),
)


@given(st.lists(firms, max_size=8))
def test_two_firms_with_different_codes_are_never_proposed(found: list[Firm]) -> None:
    for same in (*sameness.twice(found), *sameness.of_codes(found)):
        codes = {firm.uscc for firm in same.firms if firm.uscc} | ({same.code} - {""})
        assert len(codes) <= 1


# From files to one record


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = create(tmp_path / "site")
    made.require()
    standard = yaml.safe_load((made.ingest / "standard" / "agency.yml").read_text("utf-8"))
    (made.ingest / "jia-shi").mkdir()
    spec = standard | {"code": "jia-shi", "optional": ["CF_XDR_SHXYM"]}
    text = yaml.safe_dump(spec, allow_unicode=True)
    (made.ingest / "jia-shi" / "agency.yml").write_text(text, encoding="utf-8")
    return made


def decision(number: int, name: str, uscc: str) -> dict[str, str]:
    row = clean_row(random.Random(1), 1)  # noqa: S311  invented
    return row | {
        "CF_WSH": f"甲市监罚字〔2026〕{number}号",
        "CF_JDRQ": (TODAY - timedelta(days=20)).isoformat(),
        "CF_GSJZQ": "",
        "CF_YXQ": "2099-12-31",
        "CF_NR": "责令停止违法行为，罚款20万元。",
        "CF_NR_FK": "20",
        "CF_XDR_MC": name,
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": uscc,
        "CF_XDR_GSZC": "",
        "CF_XDR_ZJLX": "",
        "CF_XDR_ZJHM": "",
        "CF_FRDB": "张示例",
    }


def take(site: Site, *rows: dict[str, str]) -> None:
    desk = pipeline.open_desk(site, agency="jia-shi", today=TODAY)
    file = site.root / f"{len(list(site.root.glob('*.csv')))}.csv"
    (report,) = pipeline.ingest(desk, [csv_file(file, table_of(*rows))])
    assert report.refused == 0, list(report.findings)


def answer(site: Site, word: str, by: str = "王示例") -> None:
    (asked,) = questioning.same_parties(site)
    given = Given(answer=word, by=by, reason="已核对营业执照")
    questioning.answer(site, [asked.name], given, today=TODAY)


def shown(site: Site) -> list[tuple[Any, ...]]:
    pipeline.publish(site, today=TODAY)
    with closing(sqlite3.connect(site.registry)) as conn:
        query = "select doc_no, uscc from penalties where shown = 1 order by doc_no, uscc"
        return [(doc_no[-2], uscc) for doc_no, uscc in conn.execute(query)]


def assert_rebuilds(site: Site) -> None:
    with closing(registry.open_registry(site.registry)) as conn:
        other = site.root / "again.db"
        rebuild.rebuild(conn, other)
        with closing(registry.open_registry(other)) as again:
            assert list(rebuild.differences(conn, again)) == []
    other.unlink()


def test_a_decision_that_came_without_and_with_the_code_is_one_once_a_person_says_so(
    site: Site,
) -> None:
    take(site, decision(1, NAME, ""))
    take(site, decision(1, "甲市示例商貿有限责任公司", ONE))
    assert shown(site) == [("1", None), ("1", ONE)]
    (asked,) = questioning.same_parties(site)
    assert asked.case == "twice"

    answer(site, "join")

    assert shown(site) == [("1", ONE)]
    assert questioning.same_parties(site) == []
    take(site, decision(1, NAME, ONE))
    assert shown(site) == [("1", ONE)]
    assert_rebuilds(site)


def test_a_code_is_put_on_the_records_that_a_person_joined_and_on_no_later_one(
    site: Site,
) -> None:
    take(site, decision(1, NAME, ONE), decision(2, NAME, ""))
    answer(site, "join")
    assert shown(site) == [("1", ONE), ("2", ONE)]

    take(site, decision(2, NAME, ONE))
    take(site, decision(3, NAME, ""))

    assert shown(site) == [("1", ONE), ("2", ONE), ("3", None)]
    (asked,) = questioning.same_parties(site)
    assert [firm.doc_no[-2] for firm in asked.firms] == ["3"]
    assert_rebuilds(site)


def test_what_was_refused_does_not_come_again(site: Site) -> None:
    take(site, decision(1, NAME, ONE), decision(2, NAME, ""))

    answer(site, "apart")
    take(site, decision(3, NAME, ""))

    assert questioning.same_parties(site) == []
    assert shown(site) == [("1", ONE), ("2", None), ("3", None)]
    assert_rebuilds(site)


def test_one_name_with_two_codes_is_no_question_and_one_code_with_two_names_is(
    site: Site,
) -> None:
    take(site, decision(1, NAME, ONE), decision(1, NAME, TWO), decision(2, NAME, ""))
    assert questioning.same_parties(site) == []

    take(site, decision(3, "甲市另一示例有限公司", TWO))

    (asked,) = questioning.same_parties(site)
    assert (asked.case, asked.code) == ("renamed", TWO)
    answer(site, "join")
    assert questioning.same_parties(site) == []
    assert_rebuilds(site)


def test_an_answer_needs_a_name_and_a_fitting_word(site: Site) -> None:
    take(site, decision(1, NAME, ONE), decision(2, NAME, ""))

    with pytest.raises(UsageError, match="决定人"):
        answer(site, "join", by=" ")
    with pytest.raises(UsageError, match="join"):
        answer(site, "keep")
    with pytest.raises(UsageError, match="没有待定的问题"):
        questioning.answer(
            site, ["same:000000000000"], Given(answer="join", by="王示例", reason="无"), today=TODAY
        )

    assert shown(site) == [("1", ONE), ("2", None)]
