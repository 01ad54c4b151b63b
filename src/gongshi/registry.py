"""The registry: the private database of accepted, redacted records, opened and guarded.

One connection, autocommit, and every write inside `transaction`: an import or a publish is there
whole or not at all. What only looks uses `reading`, which cannot write.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from gongshi.errors import RegistryError, UsageError
from gongshi.migrations import MIGRATIONS
from gongshi.trouble import explained

if TYPE_CHECKING:
    import polars as pl

APPLICATION_ID = 0x474F4E47
"""`GONG` in the header of the file says that a SQLite database is a registry."""

RESTATED = "schemas/policies/redaction.yml"
"""What stands for the file of a batch that no agency sent: a stricter policy made it."""

FULL = "full"
"""How a batch is delivered that holds everything of its agency that is in force."""

BUSY_MS = 10_000
_MAX_BATCHES_A_DAY = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One delivery as it is entered. Without `approved_by` nothing of it can be seen.

    `received_at` is an instant (UTC, ISO), `received_on` the civil day. The counts are of source
    rows; what was taken and what was already known is for `merge` to find.
    """

    batch: str
    agency: str
    schema: str
    file: str
    file_sha256: str
    received_at: str
    received_on: str
    rows: int = 0
    refused: int = 0
    findings: int = 0
    approved_by: str | None = None
    override_by: str | None = None
    override_reason: str | None = None
    overridden: str | None = None
    """The gates that a person let this delivery pass, such as `G03;G06`."""
    delivery: str | None = None
    """`full` where the file holds everything that is in force."""
    redaction: str | None = None
    """The mark of the policy under which its texts were redacted, None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last accepted batch of an agency and schema; `rows` are the source rows read."""

    batch: str
    agency: str
    received_on: str
    rows: int
    ledger_n: int


def open_registry(path: Path) -> sqlite3.Connection:
    """Return a connection to the registry at `path`, made or brought up to date where needed.

    Raises:
        RegistryError: not a registry, damaged, locked, unreadable, or of a newer program.
    """
    with explained(path):
        conn = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
    try:
        with explained(path):
            _require_registry(conn, path)
            _configure(conn)
            _migrate(conn, path)
    except BaseException:
        conn.close()
        raise
    return conn


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Give a connection that cannot write, or None where nothing was taken in yet.

    Raises:
        RegistryError: not a registry, damaged, of another version of the program.
    """
    if not path.exists():
        yield None
        return
    with explained(path), closing(_open_read_only(path)) as conn:
        (tables,) = conn.execute("select count(*) from sqlite_master").fetchone()
        if tables:
            _require_registry(conn, path)
            _require_current(conn, path)
            conn.execute("pragma temp_store = memory")
        yield conn if tables else None


def _open_read_only(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000)


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Run one write transaction: committed at the end, undone by any exception.

    Raises:
        RegistryError: the database is locked, damaged, or the disk is full.
    """
    with explained(None):
        conn.execute("begin immediate")
        try:
            yield conn
            conn.execute("commit")
        except BaseException:
            if conn.in_transaction:
                conn.execute("rollback")
            raise


def new_batch_id(conn: sqlite3.Connection, received_on: date) -> str:
    """Return the next free batch number of a day, such as `B20261122-0001`.

    Raises:
        UsageError: later batches exist, or the day has had all its numbers.
    """
    check_day(conn, received_on)
    stem = f"B{received_on:%Y%m%d}-"
    (last,) = conn.execute(
        "select max(batch) from batches where batch between ? and ?", (stem, stem + "9999")
    ).fetchone()
    number = int(last.removeprefix(stem)) + 1 if last else 1
    if number > _MAX_BATCHES_A_DAY:
        raise UsageError(
            "今天的批次号已用完。", "No batch number is left today.", todo="请明天再报送。"
        )
    return f"{stem}{number:04d}"


def known_file(conn: sqlite3.Connection, agency: str, sha256: str) -> str | None:
    """Return the batch that brought this very file from this agency, if one did."""
    row = conn.execute(
        "select batch from batches where agency = ? and file_sha256 = ?", (agency, sha256)
    ).fetchone()
    return row[0] if row else None


def last_batch(conn: sqlite3.Connection, agency: str, schema: str) -> Last | None:
    """Return the last batch that an agency sent and somebody released, of a schema, if any was."""
    row = conn.execute(
        "select batch, agency, received_on, rows, ledger_n from batches where agency = ? "
        "and schema = ? and file <> ? and approved_by is not null order by batch desc limit 1",
        (agency, schema, RESTATED),
    ).fetchone()
    names = ("batch", "agency", "received_on", "rows", "ledger_n")
    return Last(**dict(zip(names, row, strict=True))) if row else None


def known_parties(conn: sqlite3.Connection, codes: Iterable[str]) -> dict[str, str]:
    """Return the latest name of each organisation that the registry knows, by its code."""
    found = {}
    for code in codes:
        row = conn.execute("select party from parties where uscc = ?", (code,)).fetchone()
        if row:
            found[code] = row[0]
    return found


def log_redactions(conn: sqlite3.Connection, batch: str, log: "pl.DataFrame") -> None:
    """Keep what was masked in a batch; `log` has the columns that `deidentify` gives."""
    columns = (*_PLACE_OF_CELL, "rule", "start", "end", "mask", "original_hash")
    names = ", ".join(f'"{name.removeprefix("_")}"' for name in columns)
    conn.executemany(
        f"insert into redaction_log (batch, {names}) "  # noqa: S608
        f"values ({', '.join('?' * (len(columns) + 1))})",
        ((batch, *cells) for cells in log.select(columns).iter_rows()),
    )


