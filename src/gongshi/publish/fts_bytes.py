"""Bytes of many index terms and numbers at once: UTF-8, SQLite varints, the heads of entries.

All functions take and return numpy arrays, one element per term or number.
"""

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

_LONGER_UTF8 = np.array([0x80, 0x800, 0x10000])
_VARINT_BITS = 7
_MORE = 0x80


def heads_of(index: int, first: Keys, second: Keys) -> tuple[Bytes, Numbers]:
    """Return the bytes before the row ids of terms of one or two characters, and their lengths."""
    one, one_size = _utf8(first)
    two, two_size = _utf8(second)
    two_size = np.where(second == 0, 0, two_size)
    size = one_size + two_size
    table = np.zeros((len(first), 11), np.uint8)
    kept = np.zeros(table.shape, np.bool_)
    table[:, 1], table[:, 2] = size + 1, index
    table[:, 3:7], table[:, 7:11] = one, two
    kept[:, :3] = True
    kept[:, 3:7] = np.arange(4) < one_size[:, None]
    kept[:, 7:11] = np.arange(4) < two_size[:, None]
    return table[kept], size + 3


def _utf8(codes: Keys) -> tuple[Bytes, Numbers]:
    """Return the UTF-8 bytes of each code point in a table of four columns, and their number."""
    code = codes.astype(np.int64)
    size = 1 + np.searchsorted(_LONGER_UTF8, code, "right")
    table = np.zeros((len(code), 4), np.uint8)
    lead = np.array([0, 0x00, 0xC0, 0xE0, 0xF0])[size]
    table[:, 0] = lead | (code >> (6 * (size - 1)))
    for place in (1, 2, 3):
        shift = np.maximum(size - 1 - place, 0) * 6
        table[:, place] = 0x80 | ((code >> shift) & 0x3F)
    return table, size


def varint_sizes(values: Numbers) -> Bytes:
    """Return how many bytes each value takes as a varint of at most five; nearly all take one."""
    size = np.ones(len(values), np.uint8)
    large = np.flatnonzero(values >= _MORE)
    while len(large):
        size[large] += 1
        large = large[values[large] >> (_VARINT_BITS * size[large].astype(np.int64)) > 0]
    return size


def put_varints(out: Bytes, last: Numbers, values: Numbers, sizes: Bytes) -> None:
    """Write each value as a varint into `out` so that it ends at its place in `last`."""
    out[last] = (values & (_MORE - 1)).astype(np.uint8)
    left = np.flatnonzero(sizes > 1)
    number = 1
    while len(left):
        out[last[left] - number] = (values[left] >> (_VARINT_BITS * number)) & (_MORE - 1) | _MORE
        number += 1
        left = left[sizes[left] > number]


def varints(values: Numbers) -> Bytes:
    """Return the values as varints, one after the other."""
    sizes = varint_sizes(values)
    ends = np.cumsum(sizes, dtype=np.int64)
    out = np.zeros(int(ends[-1]), np.uint8)
    put_varints(out, ends - 1, values, sizes)
    return out
