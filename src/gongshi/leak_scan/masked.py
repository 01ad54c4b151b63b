"""Numbers that were masked where they came in, known by their keyed values alone.

The registry keeps the keyed value of each number that redaction took away, so that the scan can
tell it again in whatever is about to be published. Without the key the values say nothing. In
memory they are 64 bits each, sorted: a million takes 8 MB.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gongshi import keys, registry
from gongshi.keys import Key
from gongshi.redaction.masked import LONGEST, SHORTEST
from gongshi.site import Site

_HEX = 16
_CACHED = 1 << 16


@dataclass(frozen=True, slots=True)
class Known:
    """Whether digits are those of a masked number; empty where there is no key to ask with."""

    values: npt.NDArray[np.uint64] = field(repr=False)
    key: Key | None = None

    def __bool__(self) -> bool:
        return self.key is not None and len(self.values) > 0

    def __contains__(self, digits: bytes) -> bool:
        if not SHORTEST <= len(digits) <= LONGEST or self.key is None:
            return False
        value = _value(self.key, digits)
        place = int(np.searchsorted(self.values, value))
        return place < len(self.values) and self.values[place] == value


NOTHING = Known(np.zeros(0, np.uint64))


def known(digests: Iterable[str], key: Key | None) -> Known:
    """Return what can be told again of the numbers with these keyed values."""
    values = np.fromiter((int(digest[:_HEX], 16) for digest in digests), np.uint64)
    return Known(np.unique(values), key)


def of_site(conn: sqlite3.Connection, site: Site) -> Known | None:
    """Return what can be told again of the numbers masked in a registry; None without its key.

    A site that was restored without its key still publishes, since what has ended must go; it
    does so without this comparison, and `verify` says so.
    """
    numbers = registry.masked_numbers(conn)
    key = keys.find(site.var)
    if key is None or not registry.is_its_key(conn, key.fingerprint):
        return None if any(numbers) else NOTHING
    return known(numbers, key)


@lru_cache(maxsize=_CACHED)
def _value(key: Key, digits: bytes) -> np.uint64:
    return np.uint64(int(key.of_number(digits.decode())[:_HEX], 16))
