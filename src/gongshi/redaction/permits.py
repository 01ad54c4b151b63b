"""Finders for numbers that a word announces as a person's: 身份证, 护照, 驾驶证; tails of numbers.

Each takes folded text and yields `(start, end, doubtful)` in it. The number of an enforcement
card (执法证) belongs to an office and stays; so do the numbers of licences.

Source: SAIC Order 71 art. 6; the forms of the documents from memory.
"""

import re
from collections.abc import Iterator

from gongshi.redaction.protection import DATE_LIKE

Found = tuple[int, int, bool]

LABELS = (
    "身份证(?:件)?|公民身份|身份号|(?<!许可)(?<!可证)(?<!执法)(?<!法证)(?<!执照)证件(?:号|编号)|护照|通行证|台胞证|回乡证|居住证|居留证|居留许可"
    "|军官证|士兵证|军人证|警官证|海员证|残疾人?证|户口[簿本]|出生医学证明|优待证|从业资格证|驾驶证|驾照|港澳居民|[Pp]assport|PASSPORT"
    "|社保卡|社会保障(?:卡|号码?)|医保卡|学生证|(?<![A-Za-z])(?:sfzh?|SFZH?)"
)
_NUMBER = r"(?:[A-Za-z]{1,3} ?)?[0-9*](?:[ \-]?[0-9A-Za-z*…]){5,20}|[一-龥]{1,2}字第?[0-9]{4,9}号?"
_LABELLED = re.compile(
    rf"(?:{LABELS})(?:[,，](?:号码|证号)|档案编号|号码|编号|号)?(?:\s?(?:No|NO)\.?)?[^0-9A-Za-z*\n，。；,;〔〕]{{0,8}}?"
    rf"(?:ID\s?)?(?P<number>{_NUMBER})"
)
_NEXT = re.compile(
    r"[、/或和及;,]\s?(?P<number>[A-Za-z]{0,3}[0-9]{6,18}[Xx]?)(?![0-9A-Za-z年月日元])"
)
_WHOSE = "身份证|证件|手机|电话|银行卡|储蓄卡|信用卡|卡|卡号|账号|帐号|账户|帐户"
_TAIL_WORD = "(?:尾[号数]|[前后末]尾?[三四五六3-6]位)"
_TAIL = re.compile(
    rf"(?:{_WHOSE})[^0-9\n，,。；;〔〕]{{0,6}}{_TAIL_WORD}"
    r"[^0-9A-Za-z\n，,。；;〔〕]{0,4}(?P<number>[0-9Xx]{3,6})(?![0-9])"
)
_TAIL_FIRST = re.compile(
    rf"{_TAIL_WORD}[^0-9A-Za-z\n，,。；;〔〕]{{0,3}}(?P<number>[0-9Xx]{{3,6}})[^0-9\n，,。；;〔〕]{{0,4}}?(?:{_WHOSE})"
)
_TAIL_ALONE = re.compile(r"(?:尾号[为是:]?\s?|卡\()(?P<number>[0-9]{4})(?![0-9年])")
_BEFORE = re.compile(
    r"(?<![0-9A-Za-z])(?P<number>[A-Za-z]{1,2}[0-9]{7,10})(?=号?的?(?:护照|通行证|台胞证))"
)
_DIGIT = re.compile(r"[0-9*]")
_LEAST_DIGITS = 6


def permits(text: str) -> Iterator[Found]:
    """Yield what stands after 身份证, 护照, 通行证 and the like, and tail digits of any number."""
    for match in _LABELLED.finditer(text):
        number = match["number"]
        if _is_long(number) and not DATE_LIKE.match(number):
            yield *match.span("number"), False
            yield from _listed(text, match.end())
    for pattern in (_TAIL, _TAIL_FIRST, _TAIL_ALONE, _BEFORE):
        for match in pattern.finditer(text):
            yield *match.span("number"), False


def _is_long(number: str) -> bool:
    """Say whether a number has digits enough for a document of a person."""
    return len(_DIGIT.findall(number)) >= _LEAST_DIGITS or "字" in number


def _listed(text: str, end: int) -> Iterator[Found]:
    """Yield the numbers that follow one after 、."""
    while match := _NEXT.match(text, end):
        yield *match.span("number"), False
        end = match.end()
