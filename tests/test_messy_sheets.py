"""Sheets as offices really lay them out: what is a header, what is a record, which column is whose.

Each workbook is made here from the invented sample of the `standard` agency.
"""

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from gongshi.content import misplaced
from gongshi.errors import FileRefusedError
from gongshi.ingest import load_agencies, read_tables
from gongshi.models import ROW, RawTable
from gongshi.table_schema import load_all

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT / "../shared/data"))
AGENCIES = load_agencies(ROOT / "ingest")
SCHEMAS = load_all(ROOT / "schemas")

Row = Sequence[str]


def template() -> tuple[list[str], list[list[str]]]:
    """Return the sample's titles and five good records that differ by their number."""
    with (ROOT / "ingest/standard/sample.csv").open(encoding="utf-8-sig", newline="") as file:
        _, titles, first, *_ = csv.reader(file)
    place = next(n for n, title in enumerate(titles) if title.endswith("决定书文号"))
    records = []
    for number in range(1, 6):
        record = list(first)
        record[0], record[place] = str(number), f"甲市监罚字〔2026〕{number}号"
        records.append(record)
    return titles, records


TITLES, RECORDS = template()
CODES = [
    next((f for t, f in SCHEMAS["penalty"].aliases.items() if t == title), "")
    for title in (
        title.replace("＿", "_").replace("（", "(").replace("）", ")").replace(" ", "").rstrip("：")
        for title in TITLES
    )
]


def blank(*cells: str) -> list[str]:
    """Return a row that begins with these cells and holds nothing more."""
    return [*cells, *[""] * (len(TITLES) - len(cells))]


def book(tmp_path: Path, rows: Sequence[Row], *merged: str) -> Path:
    """Write a workbook of one sheet."""
    file = tmp_path / "messy.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            sheet.cell(number, column, cell or None)
    for area in merged:
        sheet.merge_cells(area)
    made.save(file)
    return file


def read(file: Path) -> RawTable:
    """Return what the engine makes of a file of the template."""
    return read_tables(file, AGENCIES, agency="standard", schemas=SCHEMAS)


NUMBERS = [str(n) for n in range(1, len(TITLES) + 1)]
DEMANDS = ["", *["必填"] * (len(TITLES) - 1)]
UPPER = ["序号", "行政相对人", *[""] * 6, *TITLES[8:]]
LOWER = ["", *TITLES[1:8], *[""] * (len(TITLES) - 8)]

