"""What may reach Datasette: an allow-list of hosts, addresses, methods and decoded parameters.

`admit` is pure: it returns the request as it may go on, or raises the `Problem` that says why not.
Names are compared after decoding, so that `%5fttl` is `_ttl`. A parameter without a value is
dropped: an empty field of a form is no filter.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from gongshi.hosting import host_of
from gongshi.serve.edition import Edition, Table
from gongshi.serve.instance import Scope
from gongshi.serve.problem import Problem
from gongshi.serve.routes import DATA, LANG, STATIC, own
from gongshi.wording import LANGUAGES

MAX_PATH, MAX_QUERY, MAX_PAIRS, MAX_VALUE = 512, 4096, 40, 300
MAX_LISTED, MAX_DIGITS, MAX_WILDCARDS, MAX_PAGE = 100, 18, 2, 1000

_READS = frozenset({"GET", "HEAD"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NUMERIC = frozenset({"gt", "gte", "lt", "lte"})
_LISTED = frozenset({"in", "notin"})
_TEXTUAL = frozenset({"contains", "startswith", "endswith"})
_FLAGS = frozenset({"isnull", "notnull", "isblank", "notblank"})
_LOOKUPS = (
    {"exact", "not", "arraycontains", "arraynotcontains", "date"}
    | _NUMERIC
    | _LISTED
    | _TEXTUAL
    | _FLAGS
)
_ONCE = frozenset({"_search", "_sort", "_sort_desc", "_next", "_size", "_shape", "_labels", "lang"})

Pairs = list[tuple[str, str]]


def admit(scope: Scope, edition: Edition, hosts: Collection[str]) -> Scope:
    """Return the request as it may go on: checked, its language set aside, empty values dropped.

    The scope returned is always a GET or a POST; `gongshi.lang` in it is the language.

    Raises:
        Problem: the request is refused.
    """
    _check_host(scope, hosts)
    path = _path(scope)
    pairs = _pairs(scope["query_string"])
    methods = _check(path, pairs, edition)
    method = "GET" if scope["method"] in _READS else scope["method"]
    if method not in methods:
        allow = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
        raise Problem(405, "method", headers={"Allow": allow}, method=scope["method"][:20])
    kept = [(name, value) for name, value in pairs if name != "lang" and value]
    return {
        **scope,
        "method": method,
        "query_string": urlencode(kept).encode("ascii"),
        "gongshi.lang": language(pairs),
    }


def language(pairs: Pairs) -> str:
    """Return the language asked for, Chinese where none or an unknown one is."""
    asked = dict(pairs).get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _check_host(scope: Scope, hosts: Collection[str]) -> None:
    """Refuse a request for a name that is not ours: links and caches are made from it."""
    if host_of(scope["headers"]) not in hosts:
        raise Problem(400, "host")


def _path(scope: Scope) -> str:
    """Return the decoded path, one spelling for each address.

    Raises:
        Problem: it is too long, not UTF-8, or has control characters, a backslash, `//` or dot
            segments; or it ends with a needless `/`, which is a redirect.
    """
    raw = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
    if len(raw) > MAX_PATH:
        raise Problem(414, "too_long")
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "encoding") from None
    if _CONTROL.search(path) or "\\" in path or "//" in path or {".", ".."} & {*path.split("/")}:
        raise Problem(404, "no_page")
    if len(path) > 1 and path.endswith("/"):
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        place = (raw.rstrip(b"/") + query).decode("latin-1")
        raise Problem(308, "moved", headers={"Location": place})
    return path


def _pairs(query: bytes) -> Pairs:
    """Return the decoded parameters, in order.

    Raises:
        Problem: there are too many, one is too long, or not clean UTF-8.
    """
    if len(query) > MAX_QUERY:
        raise Problem(414, "too_long")
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PAIRS
        )
    except ValueError:
        raise Problem(400, "encoding") from None
    for name, value in pairs:
        if _CONTROL.search(name) or _CONTROL.search(value):
            raise Problem(400, "encoding")
        if len(value) > MAX_VALUE:
            raise Problem(400, "too_long_value", name=name[:40])
    return pairs


def _check(path: str, pairs: Pairs, edition: Edition) -> frozenset[str]:
    """Return the methods of an address, after checking its parameters.

    Raises:
        Problem: there is no such address, or it does not take one of the parameters.
    """
    if route := own(path):
        _only(pairs, route.params)
        return route.methods
    if STATIC.fullmatch(path):
        _only(pairs, {"v"})
    elif found := DATA.fullmatch(path):
        _check_data(found["table"], found["row"], found["format"], pairs, edition)
    else:
        raise Problem(404, "no_page")
    return frozenset({"GET"})


def _check_data(
    name: str | None, row: str | None, suffix: str | None, pairs: Pairs, edition: Edition
) -> None:
    """Check an address of Datasette's own: a shown table, a row, or the list of tables."""
    if name is not None and name not in edition.tables:
        raise Problem(404, "no_table")
    if suffix == "csv" and (name is None or row is not None):
        raise Problem(404, "no_page")
    if name is None or row is not None:
        _only(pairs, LANG | {"_shape"} if suffix else LANG)
    else:
        _check_table(pairs, edition.tables[name])


