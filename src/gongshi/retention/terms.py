"""When a term has run."""

from datetime import date, timedelta

from gongshi.calendar import last_day
from gongshi.declarations.policy import Retention

_MONTH = 31


def has_run(retention: Retention, what: str, start: date, today: date) -> bool:
    """Say whether what began to count on `start` is over: its last day still counts."""
    row = retention.row(what)
    last = last_day(start, months=row.months, days=row.days) if row else None
    return last is not None and last < today


def over_since(retention: Retention, what: str, today: date) -> str | None:
    """Return the latest day whose term has run, as ISO text; None where none ever does.

    Terms that began later have not run: a day's last day never lies before that of the day before.
    """
    row = retention.row(what)
    if row is None or (row.months is None and row.days is None):
        return None
    longest = timedelta(days=row.days if row.days is not None else (row.months or 0) * _MONTH)
    if (today - date.min) <= longest:
        return None
    day = today - longest - timedelta(days=1)
    while has_run(retention, what, day + timedelta(days=1), today):
        day += timedelta(days=1)
    return day.isoformat()
