"""The pages: what a clerk sees and sends, and what an operator releases."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from gongshi import pipeline, questioning, reviewing
from gongshi.desk import batches
from gongshi.desk.ask import Ask, ask_of, sealed_fields
from gongshi.desk.batches import BatchLine
from gongshi.desk.deliveries import MARKED, REPORTS, Delivery, State
from gongshi.desk.problem import Problem
from gongshi.gates import override_of
from gongshi.marking import marked_names

Endpoint = Callable[[Request], Awaitable[Response]]
FINDINGS = 100
"""Findings on one page."""
MISSING = 50
"""Missing records on one page; those that follow come up as these are decided."""


def signed_in(page: Callable[[Ask], Awaitable[Response]]) -> Endpoint:
    """Return the page for those who are signed in; others are led to the door."""

    async def answer(request: Request) -> Response:
        ask = ask_of(request)
        if ask.session is None:
            return ask.go("/sign-in", **({} if request.url.path == "/" else {"ended": 1}))
        return await page(ask)

    return answer


async def home(ask: Ask) -> Response:
    """Return the page where files are dropped, or the operator's overview."""
    before = ask.request.query_params.get("before", "")
    site = ask.desk.site
    lines = await run_in_threadpool(batches.latest, site, agency=ask.agency, before=before)
    shared: dict[str, Any] = {
        "lines": lines,
        "more": len(lines) == batches.PAGE,
        "first": not before,
    }
    if ask.who.token.is_operator:
        waiting = await run_in_threadpool(batches.waiting, site)
        held = ask.desk.deliveries.held()
        doubts = await run_in_threadpool(reviewing.open_counts, site)
        missing = await run_in_threadpool(questioning.listed, site)
        shared |= {"missing": missing[:MISSING], "missing_total": len(missing)}
        return ask.page("operator.html", waiting=waiting, held=held, doubts=doubts, **shared)
    mine = ask.desk.deliveries.of(ask.who.id)
    return ask.page("home.html", mine=mine, policy=ask.desk.policy, **shared)


async def file(ask: Ask) -> Response:
    """Return what is known of one file: its state, its counts, its findings by cell."""
    one = ask.delivery()
    chosen = ask.request.query_params.get("rule", "")
    findings = [
        each for each in (one.told.findings if one.told else ()) if chosen in ("", each.rule)
    ]
    start = _number(ask.request.query_params.get("from", "0"))
    return ask.page(
        "file.html",
        one=one,
        rule=chosen,
        findings=findings[start : start + FINDINGS],
        total=len(findings),
        start=start,
        following=start + FINDINGS if start + FINDINGS < len(findings) else None,
        previous=max(start - FINDINGS, 0) if start else None,
        batch=await _batch_of(ask, one),
    )


async def _batch_of(ask: Ask, one: Delivery) -> BatchLine | None:
    """Return the batch in which a file was taken in."""
    if one.taken is None:
        return None
    number = one.taken.report.batch
    return await run_in_threadpool(batches.one, ask.desk.site, number, agency=one.agency)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0  # noqa: PLR2004


async def state(ask: Ask) -> Response:
    """Return how far one file is, for the script that waits for it."""
    one = ask.delivery()
    return JSONResponse({"state": one.state, "busy": one.is_busy})


async def download(ask: Ask) -> Response:
    """Return the marked workbook or a report, under a name made from the clerk's own."""
    one = ask.delivery()
    wanted = ask.request.path_params["what"]
    path = one.folder / wanted
    if wanted not in (MARKED, *REPORTS) or one.is_busy or not path.is_file():
        raise Problem(404, "no_delivery")
    (marked,) = marked_names([one.original])
    name = marked if wanted == MARKED else f"{one.original.stem}-{wanted}"
    return FileResponse(path, filename=name)


async def submit(ask: Ask) -> Response:
    """Start to take one file in."""
    await sealed_fields(ask)
    one = ask.delivery()
    ask.desk.work.send(one)
    return ask.go(f"/files/{one.id}")


async def override(ask: Ask) -> Response:
    """Let a stopped file pass under the name of the operator who is signed in, with a reason."""
    fields = await sealed_fields(ask)
    if not ask.who.token.is_operator:
        raise Problem(403, "not_an_operator")
    one = ask.delivery()
    ask.desk.work.send(one, override=override_of(ask.who.token.holder, fields.get("reason", "")))
    return ask.go(f"/files/{one.id}")


async def discard(ask: Ask) -> Response:
    """Delete one file and everything made from it."""
    await sealed_fields(ask)
    one = ask.delivery()
    if one.state is State.SENDING:
        raise Problem(409, "not_ready")
    ask.desk.deliveries.discard(one)
    return ask.go("/")


async def batch(ask: Ask) -> Response:
    """Return one accepted batch with its report."""
    line = await _line(ask)
    path = batches.report_of(ask.desk.site, line, REPORTS[0])
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    open_doubts = await run_in_threadpool(reviewing.open_counts, ask.desk.site, line.batch)
    doubts = open_doubts.get(line.batch, 0)
    return ask.page("batch.html", line=line, report=text, doubts=doubts)


async def batch_report(ask: Ask) -> Response:
    """Return a report of one batch as a file."""
    line = await _line(ask)
    wanted = ask.request.path_params["what"]
    path = batches.report_of(ask.desk.site, line, wanted)
    if wanted not in REPORTS or not path.is_file():
        raise Problem(404, "no_batch")
    return FileResponse(path, filename=f"{line.batch}-{wanted}")


async def approve(ask: Ask) -> Response:
    """Release a waiting batch under the name of the operator who is signed in."""
    await sealed_fields(ask)
    if not ask.who.token.is_operator:
        raise Problem(403, "not_an_operator")
    line = await _line(ask)
    await run_in_threadpool(pipeline.approve, ask.desk.site, line.batch, by=ask.who.token.holder)
    return ask.go(f"/batches/{line.batch}")


async def _line(ask: Ask) -> BatchLine:
    """Return the batch that the address names, if it may be seen by who asks."""
    number = ask.request.path_params["batch"]
    line = await run_in_threadpool(batches.one, ask.desk.site, number, agency=ask.agency)
    if line is None:
        raise Problem(404, "no_batch")
    return line
