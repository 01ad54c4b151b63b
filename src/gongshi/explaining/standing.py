"""Where a record stands: what happened to it, what waits for an answer, and by when."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gongshi import events
from gongshi.clock import Clock
from gongshi.clock.grounds import chinese
from gongshi.events import EventKind

STATES = {**events.STATES, "listed": "在列", "revoked": "已撤销", "removed": "已移出"}
_PAGES = {"penalty": "/penalty/", "license": "/license/"}
DAYS = (("公示截止", "publish_until"), ("最短公示期", "min_until"), ("规则", "policy_row"))


def standing(conn: sqlite3.Connection, row: Mapping[str, Any], record: str) -> Iterator[str]:
    """Yield what happened to a record, in the order of the ledger, and where it stands."""
    told = [(event["n"], _of_event(event)) for event in rows_of(conn, _ACTIONS, record)]
    told += [(change["n"], _of_change(change)) for change in rows_of(conn, _CHANGES, record)]
    yield from (sentence for _, sentence in sorted(told))
    over = ",上述公示期限不再适用" if row["state"] in FINAL else ""
    yield f"现在的状态:{STATES[row['state']]}{_ended(row)}{over}。"
    if row["disputed"] and row["state"] not in FINAL:
        yield "当事人的异议尚未了结,公示中加注“异议处理中”;异议期间不停止公示。"
    grave = row_of(conn, "select * from tombstones where id = ?", record)
    if grave:
        why = f"公开的说明为“{grave['reason']}”。"
        page = _PAGES.get(grave["type"])
        yield f"网址 {page}{record} 答复 410,{why}" if page else f"名单页不再列出,{why}"


FINAL = frozenset({"withdrawn", "repaired", "revoked", "removed"})
_ACTIONS = "select * from actions where penalty_id = ?"
_CHANGES = (
    "select e.*, (select min(n) from days where days.seq >= e.seq) as n from events as e "
    "where e.id = ?"
)


def _of_event(event: Mapping[str, Any]) -> str:
    """Return one event with its reason and basis."""
    number = f",文书{event['decision_doc_no']}" if event["decision_doc_no"] else ""
    by = f",经办{event['by']}" if event["by"] else ""
    return (
        f"{chinese(event['on_day'])},{event['event']}:{event['reason']}"
        f"(依据:{event['basis']}{number}{by};账本第{event['n']}条)。"
    )


def _of_change(change: Mapping[str, Any]) -> str:
    """Return one change of what the public sees."""
    words = {"ADD": "公示", "MOD": "更新公示", "DEL": "终止公示"}[change["op"]]
    why = f",公开的理由:{change['reason']}" if change["reason"] else ""
    return f"{chinese(change['at'])},{words}(第{change['seq']}号变动{why})。"


def _ended(row: Mapping[str, Any]) -> str:
    """Return when and why a record ended, if it did."""
    if not row["ended_on"]:
        return f",{row['end_reason']}" if row["end_reason"] else ""
    return f",{chinese(row['ended_on'])}起({row['end_reason'] or '公示期满'})"


def moved(row: Mapping[str, Any], computed: Mapping[str, str | None]) -> Iterator[str]:
    """Yield where the registry still says something else than the rules do today."""
    differing = [
        f"{title}记载为{row[name] or '(无)'},今天计算为{computed[name] or '(无)'}"
        for title, name in DAYS
        if row[name] != computed[name]
    ]
    if row["state"] == "accepted":
        yield "收录或者恢复后尚未运行 publish,以上期限自下次 publish 起记入登记库。"
    elif differing:
        yield f"登记库中{';'.join(differing)};下次 publish 时更新。"


def pending(conn: sqlite3.Connection, law: Clock, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield proceedings without an answer, and by when it is due."""
    record, agency = row.get("penalty_id") or row["license_id"], row["agency"]
    if row["state"] in FINAL:
        return
    if row["disputed"]:
        yield from _by_when(law, "dispute_answer", agency, _since(conn, record, EventKind.DISPUTE))
    stage = events.proceeding(conn, record)
    if stage:
        since = _since(conn, record, EventKind.APPLY)
        if stage == EventKind.APPLY:
            yield from _by_when(law, "repair_accept", agency, since)
        yield from _by_when(law, "repair_decide", agency, since)


def _by_when(law: Clock, name: str, agency: str, since: date) -> Iterator[str]:
    """Yield one duty as a sentence, if a rule sets it."""
    due = law.deadline(name, agency, since)
    if due:
        late = ",已逾期" if due.on_day < law.today else ""
        yield (
            f"{due.row.title}:自{chinese(since)}起{due.row.days}个工作日,"
            f"不晚于{chinese(due.on_day)}{late}(依据{due.row.source})。"
        )


def _since(conn: sqlite3.Connection, record: str, kind: EventKind) -> date:
    """Return the day of the last event of a kind."""
    query = "select max(on_day) from actions where penalty_id = ? and event = ?"
    return date.fromisoformat(conn.execute(query, (record, kind)).fetchone()[0])


def row_of(conn: sqlite3.Connection, query: str, record: str) -> dict[str, Any] | None:
    """Return the first row that a query finds, by column."""
    return next(rows_of(conn, query, record), None)


def rows_of(conn: sqlite3.Connection, query: str, record: str) -> Iterator[dict[str, Any]]:
    """Yield the rows that a query finds, by column."""
    cursor = conn.execute(query, (record,))
    names = [column[0] for column in cursor.description]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def day_of(text: str | None) -> date | None:
    """Return a stored day."""
    return date.fromisoformat(text) if text else None


def iso(day: date | None) -> str | None:
    """Return a day as it is stored."""
    return day.isoformat() if day else None
