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

from gongshi.redaction import grammar, name_bounds, recogniser
from gongshi.redaction.forms import DOTTED, compact
from gongshi.redaction.name_context import (
    NO_PART_OF_NAMES,
    after,
    before,
    follower,
    trade_at,
    word_sign,
)
from gongshi.redaction.name_form import borne, inside, is_a_name, surname_sign
from gongshi.redaction.spans import overlaps
from gongshi.redaction.vocabulary import (
    BRANDS,
    COMPOUND,
    EVERYDAY,
    NAME_WEIGHTS,
    SINGLE,
    TRANSLITERATION,
)

Place = tuple[int, int]
NamePlace = tuple[int, int, int]
"""Where a name begins, where its given name begins, where it ends."""
Weights = Mapping[str, float]
_SURNAME = re.compile(
    f"[{''.join(sorted(SINGLE | {n[0] for n in COMPOUND}))}](?=\\s{{0,2}}[一-龥])"
)
_BLANKS = re.compile(r"\s{0,2}")
_MASKED = "某"
_LONGEST_SOUND = 6
_LONGEST_NAME = 4
_NEVER = float("-inf")
MOST_AROUND = 18.0
"""More than all signs around a name weigh together in any text of the corpora."""
MOST_AFTER = 11.0
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


def name_edges(text: str, spare: float = float("inf")) -> list[Edge]:
    """Return what may be a name in folded `text`.

    What weighs less than its characters as plain words by more than `spare` may be left out.
    """
    edges = [*_han(text, spare), *_dotted_edges(text)]
    if not edges:
        return edges
    other = (
        *grammar.QUOTED.finditer(text),
        *grammar.AMOUNT.finditer(text),
        *grammar.BRANDED.finditer(text),
    )
    taken = [match.span() for match in other]
    return [edge for edge in edges if not overlaps(edge.start, edge.end, taken)]


def _dotted_edges(text: str) -> Iterator[Edge]:
    """Yield the names with · that may stand in the text."""
    for start, end in _dotted(text):
        sounds = _sounds(text[start:end])
        yield Edge(start, end, ("dotted", *before(text, start), *sounds, *after(text, end)))


def _han(text: str, spare: float) -> Iterator[Edge]:
    """Yield what may be a name of surname and given name, without what is hopeless."""
    places = _hopeful(text, spare)
    if not places:
        return
    times = Counter(compact(text[start:end]) for start, _, end in places)
    heads = {start: before(text, start) for start, _, _ in places}
    tails: dict[int, tuple[str, ...]] = {}
    for start, given, end in places:
        surname, rest, head = text[start:given], compact(text[given:end]), heads[start]
        if _so_far(surname, rest, head) + MOST_AFTER < _as_words(surname + rest):
            continue
        if head[0] != "b:role" and _begins_a_company(text, end):
            continue
        if end not in tails:
            tails[end] = tuple(after(text, end))
        signs = (
            "name",
            *_together(end - given, head, tails[end]),
            *inside(surname, rest),
            f"{surname_sign(surname)} {head[0]}",
            *(["blank"] if end - given > len(rest) else []),
            *(["brand"] if _begins_a_brand(text, start) else []),
            *_whole(text, start, end),
            *_torn(text, start, end),
            *(["again"] if times[surname + rest] > 1 else []),
        )
        yield Edge(start, end, signs, _as_words(surname + rest))


def _hopeful(text: str, spare: float) -> list[NamePlace]:
    """Return the places where a name may stand, with the others of the same name."""
    places = list(_places(text))
    if not places:
        return places
    blanks = len(text.split()) > 1
    names = [compact(text[a:b]) if blanks else text[a:b] for a, _, b in places]
    recurring = frozenset(names) if len(set(names)) < len(names) else frozenset()
    heads: dict[int, tuple[str, ...]] = {}
    hopeful = set()
    for place, name in zip(places, names, strict=True):
        more = spare + name_bounds.AGAIN if name in recurring else spare
        if name not in hopeful and _may_win(text, place, name, heads, more):
            hopeful.add(name)
    return [
        (start, given, end)
        for (start, given, end), name in zip(places, names, strict=True)
        if name in hopeful
        and not _is_hopeless(text[start:given], compact(text[given:end]))
        and not grammar.DOCUMENT.match(text, end)
        and not grammar.BORN_LATELY.match(text, end)
    ]


