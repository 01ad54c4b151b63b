"""Rules that look at the whole table, computed once on columns: V12 age, V16, V17, V21, damage.

Both paths use them, so they need no second form. Everything here takes the columns made by
`columns.prepare` and gives problems, each with the places of lines that have it, from 0.
"""

from collections.abc import Callable, Iterator
from datetime import date

import polars as pl

from gongshi.formats import doc_no, uscc
from gongshi.formats.text import fold
from gongshi.models import Category, Severity
from gongshi.validate.columns import CODE_ROLES
from gongshi.validate.context import Context
from gongshi.validate.findings import Found
from gongshi.validate.problem import Problem

LATE_AFTER = 7
"""Working days within which a decision is reported (双公示)."""
_OLD_YEARS = 5
_PLACE, _WITHIN, _CODE = "_place", "_within", "_code"
_MASKS = ("某", "*", "x", "X", "\N{MULTIPLICATION SIGN}")
"""Signs that stand for a part of a name, after folding."""
_ROUNDED = "^[0-9]{15}000$"
_ALL_DIGITS = "^[0-9]{18}$"
# Numbers in which folding changes nothing but brackets: most of them.
_PLAIN_DOC_NO = r"^[0-9A-Za-z一-龥〔〕()\[\]（）【】第号.-]*$"
_NOT_DIGITS = "[^0-9]"


def too_old(roles: pl.DataFrame, context: Context) -> Found:
    """V12, mild: decisions of more than five years ago."""
    if "decided_on" not in roles.columns:
        return
    limit = _years_before(context.today, _OLD_YEARS)
    zh, en = f"决定日期早于 {limit}，已超过五年", "decided more than five years ago"
    problem = Problem("V12", "decided_on", zh, en, Severity.WARNING, "如属实，可以不改。")
    yield _places(pl.col("decided_on:day") < limit, roles), problem


def late(roles: pl.DataFrame, context: Context) -> Found:
    """V21: more than seven working days between the decision and today."""
    if "decided_on" not in roles.columns:
        return
    days = roles.get_column("decided_on:day").unique().drop_nulls()
    problems = {day: found for day in days.to_list() if (found := _lateness(day, context))}
    late_days = pl.col("decided_on:day").is_in(list(problems))
    hits = roles.lazy().with_row_index(_PLACE).filter(late_days)
    for day, places in hits.group_by("decided_on:day").agg(_PLACE).collect().iter_rows():
        yield places, problems[day]


def _lateness(day: date, context: Context) -> Problem | None:
    """Return the problem of a decision of `day`, None where it is in time or cannot be judged."""
    if day > context.today:
        return None
    waited = context.calendar(day, context.today)
    if waited is None or waited <= LATE_AFTER:
        return None
    zh = f"自决定之日起已过 {waited} 个工作日"
    return Problem("V21", "decided_on", zh, f"reported {waited} working days after the decision")


def other_name(roles: pl.DataFrame, context: Context) -> Found:
    """V16: the code is known under another name, or most lines of the batch call it otherwise."""
    if not {"party", "uscc"} <= set(roles.columns):
        return
    names = _usual_names(roles) | dict(context.known_parties)
    known = pl.DataFrame(
        {"uscc": list(names), "_known": list(names.values())},
        schema={"uscc": pl.String, "_known": pl.String},
    )
    lines = roles.lazy().select("party", "uscc").with_row_index(_PLACE)
    lines = lines.filter(pl.col("uscc").is_in(known["uscc"].implode()))
    differing = lines.join(known.lazy(), on="uscc").filter(pl.col("party") != pl.col("_known"))
    for place, party, _, name in differing.sort(_PLACE).collect().iter_rows():
        if fold(party) != fold(name):
            zh = f"该代码的名称是“{name}”"
            yield (place,), Problem("V16", "party", zh, "the code is known under another name")


def _usual_names(roles: pl.DataFrame) -> dict[str, str]:
    """Return the name that more than half of the lines give, for codes with several names.

    Most codes have one name; hashes, which are small, tell which do not.
    """
    hashes = pl.col("uscc").hash(), pl.col("party").hash()
    named = roles.lazy().filter(pl.col("uscc:valid")).select(hashes).unique().collect()
    codes = named["uscc"].filter(named["uscc"].is_duplicated()).unique()
    mixed = pl.col("uscc:valid") & hashes[0].is_in(codes.implode())
    coded = roles.lazy().filter(mixed).group_by("uscc", "party").len()
    total = pl.col("len").sum().over("uscc")
    several = (pl.len().over("uscc") > 1) & (pl.col("len") * 2 > total)
    return dict(coded.filter(several).select("uscc", "party").collect().iter_rows())


def damaged(roles: pl.DataFrame, context: Context) -> Found:
    """V03, V04, V07: codes that pass the check by chance in a column that Excel has rounded.

    Where a code lost its last digits and no code of digits alone kept them, the whole column was
    numbers. One rounded code in 31 still passes the check, and would then name somebody else.
    """
    for role in CODE_ROLES:
        if role not in roles.columns or not _is_rounded(roles, role):
            continue
        zh = "同一列的代码已被表格软件截去后几位，这个代码也不可信"
        en = "the codes of the column lost their last digits; this one cannot be trusted"
        reviewed = pl.col(role).is_in(list(context.overrides))
        chance = pl.col(f"{role}:valid") & pl.col(role).str.contains(_ROUNDED) & ~reviewed
        for place in _places(chance, roles):
            yield (place,), Problem(_rule_of_code(roles, role, place), role, zh, en)


