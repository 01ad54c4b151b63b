"""From one release to the next: no answer is mixed, none is lost, and a damaged one is refused."""

import asyncio
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from gongshi.errors import UsageError
from gongshi.hosting import listen
from gongshi.serve import Portal
from gongshi.serve.instance import open_instance
from gongshi.site import Site, write_atomically
from tests.portal import describe, make_site, seal, visiting


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


def rows_of(visitor: "httpx.Response") -> int:
    count: int = visitor.json()["filtered_table_rows_count"]
    return count


def test_before_the_first_release_the_site_says_so_and_then_follows(site: Site) -> None:
    with visiting(site) as visitor:
        before = visitor.get("/")
        seal(site, 1, 5)
        after = visitor.get("/")

    assert before.status_code == 503
    assert "尚未发布" in before.text
    assert after.status_code == 200


def test_the_next_release_is_in_service_with_the_next_request(site: Site) -> None:
    seal(site, 1, 5)
    with visiting(site) as visitor:
        assert rows_of(visitor.get("/public/penalties.json")) == 5
        seal(site, 2, 9)
        answer = visitor.get("/public/penalties.json")

    assert rows_of(answer) == 9
    assert answer.headers["x-release"] == "2"


def test_a_release_whose_content_has_gone_is_answered_whole_until_the_next_is_open(
    site: Site,
) -> None:
    folder = seal(site, 1, 5)
    paths = ("/api/v1/lists", "/downloads/penalties.csv", "/feeds/penalties.atom", "/search?q=示例")
    with visiting(site) as visitor:
        before = [visitor.get(path).content for path in ("/", *paths)][1:]
        for name in ("downloads", "feeds"):
            shutil.rmtree(folder / name)
        (folder / "public.db").unlink()

        answers = [visitor.get(path) for path in paths for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.content for answer in answers[::3]] == before


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: flip(folder / "public.db"),
        lambda folder: flip(folder / "downloads" / "penalties.csv"),
        lambda folder: (folder / "public.db").unlink(),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text("{}"),
        lambda folder: (folder / "manifest.json").write_text("[" * 9),
        shutil.rmtree,
    ],
    ids=[
        "bit in database",
        "bit in download",
        "no database",
        "no manifest",
        "empty",
        "not JSON",
        "gone",
    ],
)
def test_a_damaged_release_is_refused_and_the_one_before_stays(
    site: Site, damage: "object"
) -> None:
    seal(site, 1, 5)
    with visiting(site) as visitor:
        visitor.get("/")
        folder = seal(site, 2, 9)
        assert callable(damage)
        damage(folder)
        answer = visitor.get("/public/penalties.json")
        again = visitor.get("/")

    assert (rows_of(answer), answer.headers["x-release"]) == (5, "1")
    assert again.status_code == 200
    assert len(visitor.log) == 1
    assert "第 2 期不能上线" in visitor.log[0]


def test_a_pointer_that_is_no_number_is_refused(site: Site) -> None:
    seal(site, 1, 5)
    with visiting(site) as visitor:
        visitor.get("/")
        write_atomically(site.current, b"../../etc")

        assert visitor.get("/").status_code == 200


def test_a_release_whose_manifest_points_outside_is_refused(site: Site) -> None:
    folder = seal(site, 1, 5)
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    (site.root / "secret").write_text("x")
    (folder / "manifest.json").write_text(
        manifest.replace("downloads/penalties.csv", "../../../secret")
    )

    with visiting(site) as visitor:
        assert visitor.get("/").status_code == 503


def test_a_release_whose_search_finds_nothing_is_refused(site: Site) -> None:
    seal(site, 1, 5)
    with visiting(site) as visitor:
        visitor.get("/")
        folder = seal(site, 2, 9)
        with closing(sqlite3.connect(folder / "public.db")) as conn:
            conn.execute("insert into penalties_fts(penalties_fts) values ('delete-all')")
            conn.commit()
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["files"] = [describe(folder, folder / line["path"]) for line in manifest["files"]]
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        answer = visitor.get("/")

    assert answer.headers["x-release"] == "1"
    assert "检索索引无效" in visitor.log[0]


def test_the_server_never_opens_private_state(site: Site) -> None:
    seal(site, 1, 5)
    shutil.rmtree(site.var)

    with visiting(site) as visitor:
        assert visitor.get("/").status_code == 200
    assert not site.var.exists()