def _may_win(
    text: str, place: NamePlace, name: str, heads: dict[int, tuple[str, ...]], spare: float
) -> bool:
    """Say whether a name may weigh more than its characters as plain words, but for `spare`."""
    start, given, end = place
    length, ahead = end - given, text[end : end + name_bounds.WINDOW]
    head = heads.get(start)
    if head is None:
        head = heads[start] = before(text, start)
    surname = text[start:given]
    most = spare + _alone(surname, name) + name_bounds.around(length, head, surname)
    if end - start > len(name):
        most += name_bounds.BLANK
    if _is_pair(text[start - 1 : start + 1]):
        most += name_bounds.TORN_BEFORE
    if _is_pair(text[end - 1 : end + 1]):
        most += name_bounds.TORN[min(end - start, _LONGEST_NAME)]
    if most + name_bounds.most_after(head[0], length, ahead, "") < 0.0:
        return False
    return most + name_bounds.most_after(head[0], length, ahead, follower(text, end)) >= 0.0


@lru_cache(maxsize=1 << 18)
def _alone(surname: str, name: str) -> float:
    """Return what a name weighs by its characters, less what they weigh as plain words."""
    return _so_far(surname, name[len(surname) :], ()) - _as_words(name)


@lru_cache(maxsize=1 << 18)
def _is_hopeless(surname: str, rest: str) -> bool:
    """Say whether plain words in a name's place weigh more, whatever stood around it."""
    return _so_far(surname, rest, ()) + MOST_AROUND < _as_words(surname + rest)


@lru_cache(maxsize=1 << 18)
def _so_far(surname: str, rest: str, before: tuple[str, ...]) -> float:
    """Return what a name weighs by its characters and what stands before it."""
    signs = ["name", *inside(surname, rest), *before, *(f"{len(rest)}{sign}" for sign in before)]
    if before:
        signs.append(f"{surname_sign(surname)} {before[0]}")
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
    alone = [f"w:{borne(word)}", "w:other"] if word in SINGLE else ["w:other"]
    signs = alone if len(word) == 1 else [word_sign(word, 0, len(word))]
    return min(NAME_WEIGHTS.get(sign, 0.0) for sign in signs)


def _begins_a_company(text: str, end: int) -> bool:
    """Say whether a company's name goes on at `end`: with its trade, or with no verb at least."""
    if _begins_a_trade(text, end):
        return True
    if not grammar.REST_OF_A_COMPANY.match(text, end):
        return False
    return recogniser.kind(recogniser.word_after(text, end))[:1] not in NO_PART_OF_NAMES


def _begins_a_trade(text: str, at: int) -> bool:
    """Say whether a trade and the form of a company stand at `at`: 运输有限公司."""
    trade = trade_at(text, at)
    return bool(trade and _COMPANY.match(text, at + len(trade)))


_COMPANY = re.compile("[一-龥]{0,2}(?:股份|有限|责任|公司)")


def _begins_a_brand(text: str, start: int) -> bool:
    """Say whether a brand that is a person's name begins at `start`."""
    return text[start : start + 3] in BRANDS or text[start : start + 2] in BRANDS


@lru_cache(maxsize=1 << 14)
def _together(length: int, before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands around a name, each sign alone and with the length and the other side.

    Signs with = are of single words: they stand alone, since templates are too few for more.
    """
    first = [sign for sign in before if sign[1] != "="]
    last = [sign for sign in after if sign[1] != "="]
    return (
        *before,
        *after,
        *(f"{min(length, 2)}{sign}" for sign in (*first, *last)),
        *(before[0] + sign for sign in dict.fromkeys(last)),
    )


def _whole(text: str, start: int, end: int) -> Iterator[str]:
    """Yield the marks of punctuation that a name alone stands between."""
    first, last = text[start - 1 : start], text[end : end + 1]
    if (not first or first in _MARKS) and (not last or last in _MARKS):
        yield "whole"


def _torn(text: str, start: int, end: int) -> Iterator[str]:
    """Yield whether the name takes a character that makes a word with its neighbour."""
    length = min(end - start, _LONGEST_NAME)
    if _is_pair(text[start - 1 : start + 1]):
        yield "torn before"
    if _is_pair(text[end - 1 : end + 1]):
        yield f"torn{length}"


@lru_cache(maxsize=1 << 16)
def _is_pair(pair: str) -> bool:
    """Say whether two characters are a word."""
    return len(pair) > 1 and recogniser.is_word(pair)


_MARKS = grammar.BREAKS | frozenset("、 ")


def _dotted(text: str) -> Iterator[Place]:
    """Yield the names with · that may stand in the text."""
    for match in DOTTED.finditer(text) if "·" in text else ():
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
