"""De-identification of whole tables: what becomes public, what is refused, what links. Invented."""

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.declarations.redaction_policy import (
    NaturalPersonName,
    RedactionPolicy,
    RedactionRow,
    load_redaction_policy,
)
from gongshi.deidentify import Deidentified, deidentify, parties
from gongshi.formats import uscc
from gongshi.formats.authority import surrogate
from gongshi.keys import Key
from gongshi.models import (
    ENTRY_COLUMNS,
    EVENT_COLUMNS,
    PENALTY_COLUMNS,
    ROW,
    SHEET,
    CheckedTable,
    Letters,
    Severity,
    Source,
)
from gongshi.packed import packed_whole

POLICY = load_redaction_policy(
    Path(__file__).parents[1] / "schemas" / "policies", date(2026, 11, 22)
)
KEY = Key(b"an invented secret of some length")
ID = "11010519491231002X"
FIRM = "91110000802100433B"


def code_of(area: str) -> str:
    """Return an authority's valid credit code in an invented area."""
    first17 = f"11{area}000000000"
    return first17 + uscc.check_digit(first17)


PERSON = {
    "CF_XDR_MC": "张三丰",
    "CF_XDR_LB": "自然人",
    "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": ID,
    "CF_WSH": "甲市监罚〔2023〕1号",
    "CF_WFXW": "无证经营",
    "CF_SY": "张三丰（电话13800138000）在甲市乙区从事餐饮服务，证人李四在场。",
    "CF_YJ": "《无证无照经营查处办法》第十三条",
    "CF_CFLB": "罚款；没收违法所得、没收非法财物",
    "CF_NR": "罚款2000元",
    "CF_NR_FK": "0.2",
    "CF_NR_WFFF": "0.000001",
    "CF_JDRQ": "2023-04-05",
    "CF_YXQ": "2024-04-05",
    "CF_CFJG": "甲市市场监督管理局",
    "CF_CFJGDM": code_of("990100"),
    "CF_SJLY": "甲市市场监督管理局",
    "BZ": "内部备注13900139000",
}
ORGANISATION = PERSON | {
    "CF_XDR_MC": "示例商贸有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": FIRM,
    "CF_XDR_ZJLX": "",
    "CF_XDR_ZJHM": "",
    "CF_FRDB": "王五",
    "CF_FR_ZJHM": ID,
    "CF_SY": "法定代表人王五称，员工赵六家住甲市乙区示例路1号。",
}
TRADER = ORGANISATION | {
    "CF_XDR_MC": "甲市乙区张三副食店",
    "CF_XDR_LB": "个体工商户",
    "CF_XDR_SHXYM": uscc.PLACEHOLDER,
    "CF_XDR_GSZC": "990102600000014",
    "CF_FRDB": "张三",
    "CF_FR_ZJHM": "",
    "CF_SY": "经营者张三在店内销售过期食品，张三承认。",
}


def checked(*rows: dict[str, str], schema: str = "penalty") -> CheckedTable:
    names = dict.fromkeys(name for row in rows for name in row)
    frame = pl.DataFrame(
        [{name: row.get(name, "") for name in names} for row in rows],
        schema=dict.fromkeys(names, pl.String),
    ).with_columns(
        pl.lit("Sheet1").alias(SHEET),
        pl.Series(ROW, range(2, len(rows) + 2), dtype=pl.UInt32),
    )
    source = Source(agency="standard", file="示例.csv", sha256="0" * 64)
    return CheckedTable(
        source=source,
        schema=schema,
        packed=packed_whole(frame),
        columns=Letters({"Sheet1": {"CF_SY": "P"}}),
    )


def public(result: Deidentified, index: int = 0) -> dict[str, object]:
    return result.table.frame.row(index, named=True)


def policy(**changes: object) -> RedactionPolicy:
    row = POLICY.row_for("standard", "").model_dump() | changes
    return RedactionPolicy((RedactionRow.model_validate(row),))


def test_a_natural_person_becomes_a_surname_and_a_keyed_identity() -> None:
    result = deidentify(checked(PERSON), POLICY, KEY)

    row = public(result)
    assert row["party"] == "张某某"
    assert (row["uscc"], row["reg_no"], row["legal_rep"]) == (None, None, None)
    assert row["facts"] == "张某某（电话〔手机号〕）在甲市乙区从事餐饮服务，证人李某在场。"
    assert re.fullmatch(r"[0-9a-f]{32}", str(row["party_key"]))
    assert row["redactions"] == 4


