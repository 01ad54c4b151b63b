"""The legal clock: what may be seen today, until when, and why.

`decide` is pure: facts and policy in, a decision with its reasons out. `apply` does it for the
whole registry inside one transaction and mints the public sequence of events.
"""

from gongshi.clock.decide import Clock, Decision, Due, EntryDecision, EntryFacts, Facts, decide
from gongshi.clock.licenses import LicenseDecision, LicenseFacts, decide_license
from gongshi.clock.run import Moves, apply, replay

__all__ = [
    "Clock",
    "Decision",
    "Due",
    "EntryDecision",
    "EntryFacts",
    "Facts",
    "LicenseDecision",
    "LicenseFacts",
    "Moves",
    "apply",
    "decide",
    "decide_license",
    "replay",
]
