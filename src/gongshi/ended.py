"""The list of what ended: beside the registry, so that an old backup brings back nothing.

`publish` writes `var/ended.json`: the public events, the events on decisions and the reviews of as
many days as a backup may be old, under the hashes of the ledger. A restored registry is led up to
it: lost numbers of the sequence are filled with what they meant, what happened to decisions happens
again, and what had come down for a reason that is lost is held until a person resumes it.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from gongshi import events, ledger, records, review
from gongshi.calendar import add_months
from gongshi.clock.run import ENDED
from gongshi.clock.verdicts import CLOSED, SHOW_AGAIN
from gongshi.declarations.policy import Retention
from gongshi.errors import RegistryError
from gongshi.registry import now
from gongshi.review import Verdict
from gongshi.site import Site, write_atomically

NAME = "ended.json"
RESTORED = "restored"
"""The kind of the ledger entry by which a restored registry was led up to its list."""
_PORTION = 10_000
HELD = "恢复备份前已撤下,撤下的缘由未随备份保存;核对后可恢复公示"
_TAIL = {
    "id": pl.String,
    "seq": pl.Int64,
    "op": pl.String,
    "type": pl.String,
    "at": pl.String,
    "reason": pl.String,
    "basis": pl.String,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a list holds; `hashes` are those of the ledger by number, `told` its later entries."""

    day: str
    release: Mapping[str, Any] | None
    hashes: Mapping[str, str]
    events: list[list[Any]]
    told: list[list[Any]]


def write(conn: sqlite3.Connection, site: Site, retention: Retention, today: date) -> None:
    """Write the list as of the release that was just sealed, where it says something new.

    Raises:
        RegistryError: the disk is full or may not be written; the release is in force.
    """
    since = _since(retention, today)
    (first,) = conn.execute(
        "select coalesce(max(n), 0) from days where day < ?", (since,)
    ).fetchone()
    file = site.var / NAME
    try:
        if not _holds(file, _text(conn, first, today)):
            write_atomically(file, _text(conn, first, today))
            file.chmod(0o600)
    except OSError as exc:
        raise RegistryError(
            f"发布已生效,但撤下清单 {file} 未能写入:{exc.strerror}。",
            f"The release is in force, but the list of endings {file} could not be written.",
            todo="请检查磁盘空间和 var/ 的权限后再运行 gongshi publish。",
        ) from exc


def _holds(file: Path, text: Iterator[bytes]) -> bool:
    """Say whether `file` is `text`; the first difference decides."""
    if not file.exists():
        return False
    with file.open("rb") as old:
        return all(old.read(len(piece)) == piece for piece in text) and not old.read(1)


def _text(conn: sqlite3.Connection, first: int, today: date) -> Iterator[bytes]:
    """Yield the list since entry `first` of the ledger, as JSON with sorted keys.

    The events are as many as everything that was ever shown: they pass in portions.
    """
    digest = hashlib.sha256()
    yield b'{"ended": '
    for piece in _fields(conn, first, today):
        digest.update(piece)
        yield piece
    yield b', "sha256": "%b"}' % digest.hexdigest().encode()


def _fields(conn: sqlite3.Connection, first: int, today: date) -> Iterator[bytes]:
    """Yield the fields of `Ended` as one JSON object."""
    hashes = conn.execute("select n, hex(hash) from ledger where n >= ?", (first,))
    later = conn.execute(
        "select n, kind, at from ledger where n > ? and kind in ('event', 'review') order by n",
        (first,),
    ).fetchall()
    told = ([n, kind, at, ledger.entry(conn, n).header] for n, kind, at in later)
    cursor = conn.execute("select * from releases order by release desc limit 1")
    names, row = [each[0] for each in cursor.description], cursor.fetchone()
    yield b'{"day": %b, "events": [' % _json(today.isoformat())
    yield from _events(conn, first)
    yield b'], "hashes": %b' % _json({str(n): digest for n, digest in hashes})
    yield b', "release": %b' % _json(dict(zip(names, row, strict=True)) if row else None)
    yield b', "told": %b}' % _json([line for line in told if line[3] is not None])


