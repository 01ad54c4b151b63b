"""Values of formulas: openpyxl keeps a formula or its value, a workbook needs both.

Without the value a formula cell reads as empty until a spreadsheet program has saved it again. So
the values of the original are put back beside the formulas that openpyxl wrote.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import Cell
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook import Workbook

_CELL = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*)(><f\b[^>]*(?:/>|>[^<]*</f>))<v(?: ?/>|></v>)')
"""A formula cell as openpyxl writes it, without a value."""


class Value(NamedTuple):
    """A value as it stands in a sheet's XML: its type (`str`, `b`, `e`, or "" for numbers)."""

    type: str
    text: str


Values = Mapping[str, Mapping[str, Value]]
"""Sheet → cell reference → the value of the formula there."""


def values(original: IO[bytes], book: Workbook) -> Values:
    """Return the values of the formulas of `book`, which was loaded from `original`."""
    places = {
        sheet.title: {
            cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        }
        for sheet in book.worksheets
    }
    if not any(places.values()):
        return {}
    cached = openpyxl.load_workbook(original, read_only=True, data_only=True)
    try:
        return {
            name: {
                cell.coordinate: _value(cell, cached.epoch)
                for row in cached[name].iter_rows()
                for cell in row
                if cell.value is not None and cell.coordinate in wanted
            }
            for name, wanted in places.items()
            if wanted
        }
    finally:
        cached.close()


def _value(cell: Cell | ReadOnlyCell, epoch: dt.datetime) -> Value:
    """Return a value in the terms of a sheet's XML (ECMA-376 part 1, 18.18.11)."""
    match value := cell.value:
        case bool():
            return Value("b", str(int(value)))
        case int() | float():
            return Value("", repr(value))
        case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
            return Value("", repr(to_excel(value, epoch)))  # type: ignore[no-untyped-call]
    return Value("e" if cell.data_type == "e" else "str", str(value))


def restore(draft: Path, book: Workbook, found: Values) -> None:
    """Put the values beside the formulas in `draft`, which openpyxl saved from `book`."""
    if not any(found.values()):
        return
    parts = {sheet.path.lstrip("/"): found.get(sheet.title, {}) for sheet in book.worksheets}
    plain = draft.with_suffix(".plain")
    draft.replace(plain)
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, _filled(old.read(name), parts.get(name, {})))
    plain.unlink()


def _filled(xml: bytes, found: Mapping[str, Value]) -> bytes:
    """Return a sheet's XML with the values of its formulas."""

    def fill(cell: re.Match[bytes]) -> bytes:
        value = found.get(cell[2].decode())
        if value is None:
            return cell[0]
        kind = f' t="{value.type}"'.encode() if value.type else b""
        text = escape(value.text).encode()
        return cell[1] + kind + cell[3] + b'<v xml:space="preserve">' + text + b"</v>"

    return _CELL.sub(fill, xml) if found else xml
