"""Records that a full delivery does not hold: a question for a person, never a deletion.

    full delivery released ─▶ look ─▶ ledger ─▶ project ─▶ open question
                               keep, wait ─┘   the row again, or an ending: closed

A row may be missing because the decision fell, because somebody filtered the export, or because of
a mistake; nothing in the file says which. So the record stays as it is, and the question is open
until a person answers, the record ends in another way, or a later delivery holds the row again.
*keep*: it stays, and is not asked again while it goes on missing. *wait*: asked again if the next
full delivery lacks it too. Who wants it gone withdraws it, with reason and basis.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from gongshi import ledger, records
from gongshi.errors import UsageError
from gongshi.records import KINDS, Kind
from gongshi.redaction import redact
from gongshi.registry import FULL, last_batch, now

LOOKED, ANSWERED = "absence", "answer"
"""Kinds of ledger entries: what a delivery lacks and holds again; what a person answered."""
KEEP, WAIT = "keep", "wait"
PREFIX = "missing:"
"""What the name of such a question begins with; the id of the record follows."""


class Missing(NamedTuple):
    """One record that full deliveries lack, as a person sees it.

    `batch` is the first delivery without it, `last` the latest, `times` how many there were.
    """

    id: str
    schema: str
    agency: str
    batch: str
    last: str
    times: int
    on_day: str
    answer: str | None
    by: str | None
    reason: str | None
    authority: str
    doc_no: str
    party: str

    @property
    def name(self) -> str:
        """What the question is called."""
        return PREFIX + self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person answers: `keep` or `wait`. The reason is kept, without personal data."""

    answer: str
    by: str
    reason: str
    on_day: date


def look(conn: sqlite3.Connection, batch: str) -> None:
    """Ask about what the released batch lacks, where it holds everything; close what it has again.

    A delivery that is not the last one of its agency says nothing of what is missing today. Runs
    inside the open transaction.
    """
    names = "agency, schema, delivery, received_on, ledger_n"
    row = conn.execute(f"select {names} from batches where batch = ?", (batch,)).fetchone()  # noqa: S608
    agency, schema, delivery, day, n = row
    last = last_batch(conn, agency, schema)
    is_full = delivery == FULL and last is not None and last.batch == batch
    kind = KINDS.get(schema)
    asked = {
        name for (name,) in conn.execute("select id from absences where schema = ?", (schema,))
    }
    if kind is None or not (is_full or asked):
        return
    here = records.brought(conn, kind, n)
    missing = _missing(conn, kind, (agency, day), here) if is_full else []
    back = sorted(asked & here)
    if missing or back:
        header = {
            "batch": batch,
            "schema": schema,
            "agency": agency,
            "on_day": day,
            "missing": missing,
            "back": back,
        }
        ledger.append(conn, LOOKED, lambda: header, at=now())
        project(conn, header)


def project(conn: sqlite3.Connection, header: Mapping[str, Any]) -> None:
    """Store what a delivery lacks of the records that the registry still holds."""
    stem = KINDS[header["schema"]].stem
    same = (header["schema"], header["agency"], header["batch"], header["on_day"])
    conn.executemany(
        "insert into absences (id, schema, agency, batch, last, times, on_day) "  # noqa: S608
        f"select r.id, ?1, ?2, ?3, ?3, 1, ?4 from {stem}_records as r where r.id = ?5 "
        "on conflict (id) do update set last = excluded.last, times = times + 1, "
        f"answer = case answer when '{KEEP}' then answer end",
        ((*same, name) for name in header["missing"]),
    )
    conn.executemany("delete from absences where id = ?", ((name,) for name in header["back"]))


def answer(conn: sqlite3.Connection, name: str, given: Answer, *, four_eyes: bool) -> None:
    """Enter what a person answers about a missing record, inside the open transaction.

    Raises:
        UsageError: there is no such open question, or the answer is not this person's to give.
    """
    missing = find(conn, name)
    require_answerable(conn, missing, given.by, four_eyes=four_eyes and given.answer != WAIT)
    if not given.reason.strip() or redact(given.reason).spans:
        raise UsageError(
            "请写明理由;理由会保存,不得写个人信息。",
            "A reason is needed; it is kept and may hold no personal data.",
        )
    at = now()
    header = {
        "question": missing.name,
        "answer": given.answer,
        "by": given.by,
        "reason": given.reason,
        "at": at,
        "on_day": given.on_day.isoformat(),
    }
    n = ledger.append(conn, ANSWERED, lambda: header, at=at)
    project_answer(conn, n, header)


