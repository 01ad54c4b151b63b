"""What must be done by when: each duty with the rule that sets its day, the overdue ones first.

A duty is found from the registry alone: a batch that waits, an event that the public does not see
yet, a dispute or an application without an answer, a record whose term is over. Records of one
batch or one day stand together, so that a large delivery is one line.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gongshi import events, ledger, records, registry
from gongshi.calendar import load_calendar
from gongshi.clock import Clock, Due
from gongshi.declarations.policy import load_policies
from gongshi.events import EventKind
from gongshi.site import Site

_PUBLISH = "gongshi publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to do: what it concerns, how to do it, and by when under which rule.

    `since` is the day from which the term runs; `count` the records that it concerns.
    """

    due: Due
    since: date
    todo: str
    id: str | None = None
    doc_no: str | None = None
    batch: str | None = None
    count: int = 1
    overdue: bool = False
    late_days: int = 0
    provisional: bool = False

    @property
    def what(self) -> str:
        """The name of the rule's row."""
        return self.due.row.name


@dataclass(frozen=True, slots=True)
class _Open:
    """A duty without its day: the name of the rule, whose records, since when."""

    name: str
    agency: str
    since: str
    todo: str
    id: str | None = None
    doc_no: str | None = None
    batch: str | None = None
    count: int = 1


def of(site: Site, *, today: date, ahead: int = 0) -> list[Duty]:
    """Return what is due, by day; with `ahead` also records whose term ends within so many days.

    Raises:
        RegistryError: the registry cannot be read.
    """
    policies = load_policies(site.schemas)
    law = Clock(policies.publication, load_calendar(site.schemas / "calendar"), today)
    with registry.reading(site.registry) as conn:
        found = [*_all(conn, today + timedelta(days=ahead))] if conn else []
    dated = (_dated(law, each) for each in found)
    return sorted(
        (duty for duty in dated if duty),
        key=lambda duty: (duty.due.on_day, duty.what, duty.id or ""),
    )


def _all(conn: sqlite3.Connection, until: date) -> Iterator[_Open]:
    """Yield every open duty."""
    yield from _waiting(conn)
    yield from _unseen(conn)
    yield from _moved(conn)
    yield from _ending(conn, until)
    yield from _disputes(conn)
    yield from _applications(conn)
    yield from _corrections(conn)


def _waiting(conn: sqlite3.Connection) -> Iterator[_Open]:
    """Yield batches of decisions that nobody has released: their rows are in the ledger alone."""
    rows = conn.execute(
        "select batch, agency, ledger_n from batches where approved_at is null "  # noqa: S608
        f"and schema in ({', '.join(repr(kind.schema) for kind in _DECISIONS)}) order by batch"
    ).fetchall()
    for batch, agency, n in rows:
        days = [day for frame in ledger.frames(conn, n) for day in frame["decided_on"].to_list()]
        if days:
            todo = f"gongshi approve {batch} --by 姓名"
            yield _Open("publish", agency, min(days), todo, batch=batch, count=len(days))


def _unseen(conn: sqlite3.Connection) -> Iterator[_Open]:
    """Yield batches of which the clock has not seen some records yet."""
    query = " union all ".join(
        f"select agency, min(decided_on), batch, count(*) from {kind.view} "  # noqa: S608
        "where state = 'accepted' and published_on is null group by batch, agency"
        for kind in _DECISIONS
    )
    for agency, since, batch, count in conn.execute(f"{query} order by batch"):
        yield _Open("publish", agency, since, _PUBLISH, batch=batch, count=count)


_DECISIONS = tuple(kind for kind in records.PUBLIC if kind.has_events)
"""Penalties and licences: what an authority must publish within its term."""
_LAST = "(select max(n) from actions as b where b.penalty_id = a.penalty_id and b.event in ({}))"


def _moved(conn: sqlite3.Connection) -> Iterator[_Open]:
    """Yield events that the public does not see yet."""
    hiding = (
        ("withdraw", "withdrawn", tuple(events.WITHDRAWALS)),
        ("withdraw", "removed", (EventKind.CANCEL,)),
        ("repair_stop", "repaired", (EventKind.REPAIR,)),
        ("suspend", "suspended", (EventKind.SUSPEND,)),
    )
    for name, state, kinds in hiding:
        yield from _by_event(conn, (name, _PUBLISH), kinds, f"p.shown = 1 and p.state = '{state}'")
    hidden = "p.shown = 0 and p.state = 'accepted'"
    yield from _by_event(conn, ("resume", _PUBLISH), (EventKind.RESUME,), hidden)
    unmarked = (
        "p.shown = 1 and p.disputed = 1 and exists (select 1 from {stem}_standing as s "
        "join {stem}_records as r on r.rid = s.rid where r.id = p.{stem}_id and s.dirty = 2)"
    )
    yield from _by_event(conn, ("dispute_mark", _PUBLISH), (EventKind.DISPUTE,), unmarked)


def _by_event(
    conn: sqlite3.Connection, duty: tuple[str, str], kinds: Sequence[EventKind], where: str
) -> Iterator[_Open]:
    """Yield a duty that runs from the last event of some kinds, for records that fit `where`."""
    name, todo = duty
    marks = ", ".join(repr(str(kind)) for kind in kinds)
    query = " union all ".join(
        f"select p.agency, a.on_day, p.{each.id}, p.doc_no, a.n from actions as a "  # noqa: S608
        f"join {each.view} as p on p.{each.id} = a.penalty_id where a.event in ({marks}) "
        f"and a.n = {_LAST.format(marks)} and {where.replace('{stem}', each.stem)}"
        for each in _DECISIONS
    )
    rows = [row[:4] for row in conn.execute(f"{query} order by 5")]
    for agency, since, penalty_id, doc_no in rows:
        yield _Open(name, agency, since, todo.format(penalty_id), penalty_id, doc_no)


