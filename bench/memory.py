"""Peak memory of each step of a file's way, up to the sealed release (goal P3).

    python bench/memory.py [--rows 50000 100000 …] [--format csv] [--dirty] [--check-only]

Each step is the program itself in a process of its own. A peak is the largest resident set of
that process or of the reader that it starts, whichever is larger.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from measure import Cost, run, today

from gongshi.generate import generate


def main() -> None:
    """Make a file of each size, run the steps, print a table of each."""
    options = _options()
    for rows in options.rows:
        _measure(rows, options)


def _measure(rows: int, options: argparse.Namespace) -> None:
    """Print what the steps cost for one file."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        file = work / f"penalties.{options.format}"
        generate(rows, 1, file, fmt=options.format, dirty=options.dirty, today=today())
        size = file.stat().st_size / 1e6
        print(f"\n{rows} rows, {options.format}, {size:.0f} MB, dirty: {options.dirty}\n")
        print("| step | CPU s | peak MiB |\n|---|---|---|")
        steps = ("check",) if options.check_only else ("check", "ingest", "publish")
        for step in steps:
            cost = _step(work / "site", step, file)
            print(f"| {step} | {cost.cpu_s:.1f} | {cost.peak_mib:.0f} |", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--dirty", action="store_true")
    parser.add_argument("--check-only", action="store_true")
    return parser.parse_args()


def _step(root: Path, step: str, file: Path) -> Cost:
    """Return what one command costs on a site of its own; making that is not counted."""
    gongshi = [sys.executable, "-m", "gongshi"]
    if not root.exists():
        run([*gongshi, "new", root])
    files = [] if step == "publish" else [file]
    return run([*gongshi, "--root", root, step, *files], allowed=(0, 1))


if __name__ == "__main__":
    main()
