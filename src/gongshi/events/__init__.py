"""What happens to a decision after it was accepted, one event at a time or as a file of them."""

from gongshi.events.files import Happened, happen, known_rows
from gongshi.events.one import (
    OF_LICENSES,
    STATES,
    WITHDRAWALS,
    Event,
    EventKind,
    apply_event,
    from_header,
    holds,
    materials_of,
    proceeding,
    project,
    subject_of,
    why_not,
)
from gongshi.events.reasons import Reason, load_reasons

__all__ = [
    "OF_LICENSES",
    "STATES",
    "WITHDRAWALS",
    "Event",
    "EventKind",
    "Happened",
    "Reason",
    "apply_event",
    "from_header",
    "happen",
    "holds",
    "known_rows",
    "load_reasons",
    "materials_of",
    "proceeding",
    "project",
    "subject_of",
    "why_not",
]
