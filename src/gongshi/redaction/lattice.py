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

from gongshi.redaction import grammar, recogniser
from gongshi.redaction.forms import DOTTED, compact
from gongshi.redaction.spans import overlaps
from gongshi.redaction.vocabulary import (
    AMBIGUOUS,
    BRANDS,
    COMMON_GIVEN,
    COMPOUND,
    FREQUENT,
    GIVEN_NAMES,
    LIKELY_GIVEN,
    NAME_WEIGHTS,
    NEVER_GIVEN,
    NOUNS,
    PERSON_ENDINGS,
    RARELY_GIVEN,
    SINGLE,
    TRANSLITERATION,
)

Place = tuple[int, int]
Weights = Mapping[str, float]
_RUN = re.compile(r"[一-龥]+(?:(?:\s{1,2}|·)[一-龥]+)*")
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
    linked = [Edge(e.start, e.end, (*e.signs, "linked")) if links.has(e) else e for e in edges]
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
    for run in _RUN.finditer(text) if ways else ():
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
        for end, weight in _words(text, at, last, weights):
            if here + weight > reached[end]:
                reached[end], came[end] = here + weight, (at, False)
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


def _words(text: str, at: int, last: int, weights: Weights) -> Iterator[tuple[int, float]]:
    """Yield where each word that begins at `at` ends, and its weight."""
    if text[at] in _NO_WORD:
        yield at + 1, 0.0
        return
    for end in range(at + 1, min(at + _LONGEST_WORD, last) + 1):
        weight = recogniser.weight(text[at:end])
        if weight is not None:
            sign = word_sign(text, at, end)
            yield end, weight + (weights.get(sign, 0.0) if sign else 0.0)


_NUMERAL = frozenset("0123456789一二两三四五六七八九十百几数多每这那该此各半")
_AFTER_SURNAME = frozenset("某姓氏家总工哥姐叔姨婶伯爷妈嫂")


def word_sign(text: str, at: int, end: int) -> str:
    """Return what speaks against a word: a surname seldom stands alone, and a name is no word."""
    if end - at > 1:
        named = text[at] in SINGLE and end - at <= _LONGEST_NAME and recogniser.is_name(text[at:end])
        return "w:name" if named and text[at:end] not in BRANDS else ""
    if (
        text[at] not in SINGLE
        or text[at - 1 : at] in _NUMERAL
        or text[end : end + 1] in _AFTER_SURNAME
        or grammar.PART_OF_A_LONGER_NAME.match(text, end)
    ):
        return "w:other"
    return "w:noun" if text[at] in NOUNS else "w" + _surname_sign(text[at])[1:]


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
                *before[start],
                *_inside(text, start, given, end),
                *_after(text, end),
                *(["again"] if times[compact(text[start:end])] > 1 else []),
            ),
        )
        for start, given, end in places
    ] + [
        Edge(start, end, ("dotted", *_before(text, start), *_sounds(text[start:end]), *_after(text, end)))
        for start, end in dotted
    ]


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
    yield f"length:{len(surname)}{len(rest)}"
    yield _surname_sign(surname)
    if surname in NOUNS:
        yield "s:noun"
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
    if rest in GIVEN_NAMES:
        yield "given"
    elif len(rest) > 1 and recogniser.weight(rest) is not None:
        yield "given:name" if recogniser.is_name(rest) else "given:word"
        if surname in AMBIGUOUS:
            yield "s:ambiguous given:word"
    if recogniser.weight(surname + rest) is not None:
        yield "known" if recogniser.is_name(surname + rest) else "word"


def _surname_sign(surname: str) -> str:
    if len(surname) > 1:
        return "s:compound"
    if surname in FREQUENT:
        return "s:frequent"
    return "s:ambiguous" if surname in AMBIGUOUS else "s:common"


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


def _after(text: str, end: int) -> Iterator[str]:
    """Yield what stands after a name."""
    if grammar.PART_OF_ANOTHER_NAME.match(text, end):
        yield "a:part"
    elif grammar.PART_OF_A_LONGER_NAME.match(text, end):
        yield "a:far"
    yield next((sign for sign, pattern in _FOLLOWERS if pattern.match(text, end)), "a:other")
    if "一" <= text[end : end + 1] <= "龥":
        yield f"a:{recogniser.kind(recogniser.word_after(text, end))[:1]}"


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

    def has(self, edge: Edge) -> bool:
        """Say whether a name stands in such a list."""
        return edge.start in self.starts or edge.end in self.ends
