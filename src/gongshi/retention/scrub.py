"""Erased bytes leave the file.

`secure_delete` overwrites a deleted cell where it lies, but not the copies that SQLite left when it
moved the cell to another place: measured, 3 of 1 500 deleted rows could still be read. Only writing
the file anew takes them. A mark in the registry says that this is still to be done, so that a cut
between erasing and scrubbing is made good by the next publish.
"""

import sqlite3
from pathlib import Path

_DUE = "scrub"


def demand(conn: sqlite3.Connection) -> None:
    """Note, with the erasure itself, that the file must be written anew."""
    conn.execute("insert or ignore into settings (name, value) values (?, 'due')", (_DUE,))


def is_due(conn: sqlite3.Connection) -> bool:
    """Say whether erased bytes may still be in the file."""
    return conn.execute("select 1 from settings where name = ?", (_DUE,)).fetchone() is not None


def scrub(conn: sqlite3.Connection) -> bool:
    """Write the file anew if that is due; return whether nothing erased is left in it.

    The temporary copy lies beside the registry, nowhere else. While somebody else uses the
    registry, or where the disk has no room for the copy, it stays due. No transaction may be open.
    """
    if not is_due(conn):
        return True
    try:
        _write_anew(conn)
    except sqlite3.OperationalError:
        return False
    busy, _, _ = conn.execute("pragma wal_checkpoint(truncate)").fetchone()
    if busy:
        return False
    conn.execute("delete from settings where name = ?", (_DUE,))
    return True


def _write_anew(conn: sqlite3.Connection) -> None:
    """Copy what the file still holds into fresh pages, by way of a file in the same folder."""
    folder = Path(conn.execute("pragma database_list").fetchone()[2]).parent
    conn.execute("pragma temp_store = file")
    try:
        _temporary(conn, str(folder))
        conn.execute("vacuum")
    finally:
        _temporary(conn, "")
        conn.execute("pragma temp_store = memory")


def _temporary(conn: sqlite3.Connection, folder: str) -> None:
    """Say where SQLite puts temporary files, "" for where it thinks best."""
    quoted = folder.replace("'", "''")
    conn.execute(f"pragma temp_store_directory = '{quoted}'")
