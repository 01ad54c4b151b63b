"""Numbers of persons in bytes: one pattern for runs of digits, then checks on the few candidates.

Source: GB 11643-1999 and ISO 7064 (identity numbers), ISO/IEC 7812 (cards).

>>> [c.kind for c in candidates("号11010519491231002X，13800138000".encode())]
['identity_no', 'mobile']
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from gongshi.formats import identity_no, uscc
from gongshi.leak_scan import sieve
from gongshi.leak_scan.masked import NOTHING, Known
from gongshi.leak_scan.runs import Data, runs, windows
from gongshi.redaction.masked import SHORTEST
from gongshi.redaction.numbers import is_card as has_form_of_card
from gongshi.redaction.protection import protected
from gongshi.redaction.spans import overlaps

_GAP = rb"[ -]{0,2}"
_PATTERN = re.compile(
    rb"(?<![0-9])(?:"
    rb"(?P<identity>[1-9][0-9]{5}%(gap)b(?:18|19|20)[0-9]{6}%(gap)b[0-9]{3}[0-9Xx])"
    rb"|(?P<old>[1-8][0-9]{14})"
    rb"|(?P<mobile>(?:(?:86|0086)%(gap)b|0)?1[3-9](?:[0-9](?:%(gap)b[0-9]{4}){2}"
    rb"|[0-9]{2}[ -]{1,2}[0-9]{3}[ -]{1,2}[0-9]{4}"
    rb"|[0-9][ -]{1,2}[0-9]{3}[ -]{1,2}[0-9]{5}))"
    rb"|(?P<card>(?:4|5[0-9]|6[025]|3[4-7]|9[0-9])[0-9]{13,17}"
    rb"|(?:4[0-9]{3}|5[0-9]{3}|6[025][0-9]{2}|9[0-9]{3})(?:[ -]{1,2}[0-9]{4}){3}"
    rb"(?:%(gap)b[0-9]{1,3})?)"
    rb")(?![0-9A-Za-z])" % {b"gap": _GAP}
)
_INSIDE = re.compile(rb"(?=([1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx]))")
"""An identity number anywhere in a longer run, where cells stand beside each other."""
_HEX = re.compile(rb"(?:3[0-9]){11,}(?:[57]8)?")
"""Digits written as the hexadecimal numbers of their characters."""
_UUID = re.compile(rb"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_UUID_LENGTH = 45
"""The name of a record in feeds, a hash: its digits may fall like those of a telephone number."""
_SPREAD = re.compile(rb"[0-9](?:[ -]{1,2}[0-9]){6,}[ -]{0,2}[Xx]?")
"""A run of single digits: 1 3 8 0 …"""
_GROUP = re.compile(rb"[0-9]+")
_SEPARATORS = re.compile(rb"[ -]")
_TOKEN = re.compile(rb"[0-9A-Za-z]{1,24}\Z")
_INTRODUCING = re.compile(rb"(?:tel|phone|mobile|cell|vx|wx|wechat|qq|id|no|sfz|sj)", re.IGNORECASE)
_CODE_WORDS = re.compile(
    r"(?:uscc|_code|usccs|codes|信用代码|机构代码|统一代码|纳税人识别号|税号"
    r"|party/|authority/|parties/|[Uu]rn:uscc:)[^0-9A-Za-z\n]{0,8}$"
)
_OLD_WORDS = re.compile(
    r"(?:身份证|公民身份|证件号|证号|\bid[_ -]?(?:no|card|number)?|\bsfz[a-z]{0,4}"
    r"|identity[a-z_ ]{0,8})[^0-9A-Za-z\n]{0,8}(?:号码?|为|是)?[^0-9A-Za-z\n]{0,4}$",
    re.IGNORECASE,
)
_PHONE_WORDS = re.compile(
    r"(?:电话|手机|座机|热线|传真|联系|号码|QQ|微信|账号|帐号|卡号|tel|phone|mobile)[^0-9A-Za-z\n]{0,12}$",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_BEFORE, _AFTER = 96, 32
_SHORTEST_NUMBER = 11
_OLD_LENGTH = 15
_SURE_LENGTH = 9
"""Digits from which a number equal to a masked one is no coincidence; a shorter one needs a word
before it that says what it is."""
_CACHED = 1 << 16
REDACTED = "redacted"


@dataclass(frozen=True, slots=True)
class Hit:
    """A number of a person in something to be published: in what, of what kind, where."""

    artefact: str
    kind: str
    where: str

    def __str__(self) -> str:
        return f"{self.artefact}: {self.kind}, {self.where}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What has the form of a number of a person; `number` never shows."""

    kind: str
    start: int
    end: int
    number: str = field(repr=False)


