"""Old and other workbooks, uncalculated formulas, limits: read as seen, or refused with a word."""

import re
import struct
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from xlwt.CompoundDoc import XlsDoc

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.ingest.doubts import doubtful_cells
from gongshi.readers import open_reader
from gongshi.readers.piece import Piece
from gongshi.table_schema import load

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ReaderOptions()
ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:body><office:spreadsheet><table:table table:name="处罚">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def read(path: Path, options: ReaderOptions = OPTIONS) -> list[Piece]:
    """Return the pieces of a file."""
    return list(open_reader(path, options))


def cells(path: Path) -> list[tuple[str, ...]]:
    """Return the cells of the first sheet."""
    return [row[1:] for row in read(path)[0].frame.rows()]


def refusal(path: Path, options: ReaderOptions = OPTIONS) -> FileRefusedError:
    """Return why a file is refused."""
    with pytest.raises(FileRefusedError) as refused:
        read(path, options)
    return refused.value


def ods(path: Path, rows: str) -> Path:
    """Return an ODS workbook with one sheet."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format(rows=rows))
    return path


def biff5(path: Path, rows: list[list[str | float]], *, codepage: int, codec: str) -> Path:
    """Return an Excel 95 workbook, in which text has the bytes of a code page."""

    def record(number: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", number, len(data)) + data

    def start(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHH", 0x0500, kind, 0, 0))

    name = "文件".encode(codec)
    head = start(0x0005) + record(0x0042, struct.pack("<H", codepage))
    offset = len(head) + 4 + 7 + len(name) + 4
    head += record(0x0085, struct.pack("<IBBB", offset, 0, 0, len(name)) + name) + record(0x000A)
    sheet = start(0x0010)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            at = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                text = value.encode(codec)
                sheet += record(0x0204, at + struct.pack("<H", len(text)) + text)
            else:
                sheet += record(0x0203, at + struct.pack("<d", value))
    XlsDoc().save(str(path), head + sheet + record(0x000A))
    return path


@pytest.mark.parametrize(("codepage", "codec"), [(936, "gbk"), (950, "big5")])
def test_an_excel_95_workbook_is_read_in_its_code_page(
    tmp_path: Path, codepage: int, codec: str
) -> None:
    rows: list[list[str | float]] = [["文件", "名"], ["甲", 20.5], ["乙", 110105199001011234.0]]

    path = biff5(tmp_path / "a.xls", rows, codepage=codepage, codec=codec)

    (piece,) = read(path)
    assert (piece.sheet, piece.encoding) == ("文件", {"gbk": "gb18030", "big5": "cp950"}[codec])
    assert cells(path) == [("文件", "名"), ("甲", "20.5"), ("乙", "1.10105199001011E+17")]


def test_an_ods_workbook_reads_like_any_other(tmp_path: Path) -> None:
    rows = (
        '<table:table-row><table:table-cell table:number-rows-spanned="2"'
        ' table:number-columns-spanned="1" office:value-type="string"><text:p>1号</text:p>'
        '</table:table-cell><table:table-cell office:value-type="date"'
        ' office:date-value="2026-04-05"><text:p>26/4/5</text:p></table:table-cell>'
        '<table:table-cell office:value-type="currency" office:value="20.5"><text:p>¥20.50</text:p>'
        '</table:table-cell><table:table-cell office:value-type="percentage" office:value="0.25">'
        "<text:p>25%</text:p></table:table-cell></table:table-row>"
        '<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="string">'
        "<text:p>甲</text:p><text:p>乙</text:p></table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="110105199001011234">'
        "<text:p>110105199001011234</text:p></table:table-cell>"
        '<table:table-cell table:formula="of:=1/0" office:value-type="string"'
        ' office:string-value="" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row>'
    )

    assert cells(ods(tmp_path / "a.ods", rows)) == [
        ("1号", "2026-04-05", "20.5", "0.25"),
        ("1号", "甲\n乙", "1.10105199001011E+17", "#DIV/0!"),
    ]


@pytest.mark.parametrize(
    ("rows", "columns", "rule"),
    [(1, 16_384, "F02"), (1_048_576, 250, "F02"), ("九", 1, "F05")],
)
def test_repeated_cells_that_take_too_much_room_are_refused(
    tmp_path: Path, rows: int | str, columns: int, rule: str
) -> None:
    row = (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell'
        f' table:number-columns-repeated="{columns}" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row>"
    )

    assert refusal(ods(tmp_path / "a.ods", row)).rule == rule


def test_a_formula_that_nobody_calculated_is_no_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["文号", "罚款", "合计"], ["1号", "=1+1", "=IF(A1>1,1,2)"], ["2号", 5]):
        sheet.append(row)
    sheet["B5"] = ArrayFormula("B5", "=SUM(A1:A3)")
    book.save(tmp_path / "a.xlsx")

    assert cells(tmp_path / "a.xlsx") == [
        ("文号", "罚款", "合计"),
        ("1号", "#CALC!", "#CALC!"),
        ("2号", "5", ""),
        ("", "", ""),
        ("", "#CALC!", ""),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B1"><f>A1</f></c>', "#CALC!"),
        ('<c r="B1"><f>A1</f><v/></c>', "#CALC!"),
        ('<c s="1" r="B1"><f t="shared" si="0"/></c>', "#CALC!"),
        ('<c r="B1" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="B1"><f>A1</f><v>7</v></c>', "7"),
        ('<c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="B1" s="1"/>', ""),
    ],
)
def test_a_formula_is_read_by_the_value_that_stands_beside_it(
    tmp_path: Path, cell: str, text: str
) -> None:
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    empty = re.compile(rb"<sheetData ?/>|<sheetData></sheetData>")
    data = f'<row r="1"><c r="A1"><v>1</v></c>{cell}<c r="C1"><v>3</v></c></row>'
    part = "xl/worksheets/sheet1.xml"
    with (
        zipfile.ZipFile(tmp_path / "empty.xlsx") as old,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w") as new,
    ):
        for name in old.namelist():
            xml = old.read(name)
            filled = f"<sheetData>{data}</sheetData>".encode() if name == part else b""
            new.writestr(name, empty.sub(filled, xml))

    assert cells(tmp_path / "a.xlsx") == [("1", text, "3")]


@pytest.mark.parametrize("marker", ["#CALC!", "#TABLE!", "#N/A"])
def test_a_cell_without_a_value_refuses_its_row(marker: str) -> None:
    schema = load(ROOT / "schemas", "penalty")
    frame = pl.DataFrame({"_sheet": ["", ""], "_row": [2, 3], "CF_NR_FK": ["0.2", marker]})

    found = [(row, doubt.rule) for _, row, doubt in doubtful_cells(frame, schema)]

    assert found == [(3, "A02")]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (ReaderOptions(columns=2), "“处罚”列数超过 2"),
        (ReaderOptions(rows=2), "行数超过 2"),
        (ReaderOptions(cells=8), "单元格超过 8 个"),
        (ReaderOptions(cell_chars=4), "“处罚”第 3 行有单元格超过 4 字"),
    ],
)
def test_each_limit_of_a_workbook_is_named(
    tmp_path: Path, options: ReaderOptions, word: str
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "处罚"
    for row in (["文号", "名称", "x"], ["1", "2", "3"], ["1", "2", "xxxxx"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")

    refused = refusal(tmp_path / "a.xlsx", options)

    assert (refused.rule, word in refused.zh, bool(refused.todo)) == ("F02", True, True)


@pytest.mark.parametrize("place", ["KO1", "XFD1048576"])
def test_cells_far_from_the_others_are_refused_before_room_is_made(
    tmp_path: Path, place: str
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "文号"
    book.worksheets[0][place] = "x"
    book.save(tmp_path / "a.xlsx")

    assert refusal(tmp_path / "a.xlsx").rule == "F02"


def test_a_sheet_too_large_for_the_memory_is_refused_before_room_is_made(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["AZ1"] = book.worksheets[0]["A900000"] = "x"
    book.save(tmp_path / "a.xlsx")

    refused = refusal(tmp_path / "a.xlsx")

    assert (refused.rule, "900000 行 52 列" in refused.zh) == ("F02", True)


def test_a_cell_with_a_format_alone_takes_no_room(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "文号"
    book.worksheets[0]["XFD1048576"].number_format = "@"
    book.save(tmp_path / "a.xlsx")

    assert cells(tmp_path / "a.xlsx") == [("文号",)]
