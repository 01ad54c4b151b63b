"""What is given up early would have won nowhere: bounds against every candidate weighed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.redaction import name_bounds, names
from gongshi.redaction.folding import fold
from gongshi.redaction.name_signs import Edge, name_edges
from gongshi.redaction.vocabulary import NAME_WEIGHTS
from tests import redaction_corpus as corpus
from tests.test_redaction import FRAGMENTS

SETS = (*corpus.TUNING, *corpus.SCORING)


@pytest.mark.parametrize("name", SETS)
def test_every_candidate_of_the_templates_that_may_win_is_kept(name: str) -> None:
    sentences = {s for text in corpus.texts(name, each=1) for s in sentences_of(text.text)}

    missing = [(sentence, edge) for sentence in sentences for edge in lost(sentence)]

    assert missing == []
    assert any(name_edges(sentence) for sentence in sentences)


@given(st.lists(st.one_of(FRAGMENTS, st.text("张王李三丰 在公司由，、：说的五“店路", max_size=12))))
@settings(max_examples=300, deadline=None)
def test_every_candidate_of_any_text_that_may_win_is_kept(parts: list[str]) -> None:
    for sentence in sentences_of("".join(parts)):
        assert lost(sentence) == []


def test_most_candidates_of_a_sentence_without_names_are_given_up() -> None:
    sentence = "当事人销售的机油滤清器经抽样检验不合格，在乙市开发区生产不符合国家标准的产品"

    assert len(name_edges(sentence)) > len(name_edges(sentence, spare=0.0))


def sentences_of(text: str) -> list[str]:
    return [sentence for _, sentence in names.sentences(fold(text).text)]


def lost(sentence: str) -> list[tuple[float, Edge]]:
    """Return the candidates that are on some path and were given up, with what was spared."""
    return [
        (spare, edge)
        for spare in (0.0, name_bounds.LINKED)
        for edge in set(name_edges(sentence)) - set(name_edges(sentence, spare))
        if edge.weight(NAME_WEIGHTS) >= edge.words - spare
    ]