def candidates(data: Data, known: Known = NOTHING, *, raw: bool = False) -> Iterator[Candidate]:
    """Yield what passes its own check: identity numbers, mobile numbers, cards, masked numbers.

    With `raw` the bytes are pages of a database.
    """
    if raw:
        known = NOTHING  # on pages, columns stand beside each other: nothing stands alone
    least = SHORTEST if known else _SHORTEST_NUMBER
    for start, end in windows(data):
        found = runs(data, start, end, least=least)
        if found is None:
            continue
        worth = sieve.numbered(found, _holds_on_page if raw else _holds, raw=raw)
        worth |= sieve.masked(found, known) if known else False
        for first, last in found.spans(worth):
            yield from _in_whole_run(data, first, last, known, raw=raw)


def _in_whole_run(
    data: Data, start: int, end: int, known: Known, *, raw: bool
) -> Iterator[Candidate]:
    """Yield the candidates in one run."""
    if known:
        yield from _masked(data, start, end, known)
    if end - start >= _SHORTEST_NUMBER:
        yield from _in_run(data, start, end, raw=raw)


@lru_cache(maxsize=_CACHED)
def _holds(group: bytes) -> bool:
    """Say whether digits in one group, with an X after them, hold a number wherever they stand."""
    return any(_in_run(group, 0, len(group.rstrip(b"Xx")), raw=False))


@lru_cache(maxsize=_CACHED)
def _holds_on_page(group: bytes) -> bool:
    """Say the same of a group on a page of a database."""
    return any(_in_run(group, 0, len(group.rstrip(b"Xx")), raw=True))


def _in_run(data: Data, start: int, end: int, *, raw: bool) -> Iterator[Candidate]:
    """Yield the candidates in one run of digits, and an X after it.

    Where it holds no number in its usual form, it is looked at as a whole, as hexadecimal, and, of
    a page, for a number in its midst.
    """
    nothing = True
    end += data[end : end + 1] in {b"X", b"x"}
    for match in _PATTERN.finditer(data, start, end + 1):
        if (raw or _begins(data, match.start())) and not _is_in_uuid(data, *match.span()):
            number = _dense(match[0])
            for found in _checked(match.lastgroup or "", number, match.start(), match.end()):
                nothing = False
                yield found
    if nothing and end - start >= identity_no.LENGTH:
        run = data[start:end]
        yield from _whole(run, start)
        yield from _inside(run, start, raw=raw)


def _is_in_uuid(data: Data, start: int, end: int) -> bool:
    """Say whether `data[start:end]` lies in the name of a record in feeds (RFC 9562, version 5)."""
    first = max(0, start - _UUID_LENGTH)
    around = bytes(data[first : end + _UUID_LENGTH])
    names = (match.span() for match in _UUID.finditer(around))
    return any(begin <= start - first and end - first <= close for begin, close in names)


def _inside(run: bytes, start: int, *, raw: bool) -> Iterator[Candidate]:
    """Yield the numbers that a run holds in hexadecimal, or among other digits."""
    end = start + len(run)
    for inner in _HEX.finditer(run) if len(run) >= 2 * _SHORTEST_NUMBER else ():
        for found in candidates(bytes.fromhex(inner[0].decode())):
            yield Candidate(found.kind, start, end, found.number)
    for match in _INSIDE.finditer(run) if raw else ():
        yield from _checked("identity", match[1].decode().upper(), start, end)


