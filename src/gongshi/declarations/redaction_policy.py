"""脱敏规则: which personal data is shown, per agency and jurisdiction (`policies/redaction.yml`).

Rows are law: each has a source, how sure it is, and the days it holds, both included. For a
record the most specific row in force counts: an agency named, then the longest area prefix. A row
that is `binding` is the least that the law hides there: no other row shows more, however specific.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import StringConstraints, model_validator

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
    {
        "identity_no",
        "permit_no",
        "mobile",
        "account",
        "home_address",
        "birth_date",
        "health",
        "name",
    }
)
"""Elements that no site may show."""


Area = Annotated[str, StringConstraints(pattern=r"^[1-9]\d(\d{2}){0,2}$")]
"""Prefix of an area code (GB/T 2260): province, city or county."""
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
Switch = Literal["shown", "masked"]


class NaturalPersonName(StrEnum):
    """How a punished natural person is named, in the order of what they show, most first."""

    FULL = "full"
    SURNAME = "surname"
    UNPUBLISHED = "unpublished"


class Sourced(Spec):
    """A rule with its source, how sure that is, and the days on which it holds."""

    effective_from: date
    effective_to: date | None = None
    source: Said
    confidence: Literal["sourced", "from-memory", "conflict"]
    note: str = ""

    @model_validator(mode="after")
    def _is_explained(self) -> "Sourced":
        if self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        if self.confidence == "conflict" and not self.note.strip():
            raise ValueError("a conflict of sources needs a note that says which")
        return self

    def holds_on(self, day: date) -> bool:
        """Say whether it is in force on `day`."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )


class ElementLaw(Sourced):
    """What the law says of one element of text: `may_show` where a site may choose."""

    element: Element
    may_show: bool

    @model_validator(mode="after")
    def _keeps_what_must_be_hidden(self) -> "ElementLaw":
        if self.may_show and self.element in ALWAYS_HIDDEN:
            raise ValueError(f"an element that may never be shown: {self.element}")
        return self


class RedactionRow(Sourced):
    """One rule of redaction: where and when it holds, and what it shows.

    `agencies` and `jurisdictions` (prefixes of area codes) are any when empty. `binding`: the law
    lets nobody show more there.
    """

    code: str
    agencies: tuple[str, ...] = ()
    jurisdictions: tuple[Area, ...] = ()
    binding: bool = False
    natural_person_name: NaturalPersonName
    sole_trader_operator: Switch
    legal_representative: Switch
    minors: Literal["unpublished"] = "unpublished"
    elements: Mapping[Element, Literal["hidden", "shown"]] = {}

    @model_validator(mode="after")
    def _keeps_what_must_be_hidden(self) -> "RedactionRow":
        if forbidden := self.shown & ALWAYS_HIDDEN:
            raise ValueError(f"elements that may never be shown: {', '.join(sorted(forbidden))}")
        return self

    @property
    def shown(self) -> frozenset[str]:
        """The elements of text that are left as they stand."""
        return frozenset(e for e, switch in self.elements.items() if switch == "shown")

    @property
    def hidden(self) -> frozenset[str]:
        """The elements of text that are masked."""
        return frozenset(ELEMENTS) - self.shown

    def specificity(self, agency: str, region_code: str) -> tuple[bool, int] | None:
        """Return how closely the row fits, None where it does not."""
        prefixes = [len(code) for code in self.jurisdictions if region_code.startswith(code)]
        if (self.agencies and agency not in self.agencies) or (self.jurisdictions and not prefixes):
            return None
        return bool(self.agencies), max(prefixes, default=0)

    def no_more_than(self, law: "RedactionRow") -> "RedactionRow":
        """Return the row, hiding at least what `law` hides."""
        names = list(NaturalPersonName)
        switches = ("sole_trader_operator", "legal_representative")
        masked = [each for each in switches if getattr(law, each) == "masked"]
        return self.model_copy(
            update={
                "natural_person_name": max(
                    self.natural_person_name, law.natural_person_name, key=names.index
                ),
                **dict.fromkeys(masked, "masked"),
                "elements": dict.fromkeys(sorted(self.shown & law.shown), "shown"),
            }
        )

    def shows_more_than(self, law: "RedactionRow") -> bool:
        """Say whether something that the row shows is hidden under `law`."""
        return self.no_more_than(law) != _plain(self)

    def meets(self, other: "RedactionRow") -> bool:
        """Say whether some record may be ruled by both rows, neither being the closer one."""
        same_agency = bool({*self.agencies} & {*other.agencies}) or not (
            self.agencies or other.agencies
        )
        same_area = bool({*self.jurisdictions} & {*other.jurisdictions}) or not (
            self.jurisdictions or other.jurisdictions
        )
        return same_agency and same_area

    def lies_in(self, law: "RedactionRow") -> bool:
        """Say whether everything that the row rules is under `law`."""
        areas = all(
            any(area.startswith(prefix) for prefix in law.jurisdictions)
            for area in self.jurisdictions
        )
        in_area = not law.jurisdictions or (bool(self.jurisdictions) and areas)
        in_agency = not law.agencies or (
            bool(self.agencies) and {*self.agencies} <= {*law.agencies}
        )
        return in_area and in_agency


