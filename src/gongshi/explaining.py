"""Why a record stands as it does: reasoning over the rules, then what happened to it, then doubts.

The rules are applied anew, as of the day asked for; where the registry still says something else,
because `publish` has not run since, that is said too.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gongshi import events, registry
from gongshi.calendar import load_calendar
from gongshi.clock import Clock, EntryFacts, Facts
from gongshi.clock.grounds import Ground, Paragraph, chinese, of_entry, of_penalty
from gongshi.declarations.policy import Policies, load_policies
from gongshi.errors import UsageError
from gongshi.events import EventKind
from gongshi.site import Site

_FEN = 100
_STATES = {**events.STATES, "listed": "在列", "revoked": "已撤销", "removed": "已移出"}
_DAYS = (("公示截止", "publish_until"), ("最短公示期", "min_until"), ("规则", "policy_row"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of one record; `computed` is what the rules give today."""

    id: str
    type: str
    state: str
    computed: Mapping[str, str | None]
    paragraphs: Sequence[Paragraph]

    @property
    def grounds(self) -> list[Ground]:
        """Every row of policy that it rests on, each once."""
        return list(dict.fromkeys(each for part in self.paragraphs for each in part.grounds))


def of(site: Site, record: str, *, today: date) -> Told:
    """Return the reasoning for a penalty or a list entry.

    Raises:
        UsageError: there is no such record.
    """
    policies = load_policies(site.schemas)
    law = Clock(policies.publication, load_calendar(site.schemas / "calendar"), today)
    with registry.reading(site.registry) as conn:
        for view, key, tell in (
            ("penalties", "penalty_id", _penalty),
            ("list_entries", "entry_id", _entry),
        ):
            row = conn and _row(conn, f"select * from {view} where {key} = ?", record)  # noqa: S608
            if conn and row:
                return tell(conn, law, policies, row)
    raise UsageError(
        f"登记库中没有记录 {record}。",
        f"There is no record {record} in the registry.",
        todo="编号见网页地址 /penalty/编号 和名单页;批次尚未批准的,其记录还不在登记库中。",
    )


def _penalty(conn: sqlite3.Connection, law: Clock, _: Policies, row: Mapping[str, Any]) -> Told:
    """Return what is said of a penalty."""
    facts = Facts(
        agency=row["agency"],
        party_category=row["party_category"] or "",
        kinds=row["kinds"] or "",
        fine_fen=row["fine_fen"],
        decided_on=date.fromisoformat(row["decided_on"]),
        published_on=_day(row["published_on"]),
        valid_until=_day(row["valid_until"]),
        source_publish_until=_day(row["source_publish_until"]),
        basis=row["basis"] or "",
    )
    decision, reasoned = of_penalty(law, facts)
    computed = {
        "severity": str(decision.severity),
        "publish_until": _iso(decision.publish_until),
        "min_until": _iso(decision.min_until),
        "policy_row": decision.policy_row,
    }
    standing = [*_standing(conn, row, row["penalty_id"]), *_moved(row, computed)]
    parts = [
        Paragraph("记录", (_of_decision(row),)),
        *reasoned,
        Paragraph("现状", tuple(standing)),
    ]
    if pending := list(_pending(conn, law, row)):
        parts.append(Paragraph("未办结的事项", tuple(pending)))
    return Told(
        id=row["penalty_id"],
        type="penalty",
        state=row["state"],
        computed=computed,
        paragraphs=parts,
    )


def _entry(
    conn: sqlite3.Connection, law: Clock, policies: Policies, row: Mapping[str, Any]
) -> Told:
    """Return what is said of a list entry."""
    facts = EntryFacts(
        list_code=row["list_code"],
        party_category=row["party_category"] or "",
        listed_on=date.fromisoformat(row["listed_on"]),
        source_until=_day(row["source_until"]),
    )
    decision, reasoned = of_entry(law, facts, policies.lists.get(row["list_code"]))
    listed = (
        f"{row['authority']}于{chinese(row['listed_on'])}以{row['listing_doc_no']}号文书将"
        f"{row['party']}列入。列入依据:{row['basis']}"
    )
    standing = list(_standing(conn, row, row["entry_id"]))
    if row["penalty_id"]:
        standing.insert(0, f"列入所依据的行政处罚:{row['penalty_id']};该决定撤回的,列入随之撤销。")
    return Told(
        id=row["entry_id"],
        type="list_entry",
        state=row["state"],
        computed={"until": _iso(decision.until), "colour": decision.colour},
        paragraphs=[Paragraph("记录", (listed,)), *reasoned, Paragraph("现状", tuple(standing))],
    )


