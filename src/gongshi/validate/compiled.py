"""A Table Schema compiled to polars expressions that clear cells.

Frictionless is the authority on the schema. The expressions made here never judge: where one is
true, Frictionless would certainly find nothing wrong with the cell; where it is false or null, the
row goes to Frictionless. So they are strict: plain digits only, ISO dates only, and a construct
that is not understood clears nothing. The descriptor may be any Table Schema, not only ours.

Why so strict: the number types of Python take `1_000`, full-width digits and `NaN`; `%Y-%m-%d`
takes `2023-2-5`; `$` matches before a final line break. Engines differ on each of these.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from gongshi.table_schema import Field, TableSchema

NOTHING = pl.lit(value=False)
EVERYTHING = pl.lit(value=True)

# Fifteen digits are exact in a Float64, and far below any engine's limits.
_NUMBER = r"^-?[0-9]{1,9}(?:\.[0-9]{1,6})?$"
_INTEGER = r"^-?[0-9]{1,15}$"
_ISO = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"
_YEAR = r"^[1-9][0-9]{3}$"
# What Python's re and Rust's regex read alike: literals, groups, simple classes and repeats.
_COMMON_SYNTAX = re.compile(
    r"(?:[^\\\[\](){}|?*+.^$\n]|\\[.\-+*?()\[\]{}|/]|\(\?:|[()|]|[?*+]|\{[0-9]+(?:,[0-9]*)?\}"
    r"|\[(?:[^\\\[\]^&~\n-]|[0-9A-Za-z]-[0-9A-Za-z]|\\[.\-+*?()\[\]/])+-?\]|\\d|\.)+"
)
# Rules between rows, which a look at one row cannot clear.
_KEYS = frozenset({"primaryKey", "uniqueKeys", "foreignKeys"})
_TYPED_ENUM = frozenset({"number", "integer", "date", "year", "boolean"})
_ASCII = r"^[\x20-\x7e]*$"

_DEFAULT_TRUE = ("true", "True", "TRUE", "1")
_DEFAULT_FALSE = ("false", "False", "FALSE", "0")


def clears_row(schema: TableSchema, absent: frozenset[str] = frozenset()) -> pl.Expr:
    """Return an expression over the fields of `schema`: no cell of the row is surely wrong.

    It is true only for rows on which Frictionless finds nothing. Fields in `absent` are not
    required. A row without any value is never cleared: Frictionless reports blank rows.
    """
    if not _KEYS.isdisjoint(schema.descriptor):
        return NOTHING
    missing = schema.missing_values
    cells = [clears_cell(each, missing, absent=each.name in absent) for each in schema.fields]
    anything = pl.any_horizontal(~_is_missing(each, missing) for each in schema.fields)
    return pl.all_horizontal(*cells, anything).fill_null(value=False)


def clears_cell(field: Field, missing: tuple[str, ...], *, absent: bool = False) -> pl.Expr:
    """Return an expression over the column of `field`: Frictionless would find nothing."""
    empty = _is_missing(field, missing)
    typed = _TYPES.get(field.type, _clears_nothing)(field)
    bounds = [_clears_constraint(field, *item) for item in field.constraints.items()]
    filled = ~empty & pl.all_horizontal(typed, *bounds)
    return filled if field.is_required and not absent else filled | empty


def _is_missing(field: Field, missing: tuple[str, ...]) -> pl.Expr:
    """Return where the cell stands for no value; a field's own list counts before the schema's."""
    own = tuple(field.options.get("missingValues", missing))
    texts = [value if isinstance(value, str) else str(value["value"]) for value in own]
    return pl.col(field.name).is_in(texts)


def _clears_nothing(field: Field) -> pl.Expr:  # noqa: ARG001
    return NOTHING


def _clears_string(field: Field) -> pl.Expr:
    return EVERYTHING if field.format == "default" else NOTHING


def _clears_any(field: Field) -> pl.Expr:  # noqa: ARG001
    return EVERYTHING


def _clears_number(field: Field) -> pl.Expr:
    return pl.col(field.name).str.contains(_NUMBER) if _is_plain(field) else NOTHING


def _clears_integer(field: Field) -> pl.Expr:
    return pl.col(field.name).str.contains(_INTEGER) if _is_plain(field) else NOTHING


def _is_plain(field: Field) -> bool:
    """Say whether a numeric field keeps to the default notation."""
    changes = {"groupChar", "decimalChar", "bareNumber", "floatNumber"}
    return field.format == "default" and changes.isdisjoint(field.options)


def _clears_date(field: Field) -> pl.Expr:
    if field.format != "default":
        return NOTHING
    day = pl.col(field.name).str.to_date("%Y-%m-%d", strict=False)
    return pl.col(field.name).str.contains(_ISO) & day.is_not_null()


def _clears_year(field: Field) -> pl.Expr:
    return pl.col(field.name).str.contains(_YEAR)


def _clears_boolean(field: Field) -> pl.Expr:
    true = field.options.get("trueValues", _DEFAULT_TRUE)
    false = field.options.get("falseValues", _DEFAULT_FALSE)
    return pl.col(field.name).is_in([*true, *false])


_TYPES: Mapping[str, Callable[[Field], pl.Expr]] = {
    "string": _clears_string,
    "any": _clears_any,
    "number": _clears_number,
    "integer": _clears_integer,
    "date": _clears_date,
    "year": _clears_year,
    "boolean": _clears_boolean,
}


def _clears_constraint(field: Field, name: str, value: Any) -> pl.Expr:  # noqa: ANN401
    """Return where one constraint surely holds for a cell that its type has cleared."""
    if value is None or name not in _CONSTRAINTS:
        return NOTHING
    return _CONSTRAINTS[name](field, value)


def _clears_min_length(field: Field, limit: int) -> pl.Expr:
    return pl.col(field.name).str.len_chars() >= limit


def _clears_max_length(field: Field, limit: int) -> pl.Expr:
    # A text has no more characters than bytes, and bytes need no counting.
    text = pl.col(field.name).str
    return (text.len_bytes() <= limit) | (text.len_chars() <= limit)


def _clears_enum(field: Field, values: list[Any]) -> pl.Expr:
    """Return where the text itself is among the values; other spellings are left open."""
    texts = [value for value in values if isinstance(value, str) or field.type in _TYPED_ENUM]
    return pl.col(field.name).is_in([str(value) for value in texts])


def _clears_pattern(field: Field, pattern: str) -> pl.Expr:
    r"""Return where both engines surely match; `\d` only over plain ASCII.

    Frictionless wraps the pattern in `^` and `$` without a group, so that `a|b` would mean
    `^a` or `b$`: a bare alternative is left to it.
    """
    if not _COMMON_SYNTAX.fullmatch(pattern) or _has_bare_alternative(pattern):
        return NOTHING
    text = pl.col(field.name).str
    matches = text.contains(f"^(?:{pattern})$")
    # Which characters are digits depends on the Unicode version of an engine.
    return matches & text.contains(_ASCII) if r"\d" in pattern else matches


def _has_bare_alternative(pattern: str) -> bool:
    """Say whether a `|` stands outside all groups and classes."""
    bare = re.sub(r"\\.|\[[^\]]*\]", "", pattern)
    while "(" in bare and (inner := re.sub(r"\([^()]*\)", "", bare)) != bare:
        bare = inner
    return "|" in bare


Compare = Callable[[pl.Expr, pl.Expr], pl.Expr]


def _bound(compare: Compare) -> Callable[[Field, Any], pl.Expr]:
    """Return the function that clears a number or a date by comparing it with a bound."""

    def clears(field: Field, bound: Any) -> pl.Expr:  # noqa: ANN401
        if field.type in ("number", "integer", "year"):
            return _clears_number_bound(field.name, str(bound), compare)
        if field.type == "date" and re.fullmatch(_ISO, str(bound)):
            # ISO dates of four-digit years order as texts do.
            return compare(pl.col(field.name), pl.lit(str(bound)))
        return NOTHING

    return clears


def _clears_number_bound(name: str, bound: str, compare: Compare) -> pl.Expr:
    """Return where a number of at most fifteen digits keeps to a bound that a float holds."""
    try:
        exact = Decimal(bound)
    except InvalidOperation:
        return NOTHING
    if not exact.is_finite() or Decimal(float(exact)) != exact:
        return NOTHING
    return compare(pl.col(name).cast(pl.Float64, strict=False), pl.lit(float(exact)))


_CONSTRAINTS: Mapping[str, Callable[[Field, Any], pl.Expr]] = {
    "required": lambda _field, _value: EVERYTHING,
    "minLength": _clears_min_length,
    "maxLength": _clears_max_length,
    "enum": _clears_enum,
    "pattern": _clears_pattern,
    "minimum": _bound(pl.Expr.ge),
    "maximum": _bound(pl.Expr.le),
    "exclusiveMinimum": _bound(pl.Expr.gt),
    "exclusiveMaximum": _bound(pl.Expr.lt),
}
