"""Retention: what is no longer needed is erased, when its term in the policy has run.

    with the registry's write transaction open and the clock applied:
    erased = erase(conn, retention, today)
    … commit …
    scrub(conn, site)                          # the bytes too
    old_reports(site, retention, today)        # and what lies in files

Terms are rows of `retention.yml`. A record goes with everything that names it: its rows in every
batch of the ledger, the events and decisions about it, its doubts, its tombstone. What stays is a
leaf without its salt, and the number, kind and id of its events, so that the sequence has no gap.

Source: 个人信息保护法 arts 19, 47.
"""

from gongshi.retention.batches import old_batches
from gongshi.retention.erasing import ERASURE, Erased, erase
from gongshi.retention.events import unexplained
from gongshi.retention.files import old_reports
from gongshi.retention.scrub import is_due, scrub
from gongshi.retention.terms import has_run

__all__ = [
    "ERASURE",
    "Erased",
    "erase",
    "has_run",
    "is_due",
    "old_batches",
    "old_reports",
    "scrub",
    "unexplained",
]
