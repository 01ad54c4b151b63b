"""The bulk engine: the same text as every rule on every cell, only on the rows that need it."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.redaction import Subject
from gongshi.redaction.bulk import redact_frame, suspects
from tests import redaction_corpus as corpus
from tests import redaction_reference as reference
from tests.test_redaction import FRAGMENTS


def test_bulk_text_is_that_of_the_plain_reference() -> None:
    texts = [text.text for name in ("tuning", "seventh") for text in corpus.texts(name, each=6)]
    frame = pl.DataFrame({"facts": texts, "content": texts[::-1]})

    redacted = redact_frame(frame, ["facts", "content"], lambda _: Subject()).frame

    plain = [reference.redact_record(row, Subject()) for row in frame.iter_rows()]
    assert redacted.rows() == [tuple(row) for row in plain]


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=30)), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_the_gate_lets_nothing_through_that_a_rule_would_find(texts: list[str]) -> None:
    frame = pl.DataFrame({"facts": texts}, schema={"facts": pl.String})

    redacted = redact_frame(frame, ["facts"], lambda _: Subject()).frame

    assert redacted["facts"].to_list() == [
        reference.redact_record([text], Subject())[0] for text in texts
    ]


def test_clean_rows_do_not_reach_the_rules() -> None:
    clean = "经营超过保质期的食品，货值金额1234元，2023年4月5日查获，批号20230405。"
    frame = pl.DataFrame({"facts": [clean, "手机13800138000", None]})

    assert suspects(frame, ["facts"]) == [1]


def test_a_name_that_only_the_caller_knows_is_masked_where_forced() -> None:
    frame = pl.DataFrame({"facts": ["甲乙丙的行为违法", "甲乙丙的行为违法"]})
    subject = Subject(masked={"甲乙丙": "甲某某"})

    masked = redact_frame(frame, ["facts"], lambda _: subject, forced=pl.Series([True, False]))

    assert masked.frame["facts"].to_list() == ["甲某某的行为违法", "甲乙丙的行为违法"]
    assert [(row, name, span.start, span.end) for row, name, span in masked.spans] == [
        (0, "facts", 0, 3)
    ]
