"""The tables of a SQLite file, shadow tables and terms of full-text indexes included.

Tables are read cell by cell, because a long text lies on several pages, where a number can be cut
in two. The raw bytes show what no table shows any more; but columns stand there beside each other
without a separator, so that two harmless ones can look like a number. What tells the two apart is
a compact copy: it has every live row, and nothing that was deleted.
"""

import mmap
import re
import sqlite3
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path

from gongshi.formats import registration_no, uscc
from gongshi.leak_scan.detector import Candidate, Hit, candidates, is_coincidence, is_leak
from gongshi.leak_scan.disguises import disguised
from gongshi.leak_scan.masked import NOTHING, Known
from gongshi.leak_scan.packed import GZIP, ZIP


@dataclass(frozen=True, slots=True)
class Look:
    """What the scan of one database knows: how it is called, public codes, masked numbers."""

    name: str
    public: frozenset[str]
    known: Known
    within: Callable[[bytes, str], Iterator[Hit]]
    """Looks at what is packed in a cell; takes its bytes and what to call it."""


_CHUNK = 4_000
_BETWEEN = b"\x1f"
_TERM = re.compile(rb"[\x0c-\x14]0(?=[0-9]{11})")
"""Length and mark before a term of 11 to 19 characters."""
_LARGEST_PAGE = 65_536
"""Bytes of a page in the compact copy: on pages of this size a row is never cut in two."""
_PACKED = (GZIP, ZIP)
_NUMBER = (
    "case when typeof({0}) in ('integer', 'real') and {0} between 1000000 and 9223372036854775807 "
    "then cast({0} as integer) end"
)
"""A cell that holds a number of the length of something masked, from 7 digits on; else null."""


def codes_in(path: Path) -> Iterator[str]:
    """Yield valid codes, in columns named for them, that look like a person's number."""
    try:
        with closing(_open(path)) as conn:
            for table in _tables(conn):
                for column in _columns(conn, table):
                    if column in {"uscc", "reg_no"} or column.endswith("_code"):
                        yield from _look_alikes(conn, table, column)
    except sqlite3.DatabaseError:
        return


def scan_database(path: Path, look: Look) -> Iterator[Hit]:
    """Yield the hits in every table; a file that SQLite cannot read is a hit."""
    try:
        with closing(_open(path)) as conn:
            conn.text_factory = bytes
            indexes = {f"{name}_data" for name in _indexes(conn)}
            yield from _scan_schema(conn, look)
            for table in _tables(conn):
                if table in indexes:
                    yield from _scan_pages(conn, table, look)
                else:
                    yield from _scan_table(conn, table, look)
            yield from _scan_terms(conn, look)
    except sqlite3.DatabaseError as exc:
        yield Hit(look.name, "unreadable", f"database error: {exc}")


def residues(path: Path, found: Iterable[Candidate], known: Known) -> list[Candidate]:
    """Return those candidates in the raw bytes of a database that are no part of a live row."""
    suspects = list(found)
    if not suspects:
        return []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "compact.db"
        try:
            with closing(_open(path)) as conn:
                conn.execute(f"pragma page_size = {_LARGEST_PAGE}")
                conn.execute("vacuum into ?", (str(copy),))
        except sqlite3.DatabaseError:
            return suspects
        with copy.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            live = {each.number for each in candidates(data, known, raw=True)}
    return [each for each in suspects if each.number not in live]


