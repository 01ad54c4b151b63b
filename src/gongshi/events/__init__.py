"""What happens to a decision after it was accepted, one event at a time or as a file of them."""

from gongshi.events.files import Happened, happen, known_rows
from gongshi.events.one import Event, EventKind, apply_event, from_header, project, why_not

__all__ = [
    "Event",
    "EventKind",
    "Happened",
    "apply_event",
    "from_header",
    "happen",
    "known_rows",
    "project",
    "why_not",
]
