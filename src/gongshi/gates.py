"""Gates: a file that differs too much from what is known is stopped as a whole.

A gate looks at figures, never at rows. It fires on what a mistake looks like: a cut export, the
wrong month, a shifted column. Nothing of a stopped file is taken until a person lets it pass by
name and with a reason. Figures and names come in, findings go out; nothing is read or written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType

from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.gate_policy import GateLimits
from gongshi.declarations.policy import Approval
from gongshi.errors import UsageError
from gongshi.leak_scan import scan_bytes
from gongshi.models import Finding, Severity
from gongshi.redaction import redact

MISSING = "M01"
"""The notice that a full delivery lacks records: told of every one, while G06 stops too many."""
_LONGEST_NAME, _LONGEST_REASON = 40, 500
"""Characters of what an override says; both stand in public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a file is, in figures. `rows` and `refused` are source rows, the others records.

    Of the records in the file the registry knows `known`, and `changed` of these would change.
    `last` and `last_rows` are the last accepted batch of the agency and its rows, where there is
    one. For a full delivery, `standing` records of the agency are in force and `missing` of these
    are not in the file; `explained` others are not in it because an event or the clock ended them;
    `back` are in it that the delivery before lacked. What that one lacked is not missing again: a
    delivery that was accepted is what the next one is held against.
    """

    rows: int
    refused: int
    known: int = 0
    changed: int = 0
    last: str = ""
    last_rows: int = 0
    standing: int = 0
    missing: int = 0
    explained: int = 0
    back: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an agency's delivery is held against."""

    rows: tuple[int, int]
    is_full: bool
    limits: GateLimits


Figures = Mapping[str, object]
"""What a gate saw, by the names in its sentence; the fields of `Delivery` are there as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One gate: what it says in both languages, the key that declares its limit, and its look."""

    id: str
    title: str
    title_en: str
    figures: str
    figures_en: str
    key: str
    look: Callable[[Delivery, Bounds], Figures | None]


@dataclass(frozen=True, slots=True)
class Override:
    """A person who lets stopped files pass, and why; both are recorded and shown in releases."""

    by: str
    reason: str


def bounds_of(spec: AgencySpec, site: GateLimits) -> Bounds:
    """Return what the deliveries of an agency are held against."""
    return Bounds(spec.rows, spec.delivery == "full", site.for_agency(spec.gates))


def stops(delivery: Delivery, bounds: Bounds) -> tuple[Finding, ...]:
    """Return a finding about the whole file for each gate that it does not pass."""
    looks = ((gate, gate.look(delivery, bounds)) for gate in GATES.values())
    return tuple(
        _finding(gate, {**asdict(delivery), **figures}) for gate, figures in looks if figures
    )


def lacking(missing: int, numbers: Sequence[str]) -> tuple[Finding, ...]:
    """Return what the sender of a full delivery is told of the records that it lacks."""
    if not missing:
        return ()
    named = "、".join(numbers) + (" 等" if missing > len(numbers) else "")
    message = (
        f"全量报送中没有本机构仍有效的记录 {missing} 条({named})。这些记录照旧公示,不因缺行撤下;"
        "入库后逐条确认:gongshi review。"
    )
    message_en = f"{missing} records in force are not in this full delivery; nothing ends by that"
    return (_of_file(MISSING, Severity.WARNING, message, message_en),)


def passed(findings: Iterable[Finding], override: Override) -> tuple[Finding, ...]:
    """Return the findings of gates that a person let the file pass: warnings, with the name."""
    return tuple(
        replace(
            found,
            severity=Severity.WARNING,
            message=f"{found.message.removesuffix(_TODO)}已由{override.by}放行:{override.reason}",
            message_en=f"{found.message_en}; let pass by {override.by}",
        )
        for found in findings
    )


def override_of(by: str | None, reason: str | None) -> Override | None:
    """Return the override that the command line names, or None.

    Raises:
        UsageError: one of the two is missing, too long, unprintable, or holds a person's number.
    """
    if by is None and reason is None:
        return None
    name, why = " ".join((by or "").split()), " ".join((reason or "").split())
    if not name or not why:
        raise _unfit("放行须同时写明姓名和理由。", "An override needs a name and a reason.")
    if len(name) > _LONGEST_NAME or len(why) > _LONGEST_REASON:
        raise _unfit(
            f"放行人姓名不超过 {_LONGEST_NAME} 字,理由不超过 {_LONGEST_REASON} 字。",
            "The name or the reason of the override is too long.",
        )
    if not (name + why).isprintable():
        raise _unfit(
            "放行人姓名和理由中有无法显示的字符。",
            "Name or reason of the override holds characters that cannot be shown.",
        )
    if scan_bytes(f"{name}\n{why}".encode(), "override") or redact(why).spans:
        raise _unfit(
            "放行人姓名和理由会公开,其中不得有他人姓名、证件号、电话、银行卡号或住址。",
            "Name and reason are published: they may hold no personal data of others.",
        )
    return Override(name, why)


def require_may_override(approval: Approval, override: Override) -> None:
    """Make sure that a person may override, where the site says who may.

    Raises:
        UsageError: another may.
    """
    if not approval.may_override(override.by):
        raise UsageError(
            f"{override.by} 不在可以放行的名单中。",
            f"{override.by} is not among those who may override a gate.",
            todo="请由 schemas/policies/approval.yml 的 overriders 中的人放行。",
        )


