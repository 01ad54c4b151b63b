"""May this agency speak for the authority that a row names?"""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from gongshi.content import is_authority, looks_like_organisation
from gongshi.declarations.agency import AgencySpec, Authority
from gongshi.declarations.authority_register import Register
from gongshi.formats import uscc
from gongshi.formats.text import fold
from gongshi.ingest.lines import as_registered
from gongshi.ingest.reading import Reading
from gongshi.ingest.rules import Doubt
from gongshi.models import ROW, SHEET
from gongshi.table_schema import TableSchema

_SHOWN = 3
"""Declared authorities that a finding names at most."""


def speaking_for(
    reading: Reading, spec: AgencySpec, schema: TableSchema, register: Register
) -> Reading:
    """Return the reading without rows of authorities that the agency may not speak for.

    Who may speak for an authority may speak for what it continues. A declared alias becomes the
    declared name; a declared code fills an empty one. Where no column names the authority, it is
    the declared one. An empty name is left to validation.
    """
    field = schema.by_role.get("authority")
    reading = as_registered(_of_the_declared(reading, spec, schema, register), schema, register)
    if spec.authorities == "any" or field is None or field.name not in reading.frame.columns:
        return reading
    names = reading.frame[field.name].unique().to_list()
    found = {name: who for name in names if (who := _declared(name, spec.authorities))}
    kept = {name: who for name in names if (who := _continuing(name, spec.authorities, register))}
    found = kept | found
    strangers = [name for name in names if name and name not in found]
    foreign = reading.frame.filter(pl.col(field.name).is_in(strangers))
    known = reading.refusing(
        (sheet, row, _foreign(name, field.name, spec.authorities))
        for sheet, row, name in foreign.select(SHEET, ROW, field.name).sort(SHEET, ROW).iter_rows()
    )
    return replace(known, frame=_with_codes(known.frame, field.name, found, schema))


def _of_the_declared(
    reading: Reading, spec: AgencySpec, schema: TableSchema, register: Register
) -> Reading:
    """Return the reading with the one declared authority where the agency derives it.

    A row with another authority's code is refused.
    """
    only = spec.sole_authority
    line = register.of_name(only.name) if only else None
    if only is None or "declared-authority" not in spec.derive.values():
        return reading
    code = schema.by_role["authority_code"].name
    if only.code and code in reading.frame.columns:
        strange = ~pl.col(code).is_in(["", only.code, *(line.codes if line else ())])
        foreign = reading.frame.filter(strange).select(SHEET, ROW, code).sort(SHEET, ROW)
        reading = reading.refusing(
            (sheet, row, _foreign(other, code, (only,)))
            for sheet, row, other in foreign.iter_rows()
        )
    name = schema.by_role["authority"].name
    return replace(reading, frame=reading.frame.with_columns(pl.lit(only.name).alias(name)))


def _foreign(found: str, field: str, authorities: tuple[Authority, ...]) -> Doubt:
    """Return A11 with what stands in the cell, where that can be an authority, and who may."""
    names = [who.name or f"含“{'”或“'.join(who.containing)}”的机关" for who in authorities]
    may = "、".join(names[:_SHOWN]) + (" 等" if len(names) > _SHOWN else "")
    shown = is_authority(found) and looks_like_organisation(found)
    is_code = uscc.is_valid(found)
    written = f"“{found}”" if shown or is_code else "不像机关名称的文字"
    written_en = found if shown or is_code else "no name of an authority"
    return Doubt(
        "A11", field, f"写的是{written},已声明的是 {may}", f"{written_en}; declared: {may}"
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


def _continuing(
    name: str, authorities: tuple[Authority, ...], register: Register
) -> Authority | None:
    """Return a declared authority of the line that goes by `name`, which keeps its own name."""
    line = register.of_name(name)
    same = (who for who in authorities if who.name and line and register.of_name(who.name) is line)
    who = next(same, None)
    return who.model_copy(update={"name": ""}) if who else None


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
