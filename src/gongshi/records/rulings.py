"""What persons decided about records, put over what the redaction made of them.

The ledger keeps a row as the redaction left it, and a decision as an entry of its own; what the
registry holds is the row with all decisions put over it. So a decision holds for every later
delivery in which the same text stands, and making the registry again gives the same.

A ruling speaks of one field of one record, and of one text in it (`before`, a hash): a text that
the agency has corrected is another, and starts anew. One that shows what was masked also asks for
the same original (`origin`, a keyed hash), since two names may have one mask.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from gongshi.models import Doubt
from gongshi.records.kinds import Kind
from gongshi.redaction.spans import overlaps

Edit = tuple[int, int, str]
"""Start and end in the text before, and what stands there instead."""

Origins = Mapping[tuple[str, str], str]
"""Record and field → the keyed hash of the original cell."""

_PLACE = "_place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one decision means for one field: edits, or that the record is not published.

    `fewer` is how many masked places fewer the record has by it, negative where it has more.
    """

    record: str
    field: str
    before: str
    origin: str = ""
    edits: Sequence[Edit] = ()
    fewer: int = 0
    refused: bool = False


Rulings = Mapping[str, Sequence[Ruling]]
"""Record → what was decided about it, in the order of decision."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """Rows with the decisions put over them; `refused` has the rows of which some speaks."""

    content: pl.DataFrame
    refused: Mapping[int, bool]


def ruling_of(header: Mapping[str, Any]) -> Ruling:
    """Return a ruling as the ledger kept it."""
    return Ruling(**{**header, "edits": [tuple(edit) for edit in header["edits"]]})


def replacing(record: str, field: str, before: str, after: str) -> Ruling:
    """Return the ruling that puts other words in place of the whole text `before`."""
    edits = [(0, len(before), after)]
    return Ruling(record=record, field=field, before=fingerprint(before), edits=edits)


def fingerprint(text: str) -> str:
    """Return the hash by which a ruling knows the text that it speaks of."""
    return hashlib.sha256(text.encode()).hexdigest()


def origins_of(doubts: Iterable[Doubt]) -> Origins:
    """Return the originals' hashes that the doubts of a table know."""
    return {(doubt.record, doubt.field): doubt.origin for doubt in doubts}


def origins(conn: sqlite3.Connection, batch: str) -> Origins:
    """Return the originals' hashes that the doubts of a stored batch know."""
    rows = conn.execute("select record, field, origin from doubts where batch = ?", (batch,))
    return {(record, name): origin for record, name, origin in rows}


def load(conn: sqlite3.Connection, kind: Kind, record: str | None = None) -> Rulings:
    """Return what was decided about one record of a kind, or about all."""
    rows = conn.execute(
        "select record, field, before, origin, edits, fewer, refused from rulings "
        "where schema = ? and (? is null or record = ?) order by n, rowid",
        (kind.schema, record, record),
    )
    found: dict[str, list[Ruling]] = {}
    for name, column, before, origin, edits, fewer, refused in rows:
        ruling = Ruling(
            record=name,
            field=column,
            before=before,
            origin=origin,
            edits=tuple((start, end, text) for start, end, text in json.loads(edits)),
            fewer=fewer,
            refused=bool(refused),
        )
        found.setdefault(name, []).append(ruling)
    return found


def keep(conn: sqlite3.Connection, n: int, schema: str, rulings: Iterable[Ruling]) -> None:
    """Store the rulings of ledger entry `n`."""
    conn.executemany(
        "insert into rulings (n, schema, record, field, before, origin, edits, fewer, refused) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                n,
                schema,
                each.record,
                each.field,
                each.before,
                each.origin,
                json.dumps(each.edits, ensure_ascii=False),
                each.fewer,
                int(each.refused),
            )
            for each in rulings
        ),
    )


def rule(kind: Kind, content: pl.DataFrame, rulings: Rulings, known: Origins) -> Ruled:
    """Return rows of a kind's content with the rulings put over them."""
    if not rulings:
        return Ruled(content, {})
    keys = pl.DataFrame(
        [json.loads(record) for record in rulings],
        schema=dict.fromkeys(kind.key, pl.String),
        orient="row",
    )
    rows = content.with_row_index(_PLACE).join(keys, on=list(kind.key), how="semi")
    cells: dict[str, dict[int, Any]] = {}
    refused = {}
    for row in rows.iter_rows(named=True):
        record = json.dumps([row[name] for name in kind.key], ensure_ascii=False)
        changes, refused[row[_PLACE]] = _over(row, rulings[record], known)
        for name, value in changes.items():
            cells.setdefault(name, {})[row[_PLACE]] = value
    for name, values in cells.items():
        column = content[name].clone()
        given = pl.Series(list(values.values()), dtype=column.dtype)
        content = content.with_columns(column.scatter(list(values), given))
    return Ruled(content, refused)


def _over(
    row: Mapping[str, Any], rulings: Sequence[Ruling], known: Origins
) -> tuple[dict[str, Any], bool]:
    """Return which columns of a row change to what, and whether it is not to be published."""
    edits: dict[str, list[Edit]] = {}
    fewer, refused = 0, False
    for ruling in rulings:
        origin = known.get((ruling.record, ruling.field), "")
        same = ruling.before == fingerprint(row[ruling.field] or "")
        if not same or (ruling.origin and ruling.origin != origin):
            continue
        refused |= ruling.refused
        fewer += ruling.fewer
        text = row[ruling.field] or ""
        if any(start == 0 and end == len(text) for start, end, _ in ruling.edits):
            edits[ruling.field] = []  # the whole text anew: what was decided before is in it
        edits.setdefault(ruling.field, []).extend(ruling.edits)
    changes: dict[str, Any] = {
        name: edited(row[name] or "", given) for name, given in edits.items() if given
    }
    if fewer:
        changes["redactions"] = (row["redactions"] or 0) - fewer
    return changes, refused


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made; of two that overlap the earlier one counts.

    >>> edited("张某和李某到场", [(3, 5, "李四"), (0, 2, "张三"), (0, 1, "王")])
    '张三和李四到场'
    """
    kept: list[Edit] = []
    for edit in edits:
        if not overlaps(edit[0], edit[1], [(start, end) for start, end, _ in kept]):
            kept.append(edit)
    for start, end, instead in sorted(kept, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def mark(
    conn: sqlite3.Connection, kind: Kind, ids: Sequence[str], refused: Mapping[int, bool]
) -> None:
    """Note which of the records `ids`, by row, may not be published, and have the clock look."""
    conn.executemany(
        f"update {kind.stem}_standing set refused = ?, dirty = max(dirty, 1) "  # noqa: S608
        f"where refused <> ? and rid = (select rid from {kind.stem}_records where id = ?)",
        ((int(value), int(value), ids[row]) for row, value in refused.items()),
    )
