"""Accepted rows into the registry: what is new, what changed, what was known.

The key of a penalty, a licence or a transferred case is (authority code, normalised document
number, party): never the document number alone, as one decision may concern several parties.
"""

import sqlite3
from dataclasses import dataclass

from gongshi import records
from gongshi.approval import approve
from gongshi.models import Finding, PublicTable
from gongshi.registry import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a batch brought: records added, changed, unchanged; source rows that brought nothing.

    `batch` is the batch that holds the file: an earlier one where the file came before
    (`repeated`). `findings` are rows refused here, as their key stood on an earlier row.
    """

    batch: str
    added: int
    changed: int
    unchanged: int
    unchanged_rows: int
    repeated: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> frozenset[tuple[str, int]]:
        """Source rows left out here."""
        return frozenset((found.sheet, found.row) for found in self.findings)


def merge(conn: sqlite3.Connection, table: PublicTable, batch: Batch) -> Merged:
    """Enter a table of records as one batch, inside the caller's transaction.

    A batch without `approved_by` is only recorded: it enters the registry when it is approved.
    """
    if before := records.repeated(conn, table):
        name, rows = before
        return Merged(
            batch=name,
            added=0,
            changed=0,
            unchanged=table.packed.height,
            unchanged_rows=rows,
            repeated=True,
        )
    entered = records.enter(
        conn, records.KINDS[table.schema], table.packed, batch, doubts=table.doubts
    )
    return Merged(
        batch=batch.batch,
        added=entered.added,
        changed=entered.changed,
        unchanged=entered.unchanged,
        unchanged_rows=entered.idle_rows,
        findings=entered.findings,
    )


__all__ = ["Merged", "approve", "merge"]
