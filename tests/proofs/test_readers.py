"""Readers of the really served site never see half a release, while a hundred are published."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from gongshi.events import Event, EventKind, apply_event
from gongshi.lists import enlist
from gongshi.merge import merge
from gongshi.pipeline import publish
from gongshi.registry import open_registry, transaction
from gongshi.site import Site, create
from tests.registry_world import POLICIES, batch, entry, penalty, table

FIRST = date(2026, 3, 2)
PATHS = (
    "/",
    "/search?q=%E7%A4%BA%E4%BE%8B",
    "/list/YZWF",
    "/api/v1/releases/latest",
    "/api/v1/lists",
    "/api/v1/lists/YZWF",
    "/api/v1/changes?since=0&limit=1000",
    "/public/penalties.json?_size=100&_sort_desc=seq",
    "/public/list_entries.json?_size=100",
    "/feeds/penalties.json",
    "/feeds/list/YZWF.json",
    "/downloads/penalties.json",
    "/downloads/penalties.csv",
)
_TIME = re.compile(r'"query_ms": [0-9.e-]+')


@dataclass
class Seen:
    """What readers saw: bodies by release and path, the releases of each reader in turn."""

    bodies: dict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    turns: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    busy: int = 0


def read(address: str, seen: Seen, who: int, done: threading.Event) -> None:
    """Ask for one address after the other until there is nothing more to come."""
    with httpx.Client(base_url=address, timeout=30) as client:
        turn = who
        while not done.is_set():
            path = PATHS[turn % len(PATHS)]
            turn += 1
            answer = client.get(path)
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                seen.busy += 1  # a reading took too long: nothing was told
                continue
            if answer.status_code != httpx.codes.OK:
                seen.errors.append(f"{path}: {answer.status_code}")
                continue
            release = int(answer.headers["x-release"])
            seen.bodies[release, path].add(_TIME.sub('"query_ms": 0', answer.text))
            seen.turns[who].append(release)


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve a site on loopback as an operator does, and give its address."""
    command = [sys.executable, "-m", "gongshi", "--root", str(site.root), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        (address,) = re.findall(r"http://\S+?:\d+", server.stdout.readline())
        try:
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def live(conn: sqlite3.Connection, number: int, today: date) -> None:
    """Bring what one day brings: cases, a listing, a correction, and one decision revoked."""
    rows = [penalty(4 * number + n, decided_on="2026-02-27") for n in range(3)]
    rows += [penalty(4 * max(number - 1, 0), decided_on="2026-02-27", facts=f"更正{number}")]
    listed = entry(4 * number, listed_on="2026-02-27", penalty_doc_no=rows[0]["doc_no"])
    with transaction(conn):
        merge(conn, table(rows[: 3 + bool(number)]), batch(conn, table(rows), today.isoformat()))
        entries = table([listed], "list-entry")
        enlist(conn, entries, batch(conn, entries, today.isoformat()), POLICIES.lists)
        if number % 2:
            (name,) = conn.execute(
                "select penalty_id from penalties where shown = 1 order by add_seq limit 1"
            ).fetchone()
            revoked = Event(
                event=EventKind.REVOKE,
                penalty_id=name,
                on_day=today.isoformat(),
                reason="示例原因",
                basis="《示例法》第一条",
            )
            apply_event(conn, revoked)


def truth(site: Site) -> dict[str, Any]:
    """Return what the release in force holds, from its database alone."""
    number = site.current_release()
    assert number is not None
    path = site.release(number) / "public.db"
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as public:
        shown = [name for (name,) in public.execute("select penalty_id from penalties")]
        entries = [name for (name,) in public.execute("select entry_id from list_entries")]
        (seq,) = public.execute("select seq from releases order by release desc").fetchone()
        (events,) = public.execute("select count(*) from events").fetchone()
    return {
        "release": number,
        "seq": seq,
        "shown": set(shown),
        "entries": set(entries),
        "events": events,
    }


def check(body: str, path: str, true: dict[str, Any]) -> None:
    """Hold one answer against what its release holds."""
    if not path.startswith(("/api", "/public", "/feeds", "/downloads")) or path.endswith("csv"):
        return
    told = json.loads(body)
    if path == "/api/v1/releases/latest":
        assert (told["release"], told["seq"]) == (true["release"], true["seq"])
    elif path == "/api/v1/lists/YZWF":
        assert {each["entry_id"] for each in told["entries"]} == true["entries"]
        assert (told["release"], told["seq"]) == (true["release"], true["seq"])
    elif path.startswith("/api/v1/changes"):
        assert told["release"] == true["release"]
        assert len(told["changes"]) == min(true["events"], 1000)
        assert max(each["seq"] for each in told["changes"]) <= true["seq"]
    elif path.startswith("/public/penalties"):
        assert told["filtered_table_rows_count"] == len(true["shown"])
    elif path.startswith("/public/list_entries"):
        assert told["filtered_table_rows_count"] == len(true["entries"])


def hammer(site: Site, publishes: int, readers: int) -> int:
    """Publish again and again under readers; return how many answers were looked at."""
    conn = open_registry(site.registry)
    live(conn, 0, FIRST)
    publish(site, today=FIRST)
    truths = {1: truth(site)}
    seen, done = Seen(), threading.Event()
    with served(site) as address:
        threads = [
            threading.Thread(target=read, args=(address, seen, who, done)) for who in range(readers)
        ]
        for thread in threads:
            thread.start()
        for number in range(1, publishes):
            today = FIRST + timedelta(days=number)
            live(conn, number, today)
            publish(site, today=today)
            truths[number + 1] = truth(site)
        _until_in_service(address, publishes)
        done.wait(2)  # so that everybody reads the last release as well
        done.set()
        for thread in threads:
            thread.join()
    conn.close()
    return _judge(seen, truths, publishes)


def _until_in_service(address: str, release: int) -> None:
    """Wait until a release is served, a minute at most."""
    for _ in range(120):
        if httpx.get(f"{address}/api/v1/releases/latest").json()["release"] == release:
            return
        time.sleep(0.5)
    raise AssertionError(f"release {release} did not come into service")


def _judge(seen: Seen, truths: dict[int, dict[str, Any]], publishes: int) -> int:
    """Hold everything that was seen against what each release holds."""
    assert seen.errors == []
    for releases in seen.turns.values():
        assert releases == sorted(releases)
        assert releases[-1] == publishes
    for (release, path), bodies in seen.bodies.items():
        assert len(bodies) == 1, (release, path)
        check(next(iter(bodies)), path, truths[release])
    answers = sum(map(len, seen.turns.values()))
    different = {release for release, _ in seen.bodies}
    print(  # noqa: T201  the figures of the proof
        f"{publishes} publishes, {answers} answers of {len(different)} releases, {seen.busy} busy"
    )
    assert seen.busy * 20 < answers
    return answers


def test_readers_never_see_half_a_release(tmp_path: Path) -> None:
    site = create(tmp_path / "site")
    site.require()

    assert hammer(site, publishes=6, readers=3) > 20


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_readers_never_see_half_a_release_of_a_hundred(tmp_path: Path) -> None:
    site = create(tmp_path / "site")
    site.require()

    assert hammer(site, publishes=100, readers=6) > 1_000
