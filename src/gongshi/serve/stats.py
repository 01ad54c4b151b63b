"""Figures of a release or of one authority: by month, by kind, by delay, by week.

Those of the release need the whole table and are read once, when the release is opened.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Statistics:
    """Penalties by month of decision (`2026-11` → n) and by kind; median days to publication."""

    months: Mapping[str, int]
    kinds: Mapping[str, int]
    days_to_publish: int | None


def of_penalties(conn: sqlite3.Connection, authority_code: str | None = None) -> Statistics:
    """Return the figures of all penalties, or of those of one authority."""
    where = "authority_code = ?" if authority_code else "1"
    values = [authority_code] if authority_code else []
    months: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    delays: Counter[int] = Counter()
    for month, delay, several, n in conn.execute(_GROUPED.format(where=where), values):
        months[month] += n
        kinds.update(dict.fromkeys(filter(None, (several or "").split(";")), n))
        if delay is not None and delay >= 0:
            delays[delay] += n
    days = round(median(delays.elements())) if delays else None
    return Statistics(dict(sorted(months.items())), dict(kinds.most_common()), days)


def of_week(conn: sqlite3.Connection, day: str) -> dict[str, int]:
    """Return how many records came and ended in the week up to `day`: `ADD penalty` → n."""
    found = conn.execute(
        "select op || ' ' || type, count(*) from events "
        "where at > date(?1, '-7 days') and at <= ?1 group by 1",
        (day,),
    )
    return {name: n for name, n in found}  # noqa: C416 - rows are not pairs to `dict`


def last_months(months: Mapping[str, int], day: str, count: int) -> list[tuple[str, int]]:
    """Return the `count` months up to `day`, oldest first, with 0 where nothing was decided.

    >>> last_months({"2026-10": 3}, "2026-11-22", 3)
    [('2026-09', 0), ('2026-10', 3), ('2026-11', 0)]
    """
    year, month = int(day[:4]), int(day[5:7])
    places = (year * 12 + month - 1 - back for back in reversed(range(count)))
    names = (f"{place // 12:04}-{place % 12 + 1:02}" for place in places)
    return [(name, months.get(name, 0)) for name in names]


_GROUPED = """
    select substr(decided_on, 1, 7),
        cast(julianday(published_on) - julianday(decided_on) as integer), kinds, count(*)
    from penalties where decided_on is not null and {where} group by 1, 2, 3
"""
