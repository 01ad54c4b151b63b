"""The value formats: tables of cases, and properties that hold for any text."""

import random
from datetime import date

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongshi.errors import FormatError
from gongshi.formats import (
    day,
    doc_no,
    identity_no,
    kinds,
    money,
    organisation_code,
    registration_no,
    text,
    uscc,
)

CODES = st.text(uscc.ALPHABET, min_size=17, max_size=17)


@given(st.text())
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = text.clean(raw)

    assert text.clean(once) == once


@given(st.text())
def test_folding_twice_changes_nothing(raw: str) -> None:
    once = text.fold(raw)

    assert text.fold(once) == once


def test_clean_text_has_no_lone_surrogate() -> None:
    assert text.clean("甲\ud800乙") == "甲乙"


@given(CODES)
def test_every_symbol_may_stand_in_every_place_of_a_uscc(body: str) -> None:
    code = body + uscc.check_digit(body)

    assert uscc.is_valid(code) or code == "0" * 18


@given(CODES, st.integers(0, 16), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_symbol_in_a_uscc_is_always_found(body: str, place: int, symbol: str) -> None:
    wrong = body[:place] + symbol + body[place + 1 :]

    assert not uscc.is_valid(wrong + uscc.check_digit(body)) or wrong == body


@pytest.mark.parametrize(
    "code",
    [
        "", "9", "91110000802100433", "91110000802100433b", "0" * 18, uscc.PLACEHOLDER,
        "9111000080210043\uff13B", "I1110000802100433B",
    ],
)  # fmt: skip
def test_no_uscc(code: str) -> None:
    assert not uscc.is_valid(code)


@pytest.mark.parametrize(
    ("cell", "damaged"),
    [
        ("9.11101E+17", True),
        ("9.11E+17", True),
        ("9e17", True),
        ("911101085513850000", True),
        ("911101085513850001", False),
        ("91110108551385082Q", False),
        ("9.11E+03", False),
    ],
)
def test_what_a_spreadsheet_leaves_of_a_code(cell: str, *, damaged: bool) -> None:
    assert uscc.is_damaged(cell) is damaged


@pytest.mark.parametrize(
    ("module", "alphabet", "length"),
    [
        (uscc, uscc.ALPHABET, 18),
        (organisation_code, "0123456789ABCMXYZ", 9),
        (registration_no, "0123456789", 15),
        (identity_no, "0123456789", 18),
    ],
    ids=["uscc", "organisation_code", "registration_no", "identity_no"],
)
def test_a_column_is_judged_as_its_cells_are(module: object, alphabet: str, length: int) -> None:
    rng = random.Random(1)  # noqa: S311
    bodies = ["".join(rng.choices(alphabet, k=length - 1)) for _ in range(3000)]
    if module is identity_no:
        bodies = [f"11{body[2:6]}{rng.randint(1840, 2030)}12{body[12:]}" for body in bodies]
    good = [body + module.check_digit(body) for body in bodies]  # type: ignore[attr-defined]
    bad = [code[:-1] + rng.choice(alphabet + "甲-") for code in good]
    column = pl.Series([*good, *bad, "", "x", "甲" * 6, None])

    mask = module.valid_mask(column)  # type: ignore[attr-defined]

    expected = [bool(code) and module.is_valid(code) for code in column]  # type: ignore[attr-defined]
    assert mask.to_list() == expected
    assert 0 < mask.sum() < len(column)


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", False),
        ("440524188001010014", True),
        ("110105194913310021", False),
        ("110105491231002", True),
        ("110105491331002", False),
        ("810000199408230021", True),
        ("000000194912310021", False),
    ],
)
def test_identity_numbers(number: str, *, valid: bool) -> None:
    assert identity_no.is_valid(number) is valid


def test_a_birth_date_to_come_is_refused_where_the_day_is_known() -> None:
    body = "11990020300101001"
    number = body + identity_no.check_digit(body)

    assert identity_no.is_valid(number)
    assert not identity_no.is_valid(number, today=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("number", "valid"), [("ABC110012345678", True), ("AB110012345678", False)]
)
def test_foreign_permits(number: str, *, valid: bool) -> None:
    assert identity_no.is_foreign_permit(number) is valid


