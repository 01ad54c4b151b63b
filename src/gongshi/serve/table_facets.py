"""Facets of Datasette's table pages, from the counts made at publish time.

A filtered table is counted afresh, within a time limit. The later pages of a table have none:
Datasette would count what is left after the page.
"""

import sqlite3
from functools import partial
from typing import Any

from datasette.facets import ArrayFacet, ColumnFacet
from datasette.utils import path_with_added_args

from gongshi.serve.instance import read

_Facets = tuple[list[dict[str, Any]], list[str]]


class CountedColumnFacet(ColumnFacet):  # type: ignore[misc]  # Datasette has no types
    """A facet by the values of a column."""

    def get_configs(self) -> list[dict[str, Any]]:
        """Return each declared column once; `_facet` may only name what is declared."""
        arrays = {name for name in map(_array, self.metadata.get("facets", ())) if name}
        configs = {config["config"]["simple"]: config for config in reversed(super().get_configs())}
        return [config for name, config in reversed(configs.items()) if name not in arrays]

    async def facet_results(self) -> _Facets:
        """Return the facets, and the columns whose counting took too long."""
        if "_next" in self.request.args:
            return [], []
        if _is_filtered(self.request) or not await _has_counts(self):
            found: _Facets = await super().facet_results()
            return found
        return await _counted(self, lookup=""), []


class CountedArrayFacet(ArrayFacet):  # type: ignore[misc]  # Datasette has no types
    """A facet by the items of a column of JSON arrays."""

    async def facet_results(self) -> _Facets:
        """Return the facets, and the columns whose counting took too long."""
        if "_next" in self.request.args or not self.get_configs():
            return [], []
        if _is_filtered(self.request) or not await _has_counts(self):
            found: _Facets = await super().facet_results()
            return found
        return await _counted(self, lookup="__arraycontains"), []


def _array(facet: object) -> str | None:
    """Return the column of a declared array facet."""
    return facet.get("array") if isinstance(facet, dict) else None


def _is_filtered(request: Any) -> bool:  # noqa: ANN401 - untyped library
    """Say whether a request narrows its table."""
    return any(not name.startswith("_") or name == "_search" for name in request.args)


async def _has_counts(facet: Any) -> bool:  # noqa: ANN401 - untyped library
    """Say whether the table's values were counted when it was published."""
    query = 'select 1 from counts where "table" = ? limit 1'
    found = await read(facet.ds, lambda conn: conn.execute(query, (facet.table,)).fetchone())
    return found is not None


async def _counted(facet: Any, *, lookup: str) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return the facets as Datasette shapes them, from the table of counts."""
    size = facet.get_facet_size()
    results = []
    for config in facet.get_configs():
        column = config["config"]["simple"]
        counts = await read(facet.ds, partial(_counts, table=facet.table, column=column))
        values = [_value(facet, column, lookup, value, n) for value, n in counts[:size]]
        results.append(
            {
                "name": column,
                "type": facet.type,
                "results": values,
                "hideable": False,
                "toggle_url": "",
                "truncated": len(counts) > size,
            }
        )
    return results


def _counts(conn: sqlite3.Connection, *, table: str, column: str) -> list[tuple[str, int]]:
    """Return `(value, n)` of a column, most first; rows without a value are not offered."""
    query = (
        'select value, n from counts where "table" = ? and "column" = ? and value <> \'\' '
        "order by n desc, value"
    )
    return [(row["value"], row["n"]) for row in conn.execute(query, (table, column))]


def _value(facet: Any, column: str, lookup: str, value: str, n: int) -> dict[str, Any]:  # noqa: ANN401
    """Return one value of a facet with the address that narrows the table to it."""
    path = path_with_added_args(facet.request, {column + lookup: value})
    return {
        "value": value,
        "label": value,
        "count": n,
        "toggle_url": facet.ds.absolute_url(facet.request, facet.ds.urls.path(path)),
        "selected": False,
    }
