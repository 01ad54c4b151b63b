"""What happens to a decision after it was accepted: revoked, repaired, disputed, cancelled.

An event is entered in the ledger and moves the record's state; the clock's next run makes it
visible. Which event may follow which state is a table, and nothing else moves a state. An
application for credit repair moves none: it opens a proceeding, which a decision ends.

Source: 行政处罚法 art. 48; 行政许可法 arts. 8, 69, 70; 市场监督管理行政处罚信息公示规定 arts 11,
12, 14; 信用修复管理办法.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from gongshi import ledger, records
from gongshi.clock.verdicts import LOOK, SHOW_AGAIN
from gongshi.errors import UsageError
from gongshi.records import Kind, Ruling
from gongshi.registry import now


class EventKind(StrEnum):
    """What can happen to a decision; most in the words of `schemas/penalty-event.json`."""

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
    RECALL = "撤回"
    STRIP = "吊销"
    CANCEL = "注销"
    APPLY = "修复申请"
    ACCEPT = "修复受理"
    DECLINE = "不予修复"


OF_LICENSES = frozenset({EventKind.RECALL, EventKind.STRIP, EventKind.CANCEL})
"""What happens to licences alone (行政许可法 arts. 8, 70)."""
WITHDRAWALS = frozenset(
    {
        *(EventKind.REVOKE, EventKind.CHANGE, EventKind.UNLAWFUL, EventKind.VOID),
        *(EventKind.RECALL, EventKind.STRIP),
    }
)
"""After these the decision does not stand as it was, and the law has the reason published."""

_PROCEEDING = (EventKind.APPLY, EventKind.ACCEPT, EventKind.DECLINE, EventKind.REPAIR)
_OF_PENALTIES = frozenset(_PROCEEDING)
"""What happens to penalties alone: a licence is no breach that could be repaired."""
FILED = frozenset(EventKind) - {EventKind.APPLY, EventKind.ACCEPT, EventKind.DECLINE}
"""What may arrive in a file: proceedings are for the operator, who has the materials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event on one penalty or licence. `on_day` is the civil day on which it took effect.

    `penalty_id` is the id of the record, of whichever kind.

    `reason` and `basis` may be shown in public: they must be redacted like any other text.
    """

    event: EventKind
    penalty_id: str
    on_day: str
    reason: str
    basis: str
    decision_doc_no: str | None = None
    by: str | None = None
    code: str | None = None
    """The reason by the code list `event-reasons`."""
    materials: Mapping[str, Any] | None = None
    """What was handed in with an application: names and hashes of files, never their content."""
    corrections: Sequence[Ruling] = field(default=(), repr=False)
    """What a correction puts in place of the words of its record."""


_OPEN = frozenset({"accepted", "published", "not_publishable", "expired"})
_WITHDRAWN = "withdrawn"
_MOVES: Mapping[EventKind, tuple[frozenset[str], str | None]] = MappingProxyType(
    {
        EventKind.CORRECT: (_OPEN | {"suspended"}, None),
        EventKind.REVOKE: (_OPEN | {"suspended", "repaired"}, _WITHDRAWN),
        EventKind.CHANGE: (_OPEN | {"suspended", "repaired"}, _WITHDRAWN),
        EventKind.UNLAWFUL: (_OPEN | {"suspended", "repaired"}, _WITHDRAWN),
        EventKind.VOID: (_OPEN | {"suspended", "repaired"}, _WITHDRAWN),
        EventKind.RECALL: (_OPEN | {"suspended"}, _WITHDRAWN),
        EventKind.STRIP: (_OPEN | {"suspended"}, _WITHDRAWN),
        EventKind.CANCEL: (_OPEN | {"suspended"}, "removed"),
        EventKind.REPAIR: (_OPEN | {"suspended"}, "repaired"),
        EventKind.DISPUTE: (_OPEN | {"suspended"}, None),
        EventKind.SETTLE: (_OPEN | {"suspended"}, None),
        EventKind.SUSPEND: (_OPEN, "suspended"),
        EventKind.RESUME: (frozenset({"suspended"}), "accepted"),
        EventKind.APPLY: (_OPEN | {"suspended"}, None),
        EventKind.ACCEPT: (_OPEN | {"suspended"}, None),
        EventKind.DECLINE: (_OPEN | {"suspended"}, None),
    }
)
"""Event → the states in which it may happen, and the state after it (None: the same)."""

STATES = MappingProxyType(
    {
        "accepted": "已收录",
        "published": "公示中",
        "not_publishable": "不予公示",
        "expired": "公示期满",
        "withdrawn": "已撤回",
        "repaired": "已修复",
        "suspended": "已中止",
        "removed": "已注销",
    }
)


def apply_event(conn: sqlite3.Connection, event: Event, *, at: str | None = None) -> int:
    """Enter one event inside the open transaction; return its number in the ledger.

    Raises:
        UsageError: no such record, or the event cannot follow its state; nothing was entered.
    """
    refusal = why_not(conn, event)
    if refusal:
        raise UsageError(
            refusal,
            f"{event.event.name} does not fit {event.penalty_id} as it stands.",
            todo=f"请用 gongshi explain {event.penalty_id} 核对它的现状和已有的事件。",
        )
    n = ledger.append(conn, "event", lambda: _header(event), at=at or now())
    project(conn, n, event)
    return n


def applies(event: EventKind | str, record: str) -> bool:
    """Say whether an event can happen to records of this kind."""
    is_license = subject_of(record) is records.LICENSE
    return event not in (_OF_PENALTIES if is_license else OF_LICENSES)


def subject_of(record: str) -> Kind:
    """Return the kind of a record on which events happen; any other id is taken for a penalty's."""
    kind = records.kind_of(record)
    return kind if kind and kind.has_events else records.PENALTY


