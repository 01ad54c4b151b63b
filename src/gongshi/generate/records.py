"""Invented records as a stream of batches: what every writer and every test starts from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from gongshi.calendar import load_calendar
from gongshi.generate import world
from gongshi.generate.damage import DAMAGED, TRUTH, damage
from gongshi.generate.decisions import Serials
from gongshi.generate.penalties import chunk
from gongshi.site import packaged_content

CHUNK = 20_000
"""Records made at a time; the memory in use hardly grows with the file."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records.

    `frame` has the 30 columns as text and `_damaged`, whether a defect was put in. `secrets` has
    row, field, element, value; `truth` has row, field, rule, defect. Their `row` counts records
    from 0: from the first of this batch, in what `batches` and `whole` give from the first of all.
    """

    frame: pl.DataFrame
    secrets: pl.DataFrame = field(repr=False)
    truth: pl.DataFrame = field(repr=False)

    def moved(self, rows: int) -> "Batch":
        """Return the same records behind `rows` others."""
        later = (pl.col("row") + rows).cast(pl.UInt32)
        return Batch(self.frame, self.secrets.with_columns(later), self.truth.with_columns(later))


class Maker:
    """One invented country: its parties and authorities, and the document numbers given so far.

    `rows` is how many records will be asked for in all; the same calls give the same records.
    """

    def __init__(self, rows: int, seed: int, today: date) -> None:
        self._world = world.build(np.random.default_rng([seed, 0]), rows)
        self._serials = Serials()
        self._calendar = load_calendar(packaged_content() / "schemas" / "calendar")
        self._seed, self._today, self._made = seed, today, 0

    def make(self, count: int, *, dirty: bool = False, gbk: bool = False) -> Batch:
        """Return the next `count` records; with `gbk`, without what GBK cannot write."""
        self._made += 1
        rng = np.random.default_rng([self._seed, self._made])
        made = chunk(self._world, rng, self._serials, count=count, today=self._today)
        if dirty:
            return Batch(*damage(made, rng, self._calendar, today=self._today, gbk=gbk))
        clean = made.frame.with_columns(pl.lit(value=False).alias(DAMAGED))
        return Batch(clean, made.secrets, pl.DataFrame(schema=TRUTH))


def batches(
    rows: int, seed: int, *, today: date, dirty: bool = False, gbk: bool = False
) -> Iterator[Batch]:
    """Yield `rows` records; the same arguments give the same records."""
    maker = Maker(rows, seed, today)
    for first in range(0, rows, CHUNK):
        yield maker.make(min(CHUNK, rows - first), dirty=dirty, gbk=gbk).moved(first)


def whole(rows: int, seed: int, *, today: date, dirty: bool = False) -> Batch:
    """Return all records at once, for tests and small files."""
    parts = list(batches(rows, seed, today=today, dirty=dirty))
    return Batch(
        pl.concat([part.frame for part in parts]),
        pl.concat([part.secrets for part in parts]),
        pl.concat([part.truth for part in parts]),
    )
