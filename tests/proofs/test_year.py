"""A small year on every run, the whole one by hand."""

from pathlib import Path

import pytest

from tests.proofs.year import report, simulate


def test_four_weeks_of_a_site_break_no_invariant(tmp_path: Path) -> None:
    year = simulate(tmp_path / "site", records=150, days=28, seal=7)

    told = report(year, 150)
    assert "an empty file is refused: F01" in told
    assert "missed: no command is given" in told
    assert "restored a backup" in told
    assert len(year.months) >= 5


@pytest.mark.prove
@pytest.mark.timeout(10_800)
def test_a_year_of_a_site_breaks_no_invariant(tmp_path: Path) -> None:
    year = simulate(tmp_path / "site", records=200_000, days=365, seal=91)

    assert year.months[-1]["records"] > 190_000
