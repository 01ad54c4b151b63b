"""What a row rule takes and gives: a row by role, a problem in one of its cells.

Rule functions are pure: the same functions run inside Frictionless and in tests.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongshi.formats.text import fold
from gongshi.models import Severity

if TYPE_CHECKING:
    import polars as pl

    from gongshi.validate.context import Context

Row = Mapping[str, str]
"""Role → text of the cell; "" is an absent value."""

JUNK = frozenset(
    {
        "无", "空", "暂无", "-", "--", "---", "—", "——", "/", "//", "\\", ".", "*", "?", "()",
        "null", "undefined", "none", "nan", "n/a", "#n/a", "nil",
    }
)  # fmt: skip
"""Folded texts that fill a cell and say nothing. None holds a digit, or a Chinese character
beside 无, 空 and 暂."""

SAYS_SOMETHING = "[0-9一-龥&&[^无空暂]]"
"""What no filler holds, as a pattern of Rust: true for nearly every cell that has a meaning."""
_SAYS_SOMETHING = re.compile("(?![无空暂])[0-9一-龥]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that one cell breaks. `zh` and `en` say what is wrong, in half a sentence.

    `severity` and `todo` differ from the rule's own only where given.
    """

    rule: str
    role: str
    zh: str
    en: str
    severity: Severity | None = None
    todo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A row rule in two forms: `judge` decides, `clears` only says which rows are surely fine.

    `needs` are the roles without which the check does not run. `clears` gives a Boolean
    expression over the columns of `columns.prepare`; where it is true, `judge` must find nothing.
    """

    rule: str
    needs: tuple[str, ...]
    judge: "Callable[[Row, Context], Iterator[Problem]]"
    clears: "Callable[[Context], pl.Expr]"


def given(row: Row, role: str) -> str:
    """Return the text of a cell, "" where it is absent or says nothing.

    >>> given({"legal_rep": " 无 "}, "legal_rep")
    ''
    """
    text = row.get(role, "").strip()
    return "" if is_junk(text) else text


def is_junk(text: str) -> bool:
    """Say whether `text` is empty or only fills the cell.

    >>> is_junk("NULL"), is_junk("——"), is_junk("无锡")
    (True, True, False)
    """
    if not text or _SAYS_SOMETHING.search(text):
        return not text
    folded = fold(text).lower()
    return not folded or folded in JUNK
