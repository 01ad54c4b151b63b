"""What is no XLSX, or cannot be kept as one, comes back as a workbook of its cells."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.marking import mark
from gongshi.marking.book import FILLS, write_text
from gongshi.marking.words import SUMMARY
from gongshi.models import ROW
from gongshi.readers import open_reader

from .marked import SHEET, as_gbk, cells, colour, finding, formatted, summary


def test_cells_of_a_text_file_stay_text_in_their_rows(tmp_path: Path) -> None:
    lines = [
        ["行政处罚决定书文号", "统一社会信用代码", "违法事实"],
        ["甲监罚〔2026〕1号", "911101085513850000", "=1+1"],
        [],
        ["@甲市示例商贸有限公司", "0.10", "当事人经营过期食品，\n货值若干元"],
        ["-1", " 001", "依据《中华人民共和国食品安全法》，罚款_x0041_元"],
        ["甲市市场监督管理局", "1E5", "+8"],
    ]
    original = as_gbk(tmp_path / "表", lines)

    marked = mark(
        original, [finding("B2", sheet=""), finding("C3", sheet="")], tmp_path / "标.xlsx"
    )

    book = openpyxl.load_workbook(marked)
    sheet = book["数据"]
    assert cells(marked)["数据"] == [
        (number, line) for number, line in enumerate(lines, start=1) if line
    ]
    assert cells(marked)["数据"] == cells(original)[""]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value} == {"@"}
    assert [colour(sheet[place]) for place in ("B2", "C3")] == [FILLS["error"]] * 2
    assert sheet.column_dimensions["B"].number_format == "@"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")))
def test_any_text_comes_back_from_a_cell_as_it_was(text: str) -> None:
    book, stored = Workbook(), io.BytesIO()
    write_text(book.worksheets[0]["A1"], text)
    book.worksheets[0]["B2"].value = "末"

    book.save(stored)
    stored.seek(0)

    read = python_calamine.CalamineWorkbook.from_filelike(stored).get_sheet_by_index(0)
    assert read.to_python()[0][0] == text if text else True


def test_an_old_workbook_keeps_sheets_hidden_state_and_wide_headers(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("处罚")
    sheet.write_merge(0, 0, 0, 1, "行政相对人代码")
    for place, text in enumerate(["统一社会信用代码", "工商注册号", "决定日期"]):
        sheet.write(1, place, text)
    sheet.write(2, 2, dt.date(2026, 3, 5), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    hidden = book.add_sheet("代码")
    hidden.write(0, 0, 3)
    hidden.visibility = 1
    book.save(str(tmp_path / "表.xls"))

    marked = mark(tmp_path / "表.xls", [finding("C3", sheet="处罚")], tmp_path / "标.xlsx")

    done = openpyxl.load_workbook(marked)
    assert cells(marked) == cells(tmp_path / "表.xls")
    assert [str(area) for area in done["处罚"].merged_cells.ranges] == ["A1:B1"]
    assert done["代码"].sheet_state == "hidden"
    assert colour(done["处罚"]["C3"]) == FILLS["error"]


def test_a_hostile_workbook_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    hostile, out = tmp_path / "表.xlsx", tmp_path / "标.xlsx"
    with (
        zipfile.ZipFile(formatted(tmp_path / "好.xlsx")) as good,
        zipfile.ZipFile(hostile, "w") as bad,
    ):
        for name in good.namelist():
            entity = b'<!DOCTYPE a [<!ENTITY b "c">]>' if name.endswith("sheet1.xml") else b""
            bad.writestr(name, entity + good.read(name))
    out.write_text("旧")

    with pytest.raises(FileRefusedError) as refused:
        mark(hostile, [], out)

    assert refused.value.rule == "F03"
    assert out.read_text() == "旧"
    assert not list(tmp_path.glob(".*"))


def test_a_workbook_that_cannot_keep_its_formats_comes_back_as_read(tmp_path: Path) -> None:
    original, strange = formatted(tmp_path / "表.xlsx"), tmp_path / "怪.xlsx"
    with zipfile.ZipFile(original) as old, zipfile.ZipFile(strange, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'type="list"', b'type="nothing known"'))

    marked = mark(strange, [finding("A3", sheet=SHEET)], tmp_path / "标.xlsx")

    book = openpyxl.load_workbook(marked)
    assert any("原工作簿的格式没有保留" in text for text in summary(marked))
    assert cells(marked) == cells(strange)
    assert colour(book[SHEET]["A3"]) == FILLS["error"]


def test_what_no_workbook_can_hold_gives_the_summary_alone_and_says_why(tmp_path: Path) -> None:
    original = as_gbk(tmp_path / "表", [["甲", "乙"], ["长" * 40_000, "1"]])

    marked = mark(original, [finding("A2", sheet="")], tmp_path / "标.xlsx")

    assert openpyxl.load_workbook(marked).sheetnames == [SUMMARY]
    assert any("有单元格超过 Excel 的上限" in text for text in summary(marked))
    assert not any("直接报送本工作簿" in text for text in summary(marked))


def test_where_nothing_can_be_written_the_clerk_is_told(tmp_path: Path) -> None:
    original = as_gbk(tmp_path / "表", [["甲", "乙"]])

    with pytest.raises(FileRefusedError) as refused:
        mark(original, [], tmp_path / "标.xlsx", options=ReaderOptions(memory_mib=128))

    assert refused.value.rule == "F06"
    assert list(tmp_path.iterdir()) == [original]


def test_every_row_of_a_long_file_keeps_its_number(tmp_path: Path) -> None:
    count = 21_000
    original = as_gbk(tmp_path / "表", [[f"甲市示例{row}", str(row)] for row in range(count)])

    marked = mark(original, [finding(f"B{count}", sheet="")], tmp_path / "标.xlsx")

    pieces = [
        piece.frame for piece in open_reader(marked, ReaderOptions()) if piece.sheet == "数据"
    ]
    assert [(frame[ROW][-1], frame["c1"][-1]) for frame in pieces] == [
        (20_000, "19999"),
        (count, str(count - 1)),
    ]
