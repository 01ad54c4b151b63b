"""What is said of a record besides itself: events, the public sequence, tombstones."""

import sqlite3
from collections.abc import Sequence

import polars as pl

from gongshi import ledger
from gongshi.clock.run import ENDED

_EXPLAINED = "reason is not null and reason <> ?"


def forget(conn: sqlite3.Connection, ids: Sequence[str]) -> int:
    """Erase what was told of records; return how many tombstones that took.

    Number, id, day and kind of each public event stay: a platform that missed the end must be told.
    """
    each = [(one,) for one in ids]
    conn.execute("create temp table if not exists gone (id text primary key)")
    conn.execute("delete from temp.gone")
    conn.executemany("insert into temp.gone values (?)", each)
    mine = "in (select id from temp.gone)"
    for (n,) in conn.execute(f"select n from actions where penalty_id {mine}").fetchall():  # noqa: S608
        ledger.erase(conn, n)
    conn.execute(f"delete from actions where penalty_id {mine}")  # noqa: S608
    _silence(conn, ids, mine)
    taken = conn.execute(f"delete from tombstones where id {mine}").rowcount  # noqa: S608
    conn.execute("delete from temp.gone")
    return taken


def _silence(conn: sqlite3.Connection, ids: Sequence[str], mine: str) -> None:
    """Take the reasons out of public events, and their rows out of the days of the ledger."""
    days = conn.execute(
        "select distinct (select min(d.n) from days as d where d.seq >= e.seq) "  # noqa: S608
        f"from events as e where e.id {mine} and {_EXPLAINED}",
        (ENDED,),
    ).fetchall()
    conn.execute(
        "insert into erased_events (seq, n, id, op, type, at) "  # noqa: S608
        "select e.seq, (select min(d.n) from days as d where d.seq >= e.seq), e.id, e.op, e.type, "
        "e.at "
        f"from events as e where e.id {mine} and {_EXPLAINED}",
        (ENDED,),
    )
    conn.execute(
        f"update events set reason = null, basis = null where id {mine} and {_EXPLAINED}",  # noqa: S608
        (ENDED,),
    )
    wanted = pl.Series(ids, dtype=pl.String).implode()

    def goes(frame: pl.DataFrame) -> pl.Series:
        told = pl.col("reason").is_not_null() & (pl.col("reason") != ENDED)
        return frame.select(
            (pl.col(ledger.ID).is_in(wanted) & told).fill_null(value=False)
        ).to_series()

    for (n,) in days:
        ledger.erase(conn, n, goes, looks_at=(ledger.ID, "reason"))


def unexplained(conn: sqlite3.Connection, n: int) -> pl.DataFrame:
    """Return the events of ledger entry `n` whose rows were erased, without their reason."""
    rows = conn.execute(
        "select id, seq, op, type, at, null, null from erased_events where n = ? order by seq", (n,)
    ).fetchall()
    text = dict.fromkeys(("op", "type", "at", "reason", "basis"), pl.String)
    return pl.DataFrame(rows, schema={ledger.ID: pl.String, "seq": pl.Int64, **text}, orient="row")
