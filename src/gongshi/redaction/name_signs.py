"""What speaks for and against a name at a place of a sentence, sign by sign.

Signs are of the characters (how usual the surname and the given name are, whether it is a word),
of what stands before (a role, a preposition, the beginning of a clause) and after (a saying, a
mark, the rest of a firm's name), and of words that are divided off instead: a surname that is left
standing alone, a name of the dictionary. What each weighs is in `words/name_weights.txt`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gongshi.redaction import grammar, recogniser
from gongshi.redaction.forms import DOTTED, compact
from gongshi.redaction.spans import overlaps
from gongshi.redaction.vocabulary import (
    AMBIGUOUS,
    BRANDS,
    COMMON_GIVEN,
    COMPOUND,
    EVERYDAY,
    FREQUENT,
    GIVEN_NAMES,
    LIKELY_GIVEN,
    NAME_WEIGHTS,
    NEVER_GIVEN,
    NOUNS,
    PERSON_ENDINGS,
    RARE,
    RARELY_GIVEN,
    SINGLE,
    TRANSLITERATION,
)

Place = tuple[int, int]
Weights = Mapping[str, float]
_SURNAME = re.compile(
    f"[{''.join(sorted(SINGLE | {n[0] for n in COMPOUND}))}](?=\\s{{0,2}}[一-龥])"
)
_BLANKS = re.compile(r"\s{0,2}")
_MASKED = "某"
_LONGEST_SOUND = 6
_LONGEST_NAME = 4
_NEVER = float("-inf")
_MOST_AROUND = 18.0
"""More than all signs around a name weigh together in any text of the corpora."""
_MOST_AFTER = 11.0
_USUAL, _SELDOM = -10.5, -13.0
"""How often characters that no given name of the lists has are words alone."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What may be a name at `start`..`end`, with the signs for and against it.

    `words` is what its characters weigh at least as plain words: a lighter name is on no path.
    """

    start: int
    end: int
    signs: tuple[str, ...]
    words: float = float("-inf")

    def weight(self, weights: Weights) -> float:
        """Return what the signs weigh together."""
        return sum([weights.get(sign, 0.0) for sign in self.signs])


def name_edges(text: str) -> list[Edge]:
    """Return what may be a name in folded `text`."""
    other = (*grammar.QUOTED.finditer(text), *grammar.AMOUNT.finditer(text))
    taken = [match.span() for match in other]
    dotted = (
        Edge(
            start,
            end,
            ("dotted", *_before(text, start), *_sounds(text[start:end]), *_after(text, end)),
        )
        for start, end in _dotted(text)
    )
    edges = (*_han(text), *dotted)
    return [edge for edge in edges if not overlaps(edge.start, edge.end, taken)]


def _han(text: str) -> Iterator[Edge]:
    """Yield what may be a name of surname and given name, without what is hopeless."""
    places = [
        (start, given, end)
        for start, given, end in _places(text)
        if not _is_hopeless(text[start:given], compact(text[given:end]))
        and not grammar.DOCUMENT.match(text, end)
    ]
    times = Counter(compact(text[start:end]) for start, _, end in places)
    before = {start: _before(text, start) for start, _, _ in places}
    after: dict[int, tuple[str, ...]] = {}
    for start, given, end in places:
        surname, rest = text[start:given], compact(text[given:end])
        so_far = _so_far(surname, rest, before[start])
        if so_far + _MOST_AFTER < _as_words(surname + rest):
            continue
        if before[start][0] != "b:role" and _begins_a_company(text, end):
            continue
        if end not in after:
            after[end] = tuple(_after(text, end))
        signs = (
            "name",
            *_together(end - given, before[start], after[end]),
            *_inside(surname, rest),
            f"{_surname_sign(surname)} {before[start][0]}",
            *(["blank"] if end - given > len(rest) else []),
            *(["brand"] if _begins_a_brand(text, start) else []),
            *(["whole"] if _is_whole(before[start], text, end) else []),
            *(["again"] if times[surname + rest] > 1 else []),
        )
        yield Edge(start, end, signs, _as_words(surname + rest))


@lru_cache(maxsize=1 << 18)
def _is_hopeless(surname: str, rest: str) -> bool:
    """Say whether plain words in a name's place weigh more, whatever stood around it."""
    return _so_far(surname, rest, ()) + _MOST_AROUND < _as_words(surname + rest)


