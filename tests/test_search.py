"""Chinese search: the index, the recheck and the marks agree with a substring search."""

import random
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi import search

HAN = "食品安全店罚款号\u3007"
ALPHABET = HAN + "𠀀2026ab。,()〔〕 \uff05"
texts = st.lists(st.text(ALPHABET, max_size=30), min_size=1, max_size=6)


def indexed(rows: list[str]) -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    conn.execute(f"create virtual table f using fts5(text, {search.FTS_OPTIONS})")
    conn.executemany(
        "insert into f (rowid, text) values (?, ?)",
        ((number, search.tokens(row)) for number, row in enumerate(rows)),
    )
    return conn


def found(conn: sqlite3.Connection, rows: list[str], query: str) -> set[int]:
    expression = search.match(query)
    if expression is None:
        return set()
    hits = conn.execute("select rowid from f where f match ?", (expression,))
    return {number for (number,) in hits if search.confirm(query, [rows[number]])}


def like(rows: list[str], query: str) -> set[int]:
    escaped = search.fold(query).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    conn = sqlite3.connect(":memory:")
    return {
        number
        for number, row in enumerate(rows)
        if conn.execute(
            "select ? like ? escape '\\'", (search.fold(row), f"%{escaped}%")
        ).fetchone()[0]
    }


@settings(deadline=None, max_examples=300)
@given(rows=texts, query=st.text(HAN, min_size=1, max_size=8))
def test_chinese_queries_agree_with_like(rows: list[str], query: str) -> None:
    assert found(indexed(rows), rows, query) == like(rows, query)


@settings(deadline=None, max_examples=300)
@given(rows=texts, place=st.integers(0, 1000), size=st.integers(1, 8))
def test_any_piece_of_a_text_with_a_chinese_character_agrees_with_like(
    rows: list[str], place: int, size: int
) -> None:
    folded = search.fold(rows[0])
    query = folded[place % (len(folded) or 1) :][:size].strip()

    if any(char in HAN for char in query) and " " not in query:
        assert found(indexed(rows), rows, query) == like(rows, query)


def test_every_query_of_two_thousand_drawn_from_texts_agrees_with_like() -> None:
    dice = random.Random(1)  # noqa: S311 - drawn texts
    words = (
        "食品",
        "安全",
        "甲市",
        "示例",
        "有限公司",
        "过期",
        "〔2026〕",
        "号",
        "、",
        "销售",
        "A1",
    )
    rows = ["".join(dice.choices(words, k=30)) for _ in range(300)]
    conn = indexed(rows)
    for _ in range(2000):
        row = dice.choice(rows)
        start = dice.randrange(len(row) - 8)
        query = row[start : start + dice.randint(1, 8)]
        if any("\u4e00" <= char <= "\u9fff" for char in query):
            assert found(conn, rows, query) == like(rows, query), query


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", None),
        ("  ", None),
        ("〔〕", None),
        ("食", '"食"*'),
        ("食品", '"食品"'),
        ("食品 假冒", '"食品" AND "假冒"'),
        ('"食品 假冒"', '"食品" AND "假冒"'),
        ("2026", '"2026"*'),
        ("〔2026〕3号", '"2026" AND "3" AND "号"*'),
        ("26〕3号", '"3" AND "号"*'),
        ("ABC", '"abc"*'),
        ("食品 OR 安全 NEAR(", '"食品" AND "or"* AND "安全" AND "near"'),
        ("食*", '"食"*'),
        ('a"b', '"a"* AND "b"*'),
        ("text:食品", '"食品"'),
    ],
)
def test_a_query_becomes_quoted_terms_only(query: str, expected: str | None) -> None:
    assert search.match(query) == expected


@given(st.text(max_size=60))
def test_no_query_is_a_syntax_error(query: str) -> None:
    conn = indexed(["食品安全"])

    assert found(conn, ["食品安全"], query) <= {0}


def test_a_very_long_query_is_still_answered_exactly() -> None:
    row = "".join(chr(0x4E00 + number) for number in range(300))
    conn = indexed([row, row[:-1]])

    assert found(conn, [row, row[:-1]], row) == {0}


def test_several_words_must_all_occur_in_any_order_and_any_column() -> None:
    assert search.confirm("假冒 食品", ["销售食品", "假冒注册商标", None])
    assert not search.confirm("假冒 药品", ["销售食品", "假冒注册商标"])


def test_full_width_forms_and_capitals_are_the_same() -> None:
    assert search.tokens("ＡＢＣ食品(２０２６)") == search.tokens("abc食品（2026）")


@pytest.mark.parametrize(
    ("query", "text", "spans"),
    [
        ("食品", "食品和食品", [(0, 2), (3, 5)]),
        ("食品 品安", "食品安全", [(0, 3)]),
        ("m2", "面积5㎡", [(3, 4)]),
        ("缺失", "食品", []),
        ("", "食品", []),
    ],
)
def test_marks_cover_what_was_searched(query: str, text: str, spans: list[tuple[int, int]]) -> None:
    assert search.mark(query, text) == spans
