"""Problems become findings: the words a clerk reads, with the cell where to look.

Everything here is columns, since one problem may stand in a million cells: a late batch is late in
every row.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat

import polars as pl

from gongshi.findings import TOLD, Findings, Told, told
from gongshi.models import ROW, SHEET, RawTable, Severity
from gongshi.table_schema import MAX_SHOWN, Field, TableSchema
from gongshi.validate.problem import Problem
from gongshi.validate.proposals import PROPOSALS, WITNESSES
from gongshi.validate.rules import RULES

Found = Iterable[tuple[Sequence[int], Problem]]
"""Problems, each with lines that have it, counted from 0."""

_PERHAPS_WITHHELD = f"[0-9]{{15}}|(?s:.{{{MAX_SHOWN}}})"
"""Cells that may not be shown, or not whole; all others are shown as they are."""
_DEPTH = 2
"""The depth of rules about meaning: the deepest."""

_PLACE, _PROBLEM, _ROLE, _RULE = "_place", "_problem", "_role", "_rule"
_ORDER, _PLAINNESS, _AT = "_order", "_plainness", "_at"


class Problems:
    """What is wrong with a table so far: lines, and for each the number of a distinct problem."""

    def __init__(self) -> None:
        self._numbers: dict[Problem, int] = {}
        self._places = array("I")
        self._which = array("I")

    def add(self, found: Found, *, first: int = 0) -> None:
        """Add what was found in lines that are counted from the place `first`."""
        for places, problem in found:
            number = self._numbers.setdefault(problem, len(self._numbers))
            self._places.extend(first + place for place in places)
            self._which.extend(repeat(number, len(places)))

    @property
    def distinct(self) -> list[Problem]:
        """The problems, each once, by number."""
        return list(self._numbers)

    def lines(self) -> pl.DataFrame:
        """Return place and number of the problem, in the order in which they were found."""
        columns = {_PLACE: self._places, _PROBLEM: self._which}
        return pl.DataFrame(
            {name: pl.Series(values, dtype=pl.UInt32) for name, values in columns.items()}
        )

    def wrong(self) -> pl.Series:
        """Return the places of the lines with an error, which refuses them; each once, in order."""
        errors = [severity_of(each) is Severity.ERROR for each in self.distinct]
        is_error = pl.Series(errors, dtype=pl.Boolean)
        lines = self.lines()
        return lines[_PLACE].filter(is_error[lines[_PROBLEM]]).unique().sort()


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


def shown_values(texts: pl.Series, field: Field | None) -> pl.Series:
    """Return what findings may show of cells: nothing of what is or looks personal."""
    if field is None or field.is_withheld:
        return pl.repeat("", len(texts), dtype=pl.String, eager=True)
    doubtful = texts.filter(texts.str.contains(_PERHAPS_WITHHELD)).unique()
    return texts.replace({text: field.shown(text) for text in doubtful})


def settled(problems: Problems, schema: TableSchema) -> pl.DataFrame:
    """Return `_place`, `_problem` and `_role` by line and field, each rule once per cell.

    Of one cell the plainest fault counts: a cell that is empty, or not of its type or form, is
    just that, and what the rules about its meaning add would only follow from it.
    """
    order = {each.role: number for number, each in enumerate(schema.fields)}
    about = pl.DataFrame(
        [(p.role, p.rule, order.get(p.role, -1), _depth(p.rule)) for p in problems.distinct],
        schema={_ROLE: pl.String, _RULE: pl.String, _ORDER: pl.Int32, _PLAINNESS: pl.UInt8},
        orient="row",
    )
    lines = problems.lines()
    lines = lines.hstack(about[lines[_PROBLEM]])
    alone = ~lines[_PLACE].is_duplicated()
    several = lines.filter(~alone).unique([_PLACE, _ROLE, _RULE], keep="first", maintain_order=True)
    plainest = several.filter(pl.col(_PLAINNESS) == pl.col(_PLAINNESS).min().over(_PLACE, _ROLE))
    kept = pl.concat([lines.filter(alone), plainest])
    return kept.sort(_PLACE, _ORDER, maintain_order=True).select(_PLACE, _PROBLEM, _ROLE)


def _depth(rule: str) -> int:
    """Return how much of the meaning of a cell a rule takes for granted."""
    return 0 if rule == "V01" else 1 if rule.startswith("S") else _DEPTH


def findings_of(
    problems: Problems, raw: RawTable, schema: TableSchema, roles: pl.DataFrame
) -> Findings:
    """Return the findings line by line, in the order of the table and of its fields.

    `roles` are the columns of `columns.prepare`.
    """
    lines = settled(problems, schema)
    where = raw.frame.select(SHEET, ROW)[lines[_PLACE]]
    frame = pl.DataFrame(
        {
            "sheet": where[SHEET],
            "row": where[ROW],
            "column": _letters(lines, where[SHEET], raw, schema, roles),
            "value": _values(lines, schema, roles),
            "proposal": _proposals(lines, problems, schema, roles),
            TOLD: lines[_PROBLEM],
        }
    )
    return Findings(frame, [_told(each, schema) for each in problems.distinct])


def _told(problem: Problem, schema: TableSchema) -> Told:
    """Return what a problem says of every cell that has it."""
    field = schema.by_role.get(problem.role)
    zh, en = words(problem, field)
    return told(
        field=field.name if field else "",
        rule=problem.rule,
        severity=severity_of(problem),
        message=zh,
        message_en=en,
    )


def _letters(
    lines: pl.DataFrame,
    sheets: pl.Series,
    raw: RawTable,
    schema: TableSchema,
    roles: pl.DataFrame,
) -> pl.Series:
    """Return the column of the agency's sheet in which each problem stands."""
    category = roles["category"][lines[_PLACE]] if "category" in roles.columns else pl.lit("")
    wanted = lines.select(
        sheets.alias(SHEET),
        _ROLE,
        category=pl.when(pl.col(_ROLE) == "party").then(category).otherwise(pl.lit("")),
    )
    names = {role: field.name for role, field in schema.by_role.items()}
    known = [
        (*each, raw.columns.of(each[0], names.get(each[1], ""), each[2]))
        for each in wanted.unique().iter_rows()
    ]
    letters = pl.DataFrame(known, schema={**wanted.schema, "column": pl.String}, orient="row")
    return wanted.join(letters, on=wanted.columns, how="left", maintain_order="left")["column"]


