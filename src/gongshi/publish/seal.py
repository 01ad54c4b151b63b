"""How a release comes to be in force, so that a cut at any point leaves the old one or the new.

    build in releases/.N.tmp → scan → manifest → fsync → rename to releases/N
    → commit the registry, which then knows release N and its manifest
    → write CURRENT atomically → strip the content of earlier releases

The commit decides. Before it, folder N is an orphan that the next publish removes; after it, the
next publish completes what was left: CURRENT, and the stripping.
"""

import os
import shutil
import sqlite3
from pathlib import Path

from gongshi.publish.manifest import NAME
from gongshi.site import Site, sync_folder, write_atomically


def repair(conn: sqlite3.Connection, site: Site) -> None:
    """Complete or undo what a cut publish left; inside the write transaction."""
    remove_orphans(conn, site)
    (newest,) = conn.execute("select coalesce(max(release), 0) from releases").fetchone()
    in_force = site.current_release() or 0
    if newest > in_force and (site.release(newest) / "public.db").is_file():
        put_in_force(site, newest)
    elif in_force:
        strip(site, in_force)


def remove_orphans(conn: sqlite3.Connection, site: Site) -> None:
    """Remove drafts, and folders of releases that the registry does not know.

    A folder that CURRENT names is never removed, even where a restored registry does not know it:
    it is being served.
    """
    if not site.releases.is_dir():
        return
    kept = {number for (number,) in conn.execute("select release from releases")}
    kept.add(site.current_release() or 0)
    for folder in sorted(site.releases.iterdir()):
        if folder.name.startswith(".") or (
            folder.name.isdecimal() and int(folder.name) not in kept
        ):
            shutil.rmtree(folder)


def next_number(conn: sqlite3.Connection, site: Site) -> int:
    """Return the number of the next release: above every one that was ever in force."""
    (newest,) = conn.execute("select coalesce(max(release), 0) from releases").fetchone()
    return max(int(newest), site.current_release() or 0) + 1


def draft(site: Site, number: int) -> Path:
    """Return the empty folder in which release `number` is built."""
    folder = site.releases / f".{number}.tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "downloads").mkdir()
    (folder / "feeds").mkdir()
    return folder


def set_aside(site: Site, folder: Path, number: int) -> Path:
    """Make the built `folder` durable under its final name; return that."""
    for file in folder.rglob("*"):
        if file.is_file():
            _sync_file(file)
    for inner in (folder / "downloads", folder / "feeds", folder):
        sync_folder(inner)
    place = site.release(number)
    folder.rename(place)
    sync_folder(site.releases)
    return place


def put_in_force(site: Site, number: int) -> None:
    """Point CURRENT at release `number`, and strip the ones before it."""
    write_atomically(site.current, str(number).encode())
    strip(site, number)


def strip(site: Site, number: int) -> None:
    """Remove the content of every release before `number`; their manifests stay."""
    for folder in site.releases.iterdir() if site.releases.is_dir() else ():
        if folder.name.isdecimal() and int(folder.name) < number:
            _strip(folder)


def _strip(folder: Path) -> None:
    """Remove everything in `folder` but the manifest."""
    for item in folder.iterdir():
        if item.is_dir():
            shutil.rmtree(item)
        elif item.name != NAME:
            item.unlink()


def _sync_file(file: Path) -> None:
    """Make the bytes of `file` survive a power cut."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
