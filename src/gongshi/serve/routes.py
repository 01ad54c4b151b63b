"""Every address of the site, with the parameters that it takes: anything else is refused.

A parameter that is not here would be a second address of the same page in some cache, or a door
into Datasette that nobody meant to open.
"""

import re
from dataclasses import dataclass

FILTERS = frozenset(
    {"q", "kind", "authority", "category", "region", "year", "severity", "amount", "list"}
)
"""What narrows a search; feeds and exports take the same."""

LANG = frozenset({"lang"})
READ = frozenset({"GET"})


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of address of our own; `name` is its handler in `pages`, `api` or `files`."""

    name: str
    pattern: str
    params: frozenset[str] = LANG
    methods: frozenset[str] = READ

    def fits(self, path: str) -> bool:
        """Say whether a decoded path is of this kind."""
        return re.fullmatch(self.pattern, path) is not None


_CODE = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_FORMAT = r"\.(?P<format>rss|atom|json)"

ROUTES = (
    Route("home", r"/"),
    Route("search", r"/search", FILTERS | LANG | {"before"}),
    Route("penalty", r"/penalty/(?P<id>[^/]{1,64})"),
    Route("license", r"/license/(?P<id>[^/]{1,64})"),
    Route("party", rf"/party/(?P<uscc>{_CODE})", LANG | {"before"}),
    Route("authority", rf"/authority/(?P<code>{_CODE})"),
    Route("listing", rf"/list/(?P<code>{_CODE})", LANG | {"after"}),
    Route("lists", r"/lists"),
    Route("reports", r"/reports"),
    Route("downloads", r"/downloads"),
    Route("docs", r"/docs"),
    Route("about", r"/about"),
    Route("download", r"/downloads/(?P<file>[A-Za-z0-9][A-Za-z0-9._-]{0,99})", frozenset()),
    Route("penalties_feed", rf"/feeds/penalties{_FORMAT}", FILTERS),
    Route("licenses_feed", rf"/feeds/licenses{_FORMAT}", frozenset()),
    Route("list_feed", rf"/feeds/list/(?P<code>{_CODE}){_FORMAT}", frozenset()),
    Route("latest", r"/api/v1/releases/latest", frozenset()),
    Route("api_lists", r"/api/v1/lists", frozenset()),
    Route(
        "api_list", rf"/api/v1/lists/(?P<code>{_CODE})", frozenset({"release", "after", "limit"})
    ),
    Route("changes", r"/api/v1/changes", frozenset({"since", "limit"})),
    Route(
        "api_party", rf"/api/v1/parties/(?P<uscc>{_CODE})", frozenset({"release", "after", "limit"})
    ),
    Route("screen", r"/api/v1/screen", frozenset(), frozenset({"POST"})),
    Route("openapi", r"/api/v1/openapi\.json", frozenset()),
    Route("robots", r"/robots\.txt", frozenset()),
    Route("sitemap", r"/sitemap\.xml", frozenset()),
)

STATIC = re.compile(r"/(?:static|-/static)/[A-Za-z0-9][A-Za-z0-9._-]{0,99}|/favicon\.ico")
"""Files that come with the software; `v` pins the wording's version, for long caching."""

DATA = re.compile(
    r"/public(?:/(?P<table>[A-Za-z][A-Za-z0-9_]{0,63})(?:/(?P<row>[A-Za-z0-9_~-]{1,128}))?)?"
    r"(?:\.(?P<format>json|csv))?"
)
"""What Datasette shows: the database, a table, a row."""


def own(path: str) -> Route | None:
    """Return the route of our own that a decoded path is of."""
    return next((route for route in ROUTES if route.fits(path)), None)
