"""Text redaction: what must go goes, what must stay stays, twice is once. Invented data only."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.formats import identity_no, uscc
from gongshi.redaction import ELEMENTS, RULES, Subject, redact, redact_record
from gongshi.redaction.folding import fold
from tests import redaction_corpus as corpus

ID = "11010519491231002X"
OLD_ID = "110105491231002"
CODE = "91110000802100433B"
CODE_LIKE_ID = next(
    number
    for day in range(10, 29)
    for serial in range(1000)
    for first in (f"510105194912{day}{serial:03}",)
    for number in (first + identity_no.check_digit(first),)
    if uscc.is_valid(number)
)
"""A valid identity number that is a valid credit code too."""
CARD = "6222021234567890128"

MASKED = [
    ("身份证号11010519491231002X", "身份证号〔身份证号〕"),
    ("身份证号：11010519491231002x。", "身份证号：〔身份证号〕。"),
    ("110105 19491231 002X", "〔身份证号〕"),
    ("110105-19491231-002X", "〔身份证号〕"),
    ("１１０１０５１９４９１２３１００２Ｘ", "〔身份证号〕"),
    ("1101\u200b05194912\u200b31002X", "〔身份证号〕"),
    ("11010519491231002Х", "〔身份证号〕"),  # Cyrillic
    ("一一零一零五一九四九一二三一零零二X", "〔身份证号〕"),
    ("证件号码110105491231002", "证件号码〔身份证号〕"),
    ("1101051949****002X", "〔身份证号〕"),
    ("110***********002X", "〔身份证号〕"),
    ("税号：11010519491231002X01", "税号：〔身份证号〕"),
    ("身份证11010519491231 0 0 2 X", "身份证〔身份证号〕"),
    ("统一社会信用代码：11010519491231002X", "统一社会信用代码：〔身份证号〕"),
    ("居住证810000199408230021", "居住证〔身份证号〕"),
    ("身份证号110105194912310025", "身份证号〔身份证号〕"),
    ("护照号码E12345678", "护照号码〔证件号码〕"),
    ("港澳居民来往内地通行证H1234567801", "港澳居民来往内地通行证〔证件号码〕"),
    ("身份证尾号1234", "身份证尾号〔证件号码〕"),
    ("手机13800138000", "手机〔手机号〕"),
    ("138-0013-8000", "〔手机号〕"),
    ("138 0013 8000", "〔手机号〕"),
    ("+8613800138000", "〔手机号〕"),
    ("１３８００１３８０００", "〔手机号〕"),
    ("一三八零零一三八零零零", "〔手机号〕"),
    ("138****8000", "〔手机号〕"),
    ("电话0471-1234567", "电话〔电话〕"),
    ("（0471）1234567", "〔电话〕"),
    ("联系电话：1234567", "联系电话：〔电话〕"),
    (f"卡号{CARD}", "卡号〔账号〕"),
    ("6222 0212 3456 7890 128", "〔账号〕"),
    (f"转入{CARD}内", "转入〔账号〕内"),
    ("户名：示例公司，账号：15050123456789", "户名：示例公司，账号：〔账号〕"),
    ("辽A12345", "辽A****5"),
    ("辽A·D12345", "辽A****5"),
    ("zhang.san@mail.example。", "〔邮箱〕。"),
    ("微信号：abc_1234", "微信号：〔网络账号〕"),
    ("QQ12345678", "QQ〔网络账号〕"),
    ("家住甲市乙区示例路1号", "家住甲市乙区某处"),
    ("住址：丙省丁市戊县己镇庚村3组，", "住址：丙省丁市戊县某处，"),
    ("户籍地址为甲市幸福小区3栋", "户籍地址为甲市某处"),
    ("现住示范街道1号楼", "现住某处"),
    ("1990年3月7日出生", "〔出生日期〕出生"),
    ("出生日期：1990-03-07", "出生日期：〔出生日期〕"),
    ("其患有糖尿病", "其患有〔健康信息〕"),
]

KEPT = [
    f"统一社会信用代码：{CODE}",
    f"统一社会信用代码{CODE_LIKE_ID}",
    "甲市监罚〔2023〕13800138000号",
    "甲市监罚字[2023]第15号",
    "批号：13800138000",
    "生产批次20230405123",
    "条码6901234567892",
    "食品生产许可证SC10144010400123",
    "国药准字H20153012",
    "GB 2760-2014",
    "罚款13800元，没收违法所得1,380,013.80元",
    "《食品安全法》第一百二十四条第一款",
    "2023年4月5日至2023-06-05",
    "热线12345、12315",
    "客服电话400-123-4567",
    "张某某系张某1的同事",
    "净含量500克×24瓶",
    "当事人在甲市乙区示例路1号从事餐饮服务",
    "（住所：甲市乙区示例路1号，法定代表人",
    "2023年4月5日生产的食品",
    "本品适用于高血压、糖尿病患者",
    "组织机构代码802100433",
    "注册号150105491231002",
]


@pytest.mark.parametrize(("text", "expected"), MASKED, ids=[text for text, _ in MASKED])
def test_personal_data_is_masked(text: str, expected: str) -> None:
    assert redact(text).text == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_is_public_stays_byte_for_byte(text: str) -> None:
    assert redact(text).text == text


def test_an_unlabelled_number_that_may_be_either_is_taken_for_a_persons() -> None:
    assert redact(f"编码{CODE_LIKE_ID}").text == "编码〔身份证号〕"


def test_a_home_is_cut_only_for_persons() -> None:
    text = "住所：甲市乙区示例路1号"

    assert redact(text).text == text
    assert redact(text, Subject(personal=True)).text == "住所：甲市乙区某处"


def test_spans_are_offsets_of_the_original() -> None:
    text = "电话１３８\u200b０0138000。"

    redacted = redact(text)

    assert [text[span.start : span.end] for span in redacted.spans] == ["１３８\u200b０0138000"]
    assert redacted.text == "电话〔手机号〕。"


def test_a_switched_off_element_stays() -> None:
    shown = Subject(hidden=frozenset(ELEMENTS) - {"plate"})

    assert redact("辽A12345", shown).text == "辽A12345"


def test_every_rule_names_its_source_and_is_an_element() -> None:
    assert all(rule.source and rule.element in ELEMENTS for rule in RULES)


def test_known_party_is_masked_wherever_it_recurs() -> None:
    subject = Subject(masked={"高峰": "高某"})

    texts = redact_record(["当事人高 峰在高峰期销售", "高峰的行为违法，高峰区"], subject)

    assert [each.text for each in texts] == ["当事人高某在高峰期销售", "高某的行为违法，高峰区"]


PIECES = (
    "当事人 证人 张三丰 王五 ， 。 ： 住址 家住 甲市乙区 示例路1号 电话 身份证 13800138000"
    " 138 2023 〔 〕 某 某处 * ** 号 罚款 元 李四 、 和 男 的询问笔录 称 微信 abc_123 @"
    " mail.example 辽A 12345 账号 出生 1990年3月7日 （ ） 在 系 员工 等三人 从 处 欧阳 小明"
    " 公司 患有糖尿病 其 尾号 1234 护照 E12345678 0471-1234567 户名 · 买买提"
)
FRAGMENTS = st.lists(st.sampled_from([ID, " ", *PIECES.split()]), max_size=14).map("".join)


@given(st.one_of(FRAGMENTS, st.text(max_size=60)))
@settings(max_examples=400, deadline=None)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text).text

    assert redact(once).text == once


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 10**6))
@settings(max_examples=300, deadline=None)
def test_an_inserted_number_is_found_anywhere(before: str, after: str, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  invented values
    number = rng.choice((corpus.written_identity, corpus.mobile, corpus.card))(rng)
    text = f"{before}，{number}，{after}"

    found = redact(text)

    assert re.sub(r"\D", "", number)[:11] not in re.sub(r"\D", "", fold(found.text).text)


@given(st.integers(0, 10**6), FRAGMENTS, FRAGMENTS)
@settings(max_examples=200, deadline=None)
def test_protected_tokens_survive(seed: int, before: str, after: str) -> None:
    rng = random.Random(seed)  # noqa: S311  invented values
    token = rng.choice(
        (
            f"统一社会信用代码：{corpus.credit_code(rng)}",
            f"甲市监罚〔2023〕{rng.randint(1, 99999)}号",
            f"批号：{rng.randint(10**9, 10**11)}",
            f"罚款{corpus.amount(rng)}",
        )
    )

    assert token in redact(f"{before}。{token}。{after}").text


def test_hostile_text_takes_no_long_time() -> None:
    for piece in (
        "1",
        "1 ",
        "住址",
        "a",
        "@",
        "张",
        "、张三",
        "*1",
        "(",
        "“",
        "证人",
        "一",
        "患有病、",
        "电话1、",
        "位于甲市",
    ):
        redact(piece * (20_000 // len(piece)))
