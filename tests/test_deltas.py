"""Deltas: every change once, in order, with the record as it stands; an ending alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi import deltas
from gongshi.deltas import Line, Wanted

from . import publishing
from .publishing import Registry


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return publishing.make(tmp_path / "site")


def walk(conn: sqlite3.Connection, since: int, limit: int, wanted: Wanted) -> Iterator[Line]:
    at: int | None = since
    while at is not None:
        page = deltas.changes(conn, since=at, limit=limit, wanted=wanted)
        assert len(page.lines) <= limit
        yield from page.lines
        at = page.next


def test_lines_have_the_keys_of_the_contract(registry: Registry) -> None:
    kept, ended = registry.add(), registry.add(facts="不再公示的事实")
    registry.end(ended, "期满")
    registry.publish()

    with closing(registry.public()) as conn:
        lines = list(walk(conn, 0, 100, deltas.EVERYTHING))

    assert [(line["seq"], line["op"], line["id"]) for line in lines] == [
        (1, "ADD", kept),
        (3, "DEL", ended),
    ]
    assert set(lines[0]) == {"seq", "op", "type", "id", "at", "reason", "basis", "entity"}
    assert set(lines[1]) == set(lines[0]) - {"entity"}
    assert lines[0]["entity"]["penalty_id"] == kept
    assert lines[0]["entity"]["fine_fen"] == 500_000
    assert "不再公示的事实" not in str(lines)


def test_a_change_carries_the_record_as_it_stands(registry: Registry) -> None:
    penalty_id = registry.add(facts="旧")
    registry.change(penalty_id, facts="新一")
    registry.change(penalty_id, facts="新二")
    registry.publish()

    with closing(registry.public()) as conn:
        lines = list(walk(conn, 0, 1, deltas.EVERYTHING))

    assert [(line["op"], line["entity"]["facts"]) for line in lines] == [
        ("ADD", "新二"),
        ("MOD", "新二"),
    ]


def test_a_reader_of_one_list_gets_its_entries_and_every_ending(registry: Registry) -> None:
    registry.add()
    mine = registry.enlist(list_code="YZWF")
    registry.enlist(list_code="NSXYA")
    gone = registry.enlist(list_code="NSXYA")
    registry.end(gone)
    registry.publish()
    wanted = Wanted(penalties=False, lists=frozenset({"YZWF"}))

    with closing(registry.public()) as conn:
        lines = list(walk(conn, 0, 100, wanted))
        assert deltas.pending(conn, since=0, wanted=wanted) == 2

    assert [(line["op"], line["id"]) for line in lines] == [("ADD", mine), ("DEL", gone)]


def test_who_wants_nothing_gets_nothing_and_is_up_to_date(registry: Registry) -> None:
    registry.add()
    registry.publish()

    with closing(registry.public()) as conn:
        wanted = Wanted(penalties=False, lists=frozenset())
        page = deltas.changes(conn, since=0, limit=10, wanted=wanted)

    assert (page.lines, page.to, page.next) == ((), 1, None)


class Reader:
    """Follows a site from release to release, and holds what the lines made."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.cursor = 0
        self.held: dict[str, object] = {}

    def follow(self, conn: sqlite3.Connection) -> None:
        for line in walk(conn, self.cursor, self.limit, deltas.EVERYTHING):
            assert line["seq"] > self.cursor
            self.cursor = line["seq"]
            if line["op"] == "DEL":
                self.held.pop(line["id"], None)
            else:
                self.held[line["id"]] = line["entity"]


def act(registry: Registry, alive: list[str], what: str) -> None:
    """Let one thing happen to a site."""
    if what == "add":
        alive.append(registry.add())
    elif what == "enlist":
        alive.append(registry.enlist())
    elif what == "end" and alive:
        registry.end(alive.pop(len(alive) // 2))
    elif what == "change" and alive and alive[0].startswith("p"):
        registry.change(alive[0], facts=f"第{registry.seq}次")


@settings(deadline=None, max_examples=10)
@given(
    acts=st.lists(st.sampled_from(["add", "end", "change", "enlist", "publish"]), max_size=25),
    limit=st.integers(1, 5),
)
def test_a_reader_who_follows_holds_exactly_what_is_in_force(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str], limit: int
) -> None:
    """Whatever happens, and however rarely one looks, applying the lines gives the release."""
    registry = publishing.make(tmp_path_factory.mktemp("site"))
    reader = Reader(limit)
    alive: list[str] = []
    for what in [*acts, "publish"]:
        if what != "publish":
            act(registry, alive, what)
            continue
        registry.publish()
        with closing(registry.public()) as conn:
            reader.follow(conn)
            in_force = dict(deltas.entities(conn, "penalty", alive))
            in_force |= dict(deltas.entities(conn, "list_entry", alive))
        assert reader.held == in_force
        assert set(reader.held) == set(alive)
    registry.conn.close()
