"""Another spreadsheet program shows the marks, and everything that the clerk had made."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from gongshi.marking import mark
from gongshi.marking.book import FILLS

from .marked import SHEET, finding, formatted


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_shows_the_marks_and_keeps_them(tmp_path: Path) -> None:
    marked = mark(
        formatted(tmp_path / "表.xlsx"), [finding("D3", sheet=SHEET)], tmp_path / "标.xlsx"
    )

    for kind in ("png", "ods"):
        subprocess.run(
            ["soffice", "--headless", "--convert-to", kind, "--outdir", tmp_path, marked],
            check=True,
            capture_output=True,
            timeout=180,
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        )

    with zipfile.ZipFile(tmp_path / "标.ods") as done:
        content = done.read("content.xml").decode()
    assert (tmp_path / "标.png").stat().st_size > 1_000
    assert f"#{FILLS['error'].lower()}" in content.lower()
    assert "错误 [V01]" in content
