"""A new workbook of the cells as they were read: text in every cell, every row in its place.

For CSV, XLS and whatever openpyxl cannot carry; the keys of JSON get a row of their own above the
records. Rows are streamed. Cells are text with the text
format, so that codes keep their digits and nothing is taken for a formula.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from gongshi.declarations.agency import ReaderOptions
from gongshi.marking.book import TEXT_FORMAT, add_summary, put_marks, write_text
from gongshi.marking.unfit import UnfitError
from gongshi.marking.words import DATA, Entry, Mark, Plan, is_summary
from gongshi.models import ROW
from gongshi.readers.child import pieces
from gongshi.readers.piece import Piece

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_CELLS = 5_000_000
"""Most cells of a new workbook: a minute or two of writing."""
_LONGEST = 32_767
"""Characters of a cell (Excel specifications and limits); an escaped one counts as one."""
_WIDTH, _MAC = 20, 1904
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31

Marks = Mapping[int, Mapping[int, Sequence[Mark]]]
"""Of one sheet: row → column → what is wrong there; both from 1."""


def write(original: Path, draft: Path, plan: Plan, options: ReaderOptions) -> None:
    """Write the cells of `original` with the marks of `plan` to `draft`.

    Raises:
        FileRefusedError: the file cannot be read.
        UnfitError: there are more rows, columns, cells or characters than a workbook holds.
    """
    sheets: dict[str, list[Piece]] = {}
    for piece in pieces(original, options):
        sheets.setdefault(piece.sheet or DATA, []).append(piece)
    read = {name: parts for name, parts in sheets.items() if not is_summary(parts[0])}
    _check_size(part.frame for parts in read.values() for part in parts)
    book = Workbook(write_only=True)
    if any(parts[0].epoch == _MAC for parts in read.values()):
        book.epoch = CALENDAR_MAC_1904  # serial numbers in the cells count from there
    names = _names(read)
    for name, parts in read.items():
        _add_sheet(book, names[name], parts, _of_sheet(plan.marks, name))
    below = {name for name, parts in read.items() if parts[0].frame[ROW].first() == 0}
    add_summary(book, _one_row_lower(plan.summary, below), names)
    book.save(draft)


def _one_row_lower(
    summary: Sequence[Sequence[Entry]], sheets: Container[str]
) -> Sequence[Sequence[Entry]]:
    """Return a summary whose links follow `sheets` that got a row of titles above their first."""

    def moved(entry: Entry) -> Entry:
        if entry.sheet not in sheets:
            return entry
        letters = entry.place.rstrip("0123456789")
        place = f"{letters}{int(entry.place[len(letters) :]) + 1}"
        return entry._replace(text=place, place=place)

    return [[moved(entry) for entry in line] for line in summary]


def _check_size(frames: Iterable[pl.DataFrame]) -> None:
    """Refuse what does not fit into a workbook: nothing is cut."""
    cells = 0
    for frame in frames:
        cells += frame.height * frame.width
        if cells > _CELLS:
            raise UnfitError(f"单元格超过 {_CELLS} 个")
        if frame.width - 1 > _LAST_COLUMN or (frame.height and frame[ROW][-1] > _LAST_ROW):
            raise UnfitError("行数或列数超过 Excel 的上限")
        longest = frame.select(pl.col(pl.String).str.len_chars().max())
        if any(length > _LONGEST for length in (longest.row(0) if longest.width else ()) if length):
            raise UnfitError(f"有单元格超过 Excel 的上限 {_LONGEST} 字")


def _names(sheets: Iterable[str]) -> dict[str, str]:
    """Return a name that XLSX allows for each sheet; other formats allow more.

    >>> _names(["处罚/一", "处罚:一"])
    {'处罚/一': '处罚_一', '处罚:一': '处罚_一2'}
    """
    names: dict[str, str] = {}
    for sheet in sheets:
        base = _NO_NAME.sub("_", sheet)[:_LONGEST_NAME].strip("'") or DATA
        name, number = base, 1
        taken = {other.casefold() for other in names.values()}
        while name.casefold() in taken:
            number += 1
            name = f"{base[: _LONGEST_NAME - len(str(number))]}{number}"
        names[sheet] = name
    return names


def _of_sheet(marks: Iterable[Mark], sheet: str) -> Marks:
    """Return the marks of one sheet by row and column."""
    found: dict[int, dict[int, list[Mark]]] = {}
    for mark in marks:
        if mark.sheet == sheet:
            found.setdefault(mark.row, {}).setdefault(mark.column, []).append(mark)
    return found


def _add_sheet(book: Workbook, name: str, parts: Sequence[Piece], marks: Marks) -> None:
    """Add one sheet, row by row; rows that reading passed over stay empty."""
    sheet = book.create_sheet(name)
    sheet.sheet_state = "hidden" if parts[0].hidden else "visible"
    for number in range(1, max(part.frame.width for part in parts)):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.number_format = _WIDTH, TEXT_FORMAT
    last = 0
    for part in parts:
        for number, *texts in part.frame.iter_rows():
            for _ in range(last + 1, number):
                sheet.append([])
            sheet.append(_cells(sheet, texts, marks.get(number, {})))
            last = number
    for top, left, bottom, right in parts[0].merged:
        if right > left and not any(top <= row <= bottom for row in marks):
            area = f"{get_column_letter(left + 1)}{top}:{get_column_letter(right + 1)}{bottom}"
            sheet.merged_cells.add(area)


def _cells(
    sheet: WriteOnlyWorksheet, texts: Sequence[str], marks: Mapping[int, Sequence[Mark]]
) -> list[Cell | None]:
    """Return the cells of one row; a marked one is there even if it is empty."""
    width = max(len(texts), *marks, 0)
    cells: list[Cell | None] = []
    for column, text in enumerate((*texts, *[""] * (width - len(texts))), start=1):
        found = marks.get(column)
        cells.append(_cell(sheet, text, found) if text or found else None)
    return cells


def _cell(sheet: WriteOnlyWorksheet, text: str, marks: Sequence[Mark] | None) -> Cell:
    """Return one cell as text."""
    cell = WriteOnlyCell(sheet)
    write_text(cell, text)
    cell.number_format = TEXT_FORMAT
    if marks:
        put_marks(cell, marks)
    return cell


def write_summary_alone(original: Path, draft: Path, plan: Plan, options: ReaderOptions) -> None:
    """Write the summary of `plan` to `draft`, without a sheet of the original."""
    del original, options
    book = Workbook(write_only=True)
    add_summary(book, plan.summary, {})
    book.save(draft)