def holds(conn: sqlite3.Connection, record: str) -> bool:
    """Say whether the registry holds a record on which events happen."""
    query = f"select 1 from {subject_of(record).stem}_records where id = ?"  # noqa: S608
    return conn.execute(query, (record,)).fetchone() is not None


def why_not(conn: sqlite3.Connection, event: Event) -> str | None:
    """Return why an event cannot happen, in Chinese, or None."""
    kind = subject_of(event.penalty_id)
    row = conn.execute(
        f"select state, disputed, decided_on from {kind.view} where {kind.id} = ?",  # noqa: S608
        (event.penalty_id,),
    ).fetchone()
    if row is None:
        return f"登记库中没有{kind.title}记录 {event.penalty_id}。"
    if not applies(event.event, event.penalty_id):
        return f"{event.event}不适用于行政{kind.title}。"
    state, disputed, decided_on = row
    allowed, _ = _MOVES[event.event]
    if state not in allowed:
        return f"记录当前状态为“{STATES[state]}”,不能{event.event}。"
    if event.event in {EventKind.DISPUTE, EventKind.SETTLE}:
        wanted = event.event == EventKind.SETTLE
        if bool(disputed) != wanted:
            return "记录已在异议中。" if disputed else "记录没有未了结的异议。"
    if event.on_day < decided_on:
        return f"事件日期 {event.on_day} 早于{kind.title}决定日期 {decided_on}。"
    return _why_out_of_order(conn, event)


def _why_out_of_order(conn: sqlite3.Connection, event: Event) -> str | None:
    """Return why an event does not fit the proceeding, or comes before what it ends."""
    opened = proceeding(conn, event.penalty_id)
    if event.event == EventKind.APPLY and opened:
        return "已有未办结的信用修复申请。"
    if event.event == EventKind.ACCEPT and opened != EventKind.APPLY:
        return "信用修复申请已经受理。" if opened else "没有待受理的信用修复申请。"
    if event.event == EventKind.DECLINE and not opened:
        return "没有未办结的信用修复申请。"
    begun = _BEGUN_BY.get(event.event)
    if begun is None:
        return None
    (day,) = conn.execute(
        "select max(on_day) from actions where penalty_id = ? and event = ?",
        (event.penalty_id, begun),
    ).fetchone()
    return f"事件日期 {event.on_day} 早于{begun}的日期 {day}。" if event.on_day < day else None


_BEGUN_BY = MappingProxyType(
    {
        EventKind.SETTLE: EventKind.DISPUTE,
        EventKind.RESUME: EventKind.SUSPEND,
        EventKind.ACCEPT: EventKind.APPLY,
        EventKind.DECLINE: EventKind.APPLY,
    }
)


def proceeding(conn: sqlite3.Connection, penalty_id: str) -> EventKind | None:
    """Return how far an open application for repair has got: applied, accepted, or None."""
    row = conn.execute(
        f"select event from actions where penalty_id = ? "  # noqa: S608
        f"and event in ({', '.join('?' * len(_PROCEEDING))}) order by n desc limit 1",
        (penalty_id, *_PROCEEDING),
    ).fetchone()
    last = EventKind(row[0]) if row else None
    return last if last in {EventKind.APPLY, EventKind.ACCEPT} else None


def project(conn: sqlite3.Connection, n: int, event: Event) -> None:
    """Move the record's state as ledger entry `n` says, and have the clock look at it."""
    records.insert_row(conn, "actions", {"n": n} | _row(event))
    kind = subject_of(event.penalty_id)
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
    # An earlier event of the day may have asked for more: its mark must not be lost.
    sets = ", ".join(
        f"{name} = max(dirty, ?)" if name == "dirty" else f"{name} = ?" for name in changes
    )
    conn.execute(
        f"update {kind.stem}_standing set {sets} "  # noqa: S608
        f"where rid = (select rid from {kind.stem}_records where id = ?)",
        (*changes.values(), event.penalty_id),
    )
    conn.execute(
        "update entry_standing set dirty = max(dirty, ?) where penalty_id = ?",
        (LOOK, event.penalty_id),
    )
    _correct(conn, n, event)


def from_header(header: Mapping[str, Any]) -> Event:
    """Return an event as the ledger kept it; what came to events later is not in older ones."""
    given = [records.ruling_of(each) for each in header.get("corrections", ())]
    return Event(**{**header, "event": EventKind(header["event"]), "corrections": given})


def _header(event: Event) -> dict[str, Any]:
    """Return an event as the ledger keeps it, without what it does not have."""
    optional = ("code", "materials", "corrections")
    return {name: value for name, value in asdict(event).items() if value or name not in optional}


def _row(event: Event) -> dict[str, Any]:
    """Return an event as a row of `actions`; the words of a correction are in its record."""
    row = asdict(event)
    fields = ";".join(each["field"] for each in row.pop("corrections"))
    return row | {"materials": materials_of(event), "corrected": fields or None}


def materials_of(event: Event) -> str | None:
    """Return the materials of an event as they are stored: the ledger sorts keys, so do we."""
    if not event.materials:
        return None
    return json.dumps(event.materials, ensure_ascii=False, sort_keys=True)


def _correct(conn: sqlite3.Connection, n: int, event: Event) -> None:
    """Put the words of a correction over its record, which thereby has another version."""
    kind = subject_of(event.penalty_id)
    if event.corrections:
        records.keep(conn, n, kind.schema, event.corrections)
        for record in {each.record for each in event.corrections}:
            records.again(conn, kind, record, on_day=event.on_day)
