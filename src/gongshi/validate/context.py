"""What validation must know beside the table itself: the day, the parties known, the calendar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date


def _no_calendar(decided: date, received: date) -> int | None:  # noqa: ARG001
    """Know no working days: lateness is not judged."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The circumstances of one validation.

    `today` is the day of submission. `known_parties` gives the registered name for a unified
    social credit code. `calendar(decided, received)` counts working days from one day to the
    other, or returns None where it cannot. `overrides` are codes that fail the check digit and
    that a reviewer has confirmed.
    """

    today: date
    known_parties: Mapping[str, str] = field(default_factory=dict)
    calendar: Callable[[date, date], int | None] = _no_calendar
    overrides: frozenset[str] = frozenset()