def test_a_foreign_permit_of_18_characters_has_a_check_digit() -> None:
    body = "91111119900101001"

    assert identity_no.is_foreign_permit(body + identity_no.check_digit(body))
    assert not identity_no.is_foreign_permit(body + "Y")


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("0.2", 200_000),
        ("20", 20_000_000),
        ("0.000001", 1),
        ("0", 0),
        ("999999999999", 10**18 - 10**6),
    ],
)
def test_amounts_in_wan(cell: str, fen: int) -> None:
    assert money.parse_wan(cell) == fen


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-1",
        "+1",
        "1e3",
        "1_000",
        "1,000",
        "0.0000001",
        ".5",
        "5.",
        " 5",
        "一万",
        "NaN",
        "1" * 13,
    ],
)
def test_no_amount_in_wan(cell: str) -> None:
    with pytest.raises(FormatError, match="不是以万元为单位的金额"):
        money.parse_wan(cell)


@given(st.integers(0, 10**18 - 1))
def test_an_amount_is_read_as_it_was_written(fen: int) -> None:
    assert money.parse_wan(money.format_wan(fen)) == fen


_TWENTY_WAN = (
    "罚款20万元",
    "罚款二十万元",
    "罚款贰拾万元整",
    "罚款200000元",
    "罚款20万",
    "罚款人民币20万。",
)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        *((sum_, [(20_000_000, "fine")]) for sum_ in _TWENTY_WAN),
        ("罚款13.07万元", [(13_070_000, "fine")]),
        ("处以1,000元罚款", [(100_000, "fine")]),
        ("处5千元的罚款", [(500_000, "fine")]),
        ("罚款1.2亿元", [(12_000_000_000, "fine")]),
        (
            "没收违法所得1亿2000万元，罚款3万5千元",
            [(12_000_000_000, "confiscated"), (3_500_000, "fine")],
        ),
        ("罚款2 000元", [(200_000, "fine")]),
        ("罚款壹仟贰佰叁拾肆元伍角陆分", [(123_456, "fine")]),
        ("罚款\uff11\uff10\uff0e\uff15万元", [(10_500_000, "fine")]),
        ("罚款两万元", [(2_000_000, "fine")]),
        ("罚款十万零五百元", [(10_050_000, "fine")]),
        ("没收违法所得500元、300元", [(50_000, "confiscated"), (30_000, "confiscated")]),
        ("货值20万元", [(20_000_000, "other")]),
        ("罚款20余万元", []),
        ("罚款20万美元", []),
        ("每件5元/件", []),
        ("二〇二三年四月五日", []),
        ("第十万元", []),
        ("警告", []),
    ],
)  # fmt: skip
def test_sums_in_a_text(sentence: str, expected: list[tuple[int, str]]) -> None:
    found = [(amount.fen, amount.kind) for amount in money.amounts_in(sentence)]

    assert found == expected


def test_a_sum_stands_where_it_says() -> None:
    sentence = "依法没收违法所得\uff13\uff0e\uff15万元，并处罚款贰拾万元整。"

    written = [sentence[amount.start : amount.end] for amount in money.amounts_in(sentence)]

    assert written == ["\uff13\uff0e\uff15万元", "贰拾万元"]


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_are_read_back(yuan: int) -> None:
    assert [amount.fen for amount in money.amounts_in(f"{_numeral(yuan)}元")] == [yuan * 100]


def _numeral(number: int) -> str:
    """Return a number below 亿 in Chinese, by the school rule."""
    high, low = divmod(number, 10_000)
    gap = "零" if high and low and low < 1000 else ""
    return (_four(high) + "万" if high else "") + gap + _four(low)


def _four(number: int) -> str:
    digits = f"{number:04}"
    words = ""
    for digit, unit in zip(digits, "千百十 ", strict=True):
        if digit != "0":
            words += "零一二三四五六七八九"[int(digit)] + unit.strip()
        elif words and not words.endswith("零") and int(digits[digits.index(digit) :] or 0):
            words += "零"
    return words.rstrip("零")


@given(st.text(alphabet="罚款没收0123456789.,万亿千百十元角分一二三壹贰 余美/第", max_size=30))
def test_any_text_can_be_searched_for_sums(sentence: str) -> None:
    for amount in money.amounts_in(sentence):
        assert amount.fen >= 0
        assert 0 <= amount.start < amount.end <= len(sentence)


