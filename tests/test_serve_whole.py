"""The site over a release that the real pipeline made: every link leads somewhere."""

import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest

from gongshi.serve import finder
from gongshi.site import Site
from tests.portal import Visitor, visiting

PAGES = 150


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    root = tmp_path_factory.mktemp("whole") / "site"
    command = [sys.executable, "-m", "gongshi", "--root", str(root), "demo", "--rows", "600"]
    done = subprocess.run([*command, "--no-serve"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with visiting(Site(root)) as found:
        yield found


def test_every_link_from_the_home_page_leads_somewhere(visitor: Visitor) -> None:
    seen: dict[str, int] = {}
    todo = deque(["/", "/?lang=en"])
    while todo and len(seen) < PAGES:
        path = todo.popleft()
        if path in seen:
            continue
        answer = visitor.get(path)
        seen[path] = answer.status_code
        if answer.status_code == 302:  # a code or a number leads to its page
            todo.append(answer.headers["location"])
        elif answer.headers["content-type"].startswith("text/html"):
            assert not re.search(r">(?:col|colour|value|table)_\w+<|>None<", answer.text), path
            todo.extend(_links(path, answer.text))

    assert {path: status for path, status in seen.items() if status not in {200, 302}} == {}
    assert len(seen) == PAGES


def _links(path: str, page: str) -> Iterator[str]:
    """Yield the addresses within the site that a page leads to."""
    for link in re.findall(r'(?:href|src)="([^"#]+)', page):
        parts = urlsplit(urljoin(f"http://localhost{path}", unescape(link)))
        if parts.netloc == "localhost":
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def test_what_is_searched_is_what_was_indexed(visitor: Visitor) -> None:
    answer = visitor.get("/public/penalties.json?_shape=objects&_size=20").json()

    for row in answer["rows"]:
        for name in ("party", "doc_no", "violation_type"):
            if row[name]:
                query = f'"{row[name]}"'
                found = visitor.get("/public/penalties.json", params={"_search": query})
                assert found.json()["filtered_table_rows_count"] > 0, (name, row[name])
    assert set(finder.TEXTS) <= answer["rows"][0].keys()


def test_facets_have_the_counts_that_were_published(visitor: Visitor) -> None:
    total = visitor.get("/public/penalties.json?_size=0").json()
    counted = {
        each["value"]: each["count"] for each in total["facet_results"]["severity"]["results"]
    }

    for value, n in counted.items():
        answer = visitor.get("/public/penalties.json", params={"severity": value, "_size": 0})
        assert answer.json()["filtered_table_rows_count"] == n


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_prepared_feeds_lead_to_pages_of_the_site(visitor: Visitor, kind: str) -> None:
    feed = feedparser.parse(visitor.get(f"/feeds/penalties.{kind}").content)

    assert not feed.bozo
    assert feed.entries
    for entry in feed.entries[:5]:
        assert visitor.get(urlsplit(entry.link).path).status_code == 200


def test_every_download_is_as_the_manifest_says(visitor: Visitor) -> None:
    manifest = visitor.get("/downloads/manifest.json").json()

    for file in manifest["files"]:
        name = Path(file["path"])
        if name.parts[0] == "downloads":
            answer = visitor.get(f"/{file['path']}")
            assert len(answer.content) == file["size"]
            assert answer.headers["etag"] == f'"{file["sha256"]}"'


def test_a_listed_firm_is_found_by_screening_its_code_and_its_name(visitor: Visitor) -> None:
    entries = [
        entry
        for each in visitor.get("/api/v1/lists").json()["lists"]
        for entry in visitor.get(f"/api/v1/lists/{each['list_code']}").json()["entries"]
        if entry["uscc"]
    ]
    asked = {"codes": [entry["uscc"] for entry in entries], "names": [entries[0]["party"]]}

    results = visitor.ask("POST", "/api/v1/screen", json=asked).json()["results"]

    assert len(results) == len(entries) + 1
    for entry, result in zip(entries, results, strict=False):
        assert entry["entry_id"] in {match["entry_id"] for match in result["matches"]}
        assert {match["colour"] for match in result["matches"]} <= {"red", "black", "watch"}
    assert results[-1]["matches"]
