"""Publish: the next release, built from the registry, scanned, sealed, and put in force.

    with the registry's write transaction open and the clock applied:
    released = publish(conn, site, today=today, moves=moves, policies=policies)

`publish` ends the transaction itself, since the commit is one of its steps (see `seal`).
"""

import hashlib
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from gongshi import leak_scan
from gongshi.declarations.policy import Policies
from gongshi.errors import GongshiError, LeakError
from gongshi.publish import exports, feed_files, manifest, overridden, public_db, seal
from gongshi.publish.manifest import Previous
from gongshi.publish.public_db import Edition
from gongshi.site import Site

__all__ = ["Moves", "Released", "publish"]

_COUNTED = (
    *("added", "changed", "ended", "entries_added", "entries_ended"),
    *("licenses_added", "licenses_ended"),
)
_DISK_SIGNS = ("full", "disk I/O error", "readonly", "unable to open")


class Moves(Protocol):
    """What the clock reports: how many records became visible, changed, ended; the last event."""

    @property
    def added(self) -> int:
        """Penalties that became visible."""

    @property
    def changed(self) -> int:
        """Records that changed while visible."""

    @property
    def ended(self) -> int:
        """Penalties that ended."""

    @property
    def entries_added(self) -> int:
        """List entries that became visible."""

    @property
    def entries_ended(self) -> int:
        """List entries that ended."""

    @property
    def licenses_added(self) -> int:
        """Licences that became visible."""

    @property
    def licenses_ended(self) -> int:
        """Licences that ended."""

    @property
    def seq(self) -> int:
        """The sequence number of the last event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The release in force after a publish. `sealed` is False where nothing had changed."""

    release: int
    seq: int
    added: int
    changed: int
    ended: int
    entries_added: int
    entries_ended: int
    licenses_added: int
    licenses_ended: int
    path: Path
    sealed: bool


def publish(
    conn: sqlite3.Connection, site: Site, *, today: date, moves: Moves, policies: Policies
) -> Released:
    """Seal the next release and put it in force, or keep the one in force if nothing changed.

    `conn` is in a write transaction, in which the clock was applied for `today`; this function
    commits it, or rolls it back when it raises.

    Raises:
        LeakError: personal data stood in what would have been published.
        GongshiError: the disk is full or cannot be written.
    """
    counts = {name: getattr(moves, name) for name in _COUNTED}
    try:
        seal.repair(conn, site)
        last = _last(conn)
        edition = Edition(
            release=seal.next_number(conn, site),
            seq=moves.seq,
            day=today,
            moves=counts,
            policies=policies,
            overrides=overridden.shown(conn, today, policies.gates),
            endings=public_db.endings(conn, today, policies.site),
        )
        if last and _unchanged(conn, site, last, edition):
            conn.execute("commit")
            place = site.release(last.release)
            return Released(release=last.release, seq=moves.seq, path=place, sealed=False, **counts)
        place = _seal(conn, site, edition, last)
    except BaseException as exc:
        _undo(conn, site)
        if isinstance(exc, OSError | sqlite3.OperationalError) and _is_disk(exc):
            raise _explain(exc) from exc
        raise
    try:
        seal.put_in_force(site, edition.release)
    except OSError as exc:
        raise _late(exc, edition.release) from exc
    return Released(release=edition.release, seq=moves.seq, path=place, sealed=True, **counts)


def _last(conn: sqlite3.Connection) -> Previous | None:
    """Return the newest release that the registry knows."""
    row = conn.execute(
        "select release, manifest_sha256 from releases order by release desc limit 1"
    ).fetchone()
    return Previous(*row) if row else None


def _unchanged(conn: sqlite3.Connection, site: Site, last: Previous, edition: Edition) -> bool:
    """Return whether the release in force holds every event and is as it would be made today."""
    (seq,) = conn.execute("select seq from releases where release = ?", (last.release,)).fetchone()
    return (
        seq == edition.seq
        and site.current_release() == last.release
        and manifest.is_current(site.release(last.release), edition, sha256=last.manifest_sha256)
    )


