"""How the rows of the registry become facts for the clock, and its decisions rows again.

A source knows one kind of record: which rows are due, how a row is read, and what the clock's
decision makes of it. Decisions are remembered under the facts that matter, as most rows share
theirs with many others.
"""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from gongshi.clock.decide import Clock, EntryFacts, Facts
from gongshi.clock.licenses import LAPSED, LicenseFacts, decide_license
from gongshi.declarations.list_spec import ListSpec
from gongshi.formats import doc_no

LOOK, SHOW_AGAIN = 1, 2
"""Values of `dirty`: the clock must look; it must look, and what the public sees has changed."""

CLOSED = frozenset({"withdrawn", "repaired", "suspended", "removed", "revoked"})
"""States that only an event ends, never the clock."""

EXPIRED = "公示期满"
SILENCED = "脱敏规则不公示自然人"
"""Why a record of a natural person is not published that came before the rule did."""
REFUSED = "复核决定不予公示"
"""Why a record is not published that a person refused at the review."""


class Verdict(NamedTuple):
    """What holds for a record today; days are ISO text."""

    visible: bool
    state: str
    severity: str | None
    policy_row: str | None
    regime: str | None
    publish_until: str | None
    min_until: str | None
    colour: str | None = None
    end_reason: str | None = None
    end_basis: str | None = None

    @property
    def over(self) -> bool:
        """Say whether the term has run out."""
        return self.state == "expired"


class Standing(NamedTuple):
    """A row of `*_standing` as a run writes it."""

    published_on: str | None
    severity: str | None
    policy_row: str | None
    regime: str | None
    publish_until: str | None
    min_until: str | None
    shown: int
    state: str
    ended_on: str | None
    end_reason: str | None
    end_basis: str | None
    shown_version: int | None
    add_seq: int | None
    seq: int | None
    rid: int


class Subject(NamedTuple):
    """A due row with its verdict: what a run needs to write its new standing."""

    type: str
    rid: int
    id: str
    version: int
    published_on: str | None
    ended_on: str | None
    shown: int
    add_seq: int | None
    seq: int | None
    differs: bool
    verdict: Verdict


class _Row(NamedTuple):
    """Columns that both kinds share, in the order of the queries; the facts follow."""

    rid: int
    id: str
    version: int
    published_on: str | None
    ended_on: str | None
    shown: int
    add_seq: int | None
    seq: int | None
    shown_version: int | None
    dirty: int
    state: str
    end_reason: str | None
    end_basis: str | None
    refused: int
    before: str | None


_SHARED = (
    "r.rid, r.id, r.version, s.published_on, s.ended_on, s.shown, s.add_seq, s.seq, "
    "s.shown_version, s.dirty, s.state, s.end_reason, s.end_basis, s.refused"
)
_WIDTH = len(_Row._fields)


@dataclass(frozen=True, slots=True)
class Source:
    """Due rows of one kind."""

    stem: str
    type: str
    columns: str
    joins: str
    day: str
    matters: Callable[[tuple[Any, ...]], tuple[Any, ...]]
    decide: Callable[[tuple[Any, ...], _Row], Verdict]
    seen: Callable[[Verdict], str | None]
    prepare: Callable[[sqlite3.Connection], None]
    _known: dict[tuple[Any, ...], Verdict] = field(default_factory=dict, repr=False)

    def query(self) -> str:
        """Return the query for due rows in the order of the sequence; its parameter is today."""
        due = (
            f"select rid from {self.stem}_standing where dirty > 0 union "  # noqa: S608
            f"select rid from {self.stem}_standing where shown = 1 and publish_until < ?"
        )
        return (
            f"select {_SHARED}, {self.columns} from ({due}) as due "  # noqa: S608
            f"cross join {self.stem}_standing as s on s.rid = due.rid "
            f"cross join {self.stem}_records as r on r.rid = due.rid {self.joins} "
            f"order by {self.day}, r.id"
        )

    def read(self, cells: tuple[Any, ...]) -> Subject:
        """Return a due row with its verdict."""
        row, facts = _Row._make(cells[:_WIDTH]), cells[_WIDTH:]
        closing = (row.state, row.end_reason, row.end_basis) if row.state in CLOSED else None
        key = (*self.matters(facts), row.published_on, closing, row.refused)
        verdict = self._known.get(key)
        if verdict is None:
            verdict = self._known[key] = self.decide(facts, row)
        differs = (
            row.shown_version != row.version
            or row.dirty == SHOW_AGAIN
            or self.seen(verdict) != row.before
        )
        return Subject(self.type, *row[:8], differs, verdict)

    def touch_all(self, conn: sqlite3.Connection) -> None:
        """Have every row looked at that the clock may still move."""
        conn.execute(
            f"update {self.stem}_standing set dirty = 1 where dirty = 0"  # noqa: S608
        )


