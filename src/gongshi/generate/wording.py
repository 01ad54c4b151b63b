"""What a decision says: 违法事实, 处罚内容 and 备注, filled in for whole columns.

Lengths of the facts follow the quantiles of published penalties: half below 35 characters, a
tenth above 75, one in a hundred above 490.
"""

from itertools import accumulate

import numpy as np
import polars as pl

from gongshi.generate.decisions import Decisions
from gongshi.generate.material import material
from gongshi.generate.text import Choices, pick, render
from gongshi.generate.world import DOORS, World

_OPENINGS = ("", "当事人", "经查，当事人", "{party}")
_OPENING_SHARES = (0.62, 0.22, 0.06, 0.1)
_LENGTHS = ("one heading", "two headings", "one detail", "two details", "long", "very long")
_LENGTH_SHARES = (0.42, 0.36, 0.13, 0.05, 0.03, 0.01)
_STORIES = 400
_QUANTITIES = (1, 6, 12, 24, 36, 50, 80, 100, 126, 200, 360, 500, 1000)


def slots(world: World, rng: np.random.Generator, made: Decisions) -> pl.DataFrame:
    """Return what fills the blanks of one decision's texts, one line per decision."""
    count = len(made.case)
    goods = Choices([material().goods_of(case) for case in material().cases])
    named = pl.Series(goods.flat).gather(goods.draw(rng, made.case)).str.split("|")
    quantity = pl.Series(rng.choice(np.array(_QUANTITIES), size=count)).cast(pl.String)
    inspected = (
        made.decided
        - pl.Series(rng.integers(20, 150, size=count)).cast(pl.Duration("us")) * 86_400_000_000
    )
    marks = pl.Series(rng.integers(99_000_000, 99_999_999, size=count)).cast(pl.String)
    return pl.DataFrame(
        {
            "product": named.list.first(),
            "qty": quantity + named.list.last(),
            "brand": pick(rng, material().brands, count),
            "item": pick(rng, material().items, count),
            "platform": pick(rng, material().platforms, count),
            "campaign": pick(rng, material().campaigns, count),
            "where": pl.Series(world.where).gather(
                made.county * DOORS + rng.integers(DOORS, size=count)
            ),
            "mark": marks,
            "day": inspected.dt.to_string("%Y年%-m月%-d日"),
            "batch": inspected.dt.to_string("%Y%m%d") + pick(rng, ("", "A1", "B2", "-3"), count),
            "value": pl.concat([world.pools[5].written, world.pools[2].written]).gather(
                rng.integers(len(world.pools[5].written), size=count)
            ),
            "licence": made.frame["CF_NR_ZKDX"],
        }
    )


def texts(rng: np.random.Generator, rows: pl.DataFrame, filled: pl.DataFrame) -> pl.DataFrame:
    """Return CF_SY, CF_NR and BZ; `filled` has the slots of every record."""
    return pl.DataFrame(
        {
            "CF_SY": _facts(rng, rows, filled),
            "CF_NR": _contents(rng, rows, filled),
            "BZ": _remarks(rng, filled),
        }
    )


def _facts(rng: np.random.Generator, rows: pl.DataFrame, filled: pl.DataFrame) -> pl.Series:
    """Return facts: a heading or two, sentences on how it was found, sometimes a long story."""
    case = rows["case"].to_numpy()
    count = len(rows)
    about_goods = np.array([int(each.about_goods) for each in material().cases])[case]
    opening = render(filled, _OPENINGS, rng.choice(len(_OPENINGS), size=count, p=_OPENING_SHARES))
    heading, other = _two(rng, filled, Choices([each.facts for each in material().cases]), case)
    first, second = _two(
        rng, filled, Choices([material().plain_details, material().details]), about_goods
    )
    story = pl.Series(_stories(rng)).gather(rng.integers(_STORIES, size=count))
    endless = pl.Series(_stories(rng, several=3)).gather(rng.integers(_STORIES, size=count))
    ends = {
        1: "；" + other,
        2: "。" + first,
        3: "。" + first + "。" + second,
        4: "。" + first + "。" + story,
        5: "。" + first + "。" + endless,
    }
    length = pl.Series(rng.choice(len(_LENGTHS), size=count, p=_LENGTH_SHARES))
    stop = pl.Series(np.where(rng.random(count) < 0.5, "", "。"))  # noqa: PLR2004
    end = pl.lit("")
    for number, text in ends.items():
        end = pl.when(length == number).then(text).otherwise(end)
    return pl.select(opening + heading + end + stop).to_series()


def _two(
    rng: np.random.Generator, filled: pl.DataFrame, choices: Choices, which: np.ndarray
) -> tuple[pl.Series, pl.Series]:
    """Return two texts per row from the list `which[row]`, different where the list has two."""
    one = choices.draw(rng, which)
    start = choices.starts[which]
    other = start + (one - start + 1) % choices.lengths[which]
    return render(filled, choices.flat, one), render(filled, choices.flat, other)


def _stories(rng: np.random.Generator, several: int = 1) -> list[str]:
    """Return continuations of 3 to 14 sentences, or of `several` times as many."""
    sentences = np.array(material().narrative * several)
    sizes = (several * rng.integers(3, 15, size=_STORIES)).tolist()
    return ["。".join(rng.permutation(sentences)[:size].tolist()) for size in sizes]


def _contents(rng: np.random.Generator, rows: pl.DataFrame, filled: pl.DataFrame) -> pl.Series:
    """Return contents that name every kind and every sum of the record, and sometimes the term."""
    choices = Choices([penalty.contents for penalty in material().penalties])
    text = render(filled, choices.flat, choices.draw(rng, rows["penalty"].to_numpy()))
    count = len(rows)
    ending = "。" + pick(rng, material().performance, count)
    has_fine = (rows["size"] != "").to_numpy() & (rng.random(count) < 0.25)  # noqa: PLR2004
    stop = pl.Series(np.where(rng.random(count) < 0.5, "", "。"))  # noqa: PLR2004
    return pl.select(
        text + pl.when(pl.Series(has_fine)).then(ending).otherwise(pl.lit("")) + stop
    ).to_series()


def _remarks(rng: np.random.Generator, filled: pl.DataFrame) -> pl.Series:
    """Return remarks; nine in ten records have none."""
    choices = ["", *material().remarks]
    shares = np.array([0.9, *[0.1 / len(material().remarks)] * len(material().remarks)])
    places = np.searchsorted(list(accumulate(shares[:-1])), rng.random(len(filled)))
    return render(filled, choices, places)
