"""A small site before and after each command, for what cuts a command short."""

import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proofs.command_server import Server

TODAY, LATER, LATE = "2026-03-02", "2026-03-03", "2032-06-01"
_STATE = (
    (
        "select doc_no, authority_code, party, facts, fine_fen, state, shown, disputed, version, "
        "publish_until from penalties order by 1, 2, 3, 4, 5"
    ),
    "select file_sha256, rows, taken, refused, approved_by from batches order by batch",
    "select event, on_day, reason from actions order by n",
    "select op, type, at, count(*) from events group by 1, 2, 3 order by 1, 2, 3",
    "select type, ended_on, reason, doc_no from tombstones order by 1, 2, 3, 4",
    "select kind, count(*) from ledger group by 1 order by 1",
    "select release, seq, penalties from releases order by 1",
)
_SHOWN = (
    "select doc_no, authority_code, party, facts, publish_until from penalties order by 1, 2, 3"
)
State = list[list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Stage:
    """One command: the site on which it is given, its words, how it may end, its states, its time.

    `again` are the exit statuses of the same command when it comes a second time.
    """

    name: str
    site: Path
    words: tuple[str, ...]
    again: tuple[int, ...]
    old: tuple[State, State]
    new: tuple[State, State]
    seconds: float

    def on(self, site: Path) -> tuple[str, ...]:
        """Return the command line for a copy of the site."""
        return ("--root", str(site), *self.words)


def states(site: Path) -> tuple[State, State]:
    """Return what registry and release in force hold, without what is minted anew each time."""
    return _read(site / "var" / "registry.db", _STATE), in_force(site)


def in_force(site: Path) -> State:
    """Return what the release in force shows; without one, nothing."""
    pointer = site / "build" / "CURRENT"
    if not pointer.exists():
        return []
    return _read(site / "build" / "releases" / pointer.read_text() / "public.db", (_SHOWN,))


def _read(database: Path, queries: tuple[str, ...]) -> State:
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        if not conn.execute("select 1 from sqlite_master where name = 'penalties'").fetchone():
            return []
        assert conn.execute("pragma quick_check").fetchall() == [("ok",)]
        found = [conn.execute(query).fetchall() for query in queries]
    return found if any(found) else []


def copy(source: Path, target: Path) -> Path:
    """Copy a site; what no command changes is linked."""
    target.mkdir(parents=True)
    for item in source.iterdir():
        if item.name in {"var", "build"}:
            shutil.copytree(item, target / item.name)
        else:
            (target / item.name).symlink_to(item.resolve())
    return target


def make(home: Path, server: Server, *, rows: int = 60) -> Mapping[str, Stage]:
    """Live through one case of each command and return it as a stage."""
    file, more = home / "三月.csv", home / "四月.csv"
    fresh, named = home / "fresh", home / "named"
    for name in (fresh, named):
        _run(server, "new", str(name))
    policy = named / "schemas" / "policies" / "approval.yml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("default: automatic", "default: named"), "utf-8"
    )
    for target, seed in ((file, "11"), (more, "12")):
        words = ("--rows", str(rows), "--seed", seed, "--out", str(target))
        _run(server, "--today", TODAY, "generate", *words)
    today, later, late = (("--today", day) for day in (TODAY, LATER, LATE))
    ingested = _after(server, fresh, home / "ingested", (*today, "ingest", str(file)))
    waiting = _after(server, named, home / "waiting", (*today, "ingest", str(file)))
    published = _after(server, ingested, home / "published", (*today, "publish"))
    with closing(sqlite3.connect(published / "var" / "registry.db")) as conn:
        (name,) = conn.execute(
            "select penalty_id from penalties where shown = 1 order by 1"
        ).fetchone()
    withdraw = (*later, "withdraw", name, "--reason", "示例原因", "--basis", "《示例法》第一条")
    withdrawn = _after(server, published, home / "withdrawn", withdraw)
    cases: dict[str, _Case] = {
        "ingest": (fresh, (*today, "ingest", str(file)), (0, 1)),
        "ingest more": (published, (*later, "ingest", str(more)), (0, 1)),
        "approve": (waiting, (*today, "approve", "B20260302-0001", "--by", "李示例"), (0, 2)),
        "publish": (ingested, (*today, "publish"), (0,)),
        "withdraw": (published, withdraw, (0,)),
        "publish a withdrawal": (withdrawn, (*later, "publish"), (0,)),
        "rebuild": (published, (*later, "rebuild"), (0,)),
        "retention": (withdrawn, (*late, "publish"), (0,)),
    }
    return {stage: _stage(server, stage, case, home / "ends") for stage, case in cases.items()}


_Case = tuple[Path, tuple[str, ...], tuple[int, ...]]
"""A site, a command line, and how the command may end when it comes a second time."""


def _stage(server: Server, name: str, case: _Case, ends: Path) -> Stage:
    """Run a command once on a copy, and return it with its states and its time."""
    site, words, again = case
    start = time.monotonic()
    after = _after(server, site, ends / name, words)
    seconds = time.monotonic() - start
    return Stage(name, site, words, again, states(site), states(after), seconds)


def _after(server: Server, site: Path, copied: Path, words: tuple[str, ...]) -> Path:
    """Return a copy of a site on which a command was run to its end."""
    copy(site, copied)
    _run(server, "--root", str(copied), *words)
    return copied


def _run(server: Server, *words: str) -> None:
    status = server.run(words)
    assert status in {0, 1}, server.told()


def leftovers(site: Path) -> Iterator[Path]:
    """Yield what a command has left that is neither content nor state: drafts and copies."""
    yield from (site / "build").rglob(".*.tmp")
    yield from (site / "var").glob(".scratch-*")
