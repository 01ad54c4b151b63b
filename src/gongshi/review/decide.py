"""One decision about one doubt: checked, entered in the ledger, put over the record."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from gongshi import ledger, records
from gongshi.errors import UsageError
from gongshi.leak_scan import scan_bytes
from gongshi.models import Original
from gongshi.records import Kind, Ruling, fingerprint
from gongshi.redaction import masking, redact
from gongshi.registry import now
from gongshi.review.queue import Item, find

_NAME = re.compile(r"[㐀-鿿]{2,4}|[㐀-鿿]{1,12}(?:·[㐀-鿿]{1,12})+")
_COVERED = "〔已遮盖〕"
_LEAST = 2


class Verdict(StrEnum):
    """What may be decided about a doubt."""

    MASK = "mask"
    KEEP = "keep"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decides; `text` is something else in the record that is to be masked too.

    `by` is the name that answers for it, `on_day` the civil day. The reason may hold no personal
    data: it is kept.
    """

    verdict: Verdict
    by: str
    on_day: date
    reason: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Case:
    """A doubt with the row that it stands in, as the batch brought it."""

    item: Item
    kind: Kind | None
    row: Mapping[str, Any] = field(repr=False)


def decide(
    conn: sqlite3.Connection,
    name: str,
    decision: Decision,
    *,
    original: Original | None = None,
    four_eyes: bool = True,
) -> Item:
    """Enter a decision about the doubt `name`, inside the open transaction; return the doubt.

    `original` is the cell as the agency wrote it, for a decision to keep it.

    Raises:
        UsageError: no such doubt, it was decided, or the decision does not fit it.
    """
    item = find(conn, name)
    _require(conn, item, decision, four_eyes=four_eyes)
    case = _case(conn, item)
    rulings = list(_rulings(case, decision, original))
    places = _moot(conn, item) if decision.verdict is Verdict.REFUSE else [item.doubt.place]
    at = now()
    header = {
        "doubt": item.id,
        "schema": item.schema,
        "record": item.doubt.record,
        "places": places,
        "decision": str(decision.verdict),
        "by": decision.by,
        "reason": decision.reason,
        "at": at,
        "on_day": decision.on_day.isoformat(),
        "rulings": [asdict(ruling) for ruling in rulings],
    }
    n = ledger.append(conn, "review", lambda: header, at=at)
    project(conn, n, header)
    return find(conn, name)


def project(conn: sqlite3.Connection, n: int, header: Mapping[str, Any]) -> None:
    """Store the decision of ledger entry `n`, and put it over its record.

    It takes the place of an earlier one about the same doubt, which only a restored registry holds.
    """
    replaced = _earlier(conn, header["places"])
    for each in replaced:
        _drop(conn, each)
    conn.executemany(
        "insert into reviews (place, n, decision, by, reason, at) values (?, ?, ?, ?, ?, ?)",
        (
            (place, n, header["decision"], header["by"], header["reason"], header["at"])
            for place in header["places"]
        ),
    )
    if header["rulings"] or replaced:
        given = [records.ruling_of(each) for each in header["rulings"]]
        records.keep(conn, n, header["schema"], given)
        kind = records.KINDS[header["schema"]]
        records.again(conn, kind, header["record"], on_day=header["on_day"])


def _earlier(conn: sqlite3.Connection, places: Sequence[str]) -> list[int]:
    """Return the ledger's numbers of the decisions about some places."""
    marks = ", ".join("?" * len(places))
    rows = conn.execute(f"select distinct n from reviews where place in ({marks})", places)  # noqa: S608
    return [n for (n,) in rows]


def _drop(conn: sqlite3.Connection, n: int) -> None:
    """Take back what the decision of ledger entry `n` says of places and rows."""
    conn.execute("delete from rulings where n = ?", (n,))
    conn.execute("delete from reviews where n = ?", (n,))


