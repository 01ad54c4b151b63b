"""What a draft says beside its columns: authorities, marks between parties, sums in the text."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gongshi.content import is_nothing, looks_like_authority
from gongshi.declarations.agency import PARTY_COLUMNS
from gongshi.drafting.mapping import Mapped
from gongshi.drafting.tables import Table
from gongshi.formats import money
from gongshi.formats.text import clean

_MOST_NAMES = 20
"""Authorities that are listed by name; of more, only their endings."""
_MOST_ENDINGS = 6
_ENDING = 3
_COVERED = 0.95
_MARKS = "、;；,，"
_OFFICE = re.compile(r"[（(][^（()）]+[）)]\s*$")
_OFTEN = 0.05
"""Share of cells from which a habit is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a file beside the meaning of its columns. Names are those of authorities."""

    table: Table
    encoding: str = ""
    notes: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    spellings: int = 0
    marks: tuple[str, ...] = ()
    has_offices: bool = False
    sums: float = 0.0


def facts_of(table: Table, found: Mapped, *, encoding: str, notes: Iterable[str]) -> Facts:
    """Return the facts of a table whose columns are mapped."""
    names, spellings = _authorities(table, found)
    parties = _cells(table, found, *PARTY_COLUMNS)
    persons = _cells(table, found, PARTY_COLUMNS[1])
    text = _cells(table, found, found.schema.by_role["content"].name) if _has_content(found) else []
    return Facts(
        table=table,
        encoding=encoding,
        notes=tuple(notes),
        authorities=names if len(names) <= _MOST_NAMES else (),
        endings=endings(names) if len(names) > _MOST_NAMES else (),
        spellings=spellings,
        marks=tuple(mark for mark in _MARKS if any(mark in cell for cell in parties)),
        has_offices=_share(persons, lambda cell: _OFFICE.search(cell) is not None) > _OFTEN,
        sums=_share(text, lambda cell: bool(money.amounts_in(cell))),
    )


def endings(names: Sequence[str]) -> tuple[str, ...]:
    """Return the few endings that nearly all names share, for `containing`; the commonest first.

    >>> endings(["甲市监管局", "乙市监管局", "丙市监管分局"])
    ('监管局', '管分局')
    """
    found: list[str] = []
    covered = 0
    for ending, count in Counter(name[-_ENDING:] for name in names).most_common(_MOST_ENDINGS):
        if covered < _COVERED * len(names):
            covered += count
            found.append(ending)
    return tuple(found)


def _authorities(table: Table, found: Mapped) -> tuple[tuple[str, ...], int]:
    """Return the names of authorities in their column, and how many spellings it has at all."""
    role = found.schema.by_role.get("authority")
    cells = [clean(cell) for cell in _cells(table, found, role.name if role else "")]
    names = Counter(cell for cell in cells if looks_like_authority(cell))
    return tuple(name for name, _ in names.most_common()), len(set(cells))


def _has_content(found: Mapped) -> bool:
    """Say whether the schema has a text of the decision."""
    return "content" in found.schema.by_role


def _cells(table: Table, found: Mapped, *fields: str) -> list[str]:
    """Return the filled cells of the columns that are proposed for some fields."""
    columns = [found.fields[name].index for name in fields if name in found.fields]
    return [cell for index in columns for cell in table.cells(index) if not is_nothing(cell)]


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    """Return which share of cells passes a test; 0 of none."""
    return sum(map(test, cells)) / len(cells) if cells else 0.0
