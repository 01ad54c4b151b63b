"""Numbers of persons in bytes: one compiled pattern, then checks on the few candidates.

Source: GB 11643-1999 and ISO 7064 (identity numbers), ISO/IEC 7812 (cards).

>>> [c.kind for c in candidates("号11010519491231002X，13800138000".encode())]
['identity_no', 'mobile']
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gongshi.formats import identity_no, uscc
from gongshi.redaction.numbers import is_card as has_form_of_card
from gongshi.redaction.protection import protected
from gongshi.redaction.spans import overlaps

_PATTERN = re.compile(
    rb"(?<![0-9A-Za-z])(?:"
    rb"(?P<identity>[1-9][0-9]{5}[ -]?(?:18|19|20)[0-9]{6}[ -]?[0-9]{3}[0-9Xx])"
    rb"|(?P<mobile>1[3-9][0-9](?:[ -]?[0-9]{4}){2})"
    rb"|(?P<card>(?:4|5[0-9]|6[025]|3[4-7]|9[0-9])[0-9]{13,17}"
    rb"|(?:4[0-9]{3}|5[0-9]{3}|6[025][0-9]{2}|9[0-9]{3})(?:[ -][0-9]{4}){3}(?:[ -]?[0-9]{1,3})?)"
    rb")(?![0-9A-Za-z])"
)
_RUN = re.compile(rb"[0-9](?:[ -]?[0-9]){10,}[Xx]?")
_WIDE_DIGIT = rb"\xef\xbc[\x90-\x99\xb8]"
_WIDE = re.compile(
    rb"(?<![0-9A-Za-z])[0-9]{0,18}%b(?:[0-9Xx]|%b){0,18}" % (_WIDE_DIGIT, _WIDE_DIGIT)
)
"""A number in which at least one digit is full-width."""
_ANY_WIDE = re.compile(_WIDE_DIGIT)
_WIDE_TO_ASCII = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF38: "X"}
_SEPARATORS = re.compile(rb"[ -]")
_CODE_WORDS = re.compile(
    r"(?:uscc|_code|usccs|codes|信用代码|机构代码|统一代码|纳税人识别号|税号|party/|authority/|parties/|[Uu]rn:uscc:)[^0-9A-Za-z\n]{0,8}$"
)
_BEFORE, _AFTER = 96, 32
_WINDOW = 16 << 20
"""Bytes looked at before they are given back, at least."""
_MOBILE_LENGTH = 11


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


def candidates(data: bytes | mmap.mmap) -> Iterator[Candidate]:
    """Yield what passes its own check: identity numbers, mobile numbers, cards.

    What is mapped is given back window by window: a file of any size takes no more than one.
    """
    for start, end in _windows(data):
        for match in _in_runs(data, start, end):
            kind = match.lastgroup or ""
            number = _SEPARATORS.sub(b"", match[0]).decode().upper()
            yield from _checked(kind, number, match.start(), match.end())
        for match in _WIDE.finditer(data, start, end) if _ANY_WIDE.search(data, start, end) else ():
            number = match[0].decode("utf-8", "ignore").translate(_WIDE_TO_ASCII).upper()
            for kind in ("identity", "mobile"):
                yield from _checked(kind, number, match.start(), match.end())
        if isinstance(data, mmap.mmap):
            _give_back(data, start, end)


def _windows(data: bytes | mmap.mmap) -> Iterator[tuple[int, int]]:
    """Yield stretches that end behind a line feed, which is part of no number."""
    start = 0
    while start < len(data):
        cut = data.find(b"\n", start + _WINDOW) + 1
        end = cut or len(data)
        yield start, end
        start = end


def _give_back(data: mmap.mmap, start: int, end: int) -> None:
    """Let the system have the whole pages between two places; a later look maps them again."""
    first = start - start % mmap.PAGESIZE
    last = end - end % mmap.PAGESIZE
    if last > first:
        data.madvise(mmap.MADV_DONTNEED, first, last - first)


def _in_runs(data: bytes | mmap.mmap, start: int, end: int) -> Iterator[re.Match[bytes]]:
    """Yield the matches of the pattern, which is tried inside runs of digits only.

    A pattern that begins with a plain set of characters is searched ten times as fast as one that
    begins by looking back; the byte behind a run is passed on, so that it can be looked at.
    """
    for run in _RUN.finditer(data, start, end):
        yield from _PATTERN.finditer(data, run.start(), run.end() + 1)


def _checked(kind: str, number: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the candidate if its number is one of that kind; any long one may be a card."""
    if kind == "identity" and (
        identity_no.is_valid(number) or identity_no.is_foreign_permit(number)
    ):
        yield Candidate("identity_no", start, end, number)
    elif (
        kind == "mobile" and len(number) == _MOBILE_LENGTH and number[0] == "1" and number[1] > "2"
    ):
        yield Candidate("mobile", start, end, number)
    elif kind in {"card", "identity"} and is_card(number):
        yield Candidate("card", start, end, number)


def is_card(number: str) -> bool:
    """Say whether digits are a bank card: issuer, length, check digit."""
    issued = re.match(r"4|5|6[025]|3[4-7]|9", number)
    return number.isdigit() and bool(issued) and has_form_of_card(number)


def is_leak(candidate: Candidate, data: bytes | mmap.mmap, *, raw: bool) -> bool:
    """Say whether a candidate is no protected token, from the bytes around it.

    With `raw` the bytes are pages of a database, where columns stand beside each other without
    a separator and no label can be trusted: a valid credit code is taken for one.
    """
    if candidate.kind == "identity_no":
        if not uscc.is_valid(candidate.number):
            return True
        before = data[max(0, candidate.start - _BEFORE) : candidate.start].decode("utf-8", "ignore")
        return not (raw or _CODE_WORDS.search(before))
    if candidate.kind == "card" and uscc.is_valid(candidate.number):
        return False
    before = data[max(0, candidate.start - _BEFORE) : candidate.start].decode("utf-8", "ignore")
    number = data[candidate.start : candidate.end].decode()
    after = data[candidate.end : candidate.end + _AFTER].decode("utf-8", "ignore")
    return not overlaps(len(before), len(before) + len(number), protected(before + number + after))
