"""A simulated year of a site, through the commands as an operator gives them.

    python -m tests.proofs.year --records 200000 --days 365 --seal 30 --out report.md

Several agencies deliver invented decisions day by day; decisions are corrected, disputed, repaired,
suspended and revoked; lists are decided; a file is empty, one comes twice, days are missed, one
agency comes under stricter rules. Each day what is cheap to ask is asked; each month the
whole site is verified, its registry made again from the ledger, and the release in force held
against a second account of the law (`reference`). `--seal N` makes a release every N days: on
the days between, the run of the clock is made without one.
"""

import argparse
import contextlib
import io
import json
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from gongshi import cli, clock, ended, retention
from gongshi.calendar import load_calendar
from gongshi.declarations.policy import load_policies
from gongshi.generate.listings import list_entries
from gongshi.generate.records import Maker
from gongshi.registry import open_registry, transaction
from gongshi.site import Site
from tests.proofs.reference import Ruled, rule_penalty

FIRST = date(2026, 1, 2)
LAG = timedelta(days=3)
DAILY, WEEKLY, FULL = "jia", "yi", "bing"
"""Agencies: new decisions every day; every Monday; all that it has, on the first of a month."""
STRICT = ("NDRC", "SAMR")
STRICTER_AT, EMPTY_AT, TWICE_AT, MISSED_AT = 0.6, 0.3, 0.4, (0.25, 0.26, 0.7)
REASON, BASIS = "示例事由", "《示例法》第一条"
Row = dict[str, Any]


@dataclass
class Case:
    """One decision on one party, and what is known of it in public."""

    row: Row
    agency: str
    state: str = "open"
    disputed: bool = False
    published: date | None = None
    name: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """How the files name it: one decision may concern two persons of one name."""
        person = f"{self.row['CF_XDR_MC']}{self.row['CF_XDR_ZJHM']}"
        return self.row["CF_CFJGDM"], self.row["CF_WSH"], self.row["CF_XDR_SHXYM"] or person

    def rule(self, systems: tuple[str, ...], today: date) -> Ruled:
        """Ask the second account of the law."""
        fen = round(float(self.row["CF_NR_FK"] or 0) * 1_000_000)
        row = {
            "kinds": self.row["CF_CFLB"],
            "party_category": self.row["CF_XDR_LB"],
            "fine_fen": fen,
            "basis": f"{self.row['CF_YJ']}{self.row['CF_WFXW']}",
            "decided_on": self.row["CF_JDRQ"],
            "valid_until": self.row["CF_YXQ"] or None,
            "source_publish_until": self.row["CF_GSJZQ"] or None,
        }
        return rule_penalty(row, systems, self.published, today)


