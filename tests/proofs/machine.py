"""Random lives of a whole site, step by step against the reference: real merge, real publish."""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gongshi import handling, pipeline
from gongshi.errors import UsageError
from gongshi.events import OF_LICENSES, WITHDRAWALS, EventKind
from gongshi.lists import enlist
from gongshi.merge import approve, merge
from gongshi.rebuild import differences, rebuild
from gongshi.registry import open_registry, transaction
from gongshi.site import create
from gongshi.verify import verify
from tests.proofs.reference import Delivery, Record, Reference, once
from tests.registry_world import AUTHORITY, POLICIES, batch, entry, penalty, table

START = date(2026, 2, 20)
KEEP_MONTHS = 6
STRICT = "strict"
"""An agency that is bound by two systems of rules from the day on which the policy says so."""

_RETENTION = f"""rows:
  - {{what: registry, months: {KEEP_MONTHS}, counted_from: 示例, source: 示例, confidence: sourced}}
  - {{what: ledger_payloads, months: {KEEP_MONTHS}, counted_from: 示例, source: 示例,
      confidence: sourced}}
  - {{what: reports, days: 30, counted_from: 示例, source: 示例, confidence: sourced}}
  - {{what: redaction_log, months: 3, counted_from: 示例, source: 示例, confidence: sourced}}
  - {{what: inbox, days: 7, counted_from: 示例, source: 示例, confidence: sourced}}
  - {{what: backups, days: 30, counted_from: 示例, source: 示例, confidence: sourced}}
"""

PENALTIES = st.lists(
    st.builds(
        penalty,
        number=st.integers(1, 7),
        authority_code=st.sampled_from([AUTHORITY, "11990200MB0000002B"]),
        facts=st.sampled_from(["甲", "乙"]),
        basis=st.sampled_from(
            ["《示例法》第一条", "《中华人民共和国食品安全法》第一条", "适用简易程序"]
        ),
        kinds=st.sampled_from(
            ["罚款", "罚款", "警告", "警告;罚款", "吊销许可证件", "限制从业", "没收违法所得", ""]
        ),
        fine_fen=st.sampled_from([None, 999_999, 1_000_000, 5_000_000]),
        decided_on=st.sampled_from(
            ["2018-05-31", "2023-03-31", "2025-02-28", "2025-04-01", "2025-12-30", "2026-02-19"]
        ),
        valid_until=st.sampled_from(["2026-08-31", "2099-12-31", None, "2030-01-31"]),
        source_publish_until=st.sampled_from([None, None, "2026-06-30"]),
    ),
    max_size=6,
).map(lambda rows: once(rows, "penalty"))

ENTRIES = st.lists(
    st.builds(
        entry,
        number=st.integers(1, 4),
        reason=st.sampled_from(["甲", "乙"]),
        listed_on=st.sampled_from(["2023-02-28", "2023-06-30", "2026-02-01"]),
        source_until=st.sampled_from([None, "2026-07-31"]),
        penalty_doc_no=st.sampled_from([None, *(f"甲市监罚〔2026〕{n}号" for n in range(1, 5))]),
    ),
    max_size=3,
).map(lambda rows: once(rows, "list_entry"))

HANDLED = st.sampled_from(
    [kind for kind in EventKind if kind not in {*OF_LICENSES, EventKind.APPLY, EventKind.ACCEPT}]
)
REASON, BASIS = "示例事由", "《示例法》第一条"


