"""Gates: a file that is not what it should be is stopped as a whole, and a person can let it pass."""

import csv
import io
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongshi import pipeline
from gongshi.commands import COMMANDS
from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.gate_policy import AgencyGates, GateLimits
from gongshi.errors import FileRefusedError, RegistryError, SpecError, UsageError
from gongshi.formats import money
from gongshi.gates import GATES, Bounds, Delivery, Override, bounds_of, override_of, stops
from gongshi.generate import generate
from gongshi.models import Severity
from gongshi.pipeline import Desk
from gongshi.report import FileReport, as_json, as_text
from gongshi.site import Site, create

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
    small = stops(replace(worst, refused=0, standing=900, missing=870), replace(FULL, rows=(90, 99)))
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
    place = column(usual, "CF_CFJGDM")
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
    place = column(usual, "CF_NR_FK")
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
        pytest.param(kind, seed, encoding, id=f"{kind.__name__}-{seed}-{encoding}")
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


def send_mutation(
    site: Site, tables: tuple[list[Row], list[Row]], how: tuple[Mutation, int, str], file: Path
) -> None:
    mutate, seed, encoding = how
    table = mutate(*tables, random.Random(seed))  # noqa: S311  cases, not secrets
    try_mutation(site, written(file, table, encoding), mutate)


@pytest.mark.parametrize(("mutate", "seed", "encoding"), cases(11))
def test_a_mutated_delivery_is_stopped_with_a_reason_or_is_legitimate(
    own: Site,
    usual: list[Row],
    stranger: list[Row],
    mutate: Mutation,
    seed: int,
    encoding: str,
    tmp_path: Path,
) -> None:
    how = (mutate, seed, encoding)
    send_mutation(own, (usual, stranger), how, tmp_path / "本期.csv")


@pytest.mark.prove
@pytest.mark.parametrize(("mutate", "seed", "encoding"), cases(211))
def test_two_hundred_mutated_deliveries(
    own: Site,
    usual: list[Row],
    stranger: list[Row],
    mutate: Mutation,
    seed: int,
    encoding: str,
    tmp_path: Path,
) -> None:
    how = (mutate, seed, encoding)
    send_mutation(own, (usual, stranger), how, tmp_path / "本期.csv")
