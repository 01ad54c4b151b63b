"""Signing in and out. The token travels in the body of one form and is never shown again."""

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gongshi.desk.ask import COOKIE, SEAL, Ask, ask_of, fields_of, sealed_fields
from gongshi.desk.problem import Problem
from gongshi.desk.tokens import recognise

_DOOR = "gongshi-desk-door"
"""Cookie that the form of the door must repeat: there is no session yet that could seal it."""
_DOOR_S = 3600


async def door(request: Request) -> Response:
    """Return the form to sign in."""
    ask = ask_of(request)
    if ask.session:
        return ask.go("/")
    return _form(ask, "ended" if "ended" in request.query_params else "")


def _form(ask: Ask, notice: str, status: int = 200) -> Response:
    seal = secrets.token_urlsafe(16)
    page = ask.page("sign_in.html", seal=seal, notice=notice, status=status)
    _set(ask, page, _DOOR, seal, max_age=_DOOR_S)
    return page


async def sign_in(request: Request) -> Response:
    """Open a session for whoever has a valid token."""
    ask = ask_of(request)
    desk = ask.desk
    fields = await fields_of(request)
    door_seal = request.cookies.get(_DOOR, "")
    if not door_seal or not secrets.compare_digest(
        door_seal.encode(), fields.get(SEAL, "").encode("utf-8", "replace")
    ):
        return _form(ask, "ended", 403)
    address = request.client.host if request.client else ""
    if desk.attempts.are_too_many(address):
        raise Problem(429, "too_often")
    token = await run_in_threadpool(recognise, desk.site.var, fields.get("token", ""))
    if token is None or not (token.is_operator or token.agency in desk.titles):
        desk.attempts.note(address)
        return _form(ask, "wrong", 403)
    session = desk.sessions.open(token)
    answer = ask.go("/")
    _set(ask, answer, COOKIE, session.id)
    answer.delete_cookie(_DOOR, path="/")
    return answer


async def sign_out(request: Request) -> Response:
    """Close the session and delete its files."""
    ask = ask_of(request)
    if ask.session:
        await sealed_fields(ask)
        ask.desk.sessions.close(ask.session)
        for one in ask.desk.deliveries.of(ask.session.id):
            if not one.is_kept:
                ask.desk.deliveries.discard(one)
    answer = ask.go("/sign-in")
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _set(ask: Ask, answer: Response, name: str, value: str, max_age: int | None = None) -> None:
    """Set a cookie that no script reads and no other site sends."""
    answer.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="strict",
        secure=ask.request.url.scheme == "https",
    )
