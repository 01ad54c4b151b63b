"""One event on one record by an operator: checked, entered, and told what follows from it.

    order ──words checked──▶ materials, corrections ──▶ event ──▶ ledger ──▶ the next publish

What is entered may be shown in public, so it must hold no personal data; an order that does is
refused with the word that stands in the way, and nothing is masked behind the operator's back.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from gongshi import correcting, events, registry, repairing
from gongshi.calendar import load_calendar
from gongshi.clock import Clock, Due
from gongshi.declarations.policy import Approval, load_policies
from gongshi.errors import UsageError
from gongshi.events import Event, EventKind
from gongshi.redaction import redact
from gongshi.site import Site

ARTICLE = re.compile(r"第[零一二三四五六七八九十百千0-9]+条")

DUTIES: Mapping[EventKind, str] = {
    **dict.fromkeys({*events.WITHDRAWALS, EventKind.CANCEL}, "withdraw"),
    EventKind.CORRECT: "correct",
    EventKind.REPAIR: "repair_stop",
    EventKind.DISPUTE: "dispute_mark",
    EventKind.SUSPEND: "suspend",
    EventKind.RESUME: "resume",
    EventKind.APPLY: "repair_accept",
}
"""Event → the row of `deadlines` that runs from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an operator asks for: the event, why, and by which article.

    `on_day` is the day on which it took effect. `sets` are corrections by field; `proof` and
    `commitment` are the files of an application for repair.
    """

    penalty_id: str
    event: EventKind
    reason: str
    basis: str
    on_day: date
    code: str | None = None
    doc_no: str | None = None
    by: str | None = None
    sets: Mapping[str, str] = field(default_factory=dict)
    proof: Sequence[Path] = ()
    commitment: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an order did; `changed` is False where it had been entered before."""

    event: Event
    changed: bool
    before: str
    state: str
    disputed: bool
    due: Due | None
    warnings: tuple[str, ...] = ()


def act(site: Site, order: Order, *, today: date) -> Done:
    """Enter one event; the same order again changes nothing.

    Raises:
        UsageError: no such record, the event does not fit its state, the words hold personal
            data or name no basis, or materials are missing; nothing was entered.
    """
    site.require_registry()
    policies = load_policies(site.schemas)
    law = Clock(policies.publication, load_calendar(site.schemas / "calendar"), today)
    _require_words(order, today)
    order = replace(order, sets=correcting.fields(site, order.penalty_id, order.sets))
    with closing(registry.open_registry(site.registry)) as conn, registry.transaction(conn):
        registry.check_day(conn, today)
        before = _standing(conn, order.penalty_id)
        event = _completed(conn, site, order)
        changed = not _is_last(conn, event, order)
        if changed:
            _require_news(order, event)
            _require_two(conn, order, policies.approval)
            events.apply_event(conn, event)
        after = _standing(conn, order.penalty_id)
    return Done(
        event=event,
        changed=changed,
        before=before["state"],
        state=after["state"],
        disputed=bool(after["disputed"]),
        due=due_of(law, event, before["agency"]),
        warnings=tuple(_warnings(order, before)),
    )


def due_of(law: Clock, event: Event, agency: str) -> Due | None:
    """Return by when an event must have had its effect, if a rule says so."""
    name = DUTIES.get(event.event)
    return law.deadline(name, agency, date.fromisoformat(event.on_day)) if name else None


def _require_words(order: Order, today: date) -> None:
    """Refuse words that are missing, hold personal data, or a day that has not come."""
    for title, text in (("事由", order.reason), ("依据", order.basis), ("文号", order.doc_no)):
        if text is not None and not text.strip():
            raise UsageError(f"{title}不能为空。", "Reason and basis are needed.", todo=_USAGE)
        if found := redact(text or "").spans:
            shown = "、".join((text or "")[span.start : span.end] for span in found)
            raise UsageError(
                f"{title}中有应当遮盖的内容:{shown}。事由和依据可能公开,不得写个人信息。",
                "Reason and basis may be shown in public; they may hold no personal data.",
                todo="请改写后重试。",
            )
    if order.on_day > today:
        raise UsageError(
            f"事件日期 {order.on_day} 晚于今天({today})。",
            f"The day of the event, {order.on_day}, has not come.",
            todo="请用 --on 写明事件生效的日期,不写即为今天。",
        )


_USAGE = (
    "用法:gongshi withdraw|correct|repair|dispute|suspend|resume 编号 --reason 事由 --basis 依据"
)


