"""What happens to a decision afterwards, alone and as a file; what the public is told of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from gongshi.errors import UsageError
from gongshi.events import Event, EventKind, Happened, apply_event, happen
from gongshi.lists import enlist
from gongshi.models import EVENT_COLUMNS, PublicTable, Source
from gongshi.packed import packed_whole
from gongshi.registry import open_registry, transaction
from tests.registry_world import AUTHORITY, POLICIES, batch, entry, penalty, table
from tests.test_clock_run import run, states, take


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_registry(tmp_path / "registry.db")) as connection:
        take(connection, [penalty(1), penalty(2), penalty(3, kinds="警告")], "2026-11-20")
        run(connection, "2026-11-20")
        yield connection


def an_id(conn: sqlite3.Connection, number: int = 1) -> str:
    query = "select penalty_id from penalties where doc_no = ?"
    (name,) = conn.execute(query, (f"甲市监罚〔2026〕{number}号",)).fetchone()
    return str(name)


def let(
    conn: sqlite3.Connection, kind: EventKind, number: int = 1, day: str = "2026-11-21"
) -> None:
    event = Event(
        event=kind,
        penalty_id=an_id(conn, number),
        on_day=day,
        reason="事实不清",
        basis="行政复议法第六十五条",
    )
    with transaction(conn):
        apply_event(conn, event)


@pytest.mark.parametrize(
    "kind", [EventKind.REVOKE, EventKind.CHANGE, EventKind.UNLAWFUL, EventKind.VOID]
)
def test_a_withdrawn_decision_tells_authority_number_and_reason(
    conn: sqlite3.Connection, kind: EventKind
) -> None:
    let(conn, kind)

    moves = run(conn, "2026-11-21")

    assert moves.ended == 1
    assert states(conn)["1"] == "withdrawn"
    told = conn.execute(
        "select ended_on, reason, basis, authority, doc_no from tombstones"
    ).fetchall()
    assert told == [
        (
            "2026-11-21",
            f"{kind}:事实不清",
            "行政复议法第六十五条",
            "甲市示例局",
            "甲市监罚〔2026〕1号",
        )
    ]
    assert conn.execute("select op, reason from events order by seq desc").fetchone() == (
        "DEL",
        f"{kind}:事实不清",
    )


@pytest.mark.parametrize("kind", [EventKind.REPAIR, EventKind.SUSPEND])
def test_a_repaired_or_suspended_one_says_only_that_it_ended(
    conn: sqlite3.Connection, kind: EventKind
) -> None:
    let(conn, kind)

    run(conn, "2026-11-21")

    told = conn.execute("select reason, basis, authority, doc_no from tombstones").fetchall()
    assert told == [("公示结束", None, None, None)]


def test_a_resumed_record_is_shown_again_under_its_id(conn: sqlite3.Connection) -> None:
    let(conn, EventKind.SUSPEND)
    run(conn, "2026-11-21")
    let(conn, EventKind.RESUME, day="2026-11-22")

    moves = run(conn, "2026-11-22")

    assert moves.added == 1
    assert states(conn)["1"] == "published"
    assert conn.execute("select count(*) from tombstones").fetchone() == (0,)
    ops = conn.execute("select op from events where id = ? order by seq", (an_id(conn),)).fetchall()
    assert ops == [("ADD",), ("DEL",), ("ADD",)]


def test_a_dispute_is_marked_and_unmarked_in_public(conn: sqlite3.Connection) -> None:
    let(conn, EventKind.DISPUTE)
    marked = run(conn, "2026-11-21")
    (disputed,) = conn.execute("select max(disputed) from penalties").fetchone()
    let(conn, EventKind.SETTLE, day="2026-11-22")
    unmarked = run(conn, "2026-11-22")

    assert (marked.changed, disputed, unmarked.changed) == (1, 1, 1)
    assert conn.execute("select max(disputed) from penalties").fetchone() == (0,)


def test_a_later_delivery_does_not_bring_back_what_was_withdrawn(
    conn: sqlite3.Connection,
) -> None:
    let(conn, EventKind.REVOKE)
    run(conn, "2026-11-21")
    take(conn, [penalty(1, facts="又报了一次。")], "2026-11-22")

    moves = run(conn, "2026-11-22")

    assert not moves
    assert states(conn)["1"] == "withdrawn"


def test_events_of_what_was_never_shown_are_not_told(conn: sqlite3.Connection) -> None:
    let(conn, EventKind.REVOKE, number=3)

    moves = run(conn, "2026-11-21")

    assert not moves
    assert states(conn)["3"] == "withdrawn"
    assert conn.execute("select count(*) from tombstones").fetchone() == (0,)


@pytest.mark.parametrize(
    ("before", "kind", "words"),
    [
        ([EventKind.REVOKE], EventKind.REPAIR, "已撤回"),
        ([EventKind.REVOKE], EventKind.RESUME, "已撤回"),
        ([EventKind.REPAIR], EventKind.SUSPEND, "已修复"),
        ([], EventKind.RESUME, "不能恢复"),
        ([], EventKind.SETTLE, "没有未了结的异议"),
        ([EventKind.DISPUTE], EventKind.DISPUTE, "已在异议中"),
    ],
)
def test_an_event_that_does_not_fit_is_refused(
    conn: sqlite3.Connection, before: list[EventKind], kind: EventKind, words: str
) -> None:
    for earlier in before:
        let(conn, earlier)
    (n,) = conn.execute("select count(*) from ledger").fetchone()

    with pytest.raises(UsageError, match=words):
        let(conn, kind)

    assert conn.execute("select count(*) from ledger").fetchone() == (n,)


def test_unknown_ids_and_days_before_the_decision_are_refused(conn: sqlite3.Connection) -> None:
    event = Event(
        event=EventKind.REVOKE, penalty_id="pxxx", on_day="2026-11-21", reason="", basis=""
    )

    with pytest.raises(UsageError, match="没有处罚记录"), transaction(conn):
        apply_event(conn, event)
    with pytest.raises(UsageError, match="早于处罚决定日期"):
        let(conn, EventKind.REVOKE, day="2026-11-01")


def test_entries_that_rest_on_a_withdrawn_penalty_are_revoked(conn: sqlite3.Connection) -> None:
    rows = [entry(1, penalty_doc_no="甲市监罚〔2026〕1号"), entry(2)]
    public = table(rows, "list-entry")
    with transaction(conn):
        enlist(conn, public, batch(conn, public), POLICIES.lists)
    listed = run(conn, "2026-11-20")
    let(conn, EventKind.REVOKE)

    moves = run(conn, "2026-11-21")

    assert (listed.entries_added, moves.ended, moves.entries_ended) == (2, 1, 1)
    assert conn.execute(
        "select state, end_reason, penalty_id is not null from list_entries order by doc_no_key"
    ).fetchall() == [
        ("revoked", "所依据的行政处罚决定已撤回:撤销:事实不清", 1),
        ("listed", None, 0),
    ]


def happened(conn: sqlite3.Connection, *rows: dict[str, object]) -> Happened:
    blank = dict.fromkeys(EVENT_COLUMNS)
    frame = pl.DataFrame(
        [{"_sheet": "", "_row": n, **blank, **row} for n, row in enumerate(rows, start=2)],
        schema={"_sheet": pl.String, "_row": pl.UInt32}
        | {name: pl.Int64 if name == "redactions" else pl.String for name in EVENT_COLUMNS},
    )
    source = Source(agency="standard", file="事件.csv", sha256=str(sorted(map(str, rows))))
    public = PublicTable(source=source, schema="penalty-event", packed=packed_whole(frame))
    with transaction(conn):
        return happen(conn, public, batch(conn, public, "2026-11-21"))


def row(number: int = 1, **given: object) -> dict[str, object]:
    return {
        "event": "撤销",
        "doc_no": f"甲市监罚〔2026〕{number}号",
        "doc_no_key": f"甲市监罚〔2026〕{number}号",
        "authority_code": AUTHORITY,
        "event_on": "2026-11-21",
        "reason": "事实不清",
        "basis": "行政复议法",
    } | given


def test_a_file_of_events_withdraws_and_repairs(conn: sqlite3.Connection) -> None:
    done = happened(conn, row(1), row(2, event="修复", uscc="91990100MA00000002"))

    moves = run(conn, "2026-11-21")

    assert (done.taken_rows, done.unchanged_rows, done.findings) == (2, 0, ())
    assert moves.ended == 2
    assert (states(conn)["1"], states(conn)["2"]) == ("withdrawn", "repaired")


def test_a_file_of_events_twice_changes_nothing(conn: sqlite3.Connection) -> None:
    happened(conn, row(1))
    again = happened(conn, row(1))
    other_file = happened(conn, row(1), row(2))

    assert (again.repeated, again.unchanged_rows) == (True, 1)
    assert (other_file.taken_rows, other_file.unchanged_rows) == (1, 1)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (row(99), "E01"),
        (row(1, uscc="91990100MA00000002"), "E01"),
        (row(1, party="乙市别的公司"), "E01"),
        (row(1, event="恢复"), "E03"),
        (row(1, event="注销"), "E03"),
        (row(1, event="修复申请"), "E04"),
        (row(1, event_on="2026-11-22"), "E04"),
    ],
)
def test_a_row_that_fits_no_penalty_or_state_is_refused(
    conn: sqlite3.Connection, given: dict[str, object], rule: str
) -> None:
    done = happened(conn, given)

    assert [found.rule for found in done.findings] == [rule]
    assert done.refused == {("", 2)}
    assert not run(conn, "2026-11-21")


def test_a_decision_with_several_parties_needs_the_party(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1, party_key="uscc:B", uscc="B", party="乙市示例公司")], "2026-11-20")
    run(conn, "2026-11-20")

    unclear = happened(conn, row(1))
    clear = happened(conn, row(1, party="乙市示例公司"))

    assert [found.rule for found in unclear.findings] == ["E02"]
    assert clear.taken_rows == 1
