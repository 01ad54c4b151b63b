"""Packed tables are the tables that were packed, in whatever blocks they lie."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.packed import Packed, joined, packed, packed_whole
from gongshi.table_schema import load
from gongshi.validate import Context, stage, validate

from .penalty_rows import TODAY, dirty_row, table_of

PENALTY = load(Path(__file__).parents[1] / "schemas", "penalty")
TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=12)
SIZES = st.integers(1, 5)


def table(texts: list[str | None], size: int) -> tuple[pl.DataFrame, Packed]:
    """Return lines, and the same packed in blocks of `size`."""
    frame = pl.DataFrame(
        {"text": pl.Series(texts, dtype=pl.String)}, schema={"text": pl.String}
    ).with_row_index("at")
    blocks = [frame.clear(), *(frame[at : at + size] for at in range(0, frame.height, size))]
    return frame, packed(blocks)


@settings(max_examples=50, deadline=None)
@given(TEXTS, SIZES)
def test_what_is_unpacked_is_what_was_packed(texts: list[str | None], size: int) -> None:
    frame, lines = table(texts, size)

    assert lines.height == frame.height
    assert lines.schema == frame.schema
    assert lines.whole().equals(frame)
    assert lines.only("text").equals(frame.select("text"))
    assert packed_whole(frame).whole().equals(frame)
    assert joined([lines, lines]).whole().equals(pl.concat([frame, frame]))
    assert len(list(lines)) == max(-(-frame.height // size), 1)


def test_a_block_holds_nothing_of_lines_that_were_left_out_or_rewritten() -> None:
    long = pl.DataFrame({"text": ["".join(map(chr, range(0x4E00, 0x6000))), "short"]})
    masked = long.with_columns(text=pl.col("text").str.head(20))

    assert size_of(packed([long])) > 10 * size_of(packed([long[1:]]))
    assert size_of(packed([long])) > 10 * size_of(packed([masked]))


def size_of(lines: Packed) -> int:
    """Return the bytes that a packed table takes."""
    return len(b"".join(lines._blocks))  # noqa: SLF001  no other way to see what is held


@settings(max_examples=50, deadline=None)
@given(TEXTS, SIZES, st.data())
def test_lines_are_drawn_in_any_order(
    texts: list[str | None], size: int, data: st.DataObject
) -> None:
    frame, lines = table(texts, size)
    drawn = data.draw(st.permutations(range(frame.height)))
    order = pl.Series(drawn[: data.draw(st.integers(0, frame.height))], dtype=pl.UInt32)

    assert lines.at(order).equals(frame[order])
    blocks = list(lines.in_order(order, size=size))
    assert pl.concat(blocks).equals(frame[order])
    assert all(block.height == size for block in blocks[:-1])


@settings(max_examples=50, deadline=None)
@given(TEXTS, SIZES, st.data())
def test_lines_are_dealt_into_blocks_in_their_order(
    texts: list[str | None], size: int, data: st.DataObject
) -> None:
    frame, lines = table(texts, size)
    each = st.one_of(st.none(), st.integers(0, 3))
    height = frame.height
    drawn = data.draw(st.lists(each, min_size=height, max_size=height))
    numbers = pl.Series(drawn, dtype=pl.UInt32)

    blocks = [block for block in lines.dealt(numbers, frame["at"]) if block.height]

    expected = [frame.filter(numbers == each) for each in numbers.unique().drop_nulls().sort()]
    assert len(blocks) == len(expected)
    assert all(map(pl.DataFrame.equals, blocks, expected))


@pytest.mark.parametrize(("seed", "size"), [(1, 1), (2, 7), (3, 64)])
def test_a_table_judged_in_blocks_has_the_verdicts_of_the_whole(seed: int, size: int) -> None:
    dirty = table_of(PENALTY, 120, seed, lambda rng, n: dirty_row(rng, n, PENALTY.names))
    raw = replace(dirty, frame=pl.concat([dirty.frame, dirty.frame]))  # V17 across blocks
    context = Context(today=TODAY, calendar=lambda decided, received: 9)
    whole = validate(raw, PENALTY, context)

    with patch.object(stage, "LINES", size):
        parts = validate(raw, PENALTY, context)

    assert {finding.rule for finding in whole.findings} > {"V17", "V21"}
    assert parts.findings == whole.findings
    assert parts.frame.equals(whole.frame)
    assert (parts.rows, parts.refused) == (whole.rows, whole.refused)
