"""What an earlier delivery brought of a person who turns out to be a minor: it is taken down.

The row itself never enters. A record of it that stands is refused like one that a reviewer
refuses, by an entry of the ledger. Where an identity number says so, the refusal holds for
whatever comes under this key later, with or without the number; where a text says so, it holds
until the text is another.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from gongshi import ledger, records
from gongshi.models import PublicTable, Withheld
from gongshi.records import Ruling, fingerprint
from gongshi.registry import now
from gongshi.review.decide import Verdict, project

BY = "自动(脱敏规则)"
_REASON = "未成年人的处罚不公示"
_KEY, _TEXTS = "doc_no_key", ("facts", "reason")


def take_down(conn: sqlite3.Connection, table: PublicTable, *, on_day: date) -> int:
    """Refuse the records of minors that a table tells of; return how many decisions that took.

    Runs inside the open transaction. What was refused before is not refused again.
    """
    taken = 0
    for one in table.withheld:
        rulings = [ruling for ruling in _rulings(conn, table, one) if not _is_known(conn, ruling)]
        if rulings:
            _enter(conn, table.schema, one.record, rulings, on_day)
            taken += 1
    return taken


def _rulings(conn: sqlite3.Connection, table: PublicTable, one: Withheld) -> Iterator[Ruling]:
    """Yield what follows for one record: by its key for good, by its text as long as it stands."""
    kind = records.KINDS[table.schema]
    standing = records.standing(conn, kind, one.record)
    if one.by_number:
        key = records.key_of(kind, one.record)[_KEY]
        yield Ruling(record=one.record, field=_KEY, before=fingerprint(key), refused=True)
    elif standing:
        for name in _TEXTS:
            if name in kind.columns:
                before = fingerprint(standing[name] or "")
                yield Ruling(record=one.record, field=name, before=before, refused=True)


def _is_known(conn: sqlite3.Connection, ruling: Ruling) -> bool:
    """Say whether the same was decided before."""
    found = conn.execute(
        "select 1 from rulings where record = ? and field = ? and before = ? and refused = 1",
        (ruling.record, ruling.field, ruling.before),
    ).fetchone()
    return found is not None


def _enter(
    conn: sqlite3.Connection, schema: str, record: str, rulings: list[Ruling], on_day: date
) -> None:
    """Enter the refusal in the ledger, and put it over the record."""
    at = now()
    header: dict[str, Any] = {
        "doubt": "",
        "schema": schema,
        "record": record,
        "places": [],
        "decision": str(Verdict.REFUSE),
        "by": BY,
        "reason": _REASON,
        "at": at,
        "on_day": on_day.isoformat(),
        "rulings": [asdict(ruling) for ruling in rulings],
    }
    n = ledger.append(conn, "review", lambda: header, at=at)
    project(conn, n, header)
