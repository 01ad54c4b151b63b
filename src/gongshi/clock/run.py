"""One run of the clock over the registry: what is due is decided, shown, changed or ended.

Only rows that something touched, or whose term is over, are looked at; all of them when policy or
the set of regimes in force is another than on the last run. They are drawn in the order of
decision day and id, so that the sequence is the same wherever the same ledger is replayed, and in
pieces, so that memory does not grow with the registry.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from gongshi import ledger
from gongshi.calendar import Calendar
from gongshi.clock.decide import Clock
from gongshi.clock.verdicts import (
    Standing,
    Subject,
    Verdict,
    entry_source,
    license_source,
    penalty_source,
)
from gongshi.declarations.list_spec import ListSpec
from gongshi.declarations.policy import Policies, Publication
from gongshi.declarations.redaction_policy import RedactionPolicy
from gongshi.errors import RegistryError
from gongshi.records import OF_TYPE, PUBLIC
from gongshi.registry import check_day, now

ENDED = "公示结束"
"""All that is said of a record whose term is over or that was repaired."""

EXPLAINED = frozenset({"withdrawn", "revoked"})
"""States whose reason the law wants published (行政处罚法 art. 48)."""

_EVENT = {
    "id": pl.String,
    "seq": pl.Int64,
    "op": pl.String,
    "type": pl.String,
    "reason": pl.String,
    "basis": pl.String,
}


@dataclass(frozen=True, slots=True)
class Moves:
    """What one run changed in public; `seq` is the last number of the sequence."""

    added: int
    changed: int
    ended: int
    entries_added: int
    entries_changed: int
    entries_ended: int
    seq: int
    licenses_added: int = 0
    licenses_changed: int = 0
    licenses_ended: int = 0

    def __bool__(self) -> bool:
        """Say whether anything changed."""
        return any(count for name, count in asdict(self).items() if name != "seq")


@dataclass(frozen=True, slots=True)
class Rules:
    """The part of the policies that a run depends on, as it is kept in the ledger."""

    publication: Publication
    lists: Mapping[str, ListSpec]
    tombstone_days: int
    persons: RedactionPolicy | None = None

    def text(self) -> dict[str, Any]:
        """Return the rules as plain values."""
        return {
            "publication": self.publication.model_dump(mode="json"),
            "lists": {code: spec.model_dump(mode="json") for code, spec in self.lists.items()},
            "persons": self.persons.as_json() if self.persons else None,
        }

    def fingerprint(self, today: date) -> str:
        """Return what changes when the rules do, or when another regime comes into force."""
        regimes = [row.code for row in self.publication.regimes if row.overlaps(date.min, today)]
        text = json.dumps([self.text(), regimes], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def apply(
    conn: sqlite3.Connection,
    policies: Policies,
    calendar: Calendar,
    today: date,
    *,
    at: str | None = None,
) -> Moves:
    """Bring what is visible up to `today`, inside the open transaction.

    Running again on the same day changes nothing; after missed days one run does it all.

    Raises:
        UsageError: `today` lies before what already happened.
    """
    check_day(conn, today)
    rules = Rules(
        policies.publication,
        policies.lists,
        policies.site.tombstone_days,
        policies.redaction_on(today),
    )
    fingerprint = rules.fingerprint(today)
    last = conn.execute("select day, fingerprint, seq from days order by n desc limit 1").fetchone()
    last_day, last_fingerprint, seq = last or (None, None, 0)
    header = {
        "today": today.isoformat(),
        "fingerprint": fingerprint,
        "tombstone_days": rules.tombstone_days,
    }
    if fingerprint != last_fingerprint:
        header |= rules.text()
    elif last_day == today.isoformat() and not _has_due(conn, today):
        return Moves(0, 0, 0, 0, 0, 0, seq)
    run = Run(
        conn, rules, Clock(rules.publication, calendar, today, rules.persons), seq, fingerprint
    )
    n = ledger.append(conn, "day", lambda: header, run.pieces(), at=at or now())
    return run.close(n)


def replay(
    conn: sqlite3.Connection, day: Mapping[str, Any], rules: Rules, events: pl.DataFrame
) -> Moves:
    """Repeat a run that the ledger holds; its numbers come from `events`, as recorded then.

    `day` is the entry's header with its number as `n`. Events of rows that were erased since are
    taken over as they were recorded.

    Raises:
        RegistryError: the run gives an event that was not recorded.
    """
    today = date.fromisoformat(day["today"])
    (seq,) = conn.execute("select coalesce(max(seq), 0) from days").fetchone()
    clock = Clock(rules.publication, Calendar((), frozenset()), today, rules.persons)
    run = Run(conn, rules, clock, seq, day["fingerprint"])
    names = zip(events["type"], events["id"], strict=True)
    run.recorded = dict(zip(names, events["seq"], strict=True))
    for _ in run.pieces():
        pass
    missing = events.filter(~pl.col("seq").is_in(sorted(run.minted)))
    conn.executemany(
        "insert into events (id, seq, op, type, reason, basis, at) values (?, ?, ?, ?, ?, ?, ?)",
        ((*row, day["today"]) for row in missing.iter_rows()),
    )
    run.seq = max([run.seq, *events["seq"]])
    return run.close(day["n"])


def recorded(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the events of one run as the ledger kept them."""
    return pl.concat([pl.DataFrame(schema=_EVENT), *frames])


