"""Decisions: case, authority, kinds, days and document number, before any party is named.

Days are chosen so that under the national periods (一般 one year, 严重 three years from the
decision) more than four fifths are in force on `today`. No decision is 7 to 25 days old: whether
one of those was reported within seven working days would hang on the holidays.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from gongshi.generate.material import bases, material, spellings
from gongshi.generate.places import COUNTIES
from gongshi.generate.text import Choices, pick
from gongshi.generate.world import World

_WEIGHTS = ("light", "normal", "severe")
_OLDEST = {"light": 340, "normal": 350, "severe": 1060}
"""Days: the oldest decision in force."""
_LATE_FROM = 28
_RECENT = 5
_SHARE_RECENT = 0.08
_SHARE_EXPIRED = 0.06
_SHARE_ELSEWHERE = 0.08
_EXPIRED = (420, 1080)
_SATURDAY = 5
_LONG_TERM = "2099-12-31"

_BRACKETS = ("〔{}〕", "[{}]", "（{}）", "【{}】", "﹝{}﹞", "({})")
_BRACKET_SHARES = (0.86, 0.06, 0.03, 0.02, 0.01, 0.02)


@dataclass(slots=True)
class Serials:
    """The last number that each authority gave in each year; it goes on from chunk to chunk."""

    last: dict[int, int] = field(default_factory=dict)

    def next(self, keys: np.ndarray) -> np.ndarray:
        """Return a new number for each key (authority and year), counting up within a key."""
        order = np.argsort(keys, kind="stable")
        unique, starts, counts = np.unique(keys[order], return_index=True, return_counts=True)
        within = np.arange(len(keys)) - np.repeat(starts, counts)
        before = np.array([self.last.get(key, 0) for key in unique.tolist()])
        given = np.empty(len(keys), dtype=np.int64)
        given[order] = within + 1 + np.repeat(before, counts)
        self.last.update(zip(unique.tolist(), (before + counts).tolist(), strict=True))
        return given


@dataclass(frozen=True, slots=True)
class Decisions:
    """One line per decision: the columns of the file that its parties share, and what made them."""

    frame: pl.DataFrame
    case: np.ndarray
    department: np.ndarray
    county: np.ndarray
    decided: pl.Series


def decide(
    world: World, rng: np.random.Generator, serials: Serials, *, count: int, today: date
) -> Decisions:
    """Return `count` decisions made on or before `today`."""
    case, department = _cases(rng, count)
    penalty = _penalties(rng, case)
    weight = np.array([_WEIGHTS.index(each.weight) for each in material().penalties])[penalty]
    decided = _days(rng, weight, today)
    seat = np.array(world.desks.flat, dtype=np.int64)[world.desks.draw(rng, department)]
    frame = (
        pl.DataFrame(
            {
                "CF_WFXW": pl.Series([each.violation for each in material().cases]).gather(case),
                "CF_YJ": _bases(rng, case),
                "CF_CFLB": pl.Series([each.kinds for each in material().penalties]).gather(penalty),
                "size": pl.Series([each.fine for each in material().penalties]).gather(penalty),
                "finance": _is_finance(department),
                "penalty": penalty,
                "case": case,
                "CF_NR_ZKDX": _licences(rng, penalty),
                "CF_WSH": _document_numbers(world, rng, serials, seat=seat, decided=decided),
            }
        )
        .hstack(_dates(rng, weight, decided))
        .hstack(_authorities(world, rng, seat))
    )
    return Decisions(frame, case, department, _counties(world, rng, seat), decided)


def _counties(world: World, rng: np.random.Generator, seat: np.ndarray) -> np.ndarray:
    """Return the county of each decision: one of the authority's mostly, any other now and then."""
    first = world.authorities["first_county"].to_numpy()[seat]
    among = world.authorities["counties"].to_numpy()[seat]
    home = first + (rng.random(len(seat)) * among).astype(np.int64)
    elsewhere = rng.integers(len(COUNTIES), size=len(seat))
    return np.where(rng.random(len(seat)) < _SHARE_ELSEWHERE, elsewhere, home)


