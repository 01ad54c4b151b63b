"""What is erased when its term has run: no byte of it is left, the chain holds. Invented."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi import clock, ledger, lists, pipeline, retention
from gongshi.backup import backup
from gongshi.calendar import last_day
from gongshi.declarations.policy import Kept, Retention
from gongshi.events import Event, EventKind, apply_event
from gongshi.records import PENALTY, replacing
from gongshi.registry import open_registry, transaction
from gongshi.retention.terms import over_since
from gongshi.site import Site, create
from gongshi.verify import verify
from tests.registry_world import CALENDAR, POLICIES, batch, entry, penalty, table
from tests.test_clock_run import run, take

TERMS = POLICIES.retention
LAW: dict[str, Any] = {"counted_from": "示例", "source": "示例", "confidence": "sourced"}
BEFORE, AFTER = "2032-11-02", "2032-11-03"
"""A penalty of 2026-11-02 is public for a year; sixty months later it is still kept, then not."""


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_registry(tmp_path / "registry.db")) as connection:
        yield connection


def erase(conn: sqlite3.Connection, day: str, terms: Retention = TERMS) -> retention.Erased:
    with transaction(conn):
        clock.apply(conn, POLICIES, CALENDAR, date.fromisoformat(day))
        return retention.erase(conn, terms, date.fromisoformat(day))


def happen(conn: sqlite3.Connection, kind: EventKind, number: int, day: str, reason: str) -> None:
    (name,) = conn.execute(
        "select id from penalty_records where doc_no like ?", (f"%〕{number}号",)
    ).fetchone()
    event = Event(event=kind, penalty_id=name, on_day=day, reason=reason, basis="示例依据")
    with transaction(conn):
        apply_event(conn, event)


def correct(conn: sqlite3.Connection, number: int, day: str, *, facts: str) -> None:
    """Put other words in place of a penalty's facts, as an operator does."""
    names = ", ".join((*PENALTY.key, "id", "facts"))
    *key, name, before = conn.execute(
        f"select {names} from penalty_records where doc_no like ?",  # noqa: S608
        (f"%〕{number}号",),
    ).fetchone()
    ruling = replacing(json.dumps(key, ensure_ascii=False), "facts", before, facts)
    event = Event(
        event=EventKind.CORRECT,
        penalty_id=name,
        on_day=day,
        reason=f"更正为{facts}",
        basis="示例依据",
        corrections=(ruling,),
    )
    with transaction(conn):
        apply_event(conn, event)


def unpacked(conn: sqlite3.Connection) -> str:
    """Return all that can be read out of the registry, compressed parts opened."""
    text = ["\n".join(conn.iterdump())]
    for (n,) in conn.execute("select n from ledger").fetchall():
        text += [str(frame.to_dicts()) for frame in ledger.frames(conn, n)]
        text.append(json.dumps(ledger.entry(conn, n).header, ensure_ascii=False))
    return "\n".join(text)


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def sound(conn: sqlite3.Connection, day: str) -> bool:
    """Say whether nothing is wrong once the file was written anew."""
    return retention.scrub(conn) and not list(verify(conn, date.fromisoformat(day)))


def test_a_record_is_kept_on_the_last_day_of_its_term_and_gone_on_the_next(
    conn: sqlite3.Connection,
) -> None:
    take(conn, [penalty(1), penalty(2, valid_until="2031-06-01", kinds="限制从业")], "2026-11-20")
    run(conn, "2026-11-20")

    kept, gone = erase(conn, BEFORE), erase(conn, AFTER)

    assert not kept.penalties
    assert (gone.penalties, gone.ledger_rows) == (1, 1)
    assert conn.execute("select doc_no from penalties").fetchall() == [("甲市监罚〔2026〕2号",)]
    assert not erase(conn, AFTER)


