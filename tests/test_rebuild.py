"""The registry again from its ledger equals the one that grew day by day, whatever happened."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from gongshi import ledger, records
from gongshi.clock import Facts, decide
from gongshi.clock.verdicts import CLOSED
from gongshi.rebuild import differences, rebuild, same
from gongshi.registry import open_registry, transaction
from gongshi.verify import verify
from tests.registry_life import STEPS, Life, Run, Step
from tests.registry_world import CALENDAR, POLICIES, batch, penalty, table
from tests.test_clock_run import run, take


def check_life(steps: list[Step]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_registry(Path(folder) / "registry.db")) as conn,
    ):
        life = Life(conn)
        for step in steps:
            life.live(step)
        life.live(Run(0))

        assert list(verify(conn, life.today)) == []
        assert visible(conn) == expected(conn, life.today)
        assert permitted(conn, "shown = 1") == permitted(conn, _HOLDS.format(today=life.today))
        assert (
            conn.execute("select * from transfers where shown or seq or published_on").fetchall()
            == []
        )
        assert {kind for (kind,) in conn.execute("select distinct type from events")} <= {
            kind.type for kind in records.PUBLIC
        }


_HOLDS = (
    "state not in ('withdrawn', 'suspended', 'removed') and status in ('1', '有效') "
    "and valid_until >= '{today}'"
)
"""What the law says of a licence, without the clock; no other state is closed to one."""


def permitted(conn: sqlite3.Connection, where: str) -> set[str]:
    return {name for (name,) in conn.execute(f"select license_id from licenses where {where}")}  # noqa: S608


def visible(conn: sqlite3.Connection) -> set[str]:
    return {name for (name,) in conn.execute("select penalty_id from penalties where shown = 1")}


def expected(conn: sqlite3.Connection, today: date) -> set[str]:
    """Return what must be seen, by asking the clock about every record anew."""
    columns = ("agency", "party_category", "kinds", "fine_fen", "basis")
    days = ("decided_on", "published_on", "valid_until", "source_publish_until")
    names = (*columns, *days)
    seen = set()
    query = (
        f"select penalty_id, p.state, refused, {', '.join(f'p.{name}' for name in names)} "  # noqa: S608
        "from penalties as p join penalty_records as r on r.id = p.penalty_id "
        "join penalty_standing as s on s.rid = r.rid"
    )
    for name, state, refused, *cells in conn.execute(query):
        values = dict(zip(names, cells, strict=True))
        values |= {day: values[day] and date.fromisoformat(values[day]) for day in days}
        decision = decide(Facts(**values), POLICIES.publication, CALENDAR, today)
        if state not in CLOSED and not refused and decision.is_visible(today):
            seen.add(name)
    return seen


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_rebuilt_equals_grown_and_nothing_is_out_of_place(steps: list[Step]) -> None:
    check_life(steps)


@pytest.mark.prove
@settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_rebuilt_equals_grown_in_many_lives(steps: list[Step]) -> None:
    check_life(steps)


def test_rebuilding_into_a_file_that_exists_is_refused(tmp_path: Path) -> None:
    with closing(open_registry(tmp_path / "a.db")) as conn, pytest.raises(FileExistsError):
        rebuild(conn, tmp_path / "a.db")


def test_a_difference_is_named(tmp_path: Path) -> None:
    with closing(open_registry(tmp_path / "a.db")) as conn:
        take(conn, [penalty(1), penalty(2)], "2026-11-20")
        run(conn, "2026-11-20")
        rebuild(conn, tmp_path / "b.db")
        conn.execute("update penalty_standing set severity = '严重' where rid = 1")
        conn.execute("delete from events where seq = 2")

        with closing(open_registry(tmp_path / "b.db")) as rebuilt:
            named = [line.partition(":")[0] for line in differences(conn, rebuilt)]
            assert named == ["penalties", "events"]
            assert not same(conn, rebuilt)


def test_erased_rows_stay_gone_and_keep_their_numbers(tmp_path: Path) -> None:
    with closing(open_registry(tmp_path / "a.db")) as conn:
        take(conn, [penalty(n, decided_on=f"2026-11-0{n}") for n in range(1, 5)], "2026-11-20")
        run(conn, "2026-11-20")
        (gone,) = conn.execute("select id from events where seq = 2").fetchone()
        with transaction(conn):
            ledger.erase(conn, 1, lambda frame: frame["id"] == gone)

        rebuild(conn, tmp_path / "b.db")

        with closing(open_registry(tmp_path / "b.db")) as rebuilt:
            query = "select seq, op, id from events order by seq"
            assert rebuilt.execute(query).fetchall() == conn.execute(query).fetchall()
            kept = rebuilt.execute("select count(*), max(seq) from penalties").fetchone()
            assert kept == (3, 4)
            assert list(ledger.check(rebuilt)) == []


def test_the_day_rules_change_is_replayed_under_the_rules_of_its_day(tmp_path: Path) -> None:
    with closing(open_registry(tmp_path / "a.db")) as conn:
        take(conn, [penalty(1, decided_on="2025-03-01")], "2025-11-20")
        for day in ("2025-11-20", "2026-03-31", "2026-04-01", "2026-04-02"):
            run(conn, day)

        assert list(verify(conn, date(2026, 4, 2))) == []


def test_rows_from_before_a_column_came_are_replayed_without_it(tmp_path: Path) -> None:
    public = table([penalty(1)])
    frame = public.frame.drop("_sheet", "_row", "full_text")
    with closing(open_registry(tmp_path / "registry.db")) as conn, transaction(conn):
        own = pl.DataFrame({ledger.ID: ["pbcdfg"]}).hstack(frame.get_columns())
        rows = ledger.Rows(own, ledger.content_hashes(frame))
        n = ledger.append(conn, "batch", dict, [rows], at="2026-11-22T00:00:00+00:00")

        records.replay(conn, conn, n, batch(conn, public))

        kept = conn.execute("select doc_no, full_text from penalties").fetchall()
        assert kept == [("甲市监罚〔2026〕1号", None)]
        assert list(ledger.check(conn)) == []
