"""The batches of the registry as a clerk or an operator sees them."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gongshi import registry
from gongshi.site import Site

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One accepted file. `release` is the first one that could show it, None before that."""

    batch: str
    agency: str
    schema: str
    file: str
    received_on: str
    rows: int
    taken: int
    refused: int
    unchanged: int
    findings: int
    approved_by: str | None
    approved_at: str | None
    override_by: str | None
    override_reason: str | None
    release: int | None

    @property
    def state(self) -> str:
        """`waiting` for approval, `approved` for the next release, or `released`."""
        if not self.approved_by:
            return "waiting"
        return "approved" if self.release is None else "released"


_COLUMNS = (
    "batch, agency, schema, file, received_on, rows, taken, refused, unchanged, findings, "
    "approved_by, approved_at, override_by, override_reason"
)
_RELEASE = (
    "(select min(release) from releases where sealed_at >= coalesce(approved_at, '9999')) "
    "as release"
)


def latest(site: Site, *, agency: str = "", before: str = "") -> list[BatchLine]:
    """Return up to `PAGE` batches, the newest first; of one agency, or of all.

    `before` is the batch after which an earlier page ended.
    """
    return _lines(
        site,
        "(? = '' or agency = ?) and (? = '' or batch < ?) order by batch desc limit ?",
        (agency, agency, before, before, PAGE),
    )


def waiting(site: Site) -> list[BatchLine]:
    """Return every batch that nobody has approved, the oldest first."""
    return _lines(site, "approved_by is null order by batch", ())


def one(site: Site, batch: str, *, agency: str = "") -> BatchLine | None:
    """Return a batch by its number; None where there is none, or it is another agency's."""
    found = _lines(site, "batch = ? and (? = '' or agency = ?)", (batch, agency, agency))
    return found[0] if found else None


def report_of(site: Site, line: BatchLine, name: str) -> Path:
    """Return where a report of a batch lies, whether it is still kept or not."""
    return site.var / "reports" / line.batch / name


def _lines(site: Site, which: str, values: tuple[object, ...]) -> list[BatchLine]:
    """Return the batches that fulfil `which`, a condition of our own."""
    if not site.registry.exists():
        return []
    with closing(registry.open_registry(site.registry)) as conn:
        conn.row_factory = sqlite3.Row
        rows = conn.execute(f"select {_COLUMNS}, {_RELEASE} from batches where {which}", values)  # noqa: S608
        return [BatchLine(**dict(row)) for row in rows]
