"""Source cells of a regulator's row → the records they become, or the rule that refuses the row.

All names are invented. Each case is a shape that occurs in published tables.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi import table_schema
from gongshi.declarations.agency import AgencySpec, Parties
from gongshi.formats import money
from gongshi.ingest import load_agencies
from gongshi.ingest.decisions import records
from gongshi.ingest.parties import parties_of
from gongshi.ingest.rules import Doubt
from gongshi.ingest.sums import Sums, sums_in
from gongshi.models import Category

ROOT = Path(__file__).resolve().parents[1]
PENALTY = table_schema.load(ROOT / "schemas", "penalty")
SPEC: AgencySpec = load_agencies(ROOT / "ingest")["cbirc-2022"]
HOW = Parties(split=("、", ";", "；", "，"), strip_office=True)
BANK, BRANCH, INSURER = (
    "示例银行股份有限公司甲市分行",
    "示例银行股份有限公司甲市北城支行",
    "示例财产保险股份有限公司甲市中心支公司",
)

Share = tuple[str, str, str, str]
"""Party, kinds, fine and confiscation in 万元."""


def source_row(**cells: str) -> dict[str, str]:
    """Return a row under our field names, as reading hands it over."""
    empty = dict.fromkeys(PENALTY.names, "") | {"organisation": "", "person": ""}
    usual = {
        "CF_WSH": "甲银保监罚决字〔2021〕1号",
        "CF_JDRQ": "2021-03-05",
        "CF_CFJG": "甲市银保监分局",
        "CF_SY": "贷款管理不到位",
        "CF_YJ": "《示例法》第四十六条",
    }
    return empty | usual | cells


def shares_of(organisation: str, person: str, content: str) -> list[Share] | str:
    """Return what each party of a row gets, or the rule that refuses the row."""
    row = source_row(organisation=organisation, person=person, CF_NR=content)
    found = records(row, SPEC, PENALTY)
    if isinstance(found, Doubt):
        return found.rule
    keys = ("CF_XDR_MC", "CF_CFLB", "CF_NR_FK", "CF_NR_WFFF")
    return [(each[keys[0]], each[keys[1]], each[keys[2]], each[keys[3]]) for each in found]


TAKEN: list[tuple[str, str, str, list[Share]]] = [
    (BANK, "", "罚款人民币二十万元", [(BANK, "罚款", "20", "")]),
    (BANK, "", "罚款贰拾万元整", [(BANK, "罚款", "20", "")]),
    (BANK, "", "罚款200000元", [(BANK, "罚款", "20", "")]),
    (BANK, "", "甲银保监罚决字〔2021〕1号罚款13.07万元", [(BANK, "罚款", "13.07", "")]),
    (BANK, "", "处以警告，并处3.5万元罚款", [(BANK, "警告;罚款", "3.5", "")]),
    (BANK, "", "给予合计180万元罚款的行政处罚", [(BANK, "罚款", "180", "")]),
    (BANK, "", "给予当事人45万元的行政处罚", [(BANK, "罚款", "45", "")]),
    (
        BANK,
        "",
        "没收违法所得3万元，并处5万元罚款，罚没合计8万元",
        [(BANK, "罚款;没收违法所得", "5", "3")],
    ),
    (
        BANK,
        "",
        "没收违法所得19057元，并处以19057元罚款，累计罚没款项3.81万元",
        [(BANK, "罚款;没收违法所得", "1.9057", "1.9057")],
    ),
    (BANK, "", "罚款共计150万元，没收违法所得2.5万元", [(BANK, "罚款;没收违法所得", "150", "2.5")]),
    (BANK, "", "两项行为分别罚款20万元，共计40万元", [(BANK, "罚款", "40", "")]),
    (BANK, "", "罚款20万元，并责令该行对直接负责的人员给予纪律处分", [(BANK, "罚款", "20", "")]),
    (BANK, "", "罚款2万元。逾期不缴纳的，每日加处罚款600元", [(BANK, "罚款", "2", "")]),
    (
        BANK,
        "",
        "有下列行为之一的，处十万元以上五十万元以下的罚款”的规定，我局决定对示例银行甲市分行罚款15万元",
        [(BANK, "罚款", "15", "")],
    ),
    ("", "张小甲", "警告，并处罚款1万元", [("张小甲", "警告;罚款", "1", "")]),
    ("", "张小甲（时任示例银行行长）", "禁止终身从事银行业工作", [("张小甲", "限制从业", "", "")]),
    ("", "张 甲", "取消银行业金融机构高级管理人员任职资格2年", [("张甲", "限制从业", "", "")]),
    ("", "Jane Example", "警告", [("Jane Example", "警告", "", "")]),
    (BANK, "张小甲", "取消高级管理人员任职资格3年", [("张小甲", "限制从业", "", "")]),
    (
        BANK,
        "张小甲",
        f"对{BANK}罚款50万元；对张小甲警告并罚款5万元。",
        [(BANK, "罚款", "50", ""), ("张小甲", "警告;罚款", "5", "")],
    ),
    (
        BANK,
        "张小甲、李乙",
        "（一）对示例银行甲市分行处以八十五万元罚款；（二）对张小甲、李乙分别警告并罚款3000元。",
        [
            (BANK, "罚款", "85", ""),
            ("张小甲", "警告;罚款", "0.3", ""),
            ("李乙", "警告;罚款", "0.3", ""),
        ],
    ),
    (
        BANK,
        "张小甲",
        "责令公司改正，予以警告，并处3.5万元罚款；给予张小甲警告，并处1.2万元罚款",
        [(BANK, "警告;罚款", "3.5", ""), ("张小甲", "警告;罚款", "1.2", "")],
    ),
    (
        f"{INSURER}（以下简称“示例财险甲市中支”）",
        "张小甲",
        "我局决定对示例财险甲市中支予以罚款35万元。根据该法规定，我局决定对张小甲予以警告并罚款6万元。",
        [(INSURER, "罚款", "35", ""), ("张小甲", "警告;罚款", "6", "")],
    ),
    (
        BRANCH,
        "张小甲",
        f"对{BRANCH}罚款20万元，对{BRANCH}行长张小甲警告。",
        [(BRANCH, "罚款", "20", ""), ("张小甲", "警告", "", "")],
    ),
    (
        f"{BANK}、{BRANCH}",
        "",
        f"对{BANK}罚款40万元；对{BRANCH}罚款25万元",
        [(BANK, "罚款", "40", ""), (BRANCH, "罚款", "25", "")],
    ),
    (
        "示例银行股份有限公司\n甲市分行",
        "",
        "罚款40万元",
        [(BANK, "罚款", "40", "")],
    ),
    (f"{BRANCH}（原示例银行股份有限公司甲市南城支行）", "", "警告", [(BRANCH, "警告", "", "")]),
    (BANK, "", "停止接受新业务3个月", [(BANK, "限制开展生产经营活动", "", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("organisation", "person", "content", "shares"), TAKEN)
def test_each_party_gets_its_own_penalty(
    organisation: str, person: str, content: str, shares: list[Share]
) -> None:
    assert shares_of(organisation, person, content) == shares


REFUSED = [
    ("", "", "罚款5万元", "A05"),
    ("张小甲", "", "罚款1万元", "A06"),
    ("", BANK, "罚款1万元", "A06"),
    ("个人姓名示例银行甲市分行", "", "罚款1万元", "A07"),
    (f"示例银行股份有限公司{BRANCH}", "", "罚款1万元", "A07"),
    ("", "张小甲等3人", "警告", "A07"),
    ("", "张小甲 李小乙", "警告", "A07"),
    (BANK, "张小甲", "罚款人民币二万元", "A08"),
    (BANK, "张小甲", "警告", "A08"),
    (BANK, "张小甲", f"对{BANK}罚款10万元。", "A08"),
    (BANK, "张小甲", "罚款10万元；对张小甲警告。", "A08"),
    (BANK, "", f"对{BANK}罚款10万元；对李小乙警告并罚款1万元", "A08"),
    (BANK, "", "对3名责任人员分别罚款5万元", "A08"),
    ("", "张小甲", "对示例保险经纪有限公司罚款20万元；对张小甲罚款2万元", "A08"),
    (BRANCH, "", "对示例银行股份有限公司罚款40万元", "A08"),
    (f"{BANK}、{BRANCH}", "", f"对{BANK}、{BRANCH}罚款合计40万元", "A08"),
    (BANK, "", "罚没合计54.5万元", "A10"),
    (BANK, "", "罚款10万元、20万元，合计50万元", "A10"),
    (BANK, "", "乙银保监罚决字〔2021〕9号罚款13.07万元", "A06"),
]  # fmt: skip


@pytest.mark.parametrize(("organisation", "person", "content", "rule"), REFUSED)
def test_what_is_not_certain_is_refused(
    organisation: str, person: str, content: str, rule: str
) -> None:
    assert shares_of(organisation, person, content) == rule


@pytest.mark.parametrize(
    ("cells", "doubt"),
    [
        ({"CF_JDRQ": "（示例商贸有限公司）"}, ("A06", "CF_JDRQ")),
        ({"CF_WSH": "《示例法》第四十六条"}, ("A06", "CF_WSH")),
        ({"CF_WSH": "2021-03-05"}, ("A06", "CF_WSH")),
        ({"CF_CFJG": "《示例法》第四十六条。"}, ("A06", "CF_CFJG")),
    ],
    ids=[
        "party in the date",
        "law in the number",
        "date in the number",
        "law as authority",
    ],
)
def test_a_shifted_row_is_refused(cells: dict[str, str], doubt: tuple[str, str]) -> None:
    found = records(source_row(organisation=BANK, CF_NR="警告", **cells), SPEC, PENALTY)

    assert isinstance(found, Doubt)
    assert (found.rule, found.field) == doubt


def test_only_the_organisation_keeps_the_legal_representative() -> None:
    row = source_row(
        organisation=BANK,
        person="张小甲",
        CF_FRDB="钱小丁",
        CF_NR=f"对{BANK}警告；对张小甲警告",
    )

    found = records(row, SPEC, PENALTY)

    assert isinstance(found, list)
    assert [each["CF_FRDB"] for each in found] == ["钱小丁", ""]
    assert [each["CF_XDR_LB"] for each in found] == [Category.ORGANISATION, Category.PERSON]
    assert [each["CF_NR"] for each in found] == [f"对{BANK}警告", "对张小甲警告"]


def test_names_are_split_only_where_declared() -> None:
    one = parties_of("", "张小甲、李小乙", Parties())
    two = parties_of("", "张小甲、李小乙", HOW)

    assert isinstance(one, Doubt)
    assert isinstance(two, list)
    assert [party.name for party in two] == ["张小甲", "李小乙"]


@given(
    fine=st.integers(min_value=1, max_value=99_999),
    taken=st.integers(min_value=1, max_value=99_999),
    total=st.booleans(),
)
def test_sums_are_found_whatever_they_are(fine: int, taken: int, *, total: bool) -> None:
    text = f"没收违法所得{taken}元，并处{fine}元罚款" + f"，合计{fine + taken}元" * total

    found = sums_in(text)

    assert found == Sums(fine * money.FEN_PER_YUAN, taken * money.FEN_PER_YUAN)


@given(
    first=st.integers(min_value=1, max_value=900), second=st.integers(min_value=1, max_value=900)
)
def test_a_fine_never_reaches_the_other_party(first: int, second: int) -> None:
    text = f"对{BANK}罚款{first}万元；对张小甲警告并罚款{second}万元"

    shares = shares_of(BANK, "张小甲", text)

    assert not isinstance(shares, str)
    assert [share[2] for share in shares] == [str(first), str(second)]
