"""What cells become: rewritten where their meaning is certain, refused where it is lost."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from gongshi.models import Severity

from .intake import csv_file, read, table_of

REWRITTEN = [
    ("CF_JDRQ", "2026年4月5日", "2026-04-05"),
    ("CF_JDRQ", "2026/4/5", "2026-04-05"),
    ("CF_JDRQ", "20260405", "2026-04-05"),
    ("CF_JDRQ", "二〇二六年四月五日", "2026-04-05"),
    ("CF_JDRQ", "2026-02-30", "2026-02-30"),
    ("CF_JDRQ", "下周", "下周"),
    ("CF_NR_FK", "0.5", "0.5"),
    ("CF_NR_FK", "1,000.50", "1000.5"),
    ("CF_NR_FK", "2000元", "0.2"),
    ("CF_NR_FK", "20万元", "20"),
    ("CF_NR_FK", "贰拾万元整", "20"),
    ("CF_NR_FK", "0.30000000000000004", "0.3"),
    ("CF_NR_FK", "约3万元", "约3万元"),
    ("CF_NR_FK", "1,00", "1,00"),
    ("CF_NR_FK", "-5", "-5"),
    ("CF_NR_FK", "20 30", "20 30"),
    ("CF_NR_FK", "没收3万元", "没收3万元"),
    ("CF_NR_WFFF", "没收3万元", "3"),
    ("CF_NR_FK", "￥2,000", "￥2,000"),
    ("CF_JDRQ", "2026年4月5日星期日", "2026-04-05"),
    ("CF_JDRQ", "26-4-5", "26-4-5"),
    ("CF_XDR_SHXYM", "'91990101000000011w", "91990101000000011W"),
    ("CF_XDR_SHXYM", "9199010100000001①W", "9199010100000001①W"),
    ("CF_XDR_SHXYM", "\uff19\uff11990101000000011w ", "91990101000000011W"),
    ("CF_FRDB", "——", ""),
    ("CF_FRDB", "无", ""),
    ("CF_XDR_MC", "/", "/"),
    ("CF_XDR_MC", "示例\u200b商贸\u3000", "示例商贸"),
    ("CF_SY", "一、甲\r\n\r\n  二、乙", "一、甲\n二、乙"),
    ("CF_WSH", "（甲市监罚字〔2026〕 1号）", "（甲市监罚字〔2026〕 1号）"),
    ("BZ", "-", ""),
]
SPOILT = [
    ("CF_XDR_SHXYM", "9.19901E+17", "A03"),
    ("CF_XDR_ZJHM", "1.10105199001011E+17", "A03"),
    ("CF_NR_FK", "#DIV/0!", "A02"),
    ("CF_XDR_MC", "#N/A", "A02"),
    ("BZ", "=HYPERLINK(1)", "A04"),
    ("CF_XDR_MC", "@示例", "A04"),
    ("CF_SY", "当事人�营", "A12"),
]


def test_only_what_is_certain_is_rewritten(tmp_path: Path) -> None:
    rows = table_of(*({field: text} for field, text, _ in REWRITTEN))

    table = read(csv_file(tmp_path / "a.csv", rows))

    found = [
        (field, text, row[field])
        for (field, text, _), row in zip(REWRITTEN, table.frame.iter_rows(named=True), strict=True)
    ]
    assert found == REWRITTEN
    assert not table.findings


def test_spoilt_cells_refuse_their_row(tmp_path: Path) -> None:
    rows = table_of(*({field: text} for field, text, _ in SPOILT))

    table = read(csv_file(tmp_path / "a.csv", rows))

    assert [(each.row - 2, each.field, each.rule) for each in table.findings] == [
        (number, field, rule) for number, (field, _, rule) in enumerate(SPOILT)
    ]
    assert table.frame.is_empty()


def test_what_is_never_public_is_never_quoted(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", table_of({"CF_XDR_ZJHM": "1.10105199001011E+17"}))

    table = read(path)

    assert table.refused == {("", 2)}
    assert all("1.1010" not in each.message + each.value for each in table.findings)
    assert table.findings[0].column == "M"


def test_a_spoilt_cell_is_shown_where_its_field_is_public(tmp_path: Path) -> None:
    spoilt = {
        "CF_XDR_SHXYM": "9.19901E+17",
        "CF_NR_FK": "#DIV/0!",
        "CF_XDR_MC": "@示例",
        "CF_SY": "当事人�营",
        "CF_CFJGDM": "1.10105199001011E+17",
    }

    table = read(csv_file(tmp_path / "a.csv", table_of(*({key: spoilt[key]} for key in spoilt))))

    shown = {each.field: each.value for each in table.findings}
    assert shown == spoilt | {"CF_SY": "", "CF_CFJGDM": ""}


def dated(path: Path, epoch: dt.datetime, *days: object) -> Path:
    """Return a workbook of this epoch with records of these days."""
    header, line = table_of({})
    place = header.index("CF_JDRQ")
    book = openpyxl.Workbook()
    book.epoch = epoch
    book.worksheets[0].append(header)
    for number, day in enumerate(days):
        book.worksheets[0].append([*line[:place], day, *line[place + 1 :]])
        book.worksheets[0].cell(number + 2, header.index("CF_WSH") + 1).value = f"{number}号"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("epoch", "serial"), [(CALENDAR_WINDOWS_1900, 46117), (CALENDAR_MAC_1904, 44655)]
)
def test_a_number_in_a_column_of_dates_counts_from_the_epoch_of_its_workbook(
    tmp_path: Path, epoch: dt.datetime, serial: int
) -> None:
    path = dated(tmp_path / "a.xlsx", epoch, serial, dt.date(2026, 4, 5), f"{serial}.5")

    table = read(path)

    assert table.frame["CF_JDRQ"].to_list() == ["2026-04-05"] * 3
    assert [(each.rule, each.severity, each.row, each.column) for each in table.findings] == [
        ("A26", Severity.INFO, 0, "W")
    ]
    assert f"按 {epoch.year + (epoch.month == 12)} 日期系统" in table.findings[0].message


def test_a_serial_number_of_a_text_file_counts_from_1900_and_the_clerk_is_told(
    tmp_path: Path,
) -> None:
    rows = table_of({"CF_JDRQ": "46117"}, {"CF_JDRQ": "46118", "CF_WSH": "2号"})

    table = read(csv_file(tmp_path / "a.csv", rows))

    assert table.frame["CF_JDRQ"].to_list() == ["2026-04-05", "2026-04-06"]
    assert "2 个" in table.findings[0].message
    assert "46117 读作 2026-04-05" in table.findings[0].message


def test_a_serial_number_of_an_old_workbook_is_left_for_validation_to_refuse(
    tmp_path: Path,
) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("处罚")
    for number, row in enumerate(table_of({"CF_JDRQ": "46117"})):
        for place, text in enumerate(row):
            sheet.write(number, place, text)
    book.save(str(tmp_path / "a.xls"))

    table = read(tmp_path / "a.xls")

    assert table.frame["CF_JDRQ"].to_list() == ["46117"]
