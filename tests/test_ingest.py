"""One file, one table: whose it is, what its cells become, and where every row ends."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi import table_schema
from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.base import load
from gongshi.errors import FileRefusedError, SpecError, UsageError
from gongshi.ingest import load_agencies, read_tables
from gongshi.ingest.layouts import titles_of
from gongshi.ingest.rules import RULES
from gongshi.models import ROW, SHEET, RawTable, Severity, Source
from gongshi.validate import Context, authority_only, validate

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = {
    name: table_schema.load(ROOT / "schemas", name)
    for name in ("penalty", "list-entry", "penalty-event")
}
AGENCIES = load_agencies(ROOT / "ingest")
PENALTY = SCHEMAS["penalty"]
USUAL = {
    "CF_XDR_MC": "甲市示例食品有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_WSH": "甲市监罚字〔2026〕1号",
    "CF_JDRQ": "2026-03-05",
}

Rows = Sequence[Sequence[object]]


def table_of(*records: dict[str, str]) -> list[list[str]]:
    """Return the standard template, headed by field codes, with these records."""
    lines = [[{**USUAL, **record}.get(name, "") for name in PENALTY.names] for record in records]
    return [list(PENALTY.names), *lines]


def csv_file(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    """Return a CSV file with these rows."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def xlsx_file(path: Path, rows: Rows, *more: tuple[str, Rows, bool]) -> Path:
    """Return a workbook: the first sheet, then others with name, rows and whether hidden."""
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.worksheets[0].append(list(row))
    for name, others, hidden in more:
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = "hidden" if hidden else "visible"
        for row in others:
            sheet.append(list(row))
    workbook.save(path)
    return path


def read(path: Path, agency: str | None = None) -> RawTable:
    """Return what a file gives in the reference site."""
    return read_tables(path, AGENCIES, agency=agency, schemas=SCHEMAS)


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


def test_findings_never_quote_a_cell(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", table_of({"CF_XDR_ZJHM": "1.10105199001011E+17"}))

    table = read(path)

    assert table.refused == {("", 2)}
    assert all("1.1010" not in each.message + each.value for each in table.findings)
    assert table.findings[0].column == "M"


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
    assert backwards.columns["CF_XDR_MC"] == "AD"


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
        ("A20", Severity.WARNING, "AE")
    ]
    assert "内部编号" in table.findings[0].message


