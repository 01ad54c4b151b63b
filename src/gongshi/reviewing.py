"""The review of a site: its queue with or without originals, decisions, and what expires."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from gongshi import approval, keys, registry, review
from gongshi.declarations.policy import Approval, load_policies
from gongshi.errors import UsageError
from gongshi.inbox import Inbox
from gongshi.models import Original
from gongshi.review import Decision, Item
from gongshi.site import Site


def listed(site: Site, batch: str = "", *, decided: bool = False) -> list[Item]:
    """Return the open doubts of a batch or of all; the decided ones too where asked.

    Raises:
        UsageError: no such batch.
    """
    with registry.reading(site.registry) as conn:
        if batch and not (conn and _exists(conn, batch)):
            raise UsageError(f"没有批次 {batch}。", f"There is no batch {batch}.")
        return review.listed(conn, batch, decided=decided) if conn else []


def open_counts(site: Site, batch: str = "") -> Mapping[str, int]:
    """Return the number of open doubts of each batch that has some, or of one."""
    with registry.reading(site.registry) as conn:
        return review.open_counts(conn, batch) if conn else {}


def originals(site: Site, items: Sequence[Item]) -> Mapping[str, Original]:
    """Return by place the original cells of doubts that are still kept.

    Raises:
        RegistryError: the key is another, or a file is damaged.
    """
    inbox = _inbox(site)
    found: dict[str, Original] = {}
    for batch in sorted({item.batch for item in items}):
        found |= inbox.cells(batch)
    return found


def decide(site: Site, names: Sequence[str], decision: Decision) -> list[Item]:
    """Enter one decision about some doubts, all or none; return them as decided.

    Raises:
        UsageError: one of them is not known, was decided, or the decision does not fit it.
    """
    policy = load_policies(site.schemas).approval
    inbox = _inbox(site)
    with closing(registry.open_registry(site.registry)) as conn:
        registry.check_day(conn, decision.on_day)
        with registry.transaction(conn):
            done = []
            for name in names:
                cell = _original(inbox, review.find(conn, name), decision)
                done.append(
                    review.decide(conn, name, decision, original=cell, four_eyes=policy.four_eyes)
                )
            _release(conn, policy, {item.batch for item in done})
        review.settle(conn, inbox)
    return done


def expire(site: Site, *, today: date) -> list[str]:
    """Erase originals whose term has run or that nobody needs; return their batches."""
    retention = load_policies(site.schemas).retention
    with closing(registry.open_registry(site.registry)) as conn:
        return review.sweep(conn, _inbox(site), retention, today)


def extract(site: Site, batch: str, to: Path) -> None:
    """Write the agency's file of a batch to `to`, which must not exist, with mode 0600.

    Raises:
        UsageError: it is not kept any more, or there is something at `to`.
        RegistryError: the key is another, or the file is damaged.
    """
    pieces = _inbox(site).file(batch)
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        raise UsageError(
            f"不能写 {to}:{exc.strerror}。", f"Cannot write {to}.", todo="请换一个文件名。"
        ) from exc
    try:
        with os.fdopen(handle, "wb") as out:
            out.writelines(pieces)
    except BaseException:
        to.unlink()
        raise


def _inbox(site: Site) -> Inbox:
    return Inbox(site.inbox, keys.load(site.var))


def _exists(conn: sqlite3.Connection, batch: str) -> bool:
    return bool(conn.execute("select 1 from batches where batch = ?", (batch,)).fetchone())


def _original(inbox: Inbox, item: Item, decision: Decision) -> Original | None:
    """Return the original cell of a doubt, where a decision needs it and it is kept."""
    if decision.verdict is not review.Verdict.KEEP:
        return None
    return inbox.cells(item.batch).get(item.doubt.place)


def _release(conn: sqlite3.Connection, policy: Approval, batches: set[str]) -> None:
    """Release the batches that waited for their doubts alone."""
    for batch in sorted(batches):
        (agency,) = conn.execute("select agency from batches where batch = ?", (batch,)).fetchone()
        waited = policy.holds_doubts and policy.is_automatic(agency)
        if waited and review.waits(conn, batch) and not review.open_count(conn, batch):
            approval.approve(conn, batch, by=approval.AUTOMATIC, four_eyes=policy.four_eyes)
