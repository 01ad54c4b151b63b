"""A record that a full delivery lacks: asked about, kept, and never gone by itself."""

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongshi import absence, pipeline, questioning, rebuild, registry
from gongshi.errors import UsageError
from gongshi.gates import Override
from gongshi.questioning import Given
from gongshi.report import FileReport
from gongshi.site import Site, create
from tests.intake import csv_file, table_of
from tests.penalty_rows import clean_row

TODAY = date(2026, 11, 22)
BOSS = Override("李示例", "年度清理,已与报送单位核实")
BASIS = "《中华人民共和国行政处罚法》第四十八条"


def rows(numbers: Sequence[int]) -> list[dict[str, str]]:
    """Return decisions that are in force for long, each the same whenever it is asked for."""
    made = []
    for number in numbers:
        row = clean_row(random.Random(number), number)  # noqa: S311  invented rows
        fixed = {
            "CF_WSH": f"甲市监罚字〔2026〕{number}号",
            "CF_JDRQ": (TODAY - timedelta(days=20)).isoformat(),
            "CF_GSJZQ": "",
            "CF_YXQ": "2099-12-31",
            "CF_NR": "责令停止违法行为，罚款20万元。",
            "CF_NR_FK": "20",
        }
        made.append(row | fixed)
    return made


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = create(tmp_path / "site")
    made.require()
    sender(made, "jia-quan", "full")
    sender(made, "yi-liang", "increment")
    return made


def sender(site: Site, code: str, delivery: str) -> None:
    standard = yaml.safe_load((site.ingest / "standard" / "agency.yml").read_text("utf-8"))
    (site.ingest / code).mkdir()
    text = yaml.safe_dump(standard | {"code": code, "delivery": delivery}, allow_unicode=True)
    (site.ingest / code / "agency.yml").write_text(text, encoding="utf-8")


def take(
    site: Site,
    numbers: Sequence[int],
    *,
    agency: str = "jia-quan",
    override: Override | None = None,
    check: bool = False,
) -> FileReport:
    desk = pipeline.open_desk(site, agency=agency, today=TODAY)
    file = csv_file(
        site.root / f"{agency}-{len(list(site.root.glob('*.csv')))}.csv", table_of(*rows(numbers))
    )
    if check:
        return pipeline.check(desk, [file])[0]
    return pipeline.ingest(desk, [file], override=override)[0]


def asked(site: Site, *, answered: bool = False) -> list[str]:
    found = questioning.listed(site, answered=answered)
    return [one.doc_no.removeprefix("甲市监罚字〔2026〕") for one in found]


def name_of(site: Site, number: int) -> str:
    (found,) = (
        one.name
        for one in questioning.listed(site, answered=True)
        if one.doc_no.endswith(f"〕{number}号")
    )
    return found


def rules(report: FileReport) -> list[str]:
    return [each.rule for each in report.findings if each.rule[0] in "GM"]


def standing(site: Site) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(site.registry)) as conn:
        query = "select doc_no, state, version from penalties order by doc_no"
        return conn.execute(query).fetchall()


def assert_rebuilds(site: Site) -> None:
    with closing(registry.open_registry(site.registry)) as conn:
        other = site.root / "again.db"
        rebuild.rebuild(conn, other)
        with closing(registry.open_registry(other)) as again:
            assert list(rebuild.differences(conn, again)) == []
    other.unlink()


def given(answer: str, by: str = "王示例", basis: str = "") -> Given:
    return Given(answer=answer, by=by, reason="已与报送单位核实", basis=basis)


def test_what_a_full_delivery_lacks_stays_as_it_is_and_is_asked_about(site: Site) -> None:
    take(site, range(6))
    pipeline.publish(site, today=TODAY)
    before = standing(site)

    report = take(site, [0, 1, 2, 3])

    assert rules(report) == ["M01"]
    (told,) = (each for each in report.findings if each.rule == "M01")
    assert "2 条" in told.message
    assert "4号" in told.message
    assert asked(site) == ["4号", "5号"]
    assert standing(site) == before
    assert pipeline.publish(site, today=TODAY)["ended"] == 0
    assert_rebuilds(site)


def test_a_check_tells_the_same_and_stores_nothing(site: Site) -> None:
    take(site, range(6))

    report = take(site, [0, 1, 2, 3], check=True)

    assert rules(report) == ["M01"]
    assert asked(site) == []


def test_an_increment_lacks_nothing(site: Site) -> None:
    take(site, range(6), agency="yi-liang")

    report = take(site, [7], agency="yi-liang")

    assert (rules(report), asked(site)) == ([], [])


def test_what_other_agencies_sent_is_not_missing(site: Site) -> None:
    take(site, [20, 21], agency="yi-liang")
    take(site, [0, 1])

    take(site, [0])

    assert asked(site) == ["1号"]


def test_a_row_that_comes_again_closes_the_question(site: Site) -> None:
    take(site, range(4))
    take(site, range(3))

    take(site, range(5))

    assert asked(site, answered=True) == []
    assert_rebuilds(site)


