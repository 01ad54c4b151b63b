"""The numbers that a portion came with and may not leave with, while they are in hand.

They are the identity numbers of the structured columns, and what was masked in texts as a number.
They leave this stage as keyed values alone, by which the scan of a finished release tells them
again.
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from gongshi.deidentify.structure import DECISION, OWN
from gongshi.formats import uscc
from gongshi.keys import Key
from gongshi.redaction.bulk import Masked
from gongshi.redaction.folding import as_digits, fold
from gongshi.redaction.masked import NUMBERED, digits_of

_CODES = ("uscc", "authority_code", "source_unit_code", "penalty_authority_code", "reg_no")
_NOT_ALNUM = re.compile("[^0-9A-Z]")
_LEAST = 6
_LEAST_DIVIDED, _LEAST_PIECE = 11, 4


@dataclass(frozen=True, slots=True)
class Originals:
    """Decision → the numbers of its rows in one spelling: letters and digits, without blanks."""

    of: Mapping[str, frozenset[str]] = field(repr=False)

    def keyed(self, key: Key) -> frozenset[str]:
        """Return the keyed values of all, by which they can be told again."""
        numbers = {digits for known in self.of.values() for n in known for digits in digits_of(n)}
        return frozenset(map(key.of_number, numbers))


def taken_away(frame: pl.DataFrame, masked: Masked) -> Originals:
    """Return the numbers of `frame`, from which `masked` was made.

    What a person may still find to be no number of anybody, a doubtful find, is none of them.
    """
    found: dict[str, set[str]] = {}
    for index, numbers in (*_own(frame), *_in_texts(frame, masked)):
        row = frame.row(index, named=True)
        public = {row.get(name) for name in _CODES}
        kept = {n for n in numbers if n not in public and not uscc.is_valid(n)}
        found.setdefault(row[DECISION], set()).update(kept)
    return Originals({decision: frozenset(numbers) for decision, numbers in found.items()})


def held(number: str, cells: Mapping[str, str]) -> list[str]:
    """Return the names of the cells, in one spelling, that hold a number, whole or in two pieces.

    >>> held("11010519491231002X", {"a": "110105194912", "b": "31002X", "c": "2026"})
    ['a', 'b']
    """
    if whole := [name for name, cell in cells.items() if number in cell]:
        return whole
    if len(number) < _LEAST_DIVIDED:
        return []
    for cut in range(_LEAST_PIECE, len(number) - _LEAST_PIECE + 1):
        first = [name for name, cell in cells.items() if number[:cut] in cell]
        rest = [name for name, cell in cells.items() if number[cut:] in cell] if first else []
        if rest:
            return sorted({*first[:1], *rest[:1]})
    return []


def spellings(text: str) -> Iterator[str]:
    """Yield the letters and digits of a text: as they stand, and with Chinese numerals read."""
    folded = fold(text).text
    plain = _dense(folded)
    yield plain
    if (read := _dense(as_digits(folded))) != plain:
        yield read


def _dense(text: str) -> str:
    return _NOT_ALNUM.sub("", text.upper())


def _own(frame: pl.DataFrame) -> Iterator[tuple[int, set[str]]]:
    """Yield (row index, numbers) of the identity numbers in structured columns."""
    owners = (
        frame.select(OWN).with_row_index("_at").filter(pl.col(OWN).str.contains("[0-9０-９]{3}"))
    )
    for index, cell in owners.select("_at", OWN).iter_rows():
        numbers = {_dense(fold(line).text) for line in cell.split("\n")}
        yield index, {number for number in numbers if len(number) >= _LEAST}


def _in_texts(frame: pl.DataFrame, masked: Masked) -> Iterator[tuple[int, set[str]]]:
    """Yield (row index, numbers) of what was masked in texts as a number."""
    for index, name, span in masked.spans:
        if span.rule in NUMBERED and not span.doubtful:
            text = fold((frame[name][index] or "")[span.start : span.end]).text
            number = _dense(text)
            if "*" not in text and len(number) > _LEAST:
                yield index, {number}
