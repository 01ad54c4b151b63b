"""One sweep over the registry, inside a transaction: what goes, and an entry that says how much."""

import sqlite3
from dataclasses import asdict, dataclass
from datetime import date

from gongshi import ledger, review
from gongshi.declarations.policy import Retention
from gongshi.records import ENTRY, KINDS, LICENSE, PENALTY, TRANSFER
from gongshi.registry import now
from gongshi.retention import events, records, scrub
from gongshi.retention.batches import old_batches, old_logs
from gongshi.retention.terms import over_since

ERASURE = "erasure"
"""The kind of a ledger entry that says what was erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What one sweep took: records, list entries, rows of the ledger, lines of logs, tombstones."""

    penalties: int = 0
    list_entries: int = 0
    licenses: int = 0
    transfers: int = 0
    ledger_rows: int = 0
    log_lines: int = 0
    tombstones: int = 0

    def __bool__(self) -> bool:
        """Say whether anything went."""
        return any(asdict(self).values())


def erase(conn: sqlite3.Connection, retention: Retention, today: date) -> Erased:
    """Erase from the registry what has no purpose any more, inside the open transaction.

    Entries go before the penalties on which they rest. The bytes are still in the file until
    `scrub`. A second sweep of the same day finds nothing.
    """
    erased = _sweep(conn, retention, today)
    if erased:
        terms = {row.what: [row.months, row.days] for row in retention.rows}
        header = {"today": today.isoformat(), "terms": terms, "erased": asdict(erased)}
        ledger.append(conn, ERASURE, lambda: header, at=now())
        scrub.demand(conn)
    return erased


def _sweep(conn: sqlite3.Connection, retention: Retention, today: date) -> Erased:
    """Erase records, waiting batches and logs, each by its own term."""
    lines = rows = tombstones = 0
    counts = dict.fromkeys((kind.stem for kind in KINDS.values()), 0)
    if before := over_since(retention, "registry", today):
        for kind in (ENTRY, PENALTY, LICENSE, TRANSFER):
            gone = records.over(conn, kind, before, today)
            if gone.ids:
                counts[kind.stem] = len(gone.ids)
                rows += records.remove(conn, gone)
                tombstones += events.forget(conn, gone.ids)
        review.forget(conn, records.orphaned_decisions(conn, before))
        rows += old_batches(conn, before)
    if before := over_since(retention, "redaction_log", today):
        lines = old_logs(conn, before)
    return Erased(
        penalties=counts[PENALTY.stem],
        list_entries=counts[ENTRY.stem],
        licenses=counts[LICENSE.stem],
        transfers=counts[TRANSFER.stem],
        ledger_rows=rows,
        log_lines=lines,
        tombstones=tombstones,
    )
