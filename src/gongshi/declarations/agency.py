"""`ingest/CODE/agency.yml`: who sends, and what their columns, words and limits mean.

An agency is a file of facts, not code. Two words of its own stand among our field names as the
target of a column: `organisation` and `person`, for sources that put the two kinds of party into
columns of their own; `parties` and `derive` say what is made of them.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from gongshi.declarations.base import Spec

ORGANISATION = "organisation"
PERSON = "person"
PARTY_COLUMNS = (ORGANISATION, PERSON)
"""What a column may mean besides a field of the schema."""

Derivation = Literal[
    "kinds-from-text", "fine-from-text", "confiscated-from-text", "category-from-column"
]
"""A field that is computed from the row's own text: by name here, by code in `ingest`."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]


def _some_text(text: str) -> str:
    """Return `text`; a declaration that says nothing is an error."""
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Text = Annotated[str, AfterValidator(_some_text)]


class Authority(Spec):
    """An authority that the agency may speak for: by its name, or by words in the name."""

    name: str = ""
    code: str = ""
    aliases: tuple[Text, ...] = ()
    containing: tuple[Text, ...] = ()
    region: str = ""

    @model_validator(mode="after")
    def _names_something(self) -> "Authority":
        if not self.name and not self.containing:
            raise ValueError("an authority needs `name` or `containing`")
        return self


class Layout(Spec):
    """One arrangement of columns: their title → our field, and their order where no header is."""

    name: Text
    columns: Mapping[str, str]
    order: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _order_names_columns(self) -> "Layout":
        if missing := sorted(set(self.columns) - set(self.order)) if self.order else []:
            raise ValueError(f"`order` lacks the columns {'、'.join(missing)}")
        return self


class Parties(Spec):
    """How the cells under `organisation` and `person` are read.

    `split` are the characters that stand between several names in one cell; without them a cell
    is one name. `strip_office` takes an office in brackets off a person's name.
    """

    split: tuple[Text, ...] = ()
    strip_office: bool = False


class ReaderOptions(Spec):
    """What one file may be: a larger one is refused, never cut. Sizes in MiB, times in seconds."""

    delimiter: str = Field(default="", max_length=1)
    file_mib: int = Field(default=4096, gt=0)
    unpacked_mib: int = Field(default=2048, gt=0)
    ratio: int = Field(default=300, gt=1)
    columns: int = Field(default=300, gt=0)
    cell_chars: int = Field(default=100_000, gt=0)
    rows: int = Field(default=10_000_000, gt=0)
    memory_mib: int = Field(default=2048, ge=128)
    seconds: int = Field(default=600, gt=0)


class AgencySpec(Spec):
    """Everything that is known about one sender of files.

    `template`: the schema's own titles, field names and aliases are a layout too; `aliases` are
    more titles for it.
    `absent`: fields of the schema that this source does not have.
    `rows`: fewer or more records in one file are a finding.
    `kind_words`: words of this sector's decisions → the kind of penalty that they name.
    `placeholders`: cells that mean «nothing» besides those made of dashes and strokes alone.
    """

    code: Code
    title: Text
    title_en: Text
    source: str = ""
    schema_name: Literal["penalty", "list-entry", "penalty-event"] = Field(alias="schema")
    template: bool = False
    aliases: Mapping[str, str] = Field(default_factory=dict)
    authorities: Literal["any"] | tuple[Authority, ...]
    jurisdiction: str = ""
    regime: str = "NDRC36"
    absent: frozenset[str] = frozenset()
    layouts: tuple[Layout, ...] = ()
    ignore: tuple[Text, ...] = ()
    placeholders: frozenset[str] = frozenset()
    lookups: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    parties: Parties | None = None
    derive: Mapping[str, Derivation] = Field(default_factory=dict)
    kind_words: Mapping[str, str] = Field(default_factory=dict)
    rows: tuple[int, int] = (1, 10_000_000)
    reader: ReaderOptions = ReaderOptions()

    @model_validator(mode="after")
    def _is_complete(self) -> "AgencySpec":
        if not self.template and not self.layouts:
            raise ValueError("needs `layouts`, or `template: true`")
        targets = {field for layout in self.layouts for field in layout.columns.values()}
        if (self.parties is None) == bool(targets & set(PARTY_COLUMNS)):
            raise ValueError("`parties` belongs to columns that mean `organisation` or `person`")
        known = {title for layout in self.layouts for title in layout.columns}
        ordered = {title for layout in self.layouts for title in layout.order}
        if lost := sorted(ordered - known - set(self.ignore)):
            raise ValueError(f"`order` names unknown columns {'、'.join(lost)}")
        if self.rows[0] > self.rows[1]:
            raise ValueError("`rows` is [fewest, most]")
        return self