def project_answer(conn: sqlite3.Connection, n: int, header: Mapping[str, Any]) -> None:
    """Store the answer of ledger entry `n`, if the question is still there."""
    name = header["question"].removeprefix(PREFIX)
    asked = conn.execute(
        "update absences set answer = ?, by = ?, reason = ? where id = ?",
        (header["answer"], header["by"], header["reason"], name),
    )
    if asked.rowcount:
        columns = ("question", "answer", "by", "reason", "on_day")
        row = {"n": n, **{name: header[name] for name in columns}}
        records.insert_row(conn, "answers", row)


def require_answerable(
    conn: sqlite3.Connection, missing: Missing, by: str, *, four_eyes: bool
) -> None:
    """Refuse an answer without a name, or of the person who let the delivery pass its gates.

    Raises:
        UsageError: it is such an answer.
    """
    if not by.strip():
        raise UsageError("请写明决定人姓名。", "An answer needs a name.", todo="请用 --by 写明。")
    passed = conn.execute(
        "select 1 from batches where batch in (?, ?) and override_by = ?",
        (missing.batch, missing.last, by),
    ).fetchone()
    if four_eyes and passed:
        raise UsageError(
            f"{by} 批准越过了这一批的拦截,缺失的记录如何处理须由另一人决定。",
            f"{by} overrode the gate of this delivery; another person must decide this.",
        )


def listed(conn: sqlite3.Connection, agency: str = "", *, answered: bool = False) -> list[Missing]:
    """Return the open questions of an agency or of all; the answered ones too where asked."""
    found = []
    for kind in KINDS.values():
        rows = conn.execute(_LISTED.format(stem=kind.stem, number=kind.number), (kind.schema,))
        found += [Missing._make(row) for row in rows.fetchall()]
    return [
        one for one in found if (agency in ("", one.agency)) and (answered or one.answer is None)
    ]


def find(conn: sqlite3.Connection, name: str) -> Missing:
    """Return a question that can be answered.

    Raises:
        UsageError: there is none of this name.
    """
    for one in listed(conn, answered=True):
        if one.name == name:
            return one
    raise UsageError(
        f"没有待定的问题 {name}。",
        f"There is no question {name}.",
        todo="记录可能已经再次报送或者已经结束;请运行 gongshi review 查看。",
    )


def forget(conn: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Erase questions about records that go, and what was answered, down to the ledger."""
    for name in ids:
        conn.execute("delete from absences where id = ?", (name,))
        rows = conn.execute("select n from answers where question = ?", (PREFIX + name,))
        for (n,) in rows.fetchall():
            ledger.erase(conn, n)
            conn.execute("delete from answers where n = ?", (n,))


_LISTED = """
    select a.id, a.schema, a.agency, a.batch, a.last, a.times, a.on_day, a.answer, a.by, a.reason,
        r.authority, r.{number}, r.party
    from absences as a join {stem}_records as r on r.id = a.id
    join {stem}_standing as s on s.rid = r.rid
    where a.schema = ? and s.ended_on is null order by a.last, r.rid
"""
"""What has ended in the meantime is no question any more."""


def _missing(
    conn: sqlite3.Connection, kind: Kind, sent: tuple[str, str], here: frozenset[str]
) -> list[str]:
    """Return the agency's records in force on the day that are not in the delivery."""
    agency, day = sent
    rows = conn.execute(
        f"select r.id from {kind.stem}_records as r "  # noqa: S608
        f"join {kind.stem}_standing as s on s.rid = r.rid where r.agency = ? "
        "and s.ended_on is null and coalesce(s.publish_until, ?) >= ? order by r.rid",
        (agency, day, day),
    )
    return [name for (name,) in rows if name not in here]