def test_structured_values_become_public_ones() -> None:
    row = public(deidentify(checked(PERSON), POLICY, KEY))

    assert (row["fine_fen"], row["confiscated_fen"]) == (200_000, 1)
    assert row["kinds"] == "罚款;没收违法所得;没收非法财物"
    assert row["doc_no_key"] == "甲市监罚〔2023〕1号"
    assert row["region_code"] == "990100"
    assert row["licence_affected"] is None


@pytest.mark.parametrize(
    ("schema", "columns"),
    [("penalty", PENALTY_COLUMNS), ("list-entry", ENTRY_COLUMNS), ("penalty-event", EVENT_COLUMNS)],
)
def test_the_public_frame_has_exactly_the_public_columns(
    schema: str, columns: tuple[str, ...]
) -> None:
    empty = checked({}, schema=schema)

    frame = deidentify(empty, POLICY, KEY).table.frame

    assert frame.columns == [SHEET, ROW, *columns, "party_key"]
    integers = {name for name in columns if name.endswith("_fen") or name == "redactions"}
    assert {name for name, kind in frame.schema.items() if kind == pl.Int64} == integers


def test_an_organisation_keeps_its_names_and_its_legal_representative() -> None:
    row = public(deidentify(checked(ORGANISATION), POLICY, KEY))

    assert (row["party"], row["legal_rep"]) == ("示例商贸有限公司", "王五")
    assert row["party_key"] == f"uscc:{FIRM}"
    assert row["facts"] == "法定代表人王五称，员工赵某家住甲市乙区某处。"


def test_a_sole_trader_without_a_code_has_none() -> None:
    row = public(deidentify(checked(TRADER), POLICY, KEY))

    assert (row["uscc"], row["party_key"]) == (None, "reg:990102600000014")
    assert (row["party"], row["legal_rep"]) == ("甲市乙区张三副食店", "张三")
    assert row["facts"] == "经营者张三在店内销售过期食品，张三承认。"


def test_the_operator_is_masked_everywhere_where_the_policy_says_so() -> None:
    row = public(deidentify(checked(TRADER), policy(sole_trader_operator="masked"), KEY))

    assert (row["party"], row["legal_rep"]) == ("甲市乙区张三副食店", "张某")
    assert row["facts"] == "经营者张某在店内销售过期食品，张某承认。"


def test_full_names_are_shown_where_the_policy_says_so() -> None:
    row = public(deidentify(checked(PERSON), policy(natural_person_name="full"), KEY))

    assert row["party"] == "张三丰"
    assert str(row["facts"]).startswith("张三丰（电话〔手机号〕）")


def test_persons_are_left_out_where_the_policy_publishes_none() -> None:
    shandong = PERSON | {"CF_CFJGDM": code_of("370100")}

    result = deidentify(checked(shandong, PERSON), POLICY, KEY)

    assert result.table.frame.height == 1
    assert result.withheld == {("Sheet1", 2)}
    assert [(f.rule, f.severity) for f in result.findings if f.row == 2] == [("W01", Severity.INFO)]
    assert result.refused == frozenset()


def test_a_minor_is_never_public() -> None:
    child = PERSON | {"CF_XDR_ZJHM": "110105201001010015"}

    result = deidentify(checked(child), policy(natural_person_name="full"), KEY)

    assert result.table.frame.is_empty()
    assert result.withheld == {("Sheet1", 2)}


def test_the_same_person_has_the_same_key_whatever_the_spelling_and_no_other() -> None:
    frame = deidentify(
        checked(
            PERSON,
            PERSON | {"CF_WSH": "2号", "CF_XDR_ZJHM": ID.lower()},
            PERSON | {"CF_WSH": "3号", "CF_XDR_ZJHM": "110105491231002"},
            PERSON | {"CF_XDR_ZJHM": "110105199003070011"},
            PERSON | {"CF_XDR_ZJHM": ""},
            PERSON | {"CF_XDR_ZJHM": "", "CF_WSH": "4号"},
        ),
        POLICY,
        KEY,
    ).table.frame

    keys = frame["party_key"].to_list()
    assert len(set(keys[:3])) == 1
    assert len(set(keys)) == 4


