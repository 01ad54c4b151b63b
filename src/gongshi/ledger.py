"""The ledger: an append-only chain of salted commitments, with payloads that can be erased.

An entry has leaves: one for each of its rows, in order, and the last for its header:
leaf = SHA-256(salt ‖ SHA-256(content) ‖ id). Its commitment is the SHA-256 of all leaves, and its
hash binds number, kind, instant, commitment and the hash before. Leaves stay for ever; header, rows
and salts lie in payloads, which retention may erase, whole or row by row. What is left of an
erased row, a hash under a salt that is gone, says nothing.

Kinds: `batch` (accepted rows), `approval`, `day` (one run of the legal clock), `event` (something
happened to a decision), `review` (what a person decided), `erasure` (what was erased, in numbers).
Everything else in the registry can be computed again from these.

Rows are polars frames, stored as Arrow IPC (zstd), at most `CHUNK` rows to a part; the header is
deflated JSON. Columns beginning with `_` are the ledger's own.
"""

import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import polars as pl

CHUNK = 20_000
"""Rows in one part: enough to compress well, few enough for memory to be used again."""

_AT_ONCE = 2_000
"""Rows that are hashed at a time."""

HEADER = 0
"""The part that holds the header; rows are in parts 1 and on."""

SALT_BYTES = 16
COMPRESSION: Literal["zstd", "uncompressed"] = "zstd"
HASH_BYTES = 32
FIRST = bytes(HASH_BYTES)
"""What stands for the hash before the first entry."""

ID = "id"
SALT = "_salt"
LEAF = "_leaf"
"""Columns of a stored frame beside the content: whose row it is, its salt, its leaf in the part."""

_FIELD = b"\x1f"
_RECORD = b"\x1e"


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the chain. `header` is None once it has been erased."""

    n: int
    kind: str
    at: str
    header: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of an entry, column `id` first, and the SHA-256 of each one's other columns."""

    frame: pl.DataFrame
    hashes: list[bytes]


def content_hashes(frame: pl.DataFrame) -> list[bytes]:
    """Return the SHA-256 of each row's values in column order.

    Null is a single NUL; the text that carries the values is one byte string for all rows, so
    a value that holds a separator is a broken promise of cleaning.

    Raises:
        ValueError: a value holds U+001E or U+001F.
    """
    return [each for rows in frame.iter_slices(_AT_ONCE) for each in _hashes(rows)]


def _hashes(frame: pl.DataFrame) -> list[bytes]:
    """Return the hashes of few rows, whose text stands in memory several times."""
    sink = BytesIO()
    frame.write_csv(
        sink,
        include_header=False,
        separator="\x1f",
        line_terminator="\x1e",
        quote_style="never",
        null_value="\0",
    )
    data = sink.getvalue()
    fields = frame.height * (frame.width - 1)
    if data.count(_FIELD) != fields or data.count(_RECORD) != frame.height:
        raise ValueError("a value holds a control character: rows must come from deidentify")
    return [hashlib.sha256(row).digest() for row in data.split(_RECORD)[:-1]]


def append(
    conn: sqlite3.Connection,
    kind: str,
    header: Callable[[], Mapping[str, Any]],
    rows: Iterable[Rows] = (),
    *,
    at: str,
) -> int:
    """Add one entry inside the open transaction and return its number.

    `rows` is drawn once, so that a caller can work through a large table piece by piece; `header`
    is asked for after that, so that it can hold what was counted on the way.
    """
    last, prev = head(conn)
    n = last + 1
    commitment = hashlib.sha256()
    for part, piece in enumerate(rows, start=1):
        payload, leaves = _seal(piece)
        commitment.update(leaves)
        _store(conn, n, part, (payload, leaves))
    text = json.dumps(header(), ensure_ascii=False, sort_keys=True).encode()
    salt = os.urandom(SALT_BYTES)
    leaf = _leaf(salt, hashlib.sha256(text).digest())
    commitment.update(leaf)
    _store(conn, n, HEADER, (salt + zlib.compress(text), leaf))
    digest = commitment.digest()
    conn.execute(
        "insert into ledger (n, kind, at, commitment, prev, hash) values (?, ?, ?, ?, ?, ?)",
        (n, kind, at, digest, prev, _link(n, kind, at, digest + prev)),
    )
    return n


