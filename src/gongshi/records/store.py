"""Keyed rows in their tables: found by key, added, changed with what changed remembered."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from gongshi.records.kinds import Kind
from gongshi.records.rulings import mark
from gongshi.registry import Batch

_PLACE = "_place"
_AT_ONCE = 2_000
"""Rows that are Python objects at a time."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry already holds under a key."""

    rid: int
    id: str
    version: int
    content_hash: bytes
    batch: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows on their way in: column `id`, then content; hashes by row; the ones known, by row.

    `refused` says of the rows that somebody decided about whether they may not be published.
    """

    frame: pl.DataFrame
    hashes: list[bytes]
    known: Mapping[int, Known]
    refused: Mapping[int, bool] = field(default_factory=dict)


ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"


def project(conn: sqlite3.Connection, kind: Kind, piece: Piece, batch: Batch) -> None:
    """Write what is new in a piece: rows added, versions of rows changed, and rows refused."""
    _write(conn, kind, piece, batch)
    if piece.refused:
        late = {row for row, known in piece.known.items() if known.batch > batch.batch}
        counts = {row: value for row, value in piece.refused.items() if row not in late}
        mark(conn, kind, piece.frame["id"].to_list(), counts)


def _write(conn: sqlite3.Connection, kind: Kind, piece: Piece, batch: Batch) -> None:
    """Add and change rows."""
    if not piece.known:
        _insert(conn, kind, piece, batch)
        _name_parties(conn, kind, piece.frame)
        return
    verdicts = judge(piece, batch.batch)
    added = pl.Series(verdicts, dtype=pl.String) == ADDED
    hashes = [piece.hashes[row] for row in added.arg_true().to_list()]
    _insert(conn, kind, Piece(piece.frame.filter(added), hashes, {}), batch)
    for row, verdict in enumerate(verdicts):
        if verdict == CHANGED:
            _update(conn, kind, _Change(piece, row, batch))
    newer = pl.Series(verdicts, dtype=pl.String) != UNCHANGED
    _name_parties(conn, kind, piece.frame.filter(newer))


def is_empty(conn: sqlite3.Connection, kind: Kind) -> bool:
    """Say whether the registry holds no record of a kind, so that nothing can be known."""
    query = f"select 1 from {kind.stem}_records limit 1"  # noqa: S608
    return conn.execute(query).fetchone() is None


def look_up(conn: sqlite3.Connection, kind: Kind, frame: pl.DataFrame) -> dict[int, Known]:
    """Return what is known, by row of the frame, found through the index of keys."""
    names = ", ".join(kind.key)
    conn.execute("drop table if exists temp.incoming")
    conn.execute(f"create temp table incoming ({_PLACE} integer primary key, {names})")
    marks = ", ".join("?" * (len(kind.key) + 1))
    rows = frame.select(kind.key).with_row_index(_PLACE).iter_rows()
    conn.executemany(f"insert into temp.incoming values ({marks})", rows)  # noqa: S608
    match = " and ".join(f"r.{name} = i.{name}" for name in kind.key)
    found = conn.execute(
        f"select i.{_PLACE}, r.rid, r.id, r.version, r.content_hash, r.batch "  # noqa: S608
        f"from temp.incoming as i cross join {kind.stem}_records as r on {match}"
    ).fetchall()
    return {place: Known(*rest) for place, *rest in found}


def judge(piece: Piece, batch: str) -> list[str]:
    """Say what each row brings. An older delivery, approved late, changes nothing newer."""
    verdicts = [ADDED] * piece.frame.height
    for row, known in piece.known.items():
        same = known.content_hash == piece.hashes[row] or known.batch > batch
        verdicts[row] = UNCHANGED if same else CHANGED
    return verdicts


def _insert(conn: sqlite3.Connection, kind: Kind, piece: Piece, batch: Batch) -> None:
    """Add rows, each in its first version, waiting for the clock."""
    if piece.frame.is_empty():
        return
    height = piece.frame.height
    frame = piece.frame.select(each for each in piece.frame if each.null_count() < height)
    (last,) = conn.execute(f"select max(rid) from {kind.stem}_records").fetchone()  # noqa: S608
    first = (last or 0) + 1
    columns = (*frame.columns, "content_hash", "version", "agency", "batch", "first_batch")
    names = ", ".join((*columns, "received_on"))
    given = ", ".join("?" * (frame.width + 1))
    same = ", ".join(map(_quoted, (batch.agency, batch.batch, batch.batch, batch.received_on)))
    conn.executemany(
        f"insert into {kind.stem}_records ({names}) values ({given}, 1, {same})",  # noqa: S608
        _cells(frame, piece.hashes),
    )
    conn.execute(
        f"insert into {kind.stem}_standing (rid) "  # noqa: S608
        f"select rid from {kind.stem}_records where rid >= ?",
        (first,),
    )


def _cells(frame: pl.DataFrame, hashes: Sequence[bytes]) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each row and its hash; as Python objects they are large."""
    for first in range(0, frame.height, _AT_ONCE):
        rows = slice(first, first + _AT_ONCE)
        cells = (column.to_list() for column in frame[rows].get_columns())
        yield from zip(*cells, hashes[rows], strict=True)


def _name_parties(conn: sqlite3.Connection, kind: Kind, frame: pl.DataFrame) -> None:
    """Remember under which name each organisation's code came last."""
    if not kind.names_parties:
        return
    named = frame.select("uscc", "party").filter(pl.col("uscc").is_not_null())
    conn.executemany(
        "insert into parties (uscc, party) values (?, ?) on conflict (uscc) do update "
        "set party = excluded.party where party <> excluded.party",
        named.unique(subset="uscc", keep="last", maintain_order=True).sort("uscc").iter_rows(),
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """One row that differs from what is known."""

    piece: Piece
    row: int
    batch: Batch


def _update(conn: sqlite3.Connection, kind: Kind, change: _Change) -> None:
    """Make the next version of a record and remember which columns it changed."""
    names = kind.content
    known = change.piece.known[change.row]
    select = f"select {', '.join(names)} from {kind.stem}_records where rid = ?"  # noqa: S608
    before = conn.execute(select, (known.rid,)).fetchone()
    after = change.piece.frame.row(change.row)[1:]
    changed = [name for name, old, new in zip(names, before, after, strict=True) if old != new]
    values: dict[str, Any] = {
        **dict(zip(names, after, strict=True)),
        "content_hash": change.piece.hashes[change.row],
        "version": known.version + 1,
        "agency": change.batch.agency,
        "batch": change.batch.batch,
    }
    sets = ", ".join(f"{name} = ?" for name in values)
    conn.execute(
        f"update {kind.stem}_records set {sets} where rid = ?",  # noqa: S608
        (*values.values(), known.rid),
    )
    conn.execute(
        f"insert into {kind.stem}_changes values (?, ?, ?, ?, ?)",  # noqa: S608
        (
            known.rid,
            known.version + 1,
            change.batch.batch,
            change.batch.received_on,
            json.dumps(changed),
        ),
    )
    conn.execute(
        f"update {kind.stem}_standing set dirty = 1 where rid = ?",  # noqa: S608
        (known.rid,),
    )


def insert_row(conn: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    """Insert one row given by column name."""
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    conn.execute(
        f"insert into {table} ({names}) values ({marks})",  # noqa: S608
        tuple(row.values()),
    )


def _quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
