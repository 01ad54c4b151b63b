"""Redaction over columns against the same rules with plain `re`, row by row: identical text (P9).

    python bench/redact.py [--rows 20000] [--pairs 5] [--dirty]

The plain side is the reference of the tests: every rule on every cell, no gate, nothing
remembered. Each side runs in a process of its own on the text columns of the same file. What is
timed is the redaction alone, in CPU seconds, after reading. The texts must be the same, or the
run fails.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import polars as pl
from measure import Cost, markdown, run, today

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from gongshi.generate import generate  # noqa: E402
from gongshi.redaction import Subject  # noqa: E402
from gongshi.redaction.bulk import redact_frame  # noqa: E402
from tests import redaction_reference as reference  # noqa: E402

COLUMNS = ("违法事实", "处罚依据", "处罚内容")


def in_columns(frame: pl.DataFrame) -> list[tuple[str, ...]]:
    """Return the texts as the engine redacts them."""
    return redact_frame(frame, frame.columns, lambda _: Subject()).frame.rows()


def row_by_row(frame: pl.DataFrame) -> list[tuple[str, ...]]:
    """Return the texts as the plain reference redacts them."""
    return [tuple(reference.redact_record(row, Subject())) for row in frame.iter_rows()]


SIDES: dict[str, Callable[[pl.DataFrame], list[tuple[str, ...]]]] = {
    "columns": in_columns,
    "plain": row_by_row,
}


def main() -> None:
    """Run the pairs, or one side where `--side` names it."""
    options = _options()
    if options.side:
        print(json.dumps(one_side(options.side, options.file)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "penalties.csv"
        generate(options.rows, 1, file, fmt="csv", dirty=options.dirty, today=today())
        pairs = [_pair(file, number) for number in range(options.pairs)]
    digests = {cost.output for pair in pairs for cost in pair}
    print(f"{options.rows} rows of {len(COLUMNS)} columns, dirty: {options.dirty}\n")
    print(markdown(pairs, ("columns", "plain re")))
    print("\nTexts identical:" if len(digests) == 1 else "\nTEXTS DIFFER:", *digests)
    sys.exit(len(digests) != 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--dirty", action="store_true")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _pair(file: Path, number: int) -> tuple[Cost, Cost]:
    """Return the costs of both sides; who goes first alternates."""
    order = ("columns", "plain")
    costs = {side: _run(side, file) for side in (order if number % 2 == 0 else order[::-1])}
    return costs["columns"], costs["plain"]


def _run(side: str, file: Path) -> Cost:
    """Return the CPU seconds of one side's redaction and the digest of its texts."""
    cost = run([sys.executable, __file__, "--side", side, "--file", file])
    told = json.loads(cost.output)
    return Cost(told["cpu_s"], cost.wall_s, cost.peak_mib, told["digest"])


def one_side(side: str, file: Path) -> dict[str, float | str]:
    """Redact the file's texts on one side; return its CPU seconds and the digest of the texts."""
    frame = pl.read_csv(file, columns=COLUMNS, infer_schema=False).fill_null("")
    began = time.process_time()
    rows = SIDES[side](frame)
    cpu_s = time.process_time() - began
    digest = sha256("\x1e".join("\x1f".join(row) for row in rows).encode()).hexdigest()
    return {"cpu_s": cpu_s, "digest": digest[:16]}


if __name__ == "__main__":
    main()
