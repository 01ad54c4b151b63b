"""What both kinds of marked workbook share: how a marked cell looks, and the summary sheet."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

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
_FONT, _SIZE, _TITLE_SIZE = "微软雅黑", 10, 14
_GREY, _LIGHT, _LINK = "D9D9D9", "BFBFBF", "0563C1"
_WIDTHS = (8, 8, 16, 8, 6, 18, 88, 24, 10)
_LONG = tuple(HEAD.index(title) + 1 for title in ("说明", "建议值"))
"""Columns of the summary whose texts may take several lines."""
_LINE_HEIGHT = 16.5
"""Points of a line of the summary; rows say their height, for not every program finds it."""
_EDGE = Side("thin", _LIGHT)
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
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
    _lay_out(sheet)
    for row, line in enumerate(lines, start=1):
        cells = [Cell(sheet, row=row, column=column) for column in range(1, len(line) + 1)]
        for cell, entry in zip(cells, line, strict=True):
            _write_entry(cell, entry, names)
            if len(line) > 1:
                cell.border = _BORDER
        sheet.row_dimensions[row].height = _height(line)
        sheet.append(cells)
        if [entry.text for entry in line] == list(HEAD):
            last = f"{get_column_letter(len(HEAD))}{len(lines)}"
            sheet.auto_filter.ref = f"A{row}:{last}"
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = sheet


def _lay_out(sheet: Worksheet) -> None:
    """Set widths, and make the summary fit a page across when it is printed."""
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0


def _height(line: Sequence[Entry]) -> float:
    """Return the height of a row of the summary in points."""
    if len(line) < len(HEAD):
        return _LINE_HEIGHT * (1.5 if line and line[0].look == "title" else 1)
    texts = [(str(line[column - 1].text), _WIDTHS[column - 1]) for column in _LONG]
    return _LINE_HEIGHT * max(
        math.ceil(_units(text) / (width - 2)) for text, width in texts if text
    )


def _units(text: str) -> int:
    """Return how many figures wide a text is; a Chinese character is as wide as two."""
    return sum(1 if symbol.isascii() else 2 for symbol in text)


def _write_entry(cell: Cell, entry: Entry, names: Mapping[str, str]) -> None:
    """Put one entry of the summary into its cell."""
    if isinstance(entry.text, int):
        cell.value = entry.text
    else:
        write_text(cell, entry.text)
    is_title, is_head = entry.look == "title", entry.look == "head"
    cell.font = Font(name=_FONT, size=_TITLE_SIZE if is_title else _SIZE, bold=is_title or is_head)
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=cell.column in _LONG)
    if is_head or entry.look in FILLS:
        cell.fill = PatternFill("solid", fgColor=FILLS.get(entry.look, _GREY))
    if entry.sheet in names:
        name = names[entry.sheet].replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{entry.place}")
        cell.font = Font(name=_FONT, size=_SIZE, color=_LINK, underline="single")
