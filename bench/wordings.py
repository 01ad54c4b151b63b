"""What redaction makes of the labelled wordings for every element that is not a name.

    python bench/wordings.py

Redacts each wording of `tests/redaction/numbers*.yml` and prints a Markdown table: texts of each
family, those in which something leaks and those in which something is touched that must stay, with
Wilson intervals of 95 %. The intervals take texts for independent; those of one frame or one value
are alike, so the numbers of frames and values stand beside them.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from tests import redaction_numbers as numbers  # noqa: E402

_Z = 1.959964
"""Two-sided 95 %."""


def main() -> None:
    """Print the table of every file."""
    for name in numbers.FILES:
        print(f"### {name}.yml\n")
        print("\n".join(table(name)), end="\n\n")


def table(name: str) -> Iterator[str]:
    """Yield the lines of one file's table."""
    shapes = numbers.shapes(name)
    texts, leaks, touches = Counter[str](), Counter[str](), Counter[str]()
    for one in numbers.wordings(name):
        verdict = numbers.judged(one)
        texts[one.family] += 1
        leaks[one.family] += bool(verdict.leaked)
        touches[one.family] += bool(verdict.touched)
    yield "| family | frames × values + texts | texts | leaks | touched |"
    yield "|---|---|---|---|---|"
    for family, total in texts.items():
        told = f"{interval(leaks[family], total)} | {interval(touches[family], total)}"
        yield f"| {family} | {shapes[family]} | {total} | {told} |"
    told = f"{interval(leaks.total(), texts.total())} | {interval(touches.total(), texts.total())}"
    yield f"| all | | {texts.total()} | {told} |"


def interval(hits: int, total: int) -> str:
    """Return a count with the Wilson interval of its share, in percent.

    >>> interval(0, 100), interval(3, 100)
    ('0 (0.0-3.7 %)', '3 (1.0-8.5 %)')
    """
    share, square = hits / total, _Z * _Z
    middle = share + square / (2 * total)
    spread = _Z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    low, high = ((middle + sign * spread) / (1 + square / total) for sign in (-1, 1))
    return f"{hits} ({max(low, 0) * 100:.1f}-{high * 100:.1f} %)"


if __name__ == "__main__":
    main()
