"""Sums of money as penalties state them: how large, and in which notation.

Sizes follow the quantiles measured in 8 789 published penalties of one regulator, and smaller
ones for market supervision and persons. Notations: 20万元 (72 %), 200000元 or 200,000元 (8 %),
二十万元 (18 %), 贰拾万元整 (1.5 %), 千元 (0.5 %).

A pool holds a few thousand sums with their notations; records draw from pools.

>>> chinese(200000), chinese(130700), financial(200000)
('二十万', '十三万零七百', '贰拾万')
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from gongshi.formats import money

Quantiles = tuple[tuple[float, float], ...]
"""(share, yuan) pairs, rising; between two of them sums lie evenly on a logarithmic scale."""

FINANCE: Quantiles = (
    (0, 10_000), (0.1, 10_000), (0.25, 50_000), (0.5, 200_000), (0.75, 400_000), (0.9, 700_000),
    (0.99, 3_600_000), (0.9995, 20_000_000), (1, 114_500_000),
)  # fmt: skip
LARGE: Quantiles = (
    (0, 10_000), (0.25, 15_000), (0.5, 30_000), (0.75, 80_000), (0.9, 200_000), (0.99, 1_000_000),
    (1, 20_000_000),
)  # fmt: skip
ANY: Quantiles = (
    (0, 500), (0.25, 3_000), (0.5, 6_000), (0.75, 20_000), (0.9, 60_000), (0.99, 400_000),
    (1, 3_000_000),
)  # fmt: skip
PERSON: Quantiles = (
    (0, 2_000), (0.25, 5_000), (0.5, 20_000), (0.75, 50_000), (0.9, 100_000), (0.99, 500_000),
    (1, 3_000_000),
)  # fmt: skip
SMALL: Quantiles = ((0, 100), (0.5, 500), (1, 1_900))
GAINS: Quantiles = (
    (0, 12), (0.25, 300), (0.5, 1_500), (0.75, 6_000), (0.9, 30_000), (0.99, 400_000),
    (1, 5_000_000),
)  # fmt: skip

_POOL = 3_000
_FAVOURITES = (10_000, 20_000, 50_000, 60_000, 100_000, 200_000, 250_000, 300_000, 400_000, 500_000)
_SHARE_OF_FAVOURITES = 0.3
_NOTATIONS = ("wan", "yuan", "grouped", "chinese", "financial", "thousand")
_SHARES = (0.72, 0.05, 0.03, 0.18, 0.015, 0.005)
_WAN = 10_000
_DIGITS = "零一二三四五六七八九"
_FINANCIAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


@dataclass(frozen=True, slots=True)
class Pool:
    """Sums to draw from: fen, 万元 as the exchange format writes it, and the text of a decision."""

    fen: pl.Series
    wan: pl.Series
    written: pl.Series

    def draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Return `count` random places in the pool."""
        return rng.integers(len(self.fen), size=count)


def fines(rng: np.random.Generator, quantiles: Quantiles) -> Pool:
    """Return round sums, as fines are, in every notation."""
    yuan = [_rounded(value) for value in _sample(rng, quantiles, _POOL).tolist()]
    usual = [sum_ for sum_ in _FAVOURITES if quantiles[0][1] <= sum_ <= quantiles[-1][1]]
    if usual:
        swap = rng.random(_POOL) < _SHARE_OF_FAVOURITES
        picks = rng.integers(len(usual), size=_POOL)
        yuan = [usual[p] if s else y for y, s, p in zip(yuan, swap, picks, strict=True)]
    notations = rng.choice(len(_NOTATIONS), size=_POOL, p=_SHARES).tolist()
    written = [write(y, _NOTATIONS[n]) for y, n in zip(yuan, notations, strict=True)]
    return _pool([y * money.FEN_PER_YUAN for y in yuan], written)


def gains(rng: np.random.Generator) -> Pool:
    """Return uneven sums down to a fen, as unlawful gains are: 3482.5元."""
    fen = np.round(_sample(rng, GAINS, _POOL) * 10).astype(np.int64) * 10
    return _pool(
        fen.tolist(), [f"{value / 100:.2f}".rstrip("0").rstrip(".") + "元" for value in fen]
    )


def _pool(fen: list[int], written: list[str]) -> Pool:
    """Return a pool of parallel columns."""
    wan = [money.format_wan(value) for value in fen]
    return Pool(pl.Series(fen, dtype=pl.Int64), pl.Series(wan), pl.Series(written))


def _sample(rng: np.random.Generator, quantiles: Quantiles, count: int) -> np.ndarray:
    """Return sums in yuan distributed by the quantiles."""
    shares, values = zip(*quantiles, strict=True)
    return np.exp(np.interp(rng.random(count), shares, np.log(values)))


def _rounded(yuan: float) -> int:
    """Return the sum with two leading digits."""
    step = 10 ** max(len(str(int(yuan))) - 2, 2)
    return max(int(yuan // step * step), 100)


def write(yuan: int, notation: str) -> str:
    """Return a whole number of yuan in one notation; where it does not fit, as plain yuan.

    >>> write(200000, "wan"), write(130700, "wan"), write(5000, "thousand"), write(800, "wan")
    ('20万元', '13.07万元', '5千元', '800元')
    """
    match notation:
        case "wan" if yuan >= _WAN:
            return f"{money.format_wan(yuan * money.FEN_PER_YUAN)}万元"
        case "grouped":
            return f"{yuan:,}元"
        case "chinese":
            return f"{chinese(yuan)}元"
        case "financial":
            return f"人民币{financial(yuan)}元整"
        case "thousand" if yuan % 1_000 == 0 and yuan < _WAN:
            return f"{yuan // 1_000}千元"
        case _:
            return f"{yuan}元"


def chinese(number: int) -> str:
    """Return a whole number in Chinese numerals."""
    if number >= 10**8:
        return _joined(chinese(number // 10**8) + "亿", number % 10**8, 10**7)
    if number >= _WAN:
        return _joined(_below_wan(number // _WAN) + "万", number % _WAN, 1_000)
    return _below_wan(number)


def _joined(head: str, rest: int, leading: int) -> str:
    """Return the head and the rest, with 零 where a place is skipped."""
    if not rest:
        return head
    return (
        head
        + ("零" if rest < leading else "")
        + chinese(rest).replace("十", "一十", rest in range(10, 20))
    )


def _below_wan(number: int) -> str:
    """Return a number below 10 000; 10 to 19 without the leading 一."""
    text, skipped = "", False
    for unit, value in (("千", 1_000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // value % 10
        if digit:
            text += ("零" if skipped and text else "") + _DIGITS[digit] + unit
        skipped = not digit
    return text[1:] if text.startswith("一十") else text


def financial(number: int) -> str:
    """Return a whole number in financial numerals."""
    return chinese(number).translate(_FINANCIAL)
