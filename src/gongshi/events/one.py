"""What happens to a decision after it was accepted: revoked, repaired, disputed, suspended.

An event is entered in the ledger and moves the record's state; the clock's next run makes it
visible. Which event may follow which state is a table, and nothing else moves a state.

Source: 行政处罚法 art. 48; 市场监督管理行政处罚信息公示规定 arts 11, 12, 14.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from gongshi import ledger, records
from gongshi.clock.verdicts import LOOK, SHOW_AGAIN
from gongshi.errors import UsageError
from gongshi.registry import now


class EventKind(StrEnum):
    """What can happen to a decision, in the words of `schemas/penalty-event.json`."""

    CORRECT = "更正"
    REVOKE = "撤销"
    CHANGE = "变更"
    UNLAWFUL = "确认违法"
    VOID = "无效"
    REPAIR = "修复"
    DISPUTE = "异议"
    SETTLE = "异议解除"
    SUSPEND = "中止"
    RESUME = "恢复"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event on one penalty. `on_day` is the civil day on which it took effect.

    `reason` and `basis` may be shown in public: they must be redacted like any other text.
    """

    event: EventKind
    penalty_id: str
    on_day: str
    reason: str
    basis: str
    decision_doc_no: str | None = None
    by: str | None = None


_OPEN = frozenset({"accepted", "published", "not_publishable", "expired"})
_WITHDRAWN = "withdrawn"
_MOVES: Mapping[EventKind, tuple[frozenset[str], str | None]] = MappingProxyType(
    {
        EventKind.CORRECT: (_OPEN | {"suspended"}, None),
        EventKind.REVOKE: (_OPEN | {"suspended", "repaired"}, _WITHDRAWN),
        EventKind.CHANGE: (_OPEN | {"suspended", "repaired"}, _WITHDRAWN),
        EventKind.UNLAWFUL: (_OPEN | {"suspended", "repaired"}, _WITHDRAWN),
        EventKind.VOID: (_OPEN | {"suspended", "repaired"}, _WITHDRAWN),
        EventKind.REPAIR: (_OPEN | {"suspended"}, "repaired"),
        EventKind.DISPUTE: (_OPEN | {"suspended"}, None),
        EventKind.SETTLE: (_OPEN | {"suspended"}, None),
        EventKind.SUSPEND: (_OPEN, "suspended"),
        EventKind.RESUME: (frozenset({"suspended"}), "accepted"),
    }
)
"""Event → the states in which it may happen, and the state after it (None: the same)."""

_STATES = MappingProxyType(
    {
        "accepted": "已收录",
        "published": "公示中",
        "not_publishable": "不予公示",
        "expired": "公示期满",
        "withdrawn": "已撤回",
        "repaired": "已修复",
        "suspended": "已中止",
    }
)


def apply_event(conn: sqlite3.Connection, event: Event, *, at: str | None = None) -> int:
    """Enter one event inside the open transaction; return its number in the ledger.

    Raises:
        UsageError: no such penalty, or the event cannot follow its state; nothing was entered.
    """
    refusal = why_not(conn, event)
    if refusal:
        raise UsageError(
            refusal,
            f"{event.event.name} does not fit {event.penalty_id} as it stands.",
            todo="请在公示网站打开该记录的网页,核对它的现状和已有的事件。",
        )
    n = ledger.append(conn, "event", lambda: asdict(event), at=at or now())
    project(conn, n, event)
    return n


def why_not(conn: sqlite3.Connection, event: Event) -> str | None:
    """Return why an event cannot happen, in Chinese, or None."""
    row = conn.execute(
        "select state, disputed, decided_on from penalties where penalty_id = ?",
        (event.penalty_id,),
    ).fetchone()
    if row is None:
        return f"登记库中没有处罚记录 {event.penalty_id}。"
    state, disputed, decided_on = row
    allowed, _ = _MOVES[event.event]
    if state not in allowed:
        return f"记录当前状态为“{_STATES[state]}”,不能{event.event}。"
    if event.event in {EventKind.DISPUTE, EventKind.SETTLE}:
        wanted = event.event == EventKind.SETTLE
        if bool(disputed) != wanted:
            return "记录已在异议中。" if disputed else "记录没有未了结的异议。"
    if event.on_day < decided_on:
        return f"事件日期 {event.on_day} 早于处罚决定日期 {decided_on}。"
    return None


def project(conn: sqlite3.Connection, n: int, event: Event) -> None:
    """Move the record's state as ledger entry `n` says, and have the clock look at it."""
    records.insert_row(conn, "actions", {"n": n} | asdict(event))
    (rid,) = conn.execute(
        "select rid from penalty_records where id = ?", (event.penalty_id,)
    ).fetchone()
    changes: dict[str, Any] = {"dirty": LOOK}
    _, state = _MOVES[event.event]
    if event.event in {EventKind.DISPUTE, EventKind.SETTLE}:
        changes = {"dirty": SHOW_AGAIN, "disputed": int(event.event == EventKind.DISPUTE)}
    elif event.event == EventKind.RESUME:
        changes |= dict.fromkeys(("ended_on", "end_reason", "end_basis")) | {"state": state}
    elif state:
        changes |= {
            "state": state,
            "ended_on": event.on_day,
            "end_reason": f"{event.event}:{event.reason}",
            "end_basis": event.basis,
        }
    sets = ", ".join(f"{name} = ?" for name in changes)
    conn.execute(
        f"update penalty_standing set {sets} where rid = ?",  # noqa: S608
        (*changes.values(), rid),
    )
    conn.execute(
        "update entry_standing set dirty = max(dirty, ?) where penalty_id = ?",
        (LOOK, event.penalty_id),
    )


def from_header(header: Mapping[str, Any]) -> Event:
    """Return an event as the ledger kept it."""
    return Event(**{**header, "event": EventKind(header["event"])})
