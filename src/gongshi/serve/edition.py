"""One sealed release as the site needs it: its number, its verified files, its tables.

Nothing is served before every byte was compared with the manifest: of flipped bits, SQLite's own
integrity check finds few; a hash finds all.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gongshi import __version__
from gongshi.declarations.base import load
from gongshi.declarations.policy import Publication, SitePolicy
from gongshi.errors import GongshiError
from gongshi.formats.text import fold
from gongshi.hosting import LOCAL_HOSTS
from gongshi.serve.stats import Statistics, of_penalties, of_week
from gongshi.site import Site

_STAMPED = ("templates", "static", "plugins")


class ReleaseError(GongshiError):
    """A release is incomplete, altered or unreadable: it is not served."""

    def __init__(self, release: int, zh: str, en: str) -> None:
        super().__init__(
            f"第 {release} 期不能上线:{zh}。仍由上一期提供服务。",
            f"release {release} is not served: {en}; the one before stays in service",
            todo="请运行 gongshi verify,并重新发布。",
        )
        self.release = release


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of a release, as its manifest declares it; `size` in bytes.

    `handle` is open for as long as the release is: its content goes from the disk when the next
    release is in force, and answers may still be owed from this one.
    """

    path: Path
    size: int
    sha256: str
    handle: int
    rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What the public may ask of one table."""

    columns: tuple[str, ...]
    key: str
    sortable: frozenset[str]
    facets: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The release in force, read-only.

    `day` is its civil date; `listed` gives the row ids of list entries by folded name; `stamp`
    changes with the wording of the pages; `held` closes the files.
    """

    release: int
    seq: int
    day: str
    sealed_at: str
    folder: Path
    manifest: Mapping[str, Any]
    manifest_sha256: str
    manifest_file: ReleaseFile
    held: ExitStack
    files: Mapping[str, ReleaseFile]
    tables: Mapping[str, Table]
    metadata: Mapping[str, Any]
    policy: SitePolicy
    regimes: Mapping[str, str]
    statistics: Statistics
    week: Mapping[str, int]
    listed: Mapping[str, tuple[int, ...]]
    stamp: str

    @property
    def database(self) -> Path:
        """The file that is served."""
        return self.folder / "public.db"


def load_policy(site: Site) -> SitePolicy:
    """Return what the site calls itself and where it answers.

    Raises:
        SpecError: `site.yml` is missing or not valid.
    """
    return load(SitePolicy, site.schemas / "policies" / "site.yml")


def allowed_hosts(policy: SitePolicy) -> frozenset[str]:
    """Return every host name that the site answers to, in lower case, without a port."""
    return LOCAL_HOSTS | {host.lower() for host in policy.hosts}


def open_edition(site: Site, release: int) -> Edition:
    """Return release `release` of `site`, after checking every file against the manifest.

    Raises:
        ReleaseError: a file is missing or altered, or the database cannot be read.
    """
    try:
        with ExitStack() as held:
            return _open(site, release, held)
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error, yaml.YAMLError) as exc:
        raise ReleaseError(release, f"无法读取({exc})", f"cannot be read ({exc})") from exc


def _open(site: Site, release: int, held: ExitStack) -> Edition:
    """Return a release, with its files in `held`; on return that has let go of them."""
    folder = site.release(release)
    raw = (folder / "manifest.json").read_bytes()
    manifest = json.loads(raw)
    files = dict(_verified(folder, release, (manifest["files"], held)))
    metadata = yaml.safe_load((site.root / "metadata.yml").read_text(encoding="utf-8"))
    found = _inspect(folder / "public.db", metadata, str(manifest["day"]))
    if manifest["release"] != release:
        raise ReleaseError(release, "清单属于另一期", "its manifest is of another release")
    own = _hold(folder / "manifest.json", {"sha256": hashlib.sha256(raw).hexdigest()}, held)
    return Edition(
        release=release,
        seq=int(manifest["seq"]),
        day=str(manifest["day"]),
        sealed_at=str(manifest.get("sealed_at", "")),
        folder=folder,
        manifest=manifest,
        manifest_sha256=own.sha256,
        manifest_file=own,
        files=files,
        metadata=metadata,
        policy=load_policy(site),
        regimes=_regimes(site),
        **found,
        stamp=_stamp(site.root),
        held=held.pop_all(),
    )


def _verified(
    folder: Path, release: int, declared: tuple[list[dict[str, Any]], ExitStack]
) -> Iterator[tuple[str, ReleaseFile]]:
    """Yield each declared file under its name within the release, its hash having been checked."""
    lines, held = declared
    for line in lines:
        path = folder / line["path"]
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ReleaseError(release, "清单指向目录之外", "its manifest points outside")
        file = _hold(path, line, held)
        with os.fdopen(os.dup(file.handle), "rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest != line["sha256"]:
            raise ReleaseError(
                release, f"{line['path']} 与清单不符", f"{line['path']} differs from the manifest"
            )
        yield line["path"], file


def _hold(path: Path, line: Mapping[str, Any], held: ExitStack) -> ReleaseFile:
    """Open a file until `held` is closed."""
    handle = os.open(path, os.O_RDONLY)
    held.callback(os.close, handle)
    return ReleaseFile(path, os.fstat(handle).st_size, line["sha256"], handle, line.get("rows"))


def _inspect(database: Path, metadata: Mapping[str, Any], day: str) -> dict[str, Any]:
    """Return what is read of the file once: its declared tables, its figures, and who is listed.

    A table that `metadata.yml` does not show, is not served.
    """
    declared = metadata["databases"]["public"]["tables"]
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as conn:
        tables = {
            name: _table(conn, name, spec)
            for name, spec in declared.items()
            if not spec.get("hidden") and _columns(conn, name)
        }
        return {
            "tables": tables,
            "statistics": of_penalties(conn),
            "week": of_week(conn, day),
            "listed": _listed(conn),
        }


def _listed(conn: sqlite3.Connection) -> dict[str, tuple[int, ...]]:
    """Return the row ids of list entries by folded name of the party."""
    found: dict[str, tuple[int, ...]] = {}
    for place, party in conn.execute("select rowid, party from list_entries order by rowid"):
        name = fold(party or "")
        found[name] = (*found.get(name, ()), place)
    return found


def _regimes(site: Site) -> dict[str, str]:
    """Return the titles of the publication rules, by code."""
    publication = load(Publication, site.schemas / "policies" / "publication.yml")
    return {regime.code: regime.title for regime in publication.regimes}


def _table(conn: sqlite3.Connection, name: str, spec: Mapping[str, Any]) -> Table:
    """Return what may be asked of one declared table."""
    columns = _columns(conn, name)
    key = conn.execute("select name from pragma_table_info(?) where pk = 1", (name,)).fetchone()
    facets = (next(iter(f.values())) if isinstance(f, dict) else f for f in spec.get("facets", ()))
    return Table(
        columns=columns,
        key=key[0] if key else "rowid",
        sortable=frozenset(spec.get("sortable_columns", ())) & frozenset(columns),
        facets=tuple(facet for facet in facets if facet in columns),
        rows=conn.execute(f'select count(*) from "{name}"').fetchone()[0],  # noqa: S608 - declared name
    )


def _columns(conn: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """Return a table's columns, none where there is no such table."""
    return tuple(row[0] for row in conn.execute("select name from pragma_table_info(?)", (table,)))


def _stamp(root: Path) -> str:
    """Return what changes whenever the same release would be shown in other words."""
    digest = hashlib.sha256(__version__.encode())
    files = [path for name in _STAMPED for path in (root / name).rglob("*") if path.is_file()]
    for path in [root / "metadata.yml", *sorted(files)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
