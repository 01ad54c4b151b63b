"""The clerk's own file comes back marked, and the mended one goes in as if it had no marks."""

import csv
import datetime as dt
import io
import random
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from gongshi import pipeline
from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.marking import mark
from gongshi.marking.book import FILLS, write_text
from gongshi.marking.words import MOST, SUMMARY, TITLE, Entry, plan
from gongshi.models import ROW, Finding, Severity
from gongshi.readers import open_reader
from gongshi.report import FileReport
from gongshi.site import Site, create

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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = create(tmp_path_factory.mktemp("site") / "site")
    made.require()
    return made


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


FORMATS: list[Callable[[Path, Sequence[Sequence[str]]], Path]] = [as_xlsx, as_gbk, as_xls]


@pytest.mark.parametrize("save", FORMATS)
def test_a_mended_workbook_has_nothing_wrong_and_only_its_changes_are_taken(
    site: Site, tmp_path: Path, save: Callable[[Path, Sequence[Sequence[str]]], Path]
) -> None:
    table, right = damaged()
    original = save(tmp_path / "三月", table)
    own = create(tmp_path / "own")
    own.require()
    desk = pipeline.open_desk(own, agency=None, today=TODAY)
    first = pipeline.ingest(desk, [original])[0]

    told = checked(site, original, tmp_path / "报告")
    done = mended(tmp_path / "报告" / "三月-标注.xlsx", right)
    again = checked(site, done)
    second = pipeline.ingest(desk, [done])[0]

    assert {(each.row - 1, letter_index(each.column)) for each in told.findings} >= right.keys()
    assert (told.refused, again.refused, again.findings) == (len(DAMAGE), 0, ())
    assert (again.rows, again.taken) == (told.rows, told.rows)
    assert (first.taken, second.taken) == (told.rows - len(DAMAGE), len(DAMAGE))
    assert second.unchanged == first.taken


def letter_index(letters: str) -> int:
    return [letter(place) for place in range(60)].index(letters)


def test_marks_of_a_former_check_go_with_the_faults(site: Site, tmp_path: Path) -> None:
    table, right = damaged()
    checked(site, as_xlsx(tmp_path / "三月", table), tmp_path)
    *some, last = right.items()
    partly = mended(tmp_path / "三月-标注.xlsx", dict(some))

    told = checked(site, partly, tmp_path)

    book = openpyxl.load_workbook(tmp_path / "改好-标注.xlsx")
    coloured = {
        (row, column)
        for row, line in enumerate(book.worksheets[0].iter_rows())
        for column, cell in enumerate(line)
        if colour(cell) or cell.comment
    }
    assert told.refused == 1
    assert last[0] in coloured
    assert coloured.isdisjoint(place for place, _ in some)
    assert book.sheetnames == ["Sheet", SUMMARY]


def test_a_comment_of_the_clerk_outlives_two_checks(tmp_path: Path) -> None:
    first = mark(
        formatted(tmp_path / "表.xlsx"), [finding("A4", sheet=SHEET)], tmp_path / "一.xlsx"
    )

    second = mark(first, [finding("A5", sheet=SHEET)], tmp_path / "二.xlsx")

    book = openpyxl.load_workbook(second)
    assert said(book, SHEET, "A4") == "待核实"
    assert colour(book[SHEET]["A4"]) == ""
    assert said(book, SHEET, "A5").startswith("错误")


def test_only_its_owner_may_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "标.xlsx").write_text("旧")

    marked = mark(as_gbk(tmp_path / "表", [["甲", "乙"]]), [], folder / "标.xlsx")

    assert stat.S_IMODE(marked.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [marked]
    assert zipfile.is_zipfile(marked)


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


def test_check_writes_a_marked_workbook_for_each_file(site: Site, tmp_path: Path) -> None:
    table, _ = damaged()
    files = [as_xlsx(tmp_path / "三月", table), as_gbk(tmp_path / "三月", table)]

    desk = pipeline.open_desk(site, agency=None, today=TODAY)
    pipeline.check(desk, files, folder=tmp_path / "报告")

    assert {file.name for file in (tmp_path / "报告").glob("*.xlsx")} == {
        "三月-标注.xlsx",
        "三月-标注-2.xlsx",
    }


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_shows_the_marks_and_keeps_them(tmp_path: Path) -> None:
    marked = mark(
        formatted(tmp_path / "表.xlsx"), [finding("D3", sheet=SHEET)], tmp_path / "标.xlsx"
    )

    for kind in ("png", "ods"):
        subprocess.run(
            ["soffice", "--headless", "--convert-to", kind, "--outdir", tmp_path, marked],
            check=True,
            capture_output=True,
            timeout=180,
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        )

    with zipfile.ZipFile(tmp_path / "标.ods") as done:
        content = done.read("content.xml").decode()
    assert (tmp_path / "标.png").stat().st_size > 1_000
    assert f"#{FILLS['error'].lower()}" in content.lower()
    assert "错误 [V01]" in content


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
