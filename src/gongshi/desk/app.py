"""The desk put together: routes, what happens at start and stop, and what goes wrong politely."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.desk_policy import load_desk_policy
from gongshi.desk import pages, reviews, signing
from gongshi.desk.ask import Desk, ask_of, load_fields, load_templates, load_words
from gongshi.desk.deliveries import Deliveries
from gongshi.desk.guard import Guard
from gongshi.desk.problem import Problem
from gongshi.desk.sessions import Attempts, Sessions
from gongshi.desk.tokens import valid_ids
from gongshi.desk.upload import upload
from gongshi.desk.work import Work
from gongshi.errors import GongshiError
from gongshi.hosting import LOCAL_HOSTS
from gongshi.ingest import load_agencies
from gongshi.site import Site

_SWEEP_S = 20


def senders(site: Site) -> dict[str, AgencySpec]:
    """Return the agencies that may be offered: not the templates, which speak for any authority.

    Raises:
        SpecError: a declaration breaks its contract.
    """
    return {
        code: spec for code, spec in load_agencies(site.ingest).items() if spec.authorities != "any"
    }


def application(site: Site, today: Callable[[], date]) -> Guard:
    """Return the desk of a site as an ASGI application.

    Raises:
        SpecError: a declaration breaks its contract.
    """
    desk = _open(site, today)
    app = Starlette(
        routes=_routes(site),
        exception_handlers={
            Problem: _problem,
            GongshiError: _trouble,
            HTTPException: _problem,
            Exception: _ours,
        },
        lifespan=_life,
    )
    app.state.desk = desk
    return Guard(app, LOCAL_HOSTS | {host.lower() for host in desk.policy.hosts})


def _open(site: Site, today: Callable[[], date]) -> Desk:
    policy = load_desk_policy(site.schemas)
    deliveries = Deliveries(site.var / "desk", held_s=policy.held_hours * 3600)
    return Desk(
        site=site,
        titles={code: spec.title for code, spec in senders(site).items()},
        fields=load_fields(site),
        policy=policy,
        sessions=Sessions(idle_s=policy.idle_minutes * 60, longest_s=policy.session_hours * 3600),
        attempts=Attempts(),
        deliveries=deliveries,
        work=Work(site, deliveries, today),
        catalogue=load_words(site),
        templates=load_templates(site),
    )


def _routes(site: Site) -> list[Route | Mount]:
    get: dict[str, Any] = {"methods": ["GET"]}
    post: dict[str, Any] = {"methods": ["POST"]}
    inside = pages.signed_in
    return [
        Route("/sign-in", signing.door, **get),
        Route("/sign-in", signing.sign_in, **post),
        Route("/sign-out", signing.sign_out, **post),
        Route("/", inside(pages.home), **get),
        Route("/files", inside(upload), **post),
        Route("/files/{key}", inside(pages.file), **get),
        Route("/files/{key}/state", inside(pages.state), **get),
        Route("/files/{key}/submit", inside(pages.submit), **post),
        Route("/files/{key}/override", inside(pages.override), **post),
        Route("/files/{key}/discard", inside(pages.discard), **post),
        Route("/files/{key}/{what}", inside(pages.download), **get),
        Route("/batches/{batch}", inside(pages.batch), **get),
        Route("/batches/{batch}/approve", inside(pages.approve), **post),
        Route("/batches/{batch}/review", inside(reviews.queue), **get),
        Route("/batches/{batch}/review/{number}", inside(reviews.decide), **post),
        Route("/missing/{record}", inside(reviews.answer), **post),
        Route("/batches/{batch}/{what}", inside(pages.batch_report), **get),
        Mount("/static", StaticFiles(directory=site.root / "static")),
    ]


@contextlib.asynccontextmanager
async def _life(app: Starlette) -> AsyncIterator[None]:
    """Begin with an empty folder, sweep it while open, leave it empty."""
    desk: Desk = app.state.desk
    desk.deliveries.open()
    sweeping = asyncio.create_task(_sweep(desk))
    try:
        yield
    finally:
        sweeping.cancel()
        await asyncio.to_thread(desk.work.close)
        desk.deliveries.close()


async def _sweep(desk: Desk) -> None:
    """Delete what belongs to sessions that have ended."""
    while True:
        await asyncio.sleep(_SWEEP_S)
        with contextlib.suppress(GongshiError, OSError):  # a damaged token file is told elsewhere
            desk.deliveries.sweep(desk.sessions.keep(valid_ids(desk.site.var)))


async def _problem(request: Request, exc: Exception) -> Response:
    """Return the page of a refused request."""
    if isinstance(exc, HTTPException):
        exc = Problem(exc.status_code, "no_page" if exc.status_code == 404 else "request")  # noqa: PLR2004
    assert isinstance(exc, Problem)  # noqa: S101 - for the type checker
    words = ask_of(request).words
    title = words(f"problem_{exc.code}", **exc.values)
    return _say(request, exc.status, title, words(f"problem_{exc.code}_text", **exc.values))


async def _trouble(request: Request, exc: Exception) -> Response:
    """Return the page of what the registry or a declaration does not allow."""
    assert isinstance(exc, GongshiError)  # noqa: S101
    is_chinese = ask_of(request).words.is_chinese
    return _say(request, 409, exc.zh if is_chinese else exc.en, exc.todo)


async def _ours(request: Request, _: Exception) -> Response:
    """Return the page of a fault of this program; the guard notes where it was."""
    return await _problem(request, Problem(500, "ours"))


def _say(request: Request, status: int, title: str, text: str) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"title": title, "text": text}, status_code=status)
    return ask_of(request).page("problem.html", title=title, text=text, status=status)
