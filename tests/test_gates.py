"""Gates: a file that is not what it should be is stopped, and a person can let it pass."""

import csv
import io
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongshi import ledger, pipeline, upkeep
from gongshi.cli import parser
from gongshi.declarations.gate_policy import AgencyGates, GateLimits
from gongshi.errors import FileRefusedError, RegistryError, SpecError, UsageError
from gongshi.formats import money
from gongshi.gates import GATES, Bounds, Delivery, Override, bounds_of, override_of, stops
from gongshi.generate import generate
from gongshi.models import Severity
from gongshi.pipeline import Desk
from gongshi.report import FileReport, as_text
from gongshi.site import Site, create
from gongshi.table_schema import load_all
from tests.portal import ROOT, code

TODAY = date(2026, 3, 2)
LIMITS = GateLimits(
    at_least=50,
    refused_share=0.5,
    changed_share=0.5,
    least_share=0.5,
    most_share=2,
    missing_share=0.2,
)
FULL = Bounds((1, 10_000), is_full=True, limits=LIMITS)
SOME = replace(FULL, is_full=False)
USUAL = Delivery(rows=1000, refused=0, last="B20260301-0001", last_rows=1000, standing=1000)
BOSS = Override("李示例", "年度清理,已与报送单位核实")
Row = list[str]


@pytest.mark.parametrize(
    ("given", "rules", "rules_of_an_increment"),
    [
        ({}, [], []),
        ({"rows": 10_001}, ["G01", "G04"], ["G01"]),
        ({"rows": 2000}, [], []),
        ({"rows": 2001}, ["G04"], []),
        ({"rows": 500}, [], []),
        ({"rows": 499}, ["G03"], []),
        ({"rows": 499, "explained": 2}, [], []),
        ({"rows": 12, "explained": 951}, [], []),
        ({"rows": 10, "last_rows": 49}, [], []),
        ({"rows": 100, "last_rows": 2}, [], []),
        ({"rows": 101, "last_rows": 2}, ["G04"], []),
        ({"refused": 500}, [], []),
        ({"refused": 501}, ["G02"], ["G02"]),
        ({"rows": 49, "refused": 49, "last_rows": 49}, [], []),
        ({"known": 1000, "changed": 500}, [], []),
        ({"known": 1000, "changed": 501}, ["G05"], ["G05"]),
        ({"known": 49, "changed": 49}, [], []),
        ({"missing": 200}, [], []),
        ({"missing": 201}, ["G06"], []),
        ({"missing": 201, "refused": 1}, [], []),
        ({"missing": 49, "standing": 49}, [], []),
        ({"rows": 2001, "last": "", "last_rows": 0, "standing": 0}, [], []),
    ],
)
def test_a_gate_fires_beyond_its_limit_and_not_at_it(
    given: dict[str, Any], rules: list[str], rules_of_an_increment: list[str]
) -> None:
    delivery = replace(USUAL, **given)

    assert [found.rule for found in stops(delivery, FULL)] == rules
    assert [found.rule for found in stops(delivery, SOME)] == rules_of_an_increment


def test_every_gate_says_its_figures_in_both_languages_and_how_to_go_on() -> None:
    worst = Delivery(rows=60, refused=31, known=60, changed=60, last="B1", last_rows=900)
    small = stops(
        replace(worst, refused=0, standing=900, missing=870), replace(FULL, rows=(90, 99))
    )
    large = stops(replace(worst, last_rows=10, rows=110, refused=60), FULL)

    told = {found.rule: found for found in (*small, *large)}

    assert told.keys() == GATES.keys()
    for found in told.values():
        assert (found.row, found.severity) == (0, Severity.ERROR)
        assert any(figure.isdigit() for figure in found.message)
        assert any(figure.isdigit() for figure in found.message_en)
        assert "--override-by" in found.message
        assert "{" not in found.message + found.message_en
    assert "B1 有 900 行" in told["G03"].message
    assert "50%" in told["G03"].message


