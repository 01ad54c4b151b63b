"""The pages for people: each a function of one connection and one request."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from urllib.parse import urlencode

from gongshi.serve import charts, finder, lookups, stats
from gongshi.serve.ask import Ask, Maker, Moved, Page
from gongshi.serve.problem import Problem

NEWEST = 8
LISTED = 100
MONTHS = 12
PARTY_ROWS = 200
PARTY_LICENSES = 20


def home(conn: sqlite3.Connection, ask: Ask) -> Page:
    """Has this firm been penalised? What is new?"""
    newest = lookups.newest(conn, NEWEST)
    context = {
        "newest": newest,
        "examples": _examples(newest),
        "week": ask.edition.week,
        "chart": _month_chart(ask, ask.edition.statistics.months),
        "lists": lookups.lists(conn),
    }
    return Page("home.html", context)


def search(conn: sqlite3.Connection, ask: Ask) -> Page | Moved:
    """Which cases match?"""
    asked = finder.question(ask.params)
    if asked.text and not asked.filters and (place := finder.jump(conn, asked.text)):
        return Moved(ask.url(place))
    if asked.is_unsearchable:
        return Page("search.html", {"asked": asked, "tally": None, "found": [], "more": None})
    tally = finder.tally(conn, asked)
    found, more = finder.find(conn, asked, before=_row_id(ask, "before"))
    table = finder.table_params(asked)
    context = {
        "asked": asked,
        "tally": tally,
        "found": found,
        "more": more,
        "feed": _address("/feeds/penalties.atom", {"q": asked.text, **asked.filters}),
        "table": table,
        "export": _address("/public/penalties.csv", table),
    }
    return Page("search.html", context)


def penalty(conn: sqlite3.Connection, ask: Ask) -> Page:
    """What happened, on what ground, until when is this shown?"""
    record = lookups.penalty(conn, ask.parts["id"])
    if record is None:
        return _ended(conn, ask)
    context = {
        "record": record,
        "entries": lookups.entries_about(conn, record["penalty_id"]),
        "full_text": lookups.full_text(conn, record["penalty_id"])
        if "full_texts" in ask.edition.tables
        else None,
        "regime": _regime(ask, record["policy_row"]),
        "term": _term(ask.edition.day, record),
        "address": f"{ask.base}{ask.path}",
    }
    return Page("penalty.html", context)


def license_(conn: sqlite3.Connection, ask: Ask) -> Page:
    """What may its holder do, by whose leave, until when?"""
    shown = _has_licenses(ask)
    record = lookups.license_(conn, ask.parts["id"]) if shown else None
    return Page("license.html", {"record": record}) if record else _ended(conn, ask)


def party(conn: sqlite3.Connection, ask: Ask) -> Page:
    """What is on this firm's file?"""
    found = lookups.party(conn, ask.parts["uscc"])
    if found is None:
        raise Problem(404, "no_party")
    rows = lookups.penalties_of(
        conn, found["uscc"], before=_row_id(ask, "before"), limit=PARTY_ROWS + 1
    )
    by_year: dict[str, list[lookups.Row]] = defaultdict(list)
    for row in rows[:PARTY_ROWS]:
        by_year[row["decided_on"][:4]].append(row)
    context = {
        "party": found,
        "entries": lookups.entries_of(conn, found["uscc"]),
        "years": sorted(by_year.items(), reverse=True),
        "more": rows[PARTY_ROWS - 1]["rowid"] if len(rows) > PARTY_ROWS else None,
        "licenses": lookups.licenses_of(conn, found["uscc"], PARTY_LICENSES)
        if _has_licenses(ask)
        else [],
    }
    return Page("party.html", context)


def authority(conn: sqlite3.Connection, ask: Ask) -> Page:
    """What does this authority do, and in time?"""
    found = lookups.authority(conn, ask.parts["code"])
    if found is None:
        raise Problem(404, "no_authority")
    code = found["authority_code"]
    figures = stats.of_penalties(conn, code)
    newest, _ = finder.find(conn, finder.Question("", {"authority": code}), size=NEWEST)
    context = {
        "authority": found,
        "former": lookups.former_names(conn, code, found["name"]),
        "figures": figures,
        "kinds": list(figures.kinds.items()),
        "newest": newest,
        "chart": _month_chart(ask, figures.months),
    }
    return Page("authority.html", context)


def listing(conn: sqlite3.Connection, ask: Ask) -> Page:
    """Who is on this list, why, how does one get off?"""
    found = lookups.one_list(conn, ask.parts["code"])
    if found is None:
        raise Problem(404, "no_list")
    after = _row_id(ask, "after") or 0
    rows = lookups.entries(conn, found["list_code"], after=after, limit=LISTED + 1)
    more = rows[LISTED - 1]["rowid"] if len(rows) > LISTED else None
    return Page(
        "list.html", {"list": found, "entries": rows[:LISTED], "more": more, "after": after}
    )


def lists(conn: sqlite3.Connection, ask: Ask) -> Page:  # noqa: ARG001 - every page is asked alike
    """Which lists are there?"""
    return Page("lists.html", {"lists": lookups.lists(conn)})


def reports(conn: sqlite3.Connection, ask: Ask) -> Page:
    """How much, of what kind, how fast?"""
    whole = finder.tally(conn, finder.Question("", {}))
    figures = ask.edition.statistics
    context = {
        "whole": whole,
        "figures": figures,
        "chart": _month_chart(ask, figures.months),
        "releases": lookups.releases(conn, MONTHS),
        "overrides": lookups.overrides(conn) if "overrides" in ask.edition.tables else [],
    }
    return Page("reports.html", context)