_PLACE_OF_CELL = ("_sheet", "_row", "_line", "field")
"""Where a logged cell stands: sheet, row, which line of the row, public column."""


def keep_masked_numbers(conn: sqlite3.Connection, batch: str, numbers: Iterable[str]) -> None:
    """Keep the keyed values of the numbers that were taken away from a batch."""
    conn.executemany(
        "insert or ignore into masked_numbers (batch, number) values (?, ?)",
        ((batch, number) for number in sorted(numbers)),
    )


def masked_numbers(conn: sqlite3.Connection) -> Iterator[str]:
    """Yield the keyed values of all masked numbers, some more than once."""
    yield from (number for (number,) in conn.execute("select number from masked_numbers"))


def require_key(conn: sqlite3.Connection, fingerprint: str) -> None:
    """Make sure that the key is the one under which this registry's persons were linked.

    With another key every natural person would enter a second time.

    Raises:
        UsageError: it is another key.
    """
    if not conn.execute("select 1 from settings where name = 'key'").fetchone():
        conn.execute(
            "insert into settings (name, value) values ('key', ?) on conflict (name) do nothing",
            (fingerprint,),
        )
    require_same_key(conn, fingerprint)


def require_same_key(conn: sqlite3.Connection, fingerprint: str) -> None:
    """Make sure that the registry was not begun under another key; writes nothing.

    Raises:
        UsageError: it was.
    """
    if not is_its_key(conn, fingerprint):
        raise UsageError(
            "密钥与登记库不符:用它会把每个自然人再收录一次。",
            "The key is not the one of this registry: every person would enter a second time.",
            todo="请恢复原来的 GONGSHI_SECRET 或 var/secret.key。",
        )


def is_its_key(conn: sqlite3.Connection, fingerprint: str) -> bool:
    """Say whether a key is the one of this registry, or may become it."""
    row = conn.execute("select value from settings where name = 'key'").fetchone()
    return row is None or bool(row[0] == fingerprint)


def has_batches_beside(conn: sqlite3.Connection, files: Iterable[str]) -> bool:
    """Say whether a batch came from a file of another name."""
    names = {name for (name,) in conn.execute("select file from batches")}
    return bool(names - set(files))


def last_day(conn: sqlite3.Connection) -> date | None:
    """Return the latest civil day on which something entered or the clock ran."""
    (day,) = conn.execute(
        "select max(day) from (select max(day) as day from days union all "
        "select max(received_on) from batches union all select max(on_day) from actions)"
    ).fetchone()
    return date.fromisoformat(day) if day else None


def check_day(conn: sqlite3.Connection, today: date) -> None:
    """Make sure that `today` does not lie before what already happened.

    Raises:
        UsageError: it does.
    """
    last = last_day(conn)
    if last and today < last:
        raise UsageError(
            f"日期 {today} 早于登记库中最近一次事件({last})。",
            f"{today} lies before the last event in the registry ({last}).",
            todo=f"请检查系统时钟,或用 --today 指定不早于 {last} 的日期。",
        )


def now() -> str:
    """Return this instant: UTC, ISO, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _require_registry(conn: sqlite3.Connection, path: Path) -> None:
    """Mark an empty file as ours; refuse one that belongs to another program."""
    (found,) = conn.execute("pragma application_id").fetchone()
    (tables,) = conn.execute("select count(*) from sqlite_master").fetchone()
    if not tables:
        conn.execute(f"pragma application_id = {APPLICATION_ID}")
    elif found != APPLICATION_ID:
        raise RegistryError(
            f"{path} 是别的程序的数据库,不是登记库。",
            f"{path} is some other program's database, not a registry.",
            todo="请检查 --root 指定的站点目录。",
        )


def _configure(conn: sqlite3.Connection) -> None:
    """Set what durability and erasure rest on; never rely on a build's defaults."""
    conn.execute(f"pragma busy_timeout = {BUSY_MS}")
    conn.execute("pragma journal_mode = wal")
    conn.execute("pragma synchronous = full")
    conn.execute("pragma secure_delete = on")
    conn.execute("pragma foreign_keys = on")
    conn.execute("pragma temp_store = memory")
    conn.execute("pragma cache_size = -65536")


def _require_current(conn: sqlite3.Connection, path: Path) -> None:
    """Refuse to read a file that lacks steps, or has steps unknown to this program."""
    known = {step.name for step in MIGRATIONS.pending(Database(memory=True))}
    applied = {step.name for step in MIGRATIONS.applied(Database(conn))}
    if applied - known:
        raise _newer(path)
    if known - applied:
        raise RegistryError(
            f"{path} 由较早版本的程序建立,须先升级。",
            f"{path} was made by an earlier version of this program.",
            todo="请先运行 gongshi verify,它会升级登记库。",
        )


def _newer(path: Path) -> RegistryError:
    """Return the error for a registry that has steps unknown to this program."""
    return RegistryError(
        f"{path} 由更新版本的程序建立,本程序不能使用。",
        f"{path} was made by a newer version of this program.",
        todo="请升级 gongshi 后重试。",
    )


def _migrate(conn: sqlite3.Connection, path: Path) -> None:
    """Apply the steps that are missing; refuse a file that has steps unknown to this program."""
    db = Database(conn)
    pending = {step.name for step in MIGRATIONS.pending(db)}
    applied = {step.name for step in MIGRATIONS.applied(db)}
    if applied - {step.name for step in MIGRATIONS.pending(Database(memory=True))}:
        raise _newer(path)
    if pending:
        MIGRATIONS.apply(db)
