"""The two stages joined: columns clear, Frictionless judges, batch rules look across rows."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import polars as pl

from gongshi.findings import joined
from gongshi.models import ROW, SHEET, CheckedTable, RawTable
from gongshi.packed import LINES, packed_whole
from gongshi.table_schema import TableSchema
from gongshi.validate import batch, decision, party
from gongshi.validate.authority import examine
from gongshi.validate.clearing import doubtful
from gongshi.validate.columns import prepare
from gongshi.validate.context import Context
from gongshi.validate.findings import Problems, findings_of
from gongshi.validate.problem import Check, Problem, given
from gongshi.validate.rules import RULES

Judges = Callable[[RawTable, TableSchema, Context, pl.DataFrame], pl.Series]
"""Which lines of a table Frictionless must look at, by place; the last are its columns by role."""


def validate(raw: RawTable, schema: TableSchema, context: Context) -> CheckedTable:
    """Return the rows of `raw` without an error, and every finding.

    Rows that are cleared are not looked at again; all others go to Frictionless with the row
    rules. The verdicts are those of `authority_only`.
    """
    return _conclude(raw, schema, context, judges=_in_doubt)


def authority_only(raw: RawTable, schema: TableSchema, context: Context) -> CheckedTable:
    """Return the same as `validate`, with Frictionless looking at every row."""
    return _conclude(raw, schema, context, judges=_every_line)


def _in_doubt(
    raw: RawTable, schema: TableSchema, context: Context, roles: pl.DataFrame
) -> pl.Series:
    """Return the places of the lines that nothing cheaper clears."""
    return doubtful(raw, schema, checks_for(schema, raw.absent), context, roles=roles)


def _every_line(
    raw: RawTable, _schema: TableSchema, _context: Context, _roles: pl.DataFrame
) -> pl.Series:
    """Return the places of all lines."""
    return pl.arange(len(raw.frame), eager=True, dtype=pl.UInt32)


def checks_for(schema: TableSchema, absent: frozenset[str]) -> tuple[Check, ...]:
    """Return the row rules that a table with these fields can be asked."""
    present = {each.role for each in schema.fields if each.name not in absent}
    required = [each for each in schema.fields if each.is_required and each.type == "string"]
    every = (
        *(decision.not_junk(each.role) for each in required),
        *(decision.iso_day(each.role) for each in schema.fields if each.type == "date"),
        *party.CHECKS,
        *decision.CHECKS,
    )
    return tuple(
        check
        for check in every
        if present.issuperset(check.needs) and schema.name in RULES[check.rule].schemas
    )


def _conclude(
    raw: RawTable,
    schema: TableSchema,
    context: Context,
    *,
    judges: Judges,
) -> CheckedTable:
    """Return the result, with the lines that `judges` names judged by Frictionless.

    Lines are judged a block at a time: what that takes is then small beside the table. The rules
    that look across rows see all of it.
    """
    problems, parts = Problems(), []
    for first, part in _blocks(raw):
        roles = prepare(part.frame, schema, raw.absent, context)
        places = judges(part, schema, context, roles)
        problems.add(_judged(part, schema, context, places), first=first)
        parts.append(roles)
    roles = pl.concat(parts)
    for rule, look in batch.RULES:
        if schema.name in RULES[rule].schemas:
            problems.add(look(roles, context))
    if schema.name in RULES["V17"].schemas:
        problems.add(batch.duplicates(roles, raw.frame[ROW], problems.wrong()))
    wrong = raw.frame.select(SHEET, ROW)[problems.wrong()].iter_rows()
    refused = raw.refused | frozenset(wrong)
    return CheckedTable(
        source=raw.source,
        schema=raw.schema,
        packed=packed_whole(_without(raw.frame, refused)),
        columns=raw.columns,
        absent=raw.absent,
        rows=_count_rows(raw.frame, raw.refused),
        refused=refused,
        findings=joined(raw.findings, findings_of(problems, raw, schema, roles)),
        lines=raw.lines,
    )


def _blocks(raw: RawTable) -> Iterator[tuple[int, RawTable]]:
    """Yield the place of the first line of each block of a table, and the block, at least one."""
    for first in range(0, max(raw.frame.height, 1), LINES):
        yield first, replace(raw, frame=raw.frame.slice(first, LINES))


def _judged(
    raw: RawTable, schema: TableSchema, context: Context, at: pl.Series
) -> Iterator[tuple[tuple[int], Problem]]:
    """Yield what Frictionless and the row rules find in the lines `at`.

    That a cell is empty is no problem in a field that the source may leave empty.
    """
    places = at.to_list()
    lines = raw.frame.select(schema.names)[at]
    checks = checks_for(schema, raw.absent)
    lenient = {each.role: each.name for each in schema.fields if each.name in raw.optional}
    for place, problem in examine(lines.iter_rows(), schema, checks, context, absent=raw.absent):
        name = lenient.get(problem.role)
        if name is None or given({name: lines[name][place]}, name):
            yield (places[place],), problem


def _without(frame: pl.DataFrame, refused: frozenset[tuple[str, int]]) -> pl.DataFrame:
    """Return the lines whose source row is not in `refused`."""
    if not refused:
        return frame
    return frame.join(_keys(refused), on=[SHEET, ROW], how="anti", maintain_order="left")


def _count_rows(frame: pl.DataFrame, refused: frozenset[tuple[str, int]]) -> int:
    """Return how many source rows were read; one row may stand on several lines."""
    read = frame.select(SHEET, ROW).unique()
    given_up = _keys(refused).join(read, on=[SHEET, ROW], how="anti")
    return len(read) + len(given_up)


def _keys(refused: frozenset[tuple[str, int]]) -> pl.DataFrame:
    """Return sheets and rows as a frame."""
    schema = {SHEET: pl.String, ROW: pl.UInt32}
    return pl.DataFrame(list(refused), schema=schema, orient="row")
