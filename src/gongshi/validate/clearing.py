"""Which rows need Frictionless: those that nothing cheaper clears.

Three steps, each dearer than the one before and asked only about what is left: the schema as
columns; the row rules as columns; and, where a row is in doubt only for a row rule, that rule
itself. What comes out breaks a rule, or is written in a way that only Frictionless can judge.
"""

from collections.abc import Sequence

import polars as pl

from gongshi.models import RawTable
from gongshi.table_schema import TableSchema
from gongshi.validate.compiled import clears_row
from gongshi.validate.context import Context
from gongshi.validate.problem import Check


def doubtful(
    raw: RawTable,
    schema: TableSchema,
    checks: Sequence[Check],
    context: Context,
    *,
    roles: pl.DataFrame,
) -> pl.Series:
    """Return the places, from 0 and in order, of the lines that Frictionless must judge.

    `roles` are the columns of `columns.prepare`.
    """
    formed = raw.frame.select(clears_row(schema, raw.absent)).to_series()
    doubts = ~formed
    if checks:
        clear = roles.select(
            check.clears(context).fill_null(value=False).alias(str(number))
            for number, check in enumerate(checks)
        )
        cells = roles.select(each.role for each in schema.fields if each.role in roles.columns)
        for check, mask in zip(checks, clear, strict=True):
            asked = (~mask & ~doubts).arg_true()
            doubts = doubts.scatter(_broken(check, cells, asked, context), values=True)
    return doubts.arg_true()


def _broken(check: Check, cells: pl.DataFrame, asked: pl.Series, context: Context) -> list[int]:
    """Return those of the places `asked` where the rule itself finds something."""
    rows = cells[asked].iter_rows(named=True)
    return [
        place
        for place, row in zip(asked.to_list(), rows, strict=True)
        if next(check.judge(row, context), None)
    ]
