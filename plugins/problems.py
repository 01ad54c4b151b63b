"""Errors as pages that say what to do. Nothing that a visitor sent is written to the log."""

from datasette import hookimpl

from gongshi.serve.problem import Problem
from gongshi.serve.respond import problem_of, problem_response


@hookimpl
def handle_exception(datasette, request, exception):
    return problem_response(datasette, request, problem_of(exception))


@hookimpl
def forbidden(datasette, request):
    return problem_response(datasette, request, Problem(404, "no_table"))
