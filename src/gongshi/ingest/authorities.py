"""May this agency speak for the authority that a row names?"""

from collections.abc import Mapping

import polars as pl

from gongshi.declarations.agency import AgencySpec, Authority
from gongshi.formats.text import fold
from gongshi.ingest.reading import Reading
from gongshi.ingest.rules import Doubt
from gongshi.models import ROW, SHEET
from gongshi.table_schema import TableSchema


def speaking_for(reading: Reading, spec: AgencySpec, schema: TableSchema) -> Reading:
    """Return the reading without rows of authorities that the agency may not speak for.

    A declared alias becomes the declared name; a declared code fills an empty one. An empty name
    is left to validation.
    """
    field = schema.by_role.get("authority")
    if spec.authorities == "any" or field is None or field.name not in reading.frame.columns:
        return reading
    names = reading.frame[field.name].unique().to_list()
    found = {name: who for name in names if (who := _declared(name, spec.authorities))}
    strangers = [name for name in names if name and name not in found]
    foreign = reading.frame.filter(pl.col(field.name).is_in(strangers)).select(SHEET, ROW).unique()
    known = reading.refusing(
        (sheet, row, Doubt("A11", field.name))
        for sheet, row in foreign.sort(SHEET, ROW).iter_rows()
    )
    frame = _with_codes(known.frame, field.name, found, schema)
    return Reading(
        frame=frame, columns=known.columns, findings=known.findings, refused=known.refused
    )


def _declared(name: str, authorities: tuple[Authority, ...]) -> Authority | None:
    """Return the declared authority that goes by `name`, by its whole name first."""
    folded = fold(name)
    for who in authorities:
        if folded in {fold(each) for each in (who.name, *who.aliases) if each}:
            return who
    return next(
        (who for who in authorities if any(fold(word) in folded for word in who.containing)), None
    )


def _with_codes(
    frame: pl.DataFrame, column: str, found: Mapping[str, Authority], schema: TableSchema
) -> pl.DataFrame:
    """Return the frame with declared names, and declared codes where the row has none."""
    code = schema.by_role["authority_code"].name
    names = {name: who.name for name, who in found.items() if who.name}
    codes = {name: who.code for name, who in found.items() if who.code}
    if codes:
        given = pl.col(code) if code in frame.columns else pl.lit("")
        filled = pl.col(column).replace_strict(codes, default="", return_dtype=pl.String)
        frame = frame.with_columns(pl.when(given == "").then(filled).otherwise(given).alias(code))
    return frame.with_columns(pl.col(column).replace(names)) if names else frame
