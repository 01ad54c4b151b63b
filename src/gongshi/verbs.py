"""The commands that move one record, and the two that say what is due and why.

Each event is entered at once and becomes visible with the next `publish`.
"""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongshi.command import DONE, Answer, Command, site_of, today_of
from gongshi.errors import UsageError

if TYPE_CHECKING:
    from gongshi.events import EventKind, Reason
    from gongshi.handling import Done
    from gongshi.site import Site


def withdraw(args: Namespace) -> Answer:
    """Take down a record whose decision does not stand any more."""
    from gongshi.events import WITHDRAWALS, EventKind

    return _act(args, EventKind.REVOKE, WITHDRAWALS | {EventKind.CANCEL})


def correct(args: Namespace) -> Answer:
    """Note that a record is wrong, and put right what is written down here."""
    from gongshi.events import EventKind

    return _act(args, EventKind.CORRECT)


def repair(args: Namespace) -> Answer:
    """Take a record down by a decision to repair, or handle an application for one."""
    from gongshi.events import EventKind

    if args.apply:
        return _act(args, EventKind.APPLY)
    if args.proof or args.commitment:
        raise UsageError(
            "--proof 和 --commitment 与 --apply 同用。", "--proof and --commitment go with --apply."
        )
    if args.accept:
        return _act(args, EventKind.ACCEPT)
    return _act(args, EventKind.DECLINE if args.decline else EventKind.REPAIR)


def dispute(args: Namespace) -> Answer:
    """Mark a record as disputed, or take the mark away."""
    from gongshi.events import EventKind

    return _act(args, EventKind.SETTLE if args.settle else EventKind.DISPUTE)


def suspend(args: Namespace) -> Answer:
    """Hide a record for a time."""
    from gongshi.events import EventKind

    return _act(args, EventKind.SUSPEND)


def resume(args: Namespace) -> Answer:
    """Show a hidden record again."""
    from gongshi.events import EventKind

    return _act(args, EventKind.RESUME)


def _act(
    args: Namespace, usual: "EventKind", others: "frozenset[EventKind]" = frozenset()
) -> Answer:
    """Enter the event that `args` ask for: the usual one, or that of the code they give."""
    from gongshi import handling

    site, today = site_of(args), today_of(args)
    reason = _reason(site, args.code, usual, others) if args.code else None
    order = handling.Order(
        penalty_id=args.id,
        event=reason.event if reason else usual,
        reason=args.reason,
        basis=args.basis,
        on_day=args.on or today,
        code=reason.code if reason else None,
        doc_no=args.doc_no,
        by=args.by,
        sets=dict(getattr(args, "set", None) or ()),
        proof=getattr(args, "proof", None) or (),
        commitment=getattr(args, "commitment", None),
    )
    done = handling.act(site, order, today=today)
    return _as_json(done), _words(done), DONE


def _reason(
    site: "Site", code: str, usual: "EventKind", others: "frozenset[EventKind]"
) -> "Reason":
    """Return the reason of a code, which must be one of the command's.

    Raises:
        UsageError: it is not.
    """
    from gongshi.events import load_reasons

    known = {
        name: each
        for name, each in load_reasons(site.schemas).items()
        if each.event == usual or each.event in others
    }
    if code not in known:
        choices = ";".join(f"{name} {each.label}" for name, each in known.items())
        raise UsageError(
            f"没有事由代码 {code}。可用:{choices or '本站没有代码表'}。",
            f"{code} is not a reason code of this command.",
            todo="代码表:schemas/codes/event-reasons.csv",
        )
    return known[code]


def _as_json(done: "Done") -> dict[str, Any]:
    """Return what an event did, for a program."""
    from gongshi.duties import due_as_json

    event = done.event
    return {
        "penalty_id": event.penalty_id,
        "event": str(event.event),
        "code": event.code,
        "on_day": event.on_day,
        "reason": event.reason,
        "basis": event.basis,
        "by": event.by,
        "changed": done.changed,
        "state_before": done.before,
        "state": done.state,
        "disputed": done.disputed,
        "corrected": [each.field for each in event.corrections],
        "due": due_as_json(done.due) if done.due else None,
        "warnings": list(done.warnings),
    }


