"""Why an event happens, by code: `schemas/codes/event-reasons.csv`, each with the usual article.

A site that was made before the list existed has none; its events then carry no code.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongshi.errors import SpecError
from gongshi.events.one import EventKind

FILE = "codes/event-reasons.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One row: the code, the event that it stands for, and the article usually cited."""

    code: str
    event: EventKind
    label: str
    label_en: str
    basis: str
    confidence: str


def _reason(row: dict[str, Any]) -> Reason:
    return Reason(**{**row, "event": EventKind(row["event"])})


def load_reasons(schemas: Path) -> dict[str, Reason]:
    """Return the reasons of a site by code.

    Raises:
        SpecError: a column is missing, an event is unknown, or a code stands twice.
    """
    try:
        with (schemas / FILE).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        return {}
    try:
        found = [_reason(row) for row in rows]
    except (KeyError, TypeError, ValueError) as exc:
        raise SpecError(f"不能读:{exc}", f"cannot be read: {exc}", file=f"schemas/{FILE}") from exc
    reasons = {reason.code: reason for reason in found}
    if len(reasons) != len(found):
        raise SpecError("代码重复", "a code stands twice", file=f"schemas/{FILE}", key="code")
    return reasons
