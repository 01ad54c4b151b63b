"""The encrypted inbox: what is sealed can be read with the key, and by nothing else."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.errors import GongshiError, RegistryError, UsageError
from gongshi.inbox import PIECE, Inbox
from gongshi.keys import Key
from gongshi.models import Original

if TYPE_CHECKING:
    from pathlib import Path

KEY = Key(b"an invented secret of some length")
CELLS = {"a1": Original("证人李四光患有糖尿病", 7, 10)}
BATCH = "B20260302-0001"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox", KEY)


def sealed(inbox: Inbox, content: bytes = b"content", batch: str = BATCH) -> Path:
    """Seal a file and return where it lies."""
    source = inbox.folder.parent / "source"
    source.write_bytes(content)
    inbox.put(batch, CELLS, source)
    source.unlink()
    return inbox.folder / f"{batch}.sealed"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_what_was_sealed_comes_back(inbox: Inbox, size: int) -> None:
    content = bytes(n % 251 for n in range(size))

    sealed(inbox, content)

    assert inbox.cells(BATCH) == CELLS
    assert b"".join(inbox.file(BATCH)) == content


def test_folder_and_file_are_the_owners_alone(inbox: Inbox) -> None:
    path = sealed(inbox)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(inbox.folder.stat().st_mode) == 0o700


def test_nothing_of_the_original_is_readable_on_disk(inbox: Inbox) -> None:
    data = sealed(inbox, "李四光 糖尿病".encode()).read_bytes()

    assert "李四光".encode() not in data
    assert "糖尿病".encode() not in data


def test_another_key_is_told_from_damage(inbox: Inbox) -> None:
    sealed(inbox)
    other = Inbox(inbox.folder, Key(b"some other invented secret"))

    with pytest.raises(RegistryError, match="另一把密钥"):
        other.cells(BATCH)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(inbox: Inbox, at: int, flip: int) -> None:
    path = sealed(inbox, b"x" * 300)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= flip
    path.write_bytes(data)

    with pytest.raises(GongshiError):
        b"".join(inbox.file(BATCH))


@pytest.mark.parametrize("kept", [0, 10, 70, -1, -20])
def test_a_cut_file_is_damaged(inbox: Inbox, kept: int) -> None:
    path = sealed(inbox, b"x" * (PIECE + 10))
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(RegistryError, match="已损坏"):
        b"".join(inbox.file(BATCH))


def test_a_file_cut_between_its_pieces_is_damaged(inbox: Inbox) -> None:
    path = sealed(inbox, b"x" * (2 * PIECE))
    path.write_bytes(path.read_bytes()[: -(PIECE + 16 + 4)])

    with pytest.raises(RegistryError, match="已损坏"):
        b"".join(inbox.file(BATCH))


def test_a_file_under_the_name_of_another_batch_does_not_open(inbox: Inbox) -> None:
    path = sealed(inbox)
    path.rename(path.with_name("B20260302-0002.sealed"))

    with pytest.raises(RegistryError):
        inbox.cells("B20260302-0002")


def test_erasing_overwrites_before_it_removes(inbox: Inbox) -> None:
    path = sealed(inbox, b"x" * 5000)
    twin = path.with_name("twin")
    twin.hardlink_to(path)

    inbox.erase(BATCH)

    assert not path.exists()
    assert set(twin.read_bytes()) == {0}
    inbox.erase(BATCH)


def test_an_original_that_is_gone_is_told(inbox: Inbox) -> None:
    assert inbox.cells(BATCH) == {}
    with pytest.raises(UsageError, match="不在收件箱"):
        b"".join(inbox.file(BATCH))


def test_a_disk_that_takes_nothing_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("no folder", encoding="utf-8")

    with pytest.raises(UsageError, match="没有入库"):
        sealed(Inbox(tmp_path / "inbox", KEY))