def entries(conn: sqlite3.Connection) -> Iterator[Entry]:
    """Yield every entry in order."""
    query = (
        "select l.n, l.kind, l.at, p.payload from ledger as l "
        "left join ledger_payloads as p on p.n = l.n and p.part = 0 order by l.n"
    )
    for n, kind, at, payload in conn.execute(query).fetchall():
        yield Entry(n, kind, at, _header(payload))


def entry(conn: sqlite3.Connection, n: int) -> Entry:
    """Return one entry."""
    kind, at, payload = conn.execute(
        "select l.kind, l.at, p.payload from ledger as l "
        "left join ledger_payloads as p on p.n = l.n and p.part = 0 where l.n = ?",
        (n,),
    ).fetchone()
    return Entry(n, kind, at, _header(payload))


def frames(conn: sqlite3.Connection, n: int) -> Iterator[pl.DataFrame]:
    """Yield the rows of an entry that are still there, part by part: `id`, then content."""
    for _, payload in _parts(conn, n):
        yield pl.read_ipc(payload).drop(SALT, LEAF)


def erase(
    conn: sqlite3.Connection,
    n: int,
    goes: Callable[[pl.DataFrame], pl.Series] | None = None,
    *,
    looks_at: Sequence[str] = (),
) -> int:
    """Remove rows of an entry's payload for ever, or all of it, header included; return how many.

    `goes` marks, in one part's frame, the rows to erase; where `looks_at` names the columns that
    it needs, a part of which nothing goes is not read any further. The chain stays as it is.
    """
    if goes is None:
        gone = sum(frame.height for frame in frames(conn, n))
        conn.execute("delete from ledger_payloads where n = ?", (n,))
        return gone
    gone = 0
    for part, payload in _parts(conn, n):
        if looks_at and not goes(pl.read_ipc(payload, columns=list(looks_at))).any():
            continue
        frame = pl.read_ipc(payload)
        kept = frame.filter(~goes(frame))
        gone += frame.height - kept.height
        if kept.height < frame.height:
            conn.execute(
                "update ledger_payloads set payload = ? where n = ? and part = ?",
                (_ipc(kept), n, part),
            )
    return gone


