"""Where the table begins, which column is which field, and which rows are no records."""

import pytest

from gongshi.models import ROW
from gongshi.readers.header import Titles, find, normal, records, without_header
from gongshi.readers.piece import Piece, Range, frame_of

LAYOUT = Titles(
    name="示例",
    fields={
        "文号": "DOC",
        "当事人": "PARTY",
        "处罚内容": "CONTENT",
        "处罚决定日期": "DAY",
        "罚款(万元)": "FINE",
    },
    ignore=frozenset({"序号"}),
    required=frozenset({"DOC", "PARTY", "CONTENT"}),
    order=("文号", "当事人", "处罚内容", "处罚决定日期"),
)
EXPECT = {"DOC": lambda text: text.endswith("号"), "DAY": lambda text: text[:2] == "20"}


def sheet(*rows: list[str], merged: tuple[Range, ...] = ()) -> Piece:
    """Return a sheet of these rows."""
    return Piece("甲", frame_of(rows, first=1), merged=merged)


TITLES = ["序号", "文号", "当事人", "处罚内容"]
ROW_1 = ["1", "1号", "甲", "罚款"]


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ([TITLES, ROW_1], 1),
        ([["甲市处罚信息公示表", "", "", ""], ["2026年3月", "", "", ""], TITLES, ROW_1], 3),
        ([["填表说明：文号请写全", "", "", ""], ["", "", "", ""], TITLES, ROW_1], 3),
        ([["序号：", "文 号", "当事人 ", "*处罚内容（必填）"], ROW_1], 1),
        ([["1号", "甲", "罚款", "2026"], ["2号", "乙", "警告", "2026"]], None),
    ],
    ids=["first", "under titles", "under notes", "variants", "none"],
)
def test_the_header_is_found(rows: list[list[str]], row: int | None) -> None:
    header = find(sheet(*rows), LAYOUT)

    assert (header.row if header else None) == row
    if header:
        assert header.columns == {1: "DOC", 2: "PARTY", 3: "CONTENT"}
        assert not header.missing


def test_a_header_of_two_rows_is_joined() -> None:
    found = find(
        sheet(
            ["文号", "当事人", "处罚", "", "备查"],
            ["", "", "内容", "决定日期", "栏"],
            ["1号", "甲", "罚款", "2026-01-02", ""],
            merged=((1, 2, 1, 3),),
        ),
        LAYOUT,
    )

    assert found is not None
    assert (found.row, found.columns) == (2, {0: "DOC", 1: "PARTY", 2: "CONTENT", 3: "DAY"})


def test_a_header_names_what_it_lacks_and_what_it_does_not_know() -> None:
    header = find(
        sheet(["文号", "当事人", "罚款（万元）", "内部编号"], ["1号", "甲", "2", "x"]), LAYOUT
    )

    assert header is not None
    assert header.missing == {"CONTENT"}
    assert header.unknown == ("内部编号",)


@pytest.mark.parametrize(
    ("rows", "fits"),
    [
        ([["1号", "甲", "罚款", "2026-01-02"], ["2号", "乙", "警告", "2026-01-03"]], True),
        ([["甲", "1号", "罚款", "2026-01-02"]], False),
        ([["1号", "甲", "罚款"]], False),
    ],
    ids=["fits", "another order", "another width"],
)
def test_a_file_without_header_must_fit_by_content(rows: list[list[str]], *, fits: bool) -> None:
    header = without_header(sheet(*rows), LAYOUT, EXPECT)

    assert (header is not None) is fits
    if header:
        assert (header.row, header.columns[0]) == (0, "DOC")


def test_rows_that_are_no_records_are_told_apart() -> None:
    piece = sheet(
        TITLES,
        ROW_1,
        ["", "", "", ""],
        TITLES,
        ["2", "2号", "注册会计师事务所", "警告"],
        ["本页合计", "", "", "2"],
        ["注：本表一式两份", "", "", ""],
        ["", "", "", "制表人：某"],
        ["3", "3号", "合计有限公司", "警告"],
    )
    header = find(piece, LAYOUT)
    assert header is not None

    kept, odd = records(piece.frame, header)

    assert kept[ROW].to_list() == [2, 5, 9]
    assert odd == {"header": [4], "total": [6], "note": [7, 8]}


@pytest.mark.parametrize(
    "title",
    [
        "行政相对人代码_1(统一社会信用代码)",
        "行政相对人代码＿1 （统一社会信用代码）",
        "行政相对人代码-1（统一社会信用代码）：",
    ],
)
def test_spellings_of_a_title_are_one(title: str) -> None:
    assert normal(title) == "行政相对人代码_1(统一社会信用代码)"


def test_a_row_of_signs_that_cannot_be_seen_is_no_record() -> None:
    piece = sheet(TITLES, ROW_1, ["\x1a", "", "", ""])
    header = find(piece, LAYOUT)
    assert header

    kept, odd = records(piece.frame, header)

    assert kept[ROW].to_list() == [2]
    assert odd["note"] == [3]
