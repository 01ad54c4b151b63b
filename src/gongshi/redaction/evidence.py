"""How likely characters are a person's name: evidence from all sides, weighed and added up.

Every place where a surname stands before one or two more characters is a candidate. Each thing that
speaks for or against it has a name and a weight (`words/evidence.txt`); a candidate whose weights
add up to `ENOUGH` is a name, and of candidates that overlap the best. The weights are those of a
logistic regression over the labelled corpus and vocabulary without names (`bench/weigh_names.py`).

Characters speak (usual in given names or not), the dictionary (no word reaches into the name, none
is torn by it), what stands before (a role, a person's word, a preposition, the start of a clause),
what stands after (a saying, a deed, a mark, punctuation), and the grammar of `names`.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import groupby

from gongshi.redaction import grammar, recogniser
from gongshi.redaction.forms import SHORT, compact, is_word
from gongshi.redaction.recogniser import Words
from gongshi.redaction.spans import overlaps
from gongshi.redaction.vocabulary import (
    AMBIGUOUS,
    BRANDS,
    COMPOUND,
    EVERYDAY,
    FREQUENT,
    LIKELY_GIVEN,
    NEVER_GIVEN,
    PERSON_ENDINGS,
    RARELY_GIVEN,
    SINGLE,
    WEIGHTS,
)

Place = tuple[int, int]
ENOUGH = -1.0
ALWAYS = WEIGHTS.get("always", 0.0)
_SURNAME = re.compile(
    f"[{''.join(sorted(SINGLE | {n[0] for n in COMPOUND}))}](?=\\s{{0,2}}[一-龥])"
)
_GIVEN = re.compile(r"\s{0,2}([一-龥])")
_MASKED = "某"
_TRADES = frozenset("员工者师手匠户商贩人长医")
_DATED = re.compile(r"[于至自在到从](?=[0-9])")
_FIRM = frozenset({"role", "L:person", "grammar:start", "linked"})
_CLOSED = frozenset({"R:deed", "R:say", "R:mark", "R:punct", "R:end"})
_WEAK = frozenset({"surname:word", "surname:everyday", "pair:word", "given:word", "unlikely"})


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """What may be a name at `start`..`end` of a text, with all that speaks for or against it."""

    start: int
    end: int
    signs: frozenset[str] = field(compare=False)

    @property
    def weight(self) -> float:
        """Return the sum of the weights of the signs."""
        return ALWAYS + sum(WEIGHTS.get(sign, 0.0) for sign in self.signs)


def candidates(text: str, introduced: Collection[Place]) -> list[Candidate]:
    """Return what may be a name in folded `text`, where the grammar has `introduced` names."""
    quoted = [match.span() for match in grammar.QUOTED.finditer(text)]
    starts = (match.start() for match in _SURNAME.finditer(text))
    outside = (at for at in starts if not overlaps(at, at + 1, quoted))
    places = [place for start in outside for place in _places(text, start)]
    if not places:
        return []
    words = recogniser.words(text)
    by_grammar = {start for start, _ in introduced}
    places = [p for p in places if p[0] in by_grammar or _may_start(text, p[0], words)]
    times = Counter(compact(text[start:end]) for start, end in {(p[0], p[2]) for p in places})
    before = {start: frozenset(_before(text, start, words)) for start, _, _ in places}
    linked = Links.of(text, introduced)
    return [
        Candidate(
            start,
            end,
            all_signs(
                before[start],
                {
                    *_characters(text, start, given, end, words),
                    *_after(text, end, words),
                    *(["grammar:start"] if start in by_grammar else []),
                    *(["grammar"] if (start, end) in introduced else []),
                    *(["linked"] if linked.has(start, end) else []),
                    *(["again"] if times[compact(text[start:end])] > 1 else []),
                },
            ),
        )
        for start, given, end in places
    ]


def chosen(text: str, found: Iterable[Candidate]) -> list[Place]:
    """Return where the names are: where one is likely to start its likeliest end, then its list."""
    rest = sorted(_by_start(found), reverse=True)
    names: list[Place] = []
    bonus = 0.0
    while True:
        links = Links.of(text, names)
        more: list[Place] = []
        for score, best in rest:
            place = best.start, best.end
            reached = bonus and "linked" not in best.signs and links.has(*place)
            enough = score + (bonus if reached else 0.0) >= ENOUGH
            if enough and not overlaps(*place, [*names, *more]):
                more.append(place)
        names += more
        if not more:
            return sorted(names)
        bonus = WEIGHTS.get("linked", 0.0)


def _by_start(found: Iterable[Candidate]) -> Iterator[tuple[float, Candidate]]:
    """Yield, for each place where a name may start, how likely it is that one does, and which."""
    for _, group in groupby(found, key=lambda one: one.start):
        ends = sorted(group, key=lambda one: (one.weight, one.end))
        yield math.log(sum(math.exp(one.weight) for one in ends)), ends[-1]


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

    def has(self, start: int, end: int) -> bool:
        """Say whether a name at `start`..`end` stands in such a list."""
        return start in self.starts or end in self.ends


def all_signs(*parts: AbstractSet[str]) -> frozenset[str]:
    """Return all signs of a candidate, with what they mean together."""
    signs = frozenset().union(*parts)
    return signs | _together(signs)


def _may_start(text: str, start: int, words: Words) -> bool:
    """Say whether the surname stands alone or begins a known name, and no word reaches in.

    Everyday words are asked first: the dictionary takes 许可证 for a name.

    Right after a person's word (审核人马…) another division of the words is tried as well.
    """
    if is_word(text, start):
        return False
    if text[start : start + 2] in COMPOUND and start in words.starting:
        return True
    last, word = text[start - 1 : start], words.starting.get(start)
    if word is not None:
        alone = len(word[0]) == 1 or word[1].startswith("nr")
        return alone or last in PERSON_ENDINGS or last in grammar.LIST
    return last in PERSON_ENDINGS and not recogniser.has_word(text[start - 1 : start + 1])


def _places(text: str, start: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, start of the given name, end) of each name that may begin at `start`."""
    compound = text[start : start + 2] in COMPOUND
    if text[start : start + 3] in BRANDS or text[start : start + 2] in BRANDS:
        return
    for given in ([start + 2] if compound else []) + ([start + 1] if text[start] in SINGLE else []):
        end = given
        for _ in range(2):
            match = _GIVEN.match(text, end)
            if match is None or match[1] in NEVER_GIVEN or match[1] == _MASKED:
                break
            end = match.end()
            if text[end : end + 1] != _MASKED and not is_term(text[start:end]):
                yield start, given, end