@lru_cache(maxsize=1 << 18)
def _so_far(surname: str, rest: str, before: tuple[str, ...]) -> float:
    """Return what a name weighs by its characters and what stands before it."""
    signs = ["name", *_inside(surname, rest), *before, *(f"{len(rest)}{sign}" for sign in before)]
    if before:
        signs.append(f"{_surname_sign(surname)} {before[0]}")
    return sum([NAME_WEIGHTS.get(sign, 0.0) for sign in signs])


@lru_cache(maxsize=1 << 16)
def _as_words(text: str) -> float:
    """Return what the likeliest division of a few characters into words weighs at least."""
    if not text:
        return 0.0
    ways = [_NEVER]
    for end in range(1, len(text) + 1):
        word = text[:end]
        weight = recogniser.weight(word)
        if weight is not None and (end == 1 or not is_a_name(word)):
            ways.append(weight + _worst_of(word) + _as_words(text[end:]))
    return max(ways)


def _worst_of(word: str) -> float:
    """Return the least that the sign of a word, wherever it stands, may weigh."""
    alone = [f"w:{_borne(word)}", "w:other"] if word in SINGLE else ["w:other"]
    signs = alone if len(word) == 1 else [word_sign(word, 0, len(word))]
    return min(NAME_WEIGHTS.get(sign, 0.0) for sign in signs)


def _begins_a_company(text: str, end: int) -> bool:
    """Say whether a company's name goes on at `end`, and no verb comes first."""
    if not grammar.REST_OF_A_COMPANY.match(text, end):
        return False
    return recogniser.kind(recogniser.word_after(text, end))[:1] not in _NO_PART_OF_NAMES


def _begins_a_brand(text: str, start: int) -> bool:
    """Say whether a brand that is a person's name begins at `start`."""
    return text[start : start + 3] in BRANDS or text[start : start + 2] in BRANDS