def _values(lines: pl.DataFrame, schema: TableSchema, roles: pl.DataFrame) -> pl.Series:
    """Return what each finding may show of its cell."""
    shown = [pl.DataFrame(schema={_AT: pl.UInt32, "value": pl.String})]
    for (role,), part in lines.with_row_index(_AT).group_by(_ROLE):
        field = schema.by_role.get(str(role)) if role in roles.columns else None
        cells = roles[str(role)][part[_PLACE]] if field else part[_ROLE]
        shown.append(part.select(_AT, shown_values(cells, field).alias("value")))
    return pl.concat(shown).sort(_AT)["value"]


def _proposals(
    lines: pl.DataFrame, problems: Problems, schema: TableSchema, roles: pl.DataFrame
) -> pl.Series:
    """Return what each cell should say, "" where that is not certain, or what it says already."""
    proposed = [""] * lines.height
    for number, problem in enumerate(problems.distinct):
        propose = PROPOSALS.get((problem.rule, problem.role))
        field = schema.by_role.get(problem.role)
        if propose is None or field is None or not field.may_be_proposed:
            continue
        nothing = dict.fromkeys((problem.role, *WITNESSES), "")
        names = [name for name in nothing if name in roles.columns]
        if not names:  # an agency without any of these columns: nothing to propose from
            continue
        part = lines.with_row_index(_AT).filter(pl.col(_PROBLEM) == number)
        cells = roles.select(names)[part[_PLACE]].iter_rows(named=True)
        for at, row in zip(part[_AT], cells, strict=True):
            right = propose(nothing | row)
            proposed[at] = "" if right == row.get(problem.role) else right
    return pl.Series(proposed, dtype=pl.String)
