"""Finders for identity numbers, and for bank cards and accounts.

Each takes folded text and yields `(start, end, doubtful)` in it. They lean to finding too much:
an identity number with a wrong check character is a misprinted identity number, not something
else. What must stay is protected first (`protection`).

Sources: GB 11643-1999 (identity numbers), 国发〔2014〕6号 commentary and SAIC Order 71 art. 6
(identity numbers, contact details, bank accounts are not published), ISO/IEC 7812 (Luhn).
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterator
from datetime import date

from gongshi.formats import identity_no, uscc
from gongshi.redaction.protection import is_credit_code, labelled_as_code, protected
from gongshi.redaction.spans import overlaps

Found = tuple[int, int, bool]

_J = r"[\s\-–—_.·/~,\\|+:()]{0,3}"
_ID18 = re.compile(
    rf"(?=(?P<number>(?<![0-9])[1-9](?:{_J}[0-9]){{16}}{_J}(?:[Xx]|[*](?![0-9*])|[0-9](?=(?:[0-9]{{2}})?(?![0-9])))))"
)
_TAX_TAIL = re.compile(r"[0-9]{2}(?![0-9])")
_ID15 = re.compile(r"(?<![0-9A-Za-z])[1-8](?:[\s\-]?[0-9]){14}(?![0-9A-Za-z])")
_STARRED = re.compile(
    r"(?<![0-9A-Za-z*])[0-9][0-9]*(?:[*]{2,}|[Xx]{3,})[0-9*]*[0-9Xx*](?![0-9A-Za-z])"
    r"|(?<![0-9])[1-8][0-9]{5}…{1,2}[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_SEPARATOR = re.compile(r"[^0-9Xx*]")
_STARRED_LENGTHS = frozenset({15, 17, 18, 19, 20})

_CARD = re.compile(
    r"(?=(?P<number>(?<![0-9A-Za-z])(?:6[025]|9[0-9]|4|5[0-9]|3[4-7])(?:[\s\-—_.·/]{0,2}[0-9]){13,18})"
    r"(?![0-9A-Za-z]))"
)
_CARD_LENGTHS = range(16, 20)
_SHORT_CARD = re.compile("3[47][0-9]{13}")
_SHORTEST_GROUP = 4
_ACCOUNT_NO = r"(?:[A-Z]{2}[0-9]{2}|[A-Z])?[0-9](?:[ \-—.·]{0,2}[0-9*]){8,29}"
_ACCOUNT = re.compile(
    r"(?:账号|帐号|账户|帐户|卡号|银行卡|信用卡|储蓄卡|借记卡|存折|开户行|收款码|公户|私户|一卡通|股东代码|IBAN|(?<![A-Za-z])[Aa]ccount)"
    rf"[^0-9\n。；;〔〕]{{0,20}}?\n?(?P<number>{_ACCOUNT_NO})"
    r"(?!\.?[0-9]*\s?(?:元|万|%|年|个|户(?!名)|笔|次|人|项|[月日]))"
)
_ACCOUNT_BEFORE = re.compile(
    rf"(?<![0-9A-Za-z])(?P<number>{_ACCOUNT_NO})"
    r"(?=\s?(?:的|号|这个)?(?:账户|帐户|账号|帐号|银行卡|储蓄卡|信用卡|存折|卡[内中里上]))"
)
_AT_BANK = re.compile(
    r"(?:银行|[支分]行|[工农中建交招]行|[打汇转]入|打款[至到]|[汇转]至)卡?[:(\s]{0,2}(?P<number>[0-9]{12,24})(?![0-9A-Za-z.]|\s?[元万])"
)
_NEXT = re.compile(
    r"[、/或和及;,]\s?(?P<number>[0-9](?:[ \-]?[0-9*]){8,24})(?!\.?[0-9]*\s?(?:元|万|%|年))"
)


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
        if "…" in match[0] or (len(match[0]) in _STARRED_LENGTHS and match[0][0] != "9"):
            yield *match.span(), False


def _modern(text: str) -> Iterator[Found]:
    """Yield identity numbers of 18 characters; every digit that can begin one is tried."""
    for match in _ID18.finditer(text):
        start, end = match.span("number")
        number = _SEPARATOR.sub("", match["number"]).upper().replace("*", "X")  # × for X
        if identity_no.is_valid(number) or identity_no.is_foreign_permit(number):
            if not is_credit_code(text, start, end):
                tail = _TAX_TAIL.match(text, end)
                yield start, tail.end() if tail else end, False
        elif len(match["number"]) == len(number) and _misprint(text, start, end):
            yield start, end, True


def accounts(text: str) -> Iterator[Found]:
    """Yield bank cards by their check digit, and any account number beside its label."""
    safe = protected(text)
    for match in _CARD.finditer(text):
        digits, span = _SEPARATOR.sub("", match["number"]), match.span("number")
        if is_card(digits) and _in_groups_of_a_card(match["number"]) and not overlaps(*span, safe):
            yield *span, False
    for match in _ACCOUNT.finditer(text):
        if not labelled_as_code(text, match.start("number")):
            yield *match.span("number"), False
            yield from _listed(text, match.end())
    for pattern in (_ACCOUNT_BEFORE, _AT_BANK):
        for match in pattern.finditer(text):
            yield *match.span("number"), False


def _listed(text: str, end: int) -> Iterator[Found]:
    """Yield the account numbers that follow one after 、."""
    while match := _NEXT.match(text, end):
        yield *match.span("number"), False
        end = match.end()


def _in_groups_of_a_card(number: str) -> bool:
    """Say whether digits are grouped as on cards: by four or more, or one by one.

    Other groups are columns of figures.

    >>> [_in_groups_of_a_card(n) for n in ("6217 0000 7990 7511", "45 50 60 40 30 20 10 15")]
    [True, False]
    """
    *groups, _ = re.split(r"[^0-9]+", number)
    sizes = {len(group) for group in groups}
    return sizes <= {1} or min(sizes) >= _SHORTEST_GROUP


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
