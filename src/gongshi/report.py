"""What a clerk is told about a file: text for a terminal, JSON for programs, CSV for a spreadsheet.

Values in, text out; only `write` touches a disk. The full reports come in pieces: a million
findings are written without ever standing in memory as text.
"""

import csv
import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from heapq import nsmallest
from itertools import chain
from pathlib import Path
from typing import Any

from gongshi.errors import FileRefusedError
from gongshi.models import Finding, Severity
from gongshi.site import write_atomically

SHOWN = 20
"""How many findings the text report spells out per file; the other reports have all."""

MARKS = {Severity.ERROR: "✗ 错误", Severity.WARNING: "! 提醒", Severity.INFO: "· 提示"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file: `rows == taken + refused + unchanged`, in source rows.

    `batch` is "" where nothing was stored; `redactions` counts masked places; `evidence` says why
    a text file was read in this encoding, "" for workbooks. A file that is `stopped` by a gate is
    refused as a whole, until a person lets it pass.
    """

    file: str
    agency: str
    encoding: str
    rows: int
    taken: int
    refused: int
    unchanged: int
    findings: Sequence[Finding]
    batch: str = ""
    redactions: int = 0
    evidence: str = ""
    stopped: bool = False

    @property
    def unused(self) -> bool:
        """Say whether nothing of the file was taken because of the file as a whole."""
        return self.stopped or not self.agency


def as_json(reports: Iterable[FileReport], more: Mapping[str, Any] = {}) -> Iterator[str]:
    """Yield the object that `check --json` and `ingest --json` print, one finding a line.

    `more` are further members of the object.
    """
    yield '{"files": ['
    for number, report in enumerate(reports):
        head = {name: value for name, value in _flat(report).items() if name != "findings"}
        opened = _json(head).removesuffix("}")
        yield f'{"," if number else ""}\n{opened}, "findings": ['
        for place, finding in enumerate(report.findings):
            yield f"{',' if place else ''}\n{_json(_flat(finding))}"
        yield "]}"
    yield "]"
    for name, value in more.items():
        yield f", {_json(name)}: {_json(value)}"
    yield "}"


_json = json.JSONEncoder(ensure_ascii=False).encode
"""One encoder for all lines: `json.dumps` would make one for each."""


_NAMES = {kind: tuple(each.name for each in fields(kind)) for kind in (FileReport, Finding)}


def _flat(record: FileReport | Finding) -> dict[str, Any]:
    """Return the fields as they are: `asdict` would copy a hundred thousand findings deeply."""
    return {name: getattr(record, name) for name in _NAMES[type(record)]}


def of_refusal(file: str, refusal: FileRefusedError) -> FileReport:
    """Return the report of a file that could not be used at all: one error about the whole."""
    finding = Finding(
        sheet="",
        row=0,
        column="",
        field="",
        rule=refusal.rule,
        severity=Severity.ERROR,
        value="",
        message=f"{refusal.zh}{refusal.todo}",
        message_en=refusal.en,
    )
    return FileReport(
        file=file,
        agency="",
        encoding="",
        rows=0,
        taken=0,
        refused=0,
        unchanged=0,
        findings=(finding,),
    )


def by_rule(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many errors each rule found, most first."""
    counts = Counter(finding.rule for finding in findings if finding.severity is Severity.ERROR)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def as_text(reports: Sequence[FileReport]) -> str:
    """Return the report for a terminal, Chinese first."""
    return "\n".join(line for report in reports for line in _lines(report))


def _lines(report: FileReport) -> list[str]:
    head = f"{report.file}(机构 {report.agency},编码 {report.encoding or '工作簿'})"
    counts = (
        f"  共 {report.rows} 行:接收 {report.taken},拒收 {report.refused},无变化 {report.unchanged}"
        f" / rows {report.rows}: taken {report.taken}, refused {report.refused},"
        f" unchanged {report.unchanged}"
    )
    stopped = "  已拦下:放行之前,整个文件不入库 / stopped: nothing of it is taken unless let pass"
    rules = ", ".join(f"{rule}×{count}" for rule, count in by_rule(report.findings).items())
    proof = [f"  编码依据 / evidence: {report.evidence}"] if report.evidence else []
    lines = [head, *proof, counts, *([stopped] if report.stopped else [])]
    lines += [*([f"  拒收原因 / errors by rule: {rules}"] if rules else [])]
    shown = nsmallest(SHOWN, report.findings, key=lambda finding: _WEIGHT[finding.severity])
    lines += [f"  {_one(finding)}" for finding in shown]
    if (more := len(report.findings) - len(shown)) > 0:
        lines.append(f"  …另有 {more} 条,见完整报告 / {more} more in the full report")
    return lines


_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def _one(finding: Finding) -> str:
    cell = f"{finding.column}{finding.row}" if finding.row else "整个文件"
    sheet = f"{finding.sheet}!" if finding.sheet else ""
    english = f" / {finding.message_en}" if finding.message_en else ""
    told = f"{MARKS[finding.severity]} {sheet}{cell} [{finding.rule}] {finding.message}"
    return f"{told}{finding.advice}{english}"


_CSV_HEAD = (
    "文件",
    "工作表",
    "行",
    "列",
    "字段",
    "规则",
    "级别",
    "内容",
    "说明",
    "建议值",
    "English",
)


def as_csv(reports: Iterable[FileReport]) -> Iterator[str]:
    """Yield every finding as a table that opens in a Chinese Excel (the caller adds the BOM)."""
    line = csv.writer(_Echo()).writerow
    yield line(_CSV_HEAD)
    for report in reports:
        for f in report.findings:
            yield line(
                (
                    *(report.file, f.sheet, f.row or "", f.column, f.field, f.rule, f.severity),
                    *(_inert(f.value), f.message, _inert(f.proposal), f.message_en),
                )
            )


class _Echo:
    """A file for `csv.writer` that hands each line back."""

    def write(self, line: str) -> str:
        """Return what would be written."""
        return line


def _inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def write(folder: Path, reports: Sequence[FileReport]) -> None:
    """Write the report as text, JSON and CSV into `folder`, which only the operator may read."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomically(folder / "report.txt", (as_text(reports) + "\n").encode())
    write_atomically(folder / "report.json", map(str.encode, as_json(reports)))
    write_atomically(folder / "report.csv", chain((BOM_UTF8,), map(str.encode, as_csv(reports))))
    for name in ("report.txt", "report.json", "report.csv"):
        (folder / name).chmod(0o600)
