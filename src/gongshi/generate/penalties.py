"""Clean penalty records, a chunk at a time, in columns.

A decision comes first (what, by whom, when), then its parties: 4.5 % of the document numbers stand
on two to seven records, each with its own sum.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from gongshi.generate import amounts, personal, wording
from gongshi.generate.decisions import Decisions, Serials, decide
from gongshi.generate.material import CONFISCATIONS, material
from gongshi.generate.places import COUNTIES
from gongshi.generate.world import PARTY_FIELDS, World

FIELDS = (
    *PARTY_FIELDS,
    "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF",
    "CF_NR_ZKDX", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM",
    "BZ",
)  # fmt: skip
"""The 30 columns of the exchange format of 2019, in its order."""

ORGANISATION, SHOP, PERSON = range(3)
_GAINS = 5
_SHARE_WITH_SEVERAL = 0.045
_MOST_PARTIES = 7
_SHARE_OF_COLLECTED = 0.15
"""Records that an information centre reports for the authority."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records and what must never be published of them.

    `frame` has `FIELDS` as text; `secrets` has row (place in the frame, from 0), field, element
    (id_no, party_name, name, phone, address, plate, bank_account) and value.
    """

    frame: pl.DataFrame
    secrets: pl.DataFrame = field(repr=False)


def chunk(
    world: World, rng: np.random.Generator, serials: Serials, *, count: int, today: date
) -> Chunk:
    """Return `count` clean records decided on or before `today`."""
    of, nth = _shares_of_decisions(rng, count)
    made = decide(world, rng, serials, count=int(of[-1]) + 1, today=today)
    category, parties = _parties(world, rng, made, of, nth)
    rows = made.frame[of].hstack(parties)
    sums = _sums(world, rng, rows, category)
    rows = rows.hstack(sums)
    slots = wording.slots(world, rng, made)[of].hstack(
        rows.select(party="CF_XDR_MC", fine="fine", gain="gain", profit="gain")
    )
    texts = wording.texts(rng, rows, slots)
    texts, spoken = personal.add(rng, texts, is_person=category == PERSON, party=rows["CF_XDR_MC"])
    frame = rows.hstack(texts).with_columns(**_collected(rng, count)).select(FIELDS)
    return Chunk(frame, pl.concat([personal.of_columns(frame), spoken]).sort("row", "field"))


def _shares_of_decisions(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return each record's decision, by number, and its place among the parties of that."""
    several = rng.random(count) < _SHARE_WITH_SEVERAL
    sizes = np.where(several, np.minimum(1 + rng.geometric(0.6, count), _MOST_PARTIES), 1)
    of = np.repeat(np.arange(count), sizes)[:count]
    first = np.concatenate([[0], np.cumsum(sizes)])
    return of, np.arange(count) - first[of]


def _parties(
    world: World, rng: np.random.Generator, made: Decisions, of: np.ndarray, nth: np.ndarray
) -> tuple[np.ndarray, pl.DataFrame]:
    """Return the category of each record's party, and its columns.

    Who stands second in a decision is a person mostly: the one responsible in the firm. Within a
    decision parties follow each other in their county, so that none stands twice.
    """
    shares = np.array([d.parties for d in material().departments.values()]).cumsum(axis=1)
    drawn = (rng.random(len(of)) * 100)[:, None] >= shares[made.department[of]]
    category = drawn.sum(axis=1)
    category[(nth > 0) & (rng.random(len(of)) < 0.7)] = PERSON  # noqa: PLR2004  the share said above
    base = rng.integers(2**40, size=len(made.department))[of]
    turn = (base + nth) % world.per_county[category]
    return category, world.parties[world.starts[category] + made.county[of] + len(COUNTIES) * turn]


def _sums(
    world: World, rng: np.random.Generator, rows: pl.DataFrame, category: np.ndarray
) -> pl.DataFrame:
    """Return CF_NR_FK, CF_NR_WFFF and the same sums as the decision writes them: fine, gain."""
    which = _pool_of(rows, category)
    fines = _drawn(rng, world.pools, which)
    gains = _drawn(rng, world.pools, np.full(len(rows), _GAINS))
    confiscated = pl.any_horizontal(
        pl.col("CF_CFLB").str.contains(kind, literal=True) for kind in CONFISCATIONS
    )
    return (
        rows.hstack(fines.rename({"wan": "_fine", "written": "fine"}))
        .hstack(gains.rename({"wan": "_gain", "written": "gain"}))
        .select(
            pl.when(pl.col("size") != "").then("_fine").otherwise(pl.lit("")).alias("CF_NR_FK"),
            pl.when(confiscated).then("_gain").otherwise(pl.lit("")).alias("CF_NR_WFFF"),
            "fine",
            "gain",
        )
    )


def _pool_of(rows: pl.DataFrame, category: np.ndarray) -> np.ndarray:
    """Return the number of the pool (`world.build`) that each record's fine comes from."""
    size, finance = rows["size"].to_numpy(), rows["finance"].to_numpy()
    large = np.select([category == PERSON, finance], [3, 0], default=1)
    return np.select([size == "small", size == "any"], [4, 2], default=large)


def _drawn(
    rng: np.random.Generator, pools: tuple[amounts.Pool, ...], which: np.ndarray
) -> pl.DataFrame:
    """Return one sum per record from the pool named for it: wan, written."""
    starts = np.cumsum([0, *(len(pool.fen) for pool in pools)])
    place = starts[which] + rng.integers(len(pools[0].fen), size=len(which))
    return pl.DataFrame(
        {
            "wan": pl.concat([pool.wan for pool in pools]).gather(place),
            "written": pl.concat([pool.written for pool in pools]).gather(place),
        }
    )


def _collected(rng: np.random.Generator, count: int) -> dict[str, pl.Expr]:
    """Return the columns of the unit that reports: the authority, or the centre of its city."""
    by_centre = pl.Series(rng.random(count) < _SHARE_OF_COLLECTED)
    return {
        "CF_SJLY": pl.when(by_centre).then("centre").otherwise("CF_CFJG"),
        "CF_SJLYDM": pl.when(by_centre).then("centre_code").otherwise("CF_CFJGDM"),
    }