@lru_cache(maxsize=1 << 14)
def _together(length: int, before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands around a name, each sign alone and with the length and the other side."""
    return (
        *before,
        *after,
        *(f"{min(length, 2)}{sign}" for sign in (*before, *after)),
        *(before[0] + sign for sign in dict.fromkeys(after)),
    )


def _is_whole(before: tuple[str, ...], text: str, end: int) -> bool:
    """Say whether a name stands alone between two marks of punctuation."""
    return before[0] in {"b:start", "b:list"} and grammar.HARD.match(text, end) is not None


def _dotted(text: str) -> Iterator[Place]:
    """Yield the names with · that may stand in the text."""
    for match in DOTTED.finditer(text):
        first, last = text.index("·", match.start()), text.rindex("·", match.start(), match.end())
        for start in range(max(match.start(), first - _LONGEST_SOUND), first):
            for end in range(last + 2, min(match.end(), last + 1 + _LONGEST_SOUND) + 1):
                yield start, end


def _sounds(name: str) -> Iterator[str]:
    """Yield what the characters of a name with · speak."""
    for character in name:
        if character != "·":
            yield "t:sound" if character in TRANSLITERATION else "t:other"


def _places(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (start, start of the given name, end) of each name that may stand in the text."""
    for match in _SURNAME.finditer(text):
        start = match.start()
        if text[start : start + 2] in COMPOUND:
            yield from _given(text, start, start + 2)
        if text[start] in SINGLE:
            yield from _given(text, start, start + 1)


def _given(text: str, start: int, given: int) -> Iterator[tuple[int, int, int]]:
    """Yield the names with one and with two characters from `given` on."""
    end = given
    for _ in range(2):
        character = text[end : end + 1]
        if character.isspace():
            end += len(_BLANKS.match(text, end)[0])  # type: ignore[index]  # it may be empty
            character = text[end : end + 1]
        if not "一" <= character <= "龥" or character == _MASKED:
            return
        end += 1
        if text[end : end + 1] != _MASKED and text[start:end] not in EVERYDAY:
            yield start, given, end


@lru_cache(maxsize=1 << 16)
def _inside(surname: str, rest: str) -> tuple[str, ...]:
    """Return what the characters of a name speak."""
    borne, form = _surname_sign(surname), _given_form(rest)
    signs = [f"length:{len(surname)}{len(rest)}", borne, f"{borne} {form}"]
    if surname in NOUNS:
        signs += ["s:noun", f"s:noun {form}"]
    known = is_a_name(surname + rest)
    for character in rest:
        sign = "g:common" if known else _given_sign(character)
        signs.append("g:of a word" if form not in _OF_CHARACTERS and sign in _UNUSUAL else sign)
    if rest[-1] in grammar.PLACES:
        signs.append("place")
    if rest[-1] in RARELY_GIVEN or rest[-1] in grammar.FUNCTION_CHARACTERS:
        signs.append("last:function")
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


def _surname_sign(surname: str) -> str:
    if len(surname) > 1:
        return "s:compound"
    if surname in AMBIGUOUS:
        return "s:ambiguous"
    if surname in RARE:
        return "s:rare"
    return "s:frequent" if surname in FREQUENT else "s:common"


def _given_sign(character: str) -> str:
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


def _before(text: str, start: int) -> tuple[str, ...]:
    """Return what stands before a name."""
    role = grammar.role_before(text, start)
    last = text[start - 1 : start]
    if role is not None:
        return ("b:loose" if role.loose and not role.label else "b:role",)
    if not last or last in grammar.BREAKS:
        return ("b:start",)
    if last in "、 ":
        return ("b:list" if last == "、" else "b:blank",)
    if last in _NUMERAL:
        return ("b:count",)
    if last in PERSON_ENDINGS:
        return ("b:person",)
    kind = recogniser.kind(recogniser.word_before(text, start))[:1]
    return ("b:brings" if grammar.brings_in(text, start) else "b:other", f"b:{kind}")


_FOLLOWERS = (
    ("a:mark", grammar.MARK),
    ("a:list", re.compile("、")),
    ("a:deed", grammar.DEEDS),
    ("a:say", grammar.SAYING),
    ("a:number", re.compile("[0-9]")),
    ("a:hard", grammar.HARD),
    ("a:soft", grammar.SOFT),
)
"""What may stand after a name; the first that does counts."""


_NO_PART_OF_NAMES = frozenset("vdpcur")
"""Kinds of words that a name of a firm or place seldom goes on with."""


def _after(text: str, end: int) -> Iterator[str]:
    """Yield what stands after a name."""
    kind = recogniser.kind(recogniser.word_after(text, end))[:1]
    if grammar.PART_OF_ANOTHER_NAME.match(text, end):
        yield "a:part verb" if kind in _NO_PART_OF_NAMES else "a:part"
    elif grammar.PART_OF_A_LONGER_NAME.match(text, end):
        yield "a:far verb" if kind in _NO_PART_OF_NAMES else "a:far"
    yield next((sign for sign, pattern in _FOLLOWERS if pattern.match(text, end)), "a:other")
    if "一" <= text[end : end + 1] <= "龥":
        yield f"a:{kind}"


_NUMERAL = frozenset("0123456789一二两三四五六七八九十百几数多每这那该此各半")
_AFTER_SURNAME = frozenset("某姓氏家总工哥姐叔姨婶伯爷妈嫂")


def word_sign(text: str, at: int, end: int) -> str:
    """Return what speaks against a word: a surname seldom stands alone, and a name is no word."""
    if end - at > 1:
        word = text[at:end]
        named = word[0] in SINGLE and len(word) <= _LONGEST_NAME and recogniser.is_name(word)
        plain = word in BRANDS or word[:2] in EVERYDAY
        return f"w:name{len(word)} {_borne(word[0])}" if named and not plain else ""
    if (
        text[at] not in SINGLE
        or text[at - 1 : at] in _NUMERAL
        or text[end : end + 1] in _AFTER_SURNAME
        or grammar.PART_OF_A_LONGER_NAME.match(text, end)
    ):
        return "w:other"
    return f"w:{_borne(text[at])}"


def _borne(surname: str) -> str:
    """Return how a surname is borne: as one that is an everyday word as well, often, seldom."""
    return "noun" if surname in NOUNS else _surname_sign(surname)[2:]


@lru_cache(maxsize=1 << 16)
def is_a_name(word: str) -> bool:
    """Say whether a word of the dictionary is the name of a person and nothing else."""
    return (
        word[0] in SINGLE
        and _borne(word[0]) in {"frequent", "common"}
        and len(word) <= _LONGEST_NAME
        and word not in BRANDS
        and word[:2] not in EVERYDAY
        and recogniser.is_name(word)
    )
