"""Files on their way: each in a folder of its own under `var/desk/`, and what is known of it.

A delivery belongs to the session that brought it; nobody else sees it, except that operators see
what a gate has stopped. The original goes when the file is in the registry; everything goes when
the delivery is discarded, its session ends, or the desk starts anew.
"""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from gongshi.desk import naming
from gongshi.errors import GongshiError
from gongshi.models import Finding, Severity
from gongshi.report import FileReport, by_rule

MOST_SHOWN = 20_000
"""Findings that are kept for the page, the gravest first; the reports on disk have all."""
MARKED = "marked.xlsx"
REPORTS = ("report.txt", "report.json", "report.csv")
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class State(StrEnum):
    """How far a delivery is."""

    ARRIVING = "arriving"
    CHECKING = "checking"
    READY = "ready"
    UNUSABLE = "unusable"
    SENDING = "sending"
    HELD = "held"
    DONE = "done"


BUSY = frozenset({State.ARRIVING, State.CHECKING, State.SENDING})
"""States that pass by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the pipeline said of a file: its counts, and the findings that a page shows."""

    report: FileReport
    found: int
    errors: dict[str, int]
    findings: tuple[Finding, ...]


def told(report: FileReport) -> Told:
    """Return what of a report stays in memory: the gravest findings, and how many there are."""
    ordered = sorted(report.findings, key=lambda each: _WEIGHT[each.severity])
    return Told(
        report=report,
        found=len(report.findings),
        errors=by_rule(report.findings),
        findings=tuple(ordered[:MOST_SHOWN]),
    )


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """One file: whose it is, where it lies, how far it is, and what was found."""

    owner: str
    agency: str
    name: str
    folder: Path
    received_at: datetime
    began: float
    id: str
    state: State = State.ARRIVING
    checked: Told | None = None
    taken: Told | None = None
    trouble: GongshiError | None = None
    was_stopped: bool = False

    @property
    def original(self) -> Path:
        """Where the file lies, under a name that is not the clerk's own."""
        return self.folder / naming.label(self.name)

    @property
    def is_busy(self) -> bool:
        """Whether something is being done with it right now."""
        return self.state in BUSY

    @property
    def is_kept(self) -> bool:
        """Whether it outlives its session: it is being taken in, or waits for an operator."""
        return self.state in (State.SENDING, State.HELD)

    @property
    def has_marked(self) -> bool:
        """Whether there is a marked workbook."""
        return (self.folder / MARKED).exists()

    @property
    def told(self) -> Told | None:
        """Return what was said last."""
        return self.taken or self.checked


@dataclass(slots=True)
class Deliveries:
    """Every delivery of a desk; its folder is emptied when the desk opens."""

    root: Path
    held_s: float
    clock: Callable[[], float] = time.monotonic
    _all: dict[str, Delivery] = field(default_factory=dict)

    def open(self) -> None:
        """Begin with an empty folder that nobody else may read."""
        self.close()
        self.root.mkdir(mode=0o700, parents=True)

    def close(self) -> None:
        """Delete everything."""
        self._all.clear()
        shutil.rmtree(self.root, ignore_errors=True)

    def begin(self, *, owner: str, agency: str, sent_name: str) -> Delivery:
        """Make room for a file that is arriving."""
        key = secrets.token_hex(16)
        delivery = Delivery(
            id=key,
            owner=owner,
            agency=agency,
            name=naming.shown(sent_name),
            folder=self.root / key,
            received_at=datetime.now().astimezone(),
            began=self.clock(),
        )
        delivery.folder.mkdir(mode=0o700)
        self._all[key] = delivery
        return delivery

    def of(self, owner: str) -> list[Delivery]:
        """Return the deliveries of one session, the newest first."""
        return [one for one in reversed(self._all.values()) if one.owner == owner]

    def held(self) -> list[Delivery]:
        """Return what gates have stopped and nobody has let pass, the oldest first."""
        return [one for one in self._all.values() if one.was_stopped and one.is_kept]

    def find(self, key: str) -> Delivery | None:
        """Return a delivery by its id."""
        return self._all.get(key)

    def discard(self, delivery: Delivery) -> None:
        """Delete a delivery and its files."""
        self._all.pop(delivery.id, None)
        shutil.rmtree(delivery.folder, ignore_errors=True)

    def sweep(self, open_sessions: frozenset[str]) -> None:
        """Delete what belongs to no open session, unless it waits for an operator or is at work."""
        for one in list(self._gone(open_sessions)):
            self.discard(one)

    def _gone(self, open_sessions: frozenset[str]) -> Iterator[Delivery]:
        for one in self._all.values():
            if one.state is State.HELD:
                if self.clock() - one.began > self.held_s:
                    yield one
            elif one.owner not in open_sessions and one.state is not State.SENDING:
                yield one
