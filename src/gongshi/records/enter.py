"""A batch enters: into the ledger, and, where it is approved, into the registry."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from gongshi import ledger
from gongshi.models import ROW, SHEET, Doubt, Finding, Severity
from gongshi.packed import Packed
from gongshi.records import rulings
from gongshi.records.kinds import KINDS, Kind, mint
from gongshi.records.rulings import Ruled
from gongshi.records.store import (
    ADDED,
    CHANGED,
    UNCHANGED,
    Known,
    Piece,
    insert_row,
    is_empty,
    judge,
    look_up,
    project,
)
from gongshi.registry import Batch

_PLACE, _AGAIN = "_place", "_again"


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering a batch did: records by verdict, and source rows that brought nothing new.

    `findings` are rows left out, as their key already stood on an earlier row with other content.
    """

    added: int
    changed: int
    unchanged: int
    taken_rows: int
    idle_rows: int
    findings: tuple[Finding, ...] = ()


def enter(
    conn: sqlite3.Connection,
    kind: Kind,
    table: Packed,
    batch: Batch,
    *,
    doubts: Iterable[Doubt] = (),
) -> Entered:
    """Record a batch in the ledger and, where it is approved, in the registry.

    `table` has `_sheet`, `_row` and the kind's content; what was decided about earlier `doubts`
    holds for it. Runs inside the caller's transaction.

    Raises:
        ValueError: a key column is null.
    """
    rows = in_key_order(kind, table)
    empty = is_empty(conn, kind)
    decided, origins = rulings.load(conn, kind), rulings.origins_of(doubts)
    ids = mint(kind.prefix, len(rows.order))
    verdicts: list[str] = []
    entered = Entered(0, 0, 0, 0, 0)

    def pieces() -> Iterator[ledger.Rows]:
        for lines in table.in_order(rows.order, size=ledger.CHUNK):
            content = lines.select(kind.content)
            known = {} if empty else look_up(conn, kind, content)
            kept = _named(content, known, ids[len(verdicts) :][: lines.height])
            piece = _ruled(kind, kept, known, rulings.rule(kind, content, decided, origins))
            judged = judge(piece, batch.batch)
            if batch.approved_by:
                project(conn, kind, piece, batch)
            verdicts.extend(judged)
            yield kept

    def header() -> dict[str, Any]:
        nonlocal entered
        entered = tally(rows, verdicts)
        return batch_row(batch, entered)

    n = ledger.append(conn, "batch", header, pieces(), at=batch.received_at)
    insert_row(conn, "batches", batch_row(batch, entered) | {"ledger_n": n})
    return entered


def replay(conn: sqlite3.Connection, source: sqlite3.Connection, n: int, batch: Batch) -> None:
    """Bring the rows of ledger entry `n` of `source` into the registry `conn`."""
    kind = KINDS[batch.schema]
    decided, origins = rulings.load(conn, kind), rulings.origins(conn, batch.batch)
    for frame in ledger.frames(source, n):
        kept = _hashed(kind, frame)
        content = kept.frame.drop(ledger.ID)
        known = look_up(conn, kind, content)
        ruled = rulings.rule(kind, content, decided, origins)
        project(conn, kind, _ruled(kind, kept, known, ruled), batch)


def find(source: sqlite3.Connection, n: int, kind: Kind, record: str) -> pl.DataFrame:
    """Return the row of a record in ledger entry `n` as it came, or no row; `id` first."""
    key = key_of(kind, record)
    same = pl.all_horizontal(pl.col(name) == value for name, value in key.items())
    for frame in ledger.frames(source, n):
        found = frame.filter(same)
        if found.height:
            return found
    return pl.DataFrame(schema=[ledger.ID, *kind.content])


def key_of(kind: Kind, record: str) -> dict[str, str]:
    """Return the key of a record by column."""
    return dict(zip(kind.key, json.loads(record), strict=True))


def standing(conn: sqlite3.Connection, kind: Kind, record: str) -> dict[str, Any] | None:
    """Return the content of a record as it stands, None where there is none."""
    key = key_of(kind, record)
    where = " and ".join(f"{name} = ?" for name in key)
    row = conn.execute(
        f"select {', '.join(kind.content)} from {kind.stem}_records where {where}",  # noqa: S608
        tuple(key.values()),
    ).fetchone()
    return dict(zip(kind.content, row, strict=True)) if row else None


