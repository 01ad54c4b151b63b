"""The daily run: what appears, changes and ends, and in which order it is numbered."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongshi import clock
from gongshi.clock import Moves
from gongshi.declarations.policy import Policies
from gongshi.errors import UsageError
from gongshi.merge import approve, merge
from gongshi.registry import open_registry, transaction
from tests.registry_world import CALENDAR, POLICIES, batch, penalty, table


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_registry(tmp_path / "registry.db")) as connection:
        yield connection


def take(
    conn: sqlite3.Connection, rows: Iterable[Mapping[str, Any]], day: str, **given: object
) -> str:
    public = table(rows)
    with transaction(conn):
        return merge(conn, public, batch(conn, public, day, **given)).batch


def run(conn: sqlite3.Connection, day: str, policies: Policies = POLICIES) -> Moves:
    with transaction(conn):
        return clock.apply(conn, policies, CALENDAR, date.fromisoformat(day))


def states(conn: sqlite3.Connection) -> dict[str, str]:
    rows = conn.execute("select doc_no, state from penalties").fetchall()
    return {doc_no.rpartition("〕")[2].rstrip("号"): state for doc_no, state in rows}


def test_what_may_be_seen_appears_in_the_order_of_decision(conn: sqlite3.Connection) -> None:
    rows = [
        penalty(1, decided_on="2026-11-03"),
        penalty(2, decided_on="2026-11-01"),
        penalty(3, kinds="警告", fine_fen=None),
        penalty(4, decided_on="2020-01-01"),
    ]
    take(conn, rows, "2026-11-20")

    moves = run(conn, "2026-11-20")

    assert (moves.added, moves.changed, moves.ended, moves.seq) == (2, 0, 0, 2)
    assert states(conn) == {
        "1": "published",
        "2": "published",
        "3": "not_publishable",
        "4": "expired",
    }
    assert conn.execute(
        "select p.doc_no from events e join penalties p on p.penalty_id = e.id order by e.seq"
    ).fetchall() == [("甲市监罚〔2026〕2号",), ("甲市监罚〔2026〕1号",)]


def test_the_second_run_of_a_day_changes_nothing(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1)], "2026-11-20")
    run(conn, "2026-11-20")
    before = list(conn.iterdump())

    moves = run(conn, "2026-11-20")

    assert not moves
    assert moves.seq == 1
    assert list(conn.iterdump()) == before


def test_what_expired_is_gone_that_day_and_leaves_a_silent_tombstone(
    conn: sqlite3.Connection,
) -> None:
    take(conn, [penalty(1)], "2026-11-20")
    run(conn, "2026-11-20")

    last_day, next_day = run(conn, "2027-11-02"), run(conn, "2027-11-03")

    assert (last_day.ended, next_day.ended) == (0, 1)
    assert states(conn) == {"1": "expired"}
    stone = conn.execute(
        "select type, ended_on, reason, basis, authority, doc_no, seq from tombstones"
    ).fetchall()
    assert stone == [("penalty", "2027-11-03", "公示结束", None, None, None, 2)]
    assert conn.execute("select op, reason, basis from events where seq = 2").fetchone() == (
        "DEL",
        "公示结束",
        None,
    )


def test_one_run_after_missed_days_does_it_all(conn: sqlite3.Connection, tmp_path: Path) -> None:
    rows = [penalty(n, decided_on=f"2026-{n:02}-10") for n in range(5, 12)]
    take(conn, rows, "2026-11-20")
    run(conn, "2026-11-20")
    with closing(open_registry(tmp_path / "other.db")) as other:
        conn.backup(other)

        once = run(conn, "2027-09-01")
        days = [run(other, day) for day in ("2027-05-11", "2027-06-11", "2027-07-30", "2027-09-01")]

        assert once.ended == sum(moves.ended for moves in days) == 4
        query = "select doc_no, state, shown from penalties order by doc_no"
        assert conn.execute(query).fetchall() == other.execute(query).fetchall()


def test_a_silent_tombstone_goes_after_its_time(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1)], "2026-11-20")
    run(conn, "2026-11-20")
    run(conn, "2027-11-03")

    run(conn, "2028-02-01")
    kept = conn.execute("select count(*) from tombstones").fetchone()
    run(conn, "2028-02-02")

    assert kept == (1,)
    assert conn.execute("select count(*) from tombstones").fetchone() == (0,)


def test_a_changed_row_is_a_change_and_keeps_its_place(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1), penalty(2)], "2026-11-20")
    run(conn, "2026-11-20")
    take(conn, [penalty(1, facts="更正后的事实。")], "2026-11-21")

    moves = run(conn, "2026-11-21")

    assert (moves.added, moves.changed, moves.ended, moves.seq) == (0, 1, 0, 3)
    assert conn.execute(
        "select published_on, seq, add_seq in (1, 2) from penalties where doc_no like '%1号'"
    ).fetchone() == ("2026-11-20", 3, 1)


def test_a_change_that_takes_a_row_out_of_publication_ends_it(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1)], "2026-11-20")
    run(conn, "2026-11-20")
    take(conn, [penalty(1, kinds="警告", fine_fen=None)], "2026-11-21")

    moves = run(conn, "2026-11-21")

    assert moves.ended == 1
    assert states(conn) == {"1": "not_publishable"}


def test_what_nobody_approved_is_not_seen(conn: sqlite3.Connection) -> None:
    name = take(conn, [penalty(1)], "2026-11-20", approved_by=None)

    before = run(conn, "2026-11-20")
    with transaction(conn):
        approve(conn, name, by="李示例")
    after = run(conn, "2026-11-20")

    assert (before.added, after.added) == (0, 1)


def test_a_day_before_the_last_is_refused_and_nothing_moves(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1)], "2026-11-20")
    run(conn, "2026-11-21")
    before = list(conn.iterdump())

    with pytest.raises(UsageError, match="早于"):
        run(conn, "2026-11-20")

    assert list(conn.iterdump()) == before


def test_a_new_regime_shortens_what_an_older_one_showed(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1, decided_on="2025-03-01")], "2025-11-20")
    run(conn, "2025-11-20")

    eve, day = run(conn, "2026-03-31"), run(conn, "2026-04-01")

    assert (eve.ended, day.ended) == (0, 1)


def test_another_policy_is_applied_to_everything(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1, fine_fen=2_000_000, kinds="罚款")], "2026-11-20")
    run(conn, "2026-11-20")
    fines = tuple(
        row.model_copy(update={"at_least_yuan": 50_000}) if row.at_least_yuan == 10_000 else row
        for row in POLICIES.publication.fines
    )
    stricter = POLICIES.model_copy(
        update={"publication": POLICIES.publication.model_copy(update={"fines": fines})}
    )

    moves = run(conn, "2026-11-20", stricter)

    assert moves.ended == 1
    assert states(conn) == {"1": "not_publishable"}


def test_the_clock_of_publicity_starts_at_first_publication(conn: sqlite3.Connection) -> None:
    systems = POLICIES.publication.systems.model_copy(update={"default": ("SAMR",)})
    samr = POLICIES.model_copy(
        update={"publication": POLICIES.publication.model_copy(update={"systems": systems})}
    )
    take(conn, [penalty(1, decided_on="2026-10-01")], "2026-11-20")
    run(conn, "2026-11-20", samr)
    take(conn, [penalty(1, decided_on="2026-10-01", facts="改")], "2026-12-01")
    run(conn, "2026-12-01", samr)

    assert conn.execute("select published_on, publish_until, regime from penalties").fetchall() == [
        ("2026-11-20", "2027-11-20", "SAMR107")
    ]


def test_the_sequence_has_no_gap(conn: sqlite3.Connection) -> None:
    for day in range(1, 20):
        rows = [
            penalty(n, decided_on=f"2026-{1 + n % 9:02}-01", facts=str(day % 3))
            for n in range(day, day + 8)
        ]
        take(conn, rows, f"2026-12-{day:02}")
        run(conn, f"2026-12-{day:02}")
    run(conn, "2027-06-15")

    numbers = [seq for (seq,) in conn.execute("select seq from events order by seq")]

    assert len(numbers) > 40
    assert numbers == list(range(1, len(numbers) + 1))
