"""Authorities under their declared names and codes, whichever of their names a row has.

The register (`schemas/authorities/`) says which names and codes are one authority. A spelling is
found exactly or not at all; one that is only like a declared one is told and stays as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from gongshi.declarations.authority_register import Line, Register
from gongshi.ingest.reading import Reading
from gongshi.ingest.rules import Doubt
from gongshi.models import ROW, SHEET
from gongshi.table_schema import TableSchema

_CODES = ("authority_code", "penalty_authority_code")
_NAMES = 3
"""Declared names that a finding names at most."""

Told = Iterator[tuple[str, int, Doubt]]


def as_registered(reading: Reading, schema: TableSchema, register: Register) -> Reading:
    """Return the reading with declared names and codes in place of other spellings and codes.

    A row whose name and code are those of two authorities is refused. A former body keeps its own
    name, and has the code of the authority that continues it.
    """
    if not register.lines:
        return reading
    name, codes = _fields(reading, schema)
    if name and codes[0] in reading.frame.columns:
        reading = reading.refusing(_at_odds(reading.frame, name, codes[0], register))
    if name:
        reading = reading.refusing(_unknown(reading.frame, name, register))
        reading = replace(reading, frame=_with_names(reading.frame, name, codes[0], register))
    present = [each for each in codes if each in reading.frame.columns]
    current = {code: line.code or code for line in register.lines for code in line.codes}
    return replace(
        reading, frame=reading.frame.with_columns(pl.col(each).replace(current) for each in present)
    )


def lines_of(frame: pl.DataFrame, schema: TableSchema, register: Register) -> Mapping[str, str]:
    """Return the names by which lines are known, by the names of their bodies in a frame."""
    field = schema.by_role.get("authority")
    if not register.lines or field is None:
        return {}
    found = ((name, register.of_name(name)) for name in frame[field.name].unique())
    return {name: line.name for name, line in found if line and line.name != name}


def _fields(reading: Reading, schema: TableSchema) -> tuple[str, tuple[str, ...]]:
    """Return the field with the authority's name, "" where no column has it, and its codes."""
    field = schema.by_role.get("authority")
    name = field.name if field and field.name in reading.frame.columns else ""
    return name, tuple(schema.by_role[role].name for role in _CODES if role in schema.by_role)


def _at_odds(frame: pl.DataFrame, name: str, code: str, register: Register) -> Told:
    """Yield the rows whose name and code are of two lines (A18), or whose code is new (A25)."""
    pairs = (
        frame.filter((pl.col(name) != "") & (pl.col(code) != ""))
        .group_by(name, code)
        .agg(pl.struct(SHEET, ROW).alias("places"))
    )
    for written, number, places in pairs.sort(name, code).iter_rows():
        rows = sorted({(each[SHEET], each[ROW]) for each in places})
        named, coded = register.of_name(written), register.of_code(number.upper())
        if named and coded and named is not coded:
            doubt = _of_two(code, named, coded)
            yield from ((*row, doubt) for row in rows)
        elif named and not coded:
            known = f",已声明的是 {named.code}" if named.code else ""
            detail = f"“{named.name}”,{len(rows)} 行{known}"
            detail_en = f"{named.name}, {len(rows)} rows"
            yield (*rows[0], Doubt("A25", code, detail, detail_en, number))


def _of_two(code: str, named: Line, coded: Line) -> Doubt:
    """Return A18 with both authorities."""
    return Doubt(
        "A18",
        code,
        f"名称指“{named.name}”,代码指“{coded.name}”",
        f"the name means {named.name}, the code {coded.name}",
    )


def _unknown(frame: pl.DataFrame, name: str, register: Register) -> Told:
    """Yield each spelling that is like a declared one and none, once, at its first row (A19)."""
    strange = frame.filter(~pl.col(name).map_elements(_knows(register), return_dtype=pl.Boolean))
    firsts = strange.group_by(name).agg(
        pl.struct(SHEET, ROW).sort().first().alias("at"),
        pl.struct(SHEET, ROW).n_unique().alias("n"),
    )
    for written, at, n in firsts.sort(name).iter_rows():
        near = register.nearest(written)[:_NAMES]
        if near:
            detail = f"{n} 行写的是“{written}”,相近的有“{'”“'.join(near)}”"
            detail_en = f"{written}, {n} rows; like {', '.join(near)}"
            yield at[SHEET], at[ROW], Doubt("A19", name, detail, detail_en)


def _knows(register: Register) -> Callable[[str], bool]:
    """Return what says of a cell whether nothing is to be told of it."""
    return lambda text: text == "" or register.of_name(text) is not None


def _with_names(frame: pl.DataFrame, name: str, code: str, register: Register) -> pl.DataFrame:
    """Return the frame with declared names, and declared codes where a row has none."""
    written = [text for text in frame[name].unique() if text]
    names = {text: body.name for text in written if (body := register.body(text))}
    codes = {text: line.code for text in names if (line := register.of_name(text)) and line.code}
    if codes:
        given = pl.col(code) if code in frame.columns else pl.lit("")
        filled = pl.col(name).replace_strict(codes, default="", return_dtype=pl.String)
        frame = frame.with_columns(pl.when(given == "").then(filled).otherwise(given).alias(code))
    return frame.with_columns(pl.col(name).replace(names)) if names else frame
