"""The clerk's own workbook with marks: openpyxl keeps its sheets, formats, widths and merges.

openpyxl loads nothing that the structural look refuses, and what it saves is read again before it
is handed out: a workbook whose cells would read otherwise than the original's is given up.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import polars as pl
from openpyxl.cell import Cell, MergedCell
from openpyxl.workbook import Workbook
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.marking import formulas
from gongshi.marking.book import add_summary, put_marks, take_marks
from gongshi.marking.lost import lost
from gongshi.marking.unfit import UnfitError
from gongshi.marking.words import Mark, Plan, is_summary, names_summary
from gongshi.models import ROW
from gongshi.readers.child import pieces
from gongshi.readers.piece import Piece
from gongshi.readers.prescan import prescan

_LOST = "原工作簿中的{}没有保留；数据、格式和公式不受影响。"
_MARKUP_MIB = 128
"""Most XML of a workbook that openpyxl is given: some three million cells, 2 GB of memory."""


def write(original: Path, draft: Path, plan: Plan, options: ReaderOptions) -> None:
    """Write the original with the marks of `plan` to `draft`.

    Raises:
        FileRefusedError: built to exhaust or deceive, damaged, or encrypted.
        UnfitError: openpyxl cannot carry this workbook without changing what it says.
    """
    prescan(original, options)
    _check_size(original)
    with original.open("rb") as file:  # openpyxl judges a path by its extension
        book = openpyxl.load_workbook(file, rich_text=True)
        values = formulas.values(file, book)
    _clear(book)
    _put(book, plan.marks)
    gone = lost(original, book)
    plan = plan.noting(_LOST.format("、".join(gone))) if gone else plan
    add_summary(book, plan.summary, {name: name for name in book.sheetnames})
    book.calculation = book.calculation or CalcProperties()
    book.calculation.fullCalcOnLoad = True
    book.save(draft)
    formulas.restore(draft, book, values)
    if not _same(original, draft, options):
        raise UnfitError("其中有按原样写不回的内容")


def _check_size(original: Path) -> None:
    """Refuse what openpyxl would need too much memory for."""
    with zipfile.ZipFile(original) as archive:
        size = sum(info.file_size for info in archive.infolist() if info.filename.endswith(".xml"))
    if size > _MARKUP_MIB << 20:
        raise UnfitError("工作簿太大")


def _clear(book: Workbook) -> None:
    """Take away the summary and the marks of an earlier check."""
    ours = [sheet for sheet in book.worksheets if names_summary(sheet.title, sheet["A1"].value)]
    if not ours:
        return
    for sheet in ours:
        book.remove(sheet)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.has_style:
                    take_marks(cell)


def _put(book: Workbook, marks: Iterable[Mark]) -> None:
    """Mark the cells; those of a merged area share the mark of its first cell."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    anchors = {name: _anchors(sheet) for name, sheet in sheets.items()}
    by_cell: dict[tuple[str, int, int], list[Mark]] = {}
    for mark in marks:
        if mark.sheet not in sheets:
            raise UnfitError("工作表的名称对不上")
        row, column = anchors[mark.sheet].get((mark.row, mark.column), (mark.row, mark.column))
        by_cell.setdefault((mark.sheet, row, column), []).append(mark)
    for (name, row, column), found in by_cell.items():
        cell = sheets[name].cell(row, column)
        if isinstance(cell, MergedCell):
            raise UnfitError("合并单元格相互重叠")
        put_marks(cell, found)


def _anchors(sheet: Worksheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the first cell of each merged cell's area, by row and column."""
    return {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }


def _same(first: Path, second: Path, options: ReaderOptions) -> bool:
    """Say whether two workbooks read alike, summaries left out."""
    ours = _content(first, options)
    try:
        theirs = _content(second, options)
    except FileRefusedError:
        return False
    return ours.keys() == theirs.keys() and all(
        frame.equals(theirs[name]) for name, frame in ours.items()
    )


def _content(path: Path, options: ReaderOptions) -> dict[tuple[str, bool], pl.DataFrame]:
    """Return the rows and columns with content, by a sheet's name and whether it is hidden."""
    sheets: dict[tuple[str, bool], list[Piece]] = {}
    for piece in pieces(path, options):
        if piece.frame.height and piece.frame.width > 1:
            sheets.setdefault((piece.sheet, piece.hidden), []).append(piece)
    return {
        place: filled
        for place, parts in sheets.items()
        if not is_summary(parts[0]) and (filled := _filled(parts)).height
    }


def _filled(parts: Iterable[Piece]) -> pl.DataFrame:
    """Return a sheet without blanks around its texts, and without empty rows and columns."""
    whole = pl.concat([part.frame for part in parts], how="diagonal").with_columns(
        pl.col(pl.String).fill_null("").str.strip_chars()
    )
    rows = whole.filter(pl.any_horizontal(pl.col(pl.String) != ""))
    return rows.select(
        ROW, *(name for name in rows.columns if name != ROW and (rows[name] != "").any())
    )
