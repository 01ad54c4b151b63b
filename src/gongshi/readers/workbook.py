"""XLSX, XLSM, XLSB, XLS and ODS, read by python-calamine, every cell as the text a person sees.

A number of more than 15 digits has lost digits when it was typed: it is written in scientific
notation (`1.10105199001011E+17`), never as a plausible wrong code. Dates become ISO text. Merged
cells that span rows are filled downwards, for one decision may span the rows of its parties; a
merge across columns is left to whoever looks for the header. Error cells keep their text.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
from gongshi.errors import FileRefusedError
from gongshi.readers.piece import Piece, Range, frame_of
from gongshi.readers.prescan import Prescan, prescan

_ROWS = 20_000
"""Rows handed over at a time."""
_TOP = 60
"""Rows in which a header may stand."""
_EXACT = 10**15
"""From here on a spreadsheet's number no longer holds every digit."""

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def read(path: Path, options: ReaderOptions, *, zipped: bool) -> Iterator[Piece]:
    """Yield the sheets of a workbook in pieces.

    Raises:
        FileRefusedError: hostile, damaged or encrypted.
    """
    scan = prescan(path, options) if zipped else Prescan()
    with _opened(path) as book:
        for meta in book.sheets_metadata:
            if meta.typ is not SheetTypeEnum.WorkSheet:
                continue
            hidden = meta.visible is not SheetVisibleEnum.Visible
            try:
                sheet = book.get_sheet_by_name(meta.name)
            except (CalamineError, ValueError) as exc:
                raise _damaged(path, exc) from exc
            errors = scan.errors.get(meta.name, {})
            for piece in _pieces(meta.name, sheet, hidden=hidden, errors=errors):
                yield replace(piece, epoch=scan.epoch)


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
            return _number(value)
        case dt.datetime():
            midnight = value.time() == dt.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    """Return a number as a spreadsheet shows it, 15 digits at most."""
    if not math.isfinite(value):
        return "#NUM!"
    if abs(value) >= _EXACT:
        return f"{value:.14E}".replace("E+0", "E+")
    if value == int(value):
        return str(int(value))
    return f"{value:.15g}"


def _opened(path: Path) -> CalamineWorkbook:
    """Return the open workbook."""
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as exc:
        raise FileRefusedError(
            "文件设有打开密码。",
            "the file is protected by a password.",
            file=path.name,
            rule="F10",
            todo="请取消打开密码后重新报送。",
        ) from exc
    except (CalamineError, OSError) as exc:
        raise _damaged(path, exc) from exc


def _pieces(
    name: str, sheet: CalamineSheet, *, hidden: bool, errors: Mapping[str, str]
) -> Iterator[Piece]:
    """Yield one sheet in pieces; an empty sheet gives one piece without rows."""
    merged = sorted(
        (top + 1, left, bottom + 1, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    at_top = tuple(area for area in merged if area[0] <= _TOP)
    first, rows = 1, list[Sequence[str]]()
    for row in _rows(sheet, merged, _positions(errors)):
        rows.append(row)
        if len(rows) == _ROWS:
            yield Piece(name, frame_of(rows, first=first), hidden, at_top)
            first, rows = first + len(rows), []
    if rows or first == 1:
        yield Piece(name, frame_of(rows, first=first), hidden, at_top)


def _rows(
    sheet: CalamineSheet, merged: Sequence[Range], errors: Mapping[int, Mapping[int, str]]
) -> Iterator[list[str]]:
    """Yield every row from the first as text, errors put back, merges filled downwards."""
    starts: dict[int, list[Range]] = {}
    for area in merged:
        if area[2] > area[0]:
            starts.setdefault(area[0], []).append(area)
    open_areas: list[tuple[Range, str]] = []
    unused = (
        [""] * sheet.start[1] if sheet.start else []
    )  # iter_rows skips unused columns, not rows
    for number, values in enumerate(sheet.iter_rows(), start=1):
        row = unused + [value if type(value) is str else text_of(value) for value in values]
        for column, text in errors.get(number, {}).items():
            row[column : column + 1] = [text] if column < len(row) else []
        open_areas = [(area, text) for area, text in open_areas if area[2] >= number]
        for area, text in open_areas:
            if area[1] < len(row):
                row[area[1]] = text
        open_areas += [
            (area, row[area[1]]) for area in starts.get(number, ()) if area[1] < len(row)
        ]
        yield row


def _positions(errors: Mapping[str, str]) -> dict[int, dict[int, str]]:
    """Return error cells by row (1-based) and column (0-based)."""
    found: dict[int, dict[int, str]] = {}
    for reference, text in errors.items():
        letters = reference.rstrip("0123456789")
        found.setdefault(int(reference[len(letters) :]), {})[column_index(letters)] = text
    return found


def column_index(letters: str) -> int:
    """Return the index of a column from its letters.

    >>> column_index("A"), column_index("AA")
    (0, 26)
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """Return the letters of a column from its index.

    >>> column_letters(0), column_letters(26), column_letters(701)
    ('A', 'AA', 'ZZ')
    """
    letters, number = "", index + 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(65 + place) + letters
    return letters


def _damaged(path: Path, exc: Exception) -> FileRefusedError:
    """Return F05; the library's own words may quote a cell and stay out."""
    return FileRefusedError(
        "文件已损坏,或不是扩展名所说的格式。",
        f"the file is damaged or of another format ({type(exc).__name__}).",
        file=path.name,
        rule="F05",
        todo="请用 Excel 或 WPS 打开后另存为 .xlsx,再报送。",
    )
