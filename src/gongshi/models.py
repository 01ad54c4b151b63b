"""What passes from stage to stage: one frozen type per boundary.

    RawTable ──validate──▶ CheckedTable ──deidentify──▶ PublicTable ──merge──▶ registry

The bulk path works on columns: a raw table wraps a polars frame, the others a packed one. Only
`deidentify` may make a `PublicTable`, and `merge` takes nothing else: that is the privacy promise
as a type.
Bad data is a `Finding`: collected, counted, reported.

This module imports polars for type checkers only, so that a serving host does without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from gongshi.packed import Packed

SHEET = "_sheet"
ROW = "_row"
"""Columns of every stage frame: the sheet's name, and the row number a person sees (1-based)."""


class Category(StrEnum):
    """行政相对人类别 (双公示 2019, CF_XDR_LB)."""

    ORGANISATION = "法人及非法人组织"
    PERSON = "自然人"
    SOLE_TRADER = "个体工商户"


class Severity(StrEnum):
    """How much a finding weighs: an error refuses the row, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or odd in one cell: enough to find it in the agency's own file.

    `row` is the number a person sees, 0 for a finding about the whole file or sheet; `column` is
    the spreadsheet letter, "" where no single column is meant; `value` is "" for fields that are
    never public. `rule` is a stable identifier (`V09`). `proposal` is what the cell should say,
    where that is certain; never for a field that is not public.
    """

    sheet: str
    row: int
    column: str
    field: str
    rule: str
    severity: Severity
    value: str
    message: str
    message_en: str = ""
    proposal: str = ""

    @property
    def advice(self) -> str:
        """How the proposal is put to a person, "" where there is none."""
        return f"建议填写：{self.proposal}" if self.proposal else ""


@dataclass(frozen=True, slots=True)
class Letters:
    """In which column of the agency's file each field stands: sheet → field → letters.

    Where organisations and persons have columns of their own, the party's letters depend on its
    category: those of one category stand under `of_category`.
    """

    sheets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, sheet: str, name: str, category: str = "") -> str:
        """Return the letters of a field, "" where the sheet does not have it.

        >>> letters = Letters({"三月": {"party": "B", of_category("party", Category.PERSON): "C"}})
        >>> letters.of("三月", "party"), letters.of("三月", "party", "自然人")
        ('B', 'C')
        """
        columns = self.sheets.get(sheet, {})
        return columns.get(of_category(name, category)) or columns.get(name, "")


