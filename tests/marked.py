"""Workbooks that clerks send, made for tests, and how to look at their marked twins."""

import csv
import datetime as dt
import io
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import xlwt
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from gongshi import pipeline
from gongshi.declarations.agency import ReaderOptions
from gongshi.marking.words import TITLE
from gongshi.models import Finding, Severity
from gongshi.readers import open_reader
from gongshi.report import FileReport
from gongshi.site import Site

from .penalty_rows import TODAY, Row, clean_row, letter

_FIELDS = clean_row(random.Random(0), 1)  # noqa: S311  invented data, not secrets
COLUMNS = tuple(
    {**_FIELDS, **dict.fromkeys(("CF_FRDB", "CF_XDR_GSZC", "CF_XDR_ZJLX", "CF_XDR_ZJHM"))}
)
DAMAGE = {"CF_XDR_LB": "公司", "CF_NR_FK": "约二十", "CF_CFLB": "批评教育"}
"""Field → what the clerk typed there, each in another row and each refused."""


def rows(count: int = 6) -> list[Row]:
    """Return clean rows about organisations, decided yesterday."""
    rng = random.Random(3)  # noqa: S311  invented data, not secrets
    made = (clean_row(rng, number) for number in range(1, 100))
    yesterday = (TODAY - dt.timedelta(days=1)).isoformat()
    late = {"CF_JDRQ": yesterday, "CF_YXQ": "2099-12-31", "CF_GSJZQ": ""}
    return [row | late for row in made if row["CF_XDR_LB"] == "法人及非法人组织"][:count]


def damaged() -> tuple[list[list[str]], dict[tuple[int, int], str]]:
    """Return a table with bad cells, and what belongs there by index of row and column."""
    table = [list(COLUMNS), *([row.get(name, "") for name in COLUMNS] for row in rows())]
    right: dict[tuple[int, int], str] = {}
    for row, (name, wrong) in enumerate(DAMAGE.items(), start=2):
        column = COLUMNS.index(name)
        right[row, column], table[row][column] = table[row][column], wrong
    return table, right


def as_xlsx(path: Path, table: Sequence[Sequence[str]]) -> Path:
    book = Workbook()
    for row in table:
        book.worksheets[0].append(list(row))
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def as_gbk(path: Path, table: Sequence[Sequence[str]]) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    path.with_suffix(".csv").write_bytes(text.getvalue().encode("gb18030"))
    return path.with_suffix(".csv")


def as_xls(path: Path, table: Sequence[Sequence[str]]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("处罚")
    for number, row in enumerate(table):
        for place, text in enumerate(row):
            sheet.write(number, place, text)
    book.save(str(path.with_suffix(".xls")))
    return path.with_suffix(".xls")


def finding(
    place: str, *, sheet: str = "Sheet", rule: str = "V01", severity: Severity = Severity.ERROR
) -> Finding:
    """Return a finding at a place like `B7`; without figures it is about the whole sheet."""
    column = place.rstrip("0123456789")
    row = int(place[len(column) :] or 0)
    return Finding(sheet, row, column, "CF_WSH", rule, severity, "", f"{rule} 的说明。请改正。")


def cells(path: Path) -> dict[str, list[tuple[int, list[str]]]]:
    """Return what reading gives: by sheet, the rows that hold anything, with their numbers."""
    read: dict[str, list[tuple[int, list[str]]]] = {}
    for piece in open_reader(path, ReaderOptions()):
        for number, *texts in piece.frame.iter_rows():
            kept = list(texts)
            while kept and not kept[-1]:
                kept.pop()
            if kept:
                read.setdefault(piece.sheet, []).append((number, kept))
    return {name: lines for name, lines in read.items() if lines[0][1][0] != TITLE}


def summary(path: Path) -> list[str]:
    """Return the texts in the first column of the summary, which is the last sheet."""
    sheet = openpyxl.load_workbook(path).worksheets[-1]
    return [str(row[0]) for row in sheet.iter_rows(values_only=True) if row[0]]


def colour(cell: Cell | MergedCell) -> str:
    return str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type else ""


def said(book: Workbook, sheet: str, place: str) -> str:
    """Return the comment of a cell, "" where it has none."""
    comment = book[sheet][place].comment
    return comment.text if comment else ""


def checked(site: Site, file: Path, folder: Path | None = None) -> FileReport:
    desk = pipeline.open_desk(site, agency=None, today=TODAY)
    return pipeline.check(desk, [file], folder=folder)[0]


def mended(marked: Path, right: dict[tuple[int, int], str]) -> Path:
    """Return a marked workbook in which the clerk has put the right texts."""
    book = openpyxl.load_workbook(marked)
    for (row, column), text in right.items():
        book.worksheets[0].cell(row + 1, column + 1).value = text
    book.save(marked.with_name("改好.xlsx"))
    return marked.with_name("改好.xlsx")


def formatted(path: Path) -> Path:
    """Return a workbook with everything that a clerk's template has."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    sheet.append(["甲市行政处罚信息表"])
    sheet.append(["文号", "当事人", "决定日期", "金额", "合计"])
    for number in range(3, 9):
        day = dt.datetime(2026, 3, number, 9, 30)  # noqa: DTZ001  a cell has no zone
        sheet.append([f"甲监罚〔2026〕{number}号", "示例商贸", day, 0.1, f"=D{number}*2"])
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B4:B6")
    sheet["A1"].font = Font(name="SimHei", size=20, bold=True)
    sheet["D3"].number_format = "0.0000"
    sheet["A3"].fill = PatternFill("solid", fgColor="00FF00")
    sheet["A4"].comment = Comment("待核实", "某科员")
    sheet.column_dimensions["A"].width = 33
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = "A2:E8"
    choice = DataValidation("list", formula1='"甲,乙"')
    choice.add("B3:B8")
    sheet.add_data_validation(choice)
    hidden = book.create_sheet("代码")
    hidden.append(["甲", 1])
    hidden.sheet_state = "hidden"
    book.save(path)
    return with_values(path)


def with_values(path: Path) -> Path:
    """Return the workbook as a spreadsheet program saves it: formulas beside their values."""
    done = path.with_name(f"值-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(done, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</f><v></v>", b"</f><v>0.2</v>"))
    return done


SHEET = "处罚'一'表"


def letter_index(letters: str) -> int:
    return [letter(place) for place in range(60)].index(letters)
