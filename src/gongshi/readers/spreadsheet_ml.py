"""SpreadsheetML 2003 («XML 表格 2003»), which many systems write under the name `.xls`.

No document type declaration is read, so there are no entities but the five of XML. Numbers are
read as in other workbooks. Source: «Dive into SpreadsheetML» and the XML Spreadsheet Reference of
Microsoft (2001): `ss:Index` counts from 1, `ss:MergeAcross` and `ss:MergeDown` count further cells.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers.decoding import decoded
from gongshi.readers.encoding import prove
from gongshi.readers.file import File
from gongshi.readers.grid import Grid
from gongshi.readers.limits import check_columns
from gongshi.readers.numbers import number_text
from gongshi.readers.piece import Piece
from gongshi.readers.prescan import NOT_CALCULATED
from gongshi.readers.refusals import bomb, damaged

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}Visible"
_DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LAST_ROW = 1_048_576
_OVERLAP = 16


def read(file: File, options: ReaderOptions) -> Iterator[Piece]:
    """Yield the worksheets in pieces.

    Raises:
        FileRefusedError: F02, too many rows or columns; F03, a document type declaration; F04,
            encoding not proved; F05, damaged.
    """
    proof = prove(file)
    for piece in _pieces(file, proof.encoding, options):
        yield replace(piece, encoding=proof.encoding, evidence=proof.evidence)


def _pieces(file: File, encoding: str, options: ReaderOptions) -> Iterator[Piece]:
    """Yield the worksheets of a document whose encoding is known."""
    sheets = _Sheets(file, options)
    parser = ET.XMLParser(target=sheets)  # noqa: S314  refused below before a DTD is reached
    before = ""
    try:
        for text in decoded(file, encoding):
            if _DECLARED.search(before + text):
                raise bomb(file, "含有文档类型声明(DTD)", "it holds a document type declaration")
            before = text[-_OVERLAP:]
            parser.feed(text)
            yield from sheets.complete()
        parser.close()
    except ET.ParseError as exc:
        line, column = exc.position
        raise damaged(
            file,
            f"第 {line} 行第 {column + 1} 个字符起不是完整的 XML",
            f"no well-formed XML at line {line}, character {column + 1}",
        ) from exc
    yield from sheets.complete()


class _Sheets:
    """What the parser tells its events to."""

    def __init__(self, file: File, options: ReaderOptions) -> None:
        self._file = file
        self._options = options
        self._closed: list[Grid] = []
        self._grid: Grid | None = None
        self._column = 0
        self._cell: Mapping[str, str] = {}
        self._type: str | None = None
        self._in_data = self._in_comment = self._in_visible = False
        self._parts: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        match tag.removeprefix(_SS):
            case "Worksheet":
                self._grid = Grid(attributes.get(f"{_SS}Name", ""))
            case "Row" if self._grid is not None:
                self._start_row(self._grid, attributes)
            case "Cell" if self._grid is not None:
                self._cell, self._type, self._parts = attributes, None, []
            case "Comment":
                self._in_comment = True
            case "Data" if not self._in_comment:
                self._type, self._in_data = attributes.get(f"{_SS}Type", "String"), True
            case tag if tag == _VISIBLE:
                self._in_visible, self._parts = True, []

    def end(self, tag: str) -> None:
        """Hear an element end."""
        match tag.removeprefix(_SS):
            case "Data":
                self._in_data = False
            case "Comment":
                self._in_comment = False
            case tag if tag == _VISIBLE and self._grid is not None:
                self._grid.hidden = "".join(self._parts).strip() != "SheetVisible"
                self._in_visible = False
            case "Cell" if self._grid is not None:
                self._end_cell(self._grid)
            case "Worksheet" if self._grid is not None:
                self._closed.append(self._grid)
                self._grid = None

    def data(self, text: str) -> None:
        """Hear text."""
        if self._in_data or self._in_visible:
            self._parts.append(text)

    def complete(self) -> Iterator[Piece]:
        """Yield the sheets read since the last call; whether one is hidden stands at its end."""
        for grid in self._closed:
            yield from grid.taken(final=True)
        self._closed.clear()

    def _start_row(self, grid: Grid, attributes: Mapping[str, str]) -> None:
        """Open a row, and the empty ones that `ss:Index` leaps over."""
        number = self._number(attributes, "Index", grid.last + 1)
        if number > min(self._options.rows, _LAST_ROW):
            raise bomb(self._file, f"行号 {number} 超出范围", "a row lies beyond the last row")
        while grid.last < number:
            grid.start_row()
        self._column = 0

    def _end_cell(self, grid: Grid) -> None:
        """Put the cell that is open into the grid."""
        column = self._number(self._cell, "Index", grid.free(self._column) + 1) - 1
        across = self._number(self._cell, "MergeAcross", 0) + 1
        check_columns(column + across, self._file, self._options)
        down = min(self._number(self._cell, "MergeDown", 0) + 1, _LAST_ROW)
        if grid.last:
            grid.put(self._text(), column, across=across, down=down)
        self._column = column + across

    def _text(self) -> str:
        """Return the text of the open cell."""
        text = "".join(self._parts)
        match self._type:
            case None:
                return NOT_CALCULATED if f"{_SS}Formula" in self._cell else ""
            case "Number":
                return self._number_text(text)
            case "Boolean":
                return "TRUE" if text.strip() == "1" else "FALSE"
            case "DateTime":
                day, _, time = text.strip().partition("T")
                return f"{day} {time[:8]}" if time.strip("0:.") else day
        return text.replace("\r\n", "\n")

    def _number_text(self, text: str) -> str:
        """Return a number as a spreadsheet shows it."""
        try:
            return number_text(float(text))
        except ValueError:
            raise self._odd() from None

    def _number(self, attributes: Mapping[str, str], name: str, otherwise: int) -> int:
        """Return a count that an attribute gives; it is never negative."""
        text = attributes.get(f"{_SS}{name}")
        if text is None:
            return otherwise
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_ROW))):
            raise self._odd()
        return int(text)

    def _odd(self) -> Exception:
        """Return the refusal of a number that is none."""
        return damaged(self._file, "数字写法不对", "a number is not written as one")
