"""The files of the demonstration: three formats, clean and damaged, a repeat, lists and events."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from gongshi.generate.damage import DAMAGED
from gongshi.generate.files import titles_of, write, writer
from gongshi.generate.listings import list_entries, penalty_events
from gongshi.generate.penalties import FIELDS
from gongshi.generate.records import Batch, Maker

_LEAST = 3

DEMO_FILES = (
    "1-示例省市场监管等.csv",
    "2-样例省(GBK).csv",
    "3-工作簿.xlsx",
    "4-更正重报.csv",
    "5-名单决定.csv",
    "6-处罚变动.csv",
)
"""Names of the demonstration's files, in the order in which they are to be taken in."""


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The files in the order in which they are to be taken in.

    `rows` counts the penalty records in all files, the repeated ones too; `clean` those of them,
    each once, in which no defect was planted.
    """

    paths: tuple[Path, ...]
    rows: int
    clean: int


def demo_files(folder: Path, rows: int, seed: int, today: date) -> DemoFiles:
    """Write the demonstration's files into `folder`: about `rows` penalties in all.

    Half of them in clean UTF-8 CSV, a quarter in damaged GBK CSV, a quarter in a damaged XLSX; a
    second delivery of the first file's last tenth, some of it mended; decisions to list parties,
    black and red; events of published penalties.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sizes = _sizes(rows)
    maker = Maker(sum(sizes), seed, today)
    clean = maker.make(sizes[0])
    gbk = maker.make(sizes[1], dirty=True, gbk=True)
    xlsx = maker.make(sizes[2], dirty=True)
    parts = (
        (DEMO_FILES[0], "csv", clean),
        (DEMO_FILES[1], "csv-gbk", gbk),
        (DEMO_FILES[2], "xlsx", xlsx),
        (DEMO_FILES[3], "csv", _again(clean)),
    )
    counts = [
        write(folder / name, form, [made], dirty=made is gbk or made is xlsx)
        for name, form, made in parts
    ]
    rng = np.random.default_rng([seed, 0])
    penalties = clean.frame.drop(DAMAGED)
    more = {
        DEMO_FILES[4]: ("list-entry", list_entries(penalties, rng, today=today)),
        DEMO_FILES[5]: ("penalty-event", penalty_events(penalties, rng, today=today)),
    }
    for name, (schema, frame) in more.items():
        with writer(folder / name, "csv", titles_of(schema)) as put:
            put(frame.fill_null(""))
    return DemoFiles(
        paths=tuple(folder / name for name in (*(name for name, _, _ in parts), *more)),
        rows=sum(count["rows"] for count in counts),
        clean=sum(count["clean"] for count in counts[:3]),
    )


def _sizes(rows: int) -> tuple[int, int, int]:
    """Return how many records the first three files have."""
    quarter = max(rows // 4, _LEAST)
    return max(rows - 2 * quarter, _LEAST), quarter, quarter


def _again(delivered: Batch) -> Batch:
    """Return the last tenth of a delivery, in which every fifth record now says more."""
    count = max(len(delivered.frame) // 10, 1)
    first = len(delivered.frame) - count
    mended = pl.int_range(pl.len()) % 5 == 0
    frame = delivered.frame.tail(count).with_columns(
        pl.when(mended).then(pl.col("CF_NR") + "(已更正)").otherwise("CF_NR").alias("CF_NR")
    )
    secrets = delivered.secrets.filter(pl.col("row") >= first).with_columns(pl.col("row") - first)
    return Batch(frame.select(*FIELDS, DAMAGED), secrets, delivered.truth)
