"""Codes with a wrong check character: refused, unless a named person has confirmed them."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gongshi.declarations.reviewed import load_reviewed_codes
from gongshi.errors import SpecError
from gongshi.formats import uscc
from gongshi.generate import whole
from gongshi.generate.files import titles_of

ENTRY = """\
codes:
  - {{code: {code}, reviewer: 甲乙丙, reason: 已核对证书原件, reviewed_on: 2026-01-05}}
"""


def wrong_check(code: str) -> str:
    """Return the code with another last symbol."""
    following = uscc.ALPHABET[(uscc.ALPHABET.index(code[-1]) + 1) % len(uscc.ALPHABET)]
    return code[:-1] + following


def run(root: Path, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "gongshi", "--root", str(root), "--today", "2026-11-22"]
    done = subprocess.run([*command, *words, "--json"], capture_output=True, text=True, check=False)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_confirmed_code_is_taken_the_whole_way(tmp_path: Path) -> None:
    site, file = tmp_path / "site", tmp_path / "file.csv"
    run(tmp_path, "new", str(site))
    frame = whole(60, 1, today=date(2026, 11, 22)).frame.drop("_damaged")
    row = frame.filter(pl.col("CF_XDR_LB") == "法人及非法人组织").head(1)
    code = wrong_check(row["CF_XDR_SHXYM"][0])
    row = row.with_columns(pl.lit(code).alias("CF_XDR_SHXYM"))
    row.rename(titles_of("penalty"), strict=False).write_csv(file, include_bom=True)

    before = run(site, "check", str(file))["files"][0]
    policy = site / "schemas" / "policies" / "reviewed-codes.yml"
    policy.write_text(ENTRY.format(code=code), encoding="utf-8")
    after = run(site, "ingest", str(file))["files"][0]
    run(site, "publish")

    assert [each["rule"] for each in before["findings"] if each["severity"] == "error"] == ["V03"]
    assert (before["refused"], after["refused"], after["taken"]) == (1, 0, 1)


def test_a_site_without_the_file_has_confirmed_nothing(tmp_path: Path) -> None:
    assert load_reviewed_codes(tmp_path) == frozenset()


@pytest.mark.parametrize(
    "code",
    [uscc.PLACEHOLDER, "911101085513850000", "9.11101E+17", "91110108", "91110000802100433B"],
    ids=["placeholder", "rounded", "scientific", "short", "valid"],
)
def test_what_no_review_can_confirm_is_an_error_of_the_file(code: str, tmp_path: Path) -> None:
    (tmp_path / "reviewed-codes.yml").write_text(ENTRY.format(code=f'"{code}"'), encoding="utf-8")

    with pytest.raises(SpecError, match=r"reviewed-codes\.yml"):
        load_reviewed_codes(tmp_path)


def test_a_review_needs_a_name_and_a_reason(tmp_path: Path) -> None:
    text = ENTRY.format(code=wrong_check("91110000802100433B")).replace("甲乙丙", '""')
    (tmp_path / "reviewed-codes.yml").write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match="reviewer"):
        load_reviewed_codes(tmp_path)