def _ending(conn: sqlite3.Connection, until: date) -> Iterator[_Open]:
    """Yield by day the records whose term is over and that are still shown, or will be."""
    for view in (kind.view for kind in records.PUBLIC):
        rows = conn.execute(
            "select v.agency, v.publish_until, count(*) "  # noqa: S608
            f"from {view} as v where v.shown = 1 and v.publish_until < ? group by 1, 2 order by 2",
            (until.isoformat(),),
        )
        for agency, last, count in rows:
            gone = date.fromisoformat(last) + timedelta(days=1)
            yield _Open("expire", agency, gone.isoformat(), _PUBLISH, count=count)


def _disputes(conn: sqlite3.Connection) -> Iterator[_Open]:
    """Yield disputes that nobody has settled."""
    todo = "gongshi dispute {} --settle --reason 核查结果 --basis 依据"
    open_ones = "p.disputed = 1 and p.state not in ('withdrawn', 'repaired')"
    yield from _by_event(conn, ("dispute_answer", todo), (EventKind.DISPUTE,), open_ones)


def _applications(conn: sqlite3.Connection) -> Iterator[_Open]:
    """Yield applications for repair without acceptance, and without a decision."""
    open_ones = "p.state not in ('withdrawn', 'repaired')"
    accept = "gongshi repair {} --accept(或 --decline)"
    decide = "gongshi repair {}(准予)或 --decline(不予)"
    for each in _by_event(conn, ("repair_decide", decide), (EventKind.APPLY,), open_ones):
        stage = events.proceeding(conn, each.id or "")
        if stage:
            yield each
        if stage == EventKind.APPLY:
            todo = accept.format(each.id)
            yield _Open("repair_accept", each.agency, each.since, todo, each.id, each.doc_no)


def _corrections(conn: sqlite3.Connection) -> Iterator[_Open]:
    """Yield corrections of which the corrected words have not come."""
    todo = "请 ingest 更正后的行,或者 gongshi correct {} --set 字段=内容"
    missing = (
        "a.corrected is null and p.state not in ('withdrawn', 'repaired', 'removed') "
        "and not exists ("
        "select 1 from {stem}_changes as c join {stem}_records as r on r.rid = c.rid "
        "where r.id = p.{stem}_id and c.on_day >= a.on_day)"
    )
    yield from _by_event(conn, ("correct", todo), (EventKind.CORRECT,), missing)


def _dated(law: Clock, found: _Open) -> Duty | None:
    """Return a duty with its day, or None where no rule of the site sets one."""
    since = date.fromisoformat(found.since)
    due = law.deadline(found.name, found.agency, since)
    if due is None:
        return None
    late = max(law.calendar.working_days(due.on_day, law.today), 0)
    return Duty(
        due=due,
        since=since,
        todo=found.todo,
        id=found.id,
        doc_no=found.doc_no,
        batch=found.batch,
        count=found.count,
        overdue=due.on_day < law.today,
        late_days=late,
        provisional=due.row.working and law.calendar.is_provisional(due.on_day),
    )


def due_as_json(due: Due) -> dict[str, Any]:
    """Return a day with the row that sets it, for a program."""
    row = due.row
    return {
        "what": row.name,
        "title": row.title,
        "due_on": due.on_day.isoformat(),
        "days": row.days,
        "working": row.working,
        "source": row.source,
        "confidence": row.confidence,
    }


def as_json(duties: Iterable[Duty], today: date) -> dict[str, Any]:
    """Return `{"today", "overdue", "actions"}`."""
    actions = [
        due_as_json(duty.due)
        | {
            "since": duty.since.isoformat(),
            "overdue": duty.overdue,
            "late_days": duty.late_days,
            "provisional": duty.provisional,
            "penalty_id": duty.id,
            "doc_no": duty.doc_no,
            "batch": duty.batch,
            "count": duty.count,
            "todo": duty.todo,
        }
        for duty in duties
    ]
    overdue = sum(action["overdue"] for action in actions)
    return {"today": today.isoformat(), "overdue": overdue, "actions": actions}


def words(duties: Sequence[Duty], today: date) -> str:
    """Return the duties as a person reads them."""
    if not duties:
        return f"{today} 没有应办事项。\nNothing is due on {today}."
    lines = [_line(duty, today) for duty in duties]
    overdue = sum(duty.overdue for duty in duties)
    counted = f"应办 {len(duties)} 项,其中逾期 {overdue} 项。"
    return "\n".join([*lines, counted, f"{len(duties)} duties, {overdue} overdue."])


def _line(duty: Duty, today: date) -> str:
    """Return one duty: when, what, of whom, by which rule, how."""
    row, on_day = duty.due.row, duty.due.on_day
    if duty.overdue:
        mark = f"✗ 逾期({duty.late_days} 个工作日)" if duty.late_days else "✗ 逾期"
    else:
        mark = "● 今日到期" if on_day == today else "○ 待办"
    named = f"{duty.doc_no}({duty.id})" if duty.id else duty.batch or ""
    counted = "" if duty.id else f" {duty.count} 条"
    sure = "" if row.confidence == "sourced" else "〔凭记忆,待核〕"
    moving = "(所在年份的放假通知未出,暂按周一至周五计)" if duty.provisional else ""
    return (
        f"{mark} {on_day} {row.title}:{named}{counted}{moving}\n"
        f"    自 {duty.since} 起算;依据{row.source}{sure}\n    {duty.todo}"
    )
