"""公民身份号码: the identity number of a natural person. Never published, never stored.

18 characters: area (6), birth date (8), sequence (3), check character (1, digit or X) by
ISO 7064 MOD 11-2. The residence permits of people from Hong Kong, Macao and Taiwan have the same
form with area 81, 82, 83. The permanent residence card of foreigners has it since 2023 with a
first digit 9 [from memory]. Numbers of 15 digits (before 1999) have a two-digit year and no check.

The area is not compared with a list of counties: counties were renamed and merged, and a list
bound to the year of birth refuses most valid numbers. Only the first two digits must be known.

Here a number must be right to be called valid. Redaction needs the opposite bias, and must not
rest on `is_valid`.

Source: GB 11643-1999.

>>> is_valid("11010519491231002X")
True
>>> is_valid("110105194912310021")
False
>>> is_valid("110105491231002")
True
>>> is_valid("810000199408230021")
True
"""

import re
from datetime import date
from typing import TYPE_CHECKING

from gongshi.formats.vector import rows_of, spread, values_of

if TYPE_CHECKING:
    import polars as pl

LENGTH = 18
_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_CHECKS = "10X98765432"
_PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]"  # 71: Taiwan by GB/T 2260
_SHAPE = re.compile(rf"(?:{_PROVINCES})[0-9]{{15}}[0-9X]")
_OLD_SHAPE = re.compile(rf"(?:{_PROVINCES})[0-9]{{13}}")
_FOREIGN_SHAPE = re.compile(r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}")
_EARLIEST = date(1850, 1, 1)


def check_digit(first17: str) -> str:
    """Return the 18th character for the 17 digits before it (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def is_valid(number: str, *, today: date | None = None) -> bool:
    """Say whether `number` (capital X, no blanks) is an identity number or residence permit.

    With `today`, a birth date after it is refused as well.
    """
    if _OLD_SHAPE.fullmatch(number):
        return _is_birth_date(f"19{number[6:12]}", today)
    if not _SHAPE.fullmatch(number):
        return False
    return check_digit(number[:17]) == number[17] and _is_birth_date(number[6:14], today)


def is_foreign_permit(number: str) -> bool:
    """Say whether `number` has the form of a foreigner's permanent residence card.

    Before 2023 three letters and twelve digits; since then 18 characters that begin with 9, with
    the check character of an identity number [from memory].

    >>> is_foreign_permit("ABC110012345678")
    True
    """
    if not _FOREIGN_SHAPE.fullmatch(number):
        return False
    return len(number) != LENGTH or check_digit(number[:17]) == number[17]


def _is_birth_date(digits: str, today: date | None) -> bool:
    """Say whether eight digits are a day on which a living person may have been born."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born >= _EARLIEST and (today is None or born <= today)


def valid_mask(numbers: "pl.Series") -> "pl.Series":
    """Return a Boolean Series that is true only for valid numbers of 18 characters.

    It says false for the valid numbers of 15 digits too: it clears, it does not judge.
    """
    shaped = numbers.str.contains(f"^(?:{_SHAPE.pattern})$").fill_null(value=False)
    candidates = numbers.filter(shaped)
    _, symbols = rows_of(candidates, LENGTH)
    values = values_of("0123456789X")[symbols].astype("uint16")
    # 12 minus the remainder, modulo 11, is the value of the check character; X counts 10.
    checked = (values @ (*_WEIGHTS, 1)) % 11 == 1
    born = candidates.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    in_time = (born >= _EARLIEST).fill_null(value=False).to_numpy()
    return spread(numbers, shaped.to_numpy(), checked & in_time)
