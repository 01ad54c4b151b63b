"""Chinese search behind Datasette's own search box, in its pages, its JSON and its facets.

`escape_fts` is what Datasette calls on a search by itself; `trylast`, since it registers its own
after plugins that come first.
"""

from datasette import hookimpl

from gongshi.serve.table_search import HOLDS, holds, match_or_nothing, search_filter


@hookimpl(trylast=True)
def prepare_connection(conn):
    conn.create_function("escape_fts", 1, match_or_nothing, deterministic=True)
    conn.create_function(HOLDS, -1, holds, deterministic=True)


@hookimpl
def filters_from_request(request, table, datasette):
    return search_filter(request, table, datasette)
