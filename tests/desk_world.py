"""A site with two invented agencies, its desk on loopback, and a clerk who uses it over HTTP."""

from __future__ import annotations

import re
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import httpx
import uvicorn

from gongshi import desk, registry
from gongshi.generate import generate
from gongshi.site import Site, create

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2026, 3, 2)
AGENCY = """\
code: {code}
title: {title}
title_en: {title}
schema: penalty
template: true
authorities:
  - containing: [局, 委员会, 大队, 支队, 办公室]
rows: [{fewest}, 10000]
"""
SEAL = re.compile(r'name="seal" value="([^"]+)"')


def make_site(folder: Path, **policy: int) -> Site:
    """Return a site: batches of 甲市 wait for approval, 丙市 never sends fewer than 10 rows."""
    site = create(folder / "site")
    site.require()
    for code, title, fewest in (
        ("jia-shi", "甲市报送单位", 1),
        ("yi-shi", "乙市报送单位", 1),
        ("bing-shi", "丙市报送单位", 10),
    ):
        home = site.ingest / code
        home.mkdir()
        (home / "agency.yml").write_text(
            AGENCY.format(code=code, title=title, fewest=fewest), encoding="utf-8"
        )
    rules = site.schemas / "policies" / "approval.yml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("agencies: {}", "agencies: {jia-shi: named}"), encoding="utf-8")
    for key, value in policy.items():
        file = site.schemas / "policies" / "desk.yml"
        text = re.sub(
            rf"^{key}: .*$", f"{key}: {value}", file.read_text("utf-8"), flags=re.MULTILINE
        )
        file.write_text(text, encoding="utf-8")
    return site


def invent(path: Path, rows: int = 12, *, seed: int = 5, dirty: bool = False) -> Path:
    """Write an invented file in the layout of the template."""
    generate(rows, seed, path, fmt=None, dirty=dirty, today=TODAY)
    return path


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """Yield the address of the site's desk, which answers until the end."""
    app = desk.application(site, lambda: TODAY)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


def batches(site: Site) -> list[tuple[str, str | None]]:
    """Return every batch with the agency and who approved it."""
    with closing(registry.open_registry(site.registry)) as conn:
        return conn.execute("select agency, approved_by from batches order by batch").fetchall()


def overrides(site: Site) -> list[tuple[str, str, str]]:
    """Return who let which agency's batch pass a gate, and why."""
    query = "select agency, override_by, override_reason from batches where override_by is not null"
    with closing(registry.open_registry(site.registry)) as conn:
        return conn.execute(query).fetchall()


@dataclass
class Visitor:
    """A browser without a screen: follows redirects, keeps cookies, fills in forms."""

    address: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.address, follow_redirects=True, timeout=60)

    def sign_in(self, token: str) -> httpx.Response:
        seal = self.seal("/sign-in")
        return self.http.post("/sign-in", data={"seal": seal, "token": token})

    def seal(self, page: str = "/") -> str:
        found = SEAL.search(self.http.get(page).text)
        assert found, page
        return found[1]

    def bring(self, name: str, content: bytes) -> httpx.Response:
        """Upload one file and return its page, once it was checked."""
        answer = self.http.post(
            "/files", data={"seal": self.seal()}, files={"file": (name, content)}
        )
        return self.settled(answer)

    def settled(self, answer: httpx.Response) -> httpx.Response:
        """Return a file's page once nothing is being done with it."""
        place = answer.url.path
        until = time.monotonic() + 60
        while answer.is_success and place.startswith("/files/"):
            if not self.http.get(f"{place}/state").json()["busy"]:
                return self.http.get(place)
            assert time.monotonic() < until, answer.text
            time.sleep(0.05)
        return answer

    def act(self, place: str, **fields: str) -> httpx.Response:
        """Send one of our forms and return what follows."""
        return self.settled(self.http.post(place, data={"seal": self.seal(), **fields}))

    def close(self) -> None:
        self.http.close()
