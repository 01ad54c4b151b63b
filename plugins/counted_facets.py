"""Facets from the counts made at publish time; filtered tables are counted within a time limit."""

from datasette import hookimpl

from gongshi.serve.table_facets import CountedArrayFacet, CountedColumnFacet


@hookimpl
def register_facet_classes():
    return [CountedColumnFacet, CountedArrayFacet]
