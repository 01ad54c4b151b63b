"""Digits that are written some other way: escaped, encoded, wide, or with odd blanks between.

Each disguise is a *gate*, a pattern that is cheap to search and that only disguised digits match,
and a way to read what stands around. A gate that begins with a fixed byte costs next to nothing.
What is read is then looked at like any other bytes.

>>> [c.kind for _, c, _ in disguised(b'{"x": "MTM4MDAxMzgwMDA="}')]
['mobile']
"""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from gongshi.leak_scan.detector import Candidate, candidates
from gongshi.leak_scan.masked import NOTHING, Known
from gongshi.leak_scan.runs import Data, windows
from gongshi.redaction.folding import fold

_REACH = 256
"""Bytes before and after a gate that are read with it; what goes on is read by the next gate."""

_ENTITY_DIGIT = (
    rb"&#(?:0*(?:4[89]|5[0-7]|652(?:9[6-9])|6530[0-5])|[xX]0*(?:3[0-9]|[fF]{2}1[0-9]));?"
)
_ESCAPED = re.compile(rb"\\\\?u([0-9A-Fa-f]{4})|\\\\?x([0-9A-Fa-f]{2})")
_BASE64 = rb"[0-9A-Za-z+/_-]"
_BASE64_BEFORE = re.compile(rb"(?:%b|\r?\n)*\Z" % _BASE64)
_BASE64_AFTER = re.compile(rb"(?:%b|\r?\n)*" % _BASE64)
_NO_BASE64 = re.compile(rb"[^0-9A-Za-z+/]")

Read = Callable[[bytes, bytes], bytes]
"""The bytes before a gate and those from it on → what they say, in UTF-8."""


@dataclass(frozen=True, slots=True)
class _Disguise:
    gate: re.Pattern[bytes]
    read: Read
    needs: bytes = b""
    """Bytes without which the gate need not be searched."""


def _entities(before: bytes, after: bytes) -> bytes:
    return _folded(b"", html.unescape((before + after).decode("utf-8", "ignore")).encode())


def _escapes(before: bytes, after: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        return chr(int(match[1] or match[2], 16)).encode("utf-8", "ignore")

    return _folded(b"", _ESCAPED.sub(plain, before + after))


def _percent(before: bytes, after: bytes) -> bytes:
    return _folded(b"", unquote_to_bytes(unquote_to_bytes(before + after)))


def _folded(before: bytes, after: bytes) -> bytes:
    return fold((before + after).decode("utf-8", "ignore")).text.encode()


def _utf16(before: bytes, after: bytes) -> bytes:
    even = before[len(before) % 2 :] + after
    return _folded(b"", even.decode("utf-16-le", "replace").encode("utf-8", "replace"))


def _base64(before: bytes, after: bytes) -> bytes:
    head = _NO_BASE64.sub(b"", _standard(_last(_BASE64_BEFORE, before)))
    tail = _NO_BASE64.sub(b"", _standard(_first(_BASE64_AFTER, after)))
    token = head[len(head) % 4 :] + tail
    try:
        return _folded(b"", base64.b64decode(token + b"=" * (-len(token) % 4)))
    except binascii.Error:
        return base64.b64decode(token[: len(token) // 4 * 4])


def _standard(token: bytes) -> bytes:
    return token.replace(b"-", b"+").replace(b"_", b"/")


def _last(pattern: re.Pattern[bytes], data: bytes) -> bytes:
    match = pattern.search(data)
    return match[0] if match else b""


def _first(pattern: re.Pattern[bytes], data: bytes) -> bytes:
    match = pattern.match(data)
    return match[0] if match else b""


_DISGUISES = (
    _Disguise(re.compile(_ENTITY_DIGIT), _entities, b"&#"),
    _Disguise(re.compile(rb"\\u(?:00[34][0-9]|[fF]{2}1[0-9])"), _escapes, b"\\u"),
    _Disguise(re.compile(rb"\\x3[0-9]"), _escapes, b"\\x"),
    _Disguise(
        re.compile(rb"%(?:25)?(?:3[0-9]|[eE][fF]%(?:25)?[bB][cC]%(?:25)?9[0-9])"), _percent, b"%"
    ),
    _Disguise(re.compile(rb"\xef\xbc[\x90-\x99]"), _folded),
    _Disguise(re.compile(rb"\xc2[\xa0\xad][0-9]"), _folded),
    _Disguise(re.compile(rb"\xe2(?:\x80[\x80-\x95\xaf]|\x81\xa0|\x88\x92)[0-9]"), _folded),
    _Disguise(re.compile(rb"\xe3\x80\x80[0-9]"), _folded),
    _Disguise(re.compile(rb"\xef(?:\xbb\xbf|\xbc\x8d)[0-9]"), _folded),
    _Disguise(re.compile(rb"[0-9]\0[0-9]\0[0-9]\0"), _utf16, b"\0"),
    _Disguise(re.compile(rb"[\x10-\x19]\xff[\x10-\x19]\xff"), _utf16, b"\xff"),
    _Disguise(re.compile(rb"[MNO][DTjz][AEIMQUYcgk][w-z0-5]"), _base64),
    _Disguise(re.compile(rb"77y[Q-Z]"), _base64),
)


def disguised(data: Data, known: Known = NOTHING) -> Iterator[tuple[int, Candidate, bytes]]:
    """Yield each candidate that shows only when read, with the place of its disguise.

    The last is what was read there, in which the candidate lies.
    """
    for start, end in windows(data):
        for disguise in _DISGUISES:
            if disguise.needs and data.find(disguise.needs, start, end) < 0:
                continue
            yield from _behind(disguise, data, (start, end), known)


def _behind(
    disguise: _Disguise, data: Data, stretch: tuple[int, int], known: Known
) -> Iterator[tuple[int, Candidate, bytes]]:
    """Yield what one disguise hides in a stretch of the data; each neighbourhood is read once."""
    start, end = stretch
    read_to = start
    for gate in disguise.gate.finditer(data, start, end):
        if gate.start() < read_to:
            continue
        before = data[max(start, gate.start() - _REACH) : gate.start()]
        after = data[gate.start() : gate.start() + 2 * _REACH]
        read_to = gate.start() + _REACH
        said = disguise.read(before, after)
        for found in candidates(said, known):
            if found.number.encode() not in before + after:
                yield gate.start(), found, said
