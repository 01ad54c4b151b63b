"""XLSX, XLSM, XLSB, XLS and ODS, read by python-calamine, every cell as the text a person sees.

A number of more than 15 digits has lost digits when it was typed: it is written in scientific
notation (`1.10105199001011E+17`), never as a plausible wrong code. Dates become ISO text. Merged
cells that span rows are filled downwards, for one decision may span the rows of its parties; a
merge across columns is left to whoever looks for the header. Error cells keep their text.
"""

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers.code_page import Paged, paged
from gongshi.readers.columns import column_index
from gongshi.readers.file import File, seekable
from gongshi.readers.limits import check_columns
from gongshi.readers.numbers import number_text
from gongshi.readers.piece import Piece, Range, frame_of
from gongshi.readers.prescan import Prescan, prescan
from gongshi.readers.refusals import damaged, encrypted

_ROWS = 20_000
"""Rows handed over at a time."""
_TOP = 60
"""Rows in which a header may stand."""

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def read(file: File, options: ReaderOptions, *, zipped: bool) -> Iterator[Piece]:
    """Yield the sheets of a workbook in pieces.

    Raises:
        FileRefusedError: hostile, damaged or encrypted.
    """
    known = prescan(file, options) if zipped else Prescan()
    pages = None if zipped else paged(file)
    with _opened(file, pages) as book:
        for meta in book.sheets_metadata:
            if meta.typ is not SheetTypeEnum.WorkSheet:
                continue
            hidden = meta.visible is not SheetVisibleEnum.Visible
            try:
                sheet = book.get_sheet_by_name(meta.name)
            except (CalamineError, ValueError) as exc:
                raise _unreadable(file, exc) from exc
            check_columns(sheet.width, file, options, sheet=meta.name)
            for piece in _pieces(meta.name, sheet, known, hidden=hidden):
                yield pages.mended(piece) if pages else piece


def text_of(value: Value) -> str:
    """Return a cell's value as text.

    >>> text_of(5.0), text_of(0.2), text_of(110105199001011234.0), text_of(True)
    ('5', '0.2', '1.10105199001011E+17', 'TRUE')
    >>> text_of(dt.date(2023, 4, 5)), text_of(dt.datetime(2023, 4, 5, 9, 30))
    ('2023-04-05', '2023-04-05 09:30:00')
    """
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case int() | float():
            return number_text(value)
        case dt.datetime():
            midnight = value.time() == dt.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return value.isoformat()
    return str(value)


def _opened(file: File, pages: Paged | None) -> CalamineWorkbook:
    """Return the open workbook."""
    try:
        if pages:
            return CalamineWorkbook.from_filelike(io.BytesIO(pages.data))
        if isinstance(file, Path):
            return CalamineWorkbook.from_path(str(file))
        return CalamineWorkbook.from_filelike(seekable(file))
    except PasswordError as exc:
        raise encrypted(file) from exc
    except (CalamineError, OSError) as exc:
        raise _unreadable(file, exc) from exc


def _pieces(name: str, sheet: CalamineSheet, known: Prescan, *, hidden: bool) -> Iterator[Piece]:
    """Yield one sheet in pieces; an empty sheet gives one piece without rows."""
    areas = [
        (top + 1, left, bottom + 1, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    merged = sorted([*areas, *known.merged.get(name, ())])
    at_top = tuple(area for area in merged if area[0] <= _TOP)
    first, rows = 1, list[Sequence[str]]()
    for row in _rows(sheet, merged, _positions(known.errors.get(name, {}))):
        rows.append(row)
        if len(rows) == _ROWS:
            yield Piece(name, frame_of(rows, first=first), hidden, at_top, epoch=known.epoch)
            first, rows = first + len(rows), []
    if rows or first == 1:
        yield Piece(name, frame_of(rows, first=first), hidden, at_top, epoch=known.epoch)


def _rows(
    sheet: CalamineSheet, merged: Sequence[Range], errors: Mapping[int, Mapping[int, str]]
) -> Iterator[list[str]]:
    """Yield every row from the first as text, errors put back, merges filled downwards."""
    starts: dict[int, list[Range]] = {}
    for area in merged:
        if area[2] > area[0]:
            starts.setdefault(area[0], []).append(area)
    open_areas: list[tuple[Range, str]] = []
    for number, row in _cells(sheet, errors):
        open_areas = [(area, text) for area, text in open_areas if area[2] >= number]
        for area, text in open_areas:
            if area[1] < len(row):
                row[area[1]] = text
        open_areas += [
            (area, row[area[1]]) for area in starts.get(number, ()) if area[1] < len(row)
        ]
        yield row


def _cells(
    sheet: CalamineSheet, errors: Mapping[int, Mapping[int, str]]
) -> Iterator[tuple[int, list[str]]]:
    """Yield every row as text with its number, errors put back: they may stand beyond the rest."""
    unused = (
        [""] * sheet.start[1] if sheet.start else []
    )  # iter_rows skips unused columns, not rows
    last, rows = max(errors, default=0), sheet.iter_rows()
    for number in count(1):
        values = next(rows, None)
        if values is None and number > last:
            return
        row = unused + [value if type(value) is str else text_of(value) for value in values or ()]
        for column, text in errors.get(number, {}).items():
            row += [""] * (column + 1 - len(row))
            row[column] = text
        yield number, row


def _positions(errors: Mapping[str, str]) -> dict[int, dict[int, str]]:
    """Return error cells by row (1-based) and column (0-based)."""
    found: dict[int, dict[int, str]] = {}
    for reference, text in errors.items():
        letters = reference.rstrip("0123456789")
        found.setdefault(int(reference[len(letters) :]), {})[column_index(letters)] = text
    return found


def _unreadable(file: File, exc: Exception) -> Exception:
    """Return F05; the library's own words may quote a cell and stay out."""
    return damaged(file, "不是完整的工作簿", f"no whole workbook ({type(exc).__name__})")
