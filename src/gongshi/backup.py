"""A backup: one archive with the registry as of one moment, and the declarations; never the key.

The registry is copied by SQLite's online backup, so that ingest and publish may go on. A restored
registry is led up to the list of what ended since ([ended]): going back behind what platforms have
already copied would show what was withdrawn, and give old numbers a second meaning.
"""

import hashlib
import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from gongshi import ended as endings
from gongshi import ledger
from gongshi.declarations.policy import Retention
from gongshi.errors import RegistryError, UsageError
from gongshi.rebuild import rebuild
from gongshi.registry import now, open_registry, transaction
from gongshi.retention import has_run
from gongshi.scratch import scratch
from gongshi.site import CONTENT, Site, sync_folder, write_atomically

REGISTRY = "registry.db"
MANIFEST = "backup.json"
NOTES = "backups.json"
"""In `var/`: where backups were put, so that they go when their term has run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did.

    Whether a list of endings was at hand, of which day, how many numbers of the sequence had been
    given since, and which batches had come, as far as their reports tell. `left_out` are the
    entries of the backup's ledger after the point asked for: number, kind, and what about.
    """

    listed: bool
    as_of: str | None
    lost: int
    batches: tuple[str, ...]
    left_out: tuple[tuple[int, str, str], ...] = ()


def backup(site: Site, file: Path, *, today: date) -> Path:
    """Write a backup of a site to `file` and return its path.

    It is noted where, before it is written, and `remove_old` erases it in time.

    Raises:
        UsageError: `file` exists.
        RegistryError: the registry cannot be read.
    """
    if file.exists():
        raise UsageError(f"{file} 已存在。", f"{file} exists.", todo="请换一个文件名。")
    made_at = now()
    _note(site, [*_noted(site), [str(file.resolve()), made_at, today.isoformat()]])
    with scratch(site.var) as folder:
        copy = folder / REGISTRY
        _copy_registry(site.registry, copy)
        draft = file.with_name(f".{file.name}.tmp")
        with tarfile.open(draft, "w:gz", compresslevel=1) as archive:
            manifest = {"made_at": made_at, "registry_sha256": _sha256(copy)}
            _add_bytes(archive, MANIFEST, json.dumps(manifest).encode())
            archive.add(copy, REGISTRY)
            for name in CONTENT:
                if (site.root / name).exists():
                    archive.add(site.root / name, name, filter=_plain)
    draft.chmod(0o600)
    draft.replace(file)
    sync_folder(file.resolve().parent)
    return file


def restore(
    site: Site, file: Path, *, ended: Path | None = None, to: int | None = None
) -> Restored:
    """Bring the registry of a backup into a site that has none. Declarations stay in the archive.

    With `to` it stands as after that entry of its ledger. Either way it is led up to the list of
    what ended since: `ended`, or the one that lies in the site.

    Raises:
        UsageError: the site has a registry, or releases and no such list; no such entry.
        RegistryError: the archive is not a sound backup, or does not fit the list.
    """
    own = site.var / endings.NAME
    told = ended or (own if own.exists() else None)
    if site.registry.exists() or (site.current_release() is not None and told is None):
        raise UsageError(
            "站点已有登记库,或已发布过而没有撤下清单(var/ended.json),不能恢复到这里。",
            "The site has a registry, or releases without a list of endings: nothing was restored.",
            todo="请用 gongshi new 新建站点,再恢复到新站点;有撤下清单的,用 --ended 指明。",
        )
    known = endings.read(told) if told else None
    with scratch(site.var) as folder:
        copy = folder / REGISTRY
        _unpack(file, copy)
        left_out = _cut(copy, to) if to is not None else ()
        with closing(open_registry(copy)) as conn:
            with transaction(conn):
                lost = endings.rejoin(conn, known) if known else 0
            batches = _forget_reports(conn, site)
        copy.replace(site.registry)
    sync_folder(site.var)
    return Restored(
        listed=known is not None,
        as_of=known.day if known else None,
        lost=lost,
        batches=batches,
        left_out=left_out,
    )


