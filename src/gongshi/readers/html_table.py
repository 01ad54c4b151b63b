"""HTML tables, which many systems write under the name `.xls`, and Excel's own «web page».

Each table of the page is a sheet, numbered in order (`表格1`); its rows are numbered from 1. `<br>`
and the ends of paragraphs are line ends, other white space is one blank. A cell that Excel or
LibreOffice wrote as a number (`x:num`, `sdval`) is read as the number that it holds, not as the
rounded one that is shown; dates are read as shown. Hidden rows and cells are read, as in
workbooks; a hidden table is a hidden sheet. A table inside a cell is a sheet of its own, and the
cell around it reads `#TABLE!`; a table of a single cell is text of the cell around it.

The declared character set is not believed: the encoding is proved. Tables that end with the file
and not by their end tag refuse the file, for it may have been cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers.decoding import decoded
from gongshi.readers.encoding import prove
from gongshi.readers.file import File
from gongshi.readers.grid import Grid
from gongshi.readers.limits import check_columns
from gongshi.readers.numbers import number_text
from gongshi.readers.piece import Piece
from gongshi.readers.refusals import damaged, no_table

TABLE = "#TABLE!"
"""What is read from a cell that holds a table of several cells: nothing that a field could take."""
_END = "gongshi-end"
"""A last element of our own: where it is not seen, a comment or script was open at the end."""
_HELD = ("x:num", "sdval")
"""Attributes in which Excel and LibreOffice write the number that a cell holds."""
_CELLS = ("td", "th")
_LINES = frozenset({"p", "div", "li"})
"""Elements that begin a new line inside a cell."""
_UNSEEN = frozenset({"script", "style", "title", "template", "noscript"})
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_LAST_ROW = 1_048_576
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]*)?(?:[Ee][-+]?[0-9]+)?")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def read(file: File, options: ReaderOptions) -> Iterator[Piece]:
    """Yield the tables of a page in pieces.

    Raises:
        FileRefusedError: F02, too many columns; F04, encoding not proved; F05, cut off; F12, the
            page has no table.
    """
    proof = prove(file)
    for piece in _pieces(file, proof.encoding, options):
        yield replace(piece, encoding=proof.encoding, evidence=proof.evidence)


def _pieces(file: File, encoding: str, options: ReaderOptions) -> Iterator[Piece]:
    """Yield the tables of a page whose encoding is known."""
    tables = _Tables(file, options)
    parser = etree.HTMLParser(target=tables, huge_tree=True, encoding="utf-8")
    for text in decoded(file, encoding):
        parser.feed(text.encode())
        yield from tables.complete()
    parser.feed(f"<{_END}></{_END}>".encode())
    tables.check_end()
    yield from tables.complete()


@dataclass(slots=True)
class _Table:
    """A table that is open: its grid, and the cell that is open in it."""

    grid: Grid
    column: int = 0
    cell: "_Cell | None" = None
    is_in_row: bool = False
    cells: int = 0
    text: str = ""
    """The text of the last cell that was closed."""
    has_text: bool = False


@dataclass(slots=True)
class _Cell:
    """A cell that is open."""

    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)
    holds_table: bool = False

    def say(self, text: str) -> None:
        """Add text; a line end is a part of its own."""
        self.parts.append(text)

    @property
    def text(self) -> str:
        """Return what a person sees."""
        if self.holds_table:
            return TABLE
        lines = "".join(self.parts).split("\v")
        seen = "\n".join(_BLANKS.sub(" ", line).strip() for line in lines).strip("\n")
        number = next((self.attributes[name] for name in _HELD if name in self.attributes), None)
        return seen if number is None else _precise(seen, number)

    def begins_line(self, tag: str) -> bool:
        """Say whether an element begins a further line."""
        return tag in _LINES and bool("".join(self.parts).strip())

    def spans(self, name: str) -> int:
        """Return how many rows or columns the cell spans."""
        declared = self.attributes.get(name, "1").strip()
        return max(int(declared), 1) if declared.isascii() and declared.isdigit() else 1


class _Tables:
    """What the parser tells its events to."""

    def __init__(self, file: File, options: ReaderOptions) -> None:
        self._file = file
        self._options = options
        self._open: list[_Table] = []
        self._closed: list[_Table] = []
        self._unseen = 0
        self._count = 0
        self._cut: bool | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        if tag == _END:
            self._cut = bool(self._open)
        elif tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._start_table(attributes)
        elif self._open:
            self._start_part(self._open[-1], tag, attributes)

    def end(self, tag: str) -> None:
        """Hear an element end."""
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif self._open and tag in _CELLS:
            self._end_cell(self._open[-1])
        elif self._open and tag == "tr":
            self._end_row(self._open[-1])
        elif self._open and tag == "table":
            self._end_table()

    def data(self, text: str) -> None:
        """Hear text."""
        if self._open and (cell := self._open[-1].cell) is not None and not self._unseen:
            cell.say(text)

    def close(self) -> None:
        """Hear the end of the page."""

    def complete(self) -> Iterator[Piece]:
        """Yield the rows read since the last call."""
        for table in self._closed:
            if table.has_text:
                yield from table.grid.taken(final=True)
        self._closed.clear()
        if len(self._open) == 1:
            yield from self._open[0].grid.taken()

    def check_end(self) -> None:
        """Refuse a page that was cut off, or that has no table."""
        if self._cut is None or self._cut:
            raise damaged(
                self._file,
                "网页在表格、注释或脚本中间中断,可能没有下载完整",
                "the page ends inside a table, a comment or a script",
            )
        if not self._count:
            raise no_table(
                self._file,
                "网页里没有表格",
                "the page has no table",
            )

    def _start_table(self, attributes: dict[str, str]) -> None:
        """Open a table, within the one that is open."""
        self._count += 1
        hidden = bool(_HIDDEN.search(attributes.get("style", "")))
        self._open.append(_Table(Grid(f"表格{self._count}", hidden)))

    def _start_part(self, table: _Table, tag: str, attributes: dict[str, str]) -> None:
        """Open a row or a cell of a table, or begin a line within a cell."""
        if tag in _CELLS:
            self._end_cell(table)
            if not table.is_in_row:
                self._start_row(table)
            table.cell = _Cell(attributes)
        elif tag == "tr":
            self._end_row(table)
            self._start_row(table)
        elif table.cell is not None and (tag == "br" or table.cell.begins_line(tag)):
            table.cell.say("\v")

    def _start_row(self, table: _Table) -> None:
        """Open a row."""
        table.is_in_row, table.column = True, 0
        table.grid.start_row()

    def _end_row(self, table: _Table) -> None:
        """Close the row that is open."""
        self._end_cell(table)
        table.is_in_row = False

    def _end_cell(self, table: _Table) -> None:
        """Close the cell that is open and put it into the grid."""
        if table.cell is None:
            return
        cell, table.cell = table.cell, None
        across = cell.spans("colspan")
        column = table.grid.free(table.column)
        check_columns(column + across, self._file, self._options)
        down = min(cell.spans("rowspan"), _LAST_ROW)
        table.text = cell.text
        table.grid.put(table.text, column, across=across, down=down)
        table.column = column + across
        table.cells += 1
        table.has_text |= table.text not in ("", TABLE)

    def _end_table(self) -> None:
        """Close a table; one that is a single cell inside a cell is text of that cell."""
        table = self._open.pop()
        self._end_row(table)
        around = self._open[-1].cell if self._open else None
        if around is not None and table.cells == 1:
            around.say(table.text.replace("\n", "\v"))
            return
        if around is not None:
            around.holds_table = True
        self._closed.append(table)


def _precise(seen: str, number: str) -> str:
    """Return the number that a cell holds where one is shown; what is shown otherwise, as a date.

    An empty `number` means that the one shown is exact.
    """
    if not _NUMBER.fullmatch(seen):
        return seen
    held = (number or seen).replace(",", "")
    return number_text(float(held)) if _NUMBER.fullmatch(held) else seen
