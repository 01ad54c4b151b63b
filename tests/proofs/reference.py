"""What a registry must publish, said a second time: plain dictionaries, slow, and nothing of ours.

Written from the articles that `schemas/policies/publication.yml` names, not from the code that
carries them out. Every record is judged anew on every day; nothing is remembered but what
happened. Days are dates, money is fen.

Source: 行政处罚法 arts 48, 52; 信用修复管理办法 (NDRC 36) and its forerunners 527 and 58;
市场监管总局令 45 and 107; 民法典 arts 201, 202; 个人信息保护法 arts 19, 47.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Key = tuple[str, ...]

MINOR, GENERAL, SEVERE = "轻微", "一般", "严重"
_HEAVIER = (MINOR, GENERAL, SEVERE)
_GRADE = {
    "警告": MINOR,
    "通报批评": MINOR,
    "没收违法所得": GENERAL,
    "没收非法财物": GENERAL,
    "暂扣许可证件": SEVERE,
    "降低资质等级": SEVERE,
    "吊销许可证件": SEVERE,
    "限制开展生产经营活动": SEVERE,
    "责令停产停业": SEVERE,
    "责令关闭": SEVERE,
    "限制从业": SEVERE,
    "行政拘留": SEVERE,
}
_BANS = ("限制从业", "限制开展生产经营活动")
_LARGE_FEN = {"自然人": 200_000}
_LARGE_FEN_OF_FIRMS = 1_000_000


@dataclass(frozen=True)
class Regime:
    """A regime: its system, first and last day, and months (least, most) by grade; None: silent."""

    code: str
    system: str
    first: date
    last: date
    months: Mapping[str, tuple[int, int] | None]


REGIMES = (
    Regime(
        "SAIC71",
        "SAMR",
        date(2014, 10, 1),
        date(2021, 8, 31),
        {MINOR: (60, 60), GENERAL: (60, 60), SEVERE: (60, 60)},
    ),
    Regime(
        "SAMR45",
        "SAMR",
        date(2021, 9, 1),
        date(2025, 12, 24),
        {MINOR: (3, 3), GENERAL: (6, 36), SEVERE: (12, 36)},
    ),
    Regime(
        "SAMR107",
        "SAMR",
        date(2025, 12, 25),
        date.max,
        {MINOR: (3, 3), GENERAL: (3, 12), SEVERE: (12, 36)},
    ),
    Regime(
        "NDRC527",
        "NDRC",
        date(2019, 7, 1),
        date(2023, 4, 30),
        {MINOR: (3, 12), GENERAL: (3, 12), SEVERE: (6, 36)},
    ),
    Regime(
        "NDRC58",
        "NDRC",
        date(2023, 5, 1),
        date(2026, 3, 31),
        {MINOR: None, GENERAL: (3, 36), SEVERE: (3, 36)},
    ),
    Regime(
        "NDRC36",
        "NDRC",
        date(2026, 4, 1),
        date.max,
        {MINOR: None, GENERAL: (3, 12), SEVERE: (12, 36)},
    ),
)
_SECTORS = ("食品安全法", "药品管理法", "特种设备安全法", "安全生产法", "消防法")
_SECTOR_MONTHS = 12
_SIMPLE = ("适用简易程序", "当场行政处罚决定书")
_LONG_TERM = date(2099, 12, 31)
LIST_MONTHS = {"YZWF": 36}
"""市场监管总局令第44号: removed after three years."""

ENDED = "公示结束"
NOTICE_DAYS = 90
"""How long the bare word that a record has ended is told (`site.yml`)."""

AFTER = {
    "撤销": "withdrawn",
    "变更": "withdrawn",
    "确认违法": "withdrawn",
    "无效": "withdrawn",
    "修复": "repaired",
    "中止": "suspended",
}


def months_after(day: date, months: int) -> date:
    """Return the corresponding day, or the last one of the month (民法典 art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Ruled:
    """What the law says of a record on a day; `until` is its last public day, None: never shown."""

    until: date | None
    least: date | None = None
    row: str | None = None
    grade: str | None = None


def grade_of(row: Row) -> str:
    """Return the heaviest grade of the kinds of a penalty."""
    found = [GENERAL] if not row["kinds"] else []
    for kind in (row["kinds"] or "").split(";"):
        if kind == "罚款":
            large = _LARGE_FEN.get(row["party_category"], _LARGE_FEN_OF_FIRMS)
            found.append(GENERAL if (row["fine_fen"] or 0) >= large else MINOR)
        elif kind:
            found.append(_GRADE.get(kind, GENERAL))
    return max(found, key=_HEAVIER.index)


def rule_penalty(row: Row, systems: Sequence[str], published: date | None, today: date) -> Ruled:
    """Return what the law says of a penalty: of all that applies, the shortest."""
    grade = grade_of(row)
    if _is_never_published(row, systems):
        return Ruled(None, grade=grade)
    spans = _spans(row, grade, systems, (published, today))
    if not spans or None in spans:
        return Ruled(None, grade=grade)
    until, code, _ = min(span for span in spans if span)
    least = min(span[2] for span in spans if span)
    ban = row["valid_until"] and date.fromisoformat(row["valid_until"])
    if ban and ban < _LONG_TERM and any(kind in (row["kinds"] or "") for kind in _BANS):
        until = max(until, ban)
    if row["source_publish_until"]:
        until = min(until, date.fromisoformat(row["source_publish_until"]))
    return Ruled(until, min(until, least), f"{code}/{grade}", grade)


def _is_never_published(row: Row, systems: Sequence[str]) -> bool:
    """Say whether a penalty is one of those that are not published at all (令45 art. 2)."""
    simple = any(mark in row["basis"] for mark in _SIMPLE)
    return simple or ("SAMR" in systems and row["kinds"] == "警告")


def _spans(
    row: Row, grade: str, systems: Sequence[str], days: tuple[date | None, date]
) -> list[tuple[date, str, date] | None]:
    """Return last day, code and earliest end under each regime that applies; None: not shown."""
    decided, (published, today) = date.fromisoformat(row["decided_on"]), days
    found: list[tuple[date, str, date] | None] = []
    for regime in REGIMES:
        start = decided if regime.system == "NDRC" else published or today
        if regime.system not in systems or regime.last < start or regime.first > today:
            continue
        months = regime.months[grade]
        if months is None:
            found.append(None)
            continue
        least, most = months
        if regime.code == "NDRC58" and any(law in row["basis"] for law in _SECTORS):
            least = max(least, _SECTOR_MONTHS)
        until = months_after(start, most)
        found.append((until, regime.code, min(until, months_after(start, least))))
    return found


def rule_entry(row: Row) -> Ruled:
    """Return what the law says of a list entry."""
    until = months_after(date.fromisoformat(row["listed_on"]), LIST_MONTHS[row["list_code"]])
    if row["source_until"]:
        until = min(until, date.fromisoformat(row["source_until"]))
    return Ruled(until)


@dataclass
class Record:
    """One penalty or entry, and everything that happened to it."""

    kind: str
    id: str
    row: Row
    agency: str
    batch: str
    received: date
    last_received: date
    version: int = 1
    state: str = "open"
    closed_on: date | None = None
    reason: str | None = None
    basis: str | None = None
    disputed: bool = False
    marked: bool = False
    """A dispute began or ended since the last release."""
    rests_on: str | None = None
    published: date | None = None
    shown: bool = False
    told: tuple[Any, ...] = ()
    """What the public saw of it last: version, term, row of the law."""
    ended: date | None = None
    add_seq: int = 0
    seq: int = 0
    ruled: Ruled = field(default_factory=lambda: Ruled(None))

    @property
    def day(self) -> str:
        """The day by which events are ordered."""
        return str(self.row["decided_on" if self.kind == "penalty" else "listed_on"])


@dataclass(frozen=True)
class Delivery:
    """A file as it came in."""

    batch: str
    kind: str
    agency: str
    day: date
    rows: Sequence[Row]


KEYS = {
    "penalty": ("authority_code", "doc_no_key", "party_key"),
    "list_entry": ("list_code", "doc_no_key", "party_key"),
}


@dataclass
class Reference:
    """The registry as it must be."""

    keep_months: int
    systems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    records: dict[tuple[str, Key], Record] = field(default_factory=dict)
    waiting: dict[str, Delivery] = field(default_factory=dict)
    files: set[tuple[str, Any]] = field(default_factory=set)
    corrected: dict[Key, dict[str, str]] = field(default_factory=dict)
    events: list[list[Any]] = field(default_factory=list)
    notices: dict[str, list[Any]] = field(default_factory=dict)
    seq: int = 0

    def key(self, kind: str, row: Row) -> tuple[str, Key]:
        """Return what a record is known by."""
        return kind, tuple(row[name] for name in KEYS[kind])

    def enter(self, delivery: Delivery, ids: Mapping[Key, str]) -> None:
        """Take in the rows of an approved delivery; `ids` are those given to new records."""
        for row in delivery.rows:
            name = self.key(delivery.kind, row)
            facts = "facts" if delivery.kind == "penalty" else "reason"
            words = self.corrected.get(name[1], {}).get(row[facts], row[facts])
            content = row | {facts: words, "_raw": row[facts]}
            known = self.records.get(name)
            if known is None:
                self.records[name] = Record(
                    delivery.kind,
                    ids[name[1]],
                    content,
                    delivery.agency,
                    delivery.batch,
                    delivery.day,
                    delivery.day,
                )
            elif delivery.batch > known.batch and _differs(known.row, content):
                known.row, known.version = content, known.version + 1
                known.agency, known.batch = delivery.agency, delivery.batch
                known.last_received = delivery.day

    def correct(self, record: Record, words: str) -> None:
        """Put other words in place of those that were delivered, now and whenever they come."""
        _, key = self.key("penalty", record.row)
        self.corrected.setdefault(key, {})[record.row["_raw"]] = words
        record.row = record.row | {"facts": words}
        record.version += 1

    def happen(self, record: Record, event: str, day: date, reason: str, basis: str) -> None:
        """Let an event happen that may happen."""
        if event in AFTER:
            record.state, record.closed_on = AFTER[event], day
            record.ended, record.reason, record.basis = day, f"{event}:{reason}", basis
        elif event == "恢复":
            record.state, record.closed_on, record.ended = "open", None, None
        elif event in {"异议", "异议解除"}:
            record.disputed, record.marked = event == "异议", True

    def publish(self, today: date) -> dict[str, int]:
        """Bring the public up to a day; return how many records were added, changed, ended."""
        self._link()
        counts = {"added": 0, "changed": 0, "ended": 0, "entries_added": 0, "entries_ended": 0}
        for kind in ("penalty", "list_entry"):
            own = [each for each in self.records.values() if each.kind == kind]
            for record in sorted(own, key=lambda each: (each.day, each.id)):
                op = self._move(record, today)
                name = {"ADD": "added", "MOD": "changed", "DEL": "ended"}.get(op or "")
                name = f"entries_{name}" if name and kind == "list_entry" else name
                if name in counts:
                    counts[name] += 1
        self._forget(today)
        return counts

    def _link(self) -> None:
        """Join entries to the penalties that they name, once these are known."""
        for record in self.records.values():
            number = record.row.get("penalty_doc_no")
            if record.kind != "list_entry" or not number or record.rests_on:
                continue
            code = record.row["penalty_authority_code"] or record.row["authority_code"]
            found = self.records.get(("penalty", (code, number, record.row["party_key"])))
            if found:
                record.rests_on, record.marked = found.id, True

    def _move(self, record: Record, today: date) -> str | None:
        """Judge one record, and tell the public what changed."""
        record.ruled = self._rule(record, today)
        until = record.ruled.until
        visible = record.state == "open" and until is not None and today <= until
        told = (record.version, until, record.ruled.row)
        op = None
        if visible and not record.shown:
            op = "ADD"
        elif record.shown and not visible:
            op = "DEL"
        elif visible and (record.marked or told != record.told):
            op = "MOD"
        if visible:
            record.published = record.published or today
            record.ended = None
        elif op == "DEL" or (record.state == "open" and until and not record.ended):
            record.ended = today
        record.shown, record.told, record.marked = visible, told, False
        if op:
            self._tell(record, op, today)
        elif record.add_seq and not visible and record.state in {"withdrawn", "revoked"}:
            self._say_why(record, today)
        return op

    def _rule(self, record: Record, today: date) -> Ruled:
        """Ask the law; an entry falls with the penalty that it rests on."""
        if record.kind == "penalty":
            systems = self.systems.get(record.agency, ("NDRC",))
            return rule_penalty(record.row, systems, record.published, today)
        penalty = self._by_id(record.rests_on)
        if penalty and penalty.state == "withdrawn" and record.state == "open":
            record.state = "revoked"
            record.reason = f"所依据的行政处罚决定已撤回:{penalty.reason}"
            record.basis = penalty.basis
        return rule_entry(record.row)

    def _by_id(self, name: str | None) -> Record | None:
        """Return the record with a public id."""
        return next((each for each in self.records.values() if name and each.id == name), None)

    def _tell(self, record: Record, op: str, today: date) -> None:
        """Number an event; what has ended leaves a notice."""
        self.seq += 1
        explained = op == "DEL" and record.state in {"withdrawn", "revoked"}
        reason = record.reason if explained else ENDED if op == "DEL" else None
        basis = record.basis if explained else None
        self.events.append([self.seq, op, record.kind, record.id, today, reason, basis])
        record.seq = self.seq
        if op == "ADD":
            record.add_seq = self.seq
            self.notices.pop(record.id, None)
        elif op == "DEL":
            named = _named(record) if explained else (None, None)
            self.notices[record.id] = [record.kind, today, reason, basis, *named, self.seq]

    def _say_why(self, record: Record, today: date) -> None:
        """Explain an ending whose decision fell later, in the notice that may be gone already."""
        kind, day, _, _, _, _, seq = self.notices.get(
            record.id, [record.kind, today, None, None, None, None, record.seq]
        )
        told = [kind, day, record.reason, record.basis, *_named(record), seq]
        self.notices[record.id] = told

    def _forget(self, today: date) -> None:
        """Erase what has been over for longer than it may be kept."""
        for kind in ("list_entry", "penalty"):
            for name, record in list(self.records.items()):
                if record.kind == kind and self._is_over(record, today):
                    self._erase(name, record)
        for each in list(self.waiting.values()):
            if self._has_run(each.day, today):
                self.waiting[each.batch] = replace(each, rows=())

    def _has_run(self, day: date, today: date) -> bool:
        """Say whether the months of keeping, counted from a day, are over."""
        return months_after(day, self.keep_months) < today

    def _is_over(self, record: Record, today: date) -> bool:
        """Say whether nothing gives a reason to keep a record any more."""
        until = record.ruled.until
        if record.shown or (until and until >= today):
            return False
        if any(each.rests_on == record.id for each in self.records.values()):
            return False
        days = [until] if until else []
        if record.state in {"withdrawn", "repaired", "revoked"}:
            days = [record.ended] if record.ended else []
        elif record.published is None:
            days.append(record.last_received)
        elif (record.state == "suspended" and record.ended) or (record.ended and not until):
            days.append(record.ended)
        return self._has_run(max(days), today)

    def _erase(self, name: tuple[str, Key], record: Record) -> None:
        """Forget a record and everything that names it; the numbers of its events stay."""
        del self.records[name]
        self.corrected.pop(name[1], None)
        self.notices.pop(record.id, None)
        for event in self.events:
            if event[3] == record.id and event[5] != ENDED:
                event[5] = event[6] = None
        for batch, each in self.waiting.items():
            rows = [row for row in each.rows if self.key(each.kind, row) != name]
            self.waiting[batch] = replace(each, rows=rows)

    def shown(self, kind: str) -> list[Record]:
        """Return what is public, oldest first."""
        found = [each for each in self.records.values() if each.kind == kind and each.shown]
        return sorted(found, key=lambda each: each.add_seq)

    def public_events(self) -> list[tuple[Any, ...]]:
        """Return how each shown record came and last changed, and every ending."""
        last = {
            number
            for each in self.records.values()
            if each.shown
            for number in (each.add_seq, each.seq)
        }
        return [tuple(each) for each in self.events if each[1] == "DEL" or each[0] in last]

    def public_notices(self, today: date) -> list[tuple[Any, ...]]:
        """Return the notices of endings: explained ones, and bare ones for a time."""
        since = today - timedelta(days=NOTICE_DAYS)
        shown = {each.id for each in self.records.values() if each.shown}
        return [
            (name, *each)
            for name, each in self.notices.items()
            if name not in shown and (each[4] is not None or each[1] >= since)
        ]


def _named(record: Record) -> tuple[str, str]:
    """Return authority and number of a record's decision."""
    number = record.row["doc_no" if record.kind == "penalty" else "listing_doc_no"]
    return record.row["authority"], number


def _differs(a: Row, b: Row) -> bool:
    """Say whether two rows say something else, apart from how it was delivered."""
    return {**a, "_raw": ""} != {**b, "_raw": ""}


def once(rows: Iterable[Row], kind: str) -> list[Row]:
    """Return the first row of each key."""
    found: dict[Key, Row] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in KEYS[kind]), row)
    return list(found.values())
