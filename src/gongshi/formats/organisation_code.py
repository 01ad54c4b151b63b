"""组织机构代码: the organisation code that came before the unified social credit code.

Eight digits or capitals and a check character, often written with a hyphen before the last.
Places 9 to 17 of a unified social credit code hold one. Letters count A = 10 … Z = 35.

Source: GB 11714-1997.

>>> is_valid("802100433")
True
>>> is_valid("80210043-3")
True
>>> is_valid("802100434")
False
>>> check_digit("MA1B3N1N")
'2'
"""

import re
from typing import TYPE_CHECKING

from gongshi.formats.vector import rows_of, spread, values_of

if TYPE_CHECKING:
    import polars as pl

LENGTH = 9

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE = re.compile(r"[0-9A-Z]{8}-?[0-9X]")


def check_digit(first8: str) -> str:
    """Return the ninth character for the eight digits or capitals before it."""
    total = sum(int(symbol, 36) * weight for symbol, weight in zip(first8, _WEIGHTS, strict=True))
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def is_valid(code: str) -> bool:
    """Say whether `code` has the form and the check character, with or without the hyphen."""
    return bool(_SHAPE.fullmatch(code)) and check_digit(code[:8]) == code[-1]


def valid_mask(codes: "pl.Series") -> "pl.Series":
    """Return a Boolean Series that is true only for valid codes written without a hyphen."""
    right, symbols = rows_of(codes, LENGTH)
    values = values_of(_LETTERS)[symbols].astype("uint16")
    checks = values_of("0123456789X")[symbols[:, -1]]
    shaped = (values[:, :-1] < len(_LETTERS)).all(axis=1) & (checks < 11)  # noqa: PLR2004  modulus
    return spread(codes, right, shaped & ((values[:, :-1] @ _WEIGHTS + checks) % 11 == 0))
