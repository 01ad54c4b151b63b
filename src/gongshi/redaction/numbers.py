"""Finders for numbers that name a person: identity numbers, permits, phones, cards, plates.

Each takes folded text and yields `(start, end, doubtful)` in it. They lean to finding too much:
an identity number with a wrong check character is a misprinted identity number, not something
else. What must stay is protected first (`protection`).

Sources: GB 11643-1999 (identity numbers), 国发〔2014〕6号 commentary and SAIC Order 71 art. 6
(identity numbers, contact details, bank accounts are not published), ISO/IEC 7812 (Luhn),
GA 36-2018 (plates, from memory), the numbering plan for telephones (from memory).
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterator
from datetime import date

from gongshi.formats import identity_no, uscc
from gongshi.redaction.protection import (
    is_credit_code,
    labelled_as_code,
    numbered_things,
    protected,
)
from gongshi.redaction.spans import overlaps

Found = tuple[int, int, bool]

_J = r"[\s\-–—_.]{0,2}"
_ID18 = re.compile(
    rf"(?=(?P<number>(?<![0-9])[1-9](?:{_J}[0-9]){{16}}{_J}(?:[Xx]|[0-9](?=(?:[0-9]{{2}})?(?![0-9])))))"
)
_TAX_TAIL = re.compile(r"[0-9]{2}(?![0-9])")
_ID15 = re.compile(r"(?<![0-9A-Za-z])[1-8](?:[\s\-]?[0-9]){14}(?![0-9A-Za-z])")
_STARRED = re.compile(r"(?<![0-9A-Za-z*])[0-9][0-9]*[*]{2,}[0-9*]*[0-9Xx*](?![0-9A-Za-z])")
_SEPARATOR = re.compile(r"[^0-9Xx]")
_ID_LABEL = re.compile(
    r"(?:身份证(?:件)?|公民身份|身份号|(?<!许可)(?<!可证)证件号?|护照|通行证|台胞证|回乡证|居住证|居留证|居留许可|军官证|士兵证"
    r"|驾驶证|驾照|社保卡|社会保障卡?|学生证)(?:号码|编号|号)?[^0-9A-Za-z*\n，。；,;〔〕]{0,8}"
    r"(?P<number>[A-Za-z]{0,3}[0-9*](?:[ \-]?[0-9A-Za-z*]){5,20})"
)
_TAIL = re.compile(
    r"(?:身份证|证件|手机|电话|银行卡|卡号|账号|帐号|账户)[^0-9\n，。；〔〕]{0,6}(?:尾号|后[三四五六]位|末[三四五六]位)"
    r"[^0-9A-Za-z\n，。；〔〕]{0,4}(?P<number>[0-9Xx]{3,6})(?![0-9])"
)
_DATE_LIKE = re.compile(
    r"(?:19|20)[0-9]{2}[\-年./]?(?:0?[1-9]|1[0-2])[\-月./]?(?:0?[1-9]|[12][0-9]|3[01])日?$"
)
_LEAST_LABELLED = 6
_STARRED_LENGTHS = frozenset({15, 17, 18, 19, 20})

_MOBILE = re.compile(
    r"(?<![0-9])(?:(?:\+?86|0086)[\s\-]?|0)?"
    r"(?:1[3-9][0-9][\s\-–—_.]{0,2}[0-9]{4}[\s\-–—_.]{0,2}[0-9]{4}|1[3-9][0-9]{2}[\s\-.][0-9]{3}[\s\-.][0-9]{4}"
    r"|1[3-9][0-9][\s\-.][0-9]{3}[\s\-.][0-9]{5}|1[3-9](?:[\s\-.][0-9]{3}){3}|1(?:[\s\-.][0-9]){10}"
    r"|1[3-9][0-9]{3}[\s\-.][0-9]{6})(?![0-9])"
)
_STARRED_MOBILE = re.compile(r"1[3-9][0-9*]{9}")
_LANDLINE = re.compile(
    r"(?<![0-9.])(?:\(0[1-9][0-9]{1,2}\)\s?[0-9]{7,8}|0[1-9][0-9]{1,2}[\s\-–—]{1,2}[0-9]{7,8})(?:[\-转][0-9]{1,6})?(?![0-9])"
)
_PHONE_LABEL = re.compile(
    r"(?:电话|手机|联系方式|联系号码|传真|座机|TEL|Tel|tel|热线)(?:号码|号|机)?[^0-9A-Za-z\n，。；,;〔〕]{0,8}"
    r"(?P<number>\(?\+?[0-9](?:[\s\-.)]{0,2}[0-9*]){6,14})"
)
_HOTLINE = re.compile(r"(?:400|800|95[0-9]|96[0-9]|12[0-9]{3}$)")

_CARD = re.compile(
    r"(?=(?P<number>(?<![0-9A-Za-z])(?:6[025]|9[0-9]|4|5[0-9]|3[4-7])(?:[ \-]?[0-9]){13,18})"
    r"(?![0-9A-Za-z]))"
)
_CARD_LENGTHS = range(16, 20)
_SHORT_CARD = re.compile("3[47][0-9]{13}")
_ACCOUNT = re.compile(
    r"(?:账号|帐号|账户|帐户|卡号|银行卡|信用卡|储蓄卡|借记卡|开户行|收款码|对公户)[^0-9\n。；;〔〕]{0,20}?"
    r"(?P<number>[0-9](?:[ \-]{0,2}[0-9*]){8,29})(?!\.?[0-9]*\s?(?:元|万|%|年))"
)
_NUMBER_OF_ACCOUNT = re.compile(
    r"(?<![0-9A-Za-z])(?P<number>[0-9](?:[ \-]?[0-9*]){9,24})"
    r"(?=\s?(?:的|号|这个)?(?:账户|帐户|账号|帐号|银行卡|卡内|卡中))"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z][·•.\- ]?"
    r"[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳试超](?![A-Za-z0-9])"
)
_DIGIT = re.compile(r"[0-9]")


def identity_numbers(text: str) -> Iterator[Found]:
    """Yield identity numbers of 18 and 15 digits in any spelling, whole or starred by the source.

    A number of 20 digits that begins with one is the old tax number of a person.
    """
    yield from _modern(text)
    for match in _ID15.finditer(text):
        number = _SEPARATOR.sub("", match[0])
        if identity_no.is_valid(number) and not overlaps(*match.span(), protected(text)):
            yield *match.span(), True
    for match in _STARRED.finditer(text):
        if len(match[0]) in _STARRED_LENGTHS and match[0][0] != "9":
            yield *match.span(), False


def _modern(text: str) -> Iterator[Found]:
    """Yield identity numbers of 18 characters; every digit that can begin one is tried."""
    for match in _ID18.finditer(text):
        start, end = match.span("number")
        number = _SEPARATOR.sub("", match["number"]).upper()
        if identity_no.is_valid(number) or identity_no.is_foreign_permit(number):
            if not is_credit_code(text, start, end):
                tail = _TAX_TAIL.match(text, end)
                yield start, tail.end() if tail else end, False
        elif match["number"].upper() == number and _misprint(text, start, end):
            yield start, end, True


def permits(text: str) -> Iterator[Found]:
    """Yield what stands after 身份证, 护照, 通行证 and the like, and tail digits of any number."""
    for match in _ID_LABEL.finditer(text):
        number = match["number"]
        if len(_DIGIT.findall(number)) + number.count("*") < _LEAST_LABELLED:
            continue
        if not _DATE_LIKE.match(number):
            yield *match.span("number"), False
    for match in _TAIL.finditer(text):
        yield *match.span("number"), False


def mobiles(text: str) -> Iterator[Found]:
    """Yield mobile numbers, with country code, grouped, or starred by the source."""
    safe = protected(text)
    for match in _MOBILE.finditer(text):
        if not overlaps(*match.span(), safe):
            yield *match.span(), False
    for match in _STARRED.finditer(text):
        if _STARRED_MOBILE.fullmatch(match[0]):
            yield *match.span(), False


def landlines(text: str) -> Iterator[Found]:
    """Yield landline numbers, and any number after 电话 that is no public hotline."""
    safe = protected(text)
    for match in _LANDLINE.finditer(text):
        if not overlaps(*match.span(), safe):
            yield *match.span(), False
    things = numbered_things(text)  # 手机壳(批号:20260720): the nearer label holds
    for match in _PHONE_LABEL.finditer(text):
        if not _HOTLINE.match(match["number"]) and not overlaps(*match.span("number"), things):
            yield *match.span("number"), False


def accounts(text: str) -> Iterator[Found]:
    """Yield bank cards by their check digit, and any account number after its label."""
    safe = protected(text)
    for match in _CARD.finditer(text):
        digits, span = re.sub(r"[ \-]", "", match["number"]), match.span("number")
        if is_card(digits) and not overlaps(*span, safe):
            yield *span, False
    for match in _ACCOUNT.finditer(text):
        if not labelled_as_code(text, match.start("number")):
            yield *match.span("number"), False
    for match in _NUMBER_OF_ACCOUNT.finditer(text):
        yield *match.span("number"), False


def plates(text: str) -> Iterator[Found]:
    """Yield number plates of vehicles."""
    for match in _PLATE.finditer(text):
        yield *match.span(), False


def is_card(digits: str) -> bool:
    """Say whether digits have the length and the check digit of a bank card.

    >>> is_card("6222021234567890128"), is_card("440301102600014")
    (True, False)
    """
    length = len(digits) in _CARD_LENGTHS or _SHORT_CARD.fullmatch(digits) is not None
    return length and luhn(digits)


def luhn(digits: str) -> bool:
    """Say whether the digits pass the check of ISO/IEC 7812.

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 * (n > 9) for n in doubled)) % 10 == 0  # noqa: PLR2004  two digits


def _misprint(text: str, start: int, end: int) -> bool:
    """Say whether 18 characters in one piece are an identity number with a wrong character."""
    number = text[start:end].upper()
    if uscc.is_valid(number) or labelled_as_code(text, start) or text[end : end + 1].isdigit():
        return False
    if overlaps(start, end, protected(text)):
        return False
    return number[0] in "12345678" and _is_day(number[6:14])


def _is_day(digits: str) -> bool:
    """Say whether eight digits are a day in the lifetime of a living person."""
    try:
        return (
            date(1900, 1, 1)
            <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
            <= date(2099, 12, 31)
        )
    except ValueError:
        return False
