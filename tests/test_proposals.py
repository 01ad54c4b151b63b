"""A finding proposes a value where only one is possible, and none anywhere else."""

import json
from collections.abc import Sequence

import pytest

from gongshi import report
from gongshi.models import Finding
from gongshi.report import FileReport
from gongshi.validate import Context, authority_only, validate
from gongshi.validate.proposals import PROPOSALS
from gongshi.validate.rules import RULES

from .penalty_rows import TODAY, Row, raw_table
from .test_validate import FIRM, ORGANISATION, PENALTY, SHOP

CONTEXT = Context(today=TODAY)

FINE, GAIN, KINDS, TEXT = "CF_NR_FK", "CF_NR_WFFF", "CF_CFLB", "CF_NR"
NUMBER, CATEGORY, CODE = "CF_WSH", "CF_XDR_LB", "CF_XDR_SHXYM"

Case = tuple[Row, tuple[str, str, str]]
"""Cells that change → rule, field and proposal."""
PROPOSED: tuple[Case, ...] = (
    ({FINE: "2000"}, ("V14", FINE, "0.2")),
    ({FINE: ""}, ("V09", FINE, "0.2")),
    ({FINE: "￥2,000.00"}, ("V15", FINE, "0.2")),
    ({FINE: "罚款2000"}, ("V15", FINE, "0.2")),
    ({FINE: "0.2\n"}, ("V15", FINE, "0.2")),
    ({NUMBER: "甲市监罚字〔2026〕1号。"}, ("V18", NUMBER, "甲市监罚字〔2026〕1号")),
    ({NUMBER: "甲市监罚字[2026]12"}, ("V18", NUMBER, "甲市监罚字[2026]12号")),
    ({CATEGORY: "个体户", CODE: SHOP}, ("V02", CATEGORY, "个体工商户")),
    ({CATEGORY: "法人和其他组织"}, ("V02", CATEGORY, "法人及非法人组织")),
    ({CATEGORY: "个体工商户"}, ("V06", CATEGORY, "法人及非法人组织")),
    (
        {CODE: SHOP, "CF_XDR_MC": "甲市示例小吃店"},
        ("V06", CATEGORY, "个体工商户"),
    ),
    ({KINDS: "罚 款"}, ("V08", KINDS, "罚款")),
    ({KINDS: "警告;罚款2000元"}, ("V08", KINDS, "警告;罚款")),
    (
        {KINDS: "罚款;没收违法所得", TEXT: "没收违法所得500元，并处罚款2000元。"},
        ("V10", GAIN, "0.05"),
    ),
)
UNCERTAIN: tuple[tuple[Row, str, str], ...] = (
    ({FINE: "3"}, "V14", FINE),
    ({FINE: "", TEXT: "罚款2000元，其中一人罚款1000元。"}, "V09", FINE),
    ({FINE: "", TEXT: "依照规定处2000元以下罚款。"}, "V09", FINE),
    ({FINE: "", TEXT: "逾期不缴纳的，加处罚款30元。"}, "V09", FINE),
    ({FINE: "约2000元"}, "", ""),
    ({CODE: FIRM[:-1] + ("0" if FIRM[-1] != "0" else "1")}, "V03", CODE),
    ({CODE: FIRM[:5] + "O" + FIRM[6:]}, "V03", CODE),
    ({CODE: "911101085513850000"}, "V03", CODE),
    ({CODE: SHOP}, "V06", CATEGORY),
    ({NUMBER: "甲监罚2026-1"}, "V18", NUMBER),
    ({CATEGORY: "单位"}, "V02", CATEGORY),
    ({KINDS: "批评教育"}, "V08", KINDS),
    ({"CF_JDRQ": "26-4-5"}, "S01", "CF_JDRQ"),
    ({"CF_XDR_MC": "示例" * 101}, "S02", "CF_XDR_MC"),
)


def findings(change: Row) -> Sequence[Finding]:
    """Return what both ways of validating find in a right row with one change."""
    table = raw_table(PENALTY, [ORGANISATION | change])
    found = validate(table, PENALTY, CONTEXT).findings
    assert found == authority_only(table, PENALTY, CONTEXT).findings
    return found


@pytest.mark.parametrize(("change", "expected"), PROPOSED)
def test_a_value_is_proposed_where_the_row_leaves_one(
    change: Row, expected: tuple[str, str, str]
) -> None:
    found = {(each.rule, each.field, each.proposal) for each in findings(change) if each.proposal}

    assert found == {expected}


@pytest.mark.parametrize(("change", "rule", "field"), UNCERTAIN)
def test_nothing_is_proposed_where_another_value_is_possible(
    change: Row, rule: str, field: str
) -> None:
    found = findings(change)

    assert not [each for each in found if each.proposal and each.rule == rule]
    assert not rule or (rule, field) in {(each.rule, each.field) for each in found}


def test_a_row_with_the_proposals_in_it_has_no_such_finding_any_more() -> None:
    for change, (rule, field, proposal) in PROPOSED:
        mended = findings(change | {field: proposal})

        assert (rule, field) not in {(each.rule, each.field) for each in mended}, change


def test_only_fields_that_are_public_as_they_stand_may_have_proposals() -> None:
    for rule, role in PROPOSALS:
        assert rule in RULES
        assert PENALTY.by_role[role].may_be_proposed, role

    hidden = {each.name for each in PENALTY.fields if not each.may_be_proposed}
    assert {"CF_XDR_MC", "CF_XDR_ZJHM", "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_SY", "BZ"} <= hidden


def test_reports_show_what_is_proposed() -> None:
    found = findings({FINE: "2000"})
    told = FileReport(
        file="三月.csv",
        agency="standard",
        encoding="utf-8",
        rows=1,
        taken=1,
        refused=0,
        unchanged=0,
        findings=found,
    )

    assert "建议填写：0.2" in report.as_text([told])
    as_json = json.loads("".join(report.as_json([told])))
    assert as_json["files"][0]["findings"][0]["proposal"] == "0.2"
    head, line = "".join(report.as_csv([told])).splitlines()
    assert head.split(",")[-2:] == ["建议值", "English"]
    assert ",0.2," in line


def test_an_identity_number_rounded_by_a_spreadsheet_comes_with_the_way_to_format() -> None:
    person = {
        CATEGORY: "自然人",
        CODE: "",
        "CF_FRDB": "",
        "CF_XDR_MC": "王示例",
        "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": "110105199001011000",
    }

    (found,) = (each for each in findings(person) if each.field == "CF_XDR_ZJHM")

    assert "后几位已经丢失" in found.message
    assert "设为“文本”格式" in found.message
    assert (found.value, found.proposal) == ("", "")
