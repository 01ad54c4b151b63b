"""What changed since a sequence number, read from the public database of the release in force.

A delta line is an event with the record as it stands now. A record that has ended is told by its
`DEL` alone, since the release in force holds nothing else of it: what was withdrawn never travels.
Standard library only; serving and sending share it.
"""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

Line = dict[str, Any]
"""`{"seq", "op", "type", "id", "at", "reason", "basis", "entity"}`; no `entity` on `DEL`."""

_ENTITY = {
    "penalty": ("penalties", "penalty_id"),
    "license": ("licenses", "license_id"),
    "list_entry": ("list_entries", "entry_id"),
}
_DERIVED = frozenset({"kinds_json", "amount_band", "year", "list_codes"})
"""Columns of the tables that serve pages; a record that travels does without."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records a reader asked for: penalties or not; these lists, or all if None; licences."""

    penalties: bool = True
    lists: frozenset[str] | None = None
    licenses: bool = True


@dataclass(frozen=True, slots=True)
class Delta:
    """A page of changes. `next` is the `since` of the next page, None at the end.

    `to` is the sequence number up to which nothing more is to be told.
    """

    lines: tuple[Line, ...]
    to: int
    next: int | None


EVERYTHING = Wanted()


def changes(
    conn: sqlite3.Connection, *, since: int, limit: int, wanted: Wanted = EVERYTHING
) -> Delta:
    """Return at most `limit` lines after `since`, in the order of their sequence numbers.

    A `DEL` of a list entry goes to every reader of any list: the entry's list is no longer known,
    and an id that a reader never held says nothing to him.
    """
    asked, values = _condition(wanted)
    rows = conn.execute(
        f"select seq, op, type, id, at, reason, basis from events "  # noqa: S608
        f"where seq > ? and {asked} order by seq limit ?",
        (since, *values, limit + 1),
    ).fetchall()
    names = ("seq", "op", "type", "id", "at", "reason", "basis")
    lines: list[Line] = [dict(zip(names, row, strict=True)) for row in rows[:limit]]
    _add_entities(conn, lines)
    if len(rows) > limit:
        last = int(lines[-1]["seq"])
        return Delta(tuple(lines), last, last)
    return Delta(tuple(lines), max(since, newest(conn)), None)


def pending(conn: sqlite3.Connection, *, since: int, wanted: Wanted = EVERYTHING) -> int:
    """Return how many lines there are after `since`."""
    asked, values = _condition(wanted)
    (n,) = conn.execute(
        f"select count(*) from events where seq > ? and {asked}",  # noqa: S608
        (since, *values),
    ).fetchone()
    return int(n)


def newest(conn: sqlite3.Connection) -> int:
    """Return the sequence number of the release in force."""
    (seq,) = conn.execute("select coalesce(max(seq), 0) from releases").fetchone()
    return int(seq)


def release(conn: sqlite3.Connection) -> int:
    """Return the number of the release in force."""
    (number,) = conn.execute("select coalesce(max(release), 0) from releases").fetchone()
    return int(number)


def entities(
    conn: sqlite3.Connection, kind: str, ids: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield `(id, record)` for those of `ids` that stand in the release; `kind` as in a line."""
    table, key = _ENTITY[kind]
    columns = [row[1] for row in conn.execute(f"pragma table_info({table})")]
    kept = [name for name in columns if name not in _DERIVED]
    place = kept.index(key)
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        query = f"select {', '.join(kept)} from {table} where {key} in ({marks})"  # noqa: S608
        for row in conn.execute(query, chunk):
            yield row[place], dict(zip(kept, row, strict=True))


def _condition(wanted: Wanted) -> tuple[str, list[str]]:
    """Return the SQL condition on `events` for what is wanted, and its values."""
    parts = ["type = 'penalty'"] if wanted.penalties else []
    parts += ["type = 'license'"] if wanted.licenses else []
    values: list[str] = []
    if wanted.lists is None:
        parts.append("type = 'list_entry'")
    elif wanted.lists:
        values = sorted(wanted.lists)
        marks = ", ".join("?" * len(values))
        listed = f"select entry_id from list_entries where list_code in ({marks})"  # noqa: S608
        parts.append(f"(type = 'list_entry' and (op = 'DEL' or id in ({listed})))")
    return f"({' or '.join(parts) or '0'})", values


def _add_entities(conn: sqlite3.Connection, lines: list[Line]) -> None:
    """Give each line that is not a `DEL` its record."""
    for kind in _ENTITY:
        ids = {line["id"] for line in lines if line["type"] == kind and line["op"] != "DEL"}
        found = dict(entities(conn, kind, ids)) if ids else {}
        for line in lines:
            if line["id"] in found and line["op"] != "DEL":
                line["entity"] = found[line["id"]]
