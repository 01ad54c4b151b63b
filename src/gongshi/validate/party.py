"""Rules about who was penalised and by whom: V03 to V07, V22, V23."""

import re
from collections.abc import Callable, Iterator

import polars as pl

from gongshi.formats import identity_no, organisation_code, registration_no, uscc
from gongshi.models import Category
from gongshi.validate.context import Context
from gongshi.validate.problem import Check, Problem, Row, given

_RULE_OF = {Category.ORGANISATION: "V03", Category.SOLE_TRADER: "V04", Category.PERSON: "V05"}
_SOLE_TRADER_PREFIX = "92"
_PERSON_EMPTY = (
    "uscc", "reg_no", "org_code", "tax_no", "institution_no", "society_no", "legal_rep",
)  # fmt: skip
_DAMAGED = "代码被表格软件当作数字，后几位已经丢失"
_DAMAGED_EN = "the spreadsheet took the code for a number and lost its last digits"
_AS_TEXT = (
    "请在表格中先把该列设为“文本”格式（选中整列，右键“设置单元格格式”，选“文本”），"
    "再重新录入完整的 18 位代码。"
)

_ID_FORMS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("身份证", identity_no.is_valid),
    ("居民身份证", identity_no.is_valid),
    ("港澳台居民居住证", identity_no.is_valid),
    ("外国人永久居留身份证", identity_no.is_foreign_permit),
    ("护照号", lambda number: bool(re.fullmatch(r"[A-Z0-9]{5,20}", number))),
    ("护照", lambda number: bool(re.fullmatch(r"[A-Z0-9]{5,20}", number))),
    ("港澳居民来往内地通行证", lambda number: bool(re.fullmatch(r"[HM]\d{8}(\d\d)?", number))),
    (
        "台湾居民来往大陆通行证",
        lambda number: bool(re.fullmatch(r"\d{8}|\d{10}|[A-Z]\d{10}", number)),
    ),
)
"""ID type → is this a number of that type. Types of the form 其他-… are not judged."""


def fault_of_code(code: str, overrides: frozenset[str]) -> tuple[str, str, str] | None:
    """Return what is wrong with a unified social credit code: Chinese, English, what to do.

    None for a valid code and for one that a reviewer confirmed.
    """
    if code in overrides or uscc.is_valid(code):
        return None
    if not code:
        return "统一社会信用代码为空", "the USCC is empty", ""
    if code == uscc.PLACEHOLDER:
        return "这里不能用占位代码", "the placeholder code is not allowed here", ""
    if uscc.is_damaged(code):
        return _DAMAGED, _DAMAGED_EN, _AS_TEXT
    return *_fault_of_form(code), ""


def _fault_of_form(code: str) -> tuple[str, str]:
    """Return which of length, characters and check is wrong, in Chinese and English."""
    if len(code) != uscc.LENGTH:
        return f"代码应为 18 位，现为 {len(code)} 位", "the code has not 18 characters"
    strange = sorted(set(code) - set(uscc.ALPHABET))
    if strange:
        zh = f"代码含不允许的字符“{''.join(strange)}”"
        return zh, "the code has a character that codes do not have"
    return "代码的校验码不符，可能录错一位", "the check character of the code is wrong"


def _judge_party_code(row: Row, context: Context) -> Iterator[Problem]:
    """V03, V04: the code of an organisation or a sole trader."""
    category, code = row["category"], given(row, "uscc")
    if category not in (Category.ORGANISATION, Category.SOLE_TRADER):
        return
    rule = _RULE_OF[Category(category)]
    if category == Category.SOLE_TRADER and code == uscc.PLACEHOLDER:
        if "reg_no" in row and not given(row, "reg_no"):
            zh = "用了占位代码，但工商注册号为空"
            yield Problem(rule, "reg_no", zh, "placeholder code without a registration number")
        return
    fault = fault_of_code(code, context.overrides)
    if fault:
        yield Problem(rule, "uscc", fault[0], fault[1], todo=fault[2])


def _clear_party_code(context: Context) -> pl.Expr:  # noqa: ARG001
    is_person = pl.col("category") == Category.PERSON
    is_trader = pl.col("category") == Category.SOLE_TRADER
    return pl.col("uscc:valid") | is_person | (is_trader & pl.col("uscc:placeholder"))


