"""The table under role names, with what the fast path wants to know of each cell.

Derived columns, `ROLE:WHAT`:

    uscc:valid …        Boolean  a valid code, or one that a reviewer has confirmed
    uscc:placeholder    Boolean  the placeholder, with something like a registration number
    id_no:valid …       Boolean  an identity number of 18 characters; org_code, reg_no likewise
    decided_on:day …    Date     null where the text is not an ISO date
    fine_wan:fen …      Int64    null where the text is not a plain amount
    kinds:known         Boolean  every token is of the code list
    kinds:fine, kinds:confiscation, kinds:licence   Boolean
    content:fine        Int64    the sum of a plain 罚款20万元, null where there is none

A column with few different values is judged once per value by the very function that judges a
row, so that both paths agree by construction.
"""

from collections.abc import Callable, Iterable

import polars as pl

from gongshi.formats import identity_no, kinds, money, organisation_code, registration_no, uscc
from gongshi.table_schema import TableSchema
from gongshi.validate.context import Context

CODE_ROLES = ("uscc", "authority_code", "source_unit_code", "penalty_authority_code")
AMOUNT_ROLES = ("fine_wan", "confiscated_wan")

FINE = frozenset({"P03"})
CONFISCATION = frozenset({"P04", "P05"})
LICENCE = frozenset({"P06", "P08"})

# Nine digits and six decimals are exact in a Float64; longer amounts take the slow path.
_PLAIN_AMOUNT = r"^[0-9]{1,9}(?:\.[0-9]{1,6})?$"
_ISO = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"
# A sum that begins behind 罚款 and ends where no digit can prolong it.
_STATED = (
    r"罚款(?:人民币)?([0-9,.零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟万亿]+[元圆])"
    r"整?(?:[，,。.；;、）)的\s]|$)"
)
_MANY = 20
"""Fewer than one distinct value in this many rows: judge the values, not the rows."""


def prepare(
    frame: pl.DataFrame, schema: TableSchema, absent: frozenset[str], context: Context
) -> pl.DataFrame:
    """Return the columns of `frame` by role, absent fields left out, with the derived columns."""
    present = [each for each in schema.fields if each.name not in absent]
    roles = frame.select(pl.col(each.name).alias(each.role) for each in present)
    derived = [*_codes(roles, context), *_kinds(roles), *_numbers(roles), *_stated(roles)]
    days = [each.role for each in present if each.type == "date"]
    return roles.with_columns(*_days(days), *_amounts(roles), *_placeholder(roles), *derived)


def by_value(column: pl.Series, judge: Callable[[str], bool]) -> pl.Series:
    """Return `judge` of every cell; false, which clears nothing, where values hardly repeat."""
    values = column.unique()
    if len(values) > 1000 + len(column) // _MANY:
        return pl.repeat(value=False, n=len(column), eager=True)
    good = [value for value in values.to_list() if judge(value)]
    return column.is_in(good)


def _codes(roles: pl.DataFrame, context: Context) -> list[pl.Series]:
    """Return `ROLE:valid` for every code."""
    found = []
    for role in CODE_ROLES:
        if role in roles.columns:
            # Authorities repeat on every row: look at each code once.
            codes = roles[role].unique() if role != "uscc" else roles[role]
            valid = uscc.valid_mask(codes) | codes.is_in(list(context.overrides))
            mask = valid if role == "uscc" else roles[role].is_in(codes.filter(valid).to_list())
            found.append(mask.alias(f"{role}:valid"))
    return found


def _kinds(roles: pl.DataFrame) -> list[pl.Series]:
    """Return what the kinds of penalty hold."""
    if "kinds" not in roles.columns:
        return []
    column = roles["kinds"]
    questions: dict[str, Callable[[str], bool]] = {
        "known": lambda text: all(map(kinds.is_known, kinds.split(text))),
        "judged": bool,
        "fine": lambda text: holds(text, FINE),
        "confiscation": lambda text: holds(text, CONFISCATION),
        "licence": lambda text: holds(text, LICENCE),
    }
    return [by_value(column, judge).alias(f"kinds:{what}") for what, judge in questions.items()]


def holds(text: str, wanted: frozenset[str]) -> bool:
    """Say whether a cell of kinds holds one of the codes `wanted`.

    >>> holds("警告;罚款", FINE)
    True
    """
    return not wanted.isdisjoint(kinds.codes(text))


def _numbers(roles: pl.DataFrame) -> list[pl.Series]:
    """Return `ROLE:valid` for the other numbers with a check digit."""
    masks = {
        "id_no": identity_no.valid_mask,
        "org_code": organisation_code.valid_mask,
        "reg_no": registration_no.valid_mask,
    }
    return [
        valid_mask(roles[role]).alias(f"{role}:valid")
        for role, valid_mask in masks.items()
        if role in roles.columns
    ]


def _stated(roles: pl.DataFrame) -> list[pl.Series]:
    """Return `content:fine`, each spelling of a sum read once."""
    if "content" not in roles.columns:
        return []
    spellings = roles["content"].str.extract(_STATED)
    read: dict[str, int] = {}
    for spelling in spellings.unique().drop_nulls().to_list():
        found = money.amounts_in(f"罚款{spelling}")
        if len(found) == 1 and found[0].end == len(f"罚款{spelling}"):
            read[spelling] = found[0].fen
    fens = spellings.replace_strict(read, default=None, return_dtype=pl.Int64)
    return [fens.alias("content:fine")]


def _placeholder(roles: pl.DataFrame) -> list[pl.Expr]:
    """Return `uscc:placeholder`; where the source has no registration numbers none is asked."""
    if "uscc" not in roles.columns:
        return []
    stands = pl.col("uscc") == uscc.PLACEHOLDER
    if "reg_no" in roles.columns:
        stands &= pl.col("reg_no").str.contains("[0-9]")
    return [stands.alias("uscc:placeholder")]


def _days(days: Iterable[str]) -> list[pl.Expr]:
    """Return `ROLE:day` for every date."""
    return [
        pl.when(pl.col(role).str.contains(_ISO))
        .then(pl.col(role).str.to_date("%Y-%m-%d", strict=False))
        .alias(f"{role}:day")
        for role in days
    ]


def _amounts(roles: pl.DataFrame) -> list[pl.Expr]:
    """Return `ROLE:fen` for every amount."""
    return [
        pl.when(pl.col(role).str.contains(_PLAIN_AMOUNT))
        .then((pl.col(role).cast(pl.Float64, strict=False) * 1e6).round().cast(pl.Int64))
        .alias(f"{role}:fen")
        for role in AMOUNT_ROLES
        if role in roles.columns
    ]
