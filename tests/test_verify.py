"""Verification finds what was changed behind the registry's back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from gongshi.events import Event, EventKind, apply_event
from gongshi.lists import enlist
from gongshi.registry import open_registry, transaction
from gongshi.verify import verify
from tests.registry_world import POLICIES, batch, entry, penalty, table
from tests.test_clock_run import run, take

TODAY = date(2026, 11, 20)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_registry(tmp_path / "registry.db")) as connection:
        take(connection, [penalty(n) for n in range(5)], "2026-11-20")
        public = table([entry(1, penalty_doc_no="甲市监罚〔2026〕1号")], "list-entry")
        with transaction(connection):
            enlist(connection, public, batch(connection, public), POLICIES.lists)
        run(connection, "2026-11-20")
        yield connection


def test_a_sound_registry_has_no_problem(conn: sqlite3.Connection) -> None:
    assert list(verify(conn, TODAY)) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("update penalty_records set facts = '改' where rid = 1", "内容"),
        ("update entry_records set party = '改'", "内容"),
        ("update penalty_standing set shown = 0 where rid = 1", "状态"),
        ("update penalty_standing set publish_until = '2026-11-19' where rid = 1", "公示期限"),
        ("update entry_standing set publish_until = '2026-11-19'", "公示期限"),
        ("update batches set approved_at = null", "审核"),
        ("delete from events where seq = 2", "序号"),
        ("update events set op = 'MOD' where seq = 2", "序号"),
        ("insert into tombstones (id, type) select id, 'penalty' from penalty_records", "墓碑"),
        ("delete from penalty_standing where rid = 2", "引用"),
        ("update entry_standing set penalty_id = 'pxxx'", "引用"),
        ("update batches set ledger_n = 99 where batch like '%1'", "引用"),
        ("update ledger set at = '2020-01-01' where n = 1", "账本"),
        ("update penalty_standing set severity = '严重' where rid = 1", "重放"),
        ("update penalty_standing set shown = 0, state = 'expired' where rid = 1", "计数"),
    ],
)
def test_a_change_behind_its_back_is_found(
    conn: sqlite3.Connection, change: str, what: str
) -> None:
    conn.execute(change)

    assert what in {problem.what for problem in verify(conn, TODAY)}


def test_a_day_without_publish_shows_as_a_missed_deadline(conn: sqlite3.Connection) -> None:
    found = list(verify(conn, date(2027, 11, 3), replay=False))

    assert [(problem.what, problem.where) for problem in found] == [("公示期限", "penalties")]


def test_an_event_that_waits_for_the_next_publish_is_no_problem(conn: sqlite3.Connection) -> None:
    (name,) = conn.execute("select penalty_id from penalties where shown = 1 limit 1").fetchone()
    withdrawn = Event(
        event=EventKind.REVOKE,
        penalty_id=name,
        on_day=TODAY.isoformat(),
        reason="示例原因",
        basis="《示例法》第一条",
    )
    with transaction(conn):
        apply_event(conn, withdrawn)

    assert list(verify(conn, TODAY)) == []