def is_term(text: str) -> bool:
    """Say whether three characters or more are one word, and no name: 许可证."""
    return len(text) > SHORT and recogniser.is_word(text)


def _characters(text: str, start: int, given: int, end: int, words: Words) -> Iterator[str]:
    """Yield what the characters of a name, and the words that they make, speak."""
    surname, rest = text[start:given], compact(text[given:end])
    yield f"length:{len(surname)}{len(rest)}"
    if surname in AMBIGUOUS:
        yield "surname:word"
    elif surname in FREQUENT:
        yield "surname:frequent"
    if len(surname) == 1 and text[start : start + 2] in EVERYDAY:
        yield "surname:everyday"
    unlikely = sum(character not in LIKELY_GIVEN for character in rest)
    if unlikely:
        yield "unlikely" if unlikely == 1 else "unlikely:both"
    yield from _last(rest[-1])
    if end - given > len(rest):
        yield "blank"
    yield from _inside(surname, rest)
    if (start, end) in words.names:
        yield "segmented"
    yield from _torn(text, end, words)


def _last(character: str) -> Iterator[str]:
    """Yield what the last character of a name speaks."""
    if character in grammar.FUNCTION_CHARACTERS:
        yield "last:function"
    elif character in RARELY_GIVEN:
        yield "last:rare"
    if character in grammar.PLACES:
        yield "last:place"


def _inside(surname: str, rest: str) -> Iterator[str]:
    """Yield what words a name holds."""
    if len(surname) == 1:
        pair = surname + rest[0]
        if recogniser.has_word(pair):
            yield "pair:name" if recogniser.is_name(pair) else "pair:word"
    if len(rest) > 1 and recogniser.has_word(rest):
        yield "given:name" if recogniser.is_name(rest) else "given:word"


def _torn(text: str, end: int, words: Words) -> Iterator[str]:
    """Yield what words the end of a name would tear."""
    if end < len(text) and end not in words.starting:
        yield "torn"
    says = grammar.SAYING.match(text, end - 1) or grammar.DEEDS.match(text, end - 1)
    if (says and says.end() > end) or _DATED.match(text, end - 1):
        yield "torn:saying"
    if recogniser.has_word(text[end - 1 : end + 2]):
        yield "torn:three"
    elif recogniser.has_word(text[end - 1 : end + 1]) and end < len(text):
        yield "torn:two"


def _before(text: str, start: int, words: Words) -> Iterator[str]:
    """Yield what stands before a name."""
    if start not in words.starting:
        yield "L:torn"
    last, word = text[start - 1 : start], words.ending.get(start)
    role = grammar.role_before(text, start)
    if role is not None:
        yield "role:loose" if role.loose and not role.label else "role"
    elif not last or last in grammar.BREAKS:
        yield "L:start"
    elif last in "、 ":
        yield "L:list" if last == "、" else "L:blank"
    elif grammar.brings_in(text, start):
        yield "L:brings"
    elif _ends_a_person(last, word):
        yield "L:person"
    elif word is None:
        yield "L:other"
    else:
        yield f"L:{word[1][:1]}"


def _ends_a_person(last: str, word: tuple[str, str] | None) -> bool:
    """Say whether the character before a name ends what a person is called: 司磅员."""
    return last in PERSON_ENDINGS and (word is None or len(word[0]) > 1 or last in _TRADES)


_FOLLOWERS = (
    ("R:mark", grammar.MARK),
    ("R:end", re.compile(r"\Z")),
    ("R:list", re.compile("、")),
    ("R:number", re.compile("[0-9]")),
    ("R:punct", grammar.HARD),
    ("R:deed", grammar.DEEDS),
    ("R:say", grammar.SAYING),
    ("R:soft", grammar.SOFT),
    ("R:far", grammar.PART_OF_A_LONGER_NAME),
)
"""What may stand after a name; the first that does counts."""


def _after(text: str, end: int, words: Words) -> Iterator[str]:
    """Yield what stands after a name."""
    if grammar.PART_OF_ANOTHER_NAME.match(text, end):
        yield "R:part"
    sign = next((sign for sign, pattern in _FOLLOWERS if pattern.match(text, end)), None)
    word = words.starting.get(end)
    if sign is not None:
        yield sign
    elif word is not None:
        yield f"R:{word[1][:1]}"


def _together(signs: frozenset[str]) -> set[str]:
    """Return what signs mean together: a weak name after a firm beginning, before a clear end."""
    weak = signs & _WEAK
    firm, closed = not _FIRM.isdisjoint(signs), not _CLOSED.isdisjoint(signs)
    both = {f"{sign}&firm" for sign in weak if firm} | {f"{sign}&closed" for sign in weak if closed}
    return both | ({"firm&closed"} if firm and closed else set())
