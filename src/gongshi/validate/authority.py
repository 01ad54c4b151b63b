"""Frictionless, the authority on the schema and the host of our row rules.

The only module that knows Frictionless. A row goes in as texts; what comes out are problems. The
row rules run as one custom check, which calls the same pure functions that tests call.

Frictionless reports a mistake in the schema itself as an error without a row number: that is no
bad data, and becomes a `SpecError`.

Source: Frictionless Framework 5, custom checks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs
from frictionless import Check as FrictionlessCheck
from frictionless import Checklist, FrictionlessException, Resource, Schema, errors
from frictionless import Error as FrictionlessError

from gongshi.errors import SpecError
from gongshi.table_schema import TableSchema
from gongshi.validate.columns import AMOUNT_ROLES
from gongshi.validate.context import Context
from gongshi.validate.decision import fault_of_day, fault_of_sum
from gongshi.validate.problem import Check, Problem
from gongshi.validate.rules import CONSTRAINT_RULES

_HEADER_ROWS = 1
_SLICE = 20_000
"""Rows handed over at a time: Frictionless keeps its errors in memory, with the row in each."""
_NO_LIMIT = 2**62
_SIGNALLING = re.compile(r"\s*[+-]?snan[0-9]*\s*", re.IGNORECASE)
_CONSTRAINT = re.compile(r'constraint "(\w+)" is "(.*)"', re.DOTALL)

_WRONG: Mapping[str, tuple[str, str]] = {
    "type": ("不能按该项的类型读出", "cannot be read as the field's type"),
    "required": ("必填项为空", "a required field is empty"),
    "minLength": ("少于规定的 {} 个字符", "shorter than {} characters"),
    "maxLength": ("超过规定的 {} 个字符", "longer than {} characters"),
    "pattern": ("不符合规定的写法", "not of the prescribed form"),
    "enum": ("不在代码表内，可选：{}", "not of the code list"),
    "minimum": ("小于下限 {}", "below the minimum of {}"),
    "maximum": ("大于上限 {}", "above the maximum of {}"),
}


@attrs.define(kw_only=True, repr=False)
class RuleError(errors.RowError):
    """Row rules are broken; `note` is the place of the row's problems in `RowRules.found`."""

    type = "gongshi-rule"
    title = "Rule"
    description = "A domain rule is broken."
    template = "{note}"


class RowRules(FrictionlessCheck):
    """Our row rules as a check of Frictionless. `found` keeps the problems of each bad row."""

    type = "gongshi-rules"
    Errors = [RuleError]  # noqa: RUF012  Frictionless declares it so

    def __init__(
        self, roles: Sequence[str | None], checks: Sequence[Check], context: Context
    ) -> None:
        """Take the role of each cell, None for a field that the source does not have."""
        super().__init__()
        self.found: list[list[Problem]] = []
        self._roles = roles
        self._checks = checks
        self._context = context

    def validate_row(self, row: Any) -> Iterator[RuleError]:  # noqa: ANN401
        """Yield one error for a row with problems. A blank row is reported elsewhere."""
        pairs = zip(self._roles, row.cells, strict=True)
        cells = {role: cell for role, cell in pairs if role is not None}
        if not any(cells.values()):
            return
        problems = [
            problem for check in self._checks for problem in check.judge(cells, self._context)
        ]
        if problems:
            yield RuleError.from_row(row, note=str(len(self.found)))
            self.found.append(problems)


def examine(
    rows: Iterable[Sequence[str]],
    schema: TableSchema,
    checks: Sequence[Check],
    context: Context,
    *,
    absent: frozenset[str] = frozenset(),
) -> Iterator[tuple[int, Problem]]:
    """Yield `(place, problem)` for every broken rule; `place` counts the rows given from 0.

    Each row has one text per field of the schema, "" where there is no value. Fields in `absent`
    are not required.

    Raises:
        SpecError: Frictionless cannot use the schema.
    """
    roles = [None if each.name in absent else each.role for each in schema.fields]
    offset = 0
    for part in _slices(rows):
        rules = RowRules(roles, checks, context)
        try:
            found = _errors(part, _without_required(schema, absent), rules)
        except (FrictionlessException, re.error) as exc:
            raise SpecError(str(exc), str(exc), file=f"schemas/{schema.name}.json") from exc
        for error in found:
            if not isinstance(error, errors.RowError):
                raise SpecError(error.note, error.note, file=f"schemas/{schema.name}.json")
            for problem in _problems(error, schema, rules):
                yield offset + error.row_number - _HEADER_ROWS - 1, problem
        offset += len(part)


def _errors(rows: list[list[str]], schema: Schema, rules: RowRules) -> Sequence[FrictionlessError]:
    """Return what Frictionless and the row rules have against `rows`."""
    data = [schema.field_names, *rows]
    resource = Resource(data=data, schema=schema, datapackage_version="v2")
    report = resource.validate(Checklist(checks=[rules]), limit_errors=_NO_LIMIT)
    found: Sequence[FrictionlessError] = report.tasks[0].errors
    return found


def _slices(rows: Iterable[Sequence[str]]) -> Iterator[list[list[str]]]:
    """Yield lists of at most `_SLICE` rows."""
    part: list[list[str]] = []
    for row in rows:
        # A signalling NaN raises in the comparisons of Frictionless; it is no number either way.
        part.append([f"{cell}?" if _SIGNALLING.fullmatch(cell) else cell for cell in row])
        if len(part) == _SLICE:
            yield part
            part = []
    if part:
        yield part


def _without_required(schema: TableSchema, absent: frozenset[str]) -> Schema:
    """Return the schema as Frictionless takes it, absent fields not required."""
    fields = [
        each
        if each["name"] not in absent
        else {**each, "constraints": {**each.get("constraints", {}), "required": False}}
        for each in schema.descriptor["fields"]
    ]
    return Schema.from_descriptor({**schema.descriptor, "fields": fields}, datapackage_version="v2")


def _problems(error: FrictionlessError, schema: TableSchema, rules: RowRules) -> Iterator[Problem]:
    """Yield what one error of Frictionless means in our words."""
    if isinstance(error, RuleError):
        yield from rules.found[int(error.note)]
    elif isinstance(error, errors.BlankRowError):
        yield Problem("V01", "", "整行为空", "the row is blank", todo="请删去空行。")
    else:
        yield _cell_problem(error, schema)


def _cell_problem(error: Any, schema: TableSchema) -> Problem:  # noqa: ANN401
    """Return the problem of a cell that breaks its type or one of its constraints."""
    match = _CONSTRAINT.fullmatch(error.note)
    name, limit = (match[1], match[2]) if match else ("type", "")
    field = schema.by_name[error.field_name]
    rule = field.rules.get(name, CONSTRAINT_RULES.get(name, "S01"))
    zh, en = _WRONG.get(name.replace("exclusiveM", "m"), _WRONG["type"])
    if name == "type" and field.type == "date":
        zh, en = fault_of_day(str(error.cell))
    elif name == "type" and field.role in AMOUNT_ROLES:
        zh, en = fault_of_sum(str(error.cell), field.role)
    if name == "enum":
        limit = "、".join(map(str, field.constraints["enum"]))
    return Problem(rule, field.role, zh.replace("{}", limit), en.replace("{}", limit))
