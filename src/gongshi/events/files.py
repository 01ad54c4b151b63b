"""Events that arrive as a file (schema `penalty-event`): each row finds its record, or is refused.

A row names the decision by authority and number; where the decision concerns several parties it
must also name the party. Penalties and licences are both looked through. Nothing is guessed.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from gongshi import ledger, records
from gongshi.events.one import FILED, Event, EventKind, applies, apply_event, why_not
from gongshi.models import ROW, SHEET, Finding, PublicTable, Severity
from gongshi.registry import Batch

RULES: Mapping[str, str] = {
    "E01": "No penalty or licence in the registry has this authority and document number.",
    "E02": "The decision concerns several parties: name the one.",
    "E03": "The event does not fit the state of the penalty.",
    "E04": "The event is not known, or lies in the future.",
}
"""Rules for event rows, by stable identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a file of events did, in source rows; `refused` are the ones left out."""

    batch: str
    taken_rows: int
    unchanged_rows: int
    repeated: bool = False
    refused: frozenset[tuple[str, int]] = frozenset()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Refusal:
    rule: str
    field: str
    message: str


def happen(conn: sqlite3.Connection, table: PublicTable, batch: Batch) -> Happened:
    """Enter a table of events, in file order, inside the caller's transaction.

    Events need no approval: they take down or explain, and the law gives them three days.
    """
    if before := records.repeated(conn, table):
        name, rows = before
        return Happened(batch=name, taken_rows=0, unchanged_rows=rows, repeated=True)
    findings, taken, unchanged = [], 0, 0
    for row in table.frame.iter_rows(named=True):
        outcome = _enter(conn, row, batch)
        if isinstance(outcome, _Refusal):
            findings.append(_finding(row, outcome))
        else:
            taken, unchanged = taken + outcome, unchanged + (not outcome)
    refused = frozenset((found.sheet, found.row) for found in findings)
    _enter_batch(conn, batch, (taken, unchanged, len(refused)))
    return Happened(
        batch=batch.batch,
        taken_rows=taken,
        unchanged_rows=unchanged,
        refused=refused,
        findings=tuple(findings),
    )


def _enter(conn: sqlite3.Connection, row: Mapping[str, Any], batch: Batch) -> bool | _Refusal:
    """Enter one row: True for a new event, False for one already known, or why it is refused."""
    penalty_id = _find(conn, row)
    if isinstance(penalty_id, _Refusal):
        return penalty_id
    if row["event"] not in FILED or row["event_on"] > batch.received_on:
        message = f"事件“{row['event']}”不在代码表内,或事件日期 {row['event_on']} 晚于接收日期。"
        return _Refusal("E04", "EVENT", message)
    event = Event(
        event=EventKind(row["event"]),
        penalty_id=penalty_id,
        on_day=row["event_on"],
        reason=row["reason"] or "",
        basis=row["basis"] or "",
        decision_doc_no=row["decision_doc_no"],
        by=batch.agency,
    )
    if _is_known(conn, penalty_id, event=event.event, on_day=event.on_day):
        return False
    if refusal := why_not(conn, event):
        return _Refusal("E03", "EVENT", refusal)
    apply_event(conn, event, at=batch.received_at)
    return True


def _find(conn: sqlite3.Connection, row: Mapping[str, Any]) -> str | _Refusal:
    """Return the id of the record that a row means."""
    found = conn.execute(_CANDIDATES, (row["authority_code"], row["doc_no_key"])).fetchall()
    if row["uscc"]:
        found = [one for one in found if one[1] == row["uscc"]]
    elif row["party"]:
        found = [one for one in found if one[2] == row["party"]]
    if len(found) > 1:  # a penalty and a licence may share a number
        found = [one for one in found if applies(row["event"], one[0])] or found
    if not found:
        message = f"登记库中没有该机关的 {row['doc_no']} 号决定(或当事人不符)。"
        return _Refusal("E01", "DOC_NO", message)
    if len(found) > 1:
        message = f"{row['doc_no']} 涉及 {len(found)} 个当事人,请写明当事人名称或统一社会信用代码。"
        return _Refusal("E02", "PARTY", message)
    return str(found[0][0])


_CANDIDATES = " union all ".join(
    f"select id, uscc, party from {kind.stem}_records "  # noqa: S608
    "where authority_code = ?1 and doc_no_key = ?2"
    for kind in records.KINDS.values()
    if kind.has_events
)


def known_rows(conn: sqlite3.Connection, frame: pl.DataFrame) -> int:
    """Return how many source rows of a table tell what was entered before."""
    return sum(_tells_known(conn, row) for row in frame.iter_rows(named=True))


def _tells_known(conn: sqlite3.Connection, row: Mapping[str, Any]) -> bool:
    """Say whether a row tells what was entered before."""
    penalty_id = _find(conn, row)
    return isinstance(penalty_id, str) and _is_known(
        conn, penalty_id, event=row["event"], on_day=row["event_on"]
    )


def _is_known(conn: sqlite3.Connection, penalty_id: str, *, event: str, on_day: str) -> bool:
    """Say whether this very event was entered before."""
    return bool(
        conn.execute(
            "select 1 from actions where penalty_id = ? and event = ? and on_day = ?",
            (penalty_id, event, on_day),
        ).fetchone()
    )


def _finding(row: Mapping[str, Any], refusal: _Refusal) -> Finding:
    """Return a refusal as a finding."""
    return Finding(
        sheet=row[SHEET],
        row=row[ROW],
        column="",
        field=refusal.field,
        rule=refusal.rule,
        severity=Severity.ERROR,
        value="",
        message=refusal.message,
        message_en=RULES[refusal.rule],
    )


def _enter_batch(conn: sqlite3.Connection, batch: Batch, counts: tuple[int, int, int]) -> None:
    """Write the batch; its events have entries of their own."""
    taken, unchanged, refused = counts
    header = asdict(batch) | {
        "taken": taken,
        "unchanged": unchanged,
        "refused": batch.refused + refused,
        "findings": batch.findings + refused,
        "approved_by": batch.approved_by or "事件无需审核",
        "approved_at": batch.received_at,
    }
    n = ledger.append(conn, "batch", lambda: header, at=batch.received_at)
    records.insert_row(conn, "batches", header | {"ledger_n": n})
