"""How values look in templates: filters, the variables of every page, cells of the data tables."""

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from markupsafe import Markup, escape

from gongshi import search
from gongshi.serve.ask import Ask, ask_of
from gongshi.wording import LANGUAGES, number, yuan

EXCERPT = 96
_BEFORE = 18
_SENTENCE = re.compile(r"[。；;!?！？\n]")


def mark(text: str | None, query: str = "") -> Markup:
    """Return text as HTML, with what the query found in it marked."""
    text = text or ""
    parts, end = [], 0
    for start, stop in search.mark(query, text) if query else ():
        parts += [escape(text[end:start]), Markup("<mark>"), escape(text[start:stop])]
        parts.append(Markup("</mark>"))
        end = stop
    return Markup("").join([*parts, escape(text[end:])])


def excerpt(text: str | None, query: str = "") -> Markup:
    """Return one line of a text: around the first thing found in it, or its beginning."""
    text = " ".join((text or "").split())
    spans = search.mark(query, text) if query else []
    start = max(spans[0][0] - _BEFORE, 0) if spans and spans[0][0] > EXCERPT - _BEFORE else 0
    piece = text[start : start + EXCERPT]
    head = "…" if start else ""
    tail = "…" if start + EXCERPT < len(text) else ""
    return escape(head) + mark(piece, query) + escape(tail)


def paragraphs(text: str | None) -> list[str]:
    """Return the paragraphs of a text; none where it is empty."""
    return [line for line in (text or "").split("\n") if line.strip()]


def size(count: int) -> str:
    """Return a file size for people.

    >>> size(900), size(1_500_000)
    ('900 B', '1.4 MB')
    """
    units = ("B", "kB", "MB", "GB")
    value, unit = float(count), 0
    while value >= 1024 and unit < len(units) - 1:  # noqa: PLR2004 - bytes to a kilobyte
        value, unit = value / 1024, unit + 1
    return f"{value:.0f} {units[unit]}" if unit == 0 else f"{value:.1f} {units[unit]}"


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "mark": mark,
        "excerpt": excerpt,
        "paragraphs": paragraphs,
        "number": number,
        "yuan": yuan,
        "filesize": size,
    }
)
"""Filters of the templates."""


def variables(request: Any, datasette: Any) -> dict[str, Any]:  # noqa: ANN401 - untyped library
    """Return what every template knows, Datasette's own included."""
    ask: Ask = ask_of(request, datasette)
    other = "en" if ask.words.is_chinese else "zh"
    return {
        "ask": ask,
        "t": ask.words,
        "edition": ask.edition,
        "policy": ask.edition.policy,
        "site_title": ask.edition.policy.title
        if ask.words.is_chinese
        else ask.edition.policy.title_en,
        "other_language": _switched(ask, other),
        "table_spec": _table_spec(ask),
        "facet_link": lambda address: _facet_link(ask, address),
        "problem_codes": _problem_codes(ask),
    }


def cell(column: str, value: object, table: str | None) -> Any:  # noqa: ANN401 - Markup, text or None
    """Return how Datasette shows a value in a table; None for its own way.

    Codes lead to their pages, sums are in 元, arrays are read out. Texts stay texts: nothing that
    an agency wrote becomes a link.
    """
    if value is None or value == "":
        return None
    if place := _LEADS.get((table, column)) or _LEADS.get((None, column)):
        return Markup('<a href="{}{}">{}</a>').format(place, value, value)
    if column.endswith("_fen") and isinstance(value, int):
        return yuan(value)
    if column == "kinds_json" and isinstance(value, str):
        return "、".join(map(str, json.loads(value)))
    if isinstance(value, str):
        return escape(value if len(value) <= EXCERPT else value[:EXCERPT] + "…")
    return None


_LEADS: Mapping[tuple[str | None, str], str] = MappingProxyType(
    {
        (None, "uscc"): "/party/",
        (None, "authority_code"): "/authority/",
        (None, "list_code"): "/list/",
        ("list_entries", "penalty_id"): "/penalty/",
        ("licenses", "license_id"): "/license/",
    }
)


def _switched(ask: Ask, language: str) -> str:
    """Return the same page in the other language."""
    query = [ask.query] if ask.query else []
    query += [f"lang={language}"] if language != LANGUAGES[0] else []
    return f"{ask.path}?{'&'.join(query)}" if query else ask.path


def _facet_link(ask: Ask, address: str) -> str:
    """Return Datasette's address of a facet value within this site, in the page's language."""
    parts = urlsplit(address)
    return ask.url(parts.path, **dict(parse_qsl(parts.query)))


def _problem_codes(ask: Ask) -> list[str]:
    """Return the codes of every problem that has words."""
    keys = ask.words.catalogue[LANGUAGES[0]]
    found = (key.removeprefix("problem_") for key in keys if key.startswith("problem_"))
    return sorted(code for code in found if not code.endswith("_text"))


def _table_spec(ask: Ask) -> Mapping[str, Any]:
    """Return what `metadata.yml` declares of the tables."""
    tables: Mapping[str, Any] = ask.edition.metadata["databases"]["public"]["tables"]
    return tables