def penalty_source(clock: Clock) -> Source:
    """Return the source of penalties under a clock."""

    def decide(facts: tuple[Any, ...], row: _Row) -> Verdict:
        return _penalty_verdict(clock, facts, row)

    def matters(facts: tuple[Any, ...]) -> tuple[Any, ...]:
        agency, category, kinds, fine_fen, *days, authority, basis = facts
        step = clock.fine_step(fine_fen, category)
        silenced = clock.silences(agency, category, authority)
        return (agency, category, kinds, step, *days, silenced, clock.traits(basis or ""))

    return Source(
        stem="penalty",
        type="penalty",
        columns=(
            "s.publish_until || '|' || s.policy_row, r.agency, r.party_category, r.kinds, "
            "r.fine_fen, r.decided_on, r.valid_until, r.source_publish_until, r.authority_code, "
            "r.basis"
        ),
        joins="",
        day="r.decided_on",
        matters=matters,
        decide=decide,
        seen=lambda verdict: _joined(verdict.publish_until, verdict.policy_row),
        prepare=lambda _: None,
    )


def entry_source(clock: Clock, lists: Mapping[str, ListSpec]) -> Source:
    """Return the source of list entries under a clock."""

    def decide(facts: tuple[Any, ...], row: _Row) -> Verdict:
        return _entry_verdict(clock, lists, facts, row)

    return Source(
        stem="entry",
        type="list_entry",
        columns=(
            "coalesce(s.publish_until, '') || '|' || s.colour, r.agency, r.authority_code, "
            "r.list_code, r.party_category, r.listed_on, r.source_until, "
            "p.state, p.end_reason, p.end_basis"
        ),
        joins=(
            "left join penalty_records as pr on pr.id = s.penalty_id "
            "left join penalty_standing as p on p.rid = pr.rid"
        ),
        day="r.listed_on",
        matters=lambda facts: (clock.silences(facts[0], facts[3], facts[1]), *facts[2:]),
        decide=decide,
        seen=lambda verdict: _joined(verdict.publish_until or "", verdict.colour),
        prepare=link_entries,
    )


def license_source(clock: Clock) -> Source:
    """Return the source of licences under a clock."""
    return Source(
        stem="license",
        type="license",
        columns=(
            "coalesce(s.publish_until, '') || '|' || s.policy_row, r.agency, r.authority_code, "
            "r.party_category, r.valid_until, r.status"
        ),
        joins="",
        day="r.decided_on",
        matters=lambda facts: (clock.silences(facts[0], facts[2], facts[1]), *facts[3:]),
        decide=lambda facts, row: _license_verdict(clock, facts, row),
        seen=lambda verdict: _joined(verdict.publish_until or "", verdict.policy_row),
        prepare=lambda _: None,
    )


def link_entries(conn: sqlite3.Connection) -> None:
    """Join list entries to the penalties that they say they rest on, where exactly one fits."""
    rows = conn.execute(
        "select r.rid, coalesce(r.penalty_authority_code, r.authority_code), r.penalty_doc_no, "
        "r.party_key from entry_standing as s join entry_records as r on r.rid = s.rid "
        "where s.penalty_id is null and r.penalty_doc_no is not null"
    ).fetchall()
    found = []
    for rid, authority, number, party in rows:
        key = (authority, doc_no.key(number), party)
        penalty = conn.execute(
            "select id from penalty_records "
            "where authority_code = ? and doc_no_key = ? and party_key = ?",
            key,
        ).fetchone()
        if penalty:
            found.append((penalty[0], rid))
    conn.executemany("update entry_standing set penalty_id = ?, dirty = 2 where rid = ?", found)


