"""Publishes in processes that may be cut: imports once, then forks one for each line it reads.

Run as `python -m tests.publish_server`. A line is JSON: `root`, and optionally `step` of `seal` at
which to die (`after` it or before), or `limit`, the longest file in bytes that may be written. The
answers are the child's process id, and when it has ended, its exit status.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from gongshi.errors import GongshiError
from gongshi.publish import seal

from . import publishing

DONE, UNDONE, WRONG, DIED = 0, 3, 4, 7


def publish(order: dict[str, Any]) -> int:
    """Publish as ordered; return the exit status."""
    registry = publishing.make(Path(order["root"]))
    (registry.seq,) = registry.conn.execute("select max(seq) from events").fetchone()
    if "step" in order:
        die_at(order["step"], after=order["after"])
    if "limit" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], order["limit"]))
    try:
        registry.publish()
    except GongshiError as exc:
        return UNDONE if "撤销" in str(exc) else WRONG
    return DONE


def die_at(step: str, *, after: bool) -> None:
    """Let the process end at a step of sealing, as a power cut would: nothing runs after it."""
    real = getattr(seal, step)

    def cut(*args: object) -> None:
        if after:
            real(*args)
        os._exit(DIED)

    setattr(seal, step, cut)


def main() -> None:
    """Answer orders until the input ends."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = WRONG
            try:
                status = publish(json.loads(line))
            finally:
                os._exit(status)
        tell(pid)
        tell(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def tell(number: int) -> None:
    """Say one number to the test."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
