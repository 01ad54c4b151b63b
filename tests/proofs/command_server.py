"""Commands in processes that may be cut: imports once, then forks one for each line it reads.

Run as `python -m tests.proofs.command_server`. A line is JSON: `words` of the command line, `said`,
a file for what it prints, and optionally `limit`, the longest file in bytes that it may write. The
answers are the child's process id, and when it has ended, its exit status (negative: a signal).
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import gongshi.handling
import gongshi.pipeline
import gongshi.upkeep  # noqa: F401  what commands import, so that a child does not have to
from gongshi import cli

ROOT = Path(__file__).parents[2]


class Server:
    """Starts commands, and tells how they ended; a context manager."""

    def __init__(self, said: Path) -> None:
        self.said = said

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.command_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def start(self, words: Sequence[str], *, limit: int | None = None) -> int:
        """Order a command; return its process id."""
        assert self._process.stdin is not None
        order = {"words": list(words), "said": str(self.said), "limit": limit}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._number()

    def status(self) -> int:
        """Wait for the command that was started last; return its exit status."""
        return self._number()

    def run(self, words: Sequence[str], *, limit: int | None = None) -> int:
        """Run a command to its end."""
        self.start(words, limit=limit)
        return self.status()

    def told(self) -> str:
        """Return what the last command printed."""
        return self.said.read_text(encoding="utf-8")

    def _number(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def act(order: dict[str, Any]) -> int:
    """Run one command in this process."""
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if order["limit"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], order["limit"]))
    return cli.main(order["words"])


def main() -> None:
    """Answer orders until the input ends."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = 99
            try:
                status = act(json.loads(line))
            except SystemExit as exc:
                status = int(exc.code or 0)
            except BaseException:  # noqa: BLE001  printed, as a command would
                sys.excepthook(*sys.exc_info())
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        for number in (pid, None):
            ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) if number is None else number
            sys.stdout.write(f"{ended}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