LAYOUTS: dict[str, tuple[list[Row], set[int], tuple[str, ...]]] = {
    "title rows": (
        [blank("甲市公示表"), blank("报送日期:2026年4月1日"), blank(), TITLES, *RECORDS],
        {5, 6, 7, 8, 9},
        (),
    ),
    "notes on how to fill in": (
        [blank("填表说明:金额单位为万元。"), TITLES, *RECORDS, blank("注:本表一式两份")],
        {3, 4, 5, 6, 7},
        (),
    ),
    "numbers of columns below": ([TITLES, NUMBERS, *RECORDS], {3, 4, 5, 6, 7}, ()),
    "what must be filled in below": ([TITLES, DEMANDS, *RECORDS], {3, 4, 5, 6, 7}, ()),
    "field codes below": ([TITLES, CODES, *RECORDS], {3, 4, 5, 6, 7}, ()),
    "field codes above": ([CODES, TITLES, *RECORDS], {3, 4, 5, 6, 7}, ()),
    "an example below": ([TITLES, ["示例", *RECORDS[0][1:]], *RECORDS], {3, 4, 5, 6, 7}, ()),
    "two rows, merged": ([UPPER, LOWER, *RECORDS], {3, 4, 5, 6, 7}, ("B1:H1", "A1:A2")),
    "a header on each page": (
        [
            blank("甲市公示表"), blank("单位:万元"), TITLES, *RECORDS[:2],
            blank("甲市公示表"), blank("单位:万元"), TITLES, *RECORDS[2:],
        ],
        {4, 5, 9, 10, 11},
        (),
    ),
    "two header rows on each page": (
        [UPPER, LOWER, *RECORDS[:2], UPPER, LOWER, *RECORDS[2:]],
        {3, 4, 7, 8, 9},
        ("B1:H1",),
    ),
    "totals": (
        [TITLES, *RECORDS[:2], blank("小 计", "2"), *RECORDS[2:], blank("", "合计", "", "5")],
        {2, 3, 5, 6, 7},
        (),
    ),
    "blank columns and rows": (
        [["", *row, ""] for row in (TITLES, *RECORDS[:2], blank(), *RECORDS[2:])],
        {2, 3, 5, 6, 7},
        (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_records_of_a_messy_sheet_are_its_records(tmp_path: Path, name: str) -> None:
    rows, numbers, merged = LAYOUTS[name]

    table = read(book(tmp_path, rows, *merged))

    assert set(table.frame[ROW].to_list()) == numbers
    assert table.refused == frozenset()
    assert table.frame["CF_WSH"].to_list() == [f"甲市监罚字〔2026〕{n}号" for n in range(1, 6)]
    assert set(table.frame["CF_JDRQ"]) == {"2026-03-05"}
    assert {each.rule for each in table.findings} <= {"A22"}


def without(row: Row, place: int) -> list[str]:
    """Return a row whose cell was deleted, the rest moved to the left."""
    return [*row[:place], *row[place + 1 :], ""]


def moved(row: Row, place: int) -> list[str]:
    """Return a row into which an empty cell was put, the rest moved to the right."""
    return [*row[:place], "", *row[place:]]


def swapped(row: Row, one: int, other: int) -> list[str]:
    """Return a row with two cells exchanged."""
    cells = list(row)
    cells[one], cells[other] = cells[other], cells[one]
    return cells


DOC_NO, DECIDED_ON, AUTHORITY = (
    next(n for n, code in enumerate(CODES) if code == name)
    for name in ("CF_WSH", "CF_JDRQ", "CF_CFJG")
)
SHIFTS: dict[str, tuple[Callable[[], list[Row]], str]] = {
    "a cell of the header deleted": (
        lambda: [without(TITLES, 4), *RECORDS],
        "右边一列",
    ),
    "a cell put into the header": (lambda: [moved(TITLES, 2), *RECORDS], "左边一列"),
    "two titles exchanged": (
        lambda: [swapped(TITLES, DOC_NO, DECIDED_ON), *RECORDS],
        "有效的统一社会信用代码|文书号|日期",
    ),
    "the authority under the day": (
        lambda: [swapped(TITLES, AUTHORITY, DECIDED_ON), *RECORDS],
        "机关名称",
    ),
}


@pytest.mark.parametrize("name", SHIFTS)
def test_titles_over_the_wrong_columns_refuse_the_file(tmp_path: Path, name: str) -> None:
    rows, told = SHIFTS[name]

    with pytest.raises(FileRefusedError, match=told) as refused:
        read(book(tmp_path, rows()))

    words = str(refused.value)
    assert refused.value.rule == "F13"
    assert "甲市示例食品有限公司" not in words
    assert "119901010000000014" not in words
    assert "应为" in words
    assert "wrong columns" in refused.value.en


@pytest.mark.parametrize(
    ("cells", "role", "is_misplaced"),
    [
        (["2026-01-02"] * 9, "uscc", True),
        (["甲市监罚〔2026〕1号"] * 9, "decided_on", True),
        (["91990101000000011W"] * 9, "doc_no", True),
        (["甲市市场监督管理局"] * 9, "uscc", True),
        (["2026-01-02"] * 2, "uscc", False),
        (["2026-01-02"] * 8 + ["91990101000000011W"] * 2, "uscc", False),
        (["2026-01-02"] * 5 + ["无法辨认"] * 5, "uscc", False),
        (["无", "-", "null", ""] * 9, "uscc", False),
        (["11999919900108007X"] * 9, "uscc", False),
        (["甲市示例公司"] * 9, "legal_rep", False),
        (["有限责任公司"] * 9, "category", False),
        (["长期"] * 9, "valid_until", False),
        (["甲市监罚第1号"] * 9, "doc_no", False),
        (["20260102"] * 9, "fine_wan", False),
        (["2026-01-02"] * 9, "remarks", False),
    ],
)
def test_only_a_whole_column_of_something_else_is_misplaced(
    cells: list[str], role: str, *, is_misplaced: bool
) -> None:
    assert (misplaced(cells, role) is not None) is is_misplaced


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name",
    ["poi_19599-2.xls", "poi_49273.xlsx", "poi_54071.xlsx", "poi_bug69021.xls"],
)
def test_real_messy_sheets_of_no_known_layout_are_refused_with_a_reason(name: str) -> None:
    file = DATA / "messy-spreadsheets" / name
    if not file.exists():
        pytest.skip(f"no real files under {DATA} (GONGSHI_REAL_DATA)")

    with pytest.raises(FileRefusedError) as refused:
        read_tables(file, AGENCIES, agency=None, schemas=SCHEMAS)

    assert refused.value.rule in {"F07", "F08"}
