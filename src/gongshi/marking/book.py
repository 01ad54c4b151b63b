"""What both kinds of marked workbook share: how a marked cell looks, and the summary sheet."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink

from gongshi.marking.words import HEAD, SUMMARY, Entry, Mark, comment, theirs_in
from gongshi.models import Severity

AUTHOR = "Gongshi 公示"
FILLS: Mapping[str, str] = {
    Severity.ERROR.value: "FFC7CE",
    Severity.WARNING.value: "FFEB9C",
    Severity.INFO.value: "BDD7EE",
}
"""Severity → fill; dark text stays readable on each, also in grey."""
TEXT_FORMAT = "@"
_GREY = "D9D9D9"
_WIDTHS = (8, 8, 16, 8, 6, 18, 90, 24, 10)
_MESSAGE = HEAD.index("说明") + 1
_LINK = "0563C1"
_PIXELS, _LINE, _TALLEST = 420, 20, 420
"""Width of a comment, height of one of its lines, and of the tallest comment."""
_CHARACTERS = 28
"""Chinese characters in one line of a comment."""

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_NO_XML = str.maketrans(dict.fromkeys("\ufffe\uffff", "\ufffd"))


def storable(text: str) -> str:
    r"""Return text as a cell of XLSX keeps it (ECMA-376 part 1, 22.9.2.19, ST_Xstring).

    The two characters that XML cannot hold become U+FFFD, which a check reports.

    >>> storable("甲\x01"), storable("_x0041_"), storable("_x")
    ('甲_x0001_', '_x005F_x0041_', '_x')
    """
    return _UNSTORABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text.translate(_NO_XML))


def write_text(cell: Cell, text: str) -> None:
    """Put text into a cell as text, whatever it begins with."""
    cell.value = storable(text)
    cell.data_type = "s"


def put_marks(cell: Cell, marks: Iterable[Mark]) -> None:
    """Colour one cell and say why, above what its comment said before."""
    before = cell.comment.text if cell.comment else ""
    severity, text = comment(marks, before)
    cell.fill = PatternFill("solid", fgColor=FILLS[severity.value])
    cell.comment = _note(storable(text))


def take_marks(cell: Cell) -> None:
    """Take away what `put_marks` put; a fill that the cell had before it is not known any more."""
    if cell.comment:
        theirs = theirs_in(cell.comment.text)
        author = cell.comment.author
        cell.comment = None
        if theirs:
            cell.comment = Comment(theirs, author)
    if cell.fill.fill_type == "solid" and str(cell.fill.fgColor.rgb)[-6:] in FILLS.values():
        cell.fill = PatternFill()


def _note(text: str) -> Comment:
    """Return a comment large enough to be read."""
    lines = sum(math.ceil((len(line) or 1) / _CHARACTERS) for line in text.split("\n"))
    return Comment(text, AUTHOR, height=min((lines + 1) * _LINE, _TALLEST), width=_PIXELS)


def add_summary(book: Workbook, lines: Sequence[Sequence[Entry]], names: Mapping[str, str]) -> None:
    """Add the summary as the last sheet, and open the workbook at it.

    `names` gives the sheet of this workbook for each sheet of the original; a line about another
    one has no link.
    """
    sheet = book.create_sheet(SUMMARY)
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row, line in enumerate(lines, start=1):
        cells = [Cell(sheet, row=row, column=column) for column in range(1, len(line) + 1)]
        for cell, entry in zip(cells, line, strict=True):
            _write_entry(cell, entry, names)
        sheet.append(cells)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = sheet


def _write_entry(cell: Cell, entry: Entry, names: Mapping[str, str]) -> None:
    """Put one entry of the summary into its cell."""
    if isinstance(entry.text, int):
        cell.value = entry.text
    else:
        write_text(cell, entry.text)
    if entry.look == "title":
        cell.font = Font(bold=True, size=14)
    elif entry.look == "head":
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_GREY)
    elif entry.look:
        cell.fill = PatternFill("solid", fgColor=FILLS[entry.look])
    if entry.sheet in names:
        name = names[entry.sheet].replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{entry.place}")
        cell.font = Font(color=_LINK, underline="single")
    elif cell.column == _MESSAGE:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
