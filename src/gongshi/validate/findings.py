"""Problems become findings: the words a clerk reads, with the cell where to look."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import polars as pl

from gongshi.models import ROW, SHEET, Finding, RawTable, Severity
from gongshi.table_schema import Field, TableSchema
from gongshi.validate.problem import Problem
from gongshi.validate.proposals import PROPOSALS, WITNESSES
from gongshi.validate.rules import RULES

Problems = dict[int, list[Problem]]
"""Line from 0 → what is wrong with it."""

_DEPTH = 2
"""The depth of rules about meaning: the deepest."""


def severity_of(problem: Problem) -> Severity:
    """Return how much a problem weighs: its own word, else that of its rule."""
    return problem.severity or RULES[problem.rule].severity


def words(problem: Problem, field: Field | None) -> tuple[str, str]:
    """Return the Chinese message (what, why, what to do) and the English line."""
    rule = RULES[problem.rule]
    subject = f"{field.title}：" if field else ""
    subject_en = f"{field.title_en}: " if field and field.title_en else ""
    zh = f"{subject}{problem.zh}。{rule.why}{problem.todo or rule.todo}"
    return zh, f"{subject_en}{problem.en}. {rule.title_en}"


def settled(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems of one line, each rule once per cell.

    Of one cell the plainest fault counts: a cell that is empty, or not of its type or form, is
    just that, and what the rules about its meaning add would only follow from it.
    """
    if len(problems) == 1:
        return list(problems)
    unique: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        unique.setdefault((problem.role, problem.rule), problem)
    plainest: dict[str, int] = {}
    for role, rule in unique:
        plainest[role] = min(plainest.get(role, _DEPTH), _depth(rule))
    return [each for (role, rule), each in unique.items() if _depth(rule) == plainest[role]]


def _depth(rule: str) -> int:
    """Return how much of the meaning of a cell a rule takes for granted."""
    return 0 if rule == "V01" else 1 if rule.startswith("S") else _DEPTH


def findings_of(
    problems: Problems, raw: RawTable, schema: TableSchema, roles: pl.DataFrame
) -> Iterator[Finding]:
    """Yield the findings line by line, in the order of the table and of its fields.

    `problems` is settled and in order; `roles` are the columns of `columns.prepare`.
    """
    order = {each.role: number for number, each in enumerate(schema.fields)}
    cells = _cells(problems, roles)

    @cache  # Many lines share one problem: lateness is the same for all decisions of a day.
    def told(problem: Problem) -> tuple[Field | None, str, Severity, str, str]:
        field = schema.by_role.get(problem.role)
        name = field.name if field else ""
        return field, name, severity_of(problem), *words(problem, field)

    where = raw.frame.select(SHEET, ROW)[list(problems)].iter_rows()
    for (place, found), (sheet, row) in zip(problems.items(), where, strict=True):
        if len(found) > 1:
            found.sort(key=lambda each: order.get(each.role, -1))
        for problem in found:
            field, name, severity, zh, en = told(problem)
            category = cells.get(("category", place), "") if problem.role == "party" else ""
            column = raw.columns.of(sheet, name, category)
            value = field.shown(cells.get((problem.role, place), "")) if field else ""
            right = _proposal(problem, place, cells) if field and field.may_be_proposed else ""
            yield Finding(sheet, row, column, name, problem.rule, severity, value, zh, en, right)


def _proposal(problem: Problem, place: int, cells: Mapping[tuple[str, int], str]) -> str:
    """Return what the cell should say, "" where that is not certain, or what it says already."""
    propose = PROPOSALS.get((problem.rule, problem.role))
    if propose is None:
        return ""
    row = {role: cells.get((role, place), "") for role in (problem.role, *WITNESSES)}
    right = propose(row)
    return "" if right == row[problem.role] else right


def _cells(problems: Problems, roles: pl.DataFrame) -> dict[tuple[str, int], str]:
    """Return the text of every cell that has a problem, by role and place, and what bears on it."""
    wanted: dict[str, dict[int, None]] = {}
    for place, found in problems.items():
        for problem in found:
            wanted.setdefault(problem.role, {})[place] = None
            if problem.role == "party":
                wanted.setdefault("category", {})[place] = None
            if (problem.rule, problem.role) in PROPOSALS:
                for role in WITNESSES:
                    wanted.setdefault(role, {})[place] = None
    return {
        (role, place): text
        for role, places in wanted.items()
        if role in roles.columns
        for place, text in zip(places, roles[role][list(places)].to_list(), strict=True)
    }