@dataclass
class Year:
    """A site, its day, and what it ought to hold."""

    root: Path
    rng: random.Random
    days: int
    seal: int
    today: date = FIRST
    cases: dict[tuple[str, str, str], Case] = field(default_factory=dict)
    entries: list[Row] = field(default_factory=list)
    systems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)
    months: list[dict[str, Any]] = field(default_factory=list)
    open_files: int = 0

    @property
    def site(self) -> Site:
        """The site."""
        return Site(self.root)

    def say(self, line: str) -> None:
        """Note something remarkable."""
        self.story.append(f"{self.today} {line}")
        print(self.story[-1], file=sys.stderr, flush=True)  # noqa: T201  a program's progress

    def run(self, *words: str, status: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """Give a command and return its answer.

        Raises:
            AssertionError: its exit status is not one that it should have here.
        """
        out, err = io.StringIO(), io.StringIO()
        start = ["--root", str(self.root), "--today", self.today.isoformat()]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main([*start, *words, "--json"])
        self.told[words[0]] += 1
        assert code in status, (words, code, out.getvalue()[-2000:], err.getvalue()[-2000:])
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer

    @contextlib.contextmanager
    def registry(self) -> Iterator[sqlite3.Connection]:
        """Look into the registry."""
        with closing(sqlite3.connect(f"file:{self.site.registry}?mode=ro", uri=True)) as conn:
            yield conn

    # Files ----------------------------------------------------------------------------------

    def deliver(self, agency: str, rows: list[Row], name: str) -> dict[str, Any]:
        """Send rows of an agency as a file of the template, and remember them."""
        report = self.take(self.write(rows, name), agency)
        for row in rows:
            case = Case(row, agency)
            if case.key not in self.cases:
                self.cases[case.key] = case
                self.judge(case)
        self.told["rows"] += len(rows)
        return report

    def write(self, rows: list[Row], name: str) -> Path:
        """Write a file."""
        file = self.root.parent / f"{name}.csv"
        pl.DataFrame(rows, infer_schema_length=None).write_csv(file, include_bom=True)
        return file

    def take(self, file: Path, agency: str) -> dict[str, Any]:
        """Take a file in: nothing of it is refused."""
        report: dict[str, Any]
        (report,) = self.run("ingest", "--agency", agency, str(file))["files"]
        assert report["refused"] == 0, report["findings"][:5]
        assert report["rows"] == report["taken"] + report["unchanged"]
        return report

    # What happens to decisions --------------------------------------------------------------

    def pick(self, fits: Callable[[Case], bool]) -> Case | None:
        """Return a shown case that fits, or None."""
        with self.registry() as conn:
            rows = conn.execute(
                "select penalty_id, authority_code, doc_no, uscc from penalties "
                "where shown = 1 and uscc is not null order by seq desc limit 400"
            ).fetchall()
        self.rng.shuffle(rows)
        for name, *key in rows:
            case = self.cases.get(tuple(key))
            if case and case.state == "open" and fits(case):
                case.name = name
                return case
        return None

    def order(self, verb: str, case: Case, *more: str) -> None:
        """Give one command about one record."""
        self.run(verb, case.name, "--reason", REASON, "--basis", BASIS, *more)

    def happenings(self) -> None:
        """Let what happens on an ordinary day happen."""
        chance = self.rng.random()
        if chance < 0.25 and (case := self.pick(lambda each: True)):
            self.order("withdraw", case)
            case.state = "withdrawn"
        elif chance < 0.4 and (case := self.pick(lambda each: True)):
            self.order("repair", case)
            case.state = "repaired"
        elif chance < 0.55 and (case := self.pick(lambda each: not each.disputed)):
            self.order("dispute", case)
            case.disputed = True
        elif chance < 0.65 and (case := self.pick(lambda each: each.disputed)):
            self.order("dispute", case, "--settle")
            case.disputed = False
        elif chance < 0.75 and (case := self.pick(lambda each: True)):
            self.order("suspend", case)
            case.state = "suspended"
        elif chance < 0.85 and (case := self.suspended()):
            self.order("resume", case)
            case.state = "open"
        elif case := self.pick(lambda each: True):
            self.order("correct", case, "--set", f"facts=更正于{self.today}。")

    def suspended(self) -> Case | None:
        """Return a case that is hidden for a time, or None."""
        return next((each for each in self.cases.values() if each.state == "suspended"), None)

    def file_of_events(self) -> None:
        """Send a month's decisions to repair as a file."""
        rows = []
        for _ in range(3):
            case = self.pick(lambda each: not each.disputed)
            if not case:
                continue
            case.state = "repaired"
            code, number, uscc = case.key
            rows.append(
                {
                    "EVENT": "修复",
                    "DOC_NO": number,
                    "AUTHORITY_CODE": code,
                    "PARTY": case.row["CF_XDR_MC"],
                    "USCC": uscc,
                    "EVENT_ON": self.today.isoformat(),
                    "REASON": "已履行处罚决定,准予信用修复",
                    "BASIS": "《信用修复管理办法》第三条",
                    "DECISION_DOC_NO": "",
                    "REMARKS": "",
                }
            )
        if rows:
            self.take(self.write(rows, f"变动-{self.today}"), "standard-event")

    def listings(self, rows: list[Row]) -> None:
        """Send decisions to list."""
        found = list_entries(
            pl.DataFrame(rows), np.random.default_rng(self.today.toordinal()), today=self.today
        )
        known = {(each["LIST_CODE"], each["LISTING_DOC_NO"]) for each in self.entries}
        fresh = [
            {**each, "LISTING_DOC_NO": f"{each['LISTING_DOC_NO']}之{self.today.month}"}
            for each in found.iter_rows(named=True)
        ]
        fresh = [each for each in fresh if (each["LIST_CODE"], each["LISTING_DOC_NO"]) not in known]
        if fresh:
            self.take(self.write(fresh, f"名单-{self.today}"), "standard-list")
            self.entries += fresh

    def stricter(self) -> None:
        """Put one agency under a second system of rules."""
        file = self.root / "schemas" / "policies" / "publication.yml"
        policy = yaml.safe_load(file.read_text(encoding="utf-8"))
        policy["systems"]["agencies"] = {WEEKLY: list(STRICT)}
        file.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
        self.systems[WEEKLY] = STRICT
        self.say(f"agency {WEEKLY} comes under SAMR as well as NDRC: the shorter term holds")

    # The daily run --------------------------------------------------------------------------

    def judge(self, case: Case) -> bool:
        """Return whether a case is to be seen today, and remember since when."""
        ruled = case.rule(self.systems.get(case.agency, ("NDRC",)), self.today)
        seen = case.state == "open" and ruled.until is not None and self.today <= ruled.until
        if seen and case.published is None:
            case.published = self.today
        return seen

    def daily(self, number: int) -> None:
        """Make the run of a day, with a release or without."""
        if number % self.seal == 0 or number == self.days - 1:
            before = self.run("publish")
            again = self.run("publish")
            assert again["release"] == before["release"]
            for name in ("added", "changed", "ended"):
                self.told[name] += before[name]
            assert again["added"] + again["changed"] + again["ended"] == 0
        else:
            self.clock_alone()
        with self.registry() as conn:
            self.cheap(conn)

    def clock_alone(self) -> None:
        """Make the run of a day without its release."""
        policies = load_policies(self.site.schemas)
        calendar = load_calendar(self.site.schemas / "calendar")
        with closing(open_registry(self.site.registry)) as conn:
            with transaction(conn):
                moves = clock.apply(conn, policies, calendar, self.today)
                retention.erase(conn, policies.retention, self.today)
            retention.scrub(conn)
            ended.write(conn, self.site, policies.retention, self.today)
        self.told["added"] += moves.added
        self.told["changed"] += moves.changed
        self.told["ended"] += moves.ended

    def cheap(self, conn: sqlite3.Connection) -> None:
        """Ask what is cheap to ask, every day."""
        values = {"day": self.today.isoformat(), "records": len(self.cases)}
        queries = {
            "past its end": "select count(*) from penalty_standing "
            "where shown = 1 and publish_until < :day",
            "entries past their end": "select count(*) from entry_standing "
            "where shown = 1 and publish_until < :day",
            "gap in the sequence": "select count(*) - max(seq) from events",
            "shown against events": "select (select count(*) from penalty_standing where shown = 1)"
            " - sum((op = 'ADD') - (op = 'DEL')) from events where type = 'penalty'",
            "closed and shown": "select count(*) from penalty_standing where shown = 1 "
            "and state <> 'published'",
            "records": "select count(*) - :records from penalty_records",
        }
        for name, query in queries.items():
            (found,) = conn.execute(query, values).fetchone()
            assert found in {0, None}, (self.today, name, found)
        self.told["daily invariants"] += len(queries)

    # Each month -----------------------------------------------------------------------------

    def whole(self) -> None:
        """Verify everything, and hold the release in force against the second account."""
        verified = self.run("verify")
        assert verified["ok"], verified["problems"]
        number = self.site.current_release()
        assert number is not None
        path = self.site.release(number) / "public.db"
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as public:
            shown = Counter(public.execute(_PENALTIES).fetchall())
            entries = Counter(public.execute(_ENTRIES).fetchall())
        expected = Counter(
            line for case in self.cases.values() if self.judge(case) for line in [self._line(case)]
        )
        assert shown == expected, _first(shown, expected)
        listed = Counter(self._listed())
        assert entries == listed, _first(entries, listed)
        self.months.append(
            {
                "day": self.today,
                "release": number,
                "records": len(self.cases),
                "penalties": shown.total(),
                "entries": entries.total(),
                "MiB": round(path.stat().st_size / 2**20, 1),
                "cpu": round(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])),
            }
        )
        self.say(f"verified and replayed: {shown.total()} penalties as the reference says")

    def _line(self, case: Case) -> tuple[Any, ...]:
        ruled = case.rule(self.systems.get(case.agency, ("NDRC",)), self.today)
        row = case.row
        code = None if row["CF_XDR_LB"] == "自然人" else row["CF_XDR_SHXYM"]
        code = None if code and code.startswith("0000") else code
        assert ruled.until is not None
        assert ruled.least is not None
        assert case.published is not None
        days = (case.published, ruled.until, ruled.least)
        return (
            *(row["CF_CFJGDM"], row["CF_WSH"], code, row["CF_JDRQ"]),
            *(each.isoformat() for each in days),
            *(ruled.grade, ruled.row, int(case.disputed)),
        )

    def _listed(self) -> Iterator[tuple[Any, ...]]:
        gone = {
            (case.key[0], case.key[1], case.row["CF_XDR_SHXYM"])
            for case in self.cases.values()
            if case.state == "withdrawn"
        }
        for row in self.entries:
            until = row["UNTIL"] or None
            rests_on = (row["PENALTY_AUTHORITY_CODE"], row["PENALTY_DOC_NO"], row["USCC"])
            if rests_on not in gone and (until is None or until >= self.today.isoformat()):
                yield row["LIST_CODE"], row["LISTING_DOC_NO"], row["USCC"], until

    def restored(self, backup: Path) -> None:
        """Lose the registry in a copy of the site, restore the backup, and compare the public."""
        copy = self.root.parent / "restored"
        shutil.copytree(self.root, copy)
        for file in copy.glob("var/registry.db*"):
            file.unlink()
        other = Year(copy, self.rng, self.days, self.seal, today=self.today)
        told = other.run("restore", str(backup))
        other.run("publish")
        assert other.run("verify")["ok"]
        gone = [each for each in self.cases.values() if each.state == "withdrawn" and each.name]
        with other.registry() as conn:
            for case in gone:
                row = conn.execute(
                    "select shown from penalties where penalty_id = ?", (case.name,)
                ).fetchone()
                assert row in {None, (0,)}, case.name
        self.say(
            f"restored a backup into a copy: {told['lost']} numbers of the sequence rejoined, "
            f"{len(gone)} withdrawn records stay gone"
        )
        shutil.rmtree(copy)


