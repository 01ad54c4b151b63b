"""What a program costs: CPU seconds and peak memory of a child process, and tables of pairs."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

MIB = 1024
"""`ru_maxrss` is in KiB on Linux."""


def today() -> date:
    """Return the civil day in China."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system, of the program and its children), wall seconds, peak MiB."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    output: str = ""

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.cpu_s + other.cpu_s,
            self.wall_s + other.wall_s,
            max(self.peak_mib, other.peak_mib),
            self.output + other.output,
        )


def run(command: Sequence[str | Path], *, allowed: Sequence[int] = (0,)) -> Cost:
    """Run a program to its end and return what it cost, with its standard output.

    Raises:
        SystemExit: it ended with a status that is not `allowed`.
    """
    began = time.monotonic()
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True
    ) as child:
        output = child.stdout.read() if child.stdout else ""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in allowed:
        raise SystemExit(f"{' '.join(map(str, command))}: status {child.returncode}")
    cpu_s = usage.ru_utime + usage.ru_stime
    return Cost(cpu_s, time.monotonic() - began, usage.ru_maxrss / MIB, output)


def markdown(pairs: Sequence[tuple[Cost, Cost]], names: tuple[str, str]) -> str:
    """Return a table of interleaved pairs, ours first, and the median ratio of CPU seconds."""
    ours, theirs = names
    lines = [
        f"| pair | {ours}, CPU s | peak MiB | {theirs}, CPU s | peak MiB | ratio |",
        "|---|---|---|---|---|---|",
    ]
    for number, (one, other) in enumerate(pairs, start=1):
        ratio = other.cpu_s / one.cpu_s
        lines.append(
            f"| {number} | {one.cpu_s:.2f} | {one.peak_mib:.0f} | {other.cpu_s:.2f} "
            f"| {other.peak_mib:.0f} | {ratio:.2f} |"
        )
    middle = median(other.cpu_s / one.cpu_s for one, other in pairs)
    return "\n".join([*lines, "", f"Median ratio: **{middle:.2f}**"])
