"""Batches into the registry: keys, versions, files that come twice, approval."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from gongshi import ledger
from gongshi.errors import UsageError
from gongshi.merge import Merged, approve, merge
from gongshi.models import PublicTable
from gongshi.packed import packed_whole
from gongshi.records import mint
from gongshi.registry import known_parties, open_registry, transaction
from tests.registry_world import batch, penalty, table


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_registry(tmp_path / "registry.db")) as connection:
        yield connection


def take(conn: sqlite3.Connection, public: PublicTable, **given: object) -> Merged:
    with transaction(conn):
        return merge(conn, public, batch(conn, public, **given))  # type: ignore[arg-type]


def counts(merged: Merged) -> tuple[int, int, int]:
    return merged.added, merged.changed, merged.unchanged


def test_new_rows_are_added_with_ids_that_say_nothing(conn: sqlite3.Connection) -> None:
    merged = take(conn, table(penalty(n) for n in range(3)))

    ids = [name for (name,) in conn.execute("select penalty_id from penalties")]
    assert counts(merged) == (3, 0, 0)
    assert all(len(name) == 16 and name.isalpha() and name[0] == "p" for name in ids)
    assert len(set(ids)) == 3


def test_the_same_file_twice_changes_nothing(conn: sqlite3.Connection) -> None:
    public = table(penalty(n) for n in range(3))
    first = take(conn, public)
    before = list(conn.iterdump())

    again = take(conn, public)

    assert again.repeated
    assert (again.batch, *counts(again), again.unchanged_rows) == (first.batch, 0, 0, 3, 3)
    assert list(conn.iterdump()) == before


def test_the_same_rows_in_another_file_are_unchanged(conn: sqlite3.Connection) -> None:
    take(conn, table([penalty(1), penalty(2)]))

    merged = take(conn, table([penalty(2), penalty(1), penalty(3)]))

    assert counts(merged) == (1, 0, 2)
    assert merged.unchanged_rows == 2
    assert conn.execute("select taken, unchanged from batches order by batch").fetchall() == [
        (2, 0),
        (1, 2),
    ]


def test_a_changed_row_keeps_its_id_and_remembers_what_changed(conn: sqlite3.Connection) -> None:
    take(conn, table([penalty(1)]))
    (before,) = conn.execute("select penalty_id from penalties").fetchone()

    merged = take(conn, table([penalty(1, facts="更正后的事实。", fine_fen=3_000_000)]))

    assert counts(merged) == (0, 1, 0)
    row = conn.execute(
        "select penalty_id, version, facts, fine_fen, first_batch, batch from penalties"
    ).fetchone()
    assert row == (before, 2, "更正后的事实。", 3_000_000, "B20261120-0001", "B20261120-0002")
    assert conn.execute("select version, batch, changed from penalty_versions").fetchall() == [
        (1, "B20261120-0001", "[]"),
        (2, "B20261120-0002", '["facts", "fine_fen"]'),
    ]


@pytest.mark.parametrize("other", ["authority_code", "doc_no_key", "party_key"])
def test_each_part_of_the_key_makes_another_record(conn: sqlite3.Connection, other: str) -> None:
    merged = take(conn, table([penalty(1), penalty(1, **{other: "别的"})]))

    assert counts(merged) == (2, 0, 0)


def test_a_key_twice_in_a_batch_is_refused_unless_word_for_word(conn: sqlite3.Connection) -> None:
    rows = [penalty(1), penalty(1, facts="别的事实。"), penalty(1), penalty(2)]

    merged = take(conn, table(rows))

    assert counts(merged) == (2, 0, 1)
    assert [(found.row, found.rule) for found in merged.findings] == [(3, "V17")]
    assert merged.refused == {("", 3)}
    assert conn.execute("select taken, refused, unchanged from batches").fetchone() == (2, 1, 1)


def test_a_source_row_with_several_parties_counts_once(conn: sqlite3.Connection) -> None:
    public = table([penalty(1), penalty(1, party_key="uscc:B")])
    frame = public.frame.with_columns(pl.lit(7, dtype=pl.UInt32).alias("_row"))
    two_lines = PublicTable(source=public.source, schema="penalty", packed=packed_whole(frame))

    take(conn, two_lines)

    assert conn.execute("select taken from batches").fetchone() == (1,)


def test_a_key_that_is_null_is_a_broken_promise(conn: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="null"):
        take(conn, table([penalty(1, party_key=None)]))

    assert conn.execute("select count(*) from ledger").fetchone() == (0,)


def test_a_control_character_is_a_broken_promise(conn: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="control character"):
        take(conn, table([penalty(1, facts="甲\x1f乙")]))


def test_an_empty_table_is_a_batch_of_nothing(conn: sqlite3.Connection) -> None:
    assert counts(take(conn, table([]))) == (0, 0, 0)
    assert conn.execute("select count(*) from batches").fetchone() == (1,)


def test_a_batch_without_approval_stays_in_the_ledger(conn: sqlite3.Connection) -> None:
    take(conn, table([penalty(1)]))

    merged = take(conn, table([penalty(1, facts="新"), penalty(2)]), approved_by=None)

    assert counts(merged) == (1, 1, 0)
    assert conn.execute("select facts from penalties").fetchall() == [("当事人销售不合格产品。",)]
    with transaction(conn):
        approve(conn, merged.batch, by="李示例")
    assert conn.execute("select facts from penalties order by facts").fetchall() == [
        ("当事人销售不合格产品。",),
        ("新",),
    ]
    assert conn.execute(
        "select approved_by from batches where batch = ?", (merged.batch,)
    ).fetchone() == ("李示例",)


def test_a_batch_approved_late_changes_nothing_newer(conn: sqlite3.Connection) -> None:
    waiting = take(conn, table([penalty(1, facts="旧")]), approved_by=None)
    take(conn, table([penalty(1, facts="新")]))

    with transaction(conn):
        approve(conn, waiting.batch, by="李示例")

    assert conn.execute("select facts, version from penalties").fetchone() == ("新", 1)


@pytest.mark.parametrize(
    ("name", "by", "words"),
    [
        ("B19990101-0001", "李示例", "没有批次"),
        ("B20261120-0001", "李示例", "已由"),
        ("B20261120-0002", " ", "请写明审核人"),
        ("B20261120-0002", "王示例", "另一人"),
    ],
)
def test_an_approval_that_cannot_be_is_refused(
    conn: sqlite3.Connection, name: str, by: str, words: str
) -> None:
    take(conn, table([penalty(1)]))
    take(conn, table([penalty(2)]), approved_by=None, override_by="王示例")

    with pytest.raises(UsageError, match=words), transaction(conn):
        approve(conn, name, by=by)


def test_the_latest_name_of_a_code_is_known(conn: sqlite3.Connection) -> None:
    take(conn, table([penalty(1, uscc="A", party="旧名"), penalty(2, uscc=None)]))
    take(conn, table([penalty(3, uscc="A", party="新名")]))

    assert known_parties(conn, ["A", "B"]) == {"A": "新名"}


def test_minted_ids_are_letters_only_and_sorted() -> None:
    ids = mint("e", 5_000)

    assert ids == sorted(set(ids))
    assert all(len(name) == 16 and name.isalpha() and name.startswith("e") for name in ids)


def test_the_ledger_holds_the_rows_as_they_were_accepted(conn: sqlite3.Connection) -> None:
    public = table(penalty(n) for n in range(3))

    take(conn, public)

    (frame,) = ledger.frames(conn, 1)
    assert (
        frame.drop("id").sort("doc_no").equals(public.frame.drop("_sheet", "_row").sort("doc_no"))
    )
