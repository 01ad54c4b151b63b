"""Leak scan: every byte of what is about to be published, searched for numbers of persons.

The last net, of another kind than redaction: it knows no fields and no policy, only bytes. It
finds identity numbers of 18 characters by their check character, those of 15 where a word says
so, mobile numbers, bank cards, and digits whose keyed value is that of a number that redaction
took away (`Known`). It looks in every file of a folder:

* SQLite: every table, column, name and text of the schema, cells that are packed themselves, the
  shadow tables and terms of full-text indexes, and the raw bytes with free pages and what lies
  behind the last page; journals and write-ahead logs, which no release may have at all
* gzip and zip, and so XLSX, with the names and remarks of their parts
* CSV, JSON, feeds and anything else, and the names of files

and in these spellings: in groups, digit by digit, full-width and in other digits of Unicode, with
odd blanks, dashes and invisible characters between; as HTML entities, escapes of JSON, percent
escapes, base64, hexadecimal, UTF-16.

Hashes, document numbers, credit codes in their place, timestamps and sums in fen are no hits. A
hit says where and of what kind, never the number.

Not seen: numbers spelled out in Chinese numerals, or divided over two cells (both are looked for
when a file is taken in, where the originals are known), and what is encrypted.
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from gongshi.leak_scan.detector import Hit, candidates, is_leak
from gongshi.leak_scan.disguises import disguised
from gongshi.leak_scan.formats import teller
from gongshi.leak_scan.masked import NOTHING, Known, known, of_site
from gongshi.leak_scan.packed import UnreadableError, is_packed, parts
from gongshi.leak_scan.runs import Data
from gongshi.leak_scan.sqlite_file import Look, codes_in, residues, scan_database

__all__ = ["NOTHING", "Hit", "Known", "known", "of_site", "scan_bytes", "scan_tree"]

_SQLITE = b"SQLite format 3\0"
_JOURNALS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
"""How a write-ahead log (of either byte order) and a rollback journal begin."""
_JOURNAL_NAMES = ("-wal", "-journal", "-shm")
_DIGIT = re.compile(r"\d")
_DEEPEST = 4
_MOST_HITS = 1000
"""Hits told of one file: enough to see what happened."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What the scan knows: public credit codes, masked numbers; how deep in packed files it is."""

    public: frozenset[str]
    known: Known
    depth: int = 0

    def inside(self) -> "_Look":
        return _Look(self.public, self.known, self.depth + 1)


def scan_tree(folder: Path, known: Known = NOTHING) -> list[Hit]:
    """Return the hits in the files under `folder`, hidden ones included, by name and place."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    databases = (path for path in files if _starts_with(path, _SQLITE))
    look = _Look(frozenset(code for path in databases for code in codes_in(path)), known)
    hits: list[Hit] = []
    for path in files:
        hits += islice(_named(path, (str(path.relative_to(folder)), str(path)), look), _MOST_HITS)
    return hits


def scan_bytes(
    data: bytes, name: str, *, public: frozenset[str] = frozenset(), known: Known = NOTHING
) -> list[Hit]:
    """Return every hit in `data`, which is called `name`.

    `public` are credit codes known to be published in their own columns.
    """
    return list(_content(data, name, _Look(public, known)))


def _named(path: Path, names: tuple[str, str], look: _Look) -> Iterator[Hit]:
    """Yield the hits in a file and in its own name, which is then not shown whole.

    `names` are the name that is looked at, and the one under which a hit is told.
    """
    inner, shown = names
    data = inner.encode("utf-8", "surrogateescape")
    leaks = [hit.kind for hit in _content(data, "", look)]
    if leaks:
        shown = shown.replace(inner, _DIGIT.sub("#", inner))
    yield from (Hit(shown, kind, "name of the file") for kind in leaks)
    yield from _file(path, shown, look)


def _file(path: Path, name: str, look: _Look) -> Iterator[Hit]:
    """Yield the hits in one file, mapped into memory rather than read."""
    if path.stat().st_size == 0:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[: len(_SQLITE)] == _SQLITE:
            yield from scan_database(path, _of_database(name, look))
            yield from _residues(path, data, name, look)
        elif data[:4] in _JOURNALS or data[:8] in _JOURNALS or name.endswith(_JOURNAL_NAMES):
            yield Hit(name, "journal", "changes of a database beside it, which no release has")
            yield from _content(data, name, look, raw=True)
        else:
            yield from _content(data, name, look)


def _of_database(name: str, look: _Look) -> Look:
    """Return what the scan of a database is told; what is packed in a cell is looked at here."""
    return Look(
        name, look.public, look.known, lambda cell, called: _content(cell, called, look.inside())
    )


def _residues(path: Path, data: mmap.mmap, name: str, look: _Look) -> Iterator[Hit]:
    """Yield the hits in those bytes of a database that belong to no row."""
    found = (c for c in candidates(data, look.known, raw=True) if is_leak(c, data, raw=True))
    suspects = [c for c in found if c.number not in look.public]
    for c in residues(path, suspects, look.known):
        yield Hit(name, c.kind, f"byte {c.start}")


def _content(data: Data, name: str, look: _Look, *, raw: bool = False) -> Iterator[Hit]:
    """Yield the hits in bytes of any kind; what is packed is unpacked as well."""
    if look.depth < _DEEPEST and is_packed(data):
        yield from _packed(data, name, look.inside())
    raw = raw or data[: len(_SQLITE)] == _SQLITE
    is_code_or_sum = teller(data, name.rsplit(".", 1)[-1].lower())
    for c in candidates(data, look.known, raw=raw):
        if c.number not in look.public and is_leak(c, data, raw=raw) and not is_code_or_sum(c):
            yield Hit(name, c.kind, f"byte {c.start}")
    for place, c, said in disguised(data, look.known):
        if c.number not in look.public and is_leak(c, said, raw=raw):
            yield Hit(name, c.kind, f"byte {place}, written otherwise")


def _packed(data: Data, name: str, look: _Look) -> Iterator[Hit]:
    """Yield the hits in the parts of a packed file; one that cannot be unpacked is a hit."""
    try:
        for inner, path in parts(data, name):
            yield from _named(path, (inner, f"{name}!{inner}"), look)
    except UnreadableError:
        yield Hit(name, "unreadable", "packed file that cannot be unpacked")


def _starts_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
