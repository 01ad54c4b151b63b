"""Figures of a release that need the whole table: read once, when the release is opened."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Statistics:
    """Penalties by month of decision (`2026-11` → n), and the median days up to publication."""

    months: Mapping[str, int]
    days_to_publish: int | None


def of_release(conn: sqlite3.Connection) -> Statistics:
    """Return the figures of the whole release."""
    months: Counter[str] = Counter()
    delays: Counter[int] = Counter()
    for month, delay, n in conn.execute(_BY_MONTH_AND_DELAY):
        months[month] += n
        if delay is not None and delay >= 0:
            delays[delay] += n
    return Statistics(dict(sorted(months.items())), _median(delays))


def last_months(months: Mapping[str, int], day: str, count: int) -> list[tuple[str, int]]:
    """Return the `count` months up to `day`, oldest first, with 0 where nothing was decided.

    >>> last_months({"2026-10": 3}, "2026-11-22", 3)
    [('2026-09', 0), ('2026-10', 3), ('2026-11', 0)]
    """
    year, month = int(day[:4]), int(day[5:7])
    places = (year * 12 + month - 1 - back for back in reversed(range(count)))
    names = (f"{place // 12:04}-{place % 12 + 1:02}" for place in places)
    return [(name, months.get(name, 0)) for name in names]


def of_cases(cases: Iterable[Mapping[str, Any]]) -> tuple[Statistics, list[tuple[str, int]]]:
    """Return the figures of some cases, and their kinds, most frequent first."""
    months: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    delays: Counter[int] = Counter()
    for case in cases:
        months[case["decided_on"][:7]] += 1
        kinds.update(kind for kind in (case["kinds"] or "").split(";") if kind)
        if case["published_on"]:
            delays[_days(case["decided_on"], case["published_on"])] += 1
    return Statistics(dict(sorted(months.items())), _median(delays)), kinds.most_common()


_BY_MONTH_AND_DELAY = """
    select substr(decided_on, 1, 7),
        cast(julianday(published_on) - julianday(decided_on) as integer), count(*)
    from penalties where decided_on is not null group by 1, 2
"""


def _days(start: str, end: str) -> int:
    """Return the days between two ISO days."""
    return (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days


def _median(delays: Counter[int]) -> int | None:
    """Return the median of counted values, None where there are none."""
    return round(median(delays.elements())) if delays else None