def check(conn: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Yield `(entry, what is wrong)` for every break in the chain or in what hangs on it."""
    prev, expected = FIRST, 1
    query = "select n, kind, at, commitment, prev, hash from ledger order by n"
    for n, kind, at, commitment, before, link in conn.execute(query).fetchall():
        if n != expected:
            yield n, f"缺少第 {expected} 条"
        if before != prev or link != _link(n, kind, at, commitment + before):
            yield n, "链条断裂:条目被改动"
        leaves = _leaves(conn, n)
        if hashlib.sha256(b"".join(leaves.values())).digest() != commitment:
            yield n, "叶子与承诺值不符"
        for part in _wrong_parts(conn, n, leaves):
            yield n, f"内容第 {part} 部分被改动"
        prev, expected = link, n + 1


def head(conn: sqlite3.Connection) -> tuple[int, bytes]:
    """Return number and hash of the last entry; `(0, FIRST)` for an empty ledger."""
    row = conn.execute("select n, hash from ledger order by n desc limit 1").fetchone()
    return row or (0, FIRST)


def _leaf(salt: bytes, content: bytes, name: str = "") -> bytes:
    """Return the commitment to one row's content under its id."""
    return hashlib.sha256(salt + content + name.encode()).digest()


def _link(n: int, kind: str, at: str, rest: bytes) -> bytes:
    """Return an entry's hash; `rest` is its commitment and the hash before."""
    return hashlib.sha256(f"{n}\n{kind}\n{at}\n".encode() + rest).digest()


def _seal(piece: Rows) -> tuple[bytes, bytes]:
    """Return payload and leaves of one part, under fresh salts."""
    count = piece.frame.height
    noise = os.urandom(SALT_BYTES * count)
    salts = [noise[at : at + SALT_BYTES] for at in range(0, len(noise), SALT_BYTES)]
    leaves = b"".join(map(_leaf, salts, piece.hashes, piece.frame[ID].to_list()))
    stored = piece.frame.with_columns(
        pl.Series(SALT, salts, dtype=pl.Binary), pl.int_range(count, dtype=pl.UInt32).alias(LEAF)
    )
    return _ipc(stored), leaves


def _ipc(frame: pl.DataFrame) -> bytes:
    """Return a frame as compressed Arrow IPC, holding what its cells hold and nothing else.

    The present form of text columns is written with whatever their buffers still have: the
    unmasked originals of masked cells, the rows that were filtered out. The older form is copied.
    """
    sink = BytesIO()
    frame.write_ipc(sink, compression=COMPRESSION, compat_level=pl.CompatLevel.oldest())
    return sink.getvalue()


def _store(conn: sqlite3.Connection, n: int, part: int, what: tuple[bytes, bytes]) -> None:
    """Write payload and leaves of one part."""
    payload, leaves = what
    conn.execute("insert into ledger_payloads values (?, ?, ?)", (n, part, payload))
    conn.execute("insert into ledger_leaves values (?, ?, ?)", (n, part, leaves))


def _parts(conn: sqlite3.Connection, n: int) -> Iterator[tuple[int, bytes]]:
    """Yield part number and payload of an entry's rows, one at a time."""
    numbers = conn.execute(
        "select part from ledger_payloads where n = ? and part > 0 order by part", (n,)
    ).fetchall()
    for (part,) in numbers:
        (payload,) = conn.execute(
            "select payload from ledger_payloads where n = ? and part = ?", (n, part)
        ).fetchone()
        yield part, payload


def _leaves(conn: sqlite3.Connection, n: int) -> dict[int, bytes]:
    """Return the leaves of an entry by part, in the order of its commitment: the header last."""
    query = "select part, leaves from ledger_leaves where n = ? order by part = 0, part"
    return dict(conn.execute(query, (n,)))


def _wrong_parts(conn: sqlite3.Connection, n: int, leaves: Mapping[int, bytes]) -> Iterator[int]:
    """Yield the parts whose remaining payload does not agree with its leaves."""
    header = conn.execute(
        "select payload from ledger_payloads where n = ? and part = 0", (n,)
    ).fetchone()
    if header and not _header_agrees(header[0], leaves.get(0, b"")):
        yield 0
    for part, payload in _parts(conn, n):
        if not _rows_agree(payload, leaves.get(part, b"")):
            yield part


def _header_agrees(payload: bytes, leaf: bytes) -> bool:
    """Say whether a stored header is the one that was committed to."""
    try:
        text = zlib.decompress(payload[SALT_BYTES:])
    except zlib.error:
        return False
    return _leaf(payload[:SALT_BYTES], hashlib.sha256(text).digest()) == leaf


def _rows_agree(payload: bytes, leaves: bytes) -> bool:
    """Say whether the rows that a part still holds are the ones that were committed to."""
    try:
        frame = pl.read_ipc(payload)
        hashes = content_hashes(frame.drop(ID, SALT, LEAF))
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return False
    found = map(_leaf, frame[SALT].to_list(), hashes, frame[ID].to_list())
    places = frame[LEAF].to_list()
    return all(
        leaves[HASH_BYTES * at : HASH_BYTES * (at + 1)] == leaf
        for at, leaf in zip(places, found, strict=True)
    )


def _header(payload: bytes | None) -> Mapping[str, Any] | None:
    """Return an entry's header, or None where it was erased."""
    if payload is None:
        return None
    header: dict[str, Any] = json.loads(zlib.decompress(payload[SALT_BYTES:]))
    return header