def _of_decision(row: Mapping[str, Any]) -> str:
    """Return who decided what about whom, and how it came here."""
    yuan = Decimal(row["fine_fen"] or 0) / _FEN
    fine = f",罚款{yuan.normalize():,f}元" if yuan else ""
    return (
        f"{row['authority']}于{chinese(row['decided_on'])}作出{row['doc_no']}行政处罚决定,"
        f"当事人{row['party']}({row['party_category'] or '类别不明'}),"
        f"处罚种类:{(row['kinds'] or '未写明').replace(';', '、')}{fine}。"
        f"由{row['agency']}报送,批次{row['first_batch']}收录,现为第{row['version']}版。"
    )


def _standing(conn: sqlite3.Connection, row: Mapping[str, Any], record: str) -> Iterator[str]:
    """Yield what happened to a record, in the order of the ledger, and where it stands."""
    told = [(event["n"], _of_event(event)) for event in _rows(conn, _ACTIONS, record)]
    told += [(change["n"], _of_change(change)) for change in _rows(conn, _CHANGES, record)]
    yield from (sentence for _, sentence in sorted(told))
    over = ",上述公示期限不再适用" if row["state"] in _FINAL else ""
    yield f"现在的状态:{_STATES[row['state']]}{_ended(row)}{over}。"
    if row["disputed"] and row["state"] not in _FINAL:
        yield "当事人的异议尚未了结,公示中加注“异议处理中”;异议期间不停止公示。"
    grave = _row(conn, "select * from tombstones where id = ?", record)
    if grave:
        yield f"网址 /penalty/{record} 答复 410,公开的说明为“{grave['reason']}”。"


_FINAL = frozenset({"withdrawn", "repaired", "revoked", "removed"})
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


def _moved(row: Mapping[str, Any], computed: Mapping[str, str | None]) -> Iterator[str]:
    """Yield where the registry still says something else than the rules do today."""
    differing = [
        f"{title}记载为{row[name] or '(无)'},今天计算为{computed[name] or '(无)'}"
        for title, name in _DAYS
        if row[name] != computed[name]
    ]
    if row["state"] == "accepted":
        yield "收录或者恢复后尚未运行 publish,以上期限自下次 publish 起记入登记库。"
    elif differing:
        yield f"登记库中{';'.join(differing)};下次 publish 时更新。"


def _pending(conn: sqlite3.Connection, law: Clock, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield proceedings without an answer, and by when it is due."""
    record, agency = row["penalty_id"], row["agency"]
    if row["state"] in _FINAL:
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


def as_json(told: Told) -> dict[str, Any]:
    """Return the reasoning for a program: dates, paragraphs, rows with sources."""
    return {
        "id": told.id,
        "type": told.type,
        "state": told.state,
        **told.computed,
        "paragraphs": [
            {"title": each.title, "sentences": list(each.sentences)} for each in told.paragraphs
        ],
        "rows": [asdict(each) for each in told.grounds],
        "to_confirm": [each.row for each in told.grounds if each.doubt],
    }


def words(told: Told) -> str:
    """Return the reasoning as a person reads it."""
    numerals = "一二三四五六七八九十"
    lines = [
        f"{numerals[n]}、{part.title}\n" + "\n".join(f"    {each}" for each in part.sentences)
        for n, part in enumerate(told.paragraphs)
    ]
    sources = [
        f"    schemas/{each.file} {each.row}:{each.source}"
        + (f"〔{each.doubt}〕" if each.doubt else "")
        + (f" {each.note}" if each.note else "")
        for each in told.grounds
    ]
    if sources:
        lines.append(f"{numerals[len(lines)]}、所据规则的出处\n" + "\n".join(sources))
    doubtful = [each.row for each in told.grounds if each.doubt]
    if doubtful:
        lines.append(
            f"提示:{'、'.join(dict.fromkeys(doubtful))}凭记忆录入或者说法不一,"
            "据此得出的日期须经法制部门确认。"
        )
    lines.append(f"{told.id}: {told.state}. Rows marked 〔…〕 must be confirmed by counsel.")
    return "\n".join(lines)


def _row(conn: sqlite3.Connection, query: str, record: str) -> dict[str, Any] | None:
    """Return the first row that a query finds, by column."""
    return next(_rows(conn, query, record), None)


def _rows(conn: sqlite3.Connection, query: str, record: str) -> Iterator[dict[str, Any]]:
    """Yield the rows that a query finds, by column."""
    cursor = conn.execute(query, (record,))
    names = [column[0] for column in cursor.description]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
