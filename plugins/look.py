"""What every template has at hand: the request, the words in its language, how values are shown."""

from datasette import hookimpl

from gongshi.serve import look


@hookimpl
def prepare_jinja2_environment(env):
    env.filters.update(look.FILTERS)


@hookimpl
def extra_template_vars(request, datasette):
    return look.variables(request, datasette)


@hookimpl
def render_cell(column, value, table):
    return look.cell(column, value, table)
