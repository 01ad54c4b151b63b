"""`kill -9` at random points of every command that writes: the old state or the new one."""

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.proofs.command_server import Server
from tests.proofs.stages import LATE, Stage, copy, leftovers, make, states

ROUNDS = {
    "ingest": 80,
    "ingest more": 80,
    "approve": 70,
    "publish": 80,
    "withdraw": 80,
    "publish a withdrawal": 70,
    "rebuild": 50,
    "retention": 70,
}
"""580 kills in all."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("said") / "said.txt") as started:
        yield started


@pytest.fixture(scope="module")
def stages(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Stage]:
    return make(tmp_path_factory.mktemp("stages"), server)


def kill_often(server: Server, stage: Stage, home: Path, rounds: int) -> None:
    """Cut a command many times; each time the next one completes it."""
    dice, cut = random.Random(rounds), 0  # noqa: S311  moments, not secrets
    for number in range(rounds):
        site = copy(stage.site, home / str(number))
        pid = server.start(stage.on(site))
        time.sleep(dice.uniform(0, stage.seconds))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        cut += server.status() == -signal.SIGKILL
        registry, release = states(site)
        assert registry in (stage.old[0], stage.new[0])
        assert release in (stage.old[1], stage.new[1])

        done = server.run(stage.on(site))

        assert done in stage.again, server.told()
        assert states(site) == stage.new
        assert not list((site / "build").rglob(".*.tmp"))
        if number % 10 == 0:
            assert server.run(("--root", str(site), "--today", LATE, "publish")) == 0
            assert server.run(("--root", str(site), "--today", LATE, "verify")) == 0, server.told()
            assert not list(leftovers(site))
        shutil.rmtree(site)
    print(f"{stage.name}: {rounds} rounds, {cut} cut before their end")  # noqa: T201
    assert cut >= rounds // 4


@pytest.mark.parametrize("name", ROUNDS)
def test_a_command_cut_anywhere_is_completed_by_the_next(
    server: Server, stages: Mapping[str, Stage], name: str, tmp_path: Path
) -> None:
    kill_often(server, stages[name], tmp_path, 1)


@pytest.mark.prove
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", ROUNDS)
def test_five_hundred_kills(
    server: Server, stages: Mapping[str, Stage], name: str, tmp_path: Path
) -> None:
    kill_often(server, stages[name], tmp_path, ROUNDS[name])
