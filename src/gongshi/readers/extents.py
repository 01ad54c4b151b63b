"""How far the cells of a sheet reach, known before a library makes room for all of them.

The library that reads workbooks holds a sheet as one rectangle, the blank cells in it included: two
cells in opposite corners of a sheet would ask for hundreds of gigabytes.
"""

import re
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers.columns import column_index
from gongshi.readers.file import File
from gongshi.readers.limits import check_columns
from gongshi.readers.refusals import damaged, too_large

CELL_BYTES = 64
"""Memory that a cell of the rectangle needs at least; a filled one takes about 130 (measured)."""
_WIDE = re.compile(rb'<(?:\w+:)?c r="([A-Z]{2,3})[0-9]{1,7}"[^>/]*>')
_DEEP = re.compile(rb'<(?:\w+:)?c r="[A-Z]{1,3}([0-9]{5,7})"[^>/]*>')
"""Cells with content; one that has a format alone takes no room."""
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_VALUE_TYPE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


@dataclass(slots=True)
class Extent:
    """Rows and columns that the cells with content reach to."""

    rows: int = 0
    columns: int = 0

    def hear(self, window: bytes) -> None:
        """Add a stretch of an XLSX sheet; below row 10 000 and column AA nothing is counted."""
        columns = (column_index(found.decode()) + 1 for found in set(_WIDE.findall(window)))
        self.columns = max(self.columns, max(columns, default=0))
        self.rows = max(self.rows, max(map(int, _DEEP.findall(window)), default=0))

    def check(self, file: File, options: ReaderOptions) -> None:
        """Refuse a rectangle that does not fit into the memory, or is wider than allowed."""
        check_columns(self.columns, file, options)
        if self.rows * self.columns * CELL_BYTES > options.memory_mib << 20:
            raise too_large(
                file,
                f"工作表用到 {self.rows} 行 {self.columns} 列(含其间的空白),内存放不下",
                f"a sheet of {self.rows} rows and {self.columns} columns, blank ones included",
            )


def check_ods(file: File, content: IO[bytes], options: ReaderOptions) -> None:
    """Refuse an ODS workbook whose repeated cells take more room than there is.

    Raises:
        FileRefusedError: F02, too wide or too large; F05, no whole XML.
    """
    sheets = _Sheets(file, options)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = sheets.start
    parser.EndElementHandler = sheets.end
    try:
        parser.ParseFile(content)
    except (expat.ExpatError, ValueError) as exc:
        raise damaged(file, "内容不是完整的 XML", "its content is no well-formed XML") from exc


class _Sheets:
    """What the parser of an ODS workbook tells its events to."""

    def __init__(self, file: File, options: ReaderOptions) -> None:
        self._file = file
        self._options = options
        self._extent = Extent()
        self._row = self._column = self._repeated = self._filled = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        if tag in _CELLS:
            self._column += int(attributes.get(f"{_TABLE}number-columns-repeated", "1"))
            if _VALUE_TYPE in attributes:
                self._filled = self._column
        elif tag == f"{_TEXT}p":
            self._filled = self._column
        elif tag == f"{_TABLE}table-row":
            self._column = self._filled = 0
            self._repeated = int(attributes.get(f"{_TABLE}number-rows-repeated", "1"))
        elif tag == f"{_TABLE}table":
            self._extent, self._row = Extent(), 0

    def end(self, tag: str) -> None:
        """Hear an element end."""
        if tag == f"{_TABLE}table-row":
            self._row += self._repeated
            if self._filled:
                self._extent.rows = self._row
                self._extent.columns = max(self._extent.columns, self._filled)
                self._extent.check(self._file, self._options)
