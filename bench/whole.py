"""Gongshi's whole way up to the sealed release against the naive chain, on one generated file.

    python bench/whole.py [--rows 100000] [--pairs 5] [--dirty] [--import]

Each pair runs both sides one after the other, in turn first, on fresh folders. CPU seconds count
the programs and the children that they start. `--import` runs `sqlite3 .import` as well, where
that program is installed.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Cost, markdown, run, today

from gongshi.generate import generate

HERE = Path(__file__).parent


def main() -> None:
    """Make the file, run the pairs, print the tables."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        file = work / "penalties.csv"
        generate(options.rows, 1, file, fmt="csv", dirty=options.dirty, today=today())
        pairs = [_pair(work, file, number) for number in range(options.pairs)]
        print(f"{options.rows} rows, {file.stat().st_size / 1e6:.0f} MB, dirty: {options.dirty}\n")
        print(markdown(pairs, ("Gongshi", "naive chain")))
        ours, theirs = (cost.output.strip() for cost in pairs[0])
        print(f"\nGongshi: {ours}; naive chain: {theirs}.")
        if options.imports and (cost := _sqlite_import(work, file)):
            ratio = pairs[0][0].cpu_s / cost.cpu_s
            print(f"`sqlite3 .import`: {cost.cpu_s:.2f} CPU s; Gongshi {ratio:.1f} times as much.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--dirty", action="store_true")
    parser.add_argument("--import", action="store_true", dest="imports")
    return parser.parse_args()


def _pair(work: Path, file: Path, number: int) -> tuple[Cost, Cost]:
    """Return the costs of both sides; who goes first alternates."""
    if number % 2:
        theirs = _naive(work, file)
        return _gongshi(work, file), theirs
    ours = _gongshi(work, file)
    return ours, _naive(work, file)


def _gongshi(work: Path, file: Path) -> Cost:
    """Return what ingest and publish cost on a fresh site; making the folder is not counted."""
    root = work / "site"
    shutil.rmtree(root, ignore_errors=True)
    gongshi = [sys.executable, "-m", "gongshi"]
    run([*gongshi, "new", root])
    taken = run([*gongshi, "--root", root, "ingest", "--json", file], allowed=(0, 1))
    released = run([*gongshi, "--root", root, "publish", "--json"])
    return Cost(taken.cpu_s, taken.wall_s, taken.peak_mib, _short(taken.output)) + Cost(
        released.cpu_s, released.wall_s, released.peak_mib
    )


def _short(output: str) -> str:
    """Return the counts of an answer of `ingest`."""
    (answer,) = json.loads(output)["files"]
    return json.dumps({"taken": answer["taken"], "refused": answer["refused"]})


def _naive(work: Path, file: Path) -> Cost:
    """Return what the naive chain costs."""
    return run([sys.executable, HERE / "naive.py", file, work / "naive.db"])


def _sqlite_import(work: Path, file: Path) -> Cost | None:
    """Return what a bare import costs, None where the program is missing."""
    if not shutil.which("sqlite3"):
        return None
    database = work / "bare.db"
    database.unlink(missing_ok=True)
    return run(["sqlite3", database, ".mode csv", f".import {file} penalties"])


if __name__ == "__main__":
    main()
