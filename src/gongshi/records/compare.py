"""What a table would bring, and what it leaves out, against the registry as it stands.

Nothing is written: the same comparison serves a check, and the gates in front of an entry.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongshi import ledger
from gongshi.models import ROW, SHEET, Doubt, PublicTable
from gongshi.packed import Packed
from gongshi.records import rulings
from gongshi.records.enter import Entered, in_key_order, tally
from gongshi.records.kinds import Kind
from gongshi.records.store import ADDED, Piece, is_empty, judge, look_up
from gongshi.registry import Last, known_file

_NAMED = 5
"""Document numbers of missing records that a finding names."""
_LATEST = "~"
"""Stands for the batch to come: behind every number that a batch can have."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What entering a table would do, and which rows of the registry it speaks of."""

    entered: Entered
    matched: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """What an agency's file does not hold of the records that it brought before.

    `standing` are those in force, `missing` the ones of them that the file lacks; `explained` are
    those that it lacks and that an event or the clock has ended since the last batch. What an
    earlier delivery lacked already is in none of these, unless the file has it: then it is `back`.
    """

    standing: int = 0
    missing: int = 0
    explained: int = 0
    back: int = 0
    numbers: tuple[str, ...] = ()


def compare(
    conn: sqlite3.Connection | None,
    kind: Kind,
    table: Packed,
    *,
    doubts: Iterable[Doubt] = (),
) -> Compared:
    """Return what entering `table` would do; without a registry everything is new."""
    decided = rulings.load(conn, kind) if conn else {}
    origins = rulings.origins_of(doubts)
    rows = in_key_order(kind, table)
    if conn is None or is_empty(conn, kind):
        return Compared(tally(rows, [ADDED] * len(rows.order)), frozenset())
    verdicts: list[str] = []
    matched: set[int] = set()
    for lines in table.in_order(rows.order, size=ledger.CHUNK):
        content = lines.select(kind.content)
        known = look_up(conn, kind, content)
        content = rulings.rule(kind, content, decided, origins).content if known else content
        hashes = ledger.content_hashes(content) if known else []
        verdicts += judge(Piece(content, hashes, known), _LATEST)
        matched |= {each.rid for each in known.values()}
    return Compared(tally(rows, verdicts), frozenset(matched))


def absent(
    conn: sqlite3.Connection, kind: Kind, last: Last, *, matched: frozenset[int], today: date
) -> Absent:
    """Return what a file lacks that speaks of the records `matched`; `last` is its last batch."""
    rows = conn.execute(
        f"select r.rid, {_OPEN}, {_CLOSED_SINCE}, a.id is not null, r.{_number(kind)} "  # noqa: S608
        f"from {kind.stem}_records as r join {kind.stem}_standing as s on s.rid = r.rid "
        "left join absences as a on a.id = r.id "
        "where r.agency = :agency",
        {
            "agency": last.agency,
            "today": today.isoformat(),
            "day": last.received_on,
            "n": last.ledger_n,
        },
    )
    standing = missing = explained = back = 0
    numbers: list[str] = []
    for rid, is_open, closed_since, asked, number in rows:
        lacks = rid not in matched
        back += asked and not lacks
        if asked and lacks:
            continue
        if is_open and lacks and len(numbers) < _NAMED:
            numbers.append(number)
        standing += is_open
        missing += is_open and lacks
        explained += lacks and not is_open and closed_since
    return Absent(
        standing=standing,
        missing=missing,
        explained=explained,
        back=back,
        numbers=tuple(numbers),
    )


def _number(kind: Kind) -> str:
    """Return the column with the number of a record's document."""
    return "doc_no" if "doc_no" in kind.columns else "listing_doc_no"


def brought(conn: sqlite3.Connection, kind: Kind, n: int) -> frozenset[str]:
    """Return the ids of the records of which ledger entry `n` has a row."""
    return frozenset(
        known.id
        for frame in ledger.frames(conn, n)
        for known in look_up(conn, kind, frame).values()
    )


_OPEN = "(s.ended_on is null and coalesce(s.publish_until, :today) >= :today)"
_CLOSED_SINCE = (
    "(coalesce(s.ended_on, s.publish_until) >= :day or exists ("
    "select 1 from actions as a where a.penalty_id = r.id and a.n > :n))"
)
"""An event that came after the last batch may lie before it by its day."""


def repeated(conn: sqlite3.Connection, table: PublicTable) -> tuple[str, int] | None:
    """Return which batch brought this very file, and its number of source rows, if one did."""
    batch = known_file(conn, table.source.agency, table.source.sha256)
    return (batch, table.packed.only(SHEET, ROW).n_unique()) if batch else None
