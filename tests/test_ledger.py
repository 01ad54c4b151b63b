"""The chain: every change to it is found, and what is erased leaves it intact."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from gongshi import ledger
from gongshi.registry import open_registry, transaction

AT = "2026-11-20T01:00:00+00:00"
SWAP = (
    "update ledger_payloads set payload = (select payload from ledger_payloads "
    "where n = 1 and part = {part}) where n = 2 and part = {part}"
)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_registry(tmp_path / "registry.db")) as connection:
        yield connection


def rows(*texts: str) -> ledger.Rows:
    content = pl.DataFrame({"text": texts}).with_columns(more=pl.lit(None, dtype=pl.String))
    ids = [f"p{n}" for n in range(len(texts))]
    named = content.select(pl.Series("id", ids), *content.columns)
    return ledger.Rows(named, ledger.content_hashes(content))


def write(conn: sqlite3.Connection, *pieces: ledger.Rows) -> int:
    with transaction(conn):
        return ledger.append(conn, "batch", lambda: {"名": "甲"}, pieces, at=AT)


def test_entries_come_back_as_they_were_written(conn: sqlite3.Connection) -> None:
    first = write(conn, rows("甲", "乙"), rows("丙"))
    second = write(conn)

    assert (first, second) == (1, 2)
    assert [frame["text"].to_list() for frame in ledger.frames(conn, 1)] == [["甲", "乙"], ["丙"]]
    assert [entry.header for entry in ledger.entries(conn)] == [{"名": "甲"}] * 2
    assert list(ledger.check(conn)) == []


def test_equal_rows_have_different_leaves(conn: sqlite3.Connection) -> None:
    write(conn, rows("甲"))
    write(conn, rows("甲"))

    leaves = conn.execute("select distinct leaves from ledger_leaves").fetchall()

    assert len(leaves) == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("update ledger set at = '2020-01-01' where n = 2", "链条断裂"),
        ("update ledger set kind = 'day' where n = 1", "链条断裂"),
        ("update ledger set commitment = prev where n = 2", "链条断裂"),
        ("delete from ledger where n = 2", "缺少第 2 条"),
        ("delete from ledger_leaves where n = 2 and part = 1", "承诺值不符"),
        ("update ledger_leaves set leaves = zeroblob(32) where n = 2 and part = 1", "承诺值不符"),
        (SWAP.format(part=1), "被改动"),
        (SWAP.format(part=0), "被改动"),
        ("update ledger_payloads set payload = x'00' where n = 2", "被改动"),
    ],
)
def test_every_change_is_found(conn: sqlite3.Connection, change: str, words: str) -> None:
    for text in ("甲", "乙", "丙"):
        write(conn, rows(text))

    conn.execute(change)

    assert words in " ".join(detail for _, detail in ledger.check(conn))


def test_an_erased_row_is_gone_and_the_chain_stays(conn: sqlite3.Connection) -> None:
    write(conn, rows("甲", "乙", "丙"))

    with transaction(conn):
        gone = ledger.erase(conn, 1, lambda frame: frame["id"] == "p1")

    (frame,) = ledger.frames(conn, 1)
    assert gone == 1
    assert frame["text"].to_list() == ["甲", "丙"]
    assert list(ledger.check(conn)) == []
    (payload,) = conn.execute("select payload from ledger_payloads where part = 1").fetchone()
    assert "乙".encode() not in payload


def test_an_erased_entry_leaves_its_commitment(conn: sqlite3.Connection) -> None:
    write(conn, rows("甲", "乙"))
    write(conn, rows("丙"))

    with transaction(conn):
        gone = ledger.erase(conn, 1)

    assert gone == 2
    assert list(ledger.frames(conn, 1)) == []
    assert [entry.header for entry in ledger.entries(conn)] == [None, {"名": "甲"}]
    assert list(ledger.check(conn)) == []


def test_null_and_empty_text_have_different_hashes() -> None:
    frame = pl.DataFrame({"a": ["", None], "b": ["x", "x"]})

    one, other = ledger.content_hashes(frame)

    assert one != other


def test_where_a_value_ends_matters() -> None:
    frame = pl.DataFrame({"a": ["甲乙", "甲"], "b": ["丙", "乙丙"]})

    one, other = ledger.content_hashes(frame)

    assert one != other
