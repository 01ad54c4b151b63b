"""HTML tables and SpreadsheetML 2003: cells stand where a person sees them, and are never cut."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.readers import open_reader
from gongshi.readers.child import pieces
from gongshi.readers.piece import Piece

OPTIONS = ReaderOptions()
EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv=Content-Type content="text/html; charset={charset}"><title>处罚</title>
<style>td {{mso-number-format:"\\@"}}</style>
<!--[if gte mso 9]><xml><table><tr><td>x</xml><![endif]-->
</head><body><table border=0>{rows}</table></body></html>"""
SHEET = """<?xml version="1.0" encoding="{charset}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Worksheet ss:Name="处罚信息"><Table>{rows}</Table></Worksheet>
<Worksheet ss:Name="隐藏"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
</Workbook>"""


def read(path: Path, data: str | bytes, options: ReaderOptions = OPTIONS) -> list[Piece]:
    """Return the pieces of a file that holds `data`."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(open_reader(path, options))


def html(path: Path, rows: str, options: ReaderOptions = OPTIONS) -> list[tuple[str, ...]]:
    """Return the cells of the first table of a page."""
    piece = read(path, EXCEL.format(charset="utf-8", rows=rows), options)[0]
    return [row[1:] for row in piece.frame.rows()]


def sheet(path: Path, rows: str, options: ReaderOptions = OPTIONS) -> list[tuple[str, ...]]:
    """Return the cells of the first worksheet of an XML workbook."""
    piece = read(path, SHEET.format(charset="UTF-8", rows=rows), options)[0]
    return [row[1:] for row in piece.frame.rows()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><th>文号<th>名称<tr><td>1号<td>甲", [("文号", "名称"), ("1号", "甲")]),
        ("<thead><tr><td>a</thead><tbody><tr><td>b</tbody>", [("a",), ("b",)]),
        ("<tr><td colspan=2>a<td>b", [("a", "", "b")]),
        ("<tr><td rowspan=2>1号<td>甲<tr><td>乙", [("1号", "甲"), ("1号", "乙")]),
        ("<tr><td>甲<td rowspan=2>1号<tr><td>乙", [("甲", "1号"), ("乙", "1号")]),
        ("<tr><td rowspan=9>1号<tr><td>乙", [("1号", ""), ("1号", "乙")]),
        ("<tr><td>甲<br>乙<p>丙</p><div>丁</div>", [("甲\n乙\n丙\n丁",)]),
        ("<tr><td>  甲 \n 乙&nbsp;丙 ", [("甲 乙 丙",)]),
        ("<tr><td>&lt;b&gt;&#65;&amp;&#x4e2d;", [("<b>A&中",)]),
        ("<tr><td>a<script>var x='<td>y'</script><style>z</style>b", [("ab",)]),
        ("<tr><td><b>甲<i>乙</i></b>丙", [("甲乙丙",)]),
        ("<tr><td>外<table><tr><td>内</table>", [("外内",)]),
        ("<tr style='display:none'><td>甲<tr><td style='display:none'>乙", [("甲",), ("乙",)]),
        ("<td>没有行", [("没有行",)]),
        ("<tr><td>&#55357;", [("\ufffd",)]),
    ],
)
def test_a_cell_stands_where_it_is_seen(
    tmp_path: Path, rows: str, expected: list[tuple[str, ...]]
) -> None:
    assert html(tmp_path / "a.xls", rows) == expected


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<td x:num="0.1307">0.13', "0.1307"),
        ("<td x:num>2,000.00", "2000"),
        ('<td x:num="45021">2023-04-05', "2023-04-05"),
        ('<td x:num="0.25">25%', "25%"),
        ("<td x:num>110105199001011234", "1.10105199001011E+17"),
        ('<td sdval="110105199001011234">1.10105199001011E+017', "1.10105199001011E+17"),
        ("<td x:str>110105199001011234", "110105199001011234"),
        ('<td x:err="#N/A">#N/A', "#N/A"),
    ],
)
def test_a_number_is_the_one_that_excel_holds(tmp_path: Path, cell: str, text: str) -> None:
    assert html(tmp_path / "a.xls", f"<tr>{cell}") == [(text,)]


def test_spans_of_a_header_are_merged_cells(tmp_path: Path) -> None:
    rows = "<tr><td colspan=2>处罚<td rowspan=2>名称<tr><td>文号<td>日期"

    (piece,) = read(tmp_path / "a.xls", EXCEL.format(charset="utf-8", rows=rows))

    assert piece.merged == ((1, 0, 1, 1), (1, 2, 2, 2))


def test_each_table_is_a_sheet_and_nothing_of_a_nested_one_is_lost(tmp_path: Path) -> None:
    page = (
        "<table><tr><td>甲<td><table><tr><td>1<td>2</table></table>"
        "<table style='display: none'><tr><td>乙</table><table></table>"
    )

    found = {
        piece.sheet: (piece.hidden, [row[1:] for row in piece.frame.rows()])
        for piece in read(tmp_path / "a.xls", page)
    }

    assert found == {
        "表格1": (False, [("甲", "#TABLE!")]),
        "表格2": (False, [("1", "2")]),
        "表格3": (True, [("乙",)]),
    }


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("charset", ["gb2312", "utf-8", "big5"])
def test_the_encoding_is_proved_whatever_the_page_declares(
    tmp_path: Path, codec: str, charset: str
) -> None:
    text = "甲市市场监督管理局行政处罚决定书"
    rows = f"<tr><td>{text}"
    cells = f'<Row><Cell><Data ss:Type="String">{text}</Data></Cell></Row>'

    page = read(tmp_path / "a.xls", EXCEL.format(charset=charset, rows=rows).encode(codec))
    book = read(tmp_path / "b.xls", SHEET.format(charset=charset, rows=cells).encode(codec))

    assert [piece[0].frame.rows() for piece in (page, book)] == [[(1, text)]] * 2


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ("<html><body><p>没有表格</p></body></html>", "F12"),
        ("<html><table><tr><td>甲<td>乙", "F05"),
        ("<table><tr><td>甲</table><!-- <table>", "F05"),
        ("<table><tr><td>甲</table><script>'", "F05"),
        ("<table><tr><td colspan=999999>甲</table>", "F02"),
        ("<table>" + "<tr>" + "<td>x" * 301 + "</table>", "F02"),
        ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "F05"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n\n<table>", "F05"),
    ],
)
def test_a_page_that_cannot_be_read_whole_is_refused(tmp_path: Path, page: str, rule: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(tmp_path / "a.xls", page)

    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "<table><tr><td>x</table>",
        "<table><tr><td>" * 20_000,
        "<![" * 300_000,
        "<table><tr><td>" + "&lt;" * 300_000 + "</table>",
        "<table>" + "<tr><td rowspan=99999999 colspan=300>x" * 2_000 + "</table>",
    ],
    ids=("deep", "nested", "declarations", "entities", "spans"),
)
def test_a_hostile_page_ends_in_a_clear_outcome(tmp_path: Path, page: str) -> None:
    path = tmp_path / "a.xls"
    path.write_text(f"<html>{page}", encoding="ascii")

    try:
        rows = sum(p.frame.height for p in pieces(path, ReaderOptions(seconds=20, memory_mib=512)))
    except FileRefusedError as refused:
        assert refused.rule in {"F02", "F05", "F06"}  # noqa: PT017  either outcome is clear
    else:
        assert rows == 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<Row><Cell><Data ss:Type="Number">0.2</Data></Cell></Row>', [("0.2",)]),
        (
            '<Row><Cell><Data ss:Type="Number">110105199001011234</Data></Cell></Row>',
            [("1.10105199001011E+17",)],
        ),
        (
            (
                '<Row><Cell><Data ss:Type="DateTime">2023-04-05T00:00:00.000</Data></Cell>'
                '<Cell><Data ss:Type="DateTime">2023-04-05T09:30:00.000</Data></Cell></Row>'
            ),
            [("2023-04-05", "2023-04-05 09:30:00")],
        ),
        ('<Row><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>', [("TRUE",)]),
        ('<Row><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>', [("#N/A",)]),
        ('<Row><Cell ss:Formula="=1+1"/></Row>', [("#CALC!",)]),
        (
            '<Row ss:Index="2"><Cell ss:Index="3"><Data ss:Type="String">甲</Data></Cell></Row>',
            [("", "", ""), ("", "", "甲")],
        ),
        (
            (
                '<Row><Cell ss:MergeDown="1"><Data ss:Type="String">1号</Data></Cell>'
                '<Cell ss:MergeAcross="1">'
                '<Data ss:Type="String">甲</Data></Cell></Row>'
                '<Row><Cell ss:Index="2"><Data ss:Type="String">乙</Data></Cell></Row>'
            ),
            [("1号", "甲", ""), ("1号", "乙", "")],
        ),
        (
            (
                '<Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">甲<B>乙</B>'
                "&#10;丙</ss:Data><Comment><Data>批注</Data></Comment></Cell></Row>"
            ),
            [("甲乙\n丙",)],
        ),
    ],
)
def test_an_xml_workbook_reads_like_any_other(
    tmp_path: Path, rows: str, expected: list[tuple[str, ...]]
) -> None:
    assert sheet(tmp_path / "a.xls", rows) == expected


def test_a_hidden_worksheet_says_so(tmp_path: Path) -> None:
    found = read(tmp_path / "a.xls", SHEET.format(charset="UTF-8", rows=""))

    assert {piece.sheet: piece.hidden for piece in found} == {"处罚信息": False, "隐藏": True}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda xml: xml.replace("<?mso", "<!DOCTYPE x [<!ENTITY a 'b'>]><?mso"), "F03"),
        (lambda xml: xml[:-20], "F05"),
        (lambda xml: xml.replace("<Row>", '<Row ss:Index="99999999">'), "F05"),
        (lambda xml: xml.replace("<Row>", '<Row ss:Index="1048577">'), "F03"),
        (lambda xml: xml.replace("<Cell>", '<Cell ss:MergeAcross="16000">'), "F02"),
        (lambda xml: xml.replace(">0.2<", ">零点二<"), "F05"),
    ],
)
def test_a_broken_xml_workbook_is_refused(
    tmp_path: Path, change: Callable[[str], str], rule: str
) -> None:
    rows = '<Row><Cell><Data ss:Type="Number">0.2</Data></Cell></Row>'

    with pytest.raises(FileRefusedError) as refused:
        read(tmp_path / "a.xls", change(SHEET.format(charset="UTF-8", rows=rows)))

    assert refused.value.rule == rule