def forget(conn: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Erase what was decided, by the numbers in the ledger."""
    for n in sorted(set(numbers)):
        ledger.erase(conn, n)
        _drop(conn, n)


def _case(conn: sqlite3.Connection, item: Item) -> _Case:
    """Return a doubt with its row in the ledger."""
    kind = records.KINDS.get(item.schema)
    if kind is None:
        return _Case(item, None, {})
    (n,) = conn.execute("select ledger_n from batches where batch = ?", (item.batch,)).fetchone()
    found = records.find(conn, n, kind, item.doubt.record)
    if found.is_empty():
        raise UsageError(
            f"{item.id} 所在的行已按保存期限删除。",
            f"The row of {item.id} was erased when its term had run.",
        )
    return _Case(item, kind, found.row(0, named=True))


def _require(conn: sqlite3.Connection, item: Item, decision: Decision, *, four_eyes: bool) -> None:
    """Refuse a decision that has no name, comes twice, or is not its maker's to take."""
    overrode = conn.execute(
        "select override_by from batches where batch = ?", (item.batch,)
    ).fetchone()[0]
    if item.decision:
        zh, en = (
            f"{item.id} 已由 {item.by} 决定({item.decision})。",
            f"{item.id} was decided by {item.by}.",
        )
    elif not decision.by.strip():
        zh, en = "请写明复核人姓名。", "A decision needs a name."
    elif four_eyes and overrode == decision.by and decision.verdict is Verdict.KEEP:
        zh = f"{decision.by} 批准越过了这一批的拦截,恢复显示须由另一人决定。"
        en = f"{decision.by} overrode the gate of this batch; another person must decide this."
    elif item.schema not in records.KINDS and (
        decision.verdict is not Verdict.MASK or decision.text
    ):
        zh = "变动事项中的文字只能确认遮盖;要改的,请另报一条变动。"
        en = "The text of an event can only stay masked; to change it, send another event."
    elif decision.text and decision.verdict is not Verdict.MASK:
        zh, en = "--text 只与 --decide mask 同用。", "--text goes with --decide mask only."
    elif redact(decision.reason).spans:
        zh, en = "理由中不得写个人信息。", "The reason is kept; it may hold no personal data."
    else:
        return
    raise UsageError(zh, en, todo="用法:gongshi review 编号 --decide mask|keep|refuse --by 姓名")


def _rulings(case: _Case, decision: Decision, original: Original | None) -> Iterator[Ruling]:
    """Yield what a decision means for the fields of its record."""
    doubt = case.item.doubt
    if case.kind is None:
        return
    cell = case.row[doubt.field] or ""
    plain = Ruling(record=doubt.record, field=doubt.field, before=fingerprint(cell))
    place = (doubt.start, doubt.end)
    if decision.verdict is Verdict.REFUSE:
        yield Ruling(**{**asdict(plain), "refused": True})
    elif decision.verdict is Verdict.KEEP:
        shown = _shown(case, original)
        edits = [(*place, shown)]
        yield Ruling(**{**asdict(plain), "origin": doubt.origin, "edits": edits, "fewer": 1})
    elif decision.text:
        yield from _covering(case, decision.text)
    elif not doubt.masked:
        yield Ruling(**{**asdict(plain), "edits": [(*place, doubt.mask)], "fewer": -1})


def _shown(case: _Case, original: Original | None) -> str:
    """Return what a place said before it was masked.

    Raises:
        UsageError: nothing is masked there, the original is gone, or it may never be shown.
    """
    doubt = case.item.doubt
    if not doubt.masked:
        return str(case.row[doubt.field])[doubt.start : doubt.end]
    if original is None:
        raise UsageError(
            f"{case.item.id} 的原文已不在,不能恢复显示。",
            f"The original of {case.item.id} is gone; it cannot be shown again.",
            todo="原文只保存到 schemas/policies/retention.yml 规定的期限。请报送机构更正后重报。",
        )
    shown = original.cell[original.start : original.end]
    text = case.row[doubt.field]
    whole = text[: doubt.start] + shown + text[doubt.end :]
    if scan_bytes(whole.encode(), doubt.field):
        raise UsageError(
            f"{case.item.id} 是有效的证件号码、手机号或卡号,不得恢复显示。",
            f"{case.item.id} is a valid number of a person and is never shown.",
            todo="公示前的泄漏检查会拦下整期发布。请选 mask 或 refuse。",
        )
    return shown


def _covering(case: _Case, text: str) -> Iterator[Ruling]:
    """Yield rulings that mask `text` wherever it stands in the texts of the record.

    Raises:
        UsageError: it does not stand there.
    """
    wanted = text.strip()
    cells = {
        name: value
        for name, value in case.row.items()
        if isinstance(value, str)
        and name in (case.kind.columns if case.kind else ())
        and name not in _NEVER_CHANGED
    }
    hits = {name: value.count(wanted) for name, value in cells.items() if len(wanted) >= _LEAST}
    if not any(hits.values()):
        raise UsageError(
            f"{case.item.id} 的记录中没有这段文字(至少 {_LEAST} 个字,须与公示的文字一致)。",
            f"The record of {case.item.id} does not hold this text.",
        )
    mask = _mask_of(wanted, "\n".join(cells.values()))
    for name, count in hits.items():
        if count:
            value = cells[name]
            edits = [(m.start(), m.end(), mask) for m in re.finditer(re.escape(wanted), value)]
            yield Ruling(
                record=case.item.doubt.record,
                field=name,
                before=fingerprint(value),
                edits=edits,
                fewer=-count,
            )


_NEVER_CHANGED = frozenset(
    {
        "doc_no",
        "doc_no_key",
        "authority_code",
        "list_code",
        "party_category",
        "uscc",
        "kinds",
        "decided_on",
        "listed_on",
        "valid_from",
        "valid_until",
        "signed_on",
        "outcome_on",
        "status",
        "source_publish_until",
        "source_until",
        "penalty_authority_code",
        "source_unit_code",
        "region_code",
    }
)
"""Columns that are codes, days or keys: a name does not stand in them."""


def _mask_of(text: str, record: str) -> str:
    """Return what stands for a text: a person's mask where it has the form of a name."""
    if _NAME.fullmatch(text):
        return masking.masks_of_others([text], (), record)[text]
    return _COVERED


def _moot(conn: sqlite3.Connection, item: Item) -> list[str]:
    """Return every open place of a record: once it is refused, none of them matters."""
    rows = conn.execute(
        "select distinct place from doubts where batch = ? and record = ? and schema = ? "
        "and place not in (select place from reviews)",
        (item.batch, item.doubt.record, item.schema),
    )
    return [place for (place,) in rows]


__all__ = ["Decision", "Verdict", "decide", "project"]
