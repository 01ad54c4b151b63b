"""Working days and months, against the vectors of the law and two independent sources."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from gongshi.calendar import add_months, load_calendar
from gongshi.errors import SpecError
from tests.registry_world import CALENDAR, ROOT

REAL = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT.parent / "shared" / "data"))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2025-01-24", 3, "2025-02-05"),
        ("2025-01-24", 7, "2025-02-10"),
        ("2025-01-24", 20, "2025-02-27"),
        ("2026-02-10", 3, "2026-02-13"),
        ("2026-02-10", 7, "2026-02-26"),
        ("2026-02-10", 20, "2026-03-16"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-04-30", 7, "2026-05-13"),
        ("2026-04-30", 20, "2026-06-01"),
        ("2026-09-28", 3, "2026-10-08"),
        ("2026-09-28", 7, "2026-10-13"),
        ("2026-09-28", 20, "2026-10-30"),
    ],
)
def test_working_days_leave_out_the_day_of_the_event(start: str, days: int, end: str) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)

    assert CALENDAR.add_working_days(first, days) == last
    assert CALENDAR.working_days(first, last) == days
    assert CALENDAR.is_working_day(last)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-11-30", 3, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-04-01", 36, "2029-04-01"),
        ("2025-12-25", 3, "2026-03-25"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last(start: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_a_make_up_saturday_is_a_working_day_and_a_holiday_monday_is_not() -> None:
    assert CALENDAR.is_working_day(date(2026, 2, 14))
    assert not CALENDAR.is_working_day(date(2026, 2, 16))


def test_a_year_without_a_notice_is_provisional_and_counts_monday_to_friday() -> None:
    assert CALENDAR.is_provisional(date(2027, 1, 4))
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert CALENDAR.add_working_days(date(2027, 10, 1), 1) == date(2027, 10, 4)


def test_lateness_counts_working_days_and_is_silent_where_nothing_is_known() -> None:
    assert CALENDAR.lateness(date(2026, 9, 28), date(2026, 10, 13)) == 7
    assert CALENDAR.lateness(date(2026, 9, 28), date(2026, 9, 28)) == 0
    assert CALENDAR.lateness(date(2026, 9, 28), date(2026, 9, 1)) is None
    assert CALENDAR.lateness(date(1998, 9, 28), date(1998, 10, 28)) is None


def test_a_notice_goes_before_the_library_and_ends_the_provisional_year(tmp_path: Path) -> None:
    (tmp_path / "2027.yml").write_text(
        "year: 2027\nnotice: 示例通知\nsource: https://example.invalid\n"
        "holidays: [2027-10-04]\nmake_up: [2027-10-09]\n",
        encoding="utf-8",
    )

    calendar = load_calendar(tmp_path)

    assert not calendar.is_provisional(date(2027, 10, 4))
    assert not calendar.is_working_day(date(2027, 10, 4))
    assert calendar.is_working_day(date(2027, 10, 9))


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("2027.yml", "year: 2028", "year"),
        ("2027.yml", "year: 2027", "holidays"),
    ],
)
def test_a_wrong_notice_names_file_and_key(tmp_path: Path, name: str, text: str, key: str) -> None:
    (tmp_path / name).write_text(
        f"{text}\nnotice: 示例\nsource: 示例\nholidays: [2026-10-04]\nmake_up: []\n",
        encoding="utf-8",
    )

    with pytest.raises(SpecError, match=name) as caught:
        load_calendar(tmp_path)

    assert caught.value.key == key


@pytest.mark.real_data
def test_every_day_since_2007_agrees_with_the_state_councils_notices() -> None:
    folder = REAL / "holidays"
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}")
    stated = {
        date.fromisoformat(day["date"]): not day["isOffDay"]
        for file in folder.glob("*.json")
        for day in json.loads(file.read_bytes())["days"]
    }
    first, last = date(2007, 1, 1), date(2026, 12, 31)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    wrong = [
        day for day in every if CALENDAR.is_working_day(day) != stated.get(day, day.weekday() < 5)
    ]

    assert wrong == []
