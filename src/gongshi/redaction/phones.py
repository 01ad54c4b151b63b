"""Finders for telephone numbers: mobile, landline, and any number that a word announces as one.

Each takes folded text and yields `(start, end, doubtful)` in it. The numbers of hotlines and of
firms' service lines (400, 800, 95xxx, 12xxx, 1010xxxx) are no person's and stay.

Without a word before it, a mobile number is known by eleven digits in one piece or in the groups
that people write (3-4-4, 4-3-4, 3-3-5, 3-3-3-2, 5-6, single digits). Other groups look like columns
of figures and need the word.

Source: the numbering plan for telephones (from memory), 国发〔2014〕6号 commentary.
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterator

from gongshi.redaction.protection import DATE_LIKE, numbered_things, protected
from gongshi.redaction.spans import overlaps

Found = tuple[int, int, bool]

_J = r"[\s\-–—_·/:|]{0,3}"
_COUNTRY = r"(?:\(\+?86\)|\+?86|0086)[\s\-–—]{0,2}"
_MOBILE = re.compile(
    rf"(?<![0-9])(?:{_COUNTRY}|0)?"
    rf"(?:1[3-9][0-9]{_J}[0-9]{{4}}{_J}[0-9]{{4}}|1[3-9][0-9][.,][0-9]{{4}}[.,][0-9]{{4}}|\(1[3-9][0-9]\)\s?[0-9]{{4}}[\s\-]?[0-9]{{4}}"
    r"|1[3-9][0-9]{2}[\s\-.][0-9]{3}[\s\-.][0-9]{4}|1[3-9][0-9][\s\-.][0-9]{3}[\s\-.][0-9]{5}"
    r"|1[3-9](?:[\s\-.][0-9]{3}){3}|1[\s\-.][3-9](?:[\s\-.][0-9]){9}(?![\s\-.][0-9])|1[3-9][0-9]{3}[\s\-.][0-9]{6}"
    r"|1[3-9][0-9]{5}\r?\n[0-9]{4})(?![0-9])"
)
_STARRED = re.compile(r"(?<![0-9A-Za-z*])1[3-9][0-9]*(?:[*]{2,}|[Xx]{3,})[0-9*]*(?![0-9A-Za-z*])")
_LETTERED = re.compile(
    r"(?<![0-9A-Za-z])(?:[lI][3-9][0-9Oo]{9}|1[3-9](?=[0-9]*[Oo])[0-9Oo]{9})(?![0-9A-Za-z])"
    r"|(?<![0-9])1[3-9][0-9](?:…{1,2}[0-9]{4}){1,2}(?![0-9])"
)
"""Letters typed for digits; a middle left out."""
_MOBILE_LENGTH = 11
_EXTENSION = r"(?:\s?(?:\((?:转分机|分机|转)\s?[0-9]{1,6}\)|(?:转分机|分机|转|\-)\s?[0-9]{1,6}))?"
_LANDLINE = re.compile(
    rf"(?<![0-9.])(?:\(0[1-9][0-9]{{1,2}}\)\s?[0-9]{{3,4}}[\s\-]?[0-9]{{4}}"
    rf"|{_COUNTRY}[\s\-]?0?[1-9][0-9]{{1,2}}[\s\-]{{1,2}}[0-9]{{7,8}}"
    rf"|0[1-9][0-9]{{1,2}}[\s\-–—/_]{{1,2}}[0-9]{{7,8}}){_EXTENSION}(?![0-9])"
)
_NUMBER = r"(?:(?:1[3-9][0-9]{9}){2,3}|\(?\+?[0-9](?:[\s\-–—.·()]{0,2}[0-9*]){6,14})" + _EXTENSION
LABELS = (
    "电话|手机|小灵通|虚拟号|联系方式|联系号码|传真|座机|热线|宅电|致电|来电|拨打|短信|机主|客服"
    "|TEL|Tel|tel|FAX|Fax|fax|[Mm]obile|MOBILE|[Pp]hone|PHONE"
)
_LABELLED = re.compile(
    rf"(?:{LABELS})(?P<suffix>号码|号|机|[0-9](?=:))?(?P<gap>[^0-9A-Za-z，。；,;〔〕]{{0,8}})(?P<number>{_NUMBER})(?![0-9])"
)
_NEXT = re.compile(
    r"(?:[、/或和及,]|、\s)\s?(?P<number>[0-9](?:[\-]?[0-9]){6,11})(?![0-9年月日元号])"
)
_CLOSE = re.compile(r"[\s为是:(\"“号码至]*")
"""What stands between a word for a telephone and its number, and nothing else."""
_HOTLINE = re.compile(r"(?:400|800|95[0-9]|96[0-9]|12[0-9]{3}$|1010[\s\-]?[0-9]{4}$)")


def mobiles(text: str) -> Iterator[Found]:
    """Yield mobile numbers, with country code, grouped, or starred by the source."""
    safe = protected(text)
    for match in _MOBILE.finditer(text):
        if not overlaps(*match.span(), safe):
            yield *match.span(), False
    for match in _LETTERED.finditer(text):
        yield *match.span(), False
    for match in _STARRED.finditer(text):
        if len(match[0]) == _MOBILE_LENGTH:
            yield *match.span(), False


def landlines(text: str) -> Iterator[Found]:
    """Yield landline numbers, and any number after 电话 that is no public hotline."""
    safe = protected(text)
    things = numbered_things(text)  # 手机壳(批号:20260720): the nearer label holds
    for match in _LANDLINE.finditer(text):
        if not overlaps(*match.span(), safe):
            yield *match.span(), False
            yield from _listed(text, match.end())
    for match in _LABELLED.finditer(text):
        if _is_phone(match) and not overlaps(*match.span("number"), things):
            yield *match.span("number"), False
            yield from _listed(text, match.end())


def _is_phone(match: re.Match[str]) -> bool:
    """Say whether the number after a word for a telephone is one, and no hotline and no day."""
    if _HOTLINE.match(match["number"].lstrip("(")):
        return False
    announced = match["suffix"] or (match["gap"] and _CLOSE.fullmatch(match["gap"]))
    return bool(announced) or not DATE_LIKE.match(match["number"])


def _listed(text: str, end: int) -> Iterator[Found]:
    """Yield the numbers that follow one after 、 or /."""
    while match := _NEXT.match(text, end):
        if not _HOTLINE.match(match["number"]):
            yield *match.span("number"), False
        end = match.end()
