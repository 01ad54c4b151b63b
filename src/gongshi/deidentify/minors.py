"""Whether a record punishes somebody under 18: such a record is never published.

Three witnesses: an identity number of the row, a number or birth date in the text, an age or the
word itself said of the party. Where a text speaks of a minor and not clearly of the party, the
place is left for a person to look at; a victim or a child of the party stays unnamed like every
third person.

Source: 浙江省行政处罚结果信息网上公开暂行办法 art. 6; 未成年人保护法 art. 103.
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

from gongshi.formats import identity_no, uscc
from gongshi.formats.text import fold as plain
from gongshi.redaction.folding import fold
from gongshi.redaction.forms import compact

OF_AGE = 18
RULE = "minor"
MASK = "〔年龄〕"
"""What a doubt about an age is called, and what stands there where a person masks it."""

GATE = "岁|未成年|出生|生于|日生|年生|月生|身份证|身份号|[12][0-9 ]{9}"
"""What a text without which nothing is said of an age, for `re` and the Rust engine alike."""

SPOKEN_OF = "岁|未成年"
"""The same for a public text, in which no birth date is left."""

_NUMERALS = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)}
_AGE = r"(?P<age>[0-9]{1,2}|二?十[一二三四五六七八九]?|[一二三四五六七八九])\s?周?岁"
_DAY = (
    r"(?P<year>(?:19|20)[0-9]{2})\s?[年\-/.]\s?(?P<month>[0-9]{1,2})"
    r"(?:\s?[月\-/.]\s?(?P<day>[0-9]{1,2}))?\s?[日号月]?"
)
_BORN_ON = rf"{_DAY}\s?(?:出生|生(?![产活效意命]))"
_BORN = rf"(?:出生(?:日期|年月日?|于)?|生日|生于)\s?[:：为是]?\s?{_DAY}"
_NUMBER = r"(?P<number>(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9*]{9}[0-9Xx*](?![0-9]))"
_UNDER = r"(?:[未不]满|不足|未到|不到)\s?(?:18|十八)\s?周?岁"

_BIRTHS = (re.compile(_BORN_ON), re.compile(_BORN))
_NUMBERS = re.compile(_NUMBER)
_AGES = re.compile(_AGE)
_WORDS = re.compile(rf"{_UNDER}|(?<![向对给])未成年(?!人?保护)")
_ALWAYS = re.compile(
    rf"已?满\s?(?:14|十四)\s?周?岁\s?[,，、]?\s?(?:但|且)?{_UNDER}的?(?!.{{0,4}}(?:女|被害|受害))"
)

_ROLES = r"当事人|[被受]处罚人|违法(?:行为|嫌疑)?人|行为人|嫌疑人|本人|其"
_TRADER_ROLES = r"经营者|业主|负责人"
_LINK = (
    r"(?:[，,、:：；;（()）\s]|[系为是][一-龥]{2,12}学生|男|女|性别|[一-龥]{1,4}族|系|为|是|属|现年|时年|年龄|年仅|今年|当时|仅|刚?满|已满|在?"
    r"(?:案发|事发|违法|作案|行为)时|实施违法行为时|公民|居民|身份证?(?:件)?(?:号码?)?|号码|证件|尚|还|[0-9Xx*]{15,18})"
)
_SOMEBODY_ELSE = re.compile(
    "证人|[被受]害人|伤者|死者|[之其的]子|[之其的]女|儿子|女儿|孩子|子女|学生|消费者|顾客|购买|投诉|举报|店员|员工|雇|"
    "招用|幼儿|儿童|患者|乘客|家长|监护|弟|妹|向|名"
)
_SENTENCE = re.compile("[。；;\n]")
_AROUND = 40
_PREFIX = re.compile(r"[1-9][0-9]{5}((?:19|20)[0-9]{2})([0-9*×X＊]{2})([0-9*×X＊]{2})")
_LENGTH, _OLD_LENGTH = 18, 15


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a record punishes: names, and whether it is a sole trader, whose operator counts."""

    names: tuple[str, ...]
    trader: bool = False


