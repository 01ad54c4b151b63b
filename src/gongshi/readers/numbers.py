"""A spreadsheet's numbers as text."""

import math

_EXACT = 10**15
"""From here on a spreadsheet's number no longer holds every digit."""


def number_text(value: float) -> str:
    """Return a number as a spreadsheet shows it, 15 digits at most.

    >>> number_text(5.0), number_text(0.1 + 0.2), number_text(110105199001011234)
    ('5', '0.3', '1.10105199001011E+17')
    """
    if not math.isfinite(value):
        return "#NUM!"
    if abs(value) >= _EXACT:
        return f"{value:.14E}".replace("E+0", "E+")
    if value == int(value):
        return str(int(value))
    return f"{value:.15g}"
