"""A person releases a batch: only then do its rows enter the registry.

Until then they are in the ledger alone, so that an approved version of a record stays as it is
while a newer delivery waits.

Source: 市场监督管理行政处罚信息公示规定 arts 5, 6, 16.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from gongshi import absence, ledger, records
from gongshi.errors import UsageError
from gongshi.registry import Batch, now

AUTOMATIC = "自动批准(站点策略)"
"""Who approved a batch where the site declares approval automatic."""


def approve(
    conn: sqlite3.Connection,
    batch: str,
    *,
    by: str,
    four_eyes: bool = True,
    at: str | None = None,
) -> None:
    """Release a waiting batch under the name `by`, inside the open transaction.

    Raises:
        UsageError: no such batch, released already, no name, or the name that overrode its gate.
    """
    row = conn.execute(
        "select approved_by, override_by, ledger_n from batches where batch = ?", (batch,)
    ).fetchone()
    _require(batch, by, row, four_eyes=four_eyes)
    when = at or now()
    header = {"batch": batch, "by": by, "at": when}
    ledger.append(conn, "approval", lambda: header, at=when)
    project(conn, conn, header)
    absence.look(conn, batch)


def project(
    conn: sqlite3.Connection, source: sqlite3.Connection, header: Mapping[str, Any]
) -> None:
    """Bring the rows of an approved batch, which lie in the ledger of `source`, into `conn`."""
    conn.execute(
        "update batches set approved_by = ?, approved_at = ? where batch = ?",
        (header["by"], header["at"], header["batch"]),
    )
    row = conn.execute(
        "select ledger_n from batches where batch = ?", (header["batch"],)
    ).fetchone()
    kept = ledger.entry(source, row[0]).header if row else None
    if row and kept is not None:
        batch = from_header({**kept, "approved_by": header["by"]})
        if batch.schema in records.KINDS:
            records.replay(conn, source, row[0], batch)


def from_header(header: Mapping[str, Any]) -> Batch:
    """Return a batch as the ledger kept it."""
    names = {each.name for each in fields(Batch)}
    return Batch(**{name: value for name, value in header.items() if name in names})


def _require(batch: str, by: str, row: Any, *, four_eyes: bool) -> None:  # noqa: ANN401
    """Refuse what cannot be approved."""
    if row is None:
        zh, en = f"没有批次 {batch}。", f"There is no batch {batch}."
    elif row[0]:
        zh, en = f"批次 {batch} 已由 {row[0]} 放行。", f"{batch} was released by {row[0]} already."
    elif not by.strip():
        zh, en = "请写明审核人姓名。", "An approval needs a name."
    elif four_eyes and by == row[1]:
        zh = f"{by} 批准越过了拦截,审核须由另一人进行。"
        en = f"{by} overrode the gate of this batch; another person must approve it."
    else:
        return
    raise UsageError(zh, en, todo="用法:gongshi approve 批次 --by 姓名")