class RedactionFile(Spec):
    """The whole file, rows of the past included."""

    elements: tuple[ElementLaw, ...] = ()
    rows: tuple[RedactionRow, ...]


@dataclass(frozen=True, slots=True)
class RedactionPolicy:
    """The rows in force on one day, one of which holds everywhere.

    `areas` are the jurisdictions of agencies, for authorities whose code tells no area.
    """

    rows: tuple[RedactionRow, ...]
    areas: Mapping[str, str] = field(default_factory=dict)

    def row_for(self, agency: str, region_code: str) -> RedactionRow:
        """Return what counts for an agency and the area of the authority, "" where unknown."""
        area = region_code or self.areas.get(agency, "")
        fits = ((row.specificity(agency, area), row) for row in self.rows)
        known = [(rank, row) for rank, row in fits if rank is not None]
        row = max(known, key=lambda item: item[0])[1]
        for _, law in known:
            row = row.no_more_than(law) if law.binding else row
        return row

    def silences(self, agency: str, region_code: str) -> bool:
        """Say whether nothing is published there about a natural person."""
        row = self.row_for(agency, region_code)
        return row.natural_person_name is NaturalPersonName.UNPUBLISHED

    def as_json(self) -> dict[str, Any]:
        """Return the policy as plain values, from which `from_json` makes it again."""
        rows = [row.model_dump(mode="json") for row in self.rows]
        return {"rows": rows, "areas": dict(sorted(self.areas.items()))}

    @classmethod
    def from_json(cls, text: Mapping[str, Any]) -> "RedactionPolicy":
        """Return the policy that `as_json` gave."""
        rows = tuple(RedactionRow.model_validate(row) for row in text["rows"])
        return cls(rows, text["areas"])


def load_redaction_policy(
    policies: Path, today: date, *, areas: Mapping[str, str] | None = None
) -> RedactionPolicy:
    """Return the rows of `policies/redaction.yml` in force on `today`.

    `areas` has the jurisdiction of every declared agency, "" where it names none.

    Raises:
        SpecError: the file breaks its model, a code stands twice, no row holds everywhere, two
            rows rule the same, one shows what the law hides, or names an agency that is not there.
    """
    file = load(RedactionFile, policies / FILE)
    rows = tuple(row for row in file.rows if row.holds_on(today))
    laws = [law for law in file.elements if law.holds_on(today)]
    for zh, en in _faults(file, rows, laws, areas):
        on = f"{today} "
        raise SpecError(on + zh, on + en, file=f"{policies.name}/{FILE}", key="rows")
    return RedactionPolicy(rows, areas or {})


def _faults(
    file: RedactionFile,
    rows: tuple[RedactionRow, ...],
    laws: Iterable[ElementLaw],
    areas: Mapping[str, str] | None,
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the rows of a day, in Chinese and English."""
    codes = [row.code for row in file.rows]
    if len(set(codes)) != len(codes):
        yield "code 重复", "a code stands twice"
    if not any(not row.agencies and not row.jurisdictions for row in rows):
        yield "没有适用于所有机构和地区的规则", "no row holds for every agency and area"
    for one, other in combinations(rows, 2):
        if one.meets(other):
            names = f"{one.code}、{other.code}"
            yield f"{names} 适用于同样的机构和地区,分不出先后", f"{names} rule the same records"
    never = {law.element for law in laws if not law.may_show}
    for row in rows:
        yield from _faults_of(row, never, areas)
        for law in rows:
            if law.binding and row.lies_in(law) and row.shows_more_than(law):
                more = f"{row.code} shows more than {law.code} allows"
                yield f"{row.code} 公开得比 {law.code} 允许的多", more


def _faults_of(
    row: RedactionRow, never: Container[str], areas: Mapping[str, str] | None
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one row by itself."""
    if more := [element for element in sorted(row.shown) if element in never]:
        yield f"{row.code} 显示了依法不得公开的 {more}", f"{row.code} shows {more}: unlawful"
    if areas is not None and (unknown := sorted({*row.agencies} - areas.keys())):
        yield f"{row.code} 所列机构 {unknown} 没有声明", f"{row.code}: {unknown} not declared"


def _plain(row: RedactionRow) -> RedactionRow:
    """Return a row with its elements spelled as `no_more_than` spells them."""
    return row.model_copy(update={"elements": dict.fromkeys(sorted(row.shown), "shown")})