def _cut(copy: Path, to: int) -> tuple[tuple[int, str, str], ...]:
    """Make a registry as it stood after an entry of its ledger; return the later entries.

    Raises:
        UsageError: there is no such entry.
    """
    earlier = copy.with_name(f"earlier-{REGISTRY}")
    with closing(open_registry(copy)) as conn:
        entries = [_named(entry) for entry in ledger.entries(conn)]
        if not 0 < to <= len(entries):
            latest = "\n".join(f"    第 {n} 条 {kind} {name}" for n, kind, name in entries[-12:])
            raise UsageError(
                f"备份的账本有第 1 至第 {len(entries)} 条,没有第 {to} 条。最近的是:\n{latest}",
                f"The ledger of the backup has entries 1 to {len(entries)}, not {to}.",
                todo="请写恢复后应为最后一条的条数,例如出错那一批的前一条。",
            )
        rebuild(conn, earlier, to=to)
        marks = conn.execute("select name, value from settings where name = 'key'").fetchall()
    with closing(open_registry(earlier)) as conn, transaction(conn):
        conn.executemany("insert into settings (name, value) values (?, ?)", marks)
    earlier.replace(copy)
    return tuple(entries[to:])


def _named(entry: ledger.Entry) -> tuple[int, str, str]:
    """Return number and kind of an entry, and the batch, record or day that it is about."""
    header = entry.header or {}
    about = header.get("batch") or header.get("penalty_id") or header.get("today")
    return entry.n, entry.kind, str(about or entry.at[:10])


def _unpack(file: Path, copy: Path) -> None:
    """Write the registry of a backup to `copy`.

    Raises:
        RegistryError: the archive is not a sound backup.
    """
    try:
        with tarfile.open(file, "r:gz") as archive:
            manifest = json.loads(_member(archive, MANIFEST))
            copy.write_bytes(_member(archive, REGISTRY))
    except (OSError, tarfile.TarError, KeyError, EOFError, ValueError) as exc:
        raise _not_a_backup(file) from exc
    if _sha256(copy) != manifest.get("registry_sha256"):
        raise _not_a_backup(file)


def _forget_reports(conn: sqlite3.Connection, site: Site) -> tuple[str, ...]:
    """Remove the reports of batches that came after the backup, and return their numbers."""
    known = {batch for (batch,) in conn.execute("select batch from batches")}
    folder = site.var / "reports"
    lost = sorted(each for each in folder.glob("B*") if each.name not in known)
    for report in lost:
        shutil.rmtree(report)
    return tuple(report.name for report in lost)


def remove_old(site: Site, retention: Retention, today: date) -> int:
    """Remove the backups whose term has run, where they still lie; return how many.

    A file that is another by now is not touched. One that was carried away is its keeper's.
    """
    noted = _noted(site)
    kept, gone = [], 0
    for line in noted:
        path, made_at, made_on = line
        if not has_run(retention, "backups", date.fromisoformat(made_on), today):
            kept.append(line)
        elif _made_at(Path(path)) == made_at:
            Path(path).unlink()
            gone += 1
    if kept != noted:
        _note(site, kept)
    return gone


def _noted(site: Site) -> list[list[str]]:
    """Return path, instant and day of each backup that was begun and whose term has not run."""
    file = site.var / NOTES
    return json.loads(file.read_bytes()) if file.exists() else []


def _note(site: Site, lines: list[list[str]]) -> None:
    """Write down which backups there are: not in the registry, which may be in use."""
    write_atomically(site.var / NOTES, json.dumps(lines, ensure_ascii=False).encode())


def _made_at(file: Path) -> str | None:
    """Return when the backup at `file` was made, None where there is none."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            return str(json.loads(_member(archive, MANIFEST))["made_at"])
    except (OSError, tarfile.TarError, KeyError, EOFError, ValueError):
        return None


def _copy_registry(source: Path, target: Path) -> None:
    """Copy a registry that may be in use, as one file of its own."""
    with closing(open_registry(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("pragma journal_mode = delete")


def _sha256(file: Path) -> str:
    """Return the hash of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """Add one member from memory."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, BytesIO(data))


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Keep ordinary content; leave out what Python made of it."""
    return None if "__pycache__" in member.name else member


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    """Return the content of one member; nothing is ever unpacked by its own path."""
    content = archive.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content.read()


def _not_a_backup(file: Path) -> RegistryError:
    """Return the error for an archive that cannot be used."""
    return RegistryError(
        f"{file} 不是完好的备份。", f"{file} is not a sound backup.", todo="请换一个备份文件。"
    )
