"""Opening the registry: made once, guarded, and clear about what is wrong with a file."""

import multiprocessing
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from gongshi import registry
from gongshi.errors import RegistryError, UsageError
from gongshi.merge import merge
from gongshi.registry import known_file, last_day, new_batch_id, open_registry, transaction
from gongshi.trouble import explained
from tests.registry_world import batch, penalty, table


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


def test_a_new_registry_has_its_tables_and_settings(path: Path) -> None:
    with closing(open_registry(path)) as conn:
        names = {name for (name,) in conn.execute("select name from sqlite_master")}
        settings = [
            conn.execute(f"pragma {name}").fetchone()[0]
            for name in ("journal_mode", "secure_delete", "synchronous", "application_id")
        ]

    assert {
        "batches",
        "penalties",
        "penalty_versions",
        "list_entries",
        "events",
        "tombstones",
        "releases",
        "ledger",
        "ledger_payloads",
        "platform_cursors",
        "receipts",
        "redaction_log",
    } <= names
    assert settings == ["wal", 1, 2, registry.APPLICATION_ID]


def test_opening_twice_changes_nothing(path: Path) -> None:
    open_registry(path).close()
    before = path.read_bytes()

    open_registry(path).close()

    assert path.read_bytes() == before


def test_an_exception_undoes_the_whole_transaction(path: Path) -> None:
    def half() -> None:
        conn.execute("insert into tombstones (id) values ('x')")
        raise KeyError

    with closing(open_registry(path)) as conn:
        with pytest.raises(KeyError), transaction(conn):
            half()

        assert conn.execute("select count(*) from tombstones").fetchone() == (0,)
        assert not conn.in_transaction


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not a database at all, but long enough to be read as one" * 40, "不是数据库"),
        (b"SQLite format 3\0" + b"\xff" * 4080, "不是数据库"),
    ],
)
def test_a_file_that_is_no_database_is_refused(path: Path, content: bytes, words: str) -> None:
    path.write_bytes(content)

    with pytest.raises(RegistryError, match=words):
        open_registry(path)


def test_another_programs_database_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("create table t (x)")

    with pytest.raises(RegistryError, match="别的程序"):
        open_registry(path)


def test_a_newer_programs_registry_is_refused(path: Path) -> None:
    with closing(open_registry(path)) as conn:
        conn.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) "
            "values ('gongshi', 'm999_of_the_future', '')"
        )

    with pytest.raises(RegistryError, match="更新版本"):
        open_registry(path)


def test_a_folder_that_is_missing_is_explained(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="无法打开"):
        open_registry(tmp_path / "none" / "registry.db")


def test_damage_is_named(path: Path) -> None:
    with closing(open_registry(path)) as conn:
        public = table(penalty(n) for n in range(200))
        with transaction(conn):
            merge(conn, public, batch(conn, public))
        conn.execute("pragma wal_checkpoint(truncate)")
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\x55" * (len(data) - 4096 * 2)
    path.write_bytes(data)

    with (
        pytest.raises(RegistryError, match="损坏"),
        closing(open_registry(path)) as conn,
        explained(path),
    ):
        conn.execute("select count(facts) from penalties").fetchone()


def _hold(path: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with closing(open_registry(path)) as conn, transaction(conn):
        ready.set()
        multiprocessing.Event().wait(20)


def test_a_locked_registry_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "BUSY_MS", 100)
    open_registry(path).close()
    ready = multiprocessing.Event()
    holder = multiprocessing.Process(target=_hold, args=(path, ready))
    holder.start()
    try:
        assert ready.wait(20)
        with (
            closing(open_registry(path)) as conn,
            pytest.raises(RegistryError, match="正被"),
            transaction(conn),
        ):
            pass
    finally:
        holder.kill()
        holder.join()


def test_a_full_database_undoes_and_says_so(path: Path) -> None:
    with closing(open_registry(path)) as conn:
        (pages,) = conn.execute("pragma page_count").fetchone()
        conn.execute(f"pragma max_page_count = {pages}")

        with pytest.raises(RegistryError, match="磁盘已满"), transaction(conn):
            conn.execute("insert into redaction_log (field) values (?)", ("x" * 100_000,))

        assert conn.execute("select count(*) from redaction_log").fetchone() == (0,)


def test_batch_numbers_count_up_within_a_day_and_never_go_back(path: Path) -> None:
    with closing(open_registry(path)) as conn:
        public = table([penalty()])
        with transaction(conn):
            merge(conn, public, batch(conn, public, "2026-11-20"))

        assert new_batch_id(conn, date(2026, 11, 20)) == "B20261120-0002"
        assert new_batch_id(conn, date(2026, 11, 21)) == "B20261121-0001"
        assert last_day(conn) == date(2026, 11, 20)
        assert known_file(conn, "standard", public.source.sha256) == "B20261120-0001"
        with pytest.raises(UsageError, match="早于"):
            new_batch_id(conn, date(2026, 11, 19))
