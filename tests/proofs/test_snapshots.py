"""Monthly snapshots of a real rolling list, sent as full deliveries: what appears, and what ends.

The list takes an entry out about a year after it was published. Here the clock does, by the term
of the list; that a snapshot lacks an entry ends nothing. Days are written in Japanese eras in the
files, which no Chinese sender uses and our formats refuse: the test writes them anew.
"""

import contextlib
import csv
import io
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import yaml

from gongshi import cli
from gongshi.formats.text import fold
from gongshi.site import Site, create

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT / "../shared/data")) / "jp-labor"
AGENCIES = ROOT / "tests" / "agencies"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no {DATA} (GONGSHI_REAL_DATA)"),
]
_TITLES = {
    "管轄": "AUTHORITY",
    "企業・事業場名称": "PARTY",
    "違反法条": "BASIS",
    "事案概要": "REASON",
}
_DAY = re.compile(r"H\d+\.\d+\.\d+")
Case = dict[str, str]


def day_of(era: str) -> date:
    """Return a day written as H29.10.4."""
    year, month, day = map(int, re.findall(r"\d+", era))
    return date(1988 + year, month, day)


def read(file: Path) -> dict[str, Case]:
    """Return the entries of a snapshot by number, read by the standard library alone."""
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = {}
    for row in rows:
        if not _DAY.fullmatch(row["公表日"] or ""):
            continue  # a line that is broken off, or without its day
        told = "|".join(
            row[name] or "" for name in ("管轄", "企業・事業場名称", "公表日", "違反法条")
        )
        number = f"公表{crc32(told.encode()):010d}号"
        case = {ours: (row[theirs] or "").strip() for theirs, ours in _TITLES.items()}
        found[number] = case | {
            "LISTING_DOC_NO": number,
            "LISTED_ON": day_of(row["公表日"]).isoformat(),
        }
    return found


def taken_on(file: Path) -> date:
    """Return the day of a snapshot: the fifteenth after the month with which it ends."""
    end = file.stem[-8:]
    return date(int(end[:4]), int(end[4:6]), int(end[6:])) + timedelta(days=15)


def a_year_after(text: str) -> date:
    """Return the last day of an entry."""
    day = date.fromisoformat(text)
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


def make_site(root: Path) -> Site:
    """Return a site that takes the list in full, with a term of a year."""
    site = create(root)
    shutil.copytree(AGENCIES / "jp-labor", site.ingest / "jp-labor")
    file = site.ingest / "jp-labor" / "agency.yml"
    spec = yaml.safe_load(file.read_text(encoding="utf-8"))
    spec["layouts"] = [{"name": "六列", "columns": {n: n for n in read_titles()}}]
    spec["ignore"], spec["delivery"] = [], "full"
    for name in ("LISTING_DOC_NO", "LISTED_ON"):
        del spec["constants"][name]
    file.write_text(yaml.safe_dump(spec, allow_unicode=True), encoding="utf-8")
    rules = yaml.safe_load((AGENCIES / "lists" / "TEST-JP.yml").read_text(encoding="utf-8"))
    rules["term_months"] = 12
    target = site.schemas / "lists" / "TEST-JP.yml"
    target.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    return site


def read_titles() -> list[str]:
    """Return the columns of the files that are sent."""
    return [*_TITLES.values(), "LISTING_DOC_NO", "LISTED_ON"]


def run(site: Site, today: date, *words: str) -> dict[str, Any]:
    """Give a command; it must be done, with or without refused rows."""
    out = io.StringIO()
    start = ["--root", str(site.root), "--today", today.isoformat()]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = cli.main([*start, *words, "--json"])
    answer: dict[str, Any] = json.loads(out.getvalue())
    assert status in {0, 1} or _gates(answer), out.getvalue()[-500:]
    return answer


def _gates(answer: Mapping[str, Any]) -> list[str]:
    """Return the gates that have stopped a file."""
    findings = [each for file in answer.get("files", ()) for each in file["findings"]]
    stops = [each["rule"] for each in findings if each["rule"].startswith("G")]
    return stops if any(each["severity"] == "error" for each in findings) else []


def send(site: Site, today: date, file: Path) -> tuple[dict[str, Any], list[str]]:
    """Take a snapshot in; where a gate stops it, a person lets it pass, as the source is right."""
    words = ("ingest", "--agency", "jp-labor", str(file))
    told = run(site, today, *words)
    stops = _gates(told)
    if stops:
        told = run(site, today, *words, "--override-by", "李示例", "--override-reason", "滚动名单")
    return told["files"][0], stops


def replay(home: Path, files: Sequence[Path]) -> None:
    """Send every snapshot in turn and hold the public list against what the files say."""
    site = make_site(home / "site")
    known: dict[str, Case] = {}
    shown: set[str] = set()
    last: set[str] = set()
    left_out = in_time = appeared = ended = stopped = 0
    for source in files:
        today, cases = taken_on(source), read(source)
        sent = home / f"{source.stem}.csv"
        with sent.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.DictWriter(target, read_titles())
            writer.writeheader()
            writer.writerows(cases.values())
        told, stops = send(site, today, sent)
        stopped += bool(stops)
        refused = _refused(told, list(cases))
        known = {number: case for number, case in cases.items() if number not in refused} | known
        released = run(site, today, "publish")

        expected = {n for n, case in known.items() if a_year_after(case["LISTED_ON"]) >= today}
        assert _listed(site) == expected
        assert released["entries_added"] == len(expected - shown)
        assert released["entries_ended"] == len(shown - expected)
        gone = last - set(cases)
        left_out += len(gone)
        in_time += len(gone - expected)
        appeared += released["entries_added"]
        ended += released["entries_ended"]
        shown, last = expected, set(cases)
    assert run(site, taken_on(files[-1]), "verify")["ok"]
    print(  # noqa: T201  the figures of the proof
        f"{len(files)} snapshots, {len(known)} entries: {appeared} appeared, {ended} ended by the "
        f"term; of {left_out} that the source left out, {in_time} had ended here by that day; "
        f"{stopped} were stopped by a gate and let pass"
    )


def _refused(told: Mapping[str, Any], numbers: Sequence[str]) -> set[str]:
    """Return the numbers of the rows that were refused, by their rows in the file."""
    rows = {each["row"] for each in told["findings"] if each["severity"] == "error"}
    assert len(rows) == told["refused"]
    return {number for row, number in enumerate(numbers, start=2) if row in rows}


def _listed(site: Site) -> set[str]:
    """Return the numbers on the public list."""
    number = site.current_release()
    assert number is not None
    path = site.release(number) / "public.db"
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as public:
        return {fold(name) for (name,) in public.execute("select listing_doc_no from list_entries")}


def test_snapshots_of_a_rolling_list_appear_and_end_as_the_files_say(tmp_path: Path) -> None:
    replay(tmp_path, sorted(DATA.glob("*.tsv"), key=taken_on)[5:8])


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_all_snapshots_appear_and_end_as_the_files_say(tmp_path: Path) -> None:
    replay(tmp_path, sorted(DATA.glob("*.tsv"), key=taken_on))
