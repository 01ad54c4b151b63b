"""Names in a sentence: the likeliest way to divide it into words of the dictionary and names.

Every word of the dictionary and every sequence of characters that may be a name is an edge
between two places of the sentence; the heaviest path from its beginning to its end decides. So a
name ends where the next word begins (张三|照做, 李四|毫不知情), and no word is torn: 张 of 张贴
begins no name, unless everything around says so. Names of places and firms are edges too.

A word weighs the logarithm of how often it is used. A name weighs what its signs weigh together
(`name_signs`); how the weights were fitted stands at the head of `words/name_weights.txt`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gongshi.redaction import grammar, name_bounds, recogniser
from gongshi.redaction.name_context import word_sign
from gongshi.redaction.name_form import is_a_name
from gongshi.redaction.name_signs import Edge, Place, Weights, name_edges
from gongshi.redaction.vocabulary import NAME_WEIGHTS

RUN = re.compile(r"[一-龥]+(?:(?:\s{1,2}|·)[一-龥]+)*")
_NO_WORD = frozenset(" \t\u3000·")
_LONGEST_WORD = 5
_NEVER = float("-inf")


def found(text: str) -> list[Place]:
    """Return where names stand in folded `text`, one sentence."""
    names = best(text, name_edges(text, spare=0.0), NAME_WEIGHTS)
    links = Links.of(text, names) if names else None
    if not links:
        return names
    edges = name_edges(text, spare=name_bounds.LINKED)
    linked = [links.signed(text, edge) for edge in edges]
    return best(text, linked, NAME_WEIGHTS) if linked != edges else names


def best(text: str, edges: Iterable[Edge], weights: Weights) -> list[Place]:
    """Return the names on the heaviest path."""
    return [place for place, is_name in path(text, edges, weights) if is_name]


def path(text: str, edges: Iterable[Edge], weights: Weights) -> list[tuple[Place, bool]]:
    """Return the edges of the heaviest path through all runs with a name edge."""
    ways: dict[int, list[tuple[int, float]]] = {}
    for edge in edges:
        weight = edge.weight(weights)
        if weight >= edge.words:
            ways.setdefault(edge.start, []).append((edge.end, weight))
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
        if weight is not None and (end == at + 1 or not is_a_name(text[at:end])):
            yield end, weight, word_sign(text, at, end)
    for sign, pattern in _NAMES_OF_THINGS:
        match = pattern.match(text, at, last)
        if match:
            yield match.end(), _THING, f"{sign}{min(match.end() - at, 12)}"


_THING = -14.0
_NAMES_OF_THINGS = (("w:place", grammar.PLACE), ("w:firm", grammar.FIRM))
"""Names of places and firms are edges as well: what reads like a person inside is part of them."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a list that holds known names goes on: places where one starts or ends."""

    starts: frozenset[int]
    ends: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.starts or self.ends)

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
        return replace(edge, signs=(*edge.signs, *signs))
