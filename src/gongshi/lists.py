"""Listing decisions into the registry: an entry needs a decision and the law it rests on.

Nothing is listed by counting penalties, and nothing is guessed: a row that names no known list,
no decision or no basis is refused with its reason. How long an entry stays is for the clock.

Source: 国办发〔2020〕49号; 信用修复管理办法 (NDRC Order 36) art. 4.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from gongshi import records
from gongshi.declarations.list_spec import ListSpec
from gongshi.models import ROW, SHEET, Category, Finding, PublicTable, Severity
from gongshi.packed import packed_whole
from gongshi.registry import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Enlisted:
    """What a batch of listing decisions brought; `refused` are the source rows left out."""

    batch: str
    added: int
    changed: int
    unchanged: int
    unchanged_rows: int
    repeated: bool = False
    refused: frozenset[tuple[str, int]] = frozenset()
    findings: tuple[Finding, ...] = ()


def enlist(
    conn: sqlite3.Connection,
    table: PublicTable,
    batch: Batch,
    specs: Mapping[str, ListSpec],
) -> Enlisted:
    """Enter a table of list entries as one batch, inside the caller's transaction."""
    if before := records.repeated(conn, table):
        name, rows = before
        return Enlisted(
            batch=name,
            added=0,
            changed=0,
            unchanged=table.packed.height,
            unchanged_rows=rows,
            repeated=True,
        )
    kept, errors, findings = sift(table.frame, specs)
    counted = replace(
        batch, refused=batch.refused + len(errors), findings=batch.findings + len(findings)
    )
    entered = records.enter(conn, records.ENTRY, packed_whole(kept), counted, doubts=table.doubts)
    return Enlisted(
        batch=batch.batch,
        added=entered.added,
        changed=entered.changed,
        unchanged=entered.unchanged,
        unchanged_rows=entered.idle_rows,
        refused=errors,
        findings=(*findings, *entered.findings),
    )


def sift(
    frame: pl.DataFrame, specs: Mapping[str, ListSpec]
) -> tuple[pl.DataFrame, frozenset[tuple[str, int]], tuple[Finding, ...]]:
    """Return the rows that may be listed, the source rows left out, and all findings."""
    findings = check(frame, specs)
    errors = frozenset(
        (found.sheet, found.row) for found in findings if found.severity == Severity.ERROR
    )
    places = frame.select(SHEET, ROW).iter_rows()
    kept = pl.Series([place not in errors for place in places], dtype=pl.Boolean)
    return frame.filter(kept), errors, findings


def check(frame: pl.DataFrame, specs: Mapping[str, ListSpec]) -> tuple[Finding, ...]:
    """Return what speaks against the rows of a table of list entries."""
    return tuple(
        Finding(
            sheet=row[SHEET],
            row=row[ROW],
            column="",
            field=field,
            rule=rule,
            severity=severity,
            value="",
            message=message,
            message_en=RULES[rule],
        )
        for row in frame.iter_rows(named=True)
        for rule, field, severity, message in _against(row, specs)
    )


RULES: Mapping[str, str] = {
    "L01": "The list is not declared in schemas/lists/.",
    "L02": "The list is declared but not enabled.",
    "L03": "A listing decision needs its document number.",
    "L04": "A listing needs its legal basis.",
    "L05": "The stated basis does not name the instrument on which the list rests.",
    "L06": "This list does not take natural persons.",
    "L07": "A listing needs the authority that decided it, its day and its reason.",
}
"""Rules for list entries, by stable identifier."""

_Against = tuple[str, str, Severity, str]


def _against(row: Mapping[str, Any], specs: Mapping[str, ListSpec]) -> list[_Against]:
    """Return `(rule, field, severity, message)` for each thing wrong with one row."""
    code = row["list_code"] or ""
    spec = specs.get(code)
    if spec is None:
        return [("L01", "LIST_CODE", Severity.ERROR, f"名单代码“{code}”未声明,请核对。")]
    if not spec.enabled:
        message = f"名单“{spec.title}”未启用,不收录。{spec.note}"
        return [("L02", "LIST_CODE", Severity.ERROR, message)]
    found: list[_Against] = []
    if not row["listing_doc_no"]:
        message = "列入决定文书号为空:没有列入决定,不得列入名单。"
        found.append(("L03", "LISTING_DOC_NO", Severity.ERROR, message))
    found += _against_basis(row["basis"] or "", spec)
    if row["party_category"] == Category.PERSON and spec.natural_persons == "refused":
        message = f"名单“{spec.title}”不收录自然人。"
        found.append(("L06", "PARTY_CATEGORY", Severity.ERROR, message))
    for column, field in (
        ("authority", "AUTHORITY"),
        ("listed_on", "LISTED_ON"),
        ("reason", "REASON"),
    ):
        if not row[column]:
            found.append(("L07", field, Severity.ERROR, "认定单位、列入日期、列入事由均须填写。"))
    return found


def _against_basis(basis: str, spec: ListSpec) -> list[_Against]:
    """Return what is wrong with a stated basis: on a black list it must name the instrument."""
    if not basis:
        return [("L04", "BASIS", Severity.ERROR, "列入依据为空:没有依据,不得列入名单。")]
    if any(mark in basis for law in spec.legal_basis for mark in law.marks):
        return []
    laws = "、".join(f"《{law.title}》" for law in spec.legal_basis)
    severity = Severity.ERROR if spec.colour == "black" else Severity.WARNING
    return [("L05", "BASIS", severity, f"列入依据未写明本名单所依据的{laws}。")]