def _penalty_verdict(clock: Clock, cells: tuple[Any, ...], row: _Row) -> Verdict:
    """Return what holds for a penalty."""
    agency, category, kinds, fine_fen, decided_on, valid_until, source_until = cells[:-2]
    authority, basis = cells[-2:]
    facts = Facts(
        agency=agency,
        party_category=category or "",
        kinds=kinds or "",
        fine_fen=fine_fen,
        decided_on=date.fromisoformat(decided_on),
        published_on=_day(row.published_on),
        valid_until=_day(valid_until),
        source_publish_until=_day(source_until),
        basis=basis or "",
    )
    decision = clock.decide(facts)
    visible = decision.is_visible(clock.today)
    verdict = _closed_or(
        row,
        Verdict(
            visible=visible,
            state=_state(visible=visible, publishable=decision.publishable, open_state="published"),
            severity=decision.severity,
            policy_row=decision.policy_row,
            regime=decision.regime,
            publish_until=_iso(decision.publish_until),
            min_until=_iso(decision.min_until),
        ),
    )
    return _unless_silenced(verdict, silenced=clock.silences(agency, category, authority))


def _entry_verdict(
    clock: Clock, lists: Mapping[str, ListSpec], cells: tuple[Any, ...], row: _Row
) -> Verdict:
    """Return what holds for a list entry; it falls with the penalty that it rests on."""
    agency, authority, list_code, category, listed_on, source_until, *rests_on = cells
    penalty, end_reason, end_basis = rests_on
    facts = EntryFacts(
        list_code=list_code,
        party_category=category or "",
        listed_on=date.fromisoformat(listed_on),
        source_until=_day(source_until),
    )
    decision = clock.decide_entry(facts, lists.get(list_code))
    visible = decision.is_visible(clock.today)
    verdict = Verdict(
        visible=visible,
        state=_state(visible=visible, publishable=decision.publishable, open_state="listed"),
        severity=None,
        policy_row=list_code,
        regime=None,
        publish_until=_iso(decision.until),
        min_until=None,
        colour=decision.colour,
    )
    if penalty == "withdrawn" and row.state not in CLOSED:
        return verdict._replace(
            visible=False,
            state="revoked",
            end_reason=f"所依据的行政处罚决定已撤回:{end_reason}",
            end_basis=end_basis,
        )
    silenced = clock.silences(agency, category, authority)
    return _unless_silenced(_closed_or(row, verdict), silenced=silenced)


def _license_verdict(clock: Clock, cells: tuple[Any, ...], row: _Row) -> Verdict:
    """Return what holds for a licence."""
    agency, authority, category, valid_until, status = cells
    facts = LicenseFacts(valid_until=_day(valid_until), status=status)
    decision = decide_license(facts, clock.policy.licenses)
    visible = decision.is_visible(clock.today)
    verdict = Verdict(
        visible=visible,
        state=_state(visible=visible, publishable=decision.publishable, open_state="published"),
        severity=None,
        policy_row=decision.policy_row,
        regime=None,
        publish_until=_iso(decision.until),
        min_until=None,
        end_reason=LAPSED if decision.lapsed else None,
    )
    silenced = clock.silences(agency, category, authority)
    return _unless_silenced(_closed_or(row, verdict), silenced=silenced)


def _unless_silenced(verdict: Verdict, *, silenced: bool) -> Verdict:
    """Return the verdict; what came in before the rule that hides it is not shown any more."""
    if silenced and verdict.state not in CLOSED and not verdict.over:
        return verdict._replace(visible=False, state="not_publishable", end_reason=SILENCED)
    return verdict


def _closed_or(row: _Row, verdict: Verdict) -> Verdict:
    """Return the verdict, unless an event has closed the record or a person refused it."""
    if row.state in CLOSED:
        return verdict._replace(
            visible=False, state=row.state, end_reason=row.end_reason, end_basis=row.end_basis
        )
    if row.refused:
        return verdict._replace(visible=False, state="not_publishable", end_reason=REFUSED)
    return verdict._replace(end_reason=EXPIRED) if verdict.over else verdict


def _state(*, visible: bool, publishable: bool, open_state: str) -> str:
    """Return the state of a record that no event has closed."""
    if visible:
        return open_state
    return "expired" if publishable else "not_publishable"


def _joined(*parts: str | None) -> str | None:
    """Return parts joined as SQL's `||` does: null where one of them is."""
    return None if None in parts else "|".join(part or "" for part in parts)


def _day(text: str | None) -> date | None:
    """Return a stored day."""
    return date.fromisoformat(text) if text else None


def _iso(day: date | None) -> str | None:
    """Return a day as it is stored."""
    return day.isoformat() if day else None