def test_nothing_that_names_the_record_is_left_and_the_rest_is_sound(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    word = "糖霜饴"
    rows = [penalty(1, facts=f"销售{word}一批。", party=f"甲市{word}有限公司"), penalty(2)]
    take(conn, rows, "2026-11-20")
    run(conn, "2026-11-20")
    take(conn, [rows[0] | {"content": f"没收{word}。"}, penalty(3)], "2026-12-01")
    run(conn, "2026-12-01")
    happen(conn, EventKind.DISPUTE, 1, "2026-12-02", f"对{word}的认定有异议")
    correct(conn, 1, "2026-12-02", facts=f"销售{word}二批。")
    happen(conn, EventKind.REVOKE, 1, "2026-12-03", f"{word}经复检合格")
    run(conn, "2026-12-03")
    assert word in unpacked(conn)

    erased = erase(conn, "2032-06-01")

    assert (erased.penalties, erased.ledger_rows, erased.tombstones) == (1, 2, 1)
    assert retention.scrub(conn)
    assert word not in unpacked(conn)
    assert word.encode() not in bytes_of(tmp_path / "registry.db")
    assert sound(conn, "2032-06-01")
    told = conn.execute(
        "select op, reason from events where id not in (select penalty_id from penalties)"
    )
    assert told.fetchall() == [("ADD", None), ("MOD", None), ("DEL", None)]


def test_a_revoked_record_stays_while_its_own_term_would_still_run(
    conn: sqlite3.Connection,
) -> None:
    row = penalty(1, kinds="限制从业", valid_until="2040-01-01")
    take(conn, [row], "2026-11-20")
    happen(conn, EventKind.REVOKE, 1, "2026-12-03", "复检合格")

    erased = erase(conn, "2039-12-31")

    assert not erased.penalties
    assert erase(conn, "2040-01-02").penalties == 1


def test_a_penalty_stays_while_a_list_entry_rests_on_it(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1)], "2026-11-20")
    rests = entry(1, penalty_doc_no="甲市监罚〔2026〕1号", listed_on="2031-06-01")
    public = table([rests], "list-entry")
    with transaction(conn):
        lists.enlist(conn, public, batch(conn, public, "2031-06-01"), POLICIES.lists)
    run(conn, "2031-06-01")

    assert not erase(conn, "2034-06-02")
    assert sound(conn, "2034-06-02")
    last = erase(conn, "2039-06-02")
    assert (last.penalties, last.list_entries) == (1, 1)
    assert sound(conn, "2039-06-02")


def test_what_was_never_public_counts_from_its_last_delivery(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1, decided_on="2014-11-03")], "2026-11-20")

    assert not erase(conn, "2031-11-20").penalties
    assert erase(conn, "2031-11-21").penalties == 1


def test_a_batch_that_nobody_released_loses_its_rows(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1, facts="糖霜饴")], "2026-11-20", approved_by=None)

    erased = erase(conn, "2031-11-21")

    assert erased.ledger_rows == 1
    assert "糖霜饴" not in unpacked(conn)
    assert sound(conn, "2031-11-21")


def test_a_row_that_waited_under_another_id_goes_by_its_key(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1, facts="糖霜饴")], "2026-11-20", approved_by=None)
    take(conn, [penalty(1)], "2026-11-21")
    run(conn, "2026-11-21")

    erased = erase(conn, AFTER)

    assert (erased.penalties, erased.ledger_rows) == (1, 2)


def test_the_log_of_redactions_goes_by_its_batch(conn: sqlite3.Connection) -> None:
    old = take(conn, [penalty(1)], "2026-11-20")
    new = take(conn, [penalty(2)], "2027-11-20")
    for name in (old, new):
        conn.execute("insert into redaction_log (batch, mask) values (?, '〔手机号〕')", (name,))
        conn.execute("insert into masked_numbers values (?, 'abc')", (name,))

    erased = erase(conn, "2029-11-21")

    assert erased.log_lines == 2
    assert conn.execute("select batch from redaction_log").fetchall() == [(new,)]
    assert conn.execute("select batch from masked_numbers").fetchall() == [(new,)]


def test_a_record_delivered_again_after_its_erasure_is_a_new_one(conn: sqlite3.Connection) -> None:
    take(conn, [penalty(1)], "2026-11-20")
    run(conn, "2026-11-20")
    (before,) = conn.execute("select penalty_id from penalties").fetchone()
    erase(conn, AFTER)

    take(conn, [penalty(1, facts="又报送")], AFTER)
    run(conn, AFTER)

    ((after, state),) = conn.execute("select penalty_id, state from penalties").fetchall()
    assert (after != before, state) == (True, "expired")
    assert sound(conn, "2032-11-03")