class _Subject:
    """The pattern of a party's name or role, and what may stand between it and an age.

    Compiled where an age or a birth date is found at all: hardly ever.
    """

    def __init__(self, party: Party) -> None:
        self._party = party

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, to be searched in what stands before an age."""
        names = [r"\s?".join(map(re.escape, compact(name))) for name in self._party.names if name]
        roles = [_ROLES, _TRADER_ROLES] if self._party.trader else [_ROLES]
        birth = re.sub(r"\?P<\w+>", "?:", _DAY) + r"\s?(?:出生|生)?"
        return re.compile(rf"(?:{'|'.join([*names, *roles])})(?:{_LINK}|{birth})*$")


def is_minor(number: str, day: str | None) -> bool:
    """Say whether the person with this identity number was under 18 on `day` (ISO).

    What is starred or impossible in the birth date is taken for the latest possible.

    >>> is_minor("110105201001010015", "2023-05-01"), is_minor("无", "2023-05-01")
    (True, False)
    >>> is_minor("1101052010****0015", "2023-05-01"), is_minor("110105201013320015", "2023-05-01")
    (True, True)
    """
    dense = re.sub(r"[\s\-]", "", plain(number)).upper()
    if len(dense) == _OLD_LENGTH:
        dense = f"{dense[:6]}19{dense[6:]}X"
    found = _PREFIX.match(dense)
    is_code = uscc.is_valid(dense) and not identity_no.is_valid(dense)
    if not found or len(dense) != _LENGTH or is_code:
        return False
    return _under(tuple(found.groups()), day)


def is_told(texts: Iterable[str], party: Party, day: str | None) -> bool:
    """Say whether the texts of a record say that its party was under 18 on `day`."""
    subject = _Subject(party)
    return any(_is_told(fold(text).text, subject, day) for text in texts if text)


def left(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of a public text that speak of a minor, whoever that is."""
    folded = fold(text)
    for start, end in sorted({*_said(folded.text)}):
        yield folded.original(start, end)


def _said(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of ages below 18, and of words for it."""
    yield from _ages(text)
    yield from (match.span() for match in _WORDS.finditer(text))


def _is_told(text: str, subject: _Subject, day: str | None) -> bool:
    if _ALWAYS.search(text):
        return True
    if any(_is_of(text, start, subject) for start, _ in _said(text)):
        return True
    return any(
        _is_of(text, start, subject) or not _is_of_another(text, start)
        for start in _born(text, day)
    )


def _ages(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of ages below 18."""
    for match in _AGES.finditer(text):
        age = match["age"]
        years = int(age) if age.isascii() else _read(age)
        if years < OF_AGE and not re.match("以[上下]|及以", text[match.end() :]):
            yield match.span()


def _born(text: str, day: str | None) -> Iterator[int]:
    """Yield where a birth date or an identity number of a person under 18 stands."""
    for match in chain.from_iterable(pattern.finditer(text) for pattern in _BIRTHS):
        if _under(match.group("year", "month", "day"), day):
            yield match.start()
    for match in _NUMBERS.finditer(text):
        if is_minor(match["number"], day):
            yield match.start()


def _is_of(text: str, place: int, subject: _Subject) -> bool:
    """Say whether what stands at a place is said of the party, with nobody else between."""
    return subject.pattern.search(text[max(place - _AROUND, 0) : place]) is not None


def _is_of_another(text: str, place: int) -> bool:
    """Say whether the sentence before a place speaks of somebody else."""
    before = _SENTENCE.split(text[max(place - _AROUND, 0) : place])[-1]
    return _SOMEBODY_ELSE.search(before) is not None


def _under(born: Sequence[str | None], day: str | None) -> bool:
    """Say whether somebody born on year, month and day, as far as known, was a minor on `day`."""
    if not day or not born[0]:
        return False
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return False
    year, month, of_month = int(born[0]), _number(born[1], 12), _number(born[2], 31)
    if year > on.year:
        return False
    return on.year - year - ((on.month, on.day) < (month, of_month)) < OF_AGE


def _number(text: str | None, most: int) -> int:
    """Return a month or a day; the last one where it is unknown or impossible."""
    known = text is not None and text.isascii() and text.isdigit() and 1 <= int(text) <= most
    return int(text or 0) if known else most


def _read(words: str) -> int:
    """Return a small Chinese numeral.

    >>> _read("十七"), _read("二十"), _read("九")
    (17, 20, 9)
    """
    tens, _, ones = words.rpartition("十")
    if "十" not in words:
        return _NUMERALS[words]
    return 10 * _NUMERALS.get(tens, 1) + _NUMERALS.get(ones, 0)
