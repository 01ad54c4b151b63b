"""Cells that no field can hold: spoilt by a spreadsheet or an export, or two things in one."""

from collections.abc import Iterator, Mapping

import polars as pl

from gongshi.ingest.rules import Doubt
from gongshi.models import ROW, SHEET
from gongshi.table_schema import TableSchema

_ERROR_VALUE = r"^#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|TABLE!)$"
_SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{2}$"
_FORMULA = r"^[=@+\uff1d\uff20\uff0b]"
_LOST = "�|锟斤|斤拷"
"""What could not be decoded, and what comes of it when it is saved as UTF-8 and opened as GBK."""
_SEVERAL_NUMBERS = r"(?s)[0-9\uff10-\uff19]\s*号.*[0-9\uff10-\uff19]\s*号"
"""In a cell with the number of a decision: it names more than one."""
_ORGANISATION = r"(?:公司|合作社|事务所|商行|工作室|医院|学校|[厂店部铺馆])"
_SEVERAL_PARTIES = (
    rf"{_ORGANISATION}\s*[、，,;；\n][^（(]*{_ORGANISATION}$"
    r"|^[\p{Han}·]{2,4}(?:\s*[、，,;；\n]\s*[\p{Han}·]{2,4})+$"
)
"""A cell that names several organisations, or several persons."""
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
        "A12": text.contains(_LOST),
    }
    field = schema.by_name.get(name)
    role = field.role if field else ""
    if role in _NUMBERED_ROLES:
        checks["A03"] = text.contains(_SCIENTIFIC)
    if role == "doc_no":
        checks["A09"] = text.contains(_SEVERAL_NUMBERS)
    if role == "party":
        checks["A07"] = text.contains(_SEVERAL_PARTIES)
    return checks
