"""Any table, filtered or not, as CSV: every row that matches, or an error; never a part of them.

Rows are read in pieces by row id, so that a slow reader holds neither a connection nor memory; all
pieces are of one release. The file opens as it is in a Chinese spreadsheet, under the rules of the
downloads: byte order mark, a TAB before what would be read as a number, `'` before a formula.
"""

import csv
import io
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from datasette.filters import Filters

from gongshi.serve.edition import Table
from gongshi.serve.instance import read
from gongshi.serve.problem import Problem
from gongshi.serve.table_search import conditions, searched

PIECE = 5000
_BOM = "\ufeff"
_FORMULA = re.compile("[-=+@＝＋－＠\t\r]")  # noqa: RUF001 - full-width signs start a formula as well
_NUMBER_LIKE = re.compile(r"[0-9][-0-9/.:eE, ]*")
_SUSPECT = frozenset("0123456789-=+@＝＋－＠\t\r")  # noqa: RUF001 - see above
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SAFE_NUMBER = re.compile(r"0|[1-9][0-9]{0,10}")
"""More digits than eleven a spreadsheet shows as 1.2E+11; a leading 0 it drops."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows and columns of a table; `limit` rows at most where one was asked for."""

    table: str
    columns: tuple[str, ...]
    wheres: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None

    @property
    def condition(self) -> str:
        """Return the SQL condition on the rows."""
        return " and ".join(self.wheres) or "1"


class CsvAnswer:
    """A CSV that sends itself; it breaks the connection where it cannot go on."""

    def __init__(self, datasette: Any, selection: Selection, rows: int) -> None:  # noqa: ANN401
        self._datasette = datasette
        self._selection = selection
        self._rows = rows

    async def asgi_send(self, send: Any) -> None:  # noqa: ANN401 - an ASGI callable
        """Send head and body."""
        name = f"{self._selection.table}-{self._datasette.edition.release}.csv"
        headers = {
            "content-type": "text/csv; charset=utf-8",
            "content-disposition": f'attachment; filename="{name}"',
            "x-row-count": str(self._rows),
        }
        raw = [(key.encode(), value.encode()) for key, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        async for piece in _pieces(self._datasette, self._selection):
            await send({"type": "http.response.body", "body": piece.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def table_csv(request: Any, datasette: Any) -> CsvAnswer:  # noqa: ANN401 - untyped library
    """Answer `/public/TABLE.csv`. The rows are counted first: what is too slow is refused whole."""
    name = request.url_vars["table"]
    selection = select(name, datasette.edition.tables[name], request.args)
    query = f"select count(*) from {name} where {selection.condition}"  # noqa: S608 - a declared table
    rows = await read(
        datasette, lambda conn: conn.execute(query, dict(selection.values)).fetchone()[0]
    )
    limit = selection.limit
    return CsvAnswer(datasette, selection, rows if limit is None else min(limit, rows))


def select(name: str, table: Table, args: Any) -> Selection:  # noqa: ANN401 - untyped library
    """Return what the checked parameters of a request select.

    Raises:
        Problem: a page was asked for; a CSV has none.
    """
    if "_next" in args:
        raise Problem(400, "parameter", name="_next")
    filters = [
        (key, value) for key in args if not key.startswith("_") for value in args.getlist(key)
    ]
    wheres, values = Filters(sorted(filters)).build_where_clauses(name)
    if (text := args.get("_search")) and (texts := searched(name, table)):
        found, more = conditions(name, text, texts, is_common=False)
        wheres += found
        values |= more
    size = args.get("_size")
    limit = None if size in (None, "max") else int(size)
    return Selection(name, _columns(table, args), tuple(wheres), values, limit)


def guarded(value: object) -> object:
    r"""Return a value as a spreadsheet shows it unchanged.

    >>> guarded("=1+1"), guarded("91990101000000012"), guarded("2026-11-22"), guarded(12)
    ("'=1+1", '\t91990101000000012', '2026-11-22', 12)
    """
    if not isinstance(value, str) or value[:1] not in _SUSPECT:
        return value
    if _DAY.fullmatch(value) or _SAFE_NUMBER.fullmatch(value):
        return value
    if _FORMULA.match(value):
        return f"'{value}"
    return f"\t{value}" if _NUMBER_LIKE.fullmatch(value) else value


def _columns(table: Table, args: Any) -> tuple[str, ...]:  # noqa: ANN401 - untyped library
    """Return the columns asked for, the key first; all where none are named."""
    left = set(args.getlist("_nocol"))
    asked = dict.fromkeys((table.key, *args.getlist("_col"))) if "_col" in args else table.columns
    return tuple(name for name in asked if name not in left)


async def _pieces(datasette: Any, selection: Selection) -> AsyncIterator[str]:  # noqa: ANN401
    """Yield the text of the file: the head, then the rows in the order of publication."""
    yield _BOM + _text([selection.columns])
    after, left = 0, selection.limit
    while left is None or left > 0:
        size = PIECE if left is None else min(PIECE, left)
        rows = await read(datasette, partial(_piece, selection=selection, after=after, size=size))
        if rows:
            yield _text([[guarded(value) for value in row[1:]] for row in rows])
            after = rows[-1][0]
        if len(rows) < size:
            return
        left = None if left is None else left - len(rows)


def _piece(
    conn: sqlite3.Connection, *, selection: Selection, after: int, size: int
) -> list[tuple[Any, ...]]:
    """Return `(row id, values…)` of the next rows."""
    names = ", ".join(f'"{name}"' for name in selection.columns)
    query = (
        f"select rowid, {names} from {selection.table} where {selection.condition} "  # noqa: S608
        "and rowid > :gongshi_after order by rowid limit :gongshi_size"
    )
    values = {**selection.values, "gongshi_after": after, "gongshi_size": size}
    return [tuple(row) for row in conn.execute(query, values)]


def _text(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV lines."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()
