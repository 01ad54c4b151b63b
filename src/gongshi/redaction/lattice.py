"""Names in a sentence: the likeliest way to divide it into words of the dictionary and names.

Every word of the dictionary and every sequence of characters that may be a name is an edge
between two places of the sentence; the heaviest path from its beginning to its end decides. So a
name ends where the next word begins (张三|照做, 李四|毫不知情), and no word is torn: 张 of 张贴 begins
no name, unless everything around says so.

A word weighs the logarithm of how often it is used. A name weighs what its signs weigh together
(`words/name_weights.txt`, made by `bench/weigh_names.py`): how usual its surname and the characters
of its given name are, what stands before it, and what follows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
RUN = re.compile(r"[一-龥]+(?:(?:\s{1,2}|·)[一-龥]+)*")
_NO_WORD = frozenset(" \t\u3000·")
_SURNAME = re.compile(
    f"[{''.join(sorted(SINGLE | {n[0] for n in COMPOUND}))}](?=\\s{{0,2}}[一-龥])"
)
_GIVEN = re.compile(r"\s{0,2}([一-龥])")
_MASKED = "某"
_LONGEST_WORD = 5
_LONGEST_SOUND = 6
_LONGEST_NAME = 4

_USUAL, _SELDOM = -10.5, -13.0
"""Characters that no given name of the lists has: how often they are words alone."""
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Edge:
    """What may be a name at `start`..`end`, with the signs for and against it."""

    start: int
    end: int
    signs: tuple[str, ...]

    def weight(self, weights: Weights) -> float:
        """Return what the signs weigh together."""
        return sum([weights.get(sign, 0.0) for sign in self.signs])


def found(text: str, weights: Weights = NAME_WEIGHTS) -> list[Place]:
    """Return where names stand in folded `text`, one sentence."""
    edges = name_edges(text)
    names = best(text, edges, weights)
    links = Links.of(text, names)
    linked = [links.signed(text, edge) for edge in edges]
    return best(text, linked, weights) if names and linked != edges else names


def best(text: str, edges: Iterable[Edge], weights: Weights) -> list[Place]:
    """Return the names on the heaviest path."""
    return [place for place, is_name in path(text, edges, weights) if is_name]


def path(text: str, edges: Iterable[Edge], weights: Weights) -> list[tuple[Place, bool]]:
    """Return the edges of the heaviest path through all runs with a name edge."""
    ways: dict[int, list[tuple[int, float]]] = {}
    for edge in edges:
        ways.setdefault(edge.start, []).append((edge.end, edge.weight(weights)))
    steps: list[tuple[Place, bool]] = []
    for run in RUN.finditer(text) if ways else ():
        if any(run.start() <= start < run.end() for start in ways):
            steps += _divided(text, run.span(), ways, weights)
    return steps


def _divided(
    text: str, run: Place, ways: Mapping[int, list[tuple[int, float]]], weights: Weights
) -> list[tuple[Place, bool]]:
    """Return the edges of the heaviest path through one run of characters."""
    first, last = run
    reached = dict.fromkeys(range(first, last + 1), _NEVER)
    came: dict[int, tuple[int, bool]] = {}
    reached[first] = 0.0
    for at in range(first, last):
        here = reached[at]
        for end, weight, sign in words(text, at, last):
            there = here + weight + (weights.get(sign, 0.0) if sign else 0.0)
            if there > reached[end]:
                reached[end], came[end] = there, (at, False)
        for end, weight in ways.get(at, ()):
            if end <= last and here + weight > reached[end]:
                reached[end], came[end] = here + weight, (at, True)
    steps: list[tuple[Place, bool]] = []
    at = last
    while at > first:
        before, is_name = came[at]
        steps.append(((before, at), is_name))
        at = before
    return steps[::-1]


def words(text: str, at: int, last: int) -> Iterator[tuple[int, float, str]]:
    """Yield where each word that begins at `at` ends, its weight, and the sign against it."""
    if text[at] in _NO_WORD:
        yield at + 1, 0.0, ""
        return
    for end in range(at + 1, min(at + _LONGEST_WORD, last) + 1):
        weight = recogniser.weight(text[at:end])
        if weight is not None and (end == at + 1 or not _is_a_name(text[at:end])):
            yield end, weight, word_sign(text, at, end)
    for sign, pattern in _NAMES_OF_THINGS:
        match = pattern.match(text, at, last)
        if match:
            yield match.end(), _THING, f"{sign}{min(match.end() - at, 6)}"


_THING = -14.0
_NAMES_OF_THINGS = (("w:place", grammar.PLACE), ("w:firm", grammar.FIRM))
"""Names of places and firms are edges as well: what reads like a person inside is part of them."""


@lru_cache(maxsize=1 << 16)
def _is_a_name(word: str) -> bool:
    """Say whether a word of the dictionary is the name of a person and nothing else."""
    return (
        word[0] in SINGLE
        and _borne(word[0]) in {"frequent", "common"}
        and len(word) <= _LONGEST_NAME
        and word not in BRANDS
        and word[:2] not in EVERYDAY
        and recogniser.is_name(word)
    )


_NUMERAL = frozenset("0123456789一二两三四五六七八九十百几数多每这那该此各半")
_AFTER_SURNAME = frozenset("某姓氏家总工哥姐叔姨婶伯爷妈嫂")


def word_sign(text: str, at: int, end: int) -> str:
    """Return what speaks against a word: a surname seldom stands alone, and a name is no word."""
    if end - at > 1:
        named = text[at] in SINGLE and end - at <= _LONGEST_NAME and recogniser.is_name(text[at:end])
        if not named or text[at:end] in BRANDS:
            return ""
        return f"w:name{end - at} {_borne(text[at])}"
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


def name_edges(text: str) -> list[Edge]:
    """Return what may be a name in folded `text`."""
    quoted = [match.span() for match in grammar.QUOTED.finditer(text)]
    places = [place for place in _places(text) if not overlaps(place[0], place[2], quoted)]
    places = [place for place in places if not grammar.DOCUMENT.match(text, place[2])]
    dotted = [place for place in _dotted(text) if not overlaps(*place, quoted)]
    times = Counter(compact(text[start:end]) for start, _, end in places)
    before = {start: _before(text, start) for start, _, _ in places}
    return [
        Edge(
            start,
            end,
            (
                "name",
                *_together(end - given, before[start], tuple(_after(text, end))),
                *_inside(text, start, given, end),
                f"{_surname_sign(text[start:given])} {before[start][0]}",
                *(["whole"] if _is_whole(before[start], text, end) else []),
                *(["again"] if times[compact(text[start:end])] > 1 else []),
            ),
        )
        for start, given, end in places
    ] + [
        Edge(start, end, ("dotted", *_before(text, start), *_sounds(text[start:end]), *_after(text, end)))
        for start, end in dotted
    ]


def _is_whole(before: tuple[str, ...], text: str, end: int) -> bool:
    """Say whether a name stands alone between two marks of punctuation."""
    return before[0] in {"b:start", "b:list"} and grammar.HARD.match(text, end) is not None


def _together(length: int, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    """Yield what stands around a name, each sign alone and with the length and the other side."""
    yield from before
    yield from after
    for sign in (*before, *after):
        yield f"{min(length, 2)}{sign}"
    for sign in dict.fromkeys(after):
        yield before[0] + sign


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
        match = _GIVEN.match(text, end)
        if match is None or match[1] == _MASKED:
            return
        end = match.end()
        if text[end : end + 1] != _MASKED:
            yield start, given, end


def _inside(text: str, start: int, given: int, end: int) -> Iterator[str]:
    """Yield what the characters of a name speak."""
    surname, rest = text[start:given], compact(text[given:end])
    borne = _surname_sign(surname)
    form = _given_form(rest)
    yield f"length:{len(surname)}{len(rest)}"
    yield borne
    yield f"{borne} {form}"
    if surname in NOUNS:
        yield "s:noun"
        yield f"s:noun {form}"
    for character in rest:
        yield _given_sign(character)
    if end - given > len(rest):
        yield "blank"
    if rest[-1] in grammar.PLACES:
        yield "place"
    if text[start : start + 3] in BRANDS or text[start : start + 2] in BRANDS:
        yield "brand"
    if rest[-1] in RARELY_GIVEN or rest[-1] in grammar.FUNCTION_CHARACTERS:
        yield "last:function"
    if recogniser.is_word(surname + rest):
        yield "word"


def _given_form(rest: str) -> str:
    """Return whether a given name is known, a word of the dictionary, or neither."""
    if rest in GIVEN_NAMES:
        return "given"
    if len(rest) == 1:
        return "given:one"
    if recogniser.weight(rest) is None:
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


@dataclass(frozen=True, slots=True)
class Links:
    """Where a list that holds known names goes on: places where one starts or ends."""

    starts: frozenset[int]
    ends: frozenset[int]

    @classmethod
    def of(cls, text: str, names: Iterable[Place]) -> "Links":
        """Return the links of the lists that `names` stand in."""
        names = list(names)
        onwards = (grammar.LINK.match(text, end) for _, end in names)
        backwards = (start - 1 for start, _ in names if start and text[start - 1] in grammar.LIST)
        return cls(frozenset(m.end() for m in onwards if m), frozenset(backwards))

    def signed(self, text: str, edge: Edge) -> Edge:
        """Return the edge with what its place in such a list says for it."""
        sides = (edge.start in self.starts) + (edge.end in self.ends)
        if not sides:
            return edge
        signs = ["linked"]
        if sides > 1:
            signs.append("linked both")
        elif edge.start in self.starts and grammar.LIST_ENDS.match(text, edge.end):
            signs.append("linked whole")
        return Edge(edge.start, edge.end, (*edge.signs, *signs))
