"""What a dictionary of Chinese words knows: where words end, their kinds, and which are names.

The segmenter ships its dictionary, is deterministic, and asks no network. It is loaded with the
first text that has a candidate for a name, so that a host that only serves needs none.

Source: the dictionary of jieba, in the Rust implementation jieba-rs.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from types import ModuleType

_NAME = "nr"


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words: kind by where a word starts and by where it ends, and names in it."""

    starting: dict[int, tuple[str, str]]
    ending: dict[int, tuple[str, str]]
    names: frozenset[tuple[int, int]]


@cache
def _jieba() -> ModuleType:
    import rjieba  # noqa: PLC0415  not on a serving host

    return rjieba


def has_word(text: str) -> bool:
    """Say whether the dictionary has `text`.

    >>> has_word("安全"), has_word("怡磊")
    (True, False)
    """
    return bool(_jieba().has_word(text))


@lru_cache(maxsize=1 << 14)
def kind(text: str) -> str:
    """Return the kind of a word of the dictionary, "" where it has none.

    >>> kind("安全"), kind("建国"), kind("怡磊")
    ('an', 'nr', '')
    """
    ((_, tag), *more) = _jieba().tag(text, hmm=False)
    return "" if more else tag


def is_name(text: str) -> bool:
    """Say whether the dictionary has `text` as a name."""
    return kind(text).startswith(_NAME)


def is_word(text: str) -> bool:
    """Say whether the dictionary has `text` as a word that is no name."""
    return has_word(text) and not is_name(text)


def words(text: str) -> Words:
    """Return the words of `text`, and what the model of unknown words calls names."""
    jieba = _jieba()
    starting, ending = {}, {}
    at = 0
    for word in jieba.tag(text, hmm=False):
        starting[at] = word
        at += len(word[0])
        ending[at] = word
    names, at = set(), 0
    for word, tag in jieba.tag(text):
        if len(word) > 1 and tag.startswith(_NAME):
            names.add((at, at + len(word)))
        at += len(word)
    return Words(starting, ending, frozenset(names))
