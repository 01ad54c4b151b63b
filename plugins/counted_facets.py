"""Facets from the counts made at publish time; filtered tables are counted in one pass."""

from datasette import hookimpl

from gongshi.serve.table_facets import CountedFacets


@hookimpl
def register_facet_classes():
    return [CountedFacets]
