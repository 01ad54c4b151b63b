"""The API for programs: JSON of the release in force, as `openapi` describes it."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from datasette import Response

from gongshi import deltas
from gongshi.formats.text import fold
from gongshi.formats.uscc import is_valid
from gongshi.serve import lookups
from gongshi.serve.ask import Ask, View, ask_of
from gongshi.serve.instance import read
from gongshi.serve.openapi import document
from gongshi.serve.problem import Problem

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
MAX_QUERIES = 10_000
MAX_BODY = 2 * 1024 * 1024
_CHUNK = 500
_MAX_SEQ_DIGITS = 18
_KEYS = {"codes", "names"}

Answer = dict[str, Any]
Maker = Callable[[sqlite3.Connection, Ask], Answer]


def latest(conn: sqlite3.Connection, ask: Ask) -> Answer:
    """Return the release in force: number, counts, and its files with their hashes."""
    row = lookups.release(conn)
    edition = ask.edition
    files = [
        {
            "url": f"{ask.base}/{name}",
            "size": file.size,
            "sha256": file.sha256,
            "rows": file.rows,
        }
        for name, file in edition.files.items()
        if name.startswith("downloads/")
    ]
    return {
        "release": edition.release,
        "seq": edition.seq,
        "day": edition.day,
        "sealed_at": edition.sealed_at or None,
        "penalties": row.get("penalties"),
        "entries": row.get("entries"),
        "manifest": f"{ask.base}/downloads/manifest.json",
        "manifest_sha256": edition.manifest_sha256,
        "files": files,
    }


def lists(conn: sqlite3.Connection, ask: Ask) -> Answer:
    """Return every list with its basis and its number of entries."""
    return _stamped(ask, lists=lookups.lists(conn))


def one_list(conn: sqlite3.Connection, ask: Ask) -> Answer:
    """Return one list and a page of its entries."""
    _check_pin(ask)
    found = lookups.one_list(conn, ask.parts["code"])
    if found is None:
        raise Problem(404, "no_list")
    limit, after = _limit(ask), _whole(ask, "after", 0)
    rows = lookups.entries(conn, found["list_code"], after=after, limit=limit + 1)
    return _stamped(ask, list=found, entries=_plain(rows[:limit]), next=_next(ask, rows, limit))


def changes(conn: sqlite3.Connection, ask: Ask) -> Answer:
    """Return what changed since a sequence number; `next` is the `since` of the next call."""
    delta = deltas.changes(conn, since=_whole(ask, "since", 0), limit=_limit(ask))
    return {"release": ask.edition.release, "next": delta.next, "changes": list(delta.lines)}


def party(conn: sqlite3.Connection, ask: Ask) -> Answer:
    """Return one organisation with its list entries and a page of its penalties, newest first."""
    _check_pin(ask)
    found = lookups.party(conn, ask.parts["uscc"])
    if found is None:
        raise Problem(404, "no_party")
    limit = _limit(ask)
    before = _whole(ask, "after", 0) or None
    rows = lookups.penalties_of(conn, found["uscc"], before=before, limit=limit + 1)
    return _stamped(
        ask,
        party=found,
        entries=_plain(lookups.entries_of(conn, found["uscc"])),
        penalties=_plain(rows[:limit]),
        licenses=lookups.licenses_of(conn, found["uscc"], limit)
        if "licenses" in ask.edition.tables
        else [],
        next=_next(ask, rows, limit),
    )


def openapi(conn: sqlite3.Connection, ask: Ask) -> Answer:  # noqa: ARG001 - every address is asked alike
    """Return the description of this API."""
    return document(ask.base, ask.edition.policy.title_en)


def screen(conn: sqlite3.Connection, ask: Ask, codes: list[str], names: list[str]) -> Answer:
    """Return, in the order asked, the list entries of each code and of each name.

    A code matches exactly, a name exactly after folding width and blanks: never by resemblance.
    """
    keys = {code: code.strip().upper() for code in codes}
    places = {place for name in names for place in ask.edition.listed.get(fold(name), ())}
    by_code = _entries_by(conn, "uscc", [key for key in keys.values() if is_valid(key)])
    by_place = _entries_by(conn, "rowid", places)
    results = [{"query": code, "matches": by_code.get(keys[code], [])} for code in codes]
    for name in names:
        found = ask.edition.listed.get(fold(name), ())
        results.append({"query": name, "matches": [by_place[place][0] for place in found]})
    return _stamped(ask, results=results)


ANSWERS: Mapping[str, Maker] = MappingProxyType(
    {
        "latest": latest,
        "api_lists": lists,
        "api_list": one_list,
        "changes": changes,
        "api_party": party,
        "openapi": openapi,
    }
)
"""Every answer to a GET by the name of its route."""


def json_view(make: Maker) -> View:
    """Return the Datasette view of an answer."""

    async def view(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
        ask = ask_of(request, datasette)
        return _json(await read(datasette, lambda conn: make(conn, ask)))

    return view


async def screen_view(request: Any, datasette: Any) -> Any:  # noqa: ANN401 - untyped library
    """Answer `POST /api/v1/screen`."""
    ask = ask_of(request, datasette)
    codes, names = _queries(await _body(request))
    return _json(await read(datasette, lambda conn: screen(conn, ask, codes, names)))


async def _body(request: Any) -> bytes:  # noqa: ANN401 - untyped library
    """Return the body of a request.

    Raises:
        Problem: it is larger than `MAX_BODY`.
    """
    body = b""
    while True:
        message = await request.receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY:
            raise Problem(413, "too_large", limit=MAX_BODY)
        if not message.get("more_body"):
            return body


def _queries(body: bytes) -> tuple[list[str], list[str]]:
    """Return the codes and names of a screening request.

    Raises:
        Problem: the body is not `{"codes": [text], "names": [text]}`, or asks too much.
    """
    try:
        asked = json.loads(body)
        codes, names = asked.get("codes", []), asked.get("names", [])
        texts = [*codes, *names]
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise Problem(400, "screen") from None
    are_lists = isinstance(codes, list) and isinstance(names, list)
    if not are_lists or not all(isinstance(text, str) for text in texts) or set(asked) - _KEYS:
        raise Problem(400, "screen")
    if len(texts) > MAX_QUERIES:
        raise Problem(413, "too_many", limit=MAX_QUERIES)
    return codes, names


def _entries_by(
    conn: sqlite3.Connection, column: str, values: Iterable[str | int]
) -> dict[str | int, list[Answer]]:
    """Return the list entries whose `column` is one of `values`, by that value."""
    found: dict[str | int, list[Answer]] = {}
    asked = sorted(set(values), key=str)
    for start in range(0, len(asked), _CHUNK):
        chunk = asked[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        query = (
            f"select e.{column} as asked, e.list_code, l.colour, e.entry_id, e.party, e.uscc, "  # noqa: S608
            "1.0 as score, e.until from list_entries e join lists l using (list_code) "
            f"where e.{column} in ({marks}) order by e.rowid"
        )
        for row in lookups.rows(conn, query, chunk):
            found.setdefault(row.pop("asked"), []).append(row)
    return found


def _stamped(ask: Ask, **content: Any) -> Answer:  # noqa: ANN401 - JSON values
    """Return content under the release that it is of."""
    return {"release": ask.edition.release, "seq": ask.edition.seq, **content}


def _check_pin(ask: Ask) -> None:
    """Refuse to go on paging through a release that is no longer in force.

    Raises:
        Problem: the release asked for is another.
    """
    if _whole(ask, "release", ask.edition.release) != ask.edition.release:
        raise Problem(410, "superseded", release=ask.edition.release)


def _next(ask: Ask, rows: list[lookups.Row], limit: int) -> str | None:
    """Return the address of the next page, which names its release; None at the end."""
    if len(rows) <= limit:
        return None
    after = rows[limit - 1]["rowid"]
    return f"{ask.base}{ask.path}?release={ask.edition.release}&after={after}&limit={limit}"


def _plain(rows: list[lookups.Row]) -> list[lookups.Row]:
    """Return rows without their place in the file."""
    return [{name: value for name, value in row.items() if name != "rowid"} for row in rows]


def _limit(ask: Ask) -> int:
    """Return how many rows a page has.

    Raises:
        Problem: it is not from 1 to `MAX_LIMIT`.
    """
    limit = _whole(ask, "limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        raise Problem(400, "value", name="limit", value=limit)
    return limit


def _whole(ask: Ask, name: str, default: int) -> int:
    """Return a whole number from the parameters.

    Raises:
        Problem: it is not one.
    """
    text = ask.params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_SEQ_DIGITS):
        raise Problem(400, "value", name=name, value=text[:40])
    return int(text)


def _json(content: Answer) -> Any:  # noqa: ANN401 - untyped library
    """Return an answer as JSON."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(body, content_type="application/json; charset=utf-8")
