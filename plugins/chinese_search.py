"""Chinese search behind Datasette's own search box: its `escape_fts` becomes our bigram rewriter.

`trylast`, since Datasette registers its function after plugins that come first.
"""

from datasette import hookimpl

from gongshi.serve.table_search import HOLDS, exact_search, holds, match_or_nothing


@hookimpl(trylast=True)
def prepare_connection(conn):
    conn.create_function("escape_fts", 1, match_or_nothing, deterministic=True)
    conn.create_function(HOLDS, -1, holds, deterministic=True)


@hookimpl
def filters_from_request(request, table, datasette):
    return exact_search(request.args.get("_search"), table, datasette)
