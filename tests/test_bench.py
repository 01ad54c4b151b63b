"""The benchmarks run, and compare like with like."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

from gongshi.generate import generate

BENCH = Path(__file__).parents[1] / "bench"
ROWS = 300


def run(script: str, *arguments: str | Path) -> str:
    command = [sys.executable, BENCH / script, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_naive_chain_takes_every_clean_record_and_finds_it(tmp_path: Path) -> None:
    file, database = tmp_path / "file.csv", tmp_path / "naive.db"
    generate(ROWS, 1, file, fmt="csv", dirty=False, today=date(2026, 1, 5))

    answer = json.loads(run("naive.py", file, database))

    assert answer == {"taken": ROWS, "refused": 0}
    with closing(sqlite3.connect(database)) as conn:
        found = conn.execute(
            "select count(*) from penalties_fts where penalties_fts match '有限公司'"
        ).fetchone()[0]
        named = conn.execute(
            "select count(*) from penalties where party like '%有限公司%'"
        ).fetchone()[0]
    assert found >= named > 0


def test_both_sides_of_the_validation_benchmark_agree() -> None:
    told = run("validate.py", "--rows", str(ROWS), "--pairs", "1", "--dirty")

    assert "Verdicts identical:" in told
    assert "Median ratio" in told


def test_the_load_benchmark_fills_a_registry_and_publishes_twice() -> None:
    told = run("load.py", "--rows", "600", "--portion", "300", "--day", "50", "--days", "1")

    assert "| next release |" in told
    assert "Next release against the full load:" in told
