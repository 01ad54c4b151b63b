"""`public.db`: only what may be seen on its day, built fresh for every release.

Nothing in this file is ever updated after its release or deleted from it: text that was deleted
stays in SQLite's free pages and search index, so what ended must never have been written.
Rows enter in publication order, and the row id is the sequence number of their publication:
newest first is the order of the file and of the search index.

The file is written without a journal, since a build that was cut is thrown away.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.db import DescIndex

from gongshi import search
from gongshi.declarations.list_spec import ListSpec
from gongshi.declarations.policy import Policies, SitePolicy
from gongshi.publish import full_texts, overridden
from gongshi.publish.columns import FACETS, KEYS, LISTS, RELEASES, TABLES
from gongshi.publish.fts_segments import BATCH, SegmentWriter
from gongshi.records import PUBLIC

_PAGE_SIZE = 8192
_CACHE_KIB = 64 << 10

_INDEXES: tuple[tuple[str, tuple[str | DescIndex, ...], bool], ...] = (
    ("penalties", (DescIndex("seq"),), True),
    ("penalties", FACETS["penalties"], False),
    ("penalties", ("authority_code", DescIndex("seq")), False),
    ("penalties", ("uscc",), False),
    ("licenses", (DescIndex("seq"),), True),
    ("licenses", FACETS["licenses"], False),
    ("licenses", ("uscc",), False),
    ("list_entries", (DescIndex("seq"),), True),
    ("list_entries", ("list_code", DescIndex("seq")), False),
    ("list_entries", ("uscc",), False),
    ("list_entries", ("party",), False),
    ("list_entries", ("penalty_id",), False),
    ("events", ("id",), False),
)
"""What pages filter and sort by; unique where the last is True. One of a table holds every facet,
so that counting reads it alone. A column that pages sort newest first is indexed descending: over
an ascending index Datasette's paging loses rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What one release is: its number, its last event, its day, what moved, what is declared.

    `endings` is of how many records it says that they have ended, and of how many of these why:
    both change without an event, as notices go, and as a decision falls that was down already.
    """

    release: int
    seq: int
    day: date
    moves: Mapping[str, int]
    policies: Policies
    overrides: tuple[overridden.Row, ...] = ()
    endings: tuple[int, int] = (0, 0)

    @property
    def lists(self) -> list[ListSpec]:
        """The lists that are in use, by code."""
        return [spec for _, spec in sorted(self.policies.lists.items()) if spec.enabled]


def endings(registry: sqlite3.Connection, day: date, site: SitePolicy) -> tuple[int, int]:
    """Return how many notices of an ending a release of `day` has, and how many that say why."""
    query = f"select count(*), count(authority) from ({_TOMBSTONES})"  # noqa: S608
    count, explained = registry.execute(query, (_told_since(day, site),)).fetchone()
    return int(count), int(explained)


def _told_since(day: date, site: SitePolicy) -> str:
    """Return the first day of which a bare ending is still told."""
    return (day - timedelta(days=site.tombstone_days)).isoformat()


def build(registry: sqlite3.Connection, file: Path, edition: Edition) -> dict[str, int]:
    """Write the public database of `edition` to `file`; return the number of rows by table.

    Reads through `registry`, so that an open transaction's own changes are seen.
    """
    with closing(_open(file)) as public:
        create_tables(public)
        public.execute("begin")
        _fill(registry, public, edition)
        _derive(public, edition)
        for table_and_columns in search.COLUMNS.items():
            _index_text(public, *table_and_columns)
        public.execute("commit")
    with closing(_open(file)) as public:  # anew, since FTS5 remembers which segments there were
        for table in search.COLUMNS:
            public.execute(f"insert into {table}_fts({table}_fts) values ('optimize')")  # noqa: S608
        public.execute("pragma analysis_limit = 1000")
        public.execute("analyze")
        public.execute("pragma journal_mode = delete")
        return {name: _count(public, name) for name in TABLES}


def _open(file: Path) -> sqlite3.Connection:
    """Return a connection that writes as fast as a file that may be thrown away allows."""
    public = sqlite3.connect(file, isolation_level=None)
    for setting in (
        f"page_size = {_PAGE_SIZE}",
        "journal_mode = off",
        "synchronous = off",
        "temp_store = file",  # sorting for an index takes what a cache may take, at any size
        f"cache_size = -{_CACHE_KIB}",
    ):
        public.execute(f"pragma {setting}")
    return public


def create_tables(public: sqlite3.Connection) -> None:
    """Make every table, so that each query of the site works on an empty release too."""
    db = Database(public)
    for name, columns in TABLES.items():
        table = db.table(name)
        table.create({each.name: each.type for each in columns}, pk=KEYS[name], strict=True)
    for indexed in search.COLUMNS:
        public.execute(f"create virtual table {indexed}_fts using fts5(text, {search.FTS_OPTIONS})")


def _fill(registry: sqlite3.Connection, public: sqlite3.Connection, edition: Edition) -> None:
    """Copy what is shown, the events that may be told, and the earlier releases."""
    for table in (kind.view for kind in PUBLIC):
        chosen = ", ".join(each.expression for each in TABLES[table])
        rows = registry.execute(
            f"select r.add_seq, {chosen} from {table} r where r.shown = 1 order by r.add_seq"  # noqa: S608
        )
        _insert(public, table, rows, "rowid")
    policy, day = edition.policies.full_text, edition.day
    chosen_texts = [each.expression for each in TABLES["full_texts"]]
    _insert(public, "full_texts", full_texts.shown(registry, policy, day, chosen_texts), "rowid")
    _insert(public, "events", registry.execute(_EVENTS))
    since = _told_since(day, edition.policies.site)
    _insert(public, "tombstones", registry.execute(_TOMBSTONES, (since,)))
    names = ", ".join(each.name for each in RELEASES)
    earlier = f"select {names} from releases where release < ? order by release"  # noqa: S608
    _insert(public, "releases", registry.execute(earlier, (edition.release,)))
    _insert(public, "overrides", edition.overrides)
    _insert(public, "lists", (_list_row(spec) for spec in edition.lists))


_OF_SHOWN = """
    select e.seq, e.op, e.type, e.id, e.at, e.reason, e.basis
    from {view} p cross join events e on e.seq = p.add_seq where p.shown = 1
    union all
    select e.seq, e.op, e.type, e.id, e.at, e.reason, e.basis
    from {view} p cross join events e on e.seq = p.seq where p.shown = 1 and p.seq > p.add_seq
    union all
