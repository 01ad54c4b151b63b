"""Which runs of digits can hold a number of a person at all, told for a whole window at once.

A run that is left out here could give nothing: every rule below is weaker than the look at a single
run (`detector`), so the sieve never decides that something is a number, only that it is worth the
look. Nine runs of ten in a release are batch numbers, credit codes and sums.
"""

from collections.abc import Callable

import numpy as np

from gongshi.leak_scan.masked import Known
from gongshi.leak_scan.runs import Flags, Places, Runs
from gongshi.redaction.masked import LONGEST, SHORTEST

MOST_JOINED = 4
"""Groups that may follow each other in one masked number."""

_ALNUM = np.zeros(256, np.bool_)
_ALNUM[[*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)]] = True
_CLOSING = _ALNUM.copy()
_CLOSING[[*b"lextqdozjLEXTQDOZJ"]] = False
"""Bytes before a number that end no word which introduces one, like `tel`."""
_X = np.zeros(256, np.bool_)
_X[[*b"Xx"]] = True
_LEAST = 11
"""Digits of the shortest number that is told by its form."""
_HEXADECIMAL = 22
_WHOLE = (17, 18)
"""Digits of an identity number, without its X and with it."""
_GROUP = 3
"""Of the groups in which a number is usually written, two neighbours have so many digits."""
_SPREAD = 7


def masked(runs: Runs, known: Known) -> Flags:
    """Return the runs with a group, or some that follow, that is a masked number by itself."""
    after = runs.byte[runs.ends]
    opens = ~_ALNUM[runs.byte[runs.begins - 1]]  # before the first byte: the padding
    closes = ~_ALNUM[np.where(_X[after], runs.byte[runs.ends + 1], after)]
    digits = runs.digits_before
    found = np.zeros(len(runs), np.bool_)
    groups = len(runs.run)
    for more in range(min(MOST_JOINED, groups)):
        one, other = slice(0, groups - more), slice(more, groups)
        count = digits[more + 1 :] - digits[: groups - more]
        fits = (runs.run[one] == runs.run[other]) & opens[one] & closes[other]
        fits &= (count >= SHORTEST) & (count <= LONGEST)
        at = np.flatnonzero(fits)
        numbers = [_number(runs, first, first + more) for first in at.tolist()]
        told = {number for number in set(numbers) if number in known}
        if told:
            found[runs.run[at[[number in told for number in numbers]]]] = True
    return found


def _number(runs: Runs, first: int, last: int) -> bytes:
    """Return the digits of the groups from `first` to `last`."""
    begins, ends = runs.begins, runs.ends
    if first == last:
        return runs.data[begins[first] : ends[first]]
    return b"".join(runs.data[begins[n] : ends[n]] for n in range(first, last + 1))


def numbered(runs: Runs, holds: Callable[[bytes], bool], *, raw: bool) -> Flags:
    """Return the runs that can hold a number told by its form.

    `holds` says of a group alone, with its X, whether it does, wherever it stands.
    """
    last = runs.last
    sizes = runs.ends - runs.begins
    total = np.add.reduceat(sizes, runs.first)
    longest = np.maximum.reduceat(sizes, runs.first)
    single = last == runs.first
    starts = _starts(runs, sizes, raw=raw)
    found = np.zeros(len(runs), np.bool_)
    found[runs.run[starts]] = True
    found |= ~single & np.isin(total, _WHOLE)
    found |= (longest == 1) & (total >= _SPREAD)
    alone = np.flatnonzero(found & single & (longest < _HEXADECIMAL))
    found[alone] = [holds(text) for text in _texts(runs, runs.first[alone])]
    return found | (longest >= _HEXADECIMAL)


def _starts(runs: Runs, sizes: Places, *, raw: bool) -> Flags:
    """Return the groups with which a number can begin: by what stands before, length, first digits.

    In groups, it is a mobile number with or without its prefix, an identity number as 6-8-4, or
    a card in fours.
    """
    digits = runs.digits_before
    left = digits[runs.last + 1][runs.run] - digits[:-1]
    same = np.append(runs.run[1:] == runs.run[:-1], False)
    following = np.where(same, np.append(sizes[1:], 0), 0)
    pairs = (sizes >= _GROUP) & (following >= _GROUP)
    grouped = np.logical_or.reduceat(pairs, runs.first)[runs.run]
    one, two = runs.byte[runs.begins], runs.byte[runs.begins + 1]
    mobile = (one == ord("0")) | ((one == ord("1")) & (two >= ord("3")))
    mobile |= (one == ord("8")) & (two == ord("6"))
    shaped = mobile | (sizes == 6) | (sizes == 14) | ((sizes == 4) & (following == 4))  # noqa: PLR2004
    starts: Flags = (left >= _LEAST) & ((sizes >= _LEAST) | (grouped & shaped))
    if not raw:
        starts &= ~_CLOSING[runs.byte[runs.begins - 1]]
    return starts


def _texts(runs: Runs, groups: Places) -> list[bytes]:
    """Return the digits of groups, and the X behind them."""
    ends = runs.ends[groups] + _X[runs.byte[runs.ends[groups]]]
    places = zip(runs.begins[groups].tolist(), ends.tolist(), strict=True)
    return [runs.data[begin:end] for begin, end in places]