def _words(done: "Done") -> str:
    """Return what an event did, for a person."""
    from gongshi.events import STATES

    event = done.event
    if not done.changed:
        told = [f"{event.penalty_id} 的这一“{event.event}”此前已登记,没有变化。"]
    else:
        moved = f"{STATES[done.before]} → {STATES[done.state]}"
        told = [f"已登记 {event.penalty_id}:{event.event}({event.on_day})。状态:{moved}。"]
    if done.due:
        told.append(
            f"{done.due.row.title}:最迟 {done.due.on_day}(依据{done.due.row.source})。"
            "对外生效:gongshi publish"
        )
    told += [f"注意:{warning}" for warning in done.warnings]
    changed = "entered; it shows with the next publish" if done.changed else "known before"
    return "\n".join([*told, f"{event.event.name} of {event.penalty_id}: {changed}."])


def due(args: Namespace) -> Answer:
    """List what must be done by when."""
    from gongshi import duties

    found = duties.of(site_of(args), today=today_of(args), ahead=args.ahead)
    return duties.as_json(found, today_of(args)), duties.words(found, today_of(args)), DONE


def explain(args: Namespace) -> Answer:
    """Say why each date and the state of a record are what they are."""
    from gongshi import explaining

    told = explaining.of(site_of(args), args.id, today=today_of(args))
    return explaining.as_json(told), explaining.words(told), DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"不是日期 / not a date: {text}") from None


def _correction(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise ArgumentTypeError(f"应为 字段=内容 / should be FIELD=TEXT: {text}")
    return name.strip(), value


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"不是天数 / not a number of days: {text}")
    return int(text)


_WHY = (
    (("id",), {"metavar": "ID", "help": "处罚编号 p…,或者许可编号 l…"}),
    (("--reason",), {"required": True, "metavar": "TEXT", "help": "事由,可能公开 / why"}),
    (("--basis",), {"required": True, "metavar": "TEXT", "help": "依据,写明条款 / the article"}),
    (("--code",), {"metavar": "CODE", "help": "事由代码(event-reasons.csv)"}),
    (("--on",), {"type": _day, "metavar": "DAY", "help": "生效日期,默认今天 / took effect"}),
    (("--doc-no",), {"metavar": "NO", "help": "相关文书号 / number of its document"}),
    (("--by",), {"metavar": "NAME", "help": "经办人 / who does it"}),
)


def _flag(name: str, text: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    return (name,), {"action": "store_true", "help": text}


def _verb(
    name: str, text: str, run: Callable[[Namespace], Answer], *more: tuple[Any, Any]
) -> Command:
    return Command(name, text, run, (*_WHY, *more))


COMMANDS = (
    _verb(
        "withdraw",
        "撤回:决定被撤销、变更、确认违法或者无效,许可被撤回、吊销、注销 / it does not stand",
        withdraw,
    ),
    _verb(
        "correct",
        "更正一条记录 / correct a record",
        correct,
        (
            ("--set",),
            {
                "action": "append",
                "type": _correction,
                "metavar": "FIELD=TEXT",
                "help": "更正后的内容,可多次 / what it should say; may be repeated",
            },
        ),
    ),
    _verb(
        "repair",
        "信用修复:收到准予决定,或者办理申请 / credit repair, or an application for it",
        repair,
        _flag("--apply", "收到申请及材料 / an application with its materials"),
        _flag("--accept", "受理 / it is accepted"),
        _flag("--decline", "不予修复 / it is declined"),
        (
            ("--proof",),
            {"action": "append", "type": Path, "metavar": "FILE", "help": "履行证明,可多次"},
        ),
        (("--commitment",), {"type": Path, "metavar": "FILE", "help": "信用承诺书(JSON)"}),
    ),
    _verb(
        "dispute",
        "加注异议 / mark as disputed",
        dispute,
        _flag("--settle", "异议已了结,取消标注 / the dispute is settled"),
    ),
    _verb("suspend", "中止公示 / hide for a time", suspend),
    _verb("resume", "恢复公示 / show again", resume),
    Command(
        "due",
        "应办和逾期的事项及依据 / what must be done by when",
        due,
        (
            (
                ("--ahead",),
                {"type": _count, "default": 0, "metavar": "DAYS", "help": "也列出此后几天内期满的"},
            ),
        ),
    ),
    Command(
        "explain",
        "说明一条记录的期限和状态从何而来 / why a date is what it is",
        explain,
        (
            (
                ("id",),
                {"metavar": "ID", "help": "处罚 p…、许可 l…、名单条目 e…、移送案件 t… 的编号"},
            ),
        ),
    ),
)
