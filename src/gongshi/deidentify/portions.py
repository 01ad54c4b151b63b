"""A table in portions that can be redacted one by one: every decision lies in one of them.

A person is masked alike in all lines of a decision, so a decision is never divided, wherever in
the file its lines stand.
"""

from collections.abc import Sequence

import polars as pl

from gongshi.deidentify import structure
from gongshi.deidentify.layouts import Layout
from gongshi.models import ROW, SHEET
from gongshi.packed import Packed

_AT, _PORTION = "_at", "_portion"


def of(table: Packed, layout: Layout, size: int) -> Packed:
    """Return the lines of `table` in blocks of about `size`, in the order of the file.

    A line whose decision began in an earlier portion stands there.
    """
    at = pl.int_range(table.height, dtype=pl.UInt32, eager=True)
    lines = pl.DataFrame({structure.DECISION: _decisions(table, layout), _PORTION: at // size})
    first = lines.select(pl.col(_PORTION).min().over(structure.DECISION)).to_series()
    return table.dealt(first, at)


def _decisions(table: Packed, layout: Layout) -> pl.Series:
    """Return a number for each line that the lines of its decision share, as the redaction sees it.

    That another decision has the same number is rare, and does no harm: they stand together.
    """
    named = ("doc_no", "authority", "authority_code", layout.doc_no)
    fields = dict.fromkeys(layout.source[name] for name in named if name in layout.source)
    columns = (SHEET, ROW, *(name for name in fields if name in table.schema))
    return pl.concat(
        structure.structured(keyed, layout)[structure.DECISION].hash()
        for keyed in table.drawn(*columns)
    )


def places(table: Packed) -> pl.DataFrame:
    """Return where each source row stands in the file: `_sheet`, `_row`, `_at`."""
    rows = table.only(SHEET, ROW).lazy().with_row_index(_AT)
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