def _has_due(conn: sqlite3.Connection, today: date) -> bool:
    """Say whether any row waits for the clock."""
    return any(
        conn.execute(
            f"select 1 from {stem}_standing where dirty > 0 union all "  # noqa: S608
            f"select 1 from {stem}_standing where shown = 1 and publish_until < ? limit 1",
            (today.isoformat(),),
        ).fetchone()
        for stem in (kind.stem for kind in PUBLIC)
    )


@dataclass(slots=True)
class Run:
    """The state of one run: the sequence so far, and what was counted."""

    conn: sqlite3.Connection
    rules: Rules
    clock: Clock
    seq: int
    fingerprint: str
    recorded: Mapping[tuple[str, str], int] | None = None
    minted: set[int] = field(default_factory=set)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)

    def pieces(self) -> Iterator[ledger.Rows]:
        """Do the run, piece by piece, and yield the events of each piece for the ledger."""
        last = self.conn.execute("select fingerprint from days order by n desc limit 1").fetchone()
        everything = last is None or last[0] != self.fingerprint
        for source in (
            penalty_source(self.clock),
            entry_source(self.clock, self.rules.lists),
            license_source(self.clock),
        ):
            if everything:
                source.touch_all(self.conn)
            source.prepare(self.conn)
            cursor = self.conn.execute(source.query(), (self.clock.today.isoformat(),))
            while subjects := cursor.fetchmany(ledger.CHUNK):
                events = self._work([source.read(row) for row in subjects], source.stem)
                if events:
                    frame = pl.DataFrame(events, schema=_EVENT, orient="row")
                    yield ledger.Rows(frame, ledger.content_hashes(frame.drop(ledger.ID)))

    def close(self, n: int) -> Moves:
        """Forget tombstones whose time is over, note the day, and return what moved."""
        today = self.clock.today
        self.conn.execute(
            "delete from tombstones where reason = ? and ended_on < ?",
            (ENDED, (today - timedelta(days=self.rules.tombstone_days)).isoformat()),
        )
        self.conn.execute(
            "insert into days (n, day, fingerprint, seq) values (?, ?, ?, ?)",
            (n, today.isoformat(), self.fingerprint, self.seq),
        )
        penalties, entries, licenses = (
            [self.moved[kind, op] for op in ("ADD", "MOD", "DEL")]
            for kind in ("penalty", "list_entry", "license")
        )
        return Moves(
            added=penalties[0],
            changed=penalties[1],
            ended=penalties[2],
            entries_added=entries[0],
            entries_changed=entries[1],
            entries_ended=entries[2],
            seq=self.seq,
            licenses_added=licenses[0],
            licenses_changed=licenses[1],
            licenses_ended=licenses[2],
        )

    def _work(self, subjects: list[Subject], stem: str) -> list[tuple[Any, ...]]:
        """Write the new standing of some subjects; return their events as rows of `_EVENT`."""
        standings, events, graves, late = [], [], [], []
        for subject in subjects:
            verdict = subject.verdict
            op = _op(subject, verdict)
            seq = self._mint(subject, op) if op else subject.seq
            if op:
                reason, basis = _public_reason(op, verdict)
                events.append((subject.id, seq, op, subject.type, reason, basis))
                graves += [subject._replace(seq=seq)] if op == "DEL" else []
            elif subject.seq and not subject.shown and verdict.state in EXPLAINED:
                late.append(subject)
            standings.append(_standing(subject, op, seq, self.clock.today.isoformat()))
        self._write(stem, standings, events)
        if stem == "entry":
            self._colour(subjects)
        self._bury(graves, [event[0] for event in events if event[2] == "ADD"])
        self._explain(late)
        return events

    def _mint(self, subject: Subject, op: str) -> int:
        """Return the number of an event: the next one, or the recorded one on replay."""
        self.moved[subject.type, op] += 1
        if self.recorded is None:
            self.seq += 1
            return self.seq
        seq = self.recorded.get((subject.type, subject.id))
        if seq is None:
            raise RegistryError(
                f"账本重放得到未曾记录的事件:{op} {subject.id}。",
                f"Replaying the ledger gives an event that was not recorded: {op} {subject.id}.",
                todo="请运行 gongshi verify 查明情况。",
            )
        self.minted.add(seq)
        return seq

    def _write(self, stem: str, standings: list[Standing], events: list[tuple[Any, ...]]) -> None:
        """Store standings and events."""
        sets = ", ".join(f"{name} = ?" for name in Standing._fields[:-1])
        self.conn.executemany(
            f"update {stem}_standing set {sets}, dirty = 0 where rid = ?",  # noqa: S608
            standings,
        )
        at = self.clock.today.isoformat()
        self.conn.executemany(
            "insert into events (id, seq, op, type, reason, basis, at) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            ((*event, at) for event in events),
        )

    def _colour(self, subjects: list[Subject]) -> None:
        """Store what only list entries have."""
        self.conn.executemany(
            "update entry_standing set colour = ?, until = publish_until where rid = ?",
            ((subject.verdict.colour, subject.rid) for subject in subjects),
        )

    def _bury(self, graves: list[Subject], risen: list[str]) -> None:
        """Set a tombstone for each record that ended, and take away those of records shown again.

        Authority and document number stand only where the law wants the reason published.
        """
        self.conn.executemany("delete from tombstones where id = ?", ((name,) for name in risen))
        self.conn.executemany(
            "insert into tombstones values (?, ?, ?, ?, ?, ?, ?, ?)", map(self._grave, graves)
        )

    def _explain(self, late: list[Subject]) -> None:
        """Say why of a record that had ended otherwise before its decision fell.

        It was suspended, repaired or over; the law still wants the reason published.
        """
        self.conn.executemany(
            "insert into tombstones values (?, ?, ?, ?, ?, ?, ?, ?) "
            "on conflict (id) do update set reason = excluded.reason, basis = excluded.basis, "
            "authority = excluded.authority, doc_no = excluded.doc_no",
            map(self._grave, late),
        )

    def _grave(self, subject: Subject) -> tuple[Any, ...]:
        """Return the tombstone of a record that ends today."""
        reason, basis = _public_reason("DEL", subject.verdict)
        told = subject.verdict.state in EXPLAINED
        shown = self._named(subject) if told else (None, None)
        at = self.clock.today.isoformat()
        return (subject.id, subject.type, at, reason, basis, *shown, subject.seq)

    def _named(self, subject: Subject) -> tuple[str, str]:
        """Return authority and number of the decision that ended."""
        kind = OF_TYPE[subject.type]
        query = f"select authority, {kind.number} from {kind.stem}_records where rid = ?"  # noqa: S608
        authority, doc_no = self.conn.execute(query, (subject.rid,)).fetchone()
        return authority, doc_no