_PENALTIES = """
    select authority_code, doc_no, uscc, decided_on, published_on, publish_until, min_until,
        severity, policy_row, disputed
    from penalties
"""
_ENTRIES = "select list_code, listing_doc_no, uscc, until from list_entries"


def _first(found: Counter[Any], wanted: Counter[Any]) -> str:
    """Return where two counts differ first."""
    more, less = list((found - wanted).elements()), list((wanted - found).elements())
    return f"{len(more)} too many {more[:3]}, {len(less)} missing {less[:3]}"


def make_site(root: Path) -> None:
    """Make a site with three agencies that send the template."""
    with contextlib.redirect_stdout(io.StringIO()):
        assert cli.main(["new", str(root)]) == 0
    spec = yaml.safe_load((root / "ingest/standard/agency.yml").read_text(encoding="utf-8"))
    for code in (DAILY, WEEKLY, FULL):
        own = {**spec, "code": code, "title": f"示例机构{code}", "template": True}
        own |= {"delivery": "full"} if code == FULL else {}
        folder = root / "ingest" / code
        shutil.copytree(root / "ingest/standard", folder)
        (folder / "agency.yml").write_text(yaml.safe_dump(own, allow_unicode=True), "utf-8")


def cases_by_day(records: int, days: int) -> dict[str, dict[date, list[Row]]]:
    """Return invented decisions by agency and the day on which they are sent."""
    last = FIRST + timedelta(days=days - 1) - LAG
    maker = Maker(records, 20260102, last)
    frames = [maker.make(min(20_000, records - at)).frame for at in range(0, records, 20_000)]
    frame = pl.concat(frames).drop("_damaged")
    sent: dict[str, dict[date, list[Row]]] = {
        code: defaultdict(list) for code in (DAILY, WEEKLY, FULL)
    }
    for row in frame.iter_rows(named=True):
        share = int(row["CF_CFJGDM"][8:16].translate(_DIGITS)) % 20
        agency = FULL if share == 0 else WEEKLY if share < 8 else DAILY
        day = max(FIRST, date.fromisoformat(row["CF_JDRQ"]) + LAG)
        sent[agency][day].append(row)
    return sent


