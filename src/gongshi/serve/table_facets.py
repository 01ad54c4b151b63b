"""Facets of Datasette's table pages: from the counts made at publish time, or in one pass.

Datasette reads a filtered table once for every facet; here one query groups by all of them, and
the index that holds them is read alone. The later pages of a table have no facets: Datasette
would count what is left after the page.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from datasette.facets import Facet
from datasette.utils import path_with_added_args, path_with_removed_args, sqlite_timelimit

from gongshi.serve.instance import read

_Facets = tuple[list[dict[str, Any]], list[str]]
_Counts = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class _Declared:
    """One facet of `metadata.yml`: a column, or `array:` a column of JSON arrays."""

    column: str
    is_array: bool

    @property
    def parameter(self) -> str:
        """The parameter that narrows the table to one value."""
        return f"{self.column}__arraycontains" if self.is_array else self.column

    def values(self, value: object) -> list[str]:
        """Return what a cell counts under."""
        if value is None or value == "":
            return []
        return [str(each) for each in json.loads(str(value))] if self.is_array else [str(value)]


class CountedFacets(Facet):  # type: ignore[misc]  # Datasette has no types
    """Every declared facet of a table; `_facet` in an address may only name what is declared."""

    type = "counted"

    async def facet_results(self) -> _Facets:
        """Return the facets, and the columns whose counting took too long."""
        declared = list(_declared(self.metadata))
        if "_next" in self.request.args or not declared:
            return [], []
        try:
            counts = await self._counts(declared)
        except sqlite3.OperationalError:
            return [], [facet.column for facet in declared]
        return [self._shaped(facet, counts[facet.column]) for facet in declared], []

    async def _counts(self, declared: list[_Declared]) -> _Counts:
        """Return the number of rows of each value of each facet."""
        if not _is_filtered(self.request):
            whole = await read(self.ds, partial(_whole, table=self.table))
            if whole:
                return {facet.column: whole.get(facet.column, Counter()) for facet in declared}
        limit_ms = self.ds.setting("facet_time_limit_ms")
        count = partial(_grouped, sql=self.sql, params=self.params, declared=declared)

        def within_limit(conn: sqlite3.Connection) -> _Counts:
            with sqlite_timelimit(conn, limit_ms):
                return count(conn)

        found: _Counts = await self.ds.get_database(self.database).execute_fn(within_limit)
        return found

    def _shaped(self, facet: _Declared, counter: Counter[str]) -> dict[str, Any]:
        """Return one facet as Datasette shapes it, the values with the most rows first."""
        size = self.get_facet_size()
        ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
        return {
            "name": facet.column,
            "type": "array" if facet.is_array else "column",
            "results": [self._value(facet, value, n) for value, n in ranked[:size]],
            "hideable": False,
            "toggle_url": "",
            "truncated": len(ranked) > size,
        }

    def _value(self, facet: _Declared, value: str, n: int) -> dict[str, Any]:
        """Return one value with the address that narrows the table to it, or widens it again."""
        selected = (facet.parameter, value) in self.get_querystring_pairs()
        change = path_with_removed_args if selected else path_with_added_args
        path = self.ds.urls.path(change(self.request, {facet.parameter: value}))
        return {
            "value": value,
            "label": value,
            "count": n,
            "toggle_url": self.ds.absolute_url(self.request, path),
            "selected": selected,
        }


def _declared(metadata: dict[str, Any]) -> Iterator[_Declared]:
    """Yield the facets that a table's metadata declares."""
    for facet in metadata.get("facets", ()):
        if isinstance(facet, dict):
            yield _Declared(facet["array"], is_array=True)
        else:
            yield _Declared(facet, is_array=False)


def _is_filtered(request: Any) -> bool:  # noqa: ANN401 - untyped library
    """Say whether a request narrows its table."""
    return any(not name.startswith("_") or name == "_search" for name in request.args)


def _whole(conn: sqlite3.Connection, *, table: str) -> _Counts:
    """Return the counts of a whole table, made at publish time; rows without a value aside."""
    found: _Counts = {}
    query = 'select "column", value, n from counts where "table" = ?'
    for column, value, n in conn.execute(query, (table,)):
        counter = found.setdefault(column, Counter())
        if value != "":
            counter[value] = n
    return found


def _grouped(
    conn: sqlite3.Connection, *, sql: str, params: dict[str, Any], declared: list[_Declared]
) -> _Counts:
    """Return the counts of the rows that Datasette's own query selects."""
    counts: _Counts = {facet.column: Counter() for facet in declared}
    names = ", ".join(f'"{facet.column}"' for facet in declared)
    query = f"select count(*), {names} from ({sql}) group by {names}"  # noqa: S608 - declared columns
    for n, *cells in conn.execute(query, params):
        for facet, cell in zip(declared, cells, strict=True):
            for value in facet.values(cell):
                counts[facet.column][value] += n
    return counts