def test_swapping_under_load_never_mixes_and_never_steps_back(site: Site) -> None:
    releases = 8
    seal(site, 1, 11)
    seen = asyncio.run(_load(site, releases))

    assert len(seen) > 200
    assert {status for status, *_ in seen} == {200}
    assert all(rows == release * 10 + 1 for _, _, release, rows in seen)
    for reader in {reader for _, reader, *_ in seen}:
        own = [release for _, who, release, _ in seen if who == reader]
        assert own == sorted(own)
    assert max(release for _, _, release, _ in seen) == releases


async def _load(site: Site, releases: int) -> list[tuple[int, int, int, int]]:
    """Return `(status, reader, release, rows)` of requests made while releases are sealed."""
    portal = Portal(site)
    seen: list[tuple[int, int, int, int]] = []
    done = asyncio.Event()
    transport = httpx.ASGITransport(app=portal)

    async def read(reader: int) -> None:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            while not done.is_set():
                answer = await client.get(f"/public/penalties.json?_size=1&seq__gt={-reader}")
                rows = answer.json()["filtered_table_rows_count"]
                seen.append((answer.status_code, reader, int(answer.headers["x-release"]), rows))

    readers = [asyncio.create_task(read(number)) for number in range(4)]
    for release in range(2, releases + 1):
        if release % 3 == 0:  # every third candidate is damaged at first
            await asyncio.to_thread(_seal_damaged, site, release + 100)
            await asyncio.sleep(0.1)
        await asyncio.to_thread(seal, site, release, release * 10 + 1)
        await _until(lambda wanted=release: seen and seen[-1][2] == wanted)
    done.set()
    await asyncio.gather(*readers)
    await portal.close()
    return seen


def _seal_damaged(site: Site, release: int) -> None:
    """Put a release in force that is half a file."""
    folder = site.release(release)
    folder.mkdir(parents=True)
    (folder / "public.db").write_bytes(b"SQLite format 3\x00")
    write_atomically(site.current, str(release).encode())


async def _until(holds: "object") -> None:
    """Wait until something holds, twenty seconds at most."""
    assert callable(holds)
    for _ in range(400):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the next release did not come into service")


def test_swapping_leaves_no_thread_and_no_open_file_behind(site: Site) -> None:
    async def swap() -> tuple[int, int]:
        seal(site, 1, 3)
        await _open_and_close(site, 1)
        before = _threads(), _open_databases(site)
        for release in range(2, 6):
            seal(site, release, 3)
            await _open_and_close(site, release)
        return _threads() - before[0], _open_databases(site) - before[1]

    assert asyncio.run(swap()) == (0, 0)


async def _open_and_close(site: Site, release: int) -> None:
    """Open one release and close it again."""
    instance = await open_instance(site, release)
    await instance.retire()


def _threads() -> int:
    """Return how many threads there are besides those that asyncio keeps for the whole process."""
    return sum(1 for each in threading.enumerate() if not each.name.startswith("asyncio"))


def _open_databases(site: Site) -> int:
    """Return how many files of the site this process holds open."""
    links = Path("/proc/self/fd").iterdir()
    return sum(1 for link in links if link.is_symlink() and str(site.root) in str(link.readlink()))


SERVER = """
import sys
from pathlib import Path
from gongshi.hosting import listen
from gongshi.serve import run
from gongshi.site import Site
run(Site(Path(sys.argv[1])), at=listen(0), ready=lambda address: print(address, flush=True))
"""

IMPORTS = """
import asyncio, sys
from pathlib import Path
from gongshi.serve.instance import open_instance
from gongshi.site import Site
instance = asyncio.run(open_instance(Site(Path(sys.argv[1])), 1))
instance.close()
left = {"polars", "frictionless", "cryptography"} & sys.modules.keys()
left |= {name for name in sys.modules if name.startswith(("gongshi.registry", "gongshi.publish"))}
print(sorted(left))
"""


def test_serving_loads_nothing_of_the_other_stages(site: Site) -> None:
    seal(site, 1, 5)
    command = [sys.executable, "-c", IMPORTS, str(site.root)]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_a_real_server_answers_follows_and_stops(site: Site) -> None:
    seal(site, 1, 5)
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(site.root)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with httpx.Client(base_url=address) as client:
            first = client.get("/")
            client.get("/search?q=食品")
            seal(site, 2, 7)
            time.sleep(1.5)
            second = client.get("/")
        server.terminate()

    assert (first.headers["x-release"], second.headers["x-release"]) == ("1", "2")
    assert "server" not in first.headers
    assert server.returncode in (0, -15)


def test_a_port_that_is_taken_is_told_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(UsageError, match="端口"):
            listen(taken.getsockname()[1])
