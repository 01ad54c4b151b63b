"""Findings in columns behave as the tuple of findings that they stand for, and so does a report."""

import csv
import io
import json
from dataclasses import asdict, replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi import report
from gongshi.findings import Findings, collected, joined, once
from gongshi.models import Finding, Severity
from gongshi.report import FileReport

LATE = Finding(
    sheet="",
    row=2,
    column="M",
    field="CF_JDRQ",
    rule="V21",
    severity=Severity.INFO,
    value="2026-01-05",
    message="处罚决定日期：自决定之日起已过 200 个工作日。",
    message_en="reported late",
)
FINDINGS = st.lists(
    st.builds(
        replace,
        st.just(LATE),
        sheet=st.sampled_from(("", "表一")),
        row=st.integers(0, 3),
        rule=st.sampled_from(("V21", "V17")),
        severity=st.sampled_from(Severity),
        value=st.sampled_from(("", "=1+1", '含"引号"\n的')),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(FINDINGS)
def test_it_is_the_sequence_that_it_was_made_of(findings: list[Finding]) -> None:
    columns = collected(findings)

    assert list(columns) == findings
    assert columns == tuple(findings)
    assert [columns[at] for at in range(-len(findings), len(findings))] == findings * 2
    assert columns[1:-1] == findings[1:-1]
    assert (len(columns), bool(columns)) == (len(findings), bool(findings))


@settings(deadline=None)
@given(FINDINGS, FINDINGS)
def test_parts_are_joined_in_order_and_what_is_alike_is_told_once(
    first: list[Finding], second: list[Finding]
) -> None:
    whole = joined(collected(first), second, ())

    assert list(whole) == first + second
    assert list(once(whole)) == list(dict.fromkeys(first + second))


def test_one_difference_in_one_cell_makes_them_unequal() -> None:
    columns = collected([LATE, LATE])

    assert columns == collected([LATE, LATE])
    assert columns != [LATE, replace(LATE, row=3)]
    assert columns != [LATE]
    assert columns != "V21"


def test_past_the_end_there_is_nothing() -> None:
    with pytest.raises(IndexError):
        collected([LATE])[1]


def test_a_million_alike_stand_in_their_cells_alone() -> None:
    count = 1_000_000
    rows = pl.int_range(count, dtype=pl.UInt32, eager=True)
    frame, said = collected([LATE]).parts
    many = Findings(frame.drop("row").join(rows.to_frame("row"), how="cross"), said)

    assert many.parts[0].estimated_size() < 90 * count
    assert many[count - 1] == replace(LATE, row=count - 1)


def a_report(findings: list[Finding]) -> FileReport:
    return FileReport(
        file="三月.csv",
        agency="standard",
        encoding="utf-8",
        rows=9,
        taken=7,
        refused=1,
        unchanged=1,
        findings=collected(findings),
        batch="B20261122-0001",
    )


@settings(deadline=None)
@given(st.lists(FINDINGS, max_size=3))
def test_every_finding_of_every_file_is_in_the_written_reports(files: list[list[Finding]]) -> None:
    reports = [a_report(findings) for findings in files]

    told = json.loads("".join(report.as_json(reports)))
    table = list(csv.DictReader(io.StringIO("".join(report.as_csv(reports)), newline="")))

    assert [file["findings"] for file in told["files"]] == [
        [asdict(each) for each in findings] for findings in files
    ]
    assert [file["batch"] for file in told["files"]] == ["B20261122-0001"] * len(files)
    assert [(line["规则"], line["行"], line["内容"].lstrip("'")) for line in table] == [
        (each.rule, str(each.row or ""), each.value) for findings in files for each in findings
    ]


@settings(deadline=None)
@given(FINDINGS)
def test_the_gravest_come_first_in_the_text(findings: list[Finding]) -> None:
    text = report.as_text([a_report(findings * 5)])

    shown = [line for line in text.splitlines() if "[V" in line]
    marks = ["✗!·".index(line.strip()[0]) for line in shown]
    assert marks == sorted(marks)
    assert len(shown) == min(len(findings) * 5, report.SHOWN)


def test_reports_are_for_their_owner_and_open_in_a_chinese_spreadsheet(tmp_path: Path) -> None:
    report.write(tmp_path / "out", [a_report([LATE])])

    assert (tmp_path / "out" / "report.csv").read_bytes().startswith("\ufeff文件".encode())
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "out").iterdir()}
    assert modes == dict.fromkeys(("report.txt", "report.json", "report.csv"), 0o600)