def test_what_is_kept_is_not_asked_again_until_it_has_been_there_and_is_gone_again(
    site: Site,
) -> None:
    take(site, range(4))
    take(site, range(3))
    questioning.answer(site, [name_of(site, 3)], given("keep"), today=TODAY)

    take(site, [0, 1, 2, 9])
    assert asked(site) == []
    take(site, [0, 1, 2, 3, 9])
    take(site, [0, 1, 2, 9, 10])

    assert asked(site) == ["3号"]
    assert_rebuilds(site)


def test_who_waits_is_asked_again_by_the_next_delivery(site: Site) -> None:
    take(site, range(4))
    take(site, range(3))
    questioning.answer(site, [name_of(site, 3)], given("wait"), today=TODAY)
    assert asked(site) == []
    assert asked(site, answered=True) == ["3号"]

    take(site, [0, 1, 2, 9])

    (one,) = questioning.listed(site)
    assert (one.times, one.answer) == (2, None)
    assert_rebuilds(site)


def test_who_wants_it_gone_withdraws_it_with_reason_and_basis(site: Site) -> None:
    take(site, range(4))
    pipeline.publish(site, today=TODAY)
    take(site, range(3))
    name = name_of(site, 3)

    with pytest.raises(UsageError, match="依据"):
        questioning.answer(site, [name], given("withdraw"), today=TODAY)
    questioning.answer(site, [name], given("withdraw", basis=BASIS), today=TODAY)

    assert asked(site, answered=True) == []
    assert pipeline.publish(site, today=TODAY)["ended"] == 1
    assert ("甲市监罚字〔2026〕3号", "withdrawn", 1) in standing(site)
    assert_rebuilds(site)


@pytest.mark.parametrize(
    ("name", "answer", "word"),
    [
        ("missing:pbbbbbbbbbbbbbbb", given("keep"), "没有待定的问题"),
        ("", given("keep", by=" "), "姓名"),
        ("", given("join"), "withdraw、keep"),
        ("", Given(answer="keep", by="王示例", reason=" "), "理由"),
        ("", Given(answer="keep", by="王示例", reason="电话13800138000"), "个人信息"),
        ("", given("keep", by=BOSS.by), "另一人"),
        ("", given("withdraw", by=BOSS.by, basis=BASIS), "另一人"),
    ],
)
def test_an_answer_that_cannot_stand_is_refused(
    site: Site, name: str, answer: Given, word: str
) -> None:
    take(site, range(60))
    take(site, range(20), override=BOSS)

    with pytest.raises(UsageError, match=word):
        questioning.answer(site, [name or name_of(site, 59)], answer, today=TODAY)

    assert len(asked(site)) == 40


def test_after_an_override_the_accepted_delivery_is_what_the_next_is_held_against(
    site: Site,
) -> None:
    take(site, range(130))
    assert rules(take(site, range(52))) == ["G03", "G06", "M01"]
    take(site, range(52), override=BOSS)
    assert len(asked(site)) == 78

    same = take(site, [*range(52), 200])
    whole = take(site, [*range(130), 200])

    assert (rules(same), rules(whole)) == ([], [])
    assert asked(site, answered=True) == []
    assert_rebuilds(site)


def test_strangers_in_place_of_what_was_missing_are_still_too_many(site: Site) -> None:
    take(site, range(130))
    take(site, range(52), override=BOSS)

    report = take(site, [*range(52), *range(300, 378)])

    assert rules(report) == ["G04"]


def test_a_batch_that_waits_asks_when_it_is_released_and_an_older_one_never(site: Site) -> None:
    take(site, range(4))
    policy = site.schemas / "policies" / "approval.yml"
    text = policy.read_text("utf-8").replace("default: automatic", "default: named")
    policy.write_text(text, encoding="utf-8")
    older, newer = take(site, [0]), take(site, [0, 1, 2])
    assert asked(site) == []

    pipeline.approve(site, newer.batch, by="王示例")
    assert asked(site) == ["3号"]
    pipeline.approve(site, older.batch, by="王示例")

    assert asked(site) == ["3号"]
    assert_rebuilds(site)


def test_a_record_that_is_erased_takes_its_question_and_the_answer_along(site: Site) -> None:
    take(site, range(3))
    take(site, range(2))
    name = name_of(site, 2)
    questioning.answer(site, [name], given("keep"), today=TODAY)

    with closing(registry.open_registry(site.registry)) as conn, registry.transaction(conn):
        absence.forget(conn, [name.removeprefix(absence.PREFIX)])

        left = [
            conn.execute("select count(*) from absences").fetchone(),
            conn.execute("select count(*) from answers").fetchone(),
        ]
        assert left == [(0,), (0,)]
        kept = conn.execute(
            "select count(*) from ledger as l join ledger_payloads as p on p.n = l.n "
            "where l.kind = 'answer'"
        ).fetchone()
        assert kept == (0,)
