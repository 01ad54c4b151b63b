"""Weigh the signs of names: a conditional random field over all divisions of a sentence.

    python bench/weigh_names.py [--vocabulary FILE …] [--each 12] > …/redaction/words/name_weights.txt

True are the divisions with the planted names of the tuning templates and no others; vocabulary
files are text without names, one piece a line. Scoring templates are never read. Each step makes
the true divisions of a sentence likelier than all others.
"""

import argparse
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from gongshi.redaction import lattice, name_signs, names  # noqa: E402
from gongshi.redaction.folding import fold  # noqa: E402
from gongshi.redaction.lattice import Links  # noqa: E402
from gongshi.redaction.name_signs import Edge, Place  # noqa: E402
from gongshi.redaction.vocabulary import NAME_WEIGHTS  # noqa: E402
from tests import redaction_corpus as corpus  # noqa: E402

_HEAD = """\
# 判断人名的依据与权重 Weights of the signs of a name; see lattice.py.
# Made by bench/weigh_names.py from the tuning templates and vocabulary without names.
"""
_LEAST = 0.05
_RARE = 5
_NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its edges and where its names are."""

    text: str
    edges: list[Edge]
    people: frozenset[Place]
    runs: list[tuple[Place, list[list[tuple[int, float, str]]]]]


def main() -> None:
    """Weigh and print."""
    options = _options()
    rng = random.Random(options.seed)  # noqa: S311
    sentences = [*_of_corpus(options), *_of_vocabulary(options.vocabulary)]
    print(len(sentences), "sentences", file=sys.stderr)
    weights = weighed(sentences, rng, options)
    lines = sorted(((w, sign) for sign, w in weights.items() if abs(w) >= _LEAST), reverse=True)
    print(_HEAD, end="")
    print(*(f"{w:.2f}\t{sign}" for w, sign in lines), sep="\n")


def weighed(
    sentences: list[Sentence], rng: random.Random, options: argparse.Namespace
) -> dict[str, float]:
    """Return the weights after all rounds of stochastic ascent with a step of its own a sign."""
    weights: dict[str, float] = defaultdict(float, NAME_WEIGHTS)
    squares: dict[str, float] = defaultdict(lambda: 1.0)
    for epoch in range(options.rounds):
        rng.shuffle(sentences)
        loss = 0.0
        for sentence in sentences:
            slope, cost = _slope(sentence, weights, rng, options)
            loss += cost
            for sign, much in slope.items():
                much -= options.pull * weights[sign]
                squares[sign] += much * much
                weights[sign] += options.rate * much / math.sqrt(squares[sign])
        print(epoch, round(loss), file=sys.stderr)
    return dict(weights)


def _slope(
    sentence: Sentence,
    weights: Mapping[str, float],
    rng: random.Random,
    options: argparse.Namespace,
) -> tuple[Counter[str], float]:
    """Return what each sign should gain, and how unlikely the truth is."""
    edges = _seen(sentence, rng)
    slope: Counter[str] = Counter()
    cost = 0.0
    for run, words in sentence.runs:
        here = [edge for edge in edges if run[0] <= edge.start < run[1] and edge.end <= run[1]]
        true = [edge for edge in here if (edge.start, edge.end) in sentence.people]
        everything, expected = _expected(run, words, here, weights, None)
        truth, wanted = _expected(run, words, true, weights, true)
        cost += everything - truth
        if everything - truth > 1e-3:
            slope.update(wanted)
            slope.subtract(expected)
    return slope, cost


def _expected(
    run: Place,
    words: list[list[tuple[int, float, str]]],
    edges: list[Edge],
    weights: Mapping[str, float],
    must: list[Edge] | None,
) -> tuple[float, Counter[str]]:
    """Return the logarithm of the sum over all divisions, and how often each sign is expected."""
    first, last = run
    covered = set() if must is None else {i for e in must for i in range(e.start, e.end)}
    bounds = set() if must is None else {i for e in must for i in range(e.start + 1, e.end)}
    steps: list[list[tuple[int, float, object]]] = []
    for at in range(first, last):
        out: list[tuple[int, float, object]] = []
        if at not in covered:
            for end, weight, sign in words[at - first]:
                if must is None or not any(i in covered for i in range(at, end)):
                    out.append((end - first, weight + weights[sign] if sign else weight, sign))
        steps.append(out)
    for edge in edges:
        steps[edge.start - first].append(
            (edge.end - first, sum([weights[s] for s in edge.signs]), edge)
        )
    size = last - first
    ahead = [_NEVER] * size + [0.0]
    for at in range(size - 1, -1, -1):
        ahead[at] = _sum([weight + ahead[end] for end, weight, _ in steps[at]])
    behind = [0.0] + [_NEVER] * size
    expected: Counter[str] = Counter()
    total = ahead[0]
    for at in range(size):
        if behind[at] <= _NEVER / 2:
            continue
        for end, weight, what in steps[at]:
            behind[end] = _sum([behind[end], behind[at] + weight])
            if what:
                share = math.exp(min(0.0, behind[at] + weight + ahead[end] - total))
                if share > 1e-4:
                    for sign in what.signs if isinstance(what, Edge) else (what,):
                        expected[sign] += share
    return total, expected


def _sum(logarithms: list[float]) -> float:
    """Return the logarithm of a sum of numbers given by their logarithms."""
    top = max(logarithms, default=_NEVER)
    return (
        top if top <= _NEVER / 2 else top + math.log(sum([math.exp(v - top) for v in logarithms]))
    )


def _seen(sentence: Sentence, rng: random.Random) -> list[Edge]:
    """Return the edges as they are seen if some of what they stand by is in no list of ours."""
    links = Links.of(sentence.text, sentence.people)
    unknown = rng.random() < 0.25
    unlinked, unlisted = rng.random() < 0.5, rng.random() < 0.7
    edges = []
    for edge in sentence.edges:
        signs = edge.signs
        if unknown:
            signs = tuple(_UNKNOWN.get(sign, sign) for sign in signs)
        if unlisted:
            signs = tuple(re.sub("given$", "given:word", sign) for sign in signs)
        edge = Edge(edge.start, edge.end, signs)
        edges.append(edge if unlinked else links.signed(sentence.text, edge))
    return edges


_UNKNOWN = {"b:role": "b:person", "b:loose": "b:person"}
"""The templates name roles that the lists know; decisions name others as well."""


def _of_corpus(options: argparse.Namespace) -> Iterator[Sentence]:
    """Yield the sentences of the tuning texts with the places of their names."""
    for pool in options.sets:
        for text in corpus.texts(pool, each=options.each, seed=3):
            planted = (*text.secret, *text.public)
            people = {(p.start, p.end) for p in planted if p.kind in {"name", "法人"}}
            yield from _sentences(text.text, people)


def _of_vocabulary(files: list[Path]) -> Iterator[Sentence]:
    """Yield text that names nobody."""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield from _sentences(fold(line).text, set())


def _sentences(text: str, people: Iterable[Place]) -> Iterator[Sentence]:
    """Yield the sentences of a text with something that may be a name."""
    for at, sentence in names.sentences(text):
        here = frozenset((a - at, b - at) for a, b in people if at <= a and b <= at + len(sentence))
        edges = name_signs.name_edges(sentence)
        places = {(edge.start, edge.end) for edge in edges}
        if edges and here <= places:
            yield Sentence(sentence, edges, here, list(_runs(sentence, edges)))


def _runs(
    text: str, edges: list[Edge]
) -> Iterator[tuple[Place, list[list[tuple[int, float, str]]]]]:
    """Yield the runs of a sentence that may hold a name, with their words."""
    starts = {edge.start for edge in edges}
    for run in lattice.RUN.finditer(text):
        if any(run.start() <= start < run.end() for start in starts):
            places = range(run.start(), run.end())
            yield run.span(), [list(lattice.words(text, at, run.end())) for at in places]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--vocabulary", type=Path, nargs="*", default=[])
    parser.add_argument("--sets", nargs="*", default=list(corpus.TUNING))
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--rate", type=float, default=0.3)
    parser.add_argument("--pull", type=float, default=1e-4, help="how much weights are drawn to 0")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