def test_an_agency_declares_its_own_limits_and_the_others_stay(site: Site) -> None:
    spec = pipeline.open_desk(site, agency=None, today=TODAY).agencies["standard"]
    own = spec.model_copy(update={"gates": AgencyGates(refused_share=0.9), "delivery": "full"})

    bounds = bounds_of(own, LIMITS)

    assert bounds.limits == LIMITS.model_copy(update={"refused_share": 0.9})
    assert (bounds.is_full, bounds_of(spec, LIMITS).is_full) == (True, False)


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        ("李示例", None),
        (None, "核实无误"),
        ("李示例", "   "),
        ("李" * 41, "核实无误"),
        ("李示例", "核" * 501),
        ("李示例", "联系电话13800138000"),
        ("李示例", "反向\u202e文字"),
        ("李示例", "坏字节\udcff"),
        ("李示例 11010519491231002X", "核实无误"),
    ],
)
def test_an_override_needs_a_name_and_a_reason_fit_to_be_published(
    by: str | None, reason: str | None
) -> None:
    with pytest.raises(UsageError, match="--override-by"):
        override_of(by, reason)


def test_an_override_is_tidied_and_none_is_none() -> None:
    assert override_of(None, None) is None
    assert override_of(" 李示例\n", "核实\t无误 ") == Override("李示例", "核实 无误")


# A site whose one agency delivers everything each time


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = create(tmp_path_factory.mktemp("gates") / "site")
    made.require()
    declare(made, delivery="full")
    return made


def declare(site: Site, code: str = "jia-quan", **more: object) -> None:
    """Declare an agency that sends the template under a code of its own."""
    standard = yaml.safe_load((site.ingest / "standard" / "agency.yml").read_text("utf-8"))
    home = site.ingest / code
    home.mkdir(exist_ok=True)
    text = yaml.safe_dump(standard | {"code": code} | more, allow_unicode=True)
    (home / "agency.yml").write_text(text, encoding="utf-8")


def desk_of(site: Site, code: str = "jia-quan", today: date = TODAY) -> Desk:
    return pipeline.open_desk(site, agency=code, today=today)


def table_of(file: Path) -> list[Row]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))


def written(file: Path, table: list[Row], encoding: str = "utf-8") -> Path:
    with file.open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows(table)
    return file


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Return a valid table of 200 records: its header, then the rows."""
    file = tmp_path_factory.mktemp("usual") / "全量.csv"
    generate(200, 5, file, fmt=None, dirty=False, today=TODAY)
    return table_of(file)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Return another 240 valid records, of other decisions."""
    file = tmp_path_factory.mktemp("stranger") / "另一份.csv"
    generate(240, 6, file, fmt=None, dirty=False, today=TODAY)
    return table_of(file)


