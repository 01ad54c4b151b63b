"""Two-stage validation against frictionless alone: the same rules, the same verdicts (goal P1).

    python bench/validate.py [--rows 100000] [--pairs 5] [--dirty]

Each side runs in a process of its own on the same file. What is timed is the validation alone, in
CPU seconds, after reading; peak memory is that of the whole process. The findings of both sides
must be the same, or the run fails.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path

from measure import Cost, markdown, run, today

from gongshi import ingest, validate
from gongshi.calendar import load_calendar
from gongshi.generate import generate
from gongshi.models import CheckedTable, RawTable
from gongshi.table_schema import TableSchema, load_all

ROOT = Path(__file__).parents[1]
SIDES = {"two-stage": validate.validate, "frictionless": validate.authority_only}


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
    print(f"{options.rows} rows, dirty: {options.dirty}\n")
    print(markdown(pairs, ("two-stage", "frictionless alone")))
    print("\nVerdicts identical:" if len(digests) == 1 else "\nVERDICTS DIFFER:", *digests)
    sys.exit(len(digests) != 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--dirty", action="store_true")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _pair(file: Path, number: int) -> tuple[Cost, Cost]:
    """Return the costs of both sides; who goes first alternates."""
    order = ("two-stage", "frictionless")
    costs = {side: _side(side, file) for side in (order if number % 2 == 0 else order[::-1])}
    return costs["two-stage"], costs["frictionless"]


def _side(side: str, file: Path) -> Cost:
    """Run one side in a process of its own; its output names the verdicts."""
    whole = run([sys.executable, __file__, "--side", side, "--file", file])
    answer = json.loads(whole.output)
    return Cost(answer["cpu_s"], whole.wall_s, whole.peak_mib, answer["digest"])


def one_side(side: str, file: Path) -> dict[str, object]:
    """Return the CPU seconds of one validation and a digest of all its findings."""
    raw, schema, context = _prepared(file)
    began = time.process_time()
    checked = SIDES[side](raw, schema, context)
    return {"cpu_s": time.process_time() - began, "digest": _digest(checked)}


def _prepared(file: Path) -> tuple[RawTable, TableSchema, validate.Context]:
    """Return the table read, its schema, and the context of today."""
    schemas = load_all(ROOT / "schemas")
    agencies = ingest.load_agencies(ROOT / "ingest")
    raw = ingest.read_tables(file, agencies, agency=None, schemas=schemas)
    calendar = load_calendar(ROOT / "schemas" / "calendar")
    context = validate.Context(today=today(), calendar=calendar.lateness)
    return raw, schemas[raw.schema], context


def _digest(checked: CheckedTable) -> str:
    """Return a digest of every finding in its order, each with all it says, drawn one by one."""
    digest = sha256()
    for found in checked.findings:
        digest.update(f"{astuple(found)}\n".encode())
    return f"{len(checked.findings)} findings, {len(checked.refused)} rows refused, SHA-256 " + (
        digest.hexdigest()
    )


if __name__ == "__main__":
    main()
