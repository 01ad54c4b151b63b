"""Weigh the signs of names: a conditional random field over all divisions of a sentence.

    python bench/weigh_names.py [--vocabulary FILE …] > …/redaction/words/name_weights.txt

True are the divisions with the planted names of the tuning templates and no others; vocabulary
files are text without names, one piece a line. Scoring templates are never read. Each step makes
the true divisions of a sentence likelier against all others.
"""

import argparse
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from gongshi.redaction import lattice, name_signs, names  # noqa: E402
from gongshi.redaction.folding import fold  # noqa: E402
from gongshi.redaction.lattice import Links  # noqa: E402
from gongshi.redaction.name_signs import Edge, Place  # noqa: E402
from tests import redaction_corpus as corpus  # noqa: E402

Word = tuple[int, float, str]
"""Where a word ends, its weight, and the sign against it."""
Step = tuple[int, float, tuple[str, ...]]
"""Where an edge ends, its weight, and its signs."""
Steps = Sequence[Sequence[Step]]
"""The edges from each place of a run."""

_HEAD = """\
# 判断人名的依据与权重 Weights of the signs of a name; see name_signs.py.
# Made by bench/weigh_names.py from the tuning templates and vocabulary without names.
"""
_LEAST = 0.05
_NEVER = -1e9
_SURE, _TINY = 1e-3, 1e-4
_UNKNOWN, _UNLINKED, _UNLISTED = 0.25, 0.5, 0.7
"""Shares of sentences that are weighed as if roles, lists of names, given names were unknown."""
_ROLES = re.compile("b:role|b:loose")
_LABEL = "b=label"
_UNBOUND = 1e9


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its edges, where its names are, and the words of each run."""

    text: str
    edges: list[Edge]
    people: frozenset[Place]
    runs: list[tuple[Place, list[list[Word]]]]


def main() -> None:
    """Weigh and print."""
    options = _options()
    name_signs.MOST_AROUND = name_signs.MOST_AFTER = _UNBOUND  # weigh what is hopeless as well
    sentences = [*_of_corpus(options), *_of_vocabulary(options.vocabulary)]
    print(len(sentences), "sentences", file=sys.stderr)
    weights = weighed(sentences, options)
    lines = sorted(((w, sign) for sign, w in weights.items() if abs(w) >= _LEAST), reverse=True)
    print(_HEAD, end="")
    print(*(f"{w:.2f}\t{sign}" for w, sign in lines), sep="\n")


def weighed(sentences: list[Sentence], options: argparse.Namespace) -> dict[str, float]:
    """Return the weights after all rounds of stochastic ascent, each sign at its own pace."""
    rng = random.Random(options.seed)  # noqa: S311
    weights: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(lambda: 1.0)
    for number in range(options.rounds):
        rng.shuffle(sentences)
        loss = 0.0
        for sentence in sentences:
            slope, cost = _slope(sentence, weights, rng)
            loss += cost
            for sign, gain in slope.items():
                step = gain - options.pull * weights[sign]
                squares[sign] += step * step
                weights[sign] += options.rate * step / math.sqrt(squares[sign])
        print("round", number, "loss", round(loss), file=sys.stderr)
    return dict(weights)


def _slope(
    sentence: Sentence, weights: Mapping[str, float], rng: random.Random
) -> tuple[Counter[str], float]:
    """Return what each sign should gain, and how unlikely the truth is."""
    edges = _seen(sentence, rng)
    slope: Counter[str] = Counter()
    cost = 0.0
    for run, words in sentence.runs:
        here = [edge for edge in edges if run[0] <= edge.start and edge.end <= run[1]]
        true = [edge for edge in here if (edge.start, edge.end) in sentence.people]
        every = _steps(run, words, here, weights)
        right = _steps(run, _without(words, run, true), true, weights)
        ahead, ahead_right = _ahead(every), _ahead(right)
        doubt = ahead[0] - ahead_right[0]
        if doubt > _SURE:
            cost += doubt
            slope.update(_expected(right, ahead_right))
            slope.subtract(_expected(every, ahead))
    return slope, cost


def _steps(
    run: Place, words: list[list[Word]], edges: list[Edge], weights: Mapping[str, float]
) -> Steps:
    """Return the edges from each place of a run: its words, and what may be a name."""
    first, _ = run
    steps: list[list[Step]] = [
        [
            (end - first, weight + weights[sign] if sign else weight, (sign,) if sign else ())
            for end, weight, sign in each
        ]
        for each in words
    ]
    for edge in edges:
        weight = sum([weights[sign] for sign in edge.signs])
        steps[edge.start - first].append((edge.end - first, weight, edge.signs))
    return steps


def _without(words: list[list[Word]], run: Place, names_: list[Edge]) -> list[list[Word]]:
    """Return the words of a run that touch none of the names."""
    first, _ = run
    covered = {at for edge in names_ for at in range(edge.start, edge.end)}
    return [
        [word for word in each if covered.isdisjoint(range(at, word[0]))]
        for at, each in enumerate(words, start=first)
    ]


def _ahead(steps: Steps) -> list[float]:
    """Return, for each place, the logarithm of the sum over all divisions from there on."""
    ahead = [_NEVER] * len(steps) + [0.0]
    for at in range(len(steps) - 1, -1, -1):
        ahead[at] = _sum([weight + ahead[end] for end, weight, _ in steps[at]])
    return ahead


def _expected(steps: Steps, ahead: Sequence[float]) -> Counter[str]:
    """Return how often each sign is expected on a division."""
    behind = [0.0] + [_NEVER] * len(steps)
    expected: Counter[str] = Counter()
    for at, each in enumerate(steps):
        for end, weight, signs in each:
            behind[end] = _sum([behind[end], behind[at] + weight])
            share = math.exp(min(0.0, behind[at] + weight + ahead[end] - ahead[0]))
            for sign in signs if share > _TINY else ():
                expected[sign] += share  # type: ignore[assignment]  # a Counter of shares
    return expected


def _sum(logarithms: list[float]) -> float:
    """Return the logarithm of a sum of numbers given by their logarithms."""
    top = max(logarithms, default=_NEVER)
    if top <= _NEVER / 2:
        return _NEVER
    return top + math.log(sum([math.exp(each - top) for each in logarithms]))


def _seen(sentence: Sentence, rng: random.Random) -> list[Edge]:
    """Return the edges as they are seen if some of what they stand by is in no list of ours.

    The templates name roles and given names that the lists know; decisions name others as well.
    """
    links = Links.of(sentence.text, sentence.people)
    unknown, unlinked = rng.random() < _UNKNOWN, rng.random() < _UNLINKED
    unlisted = rng.random() < _UNLISTED
    edges = sentence.edges
    if unknown:
        edges = [replace(e, signs=tuple(_as_a_person(e.signs))) for e in edges]
    if unlisted:
        edges = [
            replace(e, signs=tuple(re.sub("given$", "given:word", s) for s in e.signs))
            for e in edges
        ]
    return edges if unlinked else [links.signed(sentence.text, edge) for edge in edges]


def _as_a_person(signs: Sequence[str]) -> Iterator[str]:
    """Yield the signs as if the role before the name were a word for a person that no list has."""
    return (_ROLES.sub("b:person", sign) for sign in signs if sign != _LABEL)


def _of_corpus(options: argparse.Namespace) -> Iterator[Sentence]:
    """Yield the sentences of the tuning texts with the places of their names."""
    pools = [pool for pool in corpus.TUNING if pool != options.without]
    for text in (text for pool in pools for text in _filled(pool, pools, options)):
        planted = (*text.secret, *text.public)
        people = {(p.start, p.end) for p in planted if p.kind in {"name", "法人"}}
        yield from _sentences(text.text, people)


def _filled(pool: str, pools: Sequence[str], options: argparse.Namespace) -> Iterator[corpus.Text]:
    """Yield the templates of a set filled with its own values and with those of others."""
    rng = random.Random(f"{pool}{options.seed}")  # noqa: S311
    others = [other for other in pools if other != pool]
    for number, template in enumerate(corpus.templates(pool)):
        values = [pool] * options.each + rng.sample(others, min(options.mixed, len(others)))
        for each in values:
            yield corpus.fill(template, rng, each, number)


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
        if edges and here <= {(edge.start, edge.end) for edge in edges}:
            yield Sentence(sentence, edges, here, list(_runs(sentence, edges)))


def _runs(text: str, edges: list[Edge]) -> Iterator[tuple[Place, list[list[Word]]]]:
    """Yield the runs of a sentence that may hold a name, with their words."""
    starts = {edge.start for edge in edges}
    for run in lattice.RUN.finditer(text):
        if any(run.start() <= start < run.end() for start in starts):
            places = range(run.start(), run.end())
            yield run.span(), [list(lattice.words(text, at, run.end())) for at in places]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--vocabulary", type=Path, nargs="*", default=[])
    parser.add_argument("--each", type=int, default=5, help="so many fillings of a template")
    parser.add_argument("--mixed", type=int, default=2, help="and so many with values of others")
    parser.add_argument("--without", default="", help="the set to leave out, for measuring on it")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--rate", type=float, default=0.3)
    parser.add_argument("--pull", type=float, default=1e-4, help="how much weights are drawn to 0")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