def _seal(conn: sqlite3.Connection, site: Site, edition: Edition, last: Previous | None) -> Path:
    """Build, scan and seal `edition`, and commit; return its folder."""
    draft = seal.draft(site, edition.release)
    counts = public_db.build(conn, draft / "public.db", edition)
    with closing(sqlite3.connect(f"file:{draft}/public.db?immutable=1", uri=True)) as public:
        day = edition.day
        rows = exports.write(
            public, draft / "downloads", release=edition.release, day=day.isoformat()
        )
        base_url = edition.policies.site.base_url.rstrip("/")
        feed_files.write(public, draft / "feeds", day=day, base_url=base_url)
    if hits := leak_scan.scan_tree(draft, leak_scan.of_site(conn, site) or leak_scan.NOTHING):
        raise _leak(hits, draft)
    listed = {f"downloads/{name}": number for name, number in rows.items()}
    data = manifest.make(draft, edition, previous=last, rows=listed)
    (draft / manifest.NAME).write_bytes(data)
    place = seal.set_aside(site, draft, edition.release)
    _enter(conn, edition, counts, hashlib.sha256(data).hexdigest())
    conn.execute("commit")
    return place


def _enter(
    conn: sqlite3.Connection, edition: Edition, counts: dict[str, int], manifest_sha256: str
) -> None:
    """Enter the release into the registry."""
    row = {
        "release": edition.release,
        "seq": edition.seq,
        "day": edition.day.isoformat(),
        "sealed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "manifest_sha256": manifest_sha256,
        "penalties": counts["penalties"],
        "entries": counts["list_entries"],
        "licenses": counts["licenses"],
        **edition.moves,
    }
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    conn.execute(f"insert into releases ({names}) values ({marks})", row)  # noqa: S608


def _undo(conn: sqlite3.Connection, site: Site) -> None:
    """Roll back, and remove what was built; what cannot be removed now, the next publish will."""
    if conn.in_transaction:
        conn.execute("rollback")
    with suppress(OSError, sqlite3.Error):
        seal.remove_orphans(conn, site)


def _leak(hits: list[leak_scan.Hit], folder: Path) -> LeakError:
    """Return the error that says where personal data was found, never what it was."""
    rows_first = sorted(hits, key=lambda hit: "row " not in hit.where)
    places = [str(hit).replace(f"{folder}/", "") for hit in rows_first[:20]]
    return LeakError(
        f"待发布内容中发现个人信息 {len(hits)} 处,未发布任何内容:\n" + "\n".join(places),
        f"personal data found in {len(hits)} places of the release; nothing was published",
        todo="请在脱敏规则中补上这一类内容,重新导入相应批次后再发布。",
    )


def _is_disk(exc: OSError | sqlite3.OperationalError) -> bool:
    """Return whether an error comes from the disk, not from a mistake of this program."""
    return isinstance(exc, OSError) or any(sign in str(exc) for sign in _DISK_SIGNS)


def _explain(exc: OSError | sqlite3.OperationalError) -> GongshiError:
    """Return the error for a disk that is full or cannot be written."""
    return GongshiError(
        f"发布时写入失败,已全部撤销,仍由上一期提供服务:{exc}",
        f"publishing failed while writing and was undone; the release before stays: {exc}",
        todo="请检查磁盘空间和 build/、var/ 的写权限后重试。",
    )


def _late(exc: OSError, release: int) -> GongshiError:
    """Return the error for a release that was sealed but could not be put in force."""
    return GongshiError(
        f"第 {release} 期已封存,但未能切换上线:{exc}",
        f"release {release} is sealed, but could not be put in force: {exc}",
        todo="请检查 build/ 的写权限和磁盘空间,再运行 gongshi publish,它会接着完成。",
    )
