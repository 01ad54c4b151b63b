"""A disk that is full, or may not be written: the old state, words, and then it goes on."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.proofs.command_server import Server
from tests.proofs.stages import Stage, copy, make, states

STAGES = (
    "ingest",
    "ingest more",
    "approve",
    "publish",
    "withdraw",
    "publish a withdrawal",
    "rebuild",
    "retention",
)
FAST = ("ingest", "publish", "withdraw")
"""What every run looks at; the others are for `make prove`."""
MIB = 1 << 20


def mount(folder: Path, *options: str) -> bool:
    """Mount a small file system of memory on a folder, or change its options; say whether it is."""
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def disk(folder: Path, size: int) -> Iterator[Path]:
    """Give a file system of a size of its own, where the system lets us."""
    folder.mkdir()
    if os.geteuid() != 0 or not mount(folder, f"size={size}"):
        pytest.skip("a file system of its own cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def free(folder: Path) -> int:
    """Return how many bytes may still be written."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def fill(folder: Path, left: int) -> Path:
    """Write a file that leaves so many bytes."""
    filler = folder / "filler"
    filler.write_bytes(b"\0" * max(free(folder) - left, 0))
    return filler


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("said") / "said.txt") as started:
        yield started


@pytest.fixture(scope="module")
def stages(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Stage]:
    return make(tmp_path_factory.mktemp("stages"), server, rows=30)


def require_words(told: str) -> None:
    """Make sure that a refusal speaks both languages and shows no inside of the program."""
    assert "Traceback" not in told
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told), told
    assert any(line[:1].isascii() and " " in line for line in told.splitlines()), told


def cramped(server: Server, stage: Stage, home: Path, left: int) -> str:
    """Give a command on a disk with little room; return how it ended."""
    with disk(home, 48 * MIB) as folder:
        site = copy(stage.site, folder / "site")
        filler = fill(folder, left)

        status = server.run(stage.on(site))

        told = server.told()
        filler.unlink()
        if status in {0, 1}:
            assert states(site) in (stage.new, stage.old)  # `rebuild` finds that it is the same
            return "done"
        assert status == 2, told
        require_words(told)
        registry, release = states(site)
        assert registry in (stage.old[0], stage.new[0])
        assert release in (stage.old[1], stage.new[1])
        assert server.run(stage.on(site)) in stage.again, server.told()
        assert states(site) == stage.new
        return "refused"


@pytest.mark.parametrize("name", FAST)
def test_a_full_disk_leaves_the_old_state_and_the_next_command_completes(
    server: Server, stages: Mapping[str, Stage], name: str, tmp_path: Path
) -> None:
    assert cramped(server, stages[name], tmp_path / "disk", 8 << 10) == "refused"


@pytest.mark.prove
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", STAGES)
def test_a_disk_that_fills_at_any_point_leaves_the_old_state(
    server: Server, stages: Mapping[str, Stage], name: str, tmp_path: Path
) -> None:
    rooms = [kib << 10 for kib in (0, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 4096)]
    ended = [
        cramped(server, stages[name], tmp_path / str(room), room) for room in (*rooms, 24 * MIB)
    ]

    print(f"{name}: {ended.count('refused')} refused, {ended.count('done')} done")  # noqa: T201
    assert ended[0] == "refused"
    assert ended[-1] == "done"


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in FAST else pytest.mark.prove) for name in STAGES],
)
def test_a_folder_that_may_not_be_written_leaves_everything_as_it_is(
    server: Server, stages: Mapping[str, Stage], name: str, tmp_path: Path
) -> None:
    stage = stages[name]
    with disk(tmp_path / "disk", 48 * MIB) as folder:
        site = copy(stage.site, folder / "site")
        assert mount(folder, "remount", "ro")

        status = server.run(stage.on(site))

        assert status == 2, server.told()
        require_words(server.told())
        assert mount(folder, "remount", "rw")
        assert states(site) == stage.old
        assert server.run(stage.on(site)) in stage.again
        assert states(site) == stage.new
