"""Working days in China: Monday to Friday, less public holidays, plus make-up days.

The library `chinesecalendar` knows the State Council's notices from 2004 on. A file
`schemas/calendar/YEAR.yml` gives one year's notice and goes before the library, so that a new
year needs no release of anybody. Days of a year without a notice count as Monday to Friday and
are provisional: they are computed again when the notice comes.

Source: 行政处罚法 art. 85 (二日、三日、五日、七日 are working days); 民法典 arts 201 to 203 (the
day of the event is not counted).
"""

import calendar as _months
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from gongshi.declarations.base import Spec, load
from gongshi.errors import SpecError

FIRST, LAST = date(1990, 1, 1), date(2069, 12, 31)
"""Days that can be counted; those outside no deadline of ours can meet."""

_MONDAY_TO_FRIDAY = range(5)
_MONTHS = 12


class CalendarYear(Spec):
    """One year's notice: holidays, weekends among them or not, and make-up days."""

    year: int
    notice: str
    source: str
    holidays: tuple[date, ...]
    make_up: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days, sorted, and the years that rest on a notice."""

    days: tuple[date, ...] = field(repr=False)
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Say whether offices work on a day."""
        place = bisect_right(self.days, day)
        return place > 0 and self.days[place - 1] == day

    def is_provisional(self, day: date) -> bool:
        """Say whether a day lies in a year without a notice, so that what rests on it may move."""
        return day.year not in self.years

    def add_working_days(self, start: date, count: int) -> date:
        """Return the `count`-th working day after `start`, which itself is not counted."""
        return self.days[bisect_right(self.days, start) + count - 1]

    def working_days(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to and including `end`."""
        return bisect_right(self.days, end) - bisect_right(self.days, start)

    def lateness(self, decided: date, received: date) -> int | None:
        """Return the working days from decision to receipt, None where no notice covers them."""
        if received < decided or self.is_provisional(decided):
            return None
        return self.working_days(decided, received)


def load_calendar(folder: Path) -> Calendar:
    """Return the calendar of a site: the library's years, with the files of `folder` before them.

    Raises:
        SpecError: a file breaks its contract.
    """
    own = {year.year: year for year in (_load_year(file) for file in sorted(folder.glob("*.yml")))}
    holidays, make_up = _library()
    years = frozenset({day.year for day in holidays} | own.keys())
    off = {day for day in holidays if day.year not in own}
    work = {day for day in make_up if day.year not in own}
    for year in own.values():
        off.update(year.holidays)
        work.update(year.make_up)
    every = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    days = tuple(
        day
        for day in every
        if day in work or (day.weekday() in _MONDAY_TO_FRIDAY and day not in off)
    )
    return Calendar(days, years)


def add_months(start: date, months: int) -> date:
    """Return the corresponding day `months` later, or the month's last where there is none.

    Source: 民法典 art. 202.

    >>> add_months(date(2025, 11, 30), 3), add_months(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    years, month = divmod(start.month - 1 + months, _MONTHS)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, _months.monthrange(year, month)[1]))


def last_day(start: date, *, months: int | None, days: int | None) -> date | None:
    """Return the last day of a term from `start`, which does not count; None where it has no end.

    >>> last_day(date(2026, 11, 22), months=None, days=7)
    datetime.date(2026, 11, 29)
    """
    if days is not None:
        return start + timedelta(days=days)
    return None if months is None else add_months(start, months)


def _load_year(file: Path) -> CalendarYear:
    """Return one file; its days must lie in its year, and that in its name."""
    year = load(CalendarYear, file)
    if file.stem != str(year.year):
        raise SpecError(
            "文件名与年份不一致", "the name is not the year", file=file.name, key="year"
        )
    if any(day.year != year.year for day in (*year.holidays, *year.make_up)):
        raise SpecError(
            "日期不属于这一年", "a day lies in another year", file=file.name, key="holidays"
        )
    return year


def _library() -> tuple[frozenset[date], frozenset[date]]:
    """Return the holidays and make-up days that the library knows."""
    from chinese_calendar import constants  # noqa: PLC0415  only where a calendar is wanted

    return frozenset(constants.holidays), frozenset(constants.workdays)
