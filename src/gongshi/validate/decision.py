"""Rules about what was decided, when and at what price: V01, V08 to V15, V18, V19, and dates."""

import re
from collections.abc import Iterator
from datetime import date

import polars as pl

from gongshi.errors import FormatError
from gongshi.formats import day, doc_no, kinds, money, typed_sum
from gongshi.models import Severity
from gongshi.validate.columns import CONFISCATION, FINE, LICENCE, holds
from gongshi.validate.context import Context
from gongshi.validate.problem import SAYS_SOMETHING, Check, Problem, Row, given, is_junk

_EARLIEST = date(1949, 10, 1)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WAN_IN_YUAN = 10_000

_MONEY_WORDS = ["元", "圆", "圓", "万", "亿", "萬", "億"]
_YEAR = r"[〔﹝\[(（【](?:19|20)[0-9]{2}[〕﹞\])）】]"
_USUAL_DOC_NO = rf"^[^\s]*{_YEAR}[^\s]*号$"
_WRAPPED_DOC_NO = rf"^[(（][^\s\pP]*{_YEAR}[^\s\pP]*号[)）]$"

_SIMPLE_PROCEDURE = re.compile(r"简易程序|当场(?:作出)?(?:行政)?处罚")
_ORDINARY_PROCEDURE = re.compile(r"普通程序|一般程序|不适用简易程序")
_SIMPLE_DOC_NO = re.compile(r"当罚|简罚|当场")
_SECRET = re.compile(r"涉密|国家秘密|[秘机绝]密级|绝密|不予?公[开示]|不宜公[开示]")


def as_day(text: str) -> date | None:
    """Return the day that an ISO date writes, None for anything else.

    >>> as_day("2023-02-05"), as_day("2023-2-5")
    (datetime.date(2023, 2, 5), None)
    """
    if not _ISO.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_fen(text: str) -> int | None:
    """Return the fen of an amount in 万元, None for anything else.

    >>> as_fen("0.2"), as_fen("2千")
    (200000, None)
    """
    try:
        return money.parse_wan(text)
    except FormatError:
        return None


def fault_of_day(text: str) -> tuple[str, str]:
    """Return why a cell is no date in the one form that later stages read: Chinese, English.

    >>> fault_of_day("23-4-5")[0], fault_of_day("2023年4月5日")[0]
    ('不是有效日期：年份只有两位', '不是 2023-04-05 形式的日期')
    """
    fault = day.fault(text)
    if fault is None:
        return "不是 2023-04-05 形式的日期", "not a date in ISO form"
    return f"不是有效日期：{fault[0]}", f"not a date: {fault[1]}"


def fault_of_sum(text: str, role: str) -> tuple[str, str]:
    """Return why a cell is no plain amount: Chinese, English.

    >>> fault_of_sum("￥2000", "fine_wan")[0], fault_of_sum("0.1234567", "fine_wan")[0]
    ('金额没有写明是元还是万元', '金额有 7 位小数')
    """
    if re.fullmatch(r"[0-9]+\.[0-9]{7,}", text):
        return f"金额有 {len(text.partition('.')[2])} 位小数", "more than six decimals"
    fault = typed_sum.fault(text, kind=role.removesuffix("_wan"))
    if fault is None:
        return "不是以万元为单位的普通数字", "not a plain amount in 万元"
    return f"金额{fault[0]}", f"not a plain amount in 万元: {fault[1]}"


