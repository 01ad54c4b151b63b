"""Cells as text become cells as our fields mean them: cleaned, looked up, in one notation.

Whole columns at a time. A cell whose meaning is certain is rewritten (2023年4月5日 → 2023-04-05,
20万元 → 20 in a column of 万元, full-width codes → half-width capitals); any other is left as the
agency wrote it, for validation to refuse with a reason.
"""

import re
from collections.abc import Callable

import polars as pl

from gongshi.declarations.agency import OWN_COLUMNS, AgencySpec
from gongshi.errors import FormatError
from gongshi.formats import day, doc_no, typed_sum
from gongshi.formats.text import clean, fold, has_odd_digits
from gongshi.ingest.serials import UNKNOWN, as_day
from gongshi.table_schema import Field, TableSchema

_UNTIDY = (
    r"^\s|\s$|[\x00-\x09\x0b-\x1f\x7f-\x9f\u00a0\u00ad\u0300-\u036f\u061c\u1100-\u11ff\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2126\u212a\u212b\u2329\u232a\u3099\u309a"
    r"\ufeff\u{f900}-\u{fad9}\u{fb1d}-\u{fb4e}\u{fff9}-\u{fffb}\u{2f800}-\u{2fa1d}]|\n\s"
)
"""Cells that `formats.text.clean` may change; it is told of no others."""
_NOTHING = r"^[\s\-－—\u2010-\u2015─_＿/／\\\uff3c|.。、,，*\uff0a~～=…·'\"“”]*$"
"""Dashes and strokes: a cell was filled so that it is not empty."""
_JUNK = frozenset(("无", "空", "暂无", "null", "NULL", "undefined", "None", "nan", "NaN", "N/A"))
"""Words of the same kind. In a field that every row must have they stay, to be reported."""

_ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_PLAIN_SUM = r"^[0-9]{1,12}(?:\.[0-9]{1,6})?$"
_CODE = r"^[0-9A-Z]*$"
_TEXT_SIGNS = "'\u2018\u2019`"
"""Signs that make a cell text in a spreadsheet, and come along in some exports."""
_KINDS = {"fine_wan": "fine", "confiscated_wan": "confiscated"}
_CODE_ROLES = frozenset(
    {
        *("uscc", "reg_no", "org_code", "tax_no", "id_no", "rep_id_no"),
        *("authority_code", "source_unit_code", "penalty_authority_code"),
    }
)


def tidy(
    frame: pl.DataFrame, spec: AgencySpec, schema: TableSchema, *, epoch: int = UNKNOWN
) -> pl.DataFrame:
    """Return the frame with every field cleaned, looked up and in our notation.

    `epoch` is the year from which serial numbers of days count (`serials`).
    """
    columns = []
    for name in frame.columns:
        if name not in schema.by_name and name not in OWN_COLUMNS:
            columns.append(frame[name])
            continue
        series = rewritten(frame[name], clean, where=_UNTIDY)
        field = schema.by_name.get(name)
        series = _without_placeholders(series, spec, field)
        if words := spec.lookups.get(name):
            series = series.replace({**words})
        columns.append(_in_our_notation(series, spec, field, epoch) if field else series)
    return pl.DataFrame(columns)


def rewritten(
    series: pl.Series, rewrite: Callable[[str], str], *, where: str = "", unless: str = ""
) -> pl.Series:
    """Return the series with `rewrite` applied to the cells that match `where`, or not `unless`.

    Equal cells are rewritten once; empty ones never.
    """
    hit = series.str.contains(where) if where else ~series.str.contains(unless)
    hit &= series != ""
    if not hit.any():
        return series
    words = series.filter(hit).unique().to_list()
    return series.replace(words, [rewrite(word) for word in words])


def _without_placeholders(series: pl.Series, spec: AgencySpec, field: Field | None) -> pl.Series:
    """Return the series with "" for cells that say nothing.

    In a required field, what the agency did not declare stays, so that the report can name it.
    """
    declared = sorted(spec.placeholders)
    nothing = series.is_in(declared)
    if field is None or not field.is_required or spec.placeholders:
        nothing |= (series != "") & series.str.contains(_NOTHING)
    if field is None or not field.is_required:
        nothing |= series.is_in(sorted(_JUNK))
    return series.set(nothing, "") if nothing.any() else series


def _in_our_notation(series: pl.Series, spec: AgencySpec, field: Field, epoch: int) -> pl.Series:
    """Return the series as the field's type and role ask, where that is certain."""
    if field.type == "date":
        return rewritten(series, lambda text: _day(text, epoch), unless=_ISO_DAY)
    if field.type == "number":
        kind = _KINDS.get(field.role, "")
        return rewritten(series, lambda text: _sum(text, kind), unless=_PLAIN_SUM)
    if field.role in _CODE_ROLES:
        return rewritten(series, _code, unless=_CODE)
    if field.role == "doc_no" and not spec.template:
        return rewritten(series, _doc_no, where=r"[\s（()）]")
    return series


def _day(text: str, epoch: int) -> str:
    """Return a date as ISO text, anything else as it is."""
    try:
        return day.parse(text).isoformat()
    except FormatError:
        return as_day(text, epoch)


def _sum(text: str, kind: str) -> str:
    """Return a sum as a plain number of 万元, anything doubtful as it is.

    >>> _sum("2000元", "fine"), _sum("约3万元", "fine")
    ('0.2', '约3万元')
    """
    try:
        return typed_sum.plain(text, kind=kind)
    except FormatError:
        return text


def _code(text: str) -> str:
    """Return a code in half-width capitals without blanks, and without the sign of a text cell.

    Scientific notation stays as it is, and so does what only looks like a digit.

    >>> _code("'9111 0000 8021 0043 3b"), _code("9.11101E+17"), _code("①1")
    ('91110000802100433B', '9.11101E+17', '①1')
    """
    folded = fold(text.lstrip(_TEXT_SIGNS)).upper()
    sure = folded.isascii() and "E+" not in folded and not has_odd_digits(text)
    return folded if sure else text


def _doc_no(text: str) -> str:
    """Return a document number without blanks, and without brackets around the whole.

    >>> _doc_no("（甲银罚字〔2023〕 1号）"), _doc_no("甲银罚字（2023）1号")
    ('甲银罚字〔2023〕1号', '甲银罚字（2023）1号')
    """
    bare = re.sub(r"\s", "", text)
    inner = bare[1:-1]
    wrapped = bare[:1] in "（(" and bare[-1:] in "）)"
    return inner if wrapped and inner and doc_no.key(inner) == doc_no.key(bare) else bare