def of_category(name: str, category: str) -> str:
    """Return the key under which `Letters` has the column of one category of parties."""
    return f"{name}:{category}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which file a table came from, and how it was read."""

    agency: str
    file: str
    sha256: str
    encoding: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """The agency's cells under our field names. May hold personal data: never store it.

    `frame` has `_sheet` (String), `_row` (UInt32) and one String column per field of the schema,
    never null: "" is an absent value. One source row may stand on several lines (one decision,
    several parties). `columns` gives the spreadsheet letters of each field, sheet by sheet.
    `absent` are fields that this source does not have, by declaration; `optional` those that it
    may leave empty: an empty cell of theirs is no problem, a filled one is judged. `refused`
    holds rows that reading already gave up on: they are counted, and explained in `findings`.
    `lines` gives names of authorities that continue others the name by which all of them are known.
    """

    source: Source
    schema: str
    frame: "pl.DataFrame" = field(repr=False)
    columns: Letters = field(default_factory=Letters)
    absent: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    findings: Sequence[Finding] = ()
    refused: frozenset[tuple[str, int]] = frozenset()
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTable:
    """Rows without an error. May hold personal data: never store it.

    `packed` has the columns of the raw table, accepted lines only. `rows` counts source rows read,
    `refused` the source rows left out; `findings` are all, those of reading included.
    """

    source: Source
    schema: str
    packed: "Packed" = field(repr=False)
    columns: Letters = field(default_factory=Letters)
    absent: frozenset[str] = frozenset()
    rows: int = 0
    refused: frozenset[tuple[str, int]] = frozenset()
    findings: Sequence[Finding] = ()
    lines: Mapping[str, str] = field(default_factory=dict)

    @property
    def frame(self) -> "pl.DataFrame":
        """All lines, unpacked: for tables that are known to be small."""
        return self.packed.whole()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A place in a public cell at which a person should look. Holds nothing that was masked.

    `masked` says whether `text[start:end]` of the public cell is a mask, or something that may be
    personal data and stands there. `left` and `right` are the public text around it, `mask` what
    stands there, or would. `record` is the key of its record as JSON, "" where its schema has no
    records; `column` and `source_field` say where the agency's file has it. `origin` is the keyed
    hash of the original cell, `start_there` and `end_there` the span in it: the same cell of the
    same record, delivered again, gives the same `place`.
    """

    sheet: str
    row: int
    column: str
    source_field: str
    field: str
    record: str
    rule: str
    masked: bool
    start: int
    end: int
    left: str
    mask: str
    right: str
    origin: str
    start_there: int
    end_there: int
    place: str


@dataclass(frozen=True, slots=True)
class Original:
    """The cell in which a doubt arose, as the agency wrote it. Never stored in clear."""

    cell: str = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """A record that punishes a minor: its key as JSON, and whether an identity number says so."""

    record: str
    by_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTable:
    """Rows that are safe to publish. Only `deidentify.deidentify` makes these.

    `packed` has `_sheet`, `_row`, the columns of its `schema` (`PENALTY_COLUMNS` and so on), and
    `party_key`. `doubts` are places in it for a person to look at. `withheld` are
    records that are not in it and may not be shown from an earlier delivery either.
    """

    source: Source
    schema: str
    packed: "Packed" = field(repr=False)
    doubts: Sequence[Doubt] = ()
    withheld: Sequence[Withheld] = ()

    @property
    def frame(self) -> "pl.DataFrame":
        """All lines, unpacked: for sorts of tables that are never large."""
        return self.packed.whole()


PENALTY_COLUMNS: tuple[str, ...] = (
    "doc_no",
    "doc_no_key",
    "authority",
    "authority_code",
    "party",
    "party_category",
    "uscc",
    "reg_no",
    "legal_rep",
    "violation_type",
    "facts",
    "basis",
    "kinds",
    "content",
    "fine_fen",
    "confiscated_fen",
    "licence_affected",
    "decided_on",
    "valid_until",
    "source_publish_until",
    "performance",
    "source_unit",
    "source_unit_code",
    "region_code",
    "full_text",
    "redactions",
)
"""Columns of a public penalty, in order; `full_text` is that of its decision. `*_fen` and
`redactions` are Int64; the others are String, dates as ISO text. Null where the source has no
value."""

ENTRY_COLUMNS: tuple[str, ...] = (
    "list_code",
    "party",
    "party_category",
    "uscc",
    "reg_no",
    "legal_rep",
    "listing_doc_no",
    "doc_no_key",
    "listed_on",
    "reason",
    "basis",
    "authority",
    "authority_code",
    "measures_note",
    "removal_conditions",
    "source_until",
    "penalty_doc_no",
    "penalty_authority_code",
    "source_unit",
    "source_unit_code",
    "redactions",
)
"""Columns of a public list entry, in order; types as above."""

LICENSE_COLUMNS: tuple[str, ...] = (
    "doc_name",
    "doc_no",
    "doc_no_key",
    "authority",
    "authority_code",
    "party",
    "party_category",
    "uscc",
    "reg_no",
    "legal_rep",
    "license_kind",
    "certificate",
    "certificate_no",
    "content",
    "decided_on",
    "valid_from",
    "valid_until",
    "status",
    "source_unit",
    "source_unit_code",
    "region_code",
    "redactions",
)
"""Columns of a public licence, in order; types as above. `status` is what the source says of it
today, `1` or `有效` while it holds."""

TRANSFER_COLUMNS: tuple[str, ...] = (
    "doc_no",
    "doc_no_key",
    "authority",
    "authority_code",
    "party",
    "party_category",
    "uscc",
    "reg_no",
    "legal_rep",
    "offence",
    "facts",
    "basis",
    "decided_on",
    "receiver",
    "signed_on",
    "docket",
    "outcome",
    "outcome_on",
    "outcome_doc_no",
    "penalty_doc_no",
    "source_unit",
    "source_unit_code",
    "region_code",
    "redactions",
)
"""Columns of a transferred case as the registry keeps it, in order; types as above. Redacted like
everything else, and never published."""

EVENT_COLUMNS: tuple[str, ...] = (
    "event",
    "doc_no",
    "doc_no_key",
    "authority_code",
    "party",
    "uscc",
    "event_on",
    "reason",
    "basis",
    "decision_doc_no",
    "redactions",
)
"""Columns of a redacted event about a penalty, in order; types as above. `party` is masked as in
the penalty, so that the two match."""

RECORD_KEYS: Mapping[str, tuple[str, ...]] = {
    "penalty": ("authority_code", "doc_no_key", "party_key"),
    "list-entry": ("list_code", "authority_code", "doc_no_key", "party_key"),
    "license": ("authority_code", "doc_no_key", "party_key"),
    "case-transfer": ("authority_code", "doc_no_key", "party_key"),
}
"""Schema → the public columns by which its records are known; never the document number alone."""
