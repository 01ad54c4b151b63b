"""The index that is written in segments is the one that FTS5 would have made row by row."""

import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi import search
from gongshi.publish.fts_segments import BATCH, SegmentWriter

ODD = ("é", "e\u0301标", "㎡", "Σας", "𠀀𠀁字", "①②", "ABC" + "x" * 150, "각", "\u0301", "½", "")
VOCABULARY = "create virtual table temp.v using fts5vocab(main, f, 'instance')"


def written(file: Path, ids: list[int], texts: list[str], batch: int = BATCH) -> sqlite3.Connection:
    """Return the index made in segments, merged by FTS5."""
    conn = sqlite3.connect(file, isolation_level=None)
    conn.execute(f"create virtual table f using fts5(text, {search.FTS_OPTIONS})")
    conn.execute("begin")
    writer = SegmentWriter(conn, "f")
    for start in range(0, len(texts), batch):
        writer.add(ids[start : start + batch], texts[start : start + batch])
    writer.close()
    conn.execute("commit")
    conn.close()
    conn = sqlite3.connect(file, isolation_level=None)
    conn.execute("insert into f(f) values ('optimize')")
    return conn


def native(file: Path, ids: list[int], texts: list[str]) -> sqlite3.Connection:
    """Return the index made by FTS5 row by row."""
    conn = sqlite3.connect(file, isolation_level=None)
    conn.execute(f"create virtual table f using fts5(text, {search.FTS_OPTIONS})")
    conn.execute("begin")
    rows = zip(ids, map(search.tokens, texts), strict=True)
    conn.executemany("insert into f(rowid, text) values (?, ?)", rows)
    conn.execute("commit")
    conn.execute("insert into f(f) values ('optimize')")
    return conn


def leaves(conn: sqlite3.Connection) -> list[bytes]:
    return [
        block for (block,) in conn.execute("select block from f_data where id > 10 order by id")
    ]


def invented(rows: int) -> tuple[list[int], list[str]]:
    dice = random.Random(rows)  # noqa: S311 - invented texts
    chars = [chr(0x4E00 + number) for number in range(400)]
    texts = ["".join(dice.choices(chars, k=40)) + f"〔2026〕{n}号" for n in range(rows)]
    for number in range(0, rows, 7):
        texts[number] += dice.choice(ODD)
    return [3 + number * 2 + (number > rows // 2) * 300_000 for number in range(rows)], texts


@pytest.mark.parametrize("batch", [BATCH, 97])
def test_both_ways_give_the_same_bytes(tmp_path: Path, batch: int) -> None:
    ids, texts = invented(1500)

    ours = written(tmp_path / "a.db", ids, texts, batch)
    theirs = native(tmp_path / "b.db", ids, texts)

    assert leaves(ours) == leaves(theirs)
    totals = "select block from f_data where id = 1"
    assert ours.execute(totals).fetchall() == theirs.execute(totals).fetchall()
    ours.execute("insert into f(f) values ('integrity-check')")
    ours.close()
    theirs.close()


@settings(deadline=None, max_examples=60)
@given(texts=st.lists(st.text("食品安全a1é㎡\u0301Σ각𠀀 ,", max_size=12), max_size=12))
def test_both_ways_hold_the_same_terms(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("terms")
    ids = list(range(1, len(texts) + 1))
    found = []

    for conn in (
        written(folder / "a.db", ids, texts, 5),
        native(folder / "b.db", ids, texts),
    ):
        conn.execute(VOCABULARY)
        found.append(conn.execute("select term, doc from v order by 1, 2").fetchall())
        conn.close()

    assert found[0] == found[1]


def test_an_empty_table_gives_an_empty_index(tmp_path: Path) -> None:
    conn = written(tmp_path / "a.db", [], [])

    assert conn.execute("select count(*) from f where f match '\"食品\"'").fetchone() == (0,)
    conn.close()


def test_one_character_finds_every_row_newest_first(tmp_path: Path) -> None:
    ids, texts = invented(500)
    conn = written(tmp_path / "a.db", ids, texts, 100)

    rows = conn.execute(
        "select rowid from f where f match '\"号\"*' order by rowid desc"
    ).fetchall()

    assert [number for (number,) in rows] == ids[::-1]
    conn.close()
