"""Batches that a person let pass a gate, as a release tells of them: which gate, why, and who.

The rows stand in the release's database, which goes with the release; its manifest, which stays,
has the numbers of the batches alone.
"""

import sqlite3
from datetime import date, timedelta

from gongshi.declarations.gate_policy import GatePolicy
from gongshi.gates import GATES
from gongshi.records import KINDS, PUBLIC

_PRIVATE = tuple(kind.schema for kind in KINDS.values() if kind not in PUBLIC)
"""What is never published: that such a file came is not told either."""
Row = tuple[str, str, str, str, str, str | None]
"""Batch, agency, day of receipt, gates, reason, and the name where the site shows it."""


def shown(registry: sqlite3.Connection, day: date, policy: GatePolicy) -> tuple[Row, ...]:
    """Return the overridden batches that a release of `day` tells of, oldest first."""
    since = (day - timedelta(days=policy.shown_days)).isoformat()
    rows = registry.execute(
        "select batch, agency, received_on, overridden, override_reason, override_by from batches "  # noqa: S608
        "where override_by is not null and approved_by is not null and received_on > ? "
        f"and schema not in ({', '.join('?' * len(_PRIVATE))}) order by batch",
        (since, *_PRIVATE),
    )
    return tuple(
        (batch, agency, received, _titles(gates or ""), reason, by if policy.show_name else None)
        for batch, agency, received, gates, reason, by in rows
    )


def _titles(gates: str) -> str:
    """Return gates by number and title.

    >>> _titles("G03;G06")
    'G03 比上一批少得多;G06 全量报送中大批记录缺失'
    """
    return ";".join(
        f"{gate} {GATES[gate].title}" if gate in GATES else gate for gate in gates.split(";")
    )
