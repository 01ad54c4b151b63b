"""Redaction measured on both sides: what leaks and what is masked without need, element by element.

    python bench/redaction.py [--planted 3000] [--against presidio regex] [--seed 1] [--json]

Fills every template of the labelled corpus (`tests/redaction_corpus.py`), redacts each text and
compares spans with what was planted. A planted value leaks when one of its characters is in no
span. What must stay is touched when one of its characters is in a span; so is the rest of a text.
Prints a Markdown table for each redactor and set of templates, with Wilson intervals of 95 %, and
CPU time per text. The intervals take planted values for independent; those of one template are
alike, so the number of templates with a leak stands beside them.
"""

import argparse
import json
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]


import rival_redactors  # noqa: E402

from gongshi.redaction import Subject, redact_record  # noqa: E402
from tests import redaction_corpus as corpus  # noqa: E402

Span = tuple[int, int]
Redactor = Callable[[corpus.Text], Sequence[Span]]
SETS = (*corpus.TUNING, *corpus.SCORING)
TOUCHED = "rest of the texts"
_Z = 1.959964
_MOST = 1000
"""Fillings of one template; elements that few templates plant end here."""


@dataclass
class Tally:
    """Counts of one redactor on one set of templates."""

    texts: int = 0
    cpu_s: float = 0.0
    planted: Counter[str] = field(default_factory=Counter)
    leaked: Counter[str] = field(default_factory=Counter)
    leaking: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    public: Counter[str] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)
    touching: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    examples: Counter[str] = field(default_factory=Counter)

    def add(self, text: corpus.Text, spans: Sequence[Span]) -> None:
        """Count one text."""
        self.texts += 1
        for one in text.secret:
            self.planted[one.kind] += 1
            if not _covered(one, spans):
                self.leaked[one.kind] += 1
                self.leaking[one.kind].add(text.template)
                self.examples[f"leak {one.kind}: {one.value} in {text.text}"] += 1
        kinds = [one for one in text.public if _overlaps((one.start, one.end), spans)]
        self.public.update(one.kind for one in text.public)
        for kind, what in [(one.kind, one.value) for one in kinds] or self._rest(text, spans):
            self.touched[kind] += 1
            self.touching[kind].add(text.template)
            self.examples[f"touched {kind}: {what} in {text.text}"] += 1
        self.public[TOUCHED] += 1

    @staticmethod
    def _rest(text: corpus.Text, spans: Sequence[Span]) -> Iterator[tuple[str, str]]:
        """Yield once what is masked of the words around the planted values, if anything is."""
        for start, end in spans:
            beside = set(range(start, end))
            for one in text.secret:
                head = one.start - (start < one.start) * (one.kind == "plate") * 2
                beside -= set(range(head, one.end))
            if beside:
                yield TOUCHED, text.text[start:end]
                return


def _covered(one: corpus.Planted, spans: Sequence[Span]) -> bool:
    """Say whether every character of a planted value is masked."""
    return all(any(a <= at < b for a, b in spans) for at in range(one.start, one.end))


def _overlaps(place: Span, spans: Sequence[Span]) -> bool:
    return any(place[0] < b and a < place[1] for a, b in spans)


def gongshi(text: corpus.Text) -> Sequence[Span]:
    """Return what this project masks; the legal representative is shown, as by the standard."""
    shown = frozenset({text.legal_rep} - {""})
    (redacted,) = redact_record([text.text], Subject(shown=shown))
    return [(span.start, span.end) for span in redacted.spans]


def on_text(find: rival_redactors.Find) -> Redactor:
    """Return a redactor that looks at the text alone."""
    return lambda text: find(text.text)


def measured(redactor: Redactor, texts: Iterable[corpus.Text]) -> Tally:
    """Return the counts of one redactor."""
    tally = Tally()
    for text in texts:
        began = time.process_time()
        spans = redactor(text)
        tally.cpu_s += time.process_time() - began
        tally.add(text, spans)
    return tally


def filled(name: str, planted: int, seed: int) -> list[corpus.Text]:
    """Return every template filled often enough that each element is planted `planted` times.

    Templates are filled alike, so that none weighs more; an element that would need more than
    `_MOST` fillings is planted less often.
    """
    once = Counter(one.kind for text in corpus.texts(name, each=1) for one in text.secret)
    each = min(_MOST, max(1, *(math.ceil(planted / count) for count in once.values())))
    return list(corpus.texts(name, each=each, seed=seed))


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the bounds of the Wilson score interval of 95 %.

    >>> [round(bound, 4) for bound in wilson(0, 3000)]
    [0.0, 0.0013]
    """
    if not total:
        return 0.0, 1.0
    share, square = hits / total, _Z * _Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    spread = _Z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    spread /= 1 + square / total
    return max(0.0, middle - spread), min(1.0, middle + spread)


def table(title: str, tally: Tally) -> str:
    """Return both sides as Markdown."""
    return "\n".join(
        [
            f"\n### {title}\n",
            f"{tally.texts} texts, {tally.cpu_s / tally.texts * 1e6:.0f} µs of CPU each.\n",
            "| must vanish | planted | leaked | share | 95 % | templates |",
            "|---|---|---|---|---|---|",
            *_lines(tally.planted, tally.leaked, tally.leaking),
            "\n| must stay | planted | touched | share | 95 % | templates |",
            "|---|---|---|---|---|---|",
            *_lines(tally.public, tally.touched, tally.touching),
        ]
    )


def _lines(
    total: Counter[str], hits: Counter[str], templates: dict[str, set[int]]
) -> Iterator[str]:
    for kind, count in sorted(total.items()):
        low, high = wilson(hits[kind], count)
        share = f"{hits[kind] / count:.2%} | {low:.2%} to {high:.2%}"
        yield f"| {kind} | {count} | {hits[kind]} | {share} | {len(templates.get(kind, ()))} |"


def main() -> None:
    """Measure every redactor on both sets and print what came of it."""
    options = _options()
    redactors: dict[str, Redactor] = {"gongshi": gongshi}
    for name in options.against:
        rival = rival_redactors.RIVALS[name]()
        if rival is None:
            print(f"{name}: not installed here, left out", file=sys.stderr)
        else:
            redactors[name] = on_text(rival)
    answer: dict[str, Any] = {}
    for kind in options.sets:
        texts = filled(kind, options.planted, options.seed)
        for name, redactor in redactors.items():
            tally = measured(redactor, texts)
            answer[f"{name}, {kind}"] = tally
            if not options.json:
                print(table(f"{name}, {kind} templates", tally))
                print(*(f"- {e}" for e, _ in tally.examples.most_common(options.show)), sep="\n")
    if options.json:
        print(json.dumps({name: _counts(tally) for name, tally in answer.items()}, indent=1))


def _counts(tally: Tally) -> dict[str, Any]:
    """Return the counts as one object."""
    return {
        "texts": tally.texts,
        "us_per_text": tally.cpu_s / tally.texts * 1e6,
        "leaked": {kind: [tally.leaked[kind], count] for kind, count in tally.planted.items()},
        "touched": {kind: [tally.touched[kind], count] for kind, count in tally.public.items()},
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--planted", type=int, default=3000)
    parser.add_argument("--against", nargs="*", default=[], choices=rival_redactors.RIVALS)
    parser.add_argument("--sets", nargs="+", default=("tuning", *corpus.SCORING), choices=SETS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="so many examples")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
