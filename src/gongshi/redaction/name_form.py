"""What the characters of a name speak: how usual they are, and whether they are words."""

from functools import lru_cache

from gongshi.redaction import grammar, recogniser
from gongshi.redaction.vocabulary import (
    AMBIGUOUS,
    BRANDS,
    CLOSED,
    COMMON_GIVEN,
    EVERYDAY,
    FREQUENT,
    GIVEN_NAMES,
    LIKELY_GIVEN,
    NEVER_GIVEN,
    NICKNAMES,
    NOUNS,
    RARE,
    RARELY_GIVEN,
    SINGLE,
)

_USUAL, _SELDOM = -10.5, -13.0
"""How often characters that no given name of the lists has are words alone."""
_LONGEST_NAME = 4


@lru_cache(maxsize=1 << 16)
def inside(surname: str, rest: str) -> tuple[str, ...]:
    """Return what the characters of a name speak."""
    borne, form = surname_sign(surname), _given_form(rest)
    signs = [f"length:{len(surname)}{len(rest)}", borne, f"{borne} {form}"]
    if surname in NOUNS:
        signs += ["s:noun", f"s:noun {form}"]
    known = is_a_name(surname + rest)
    for character in rest:
        sign = "g:common" if known else given_sign(character)
        signs.append("g:of a word" if form not in _OF_CHARACTERS and sign in _UNUSUAL else sign)
    if rest[-1] in grammar.PLACES:
        signs.append("place")
    if rest[-1] in RARELY_GIVEN or rest[-1] in grammar.FUNCTION_CHARACTERS:
        signs.append("last:function")
    if rest[-1] in CLOSED:
        signs.append(f"last={rest[-1]}")
    if rest in NICKNAMES:
        signs.append("nickname")
    if recogniser.is_word(surname + rest):
        signs.append("word")
    return tuple(signs)


_OF_CHARACTERS = frozenset({"given:one", "given:two"})
_UNUSUAL = frozenset({"g:usual", "g:other", "g:seldom", "g:rare"})
"""A given name that is a word may have characters that no other has."""


_COUNTED = frozenset("一二三四五六七八九十两几")
"""六家 of 赵六家住 is no word of its own."""


def _given_form(rest: str) -> str:
    """Return whether a given name is known, a word of the dictionary, or neither."""
    if rest in GIVEN_NAMES:
        return "given"
    if len(rest) == 1:
        return "given:one"
    if rest[0] in _COUNTED or recogniser.weight(rest) is None:
        return "given:two"
    return "given:name" if recogniser.is_name(rest) else "given:word"


def surname_sign(surname: str) -> str:
    """Return how usual a surname is."""
    if len(surname) > 1:
        return "s:compound"
    if surname in AMBIGUOUS:
        return "s:ambiguous"
    if surname in RARE:
        return "s:rare"
    return "s:frequent" if surname in FREQUENT else "s:common"


def given_sign(character: str) -> str:
    """Return how usual a character is in given names."""
    if character in NEVER_GIVEN:
        return "g:never"
    if character in RARELY_GIVEN:
        return "g:rare"
    if character in COMMON_GIVEN:
        return "g:common"
    if character in LIKELY_GIVEN:
        return "g:likely"
    weight = recogniser.weight(character) or 0.0
    return "g:usual" if weight > _USUAL else "g:other" if weight > _SELDOM else "g:seldom"


def borne(surname: str) -> str:
    """Return how a surname is borne: as one that is an everyday word as well, often, seldom."""
    return "noun" if surname in NOUNS else surname_sign(surname)[2:]


@lru_cache(maxsize=1 << 16)
def is_a_name(word: str) -> bool:
    """Say whether a word of the dictionary is the name of a person and nothing else."""
    return (
        word[0] in SINGLE
        and borne(word[0]) in {"frequent", "common"}
        and len(word) <= _LONGEST_NAME
        and word not in BRANDS
        and word[:2] not in EVERYDAY
        and recogniser.is_name(word)
    )
