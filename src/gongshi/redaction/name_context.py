"""What stands before and after a name, and what speaks against a word in its place.

A sign is a few letters: `b:` before, `a:` after, `w:` a word. Function words are signs of their
own, other words by their kind: they are too many, and texts have others than the templates.
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from gongshi.redaction import grammar, recogniser
from gongshi.redaction.name_form import borne, given_sign
from gongshi.redaction.vocabulary import (
    BRANDS,
    CLOSED,
    EVERYDAY,
    PERSON_ENDINGS,
    SINGLE,
    TRADES,
    any_of,
    characters,
    words,
)

_LONGEST_NAME = 4
_QUOTES = frozenset("“‘\"'《")
_NEAR_BEFORE = 8
_BRAND_BEFORE = re.compile(any_of("before_brands") + r"\Z")


def before(text: str, start: int) -> tuple[str, ...]:  # noqa: PLR0911  one answer a kind of place
    """Return what stands before a name; the first sign is the one that matters most."""
    role = grammar.role_before(text, start)
    last = text[start - 1 : start]
    if role is not None:
        head = "b:loose" if role.loose and not role.label else "b:role"
        return (head, "b=label") if role.label else (head,)
    if last in _QUOTES and last:
        brand = _BRAND_BEFORE.search(text[max(0, start - _NEAR_BEFORE) : start - 1])
        return ("b:quote", "b=brand quoted") if brand else ("b:quote",)
    if not last or last in grammar.BREAKS:
        return ("b:start",)
    if last in "、 ":
        return ("b:list" if last == "、" else "b:blank",)
    if last in _NUMERAL:
        return ("b:count",)
    if last in PERSON_ENDINGS:
        return ("b:person",)
    return (
        "b:brings" if grammar.brings_in(text, start) else "b:other",
        *_word_before(text[max(0, start - _NEAR_BEFORE) : start]),
    )


@lru_cache(maxsize=1 << 16)
def _word_before(head: str) -> tuple[str, ...]:
    """Return the kind of the word that `head` ends with, and whether a brand was spoken of."""
    word = recogniser.word_before(head, len(head))
    signs = [f"b:{recogniser.kind(word)[:1]}"]
    if len(word) == 1 and word in CLOSED:
        signs.append(f"b={word}")
    if _BRAND_BEFORE.search(head):
        signs.append("b=brand")
    return tuple(signs)


FOLLOWERS = (
    ("a:mark", grammar.MARK),
    ("a:list", re.compile("、")),
    ("a:deed", grammar.DEEDS),
    ("a:say", grammar.SAYING),
    ("a:number", re.compile("[0-9]")),
    ("a:hard", grammar.HARD),
    ("a:soft", grammar.SOFT),
)
"""What may stand after a name; the first that does counts."""
OTHER = "a:other"


@cache
def _begun_by(character: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the followers that may begin with a character."""
    never = {sign for sign, starts in _STARTS.items() if character not in starts}
    if "一" <= character <= "龥":
        never |= {"a:list", "a:number", "a:hard"}
    return tuple((sign, pattern) for sign, pattern in FOLLOWERS if sign not in never)


_STARTS = {
    "a:deed": frozenset(word[0] for word in words("deeds")),
    "a:say": frozenset(word[0] for word in words("said_of_persons")),
    "a:soft": characters("particles"),
}


def follower(text: str, end: int) -> str:
    """Return the first of the followers that stands after a name."""
    for sign, pattern in _begun_by(text[end : end + 1]):
        if pattern.match(text, end):
            return sign
    return OTHER


