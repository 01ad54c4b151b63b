"""Checking and taking in, in threads of their own, so that the page answers meanwhile.

The parsers run in a child process with limits already. One file is taken in at a time: the registry
has one writer, and a second clerk is told to wait a moment instead of hanging.
"""

import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from gongshi import pipeline, report
from gongshi.desk.deliveries import MARKED, Deliveries, Delivery, State, told
from gongshi.desk.problem import Problem
from gongshi.errors import FileRefusedError, GongshiError
from gongshi.gates import Override
from gongshi.marking import mark
from gongshi.report import FileReport
from gongshi.site import Site
from gongshi.trouble import explained

_CHECKS_AT_ONCE = 2


@dataclass(slots=True)
class Work:
    """What is being done with deliveries; `today` is asked each time, as a desk runs for weeks."""

    site: Site
    deliveries: Deliveries
    today: Callable[[], date]
    _checks: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_CHECKS_AT_ONCE, "desk-check")
    )
    _intake: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "desk-intake")
    )
    _taking: threading.Lock = field(default_factory=threading.Lock)

    def check(self, delivery: Delivery) -> None:
        """Start to check a file that has arrived."""
        delivery.state = State.CHECKING
        self._checks.submit(self._check, delivery)

    def send(self, delivery: Delivery, *, override: Override | None = None) -> None:
        """Start to take a checked file in; with `override`, one that a gate has stopped.

        Raises:
            Problem: another file is being taken in, or this one cannot be.
        """
        before = delivery.state
        if before is not (State.HELD if override else State.READY):
            raise Problem(409, "not_ready")
        if not self._taking.acquire(blocking=False):
            raise Problem(409, "busy")
        delivery.state, delivery.trouble = State.SENDING, None
        self._intake.submit(self._send, delivery, before, override)

    def close(self) -> None:
        """Wait for what is being taken in; let go of the rest."""
        self._checks.shutdown(wait=True, cancel_futures=True)
        self._intake.shutdown(wait=True)

    def _check(self, delivery: Delivery) -> None:
        """Check one file, write its reports and its marked workbook."""
        try:
            desk = pipeline.open_desk(self.site, agency=delivery.agency, today=self.today())
            (found,) = pipeline.check(desk, [delivery.original])
            _keep(delivery, found)
            mark(
                delivery.original,
                found.findings,
                delivery.folder / MARKED,
                options=desk.reader,
            )
            delivery.state = State.READY
        except FileRefusedError as refusal:
            _keep(delivery, report.of_refusal(delivery.name, refusal))
            delivery.state = State.UNUSABLE
        except Exception as exc:  # noqa: BLE001  the clerk is told; the thread lives on
            delivery.trouble = _explained(exc)
            delivery.state = State.UNUSABLE

    def _send(self, delivery: Delivery, before: State, override: Override | None) -> None:
        """Take one file in; what fails leaves the registry as it was, and can be tried again."""
        try:
            desk = pipeline.open_desk(self.site, agency=delivery.agency, today=self.today())
            desk = replace(desk, shown={delivery.original: Path(delivery.name)})
            with explained(self.site.registry):
                (found,) = pipeline.ingest(desk, [delivery.original], override=override)
            if found.stopped:
                delivery.checked = told(replace(found, file=delivery.name))
                delivery.was_stopped, delivery.state = True, State.HELD
                return
            delivery.taken = told(replace(found, file=delivery.name))
            delivery.original.unlink()
            delivery.state = State.DONE
        except Exception as exc:  # noqa: BLE001
            delivery.trouble = _explained(exc)
            delivery.state = before
        finally:
            self._taking.release()


def _keep(delivery: Delivery, found: FileReport) -> None:
    """Write the reports of a check beside the file, under the clerk's own name of it."""
    named = replace(found, file=delivery.name)
    report.write(delivery.folder, [named])
    delivery.checked = told(named)


def _explained(exc: Exception) -> GongshiError:
    """Return what a person is told; what nobody foresaw reaches the log by place, not value."""
    if isinstance(exc, GongshiError):
        return exc
    if not isinstance(exc, OSError | sqlite3.Error):
        where = traceback.extract_tb(exc.__traceback__)[-1]
        line = f"desk: {type(exc).__name__} {where.filename}:{where.lineno} {where.name}"
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - the server's log
    return GongshiError(
        "系统没有完成这一步,登记库没有改动。",
        "The system could not finish this step; the registry is as it was.",
        todo="请稍后再试;仍不行的,请把时间告诉运维人员。",
    )