def _masked(data: Data, start: int, end: int, known: Known) -> Iterator[Candidate]:
    """Yield a number that was masked where it came in: a group of digits, or some that follow."""
    spans = [match.span() for match in _GROUP.finditer(data, start, end)]
    for first in range(len(spans)):
        digits = b""
        for last in range(first, min(first + sieve.MOST_JOINED, len(spans))):
            digits += data[spans[last][0] : spans[last][1]]
            if _stands_alone(data, spans[first][0], spans[last][1]) and digits in known:
                yield Candidate(REDACTED, spans[first][0], spans[last][1], digits.decode())


def _stands_alone(data: Data, start: int, end: int) -> bool:
    """Say whether no letter touches a number, but for the X of an identity number."""
    after = data[end : end + 2]
    closed = after[1:] if after[:1] in {b"X", b"x"} else after[:1]
    return not (data[max(0, start - 1) : start].isalnum() or closed.isalnum())


def _begins(data: Data, place: int) -> bool:
    """Say whether a number may begin here: after no letter or digit, or after a word like `tel`."""
    before = _TOKEN.search(data[max(0, place - 24) : place])
    return before is None or _INTRODUCING.fullmatch(before[0]) is not None


def _whole(run: bytes, start: int) -> Iterator[Candidate]:
    """Yield the run itself if it is one number in groups of any size, or digit by digit."""
    digits = len(run) - run.count(b" ") - run.count(b"-")
    end = start + len(run)
    if digits == len(run):
        return
    if digits == identity_no.LENGTH and identity_no.is_valid(number := _dense(run)):
        yield Candidate("identity_no", start, end, number)
    elif _SPREAD.fullmatch(run):
        for kind in ("mobile", "card"):
            yield from _checked(kind, _dense(run), start, end)


def _dense(run: bytes) -> str:
    return _SEPARATORS.sub(b"", run).decode().upper()


def _checked(kind: str, number: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the candidate if its number is one of that kind; any long one may be a card."""
    found = next((name for name, fits in _CHECKS[kind] if fits(number)), None)
    if found:
        yield Candidate(found, start, end, number)


def is_card(number: str) -> bool:
    """Say whether digits are a bank card: issuer, length, check digit."""
    issued = re.match(r"4|5|6[025]|3[4-7]|9", number)
    return number.isdigit() and bool(issued) and has_form_of_card(number)


def _is_identity(number: str) -> bool:
    return identity_no.is_valid(number) or identity_no.is_foreign_permit(number)


def _is_mobile(number: str) -> bool:
    return re.fullmatch("(?:0|86|0086)?1[3-9][0-9]{9}", number) is not None


_CHECKS: dict[str, tuple[tuple[str, Callable[[str], bool]], ...]] = {
    "identity": (("identity_no", _is_identity), ("card", is_card)),
    "old": (("identity_15", identity_no.is_valid), ("card", is_card)),
    "mobile": (("mobile", _is_mobile),),
    "card": (("card", is_card),),
}


def _words(before: bytes) -> str:
    """Return what stands before a number as text, with the escapes of JSON read."""
    text = before.decode("utf-8", "ignore")
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "\\u" in text else text


def is_coincidence(candidate: Candidate) -> bool:
    """Say whether digits are too few to be taken for a masked number where no word says so.

    Of a million numbers of a sequence, some have the digits of somebody's landline.
    """
    return candidate.kind == REDACTED and len(candidate.number) < _SURE_LENGTH


def is_leak(candidate: Candidate, data: Data, *, raw: bool) -> bool:
    """Say whether a candidate is no protected token, from the bytes around it.

    With `raw` the bytes are pages of a database, where columns stand beside each other without
    a separator and no label can be trusted: a valid credit code is taken for one.
    """
    before = _words(data[max(0, candidate.start - _BEFORE) : candidate.start])
    if candidate.kind == "identity_no":
        return not uscc.is_valid(candidate.number) or not (raw or _CODE_WORDS.search(before))
    if candidate.kind == "identity_15":
        return _OLD_WORDS.search(before) is not None
    if candidate.kind == "card" and uscc.is_valid(candidate.number):
        return False
    if is_coincidence(candidate):
        return _PHONE_WORDS.search(before) is not None
    number = data[candidate.start : candidate.end].decode("utf-8", "ignore")
    after = data[candidate.end : candidate.end + _AFTER].decode("utf-8", "ignore")
    return not overlaps(len(before), len(before) + len(number), protected(before + number + after))
