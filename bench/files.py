"""What the command makes of every file of a collection: outcome, rows, rule, memory, time.

    python bench/files.py FOLDER [--only GROUP …] [--each] [--today YYYY-MM-DD]

`gongshi check` runs on each file in a process of its own, as a clerk's machine would run it. The
groups are the folders right below FOLDER. Prints a Markdown table per group; with `--each` a line
a file, by number and not by name. Memory is the largest resident set of the process and of the
child that reads, whichever is larger. The status is 1 where a file was not handled: a traceback,
an end by a signal, a refusal without its reason, or a status other than 0, 1 and 2.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from measure import MIB

ROOT = Path(__file__).parents[1]
NOT_TABLES = frozenset({".md", ".pdf", ".docx", ".MD"})
"""Notes that accompany a collection."""

_TITLES = (
    "group", "files", "taken", "findings", "refused, by rule", "not handled", "peak MiB", "CPU s",
    "slowest, s",
)  # fmt: skip
_HEAD = f"| {' | '.join(_TITLES)} |\n" + "|---" * len(_TITLES) + "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file. `kind` is taken, findings, refused or UNHANDLED."""

    group: str
    suffix: str
    kind: str
    agency: str = ""
    encoding: str = ""
    rule: str = ""
    rows: int = 0
    taken: int = 0
    refused: int = 0
    peak_mib: float = 0
    cpu_s: float = 0
    wall_s: float = 0


def main() -> None:
    """Check every file and print what came of it."""
    options = _options()
    paths = groupby(
        _files(options.folder, options.only),
        key=lambda path: path.relative_to(options.folder).parts[0],
    )
    unhandled = 0
    print("" if options.each else _HEAD, flush=True)
    for group, some in paths:
        found = [checked(path, group=group, today=options.today) for path in some]
        unhandled += sum(each.kind == "UNHANDLED" for each in found)
        print(each_file(found) if options.each else summary(found), flush=True)
    sys.exit(bool(unhandled))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", default=[], metavar="GROUP")
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--today", default="2026-11-22")
    return parser.parse_args()


def _files(folder: Path, only: Sequence[str]) -> Iterable[Path]:
    """Yield the files of a collection, group by group."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_wanted = len(parts) > 1 and (not only or parts[0] in only)
        if path.is_file() and is_wanted and path.suffix not in NOT_TABLES:
            yield path


def checked(path: Path, *, group: str, today: str) -> Outcome:
    """Run `check` on one file."""
    command = [sys.executable, "-m", "gongshi", "--root", str(ROOT), "--today", today]
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as words:
        child = subprocess.Popen(
            [*command, "check", "--json", str(path)], stdout=told, stderr=words, text=True
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        words.seek(0)
        answer, errors = told.read(), words.read()
    return Outcome(
        group=group,
        suffix=path.suffix.lower(),
        **_meaning(child.returncode, answer, errors),
        peak_mib=usage.ru_maxrss / MIB,
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=time.monotonic() - began,
    )


def _meaning(status: int, answer: str, errors: str) -> dict[str, Any]:
    """Return the fields of an outcome that the answer of `check` tells."""
    if "Traceback" in errors or status not in (0, 1, 2):
        return {"kind": "UNHANDLED", "rule": f"status {status}"}
    told = json.loads(answer)
    if status == 2:  # noqa: PLR2004  nothing was done
        error = told.get("error", {})
        has_reason = bool(error.get("rule") and error.get("zh") and error.get("en"))
        return {"kind": "refused" if has_reason else "UNHANDLED", "rule": error.get("rule", "")}
    (report,) = told["files"]
    rules = Counter(each["rule"] for each in report["findings"] if each["severity"] == "error")
    return {
        "kind": "findings" if status else "taken",
        "agency": report["agency"],
        "encoding": report["encoding"] or "workbook",
        "rule": "、".join(rule for rule, _ in rules.most_common(3)),
        **{key: report[key] for key in ("rows", "taken", "refused")},
    }


def summary(group: Sequence[Outcome]) -> str:
    """Return the line of one group."""
    kinds = Counter(each.kind for each in group)
    rules = Counter(each.rule for each in group if each.kind == "refused")
    told = ", ".join(f"{rule}×{count}" for rule, count in rules.most_common())
    return (
        f"| {group[0].group} | {len(group)} | {kinds['taken']} | {kinds['findings']} | {told} "
        f"| {kinds['UNHANDLED']} | {max(each.peak_mib for each in group):.0f} "
        f"| {sum(each.cpu_s for each in group):.0f} | {max(each.wall_s for each in group):.1f} |"
    )


def each_file(group: Sequence[Outcome]) -> str:
    """Return a table with a line for each file of one group; files are numbered, not named."""
    lines = [
        f"### {group[0].group}\n",
        "| file | recognised as | encoding | rows | taken | refused | rules | peak MiB | CPU s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for number, each in enumerate(group, start=1):
        known = each.agency or ("refused whole" if each.kind == "refused" else each.kind)
        lines.append(
            f"| {number} {each.suffix} | {known} | {each.encoding} | {each.rows} | {each.taken} "
            f"| {each.refused} | {each.rule} | {each.peak_mib:.0f} | {each.cpu_s:.1f} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