def _is_rounded(roles: pl.DataFrame, role: str) -> bool:
    """Say whether a spreadsheet took the codes of a column for numbers."""
    wrong = roles.lazy().filter(~pl.col(f"{role}:valid")).select(role).collect().to_series()
    if not wrong.str.contains(_ROUNDED).any():
        return False
    digits = roles[role].filter(roles[role].str.contains(_ALL_DIGITS))
    return bool(digits.str.ends_with("000").all())


def _rule_of_code(roles: pl.DataFrame, role: str, place: int) -> str:
    """Return the rule that speaks of this code."""
    if role != "uscc" or "category" not in roles.columns:
        return "V07" if role != "uscc" else "V03"
    return "V04" if roles["category"][place] == Category.SOLE_TRADER else "V03"


def duplicates(roles: pl.DataFrame, rows: pl.Series, refused: pl.Series) -> Found:
    """V17: authority, document number and party once more; the first line stands.

    `rows` gives the number that a person sees for each line, for the message. The places
    `refused` are out for another reason and make no other line a duplicate.
    """
    if not {"doc_no", "party"} <= set(roles.columns):
        return
    first_place: dict[tuple[str, ...], int] = {}
    for place, key in _full_keys(roles, refused):
        first = first_place.setdefault(key, place)
        if first != place:
            zh = f"与第 {rows[first]} 行是同一条记录"
            yield (place,), Problem("V17", "doc_no", zh, f"the same record as row {rows[first]}")


def _full_keys(roles: pl.DataFrame, refused: pl.Series) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield place and exact key of the lines that may have a twin, in order.

    Coarse keys, cheap on columns, leave few lines to look at closely: first authority and code,
    by their hashes, then the digits of the document number. The exact key decides.
    """
    extra = [role for role in ("event", "list_code") if role in roles.columns]
    named = [role for role in ("authority_code", "authority") if role in roles.columns]
    within = [*named[:1], *extra]
    columns = [*within, "doc_no", "party", *_identity_roles(roles)]
    # Where the table names no authority, every line stands under the same one.
    where = pl.struct(within).hash() if within else pl.repeat(0, pl.len(), dtype=pl.UInt64)
    lines = roles.lazy().select(where.alias(_WITHIN)).collect()
    lines = lines.with_row_index(_PLACE).filter(~pl.col(_PLACE).is_in(refused.implode()))
    if "uscc" in roles.columns:
        codes = roles["uscc"].gather(lines[_PLACE])
        lines = lines.with_columns(codes.hash().alias(_CODE))
        uncoded = codes.is_in(["", uscc.PLACEHOLDER])
        lines = lines.filter(uncoded | pl.struct(_WITHIN, _CODE).is_duplicated())
    lines = lines.with_columns(_coarse_doc_no(roles["doc_no"].gather(lines[_PLACE])))
    places = lines.filter(pl.struct(_WITHIN, "_coarse").is_duplicated())[_PLACE]
    twins = pl.DataFrame([places, *(roles[name].gather(places) for name in columns)])
    for line in twins.iter_rows(named=True):
        others = (line[name] for name in within)
        yield line[_PLACE], (*others, doc_no.key(line["doc_no"]), *_identity(line))


def _coarse_doc_no(numbers: pl.Series) -> pl.Series:
    """Return what two spellings of one document number share at least: their digits."""
    plain = numbers.str.contains(_PLAIN_DOC_NO)
    digits = numbers.str.replace_all(_NOT_DIGITS, "")
    if plain.all():
        return digits.alias("_coarse")
    folded = numbers.filter(~plain).map_elements(doc_no.key, return_dtype=pl.String)
    exact = folded.str.replace_all(_NOT_DIGITS, "")
    return digits.scatter((~plain).arg_true(), exact).alias("_coarse")


def _identity_roles(roles: pl.DataFrame) -> list[str]:
    """Return the roles that may tell one party from another, beside the name."""
    return [role for role in ("uscc", "reg_no", "id_no", "facts") if role in roles.columns]


def _identity(line: dict[str, str]) -> tuple[str, ...]:
    """Return who a line is about: by code, else by number, else by name.

    Two people masked as 张某某 in one decision are two, unless the facts are the same too.
    """
    code = line.get("uscc", "")
    if code and code != uscc.PLACEHOLDER:
        return ("code", code)
    number = line.get("id_no", "") or line.get("reg_no", "")
    if number:
        return ("number", fold(number).upper())
    name = fold(line["party"])
    is_masked = any(mark in name for mark in _MASKS)
    return ("name", name, line.get("facts", "") if is_masked else "")


def _years_before(today: date, years: int) -> date:
    """Return the corresponding day, or the last of the month where there is none."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def _places(mask: pl.Expr, roles: pl.DataFrame) -> list[int]:
    """Return the places where `mask` is true."""
    hits = roles.lazy().select(mask.fill_null(value=False).alias("hit")).collect()
    return hits["hit"].arg_true().to_list()


RULES: tuple[tuple[str, Callable[[pl.DataFrame, Context], Found]], ...] = (
    ("V12", too_old),
    ("V16", other_name),
    ("V07", damaged),
    ("V21", late),
)
"""Every batch rule but V17, which needs the row numbers and runs last."""
