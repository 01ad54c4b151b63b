"""The questions of a site that are not about masked words: listed, and answered by a person.

They stand in `gongshi review` after the doubts, under names of their own: `missing:` for a record
that a full delivery lacks (`absence`), `same:` for parties that may be one (`sameness`). An answer
is one transaction.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongshi import absence, handling, registry, sameness
from gongshi.absence import KEEP, WAIT, Missing
from gongshi.declarations.policy import load_policies
from gongshi.errors import UsageError
from gongshi.events import EventKind
from gongshi.records import KINDS
from gongshi.sameness import APART, JOIN, Same
from gongshi.site import Site

WITHDRAW = "withdraw"
_SHOWN = 5
ANSWERS = (WITHDRAW, KEEP, WAIT)
WORDS = {
    WITHDRAW: "撤回",
    KEEP: "保留",
    WAIT: "等下一次报送",
    JOIN: "是同一当事人",
    APART: "不是同一当事人",
}
_CASES = {
    "twice": "同一决定收录为两条,名称相同或者相近",
    "code": "没有代码的记录,与该代码的当事人名称相同或者相近",
    "renamed": "同一代码有不同名称",
}
_USAGE = (
    "用法:gongshi review missing:编号 --decide withdraw|keep|wait --by 姓名 --reason 理由"
    "(withdraw 另须 --basis 依据)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person answers about some questions; `basis` is needed to withdraw."""

    answer: str
    by: str
    reason: str
    basis: str = ""


def is_question(name: str) -> bool:
    """Say whether a name is that of a question, and not of a batch or a doubt."""
    return name.startswith((absence.PREFIX, sameness.PREFIX))


def same_parties(site: Site) -> list[Same]:
    """Return the open questions whether parties are the same."""
    with registry.reading(site.registry) as conn:
        return sameness.listed(conn) if conn else []


def listed(site: Site, agency: str = "", *, answered: bool = False) -> list[Missing]:
    """Return the open questions of an agency or of all; the answered ones too where asked."""
    with registry.reading(site.registry) as conn:
        return absence.listed(conn, agency, answered=answered) if conn else []


def answer(site: Site, names: Sequence[str], given: Given, *, today: date) -> list[str]:
    """Enter one answer to each question; return the names.

    Raises:
        UsageError: one is unknown or closed, the answer is not this person's to give, or a reason
            or a basis is missing. What was answered before that stays.
    """
    about_firms = [name for name in names if name.startswith(sameness.PREFIX)]
    for name in about_firms:
        _join(site, name, given, today)
    names = [name for name in names if name not in about_firms]
    if names and given.answer not in ANSWERS:
        raise UsageError(
            "这样的问题只能答 withdraw、keep 或者 wait。",
            "Such a question is answered by withdraw, keep or wait.",
            todo=_USAGE,
        )
    for name in names:
        if given.answer == WITHDRAW:
            _withdraw(site, name, given, today)
        else:
            _keep(site, name, given, today)
    return [*about_firms, *names]


def _join(site: Site, name: str, given: Given, today: date) -> None:
    """Enter whether parties are the same."""
    if given.answer not in (JOIN, APART):
        raise UsageError(
            "这样的问题只能答 join 或者 apart。",
            "Such a question is answered by join or apart.",
            todo="用法:gongshi review same:编号 --decide join|apart --by 姓名 --reason 理由",
        )
    answered = sameness.Answer(answer=given.answer, by=given.by, reason=given.reason, on_day=today)
    with closing(registry.open_registry(site.registry)) as conn, registry.transaction(conn):
        registry.check_day(conn, today)
        sameness.answer(conn, name, answered)


def _keep(site: Site, name: str, given: Given, today: date) -> None:
    """Enter that a record stays, for now or for good."""
    policy = load_policies(site.schemas).approval
    answered = absence.Answer(answer=given.answer, by=given.by, reason=given.reason, on_day=today)
    with closing(registry.open_registry(site.registry)) as conn, registry.transaction(conn):
        registry.check_day(conn, today)
        absence.answer(conn, name, answered, four_eyes=policy.four_eyes)


