"""How long an original waits: until its batch is decided and released, or its term has run."""

import sqlite3
from collections.abc import Callable
from datetime import date

from gongshi import calendar
from gongshi.declarations.policy import Retention
from gongshi.inbox import Inbox
from gongshi.registry import transaction
from gongshi.review.queue import open_count


def settle(conn: sqlite3.Connection, inbox: Inbox) -> list[str]:
    """Erase the originals that nobody needs any more; return their batches."""
    return _erase(conn, inbox, lambda batch, _: _is_done(conn, batch))


def sweep(conn: sqlite3.Connection, inbox: Inbox, retention: Retention, today: date) -> list[str]:
    """Erase the originals whose term has run too, and what a cut has left; return the batches."""

    def goes(batch: str, received_on: date) -> bool:
        last = last_day(retention, received_on)
        return (last is not None and today > last) or _is_done(conn, batch)

    return _erase(conn, inbox, goes)


def last_day(retention: Retention, received_on: date) -> date | None:
    """Return the last day on which an original is kept; None where the policy sets no term."""
    row = retention.row("inbox")
    if row is None:
        return None
    return calendar.last_day(received_on, months=row.months, days=row.days)


def _erase(conn: sqlite3.Connection, inbox: Inbox, goes: Callable[[str, date], bool]) -> list[str]:
    """Erase the originals of batches that `goes` names, and of batches that never were.

    Under the lock of the registry: whoever takes a file in seals its original before the batch
    can be seen.
    """
    if not inbox.folder.is_dir() or not any(inbox.folder.iterdir()):
        return []
    erased = []
    with transaction(conn):
        inbox.tidy()
        for batch in inbox.batches():
            row = conn.execute(
                "select received_on from batches where batch = ?", (batch,)
            ).fetchone()
            if row is None or goes(batch, date.fromisoformat(row[0])):
                inbox.erase(batch)
                erased.append(batch)
    return erased


def _is_done(conn: sqlite3.Connection, batch: str) -> bool:
    """Say whether a batch is released and nothing of it waits for the review."""
    row = conn.execute("select approved_by from batches where batch = ?", (batch,)).fetchone()
    return bool(row and row[0]) and not open_count(conn, batch)