def _op(subject: Subject, verdict: Verdict) -> str | None:
    """Return how what the public sees of a subject changes, or None."""
    if not subject.shown:
        return "ADD" if verdict.visible else None
    if not verdict.visible:
        return "DEL"
    return "MOD" if subject.differs else None


def _public_reason(op: str, verdict: Verdict) -> tuple[str | None, str | None]:
    """Return reason and basis as they may be shown."""
    if op != "DEL":
        return None, None
    if verdict.state in EXPLAINED:
        return verdict.end_reason, verdict.end_basis
    return ENDED, None


def _standing(subject: Subject, op: str | None, seq: int | None, today: str) -> Standing:
    """Return the row to store."""
    verdict = subject.verdict
    ended_on = None if verdict.visible else subject.ended_on
    if op == "DEL" or (verdict.over and not ended_on):
        ended_on = today
    return Standing(
        published_on=subject.published_on or (today if verdict.visible else None),
        severity=verdict.severity,
        policy_row=verdict.policy_row,
        regime=verdict.regime,
        publish_until=verdict.publish_until,
        min_until=verdict.min_until,
        shown=int(verdict.visible),
        state=verdict.state,
        ended_on=ended_on,
        end_reason=verdict.end_reason,
        end_basis=verdict.end_basis,
        shown_version=subject.version if verdict.visible else None,
        add_seq=seq if op == "ADD" else subject.add_seq,
        seq=seq,
        rid=subject.rid,
    )
