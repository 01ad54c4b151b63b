"""The queue: doubts of stored batches, and which of them are open.

A doubt is open until its place is decided, and as long as it matters: its batch waits for
approval, or its record stands as that batch brought it.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gongshi import records
from gongshi.errors import UsageError
from gongshi.models import Doubt, PublicTable

_COLUMNS = (
    "batch",
    "schema",
    "number",
    "sheet",
    "row",
    "column",
    "source_field",
    "field",
    "record",
    "rule",
    "masked",
    "start",
    "end",
    "left",
    "mask",
    "right",
    "origin",
    "start_there",
    "end_there",
    "place",
)


def _stands(schema: str, stem: str, key: Sequence[str]) -> str:
    """Return the condition that a record stands as the batch of doubt `d` brought it."""
    same = " and ".join(
        f"r.{name} = json_extract(d.record, '$[{n}]')" for n, name in enumerate(key)
    )
    return (
        f"(d.schema = '{schema}' and exists (select 1 from {stem}_records as r "  # noqa: S608
        f"where {same} and r.batch = d.batch))"
    )


_MATTERS = " or ".join(
    (
        "b.approved_by is null",
        "d.record = ''",
        *(_stands(kind.schema, kind.stem, kind.key) for kind in records.KINDS.values()),
    )
)
_FROM = "from doubts as d join batches as b on b.batch = d.batch"
_UNDECIDED = "not exists (select 1 from reviews as v where v.place = d.place)"
_OPEN = f"({_MATTERS}) and {_UNDECIDED}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One doubt as a person sees it; `decision` is empty while it is open.

    `id` is the batch and a number, `record_id` the public id of the record, once it has one.
    """

    id: str
    batch: str
    schema: str
    doubt: Doubt
    record_id: str = ""
    decision: str = ""
    by: str = ""
    reason: str = ""
    at: str = ""

    @property
    def text(self) -> str:
        """Return the public text around the place, what stands there set off, masked in any case.

        The marks are 【 and 】.
        """
        before = "…" if self.doubt.start > len(self.doubt.left) else ""
        return f"{before}{self.doubt.left}【{self.doubt.mask}】{self.doubt.right}"

    def as_json(self) -> dict[str, Any]:
        """Return the doubt as a program reads it."""
        doubt = self.doubt
        return {
            "doubt": self.id,
            "batch": self.batch,
            "schema": self.schema,
            "record": self.record_id or None,
            "sheet": doubt.sheet,
            "row": doubt.row,
            "column": doubt.column,
            "field": doubt.source_field,
            "rule": doubt.rule,
            "masked": doubt.masked,
            "text": self.text,
            "decision": self.decision or None,
            "by": self.by or None,
            "at": self.at or None,
            "reason": self.reason or None,
        }


def keep(conn: sqlite3.Connection, batch: str, table: PublicTable) -> int:
    """Store the doubts of a batch that has just entered; return how many are open.

    What brought nothing new is left out, unless something was decided about it: the decision must
    find the original's hash when the registry is made again.
    """
    doubts = sorted(table.doubts, key=lambda each: (each.sheet, each.row, each.field, each.start))
    rows = (
        {"batch": batch, "schema": table.schema, "number": number, **asdict(doubt)}
        for number, doubt in enumerate(doubts, start=1)
    )
    names, marks = ", ".join(f'"{name}"' for name in _COLUMNS), ", ".join("?" * len(_COLUMNS))
    conn.executemany(
        f"insert into doubts ({names}) values ({marks})",  # noqa: S608
        (tuple(row[name] for name in _COLUMNS) for row in rows),
    )
    conn.execute(
        "delete from doubts where batch = ? and rowid in "  # noqa: S608
        f"(select d.rowid {_FROM} where d.batch = ? and not ({_MATTERS}) and {_UNDECIDED})",
        (batch, batch),
    )
    return open_count(conn, batch)


def has_undecided(conn: sqlite3.Connection, table: PublicTable) -> bool:
    """Say whether a table that has not entered yet has a doubt that nobody has decided."""
    decided = {place for (place,) in conn.execute("select place from reviews")}
    return any(doubt.place not in decided for doubt in table.doubts)


