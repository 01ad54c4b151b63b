"""A release's manifest: what it is, what it follows, and the size and hash of each of its files.

The same registry on the same day gives the same bytes: the time of sealing is kept in the
registry. A manifest names its predecessor's hash, so that the manifests form a chain.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gongshi.declarations.policy import Policies
from gongshi.publish import overridden
from gongshi.publish.public_db import Edition

NAME = "manifest.json"
FORMAT = "gongshi-release/2"
"""Raised whenever the engine makes other files from the same registry: the next publish seals."""


@dataclass(frozen=True, slots=True)
class Previous:
    """The release before this one."""

    release: int
    manifest_sha256: str


def make(
    folder: Path, edition: Edition, *, previous: Previous | None, rows: Mapping[str, int]
) -> bytes:
    """Return the manifest of the release built in `folder`; `rows` by path within it."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "release": edition.release,
        "seq": edition.seq,
        "day": edition.day.isoformat(),
        "title": edition.policies.site.title,
        "licence": edition.policies.site.licence,
        "previous": previous
        and {"release": previous.release, "manifest_sha256": previous.manifest_sha256},
        "moves": dict(edition.moves),
        "overrides": batches(edition.overrides),
        "full_text_rules": rules(edition.policies, edition.day),
        "endings": _endings(edition),
        "declarations_sha256": fingerprint(edition.policies),
        "files": [_line(folder, file, rows) for file in sorted(files(folder))],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _endings(edition: Edition) -> dict[str, int]:
    """Return of how many records the release says that they have ended, and of how many why."""
    return dict(zip(("all", "explained"), edition.endings, strict=True))


def files(folder: Path) -> list[Path]:
    """Return every file of a release but its manifest."""
    return [file for file in folder.rglob("*") if file.is_file() and file.name != NAME]


def fingerprint(policies: Policies) -> str:
    """Return a hash of everything declared that a release shows or was made by."""
    return hashlib.sha256(policies.model_dump_json().encode()).hexdigest()


def rules(policies: Policies, day: date) -> list[str]:
    """Return the codes of the rules on full texts that hold on a day."""
    return [row.code for row in policies.full_text.in_force(day)]


def batches(overrides: Iterable[overridden.Row]) -> list[str]:
    """Return the numbers of the batches that a person let pass a gate."""
    return [batch for batch, *_ in overrides]


def is_current(folder: Path, edition: Edition, *, sha256: str) -> bool:
    """Return whether the release in `folder` is whole, and would be made today like `edition`.

    Files are compared by size; `verify` compares their hashes.
    """
    try:
        data = (folder / NAME).read_bytes()
    except OSError:
        return False
    if hashlib.sha256(data).hexdigest() != sha256:
        return False
    content = json.loads(data)
    same = (
        content["format"] == FORMAT
        and content["declarations_sha256"] == fingerprint(edition.policies)
        and content.get("endings") == _endings(edition)
        and content.get("overrides") == batches(edition.overrides)
        and content.get("full_text_rules") == rules(edition.policies, edition.day)
    )
    return same and all(_has_size(folder / line["path"], line["size"]) for line in content["files"])


def _line(folder: Path, file: Path, rows: Mapping[str, int]) -> dict[str, Any]:
    """Return what the manifest says of one file: size in bytes, SHA-256, rows where it has any."""
    path = file.relative_to(folder).as_posix()
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    line: dict[str, Any] = {"path": path, "size": file.stat().st_size, "sha256": digest}
    return line | ({"rows": rows[path]} if path in rows else {})


def _has_size(file: Path, size: int) -> bool:
    """Return whether `file` exists and has `size` bytes."""
    try:
        return file.stat().st_size == size
    except OSError:
        return False
