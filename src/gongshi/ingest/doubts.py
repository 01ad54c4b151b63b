"""Cells that no field can hold: what a spreadsheet or an export has already spoilt."""

from collections.abc import Iterator, Mapping

import polars as pl

from gongshi.ingest.rules import Doubt
from gongshi.models import ROW, SHEET
from gongshi.table_schema import TableSchema

_ERROR_VALUE = r"^#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|TABLE!)$"
_SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{2}$"
_FORMULA = r"^[=@+\uff1d\uff20\uff0b]"
_LOST = "�"
_NUMBERED_ROLES = frozenset(
    {
        *("uscc", "reg_no", "org_code", "tax_no", "institution_no", "society_no"),
        *("authority_code", "source_unit_code", "penalty_authority_code"),
        *("id_no", "rep_id_no", "doc_no"),
    }
)


def doubtful_cells(frame: pl.DataFrame, schema: TableSchema) -> Iterator[tuple[str, int, Doubt]]:
    """Yield sheet, row and reason for each cell that cannot be taken as text."""
    checks = {
        (rule, name): hit
        for name in frame.columns
        if name not in (SHEET, ROW)
        for rule, hit in _checks(name, schema).items()
    }
    seen = frame.select(hit.any().alias(f"{n}") for n, hit in enumerate(checks.values())).row(0)
    for ((rule, name), hit), any_hit in zip(checks.items(), seen, strict=True):
        if any_hit:
            field = schema.by_name.get(name)
            for sheet, row, text in frame.filter(hit).select(SHEET, ROW, name).iter_rows():
                yield sheet, row, Doubt(rule, name, value=field.shown(text) if field else "")


def _checks(name: str, schema: TableSchema) -> Mapping[str, pl.Expr]:
    """Return rule → the rows that break it, for one column."""
    text = pl.col(name).str
    checks = {
        "A02": text.starts_with("#") & text.contains(_ERROR_VALUE),
        "A04": text.contains(_FORMULA),
        "A12": text.contains(_LOST, literal=True),
    }
    field = schema.by_name.get(name)
    if field is not None and field.role in _NUMBERED_ROLES:
        checks["A03"] = text.contains(_SCIENTIFIC)
    return checks