def _events(conn: sqlite3.Connection, first: int) -> Iterator[bytes]:
    """Yield the public events since a day's entry, divided by commas."""
    cursor = conn.execute(
        "select id, seq, op, type, at, reason, basis from events where seq > "
        "coalesce((select seq from days where n = ?), 0) order by seq",
        (first,),
    )
    comma = b""
    while rows := cursor.fetchmany(_PORTION):
        yield comma + _json(rows)[1:-1]
        comma = b", "


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def read(file: Path) -> Ended:
    """Return the list in `file`.

    Raises:
        RegistryError: it is not one, or was changed.
    """
    try:
        sealed = json.loads(file.read_bytes())
        text = json.dumps(sealed["ended"], ensure_ascii=False, sort_keys=True)
        whole = hashlib.sha256(text.encode()).hexdigest() == sealed["sha256"]
        ended = Ended(**sealed["ended"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise _unusable(file) from exc
    if not whole:
        raise _unusable(file)
    return ended


def rejoin(conn: sqlite3.Connection, ended: Ended) -> int:
    """Lead a restored registry up to a list; return how many numbers of the sequence were lost.

    Runs inside the open transaction. A list that is older than the registry changes nothing.

    Raises:
        RegistryError: the registry is of another history, or older than the list reaches.
    """
    n, head = ledger.head(conn)
    newest = max(map(int, ended.hashes), default=0)
    if n > newest:
        return 0
    if n and ended.hashes.get(str(n)) != head.hex().upper():
        raise RegistryError(
            "备份早于撤下清单所及的日子,或者不是同一个登记库的备份,没有恢复。",
            "The backup is older than the list of endings reaches, or of another registry.",
            todo="请换一个较新的备份;超过保存期限的备份不能再用。",
        )
    for at_n, kind, at, header in ended.told:
        if at_n > n:
            _tell_again(conn, kind, at, header)
    (last,) = conn.execute("select coalesce(max(seq), 0) from events").fetchone()
    tail = [line for line in ended.events if line[1] > last]
    if not tail and n == newest:
        return 0
    rows = [*tail, *_lost(conn, tail, ended.day)]
    header = {"day": ended.day, "release": ended.release}
    frame = pl.DataFrame(rows, schema=_TAIL, orient="row")
    piece = ledger.Rows(frame, ledger.content_hashes(frame.drop(ledger.ID)))
    entry = ledger.append(conn, RESTORED, lambda: header, [piece], at=now())
    project(conn, entry, header, frame)
    if ended.release:
        conn.execute("delete from releases where release = ?", (ended.release["release"],))
        records.insert_row(conn, "releases", ended.release)
    return len(tail)


def project(
    conn: sqlite3.Connection, n: int, header: Mapping[str, Any], frame: pl.DataFrame
) -> None:
    """Fill the lost part of the sequence, and have each record stand as it was last told."""
    rows = frame.sort("seq").rows(named=True)
    conn.executemany(
        "insert into events (id, seq, op, type, at, reason, basis) values (?, ?, ?, ?, ?, ?, ?)",
        [tuple(row[name] for name in _TAIL) for row in rows],
    )
    last = {row["id"]: row["seq"] for row in rows}
    for row in rows:
        _stand(conn, row, is_last=last[row["id"]] == row["seq"])
    (seq,) = conn.execute("select coalesce(max(seq), 0) from events").fetchone()
    conn.execute(
        "insert into days (n, day, fingerprint, seq) values (?, ?, '', ?)", (n, header["day"], seq)
    )


def _since(retention: Retention, today: date) -> str:
    """Return the first day that the list must reach back to: that of the oldest backup."""
    row = retention.row("backups")
    if row is None or (row.days is None and row.months is None):
        return ""
    start = add_months(today, -row.months) if row.months is not None else today
    return (start - timedelta(days=(row.days or 0) + 1)).isoformat()


def _tell_again(conn: sqlite3.Connection, kind: str, at: str, header: Mapping[str, Any]) -> None:
    """Let what happened after the backup happen again, where its record came before it."""
    if kind == "event":
        event = events.from_header(header)
        if events.why_not(conn, event) is None:
            events.apply_event(conn, event, at=at)
        return
    if _gives_way(conn, header):
        n = ledger.append(conn, kind, lambda: header, at=at)
        review.project(conn, n, header)


_STRICTNESS = {str(each): n for n, each in enumerate((Verdict.KEEP, Verdict.MASK, Verdict.REFUSE))}


def _gives_way(conn: sqlite3.Connection, header: Mapping[str, Any]) -> bool:
    """Say whether no decision about the same places is as strict.

    A place is decided twice where the first decision was erased with its record and the place came
    again; the backup still holds the first. The stricter of the two stands.
    """
    marks = ", ".join("?" * len(header["places"]))
    earlier = conn.execute(
        f"select decision from reviews where place in ({marks})",  # noqa: S608
        header["places"],
    ).fetchall()
    return all(_STRICTNESS[decision] < _STRICTNESS[header["decision"]] for (decision,) in earlier)


def _lost(conn: sqlite3.Connection, tail: list[list[Any]], day: str) -> list[list[Any]]:
    """Return the endings of records that were public and that the backup does not hold."""
    last = {line[0]: line for line in tail}
    (seq,) = (max((line[1] for line in tail), default=0),)
    gone = []
    for name, line in sorted(last.items()):
        stem = records.OF_TYPE[line[3]].stem
        known = conn.execute(f"select 1 from {stem}_records where id = ?", (name,)).fetchone()  # noqa: S608
        if line[2] != "DEL" and not known:
            seq += 1
            gone.append([name, seq, "DEL", line[3], day, ENDED, None])
    return gone


def _stand(conn: sqlite3.Connection, row: Mapping[str, Any], *, is_last: bool) -> None:
    """Have one record stand as an event of the lost part says, the last one of it above all."""
    kind = records.OF_TYPE[row["type"]]
    stem = kind.stem
    own = f"rid = (select rid from {stem}_records where id = :id)"  # noqa: S608
    conn.execute("delete from tombstones where id = :id", row)
    if row["op"] == "ADD":
        conn.execute(
            f"update {stem}_standing set add_seq = :seq, "  # noqa: S608
            f"published_on = coalesce(published_on, :at) where {own}",
            row,
        )
    if not is_last:
        return
    if row["op"] == "DEL":
        _end(conn, kind, own, row)
        _bury(conn, row)
        return
    conn.execute(
        f"update {stem}_standing set shown = 1, seq = :seq, state = '{kind.open_state}', "  # noqa: S608
        f"ended_on = null, end_reason = null, end_basis = null, dirty = {SHOW_AGAIN} where {own}",
        row,
    )


def _end(conn: sqlite3.Connection, kind: records.Kind, own: str, row: Mapping[str, Any]) -> None:
    """Take a record down; what ended for a reason that is lost is held until somebody looks."""
    told = row["reason"] not in (None, ENDED)
    stem = kind.stem
    held = "removed" if kind is records.ENTRY and not told else kind.held_state
    values = {**row, "reason": row["reason"] if told else HELD}
    closed = ", ".join(f"'{state}'" for state in sorted(CLOSED))
    over = f"case when publish_until < :at then 'expired' else '{held}' end"
    conn.execute(
        f"update {stem}_standing set state = {over}, end_reason = :reason, end_basis = :basis, "  # noqa: S608
        f"ended_on = :at where {own} and state not in ({closed}) and refused = 0",
        values,
    )
    conn.execute(
        f"update {stem}_standing set shown = 0, seq = :seq, shown_version = null, dirty = 1, "  # noqa: S608
        f"state = case when refused then 'not_publishable' else state end where {own}",
        row,
    )


def _bury(conn: sqlite3.Connection, row: Mapping[str, Any]) -> None:
    """Set the notice of an ending; of which decision, stands where the law wants it told."""
    kind = records.OF_TYPE[row["type"]]
    told = (None, None)
    if row["reason"] not in (None, ENDED):
        found = conn.execute(
            f"select authority, {kind.number} from {kind.stem}_records where id = ?",  # noqa: S608
            (row["id"],),
        ).fetchone()
        told = found or told
    conn.execute(
        "insert into tombstones (id, type, ended_on, reason, basis, authority, doc_no, seq) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        (row["id"], row["type"], row["at"], row["reason"], row["basis"], *told, row["seq"]),
    )


def _unusable(file: Path) -> RegistryError:
    """Return the error for a list that cannot be used."""
    return RegistryError(
        f"{file} 不是完好的撤下清单。",
        f"{file} is not a sound list of endings.",
        todo="请从登记库所在目录或另存之处取回 ended.json。",
    )
