"""A policy of redaction that has become stricter, put over what came in before it.

A batch remembers the policy under which its texts were redacted. Where the policy of today hides
more, the records that still stand as that batch brought them are redacted again and enter as a
batch of their own, as if their agency had delivered them again: a version of each record, in the
ledger, told to platforms. A batch that was found to need nothing is not looked at again under the
same policy. Where natural persons are not published at all any more, the clock hides them.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from gongshi import ledger, records
from gongshi.declarations.redaction_policy import RedactionPolicy
from gongshi.deidentify.again import redact_again
from gongshi.formats import uscc
from gongshi.models import ROW, SHEET
from gongshi.packed import packed_whole
from gongshi.records import Kind
from gongshi.registry import RESTATED, Batch, new_batch_id, now

BY = "自动(脱敏规则变更)"
"""Who approved a batch that a stricter policy made."""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A batch that came under another policy; `law` is that policy, None where nobody knows."""

    batch: str
    agency: str
    kind: Kind
    law: RedactionPolicy | None


def remember(conn: sqlite3.Connection, policy: RedactionPolicy) -> str:
    """Keep a policy, and return the mark by which batches know it."""
    text = json.dumps(policy.as_json(), ensure_ascii=False, sort_keys=True)
    mark = hashlib.sha256(text.encode()).hexdigest()
    conn.execute(
        "insert or ignore into redaction_policies (mark, policy) values (?, ?)", (mark, text)
    )
    return mark


def tighten(conn: sqlite3.Connection, policy: RedactionPolicy, today: date) -> int:
    """Redact again what `policy` hides and an earlier one showed; return how many records.

    Runs inside the open transaction, before the clock.
    """
    mark = remember(conn, policy)
    found: dict[tuple[str, str], list[pl.DataFrame]] = {}
    for earlier in _unlike(conn, mark):
        if _is_laxer(conn, earlier, policy):
            changed = found.setdefault((earlier.agency, earlier.kind.schema), [])
            schema, agency = earlier.kind.schema, earlier.agency
            changed += (
                redact_again(frame, schema, policy, agency=agency)
                for frame in _decisions(conn, earlier)
            )
        conn.execute("insert or replace into redaction_looked values (?, ?)", (earlier.batch, mark))
    return sum(
        _enter(conn, pl.concat(frames), _batch(conn, agency, schema, mark, today))
        for (agency, schema), frames in found.items()
        if frames
    )


def _unlike(conn: sqlite3.Connection, mark: str) -> list[_Earlier]:
    """Return the released batches of another policy that were not looked at under this one."""
    rows = conn.execute(
        "select b.batch, b.agency, b.schema, p.policy from batches as b "
        "left join redaction_policies as p on p.mark = b.redaction "
        "left join redaction_looked as s on s.batch = b.batch and s.mark = :mark "
        "where b.approved_at is not null and b.redaction is not :mark and s.batch is null "
        "order by b.batch",
        {"mark": mark},
    ).fetchall()
    return [
        _Earlier(
            batch, agency, records.KINDS[schema], law and RedactionPolicy.from_json(json.loads(law))
        )
        for batch, agency, schema, law in rows
        if schema in records.KINDS
    ]


def _is_laxer(conn: sqlite3.Connection, earlier: _Earlier, policy: RedactionPolicy) -> bool:
    """Say whether records of a batch may show what `policy` hides."""
    if earlier.law is None:
        return True
    stem, agency, law = earlier.kind.stem, earlier.agency, earlier.law
    codes = conn.execute(
        f"select distinct authority_code from {stem}_records where batch = ?",  # noqa: S608
        (earlier.batch,),
    )
    areas = {uscc.area(code) for (code,) in codes}
    return any(
        law.row_for(agency, area).shows_more_than(policy.row_for(agency, area)) for area in areas
    )


def _decisions(conn: sqlite3.Connection, earlier: _Earlier) -> Iterator[pl.DataFrame]:
    """Yield the records that stand as a batch brought them, in pieces that divide no decision.

    What a person refused stays as it is: it is not shown, and the refusal speaks of its very text.
    """
    kind = earlier.kind
    whole = {name for name in kind.content if name.endswith("_fen")} | {"redactions"}
    types = {name: pl.Int64 if name in whole else pl.String for name in kind.content}
    cursor = conn.execute(
        f"select {', '.join(f'r.{name}' for name in kind.content)} "  # noqa: S608
        f"from {kind.stem}_records as r join {kind.stem}_standing as s on s.rid = r.rid "
        "where r.batch = ? and s.refused = 0 order by r.authority_code, r.doc_no_key, r.rid",
        (earlier.batch,),
    )
    at = [kind.content.index(name) for name in ("authority_code", "doc_no_key")]
    held: list[tuple[object, ...]] = []
    while rows := cursor.fetchmany(ledger.CHUNK):
        held += rows
        last = [held[-1][n] for n in at]
        cut = next((n for n in range(len(held), 0, -1) if [held[n - 1][i] for i in at] != last), 0)
        if cut:
            yield pl.DataFrame(held[:cut], schema=types, orient="row")
        held = held[cut:]
    if held:
        yield pl.DataFrame(held, schema=types, orient="row")


def _batch(conn: sqlite3.Connection, agency: str, schema: str, mark: str, today: date) -> Batch:
    """Return the batch under which records of an agency enter again."""
    name = new_batch_id(conn, today)
    return Batch(
        batch=name,
        agency=agency,
        schema=schema,
        file=RESTATED,
        file_sha256=hashlib.sha256(f"{mark}\n{name}".encode()).hexdigest(),
        received_at=now(),
        received_on=today.isoformat(),
        approved_by=BY,
        redaction=mark,
    )


def _enter(conn: sqlite3.Connection, frame: pl.DataFrame, batch: Batch) -> int:
    """Enter records that were redacted again; return how many."""
    if frame.is_empty():
        return 0
    placed = frame.select(
        pl.lit("").alias(SHEET), pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW), pl.all()
    )
    records.enter(conn, records.KINDS[batch.schema], packed_whole(placed), batch)
    return frame.height
