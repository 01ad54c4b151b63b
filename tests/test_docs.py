"""The documents say what is there: nothing missing, nothing dead, nothing that leads outside."""

import json
import re
import sqlite3
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongshi import table_schema
from gongshi.command import Command
from gongshi.commands import COMMANDS
from gongshi.formats import kinds
from gongshi.gates import GATES
from gongshi.ingest import load_agencies, read_tables
from gongshi.ingest import rules as reading
from gongshi.site import create
from gongshi.validate import rules as validation

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
HANDWRITTEN = sorted(
    [
        *(file for file in DOCS.rglob("*.md") if REFERENCE not in file.parents),
        *ROOT.glob("*.md"),
    ]
)
PAGES = sorted([*HANDWRITTEN, *REFERENCE.glob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^()\s]+)\)|<a href=\"([^\"]+)\"")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLED = re.compile(r"^```\w+ title=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def _named(file: Path) -> str:
    return str(file.relative_to(ROOT))


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def _all_handwritten() -> str:
    return "\n".join(_text(file) for file in HANDWRITTEN)


FILE_RULES = re.findall(r"\bF\d\d\b", reading.__doc__ or "")


def _declared(pattern: str) -> list[str]:
    """Return the codes of the declarations that match: the folder's name or the file's."""
    files = sorted(ROOT.glob(pattern))
    return [file.parent.name if file.name == "agency.yml" else file.stem for file in files]


def _anchors(file: Path) -> set[str]:
    """Return the anchors of a page as GitHub makes them, and those set by hand."""
    prose = FENCE.sub("", _text(file))
    made = {
        re.sub(r"[^\w\- ]", "", re.sub(r"`|\[|\]\([^)]*\)", "", head).strip().lower()).replace(
            " ", "-"
        )
        for head in HEADING.findall(prose)
    }
    return made | set(re.findall(r'<a id="([^"]+)"', prose))


def _links(file: Path) -> Iterator[str]:
    for markdown, html in LINK.findall(FENCE.sub("", _text(file))):
        yield markdown or html


def test_the_generated_pages_are_what_the_program_says() -> None:
    checked = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("page", sorted(REFERENCE.glob("*.md")), ids=lambda page: page.stem)
def test_a_generated_page_says_so_at_its_top(page: Path) -> None:
    assert "docs/generate.py" in _text(page).splitlines()[0]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_and_a_place_in_the_handbooks(command: Command) -> None:
    assert command.help
    assert f"\n## {command.name}\n" in _text(REFERENCE / "commands.md")
    assert re.search(rf"gongshi (?:--\S+ \S+ )*{command.name}\b", _all_handwritten())


@pytest.mark.parametrize("rule", [*validation.RULES, *reading.RULES, *GATES, *FILE_RULES])
def test_every_rule_is_explained_to_the_clerk(rule: str) -> None:
    assert rule in _text(REFERENCE / "rules.md")
    assert f"| {rule} |" in _text(DOCS / "clerk.md")


def test_every_kind_of_penalty_is_named_to_the_clerk() -> None:
    page = _text(DOCS / "clerk.md").replace("\n", "")

    assert [label for label in kinds.LABELS.values() if label not in page] == []


@pytest.mark.parametrize("code", _declared("ingest/*/agency.yml"))
def test_every_agency_is_named(code: str) -> None:
    assert f"`{code}`" in _all_handwritten()


@pytest.mark.parametrize(
    "code",
    [
        *_declared("schemas/lists/*.yml"),
        *_declared("schemas/platforms/*.yml"),
        *_declared("schemas/policies/*.yml"),
    ],
)
def test_every_list_platform_and_policy_is_named(code: str) -> None:
    named = "\n".join(_text(page) for page in PAGES)

    assert f"`{code}`" in named


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_no_link_is_dead(page: Path) -> None:
    dead = []
    for link in _links(page):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            dead.append(link)

    assert dead == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        ahead += [(page.parent / link.partition("#")[0]).resolve() for link in _links(page)]

    assert [_named(page) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("page", HANDWRITTEN, ids=_named)
def test_examples_in_code_can_be_read_by_a_machine(page: Path) -> None:
    for language, code in FENCE.findall(_text(page)):
        if language == "python":
            compile(code, str(page), "exec")
        elif language == "json":
            json.loads(code)
        elif language == "yaml":
            yaml.safe_load(code)


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_no_page_leads_outside_the_repository_or_is_unfinished(page: Path) -> None:
    forbidden = ("/work" + "/", ".." + "/shared", "TO" + "DO", "FIX" + "ME", "lorem ipsum")

    assert [word for word in forbidden if word in _text(page)] == []


@pytest.fixture
def tutorial_site(tmp_path: Path) -> Path:
    """Make a site and write into it what the tutorial tells a stranger to write."""
    site = create(tmp_path / "site").root
    for place, content in TITLED.findall(_text(DOCS / "contributor.md")):
        if "/" in place:
            (site / place).parent.mkdir(parents=True, exist_ok=True)
            (site / place).write_text(content, encoding="utf-8")
    return site


def test_the_agency_of_the_tutorial_does_what_the_tutorial_says(tutorial_site: Path) -> None:
    blocks = dict(TITLED.findall(_text(DOCS / "contributor.md")))
    sample = tutorial_site / "ingest" / "jia-shi-cg" / "sample.csv"
    schemas = {
        file.stem: table_schema.load(tutorial_site / "schemas", file.stem)
        for file in (tutorial_site / "schemas").glob("*.json")
    }

    table = read_tables(
        sample, load_agencies(tutorial_site / "ingest"), agency=None, schemas=schemas
    )

    first = {name: value for name, value in table.frame.row(0, named=True).items() if value != ""}
    assert first == json.loads(blocks["first-record"])
    assert table.source.agency == "jia-shi-cg"
    assert table.refused == {("", 6)}
    assert [each.rule for each in table.findings] == ["A11", "A22"]


def test_the_tutorial_shows_what_check_prints(tutorial_site: Path) -> None:
    sample = tutorial_site / "ingest" / "jia-shi-cg" / "sample.csv"
    start = [sys.executable, "-m", "gongshi", "--root", str(tutorial_site), "--today", "2026-04-10"]

    checked = subprocess.run(
        [*start, "check", str(sample)], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 1, checked.stderr
    shown = _text(DOCS / "contributor.md")
    for line in checked.stdout.splitlines()[1:]:
        assert line.split("…")[0].split("请核对")[0] in shown


def test_the_follower_of_the_platform_page_keeps_a_copy_in_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run the program that the page prints against three pages of changes."""
    code = next(
        code
        for language, code in FENCE.findall(_text(DOCS / "platform-developer.md"))
        if language == "python"
    )
    copy = tmp_path / "copy.db"
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Changes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(sys, "argv", ["follow.py", site, str(copy)])

    exec(compile(code, "follow.py", "exec"), {})  # noqa: S102  the page's own program
    exec(compile(code, "follow.py", "exec"), {})  # noqa: S102  and again: nothing may change
    server.shutdown()
    server.server_close()

    with closing(sqlite3.connect(copy)) as conn:
        assert conn.execute("select id from records order by id").fetchall() == [("pb",)]
        assert conn.execute("select seq from cursor").fetchall() == [(4,)]


class _Changes(BaseHTTPRequestHandler):
    """Answers `/api/v1/changes` as a site would, two changes a page."""

    LINES: tuple[dict[str, Any], ...] = (
        {"seq": 1, "op": "ADD", "type": "penalty", "id": "pa", "entity": {"party": "甲"}},
        {"seq": 2, "op": "ADD", "type": "penalty", "id": "pb", "entity": {"party": "乙"}},
        {"seq": 4, "op": "DEL", "type": "penalty", "id": "pa"},
    )

    def do_GET(self) -> None:
        since = int(re.search(r"since=(\d+)", self.path)[1])  # type: ignore[index]
        left = [line for line in self.LINES if line["seq"] > since]
        page = left[:2]
        following = page[-1]["seq"] if len(left) > len(page) else None
        body = json.dumps({"release": 1, "next": following, "changes": page}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_every_decision_record_has_its_parts() -> None:
    wanted = {"## Context", "## Decision", "## Consequences", "## Evidence"}

    incomplete = [
        file.name
        for file in sorted((DOCS / "adr").glob("0*.md"))
        if not wanted <= set(_text(file).splitlines()) or "\nStatus: " not in _text(file)
    ]

    assert incomplete == []


def test_the_architecture_shows_the_layers_that_are_enforced() -> None:
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (layers,) = [one["layers"] for one in contracts if one["type"] == "layers"]
    lines = _text(DOCS / "architecture.md").splitlines()

    shown = [line.split("   ")[0].strip() for line in lines]

    assert [layer for layer in layers if layer not in shown] == []


def test_the_page_of_dependencies_names_what_is_needed_and_nothing_else() -> None:
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))
    extras = project["project"]["optional-dependencies"]
    stated = [
        *project["project"]["dependencies"],
        *extras["ingest"],
        *extras["serve"],
        *project["dependency-groups"]["dev"],
    ]
    needed = {re.split(r"[<>=\[;]", one)[0].lower() for one in stated}
    page, _, left_out = _text(DOCS / "dependencies.md").partition("## Considered and left out")
    rows = re.findall(r"^\| ([\w, -]+) \|", page, flags=re.MULTILINE)

    named = {name.strip().lower() for row in rows for name in row.split(",")} - {"package"}

    assert left_out
    assert named == needed
