"""Runs of digits in bytes of any length, found window by window over arrays.

A run is digits with at most two blanks or hyphens between, and an X that may end an identity
number; a group is digits with nothing between. A file of any size takes no more memory than a
window of it.
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Data = bytes | mmap.mmap
Places = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

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
_SMALL = 4096
"""Bytes below which a pattern says sooner than arrays that there is no run."""
_PADDING = bytes(4)


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one window that are worth a look, and their groups, one after the other.

    `byte` are the window's bytes and four zeros. `begins` and `ends` are the places of all groups
    of these runs in it, `first` the number of each run's first group, `run` the run of each group.
    """

    offset: int
    data: bytes = field(repr=False)
    byte: Bytes = field(repr=False)
    begins: Places = field(repr=False)
    ends: Places = field(repr=False)
    first: Places = field(repr=False)
    run: Places = field(repr=False)

    def __len__(self) -> int:
        return len(self.first)

    @property
    def last(self) -> Places:
        """The number of each run's last group."""
        return np.append(self.first[1:], len(self.run)) - 1

    @property
    def digits_before(self) -> Places:
        """The number of digits in all groups before each group, and before the end."""
        return np.concatenate(([0], np.cumsum(self.ends - self.begins)))

    def spans(self, chosen: Flags) -> Iterator[tuple[int, int]]:
        """Yield where each chosen run begins and ends in the whole data."""
        begins = self.begins[self.first[chosen]] + self.offset
        ends = self.ends[self.last[chosen]] + self.offset
        yield from zip(begins.tolist(), ends.tolist(), strict=True)


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


def runs(data: Data, start: int, end: int, *, least: int) -> Runs | None:
    """Return the runs of `least` digits or more in a window; None where there are none.

    Left out is what a letter follows, as in most credit codes: no number ends before a letter,
    other than the X. In long runs there may be a number all the same. Left out are days as well.
    """
    if end - start < _SMALL and not _enough(least).search(data, start, end):
        return None
    own = data[start:end]  # a copy: what is mapped may then be closed
    byte = np.frombuffer(own + _PADDING, np.uint8)
    begins, ends = _groups(byte)
    if not len(begins):
        return None
    first = np.flatnonzero(np.concatenate(([True], ~_joined(byte, begins, ends))))
    digits = np.add.reduceat(ends - begins, first)
    last = np.append(first[1:], len(begins)) - 1
    size = ends[last] - begins[first]
    long = (digits >= least) & ~((digits == _DAY_DIGITS) & (size == _DAY_SIZE))
    long &= ~(_LETTER[byte[ends[last]]] & (digits < _LONG))
    if not long.any():
        return None
    counts = np.append(first[1:], len(begins)) - first
    kept = np.repeat(long, counts)
    counts = counts[long]
    run = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return Runs(start, own, byte, begins[kept], ends[kept], starts, run)


def _enough(least: int) -> re.Pattern[bytes]:
    """Return the pattern of a run of at least so many digits."""
    return re.compile(rb"[0-9](?:[ -]{0,2}[0-9]){%d}" % (least - 1))


def _groups(byte: Bytes) -> tuple[Places, Places]:
    """Return where each group of digits begins and ends."""
    digit = np.zeros(len(byte) + 2, np.bool_)
    digit[1:-1] = byte - np.uint8(0x30) < 10  # noqa: PLR2004  digits; smaller bytes wrap round
    edges = np.flatnonzero(digit[1:] != digit[:-1])
    return edges[::2], edges[1::2]


def _joined(byte: Bytes, begins: Places, ends: Places) -> Flags:
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