@pytest.mark.parametrize(
    ("rows", "rule", "words"),
    [
        ([["姓名", "年龄"], ["某", "1"]], "F07", "没有找到表头"),
        ([["文号", "当事人", "处罚内容", "甲列"], ["1号", "某", "警告", "x"]], "F08", "甲列"),
        ([[*PENALTY.names, "文号"], [*table_of({})[1], "2号"]], "F08", "AE"),
        ([list(PENALTY.names)], "F01", "没有记录"),
        ([], "F01", "空"),
    ],
    ids=["foreign", "incomplete", "twice", "header only", "empty"],
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


def declared(folder: Path, **changes: object) -> Path:
    """Return an agency's folder with the declaration of `standard`, changed."""
    home = folder / "jia-scjg"
    home.mkdir()
    spec = yaml.safe_load((ROOT / "ingest" / "standard" / "agency.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump(spec | {"code": "jia-scjg"} | changes, allow_unicode=True)
    (home / "agency.yml").write_text(text, encoding="utf-8")
    return home


def test_an_agency_speaks_only_for_its_authorities(tmp_path: Path) -> None:
    declared(
        tmp_path,
        authorities=[
            {"name": "甲市市场监督管理局", "code": "119901010000000014", "aliases": ["甲市监局"]},
            {"containing": ["甲市"]},
        ],
    )
    rows = table_of(
        {"CF_CFJG": "甲市监局", "CF_WSH": "1号"},
        {"CF_CFJG": "甲市税务局", "CF_WSH": "2号"},
        {"CF_CFJG": "乙市税务局", "CF_WSH": "3号"},
        {"CF_CFJG": "", "CF_WSH": "4号"},
    )

    table = read_tables(
        csv_file(tmp_path / "a.csv", rows),
        load_agencies(tmp_path),
        agency="jia-scjg",
        schemas=SCHEMAS,
    )

    assert table.frame.select("CF_WSH", "CF_CFJG", "CF_CFJGDM").rows() == [
        ("1号", "甲市市场监督管理局", "119901010000000014"),
        ("2号", "甲市税务局", ""),
        ("4号", "", ""),
    ]
    assert [(each.row, each.rule) for each in table.findings] == [(4, "A11")]


def test_look_ups_turn_words_of_the_source_into_ours(tmp_path: Path) -> None:
    declared(tmp_path, lookups={"CF_XDR_LB": {"法人及非法人组织": "个体工商户"}})

    table = read_tables(
        csv_file(tmp_path / "a.csv", table_of({})),
        load_agencies(tmp_path),
        agency="jia-scjg",
        schemas=SCHEMAS,
    )

    assert table.frame["CF_XDR_LB"].to_list() == ["个体工商户"]


def test_two_agencies_with_one_layout_must_be_named(tmp_path: Path) -> None:
    declared(tmp_path)
    both = AGENCIES | load_agencies(tmp_path)
    path = csv_file(tmp_path / "a.csv", table_of({}))

    with pytest.raises(FileRefusedError, match=r"jia-scjg、standard") as refused:
        read_tables(path, both, agency=None, schemas=SCHEMAS)

    assert refused.value.rule == "F11"
    assert read_tables(path, both, agency="jia-scjg", schemas=SCHEMAS).frame.height == 1


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"placeholder": []}, "placeholder"),
        ({"schema": "penalties"}, "schema"),
        ({"placeholder": [], "title": None}, "placeholder: 没有这个键,是否 placeholders?"),
        ({"authorities": [{"nam": "甲市市场监督管理局"}]}, "authorities.0.nam: .*是否 name?"),
        ({"authorities": [{"code": ""}]}, "authorities.0.name"),
        (
            {"authorities": [{"name": "甲", "code": 119901010000000014}]},
            "authorities.0.code: .*引号",
        ),
        ({"authorities": [{"name": "甲", "code": "119901010000000015"}]}, "authorities.0.code"),
        ({"authorities": "all"}, "authorities: 应为列表"),
        ({"derive": {"CF_NR_FK": "fine-by-guess"}}, "derive.CF_NR_FK: 只能是"),
        ({"reader": {"rowz": 3}}, "reader.rowz: .*是否 rows?"),
        ({"derive": {"CF_XDR_LB": "category-from-column"}}, "derive.CF_XDR_LB"),
        ({"derive": {"CF_CFJG": "declared-authority"}}, "derive.CF_CFJG"),
        ({"absent": ["CF_YXQ"], "derive": {"CF_YXQ": "fine-from-text"}}, "absent: CF_YXQ"),
        ({"absent": ["CF_YXQ"], "optional": ["CF_YXQ"]}, "absent: CF_YXQ"),
        ({"absent": ["CF_CFLB"]}, "absent: CF_CFLB"),
        ({"derive": {"CF_CFLB": "kinds-from-text"}}, "derive: CF_CFLB"),
        ({"template": False}, "layouts"),
        ({"rows": [9, 1]}, "rows"),
    ],
)
def test_a_wrong_declaration_names_file_and_key(
    tmp_path: Path, change: dict[str, object], key: str
) -> None:
    with pytest.raises(SpecError, match=r"jia-scjg/agency\.yml") as wrong:
        load(AgencySpec, declared(tmp_path, **change) / "agency.yml")

    assert re.search(key.replace("?", r"\?"), str(wrong.value))


ONE = [{"name": "甲市市场监督管理局", "code": "119901010000000014"}]
DISAGREEING = [
    ({"absent": ["CF_XX"]}, "absent: .*CF_XX"),
    ({"optional": ["CF_XX"]}, "optional: .*CF_XX"),
    ({"absent": ["CF_CFJG"]}, "absent: .*declared-authority"),
    ({"absent": ["CF_CFJGDM"], "authorities": ONE}, "absent: CF_CFJGDM"),
    ({"derive": {"CF_NR_WFFF": "fine-from-text"}}, r"derive\.CF_NR_WFFF: .*CF_NR_FK"),
    ({"derive": {"CF_NR_FK": "fine-from-text"}, "absent": ["CF_NR"]}, r"derive\.CF_NR_FK"),
    ({"derive": {"CF_XDR_LB": "category-from-code"}, "absent": ["CF_XDR_SHXYM"]}, "CF_XDR_SHXYM"),
    (
        {
            "derive": {"CF_CFJG": "declared-authority"},
            "authorities": ONE,
            "ignore": ["*处罚机关："],
        },
        "ignore: .*处罚机关",
    ),
]