_STREET = re.compile(
    "路(?![过口上边面遇费])|大道|大街|街(?![头边上])|巷(?![口子])|弄|胡同|村(?![民委干里主支])|镇(?!长)|乡(?!长)|社区|小区|花园|大厦|广场|桥(?!上)"
)
_COMPANY = re.compile("[一-龥]{0,2}(?:股份|责任|有限|集团公司|合作社|公司)")
_BRAND_AFTER = re.compile("[”’\"']?(?:注册商标|商标|品牌|牌(?![照号匾子局九])|系列|字样|防伪|[®™])")
_BORN = re.compile("生于(?:19|200|[一-龥]{2})")
_HOME = re.compile("家(?:[中里内门属人]|住|境)")
NO_PART_OF_NAMES = frozenset("vdpcur")
"""Kinds of words that a name of a firm or place seldom goes on with."""


def after(text: str, end: int) -> Iterator[str]:
    """Yield what stands after a name."""
    word = recogniser.word_after(text, end)
    kind = recogniser.kind(word)[:1]
    if grammar.PART_OF_ANOTHER_NAME.match(text, end):
        yield "a:part verb" if kind in NO_PART_OF_NAMES else "a:part"
    elif grammar.PART_OF_A_LONGER_NAME.match(text, end):
        yield "a:far verb" if kind in NO_PART_OF_NAMES else "a:far"
    yield follower(text, end)
    yield from (sign for sign, pattern in OTHERS if pattern.match(text, end))
    trade = next((at for at in _NEAR if trade_at(text, end + at)), None)
    if trade is not None and not _ENDS_A_NAME.search(text[end : end + trade]):
        yield TRADE_SIGNS[trade]
    here = text[end : end + 1]
    if not "一" <= here <= "龥":
        return
    yield f"a:{kind}"
    yield from _words_after(text, end, word)


OTHERS = (
    ("a=street", _STREET),
    ("a=company", _COMPANY),
    ("a=brand", _BRAND_AFTER),
    ("a=home", _HOME),
)


_NEAR = range(4)
TRADE_SIGNS = tuple(f"a=trade{at}" for at in _NEAR)
_ENDS_A_NAME = re.compile(f"[^一-龥]|[{''.join(sorted(CLOSED))}]")


def trade_at(text: str, at: int) -> str:
    """Return the trade that stands at `at`: 火锅, 修车铺."""
    if text[at : at + 1] not in _TRADE_STARTS:
        return ""
    parts = (text[at : at + length] for length in _TRADE_LENGTHS)
    return next((part for part in parts if part in TRADES), "")


_TRADE_STARTS = frozenset(trade[0] for trade in TRADES)
_TRADE_LENGTHS = tuple(sorted({len(trade) for trade in TRADES}, reverse=True))


def _words_after(text: str, end: int, word: str) -> Iterator[str]:
    """Yield what the next word and the one after it say about where a name ends."""
    if word == "生于":
        yield "a=born" if _BORN.match(text, end) else "a=not born"
    next_ = end + max(1, len(word))
    if len(word) <= 1:
        yield f"a=lone {given_sign(text[end])}"
        if grammar.HARD.match(text, next_):
            yield "a=lone end"
        if text[end] in CLOSED:
            yield f"a={text[end]}"


_NUMERAL = frozenset("0123456789一二两三四五六七八九十百几数多每这那该此各半")
_AFTER_SURNAME = frozenset("某姓氏家总工哥姐叔姨婶伯爷妈嫂")


def word_sign(text: str, at: int, end: int) -> str:
    """Return what speaks against a word: a surname seldom stands alone, and a name is no word."""
    if end - at > 1:
        word = text[at:end]
        named = word[0] in SINGLE and len(word) <= _LONGEST_NAME and recogniser.is_name(word)
        plain = word in BRANDS or word[:2] in EVERYDAY
        return f"w:name{len(word)} {borne(word[0])}" if named and not plain else ""
    if (
        text[at] not in SINGLE
        or text[at - 1 : at] in _NUMERAL
        or text[end : end + 1] in _AFTER_SURNAME
        or grammar.PART_OF_A_LONGER_NAME.match(text, end)
    ):
        return "w:other"
    return f"w:{borne(text[at])}"