def _withdraw(site: Site, name: str, given: Given, today: date) -> None:
    """Withdraw a record that is missing, as `gongshi withdraw` does: that closes the question.

    Raises:
        UsageError: it is of a kind that falls otherwise, as an entry of a list with its decision.
    """
    policy = load_policies(site.schemas).approval
    with registry.reading(site.registry) as conn:
        if conn is None:
            raise UsageError("登记库还没有建立。", "Nothing was taken in yet.")
        missing = absence.find(conn, name)
        absence.require_answerable(conn, missing, given.by, four_eyes=policy.four_eyes)
    if not KINDS[missing.schema].has_events:
        raise UsageError(
            "名单条目和移送案件不能单独撤回:名单条目请报送移出决定或者撤回其处罚决定,移送案件请报送更正。",
            "Only decisions are withdrawn; a list entry falls with its decision or a removal.",
        )
    order = handling.Order(
        penalty_id=missing.id,
        event=EventKind.REVOKE,
        reason=given.reason,
        basis=given.basis,
        on_day=today,
        by=given.by,
    )
    handling.act(site, order, today=today)


def as_json(missing: Missing) -> dict[str, Any]:
    """Return a question as a program reads it."""
    return {
        "question": missing.name,
        "record": missing.id,
        "agency": missing.agency,
        "authority": missing.authority,
        "doc_no": missing.doc_no,
        "party": missing.party,
        "batch": missing.batch,
        "last": missing.last,
        "times": missing.times,
        "answer": missing.answer,
        "by": missing.by,
        "reason": missing.reason,
    }


def words(found: Sequence[Missing]) -> str:
    """Return the questions as a person reads them, "" where there is none."""
    if not found:
        return ""
    lines = [f"全量报送中缺失的记录 {len(found)} 条(照旧公示,待决定):"]
    for one in found:
        state = f"  [{WORDS.get(one.answer, one.answer)},{one.by}]" if one.answer else ""
        lines.append(
            f"{one.name}  {one.authority} {one.doc_no} {one.party}  "
            f"自批次 {one.batch} 起 {one.times} 次未见,最近为 {one.last}{state}"
        )
    lines.append(f"{_USAGE}\nMissing from full deliveries: {len(found)}. Nothing ends by itself.")
    return "\n".join(lines)


def same_as_json(same: Same) -> dict[str, Any]:
    """Return a question about parties as a program reads it."""
    return {
        "question": same.name,
        "case": same.case,
        "code": same.code or None,
        "records": [
            {"record": one.id, "doc_no": one.doc_no, "party": one.party, "uscc": one.uscc}
            for one in same.firms
        ],
    }


def words_of_same(found: Sequence[Same]) -> str:
    """Return the questions about parties as a person reads them, "" where there is none."""
    if not found:
        return ""
    lines = [f"可能是同一当事人 {len(found)} 处(不决定即各自照旧):"]
    for same in found:
        lines.append(f"{same.name}  {_CASES[same.case]} {same.code}".rstrip())
        lines += [
            f"    {one.party} {one.uscc or '(无代码)'}  {one.authority} {one.doc_no} {one.id}"
            for one in same.firms[:_SHOWN]
        ]
        if len(same.firms) > _SHOWN:
            lines.append(f"    …共 {len(same.firms)} 条")
    lines.append(
        "用法:gongshi review same:编号 --decide join|apart --by 姓名 --reason 理由\n"
        f"Parties that may be the same: {len(found)}. Nothing is joined by itself."
    )
    return "\n".join(lines)


def told(names: Sequence[str], given: Given) -> str:
    """Return what was answered."""
    lines = [f"{name}:{WORDS[given.answer]},{given.by}" for name in names]
    if given.answer in (WITHDRAW, JOIN):
        lines.append("下一次 publish 起生效。\nIn force from the next publish on.")
    return "\n".join(lines)
