"""The review queue: places at which a person should look, and what the person decided.

    deidentify ─doubts─▶ keep ─▶ listed ─▶ decide ─▶ ledger ─▶ project ─▶ the record's next version

Three decisions. *mask*: the place stays or becomes masked. *keep*: what was masked is no personal
data and is shown. *refuse*: the record is not published. Each carries a name, and holds for every
later delivery in which the same text stands ([records.rulings]).

Source: 市场监督管理行政处罚信息公示规定 arts 5, 6, 16.
"""

from gongshi.review.decide import Decision, Verdict, decide, forget, project
from gongshi.review.originals import settle, sweep
from gongshi.review.queue import (
    Item,
    find,
    has_undecided,
    keep,
    listed,
    open_count,
    open_counts,
    require_decided,
    waits,
)
from gongshi.review.withheld import take_down

__all__ = [
    "Decision",
    "Item",
    "Verdict",
    "decide",
    "find",
    "forget",
    "has_undecided",
    "keep",
    "listed",
    "open_count",
    "open_counts",
    "project",
    "require_decided",
    "settle",
    "sweep",
    "take_down",
    "waits",
]