def _cases(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a case and its department for each decision, by the shares of both."""
    departments = list(material().departments)
    owner = np.array([departments.index(case.department) for case in material().cases])
    share = np.array([case.share for case in material().cases], dtype=float)
    total = np.bincount(owner, weights=share)
    wanted = np.array([each.share for each in material().departments.values()], dtype=float)
    weights = share / total[owner] * wanted[owner]
    case = rng.choice(len(share), size=count, p=weights / weights.sum())
    return case, owner[case]


def _penalties(rng: np.random.Generator, case: np.ndarray) -> np.ndarray:
    """Return the place in `material().penalties` of the combination that each decision has."""
    found = np.zeros(len(case), dtype=np.int64)
    start = 0
    for name, mix in material().mixes.items():
        mine = np.flatnonzero(np.array([each.mix == name for each in material().cases])[case])
        shares = np.array([each.share for each in mix], dtype=float)
        found[mine] = start + rng.choice(len(mix), size=len(mine), p=shares / shares.sum())
        start += len(mix)
    return found


def _days(rng: np.random.Generator, weight: np.ndarray, today: date) -> pl.Series:
    """Return the days of decision, working days of the week only."""
    oldest = np.array([_OLDEST[name] for name in _WEIGHTS])[weight]
    age = _LATE_FROM + (rng.random(len(weight)) * (oldest - _LATE_FROM)).astype(np.int64)
    recent, expired = (
        rng.random(len(weight)) < _SHARE_RECENT,
        rng.random(len(weight)) < _SHARE_EXPIRED,
    )
    age = np.where(expired & (weight > 0), rng.integers(*_EXPIRED, size=len(age)), age)
    age = np.where(recent, rng.integers(_RECENT, size=len(age)), age)
    days = np.datetime64(today, "D") - age.astype("timedelta64[D]")
    weekday = (days.astype(np.int64) + 3) % 7  # day 0 of the epoch was a Thursday
    days -= np.maximum(weekday - _SATURDAY + 1, 0).astype("timedelta64[D]")
    return pl.Series(days)


def _bases(rng: np.random.Generator, case: np.ndarray) -> pl.Series:
    """Return 处罚依据, with the spellings of different hands."""
    choices = _spelt_bases()
    return pl.Series(choices.flat).gather(choices.draw(rng, case))


@cache
def _spelt_bases() -> Choices:
    """Return what may stand as the basis of each case."""
    general = material().general_laws
    return Choices(
        [
            [spelt for text in bases(each, general) for spelt in spellings(text)]
            for each in material().cases
        ]
    )


def _is_finance(department: np.ndarray) -> pl.Series:
    scales = [each.scale == "finance" for each in material().departments.values()]
    return pl.Series(scales).gather(department)


def _licences(rng: np.random.Generator, penalty: np.ndarray) -> pl.Series:
    """Return 暂扣或吊销证照名称及编号, "" where no licence is touched."""
    touched = np.array(["许可证件" in each.kinds for each in material().penalties])[penalty]
    titles = pick(rng, material().licences, len(penalty)).str.replace("|", " ", literal=True)
    digits = pl.Series(rng.integers(10**11, 10**12, size=len(penalty))).cast(pl.String)
    return (
        pl.DataFrame({"title": titles, "digits": digits, "on": touched})
        .select(pl.when("on").then(pl.concat_str("title", "digits")).otherwise(pl.lit("")))
        .to_series()
    )


def _document_numbers(
    world: World,
    rng: np.random.Generator,
    serials: Serials,
    *,
    seat: np.ndarray,
    decided: pl.Series,
) -> pl.Series:
    """Return document numbers: mark, year in brackets, a number counted by authority and year."""
    count = len(seat)
    year = decided.dt.year().to_numpy()
    bracket = pl.Series(_BRACKETS).gather(rng.choice(len(_BRACKETS), size=count, p=_BRACKET_SHARES))
    oddity = pl.Series(rng.random(count))
    frame = pl.DataFrame(
        {
            "mark": world.authorities["mark"].gather(seat),
            "left": bracket.str.split("{}").list.first(),
            "year": pl.Series(year).cast(pl.String),
            "right": bracket.str.split("{}").list.last(),
            "number": pl.Series(serials.next(seat * 10_000 + year)).cast(pl.String),
            "oddity": oddity,
        }
    )
    number = pl.when(pl.col("oddity") < 0.03).then("第" + pl.col("number")).otherwise("number")  # noqa: PLR2004
    plain = pl.concat_str("mark", "left", "year", "right", number, pl.lit("号"))
    wrapped = pl.when(pl.col("oddity") > 0.98).then("（" + plain + "）").otherwise(plain)  # noqa: PLR2004
    return frame.select(wrapped).to_series()


def _dates(rng: np.random.Generator, weight: np.ndarray, decided: pl.Series) -> pl.DataFrame:
    """Return CF_JDRQ, CF_YXQ (mostly long term) and CF_GSJZQ (mostly by the national periods)."""
    count = len(decided)
    months = pl.Series(["3mo", "1y", "3y"]).gather(weight)
    term = pl.Series(rng.choice(np.array(["7d", "1y", "3y"]), size=count))
    frame = pl.DataFrame({"day": decided, "months": months, "term": term})
    return frame.select(
        pl.col("day").dt.to_string("%Y-%m-%d").alias("CF_JDRQ"),
        pl.when(pl.Series(rng.random(count) < 0.6))  # noqa: PLR2004
        .then(pl.lit(_LONG_TERM))
        .otherwise(pl.col("day").dt.offset_by(pl.col("term")).dt.to_string("%Y-%m-%d"))
        .alias("CF_YXQ"),
        pl.when(pl.Series(rng.random(count) < 0.85))  # noqa: PLR2004
        .then(pl.col("day").dt.offset_by(pl.col("months")).dt.to_string("%Y-%m-%d"))
        .otherwise(pl.lit(""))
        .alias("CF_GSJZQ"),
    )


def _authorities(world: World, rng: np.random.Generator, seat: np.ndarray) -> pl.DataFrame:
    """Return the authority's columns; now and then it writes its name with the province."""
    long = pl.Series(rng.random(len(seat)) < 0.04)  # noqa: PLR2004
    chosen = world.authorities[seat]
    return chosen.select(
        pl.when(long).then("alias").otherwise("name").alias("CF_CFJG"),
        pl.col("code").alias("CF_CFJGDM"),
        "centre",
        "centre_code",
    )
