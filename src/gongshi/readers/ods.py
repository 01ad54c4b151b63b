"""The look at the content of an ODS workbook: what the library that reads it leaves out.

Cells that are repeated by a number take room only when they are read: a line can ask for a
billion. Errors (`#DIV/0!`) and merged cells come along, as `prescan` finds them in XLSX.
Source: OpenDocument 1.3, part 3, sections 9 and 19.
"""

from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers.columns import column_letters
from gongshi.readers.extents import Extent
from gongshi.readers.file import File
from gongshi.readers.piece import Range
from gongshi.readers.refusals import damaged

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_P = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 p"
_VALUE_TYPE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"
_SHOWN_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


@dataclass(slots=True)
class Sheet:
    """What one sheet holds besides its values: errors by cell (`B7`), and merged cells."""

    errors: dict[str, str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)


def sheets_of(file: File, content: IO[bytes], options: ReaderOptions) -> dict[str, Sheet]:
    """Return the sheets of an ODS workbook by name.

    Raises:
        FileRefusedError: F02, its cells reach too far; F05, no whole XML.
    """
    listener = _Listener(file, options)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = listener.start
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.data
    try:
        parser.ParseFile(content)
    except (expat.ExpatError, ValueError) as exc:
        raise damaged(file, "内容不是完整的 XML", "its content is no well-formed XML") from exc
    return listener.sheets


class _Listener:
    """What the parser tells its events to; `_row` and `_column` count the cells before."""

    def __init__(self, file: File, options: ReaderOptions) -> None:
        self.sheets: dict[str, Sheet] = {}
        self._file = file
        self._options = options
        self._sheet, self._extent = Sheet(), Extent()
        self._row = self._column = self._repeated = self._filled = 0
        self._error: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        if tag in _CELLS:
            self._start_cell(attributes)
        elif tag == _P:
            self._filled = self._column
        elif tag == f"{_TABLE}table-row":
            self._column = self._filled = 0
            self._repeated = int(attributes.get(f"{_TABLE}number-rows-repeated", "1"))
        elif tag == f"{_TABLE}table":
            self._sheet, self._extent, self._row = Sheet(), Extent(), 0
            self.sheets[attributes.get(f"{_TABLE}name", "")] = self._sheet

    def data(self, text: str) -> None:
        """Hear text."""
        if self._error is not None:
            self._error.append(text)

    def end(self, tag: str) -> None:
        """Hear an element end."""
        if tag in _CELLS and self._error is not None:
            place = f"{column_letters(self._column - 1)}{self._row + 1}"
            self._sheet.errors[place] = "".join(self._error)
            self._error = None
        elif tag == f"{_TABLE}table-row":
            self._row += self._repeated
            if self._filled:
                self._extent.reach(self._row, self._filled)
                self._extent.check(self._file, self._options)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        """Count a cell, and note whether it is an error or spans others."""
        first = self._column
        self._column += int(attributes.get(f"{_TABLE}number-columns-repeated", "1"))
        if _VALUE_TYPE in attributes:
            self._filled = self._column
        if attributes.get(_SHOWN_TYPE) == "error":
            self._error = []
        rows = int(attributes.get(f"{_TABLE}number-rows-spanned", "1"))
        columns = int(attributes.get(f"{_TABLE}number-columns-spanned", "1"))
        if rows > 1 or columns > 1:
            area = (self._row + 1, first, self._row + rows, first + columns - 1)
            self._sheet.merged.append(area)
