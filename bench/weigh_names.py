"""Weigh the evidence for names: a conditional logit over labelled candidates.

    python bench/weigh_names.py [--vocabulary FILE …] [--each 30] > …/redaction/words/evidence.txt

Positive are the planted names of the tuning templates, negative all other candidates of these
texts and every candidate of the vocabulary files: text without names, one piece a line. Weights
stand in the order of what they do; signs that say little are left out. Scoring templates are
never read.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count, groupby
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1])]

from gongshi.redaction import evidence, names  # noqa: E402
from gongshi.redaction.folding import fold  # noqa: E402
from tests import redaction_corpus as corpus  # noqa: E402

Labelled = tuple[int, frozenset[str], bool]
"""The number of the place where a name may start, the signs of one end, whether it is the name."""
ALWAYS = "always"
_HEAD = """\
# 判断人名的依据与权重 Weights of the evidence for a name, and the sign; see evidence.py.
# Made by bench/weigh_names.py from the tuning templates and vocabulary without names.
"""
_LEAST = 0.1
_RARE = 8
_ROUNDS = 30
_PENALTY = 1.0
_PLACES = count()
_UNKNOWN = 0.3
"""The share of places that are weighed as if their role stood in no list."""
_CHANCE = random.Random(1)  # noqa: S311


def main() -> None:
    """Fit the weights and print them."""
    options = _options()
    rows = [*_numbered(_of_corpus(options.each)), *_numbered(_of_vocabulary(options.vocabulary))]
    seen = Counter(sign for _, signs, _ in rows for sign in signs)
    signs = [ALWAYS, *sorted(sign for sign, times in seen.items() if times >= _RARE)]
    weights = _fitted(rows, signs)
    lines = sorted(zip(weights, signs, strict=True), reverse=True)
    print(_HEAD, end="")
    print(*(f"{w:.2f}\t{sign}" for w, sign in lines if abs(w) >= _LEAST), sep="\n")


def _of_corpus(each: int) -> Iterator[tuple[str, set[tuple[int, int]]]]:
    """Yield the tuning texts with the places of their names."""
    for text in corpus.texts("tuning", each=each, seed=3):
        planted = (*text.secret, *text.public)
        yield text.text, {(p.start, p.end) for p in planted if p.kind in {"name", "法人"}}


def _of_vocabulary(files: list[Path]) -> Iterator[tuple[str, set[tuple[int, int]]]]:
    """Yield text that names nobody."""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield fold(line).text, set()


def _numbered(texts: Iterable[tuple[str, set[tuple[int, int]]]]) -> Iterator[Labelled]:
    """Yield the candidates of texts."""
    for text, people in texts:
        for start, ends in groupby(names.candidates(text), key=lambda one: one.start):
            number, unknown = next(_PLACES), _CHANCE.random() < _UNKNOWN
            for one in ends:
                signs = _without_lists(one.signs) if unknown else one.signs
                yield number, signs, (start, one.end) in people


def _without_lists(signs: frozenset[str]) -> frozenset[str]:
    """Return signs as they were if the role before the name stood in no list of ours.

    The templates name roles that the lists know; decisions name others as well.
    """
    left = {sign for sign in signs if "&" not in sign and not sign.startswith("grammar")}
    role = left & {"role", "role:loose"}
    return evidence.all_signs(left - role, {"L:person"} if role else set())


def _fitted(rows: list[Labelled], signs: list[str]) -> list[float]:
    """Return the weight of each sign: Newton's method on the penalised likelihood.

    At each place either no name starts, or one that has one of the ends.
    """
    column = {sign: number for number, sign in enumerate(signs)}
    table = np.zeros((len(rows), len(signs)), dtype=np.float32)
    for row, (_, present, _) in enumerate(rows):
        table[row, [0, *(column[sign] for sign in present if sign in column)]] = 1
    truth = np.array([label for _, _, label in rows], dtype=np.float32)
    _, first = np.unique([number for number, _, _ in rows], return_index=True)
    sizes = np.diff([*first, len(rows)])
    weights = np.zeros(len(signs))
    for _ in range(_ROUNDS):
        odds = np.exp(np.clip(table @ weights, -30, 30))
        chance = odds / np.repeat(1 + np.add.reduceat(odds, first), sizes)
        weighed = (table * chance[:, None]).astype(np.float32)
        by_place = np.add.reduceat(weighed, first)
        slope = table.T @ (chance - truth) + _PENALTY * weights
        curve = table.T @ weighed - by_place.T @ by_place + _PENALTY * np.eye(len(signs))
        weights -= np.linalg.solve(curve, slope)
    return [float(weight) for weight in weights]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--vocabulary", type=Path, nargs="*", default=[])
    parser.add_argument("--each", type=int, default=30)
    return parser.parse_args()


if __name__ == "__main__":
    main()
