"""Runs of digits in bytes of any length, found window by window over arrays.

A run is digits with at most two blanks or hyphens between, and an X that may end an identity
number. A file of any size takes no more memory than a window of it.
"""

import mmap
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Data = bytes | mmap.mmap
Places = npt.NDArray[np.int64]

_WINDOW = 8 << 20
"""Bytes looked at before they are given back, at least."""
_CUT = re.compile(rb'[\n,"<>{}]')
"""Bytes that are part of no number, in whatever way it is written."""
_MOST_BETWEEN = 2
_LONG = 20
_DAY_DIGITS, _DAY_SIZE = 8, 10
"""2026-11-22"""
_LETTER = np.zeros(256, np.bool_)
_LETTER[[*range(0x41, 0x5B), *range(0x61, 0x7B)]] = True
_LETTER[[0x58, 0x78]] = False
_SEPARATOR = np.zeros(256, np.bool_)
_SEPARATOR[[0x20, 0x2D]] = True


def windows(data: Data) -> Iterator[tuple[int, int]]:
    """Yield stretches that end behind a byte that is part of no number.

    What is mapped is given back when the next one is asked for.
    """
    start = 0
    while start < len(data):
        cut = _CUT.search(data, start + _WINDOW)
        end = cut.end() if cut else len(data)
        yield start, end
        if isinstance(data, mmap.mmap):
            _give_back(data, start, end)
        start = end


def runs(data: Data, start: int, end: int, *, least: int) -> Iterator[tuple[int, int]]:
    """Yield where each run of `least` digits or more begins and ends, in a window.

    Left out is what a letter follows, as in most credit codes: no number ends before a letter,
    other than the X. In long runs there may be a number all the same. Left out are days as well.
    """
    byte = np.frombuffer(data[start:end], np.uint8)  # a copy: what is mapped may then be closed
    begins, ends = _groups(byte)
    if not len(begins):
        return
    first = np.flatnonzero(np.concatenate(([True], ~_joined(byte, begins, ends))))
    digits = np.add.reduceat(ends - begins, first)
    last = np.append(first[1:], len(begins)) - 1
    size = ends[last] - begins[first]
    long = (digits >= least) & ~((digits == _DAY_DIGITS) & (size == _DAY_SIZE))
    long &= ~(_LETTER[_after(byte, ends[last])] & (digits < _LONG))
    yield from zip(
        (begins[first[long]] + start).tolist(), (ends[last[long]] + start).tolist(), strict=True
    )


def _after(byte: npt.NDArray[np.uint8], ends: Places) -> npt.NDArray[np.uint8]:
    """Return the byte behind each run, 0 at the end of all."""
    return np.append(byte, np.uint8(0))[ends]


def _groups(byte: npt.NDArray[np.uint8]) -> tuple[Places, Places]:
    """Return where each group of digits begins and ends."""
    digit = np.zeros(len(byte) + 2, np.int8)
    digit[1:-1] = byte - np.uint8(0x30) < 10  # noqa: PLR2004  digits; smaller bytes wrap round
    edges = np.flatnonzero(np.diff(digit))
    return edges[::2], edges[1::2]


def _joined(byte: npt.NDArray[np.uint8], begins: Places, ends: Places) -> npt.NDArray[np.bool_]:
    """Return which groups go on in the next one: only blanks and hyphens between."""
    between = begins[1:] - ends[:-1]
    close = between <= _MOST_BETWEEN
    return close & _SEPARATOR[byte[ends[:-1]]] & _SEPARATOR[byte[begins[1:] - 1]]


def _give_back(data: mmap.mmap, start: int, end: int) -> None:
    """Let the system have the whole pages between two places; a later look maps them again."""
    first = start - start % mmap.PAGESIZE
    last = end - end % mmap.PAGESIZE
    if last > first:
        data.madvise(mmap.MADV_DONTNEED, first, last - first)
