"""Random lives of a registry: batches, approvals, events and days, as hypothesis draws them."""

import hashlib
import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from gongshi import clock, records, retention, review
from gongshi.declarations.policy import Retention
from gongshi.errors import UsageError
from gongshi.events import Event, EventKind, apply_event, subject_of
from gongshi.lists import enlist
from gongshi.merge import approve, merge
from gongshi.models import RECORD_KEYS, Doubt, Original
from gongshi.records import Ruling
from gongshi.registry import transaction
from gongshi.review import Decision, Verdict
from tests.registry_world import (
    CALENDAR,
    POLICIES,
    batch,
    entry,
    moved_case,
    penalty,
    permit,
    table,
)

START = date(2026, 3, 1)

_LAW = {"counted_from": "示例", "source": "示例", "confidence": "sourced"}
SHORT = Retention.model_validate(
    {
        "rows": [
            {"what": what, "months": months} | _LAW
            for what, months in (("registry", 6), ("ledger_payloads", 6), ("redaction_log", 3))
        ]
    }
)

DOUBTFUL = "患有〔健康信息〕。"
"""A text with a mask in doubt; its original is another in some deliveries."""

_penalties = st.builds(
    penalty,
    number=st.integers(1, 8),
    facts=st.sampled_from(["甲", "乙", DOUBTFUL, DOUBTFUL]),
    kinds=st.sampled_from(["罚款", "警告", "吊销许可证件", "限制从业", "没收违法所得"]),
    fine_fen=st.sampled_from([None, 50_000, 5_000_000]),
    decided_on=st.sampled_from(["2023-03-02", "2025-04-01", "2025-12-30", "2026-02-27"]),
    valid_until=st.sampled_from(["2026-08-31", "2099-12-31", None]),
    source_publish_until=st.sampled_from([None, None, "2026-06-30"]),
)
_entries = st.builds(
    entry,
    number=st.integers(1, 5),
    reason=st.sampled_from(["甲", "乙"]),
    listed_on=st.sampled_from(["2023-12-31", "2026-02-01"]),
    source_until=st.sampled_from([None, "2026-07-31"]),
    penalty_doc_no=st.sampled_from([None, "甲市监罚〔2026〕1号", "甲市监罚〔2026〕2号"]),
)


_permits = st.builds(
    permit,
    number=st.integers(1, 5),
    content=st.sampled_from(["甲", "乙"]),
    decided_on=st.sampled_from(["2023-03-02", "2026-02-27"]),
    valid_until=st.sampled_from(["2026-02-28", "2026-06-30", "2027-01-31", "2099-12-31"]),
    status=st.sampled_from(["1", "1", "有效", "2"]),
)
_cases = st.builds(
    moved_case,
    number=st.integers(1, 4),
    outcome=st.sampled_from(["已移送", "立案", "判决"]),
)


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({row["doc_no_key"]: row for row in rows}.values())


@dataclass(frozen=True)
class Deliver:
    schema: str
    rows: list[dict[str, Any]]
    approved: bool
    original: str = "关节炎"


@dataclass(frozen=True)
class Approve:
    which: int


@dataclass(frozen=True)
class Happen:
    kind: EventKind
    which: int


@dataclass(frozen=True)
class Run:
    days: int


@dataclass(frozen=True)
class Decide:
    which: int
    decision: Verdict


@dataclass(frozen=True)
class Age:
    """Days pass, and what is over for half a year is erased."""

    days: int


Step = Deliver | Approve | Decide | Happen | Run | Age

STEPS = st.lists(
    st.one_of(
        st.builds(
            Deliver,
            st.just("penalty"),
            st.lists(_penalties, max_size=6).map(_once),
            st.sampled_from([True, True, False]),
            st.sampled_from(["关节炎", "关节炎", "糖尿病"]),
        ),
        st.builds(
            Deliver,
            st.just("list-entry"),
            st.lists(_entries, max_size=3).map(_once),
            st.just(value=True),
        ),
        st.builds(
            Deliver,
            st.just("license"),
            st.lists(_permits, max_size=4).map(_once),
            st.sampled_from([True, True, False]),
        ),
        st.builds(
            Deliver,
            st.just("case-transfer"),
            st.lists(_cases, max_size=3).map(_once),
            st.sampled_from([True, True, False]),
        ),
        st.builds(Approve, st.integers(0, 3)),
        st.builds(Decide, st.integers(0, 7), st.sampled_from(Verdict)),
        st.builds(Happen, st.sampled_from(EventKind), st.integers(0, 7)),
        st.builds(Run, st.integers(0, 120)),
        st.builds(Age, st.integers(0, 500)),
    ),
    min_size=3,
    max_size=14,
)


