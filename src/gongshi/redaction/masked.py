"""The digits by which a masked number can be told again, in whatever spelling it comes back.

>>> list(digits_of("＋86 138-0013-8000"))
['8613800138000', '13800138000']
>>> list(digits_of("11010519491231002X")), list(digits_of("138****8000"))
(['11010519491231002'], [])
"""

import re
from collections.abc import Iterator

from gongshi.formats import identity_no, registration_no, uscc
from gongshi.redaction.folding import fold

SHORTEST, LONGEST = 7, 19
"""Digits of a number that is worth knowing: a landline, the longest bank card."""

NUMBERED = frozenset(
    {"identity_no", "permit_no", "mobile", "account", "landline", "account_name", "own_number"}
)
"""The elements that are numbers."""

_NO_DIGIT = re.compile("[^0-9]")
_NOT_ALNUM = re.compile("[^0-9A-Z]")
_PREFIXED = re.compile("(?:0086|86|0)(1[3-9][0-9]{9})")
_TAX_LENGTH = identity_no.LENGTH + 2


def digits_of(text: str) -> Iterator[str]:
    """Yield the digits of a masked piece of text; none where it is a code that is public anyway.

    A number that its source had starred cannot be told again.
    """
    folded = fold(text).text.upper()
    whole = _NOT_ALNUM.sub("", folded)
    if "*" in folded or uscc.is_valid(whole) or registration_no.is_valid(whole):
        return
    digits = _NO_DIGIT.sub("", folded)
    if len(digits) == _TAX_LENGTH:
        digits = digits[: identity_no.LENGTH]
    if SHORTEST <= len(digits) <= LONGEST:
        yield digits
    if prefixed := _PREFIXED.fullmatch(digits):
        yield prefixed[1]
