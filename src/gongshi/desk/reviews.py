"""The review at the desk: an operator looks at the doubts of a batch and decides, one by one."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gongshi import absence, questioning, reviewing
from gongshi.desk.ask import Ask, sealed_fields
from gongshi.desk.problem import Problem
from gongshi.models import Original
from gongshi.review import Decision, Item, Verdict, words

PAGE = 50
"""Doubts on one page; those that follow come up as these are decided."""


async def queue(ask: Ask) -> Response:
    """Return the open doubts of a batch, masked; with the originals where that is asked for."""
    _require_operator(ask)
    batch = ask.request.path_params["batch"]
    items = await run_in_threadpool(reviewing.listed, ask.desk.site, batch)
    shown, cells = items[:PAGE], dict[str, Original]()
    with_original = ask.request.query_params.get("original") == "1"
    if with_original:
        cells = dict(await run_in_threadpool(reviewing.originals, ask.desk.site, shown))
    return ask.page(
        "review.html",
        batch=batch,
        items=shown,
        total=len(items),
        with_original=with_original,
        originals=_around(shown, cells),
    )


async def decide(ask: Ask) -> Response:
    """Enter one decision under the name of the operator who is signed in."""
    fields = await sealed_fields(ask)
    _require_operator(ask)
    batch, number = ask.request.path_params["batch"], ask.request.path_params["number"]
    if fields.get("decide") not in set(Verdict):
        raise Problem(400, "form")
    decision = Decision(
        verdict=Verdict(fields["decide"]),
        by=ask.who.token.holder,
        on_day=ask.desk.work.today(),
        reason=fields.get("reason", ""),
    )
    await run_in_threadpool(reviewing.decide, ask.desk.site, [f"{batch}/{number}"], decision)
    original = {"original": "1"} if fields.get("original") else {}
    return ask.go(f"/batches/{batch}/review", **original)


async def answer(ask: Ask) -> Response:
    """Enter what becomes of a record that a full delivery lacks."""
    fields = await sealed_fields(ask)
    _require_operator(ask)
    given = questioning.Given(
        answer=fields.get("decide", ""),
        by=ask.who.token.holder,
        reason=fields.get("reason", ""),
        basis=fields.get("basis", ""),
    )
    if given.answer not in questioning.ANSWERS:
        raise Problem(400, "form")
    name = absence.PREFIX + ask.request.path_params["record"]
    today = ask.desk.work.today()
    await run_in_threadpool(questioning.answer, ask.desk.site, [name], given, today=today)
    return ask.go("/")


def _require_operator(ask: Ask) -> None:
    """Raise a problem where somebody else asks."""
    if not ask.who.token.is_operator:
        raise Problem(403, "not_an_operator")


def _around(items: list[Item], cells: Mapping[str, Original]) -> dict[str, str]:
    """Return by doubt the original words around it, where they are kept."""
    found = {item.id: words.of_original(item, cells) for item in items}
    return {name: text for name, text in found.items() if text}
