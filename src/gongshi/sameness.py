"""Firms that may be one: proposed to a person, joined by a person, never by a name alone.

Three cases are worth a question, all about organisations:

- *twice*: one decision stands on two records whose parties have one form of name, at most one of
  them with a code: delivered once without the code, once with it;
- *code*: a party without a code has the form of name of exactly one party with a code;
- *renamed*: one code came with two names.

*join* under a name: of two records the later one comes down and its key leads to the earlier one
from then on; the code is put on the record that lacked it, by a ruling. *apart*: never asked again.
Two different codes are never proposed, whatever the names.
"""

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from gongshi import ledger, records
from gongshi.errors import UsageError
from gongshi.formats import party_name
from gongshi.models import Category, PublicTable
from gongshi.packed import packed
from gongshi.records import PENALTY, Ruling, fingerprint
from gongshi.redaction import redact
from gongshi.registry import now

JOINED = "join"
"""Kind of the ledger entry that says that a key leads to another record, or that two stay apart."""
JOIN, APART = "join", "apart"
PREFIX = "same:"
_HEX = 12


class Firm(NamedTuple):
    """A record of an organisation, as far as it matters here."""

    id: str
    authority_code: str
    doc_no_key: str
    party_key: str
    party: str
    uscc: str | None
    doc_no: str
    authority: str

    @property
    def decision(self) -> tuple[str, str]:
        """Which decision it is."""
        return self.authority_code, self.doc_no_key

    def record(self, party_key: str = "") -> str:
        """Return the key of the record, or what it would be with another party."""
        return json.dumps([*self.decision, party_key or self.party_key], ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """One question: are these the same party? `firms` are the records that a *join* concerns.

    `code` is the code that they would share, "" where none of them has one.
    """

    case: str
    marks: Sequence[str]
    firms: Sequence[Firm]
    code: str = ""

    @property
    def name(self) -> str:
        """What the question is called: the same whenever the same is asked."""
        text = "\n".join((self.case, *sorted(self.marks)))
        return PREFIX + hashlib.sha256(text.encode()).hexdigest()[:_HEX]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person answers: `join` or `apart`."""

    answer: str
    by: str
    reason: str
    on_day: date


def listed(conn: sqlite3.Connection) -> list[Same]:
    """Return the open questions: those of one decision first."""
    firms = [Firm._make(row) for row in conn.execute(_FIRMS, (str(Category.ORGANISATION),))]
    closed = {name for (name,) in conn.execute("select question from answers")}
    found = [*twice(firms), *of_codes(firms), *_renamed(firms)]
    return [one for one in found if one.name not in closed]


_FIRMS = """
    select r.id, r.authority_code, r.doc_no_key, r.party_key, r.party, r.uscc, r.doc_no, r.authority
    from penalty_records as r join penalty_standing as s on s.rid = r.rid
    where r.party_category = ? and r.party is not null and s.refused = 0 order by r.rid
"""


def twice(firms: Iterable[Firm]) -> Iterator[Same]:
    """Yield pairs of records of one decision whose parties may be one."""
    groups: dict[tuple[str, str, str], list[Firm]] = defaultdict(list)
    for firm in firms:
        groups[(*firm.decision, party_name.form(firm.party))].append(firm)
    for first, *others in groups.values():
        codes = {firm.uscc for firm in (first, *others) if firm.uscc}
        if len(codes) <= 1:
            for other in others:
                yield Same(
                    case="twice",
                    marks=(first.record(), other.record()),
                    firms=(first, other),
                    code=next(iter(codes), ""),
                )


def of_codes(firms: Sequence[Firm]) -> Iterator[Same]:
    """Yield parties without a code of which just one party with a code has the form of name."""
    codes: dict[str, set[str]] = defaultdict(set)
    decisions: set[tuple[str, str, str]] = set()
    bare: dict[tuple[str, str], list[Firm]] = defaultdict(list)
    for firm in firms:
        form = party_name.form(firm.party)
        if firm.uscc:
            codes[form].add(firm.uscc)
            decisions.add((firm.uscc, *firm.decision))
        else:
            bare[form, firm.party_key].append(firm)
    for (form, party_key), group in bare.items():
        if len(codes[form]) == 1:
            (code,) = codes[form]
            asked = [firm for firm in group if (code, *firm.decision) not in decisions]
            if asked:
                yield Same(case="code", marks=(party_key, code), firms=asked, code=code)


def _renamed(firms: Iterable[Firm]) -> Iterator[Same]:
    """Yield codes that came with several forms of name."""
    groups: dict[str, dict[str, Firm]] = defaultdict(dict)
    for firm in firms:
        if firm.uscc:
            groups[firm.uscc].setdefault(party_name.form(firm.party), firm)
    for code, forms in groups.items():
        if len(forms) > 1:
            firms_ = tuple(forms.values())
            yield Same(case="renamed", marks=(code, *forms), firms=firms_, code=code)


def answer(conn: sqlite3.Connection, name: str, given: Answer) -> Same:
    """Enter what a person answers to an open question, inside the open transaction.

    Raises:
        UsageError: there is no such question, or name or reason are missing or not fit.
    """
    asked = next((one for one in listed(conn) if one.name == name), None)
    if asked is None:
        raise UsageError(
            f"没有待定的问题 {name}。",
            f"There is no open question {name}.",
            todo="请运行 gongshi review 查看。",
        )
    if not given.by.strip() or not given.reason.strip() or redact(given.reason).spans:
        raise UsageError(
            "请写明决定人和理由;理由会保存,不得写个人信息。",
            "An answer needs a name and a reason without personal data.",
        )
    joins = given.answer == JOIN
    if joins and asked.case == "twice":
        first, other = asked.firms
        _enter(conn, asked, given, [(other.record(), first.record())], closes=[other.id])
    elif joins and asked.case == "code":
        own = f"uscc:{asked.code}"
        _enter(conn, asked, given, [(firm.record(own), firm.record()) for firm in asked.firms])
    else:
        _enter(conn, asked, given, [])
    for firm in asked.firms[: 1 if asked.case == "twice" else None]:
        if joins and asked.code and not firm.uscc:
            _give_code(conn, asked, given, firm)
    return asked


def _enter(
    conn: sqlite3.Connection,
    asked: Same,
    given: Answer,
    pairs: Sequence[tuple[str, str]],
    *,
    closes: Sequence[str] = (),
) -> None:
    """Enter an answer in the ledger: which keys lead where, which records come down.

    Where a party got its code, the question stays open for its other decisions to come: a join
    speaks of the records that were seen, and of no name.
    """
    at = now()
    stays_open = asked.case == "code" and given.answer == JOIN
    header = {
        "question": "" if stays_open else asked.name,
        "answer": given.answer,
        "by": given.by,
        "reason": given.reason,
        "at": at,
        "on_day": given.on_day.isoformat(),
        "joined": [list(pair) for pair in pairs],
        "closes": list(closes),
    }
    n = ledger.append(conn, JOINED, lambda: header, at=at)
    project(conn, n, header)


def project(conn: sqlite3.Connection, n: int, header: Mapping[str, Any]) -> None:
    """Store the answer of ledger entry `n`."""
    columns = ("question", "answer", "by", "reason", "on_day")
    records.insert_row(conn, "answers", {"n": n, **{name: header[name] for name in columns}})
    conn.executemany(
        "insert or replace into joined (record, leads_to, n) values (?, ?, ?)",
        ((record, into, n) for record, into in header["joined"]),
    )
    closes = header["closes"]
    records.mark(conn, PENALTY, closes, dict.fromkeys(range(len(closes)), True))


def _give_code(conn: sqlite3.Connection, asked: Same, given: Answer, firm: Firm) -> None:
    """Put the code on a record that lacks it, by a ruling that holds for later deliveries."""
    edits = [(0, 0, asked.code)]
    ruling = Ruling(record=firm.record(), field="uscc", before=fingerprint(""), edits=edits)
    at = now()
    header = {
        "doubt": asked.name,
        "schema": PENALTY.schema,
        "record": firm.record(),
        "places": [],
        "decision": JOIN,
        "by": given.by,
        "reason": given.reason,
        "at": at,
        "on_day": given.on_day.isoformat(),
        "rulings": [asdict(ruling)],
    }
    n = ledger.append(conn, "review", lambda: header, at=at)
    records.keep(conn, n, PENALTY.schema, [ruling])
    records.again(conn, PENALTY, firm.record(), on_day=given.on_day.isoformat())


def under_joined_keys(conn: sqlite3.Connection | None, table: PublicTable) -> PublicTable:
    """Return a table with the keys that its records have since a person joined them."""
    leads = dict(conn.execute("select record, leads_to from joined")) if conn else {}
    if table.schema != PENALTY.schema or not leads:
        return table
    given = [(*json.loads(old), json.loads(new)[-1]) for old, new in leads.items()]
    into = pl.DataFrame(given, schema=[*PENALTY.key, "_into"], orient="row")
    party = pl.coalesce("_into", "party_key").alias("party_key")
    lines = packed(
        frame.join(into, on=list(PENALTY.key), how="left", maintain_order="left")
        .with_columns(party)
        .drop("_into")
        for frame in table.packed
    )
    doubts = [
        replace(doubt, record=leads.get(doubt.record, doubt.record)) for doubt in table.doubts
    ]
    return replace(table, packed=lines, doubts=doubts)
