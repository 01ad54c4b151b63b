"""Backup while in use, without the key; restore into an empty site only."""

import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from gongshi.backup import backup, restore
from gongshi.errors import RegistryError, UsageError
from gongshi.rebuild import same
from gongshi.registry import open_registry, require_key, transaction
from gongshi.site import Site, create
from gongshi.verify import verify
from tests.registry_world import penalty
from tests.test_clock_run import run, take

TODAY = date(2026, 11, 20)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = create(tmp_path / "site")
    made.require()
    return made


@pytest.fixture
def conn(site: Site) -> Iterator[sqlite3.Connection]:
    (site.var / "secret.key").write_bytes(b"k" * 32)
    with closing(open_registry(site.registry)) as connection:
        take(connection, [penalty(n) for n in range(50)], "2026-11-20")
        run(connection, "2026-11-20")
        yield connection


def test_a_restored_registry_is_the_same(
    site: Site, conn: sqlite3.Connection, tmp_path: Path
) -> None:
    with transaction(conn):
        conn.execute("insert into tombstones (id) values ('not committed')")
        file = backup(site, tmp_path / "b.tar.gz", today=TODAY)
        conn.execute("delete from tombstones")
    other = create(tmp_path / "other")
    other.require()

    restore(other, file)

    with closing(open_registry(other.registry)) as restored:
        assert same(conn, restored)
        assert restored.execute("select count(*) from ledger").fetchone() == (2,)


@pytest.mark.usefixtures("conn")
def test_the_key_stays_off_the_backup(site: Site, tmp_path: Path) -> None:
    file = backup(site, tmp_path / "b.tar.gz", today=TODAY)

    with tarfile.open(file) as archive:
        names = archive.getnames()
        data = b"".join(
            content.read() for member in archive if (content := archive.extractfile(member))
        )
    assert file.stat().st_mode & 0o777 == 0o600
    assert {"registry.db", "backup.json", "schemas/policies/site.yml"} <= set(names)
    assert not [name for name in names if "secret" in name]
    assert b"k" * 32 not in data


@pytest.mark.usefixtures("conn")
def test_a_site_in_use_is_not_overwritten(site: Site, tmp_path: Path) -> None:
    file = backup(site, tmp_path / "b.tar.gz", today=TODAY)

    with pytest.raises(UsageError, match="已有登记库"):
        restore(site, file)
    with pytest.raises(UsageError, match="已存在"):
        backup(site, file, today=TODAY)


@pytest.mark.parametrize("cut", [0, 100, 5_000, -3_000])
@pytest.mark.usefixtures("conn")
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    site: Site, tmp_path: Path, cut: int
) -> None:
    file = backup(site, tmp_path / "b.tar.gz", today=TODAY)
    file.write_bytes(file.read_bytes()[:cut])
    other = create(tmp_path / "other")
    other.require()

    with pytest.raises(RegistryError, match="不是完好的备份"):
        restore(other, file)

    assert not other.registry.exists()
    assert list(other.var.iterdir()) == []


def test_a_registry_is_restored_to_a_point_of_its_ledger(site: Site, tmp_path: Path) -> None:
    with closing(open_registry(site.registry)) as conn, transaction(conn):
        require_key(conn, "mark")
    with closing(open_registry(site.registry)) as conn:
        take(conn, [penalty(1)], "2026-11-20")
        run(conn, "2026-11-20")
        earlier = backup(site, tmp_path / "earlier.tar.gz", today=TODAY)
        take(conn, [penalty(1, facts="错录。"), penalty(2)], "2026-11-20")
        run(conn, "2026-11-20")
    file = backup(site, tmp_path / "b.tar.gz", today=TODAY)
    other, as_it_was = create(tmp_path / "other"), create(tmp_path / "as-it-was")
    other.require()
    as_it_was.require()

    done = restore(other, file, to=2)
    restore(as_it_was, earlier)

    assert [(n, kind) for n, kind, _ in done.left_out] == [(3, "batch"), (4, "day")]
    with (
        closing(open_registry(other.registry)) as restored,
        closing(open_registry(as_it_was.registry)) as expected,
    ):
        assert same(restored, expected)
        assert not list(verify(restored, TODAY))
        with transaction(restored), pytest.raises(UsageError, match="密钥"):
            require_key(restored, "another")


@pytest.mark.parametrize("to", [-1, 0, 3])
@pytest.mark.usefixtures("conn")
def test_a_point_that_the_ledger_does_not_have_is_refused_with_the_latest_ones(
    site: Site, tmp_path: Path, to: int
) -> None:
    file = backup(site, tmp_path / "b.tar.gz", today=TODAY)
    other = create(tmp_path / "other")
    other.require()

    latest = r"(?s)第 1 条 batch B\d{8}-0001\n.*第 2 条 day 2026-11-20"
    with pytest.raises(UsageError, match=latest):
        restore(other, file, to=to)
    assert not other.registry.exists()
