"""Findings in columns: a million of them cost what they say, not a million Python objects.

What findings have in common (rule, field, message) is kept once; what a cell adds (sheet, row,
column, value, proposal) stands in a frame. A `Finding` is made when somebody looks at it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from operator import itemgetter
from typing import Any, overload

import polars as pl

from gongshi.models import Finding

OF_A_CELL = {
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.String,
    "value": pl.String,
    "proposal": pl.String,
}
"""What differs from cell to cell; all else that a finding has is told of many alike."""
TOLD = "told"
"""Column of the number of what is told."""

Told = tuple[Any, ...]
"""A finding without what a cell adds: its other attributes, in their order."""

_NAMES = tuple(each.name for each in fields(Finding))
_TOLD_NAMES = tuple(name for name in _NAMES if name not in OF_A_CELL)
_SCHEMA = {**OF_A_CELL, TOLD: pl.UInt32}
_told_of = itemgetter(*(_NAMES.index(name) for name in _TOLD_NAMES))
_cell_of = itemgetter(*(_NAMES.index(name) for name in OF_A_CELL))
_joined = itemgetter(*((*OF_A_CELL, *_TOLD_NAMES).index(name) for name in _NAMES))


class Findings(Sequence[Finding]):
    """A sequence of findings. It never changes, and equals any sequence of the same findings.

    `frame` has the columns of `OF_A_CELL` and `told`, the place in `told` of the rest.
    """

    __slots__ = ("_frame", "_told")
    __hash__ = None  # type: ignore[assignment]  # equal to tuples, and too long to hash

    def __init__(self, frame: pl.DataFrame, told: Sequence[Told]) -> None:
        self._frame = frame.select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())
        self._told = tuple(told)

    def __len__(self) -> int:
        return self._frame.height

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> "Findings": ...
    def __getitem__(self, at: int | slice) -> "Finding | Findings":
        if isinstance(at, slice):
            return Findings(self._frame[at], self._told)
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return self._made(self._frame.row(at))

    def __iter__(self) -> Iterator[Finding]:
        return map(self._made, self._frame.iter_rows())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(Finding.__eq__, self, other))

    def __repr__(self) -> str:
        return f"Findings({len(self)})"

    def _made(self, line: tuple[Any, ...]) -> Finding:
        """Return the finding that a line of the frame stands for."""
        return Finding(*_joined((*line[:-1], *self._told[line[-1]])))

    @property
    def parts(self) -> tuple[pl.DataFrame, tuple[Told, ...]]:
        """Return the frame, and what is told."""
        return self._frame, self._told


def told(**said: Any) -> Told:  # noqa: ANN401  each attribute has its own type
    """Return what findings alike tell; what is not said is as `Finding` has it by default."""
    empty = Finding(**(dict.fromkeys(OF_A_CELL, "") | said))
    return tuple(getattr(empty, name) for name in _TOLD_NAMES)


def collected(findings: Iterable[Finding]) -> Findings:
    """Return findings in columns."""
    if isinstance(findings, Findings):
        return findings
    numbers: dict[Told, int] = {}
    lines = []
    for each in findings:
        cells = tuple(getattr(each, name) for name in _NAMES)
        number = numbers.setdefault(_told_of(cells), len(numbers))
        lines.append((*_cell_of(cells), number))
    return Findings(pl.DataFrame(lines, schema=_SCHEMA, orient="row"), tuple(numbers))


def joined(*parts: Iterable[Finding]) -> Findings:
    """Return the findings of all parts, one after the other."""
    numbers: dict[Told, int] = {}
    frames = []
    for frame, said in (collected(part).parts for part in parts):
        ours = pl.Series([numbers.setdefault(each, len(numbers)) for each in said], dtype=pl.UInt32)
        frames.append(frame.with_columns(ours[frame[TOLD]].alias(TOLD)))
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=_SCHEMA)
    return Findings(whole, tuple(numbers))


def once(findings: Iterable[Finding]) -> Findings:
    """Return the findings in their order, those that are alike in everything once.

    Joining numbers what is told afresh, so that the same words have one number.
    """
    frame, said = joined(findings).parts
    return Findings(frame.unique(maintain_order=True, keep="first"), said)
