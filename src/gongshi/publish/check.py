"""A sealed release looked at again: every byte that its manifest promises, and a leak scan.

`PRAGMA integrity_check` misses most flipped bits; a hash finds them all.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from gongshi import leak_scan
from gongshi.publish.manifest import NAME
from gongshi.site import Site


def problems(conn: sqlite3.Connection, site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield `(what, where, detail)` for everything wrong with the release in force."""
    last = conn.execute(
        "select release, manifest_sha256 from releases order by release desc limit 1"
    ).fetchone()
    current = site.current_release()
    if last is None:
        return
    if current != last[0]:
        yield "发布版本", "build/CURRENT", f"指向 {current},登记库记录的是第 {last[0]} 期"
    folder = site.release(last[0])
    manifest = folder / NAME
    if not manifest.is_file():
        yield "发布版本", str(manifest), "清单不存在"
        return
    content = manifest.read_bytes()
    if hashlib.sha256(content).hexdigest() != last[1]:
        yield "发布版本", str(manifest), "清单与登记库记录的校验和不一致"
    yield from _files(folder, content)
    known = leak_scan.of_site(conn, site)
    if known is None:
        yield "密钥", str(site.var), "密钥缺失或不是本登记库的密钥,未能与已遮盖的号码比对"
    for hit in leak_scan.scan_tree(site.build, known or leak_scan.NOTHING):
        yield "个人信息", hit.artefact, str(hit)


def _files(folder: Path, manifest: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield what differs from the manifest: changed, missing and added files."""
    try:
        promised = {line["path"]: line for line in json.loads(manifest)["files"]}
    except (ValueError, KeyError, TypeError):
        yield "发布版本", str(folder / NAME), "清单无法读取"
        return
    present = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    for path in sorted(promised.keys() - present):
        yield "发布版本", path, "文件缺失"
    for path in sorted(present - promised.keys() - {NAME}):
        yield "发布版本", path, "清单中没有这个文件"
    for path in sorted(promised.keys() & present):
        with (folder / path).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != promised[path]["sha256"]:
                yield "发布版本", path, "内容与清单的校验和不一致"