def test_bytes_are_gone_from_the_file_where_sqlite_had_moved_rows(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    marks = [f"饴{chr(0x4E00 + n)}{chr(0x5E00 + n)}糖" for n in range(400)]
    rows = [penalty(n, facts=mark * (n % 40 + 1)) for n, mark in enumerate(marks)]
    take(conn, rows[:300], "2026-11-20")
    take(conn, [row | {"content": row["facts"] * 3} for row in rows], "2026-11-21")
    run(conn, "2026-11-21")

    erased = erase(conn, AFTER)

    assert erased.penalties == 400
    assert retention.scrub(conn)
    left = bytes_of(tmp_path / "registry.db")
    assert [mark for mark in marks if mark.encode() in left] == []


def test_scrubbing_waits_for_who_uses_the_registry_and_is_made_good(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    take(conn, [penalty(1, facts="糖霜饴")], "2026-11-20")
    run(conn, "2026-11-20")
    erase(conn, AFTER)
    with closing(sqlite3.connect(tmp_path / "registry.db", isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from penalty_records").fetchone()
        conn.execute("pragma busy_timeout = 50")

        assert not retention.scrub(conn)
        assert [problem.what for problem in verify(conn, date(2032, 11, 3))] == ["保存期限"]

    with closing(sqlite3.connect(tmp_path / "registry.db", isolation_level=None)) as writer:
        writer.execute("begin immediate")

        assert not retention.scrub(conn)
        writer.execute("rollback")

    assert retention.scrub(conn)
    assert "糖霜饴".encode() not in bytes_of(tmp_path / "registry.db")
    assert sound(conn, "2032-11-03")


@given(
    st.dates(date(2010, 1, 1), date(2060, 1, 1)),
    st.one_of(
        st.tuples(st.integers(0, 200), st.none()), st.tuples(st.none(), st.integers(0, 4_000))
    ),
)
def test_the_latest_day_that_is_over_is_found(
    today: date, term: tuple[int | None, int | None]
) -> None:
    months, days = term
    row = Kept(
        what="reports",
        months=months,
        days=days,
        counted_from="示例",
        source="示例",
        confidence="sourced",
    )

    found = over_since(Retention(rows=(row,)), "reports", today)

    assert found is not None
    day = date.fromisoformat(found)
    last, next_last = (
        last_day(each, months=months, days=days) for each in (day, day + timedelta(days=1))
    )
    assert last is not None
    assert next_last is not None
    assert last < today <= next_last


@pytest.mark.parametrize(
    "rows",
    [
        [("registry", 60), ("ledger_payloads", 12)],
        [("registry", 60)],
        [("reports", 1), ("reports", 2)],
    ],
)
def test_terms_that_contradict_each_other_are_refused(rows: list[tuple[str, int]]) -> None:
    made = [
        {
            "what": what,
            "months": months,
            "counted_from": "示例",
            "source": "示例",
            "confidence": "sourced",
        }
        for what, months in rows
    ]

    with pytest.raises(ValueError, match=r"same term|given twice"):
        Retention.model_validate({"rows": made})


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = create(tmp_path / "site")
    made.require()
    return made


def test_publishing_erases_what_is_over_and_says_so(site: Site) -> None:
    with closing(open_registry(site.registry)) as conn:
        take(conn, [penalty(1, facts="糖霜饴")], "2026-11-20")
        pipeline.publish(site, today=date(2026, 11, 20))
        happen(conn, EventKind.REVOKE, 1, "2026-12-03", "糖霜饴复检合格")
        pipeline.publish(site, today=date(2026, 12, 3))
        take(conn, [penalty(2, decided_on="2031-12-01")], "2031-12-02")
        before = pipeline.publish(site, today=date(2031, 12, 3))

    after = pipeline.publish(site, today=date(2031, 12, 4))

    assert before["erased"]["penalties"] == 0
    assert after["release"] == before["release"] + 1
    assert (after["erased"]["penalties"], after["erased"]["tombstones"]) == (1, 1)
    assert after["erased"]["scrubbed"]
    files = [file for file in site.root.rglob("*") if file.is_file()]
    assert not [file for file in files if "糖霜饴".encode() in file.read_bytes()]
    again = pipeline.publish(site, today=date(2031, 12, 4))
    assert (again["release"], again["erased"]["penalties"]) == (after["release"], 0)


def test_a_cut_between_erasing_and_scrubbing_is_made_good(site: Site) -> None:
    with closing(open_registry(site.registry)) as conn:
        take(conn, [penalty(1, facts="糖霜饴")], "2026-11-20")
        run(conn, "2026-11-20")
        erase(conn, AFTER)
        assert retention.is_due(conn)

    told = pipeline.publish(site, today=date(2032, 11, 3))

    assert told["erased"]["scrubbed"]
    assert "糖霜饴".encode() not in bytes_of(site.registry)


def test_reports_go_after_their_term_and_other_folders_stay(site: Site) -> None:
    reports = site.var / "reports"
    for name in ("B20261120-0001", ".B20261120-0002", "B20261121-0001", "manual"):
        (reports / name).mkdir(parents=True)
        (reports / name / "report.json").write_text("{}", encoding="utf-8")

    told = [pipeline.publish(site, today=date(2027, 2, day)) for day in (18, 19)]

    assert [each["erased"]["reports"] for each in told] == [0, 2]
    assert sorted(path.name for path in reports.iterdir()) == ["B20261121-0001", "manual"]


def test_backups_go_after_their_term_where_they_still_are_backups(
    site: Site, tmp_path: Path
) -> None:
    open_registry(site.registry).close()
    files = [tmp_path / f"{name}.gongshi" for name in ("a", "b", "c")]
    for file in files:
        backup(site, file, today=date(2026, 11, 20))
    files[1].unlink()
    files[2].write_bytes(b"another thing")

    told = [pipeline.publish(site, today=date(2026, 12, day)) for day in (20, 21)]

    assert [each["erased"]["backups"] for each in told] == [0, 1]
    assert [file.exists() for file in files] == [False, False, True]
    assert json.loads((site.var / "backups.json").read_bytes()) == []