def _standing(conn: sqlite3.Connection, penalty_id: str) -> dict[str, Any]:
    """Return what the order concerns.

    Raises:
        UsageError: there is no such record.
    """
    kind = events.subject_of(penalty_id)
    names = ("state", "disputed", "agency", "min_until", "severity", "party_category", "uscc")
    row = conn.execute(
        f"select {', '.join(names)} from {kind.view} where {kind.id} = ?",  # noqa: S608
        (penalty_id,),
    ).fetchone()
    if row is None:
        raise UsageError(
            f"登记库中没有{kind.title}记录 {penalty_id}。",
            f"There is no {kind.type} {penalty_id} in the registry.",
            todo="处罚编号以 p 开头、许可编号以 l 开头,见页面的网址 /penalty/编号、/license/编号;"
            "名单条目随其处罚决定变动。",
        )
    return dict(zip(names, row, strict=True))


def _completed(conn: sqlite3.Connection, site: Site, order: Order) -> Event:
    """Return the event of an order, with its corrections or materials."""
    corrections = correcting.rulings(conn, site, order.penalty_id, order.sets, order.on_day)
    materials = None
    if order.event is EventKind.APPLY:
        record = _standing(conn, order.penalty_id)
        repairing.require_eligible(record, order.on_day)
        materials = repairing.materials(
            site, record, proof=order.proof, commitment=order.commitment, on_day=order.on_day
        )
    return Event(
        event=order.event,
        penalty_id=order.penalty_id,
        on_day=order.on_day.isoformat(),
        reason=order.reason.strip(),
        basis=order.basis.strip(),
        decision_doc_no=order.doc_no,
        by=order.by,
        code=order.code,
        materials=materials,
        corrections=corrections,
    )


def _is_last(conn: sqlite3.Connection, event: Event, order: Order) -> bool:
    """Say whether this very event was the last that happened to its record."""
    row = conn.execute(
        "select event, on_day, reason, basis, decision_doc_no, code, materials, corrected "
        "from actions where penalty_id = ? order by n desc limit 1",
        (event.penalty_id,),
    ).fetchone()
    fields = ";".join(correcting.columns(order.sets)) or None
    same = (event.event, event.on_day, event.reason, event.basis, event.decision_doc_no)
    return not event.corrections and row == (*same, event.code, events.materials_of(event), fields)


def _require_news(order: Order, event: Event) -> None:
    """Refuse a correction to what stands already.

    Raises:
        UsageError: every field says so.
    """
    if order.sets and not event.corrections:
        raise UsageError(
            "记录的内容已经如此,没有要更正的。",
            "The record says so already; there is nothing to correct.",
        )


def _require_two(conn: sqlite3.Connection, order: Order, policy: Approval) -> None:
    """Have another person decide about an application than the one who accepted it.

    Raises:
        UsageError: nobody is named, or it is the same person.
    """
    decides = order.event in {EventKind.REPAIR, EventKind.DECLINE}
    if not (policy.four_eyes and decides and events.proceeding(conn, order.penalty_id)):
        return
    rows = conn.execute(
        "select by from actions where penalty_id = ? and event in (?, ?) and n > coalesce("
        "(select max(n) from actions where penalty_id = ? and event in (?, ?)), 0)",
        (
            *(order.penalty_id, EventKind.APPLY, EventKind.ACCEPT),
            *(order.penalty_id, EventKind.REPAIR, EventKind.DECLINE),
        ),
    ).fetchall()
    handled = {name for (name,) in rows if name}
    if order.by and order.by not in handled:
        return
    zh = f"{order.by} 办理了这件申请的收件或者受理" if order.by else "对申请的决定须署名"
    raise UsageError(
        f"{zh},决定须由另一人作出。",
        "Another person than the one who accepted the application decides, and signs.",
        todo="请用 --by 写明决定人(approval.yml:four_eyes)。",
    )


def _warnings(order: Order, record: Mapping[str, Any]) -> list[str]:
    """Return what an operator should look at once more; none of it stops the event."""
    found = []
    if not ARTICLE.search(order.basis):
        found.append("依据没有写明条款(第…条),公开说明理由时请补全。")
    minimum = record["min_until"]
    if order.event is EventKind.REPAIR and minimum and order.on_day.isoformat() < minimum:
        found.append(f"最短公示期至 {minimum},尚未届满;请核对准予修复的决定。")
    if order.event is EventKind.CORRECT and not order.sets:
        found.append("更正后的内容尚待报送:请 ingest 更正后的行,或者用 --set 写明。")
    return found