def waits(conn: sqlite3.Connection, batch: str) -> bool:
    """Say whether nobody has released a batch yet."""
    row = conn.execute("select approved_by from batches where batch = ?", (batch,)).fetchone()
    return bool(row) and row[0] is None


def require_decided(conn: sqlite3.Connection, batch: str) -> None:
    """Make sure that nothing of a batch waits for the review.

    Raises:
        UsageError: something does.
    """
    count = open_count(conn, batch)
    if count:
        raise UsageError(
            f"批次 {batch} 还有 {count} 处存疑没有复核,按站点策略暂不能批准。",
            f"{batch} has {count} undecided doubts; the site's policy holds it back.",
            todo=f"请先运行 gongshi review {batch} 逐处决定。",
        )


def open_count(conn: sqlite3.Connection, batch: str) -> int:
    """Return how many doubts of a batch are open."""
    return open_counts(conn, batch).get(batch, 0)


def open_counts(conn: sqlite3.Connection, batch: str = "") -> Mapping[str, int]:
    """Return the number of open doubts of each batch that has some, or of one."""
    rows = conn.execute(
        f"select d.batch, count(*) {_FROM} where (? = '' or d.batch = ?) and {_OPEN} "
        "group by d.batch",
        (batch, batch),
    )
    return dict(rows.fetchall())


def listed(
    conn: sqlite3.Connection,
    batch: str = "",
    *,
    decided: bool = False,
    most: int = -1,
    skip: int = 0,
) -> list[Item]:
    """Return the open doubts of a batch or of all, and those that were `decided` where asked.

    `most` and `skip` cut a page out of them.
    """
    which = "true" if decided else _OPEN
    return _items(
        conn,
        f"(? = '' or d.batch = ?) and {which} order by d.batch, d.number limit ? offset ?",
        (batch, batch, most, skip),
    )


def find(conn: sqlite3.Connection, name: str) -> Item:
    """Return the doubt called `name`, such as `B20261122-0001/3`.

    Raises:
        UsageError: there is none.
    """
    batch, _, number = name.partition("/")
    found = []
    if number.isascii() and number.isdigit():
        found = _items(conn, "d.batch = ? and d.number = ?", (batch, int(number)))
    if not found:
        raise UsageError(
            f"没有编号为 {name} 的存疑之处。",
            f"There is no doubt {name}.",
            todo="请用 gongshi review 查看编号,形如 B20261122-0001/3。",
        )
    return found[0]


def _items(conn: sqlite3.Connection, which: str, values: Sequence[object]) -> list[Item]:
    """Return the doubts that fulfil `which`, a condition of our own."""
    names = ", ".join(f'd."{name}"' for name in _COLUMNS)
    rows = conn.execute(
        f"select {names}, v.decision, v.by, v.reason, v.at {_FROM} "
        f"left join reviews as v on v.place = d.place where {which}",
        tuple(values),
    ).fetchall()
    return [_item(conn, row) for row in rows]


def _item(conn: sqlite3.Connection, row: Sequence[Any]) -> Item:
    """Return one doubt with what was decided and the public id of its record."""
    cells = dict(zip(_COLUMNS, row, strict=False))
    decision, by, reason, at = row[len(_COLUMNS) :]
    batch, schema, number = cells.pop("batch"), cells.pop("schema"), cells.pop("number")
    doubt = Doubt(**{**cells, "masked": bool(cells["masked"])})
    return Item(
        id=f"{batch}/{number}",
        batch=batch,
        schema=schema,
        doubt=doubt,
        record_id=_record_id(conn, schema, doubt.record),
        decision=decision or "",
        by=by or "",
        reason=reason or "",
        at=at or "",
    )


def _record_id(conn: sqlite3.Connection, schema: str, record: str) -> str:
    """Return the public id of a record, "" where it has none yet."""
    kind = records.KINDS.get(schema)
    if kind is None or not record:
        return ""
    where = " and ".join(f"{name} = ?" for name in kind.key)
    row = conn.execute(
        f"select id from {kind.stem}_records where {where}",  # noqa: S608
        json.loads(record),
    ).fetchone()
    return row[0] if row else ""
