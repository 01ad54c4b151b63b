"""Where a dictionary of Chinese words sees a person's name that nothing introduces.

A segmenter knows a third of a million words. What it tags as a name, and a surname before
characters that make no word with each other, may be one: the grammar of `names` then says where it
ends and what speaks against it. The segmenter ships its dictionary, is deterministic, and asks no
network.

Source: the dictionary of jieba, in the Rust implementation jieba-rs.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import rjieba

from gongshi.redaction.vocabulary import BRANDS, LIKELY_GIVEN, SINGLE

_NAME = "nr"


@lru_cache(maxsize=1 << 14)
def is_word(text: str) -> bool:
    """Say whether the dictionary has `text` as a word that is no name.

    >>> is_word("安全"), is_word("建国"), is_word("怡磊")
    (True, False, False)
    """
    ((word, tag), *more) = rjieba.tag(text)
    return not more and rjieba.cut(text, hmm=False) == [word] and not tag.startswith(_NAME)


def starts(text: str) -> Iterator[tuple[int, bool]]:
    """Yield where a name may begin, in order, and whether the dictionary says that it is one."""
    at = 0
    for (word, tag), (following, _) in pairwise([*rjieba.tag(text), ("", "")]):
        if word[0] in SINGLE and word not in BRANDS:
            tagged = _tagged(word, tag)
            if tagged or _loose(word, following):
                yield at, tagged
        at += len(word)


def _tagged(word: str, tag: str) -> bool:
    """Say whether the dictionary, or its model of unknown words, takes a word for a name."""
    return len(word) > 1 and tag.startswith(_NAME)


def _loose(word: str, following: str) -> bool:
    """Say whether a surname stands alone before what may be a given name."""
    return len(word) == 1 and 0 < len(following) <= 2 and LIKELY_GIVEN.issuperset(following)  # noqa: PLR2004
