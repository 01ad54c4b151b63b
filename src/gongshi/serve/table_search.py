"""Search in Datasette's table pages: the same words, the same rows as on the search page."""

from typing import Any

from datasette.filters import FilterArguments

from gongshi import search
from gongshi.serve.edition import Table
from gongshi.serve.finder import TEXTS, is_exact, texts_hold

NOTHING = '""'
"""An FTS5 expression that matches no row."""

HOLDS = "gongshi_holds"
_SEARCHED = "penalties"


def match_or_nothing(query: str) -> str:
    """Return the FTS5 expression for a query; nothing is found by a query without a letter."""
    return search.match(query) or NOTHING


def holds(query: str, *texts: str | None) -> bool:
    """Say whether a record's texts hold every phrase of a query; an SQL function."""
    return texts_hold(query, search.phrases(query), [text for text in texts if text])


def searched(name: str, table: Table) -> list[str]:
    """Return the columns of a table that the search box looks into, none where it has no index."""
    return [text for text in TEXTS if text in table.columns] if name == _SEARCHED else []


def exact_search(query: str | None, table: str, datasette: Any) -> Any:  # noqa: ANN401
    """Return the condition that drops the few rows that the index gives too many, if it may."""
    columns = searched(table, datasette.edition.tables[table])
    if not query or not columns or is_exact(search.phrases(query)):
        return None
    return FilterArguments(
        [f"{HOLDS}(:gongshi_query, {', '.join(columns)})"], {"gongshi_query": query}
    )
