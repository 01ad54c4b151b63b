"""Another spreadsheet program shows the marks, and everything that the clerk had made."""

import datetime as dt
import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from gongshi.errors import FileRefusedError
from gongshi.marking import mark
from gongshi.marking.book import FILLS
from gongshi.marking.words import SUMMARY
from gongshi.models import Finding, Severity

from .marked import cells, colour, finding, said, summary

SHEET = "处罚"
FOUND = [
    Finding(SHEET, 4, "D", "CF_NR_FK", "V14", Severity.ERROR, "", "金额不符。", "", "0.2"),
    finding("C5", sheet=SHEET, rule="V12", severity=Severity.WARNING),
    finding("6", sheet=SHEET, rule="V21", severity=Severity.INFO),
]
OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def picture(path: Path) -> Path:
    """Return a red square of eight pixels."""
    lines = (b"\0" + b"\xff\0\0" * 8) * 8
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


def rich(path: Path) -> Path:
    """Return a workbook with all that offices put into one."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(SHEET)
    book.add_worksheet("名单").write_column("A1", ["甲", "乙"])
    write_rows(book, sheet)
    lay_out(sheet)
    book.define_name("金额", f"={SHEET}!$D$3:$D$8")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={SHEET}!$D$3:$D$8"})
    sheet.insert_chart("H2", chart)
    sheet.insert_image("H20", str(picture(path.with_suffix(".png"))))
    book.close()
    return path


def write_rows(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    """Write a table whose cells have formats, lists to choose from, and a condition."""
    title = book.add_format({"bold": True, "font_size": 18, "font_name": "黑体"})
    day = book.add_format({"num_format": "yyyy年m月d日"})
    money = book.add_format({"num_format": "#,##0.00", "font_color": "#0000FF", "border": 1})
    red = book.add_format({"font_color": "#FF0000"})
    sheet.merge_range("A1:E1", "甲市行政处罚信息表", title)
    sheet.write_row("A2", ["文号", "当事人", "决定日期", "金额", "合计"])
    for row in range(2, 8):
        sheet.write(row, 0, f"甲监罚〔2026〕{row}号")
        sheet.write(row, 1, "示例商贸")
        sheet.write_datetime(row, 2, dt.datetime(2026, 3, row), day)  # noqa: DTZ001  no zone
        sheet.write(row, 3, row / 10, money)
        sheet.write_formula(row, 4, f"=D{row + 1}*2", None, row / 5)
    sheet.data_validation("B3:B8", {"validate": "list", "source": ["示例商贸", "示例食品"]})
    sheet.data_validation("A3:A8", {"validate": "list", "source": "=名单!$A$1:$A$2"})
    above = {"type": "cell", "criteria": ">", "value": 0.5, "format": red}
    sheet.conditional_format("D3:D8", above)
    sheet.write_comment("A4", "待核实")


def lay_out(sheet: Worksheet) -> None:
    """Set widths, panes, a filter, protection and what concerns printing."""
    sheet.set_column("A:A", 33)
    sheet.set_column("C:C", 16)
    sheet.set_column("F:F", 10, None, {"hidden": True})
    sheet.set_row(5, 40)
    sheet.freeze_panes(2, 1)
    sheet.autofilter("A2:E8")
    sheet.protect("", {"select_locked_cells": True})
    sheet.set_header("&C页眉")
    sheet.set_landscape()
    sheet.print_area("A1:E8")


def converted(path: Path, kind: str) -> Path:
    """Return what LibreOffice makes of a file."""
    subprocess.run(
        ["soffice", "--headless", "--convert-to", kind, "--outdir", path.parent / kind, path],
        check=True,
        capture_output=True,
        timeout=180,
        env={"HOME": str(path.parent), "PATH": "/usr/bin:/bin"},
    )
    return path.parent / kind / path.with_suffix(f".{kind}").name


def pages(path: Path) -> list[np.ndarray]:
    """Return the pages of a PDF as pictures: height, width, three colours."""
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 draws the pages; not installed")
    document = pdfium.PdfDocument(path)
    try:
        return [page.render(rev_byteorder=True).to_numpy()[..., :3].copy() for page in document]
    finally:
        document.close()


def area(page: np.ndarray, fill: str) -> int:
    """Return how many pixels of a page have a colour."""
    wanted = np.array([int(fill[at : at + 2], 16) for at in (0, 2, 4)])
    return int((np.abs(page.astype(int) - wanted).max(axis=-1) <= 1).sum())


def test_everything_that_the_clerk_had_made_is_still_there(tmp_path: Path) -> None:
    original = rich(tmp_path / "表.xlsx")

    marked = mark(original, FOUND, tmp_path / "标.xlsx")

    book = openpyxl.load_workbook(marked)
    sheet = book[SHEET]
    assert cells(marked) == cells(original)
    assert (sheet["A1"].font.name, sheet["A1"].font.size, sheet["A1"].font.bold) == (
        "黑体",
        18,
        True,
    )
    assert (sheet["C5"].number_format, sheet["D4"].number_format) == ("yyyy年m月d日", "#,##0.00")
    assert (sheet["D4"].font.color.rgb, sheet["D4"].border.left.style) == ("FF0000FF", "thin")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B3", "A2:E8")
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:E1"]
    assert sheet.column_dimensions["A"].width == pytest.approx(33, abs=1)
    assert sheet.column_dimensions["F"].hidden
    assert sheet.row_dimensions[6].height == pytest.approx(40, abs=1)
    lists = {each.formula1 for each in sheet.data_validations.dataValidation}
    assert lists == {'"示例商贸,示例食品"', "名单!$A$1:$A$2"}
    assert [str(each.sqref) for each in sheet.conditional_formatting] == ["D3:D8"]
    assert sheet.protection.sheet
    assert sheet.oddHeader is not None
    assert sheet.oddHeader.center.text == "页眉"
    assert (sheet.page_setup.orientation, list(book.defined_names)) == ("landscape", ["金额"])
    assert sheet.print_area == f"'{SHEET}'!$A$1:$E$8"
    assert any("xl/charts/" in name for name in zipfile.ZipFile(marked).namelist())


@OFFICE
def test_another_program_draws_the_marks_in_their_colours(tmp_path: Path) -> None:
    marked = mark(rich(tmp_path / "表.xlsx"), FOUND, tmp_path / "标.xlsx")

    first, *_, last = pages(converted(marked, "pdf"))

    assert all(area(first, FILLS[each.severity]) > 100 for each in FOUND)
    assert all(area(last, FILLS[each.severity]) > 100 for each in FOUND)
    unmarked = pages(converted(tmp_path / "表.xlsx", "pdf"))[0]
    assert not any(area(unmarked, FILLS[each.severity]) for each in FOUND)


@OFFICE
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_another_program_keeps_marks_formats_and_content(tmp_path: Path, kind: str) -> None:
    marked = mark(rich(tmp_path / "表.xlsx"), FOUND, tmp_path / "标.xlsx")

    saved = converted(marked, kind)

    assert cells(saved) == cells(tmp_path / "表.xlsx")
    if kind == "ods":
        return
    book = openpyxl.load_workbook(saved)
    sheet = book[SHEET]
    assert said(book, SHEET, "D4").startswith("错误 [V14]")
    assert said(book, SHEET, "D4").endswith("建议填写：0.2")
    assert said(book, SHEET, "A4") == "待核实"
    assert [colour(sheet[place]) for place in ("D4", "C5", "A6")] == [*FILLS.values()]
    assert (sheet["A1"].font.size, sheet["A1"].font.bold) == (18, True)
    assert re.sub(r'["\\]', "", sheet["C4"].number_format) == "yyyy年m月d日"
    assert sheet.column_dimensions["F"].hidden
    assert book[SUMMARY]["A1"].font.bold


@OFFICE
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_workbook_of_another_kind_comes_back_as_xlsx_with_its_marks(
    tmp_path: Path, kind: str
) -> None:
    original = converted(rich(tmp_path / "表.xlsx"), kind)

    marked = mark(original, FOUND, tmp_path / "标.xlsx")

    book = openpyxl.load_workbook(marked)
    assert cells(marked) == cells(original)
    assert colour(book[SHEET]["D4"]) == FILLS["error"]
    assert any("原文件不是 XLSX" in text for text in summary(marked))


def with_macro(original: Path, path: Path) -> Path:
    """Return the workbook with a macro part, as Excel names and declares one."""
    kind = b"application/vnd.ms-office.vbaProject"
    part = b'<Override PartName="/xl/vbaProject.bin" ContentType="' + kind + b'"/>'
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    enabled = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    with zipfile.ZipFile(original) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(b"</Types>", part + b"</Types>")
                data = data.replace(plain, enabled)
            new.writestr(name, data)
        new.writestr("xl/vbaProject.bin", b"macro")
    return path


def test_macros_are_left_behind_and_the_summary_says_so(tmp_path: Path) -> None:
    original = with_macro(rich(tmp_path / "表.xlsx"), tmp_path / "表.xlsm")

    marked = mark(original, FOUND, tmp_path / "标.xlsx")

    with zipfile.ZipFile(marked) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
        assert b"macroEnabled" not in archive.read("[Content_Types].xml")
    assert any("宏没有保留" in text for text in summary(marked))
    assert cells(marked) == cells(original)


OTHERS: list[tuple[str, bytes]] = [
    ("表.json", '[{"文号": "甲监罚〔2026〕1号", "当事人": "示例"}]'.encode()),
    ("表.ndjson", '{"文号": "1号"}\n{"文号": "2号"}\n'.encode()),
    ("表.xls", "<html><table><tr><td>文号</td></tr><tr><td>1号</td></tr></table></html>".encode()),
    ("表.pdf", b"%PDF-1.7\n"),
    ("表.csv", b""),
    ("表.xlsx", b"PK\x05\x06" + bytes(18)),
    ("表.zip", b"PK\x03\x04broken"),
    ("表.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
]


@pytest.mark.parametrize(("name", "content"), OTHERS, ids=[name for name, _ in OTHERS])
def test_any_file_comes_back_marked_or_is_refused_by_rule(
    tmp_path: Path, name: str, content: bytes
) -> None:
    original = tmp_path / name
    original.write_bytes(content)

    try:
        marked = mark(original, [finding("A2", sheet="")], tmp_path / "标.xlsx")
    except FileRefusedError as exc:
        sheets, refusal = [], exc.rule
    else:
        sheets, refusal = openpyxl.load_workbook(marked).sheetnames, ""

    assert (SUMMARY in sheets) != refusal.startswith("F")
    assert len(list(tmp_path.iterdir())) == 1 + bool(sheets)
