"""The full texts of a release: of shown penalties whose authority publishes decisions in full."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date

from gongshi.declarations.full_text_policy import FullTextPolicy, publishes

_KEPT = """
    select r.agency, coalesce(r.authority, ''), coalesce(r.region_code, ''),
        coalesce(r.party_category, ''), r.add_seq, {columns}
    from penalties r where r.shown = 1 and r.full_text is not null order by r.add_seq
"""


def shown(
    registry: sqlite3.Connection, policy: FullTextPolicy, day: date, columns: Sequence[str]
) -> Iterator[tuple[object, ...]]:
    """Yield row id and `columns` (SQL over a penalty `r`) of what may be shown on a day."""
    rows = policy.in_force(day)
    if not any(row.publish != "none" for row in rows):
        return
    for agency, authority, region, category, *cells in registry.execute(
        _KEPT.format(columns=", ".join(columns))
    ):
        if publishes(rows, (agency, authority, region), category):
            yield tuple(cells)
