"""One sheet's cells under our field names, with what was passed over on the way."""

from collections.abc import Iterator, Sequence

import polars as pl

from gongshi.errors import FileRefusedError
from gongshi.ingest.mismatch import Titled, demand_own_content
from gongshi.ingest.reading import Reading
from gongshi.ingest.rules import Doubt, finding
from gongshi.models import ROW, SHEET, Finding, Letters
from gongshi.readers.columns import column_letters
from gongshi.readers.header import Header, records
from gongshi.readers.piece import CELL, Piece
from gongshi.table_schema import TableSchema

_KINDS_OF_ROW = {"header": "重复的表头", "total": "合计行", "note": "说明文字"}
_JOINED_ROLE = "kinds"
"""The one field that may stand in several columns: CF_CFLB1 and CF_CFLB2 of the 2015 template."""


def reading_of(file: str, parts: Sequence[Piece], header: Header, schema: TableSchema) -> Reading:
    """Return the records of one sheet: `_sheet`, `_row`, the fields that the sheet has.

    Raises:
        FileRefusedError: F08, two columns mean the same field; F13, a title over another's content.
    """
    sheet = parts[0].sheet
    whole = pl.concat([part.frame for part in parts], how="diagonal").with_columns(
        pl.col(pl.String).fill_null("")
    )
    frame, passed = records(whole, header)
    columns = _columns(file, header, schema)
    demand_own_content(Titled(file, sheet, header.titles, columns), frame, schema)
    fields = [_field(frame, indexes).alias(name) for name, indexes in columns.items()]
    named = frame.select(pl.lit(sheet).alias(SHEET), ROW, *fields)
    long_rows, findings = _leftovers(sheet, frame, header)
    passed_over = [
        finding(Doubt("A22", "", _KINDS_OF_ROW[kind]), sheet=sheet, row=row)
        for kind, rows in passed.items()
        for row in rows
    ]
    letters = {name: column_letters(indexes[0]) for name, indexes in columns.items()}
    return Reading(
        frame=named,
        columns=Letters({sheet: letters}),
        findings=(*findings, *passed_over),
    ).refusing((sheet, row, Doubt("A01", "")) for row in long_rows)


def unread(sheet: Piece) -> Finding:
    """Return the finding about a sheet that holds cells and was not read."""
    why = "隐藏的工作表" if sheet.hidden else "没有表头"
    doubt = Doubt(
        "A21", "", f"{sheet.sheet}({why})", "it is hidden" if sheet.hidden else "no header"
    )
    return finding(doubt, sheet=sheet.sheet, row=0)


def _columns(file: str, header: Header, schema: TableSchema) -> dict[str, list[int]]:
    """Return the column indexes of each field.

    Raises:
        FileRefusedError: F08, two columns mean the same field.
    """
    columns: dict[str, list[int]] = {}
    for index, field in header.columns.items():
        columns.setdefault(field, []).append(index)
    joined = schema.by_role.get(_JOINED_ROLE)
    for field, indexes in columns.items():
        if len(indexes) > 1 and not (joined and joined.name == field):
            letters = "、".join(map(column_letters, indexes))
            raise FileRefusedError(
                f"{letters} 列都表示 {field}。",
                f"columns {letters} both mean {field}.",
                file=file,
                rule="F08",
                todo="请只保留其中一列。",
            )
    return columns


def _field(frame: pl.DataFrame, indexes: Sequence[int]) -> pl.Expr:
    """Return the text of one field; several columns are joined with `;`."""
    names = [f"{CELL}{index}" for index in indexes if f"{CELL}{index}" in frame.columns]
    if len(names) == 1:
        return pl.col(names[0])
    return pl.concat_str(names, separator=";").str.strip_chars("; ")


def _leftovers(sheet: str, frame: pl.DataFrame, header: Header) -> tuple[list[int], list[Finding]]:
    """Return the rows longer than the header, and findings on columns that mean nothing."""
    findings, long_rows = [], set[int]()
    for index, title, filled in _unmapped(frame, header):
        letters = column_letters(index)
        if title:
            doubt = Doubt("A20", "", f"{letters} 列“{title}”", f"column {letters}")
        elif _counts_rows(filled):
            continue
        elif filled.len() * 2 < frame.height:
            long_rows |= set(frame.filter(pl.col(f"{CELL}{index}").str.strip_chars() != "")[ROW])
            continue
        else:
            doubt = Doubt("A20", "", f"{letters} 列没有列名", f"column {letters} has no title")
        findings.append(finding(doubt, sheet=sheet, row=0, column=letters))
    return sorted(long_rows), findings


def _unmapped(frame: pl.DataFrame, header: Header) -> Iterator[tuple[int, str, pl.Series]]:
    """Yield index, title and filled cells of each column with content that is no field."""
    for name in frame.columns:
        if name == ROW:
            continue
        index = int(name.removeprefix(CELL))
        title = header.titles.get(index, "")
        if index in header.columns or title in header.layout.ignore:
            continue
        filled = frame[name].str.strip_chars().filter(frame[name].str.strip_chars() != "")
        if filled.len():
            yield index, title, filled


def _counts_rows(filled: pl.Series) -> bool:
    """Say whether a column without title holds nothing but rising whole numbers."""
    numbers = filled.cast(pl.Int64, strict=False)
    return not numbers.has_nulls() and numbers.is_sorted()
