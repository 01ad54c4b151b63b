"""What pages read besides search: one record, a party, an authority, a list, the newest, the ended.

Each function takes the read-only connection of one release and returns plain dictionaries.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def rows(conn: sqlite3.Connection, query: str, values: Sequence[object] = ()) -> list[Row]:
    """Return the rows of a query."""
    return [dict(row) for row in conn.execute(query, values)]


def one(conn: sqlite3.Connection, query: str, values: Sequence[object] = ()) -> Row | None:
    """Return the first row of a query, None where there is none."""
    row = conn.execute(query, values).fetchone()
    return None if row is None else dict(row)


def penalty(conn: sqlite3.Connection, penalty_id: str) -> Row | None:
    """Return one penalty."""
    return one(conn, "select * from penalties where penalty_id = ?", (penalty_id,))


def license_(conn: sqlite3.Connection, license_id: str) -> Row | None:
    """Return one licence."""
    return one(conn, "select * from licenses where license_id = ?", (license_id,))


def licenses_of(conn: sqlite3.Connection, uscc: str, limit: int) -> list[Row]:
    """Return an organisation's licences, newest first."""
    return rows(
        conn, "select * from licenses where uscc = ? order by seq desc limit ?", (uscc, limit)
    )


def full_text(conn: sqlite3.Connection, penalty_id: str) -> str | None:
    """Return the full text of a penalty's decision, None where it is not published."""
    found = one(conn, "select full_text from full_texts where penalty_id = ?", (penalty_id,))
    return found["full_text"] if found else None


def tombstone(conn: sqlite3.Connection, record: str) -> Row | None:
    """Return what may be told of a record that ended."""
    return one(conn, "select * from tombstones where id = ?", (record,))


def newest(conn: sqlite3.Connection, count: int) -> list[Row]:
    """Return the penalties published last."""
    return rows(conn, "select * from penalties order by rowid desc limit ?", (count,))


def party(conn: sqlite3.Connection, uscc: str) -> Row | None:
    """Return one organisation."""
    return one(conn, "select * from parties where uscc = ?", (uscc,))


def penalties_of(
    conn: sqlite3.Connection, uscc: str, *, before: int | None = None, limit: int
) -> list[Row]:
    """Return an organisation's penalties, newest decision first within publication order."""
    return rows(
        conn,
        "select rowid, * from penalties where uscc = ? and (?2 is null or rowid < ?2) "
        "order by rowid desc limit ?3",
        (uscc, before, limit),
    )


def entries_of(conn: sqlite3.Connection, uscc: str) -> list[Row]:
    """Return the lists that an organisation stands on, with their titles."""
    return _entries(conn, "where e.uscc = ? order by e.listed_on desc", (uscc,))


def entries_about(conn: sqlite3.Connection, penalty_id: str) -> list[Row]:
    """Return the list entries that rest on a penalty, with their lists' titles."""
    return _entries(conn, "where e.penalty_id = ?", (penalty_id,))


def authority(conn: sqlite3.Connection, code: str) -> Row | None:
    """Return one authority."""
    return one(conn, "select * from authorities where authority_code = ?", (code,))


def former_names(conn: sqlite3.Connection, code: str, name: str) -> list[str]:
    """Return the other names under which an authority's decisions were published."""
    query = "select distinct authority from penalties where authority_code = ? and authority <> ?"
    return [row["authority"] for row in rows(conn, query, (code, name))]


def lists(conn: sqlite3.Connection) -> list[Row]:
    """Return every list: black, watch, red."""
    return rows(
        conn,
        "select * from lists order by case colour when 'black' then 0 when 'watch' then 1 else 2 "
        "end, list_code",
    )


def one_list(conn: sqlite3.Connection, code: str) -> Row | None:
    """Return one list."""
    return one(conn, "select * from lists where list_code = ?", (code,))


def entries(conn: sqlite3.Connection, code: str, *, after: int = 0, limit: int) -> list[Row]:
    """Return entries of a list in the order of their listing, from above row id `after`."""
    where = "where e.list_code = ? and e.rowid > ? order by e.rowid limit ?"
    return _entries(conn, where, (code, after, limit))


def release(conn: sqlite3.Connection) -> Row:
    """Return the row of the release in force."""
    return one(conn, "select * from releases order by release desc limit 1") or {}


def releases(conn: sqlite3.Connection, count: int) -> list[Row]:
    """Return the last releases, newest first."""
    return rows(conn, "select * from releases order by release desc limit ?", (count,))


def overrides(conn: sqlite3.Connection) -> list[Row]:
    """Return the batches that a person let pass a gate, newest first."""
    return rows(conn, "select * from overrides order by batch desc")


def _entries(conn: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Row]:
    """Return list entries with `title`, `title_en` and the colour of their list."""
    found = rows(
        conn,
        "select e.rowid, e.*, l.title, l.title_en, l.colour as its_colour "  # noqa: S608 - our own words
        f"from list_entries e join lists l using (list_code) {where}",
        values,
    )
    for row in found:
        row["colour"] = row.pop("its_colour")
    return found
