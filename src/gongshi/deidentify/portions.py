"""A table in portions that can be redacted one by one: every decision lies in one of them.

A person is masked alike in all lines of a decision, so a decision is never divided, wherever in
the file its lines stand.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from gongshi.deidentify import structure
from gongshi.deidentify.layouts import Layout
from gongshi.models import ROW, SHEET
from gongshi.packed import Packed

_AT, _PORTION = "_at", "_portion"


def of(frame: pl.DataFrame, layout: Layout, size: int) -> Iterator[pl.DataFrame]:
    """Yield the lines of `frame` about `size` at a time, at least once, in the order of the file.

    A line whose decision began in an earlier portion stands there.
    """
    if frame.height <= size:
        yield frame
        return
    numbers = pl.int_range(frame.height, dtype=pl.UInt32, eager=True) // size
    lines = pl.DataFrame({structure.DECISION: _decisions(frame, layout), _PORTION: numbers})
    first = lines.select(pl.col(_PORTION).min().over(structure.DECISION)).to_series()
    for number in first.unique().sort():
        yield frame.filter(first == number)


def _decisions(frame: pl.DataFrame, layout: Layout) -> pl.Series:
    """Return which decision each line is of, as the redaction sees it."""
    named = ("doc_no", "authority", "authority_code", layout.doc_no)
    fields = dict.fromkeys(layout.source[name] for name in named if name in layout.source)
    keyed = frame.select(SHEET, ROW, *(name for name in fields if name in frame.columns))
    return structure.structured(keyed, layout)[structure.DECISION]


def places(frame: pl.DataFrame) -> pl.DataFrame:
    """Return where each source row stands in the file: `_sheet`, `_row`, `_at`."""
    rows = frame.lazy().select(SHEET, ROW).with_row_index(_AT)
    return rows.unique([SHEET, ROW], keep="first").collect()


def in_file_order(
    frame: pl.DataFrame, place: pl.DataFrame, *, on: Sequence[str] = (SHEET, ROW)
) -> pl.DataFrame:
    """Return the lines in the order of their source rows, whose columns are `on`."""
    at = _at(frame.select(on), place)
    if at.is_sorted():
        return frame
    return frame.with_columns(at).sort(_AT, maintain_order=True).drop(_AT)


def packed_in_file_order(table: Packed, place: pl.DataFrame) -> Packed:
    """Return a packed table's lines in the order of their source rows."""
    at = _at(table.only(SHEET, ROW), place).to_frame().with_row_index()
    return table.in_order(at.sort(_AT, maintain_order=True)["index"])


def _at(rows: pl.DataFrame, place: pl.DataFrame) -> pl.Series:
    """Return where source rows, whose two columns are sheet and row, stand in the file."""
    on = rows.columns
    return rows.join(place, left_on=on, right_on=[SHEET, ROW], how="left", maintain_order="left")[
        _AT
    ]
