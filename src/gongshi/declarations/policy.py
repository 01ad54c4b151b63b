"""The law as data: `schemas/policies/{publication,approval,gates,retention,site}.yml`.

Every row says where it comes from and how sure that is: `sourced` (a text was read),
`from-memory` (not read again), `conflict` (sources disagree; the note says how). A row holds from
`effective_from` to `effective_to`, both days included.
"""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from gongshi.declarations.base import Spec, load
from gongshi.declarations.full_text_policy import FILE as FULL_TEXT
from gongshi.declarations.full_text_policy import FullTextPolicy
from gongshi.declarations.gate_policy import GatePolicy
from gongshi.declarations.list_spec import ListSpec, load_lists
from gongshi.declarations.redaction_policy import FILE as REDACTION
from gongshi.declarations.redaction_policy import RedactionFile, RedactionPolicy
from gongshi.errors import SpecError
from gongshi.models import Category

Confidence = Literal["sourced", "from-memory", "conflict"]


class Gravity(StrEnum):
    """失信行为等级: how grave a penalised act counts, lightest first."""

    MINOR = "轻微"
    GENERAL = "一般"
    SERIOUS = "严重"

    @property
    def rank(self) -> int:
        """Return 0 for the lightest."""
        return list(Gravity).index(self)


class Row(Spec):
    """What every row of law carries: its source, how sure, and a remark."""

    source: str
    confidence: Confidence
    note: str = ""


class Term(Spec):
    """How long a grade is published, in months; `publish: false` means not at all."""

    publish: bool = True
    min_months: int | None = None
    max_months: int | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Term":
        if self.publish and (self.max_months is None or self.min_months is None):
            raise ValueError("a published grade needs min_months and max_months")
        if self.publish and (self.min_months or 0) > (self.max_months or 0):
            raise ValueError("min_months is longer than max_months")
        return self


class SectorMinimum(Spec):
    """A longer minimum for some sectors."""

    sectors: tuple[str, ...]
    months: int


class Regime(Row):
    """One set of publication rules and the time in which it was in force."""

    code: str
    system: str
    title: str
    effective_from: date
    effective_to: date | None = None
    clock: Literal["decision", "publicity"]
    terms: dict[Gravity, Term]
    sector_minima: tuple[SectorMinimum, ...] = ()

    @model_validator(mode="after")
    def _has_general(self) -> "Regime":
        if Gravity.GENERAL not in self.terms:
            raise ValueError("terms need 一般, which stands for any grade not named")
        return self

    def overlaps(self, start: date, end: date) -> bool:
        """Say whether the regime was in force on any day from `start` to `end`."""
        return self.effective_from <= end and (
            self.effective_to is None or self.effective_to >= start
        )

    def term(self, gravity: Gravity) -> Term:
        """Return the term of a grade; one that is not named follows 一般."""
        return self.terms.get(gravity, self.terms[Gravity.GENERAL])


class KindClass(Row):
    """The grade of one kind of penalty (`P03` is graded by its amount instead)."""

    kind: str
    gravity: Gravity


class FineClass(Row):
    """The grade of a fine from an amount on, for some categories of party."""

    categories: tuple[Category, ...]
    at_least_yuan: int
    gravity: Gravity


class Never(Row):
    """What is not published at all: every condition that is given must hold."""

    only_kinds: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    simple_procedure: bool = False
    systems: tuple[str, ...] = ()
    reason: str

    @model_validator(mode="after")
    def _has_condition(self) -> "Never":
        if not (self.only_kinds or self.categories or self.simple_procedure):
            raise ValueError("a row without a condition would hide everything")
        return self


class Ban(Row):
    """Kinds that forbid an activity for a time: publication lasts at least as long."""

    kinds: tuple[str, ...]
    long_term: date
    """The date that means «no end given»: it extends nothing."""


class Deadline(Row):
    """A duty with its days: `working` or calendar, from what the name says."""

    name: str
    title: str
    days: int
    working: bool = True
    systems: tuple[str, ...] = ()


class Validity(Row):
    """Records that are shown for as long as they hold by their own last day."""

    code: str
    long_term: date
    """The date that means «no end given»."""