def _only(pairs: Pairs, allowed: Collection[str]) -> None:
    """Refuse a parameter that the address does not take, and one given twice."""
    names = [name for name, _ in pairs]
    for name in names:
        if name not in allowed:
            raise Problem(400, "parameter", name=name[:40])
        if names.count(name) > 1:
            raise Problem(400, "twice", name=name[:40])


def _check_table(pairs: Pairs, table: Table) -> None:
    """Check the parameters of a table page."""
    names = [name for name, _ in pairs]
    for name in _ONCE.intersection(names):
        if names.count(name) > 1:
            raise Problem(400, "twice", name=name)
    if {"_sort", "_sort_desc"} <= {*names}:
        raise Problem(400, "twice", name="_sort")
    for name, value in pairs:
        if check := _SPECIAL.get(name):
            if value and not check(value, table):
                raise Problem(400, "value", name=name, value=value[:40])
        else:
            _check_filter(name, value, table)


def _check_filter(name: str, value: str, table: Table) -> None:
    """Check one column filter: `column=value` or `column__lookup=value`."""
    column, _, lookup = name.partition("__")
    if column not in table.columns or (lookup or "exact") not in _LOOKUPS:
        raise Problem(400, "parameter", name=name[:40])
    if not _is_fit(lookup, value):
        raise Problem(400, "value", name=name, value=value[:40])


def _is_fit(lookup: str, value: str) -> bool:
    """Say whether a filter's value can be asked without an error or a needless scan."""
    if lookup in _NUMERIC and value.isdigit():
        return value.isascii() and len(value) <= MAX_DIGITS
    if lookup in _TEXTUAL:
        return sum(map(value.count, "%_")) <= MAX_WILDCARDS
    if lookup in _LISTED:
        return _is_short_list(value)
    return True


def _is_short_list(value: str) -> bool:
    """Say whether a value is `a,b,c` or a JSON array of texts and numbers, not too long."""
    if not value.startswith("["):
        return value.count(",") < MAX_LISTED
    try:
        items = json.loads(value)
    except (ValueError, RecursionError):
        return False
    fit = all(isinstance(item, str) or type(item) is float or _is_small(item) for item in items)
    return fit and len(items) <= MAX_LISTED


def _is_small(item: object) -> bool:
    """Say whether an item is an integer that SQLite can hold."""
    return type(item) is int and abs(item) < 10**MAX_DIGITS


def _anything(value: str, table: Table) -> bool:  # noqa: ARG001 - checks are called alike
    """Accept any value."""
    return True


def _is_facet(value: str, table: Table) -> bool:
    """Accept a declared facet."""
    return value in table.facets


def _is_sortable(value: str, table: Table) -> bool:
    """Accept a column that may be sorted by."""
    return value in table.sortable


def _is_column(value: str, table: Table) -> bool:
    """Accept a column."""
    return value in table.columns


def _is_droppable(value: str, table: Table) -> bool:
    """Accept a column that a row can do without."""
    return value in table.columns and value != table.key


def _is_one_of(*values: str) -> Callable[[str, Table], bool]:
    """Return a check that accepts some values."""
    return lambda value, table: value in values  # noqa: ARG005 - checks are called alike


def _is_place(value: str, table: Table) -> bool:  # noqa: ARG001 - checks are called alike
    """Accept what a `next` of a page may look like."""
    return re.fullmatch(r"[\w~$,.:-]{1,200}", value) is not None


def _is_page_size(value: str, table: Table) -> bool:  # noqa: ARG001 - checks are called alike
    """Accept a page size within what is given at once."""
    return value == "max" or (value.isascii() and value.isdigit() and int(value) <= MAX_PAGE)


_SPECIAL: Mapping[str, Callable[[str, Table], bool]] = MappingProxyType(
    {
        "_search": _anything,
        "_facet": _is_facet,
        "_sort": _is_sortable,
        "_sort_desc": _is_sortable,
        "_next": _is_place,
        "_size": _is_page_size,
        "_shape": _is_one_of("array", "arrays", "arrayfirst", "object", "objects"),
        "_col": _is_column,
        "_nocol": _is_droppable,
        "_labels": _is_one_of("on", "off", "1", "0", "true", "false"),
        "lang": _anything,
    }
)
