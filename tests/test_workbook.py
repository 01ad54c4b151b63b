"""Workbooks: what a person sees in a cell is what is read; what was built to break us is not."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.readers import open_reader
from gongshi.readers.child import pieces
from gongshi.readers.piece import Piece

OPTIONS = ReaderOptions()


def book(path: Path, fill: Callable[[Worksheet], None], *, epoch1904: bool = False) -> Path:
    """Return an XLSX file whose first sheet `fill` has filled."""
    workbook = openpyxl.Workbook()
    if epoch1904:
        workbook.epoch = CALENDAR_MAC_1904
    sheet = workbook.worksheets[0]
    sheet.title = "处罚"
    fill(sheet)
    workbook.save(path)
    return path


def cells(path: Path) -> list[tuple[str, ...]]:
    """Return the cells of the first sheet, read in this process."""
    piece = next(iter(open_reader(path, OPTIONS)))
    return [row[1:] for row in piece.frame.rows()]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("甲市监罚〔2026〕1号", "甲市监罚〔2026〕1号"),
        (5, "5"),
        (0.2, "0.2"),
        (0.1 + 0.2, "0.3"),
        (110105199001011234, "1.10105199001011E+17"),
        (999999999999999, "999999999999999"),
        (dt.date(2026, 4, 5), "2026-04-05"),
        (dt.datetime(2026, 4, 5, 9, 30), "2026-04-05 09:30:00"),  # noqa: DTZ001  Excel has no zones
        (True, "TRUE"),
        ("001", "001"),
        ("〔\uff12〕", "〔\uff12〕"),
    ],
    ids=str,
)
def test_a_value_is_read_as_it_is_seen(tmp_path: Path, value: object, text: str) -> None:
    path = book(tmp_path / "a.xlsx", lambda sheet: sheet.append(["x", value]))

    assert cells(path) == [("x", text)]


def test_dates_of_both_epochs_are_the_same_day(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", lambda sheet: sheet.append([dt.date(2026, 4, 5)]), epoch1904=True
    )

    assert cells(path) == [("2026-04-05",)]


def test_cells_keep_their_place(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C4"] = "处罚"

    assert cells(book(tmp_path / "a.xlsx", fill)) == [("", "", "")] * 3 + [("", "", "处罚")]


def test_an_error_cell_keeps_its_error(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["甲", "乙"])
        sheet["B2"] = "#N/A"
        sheet["B2"].data_type = "e"

    assert cells(book(tmp_path / "a.xlsx", fill)) == [("甲", "乙"), ("", "#N/A")]


def test_merged_rows_are_filled_downwards_and_not_across(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (["1号", "甲", "警告"], ["", "乙", "罚款"], ["合并", "", "x"]):
            sheet.append(row)
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("A3:B3")

    path = book(tmp_path / "a.xlsx", fill)

    assert cells(path) == [("1号", "甲", "警告"), ("1号", "乙", "罚款"), ("合并", "", "x")]
    assert next(iter(open_reader(path, OPTIONS))).merged == ((1, 0, 2, 0), (3, 0, 3, 1))


def test_hidden_sheets_say_so(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet("隐藏")  # type: ignore[union-attr]
        other.sheet_state = "hidden"
        other["A1"] = "x"

    found = {
        piece.sheet: piece.hidden for piece in open_reader(book(tmp_path / "a.xlsx", fill), OPTIONS)
    }

    assert found == {"处罚": False, "隐藏": True}


def test_old_workbooks_are_read_alike(tmp_path: Path) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("处罚")
    sheet.write_merge(0, 1, 0, 0, "1号")
    sheet.write(0, 1, 110105199001011234)
    sheet.write(1, 1, dt.date(2026, 4, 5), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    workbook.save(str(tmp_path / "a.xls"))

    assert cells(tmp_path / "a.xls") == [("1号", "1.10105199001011E+17"), ("1号", "2026-04-05")]


def test_a_large_sheet_comes_in_pieces_in_order(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for number in range(1, 41):
            sheet.append([number, "甲"])

    path = book(tmp_path / "a.xlsx", fill)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gongshi.readers.workbook._ROWS", 15)
        found = list(open_reader(path, OPTIONS))

    assert [piece.frame.height for piece in found] == [15, 15, 10]
    assert [number for piece in found for number in piece.frame["_row"]] == list(range(1, 41))


SHEET = "xl/worksheets/sheet1.xml"


def altered(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Return a valid workbook with one part changed."""
    source = io.BytesIO()
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["甲", 1])
    workbook.save(source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return path


def with_far_row(data: bytes) -> bytes:
    return data.replace(
        b"</sheetData>", b'<row r="4294967295"><c r="A4294967295"><v>1</v></c></row></sheetData>'
    )


def with_far_cell(data: bytes) -> bytes:
    return data.replace(
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )


def with_entities(data: bytes) -> bytes:
    return data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)


def with_spaces(data: bytes) -> bytes:
    return data.replace(b"<sheetData>", b"<sheetData>" + b" " * (64 << 20))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (with_far_row, "F03"),
        (with_far_cell, "F02"),
        (with_entities, "F03"),
        (with_spaces, "F03"),
        (lambda data: data[:40], "F05"),
    ],
    ids=["row beyond the last", "cell that asks for 550 GB", "entities", "compression", "cut"],
)
def test_a_hostile_workbook_ends_as_a_refused_file(
    tmp_path: Path, change: Callable[[bytes], bytes], rule: str
) -> None:
    path = altered(tmp_path / "bomb.xlsx", SHEET, change)

    with pytest.raises(FileRefusedError) as refused:
        list(pieces(path, ReaderOptions(seconds=20, memory_mib=512)))

    assert refused.value.rule == rule
    assert refused.value.file == "bomb.xlsx"
    assert refused.value.todo


def test_a_name_that_leaves_the_archive_is_refused(tmp_path: Path) -> None:
    path = altered(tmp_path / "a.xlsx", SHEET, bytes)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../outside.xml", "x")

    with pytest.raises(FileRefusedError, match="越出"):
        list(open_reader(path, OPTIONS))


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("empty.csv", b"", "F01"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "F05"),
        ("a.pdf", b"%PDF-1.7 ...", "F05"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "F05"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "F05"),
    ],
    ids=["empty", "cut zip", "pdf", "cut xls", "image"],
)
def test_a_file_of_no_use_says_why(tmp_path: Path, name: str, data: bytes, rule: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(FileRefusedError) as refused:
        list(pieces(path, OPTIONS))

    assert refused.value.rule == rule


def test_a_missing_or_too_large_file_is_never_opened(tmp_path: Path) -> None:
    large = tmp_path / "a.csv"
    large.write_bytes(b"x" * (2 << 20))

    for path, rule in ((tmp_path / "none.csv", "F01"), (large, "F02")):
        with pytest.raises(FileRefusedError) as refused:
            list(pieces(path, ReaderOptions(file_mib=1)))
        assert refused.value.rule == rule


def test_the_child_reads_what_this_process_reads(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", lambda sheet: sheet.append(["甲", 0.5, dt.date(2026, 1, 2)]))

    by_child, here = list(pieces(path, OPTIONS)), list(open_reader(path, OPTIONS))

    assert [about(piece) for piece in by_child] == [about(piece) for piece in here]


def about(piece: Piece) -> tuple[object, ...]:
    """Return everything a piece holds."""
    return piece.sheet, piece.hidden, piece.merged, piece.encoding, piece.frame.rows()