class Systems(Spec):
    """Which systems of rules bind whom; where several do, the shorter term holds."""

    default: tuple[str, ...]
    agencies: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Publication(Spec):
    """`publication.yml`: what is published, and for how long."""

    systems: Systems
    regimes: tuple[Regime, ...]
    kinds: tuple[KindClass, ...]
    fines: tuple[FineClass, ...]
    never: tuple[Never, ...]
    ban: Ban
    sectors: dict[str, tuple[str, ...]]
    simple_procedure_marks: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    licenses: Validity | None = None
    """How licences are shown; without it none is."""

    @model_validator(mode="after")
    def _known_names(self) -> "Publication":
        systems = {regime.system for regime in self.regimes}
        named = {*self.systems.default, *sum(self.systems.agencies.values(), ())}
        if unknown := named - systems:
            raise ValueError(f"systems without a regime: {sorted(unknown)}")
        wanted = {
            name for regime in self.regimes for row in regime.sector_minima for name in row.sectors
        }
        if unknown := wanted - self.sectors.keys():
            raise ValueError(f"sectors without marks: {sorted(unknown)}")
        return self


class Approval(Spec):
    """`approval.yml`: whether a person releases each batch, and who may override a gate.

    `doubts: hold` keeps a batch back while something of it waits for the review.
    """

    default: Literal["automatic", "named"]
    agencies: dict[str, Literal["automatic", "named"]] = Field(default_factory=dict)
    four_eyes: bool = True
    doubts: Literal["publish", "hold"] = "publish"
    overriders: tuple[str, ...] = ()

    def is_automatic(self, agency: str) -> bool:
        """Say whether an agency's batches are released without a name."""
        return self.agencies.get(agency, self.default) == "automatic"

    @property
    def holds_doubts(self) -> bool:
        """Whether a batch waits until its doubts are decided."""
        return self.doubts == "hold"

    def may_override(self, name: str) -> bool:
        """Say whether a person may let a stopped file pass."""
        return not self.overriders or name in self.overriders


class Kept(Row):
    """How long one thing is kept; `months: null` as long as its purpose lasts."""

    what: Literal["registry", "reports", "redaction_log", "inbox", "backups", "ledger_payloads"]
    months: int | None = Field(default=None, ge=0)
    days: int | None = Field(default=None, ge=0)
    counted_from: str

    @model_validator(mode="after")
    def _one_length(self) -> "Kept":
        if self.months is not None and self.days is not None:
            raise ValueError("a term is given in months or in days, not in both")
        return self


class Retention(Spec):
    """`retention.yml`: when what is no longer needed is erased."""

    rows: tuple[Kept, ...]

    @model_validator(mode="after")
    def _agree(self) -> "Retention":
        names = [row.what for row in self.rows]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"given twice: {twice}")
        terms = {
            row and (row.months, row.days)
            for row in (self.row("registry"), self.row("ledger_payloads"))
        }
        if len(terms) > 1:
            raise ValueError(
                "registry and ledger_payloads must have the same term: "
                "the one is made again from the other"
            )
        return self

    def row(self, what: str) -> Kept | None:
        """Return how long one thing is kept, if the policy says."""
        return next((row for row in self.rows if row.what == what), None)


class SitePolicy(Spec):
    """`site.yml`: what the site calls itself, and where it answers."""

    title: str
    title_en: str
    base_url: str
    hosts: tuple[str, ...]
    contact: str
    licence: str
    tombstone_days: int = Field(gt=0)


class Policies(Spec):
    """Everything of `schemas/policies/` and `schemas/lists/` that a release is made by.

    `areas` are the jurisdictions of the agencies, where the caller knows them.
    """

    publication: Publication
    approval: Approval
    gates: GatePolicy
    retention: Retention
    site: SitePolicy
    full_text: FullTextPolicy
    redaction: RedactionFile
    lists: dict[str, ListSpec]
    areas: dict[str, str] = Field(default_factory=dict)

    def redaction_on(self, day: date) -> RedactionPolicy:
        """Return the rows of redaction in force on a day, with the areas of the agencies."""
        rows = tuple(row for row in self.redaction.rows if row.holds_on(day))
        return RedactionPolicy(rows, self.areas)


def load_policies(schemas: Path) -> Policies:
    """Return a site's policies and lists.

    Raises:
        SpecError: a file is missing or breaks its contract.
    """
    folder = schemas / "policies"
    publication = load(Publication, folder / "publication.yml")
    for codes in (
        [row.code for row in publication.regimes],
        [row.kind for row in publication.kinds],
    ):
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise SpecError(
                f"重复:{'、'.join(sorted(twice))}",
                f"given twice: {sorted(twice)}",
                file="policies/publication.yml",
            )
    return Policies(
        publication=publication,
        approval=load(Approval, folder / "approval.yml"),
        gates=load(GatePolicy, folder / "gates.yml"),
        retention=load(Retention, folder / "retention.yml"),
        site=load(SitePolicy, folder / "site.yml"),
        full_text=load(FullTextPolicy, folder / FULL_TEXT),
        redaction=load(RedactionFile, folder / REDACTION),
        lists=load_lists(schemas / "lists"),
    )
