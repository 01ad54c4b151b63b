"""The redaction log: what was masked in which cell, so that the public text can be proved.

One line is one span: of which cell, by which rule, what stands there instead, and the keyed hash
of the cell as the agency wrote it. It holds nothing that was masked. With the original in hand
anybody who has the key can make the public text from it, and from nothing else:

    public = original, apart from the logged spans

Source: 市场监督管理行政处罚信息公示规定 art. 7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import polars as pl

from gongshi.declarations.redaction_policy import RedactionPolicy
from gongshi.deidentify import people, structure
from gongshi.deidentify.layouts import LAYOUTS, Layout
from gongshi.deidentify.people import Cast
from gongshi.deidentify.structure import LINE
from gongshi.keys import Key
from gongshi.models import ROW, SHEET, RawTable
from gongshi.redaction import Span, label
from gongshi.redaction.bulk import Masked
from gongshi.redaction.spans import apply

PARTY_NAME = "party_name"
"""The rule of a cell that was named anew as a whole, as the policy says."""

SCHEMA = {
    SHEET: pl.String,
    ROW: pl.UInt32,
    LINE: pl.UInt32,
    "field": pl.String,
    "rule": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
    "mask": pl.String,
    "original_hash": pl.String,
}
"""Columns of a log. `_line` is which line of its source row; `start` and `end` count characters."""


def original_hash(key: Key, cell: str) -> str:
    """Return the keyed hash by which a cell is known again."""
    return key.digest("original", cell)


def logged(
    masked: Masked, cast: Cast, key: Key, refused: frozenset[tuple[str, int]]
) -> pl.DataFrame:
    """Return a line for each masked span of the rows that were not refused."""
    rows = cast.frame.select(SHEET, ROW, LINE).rows()
    sheets = {sheet: label(sheet) for sheet in cast.frame[SHEET].unique()}
    lines = [
        (
            sheets[rows[at][0]],
            *rows[at][1:],
            name,
            span.rule,
            span.start,
            span.end,
            span.mask,
            original_hash(key, original),
        )
        for (at, name), original, spans in _cells(masked, cast)
        if rows[at][:2] not in refused
        for span in spans
    ]
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def _cells(masked: Masked, cast: Cast) -> Iterable[tuple[tuple[int, str], str, list[Span]]]:
    """Return ((row index, column), original, spans) of every cell that changed, in order.

    A cell that was named anew is one span, whatever the rules found in its new name.
    """
    spans: dict[tuple[int, str], list[Span]] = {}
    for index, name, span in masked.spans:
        spans.setdefault((index, name), []).append(span)
    originals = {place: cast.frame[place[1]][place[0]] or "" for place in spans}
    for index, columns in cast.changed.items():
        for name, original in columns.items():
            shown = masked.frame[name][index] or ""
            originals[index, name] = original
            spans[index, name] = [Span(0, len(original), PARTY_NAME, shown)]
    return [(place, originals[place], sorted(spans[place], key=_start)) for place in sorted(spans)]


def _start(span: Span) -> int:
    return span.start


def as_written(raw: RawTable, policy: RedactionPolicy, key: Key) -> pl.DataFrame:
    """Return the cells of a file before redaction, under public names, with the records' keys.

    Columns: `_sheet`, `_row`, `_line`, the columns of `provable`, `doc_no_key`, `party_key`. May
    hold personal data: never store it. `policy` is that of the day on which the file was taken in.
    """
    layout = replace(LAYOUTS[raw.schema], lines=raw.lines)
    sums = [layout.source[name] for name in layout.money]
    blank = raw.frame.with_columns(pl.lit("").alias(name) for name in sums)
    frame = people.with_category(structure.structured(blank, layout), layout)
    keyed = people.cast(frame, people.rules_for(frame, policy, raw.source.agency), key).frame
    keys = [name for name in ("doc_no_key", people.PARTY_KEY) if name in keyed.columns]
    return frame.select(SHEET, ROW, LINE, *provable(layout)).with_columns(keyed.select(keys))


def provable(layout: Layout) -> list[str]:
    """Return the public columns that are the file's own words: all but sums and what we derive."""
    derived = {*layout.money, layout.category}
    return [name for name in layout.columns if name in layout.source and name not in derived]


def proved(original: str, spans: Sequence[Span], expected_hash: str, key: Key) -> str:
    """Return the public text that a cell and its logged spans give.

    Raises:
        ValueError: the cell is not the one that was logged, or spans overlap or lie outside it.
    """
    if original_hash(key, original) != expected_hash:
        raise ValueError("原文与脱敏日志中的摘要不符")
    places = [0, *(place for span in spans for place in (span.start, span.end)), len(original)]
    if places != sorted(places):
        raise ValueError("脱敏日志中的位置相互重叠或超出原文")
    return apply(original, spans)
