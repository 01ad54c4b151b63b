"""The structured columns: fields under their public names, codes, sums and keys, no party yet."""

from collections.abc import Callable, Iterable

import polars as pl

from gongshi.deidentify.layouts import Layout
from gongshi.formats import doc_no, kinds, money, uscc
from gongshi.formats.authority import surrogate
from gongshi.models import ROW, SHEET

NUMBER = "_number"
REGION = "_region"
DECISION = "_decision"
OWN = "_own"
LINE = "_line"
HELPERS = (NUMBER, REGION, DECISION, OWN, LINE)
"""Columns that live inside this stage only: the party's identity number, the authority's area,
authority and document number, every identity number of the row, and which line of its source row
a line is (one decision about several parties is one row on several lines), from 0."""

_CONTROLS = "[\\x00-\\x09\\x0b-\\x1f\\x7f\u2028\u2029]"
_JOIN = "\n"


def structured(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Return `_sheet`, `_row`, the layout's public columns and the helpers, line by line.

    Absent values are null. Document number keys and authority codes are never null, because
    they are part of a record's key.
    """
    public = frame.select(
        SHEET,
        ROW,
        pl.int_range(pl.len(), dtype=pl.UInt32).over(SHEET, ROW).alias(LINE),
        *(_field(frame, source).alias(name) for name, source in layout.source.items()),
        _field(frame, layout.identity).alias(NUMBER),
        pl.concat_list(pl.lit(""), *(_field(frame, name).fill_null("") for name in layout.numbers))
        .list.join(_JOIN)
        .alias(OWN),
    )
    public = public.with_columns(
        pl.when(pl.col("uscc") != uscc.PLACEHOLDER)
        .then(pl.col("uscc").str.to_uppercase())
        .alias("uscc"),
        each(public[layout.doc_no].fill_null(""), doc_no.key).alias("doc_no_key"),
        _authority_code(public, layout).alias("authority_code"),
    )
    public = _with_kinds_and_money(public, layout)
    region = _region(public["authority_code"])
    decision = pl.col("authority_code") + _JOIN + pl.col("doc_no_key")
    public = public.with_columns(region.alias(REGION), decision.alias(DECISION))
    return (
        public.with_columns(region.alias("region_code"))
        if "region_code" in layout.columns
        else public
    )


def _field(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return a field without control characters, null where it is empty or not there."""
    if name not in frame.columns:
        return pl.lit(None, dtype=pl.String)
    text = pl.col(name).str.replace_all(_CONTROLS, "").str.strip_chars()
    return pl.when(text != "").then(text)


def each(column: pl.Series, make: Callable[[str], str | int | None]) -> pl.Series:
    """Return `make` of each value; it is called once for equal ones. Null stays null."""
    values = column.drop_nulls().unique()
    made = [make(value) for value in values]
    return column.replace_strict(values, pl.Series(made), default=None) if made else column


def _authority_code(public: pl.DataFrame, layout: Layout) -> pl.Series:
    """Return the authority's code, or the surrogate of its name or of what its line is called."""
    code = public["authority_code"].str.to_uppercase()
    if not layout.authority:
        return code.fill_null(surrogate(""))
    names = public[layout.authority].fill_null("").replace(layout.lines)
    return code.fill_null(each(names, surrogate))


def _region(codes: pl.Series) -> pl.Series:
    """Return the area of a valid credit code (characters 3 to 8), else null."""
    distinct = codes.unique()
    valid = distinct.filter(uscc.valid_mask(distinct))
    known = pl.Series(valid).implode()
    return pl.select(
        pl.when(codes.is_in(known.explode().to_list())).then(codes.str.slice(2, 6))
    ).to_series()


def _with_kinds_and_money(public: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Return the frame with kinds as `;`-joined labels and 万元 as whole fen."""
    columns: Iterable[pl.Series] = [
        each(public[name], money.parse_wan).cast(pl.Int64).alias(name) for name in layout.money
    ]
    if "kinds" in public.columns:
        columns = [*columns, each(public["kinds"], _labels).alias("kinds")]
    return public.with_columns(*columns)


def _labels(cell: str) -> str:
    """Return the labels of a cell of kinds in today's words, `;` between.

    >>> _labels("罚款；没收违法所得、没收非法财物")
    '罚款;没收违法所得;没收非法财物'
    """
    labels: list[str] = []
    for token in kinds.split(cell):
        labels += [kinds.LABELS[code] for code in kinds.CODES.get(token, ())] or [token]
    return ";".join(dict.fromkeys(labels))
