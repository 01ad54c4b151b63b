"""Which records' time is over, and how one goes with all that names it."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from gongshi import absence, ledger, review
from gongshi.clock.verdicts import CLOSED
from gongshi.records import ENTRY, KINDS, LICENSE, PENALTY, Kind

_CLOSED = ", ".join(f"'{state}'" for state in sorted(CLOSED))
_ENDED = """
    case
        when s.state in ('withdrawn', 'repaired', 'removed', 'revoked') then s.ended_on
        when s.published_on is null
            then max(b.received_on, coalesce(s.publish_until, ''))
        when s.state = 'expired' then s.publish_until
        when s.state = 'suspended' then max(s.ended_on, coalesce(s.publish_until, ''))
        else coalesce(s.ended_on, s.publish_until, b.received_on)
    end
"""
"""The day from which a record's term counts: the last on which it was or might have been public.

What was never public counts from its last delivery, as it has no such day."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Records of one kind on their way out, and their keys as columns."""

    kind: Kind
    ids: Sequence[str]
    keys: pl.DataFrame

    @property
    def names(self) -> list[str]:
        """The keys as doubts and decisions spell them."""
        return [json.dumps(row, ensure_ascii=False) for row in self.keys.rows()]


def over(conn: sqlite3.Connection, kind: Kind, before: str, today: date) -> Gone:
    """Return the records whose end lies on or before `before`.

    A record that an event has closed stays while its own term would still run: delivered again,
    it would be taken for a new one and shown. So does a penalty on which a list entry rests.
    """
    endless = kind in (ENTRY, LICENSE)
    no_term = f"s.state in ({_CLOSED}) and s.publish_until is null" if endless else "false"
    rested = (
        "r.id in (select penalty_id from entry_standing where penalty_id is not null)"
        if kind is PENALTY
        else "false"
    )
    rows = conn.execute(
        f"select r.id, {', '.join(f'r.{name}' for name in kind.key)} "  # noqa: S608
        f"from {kind.stem}_standing as s join {kind.stem}_records as r on r.rid = s.rid "
        "join batches as b on b.batch = r.batch "
        "where s.shown = 0 and (s.publish_until is null or s.publish_until < :today) "
        f"and not ({no_term}) and not ({rested}) and {_ENDED} <= :before order by r.id",
        {"today": today.isoformat(), "before": before},
    ).fetchall()
    keys = pl.DataFrame(
        [row[1:] for row in rows], schema=dict.fromkeys(kind.key, pl.String), orient="row"
    )
    return Gone(kind, [row[0] for row in rows], keys)


def remove(conn: sqlite3.Connection, gone: Gone) -> int:
    """Erase records with their history and all that was decided; return the ledger rows erased."""
    stem = gone.kind.stem
    rows = _from_batches(conn, gone)
    _decisions(conn, gone)
    absence.forget(conn, gone.ids)
    each = [(one,) for one in gone.ids]
    rid = f"(select rid from {stem}_records where id = ?)"  # noqa: S608
    conn.executemany(f"delete from {stem}_changes where rid = {rid}", each)  # noqa: S608
    conn.executemany(f"delete from {stem}_standing where rid = {rid}", each)  # noqa: S608
    conn.executemany(f"delete from {stem}_records where id = ?", each)  # noqa: S608
    if gone.kind.names_parties:
        named = " and ".join(
            f"not exists (select 1 from {kind.stem}_records as r where r.uscc = parties.uscc)"  # noqa: S608
            for kind in KINDS.values()
            if kind.names_parties
        )
        conn.execute(f"delete from parties where {named}")  # noqa: S608
    return rows


def orphaned_decisions(conn: sqlite3.Connection, before: str) -> list[int]:
    """Return the decisions up to a day about records that the registry does not hold.

    Somebody who is known to be a minor is refused without ever entering.
    """
    found = []
    for kind in KINDS.values():
        same = " and ".join(
            f"r.{name} = json_extract(u.record, '$[{n}]')" for n, name in enumerate(kind.key)
        )
        rows = conn.execute(
            "select distinct u.n from rulings as u join ledger as l on l.n = u.n "  # noqa: S608
            f"where u.schema = ? and substr(l.at, 1, 10) <= ? "
            f"and not exists (select 1 from {kind.stem}_records as r where {same})",
            (kind.schema, before),
        )
        found += [n for (n,) in rows]
    return found


def _from_batches(conn: sqlite3.Connection, gone: Gone) -> int:
    """Erase the rows of records, by their keys, from every batch that brought them."""
    batches = conn.execute(
        "select ledger_n from batches where schema = ? order by ledger_n", (gone.kind.schema,)
    ).fetchall()
    wanted = gone.keys.select(pl.struct(gone.kind.key).alias("key"))["key"].implode()

    def goes(frame: pl.DataFrame) -> pl.Series:
        return frame.select(pl.struct(gone.kind.key).is_in(wanted)).to_series()

    return sum(ledger.erase(conn, n, goes, looks_at=gone.kind.key) for (n,) in batches)


def _decisions(conn: sqlite3.Connection, gone: Gone) -> None:
    """Erase doubts about records, and what was decided about them."""
    schema = gone.kind.schema
    numbers: list[int] = []
    for name in gone.names:
        found = conn.execute(
            "select n from rulings where schema = ?1 and record = ?2 union "
            "select v.n from reviews as v join doubts as d on d.place = v.place "
            "where d.schema = ?1 and d.record = ?2",
            (schema, name),
        )
        numbers += [n for (n,) in found]
    review.forget(conn, numbers)
    conn.executemany(
        "delete from doubts where schema = ? and record = ?",
        ((schema, name) for name in gone.names),
    )
