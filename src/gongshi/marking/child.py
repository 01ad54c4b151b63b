"""Writing a marked workbook in a process of its own, with limits on memory, time and output.

The plan comes in by standard input as JSON; one line of JSON goes out: `{}`, or why it failed.
Scratch files of the libraries hold the clerk's cells, so they lie in the draft's private folder.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.marking.unfit import UnfitError
from gongshi.marking.words import Plan, plan_from

_MIB = 1 << 20
_PACKAGE = Path(__file__).parents[2]
_SPENT = "超出内存或时间限制"


class Way(StrEnum):
    """How the workbook is made, the most faithful first."""

    OWN = "own"
    AS_READ = "as-read"
    ALONE = "summary-alone"


def write(way: Way, original: Path, draft: Path, plan: Plan, options: ReaderOptions) -> None:
    """Write the marked workbook of `original` to `draft`, within the limits of `options`.

    Raises:
        FileRefusedError: the original cannot be read.
        UnfitError: it cannot be done in this way.
    """
    command = [sys.executable, "-W", "ignore", "-m", __name__, way]
    command += [str(original.absolute()), str(draft.absolute()), options.model_dump_json()]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            command,
            input=json.dumps(plan.plain).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library's traceback may quote cells
            timeout=options.seconds,
            check=False,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(_PACKAGE),
                "TMPDIR": str(draft.parent.absolute()),
                "POLARS_MAX_THREADS": "1",
            },
        )
    except subprocess.TimeoutExpired as exc:
        raise UnfitError(_SPENT) from exc
    if done.returncode or not done.stdout:
        raise UnfitError(_SPENT)
    told = json.loads(done.stdout)
    if "refused" in told:
        raise FileRefusedError(file=original.name, **told["refused"])
    if "unfit" in told:
        raise UnfitError(told["unfit"])


def main(arguments: list[str]) -> None:
    """Do what `write` asks for, and say how it went."""
    way, original, draft = Way(arguments[0]), Path(arguments[1]), Path(arguments[2])
    options = ReaderOptions.model_validate_json(arguments[3])
    _limit(options)
    told: Mapping[str, object] = {}
    try:
        _writer(way)(original, draft, plan_from(json.load(sys.stdin.buffer)), options)
    except FileRefusedError as refusal:
        zh, en = (text.removeprefix(f"{refusal.file}: ") for text in (refusal.zh, refusal.en))
        told = {"refused": {"zh": zh, "en": en, "todo": refusal.todo, "rule": refusal.rule}}
    except UnfitError as unfit:
        told = {"unfit": str(unfit)}
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001  a library's fault on this file: its kind alone
        told = {"unfit": f"其中有工具不支持的内容（{type(fault).__name__}）"}
    sys.stdout.write(json.dumps(told))


def _writer(way: Way) -> Callable[[Path, Path, Plan, ReaderOptions], None]:
    """Return what writes in this way."""
    from gongshi.marking import as_read, own  # noqa: PLC0415 (openpyxl only in the child)

    ways = {Way.OWN: own.write, Way.AS_READ: as_read.write, Way.ALONE: as_read.write_summary_alone}
    return ways[way]


def _limit(options: ReaderOptions) -> None:
    """Take away what writing a workbook does not need."""
    for what, most in (
        (resource.RLIMIT_DATA, options.memory_mib * _MIB),
        (resource.RLIMIT_CPU, options.seconds),
        (resource.RLIMIT_FSIZE, options.unpacked_mib * _MIB),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(sys.argv[1:])
