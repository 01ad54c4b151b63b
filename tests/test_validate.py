"""Validation: each rule on one row, both paths on thousands, and what a clerk is told."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from gongshi import table_schema
from gongshi.errors import SpecError
from gongshi.formats import uscc
from gongshi.generate.records import whole
from gongshi.models import CheckedTable, Finding, RawTable, Severity
from gongshi.validate import Context, authority_only, validate
from gongshi.validate.problem import JUNK, is_junk
from gongshi.validate.rules import RULES

from .licenses import moved, permit
from .penalty_rows import TODAY, Row, clean_row, code, dirty_row, raw_table, table_of

SCHEMAS = Path(__file__).parents[1] / "schemas"
PENALTY = table_schema.load(SCHEMAS, "penalty")
ENTRY = table_schema.load(SCHEMAS, "list-entry")
EVENT = table_schema.load(SCHEMAS, "penalty-event")
LICENSE = table_schema.load(SCHEMAS, "license")
TRANSFER = table_schema.load(SCHEMAS, "case-transfer")
CONTEXT = Context(today=TODAY)

RNG = random.Random(11)  # noqa: S311
AUTHORITY = code(RNG, "11")
FIRM, SHOP = code(RNG, "91"), code(RNG, "92")
ORGANISATION: Row = {
    "CF_XDR_MC": "甲市示例商贸有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": FIRM,
    "CF_FRDB": "张示例",
    "CF_WSH": "甲市监罚字〔2026〕1号",
    "CF_WFXW": "销售侵犯注册商标专用权的商品",
    "CF_SY": "当事人销售标有示例字样的服装。",
    "CF_YJ": "《中华人民共和国商标法》第六十条",
    "CF_CFLB": "罚款",
    "CF_NR": "罚款2000元。",
    "CF_NR_FK": "0.2",
    "CF_JDRQ": "2026-11-02",
    "CF_YXQ": "2099-12-31",
    "CF_CFJG": "甲市市场监督管理局",
    "CF_CFJGDM": AUTHORITY,
    "CF_SJLY": "甲市市场监督管理局",
    "CF_SJLYDM": AUTHORITY,
}
TRADER: Row = ORGANISATION | {"CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": SHOP}
PERSON: Row = ORGANISATION | {
    "CF_XDR_MC": "王示例",
    "CF_XDR_LB": "自然人",
    "CF_XDR_SHXYM": "",
    "CF_FRDB": "",
    "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": "11010519491231002X",
}
ENTRY_ROW: Row = {
    "LIST_CODE": "example-black",
    "PARTY": "甲市示例商贸有限公司",
    "PARTY_CATEGORY": "法人及非法人组织",
    "USCC": FIRM,
    "LEGAL_REP": "张示例",
    "LISTING_DOC_NO": "甲市监列字〔2026〕1号",
    "LISTED_ON": "2026-10-08",
    "REASON": "故意侵犯知识产权，情节严重。",
    "BASIS": "《市场监督管理严重违法失信名单管理办法》第九条",
    "AUTHORITY": "甲市市场监督管理局",
    "AUTHORITY_CODE": AUTHORITY,
    "SOURCE_UNIT": "甲市市场监督管理局",
    "SOURCE_UNIT_CODE": AUTHORITY,
}
TRADES: Row = {
    "XK_XDR_LB": "个体工商户",
    "XK_XDR_SHXYM": uscc.PLACEHOLDER,
    "XK_XDR_GSZC": "110108000000016",
}
EVENT_ROW: Row = {
    "EVENT": "撤销",
    "DOC_NO": "甲市监罚字〔2026〕1号",
    "AUTHORITY_CODE": AUTHORITY,
    "PARTY": "甲市示例商贸有限公司",
    "EVENT_ON": "2026-11-20",
    "REASON": "行政复议决定撤销原处罚决定。",
    "BASIS": "《中华人民共和国行政复议法》",
}


def found(checked: CheckedTable) -> set[tuple[str, str, Severity]]:
    return {(finding.rule, finding.field, finding.severity) for finding in checked.findings}


@pytest.mark.parametrize("row", [ORGANISATION, TRADER, PERSON])
def test_a_right_row_has_no_finding(row: Row) -> None:
    checked = validate(raw_table(PENALTY, [row]), PENALTY, CONTEXT)

    assert checked.findings == ()
    assert (checked.rows, checked.refused, len(checked.frame)) == (1, frozenset(), 1)


E, W = Severity.ERROR, Severity.WARNING
KINDS, FINE, GAIN, CODE = "CF_CFLB", "CF_NR_FK", "CF_NR_WFFF", "CF_XDR_SHXYM"
CASES: tuple[tuple[Row, Row, set[tuple[str, str, Severity]]], ...] = (
    (ORGANISATION, {"CF_WSH": ""}, {("V01", "CF_WSH", E)}),
    (ORGANISATION, {"CF_SY": " 无 "}, {("V01", "CF_SY", E)}),
    (ORGANISATION, {"CF_JDRQ": "NULL"}, {("S01", "CF_JDRQ", E)}),
    (ORGANISATION, {"CF_XDR_LB": "/"}, {("V01", "CF_XDR_LB", E)}),
    (ORGANISATION, {"CF_XDR_LB": "企业"}, {("V02", "CF_XDR_LB", E)}),
    (ORGANISATION, {CODE: ""}, {("V03", CODE, E)}),
    (ORGANISATION, {CODE: uscc.PLACEHOLDER}, {("V03", CODE, E)}),
    (ORGANISATION, {CODE: "9.11101E+17"}, {("V03", CODE, E)}),
    (ORGANISATION, {"CF_FRDB": "无"}, {("V03", "CF_FRDB", E)}),
    (ORGANISATION, {"CF_XDR_ZJLX": "身份证"}, {("V03", "CF_XDR_ZJLX", E)}),
    (ORGANISATION, {"CF_XDR_ZJHM": "undefined"}, set()),
    (ORGANISATION, {CODE: SHOP}, {("V06", "CF_XDR_LB", E)}),
    (TRADER, {CODE: FIRM}, {("V06", "CF_XDR_LB", E)}),
    (TRADER, {CODE: uscc.PLACEHOLDER}, {("V04", "CF_XDR_GSZC", E)}),
    (TRADER, {CODE: uscc.PLACEHOLDER, "CF_XDR_GSZC": "110108000000016"}, set()),
    (TRADER, {CODE: "123"}, {("V04", CODE, E)}),
    (TRADER, {"CF_FRDB": ""}, {("V04", "CF_FRDB", E)}),
    (PERSON, {"CF_XDR_ZJLX": ""}, {("V05", "CF_XDR_ZJLX", E)}),
    (PERSON, {"CF_XDR_ZJHM": ""}, {("V05", "CF_XDR_ZJHM", E)}),
    (PERSON, {"CF_XDR_ZJHM": "110105194912310021"}, {("V05", "CF_XDR_ZJHM", E)}),
    (PERSON, {"CF_XDR_ZJLX": "护照号", "CF_XDR_ZJHM": "E12345678"}, set()),
    (PERSON, {"CF_XDR_ZJLX": "护照号", "CF_XDR_ZJHM": "E1"}, {("V05", "CF_XDR_ZJHM", E)}),
    (PERSON, {"CF_XDR_ZJLX": "其他-军官证"}, set()),
    (PERSON, {"CF_XDR_ZJLX": "学生证"}, {("V05", "CF_XDR_ZJLX", E)}),
    (PERSON, {CODE: FIRM}, {("V05", CODE, E)}),
    (PERSON, {"CF_FRDB": "张示例"}, {("V05", "CF_FRDB", E)}),
    (ORGANISATION, {"CF_CFJGDM": AUTHORITY[:-1]}, {("V07", "CF_CFJGDM", E)}),
    (ORGANISATION, {KINDS: "罚款;批评教育"}, {("V08", KINDS, E)}),
    (ORGANISATION, {KINDS: "罚款;其他"}, {("V08", KINDS, E)}),
    (ORGANISATION, {FINE: ""}, {("V09", FINE, E)}),
    (ORGANISATION, {KINDS: "警告"}, {("V09", FINE, E)}),
    (ORGANISATION, {KINDS: "罚款;没收违法所得"}, {("V10", GAIN, E)}),
    (ORGANISATION, {KINDS: "罚款;没收非法财物", GAIN: "0"}, {("V10", GAIN, W)}),
    (ORGANISATION, {KINDS: "罚款;暂扣许可证件"}, {("V11", "CF_NR_ZKDX", E)}),
    (ORGANISATION, {"CF_JDRQ": "2026-11-23"}, {("V12", "CF_JDRQ", E)}),
    (ORGANISATION, {"CF_JDRQ": "1949-09-30"}, {("V12", "CF_JDRQ", E)}),
    (ORGANISATION, {"CF_JDRQ": "2021-11-21"}, {("V12", "CF_JDRQ", W)}),
    (ORGANISATION, {"CF_JDRQ": "2021-11-22"}, set()),
    (ORGANISATION, {"CF_YXQ": "2026-11-01"}, {("V13", "CF_YXQ", E)}),
    (ORGANISATION, {"CF_GSJZQ": "2026-11-01"}, {("V13", "CF_GSJZQ", E)}),
    (ORGANISATION, {FINE: "2000"}, {("V14", FINE, W)}),
    (ORGANISATION, {FINE: "0.3"}, {("V14", FINE, W)}),
    (ORGANISATION, {"CF_NR": "罚款贰仟元整。"}, set()),
    (ORGANISATION, {"CF_NR": "罚款1500元、500元。"}, set()),
    (ORGANISATION, {FINE: "0.2000000"}, {("V15", FINE, E)}),
    (ORGANISATION, {FINE: "-0.2"}, {("V15", FINE, E)}),
    (ORGANISATION, {FINE: "1e3"}, {("V15", FINE, E)}),
    (ORGANISATION, {"CF_WSH": "2026-1"}, {("V18", "CF_WSH", W)}),
    (ORGANISATION, {"CF_SY": "当场处罚。"}, {("V19", "CF_SY", E)}),
    (ORGANISATION, {"CF_SY": "原适用简易程序，后转为普通程序。"}, set()),
    (ORGANISATION, {"BZ": "涉密，不予公开"}, {("V19", "BZ", E)}),
    (ORGANISATION, {"CF_XDR_ZZJG": "123456789"}, {("V22", "CF_XDR_ZZJG", W)}),
    (ORGANISATION, {"CF_XDR_GSZC": "110108000000017"}, {("V23", "CF_XDR_GSZC", W)}),
    (ORGANISATION, {"CF_XDR_GSZC": "1101080000000"}, set()),
    (ORGANISATION, {"CF_YXQ": "2099/12/31"}, {("S01", "CF_YXQ", E)}),
    (ORGANISATION, {"CF_YXQ": "2099-1-1"}, {("S01", "CF_YXQ", E)}),
    (ORGANISATION, {"CF_XDR_MC": "甲" * 201}, {("S02", "CF_XDR_MC", E)}),
    (ORGANISATION, {"CF_FR_ZJLX": "身份"}, {("S03", "CF_FR_ZJLX", E)}),
)


@pytest.mark.parametrize(("row", "change", "expected"), CASES)
@pytest.mark.parametrize("path", [validate, authority_only])
def test_one_change_gives_one_finding(
    row: Row,
    change: Row,
    expected: set[tuple[str, str, Severity]],
    path: Callable[[RawTable, table_schema.TableSchema, Context], CheckedTable],
) -> None:
    checked = path(raw_table(PENALTY, [row | change]), PENALTY, CONTEXT)

    assert found(checked) == expected
    assert len(checked.frame) == (0 if any(severity is E for *_, severity in expected) else 1)


@pytest.mark.parametrize(
    ("schema", "row", "change", "expected"),
    [
        (ENTRY, ENTRY_ROW, {}, set()),
        (ENTRY, ENTRY_ROW, {"BASIS": ""}, {("V01", "BASIS", E)}),
        (ENTRY, ENTRY_ROW, {"USCC": SHOP}, {("V06", "PARTY_CATEGORY", E)}),
        (ENTRY, ENTRY_ROW, {"LIST_CODE": "黑名单"}, {("S03", "LIST_CODE", E)}),
        (ENTRY, ENTRY_ROW, {"UNTIL": "2026-10-01"}, {("V13", "UNTIL", E)}),
        (ENTRY, ENTRY_ROW, {"PENALTY_AUTHORITY_CODE": "1"}, {("V07", "PENALTY_AUTHORITY_CODE", E)}),
        (EVENT, EVENT_ROW, {}, set()),
        (EVENT, EVENT_ROW, {"EVENT": "取消"}, {("S04", "EVENT", E)}),
        (EVENT, EVENT_ROW, {"EVENT_ON": "2026-12-01"}, {("V12", "EVENT_ON", E)}),
        (EVENT, EVENT_ROW, {"REASON": "-"}, {("V01", "REASON", E)}),
        (LICENSE, permit(1), {}, set()),
        (LICENSE, permit(1), {"XK_XKLB": "其他-备案"}, set()),
        (LICENSE, permit(1), {"XK_XKLB": "其他"}, {("V24", "XK_XKLB", E)}),
        (LICENSE, permit(1), {"XK_XKLB": "一般"}, {("V24", "XK_XKLB", E)}),
        (LICENSE, permit(1), {"XK_YXQZI": "2026-02-09"}, {("V13", "XK_YXQZI", E)}),
        (LICENSE, permit(1), {"XK_YXQZI": "长期"}, {("S01", "XK_YXQZI", E)}),
        (LICENSE, permit(1), {"XK_YXQZI": ""}, {("V01", "XK_YXQZI", E)}),
        (LICENSE, permit(1), {"XK_ZT": "3"}, {("S04", "XK_ZT", E)}),
        (LICENSE, permit(1), {"XK_WSH": "JY199010000099"}, {("V18", "XK_WSH", W)}),
        (LICENSE, permit(1), {"XK_WSH": "JY199010000001", "XK_XKBH": "JY199010000001"}, set()),
        (LICENSE, permit(1), {"XK_XDR_SHXYM": ""}, {("V03", "XK_XDR_SHXYM", E)}),
        (LICENSE, permit(1), {"XK_NR": "适用简易程序办理的许可。"}, set()),
        (LICENSE, permit(1), {"XK_XDR_ZZJG": "123456789"}, {("V22", "XK_XDR_ZZJG", W)}),
        (LICENSE, permit(1), TRADES, set()),
        (LICENSE, permit(1), TRADES | {"XK_XDR_GSZC": ""}, {("V04", "XK_XDR_GSZC", E)}),
        (TRANSFER, moved(1), {}, set()),
        (TRANSFER, moved(1), {"OUTCOME": "结案"}, {("S04", "OUTCOME", E)}),
        (TRANSFER, moved(1), {"OUTCOME_ON": "2026-02-19"}, {("V13", "OUTCOME_ON", E)}),
        (TRANSFER, moved(1), {"RECEIVER": "无"}, {("V01", "RECEIVER", E)}),
    ],
)
def test_the_other_inputs_have_the_rules_that_fit_them(
    schema: table_schema.TableSchema, row: Row, change: Row, expected: set[object]
) -> None:
    table = raw_table(schema, [row | change])

    assert found(validate(table, schema, CONTEXT)) == expected
    assert found(authority_only(table, schema, CONTEXT)) == expected


def test_a_finding_names_the_cell_and_says_what_to_do() -> None:
    checked = validate(raw_table(PENALTY, [ORGANISATION | {FINE: "2000"}]), PENALTY, CONTEXT)

    assert checked.findings == (
        Finding(
            sheet="Sheet1",
            row=2,
            column="T",
            field=FINE,
            rule="V14",
            severity=Severity.WARNING,
            value="2000",
            message="罚款金额（万元）："
            "罚款金额 2000 万元恰为处罚内容所写的一万倍，应是把元当作了万元。"
            "处罚内容中写的罚款数额应等于罚款金额；常见的错误是把元当作万元，相差一万倍。"
            "如属实，请改为 0.2。",
            message_en="fine in 万元: the amount is 10 000 times the fine in the text: "
            "yuan typed as 万元. The fine in the text equals the amount; "
            "yuan typed as 万元 is the usual error.",
            proposal="0.2",
        ),
    )


def test_a_damaged_code_comes_with_the_way_to_format_the_column() -> None:
    checked = validate(
        raw_table(PENALTY, [ORGANISATION | {CODE: "911101085513850000"}]), PENALTY, CONTEXT
    )

    assert "后几位已经丢失" in checked.findings[0].message
    assert "“文本”格式" in checked.findings[0].message


@pytest.mark.parametrize(
    "change",
    [
        {"CF_XDR_ZJHM": "110105194912310021"},
        {CODE: "11010519491231002X"},
        {"BZ": "涉密"},
        {"CF_SY": "甲" * 5000},
    ],
)
def test_a_personal_value_is_withheld(change: Row) -> None:
    checked = validate(raw_table(PENALTY, [PERSON | change]), PENALTY, CONTEXT)

    assert checked.findings
    assert {finding.value for finding in checked.findings} == {""}


def test_a_blank_row_is_one_finding() -> None:
    checked = validate(raw_table(PENALTY, [{}, ORGANISATION]), PENALTY, CONTEXT)

    assert [(each.rule, each.field, each.row) for each in checked.findings] == [("V01", "", 2)]


def test_fields_that_a_source_does_not_have_are_not_asked_for() -> None:
    absent = frozenset({CODE, "CF_FRDB", "CF_YXQ", "CF_XDR_GSZC", "CF_SJLYDM"})
    row = {name: cell for name, cell in TRADER.items() if name not in absent}

    for path in (validate, authority_only):
        assert path(raw_table(PENALTY, [row], absent), PENALTY, CONTEXT).findings == ()


def test_a_placeholder_is_enough_where_the_source_has_no_registration_numbers() -> None:
    row = TRADER | {CODE: uscc.PLACEHOLDER}
    table = raw_table(PENALTY, [row], frozenset({"CF_XDR_GSZC"}))

    assert validate(table, PENALTY, CONTEXT).findings == ()
    assert authority_only(table, PENALTY, CONTEXT).findings == ()


def test_a_reviewed_code_passes_though_its_check_digit_is_wrong() -> None:
    wrong = FIRM[:-1] + ("0" if FIRM[-1] != "0" else "1")
    table = raw_table(PENALTY, [ORGANISATION | {CODE: wrong}])

    reviewed = replace(CONTEXT, overrides=frozenset({wrong}))

    assert validate(table, PENALTY, CONTEXT).refused
    assert not validate(table, PENALTY, reviewed).findings


def test_the_same_record_twice_is_refused_the_second_time() -> None:
    again = ORGANISATION | {"CF_WSH": "甲市监罚字[2026] 1号"}
    other = ORGANISATION | {CODE: code(RNG, "91")}

    checked = validate(raw_table(PENALTY, [ORGANISATION, again, other]), PENALTY, CONTEXT)

    assert [(each.row, each.rule, each.field) for each in checked.findings] == [
        (3, "V17", "CF_WSH")
    ]
    assert "第 2 行" in checked.findings[0].message
    assert checked.frame["_row"].to_list() == [2, 4]


def test_a_refused_row_does_not_make_its_mended_twin_a_duplicate() -> None:
    broken = ORGANISATION | {FINE: ""}

    checked = validate(raw_table(PENALTY, [broken, ORGANISATION]), PENALTY, CONTEXT)

    assert [(each.row, each.rule) for each in checked.findings] == [(2, "V09")]


def test_two_masked_persons_in_one_decision_are_two() -> None:
    absent = frozenset({"CF_XDR_ZJLX", "CF_XDR_ZJHM"})
    person = PERSON | {"CF_XDR_MC": "张某某", "CF_XDR_ZJLX": "", "CF_XDR_ZJHM": ""}
    rows = [person, person | {"CF_SY": "另一人的事实。"}, person]

    checked = validate(raw_table(PENALTY, rows, absent), PENALTY, CONTEXT)

    assert [(each.row, each.rule) for each in checked.findings] == [(4, "V17")]


def test_unusual_characters_do_not_hide_a_duplicate() -> None:
    wide = ORGANISATION | {"CF_WSH": "甲市监罚字〔\uff12\uff10\uff12\uff16〕①号"}

    checked = validate(raw_table(PENALTY, [ORGANISATION, wide]), PENALTY, CONTEXT)

    assert ("V17", "CF_WSH", E) in found(checked)


def test_a_name_that_differs_from_the_known_one_is_a_warning() -> None:
    table = raw_table(PENALTY, [ORGANISATION])

    known = replace(CONTEXT, known_parties={FIRM: "乙市示例商贸有限公司"})
    same = replace(CONTEXT, known_parties={FIRM: "甲市示例商贸 有限公司"})

    assert found(validate(table, PENALTY, known)) == {("V16", "CF_XDR_MC", W)}
    assert found(validate(table, PENALTY, same)) == set()


def test_one_code_under_two_names_in_a_batch_is_a_warning_for_the_rarer() -> None:
    names = ["甲市示例商贸有限公司"] * 3 + ["乙市示例商贸有限公司"]
    rows = [
        ORGANISATION | {"CF_XDR_MC": name, "CF_WSH": f"甲市监罚字〔2026〕{number}号"}
        for number, name in enumerate(names)
    ]

    checked = validate(raw_table(PENALTY, rows), PENALTY, CONTEXT)
    undecided = validate(raw_table(PENALTY, rows[2:]), PENALTY, CONTEXT)

    assert [(each.rule, each.row) for each in checked.findings] == [("V16", 5)]
    assert undecided.findings == ()


@pytest.mark.parametrize(("waited", "late"), [(7, False), (8, True), (None, False)])
def test_lateness_is_told_and_refuses_nothing(waited: int | None, *, late: bool) -> None:
    context = Context(today=TODAY, calendar=lambda decided, received: waited)

    checked = validate(raw_table(PENALTY, [ORGANISATION]), PENALTY, context)

    assert found(checked) == ({("V21", "CF_JDRQ", Severity.INFO)} if late else set())
    assert not checked.refused


def rounded_codes() -> list[str]:
    """Return codes of digits that end with 000: one wrong, one that passes by chance."""
    bodies = (f"91999999{number:07}000" for number in range(1000))
    codes = list(bodies)
    return [next(each for each in codes if uscc.is_valid(each) is good) for good in (False, True)]


def test_in_a_rounded_column_a_code_that_passes_by_chance_is_refused_too() -> None:
    wrong, lucky = rounded_codes()
    rows = [
        ORGANISATION | {CODE: each, "CF_WSH": f"甲市监罚字〔2026〕{number}号"}
        for number, each in enumerate((wrong, lucky, FIRM[:17] + FIRM[17]))
    ]

    alone = validate(raw_table(PENALTY, rows[1:2]), PENALTY, CONTEXT)
    checked = validate(raw_table(PENALTY, rows[:2]), PENALTY, CONTEXT)

    assert not alone.refused
    assert checked.refused == {("Sheet1", 2), ("Sheet1", 3)}
    assert "这个代码也不可信" in checked.findings[1].message


def test_an_error_on_one_line_of_a_row_refuses_the_whole_row() -> None:
    table = raw_table(PENALTY, [ORGANISATION, ORGANISATION | {CODE: ""}, PERSON])
    row = pl.Series("_row", [2, 2, 3], dtype=pl.UInt32)

    checked = validate(replace(table, frame=table.frame.with_columns(row)), PENALTY, CONTEXT)

    assert (checked.rows, checked.refused) == (2, frozenset({("Sheet1", 2)}))
    assert checked.frame["_row"].to_list() == [3]


def test_rows_that_reading_refused_are_counted_and_stay_out() -> None:
    table = replace(raw_table(PENALTY, [ORGANISATION]), refused=frozenset({("Sheet1", 9)}))

    checked = validate(table, PENALTY, CONTEXT)

    assert (checked.rows, checked.refused) == (2, frozenset({("Sheet1", 9)}))


def test_an_empty_table_gives_an_empty_result() -> None:
    for path in (validate, authority_only):
        checked = path(raw_table(PENALTY, []), PENALTY, CONTEXT)
        assert (checked.rows, checked.findings, len(checked.frame)) == (0, (), 0)


def test_a_schema_that_frictionless_cannot_use_is_no_bad_data() -> None:
    broken = table_schema.from_descriptor(
        "penalty", {"fields": [{"name": "x", "type": "date", "constraints": {"pattern": "a"}}]}
    )

    with pytest.raises(SpecError, match="pattern"):
        authority_only(raw_table(broken, [{"x": "2023-01-01"}]), broken, CONTEXT)


def test_clean_rows_need_no_second_look_and_have_no_finding() -> None:
    table = table_of(PENALTY, 3000, 5, clean_row)

    checked = validate(table, PENALTY, CONTEXT)

    assert checked.findings == ()
    assert checked.frame.equals(table.frame)


def same(first: CheckedTable, second: CheckedTable) -> bool:
    return (
        first.findings == second.findings
        and first.refused == second.refused
        and first.frame.equals(second.frame)
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_both_paths_agree_on_dirty_rows(seed: int) -> None:
    table = table_of(PENALTY, 1500, seed, lambda rng, n: dirty_row(rng, n, PENALTY.names))
    context = Context(today=date(2026, 1, 1), calendar=lambda decided, received: 9)

    two_stage = validate(table, PENALTY, context)

    assert same(two_stage, authority_only(table, PENALTY, context))
    assert len(two_stage.refused) > 100
    assert {finding.rule for finding in two_stage.findings} > {"V01", "V03", "V09", "V14", "S01"}


def test_both_paths_agree_whatever_the_source_lacks() -> None:
    rng = random.Random(8)  # noqa: S311
    for seed in range(8):
        absent = frozenset(rng.sample(PENALTY.names, 12)) - {"CF_WSH", "CF_XDR_MC", "CF_CFJG"}
        table = table_of(PENALTY, 120, seed, lambda r, n: dirty_row(r, n, PENALTY.names))
        table = replace(table, absent=absent)
        blank = [pl.lit("").alias(name) for name in absent]
        table = replace(table, frame=table.frame.with_columns(blank))

        assert same(validate(table, PENALTY, CONTEXT), authority_only(table, PENALTY, CONTEXT))


@pytest.mark.prove
def test_both_paths_agree_on_twenty_thousand_dirty_rows() -> None:
    table = table_of(PENALTY, 20_000, 99, lambda rng, n: dirty_row(rng, n, PENALTY.names))

    assert same(validate(table, PENALTY, CONTEXT), authority_only(table, PENALTY, CONTEXT))


@pytest.mark.parametrize(
    "rows", [pytest.param(1500), pytest.param(20_000, marks=pytest.mark.prove)]
)
def test_both_paths_agree_on_generated_rows_as_an_agency_would_write_them(rows: int) -> None:
    frame = (
        whole(rows, 4, today=TODAY, dirty=True)
        .frame.with_columns(FULL_TEXT=pl.lit(""))
        .select(PENALTY.names)
    )
    numbers = pl.int_range(2, rows + 2, dtype=pl.UInt32, eager=True).alias("_row")
    sheet = pl.repeat("Sheet1", rows, eager=True).alias("_sheet")
    table = replace(raw_table(PENALTY, []), frame=frame.with_columns(sheet, numbers))
    context = Context(today=TODAY, calendar=lambda decided, received: 9)

    two_stage = validate(table, PENALTY, context)

    assert same(two_stage, authority_only(table, PENALTY, context))
    assert 0 < len(two_stage.refused) < rows / 2


def test_every_rule_has_its_words_in_both_languages() -> None:
    for rule in RULES.values():
        assert rule.title
        assert rule.title_en.endswith(".")
        assert rule.why.endswith("。")
        assert rule.todo.endswith("。")
        assert rule.source
    assert [each for each in RULES if each.startswith("V")] == [f"V{n:02}" for n in range(1, 25)]


def test_fillers_hold_nothing_that_clears_a_cell() -> None:
    for filler in JUNK:
        assert is_junk(filler)
        assert is_junk(f" {filler.upper()} ")
        assert not any(sign.isdigit() for sign in filler)