def not_junk(role: str) -> Check:
    """Return the check of V01 that a required text says something."""

    def judge(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
        # The empty cell itself is the business of the schema's `required`.
        if row[role] and is_junk(row[role]):
            yield Problem("V01", role, "必填项只有占位符号", "a required field holds a placeholder")

    def clears(context: Context) -> pl.Expr:  # noqa: ARG001
        return pl.col(role).str.contains(SAYS_SOMETHING)

    return Check(rule="V01", needs=(role,), judge=judge, clears=clears)


def iso_day(role: str) -> Check:
    """Return the check of S01 that a date is in the one form that later stages read."""

    def judge(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
        if row[role] and as_day(row[role]) is None:
            yield Problem("S01", role, *fault_of_day(row[role]))

    def clears(context: Context) -> pl.Expr:  # noqa: ARG001
        return pl.col(f"{role}:day").is_not_null() | (pl.col(role) == "")

    return Check(rule="S01", needs=(role,), judge=judge, clears=clears)


def _judge_kinds(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V08: every kind is of the code list."""
    strange = [token for token in kinds.split(given(row, "kinds")) if not kinds.is_known(token)]
    if strange:
        zh = f"“{strange[0][:20]}”不是规定的处罚类别"
        yield Problem("V08", "kinds", zh, "a kind that is not of the code list")


def _clear_kinds(context: Context) -> pl.Expr:  # noqa: ARG001
    return pl.col("kinds:known")


def _judge_fine(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V09: 罚款 among the kinds exactly where the fine is above 0."""
    kind, text = given(row, "kinds"), row["fine_wan"]
    fen = as_fen(text)
    if not kind or (fen is None and given(row, "fine_wan")):
        return
    if holds(kind, FINE) and not fen:
        zh = "处罚类别含“罚款”，但罚款金额为空或者为 0"
        yield Problem("V09", "fine_wan", zh, "a fine among the kinds, but no amount")
    elif fen and not holds(kind, FINE):
        zh = "有罚款金额，但处罚类别不含“罚款”"
        yield Problem("V09", "fine_wan", zh, "an amount of fine, but no fine among the kinds")


def _clear_fine(context: Context) -> pl.Expr:  # noqa: ARG001
    fined = pl.col("fine_wan:fen").fill_null(0) > 0
    written = pl.col("fine_wan:fen").is_not_null() | (pl.col("fine_wan") == "")
    return pl.col("kinds:judged") & written & (fined == pl.col("kinds:fine"))


def _judge_confiscation(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V10: a confiscation has an amount."""
    if not holds(given(row, "kinds"), CONFISCATION):
        return
    if not given(row, "confiscated_wan"):
        zh = "处罚类别含没收，但没收金额为空"
        yield Problem("V10", "confiscated_wan", zh, "a confiscation without an amount")
    elif as_fen(row["confiscated_wan"]) == 0:
        zh, en = "处罚类别含没收，没收金额为 0", "a confiscation of 0"
        todo = "如系没有估价的财物，可以不改。"
        yield Problem("V10", "confiscated_wan", zh, en, Severity.WARNING, todo)


def _clear_confiscation(context: Context) -> pl.Expr:  # noqa: ARG001
    taken = (pl.col("confiscated_wan:fen") > 0).fill_null(value=False)
    return taken | (pl.col("kinds:judged") & ~pl.col("kinds:confiscation"))


def _judge_licence(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V11: a suspension or revocation names the licence."""
    if holds(given(row, "kinds"), LICENCE) and not given(row, "licence_affected"):
        zh = "处罚类别含暂扣或者吊销，但没有写明证照"
        yield Problem("V11", "licence_affected", zh, "a licence penalty that names no licence")


def _clear_licence(context: Context) -> pl.Expr:  # noqa: ARG001
    named = pl.col("licence_affected").str.contains(SAYS_SOMETHING)
    return named | (pl.col("kinds:judged") & ~pl.col("kinds:licence"))


def _judge_decided_on(row: Row, context: Context) -> Iterator[Problem]:
    """V12: neither in the future nor before the Republic."""
    decided = as_day(row["decided_on"])
    if decided and decided > context.today:
        yield Problem("V12", "decided_on", "日期晚于报送当天", "the day is in the future")
    elif decided and decided < _EARLIEST:
        yield Problem("V12", "decided_on", "日期早于 1949-10-01", "the day is before 1949-10-01")


def _clear_decided_on(context: Context) -> pl.Expr:
    in_range = pl.col("decided_on:day").is_between(_EARLIEST, context.today)
    return in_range | (pl.col("decided_on") == "")


def _not_before_decision(role: str) -> Check:
    """Return the check of V13 on one of the end dates."""

    def judge(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
        decided, end = as_day(row["decided_on"]), as_day(row[role])
        if decided and end and end < decided:
            zh = f"截止日期早于决定日期 {decided}"
            yield Problem("V13", role, zh, "the end lies before the decision")

    def clears(context: Context) -> pl.Expr:  # noqa: ARG001
        return (pl.col(f"{role}:day") >= pl.col("decided_on:day")) | (pl.col(role) == "")

    return Check(rule="V13", needs=("decided_on", role), judge=judge, clears=clears)


def _judge_sum_in_text(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V14: the text states the fine that the amount states."""
    fen = as_fen(row["fine_wan"])
    stated = money.amounts_in(row["content"]) if fen else ()
    fines = [amount.fen for amount in stated if amount.kind == "fine"]
    if not fen or not fines or fen == sum(fines) or any(amount.fen == fen for amount in stated):
        return
    amount = money.format_wan(fen)
    if any(fen == fine * _WAN_IN_YUAN for fine in (*fines, sum(fines))):
        zh = f"罚款金额 {amount} 万元恰为处罚内容所写的一万倍，应是把元当作了万元"
        en = "the amount is 10 000 times the fine in the text: yuan typed as 万元"
        right = money.format_wan(fen // _WAN_IN_YUAN)
        yield Problem("V14", "fine_wan", zh, en, todo=f"如属实，请改为 {right}。")
    else:
        written = "、".join(money.format_wan(fine) for fine in fines[:3])
        zh = f"罚款金额 {amount} 万元，处罚内容写的是 {written} 万元"
        yield Problem("V14", "fine_wan", zh, "the text states another fine than the amount")


def _clear_sum_in_text(context: Context) -> pl.Expr:  # noqa: ARG001
    agrees = (pl.col("content:fine") == pl.col("fine_wan:fen")).fill_null(value=False)
    silent = ~pl.col("content").str.contains_any(_MONEY_WORDS)
    unfined = (pl.col("fine_wan") == "") | (pl.col("fine_wan:fen") == 0).fill_null(value=False)
    return unfined | agrees | silent


def _plain_amount(role: str) -> Check:
    """Return the check of V15 on one amount."""

    def judge(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
        text = row[role]
        if not text or as_fen(text) is not None:
            return
        yield Problem("V15", role, *fault_of_sum(text, role))

    def clears(context: Context) -> pl.Expr:  # noqa: ARG001
        return pl.col(f"{role}:fen").is_not_null() | (pl.col(role) == "")

    return Check(rule="V15", needs=(role,), judge=judge, clears=clears)


def _judge_doc_no(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V18: the document number looks like one."""
    # A decision on a licence that has no number of its own is known by the certificate's.
    is_certificate = row["doc_no"] == row.get("certificate_no")
    if given(row, "doc_no") and not (is_certificate or doc_no.has_usual_shape(row["doc_no"])):
        zh = "文号没有带括号的年份，或者不以“号”结尾"
        yield Problem("V18", "doc_no", zh, "no year in brackets, or no 号 at the end")


def _clear_doc_no(context: Context) -> pl.Expr:  # noqa: ARG001
    number = pl.col("doc_no").str
    return number.contains(_USUAL_DOC_NO) | number.contains(_WRAPPED_DOC_NO)


def _procedure(role: str) -> Check:
    """Return the check of V19 that a text does not tell of the simple procedure."""
    pattern = _SIMPLE_DOC_NO if role == "doc_no" else _SIMPLE_PROCEDURE

    def judge(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
        text = row[role]
        if pattern.search(text) and not _ORDINARY_PROCEDURE.search(text):
            zh = "这一行像是适用简易程序（当场处罚）的决定"
            yield Problem("V19", role, zh, "this looks like a simple-procedure decision")

    def clears(context: Context) -> pl.Expr:  # noqa: ARG001
        return ~pl.col(role).str.contains(pattern.pattern)

    return Check(rule="V19", needs=(role,), judge=judge, clears=clears)


def _judge_secret(row: Row, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """V19: the remarks mark a decision that is not to be published."""
    if _SECRET.search(row["remarks"]):
        zh = "备注表明这一行涉密或者不予公开"
        yield Problem("V19", "remarks", zh, "the remarks mark a decision that is not public")


def _clear_secret(context: Context) -> pl.Expr:  # noqa: ARG001
    return ~pl.col("remarks").str.contains_any(["密", "公开", "公示"])


CHECKS: tuple[Check, ...] = (
    Check(rule="V08", needs=("kinds",), judge=_judge_kinds, clears=_clear_kinds),
    Check(rule="V09", needs=("kinds", "fine_wan"), judge=_judge_fine, clears=_clear_fine),
    Check(
        rule="V10",
        needs=("kinds", "confiscated_wan"),
        judge=_judge_confiscation,
        clears=_clear_confiscation,
    ),
    Check(
        rule="V11",
        needs=("kinds", "licence_affected"),
        judge=_judge_licence,
        clears=_clear_licence,
    ),
    Check(rule="V12", needs=("decided_on",), judge=_judge_decided_on, clears=_clear_decided_on),
    *map(
        _not_before_decision,
        ("valid_until", "source_publish_until", "source_until", "signed_on", "outcome_on"),
    ),
    Check(
        rule="V14",
        needs=("content", "fine_wan"),
        judge=_judge_sum_in_text,
        clears=_clear_sum_in_text,
    ),
    *map(_plain_amount, ("fine_wan", "confiscated_wan")),
    Check(rule="V18", needs=("doc_no",), judge=_judge_doc_no, clears=_clear_doc_no),
    *map(_procedure, ("doc_no", "facts", "content", "remarks")),
    Check(rule="V19", needs=("remarks",), judge=_judge_secret, clears=_clear_secret),
)
"""Every row rule about the decision. V01 and the form of dates are added per schema."""
