"""What a dictionary of Chinese words knows: how often a word is used, and whether it is a name.

The dictionary ships in the package, is deterministic, and asks no network. It is loaded with the
first text that has a candidate for a name, so that a host that only serves needs none.

Source: the dictionary of jieba, in the Rust implementation jieba-rs.
"""

import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from gongshi.redaction.vocabulary import words

if TYPE_CHECKING:
    from rjieba import Jieba

_ALL = math.log(60_101_964)
"""The logarithm of the sum of all counts of the dictionary."""
_NAME = "nr"


_OFTEN = 1500
"""How often a word of our own lexicon counts, as most words of law do in the dictionary."""


@cache
def _jieba() -> "Jieba":
    """Return the dictionary with the words of decisions that it lacks."""
    import rjieba  # noqa: PLC0415  not on a serving host

    jieba = rjieba.Jieba()
    for word in words("lexicon"):
        if not jieba.has_word(word):
            jieba.add_word(word, _OFTEN, "v")
    return jieba


@lru_cache(maxsize=1 << 18)
def weight(word: str) -> float | None:
    """Return the logarithm of the share that `word` has in running text; None for no word.

    A single character is always a word, if a rare one.

    >>> weight("安全") > weight("张贴") > weight("琬")
    True
    >>> weight("怡磊") is None
    True
    """
    known = _jieba().has_word(word)
    if not known and len(word) > 1:
        return None
    return math.log(max(1, _jieba().suggest_freq(word) - 1) if known else 1) - _ALL


def is_name(text: str) -> bool:
    """Say whether the dictionary has `text` as a name.

    >>> is_name("秀英"), is_name("安全")
    (True, False)
    """
    return kind(text).startswith(_NAME)


@lru_cache(maxsize=1 << 16)
def is_word(text: str) -> bool:
    """Say whether the dictionary has `text` as a word that is no name."""
    return weight(text) is not None and not is_name(text)


@lru_cache(maxsize=1 << 16)
def kind(word: str) -> str:
    """Return the kind (n, v, nr) of a word of the dictionary, "" where it has none.

    >>> kind("安全"), kind("秀英"), kind("怡磊")
    ('an', 'nr', '')
    """
    if not word or not _jieba().has_word(word):
        return ""
    ((_, tag), *_) = _jieba().tag(word, hmm=False)
    return str(tag)


_LONGEST = 4


def word_before(text: str, at: int) -> str:
    """Return the longest word of the dictionary that ends at `at`."""
    return _last_of(text[max(0, at - _LONGEST) : at])


@lru_cache(maxsize=1 << 16)
def _last_of(text: str) -> str:
    """Return the longest word that a few characters end with."""
    parts = (text[start:] for start in range(len(text)))
    return next((part for part in parts if _jieba().has_word(part)), "")


def word_after(text: str, at: int) -> str:
    """Return the longest word of the dictionary that begins at `at`."""
    return _first_of(text[at : at + _LONGEST])


@lru_cache(maxsize=1 << 16)
def _first_of(text: str) -> str:
    """Return the longest word that a few characters begin with."""
    parts = (text[:end] for end in range(len(text), 0, -1))
    return next((part for part in parts if _jieba().has_word(part)), "")