def _open(path: Path) -> sqlite3.Connection:
    """Return a read-only connection that makes no file beside the database."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tables(conn: sqlite3.Connection) -> list[str]:
    """Return the names of all tables that store rows: no virtual ones, but their shadows."""
    sql = "select name from sqlite_master where type = 'table' and rootpage > 0 order by name"
    return [_text(name) for (name,) in conn.execute(sql)]


def _columns(conn: sqlite3.Connection, table: str) -> list[str]:
    return [_text(row[1]) for row in conn.execute(f"pragma table_xinfo({_quoted(table)})")]


def _look_alikes(conn: sqlite3.Connection, table: str, column: str) -> Iterator[str]:
    """Yield the codes of one column that could be an identity number or a card too."""
    digits = "[0-9]" * 15 + "*"
    sql = f"select distinct {_quoted(column)} from {_quoted(table)} where {_quoted(column)} glob ?"  # noqa: S608
    cursor = conn.execute(sql, (digits,))
    while rows := cursor.fetchmany(_CHUNK):
        codes = [code for (code,) in rows if _is_code(code, column)]
        yield from (codes[line] for line, _ in _by_line(codes, NOTHING))


def _is_code(code: str, column: str) -> bool:
    return uscc.is_valid(code) or (column == "reg_no" and registration_no.is_valid(code))


def _by_line(lines: Sequence[str], known: Known) -> Iterator[tuple[int, Candidate]]:
    """Yield each candidate in texts without line breaks, looked at together, and its text's number.

    One by one, millions of short texts would take a hundred times as long.
    """
    joined = "\n".join(lines).encode()
    ends = list(accumulate(len(line.encode()) + 1 for line in lines))
    for found in candidates(joined, known):
        yield bisect_right(ends, found.start), found


def _scan_schema(conn: sqlite3.Connection, look: Look) -> Iterator[Hit]:
    """Yield the hits in names and texts of the schema, which are part of the file like any row."""
    rows = conn.execute("select type, name, sql from sqlite_master").fetchall()
    yield from _cells(rows, 0, ("sqlite_master", ("type", "name", "sql")), look)


def _scan_table(conn: sqlite3.Connection, table: str, look: Look) -> Iterator[Hit]:
    """Yield the hits in the cells of one table."""
    columns = _columns(conn, table)
    names = ", ".join(map(_quoted, columns))
    cursor = conn.execute(f"select {names} from {_quoted(table)}")  # noqa: S608
    first = 0
    while rows := cursor.fetchmany(_CHUNK):
        joined = _BETWEEN.join([cell for row in rows for cell in row if cell.__class__ is bytes])
        if any(_leaks(joined, look)) or any(magic in joined for magic in _PACKED):
            yield from _cells(rows, first, (table, columns), look)
        first += len(rows)
    yield from _scan_numbers(conn, table, columns, look)


def _cells(
    rows: Sequence[Sequence[object]], first: int, place: tuple[str, Sequence[str]], look: Look
) -> Iterator[Hit]:
    """Yield the hits of some rows by row and column; `first` is the number of rows before them."""
    table, columns = place
    for offset, row in enumerate(rows, start=first + 1):
        for column, cell in zip(columns, row, strict=True):
            if isinstance(cell, bytes):
                where = f"table {table}, row {offset}, column {column}"
                yield from (Hit(look.name, found.kind, where) for found in _leaks(cell, look))
                if cell.startswith((GZIP, ZIP)):
                    yield from look.within(cell, f"{look.name}!{where}")


def _leaks(data: bytes, look: Look) -> Iterator[Candidate]:
    for found in candidates(data, look.known):
        if found.number not in look.public and is_leak(found, data, raw=False):
            yield found
    for _, found, said in disguised(data, look.known):
        if found.number not in look.public and is_leak(found, said, raw=False):
            yield found


def _scan_numbers(
    conn: sqlite3.Connection, table: str, columns: Sequence[str], look: Look
) -> Iterator[Hit]:
    """Yield numbers of persons stored as numbers, in columns that are no sums in fen."""
    asked = [column for column in columns if not column.endswith("_fen")]
    if not asked:
        return
    cells = ", ".join(_NUMBER.format(_quoted(column)) for column in asked)
    cursor = conn.execute(f"select {cells} from {_quoted(table)}")  # noqa: S608
    found: dict[str, list[Hit]] = {column: [] for column in asked}
    while rows := cursor.fetchmany(_CHUNK):
        for column, values in zip(asked, zip(*rows, strict=True), strict=True):
            numbers = [str(value) for value in values if value is not None]
            for _, each in _by_line(numbers, look.known) if numbers else ():
                if not is_coincidence(each):
                    told = f"table {table}, column {column}, a number"
                    found[column].append(Hit(look.name, each.kind, told))
    yield from chain.from_iterable(found.values())


def _scan_pages(conn: sqlite3.Connection, table: str, look: Look) -> Iterator[Hit]:
    """Yield numbers that are whole terms on the pages of an index, deleted ones included.

    A term stands behind its length and the mark of its index, `0`; of a term that begins like the
    one before, a page holds the end only, and such an end is no number of anybody.
    """
    for number, (block,) in enumerate(conn.execute(f"select block from {_quoted(table)}")):  # noqa: S608
        for match in _TERM.finditer(block):
            term = block[match.end() : match.start() + 1 + block[match.start()]]
            for found in _leaks(term, look):
                yield Hit(look.name, found.kind, f"table {table}, page {number + 1}")


def _indexes(conn: sqlite3.Connection) -> list[str]:
    """Return the names of the full-text indexes."""
    sql = "select name from sqlite_master where lower(sql) like 'create virtual table%using fts5%'"
    return [_text(name) for (name,) in conn.execute(sql).fetchall()]


def _scan_terms(conn: sqlite3.Connection, look: Look) -> Iterator[Hit]:
    """Yield numbers of persons among the terms of full-text indexes, which their pages compress."""
    for table in _indexes(conn):
        name = table.replace("'", "''")
        conn.execute("drop table if exists temp.terms_of_index")
        conn.execute(
            f"create virtual table temp.terms_of_index using fts5vocab('main', '{name}', 'row')"
        )
        cursor = conn.execute("select term from temp.terms_of_index")
        while rows := cursor.fetchmany(_CHUNK):
            for found in _leaks(b"\n".join(row[0] for row in rows), look):
                yield Hit(look.name, found.kind, f"index {table}, a term")
