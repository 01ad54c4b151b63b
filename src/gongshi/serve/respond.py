"""Answers that no page makes: a problem, «unchanged», «not yet published»."""

import json
import sys
import traceback
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Forbidden, NotFound, Request
from datasette.views.base import DatasetteError

from gongshi.serve.instance import Scope, Send
from gongshi.serve.problem import MEDIA_TYPE, Problem, wants_json
from gongshi.wording import LANGUAGES, Words

_NOT_YET = (
    "尚未发布第一期,请稍后再来。\nNothing is published yet. Please come back later.\n".encode()
)


async def problem(datasette: Any, scope: Scope, found: Problem, send: Send) -> None:  # noqa: ANN401
    """Send a problem that the guard found, as a page or as JSON."""
    asked = {"gongshi.lang": _language(scope), "csrftoken": str, **scope}
    response = await problem_response(datasette, Request(asked, None), found)
    await response.asgi_send(send)


async def problem_response(datasette: Any, request: Any, found: Problem) -> Any:  # noqa: ANN401
    """Return a problem as a page, or as RFC 9457 JSON for programs; both name what to do."""
    headers = dict(found.headers)
    if found.code == "moved":
        return Response("", status=found.status, headers=headers)
    said = {
        lang: [
            Words(datasette.catalogue, lang)(f"problem_{found.code}{part}", **found.values)
            for part in ("", "_text")
        ]
        for lang in LANGUAGES
    }
    if wants_json(request.path):
        document = found.document(*said["zh"])
        document |= {"title_en": said["en"][0], "detail_en": said["en"][1]}
        body = json.dumps(document, ensure_ascii=False)
        return Response(body, status=found.status, headers=headers, content_type=MEDIA_TYPE)
    title, text = said[request.scope.get("gongshi.lang", LANGUAGES[0])]
    context = {"title": title, "text": text, "status": found.status, "code": found.code}
    body = await datasette.render_template("problem.html", context, request=request)
    return Response.html(body, status=found.status, headers=headers)


def problem_of(exception: Exception) -> Problem:
    """Return the problem that an exception inside Datasette stands for.

    Only what nobody foresaw reaches the log, and never with the values that a visitor sent.
    """
    if isinstance(exception, Problem):
        return exception
    if _is_interrupted(exception):
        return Problem(503, "too_slow", headers={"Retry-After": "60"})
    for kind, status, code in _MEANINGS:
        if isinstance(exception, kind):
            return Problem(status, code)
    where = traceback.extract_tb(exception.__traceback__)[-1]
    line = f"500 {type(exception).__name__} {where.filename}:{where.lineno} {where.name}"
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the server's log
    return Problem(500, "ours")


def _is_interrupted(exception: Exception) -> bool:
    """Say whether a query was stopped at its time limit, as Datasette or SQLite reports it."""
    titled = isinstance(exception, DatasetteError) and exception.title == "SQL Interrupted"
    return titled or isinstance(exception, QueryInterrupted) or exception.args == ("interrupted",)


_MEANINGS: tuple[tuple[type[Exception], int, str], ...] = (
    (NotFound, 404, "no_page"),
    (Forbidden, 404, "no_table"),
    (DatasetteError, 400, "request"),
    (Base400, 400, "request"),
)


async def not_modified(send: Send) -> None:
    """Say that the client has the answer already."""
    await send({"type": "http.response.start", "status": 304, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def not_yet(send: Send) -> None:
    """Say that there is no release yet."""
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(_NOT_YET)).encode()),
        (b"retry-after", b"60"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _NOT_YET})


def _language(scope: Scope) -> str:
    """Return the language of a request that the guard refused."""
    return "en" if b"lang=en" in scope.get("query_string", b"").split(b"&") else "zh"