_DIGITS = str.maketrans({chr(n): str(n % 10) for n in range(ord("A"), ord("Z") + 1)})


def simulate(root: Path, records: int, days: int, seal: int) -> Year:
    """Live through the days and return what happened."""
    make_site(root)
    year = Year(root, random.Random(days), days, seal)  # noqa: S311  a story, not a secret
    sent = cases_by_day(records, days)
    waiting: dict[str, list[Row]] = defaultdict(list)
    everything: list[Row] = []
    missed = {int(share * days) for share in MISSED_AT}
    month = seal * max(1, min(30, days // 4) // seal)
    for number in range(days):
        year.today = FIRST + timedelta(days=number)
        for agency, by_day in sent.items():
            waiting[agency] += by_day.get(year.today, [])
        if number in missed:
            year.say("missed: no command is given")
            continue
        _files(year, number, waiting, everything)
        if number > 1:
            year.happenings()
        if number == int(STRICTER_AT * days):
            year.stricter()
        year.daily(number)
        if number % month == 0 or number == days - 1:
            year.whole()
        _backups(year, number)
    assert year.run("rebuild")["same"]
    return year


def _backups(year: Year, number: int) -> None:
    """Make a backup in the middle, and need it some days later."""
    file = year.root.parent / "backup.tar.gz"
    if number == int(0.5 * year.days):
        year.run("backup", str(file))
    elif number == int(0.55 * year.days):
        year.restored(file)


def _files(year: Year, number: int, waiting: dict[str, list[Row]], everything: list[Row]) -> None:
    """Send what is sent on a day."""
    day = year.today
    if waiting[DAILY]:
        rows = waiting.pop(DAILY)
        year.deliver(DAILY, rows, f"{DAILY}-{day}")
        if number == int(TWICE_AT * year.days):
            report = year.take(year.root.parent / f"{DAILY}-{day}.csv", DAILY)
            assert report["unchanged"] == len(rows)
            year.say("a file comes a second time: nothing changes")
    if day.weekday() == 0 and waiting[WEEKLY]:
        year.deliver(WEEKLY, waiting.pop(WEEKLY), f"{WEEKLY}-{day}")
    if day.day == 1 and (fresh := waiting.pop(FULL, [])):
        everything += fresh
        kept = [row for place, row in enumerate(everything) if place % 50 or row in fresh]
        year.deliver(FULL, kept, f"{FULL}-{day}")
        year.say(f"{FULL} sends all it has but {len(everything) - len(kept)} rows: none ends")
        year.listings(fresh)
        year.file_of_events()
    if number == int(EMPTY_AT * year.days):
        empty = year.root.parent / "空.csv"
        empty.write_bytes(b"")
        error = year.run("ingest", "--agency", DAILY, str(empty), status=(2,))["error"]
        year.say(f"an empty file is refused: {error['rule']}")


def report(year: Year, records: int) -> str:
    """Return what happened, as Markdown."""
    told = year.told
    lines = [
        f"{records} records, {year.days} days from {FIRST}, a release every {year.seal} days.",
        "",
        "| day | release | records | penalties shown | entries shown | MiB | CPU s |",
        "|---|---|---|---|---|---|---|",
        *("| " + " | ".join(str(cell) for cell in month.values()) + " |" for month in year.months),
        "",
        f"Moves: {told['added']} added, {told['changed']} changed, {told['ended']} ended.",
        "Commands: "
        + ", ".join(
            f"{name} {count}"
            for name, count in sorted(told.items())
            if name not in {"added", "changed", "ended", "rows", "daily invariants"}
        )
        + ".",
        f"Daily invariants asked: {told['daily invariants']}.",
        "",
        *(f"- {line}" for line in year.story),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the arguments, live through the year, print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seal", type=int, default=1, metavar="N")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        year = simulate(Path(folder) / "site", args.records, args.days, args.seal)
    text = report(year, args.records)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201  a program's answer


if __name__ == "__main__":
    main()
