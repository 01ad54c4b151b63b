"""Leak scan: every byte of what is about to be published, searched for numbers of persons.

The last net, of another kind than redaction: it knows no fields and no policy, only bytes. It
finds valid identity numbers of 18 characters, mobile numbers and bank cards with a right check
digit, bare or in groups, ASCII or full-width, in every file of a folder: SQLite (every table, the
shadow tables and terms of full-text indexes, and the raw bytes with their free pages), gzip, zip
and so XLSX, CSV, JSON, feeds and anything else.

Hashes, document numbers, credit codes in their place, timestamps and sums in fen are no hits. A
hit says where and of what kind, never the number.

Not seen: numbers of 15 digits (they have no check character), and text encoded as base64, hex or
UTF-16, which nothing here writes.
"""

import gzip
import mmap
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from gongshi.leak_scan.detector import Candidate, Hit, candidates, is_leak
from gongshi.leak_scan.formats import in_csv, in_json
from gongshi.leak_scan.sqlite_file import codes_in, residues, scan_database

__all__ = ["Hit", "scan_bytes", "scan_tree"]

_SQLITE = b"SQLite format 3\0"
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_DEEPEST = 4


def scan_tree(folder: Path) -> list[Hit]:
    """Return every hit in the files under `folder`, hidden ones included, by name and place."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    databases = [path for path in files if _starts_with(path, _SQLITE)]
    public = frozenset(code for path in databases for code in codes_in(path))
    hits: list[Hit] = []
    for path in files:
        hits += _scan_name(str(path.relative_to(folder)), str(path))
        if path in databases:
            hits += scan_database(path, public)
            hits += _scan_residues(path, public)
        else:
            hits += _scan_file(path, public)
    return hits


def scan_bytes(data: bytes, name: str, *, public: frozenset[str] = frozenset()) -> list[Hit]:
    """Return every hit in `data`, which is called `name`.

    `public` are credit codes known to be published in their own columns.
    """
    return _scan(data, name, public, depth=0)


def _scan_file(path: Path, public: frozenset[str]) -> list[Hit]:
    """Return the hits in the bytes of one file, mapped into memory rather than read."""
    if path.stat().st_size == 0:
        return []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _scan(data, str(path), public, depth=0)


def _scan_residues(path: Path, public: frozenset[str]) -> list[Hit]:
    """Return the hits in those bytes of a database that belong to no row."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = [
            c for c in candidates(data) if c.number not in public and is_leak(c, data, raw=True)
        ]
    return [Hit(str(path), c.kind, f"byte {c.start}") for c in residues(path, found)]


def _scan(data: bytes | mmap.mmap, name: str, public: frozenset[str], *, depth: int) -> list[Hit]:
    """Return the hits in `data` by its kind; what is packed is unpacked first."""
    if depth < _DEEPEST and data[:2] == _GZIP:
        return _scan_packed(_gunzip(data, name), name, public, depth)
    if depth < _DEEPEST and data[:4] == _ZIP:
        return _scan_packed(_unzip(data), name, public, depth)
    raw = data[:16] == _SQLITE
    found = (c for c in candidates(data) if c.number not in public)
    suffix = name.rsplit(".", 1)[-1].lower()
    return [
        Hit(name, c.kind, f"byte {c.start}")
        for c in found
        if is_leak(c, data, raw=raw) and not _is_column_of_codes_or_sums(c, data, suffix)
    ]


def _is_column_of_codes_or_sums(c: Candidate, data: bytes | mmap.mmap, suffix: str) -> bool:
    """Say whether the format tells that a candidate is a credit code or a sum."""
    if suffix == "csv":
        return in_csv(c, data)
    return in_json(c, data)


def _scan_packed(
    parts: Iterable[tuple[str, bytes]], name: str, public: frozenset[str], depth: int
) -> list[Hit]:
    """Return the hits in the parts of a packed file; one that cannot be unpacked is a hit."""
    hits: list[Hit] = []
    try:
        for inner, data in parts:
            hits += _scan_name(inner, f"{name}!{inner}")
            hits += _scan(data, f"{name}!{inner}", public, depth=depth + 1)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        hits.append(Hit(name, "unreadable", "packed file that cannot be unpacked"))
    return hits


def _scan_name(inner: str, shown: str) -> list[Hit]:
    """Return the hits in a file's own name."""
    data = inner.encode("utf-8", "surrogateescape")
    return [
        Hit(shown, c.kind, "name of the file")
        for c in candidates(data)
        if is_leak(c, data, raw=False)
    ]


def _gunzip(data: bytes | mmap.mmap, name: str) -> Iterable[tuple[str, bytes]]:
    yield Path(name).name.removesuffix(".gz"), gzip.decompress(data[:])


def _unzip(data: bytes | mmap.mmap) -> Iterable[tuple[str, bytes]]:
    with zipfile.ZipFile(BytesIO(data[:])) as packed:
        for entry in packed.infolist():
            yield entry.filename, packed.read(entry)


def _starts_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
