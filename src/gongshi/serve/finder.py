"""Search: filters and words to rows, newest first, with their number and what they divide into.

The index gives rows in publication order, so that a page is read from its start and stops when it
is full. Some rows of the index do not hold the words; each is compared with its text. Counting
stops at `BOUND`: beyond it the site says «more than», and divides the newest `BOUND` alone.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any

from gongshi import search
from gongshi.formats import doc_no, uscc

BOUND = 1000
PAGE = 20
FACET_VALUES = 12

TEXTS = search.COLUMNS["penalties"]
"""Columns that the search index of penalties holds."""

FACETS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "kinds_json",
        "authority": "authority",
        "category": "party_category",
        "year": "year",
        "amount": "amount_band",
        "severity": "severity",
        "region": "region_code",
    }
)
"""Parameter of a filter → the column that it divides by, in the order of the page."""

_CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "instr(';' || p.kinds || ';', ';' || ? || ';') > 0",
        "authority": "? in (p.authority_code, p.authority)",
        "category": "p.party_category = ?",
        "region": "substr(p.region_code, 1, length(?1)) = ?1",
        "year": "p.year = cast(? as integer)",
        "severity": "p.severity = ?",
        "amount": "p.amount_band = ?",
        "list": "p.uscc in (select e.uscc from list_entries e where e.list_code = ?)",
    }
)
_TABLE_PARAMS: Mapping[str, str] = MappingProxyType(
    {
        **FACETS,
        "kind": "kinds_json__arraycontains",
        "region": "region_code__startswith",
        "list": "list_codes__contains",
    }
)
_TOKEN = re.compile(r"[^\W\x00-\x7f]{1,2}")
_DIVIDED = ("kinds", *(column for column in FACETS.values() if column != "kinds_json"))


@dataclass(frozen=True, slots=True)
class Question:
    """What to search: words, and the filters that are set."""

    text: str
    filters: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether everything is asked for."""
        return not self.text and not self.filters

    @property
    def is_unsearchable(self) -> bool:
        """Whether the words hold no letter, digit or character."""
        return bool(self.text) and search.match(self.text) is None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows answer, and how they divide: facet → `(value, n)`, most first.

    `is_partial`: there are more than `n`, and the facets are of the newest `n`.
    """

    n: int
    is_partial: bool
    facets: Mapping[str, list[tuple[str, int]]]


def question(params: Mapping[str, str]) -> Question:
    """Return what the parameters of a request ask."""
    filters = {name: params[name] for name in _CONDITIONS if params.get(name)}
    return Question(params.get("q", "").strip(), filters)


def table_params(asked: Question) -> dict[str, str]:
    """Return the parameters under which Datasette's table shows the same rows."""
    named = {"_search": asked.text} if asked.text else {}
    return named | {_TABLE_PARAMS[name]: value for name, value in asked.filters.items()}


def find(
    conn: sqlite3.Connection, asked: Question, *, before: int | None = None, size: int = PAGE
) -> tuple[list[dict[str, Any]], int | None]:
    """Return at most `size` rows, newest first, and the `before` of the next page, if any."""
    matching = _matching(conn, asked, "p.rowid, p.*", before)
    rows = [dict(row) for row in islice(matching, size + 1)]
    more = rows[size - 1]["rowid"] if len(rows) > size else None
    return rows[:size], more


def tally(conn: sqlite3.Connection, asked: Question) -> Tally:
    """Count the rows that answer and divide them by every facet."""
    if asked.is_empty:
        return _all(conn)
    names = (*_DIVIDED, *(() if is_exact(search.phrases(asked.text)) else TEXTS))
    columns = ", ".join(f"p.{name}" for name in dict.fromkeys(names))
    counters: dict[str, Counter[Any]] = {name: Counter() for name in FACETS}
    n = 0
    matching = _matching(conn, asked, columns, None)
    for row in islice(matching, BOUND):
        n += 1
        for name, column in FACETS.items():
            if name != "kind":
                counters[name][row[column]] += 1
        counters["kind"].update((row["kinds"] or "").split(";"))
    is_partial = n == BOUND and next(matching, None) is not None
    return Tally(n, is_partial, {name: _most(counter) for name, counter in counters.items()})


