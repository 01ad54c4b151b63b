"""Published tables of the banking regulator: every row accounted for, taken rows read right.

The independent reading below shares no code with the engine: its own CSV and XLSX reading, its own
dates, its own sums. It judges only what it understands for certain. Nothing prints a name.
"""

import csv
import io
import os
import random
import re
from collections import Counter
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from gongshi import table_schema
from gongshi.ingest import load_agencies, read_tables
from gongshi.models import ROW, SHEET, RawTable

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT / "../shared/data"))
FILES = sorted(
    path
    for folder in ("cbirc-2022", "cbrc-2017")
    for path in (DATA / folder).glob("*")
    if path.suffix in (".csv", ".xlsx")
)
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not FILES, reason=f"no real tables under {DATA} (GONGSHI_REAL_DATA)"),
]

THIRTEEN = [
    "标题",
    "公示",
    "链接",
    "文号",
    "个人",
    "个人单位",
    "单位",
    "负责人",
    "案由",
    "依据",
    "内容",
    "机关",
    "日期",
]
TEN_WITHOUT_HEADER = [
    "文号",
    "个人",
    "个人单位",
    "单位",
    "负责人",
    "案由",
    "依据",
    "内容",
    "机关",
    "日期",
]
COLUMNS = {
    "决定书文号": "文号",
    "行政处罚决定书文号": "文号",
    "被处罚个人姓名": "个人",
    "处罚个人姓名": "个人",
    "被处罚当事人": "个人",
    "被处罚机构名称": "单位",
    "处罚单位名称": "单位",
    "被处罚单位名称": "单位",
    "处罚内容": "内容",
    "行政处罚决定": "内容",
    "做出处罚机构的名称": "机关",
    "作出处罚决定的机关名称": "机关",
    "处罚日期": "日期",
    "作出处罚决定的日期": "日期",
}


@cache
def taken_of(path: Path) -> RawTable:
    """Return what the engine makes of a file, its header alone telling whose it is."""
    schemas = table_schema.load_all(ROOT / "schemas")
    return read_tables(path, load_agencies(ROOT / "ingest"), agency=None, schemas=schemas)


@cache
def source_of(path: Path) -> dict[int, dict[str, str]]:
    """Return row number → cells of a file by our words, read without the engine."""
    rows = xlsx_rows(path) if path.suffix == ".xlsx" else csv_rows(path)
    header = [COLUMNS.get(title.strip(), "") for title in rows[0]]
    first = 2 if "文号" in header else 1
    if first == 1:
        header = THIRTEEN if len(rows[0]) == len(THIRTEEN) else TEN_WITHOUT_HEADER
    return {
        number: {**dict(zip(header, row, strict=True)), "全部": "".join(row)}
        for number, row in enumerate(rows[first - 1 :], first)
    }


def csv_rows(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gbk")
    return [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]


def xlsx_rows(path: Path) -> list[list[str]]:
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        return [
            ["" if value is None else str(value) for value in row]
            for row in book.worksheets[0].iter_rows(values_only=True)
        ]


def squeezed(text: str) -> str:
    """Return text without blanks and brackets, for comparing."""
    return re.sub(r"[\s（）()\[\]〔〕【】［］﹝﹞\u200b\xad\ufeff]", "", text)


def own_day(text: str) -> str:
    """Return an ISO date for the two usual forms, "" for any other."""
    match = re.fullmatch(r"(\d{4})[-年](\d{1,2})[-月](\d{1,2})日?", re.sub(r"\s", "", text))
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else ""


def own_fine(text: str) -> float | None:
    """Return yuan where a text fixes one fine in plain figures; None where it is not that plain."""
    if len(re.findall("罚款", text)) != 1 or re.search(
        r"没收|合计|共计|累计|分别|各|以[上下]", text
    ):
        return None
    found = re.findall(r"(\d+(?:\.\d+)?)(万?)元", text.replace(",", ""))
    if len(found) != 1 or re.search(r"[一二三四五六七八九十百千贰叁伍拾]万?元", text):
        return None
    return round(float(found[0][0]) * (10_000 if found[0][1] else 1), 2)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_row_ends_as_taken_or_refused(path: Path) -> None:
    table, source = taken_of(path), source_of(path)

    taken = {row for _, row in table.frame.select(SHEET, ROW).iter_rows()}
    refused = {row for _, row in table.refused}
    passed = {each.row for each in table.findings if each.rule == "A22"}

    assert not taken & refused
    assert taken | refused | passed == {n for n, cells in source.items() if cells["全部"].strip()}
    assert refused == {each.row for each in table.findings if each.rule < "A20"}


def judged_rows() -> list[tuple[Path, int]]:
    """Return 200 taken rows of all files, the same ones each time."""
    rows = [
        (path, row)
        for path in FILES
        for row in sorted({row for _, row in taken_of(path).frame.select(SHEET, ROW).iter_rows()})
    ]
    return random.Random(20221122).sample(rows, 200)  # noqa: S311  the same sample each time


def test_a_sample_of_taken_rows_agrees_with_an_independent_reading() -> None:
    judged: Counter[str] = Counter()
    wrong: list[tuple[str, int, str]] = []

    for path, row in judged_rows():
        lines = taken_of(path).frame.filter(pl.col(ROW) == row).to_dicts()
        for what, agrees in compared(source_of(path)[row], lines):
            judged[what] += 1
            if not agrees:
                wrong.append((path.name, row, what))

    assert not wrong
    assert min(judged[what] for what in ("文号", "机关", "当事人")) >= 190
    assert judged["日期"] >= 150
    assert judged["罚款"] >= 60


def compared(source: dict[str, str], lines: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """Return what was compared of one row, and whether both readings agree."""
    first = lines[0]
    named = squeezed(source["单位"]) + "|" + squeezed(source["个人"])
    results = [
        ("文号", squeezed(first["CF_WSH"]) == squeezed(source["文号"])),
        ("机关", squeezed(first["CF_CFJG"]) == squeezed(source["机关"])),
        ("当事人", all(squeezed(line["CF_XDR_MC"]) in named for line in lines)),
    ]
    if day := own_day(source["日期"]):
        results.append(("日期", first["CF_JDRQ"] == day))
    fine = own_fine(re.sub(r"^.{4,24}?[〔\[]\d{4}[〕\]]第?\d+号", "", source["内容"].strip()))
    if fine is not None:
        ours = sum(float(line["CF_NR_FK"] or 0) * 10_000 for line in lines)
        results.append(("罚款", round(ours, 2) == fine))
    return results


TWINS = ("bank_punish_yjfj1.csv", "bank_punish_yinjianju-yjj1_100.xlsx")


def test_the_same_records_from_csv_and_workbook() -> None:
    """The two files hold the same decisions, scraped twice: those in both are read alike."""
    found = []
    for name in TWINS:
        frame = taken_of(DATA / "cbrc-2017" / name).frame.drop(SHEET, ROW)
        found.append({tuple(row) for row in frame.iter_rows()})

    assert len(found[0] & found[1]) >= 0.95 * len(found[0])
