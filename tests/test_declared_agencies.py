"""What an agency declares: its authorities, fields and derivations, and its mistakes."""

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.base import load
from gongshi.errors import FileRefusedError, SpecError
from gongshi.ingest import load_agencies, read_tables
from gongshi.ingest.layouts import titles_of
from gongshi.models import ROW, SHEET, RawTable, Source
from gongshi.validate import Context, authority_only, validate

from .intake import (
    AGENCIES,
    COLUMNS,
    HEADER,
    ONE,
    PENALTY,
    SCHEMAS,
    csv_file,
    declared,
    of_own_table,
    table_of,
)


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
@example(set(PENALTY.names))
@example({"CF_XDR_LB", "CF_CFJG", "CF_CFJGDM"})
@example({"CF_XDR_SHXYM", "CF_XDR_MC", "CF_XDR_LB", "CF_NR", "CF_XDR_ZZJG", "CF_XDR_GSZC"})
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
