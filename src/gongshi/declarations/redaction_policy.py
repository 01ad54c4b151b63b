"""脱敏规则: which personal data is shown, per agency and jurisdiction (`policies/redaction.yml`).

Rows are law: each has a source, how sure it is, and the days it holds, both included. For a
record the most specific row in force counts: an agency named, then the longest area prefix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args

from pydantic import model_validator

from gongshi.declarations.base import Spec, load
from gongshi.errors import SpecError

FILE = "redaction.yml"

Element = Literal[
    "identity_no",
    "permit_no",
    "mobile",
    "account",
    "landline",
    "email",
    "account_name",
    "plate",
    "home_address",
    "birth_date",
    "health",
    "name",
]
"""What text redaction knows; the names are those of its rules."""

ELEMENTS: tuple[str, ...] = get_args(Element)
ALWAYS_HIDDEN = frozenset(
    {"identity_no", "permit_no", "mobile", "account", "home_address", "health", "name"}
)
"""Elements that no site may show."""


class NaturalPersonName(StrEnum):
    """How a punished natural person is named."""

    FULL = "full"
    SURNAME = "surname"
    UNPUBLISHED = "unpublished"


class RedactionRow(Spec):
    """One rule of redaction: where and when it holds, and what it shows.

    `agencies` and `jurisdictions` (prefixes of area codes) are any when empty.
    """

    code: str
    agencies: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    effective_from: date
    effective_to: date | None = None
    natural_person_name: NaturalPersonName
    sole_trader_operator: Literal["shown", "masked"]
    legal_representative: Literal["shown", "masked"]
    minors: Literal["unpublished"] = "unpublished"
    elements: Mapping[Element, Literal["hidden", "shown"]] = {}
    source: str
    confidence: Literal["sourced", "from-memory", "conflict"]
    note: str = ""

    @model_validator(mode="after")
    def _keeps_what_must_be_hidden(self) -> "RedactionRow":
        shown = {element for element, switch in self.elements.items() if switch == "shown"}
        if forbidden := shown & ALWAYS_HIDDEN:
            raise ValueError(f"elements that may never be shown: {', '.join(sorted(forbidden))}")
        return self

    @property
    def hidden(self) -> frozenset[str]:
        """The elements of text that are masked."""
        return frozenset(ELEMENTS) - {e for e, switch in self.elements.items() if switch == "shown"}

    def holds_on(self, day: date) -> bool:
        """Say whether the row is in force on `day`."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def specificity(self, agency: str, region_code: str) -> tuple[int, int] | None:
        """Return how closely the row fits, None where it does not."""
        prefixes = [len(code) for code in self.jurisdictions if region_code.startswith(code)]
        if (self.agencies and agency not in self.agencies) or (self.jurisdictions and not prefixes):
            return None
        return len(self.agencies), max(prefixes, default=0)


class RedactionFile(Spec):
    """The whole file, rows of the past included."""

    rows: tuple[RedactionRow, ...]


@dataclass(frozen=True, slots=True)
class RedactionPolicy:
    """The rows in force on one day, one of which holds everywhere."""

    rows: tuple[RedactionRow, ...]

    def row_for(self, agency: str, region_code: str) -> RedactionRow:
        """Return the most specific row for an agency and the area of the authority."""
        fits = ((row.specificity(agency, region_code), row) for row in self.rows)
        known = [(rank, row) for rank, row in fits if rank is not None]
        return max(known, key=lambda item: item[0])[1]


def load_redaction_policy(policies: Path, today: date) -> RedactionPolicy:
    """Return the rows of `policies/redaction.yml` in force on `today`.

    Raises:
        SpecError: the file breaks its model, a code stands twice, or no row holds everywhere.
    """
    file = load(RedactionFile, policies / FILE)
    name = f"{policies.name}/{FILE}"
    codes = [row.code for row in file.rows]
    if len(set(codes)) != len(codes):
        raise SpecError("code 重复", "a code stands twice", file=name, key="rows")
    rows = tuple(row for row in file.rows if row.holds_on(today))
    if not any(not row.agencies and not row.jurisdictions for row in rows):
        raise SpecError(
            f"{today} 没有适用于所有机构和地区的规则",
            f"on {today} no row holds for every agency and area",
            file=name,
            key="rows",
        )
    return RedactionPolicy(rows)
