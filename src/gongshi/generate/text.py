"""Templates filled in for whole columns at once."""

from collections.abc import Sequence
from string import Formatter

import numpy as np
import polars as pl


def render(slots: pl.DataFrame, templates: Sequence[str], which: np.ndarray) -> pl.Series:
    """Return one text per row of `slots`: template number `which[row]`, filled from its columns.

    >>> frame = pl.DataFrame({"what": ["茶", "酒"]})
    >>> render(frame, ["卖{what}", "无照卖{what}"], np.array([1, 0])).to_list()
    ['无照卖茶', '卖酒']
    """
    order = np.argsort(which, kind="stable")
    sorted_slots = slots[order]
    numbers, starts, counts = np.unique(which[order], return_index=True, return_counts=True)
    parts = [
        _filled(templates[number], sorted_slots.slice(start, count))
        for number, start, count in zip(
            numbers.tolist(), starts.tolist(), counts.tolist(), strict=True
        )
    ]
    if not parts:
        return pl.Series("text", [], dtype=pl.String)
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return pl.concat(parts).gather(back)


def slots_of(template: str) -> list[str]:
    """Return the names of the slots of one template, in order."""
    return [name for _, name, _, _ in Formatter().parse(template) if name]


def _filled(template: str, slots: pl.DataFrame) -> pl.Series:
    """Return one template filled from every row of `slots`."""
    if not slots_of(template):
        return pl.repeat(template, len(slots), dtype=pl.String, eager=True)
    pieces: list[pl.Expr] = []
    for literal, name, _, _ in Formatter().parse(template):
        pieces += [pl.lit(literal)] if literal else []
        pieces += [pl.col(name)] if name else []
    return slots.select(pl.concat_str(pieces)).to_series()


class Choices:
    """Lists of different length laid end to end, so that many rows choose at once."""

    def __init__(self, lists: Sequence[Sequence[str]]) -> None:
        self.flat = [text for items in lists for text in items]
        self.lengths = np.array([len(items) for items in lists])
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]])

    def draw(self, rng: np.random.Generator, which: np.ndarray) -> np.ndarray:
        """Return for each row a random place in `flat` inside the list number `which[row]`."""
        within = (rng.random(len(which)) * self.lengths[which]).astype(np.int64)
        return np.asarray(self.starts[which] + within)


def pick(rng: np.random.Generator, choices: Sequence[str], count: int) -> pl.Series:
    """Return `count` of the choices at random."""
    return pl.Series(choices, dtype=pl.String).gather(rng.integers(len(choices), size=count))
