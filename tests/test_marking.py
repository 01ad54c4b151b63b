"""The clerk's own workbook comes back marked."""

import stat
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from gongshi.marking import mark
from gongshi.marking.book import FILLS
from gongshi.marking.words import MOST, SUMMARY, TITLE, Entry, plan
from gongshi.models import Severity

from .marked import SHEET, as_gbk, cells, colour, finding, formatted, said


def test_a_workbook_keeps_its_sheets_formats_widths_merges_and_formulas(tmp_path: Path) -> None:
    original = formatted(tmp_path / "表.xlsx")

    marked = mark(original, [finding("D3", sheet=SHEET)], tmp_path / "标.xlsx")

    book = openpyxl.load_workbook(marked)
    sheet = book[SHEET]
    assert book.sheetnames == [SHEET, "代码", SUMMARY]
    assert book["代码"].sheet_state == "hidden"
    assert book.active is book[SUMMARY]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:E1", "B4:B6"}
    assert (sheet["A1"].font.name, sheet["A1"].font.size) == ("SimHei", 20)
    assert (sheet["D3"].number_format, colour(sheet["A3"])) == ("0.0000", "00FF00")
    assert (sheet.column_dimensions["A"].width, sheet.freeze_panes) == (33, "A3")
    assert (sheet.auto_filter.ref, len(sheet.data_validations.dataValidation)) == ("A2:E8", 1)
    assert (sheet["E3"].value, book.calculation.fullCalcOnLoad) == ("=D3*2", True)
    assert said(book, SHEET, "A4") == "待核实"


def test_marking_changes_nothing_that_is_read(tmp_path: Path) -> None:
    original = formatted(tmp_path / "表.xlsx")

    marked = mark(original, [finding("B8", sheet=SHEET)], tmp_path / "标.xlsx")

    assert cells(marked) == cells(original)
    assert cells(marked)[SHEET][2][1][2:] == ["2026-03-03 09:30:00", "0.1", "0.2"]


def test_a_cell_is_coloured_by_its_gravest_finding_and_tells_all_of_them(tmp_path: Path) -> None:
    warning = finding("A4", sheet=SHEET, rule="V18", severity=Severity.WARNING)
    late = finding("C5", sheet=SHEET, rule="V21", severity=Severity.INFO)
    wrong = finding("A4", sheet=SHEET, rule="V17")

    marked = mark(formatted(tmp_path / "表.xlsx"), [warning, late, wrong], tmp_path / "标.xlsx")

    book = openpyxl.load_workbook(marked)
    sheet = book[SHEET]
    assert colour(sheet["A4"]) == FILLS["error"]
    assert colour(sheet["C5"]) == FILLS["info"]
    assert said(book, SHEET, "A4").splitlines()[:2] == [
        "错误 [V17] V17 的说明。请改正。",
        "提醒 [V18] V18 的说明。请改正。",
    ]
    assert said(book, SHEET, "A4").endswith("\n待核实")
    assert said(book, SHEET, "C5").startswith("提示 [V21]")


PLACES = [
    ("in a merged cell, at its first one", "B6", "B4"),
    ("about a whole row, at its first cell", "7", "A7"),
    ("of an empty cell below the table", "G12", "G12"),
]


@pytest.mark.parametrize(("what", "place", "marked_at"), PLACES, ids=[each[0] for each in PLACES])
def test_a_finding_is_marked_where_it_can_be_seen(
    tmp_path: Path, what: str, place: str, marked_at: str
) -> None:
    original = formatted(tmp_path / "表.xlsx")

    marked = mark(original, [finding(place, sheet=SHEET)], tmp_path / "标.xlsx")

    book = openpyxl.load_workbook(marked)
    assert colour(book[SHEET][marked_at]) == FILLS["error"], what
    assert said(book, SHEET, marked_at).startswith("错误 [V01]")


def test_the_summary_counts_lists_and_leads_to_each_cell(tmp_path: Path) -> None:
    whole = finding("C", sheet=SHEET, rule="A20", severity=Severity.WARNING)
    found = [whole, finding("A5", sheet=SHEET), finding("D3", sheet=SHEET)]

    marked = mark(formatted(tmp_path / "表.xlsx"), found, tmp_path / "标.xlsx")

    sheet = openpyxl.load_workbook(marked)[SUMMARY]
    lines = list(sheet.iter_rows(values_only=True))
    links = {cell.value: cell.hyperlink.location for cell in sheet["I"] if cell.hyperlink}
    assert sheet["A1"].value == TITLE
    assert ("错误", "V01", 2) in [line[:3] for line in lines]
    assert ("错误", "V01", SHEET, 5, "A", "CF_WSH", "V01 的说明。请改正。", None, "A5") in lines
    assert ("提醒", "A20", SHEET, None, "C", "CF_WSH", "A20 的说明。请改正。", None, None) in lines
    assert links == {"A5": "'处罚''一''表'!A5", "D3": "'处罚''一''表'!D3"}


def test_of_very_many_findings_the_gravest_are_marked_and_the_summary_says_so() -> None:
    late = [finding(f"C{row}", rule="V21", severity=Severity.INFO) for row in range(2, MOST + 2)]

    made = plan("表.csv", [*late, finding("A9")])

    texts = [str(entry.text) for line in made.summary for entry in line]
    assert len(made.marks) == MOST
    assert made.marks[0].text.startswith("错误 [V01]")
    assert any(f"只标出并列出其中 {MOST} 处" in text for text in texts)
    assert [Entry("提示", "info"), Entry("V21"), Entry(MOST)] in made.summary


def test_a_sheet_of_the_clerk_with_the_name_of_the_summary_is_kept_and_read(
    tmp_path: Path,
) -> None:
    book = Workbook()
    book.worksheets[0].title = SUMMARY
    book.worksheets[0].append(["甲", "乙"])
    book.save(tmp_path / "表.xlsx")

    marked = mark(tmp_path / "表.xlsx", [finding("A1", sheet=SUMMARY)], tmp_path / "标.xlsx")

    assert cells(marked) == {SUMMARY: [(1, ["甲", "乙"])]}
    assert len(openpyxl.load_workbook(marked).sheetnames) == 2


def test_only_its_owner_may_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "标.xlsx").write_text("旧")

    marked = mark(as_gbk(tmp_path / "表", [["处罚决定", "公司"]]), [], folder / "标.xlsx")

    assert stat.S_IMODE(marked.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [marked]
    assert zipfile.is_zipfile(marked)
