"""What is kept by batch: the log of redactions, keyed numbers, doubts about events."""

import sqlite3

from gongshi import ledger, review


def old_logs(conn: sqlite3.Connection, before: str) -> int:
    """Erase what the redaction kept of batches received up to a day; return the lines erased."""
    old = "batch in (select batch from batches where received_on <= ?)"
    lines = conn.execute(f"delete from redaction_log where {old}", (before,)).rowcount  # noqa: S608
    lines += conn.execute(f"delete from masked_numbers where {old}", (before,)).rowcount  # noqa: S608
    of_events = f"{old} and record = ''"
    decided = conn.execute(
        "select v.n from reviews as v "  # noqa: S608
        f"where v.place in (select place from doubts where {of_events})",
        (before,),
    ).fetchall()
    review.forget(conn, (n for (n,) in decided))
    return lines + conn.execute(f"delete from doubts where {of_events}", (before,)).rowcount  # noqa: S608


def old_batches(conn: sqlite3.Connection, before: str) -> int:
    """Erase the rows of batches received up to a day that nobody ever released; return how many."""
    waiting = conn.execute(
        "select batch, ledger_n from batches where approved_at is null and received_on <= ?",
        (before,),
    ).fetchall()
    rows = 0
    for batch, n in waiting:
        rows += ledger.erase(conn, n, lambda frame: frame[ledger.ID].is_not_null())
        conn.execute("delete from doubts where batch = ?", (batch,))
    return rows
