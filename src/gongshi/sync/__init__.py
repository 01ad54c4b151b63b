"""Sync: what a credit platform has not acknowledged goes to it, in order, until it has.

A platform's outbox is a cursor into the sequence of the release in force. A delivery is a run of
delta lines from the cursor on; the cursor moves only when a 2xx acknowledged them, and a receipt
is kept of every outcome. A cut between the two sends the same lines again, under the same
idempotency key while the release is the same; lines carry sequence numbers, so that a platform
that applies only higher ones is never wrong.

Each platform has its own worker, so that a slow one delays no other; only this thread touches
databases.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from gongshi import deltas
from gongshi.declarations.platform import PlatformSpec
from gongshi.deltas import Line, Wanted
from gongshi.errors import UsageError
from gongshi.registry import now, transaction
from gongshi.site import Site
from gongshi.sync.sender import Answer, Delivery, send

__all__ = ["deliver", "status"]

_KEPT_ANSWER = 500
"""Characters of an answer that a receipt keeps."""


@dataclass(slots=True)
class _Course:
    """One platform's way through this run; counts are of delta lines."""

    spec: PlatformSpec
    sent: int = 0
    acknowledged: int = 0
    failed: int = 0
    error: str = ""
    delivery: Delivery | None = None
    lines: tuple[Line, ...] = field(default=(), repr=False)


def deliver(
    conn: sqlite3.Connection,
    site: Site,
    platforms: Iterable[PlatformSpec],
    *,
    environ: Mapping[str, str] = os.environ,
) -> list[dict[str, Any]]:
    """Deliver to each of `platforms` until nothing is left or it fails; return a row for each.

    A row is `{"platform", "sent", "acknowledged", "pending", "failed", "error"}`: numbers of
    changes sent and acknowledged in this run, still to be delivered, and sent without being
    acknowledged, with what the platform answered to these.

    Raises:
        UsageError: nothing was published yet.
    """
    courses = [_Course(spec) for spec in platforms]
    with ThreadPoolExecutor(max_workers=max(1, len(courses))) as workers:
        jobs: dict[Future[Answer], _Course] = {}
        waiting = courses
        while waiting or jobs:
            for course in waiting:
                if _load(conn, site, course) and course.delivery:
                    jobs[workers.submit(send, course.spec, course.delivery, environ)] = course
            done, _ = wait(jobs, return_when=FIRST_COMPLETED)
            finished = [(jobs.pop(job), job.result()) for job in done]
            waiting = [course for course, answer in finished if _record(conn, course, answer)]
    return [_row(conn, site, course) for course in courses]


def status(
    conn: sqlite3.Connection, site: Site, platforms: Iterable[PlatformSpec]
) -> list[dict[str, Any]]:
    """Return the rows of `deliver` without delivering; `failed` says what the last try left.

    Raises:
        UsageError: nothing was published yet.
    """
    rows = []
    for spec in platforms:
        row = _row(conn, site, _Course(spec))
        last = conn.execute(
            "select ok, answer from receipts where platform = ? order by receipt_id desc limit 1",
            (spec.code,),
        ).fetchone()
        if last and not last[0]:
            row |= {"failed": row["pending"], "error": last[1]}
        rows.append(row)
    return rows


def _load(conn: sqlite3.Connection, site: Site, course: _Course) -> bool:
    """Put the next delivery into `course`; return False where nothing is left to deliver."""
    spec = course.spec
    since = _cursor(conn, spec.code)
    with _in_force(site) as public:
        delta = deltas.changes(public, since=since, limit=spec.batch, wanted=_wanted(spec))
        release = deltas.release(public)
    if not delta.lines:
        with transaction(conn):
            _advance(conn, spec.code, delta.to)
        return False
    content = {
        "platform": spec.code,
        "release": release,
        "since": since,
        "to": delta.to,
        "changes": delta.lines,
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    course.delivery = Delivery(hashlib.sha256(body).hexdigest()[:32], body, since, delta.to)
    course.lines = delta.lines
    course.sent += len(delta.lines)
    return True


def _record(conn: sqlite3.Connection, course: _Course, answer: Answer) -> bool:
    """Keep a receipt and move the cursor; return whether to go on with this platform."""
    delivery = course.delivery
    if delivery is None:
        return False
    reached = answer.acknowledged
    with transaction(conn):
        conn.execute(
            "insert into receipts (platform, delivery_id, from_seq, to_seq, sent_at, status, "
            "answer, ok) values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                course.spec.code,
                delivery.key,
                delivery.since,
                delivery.to,
                now(),
                answer.status,
                answer.text[:_KEPT_ANSWER],
                int(reached is not None),
            ),
        )
        if reached is not None:
            _advance(conn, course.spec.code, reached)
    taken = sum(line["seq"] <= (reached or 0) for line in course.lines)
    course.acknowledged += taken
    if reached is None:
        course.failed += len(course.lines)
        course.error = answer.text[:_KEPT_ANSWER] or f"HTTP {answer.status}"
    else:
        course.sent -= len(course.lines) - taken  # the rest is sent again, and counted then
    return reached is not None


def _advance(conn: sqlite3.Connection, platform: str, seq: int) -> None:
    """Move a platform's cursor to `seq`, never back."""
    conn.execute(
        "insert into platform_cursors (platform, acknowledged, updated_at) values (?, ?, ?) "
        "on conflict (platform) do update set acknowledged = excluded.acknowledged, "
        "updated_at = excluded.updated_at where excluded.acknowledged > acknowledged",
        (platform, seq, now()),
    )


def _row(conn: sqlite3.Connection, site: Site, course: _Course) -> dict[str, Any]:
    """Return the row of one platform."""
    since = _cursor(conn, course.spec.code)
    with _in_force(site) as public:
        left = deltas.pending(public, since=since, wanted=_wanted(course.spec))
    return {
        "platform": course.spec.code,
        "sent": course.sent,
        "acknowledged": course.acknowledged,
        "pending": left,
        "failed": course.failed,
        "error": course.error,
    }


def _cursor(conn: sqlite3.Connection, platform: str) -> int:
    """Return the sequence number up to which a platform acknowledged everything."""
    row = conn.execute(
        "select acknowledged from platform_cursors where platform = ?", (platform,)
    ).fetchone()
    return int(row[0]) if row else 0


def _wanted(spec: PlatformSpec) -> Wanted:
    """Return which records a platform gets."""
    lists = None if spec.lists == "all" else frozenset(spec.lists)
    return Wanted(penalties=spec.penalties, lists=lists, licenses=spec.licenses)


@contextmanager
def _in_force(site: Site) -> Iterator[sqlite3.Connection]:
    """Open the public database of the release in force, for one short reading.

    Raises:
        UsageError: nothing was published yet.
    """
    with closing(_open(site)) as public:
        yield public


def _open(site: Site) -> sqlite3.Connection:
    """Return a connection to the release in force; one replaced meanwhile is looked up again."""
    while (number := site.current_release()) is not None:
        address = f"{(site.release(number) / 'public.db').resolve().as_uri()}?immutable=1"
        try:
            return sqlite3.connect(address, uri=True)
        except sqlite3.OperationalError:
            if site.current_release() == number:
                raise
    raise UsageError(
        "还没有发布过,没有可送达的内容。",
        "Nothing was published yet, so there is nothing to deliver.",
        todo="请先运行 gongshi publish。",
    )
