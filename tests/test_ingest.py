"""One file, one table: whose it is, and where every row ends."""

from pathlib import Path

import polars as pl
import pytest

from gongshi.errors import FileRefusedError, UsageError
from gongshi.ingest.rules import RULES
from gongshi.models import ROW, SHEET, Severity

from .intake import PENALTY, Rows, csv_file, read, table_of, xlsx_file


def test_the_same_records_from_every_format(tmp_path: Path) -> None:
    rows = table_of(
        {}, {"CF_WSH": "2号", "CF_NR_FK": "0.3", "CF_JDRQ": "2026年3月6日", "CF_SY": "一\n二"}
    )
    files = [
        csv_file(tmp_path / "utf8.csv", rows),
        csv_file(tmp_path / "bom.csv", rows, "utf-8-sig"),
        csv_file(tmp_path / "gbk.csv", rows, "gbk"),
        csv_file(tmp_path / "utf16.csv", rows, "utf-16"),
        xlsx_file(tmp_path / "book.xlsx", rows),
    ]

    frames = [read(file).frame.drop(SHEET) for file in files]

    assert frames[0].height == 2
    assert all(frame.equals(frames[0]) for frame in frames[1:])


def test_titles_and_codes_and_any_order_are_the_same_template(tmp_path: Path) -> None:
    by_code = read(csv_file(tmp_path / "a.csv", table_of({})))
    titles = [[PENALTY.titles[name] for name in PENALTY.names], *table_of({})[1:]]
    turned = [row[::-1] for row in titles]

    by_title = read(csv_file(tmp_path / "b.csv", titles))
    backwards = read(csv_file(tmp_path / "c.csv", turned))

    assert by_title.source.agency == "standard"
    assert by_title.frame.equals(by_code.frame)
    assert backwards.frame.equals(by_code.frame)
    assert backwards.columns.of("", "CF_XDR_MC") == "AE"


def test_the_two_kinds_of_the_2015_template_are_one(tmp_path: Path) -> None:
    header, line = table_of({"CF_CFLB": "警告"})
    renamed = ["CF_CFLB1" if name == "CF_CFLB" else name for name in header]

    table = read(csv_file(tmp_path / "a.csv", [[*renamed, "CF_CFLB2"], [*line, "罚款"]]))

    assert table.frame["CF_CFLB"].to_list() == ["警告;罚款"]


def test_every_row_ends_as_taken_or_refused_and_others_are_named(tmp_path: Path) -> None:
    header, good = table_of({})
    bad = table_of({"BZ": "=1"})[1]
    width = len(header)
    rows = [
        ["甲市行政处罚信息公示表", *[""] * (width - 1)],
        header,
        good,
        [""] * width,
        header,
        bad,
        [*good, "多出的一格"],
        ["合计", *[""] * (width - 1)],
        ["填表人：某", *[""] * (width - 1)],
    ]

    table = read(csv_file(tmp_path / "a.csv", rows))

    assert table.frame[ROW].to_list() == [3]
    assert table.refused == {("", 6), ("", 7)}
    assert [(each.row, each.rule) for each in table.findings] == [
        (5, "A22"),
        (6, "A04"),
        (7, "A01"),
        (8, "A22"),
        (9, "A22"),
    ]


def test_sheets_are_read_by_their_header_and_hidden_ones_are_named(tmp_path: Path) -> None:
    rows = table_of({})
    path = xlsx_file(
        tmp_path / "a.xlsx",
        rows,
        ("三月", table_of({"CF_WSH": "3号"}), False),
        ("说明", [["填写说明"]], False),
        ("底稿", rows, True),
    )

    table = read(path)

    assert table.frame.select(SHEET, ROW).rows() == [("Sheet", 2), ("三月", 2)]
    assert [(each.sheet, each.rule) for each in table.findings] == [
        ("底稿", "A21"),
        ("说明", "A21"),
    ]


def test_an_unknown_column_is_named_and_not_read(tmp_path: Path) -> None:
    header, line = table_of({})

    table = read(csv_file(tmp_path / "a.csv", [[*header, "内部编号"], [*line, "x-1"]]))

    assert table.frame.height == 1
    assert [(each.rule, each.severity, each.column) for each in table.findings] == [
        ("A20", Severity.WARNING, "AF")
    ]
    assert "内部编号" in table.findings[0].message


@pytest.mark.parametrize(
    ("rows", "rule", "words"),
    [
        ([["姓名", "年龄"], ["某", "1"]], "F07", "没有找到表头"),
        (
            [["纳税人", "评价日期"], *([f"示例{n}公司", f"2024-01-0{n}"] for n in range(1, 9))],
            "F08",
            "第 1 行是列名,但不是任何已声明的版式:“纳税人”、“评价日期”",
        ),
        ([[f"示例{n}公司", f"2024-01-0{n}"] for n in range(1, 9)], "F07", "没有找到表头"),
        ([["文号", "当事人", "处罚内容", "甲列"], ["1号", "某", "警告", "x"]], "F08", "甲列"),
        ([[*PENALTY.names, "文号"], [*table_of({})[1], "2号"]], "F08", "AF"),
        ([list(PENALTY.names)], "F01", "没有记录"),
        ([], "F01", "空"),
    ],
    ids=["two titles", "foreign", "no titles", "incomplete", "twice", "header only", "empty"],
)
def test_a_file_that_fits_nothing_is_refused_with_names(
    tmp_path: Path, rows: Rows, rule: str, words: str
) -> None:
    with pytest.raises(FileRefusedError, match=words) as refused:
        read(csv_file(tmp_path / "a.csv", rows))

    assert refused.value.rule == rule


def test_an_agency_that_is_not_declared_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="standard"):
        read(csv_file(tmp_path / "a.csv", table_of({})), agency="nobody")


def test_the_frame_is_what_the_next_stage_expects(tmp_path: Path) -> None:
    table = read(csv_file(tmp_path / "a.csv", table_of({})))

    assert table.frame.columns == [SHEET, ROW, *PENALTY.names]
    assert table.frame.schema[ROW] == pl.UInt32
    assert not sum(table.frame.null_count().row(0))
    assert len(table.source.sha256) == 64


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    assert all(rule.title and rule.title_en for rule in RULES.values())
    assert all(rule.todo for rule in RULES.values() if rule.severity is Severity.ERROR)