@dataclass
class Life:
    """A registry and the day it has come to."""

    conn: sqlite3.Connection
    today: date = START

    def live(self, step: Step) -> None:
        with transaction(self.conn):
            if isinstance(step, Deliver):
                self._deliver(step)
            elif isinstance(step, Approve):
                self._approve(step)
            elif isinstance(step, Decide):
                self._decide(step)
            elif isinstance(step, Happen):
                self._happen(step)
            else:
                self.today += timedelta(days=step.days)
                clock.apply(self.conn, POLICIES, CALENDAR, self.today)
                if isinstance(step, Age):
                    retention.erase(self.conn, SHORT, self.today)
        retention.scrub(self.conn)

    def _deliver(self, step: Deliver) -> None:
        public = table(step.rows, step.schema)
        given = {} if step.approved else {"approved_by": None}
        entered = batch(self.conn, public, self.today.isoformat(), **given)
        if step.schema == "penalty":
            public = replace(public, doubts=_doubts(step))
            if not merge(self.conn, public, entered).repeated:
                review.keep(self.conn, entered.batch, public)
        elif step.schema != "list-entry":
            merge(self.conn, public, entered)
        else:
            enlist(self.conn, public, entered, POLICIES.lists)

    def _approve(self, step: Approve) -> None:
        waiting = self.conn.execute(
            "select batch from batches where approved_by is null order by batch"
        ).fetchall()
        if waiting:
            approve(self.conn, waiting[step.which % len(waiting)][0], by="李示例")

    def _decide(self, step: Decide) -> None:
        waiting = review.listed(self.conn)
        if waiting:
            item = waiting[step.which % len(waiting)]
            cells = {_origin(word): word for word in ("关节炎", "糖尿病")}
            original = Original(f"患有{cells[item.doubt.origin]}。", 2, 5)
            decision = Decision(verdict=step.decision, by="王示例", on_day=self.today)
            review.decide(self.conn, item.id, decision, original=original)

    def _corrections(self, step: Happen, name: str) -> list[Ruling]:
        """Return other facts for a record that is corrected, over what its batch brought."""
        if step.kind is not EventKind.CORRECT:
            return []
        kind = subject_of(name)
        column = "facts" if kind is records.PENALTY else "content"
        *key, batch_no = self.conn.execute(
            f"select {', '.join(kind.key)}, batch from {kind.stem}_records where id = ?",  # noqa: S608
            (name,),
        ).fetchone()
        record = json.dumps(key, ensure_ascii=False)
        (n,) = self.conn.execute(
            "select ledger_n from batches where batch = ?", (batch_no,)
        ).fetchone()
        (before,) = records.find(self.conn, n, kind, record)[column]
        return [records.replacing(record, column, before, f"更正于{self.today}。")]

    def _happen(self, step: Happen) -> None:
        known = self.conn.execute(
            "select penalty_id, doc_no from penalties union all "
            "select license_id, doc_no from licenses order by doc_no"
        ).fetchall()
        if known:
            event = Event(
                event=step.kind,
                penalty_id=known[step.which % len(known)][0],
                on_day=self.today.isoformat(),
                reason="示例原因",
                basis="示例依据",
                corrections=self._corrections(step, known[step.which % len(known)][0]),
            )
            try:
                apply_event(self.conn, event)
            except UsageError:
                return


def _origin(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()[:32]


def _doubts(step: Deliver) -> tuple[Doubt, ...]:
    """Return a doubt for every row of a delivery that has the mask."""
    key = RECORD_KEYS["penalty"]
    rows = [(n, row) for n, row in enumerate(step.rows, start=2) if row["facts"] == DOUBTFUL]
    records = [(n, json.dumps([row[k] for k in key], ensure_ascii=False)) for n, row in rows]
    origin = _origin(step.original)
    return tuple(
        Doubt(
            sheet="",
            row=n,
            column="P",
            source_field="CF_SY",
            field="facts",
            record=record,
            rule="health",
            masked=True,
            start=2,
            end=8,
            left="患有",
            mask="〔健康信息〕",
            right="。",
            origin=origin,
            start_there=2,
            end_there=5,
            place=hashlib.sha256(f"{record}{origin}".encode()).hexdigest()[:32],
        )
        for n, record in records
    )
