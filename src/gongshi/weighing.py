"""What a redacted file would bring: compared with the registry, and held against the gates.

A check says this, and an ingest asks it before it enters anything. Nothing is written.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from gongshi import events, gates, lists, records, registry
from gongshi.declarations.list_spec import ListSpec
from gongshi.gates import Bounds, Delivery
from gongshi.models import Finding, PublicTable
from gongshi.packed import Packed, packed_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What entering a table would do, in source rows; `stops` are the gates that it fails.

    `notices` are about the file as a whole and stop nothing.
    """

    unchanged_rows: int
    refused: frozenset[tuple[str, int]] = frozenset()
    findings: tuple[Finding, ...] = ()
    stops: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """What a table is weighed against: the registry, if there is one, on a day, and the bounds."""

    conn: sqlite3.Connection | None
    today: date
    lists: Mapping[str, ListSpec]
    bounds: Bounds


def weigh(table: PublicTable, scales: Scales, *, rows: int, refused: int) -> Weighed:
    """Return what entering `table` would do; of its file's `rows` some were `refused` before.

    A file that came before changes nothing and passes every gate.
    """
    if scales.conn and (before := records.repeated(scales.conn, table)):
        return Weighed(unchanged_rows=before[1])
    if table.schema not in records.KINDS:
        known = events.known_rows(scales.conn, table.frame) if scales.conn else 0
        plain = Delivery(rows=rows, refused=refused)
        return Weighed(unchanged_rows=known, stops=gates.stops(plain, scales.bounds))
    lines, left_out, findings = _admissible(table, scales)
    compared = records.compare(scales.conn, records.KINDS[table.schema], lines, doubts=table.doubts)
    entered = compared.entered
    left_out |= {(found.sheet, found.row) for found in entered.findings}
    figures, notice = _figures(table, scales, compared)
    delivery = replace(figures, rows=rows, refused=refused + len(left_out))
    return Weighed(
        unchanged_rows=entered.idle_rows,
        refused=left_out,
        findings=(*findings, *entered.findings),
        notices=notice,
        stops=gates.stops(delivery, scales.bounds),
    )


def _figures(
    table: PublicTable, scales: Scales, compared: records.Compared
) -> tuple[Delivery, tuple[Finding, ...]]:
    """Return what the registry says of a table, and of what it lacks (M01).

    Its rows are the caller's to count.
    """
    changed = compared.entered.changed
    figures = Delivery(rows=0, refused=0, known=len(compared.matched), changed=changed)
    conn, agency = scales.conn, table.source.agency
    last = registry.last_batch(conn, agency, table.schema) if conn else None
    if conn is None or last is None:
        return figures, ()
    figures = replace(figures, last=last.batch, last_rows=last.rows)
    if not scales.bounds.is_full:
        return figures, ()
    kind = records.KINDS[table.schema]
    lacks = records.absent(conn, kind, last, matched=compared.matched, today=scales.today)
    figures = replace(
        figures,
        standing=lacks.standing,
        missing=lacks.missing,
        explained=lacks.explained,
        back=lacks.back,
    )
    return figures, gates.lacking(lacks.missing, lacks.numbers)


def _admissible(
    table: PublicTable, scales: Scales
) -> tuple[Packed, frozenset[tuple[str, int]], tuple[Finding, ...]]:
    """Return the rows that may enter, the source rows left out, and why."""
    if table.schema == "list-entry":
        kept, refused, findings = lists.sift(table.frame, scales.lists)
        return packed_whole(kept), refused, findings
    return table.packed, frozenset(), ()
