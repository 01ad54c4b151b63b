"""Listing decisions: what is taken, what is refused and why; how an entry ends."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gongshi.declarations.list_spec import ListSpec, load_lists
from gongshi.errors import SpecError
from gongshi.lists import RULES, Enlisted, enlist
from gongshi.registry import open_registry, transaction
from tests.registry_world import POLICIES, ROOT, batch, entry, penalty, table
from tests.test_clock_run import run, take


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_registry(tmp_path / "registry.db")) as connection:
        yield connection


def listing(
    conn: sqlite3.Connection, *rows: dict[str, object], day: str = "2026-11-20"
) -> Enlisted:
    public = table(rows, "list-entry")
    with transaction(conn):
        return enlist(conn, public, batch(conn, public, day), POLICIES.lists)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"list_code": "NONE"}, "L01"),
        ({"list_code": None}, "L01"),
        ({"list_code": "SXCJ"}, "L02"),
        ({"listing_doc_no": None, "doc_no_key": None}, "L03"),
        ({"basis": None}, "L04"),
        ({"basis": "上级要求"}, "L05"),
        (
            {"list_code": "NSXYA", "party_category": "自然人", "basis": "《纳税信用管理办法》"},
            "L06",
        ),
        ({"authority": None}, "L07"),
        ({"listed_on": None}, "L07"),
        ({"reason": None}, "L07"),
    ],
)
def test_a_listing_without_decision_or_basis_is_refused(
    conn: sqlite3.Connection, given: dict[str, object], rule: str
) -> None:
    done = listing(conn, entry(1, **given), entry(2))

    assert [found.rule for found in done.findings] == [rule]
    assert rule in RULES
    assert (done.added, done.refused) == (1, frozenset({("", 2)}))
    assert conn.execute("select taken, refused from batches").fetchone() == (1, 1)


def test_a_red_list_whose_basis_is_not_named_is_taken_with_a_warning(
    conn: sqlite3.Connection,
) -> None:
    done = listing(conn, entry(1, list_code="NSXYA", basis="2025年度纳税信用评价结果"))

    assert [(found.rule, found.severity) for found in done.findings] == [("L05", "warning")]
    assert (done.added, done.refused) == (1, frozenset())


def test_counting_penalties_lists_nobody(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(n, uscc="A", party_key="uscc:A") for n in range(50)], "2026-11-20")

    moves = run(conn, "2026-11-20")

    assert (moves.added, moves.entries_added) == (50, 0)


def test_an_entry_shows_colour_and_end_and_ends_on_its_day(conn: sqlite3.Connection) -> None:
    listing(conn, entry(1))
    run(conn, "2026-11-20")
    shown = conn.execute("select colour, until, state, shown from list_entries").fetchone()

    last_day, next_day = run(conn, "2029-11-05"), run(conn, "2029-11-06")

    assert shown == ("black", "2029-11-05", "listed", 1)
    assert (last_day.entries_ended, next_day.entries_ended) == (0, 1)
    assert conn.execute("select type, reason from tombstones").fetchall() == [
        ("list_entry", "公示结束")
    ]


def test_an_entry_finds_its_penalty_even_when_that_comes_later(conn: sqlite3.Connection) -> None:
    listing(conn, entry(1, penalty_doc_no="甲市监罚[2026]1号"))
    before = run(conn, "2026-11-20")
    take(conn, [penalty(1)], "2026-11-21")

    after = run(conn, "2026-11-21")

    assert (before.entries_added, after.entries_changed) == (1, 1)
    assert conn.execute(
        "select e.penalty_id = p.penalty_id from list_entries e, penalties p"
    ).fetchone() == (1,)


def test_a_list_that_is_switched_off_ends_its_entries(conn: sqlite3.Connection) -> None:
    listing(conn, entry(1))
    run(conn, "2026-11-20")
    off = POLICIES.lists | {"YZWF": POLICIES.lists["YZWF"].model_copy(update={"enabled": False})}

    moves = run(conn, "2026-11-20", POLICIES.model_copy(update={"lists": off}))

    assert moves.entries_ended == 1


@pytest.mark.parametrize("file", sorted((ROOT / "schemas" / "lists").glob("*.yml")), ids=str)
def test_every_list_is_complete(file: Path) -> None:
    spec = POLICIES.lists[file.stem]

    assert spec.title
    assert spec.title_en.isascii()
    assert spec.enabled <= bool(spec.legal_basis)
    assert spec.enabled or spec.note
    assert spec.colour != "black" or (spec.removal_conditions and spec.measures)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"colour": "purple"}, "colour"),
        ({"colr": "red"}, "colr"),
        ({"code": "OTHER"}, "code"),
        ({"legal_basis": "[]"}, ""),
        ({"code": "小写"}, "code"),
    ],
)
def test_a_broken_list_names_file_and_key(tmp_path: Path, change: dict[str, str], key: str) -> None:
    text = (ROOT / "schemas" / "lists" / "CXDX.yml").read_text(encoding="utf-8")
    if "legal_basis" in change:
        text = (
            text[: text.index("legal_basis")] + "legal_basis: []\n" + text[text.index("natural_") :]
        )
    else:
        ((name, value),) = change.items()
        lines = [line for line in text.splitlines() if not line.startswith(f"{name}:")]
        text = "\n".join([*lines, f"{name}: {value}"])
    (tmp_path / "CXDX.yml").write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match=r"CXDX\.yml") as caught:
        load_lists(tmp_path)

    assert caught.value.key == key


def test_a_spec_is_frozen() -> None:
    spec: ListSpec = POLICIES.lists["YZWF"]

    with pytest.raises(ValueError, match="frozen"):
        spec.title = "别的"
