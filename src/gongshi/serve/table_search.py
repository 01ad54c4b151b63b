"""Search in Datasette's table pages: the same words, the same rows as on the search page.

The few rows that the index gives too many are dropped by their text: by `instr` where the words
stand as written, which is quick, or else by `gongshi_holds`, which folds.
"""

import sqlite3
from functools import partial
from typing import Any

from datasette.filters import FilterArguments

from gongshi import search
from gongshi.serve.edition import Table
from gongshi.serve.finder import is_exact, texts_hold
from gongshi.serve.instance import read

HOLDS = "gongshi_holds"
COMMON = 5000
"""With more rows than this in the index a table is read in its own order until a page is full;
with fewer, the rows of the index are looked up and sorted."""

_NOTHING = '""'


def match_or_nothing(query: str) -> str:
    """Return the FTS5 expression for a query; nothing is found by a query without a letter."""
    return search.match(query) or _NOTHING


def holds(query: str, *texts: str | None) -> bool:
    """Say whether a record's texts hold every phrase of a query; an SQL function."""
    return texts_hold(query, search.phrases(query), [text for text in texts if text])


def searched(name: str, table: Table) -> list[str]:
    """Return the columns of a table that the search box looks into, none where it has no index."""
    return [text for text in search.COLUMNS.get(name, ()) if text in table.columns]


def conditions(
    name: str, query: str, columns: list[str], *, is_common: bool
) -> tuple[list[str], dict[str, str]]:
    """Return the SQL conditions of a search in a table, and their values."""
    sign = "+" if is_common else ""
    index = f"{name}_fts"
    wheres = [f"{sign}rowid in (select rowid from {index} where {index} match :gongshi_match)"]  # noqa: S608
    values = {"gongshi_match": match_or_nothing(query), "gongshi_query": query}
    phrases = search.phrases(query)
    if not is_exact(phrases):
        values |= {f"gongshi_phrase{place}": phrase for place, phrase in enumerate(phrases)}
        as_written = " and ".join(
            f"({' or '.join(f'instr({name}, :gongshi_phrase{place}) > 0' for name in columns)})"
            for place in range(len(phrases))
        )
        wheres.append(f"({as_written} or {HOLDS}(:gongshi_query, {', '.join(columns)}))")
    return wheres, values


async def search_filter(request: Any, table: str, datasette: Any) -> Any:  # noqa: ANN401
    """Return what `_search` asks of a table, in Datasette's terms."""
    columns = searched(table, datasette.edition.tables[table])
    query = request.args.get("_search") or ""
    if not columns or not query:
        return FilterArguments([], extra_context={"supports_search": bool(columns)})
    is_common = await read(datasette, partial(has_many, table=table, query=query))
    wheres, values = conditions(table, query, columns, is_common=is_common)
    shown = {"supports_search": True, "search": query}
    return FilterArguments(wheres, values, [query], shown)


def has_many(conn: sqlite3.Connection, *, table: str, query: str) -> bool:
    """Say whether the index of a table gives more than `COMMON` rows."""
    counted = conn.execute(
        f"select count(*) from (select 1 from {table}_fts "  # noqa: S608 - a searched table
        f"where {table}_fts match ? limit ?)",
        (match_or_nothing(query), COMMON + 1),
    )
    return int(counted.fetchone()[0]) > COMMON
