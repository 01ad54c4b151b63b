"""Weigh the signs of names: an averaged perceptron over whole sentences with a margin.

    python bench/weigh_names.py [--vocabulary FILE …] [--each 12] > …/redaction/words/name_weights.txt

Positive are the planted names of the tuning templates; negative is all else in these texts and
in the vocabulary files, text without names, one piece a line. Scoring templates are never read.
Each sentence is divided with the weights so far, with the true names made a little lighter and
all others a little heavier; where the names found differ from the true ones, the signs of the
former lose weight and those of the latter gain.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from gongshi.redaction import lattice, names  # noqa: E402
from gongshi.redaction.folding import fold  # noqa: E402
from gongshi.redaction.lattice import Edge, Links, Place  # noqa: E402
from tests import redaction_corpus as corpus  # noqa: E402

SETS = corpus.TUNING
_HEAD = """\
# 判断人名的依据与权重 Weights of the signs of a name; see lattice.py.
# Made by bench/weigh_names.py from the tuning templates and vocabulary without names.
"""
_UNKNOWN = 0.25
"""The share of sentences that are weighed as if no role in them stood in a list of ours."""
_LEAST = 0.05
_CERTAIN = 1000.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its edges and where its names are."""

    text: str
    edges: list[Edge]
    people: frozenset[Place]


def main() -> None:
    """Weigh and print."""
    options = _options()
    rng = random.Random(options.seed)  # noqa: S311
    sentences = [*_of_corpus(options), *_of_vocabulary(options.vocabulary)]
    sentences = [sentence for sentence in sentences if sentence.edges]
    print(len(sentences), "sentences", file=sys.stderr)
    weights = weighed(sentences, rng, options)
    lines = sorted(((w, sign) for sign, w in weights.items() if abs(w) >= _LEAST), reverse=True)
    print(_HEAD, end="")
    print(*(f"{w:.2f}\t{sign}" for w, sign in lines), sep="\n")


def weighed(sentences: list[Sentence], rng: random.Random, options: argparse.Namespace) -> Counter[str]:
    """Return the weights, averaged over all steps."""
    weights: Counter[str] = Counter(lattice.NAME_WEIGHTS)
    total: Counter[str] = Counter()
    steps = 0
    for epoch in range(options.rounds):
        rng.shuffle(sentences)
        wrong = 0
        rate = options.rate / (1 + epoch)
        for sentence in sentences:
            change = _change(sentence, weights, rng, options)
            wrong += bool(change)
            for sign, much in change.items():
                weights[sign] += rate * much
            if steps % 50 == 0 and epoch:
                total.update(weights)
            steps += 1
        print(epoch, wrong, file=sys.stderr)
    times = sum(1 for step in range(len(sentences), steps) if step % 50 == 0)
    return Counter({sign: value / times for sign, value in total.items()})


def _change(sentence: Sentence, weights: Counter[str], rng: random.Random, options: argparse.Namespace) -> Counter[str]:
    """Return what the signs of one sentence gain and lose."""
    links = Links.of(sentence.text, sentence.people)
    unknown = rng.random() < _UNKNOWN
    unlinked, unlisted = rng.random() < 0.5, rng.random() < 0.7
    edges = []
    for edge in sentence.edges:
        signs = _without_lists(edge.signs) if unknown else edge.signs
        if unlisted:
            signs = tuple("given:word" if sign == "given" else sign for sign in signs)
        if links.has(edge) and not unlinked:
            signs = (*signs, "linked")
        lean = "lighter" if (edge.start, edge.end) in sentence.people else "heavier"
        edges.append(Edge(edge.start, edge.end, (*signs, lean)))
    leaning = Counter(weights)
    leaning["lighter"], leaning["heavier"] = -options.leak, options.touch
    found = lattice.path(sentence.text, edges, leaning)
    if {place for place, is_name in found if is_name} == sentence.people:
        return Counter()
    true = [edge for edge in edges if (edge.start, edge.end) in sentence.people]
    leaning["lighter"] = _CERTAIN
    right = lattice.path(sentence.text, [*true, *_ways(edges)], leaning)
    change = _signs(sentence.text, right, edges)
    change.subtract(_signs(sentence.text, found, edges))
    return change


def _ways(edges: list[Edge]) -> list[Edge]:
    """Return edges that weigh too much against to be taken, so that the same runs are divided."""
    return [Edge(edge.start, edge.start + 10**6, ()) for edge in edges]


def _signs(text: str, path: list[tuple[Place, bool]], edges: list[Edge]) -> Counter[str]:
    """Count the signs along a path."""
    signs = {(edge.start, edge.end): edge.signs[:-1] for edge in edges}
    counted: Counter[str] = Counter()
    for place, is_name in path:
        if is_name:
            counted.update(signs[place])
        elif sign := lattice.word_sign(text, *place):
            counted[sign] += 1
    return counted


def _without_lists(signs: tuple[str, ...]) -> tuple[str, ...]:
    """Return signs as they were if the role before the name stood in no list of ours."""
    return tuple({"b:role": "b:person", "b:loose": "b:person"}.get(sign, sign) for sign in signs if sign != "grammar")


def _of_corpus(options: argparse.Namespace) -> Iterator[Sentence]:
    """Yield the sentences of the tuning texts with the places of their names."""
    for pool in options.sets:
        for text in corpus.texts(pool, each=options.each, seed=3):
            people = {(p.start, p.end) for p in (*text.secret, *text.public) if p.kind in {"name", "法人"}}
            yield from _sentences(text.text, people)


def _of_vocabulary(files: list[Path]) -> Iterator[Sentence]:
    """Yield text that names nobody."""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield from _sentences(fold(line).text, set())


def _sentences(text: str, people: Iterable[Place]) -> Iterator[Sentence]:
    """Yield the sentences of a text."""
    for at, sentence in names.sentences(text):
        here = frozenset((a - at, b - at) for a, b in people if at <= a and b <= at + len(sentence))
        yield Sentence(sentence, lattice.name_edges(sentence), here)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--vocabulary", type=Path, nargs="*", default=[])
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--leak", type=float, default=1.5, help="the margin that true names are held to")
    parser.add_argument("--touch", type=float, default=1.5, help="the margin that others are held to")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