def test_another_secret_gives_other_keys() -> None:
    keys = {
        public(deidentify(checked(PERSON), POLICY, key))["party_key"]
        for key in (KEY, Key(b"another invented secret"))
    }

    assert len(keys) == 2


def test_persons_of_one_decision_do_not_give_each_other_away() -> None:
    facts = "张三丰与李四合伙经营，李四负责采购。"
    rows = deidentify(
        checked(PERSON | {"CF_SY": facts}, PERSON | {"CF_XDR_MC": "李四", "CF_SY": facts}),
        POLICY,
        KEY,
    ).table.frame

    assert rows["party"].to_list() == ["张某某", "李某"]
    assert rows["facts"].to_list() == [
        "张某某与李某合伙经营，李某负责采购。",
        "张某与李某合伙经营，李某负责采购。",
    ]


def test_an_event_masks_the_party_as_the_penalty_does() -> None:
    event = {
        "EVENT": "撤销",
        "DOC_NO": PERSON["CF_WSH"],
        "AUTHORITY_CODE": PERSON["CF_CFJGDM"],
        "PARTY": "张三丰",
        "EVENT_ON": "2023-06-01",
        "REASON": "张三丰申请复议，事实不清",
        "BASIS": "《行政复议法》",
    }

    row = public(deidentify(checked(event, schema="penalty-event"), POLICY, KEY))

    assert (row["party"], row["reason"]) == ("张某某", "张某某申请复议，事实不清")


def test_a_list_entry_of_a_person_has_no_number_left() -> None:
    entry = {
        "LIST_CODE": "DEMO",
        "PARTY": "张三丰",
        "PARTY_CATEGORY": "自然人",
        "ID_NO": ID,
        "LISTING_DOC_NO": "甲市监列〔2023〕1号",
        "LISTED_ON": "2023-06-01",
        "REASON": "张三丰拒不履行",
        "BASIS": "《示例办法》",
        "AUTHORITY": "甲市市场监督管理局",
    }

    row = public(deidentify(checked(entry, schema="list-entry"), POLICY, KEY))

    assert (row["party"], row["reason"]) == ("张某某", "张某某拒不履行")
    assert row["authority_code"] == surrogate("甲市市场监督管理局")


@pytest.mark.parametrize(
    "change",
    [
        {"CF_WSH": f"甲市监罚〔2023〕{ID}号"},
        {"CF_WSH": "13800138000"},
        {"CF_XDR_GSZC": ID, "CF_XDR_LB": "法人及非法人组织", "CF_XDR_MC": "示例商贸有限公司"},
        {"CF_XDR_ZJHM": "P1234567", "CF_SY": "持 p-123 45 67 入境"},
        {"CF_XDR_ZJHM": "P1234567", "CF_CFJG": "甲市局Ｐ１２３４５６７"},
    ],
)
def test_a_row_in_which_a_number_is_left_is_refused(change: dict[str, str]) -> None:
    result = deidentify(checked(PERSON | change, PERSON), POLICY, KEY)

    assert result.refused == {("Sheet1", 2)}
    assert result.table.frame[ROW].to_list() == [3]
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR]
    assert {finding.rule for finding in errors} == {"V20"}
    assert all(not finding.value for finding in errors)


def test_findings_say_where_and_what_but_never_the_value() -> None:
    (finding,) = deidentify(checked(PERSON), POLICY, KEY).findings

    assert (finding.sheet, finding.row, finding.column, finding.field) == (
        "Sheet1",
        2,
        "P",
        "CF_SY",
    )
    assert (finding.rule, finding.severity, finding.value) == ("V20", Severity.WARNING, "")
    assert finding.message == "已遮盖第三人姓名2处、手机号1处"


def test_the_log_proves_that_the_text_is_the_served_one_apart_from_its_spans() -> None:
    result = deidentify(checked(PERSON), POLICY, KEY)

    spans = result.log.filter(pl.col("field") == "facts").sort("start")
    kept, last = [], 0
    for start, end in spans.select("start", "end").iter_rows():
        kept.append(PERSON["CF_SY"][last:start])
        last = end
    kept.append(PERSON["CF_SY"][last:])
    pattern = ".+?".join(map(re.escape, kept))
    assert re.fullmatch(pattern, str(public(result)["facts"]))
    assert spans["original_hash"].unique().to_list() == [KEY.digest("original", PERSON["CF_SY"])]