@pytest.mark.parametrize(
    "cell",
    [
        "2023-04-05", "2023-4-5", "2023/4/5", "2023.4.5", "20230405", "2023年4月5日",
        "2023年04月05号", "２０２３年４月５日", " 2023 年 4 月 5 日 ", "2023-04-05 00:00:00",
        "2023/4/5 8:30", "2023-04-05T00:00:00", "二〇二三年四月五日", "二零二三年四月五日",
    ],
)  # fmt: skip
def test_days(cell: str) -> None:
    assert day.parse(cell) == date(2023, 4, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "23-4-5",
        "2023-13-01",
        "2023-02-30",
        "2023-4",
        "2023-4/5",
        "45021",
        "见决定书",
        "二三年四月五日",
    ],
)
def test_no_day(cell: str) -> None:
    with pytest.raises(FormatError, match="不是有效日期"):
        day.parse(cell)


@given(st.dates(date(1900, 3, 1), date(2100, 12, 31)))
def test_days_are_read_back_from_any_form(each: date) -> None:
    forms = (
        "{0}-{1}-{2}",
        "{0}/{1}/{2}",
        "{0}.{1:02}.{2:02}",
        "{0}年{1}月{2}日",
        "{0}{1:02}{2:02}",
    )

    for form in forms:
        assert day.parse(form.format(each.year, each.month, each.day)) == each
    assert day.from_serial((each - date(1899, 12, 30)).days) == each


@pytest.mark.parametrize("serial", [-1, 0, 60, 3_000_000])
def test_no_serial(serial: int) -> None:
    with pytest.raises(FormatError, match="不是日期序列号"):
        day.from_serial(serial)


@pytest.mark.parametrize(
    "cell",
    [
        "甲市监罚字〔2023〕1号", "甲市监罚字[2023]1号", "甲市监罚字（2023）1号",
        "甲市监罚字【2023】１号", "甲市监罚字 (2023) 1 号", "（甲市监罚字〔2023〕1号）",
        "甲市监罚字\uff3b2023\uff3d1号",
    ],
)  # fmt: skip
def test_one_document_number_has_one_key(cell: str) -> None:
    assert doc_no.key(cell) == "甲市监罚字〔2023〕1号"
    assert doc_no.has_usual_shape(cell)


@pytest.mark.parametrize("cell", ["", "2023-1", "甲罚2023第1号", "甲罚〔2023〕1"])
def test_unusual_document_numbers(cell: str) -> None:
    assert not doc_no.has_usual_shape(cell)


@given(st.text())
@example("ı˘")
def test_the_key_of_a_key_is_the_key(cell: str) -> None:
    assert doc_no.key(doc_no.key(cell)) == doc_no.key(cell)


@pytest.mark.parametrize(
    ("cell", "tokens", "codes"),
    [
        ("罚款", ("罚款",), ("P03",)),
        ("警告;罚款", ("警告", "罚款"), ("P01", "P03")),
        ("警告； 罚款；", ("警告", "罚款"), ("P01", "P03")),
        ("罚款、没收违法所得", ("罚款", "没收违法所得"), ("P03", "P04")),
        ("没收违法所得、没收非法财物", ("没收违法所得、没收非法财物",), ("P04", "P05")),
        ("暂扣或者吊销执照", ("暂扣或者吊销执照",), ("P06", "P08")),
        ("其他-责令改正，赔偿", ("其他-责令改正，赔偿",), ("P99",)),
        ("批评教育", ("批评教育",), ("P99",)),
        ("", (), ()),
    ],
)
def test_kinds_in_a_cell(cell: str, tokens: tuple[str, ...], codes: tuple[str, ...]) -> None:
    assert kinds.split(cell) == tokens
    assert kinds.codes(cell) == codes


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("警告，并处罚款2000元", ("警告", "罚款")),
        ("没收违法所得500元，没收侵权服装10件", ("没收违法所得", "没收非法财物")),
        ("吊销营业执照", ("吊销许可证件",)),
        ("责令停产停业三个月", ("责令停产停业",)),
        ("禁止从事银行业工作5年", ("限制从业",)),
        ("依据《行政处罚法》第九条关于警告、罚款的规定，决定吊销许可证", ("吊销许可证件",)),
        ("罚款500元。逾期不缴纳的，每日按罚款数额的3%加处罚款；再犯的将依法吊销许可证", ("罚款",)),
        ("不予处罚", ()),
    ],
)
def test_kinds_that_a_text_decides(sentence: str, labels: tuple[str, ...]) -> None:
    assert kinds.in_text(sentence) == labels