def _judge_legal_rep(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V03, V04: the legal representative or operator."""
    category = row["category"]
    if category == Category.ORGANISATION and not given(row, "legal_rep"):
        yield Problem("V03", "legal_rep", "法定代表人为空", "no legal representative")
    if category == Category.SOLE_TRADER and not given(row, "legal_rep"):
        yield Problem("V04", "legal_rep", "法定代表人（经营者）为空", "no operator")


def _clear_legal_rep(context: Context) -> pl.Expr:  # noqa: ARG001
    # Two Chinese characters that are no filler are a name.
    named = pl.col("legal_rep").str.contains("^[一-龥&&[^无空暂]]{2}")
    return named | (pl.col("category") == Category.PERSON)


def _judge_no_personal_id(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V03: an organisation has no ID card."""
    if row["category"] != Category.ORGANISATION:
        return
    for role, zh in (("id_type", "组织填了自然人证件类型"), ("id_no", "组织填了自然人证件号码")):
        if given(row, role):
            yield Problem(
                "V03", role, zh, "an organisation with a personal ID", todo="请清空该格。"
            )


def _clear_no_personal_id(context: Context) -> pl.Expr:  # noqa: ARG001
    empty = (pl.col("id_type") == "") & (pl.col("id_no") == "")
    return empty | (pl.col("category") != Category.ORGANISATION)


def _judge_identity(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V05: a person has an ID type and a number that fits it."""
    if row["category"] != Category.PERSON:
        return
    kind, number = given(row, "id_type"), given(row, "id_no").upper()
    if not kind:
        yield Problem("V05", "id_type", "证件类型为空", "no ID type")
    if not number:
        yield Problem("V05", "id_no", "证件号码为空", "no ID number")
        return
    is_fitting = dict(_ID_FORMS).get(kind)
    if is_fitting and not is_fitting(number) and uscc.is_damaged(number):
        yield Problem("V05", "id_no", _DAMAGED, _DAMAGED_EN, todo=_AS_TEXT)
    elif is_fitting and not is_fitting(number):
        zh = f"证件号码不符合“{kind}”的编码规则"
        yield Problem("V05", "id_no", zh, "the ID number does not fit the ID type")


def _clear_identity(context: Context) -> pl.Expr:  # noqa: ARG001
    citizen = pl.col("id_type").is_in(["身份证", "居民身份证", "港澳台居民居住证"])
    return (pl.col("category") != Category.PERSON) | (citizen & pl.col("id_no:valid"))


def _person_without(role: str) -> Check:
    """Return the check of V05 that `role` is empty for a person."""

    def judge(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
        if row["category"] == Category.PERSON and given(row, role):
            zh = "自然人不应填写该项"
            yield Problem("V05", role, zh, "must be empty for a natural person")

    def clears(context: Context) -> pl.Expr:  # noqa: ARG001
        return (pl.col(role) == "") | (pl.col("category") != Category.PERSON)

    return Check(rule="V05", needs=("category", role), judge=judge, clears=clears)


def _judge_prefix(row: Row, context: Context) -> Iterator[Problem]:
    """V06: 92 begins the codes of sole traders, and of nobody else."""
    category, code = row["category"], given(row, "uscc")
    if not (uscc.is_valid(code) or code in context.overrides):
        return
    is_trader = code.startswith(_SOLE_TRADER_PREFIX)
    if is_trader and category == Category.ORGANISATION:
        zh = "代码以 92 开头，应为个体工商户"
        yield Problem("V06", "category", zh, "a code that begins with 92 is a sole trader's")
    if not is_trader and category == Category.SOLE_TRADER:
        zh = "代码不以 92 开头，不是个体工商户的代码"
        yield Problem("V06", "category", zh, "a sole trader's code begins with 92")


def _clear_prefix(context: Context) -> pl.Expr:  # noqa: ARG001
    is_trader = pl.col("uscc").str.starts_with(_SOLE_TRADER_PREFIX)
    agrees = is_trader == (pl.col("category") == Category.SOLE_TRADER)
    is_person = pl.col("category") == Category.PERSON
    return agrees | is_person | (pl.col("uscc") == uscc.PLACEHOLDER)


def _authority_code(role: str) -> Check:
    """Return the check of V07 on one code."""

    def judge(row: Row, context: Context) -> Iterator[Problem]:
        fault = fault_of_code(row[role], context.overrides) if given(row, role) else None
        if fault:
            yield Problem("V07", role, fault[0], fault[1], todo=fault[2])

    def clears(context: Context) -> pl.Expr:  # noqa: ARG001
        return pl.col(f"{role}:valid") | (pl.col(role) == "")

    return Check(rule="V07", needs=(role,), judge=judge, clears=clears)


def _judge_organisation_code(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V22: the check character of an organisation code."""
    code = given(row, "org_code")
    if code and not organisation_code.is_valid(code):
        yield Problem("V22", "org_code", "校验码不符", "the check character is wrong")


def _clear_organisation_code(context: Context) -> pl.Expr:  # noqa: ARG001
    return (pl.col("org_code") == "") | pl.col("org_code:valid")


def _judge_registration_no(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V23: the check digit of a registration number."""
    number = given(row, "reg_no")
    if number and not (registration_no.is_valid(number) or registration_no.is_old(number)):
        yield Problem("V23", "reg_no", "不是 15 位有校验码的注册号", "no valid registration number")


def _clear_registration_no(context: Context) -> pl.Expr:  # noqa: ARG001
    return (pl.col("reg_no") == "") | pl.col("reg_no:valid")


CHECKS: tuple[Check, ...] = (
    Check(
        rule="V03",
        needs=("category", "uscc"),
        judge=_judge_party_code,
        clears=_clear_party_code,
    ),
    Check(
        rule="V03",
        needs=("category", "legal_rep"),
        judge=_judge_legal_rep,
        clears=_clear_legal_rep,
    ),
    Check(
        rule="V03",
        needs=("category", "id_type", "id_no"),
        judge=_judge_no_personal_id,
        clears=_clear_no_personal_id,
    ),
    Check(
        rule="V05",
        needs=("category", "id_type", "id_no"),
        judge=_judge_identity,
        clears=_clear_identity,
    ),
    *(_person_without(role) for role in _PERSON_EMPTY),
    Check(rule="V06", needs=("category", "uscc"), judge=_judge_prefix, clears=_clear_prefix),
    *map(_authority_code, ("authority_code", "source_unit_code", "penalty_authority_code")),
    Check(
        rule="V22",
        needs=("org_code",),
        judge=_judge_organisation_code,
        clears=_clear_organisation_code,
    ),
    Check(
        rule="V23",
        needs=("reg_no",),
        judge=_judge_registration_no,
        clears=_clear_registration_no,
    ),
)
"""Every row rule about the party and the authority."""
