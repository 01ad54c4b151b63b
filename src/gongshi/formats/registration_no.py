"""工商注册号: the business registration number that came before the unified social credit code.

15 digits: area (6), sequence (8), check digit (1) by ISO 7064 MOD 11,10. Numbers given before
2007 have 13 digits and no check; they are old, not wrong.

Source: GS 15-2006; ISO/IEC 7064.

>>> is_valid("110108000000016")
True
>>> is_valid("110108000000017")
False
>>> is_old("1101081234567")
True
"""

import re
from typing import TYPE_CHECKING

from gongshi.formats.vector import rows_of, spread, values_of

if TYPE_CHECKING:
    import polars as pl

LENGTH = 15

_SHAPE = re.compile(r"[0-9]{15}")
_OLD_SHAPE = re.compile(r"[0-9]{13}")


def check_digit(first14: str) -> str:
    """Return the 15th digit for the 14 digits before it (ISO 7064 MOD 11,10)."""
    product = 10
    for digit in first14:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def is_valid(number: str) -> bool:
    """Say whether `number` has 15 digits and the right check digit."""
    return bool(_SHAPE.fullmatch(number)) and check_digit(number[:-1]) == number[-1]


def is_old(number: str) -> bool:
    """Say whether `number` has the 13 digits of the time before 2007, which carry no check."""
    return bool(_OLD_SHAPE.fullmatch(number))


def valid_mask(numbers: "pl.Series") -> "pl.Series":
    """Return a Boolean Series: `is_valid` of every number at once. Null counts as not valid."""
    right, symbols = rows_of(numbers, LENGTH)
    digits = values_of("0123456789")[symbols].astype("uint16")
    product = digits[:, 0] * 0 + 10
    for place in range(LENGTH - 1):
        total = (product + digits[:, place]) % 10
        product = (total + 10 * (total == 0)) * 2 % 11
    shaped = (digits < 10).all(axis=1)  # noqa: PLR2004  ten digits
    return spread(numbers, right, shaped & ((product + digits[:, -1]) % 10 == 1))
