"""统一社会信用代码: the unified social credit code of an organisation or a sole trader.

18 characters out of 31 (digits and capitals without I, O, S, V, Z): registering authority (1),
type of entity (2), area (3 to 8), subject code (9 to 17, an organisation code with its own check
character), check character (18). The check is a weighted sum modulo 31 with weights 3^(i-1).

Any of the 31 symbols may stand in any place: codes that begin with A, N or Y are as good as
those that begin with 9. Some codes have digits only and look like identity numbers.

A sole trader without a code is reported with `PLACEHOLDER`, which is no valid code.

Excel keeps 15 digits of a number: a code of digits only, typed into a column of numbers, comes
back as `9.11101E+17` or with three zeros at the end. `is_damaged` knows these, and numbers of 17 to
20 digits that end so: one digit too many or too few was typed.

Source: GB 32100-2015; placeholder: notes to the 双公示 templates.

>>> is_valid("91110000802100433B")
True
>>> is_valid("91110000802100433C")
False
>>> is_valid(PLACEHOLDER)
False
>>> check_digit("N2330102MA0000000")
'Q'
>>> is_damaged("9.11101E+17"), is_damaged("911101085513850000")
(True, True)
"""

import re
from typing import TYPE_CHECKING

from gongshi.errors import FormatError
from gongshi.formats.vector import rows_of, spread, values_of

if TYPE_CHECKING:
    import polars as pl

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
PLACEHOLDER = "00000000000000000X"
"""17 zeros and X: «has no code»."""

_BASE = len(ALPHABET)
_WEIGHTS = tuple(3**place % _BASE for place in range(LENGTH - 1))
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_SHAPE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_ZEROS = "0" * LENGTH
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?1[0-9]")
_ROUNDED = re.compile(r"\d{15}0{2,5}")


def check_digit(first17: str) -> str:
    """Return the 18th character for the 17 before it.

    Raises:
        FormatError: these are not 17 symbols of the code.
    """
    if len(first17) != LENGTH - 1 or not _VALUES.keys() >= set(first17):
        raise FormatError(
            f"应为 17 位数字或大写字母(没有 I、O、S、V、Z):{first17}",
            f"not 17 digits or capitals without I, O, S, V, Z: {first17}",
        )
    total = sum(_VALUES[symbol] * weight for symbol, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % _BASE]


def has_form(code: str) -> bool:
    """Say whether `code` has the length and the characters of a code, whatever its check says.

    >>> has_form("91110000802100433C"), has_form("9111000080210043")
    (True, False)
    """
    return _SHAPE.fullmatch(code) is not None and code != _ZEROS


def is_valid(code: str) -> bool:
    """Say whether `code` is a code: form and check character. Eighteen zeros are none."""
    return has_form(code) and check_digit(code[:-1]) == code[-1]


def area(code: str) -> str:
    """Return the area code (GB/T 2260) that a valid code holds, "" where it is not valid.

    >>> area("91110000802100433B"), area("N-0123456789ab")
    ('110000', '')
    """
    return code[2:8] if is_valid(code) else ""


def is_damaged(text: str) -> bool:
    """Say whether `text` is what Excel leaves of a code that it took for a number.

    >>> is_damaged("91110108551385082Q")
    False
    """
    return bool(_SCIENTIFIC.fullmatch(text) or _ROUNDED.fullmatch(text))


def valid_mask(codes: "pl.Series") -> "pl.Series":
    """Return a Boolean Series: `is_valid` of every code at once. Null counts as not valid."""
    right, symbols = rows_of(codes, LENGTH)
    values = values_of(ALPHABET)[symbols].astype("uint16")
    total = (values @ (*_WEIGHTS, 1)) % _BASE
    good = (total == 0) & (values < _BASE).all(axis=1) & values.any(axis=1)
    return spread(codes, right, good)