class Lives(RuleBasedStateMachine):
    """One site and its reference, through whatever hypothesis thinks of."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.site = create(Path(self.folder.name) / "site")
        self.site.require()
        (self.site.schemas / "policies" / "retention.yml").write_text(_RETENTION, encoding="utf-8")
        self.conn = open_registry(self.site.registry)
        self.reference = Reference(KEEP_MONTHS)
        self.today = START
        self.released: dict[str, list[Any]] = {}
        self.ids: dict[str, Any] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.conn.close()
        self.folder.cleanup()

    # What may happen ------------------------------------------------------------------------

    @initialize(rows=PENALTIES)
    def first(self, rows: list[dict[str, Any]]) -> None:
        """Begin with something."""
        self._deliver("penalty", rows, "standard", approved=True)

    @rule(rows=PENALTIES, agency=st.sampled_from(["standard", STRICT]), approved=st.booleans())
    def penalties(self, rows: list[dict[str, Any]], agency: str, *, approved: bool) -> None:
        """A file of penalties comes, to be shown at once or to wait for a person."""
        self._deliver("penalty", rows, agency, approved=approved)

    @rule(rows=ENTRIES)
    def entries(self, rows: list[dict[str, Any]]) -> None:
        """Decisions to list come."""
        self._deliver("list_entry", rows, "standard", approved=True)

    @rule(which=st.integers(0, 3))
    def release(self, which: int) -> None:
        """A person releases a batch that waits."""
        if not self.reference.waiting:
            return
        name = sorted(self.reference.waiting)[which % len(self.reference.waiting)]
        with transaction(self.conn):
            approve(self.conn, name, by="李示例")
        delivery = self.reference.waiting.pop(name)
        self.reference.enter(delivery, self._minted(delivery.kind))

    @rule(kind=HANDLED, which=st.integers(0, 9), words=st.sampled_from(["丙", "丁"]))
    def happens(self, kind: EventKind, which: int, words: str) -> None:
        """An operator orders something about a record, fitting or not."""
        known = [each for each in self.reference.records.values() if each.kind == "penalty"]
        if not known:
            return
        record = sorted(known, key=lambda each: each.id)[which % len(known)]
        fits = _fits(record, kind, self.today)
        order = handling.Order(
            penalty_id=record.id,
            event=kind,
            reason=REASON,
            basis=BASIS,
            on_day=self.today,
            sets={"facts": words} if kind is EventKind.CORRECT else {},
        )
        if kind is EventKind.CORRECT and record.row["facts"] == words:
            fits = False
        before = self._events()
        try:
            done = handling.act(self.site, order, today=self.today)
        except UsageError:
            assert not fits, (kind, record)
            assert self._events() == before
            return
        if not done.changed:  # the very same order as the last one
            return
        assert fits, (kind, record)
        self.reference.happen(record, str(kind), self.today, REASON, BASIS)
        if kind is EventKind.CORRECT:
            self.reference.correct(record, words)

    @rule(systems=st.sampled_from([("NDRC",), ("NDRC", "SAMR"), ("SAMR",)]))
    def stricter(self, systems: tuple[str, ...]) -> None:
        """Other rules bind an agency from now on."""
        file = self.site.schemas / "policies" / "publication.yml"
        lines = file.read_text(encoding="utf-8").splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("  agencies:"))
        lines[at] = f"  agencies: {{{STRICT}: [{', '.join(systems)}]}}"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.reference.systems[STRICT] = systems

    @rule(days=st.one_of(st.integers(0, 3), st.integers(0, 400)))
    def publish(self, days: int) -> None:
        """Days pass without a run, and then the day's run is made, twice."""
        self.today += timedelta(days=days)
        counts = self.reference.publish(self.today)

        told = pipeline.publish(self.site, today=self.today)
        again = pipeline.publish(self.site, today=self.today)

        assert {name: told[name] for name in counts} == counts
        assert told["seq"] == self.reference.seq
        assert (again["release"], again["added"], again["ended"]) == (told["release"], 0, 0)
        self.released = self._expected()
        self._rebuilt_is_the_same()

    # What holds after every step ------------------------------------------------------------

    @invariant()
    def public_is_what_the_reference_says(self) -> None:
        """The served file says what it must, however much happened since."""
        if not self.released:
            return
        with closing(self._public()) as public:
            for table_name, rows in self.released.items():
                assert list(_read(public, table_name)) == rows, table_name

    @invariant()
    def nothing_is_out_of_place(self) -> None:
        """The registry is sound, holds what it must, and its sequence has no gap."""
        assert list(verify(self.conn, self._run_day(), replay=False)) == []
        numbers = [n for (n,) in self.conn.execute("select seq from events order by seq")]
        assert numbers == list(range(1, self.reference.seq + 1))
        for kind, view, key in (
            ("penalty", "penalties", "penalty_id"),
            ("list_entry", "list_entries", "entry_id"),
        ):
            held = sorted(name for (name,) in self.conn.execute(f"select {key} from {view}"))  # noqa: S608
            wanted = [each.id for each in self.reference.records.values() if each.kind == kind]
            assert held == sorted(wanted)

    @invariant()
    def what_has_ended_is_public_as_an_ending_alone(self) -> None:
        """Nothing past its end, nothing unapproved; who is gone is nowhere but in a DEL."""
        if not self.released:
            return
        with closing(self._public()) as public:
            late = public.execute(
                "select count(*) from penalties where publish_until < ?", (self._run_day(),)
            ).fetchone()
            assert late == (0,)
            shown = {
                name
                for table_name in (
                    "select penalty_id from penalties",
                    "select entry_id from list_entries",
                )
                for (name,) in public.execute(table_name)
            }
            ops: Counter[str] = Counter()
            for name, op in public.execute("select id, op from events"):
                ops[op] += name not in shown
            assert ops["ADD"] == ops["MOD"] == 0

    # How it is done -------------------------------------------------------------------------

    def _deliver(
        self, kind: str, rows: list[dict[str, Any]], agency: str, *, approved: bool
    ) -> None:
        public = table(rows, "penalty" if kind == "penalty" else "list-entry")
        public = replace(public, source=replace(public.source, agency=agency))
        given = {} if approved else {"approved_by": None}
        with transaction(self.conn):
            entered = batch(self.conn, public, self.today.isoformat(), **given)
            if kind == "penalty":
                done: Any = merge(self.conn, public, entered)
            else:
                done = enlist(self.conn, public, entered, POLICIES.lists)
        file = (agency, public.source.sha256)
        assert done.repeated == (file in self.reference.files)
        if done.repeated:
            return
        self.reference.files.add(file)
        delivery = Delivery(entered.batch, kind, agency, self.today, rows)
        if approved:
            self.reference.enter(delivery, self._minted(kind))
        else:
            self.reference.waiting[entered.batch] = delivery

    def _minted(self, kind: str) -> dict[tuple[str, ...], str]:
        """Return the ids that the registry gave, by key: the one thing the reference is told."""
        query = (
            "select id, authority_code, doc_no_key, party_key from penalty_records"
            if kind == "penalty"
            else "select id, list_code, doc_no_key, party_key from entry_records"
        )
        return {tuple(key): name for name, *key in self.conn.execute(query)}

    def _events(self) -> int:
        (count,) = self.conn.execute("select count(*) from ledger").fetchone()
        return int(count)

    def _run_day(self) -> Any:  # noqa: ANN401 - a day as `verify` and SQLite take it
        (day,) = self.conn.execute("select coalesce(max(day), '2026-01-01') from days").fetchone()
        return _Day.fromisoformat(day)

    def _public(self) -> sqlite3.Connection:
        number = self.site.current_release()
        assert number is not None
        path = self.site.release(number) / "public.db"
        return sqlite3.connect(f"file:{path}?immutable=1", uri=True)

    def _rebuilt_is_the_same(self) -> None:
        path = Path(self.folder.name) / "again.db"
        rebuild(self.conn, path)
        with closing(open_registry(path)) as again:
            assert list(differences(self.conn, again)) == []
        path.unlink()

    def _expected(self) -> dict[str, list[Any]]:
        """Return the public tables as the reference says they are today."""
        reference = self.reference
        penalties, entries = reference.shown("penalty"), reference.shown("list_entry")
        lists = Counter(each.row["list_code"] for each in entries)
        parties = Counter(each.row["uscc"] for each in (*penalties, *entries))
        offices = Counter(each.row["authority_code"] for each in penalties)
        grades = Counter(each.ruled.grade for each in penalties)
        visible = {each.id for each in penalties}
        return {
            "penalties": [_penalty(each, entries) for each in penalties],
            "list_entries": [
                _entry(each, each.rests_on if each.rests_on in visible else None)
                for each in entries
            ],
            "events": [tuple(map(_text, each)) for each in reference.public_events()],
            "tombstones": sorted(
                tuple(map(_text, each)) for each in reference.public_notices(self.today)
            ),
            "parties": sorted(parties.items()),
            "authorities": sorted(offices.items()),
            "lists": sorted(lists.items()),
            "counts": sorted(grades.items()),
            "found": [(len(penalties),)],
        }


