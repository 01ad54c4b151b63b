"""Hostile and broken files: rows or a refusal with its reason, never the end of this process."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.readers import open_reader
from gongshi.readers.child import pieces

ROOT = Path(__file__).resolve().parents[1]
NAUGHTY = Path(os.environ.get("GONGSHI_NAUGHTY", ROOT / "../shared/naughty")) / "dev"
OPTIONS = ReaderOptions(seconds=20, memory_mib=512, file_mib=20)
pytestmark = [
    pytest.mark.naughty,
    pytest.mark.skipif(not NAUGHTY.is_dir(), reason=f"no {NAUGHTY} (GONGSHI_NAUGHTY)"),
]

BOMBS = {
    "sparse_far.xlsx": "F02",
    "quadratic_ss.xlsx": "F03",
    "ss_oob.xlsx": "F05",
    "mixed_enc.csv": "F04",
    "nul.csv": "F04",
    "surrogate.csv": "F04",
    "unclosed_quote.csv": "F09",
    "empty.csv": "F01",
}


def files(*groups: str) -> list[Path]:
    """Return the files of some groups."""
    return sorted(
        path for group in groups for path in (NAUGHTY / group).glob("*") if path.is_file()
    )


def outcome(path: Path) -> str:
    """Return `rows`, or the rule of the refusal; anything else is an error of the test."""
    try:
        rows = sum(piece.frame.height for piece in pieces(path, OPTIONS))
    except FileRefusedError as refusal:
        return refusal.rule if refusal.zh and refusal.en else "refused without a reason"
    return f"{rows} rows"


def unhandled(paths: Iterable[Path]) -> list[str]:
    """Return the files whose reading failed through a fault of ours."""
    failed = []
    for path in paths:
        try:
            found = outcome(path)
        except RuntimeError as fault:
            found = str(fault)
        if not found.endswith("rows") and not found.startswith("F"):
            failed.append(f"{path.parent.name}/{path.name}: {found}")
    return failed


@pytest.mark.parametrize(("name", "rule"), BOMBS.items())
def test_a_bomb_is_refused_for_what_it_is(name: str, rule: str) -> None:
    assert outcome(NAUGHTY / "own" / name) == rule


def test_entity_bombs_and_strange_files_are_handled() -> None:
    assert not unhandled(files("own", "xml_bombs"))


def verdicts(prefix: str) -> dict[str, str]:
    """Return the outcome of the JSON files with a prefix, read in this process."""
    found = {}
    for path in sorted((NAUGHTY / "json").glob(f"{prefix}_*")):
        try:
            found[path.name] = f"{sum(p.frame.height for p in open_reader(path, OPTIONS))} rows"
        except FileRefusedError as refusal:
            found[path.name] = refusal.rule
    return found


def test_text_that_is_no_json_is_refused() -> None:
    taken = {name: what for name, what in verdicts("n").items() if not what.startswith("F")}

    assert not taken


def test_valid_json_is_a_table_or_refused_for_not_being_one() -> None:
    broken = {name: what for name, what in verdicts("y").items() if what == "F05"}

    assert not broken


def test_doubtful_json_has_a_clear_outcome() -> None:
    found = verdicts("i")

    assert found
    assert all(what.endswith("rows") or what.startswith("F") for what in found.values())


@pytest.mark.prove
def test_every_stored_file_is_handled() -> None:
    groups = ("calamine", "poi", "frictionless", "goodtables", "csv_spectrum", "xlsxwriter_valid")

    assert not unhandled(files(*groups, "json", "inject", "blns"))


@pytest.mark.prove
def test_valid_workbooks_pass_the_guard() -> None:
    refused = {path.name: outcome(path) for path in files("xlsxwriter_valid")}

    assert not {name: rule for name, rule in refused.items() if rule == "F03"}