def downloads(conn: sqlite3.Connection, ask: Ask) -> Page:
    """Give me everything: penalties and licences first, then the lists."""
    files = {
        name.removeprefix("downloads/"): file
        for name, file in ask.edition.files.items()
        if name.startswith("downloads/")
    }
    order = sorted(files, key=lambda name: (not name.startswith(("penalties", "licenses")), name))
    titles = {
        f"list-{row['list_code']}.{suffix}": ask.words.title(row)
        for row in lookups.lists(conn)
        for suffix in ("csv", "json")
    } | {f"full_texts.{suffix}": ask.words("full_text") for suffix in ("csv", "json")}
    titles |= {f"licenses.{suffix}": ask.words("table_licenses") for suffix in ("csv", "json")}
    return Page(
        "downloads.html", {"files": {name: files[name] for name in order}, "titles": titles}
    )


def docs(conn: sqlite3.Connection, ask: Ask) -> Page:
    """How do I use the API, a feed, the CSV in a spreadsheet?"""
    newest = lookups.newest(conn, 1)
    return Page("docs.html", {"sample": newest[0] if newest else None, "base": ask.base})


def about(conn: sqlite3.Connection, ask: Ask) -> Page:
    """May I rely on this?"""
    context = {
        "masked": lookups.one(
            conn, "select count(*) as n, sum(redactions > 0) as masked from penalties"
        ),
        "figures": ask.edition.statistics,
        "regimes": ask.edition.regimes,
    }
    return Page("about.html", context)


PAGES: Mapping[str, Maker] = MappingProxyType(
    {
        page.__name__.rstrip("_"): page
        for page in (
            home, search, penalty, license_, party, authority, listing, lists, reports, downloads,
            docs, about,
        )
    }
)  # fmt: skip
"""Every page by the name of its route."""


def _ended(conn: sqlite3.Connection, ask: Ask) -> Page:
    """Say that a record stood here and ended, and why where the law wants the reason published.

    Raises:
        Problem: there was none, or it ended longer ago than the site says so.
    """
    stone = lookups.tombstone(conn, ask.parts["id"])
    if stone is None:
        raise Problem(404, "no_record")
    has_reason = bool(stone["authority"] or stone["doc_no"])
    if (
        not has_reason
        and _days(stone["ended_on"], ask.edition.day) > ask.edition.policy.tombstone_days
    ):
        raise Problem(404, "no_record")
    return Page("ended.html", {"stone": stone, "has_reason": has_reason}, status=410)


def _has_licenses(ask: Ask) -> bool:
    """Say whether the release in force knows licences: one of an earlier version does not."""
    return "licenses" in ask.edition.tables


def _days(start: str, end: str) -> int:
    """Return the days from `start` to `end`."""
    return (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days


def _term(today: str, record: lookups.Row) -> dict[str, int] | None:
    """Return how far a publication has run: `percent` of its days, and the days that are left."""
    start, end = record["published_on"], record["publish_until"]
    if not start or not end:
        return None
    whole, run = max(_days(start, end), 1), _days(start, today)
    return {"percent": min(100, max(0, round(100 * run / whole))), "left": max(whole - run, 0)}


def _regime(ask: Ask, row: str | None) -> str:
    """Return the title of the rule that a policy row belongs to, the row itself where unknown."""
    found = (title for code, title in ask.edition.regimes.items() if row and code in row)
    return next(found, row or "")


def _examples(newest: list[lookups.Row]) -> list[str]:
    """Return three real things to search for: an organisation, a kind of breach, a number."""
    organisations = [row["party"] for row in newest if row["uscc"]]
    breaches = [row["violation_type"] for row in newest if row["violation_type"]]
    numbers = [row["doc_no"] for row in newest if row["doc_no"]]
    return [values[0] for values in (organisations, breaches, numbers) if values]


def _month_chart(ask: Ask, months: Mapping[str, int]) -> dict[str, object]:
    """Return the chart of the last twelve months, and its values for the table beside it."""
    values = stats.last_months(months, ask.edition.day, MONTHS)
    total = sum(n for _, n in values)
    most = max(values, key=lambda value: value[1])
    words = ask.words
    summary = words(
        "chart_summary", total=f"{total:,}", month=words.month(most[0]), n=f"{most[1]:,}"
    )
    bars = [(_short(month), f"{words.month(month)}: {n:,}", n) for month, n in values]
    return {
        "svg": charts.bars(bars, title=words("chart_title"), summary=summary, name="months"),
        "summary": summary,
        "values": [(words.month(month), n) for month, n in reversed(values)],
    }


def _address(path: str, params: Mapping[str, str]) -> str:
    """Return an address for programs, the same in every language."""
    query = urlencode({name: value for name, value in params.items() if value})
    return f"{path}?{query}" if query else path


def _short(month: str) -> str:
    """Return an axis label: the month, and for January the year."""
    year, number = month.split("-")
    return year if number == "01" else str(int(number))


def _row_id(ask: Ask, name: str) -> int | None:
    """Return a place in the publication order.

    Raises:
        Problem: it is not a number.
    """
    text = ask.params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < len(str(2**60))):
        raise Problem(400, "value", name=name, value=text[:40])
    return int(text)