def jump(conn: sqlite3.Connection, text: str) -> str | None:
    """Return the address that a code or a document number stands for, where it is the only one."""
    folded = search.fold(text).replace(" ", "").upper()
    if uscc.is_valid(folded):
        known = conn.execute("select 1 from parties where uscc = ?", (folded,)).fetchone()
        return f"/party/{folded}" if known else None
    if not doc_no.has_usual_shape(text) or not (words := search.match(text)):
        return None
    key = doc_no.key(text)
    found = conn.execute(
        "select p.penalty_id, p.doc_no from penalties_fts join penalties p "
        "on p.rowid = penalties_fts.rowid where penalties_fts match ? limit 200",
        (words,),
    )
    ids = [row["penalty_id"] for row in found if doc_no.key(row["doc_no"] or "") == key]
    return f"/penalty/{ids[0]}" if len(ids) == 1 else None


def _matching(
    conn: sqlite3.Connection, asked: Question, columns: str, before: int | None
) -> Iterator[sqlite3.Row]:
    """Yield the rows that answer, newest first, from below row id `before`."""
    wheres = [_numbered(_CONDITIONS[name], place) for place, name in enumerate(asked.filters, 1)]
    values: list[object] = [*asked.filters.values()]
    source, order = "penalties p", "p.rowid"
    if asked.text:
        source = "penalties_fts cross join penalties p on p.rowid = penalties_fts.rowid"
        order = "penalties_fts.rowid"
        values.append(search.match(asked.text))
        wheres.append(f"penalties_fts match ?{len(values)}")
    if before is not None:
        values.append(before)
        wheres.append(f"{order} < ?{len(values)}")
    where = f"where {' and '.join(wheres)}" if wheres else ""
    query = f"select {columns} from {source} {where} order by {order} desc"  # noqa: S608 - our own words
    return filter(_checker(asked.text), conn.execute(query, values))


def _numbered(condition: str, place: int) -> str:
    """Return a condition whose only value is parameter `place`."""
    return condition.replace("?1", "?").replace("?", f"?{place}")


def is_exact(phrases: Collection[str]) -> bool:
    """Say whether the index alone is right: one or two neighbouring characters are a token."""
    return all(map(_TOKEN.fullmatch, phrases))


def texts_hold(query: str, phrases: Collection[str], texts: Collection[str]) -> bool:
    """Say whether texts hold every phrase: as written, which is quick, or else as folded."""
    if all(any(phrase in text for text in texts) for phrase in phrases):
        return True
    return search.confirm(query, texts)


def _checker(query: str) -> Callable[[sqlite3.Row], bool]:
    """Return what settles whether a row of the index holds the words."""
    phrases = search.phrases(query)
    if is_exact(phrases):
        return lambda row: True  # noqa: ARG005 - every row of the index does
    return lambda row: texts_hold(query, phrases, [row[name] for name in TEXTS if row[name]])


def _all(conn: sqlite3.Connection) -> Tally:
    """Return the counts of the whole table, made when it was published."""
    counters: dict[str, Counter[str]] = {}
    for row in conn.execute(
        """select "column", value, n from counts where "table" = 'penalties'"""
    ):
        counters.setdefault(row["column"], Counter())[row["value"]] = row["n"]
    facets = {name: _most(counters.get(column, Counter())) for name, column in FACETS.items()}
    return Tally(counters.get("", Counter())[""], is_partial=False, facets=facets)


def _most(counter: Counter[Any]) -> list[tuple[str, int]]:
    """Return the values with the most rows; rows without a value are not offered."""
    ranked = sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))
    return [(str(value), n) for value, n in ranked if value not in (None, "")][:FACET_VALUES]
