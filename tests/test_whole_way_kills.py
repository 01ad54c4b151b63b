"""`kill -9` at random points of `ingest` and `publish`: the old state or the new, never between."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

TODAY = "2026-03-02"
TABLES = (
    "select doc_no, authority_code, party, facts, fine_fen from penalties order by 1, 2, 3, 4, 5",
    "select list_code, party, listing_doc_no from list_entries order by 1, 2, 3",
)


def gongshi(site: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "gongshi", "--root", str(site), "--today", TODAY, *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(site: Path, *words: str) -> float:
    """Run a command to its end and return how long it took."""
    start = time.monotonic()
    process = gongshi(site, *words)
    _, told = process.communicate()
    assert process.returncode in {0, 1}, told
    return time.monotonic() - start


def kill_after(seconds: float, site: Path, *words: str) -> None:
    """Start a command and kill it without warning, unless it has ended before."""
    process = gongshi(site, *words)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()


def content(database: Path) -> list[list[tuple[object, ...]]]:
    """Return what a person can see of a registry or a release: everything but minted ids."""
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        if not conn.execute("select 1 from sqlite_master where name = 'penalties'").fetchone():
            return []
        assert conn.execute("pragma integrity_check").fetchall() == [("ok",)]
        found = [conn.execute(query).fetchall() for query in TABLES]
    return found if any(found) else []


def in_force(site: Path) -> list[list[tuple[object, ...]]]:
    """Return what the release in force shows; without one, nothing."""
    pointer = site / "build" / "CURRENT"
    if not pointer.exists():
        return []
    return content(site / "build" / "releases" / pointer.read_text() / "public.db")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path, float, float]:
    """Return a fresh site, a file for it, a site that holds the file, and how long both took."""
    home = tmp_path_factory.mktemp("kills")
    fresh, done, file = home / "fresh", home / "done", home / "报送.csv"
    finish(home, "new", str(fresh))
    finish(home, "generate", "--rows", "2000", "--seed", "11", "--out", str(file), "--dirty")
    shutil.copytree(fresh, done)
    ingest_s = finish(done, "ingest", str(file))
    shutil.copytree(done, home / "ingested")
    publish_s = finish(done, "publish")
    return fresh, home / "ingested", file, ingest_s, publish_s


def moments(count: int, longest: float) -> Iterator[float]:
    """Yield `count` moments, seeded, most of them behind the start of the interpreter."""
    chance = random.Random(count)  # noqa: S311  moments, not secrets
    yield from (chance.uniform(0.2, 1.0) * longest for _ in range(count))


def ingest_survives(world: tuple[Path, Path, Path, float, float], home: Path, count: int) -> None:
    fresh, ingested, file, ingest_s, _ = world
    new = content(ingested / "var" / "registry.db")
    for number, seconds in enumerate(moments(count, ingest_s)):
        site = home / str(number)
        shutil.copytree(fresh, site)

        kill_after(seconds, site, "ingest", str(file))

        assert content(site / "var" / "registry.db") in ([], new)
        finish(site, "ingest", str(file))
        assert content(site / "var" / "registry.db") == new
        shutil.rmtree(site)


def publish_survives(world: tuple[Path, Path, Path, float, float], home: Path, count: int) -> None:
    _, ingested, _, _, publish_s = world
    new = in_force(ingested.with_name("done"))
    for number, seconds in enumerate(moments(count, publish_s)):
        site = home / str(number)
        shutil.copytree(ingested, site)

        kill_after(seconds, site, "publish")

        assert in_force(site) in ([], new)
        finish(site, "publish")
        assert in_force(site) == new
        assert finish(site, "verify") > 0
        shutil.rmtree(site)


def test_ingest_killed_at_random_leaves_the_old_or_the_new_registry(
    world: tuple[Path, Path, Path, float, float], tmp_path: Path
) -> None:
    ingest_survives(world, tmp_path, 3)


def test_publish_killed_at_random_leaves_the_old_or_the_new_release(
    world: tuple[Path, Path, Path, float, float], tmp_path: Path
) -> None:
    publish_survives(world, tmp_path, 3)


@pytest.mark.prove
def test_ingest_killed_at_many_points(
    world: tuple[Path, Path, Path, float, float], tmp_path: Path
) -> None:
    ingest_survives(world, tmp_path, 30)


@pytest.mark.prove
def test_publish_killed_at_many_points(
    world: tuple[Path, Path, Path, float, float], tmp_path: Path
) -> None:
    publish_survives(world, tmp_path, 30)
