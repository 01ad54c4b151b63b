"""A publish that is cut anywhere leaves the old release or the new; the next one completes it."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from gongshi.site import Site

from . import publishing
from .publish_server import DIED, DONE, UNDONE
from .publishing import Registry

ROWS = 150


class Server:
    """Starts publishes in other processes (see `publish_server`)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def start(self, site: Site, **order: object) -> int:
        """Order a publish; return its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order | {"root": str(site.root)}) + "\n")
        self.process.stdin.flush()
        return self.status()

    def status(self) -> int:
        """Return the next number that the server says."""
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.publish_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=publishing.ROOT,
    ) as process:
        yield Server(process)


@contextmanager
def changes(conn: sqlite3.Connection) -> Iterator[None]:
    """One transaction."""
    conn.execute("begin")
    yield
    conn.execute("commit")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A site whose release 1 is in force, with changes waiting to be published."""
    registry = publishing.make(tmp_path / "site")
    with changes(registry.conn):
        ids = [registry.add() for _ in range(ROWS)]
    registry.publish()
    with changes(registry.conn):
        registry.end(ids[0])
        registry.add()
    return registry


def kill_after(server: Server, site: Site, delay_s: float) -> bool:
    """Publish in another process and kill it after a while; return whether it had finished."""
    pid = server.start(site)
    time.sleep(delay_s)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return server.status() == DONE


def state(site: Site) -> tuple[int | None, int]:
    """Return the release in force and its rows, after checking that it is whole."""
    number = site.current_release()
    assert number is not None
    folder = site.release(number)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["release"] == number
    for line in manifest["files"]:
        assert (folder / line["path"]).stat().st_size == line["size"]
    address = f"file:{folder / 'public.db'}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as conn:
        assert conn.execute("pragma quick_check").fetchone() == ("ok",)
        (rows,) = conn.execute("select count(*) from penalties").fetchone()
    return number, rows


def kill_at_random_points(server: Server, registry: Registry, times: int, longest_s: float) -> None:
    dice = random.Random(times)  # noqa: S311 - points in time
    site = registry.site
    release = 1
    for _ in range(times):
        finished = kill_after(server, site, dice.uniform(0, longest_s))
        number, rows = state(site)
        assert number in {release, release + 1}
        assert rows == ROWS
        assert number == release + 1 or not finished
        released = registry.publish()
        assert (released.release, rows) == (release + 1, ROWS)
        assert state(site) == (release + 1, ROWS)
        assert not list(site.releases.glob(".*"))
        assert [path.name for path in site.release(release).iterdir()] == ["manifest.json"]
        release += 1
        with changes(registry.conn):
            registry.change(registry.add())
            registry.end(first(registry.conn))
    registry.conn.close()


def first(conn: sqlite3.Connection) -> str:
    row = conn.execute("select penalty_id from penalties where shown = 1 limit 1").fetchone()
    return str(row[0])


def test_a_kill_at_random_points_leaves_old_or_new(server: Server, registry: Registry) -> None:
    kill_at_random_points(server, registry, times=20, longest_s=0.5)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_a_thousand_kills_leave_old_or_new(server: Server, registry: Registry) -> None:
    kill_at_random_points(server, registry, times=1000, longest_s=0.5)


STEPS = ("draft", "set_aside", "put_in_force", "write_atomically", "strip", "sync_folder")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_a_cut_at_each_step_is_completed_by_the_next_publish(
    server: Server, registry: Registry, step: str, *, after: bool
) -> None:
    server.start(registry.site, step=step, after=after)
    assert server.status() == DIED

    number, _ = state(registry.site)

    assert number in {1, 2}
    assert registry.publish().release == 2
    assert state(registry.site) == (2, ROWS)
    assert sorted(folder.name for folder in registry.site.releases.iterdir()) == ["1", "2"]


def test_a_full_disk_leaves_the_old_release_and_says_so(server: Server, registry: Registry) -> None:
    site = registry.site
    registry.conn.close()
    outcomes = []

    for kilobytes in (16, 64, 128, 256, 512, 1024, 4096):
        server.start(site, limit=kilobytes << 10)
        outcomes.append(server.status())
        number, rows = state(site)
        assert rows == ROWS
        if outcomes[-1] == UNDONE:
            assert number == 1
            assert [folder.name for folder in site.releases.iterdir()] == ["1"]

    assert set(outcomes) == {UNDONE, DONE}
    assert outcomes[:3] == [UNDONE] * 3
    assert state(site)[0] == 2


def test_a_release_that_a_restored_registry_does_not_know_is_kept_until_the_next(
    registry: Registry,
) -> None:
    registry.publish()
    registry.conn.execute("delete from releases where release = 2")

    released = registry.publish()

    assert released.release == 3
    assert state(registry.site) == (3, ROWS)
    assert [path.name for path in registry.site.release(2).iterdir()] == ["manifest.json"]
