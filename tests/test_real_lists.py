"""Published lists and registers: read whole, taken as lists, and never emptied by an empty file.

The declarations stand in `tests/agencies`: they are for these tests, and no site takes these files.
"""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from gongshi.formats import identity_no, uscc
from gongshi.redaction import Subject, redact

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT / "../shared/data"))
OURS = Path(__file__).with_name("agencies")
TODAY = "2024-05-06"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no {DATA} (GONGSHI_REAL_DATA)"),
]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a fresh site that knows the sources of these tests."""
    root = tmp_path / "site"
    subprocess.run([sys.executable, "-m", "gongshi", "new", str(root)], check=True)
    for folder in ("tax-credit", "jp-labor", "ofac-sdn"):
        shutil.copytree(OURS / folder, root / "ingest" / folder)
    for spec in (OURS / "lists").glob("*.yml"):
        shutil.copy(spec, root / "schemas" / "lists")
    return root


def run(root: Path, *words: str, status: int | None = None) -> dict[str, Any]:
    """Run a command with `--json`; its status must be `status`, 0 or 1 where none is given."""
    command = [sys.executable, "-m", "gongshi", "--root", str(root), "--today", TODAY]
    done = subprocess.run([*command, *words, "--json"], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode in ((0, 1) if status is None else (status,))
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def ingested(root: Path, agency: str, path: Path) -> dict[str, Any]:
    report: dict[str, Any]
    (report,) = run(root, "ingest", "--agency", agency, str(path))["files"]
    assert report["rows"] == report["taken"] + report["refused"] + report["unchanged"]
    return report


def entries(root: Path) -> int:
    with closing(sqlite3.connect(root / "var" / "registry.db")) as conn:
        count: int = conn.execute("select count(*) from list_entries").fetchone()[0]
    return count


def as_workbook(path: Path, out: Path) -> Path:
    """Return a table with tabs as a workbook: what is proved here is lists, not encodings."""
    with path.open(encoding="utf-8", newline="") as file, xlsxwriter.Workbook(str(out)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return out


def test_the_tax_list_is_read_in_gbk_and_kept_as_a_red_list(site: Path) -> None:
    source = DATA / "tax-credit-a-2018" / "jiangxi.csv"
    lines = source.read_bytes().decode("gbk", errors="replace").splitlines()[1:]
    coded = {line.split(",")[0].strip() for line in lines}

    report = ingested(site, "tax-credit", source)

    assert report["encoding"] == "gb18030"
    assert report["rows"] == 4938
    assert 0.95 <= report["taken"] / sum(map(uscc.is_valid, coded)) <= 1
    assert entries(site) == report["taken"]


@pytest.mark.parametrize("name", ["empty.csv", "titles.csv"])
def test_an_empty_file_never_empties_a_list(name: str, site: Path, tmp_path: Path) -> None:
    source = DATA / "tax-credit-a-2018" / "jiangxi.csv"
    ingested(site, "tax-credit", source)
    run(site, "publish", status=0)
    before = entries(site)
    bare = tmp_path / name
    titles = source.read_bytes().splitlines(keepends=True)[0]
    bare.write_bytes(titles if name == "titles.csv" else b"")

    refusal = run(site, "ingest", "--agency", "tax-credit", str(bare), status=2)["error"]
    again = run(site, "publish", status=0)

    assert refusal["rule"] == "F01"
    assert entries(site) == before > 3_000
    assert again["entries_ended"] == 0


def test_monthly_snapshots_of_a_rolling_list_bring_what_is_new(site: Path, tmp_path: Path) -> None:
    """Entries that stay are unchanged, new ones are added; one that is left out ends nothing."""
    reports, names = [], []
    for source in sorted((DATA / "jp-labor").glob("*.tsv"))[:4]:
        report = ingested(site, "jp-labor", as_workbook(source, tmp_path / f"{source.stem}.xlsx"))
        kept = entries(site)
        reports.append((report, kept))
        names.append(set(pl.read_csv(source, separator="\t", quote_char=None)["企業・事業場名称"]))

    assert all(report["taken"] + report["unchanged"] > 300 for report, _ in reports)
    for (_, before), (report, kept) in pairwise(reports):
        assert report["unchanged"] > 0.8 * before * 0.9
        assert 0 <= kept - before <= report["taken"]
    assert reports[-1][1] >= 0.97 * len(names[-1])


def test_snapshots_of_a_list_without_header_are_read_as_a_list(site: Path) -> None:
    first, second = sorted((DATA / "ofac-sdn").glob("*.csv"))[:2]

    old = ingested(site, "ofac-sdn", first)
    before = entries(site)
    new = ingested(site, "ofac-sdn", second)

    assert old["taken"] == before
    assert old["taken"] >= 0.98 * old["rows"]
    assert new["unchanged"] >= 0.9 * before
    assert entries(site) - before <= new["taken"]


def lookalikes() -> list[str]:
    """Return the register's codes that read as identity numbers too."""
    path = DATA / "enterprise-registry" / "derived_uscc_lookalike_citizen_id.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return [cell for row in rows for cell in row if uscc.is_valid(cell)]


def test_codes_that_look_like_identity_numbers_are_codes(tmp_path: Path) -> None:
    codes = lookalikes()
    out = tmp_path / "file.csv"
    generate = ["generate", "--rows", "400", "--seed", "1", "--out", str(out)]
    run(ROOT, *generate, status=0)
    frame = pl.read_csv(out, infer_schema=False, encoding="utf8")
    organisations = frame.filter(pl.col("行政相对人类别") == "法人及非法人组织").head(len(codes))
    frame = organisations.with_columns(
        pl.Series("行政相对人代码_1（统一社会信用代码）", codes),
        pl.Series("违法事实", [f"统一社会信用代码{code}的单位销售不合格商品" for code in codes]),
    )
    frame.write_csv(out, include_bom=True)

    report = run(ROOT, "check", str(out), status=0)["files"][0]

    assert len(codes) == len(organisations) == 106
    assert report["taken"] == 106
    assert sum(identity_no.check_digit(code[:17]) == code[17] for code in codes) == 5
    assert not {each["rule"] for each in report["findings"]} & {"V03", "V06", "V20"}
    for code in codes:
        assert redact(f"统一社会信用代码{code}", Subject()).text == f"统一社会信用代码{code}"