@pytest.mark.parametrize(("change", "words"), DISAGREEING)
def test_a_declaration_that_its_schema_contradicts_names_file_and_key(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    home = declared(tmp_path, **{"aliases": {}, **change})
    spec = load(AgencySpec, home / "agency.yml")

    with pytest.raises(SpecError, match=rf"ingest/jia-scjg/agency\.yml: {words}|{words}"):
        titles_of(spec, PENALTY)


@pytest.mark.parametrize(
    ("text", "line"), [("code: a\n  title: b\n", 2), ("code: [a\ntitle: b\n", 2), ("a: 'b\n", 2)]
)
def test_a_text_that_is_no_yaml_is_told_by_its_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "ingest" / "jia-scjg" / "agency.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match=rf"^ingest/jia-scjg/agency\.yml: 第 {line} 行不是"):
        load(AgencySpec, file)


COLUMNS = {
    "当事人": "CF_XDR_MC",
    "代码": "CF_XDR_SHXYM",
    "负责人": "CF_FRDB",
    "决定书编号": "CF_WSH",
    "处罚决定": "CF_NR",
    "决定日期": "CF_JDRQ",
}
HEADER = list(COLUMNS)
TABLE = {
    "template": False,
    "aliases": {},
    "authorities": ONE,
    "layouts": [
        {
            "name": "公开表",
            "columns": COLUMNS,
        }
    ],
    "kind_words": {"停止接受": "限制开展生产经营活动"},
    "derive": {
        "CF_XDR_LB": "category-from-code",
        "CF_CFLB": "kinds-from-text",
        "CF_NR_FK": "fine-from-text",
        "CF_NR_WFFF": "confiscated-from-text",
        "CF_CFJG": "declared-authority",
    },
}


def of_own_table(folder: Path, rows: Rows, **changes: object) -> RawTable:
    """Return what a table gives that names one party a row and no authority."""
    declared(folder, **(TABLE | changes))
    path = csv_file(folder / "a.csv", rows)
    return read_tables(path, load_agencies(folder), agency="jia-scjg", schemas=SCHEMAS)


def test_what_a_table_of_single_parties_lacks_is_derived(tmp_path: Path) -> None:
    day = "2026-03-05"
    rows = [
        HEADER,
        ["甲市罚款商贸有限公司", "91990101000000011W", "李示例", "1号", "警告", day],
        ["示例小吃店", "92990102MA0TTTTT37", "赵示例", "2号", "没收违法所得3万元，罚款5万元", day],
        ["张某某", "", "", "3号", "罚款3000元", day],
        ["老王烧烤", "", "", "4号", "停止接受新业务", day],
        ["示例公司", "91990101000000011X", "", "5号", "警告", day],
        ["示例公司", "91990101000000011W", "", "6号", "共计5万元", day],
    ]

    table = of_own_table(tmp_path, rows)

    names = ["CF_XDR_LB", "CF_CFLB", "CF_NR_FK", "CF_NR_WFFF"]
    assert table.frame.select(names).rows() == [
        ("法人及非法人组织", "警告", "", ""),
        ("个体工商户", "罚款;没收违法所得", "5", "3"),
        ("自然人", "罚款", "0.3", ""),
        ("", "限制开展生产经营活动", "", ""),
        ("", "警告", "", ""),
    ]
    assert set(table.frame.select("CF_CFJG", "CF_CFJGDM").rows()) == {
        ("甲市市场监督管理局", "119901010000000014")
    }
    assert [(each.row, each.rule) for each in table.findings] == [(7, "A10")]


def test_only_what_is_declared_is_derived(tmp_path: Path) -> None:
    rows = [HEADER, ["示例公司", "91990101000000011W", "某", "6号", "共计5万元", "2026-03-05"]]

    table = of_own_table(tmp_path, rows, derive={"CF_CFJG": "declared-authority"})

    assert not table.findings
    assert table.frame.select("CF_XDR_LB", "CF_NR_FK", "CF_CFJG").rows() == [
        ("", "", "甲市市场监督管理局")
    ]


@pytest.mark.parametrize("title", ["处罚机关", "作出处罚决定的机关名称：", "CF_CFJGDM"])
def test_a_column_of_authorities_is_never_passed_over(tmp_path: Path, title: str) -> None:
    rows = [
        [*HEADER, title],
        ["示例公司", "91990101000000011W", "某", "6号", "警告", "2026-03-05", "x"],
    ]

    with pytest.raises(FileRefusedError, match="处罚机关") as refused:
        of_own_table(tmp_path, rows)

    assert refused.value.rule == "F08"


def test_a_row_with_the_code_of_another_authority_is_refused(tmp_path: Path) -> None:
    columns = {**COLUMNS, "机关码": "CF_CFJGDM"}
    usual = ["示例公司", "91990101000000011W", "某", "6号", "警告", "2026-03-05"]
    rows = [
        [*HEADER, "机关码"],
        [*usual, ""],
        [*usual, "119901010000000014"],
        [*usual, "11990102000000028A"],
    ]

    table = of_own_table(tmp_path, rows, layouts=[{"name": "公开表", "columns": columns}])

    assert table.frame["CF_CFJGDM"].to_list() == ["119901010000000014"] * 2
    assert [(each.row, each.rule) for each in table.findings] == [(4, "A11")]


def test_a_foreign_authority_is_named_beside_the_declared_ones(tmp_path: Path) -> None:
    declared(tmp_path, authorities=[*ONE, {"containing": ["甲市", "甲县"]}])
    rows = table_of({"CF_CFJG": "乙市税务局"}, {"CF_CFJG": "丁某某与李某某"})

    table = read_tables(
        csv_file(tmp_path / "a.csv", rows),
        load_agencies(tmp_path),
        agency="jia-scjg",
        schemas=SCHEMAS,
    )

    first, second = (each.message for each in table.findings)
    assert "写的是“乙市税务局”,已声明的是 甲市市场监督管理局、含“甲市”或“甲县”的机关" in first
    assert "李某某" not in second


def test_a_template_without_a_field_does_not_read_it(tmp_path: Path) -> None:
    declared(tmp_path, aliases={}, absent=["CF_FRDB"])
    path = csv_file(tmp_path / "a.csv", table_of({"CF_FRDB": "李示例"}))

    table = read_tables(path, load_agencies(tmp_path), agency="jia-scjg", schemas=SCHEMAS)

    assert table.frame["CF_FRDB"].to_list() == [""]
    assert [each.rule for each in table.findings] == ["A20"]


def test_what_is_optional_may_be_empty_and_is_judged_where_it_is_not(tmp_path: Path) -> None:
    person = {"CF_XDR_LB": "自然人", "CF_XDR_MC": "张某某"}
    declared(tmp_path, optional=["CF_FRDB", "CF_YXQ"])
    rows = table_of({}, {**person, "CF_FRDB": "李示例"}, person, {"CF_YXQ": "明年"})

    raw = read_tables(
        csv_file(tmp_path / "a.csv", rows),
        load_agencies(tmp_path),
        agency="jia-scjg",
        schemas=SCHEMAS,
    )
    context = Context(today=date(2026, 3, 6))

    for checked in (validate(raw, PENALTY, context), authority_only(raw, PENALTY, context)):
        told = [(e.row, e.rule) for e in checked.findings if e.field in ("CF_FRDB", "CF_YXQ")]
        assert told == [(3, "V05"), (5, "S01")]


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(PENALTY.names)))
def test_no_absence_whatever_stops_validation(absent: set[str]) -> None:
    frame = pl.DataFrame(
        [{SHEET: "", ROW: row, **dict.fromkeys(PENALTY.names, "1号")} for row in (2, 3)],
        schema_overrides={ROW: pl.UInt32},
    )
    source = Source(agency="jia-scjg", file="a.csv", sha256="")
    raw = RawTable(source=source, schema="penalty", frame=frame, absent=frozenset(absent))

    assert validate(raw, PENALTY, Context(today=date(2026, 3, 6))).rows == 2


def test_a_declaration_in_the_wrong_folder_is_an_error(tmp_path: Path) -> None:
    declared(tmp_path, code="yi-scjg")

    with pytest.raises(SpecError, match="code"):
        load_agencies(tmp_path)


def test_a_declared_field_that_the_schema_lacks_is_an_error(tmp_path: Path) -> None:
    declared(tmp_path, absent=["CF_XX"])
    path = csv_file(tmp_path / "a.csv", table_of({}))

    with pytest.raises(SpecError, match="CF_XX"):
        read_tables(path, load_agencies(tmp_path), agency="jia-scjg", schemas=SCHEMAS)


def test_the_frame_is_what_the_next_stage_expects(tmp_path: Path) -> None:
    table = read(csv_file(tmp_path / "a.csv", table_of({})))

    assert table.frame.columns == [SHEET, ROW, *PENALTY.names]
    assert table.frame.schema[ROW] == pl.UInt32
    assert not sum(table.frame.null_count().row(0))
    assert len(table.source.sha256) == 64


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    assert all(rule.title and rule.title_en for rule in RULES.values())
    assert all(rule.todo for rule in RULES.values() if rule.severity is Severity.ERROR)