"""
_ENDINGS = (
    "select e.seq, e.op, e.type, e.id, e.at, e.reason, e.basis from events e where e.op = 'DEL'"
)
_EVENTS = "".join([*(_OF_SHOWN.format(view=kind.view) for kind in PUBLIC), _ENDINGS])
"""What is shown: how it came, and its last change. What has ended: its ending alone."""

_TOMBSTONES = f"""
    select r.id, r.type, r.ended_on, r.reason, r.basis, r.authority, r.doc_no, r.seq
    from tombstones r
    where {
    " and ".join(
        f"not exists (select 1 from {kind.view} p where p.{kind.id} = r.id and p.shown = 1)"
        for kind in PUBLIC
    )
}
    and (r.authority is not null or r.ended_on >= ?)
    order by r.seq
"""  # noqa: S608
"""That a record expired or was repaired is told for a declared time only."""


def _insert(
    public: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]], *extra: str
) -> None:
    """Insert `rows`: the columns `extra` first, then those of `table` in order."""
    names = [*extra, *(f'"{each.name}"' for each in TABLES[table])]
    marks = ", ".join("?" * len(names))
    public.executemany(f"insert into {table} ({', '.join(names)}) values ({marks})", rows)  # noqa: S608


def _list_row(spec: ListSpec) -> tuple[object, ...]:
    """Return the row of one declared list; its counts follow."""
    values = {
        **spec.model_dump(),
        "list_code": spec.code,
        "basis": ";".join(f"{one.title}{one.number}" for one in spec.legal_basis),
        "entries": 0,
        "seq": 0,
    }
    return tuple(values[each.name] for each in LISTS)


def _derive(public: sqlite3.Connection, edition: Edition) -> None:
    """Fill what follows from the rows: indexes, parties, authorities, totals, counts."""
    db = Database(public)
    for table, names, unique in _INDEXES:
        db.table(table).create_index(names, unique=unique)
    for statement in _DERIVED:
        public.execute(statement)
    moves = edition.moves
    own: dict[str, object] = {
        "release": edition.release,
        "day": edition.day.isoformat(),
        "seq": edition.seq,
        "penalties": _count(public, "penalties"),
        "entries": _count(public, "list_entries"),
        "licenses": _count(public, "licenses"),
        "manifest_sha256": None,
        **moves,
    }
    _insert(public, "releases", [[own[each.name] for each in RELEASES]])
    _insert(public, "counts", _counts(public))


# With exactly one max() in an aggregate SQLite takes the bare columns from that row: the newest.
_DERIVED = (
    """
    insert into parties
    select uscc, party, substr(uscc, 3, 6), penalties, entries, licenses from (
        select uscc, party, sum(kind = 'p') as penalties, sum(kind = 'e') as entries,
            sum(kind = 'l') as licenses, max(seq) from (
            select uscc, party, 'p' as kind, seq from penalties where uscc is not null
            union all
            select uscc, party, 'e', seq from list_entries where uscc is not null
            union all
            select uscc, party, 'l', seq from licenses where uscc is not null
        ) group by uscc
    )
    """,
    """
    insert into authorities
    select authority_code, authority, region_code, penalties, licenses from (
        select authority_code, authority, region_code, sum(penalty) as penalties,
            sum(1 - penalty) as licenses, max(seq) from (
            select authority_code, authority, region_code, 1 as penalty, seq from penalties
            union all
            select authority_code, authority, region_code, 0, seq from licenses
        ) where authority_code is not null group by authority_code
    )
    """,
    """
    update lists set
        entries = (select count(*) from list_entries e where e.list_code = lists.list_code),
        seq = (select coalesce(max(e.seq), 0) from list_entries e
               where e.list_code = lists.list_code)
    """,
    """
    update penalties set list_codes = (
        select group_concat(list_code, ';') from (
            select list_code from list_entries e where e.uscc = penalties.uscc
            union select list_code from list_entries e where e.penalty_id = penalties.penalty_id
            order by 1
        )
    )
    where penalty_id in (
        select p.penalty_id from list_entries e join penalties p on p.uscc = e.uscc
        union select penalty_id from list_entries where penalty_id is not null
    )
    """,
)


def _counts(public: sqlite3.Connection) -> list[tuple[str, str, str, int]]:
    """Return `(table, column, value, n)` for each value of each facet, and `n` of all rows.

    A case of two kinds counts under both; "" stands for an absent value.
    """
    return [row for table, facets in FACETS.items() for row in _counts_of(public, table, facets)]


def _counts_of(
    public: sqlite3.Connection, table: str, facets: Sequence[str]
) -> list[tuple[str, str, str, int]]:
    """Return the counts of one table."""
    found: dict[str, Counter[str]] = {name: Counter() for name in facets}
    names = ", ".join(facets)
    for *values, n in public.execute(
        f"select {names}, count(*) from {table} group by {names}"  # noqa: S608
    ):
        for name, value in zip(facets, values, strict=True):
            each = json.loads(value) if name == "kinds_json" else ["" if value is None else value]
            for one in each:
                found[name][str(one)] += n
    rows = [
        (table, name, value, n)
        for name, counter in found.items()
        for value, n in sorted(counter.items())
    ]
    return [(table, "", "", _count(public, table)), *rows]


def _index_text(public: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
    """Write the search index of a table, in the order of the row ids.

    A single row is left to FTS5, which does not take over a segment that stands alone.
    """
    index = f"{table}_fts"
    writer = SegmentWriter(public, index)
    text = " || char(10) || ".join(f"coalesce({name}, '')" for name in columns)
    rows = public.execute(f"select rowid, {text} from {table} order by rowid")  # noqa: S608
    if _count(public, table) == 1:
        ((rowid, own),) = rows
        insert = f"insert into {index} (rowid, text) values (?, ?)"  # noqa: S608
        public.execute(insert, (rowid, search.tokens(own)))
        return
    while batch := rows.fetchmany(BATCH):
        writer.add(*zip(*batch, strict=True))
    writer.close()


def _count(public: sqlite3.Connection, table: str) -> int:
    """Return the number of rows of `table`."""
    (n,) = public.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
    return int(n)
