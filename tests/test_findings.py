"""What `check` finds in a generated file is what was planted there: rule by rule, cell by cell."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[1] / "bench" / "findings.py"
RULES = {f"V{number:02}" for number in range(1, 24)} | {
    *("S01", "S02", "S03", "A02", "A03", "A04", "A12", "W01"),
}
"""Every rule that a file in the standard layout can break; `docs/findings.md` says why no other."""


def measured(*arguments: str) -> dict[str, Any]:
    """Return what the program counted, whatever its status."""
    command = [sys.executable, str(BENCH), "--json", *arguments]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    assert not answer.stderr
    counts: dict[str, Any] = json.loads(answer.stdout)
    return counts


def test_a_small_file_is_judged_as_it_was_damaged() -> None:
    counts = measured("--rows", "2000", "--seeds", "11", "--formats", "csv")

    assert counts["rules"].keys() == RULES
    assert not counts["shortfalls"], counts["differing"]
    assert not counts["clean_refused"]
    assert counts["clean"] > 1_500


def test_workbook_and_national_encoding_are_judged_alike() -> None:
    as_workbook = measured("--rows", "1000", "--seeds", "12", "--formats", "xlsx")
    as_text = measured("--rows", "1000", "--seeds", "12", "--formats", "csv-gb18030")

    assert as_workbook == as_text


@pytest.mark.prove
@pytest.mark.parametrize("form", ["csv", "xlsx", "csv-gbk"])
def test_large_files_of_several_seeds_are_judged_as_they_were_damaged(form: str) -> None:
    counts = measured("--rows", "20000", "--seeds", "1", "2", "3", "--formats", form)

    assert counts["rules"].keys() == RULES - ({"A12"} if form == "csv-gbk" else set())
    assert not counts["shortfalls"], counts["differing"]
    assert min(score["planted"] for score in counts["rules"].values()) >= 20