def _unfit(zh: str, en: str) -> UsageError:
    return UsageError(zh, en, todo="用法:--override-by 姓名 --override-reason 理由")


_TODO = (
    "请核对文件是否完整、正确;确属实情的,"
    "由负责人写明姓名和理由放行(--override-by、--override-reason)。"
)


def _finding(gate: Gate, figures: Figures) -> Finding:
    """Return what the sender is told."""
    message = f"{gate.title}:{gate.figures.format_map(figures)}。{_TODO}"
    message_en = f"{gate.title_en}: {gate.figures_en.format_map(figures)} ({gate.key})"
    return _of_file(gate.id, Severity.ERROR, message, message_en)


def _of_file(rule: str, severity: Severity, message: str, message_en: str) -> Finding:
    """Return a finding about a file as a whole."""
    return Finding(
        sheet="",
        row=0,
        column="",
        field="",
        rule=rule,
        severity=severity,
        value="",
        message=message,
        message_en=message_en,
    )


def _outside(it: Delivery, bounds: Bounds) -> Figures | None:
    fewest, most = bounds.rows
    if fewest <= it.rows <= most:
        return None
    return {"fewest": fewest, "most": most}


def _refused(it: Delivery, bounds: Bounds) -> Figures | None:
    return _too_many(it.refused, it.rows, bounds.limits.refused_share, bounds)


def _rewritten(it: Delivery, bounds: Bounds) -> Figures | None:
    return _too_many(it.changed, it.known, bounds.limits.changed_share, bounds)


def _vanished(it: Delivery, bounds: Bounds) -> Figures | None:
    missing = it.missing - it.refused  # a refused row may be any of them
    found = _too_many(missing, it.standing, bounds.limits.missing_share, bounds)
    return found if bounds.is_full else None


def _too_many(part: int, whole: int, limit: float, bounds: Bounds) -> Figures | None:
    """Return the figures of a part that is more than its share, unless the whole is small."""
    if whole < bounds.limits.at_least or part <= limit * whole:
        return None
    return {"part": part, "whole": whole, "share": _percent(part / whole), "limit": _percent(limit)}


def _shrunken(it: Delivery, bounds: Bounds) -> Figures | None:
    expected, limit = it.last_rows - it.explained, bounds.limits.least_share
    if not bounds.is_full or expected < bounds.limits.at_least or it.rows >= limit * expected:
        return None
    return {"limit": _percent(limit)}


def _swollen(it: Delivery, bounds: Bounds) -> Figures | None:
    limit = bounds.limits.most_share
    if not bounds.is_full or not it.last:
        return None
    if it.rows - it.back <= limit * max(it.last_rows, bounds.limits.at_least):
        return None
    return {"limit": _percent(limit)}


def _percent(share: float) -> str:
    """Return a share as it is told.

    >>> _percent(0.5), _percent(0.012), _percent(2)
    ('50%', '1.2%', '200%')
    """
    return f"{share * 100:.3g}%" if share < 1 else f"{share * 100:.0f}%"


_TABLE = (
    Gate(
        id="G01",
        title="行数不在声明的范围内",
        title_en="the number of rows is outside the declared range",
        figures="本次 {rows} 行,声明的范围为 {fewest} 至 {most} 行",
        figures_en="{rows} rows; declared are {fewest} to {most}",
        key="rows",
        look=_outside,
    ),
    Gate(
        id="G02",
        title="拒收的行过多",
        title_en="too many rows are refused",
        figures="{whole} 行中拒收 {part} 行,占 {share},声明的上限为 {limit}",
        figures_en="{part} of {whole} rows, {share}; the declared limit is {limit}",
        key="gates.refused_share",
        look=_refused,
    ),
    Gate(
        id="G03",
        title="比上一批少得多",
        title_en="the file is much smaller than the last one",
        figures="上一批 {last} 有 {last_rows} 行,其中 {explained} 条其后已到期或因事件结束;"
        "本次 {rows} 行,声明的下限为 {limit}",
        figures_en="last batch {last}: {last_rows} rows, {explained} of them ended since; "
        "this file: {rows}; the declared least share is {limit}",
        key="gates.least_share",
        look=_shrunken,
    ),
    Gate(
        id="G04",
        title="比上一批多得多",
        title_en="the file is much larger than the last one",
        figures="上一批 {last} 有 {last_rows} 行,本次 {rows} 行,声明的上限为 {limit}",
        figures_en="last batch {last}: {last_rows} rows; this file: {rows}; "
        "the declared largest share is {limit}",
        key="gates.most_share",
        look=_swollen,
    ),
    Gate(
        id="G05",
        title="已有记录大批改变",
        title_en="too many known records would change",
        figures="系统已有的 {whole} 条记录中,{part} 条与文件不同,占 {share},声明的上限为 {limit}",
        figures_en="{part} of {whole} known records, {share}; the declared limit is {limit}",
        key="gates.changed_share",
        look=_rewritten,
    ),
    Gate(
        id="G06",
        title="全量报送中大批记录缺失",
        title_en="too many records are missing from a full delivery",
        figures="本机构仍有效的 {whole} 条记录,文件中缺 {part} 条,占 {share},声明的上限为 {limit}",
        figures_en="{part} of {whole} records in force, {share}; the declared limit is {limit}",
        key="gates.missing_share",
        look=_vanished,
    ),
)

GATES: Mapping[str, Gate] = MappingProxyType({gate.id: gate for gate in _TABLE})
"""Every gate, by its identifier."""
