"""The registry again from its ledger: the same at once as day by day.

Everything but the ledger is a projection of it, save what concerns the world outside (releases,
cursors and receipts of platforms, the log of redactions), which is copied.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import polars as pl

from gongshi import absence, approval, clock, ended, events, ledger, records, review, sameness
from gongshi.clock.run import Rules, recorded
from gongshi.declarations.list_spec import ListSpec
from gongshi.declarations.policy import Publication
from gongshi.declarations.redaction_policy import RedactionPolicy
from gongshi.registry import open_registry, transaction
from gongshi.retention import ERASURE, unexplained

COPIED = (
    "ledger",
    "ledger_payloads",
    "ledger_leaves",
    "releases",
    "platform_cursors",
    "receipts",
    "redaction_log",
    "masked_numbers",
    "doubts",
    "erased_events",
    "redaction_policies",
    "redaction_looked",
)
_OF_LEDGER = "n <= :to"
_OF_BATCH = "batch in (select batch from main.batches where ledger_n <= :to)"
_UP_TO = {
    **dict.fromkeys(("ledger", "ledger_payloads", "ledger_leaves", "erased_events"), _OF_LEDGER),
    **dict.fromkeys(("redaction_log", "masked_numbers", "doubts", "redaction_looked"), _OF_BATCH),
    "releases": "seq <= (select coalesce(max(seq), 0) from days where n <= :to)",
}
"""Which rows of a copied table belong to the time up to an entry of the ledger; others: all."""
COMPARED = (
    ("batches", "batch"),
    ("penalties", "penalty_id"),
    ("penalty_versions", "penalty_id, version"),
    ("list_entries", "entry_id"),
    ("entry_versions", "entry_id, version"),
    ("licenses", "license_id"),
    ("license_versions", "license_id, version"),
    ("transfers", "transfer_id"),
    ("transfer_versions", "transfer_id, version"),
    ("actions", "n"),
    ("days", "n"),
    ("events", "seq"),
    ("tombstones", "id"),
    ("reviews", "place"),
    ("rulings", "n, record, field, edits"),
    ("absences", "id"),
    ("answers", "n"),
    ("joined", "record"),
)
"""Projections, each with the order in which two of them are compared."""


def rebuild(old: sqlite3.Connection, path: Path, *, to: int | None = None) -> None:
    """Write a fresh registry at `path`, which must not exist, from the ledger of `old`.

    With `to` it is the registry as it stood after that entry of the ledger.

    Raises:
        FileExistsError: there is something at `path`.
        RegistryError: the ledger does not give what it recorded.
    """
    if path.exists():
        raise FileExistsError(path)
    with closing(open_registry(path)) as new, transaction(new):
        for table in COPIED:
            _copy(old, new, table, to)
        replay(new)


def replay(conn: sqlite3.Connection) -> None:
    """Fill the projections of a registry that has a ledger and nothing else."""
    rules: Rules | None = None
    for entry in ledger.entries(conn):
        if entry.header is None or entry.kind == ERASURE:
            continue
        if act := _PLAIN.get(entry.kind):
            act(conn, entry)
        else:
            rules = _rules(entry, rules)
            day = {**entry.header, "n": entry.n}
            frames = [*ledger.frames(conn, entry.n), unexplained(conn, entry.n).drop("at")]
            clock.replay(conn, day, rules, recorded(frames))


def differences(a: sqlite3.Connection, b: sqlite3.Connection) -> Iterator[str]:
    """Yield, for each projection that differs, its name and the first row in which it does."""
    for table, order in COMPARED:
        query = f"select * from {table} order by {order}"  # noqa: S608
        mine, others = a.execute(query), b.execute(query)
        for row in mine:
            other = others.fetchone()
            if row != other:
                yield f"{table}: {row[:2]} ≠ {other[:2] if other else None}"
                break
        else:
            if others.fetchone():
                yield f"{table}: rows are missing"


def same(a: sqlite3.Connection, b: sqlite3.Connection) -> bool:
    """Say whether two registries hold the same."""
    return next(differences(a, b), None) is None


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str, to: int | None) -> None:
    """Copy a table row by row, up to an entry of the ledger where one is given."""
    where = _UP_TO.get(table, "1") if to is not None else "1"
    rows = old.execute(f"select * from {table} where {where}", {"to": to})  # noqa: S608
    marks = ", ".join("?" * len(rows.description))
    new.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608


def _replay_batch(conn: sqlite3.Connection, entry: ledger.Entry) -> None:
    """Enter a batch again, with its rows where it was approved on arrival."""
    header = dict(entry.header or {})
    records.insert_row(conn, "batches", header | {"ledger_n": entry.n})
    batch = approval.from_header(header)
    if batch.approved_by and batch.schema in records.KINDS:
        records.replay(conn, conn, entry.n, batch)


def _replay_event(conn: sqlite3.Connection, entry: ledger.Entry) -> None:
    """Let an event happen again, unless its record was erased."""
    event = events.from_header(entry.header or {})
    if events.holds(conn, event.penalty_id):
        events.project(conn, entry.n, event)


def _replay_restored(conn: sqlite3.Connection, entry: ledger.Entry) -> None:
    """Have what a restored backup was told to end stay ended."""
    frames = [*ledger.frames(conn, entry.n), unexplained(conn, entry.n)]
    ended.project(conn, entry.n, entry.header or {}, pl.concat(frames))


_PLAIN: Mapping[str, Callable[[sqlite3.Connection, ledger.Entry], None]] = {
    "batch": _replay_batch,
    "approval": lambda conn, entry: approval.project(conn, conn, entry.header or {}),
    "event": _replay_event,
    "review": lambda conn, entry: review.project(conn, entry.n, entry.header or {}),
    absence.LOOKED: lambda conn, entry: absence.project(conn, entry.header or {}),
    absence.ANSWERED: lambda conn, entry: absence.project_answer(conn, entry.n, entry.header or {}),
    sameness.JOINED: lambda conn, entry: sameness.project(conn, entry.n, entry.header or {}),
    ended.RESTORED: _replay_restored,
}
"""Kind of entry → what it does to a registry; a day also needs the rules of the days before."""


def _rules(entry: ledger.Entry, before: Rules | None) -> Rules:
    """Return the rules of a day: its own where it recorded them, else those of the day before."""
    header = entry.header or {}
    days = header["tombstone_days"]
    if "publication" in header:
        lists = {code: ListSpec.model_validate(text) for code, text in header["lists"].items()}
        persons = header.get("persons")
        return Rules(
            Publication.model_validate(header["publication"]),
            lists,
            days,
            RedactionPolicy.from_json(persons) if persons else None,
        )
    if before is None:
        raise ValueError("a day without rules stands first")
    return Rules(before.publication, before.lists, days, before.persons)


__all__ = ["differences", "rebuild", "replay", "same"]
