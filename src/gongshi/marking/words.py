"""What the marks say: a comment for each cell, and the lines of the summary sheet. Words only."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from gongshi.models import Finding, Severity
from gongshi.readers.columns import column_index
from gongshi.readers.piece import CELL, Piece

SUMMARY = "校验结果"
"""Name of the summary sheet; a workbook that has one of its own gets a figure behind it."""
TITLE = "校验结果（Gongshi 公示生成；报送时不读取本表）"
"""First cell of the summary sheet, by which `is_summary` knows it."""
DATA = "数据"
"""Name of the sheet that holds the cells of a text file, which has no sheets."""
MOST = 20_000
"""Findings that are marked and listed; of more, the gravest come first."""
HEAD = ("级别", "规则", "工作表", "行", "列", "字段", "说明", "建议值", "定位")
"""Columns of the summary's table."""

WORDS: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.INFO: "提示"}
)
_COLOURS = {Severity.ERROR: "红底", Severity.WARNING: "黄底", Severity.INFO: "蓝底"}
_WEIGHT = {severity: weight for weight, severity in enumerate(WORDS)}
_NOTED = 3
"""Lines of the summary above its notes: the title, the file, the counts."""
_IN_A_CELL = 10
"""Findings that one comment spells out."""
_BEFORE = "\n──── 原批注 ────\n"
_OURS = re.compile(rf"(?:{'|'.join(WORDS.values())}) \[[A-Z][0-9]{{2}}\]")


class Mark(NamedTuple):
    """One finding at its cell; `row` and `column` from 1."""

    sheet: str
    row: int
    column: int
    severity: str
    text: str


class Entry(NamedTuple):
    """One cell of the summary: its `look` is a severity, `title`, `head` or nothing.

    `sheet` and `place` (`T8`) name the cell that a click leads to.
    """

    text: str | int
    look: str = ""
    sheet: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that goes into a marked workbook besides the clerk's own cells."""

    marks: Sequence[Mark]
    summary: Sequence[Sequence[Entry]]

    @property
    def plain(self) -> dict[str, Any]:
        """Return the plan as JSON holds it."""
        return asdict(self)

    def noting(self, note: str) -> "Plan":
        """Return the plan with one more line among those that the summary begins with."""
        return replace(
            self, summary=[*self.summary[:_NOTED], [Entry(note)], *self.summary[_NOTED:]]
        )


def plan_from(plain: Mapping[str, Any]) -> Plan:
    """Return the plan that `Plan.plain` gives."""
    return Plan(
        [Mark(*mark) for mark in plain["marks"]],
        [[Entry(*entry) for entry in line] for line in plain["summary"]],
    )


def plan(name: str, findings: Sequence[Finding], notes: Iterable[str] = ()) -> Plan:
    """Return the marks of the file `name`, and a summary that says `notes` first."""
    gravest = sorted(findings, key=lambda finding: _WEIGHT[finding.severity])[:MOST]
    return Plan(
        [_mark(finding) for finding in gravest if finding.row],
        [*_top(name, len(findings), notes), *_counts(findings), *_table(gravest)],
    )


def _mark(finding: Finding) -> Mark:
    """Return the mark of one finding; what concerns the whole row stands at its first cell."""
    whole = "" if finding.column else "（整行）"
    return Mark(
        finding.sheet or DATA,
        finding.row,
        column_index(finding.column or "A") + 1,
        finding.severity.value,
        f"{WORDS[finding.severity]} [{finding.rule}] {whole}{finding.message}{finding.advice}",
    )


def comment(marks: Iterable[Mark], before: str = "") -> tuple[Severity, str]:
    """Return the gravest severity of one cell's marks, and its comment, the gravest first.

    `before` is the comment that the cell had; what we wrote there earlier is left out.
    """
    ordered = sorted(dict.fromkeys(marks), key=lambda mark: _WEIGHT[Severity(mark.severity)])
    texts = list(dict.fromkeys(mark.text for mark in ordered))
    lines = texts[:_IN_A_CELL]
    if (more := len(texts) - len(lines)) > 0:
        lines.append(f"另有 {more} 处，见《{SUMMARY}》。")
    theirs = theirs_in(before)
    return Severity(ordered[0].severity), "\n".join(lines) + (_BEFORE + theirs if theirs else "")


def is_ours(text: str) -> bool:
    """Say whether a comment was written by `comment`."""
    return _OURS.match(text) is not None


def theirs_in(text: str) -> str:
    """Return the clerk's part of a comment.

    >>> theirs_in(comment([Mark("表", 2, 1, "error", "错误 [V01] 缺少内容")], "待核实")[1])
    '待核实'
    """
    return text.partition(_BEFORE)[2] if is_ours(text) else text


def is_summary(piece: Piece) -> bool:
    """Say whether a sheet, by its first piece, is the summary of a marked workbook."""
    frame, first = piece.frame, f"{CELL}0"
    name = piece.sheet.removeprefix(f"{piece.member}/")
    return first in frame.columns and names_summary(name, frame[first].first())


def names_summary(sheet: str, first_cell: object) -> bool:
    """Say whether a sheet of this name and with this first cell is our summary."""
    return sheet.startswith(SUMMARY) and str(first_cell).strip() == TITLE


def _top(name: str, found: int, notes: Iterable[str]) -> list[list[Entry]]:
    """Return the title and what to know before reading on."""
    colours = "，".join(f"{colour}为{WORDS[one]}" for one, colour in _COLOURS.items())
    lines = [
        f"文件：{name}",
        f"共 {found} 处。{colours}；把鼠标移到单元格上，批注写明原因和改法。",
        *notes,
    ]
    if found > MOST:
        lines.append(f"只标出并列出其中 {MOST} 处，较重的在先；其余见 report.csv。")
    return [[Entry(TITLE, "title")], *([Entry(line)] for line in lines), []]


def _counts(findings: Sequence[Finding]) -> list[list[Entry]]:
    """Return how many findings there are, by severity and rule."""
    counts = Counter((finding.severity, finding.rule) for finding in findings)
    ordered = sorted(counts.items(), key=lambda item: (_WEIGHT[item[0][0]], -item[1], item[0][1]))
    rows = [
        [Entry(WORDS[severity], severity.value), Entry(rule), Entry(count)]
        for (severity, rule), count in ordered
    ]
    return [[Entry(title, "head") for title in ("级别", "规则", "处数")], *rows, []]


def _table(findings: Iterable[Finding]) -> list[list[Entry]]:
    """Return one line for each finding, with the way to its cell."""
    return [[Entry(title, "head") for title in HEAD], *(_line(each) for each in findings)]


def _line(finding: Finding) -> list[Entry]:
    """Return one line of the table; without a row there is nothing to lead to."""
    place = f"{finding.column or 'A'}{finding.row}" if finding.row else ""
    return [
        Entry(WORDS[finding.severity], finding.severity.value),
        Entry(finding.rule),
        Entry(finding.sheet),
        Entry(finding.row or ""),
        Entry(finding.column),
        Entry(finding.field),
        Entry(finding.message),
        Entry(finding.proposal),
        Entry(place, sheet=finding.sheet or DATA if place else "", place=place),
    ]
