"""What `check` finds in generated files against what was planted there: rule by rule, cell by cell.

    python bench/findings.py [--rows 20000] [--seeds 1 2 3] [--formats csv xlsx] [--json]

For every seed and format: `gongshi generate --dirty`, then `gongshi check --json`, both as their
users run them. A cell is (row, field, rule). Prints a Markdown table with precision and recall of
each rule over all files, the cells on which both disagree, and how many clean rows were refused.
The status is 1 where a rule falls below 0.99, was planted too seldom, or a clean row was refused.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from measure import run

ROOT = Path(__file__).parents[1]
GONGSHI = (sys.executable, "-m", "gongshi", "--root", ROOT)
GOAL = 0.99
_OF_CLEAN_ROWS = frozenset({"V20", "V21"})
"""What follows from a record as it is: personal data in its text, its age."""
_SHOWN = 20

Cell = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """Cells of one rule: planted, found, and both."""

    planted: int
    found: int
    both: int

    @property
    def precision(self) -> float:
        """Return the share of findings that were planted."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Return the share of planted cells that were found."""
        return self.both / self.planted if self.planted else 1.0


@dataclass(slots=True)
class Tally:
    """The sums over all files."""

    rows: int = 0
    files: int = 0
    clean: int = 0
    clean_refused: int = 0
    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    both: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    def add(self, name: str, truth: Iterable[dict[str, Any]], report: dict[str, Any]) -> None:
        """Count one file: its truth and what `check` reported."""
        planted = {_cell(line): line["defect"] for line in truth}
        found = {_cell(line): line["severity"] for line in report["findings"]}
        for counter, cells in (
            (self.planted, planted.keys()),
            (self.found, found.keys()),
            (self.both, planted.keys() & found.keys()),
        ):
            counter.update(rule for *_, rule in cells)
        self.defects.update(planted.values())
        damaged = {row for row, _, rule in planted if rule not in _OF_CLEAN_ROWS}
        refused = {row for (row, *_), severity in found.items() if severity == "error"}
        self.files += 1
        self.rows += report["rows"]
        self.clean += report["rows"] - len(damaged)
        self.clean_refused += len(refused - damaged)
        self.differing += _differing(name, planted, found)

    def scores(self) -> dict[str, Score]:
        """Return rule → score, for every rule that was planted or found."""
        rules = sorted(self.planted.keys() | self.found.keys())
        return {
            each: Score(self.planted[each], self.found[each], self.both[each]) for each in rules
        }

    def shortfalls(self) -> list[str]:
        """Return what is short of the goal, in words."""
        low = [
            f"{rule}: precision {score.precision:.4f}, recall {score.recall:.4f}"
            for rule, score in self.scores().items()
            if min(score.precision, score.recall) < GOAL
        ]
        rare = [
            f"{rule}: planted {score.planted} times in {self.files} files"
            for rule, score in self.scores().items()
            if score.planted < self.files
        ]
        refused = [f"{self.clean_refused} clean rows refused"] if self.clean_refused else []
        return [*low, *rare, *refused]


def main() -> None:
    """Run every combination and print what came of it."""
    options = _options()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="findings-") as folder:
        for seed, form in product(options.seeds, options.formats):
            file = Path(folder) / f"{seed}-{form}.{form.partition('-')[0]}"
            tally.add(f"seed {seed}, {form}", *_checked(file, form, options.rows, seed))
    print(json.dumps(_answer(tally), ensure_ascii=False) if options.json else _markdown(tally))
    sys.exit(bool(tally.shortfalls()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--formats", nargs="+", default=["csv", "xlsx"])
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _checked(
    file: Path, form: str, rows: int, seed: int
) -> tuple[Iterator[dict[str, Any]], dict[str, Any]]:
    """Make one file; return its truth and the report of `check`."""
    asked: list[str | Path] = [
        "--rows",
        str(rows),
        "--seed",
        str(seed),
        "--format",
        form,
        "--out",
        file,
    ]
    run([*GONGSHI, "generate", "--dirty", "--json", *asked])
    told = run([*GONGSHI, "check", "--json", file], allowed=(0, 1))
    (report,) = json.loads(told.output)["files"]
    lines = file.with_name(f"{file.name}.truth.jsonl").read_text(encoding="utf-8").splitlines()
    return map(json.loads, lines), report


def _cell(line: dict[str, Any]) -> Cell:
    """Return where a line of truth or a finding stands, and by which rule."""
    return line["row"], line["field"], line["rule"]


def _differing(name: str, planted: dict[Cell, str], found: dict[Cell, str]) -> Iterator[str]:
    """Yield the cells that only one side has."""
    for row, column, rule in sorted(planted.keys() ^ found.keys()):
        what = planted.get((row, column, rule))
        side = f"missed ({what})" if what else "found, but not planted"
        yield f"{name}, row {row}, {column}, {rule}: {side}"


def _answer(tally: Tally) -> dict[str, Any]:
    """Return the counts as one object."""
    return {
        "rows": tally.rows,
        "clean": tally.clean,
        "clean_refused": tally.clean_refused,
        "rules": {rule: asdict(score) for rule, score in tally.scores().items()},
        "defects": dict(tally.defects),
        "differing": tally.differing,
        "shortfalls": tally.shortfalls(),
    }


def _markdown(tally: Tally) -> str:
    """Return the counts as a table with what must be looked at below it."""
    table = [
        "| rule | planted | found | both | precision | recall |",
        "|---|---|---|---|---|---|",
        *(
            f"| {rule} | {score.planted} | {score.found} | {score.both} "
            f"| {score.precision:.4f} | {score.recall:.4f} |"
            for rule, score in tally.scores().items()
        ),
    ]
    return "\n".join(
        [
            f"{tally.files} files, {tally.rows} rows in all; {len(tally.defects)} kinds of defect.",
            f"Clean rows: {tally.clean}, of which refused: {tally.clean_refused}.\n",
            *table,
            f"\nCells on which both sides differ: {len(tally.differing)}",
            *(f"- {line}" for line in tally.differing[:_SHOWN]),
            *(f"SHORT OF THE GOAL: {line}" for line in tally.shortfalls()),
        ]
    )


if __name__ == "__main__":
    main()