@pytest.fixture(scope="module")
def standing(site: Site, usual: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site folder that holds the usual table as a batch of the agency, published."""
    pipeline.ingest(desk_of(site), [written(tmp_path_factory.mktemp("in") / "上期.csv", usual)])
    pipeline.publish(site, today=TODAY)
    return site.root


@pytest.fixture
def own(standing: Path, tmp_path: Path) -> Site:
    """Return a copy of the standing site for one test."""
    shutil.copytree(standing, tmp_path / "site")
    return Site(tmp_path / "site")


def content(site: Site) -> list[str]:
    with closing(sqlite3.connect(site.registry)) as conn:
        return list(conn.iterdump())


def gates_of(report: FileReport) -> list[str]:
    return [found.rule for found in report.findings if found.rule in GATES]


# What goes wrong with a file on its way


Mutation = Callable[[list[Row], list[Row], random.Random], list[Row]]


def column(table: list[Row], name: str) -> int:
    return table[0].index(name)


def less(usual: list[Row], _: list[Row], dice: random.Random) -> list[Row]:
    return [usual[0], *dice.sample(usual[1:], 80)]


def more(usual: list[Row], stranger: list[Row], dice: random.Random) -> list[Row]:
    return [*usual, *dice.sample(stranger[1:], 220)]


def header_only(usual: list[Row], _: list[Row], __: random.Random) -> list[Row]:
    return usual[:1]


def empty(_: list[Row], __: list[Row], ___: random.Random) -> list[Row]:
    return []


def wrong_month(_: list[Row], stranger: list[Row], dice: random.Random) -> list[Row]:
    return [stranger[0], *dice.sample(stranger[1:], 200)]


def duplicated(usual: list[Row], _: list[Row], __: random.Random) -> list[Row]:
    return [*usual, *usual[1:]]


def no_large_authority(usual: list[Row], _: list[Row], dice: random.Random) -> list[Row]:
    """Leave out whole authorities until more than a third of the rows is gone."""
    place = column(usual, "处罚机关统一社会信用代码")
    codes = sorted({row[place] for row in usual[1:]})
    dice.shuffle(codes)
    kept = usual[1:]
    while len(kept) > 0.65 * len(usual):
        gone = codes.pop()
        kept = [row for row in kept if row[place] != gone]
    return [usual[0], *kept]


def shifted(usual: list[Row], _: list[Row], dice: random.Random) -> list[Row]:
    """Shift every cell behind a random column by one to the right."""
    place = dice.randrange(3, len(usual[0]) - 8)
    return [usual[0], *([*row[:place], "", *row[place:-1]] for row in usual[1:])]


def fines_times_10000(usual: list[Row], _: list[Row], __: random.Random) -> list[Row]:
    place = column(usual, "罚款金额（万元）")
    rows = [list(row) for row in usual[1:]]
    for row in rows:
        if row[place].strip() not in {"", "0"}:
            row[place] = str(int(money.parse_wan(row[place]) // money.FEN_PER_YUAN))
    return [usual[0], *rows]


def grown_a_little(usual: list[Row], stranger: list[Row], dice: random.Random) -> list[Row]:
    return [*usual, *dice.sample(stranger[1:], 30)]


def shuffled(usual: list[Row], _: list[Row], dice: random.Random) -> list[Row]:
    return [usual[0], *dice.sample(usual[1:], len(usual) - 1)]


STOPPED: dict[Mutation, set[str]] = {
    less: {"G03", "G06"},
    more: {"G04"},
    wrong_month: {"G06"},
    no_large_authority: {"G06"},
    shifted: {"G02"},
    fines_times_10000: {"G05"},
}
REFUSED: dict[Mutation, str] = {empty: "F01", header_only: "F01"}
LEGITIMATE: tuple[Mutation, ...] = (duplicated, grown_a_little, shuffled)


def cases(count: int) -> list[Any]:
    """Return `count` mutations with their seeds, each kind in turn, in three encodings."""
    kinds = [*STOPPED, *REFUSED, *LEGITIMATE]
    encodings = ("utf-8", "gb18030", "utf-8-sig")
    return [
        pytest.param((kind, seed, encoding), id=f"{kind.__name__}-{seed}-{encoding}")
        for seed in range(count)
        for kind, encoding in [(kinds[seed % len(kinds)], encodings[seed % 3])]
    ]


def try_mutation(site: Site, file: Path, mutate: Mutation) -> None:
    """Send one mutated file: it is stopped or refused and changes nothing, or is legitimate."""
    before, desk = content(site), desk_of(site)
    if mutate in REFUSED:
        with pytest.raises(FileRefusedError) as refusal:
            pipeline.ingest(desk, [file])
        assert refusal.value.rule == REFUSED[mutate]
        assert content(site) == before
        return
    (foreseen,) = pipeline.check(desk, [file])
    (report,) = pipeline.ingest(desk, [file])

    assert report.rows == report.taken + report.refused + report.unchanged
    assert gates_of(foreseen) == gates_of(report)
    assert foreseen.stopped == report.stopped == (mutate in STOPPED)
    assert (foreseen.taken, foreseen.unchanged) == (report.taken, report.unchanged)
    if mutate in STOPPED:
        assert STOPPED[mutate] <= set(gates_of(report))
        assert (report.taken, report.batch) == (0, "")
        assert content(site) == before
    else:
        assert gates_of(report) == []
        assert report.batch
        assert report.unchanged >= 200


@pytest.fixture
def sent(
    request: pytest.FixtureRequest,
    own: Site,
    usual: list[Row],
    stranger: list[Row],
    tmp_path: Path,
) -> tuple[Site, Path, Mutation]:
    """Return a site, a file that something happened to, and what that was."""
    mutate, seed, encoding = request.param
    table = mutate(usual, stranger, random.Random(seed))  # noqa: S311  cases, not secrets
    return own, written(tmp_path / "本期.csv", table, encoding), mutate


@pytest.mark.parametrize("sent", cases(11), indirect=True)
def test_a_mutated_delivery_is_stopped_with_a_reason_or_is_legitimate(
    sent: tuple[Site, Path, Mutation],
) -> None:
    try_mutation(*sent)


@pytest.mark.prove
@pytest.mark.parametrize("sent", cases(220), indirect=True)
def test_two_hundred_mutated_deliveries(sent: tuple[Site, Path, Mutation]) -> None:
    try_mutation(*sent)


# A person lets a file pass


@pytest.fixture
def shrunken(usual: list[Row], tmp_path: Path) -> Path:
    return written(tmp_path / "缩水.csv", usual[:41])


def test_an_override_passes_is_recorded_and_is_shown_in_the_release(
    own: Site, shrunken: Path
) -> None:
    (report,) = pipeline.ingest(desk_of(own), [shrunken], override=BOSS)
    released = pipeline.publish(own, today=TODAY)

    assert (report.stopped, report.unchanged, gates_of(report)) == (False, 40, ["G03", "G06"])
    assert {found.severity for found in report.findings if found.rule in GATES} == {"warning"}
    assert "已由李示例放行:年度清理" in as_text([report])
    with closing(sqlite3.connect(own.registry)) as conn:
        query = "select override_by, override_reason, overridden from batches order by batch"
        recorded = conn.execute(query).fetchall()
        (n,) = conn.execute("select max(ledger_n) from batches").fetchone()
        header = ledger.entry(conn, n).header or {}
    assert recorded == [(None, None, None), (BOSS.by, BOSS.reason, "G03;G06")]
    assert (header["override_by"], header["override_reason"]) == (BOSS.by, BOSS.reason)
    assert (released["release"], released["added"]) == (2, 0)
    (shown,) = overrides_of(own)
    assert shown == (
        report.batch,
        "jia-quan",
        "2026-03-02",
        "G03 比上一批少得多;G06 全量报送中大批记录缺失",
        BOSS.reason,
        BOSS.by,
    )
    manifest = json.loads((own.release(2) / "manifest.json").read_bytes())
    assert manifest["overrides"] == [report.batch]
    assert pipeline.publish(own, today=TODAY)["release"] == 2
    assert upkeep.verify(own, today=TODAY) == []
    assert upkeep.rebuild(own)["same"]


def overrides_of(site: Site) -> list[tuple[str | None, ...]]:
    release = site.release(site.current_release() or 0)
    with closing(sqlite3.connect(release / "public.db")) as conn:
        return conn.execute("select * from overrides").fetchall()


def test_a_site_may_keep_the_name_to_itself_and_forgets_the_reason_in_time(
    own: Site, shrunken: Path
) -> None:
    edit(own.schemas / "policies" / "gates.yml", show_name=False, shown_days=30)
    pipeline.ingest(desk_of(own), [shrunken], override=BOSS)
    pipeline.publish(own, today=TODAY)
    first = overrides_of(own)

    pipeline.publish(own, today=TODAY + timedelta(days=30))

    assert [line[-2:] for line in first] == [(BOSS.reason, None)]
    built = b"".join(file.read_bytes() for file in own.build.rglob("*") if file.is_file())
    assert BOSS.by.encode() not in built
    assert overrides_of(own) == []


def edit(file: Path, **values: object) -> None:
    given = yaml.safe_load(file.read_text("utf-8"))
    file.write_text(yaml.safe_dump(given | values, allow_unicode=True), encoding="utf-8")


def test_an_override_that_was_not_needed_is_not_recorded(
    own: Site, usual: list[Row], tmp_path: Path
) -> None:
    file = written(tmp_path / "本期.csv", [*usual[:1], *reversed(usual[1:])])

    (report,) = pipeline.ingest(desk_of(own), [file], override=BOSS)

    assert gates_of(report) == []
    with closing(sqlite3.connect(own.registry)) as conn:
        assert conn.execute("select count(override_by) from batches").fetchone() == (0,)


def test_who_overrode_cannot_approve(own: Site, shrunken: Path) -> None:
    edit(own.schemas / "policies" / "approval.yml", default="named")
    (report,) = pipeline.ingest(desk_of(own), [shrunken], override=BOSS)

    with pytest.raises(UsageError, match="另一人"):
        pipeline.approve(own, report.batch, by=BOSS.by)
    pipeline.publish(own, today=TODAY)
    waiting = overrides_of(own)
    pipeline.approve(own, report.batch, by="张示例")
    pipeline.publish(own, today=TODAY)

    assert waiting == []
    assert [line[0] for line in overrides_of(own)] == [report.batch]


def test_only_those_whom_the_site_names_may_override(own: Site, shrunken: Path) -> None:
    edit(own.schemas / "policies" / "approval.yml", overriders=["王示例"])
    before = content(own)

    with pytest.raises(UsageError, match="overriders"):
        pipeline.ingest(desk_of(own), [shrunken], override=BOSS)

    assert content(own) == before


# What is compared, and with what


def test_what_an_event_or_the_clock_ended_is_not_counted(
    own: Site, usual: list[Row], tmp_path: Path
) -> None:
    """Half of what stood has ended since: a file without it passes."""
    with closing(sqlite3.connect(own.registry)) as conn:
        query = "select rid, doc_no from penalty_records order by rid limit 110"
        ended = dict(conn.execute(query).fetchall())
        conn.executemany(
            "update penalty_standing set ended_on = '2026-03-03', state = 'repaired' where rid = ?",
            [(rid,) for rid in ended],
        )
        conn.commit()
    place = usual[0].index("行政处罚决定书文号")
    left = [row for row in usual[1:] if row[place] not in ended.values()]
    file = written(tmp_path / "本期.csv", [usual[0], *left])

    (report,) = pipeline.ingest(desk_of(own, today=date(2026, 3, 4)), [file])

    assert len(left) < 100
    assert gates_of(report) == []


def test_an_agency_that_sends_what_is_new_may_send_little_or_much(
    own: Site, usual: list[Row], stranger: list[Row], tmp_path: Path
) -> None:
    declare(own, delivery="increment")
    three = written(tmp_path / "三行.csv", usual[:4])
    many = written(tmp_path / "很多.csv", [*stranger, *usual[1:4]])

    reports = pipeline.ingest(desk_of(own), [three, many])

    assert [gates_of(report) for report in reports] == [[], []]


def test_the_first_delivery_has_bounds_and_a_share_of_refusals_alone(
    own: Site, usual: list[Row], tmp_path: Path
) -> None:
    declare(own, "yi-quan", delivery="full", rows=[5, 60])
    place = usual[0].index("行政处罚决定书文号")
    spoilt = [[*row[:place], "", *row[place + 1 :]] for row in usual[1:]]
    files = [
        written(tmp_path / "好.csv", usual[:60]),
        written(tmp_path / "多.csv", usual),
        written(tmp_path / "坏.csv", [usual[0], *spoilt[:30], *usual[31:59]]),
    ]

    reports = pipeline.check(desk_of(own, "yi-quan"), files)

    assert [gates_of(report) for report in reports] == [[], ["G01"], ["G02"]]


def test_a_list_delivered_in_full_is_never_emptied_by_a_short_file(
    own: Site, tmp_path: Path
) -> None:
    listed = entries(80)
    standard = yaml.safe_load((own.ingest / "standard-list" / "agency.yml").read_text("utf-8"))
    home = own.ingest / "jia-mingdan"
    home.mkdir()
    text = yaml.safe_dump(standard | {"code": "jia-mingdan", "delivery": "full"})
    (home / "agency.yml").write_text(text, encoding="utf-8")
    desk = desk_of(own, "jia-mingdan")
    (first,) = pipeline.ingest(desk, [written(tmp_path / "名单.csv", listed)])
    before = content(own)

    (second,) = pipeline.ingest(desk, [written(tmp_path / "剩下.csv", listed[:10])])

    assert (first.taken, first.stopped) == (80, False)
    assert (second.stopped, gates_of(second)) == (True, ["G03", "G06"])
    assert content(own) == before


def entries(count: int) -> list[Row]:
    """Return a table of listing decisions: the severe list of one authority."""
    names = list(load_all(ROOT / "schemas")["list-entry"].names)
    given = {
        "LIST_CODE": "YZWF",
        "PARTY_CATEGORY": "法人及非法人组织",
        "LISTED_ON": "2026-02-05",
        "REASON": "情节严重",
        "BASIS": "《市场监督管理严重违法失信名单管理办法》第五条",
        "LEGAL_REP": "张示例",
        "AUTHORITY": "甲市示例局",
        "AUTHORITY_CODE": code("11", 1),
        "SOURCE_UNIT": "甲市示例局",
        "SOURCE_UNIT_CODE": code("11", 1),
    }
    table = [names]
    for number in range(count):
        own = {
            "PARTY": f"甲市示例商贸{number}有限公司",
            "USCC": code("91", number),
            "LISTING_DOC_NO": f"甲市监列〔2026〕{number}号",
        }
        table.append([(given | own).get(name, "") for name in names])
    return table


# What check says


def test_check_writes_nothing_and_needs_no_registry(
    own: Site, shrunken: Path, usual: list[Row], tmp_path: Path
) -> None:
    before = (own.registry.read_bytes(), content(own))
    known = written(tmp_path / "同样.csv", usual)

    stopped, same = pipeline.check(desk_of(own), [shrunken, known])

    assert (stopped.stopped, same.stopped) == (True, False)
    assert (same.rows, same.taken, same.unchanged) == (200, 0, 200)
    assert (own.registry.read_bytes(), content(own)) == before
    own.registry.unlink()
    for left in own.var.glob("registry.db-*"):
        left.unlink()
    (fresh,) = pipeline.check(desk_of(own), [known])
    assert (fresh.taken, fresh.unchanged, fresh.findings) == (200, 0, same.findings)
    assert not own.registry.exists()


def test_check_tells_of_list_entries_what_ingest_would(own: Site, tmp_path: Path) -> None:
    table = entries(3)
    table[2][table[0].index("BASIS")] = "《示例管理办法》第五条"
    table[3][table[0].index("LIST_CODE")] = "YZWX"
    file = written(tmp_path / "名单.csv", table)

    (foreseen,) = pipeline.check(desk_of(own, "standard-list"), [file])
    (report,) = pipeline.ingest(desk_of(own, "standard-list"), [file])

    assert replace(foreseen, batch=report.batch) == report
    assert (report.taken, report.refused) == (1, 2)
    assert [found.rule for found in report.findings if found.rule[0] == "L"] == ["L05", "L01"]


def test_check_refuses_a_registry_of_an_earlier_version_instead_of_changing_it(
    own: Site, shrunken: Path
) -> None:
    with closing(sqlite3.connect(own.registry)) as conn:
        conn.execute("delete from _sqlite_migrations where name = 'm007_overridden_gates'")
        conn.commit()

    with pytest.raises(RegistryError, match="先升级"):
        pipeline.check(desk_of(own), [shrunken])


def test_a_broken_agency_is_found_before_any_file_is_read(own: Site) -> None:
    declare(own, "yi-shi", derive={"CF_NOTHING": "kinds-from-text"})

    with pytest.raises(SpecError, match="ingest/yi-shi/agency"):
        desk_of(own)


# The command line


def run(site: Site, *words: str) -> tuple[int, dict[str, Any]]:
    args = parser().parse_args(["--root", str(site.root), "--today", TODAY.isoformat(), *words])
    answer, told, status = args.run(args)
    assert told
    return status, answer


def test_the_command_has_status_2_where_nothing_was_done_and_json_says_why(
    own: Site, shrunken: Path, usual: list[Row], tmp_path: Path
) -> None:
    before = content(own)
    good = written(tmp_path / "同样.csv", usual)
    agency = ("--agency", "jia-quan")

    checked, told = run(own, "check", str(shrunken), *agency)
    alone, answer = run(own, "ingest", str(shrunken), *agency)
    ran, _ = run(own, "run", str(shrunken), *agency)
    untouched = content(own) == before
    beside, _ = run(own, "ingest", str(shrunken), str(good), *agency)
    passed, _ = run(
        own, "run", str(shrunken), *agency, "--override-by", "李示例", "--override-reason", "清理"
    )

    assert (checked, alone, ran, beside, passed) == (1, 2, 2, 1, 0)
    assert untouched
    (line,) = answer["files"]
    assert line == told["files"][0]
    assert line["rows"] == line["taken"] + line["refused"] + line["unchanged"]
    assert (line["taken"], line["stopped"]) == (0, True)
    assert [found["rule"] for found in line["findings"][:2]] == ["G03", "G06"]


# Killed on the way


def test_an_override_that_is_killed_leaves_the_old_or_the_new(
    own: Site, stranger: list[Row], tmp_path: Path
) -> None:
    file = written(tmp_path / "换了.csv", [*stranger[:201]])
    old: tuple[int, list[str]] = (200, [])
    new = (400, ["G06"])
    start = [sys.executable, "-m", "gongshi", "--root", str(own.root), "--today", f"{TODAY}"]
    words = ["ingest", str(file), "--agency", "jia-quan"]
    let_pass = ["--override-by", "李示例", "--override-reason", "改用新系统"]
    for seconds in (0.8, 1.6, 2.4, 3.2):
        child = subprocess.Popen([*start, *words, *let_pass], stdout=subprocess.DEVNULL)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
        child.wait()
        assert held(own) in (old, new)
    pipeline.ingest(desk_of(own), [file], override=BOSS)

    assert held(own) == new


def held(site: Site) -> tuple[int, list[str]]:
    """Return the number of records and the gates that were overridden."""
    with closing(sqlite3.connect(site.registry)) as conn:
        (count,) = conn.execute("select count(*) from penalty_records").fetchone()
        query = "select overridden from batches where overridden is not null"
        return count, [gates for (gates,) in conn.execute(query)]