def again(conn: sqlite3.Connection, kind: Kind, record: str, *, on_day: str) -> None:
    """Put everything that was decided about a record over it once more, as of a day."""
    key = key_of(kind, record)
    where = " and ".join(f"r.{name} = ?" for name in key)
    batch = conn.execute(
        "select b.batch, b.agency, b.schema, b.ledger_n "  # noqa: S608
        f"from {kind.stem}_records as r join batches as b on b.batch = r.batch where {where}",
        tuple(key.values()),
    ).fetchone()
    if batch is None:
        return
    name, agency, schema, n = batch
    row = find(conn, n, kind, record)
    if row.is_empty():
        return
    kept = _hashed(kind, row)
    content = kept.frame.drop(ledger.ID)
    ruled = rulings.rule(
        kind, content, rulings.load(conn, kind, record), rulings.origins(conn, name)
    )
    known = look_up(conn, kind, content)
    source = Batch(
        batch=name,
        agency=agency,
        schema=schema,
        file="",
        file_sha256="",
        received_at=on_day,
        received_on=on_day,
    )
    project(conn, kind, _ruled(kind, kept, known, ruled), source)


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a batch count, and in which order they are drawn.

    `sources` has sheet and row of every line; `order` gives the places of the lines that count,
    each key once; `repeats` are lines that repeat one of them exactly, `clashes` lines that share
    a key with another content.
    """

    sources: pl.DataFrame
    order: pl.Series
    repeats: pl.DataFrame
    clashes: pl.DataFrame

    def counting(self) -> pl.DataFrame:
        """Return sheet and row of the rows that count, in order."""
        return self.sources[self.order]


def in_key_order(kind: Kind, table: Packed) -> Rows:
    """Return the rows by key; of those that share a key the first of the file counts."""
    key, sources = list(kind.key), table.only(SHEET, ROW)
    keys = _ranked(key, table).with_row_index(_PLACE).sort(key, maintain_order=True)
    same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in key)
    keys = keys.with_columns(same.fill_null(value=False).alias(_AGAIN))
    first, again = keys.filter(~pl.col(_AGAIN)), keys.filter(_AGAIN)
    order, more = first[_PLACE], table.at(again[_PLACE])
    if more.is_empty():
        return Rows(sources, order, more, more)
    before = table.at(first.join(again, on=key, how="semi")[_PLACE])
    repeats = more.join(before, on=list(kind.content), how="semi", nulls_equal=True)
    return Rows(sources, order, repeats, more.join(repeats, on=[SHEET, ROW, *key], how="anti"))


def _ranked(key: Sequence[str], table: Packed) -> pl.DataFrame:
    """Return the key columns as numbers that sort as their texts do, worked out one by one.

    Raises:
        ValueError: a key column is null.
    """
    columns = []
    for name in key:
        column = table.only(name)[name]
        if column.null_count():
            raise ValueError("a key column is null: rows must come from deidentify")
        columns.append(column.rank("dense"))
    return pl.DataFrame(columns)


def _named(content: pl.DataFrame, known: Mapping[int, Known], ids: list[str]) -> ledger.Rows:
    """Return rows as the ledger keeps them: with their ids, those of known rows kept."""
    own = [known[row].id if row in known else name for row, name in enumerate(ids)]
    named = content.select(pl.Series(ledger.ID, own, dtype=pl.String), *content.columns)
    return ledger.Rows(named, ledger.content_hashes(content))


def _hashed(kind: Kind, frame: pl.DataFrame) -> ledger.Rows:
    """Return rows of the ledger with the hashes that they were entered by.

    A column that came to the kind later is null in rows of before.
    """
    new = [pl.lit(None, pl.String).alias(name) for name in kind.content if name not in frame]
    whole = frame.with_columns(new).select(ledger.ID, *kind.content)
    return ledger.Rows(whole, ledger.content_hashes(frame.drop(ledger.ID)))


def _ruled(kind: Kind, kept: ledger.Rows, known: Mapping[int, Known], ruled: Ruled) -> Piece:
    """Return rows as the registry holds them: with what was decided put over them."""
    if not ruled.refused:
        return Piece(kept.frame, kept.hashes, known)
    named = ruled.content.select(kept.frame[ledger.ID], *kind.content)
    return Piece(named, ledger.content_hashes(ruled.content), known, ruled.refused)


def tally(rows: Rows, verdicts: list[str]) -> Entered:
    """Count verdicts, and the source rows of which every line was known."""
    count = Counter(verdicts)
    sources = rows.counting()
    taken = _source_rows(sources.filter(pl.Series(verdicts, dtype=pl.String) != UNCHANGED))
    return Entered(
        added=count[ADDED],
        changed=count[CHANGED],
        unchanged=count[UNCHANGED] + rows.repeats.height,
        taken_rows=taken,
        idle_rows=_source_rows(sources, rows.repeats) - taken,
        findings=tuple(_clash(*cells) for cells in rows.clashes.select(SHEET, ROW).iter_rows()),
    )


def _clash(sheet: str, row: int) -> Finding:
    """Return why a row was left out that shares its key with an earlier one."""
    return Finding(
        sheet=sheet,
        row=row,
        column="",
        field="",
        rule="V17",
        severity=Severity.ERROR,
        value="",
        message="同一批次内与前面的行重复(处罚机关、文号、当事人相同)而内容不同,未收录。",
        message_en="The same key stands on an earlier row with other content; left out.",
    )


def _source_rows(*frames: pl.DataFrame) -> int:
    """Return how many rows of the file some frames come from."""
    return pl.concat([frame.select(SHEET, ROW) for frame in frames]).n_unique()


def batch_row(batch: Batch, entered: Entered) -> dict[str, Any]:
    """Return a batch as its table and the ledger keep it."""
    clashed = len({(finding.sheet, finding.row) for finding in entered.findings})
    return asdict(batch) | {
        "refused": batch.refused + clashed,
        "findings": batch.findings + len(entered.findings),
        "taken": entered.taken_rows,
        "unchanged": entered.idle_rows,
        "approved_at": batch.received_at if batch.approved_by else None,
    }