def test_nothing_of_the_originals_is_in_result_or_log() -> None:
    result = deidentify(checked(PERSON, ORGANISATION), POLICY, KEY)

    everything = result.table.frame.write_csv() + result.log.write_csv() + repr(result.findings)
    assert not [
        secret for secret in (ID, "13800138000", "13900139000", "三丰") if secret in everything
    ]


def test_a_source_without_categories_is_read_by_name_and_code() -> None:
    rows = [
        PERSON | {"CF_XDR_LB": "", "CF_XDR_MC": "张三丰（时任示例支行行长）"},
        PERSON | {"CF_XDR_LB": "", "CF_XDR_MC": "示例农村信用合作联社", "CF_XDR_ZJHM": ""},
        TRADER | {"CF_XDR_LB": "", "CF_XDR_SHXYM": FIRM},
    ]

    frame = deidentify(checked(*rows), POLICY, KEY).table.frame

    assert frame["party"].to_list()[:2] == ["张某某", "示例农村信用合作联社"]
    assert frame["party_category"].to_list() == ["自然人", "法人及非法人组织", "法人及非法人组织"]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("张三", "张某"),
        ("张 三丰", "张某某"),
        ("张某某", "张某某"),
        ("张*丰", "张某某"),
        ("张三、李四", "张某、李某"),
        ("张三、张四", "张某1、张某2"),
        ("张和平", "张某某"),
        ("张三和李四", "张某、李某"),
        ("欧阳示范", "欧阳某某"),
        ("阿不都·热合曼", "阿某某"),
        ("张三（身份证号码不详）", "张某"),
        ("John Example", "J某某"),
    ],
)
def test_how_persons_are_named(cell: str, shown: str) -> None:
    assert parties.name_person(cell, NaturalPersonName.SURNAME).shown == shown


LEFT = {"CF_SY": "其身份证号为11010519491231002X，见证人李四。", "CF_WFXW": "11010519491231002X"}
ROWS = st.lists(
    st.builds(
        lambda row, changes, number, place: row | changes | number | place,
        st.sampled_from((PERSON, ORGANISATION, TRADER)),
        st.sampled_from(
            (
                {},
                {"CF_XDR_MC": "李四", "CF_XDR_ZJHM": "", "CF_SY": "货物归张三丰，王五不知。"},
                {"CF_XDR_MC": "王某", "CF_XDR_ZJHM": "119999201507010015"},
                {"CF_XDR_MC": ID},
                {"CF_XDR_LB": "", "CF_SY": "张三丰、李四均在场。"},
                LEFT,
                {"CF_NR_ZKDX": "执照" + ID, "CF_FR_ZJHM": ID},
            )
        ),
        st.sampled_from(
            (
                {"CF_WSH": "甲市监罚〔2023〕1号"},
                {"CF_WSH": "甲市监罚[2023] 1号"},
                {"CF_WSH": "甲市监罚〔2023〕2号"},
                {"CF_WSH": ""},
            )
        ),
        st.sampled_from(({}, {"CF_CFJGDM": ""}, {"CF_CFJGDM": code_of("990200")})),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(1, 9))
def test_a_table_redacted_in_portions_is_the_same_as_in_one_go(
    rows: list[dict[str, str]], portion: int
) -> None:
    whole = deidentify(checked(*rows), POLICY, KEY)

    parts = deidentify(checked(*rows), POLICY, KEY, portion=portion)

    assert parts.table.frame.equals(whole.table.frame)
    assert parts.log.equals(whole.log)
    assert parts.findings == whole.findings
    assert (parts.refused, parts.withheld) == (whole.refused, whole.withheld)


def test_a_decision_is_redacted_as_one_however_far_apart_its_lines_stand() -> None:
    other = ORGANISATION | {"CF_WSH": "甲市监罚〔2023〕7号", "CF_SY": "张三丰在场。"}
    late = PERSON | {"CF_XDR_MC": "李四", "CF_XDR_ZJHM": "", "CF_SY": "货物归张三丰。"}

    result = deidentify(checked(PERSON, *[other] * 5, late), POLICY, KEY, portion=1)

    assert public(result, 6)["facts"] == "货物归张某。"
    assert result.table.frame[ROW].to_list() == list(range(2, 9))
