"""kill -9 at random points of ingest and of the daily run: the old state or the new one.

A child process enters batches and runs days without end and says what it has finished; it is
killed at a random moment. Whatever it said must be there, and nothing that it did not finish.
"""

import random
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from gongshi.registry import open_registry
from gongshi.verify import verify
from tests.registry_world import ROOT

CHILD = """
import sys
from datetime import date, timedelta
from pathlib import Path
from gongshi import clock
from gongshi.merge import merge
from gongshi.registry import last_day, open_registry, transaction
from tests.registry_world import CALENDAR, POLICIES, batch, penalty, table

conn = open_registry(Path(sys.argv[1]))
day = last_day(conn) or date(2026, 11, 20)
(done,) = conn.execute("select count(*) from batches").fetchone()
print("ready", flush=True)
while True:
    rows = [penalty(n, facts=str(done)) for n in range(100 * done, 100 * done + 150)]
    public = table(rows)
    with transaction(conn):
        merge(conn, public, batch(conn, public, day.isoformat()))
    done += 1
    print("batch", done, flush=True)
    with transaction(conn):
        moves = clock.apply(conn, POLICIES, CALENDAR, day)
    print("seq", moves.seq, flush=True)
    day += timedelta(days=1)
"""


def kill_once(path: Path, after_s: float) -> dict[str, int]:
    """Start the child, kill it `after_s` seconds into its work; return what it said."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with child, child.stdout:
        assert child.stdout.readline() == "ready\n"
        time.sleep(after_s)
        child.kill()
        lines = [line.split() for line in child.stdout.read().splitlines()]
    return {line[0]: int(line[1]) for line in lines if len(line) == 2}


def check(path: Path, said: dict[str, int]) -> None:
    with closing(open_registry(path)) as conn:
        (batches,) = conn.execute("select count(*) from batches").fetchone()
        (rows,) = conn.execute("select count(*) from penalties").fetchone()
        (seq,) = conn.execute("select coalesce(max(seq), 0) from events").fetchone()
        day = conn.execute("select max(received_on) from batches").fetchone()[0] or "2026-11-20"
        problems = list(verify(conn, _date(day), replay=False))

    assert batches in {said.get("batch", batches), said.get("batch", batches) + 1}
    assert rows == (100 * batches + 50 if batches else 0)
    assert seq >= said.get("seq", 0)
    assert problems == []


def _date(day: str) -> date:
    return date.fromisoformat(day)


def kill_often(tmp_path: Path, times: int) -> None:
    dice = random.Random(times)  # noqa: S311
    path = tmp_path / "registry.db"
    for n in range(times):
        if n % 10 == 0:
            path = tmp_path / f"registry-{n}.db"
        check(path, kill_once(path, dice.uniform(0, 0.15)))
    with closing(open_registry(path)) as conn:
        assert list(verify(conn, _date("2026-11-20"))) == []


def test_twenty_kills_leave_old_or_new(tmp_path: Path) -> None:
    kill_often(tmp_path, 20)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_five_hundred_kills_leave_old_or_new(tmp_path: Path) -> None:
    kill_often(tmp_path, 500)
