"""Every element that is not a name: labelled wordings, and properties over any text."""

import random
import re
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.redaction import ELEMENTS, Subject, redact
from gongshi.redaction.bulk import redact_frame
from gongshi.redaction.folding import as_digits, fold
from tests import redaction_corpus as corpus
from tests import redaction_numbers as numbers
from tests import redaction_reference as reference
from tests.redaction_numbers import Verdict


@pytest.mark.parametrize("name", numbers.FILES)
def test_what_must_vanish_vanishes_and_the_rest_stays(name: str) -> None:
    judged = ((one.text, numbers.judged(one)) for one in numbers.wordings(name))

    assert [(text, verdict) for text, verdict in judged if verdict != Verdict("", "")] == []


@pytest.mark.parametrize("name", numbers.FILES)
def test_every_family_has_many_wordings_and_none_twice(name: str) -> None:
    texts = [(one.family, one.text, one.personal) for one in numbers.wordings(name)]

    assert len(set(texts)) == len(texts)


def identity(rng: random.Random) -> str:
    """Return an identity number in one of the ways in which people write it."""
    number = corpus.identity(rng)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    grouped = [joint.join((number[:6], number[6:14], number[14:])) for joint in " -·"]
    spelled = number.translate(str.maketrans("0123456789", "零一二三四五六七八九"))
    return rng.choice((number, number.lower(), wide, spelled, *grouped))


def card(rng: random.Random) -> str:
    """Return a bank card in one piece or by fours."""
    number = corpus.card(rng)
    fours = re.findall(".{1,4}", number)
    return rng.choice((number, " ".join(fours), "-".join(fours)))


MAKERS: tuple[Callable[[random.Random], str], ...] = (identity, corpus.mobile, card)


BELONGS = frozenset(
    " *…-–—_.·/,~()+¥￥"
    "〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"
    "元万亿千公克吨斤毫升米平立个件瓶盒袋箱支只包台套条份%年第〔[【〈<{〕]】〉>}号码证"
)
"""Characters that, right beside a number, are part of it, or say what it counts or whose it is."""


def touches(character: str) -> bool:
    """Say whether a character beside a number makes another token of both.

    Eighteen digits amid thirty are no identity number, by right: digits and letters that touch a
    number belong to it. So do joints and stars, Chinese numerals, what counts (元, 瓶), and the
    brackets and words of document numbers.
    """
    folded = fold(character).text
    return (
        not folded
        or folded.isspace()
        or folded.isnumeric()
        or (folded.isascii() and folded.isalnum())
        or folded in BELONGS
    )


def with_number(text: str, place: int, number: str) -> str:
    """Return `text` with a number at `place`, without the characters that would touch it."""
    before, after = text[:place], text[place:]
    while before and touches(before[-1]):
        before = before[:-1]
    while after and touches(after[0]):
        after = after[1:]
    return before + number + after


SENTENCES = st.lists(
    st.sampled_from(
        (
            "当事人",
            "于2023年4月5日",
            "在甲市乙区",
            "销售",
            "的过期食品",
            "，",
            "。",
            "；",
            "：",
            "“",
            "”",
            "、",
            "联系",
            "本人",
            "与",
            "至",
            "\n",
            "甲市监罚〔2023〕15号",
            "罚款500元",
            "《食品安全法》第三十四条",
            "其微信",
            "尾随",
            "abc",
            "20瓶",
        )
    ),
    max_size=8,
).map("".join)


@given(st.one_of(SENTENCES, st.text(max_size=40)), st.integers(0, 10**9), st.data())
@settings(max_examples=400)
def test_a_number_set_anywhere_into_any_text_is_found(
    text: str, seed: int, data: st.DataObject
) -> None:
    rng = random.Random(seed)  # noqa: S311  invented values
    number = rng.choice(MAKERS)(rng)
    place = data.draw(st.integers(0, len(text)))

    found = redact(with_number(text, place, number)).text

    assert _digits(number) not in _digits(found)


def _digits(text: str) -> str:
    """Return the digits of a text in any script, numerals included."""
    return re.sub("[^0-9]", "", as_digits(fold(text).text))


PROTECTED: tuple[Callable[[random.Random], str], ...] = (
    lambda rng: f"统一社会信用代码：{corpus.credit_code(rng)}",
    lambda rng: f"甲市监罚〔20{rng.randint(10, 26)}〕{rng.randint(1, 10**11)}号",
    lambda rng: f"（20{rng.randint(10, 26)}）甲01行终{rng.randint(1, 99999)}号",
    lambda rng: f"批号：{rng.randint(10**9, 10**14)}",
    lambda rng: f"条形码69{rng.randint(10**10, 10**11 - 1)}",
    lambda rng: f"食品生产许可证SC1{rng.randint(10**12, 10**13 - 1)}",
    lambda rng: f"国药准字H{rng.randint(10**7, 10**8 - 1)}",
    lambda rng: f"罚款{rng.randint(1, 10**17)}.{rng.randint(10, 99)}元",
    lambda rng: f"罚款{corpus.amount(rng)}",
    lambda rng: f"第{rng.randint(1, 200)}条第{rng.randint(1, 9)}款",
    lambda rng: f"GB {rng.randint(1000, 39999)}-20{rng.randint(10, 26)}",
    lambda rng: f"于{corpus.day(rng)}立案",
)


@given(SENTENCES, st.integers(0, 10**9), SENTENCES)
@settings(max_examples=400)
def test_a_protected_token_survives_byte_for_byte(before: str, seed: int, after: str) -> None:
    rng = random.Random(seed)  # noqa: S311  invented values
    token = rng.choice(PROTECTED)(rng)

    assert token in redact(f"{before}。{token}。{after}").text


WORDINGS = [one.text for name in numbers.FILES for one in numbers.wordings(name)]


def test_no_wording_holds_anything_once_it_is_redacted() -> None:
    redacted = [redact(text).text for text in WORDINGS]

    assert [text for text in redacted if redact(text).spans] == []


@given(st.lists(st.sampled_from(WORDINGS), min_size=1, max_size=3).map("，".join))
@settings(max_examples=300)
def test_redacting_wordings_twice_changes_nothing(text: str) -> None:
    once = redact(text).text

    twice = redact(once)

    assert (twice.text, twice.spans) == (once, ())


def test_the_bulk_engine_is_the_plain_reference_on_every_wording() -> None:
    subject = Subject(hidden=frozenset(ELEMENTS))
    frame = pl.DataFrame({"facts": WORDINGS})

    redacted = redact_frame(frame, ["facts"], lambda _: subject).frame

    plain = [reference.redact_record([text], subject)[0] for text in WORDINGS]
    assert [pair for pair in zip(redacted["facts"], plain, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize(
    "text",
    [
        "投诉人张三13800138000",
        "李四11010519491231002X。",
        "王五11010519491231002X和赵六13800138000",
        "刘一13800138000五次来电",
    ],
)
def test_a_name_that_ends_with_a_numeral_hides_no_number(text: str) -> None:
    assert not re.search("[0-9]{6}", redact(text).text)