class _Day(date):
    """A day that SQLite takes as text."""

    def __conform__(self, _protocol: object) -> str:
        return self.isoformat()


def _fits(record: Record, kind: EventKind, today: date) -> bool:
    """Say whether an event may happen to a record in its state, by what the events mean."""
    closed = record.state in {"withdrawn", "repaired"}
    fits = {
        **dict.fromkeys(WITHDRAWALS, record.state != "withdrawn"),
        EventKind.CORRECT: not closed,
        EventKind.REPAIR: not closed,
        EventKind.DISPUTE: not closed and not record.disputed,
        EventKind.SETTLE: not closed and record.disputed,
        EventKind.SUSPEND: record.state == "open",
        EventKind.RESUME: record.state == "suspended",
        EventKind.DECLINE: False,
    }
    return fits[kind] and record.row["decided_on"] <= today.isoformat()


_QUERIES = {
    "penalties": "select penalty_id, doc_no, authority_code, party, uscc, facts, basis, kinds, "
    "fine_fen, decided_on, received_on, published_on, publish_until, min_until, severity, "
    "policy_row, disputed, version, batch, list_codes, seq from penalties order by rowid",
    "list_entries": "select entry_id, list_code, party, listing_doc_no, listed_on, reason, until, "
    "published_on, penalty_id, seq from list_entries order by rowid",
    "events": "select seq, op, type, id, at, reason, basis from events order by seq",
    "tombstones": "select id, type, ended_on, reason, basis, authority, doc_no, seq "
    "from tombstones order by id",
    "parties": "select uscc, penalties + entries from parties order by uscc",
    "authorities": "select authority_code, penalties from authorities order by 1",
    "lists": "select list_code, entries from lists where entries > 0 order by 1",
    "counts": "select value, n from counts where \"column\" = 'severity' order by 1",
    "found": "select count(*) from penalties_fts where penalties_fts match '\"示例\"'",
}


def _read(public: sqlite3.Connection, name: str) -> Iterator[tuple[Any, ...]]:
    yield from public.execute(_QUERIES[name])


def _penalty(record: Record, entries: list[Record]) -> tuple[Any, ...]:
    row, ruled = record.row, record.ruled
    codes = {
        each.row["list_code"]
        for each in entries
        if each.row["uscc"] == row["uscc"] or each.rests_on == record.id
    }
    names = ("doc_no", "authority_code", "party", "uscc", "facts", "basis", "kinds", "fine_fen")
    days = (record.received, record.published, ruled.until, ruled.least)
    return (
        record.id,
        *(row[name] for name in names),
        row["decided_on"],
        *map(_text, days),
        ruled.grade,
        ruled.row,
        int(record.disputed),
        record.version,
        record.batch,
        ";".join(sorted(codes)) or None,
        record.seq,
    )


def _entry(record: Record, rests_on: str | None) -> tuple[Any, ...]:
    names = ("list_code", "party", "listing_doc_no", "listed_on", "reason")
    return (
        record.id,
        *(record.row[name] for name in names),
        *map(_text, (record.ruled.until, record.published)),
        rests_on,
        record.seq,
    )


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
