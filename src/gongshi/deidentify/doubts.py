"""What a person should look at: spans that were masked in doubt, and numbers that were left.

A doubt says where, by which rule and between which public words; the original cell goes beside
it, to whoever may keep it encrypted, and nowhere else.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from gongshi.deidentify import assurance, minors
from gongshi.deidentify.layouts import Layout
from gongshi.keys import Key
from gongshi.models import RECORD_KEYS, ROW, SHEET, Category, Doubt, Letters, Original
from gongshi.redaction import label
from gongshi.redaction.bulk import Masked
from gongshi.redaction.spans import Span, origin

AROUND = 24
"""Characters of public text on each side of a doubt."""

_PLACE_HEX = 32


Doubts = tuple[tuple[Doubt, ...], Mapping[str, Original]]
"""The doubts, and by place the originals."""


@dataclass(frozen=True, slots=True)
class _Find:
    """One doubtful span of one cell: where it is in the public text, and in the original."""

    index: int
    name: str
    rule: str
    mask: str
    masked: bool
    public: tuple[int, int]
    there: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """A portion before and after its texts were masked, and what is needed to name its cells."""

    schema: str
    layout: Layout
    letters: Letters
    before: pl.DataFrame = field(repr=False)
    after: pl.DataFrame = field(repr=False)


def doubts(table: Table, masked: Masked, key: Key, refused: frozenset[tuple[str, int]]) -> Doubts:
    """Return what a person should look at in the rows that were not refused."""
    found = [*_masked(masked), *_left(table), *_of_minors(table, masked)]
    listed: list[Doubt] = []
    originals: dict[str, Original] = {}
    for find in found:
        doubt = _doubt(table, find, key)
        if table.after.row(find.index)[:2] not in refused:
            listed.append(doubt)
            cell = table.before[find.name][find.index] or ""
            originals[doubt.place] = Original(cell, *find.there)
    return tuple(listed), originals


def _masked(masked: Masked) -> Iterator[_Find]:
    """Yield the doubtful spans that were masked, with their place in the text that came of it."""
    shifts: dict[tuple[int, str], int] = {}
    for index, name, span in masked.spans:
        shift = shifts.get((index, name), 0)
        start = span.start + shift
        if span.doubtful:
            public, there = (start, start + len(span.mask)), (span.start, span.end)
            yield _Find(index, name, span.rule, span.mask, masked=True, public=public, there=there)
        shifts[index, name] = shift + len(span.mask) - (span.end - span.start)


def _left(table: Table) -> Iterator[_Find]:
    """Yield the numbers in registration numbers that may be a person's, and were left."""
    for index, name, span in assurance.doubtful(table.after, table.layout):
        place = (span.start, span.end)
        yield _Find(index, name, span.rule, span.mask, masked=False, public=place, there=place)


def _of_minors(table: Table, masked: Masked) -> Iterator[_Find]:
    """Yield where the text about a natural person speaks of a minor who may be that person."""
    if not table.layout.category:
        return
    frame = table.after.with_row_index("_at").filter(
        pl.col(table.layout.category) == str(Category.PERSON)
    )
    spans: dict[tuple[int, str], list[Span]] = {}
    for index, name, span in masked.spans:
        spans.setdefault((index, name), []).append(span)
    for name in (each for each in table.layout.texts if each != "basis"):
        rows = frame.filter(pl.col(name).str.contains(minors.SPOKEN_OF))
        for index, text in rows.select("_at", name).iter_rows():
            for place in minors.left(text):
                there = origin(place, spans.get((index, name), ()))
                yield _Find(
                    index, name, minors.RULE, minors.MASK, masked=False, public=place, there=there
                )


def _doubt(table: Table, find: _Find, key: Key) -> Doubt:
    """Return a find with where it stands, and the words around it."""
    row = table.after.row(find.index, named=True)
    text = row[find.name] or ""
    sheet, number = row[SHEET], row[ROW]
    source = table.layout.source.get(find.name, find.name)
    category = row[table.layout.category] if table.layout.category else ""
    record = _record(row, RECORD_KEYS.get(table.schema, ()))
    origin = key.digest("original", table.before[find.name][find.index] or "")
    start, end = find.public
    return Doubt(
        sheet=label(sheet),
        row=number,
        column=table.letters.of(sheet, source, category or ""),
        source_field=source,
        field=find.name,
        record=record,
        rule=find.rule,
        masked=find.masked,
        start=start,
        end=end,
        left=text[max(start - AROUND, 0) : start],
        mask=find.mask,
        right=text[end : end + AROUND],
        origin=origin,
        start_there=find.there[0],
        end_there=find.there[1],
        place=_place(table.schema, record or f"{sheet}/{number}", find, origin),
    )


def _record(row: Mapping[str, object], key: Sequence[str]) -> str:
    """Return the key of a row's record as JSON, "" where its schema has no records."""
    return json.dumps([row[name] for name in key], ensure_ascii=False) if key else ""


def _place(schema: str, record: str, find: _Find, origin: str) -> str:
    """Return what stays the same when the same cell of the same record comes again."""
    parts = (schema, record, find.name, origin, *map(str, find.there))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_PLACE_HEX]
