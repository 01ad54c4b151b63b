"""Whether the registry is sound: database, ledger, projections, references, deadlines."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from gongshi import ledger, records, retention
from gongshi.errors import GongshiError
from gongshi.rebuild import differences, rebuild
from gongshi.registry import open_registry
from gongshi.scratch import scratch


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it must be."""

    what: str
    where: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A query that must find nothing."""

    what: str
    where: str
    detail: str
    query: str


def _rules(kind: records.Kind) -> tuple[_Nothing, ...]:
    """Return what must not be found among the records of one kind."""
    view, key, state = kind.view, kind.id, kind.open_state
    select = f"select v.{key} from {view} as v"  # noqa: S608
    stem = key.removesuffix("_id")
    return (
        _Nothing(
            "公示期限", view, "期满仍在公示", f"{select} where shown = 1 and publish_until < :today"
        ),
        _Nothing(
            "审核",
            view,
            "未经审核而公示",
            f"{select} left join batches as b on b.batch = v.batch "
            "where v.shown = 1 and b.approved_at is null",
        ),
        _Nothing(
            "状态",
            view,
            "状态与公示标志不符",  # what waits for the next publish does not count
            f"select r.id from {stem}_standing as s join {stem}_records as r on r.rid = s.rid "  # noqa: S608
            f"where s.dirty = 0 and s.shown <> (s.state = '{state}')",
        ),
        _Nothing(
            "序号",
            view,
            "公示中的记录没有对应的新增事件",
            f"{select} left join events as e on e.seq = v.add_seq "
            f"where v.shown = 1 "
            f"and (e.id is not v.{key} or e.op <> 'ADD' or e.type <> '{kind.type}')",
        ),
        _Nothing(
            "墓碑",
            view,
            "公示中的记录有墓碑",
            f"{select} join tombstones as t on t.id = v.{key} where v.shown = 1",
        ),
    )


_NONE_EXPECTED = (
    *(rule for kind in records.PUBLIC for rule in _rules(kind)),
    _Nothing(
        "移送案件",
        "transfers",
        "移送案件不得公示",
        "select transfer_id from transfers where shown or published_on is not null or seq "  # noqa: S608
        "union all select id from events where type not in "
        f"({', '.join(repr(kind.type) for kind in records.PUBLIC)})",
    ),
    _Nothing(
        "序号",
        "events",
        "序号不连续",
        "select max(seq) from events having count(*) <> max(seq) or min(seq) <> 1",
    ),
    _Nothing(
        "引用",
        "list_entries",
        "所依据的处罚不存在",
        "select rid from entry_standing where penalty_id is not null "
        "and penalty_id not in (select id from penalty_records)",
    ),
    _Nothing(
        "引用",
        "batches",
        "账本中没有这一批次",
        "select batch from batches where ledger_n not in (select n from ledger)",
    ),
)

_SHOWN = 5


def verify(conn: sqlite3.Connection, today: date, *, replay: bool = True) -> Iterator[Problem]:
    """Yield every problem of a registry on `today`; `replay` also rebuilds it and compares."""
    for (line,) in conn.execute("pragma integrity_check").fetchall():
        if line != "ok":
            yield Problem("数据库", "registry.db", line)
    for n, detail in ledger.check(conn):
        yield Problem("账本", f"第 {n} 条", detail)
    for rule in _NONE_EXPECTED:
        found = conn.execute(rule.query, {"today": today.isoformat()}).fetchall()
        if found:
            names = "、".join(str(row[0]) for row in found[:_SHOWN])
            yield Problem(rule.what, rule.where, f"{rule.detail}:{len(found)} 条({names})")
    for kind in records.KINDS.values():
        yield from _rows_of(conn, kind)
    yield from _counts(conn)
    yield from _unscrubbed(conn)
    if replay:
        yield from _replayed(conn)


def _unscrubbed(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Yield that erased bytes may still be in the file."""
    if retention.is_due(conn):
        yield Problem("保存期限", "registry.db", "删除的内容尚未从文件中清除,请再运行 publish")


def _rows_of(conn: sqlite3.Connection, kind: records.Kind) -> Iterator[Problem]:
    """Yield what is wrong with the rows of one kind: standing, and content against its hash."""
    (lonely,) = conn.execute(
        f"select (select count(*) from {kind.stem}_records where rid not in "  # noqa: S608
        f"(select rid from {kind.stem}_standing)) + (select count(*) from {kind.stem}_standing "
        f"where rid not in (select rid from {kind.stem}_records))"
    ).fetchone()
    if lonely:
        yield Problem("引用", f"{kind.stem}_standing", f"{lonely} 条记录没有对应的状态")
    rows = conn.execute(
        f"select id, content_hash, {', '.join(kind.content)} from {kind.stem}_records"  # noqa: S608
    )
    types = {
        name: pl.Int64 if name.endswith("_fen") or name == "redactions" else pl.String
        for name in kind.content
    }
    while piece := rows.fetchmany(ledger.CHUNK):
        frame = pl.DataFrame([row[2:] for row in piece], schema=types, orient="row")
        for row, digest in zip(piece, ledger.content_hashes(frame), strict=True):
            if row[1] != digest:
                yield Problem("内容", row[0], "内容与收录时的摘要不符,已被改动或损坏")


def _counts(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Yield where the number of visible records is not what the events add up to."""
    query = "select coalesce(sum((op = 'ADD') - (op = 'DEL')), 0) from events where type = ?"
    for kind in records.PUBLIC:
        (expected,) = conn.execute(query, (kind.type,)).fetchone()
        shows = f"select count(*) from {kind.view} where shown = 1"  # noqa: S608
        (shown,) = conn.execute(shows).fetchone()
        if shown != expected:
            yield Problem("计数", kind.view, f"公示 {shown} 条,按事件应为 {expected} 条")


def _replayed(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Yield where the registry differs from what its ledger gives."""
    home = Path(conn.execute("pragma database_list").fetchone()[2]).parent
    with scratch(home) as folder:
        path = folder / "rebuilt.db"
        try:
            rebuild(conn, path)
        except (GongshiError, ValueError, sqlite3.Error) as exc:
            yield Problem("重放", "ledger", str(exc))
            return
        with closing(open_registry(path)) as new:
            for line in differences(conn, new):
                yield Problem("重放", "registry.db", line)
