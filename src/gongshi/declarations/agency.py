"""`ingest/CODE/agency.yml`: who sends, and what their columns, words and limits mean.

An agency is a file of facts, not code. Three words of its own stand among our field names as the
target of a column: `organisation` and `person`, for sources that put the two kinds of party into
columns of their own (`parties` and `derive` say what is made of them), and `document`, for the name
of the file with the text of the decision.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from gongshi.declarations.base import CHOICE, Spec, wrong
from gongshi.declarations.gate_policy import AgencyGates
from gongshi.formats import uscc

ORGANISATION = "organisation"
PERSON = "person"
PARTY_COLUMNS = (ORGANISATION, PERSON)
"""What a column may mean besides a field of the schema: the party, by its kind."""
DOCUMENT = "document"
OWN_COLUMNS = (*PARTY_COLUMNS, DOCUMENT)
"""All that a column may mean besides a field of the schema."""

Derivation = Literal[
    "kinds-from-text",
    "fine-from-text",
    "confiscated-from-text",
    "category-from-column",
    "category-from-code",
    "declared-authority",
]
"""A field that is computed, not read: by name here, by code in `ingest`."""
FROM_TEXT = frozenset[Derivation](("kinds-from-text", "fine-from-text", "confiscated-from-text"))
"""Those that read the text of the decision."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]


def _some_text(text: str) -> str:
    """Return `text`; a declaration that says nothing is an error."""
    if not text.strip():
        raise wrong("", "不能为空", "must not be empty")
    return text


Text = Annotated[str, AfterValidator(_some_text)]


class Authority(Spec):
    """An authority that the agency may speak for: by its name, or by words in the name."""

    name: str = ""
    code: str = ""
    aliases: tuple[Text, ...] = ()
    containing: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _names_something(self) -> "Authority":
        if not self.name and not self.containing:
            raise wrong(
                "name", "请写 name 或者 containing", "an authority needs `name` or `containing`"
            )
        if self.code and not uscc.is_valid(self.code):
            raise wrong(
                "code",
                "不是有效的统一社会信用代码,请核对位数和校验码",
                "no valid unified social credit code: length, characters or check are wrong",
            )
        return self


def _choice_of_authorities(value: object) -> str:
    """Return which form of `authorities` is meant; whatever is not `any` should be a list."""
    return f"{CHOICE}any" if value == "any" else f"{CHOICE}list"


Authorities = Annotated[
    Annotated[Literal["any"], Tag(f"{CHOICE}any")]
    | Annotated[tuple[Authority, ...], Tag(f"{CHOICE}list")],
    Discriminator(_choice_of_authorities),
]


class Layout(Spec):
    """One arrangement of columns: their title → our field, and their order where no header is."""

    name: Text
    columns: Mapping[str, str]
    order: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _order_names_columns(self) -> "Layout":
        if missing := sorted(set(self.columns) - set(self.order)) if self.order else []:
            names = "、".join(missing)
            raise wrong("order", f"缺少列 {names}", f"`order` lacks the columns {names}")
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
    cells: int = Field(default=300_000_000, gt=0)
    memory_mib: int = Field(default=2048, ge=128)
    seconds: int = Field(default=600, gt=0)


class AgencySpec(Spec):
    """Everything that is known about one sender of files.

    `template`: the schema's own titles, field names and aliases are a layout too; `aliases` are
    more titles for it.
    `absent`: fields of the schema that this source does not have; nothing is asked of them.
    `optional`: fields that the source has and may leave empty, even where the rules ask for a
    value; what is filled in is judged like any other.
    `draft`: nobody has confirmed this yet; `check --agency` reads by it, `ingest` refuses to.
    `rows`: a file with fewer or more records is stopped (G01).
    `delivery`: `full` where each file holds everything that is in force, so that what is missing
    or much less is suspicious; `increment` where it holds what is new or changed.
    `gates`: limits of this agency, where they differ from those of the site.
    `constants`: field → the one value that holds for every row of this source and stands in no
    column: which list it is, what the file as a whole rests on. Who decided is not said so.
    `documents`: whether decision documents come in the archive with the table, and whether a row
    without one is refused.
    `kind_words`: words of this sector's decisions → the kind of penalty that they name.
    `jurisdiction`: area code, or its first digits, of the place whose rules of redaction hold where
    the code of an authority tells no area.
    `placeholders`: cells that mean «nothing» besides those made of dashes and strokes alone.
    """

    code: Code
    draft: bool = False
    title: Text
    title_en: Text
    source: str = ""
    schema_name: Literal["penalty", "license", "list-entry", "penalty-event", "case-transfer"] = (
        Field(alias="schema")
    )
    template: bool = False
    aliases: Mapping[str, str] = Field(default_factory=dict)
    authorities: Authorities
    jurisdiction: str = Field(default="", pattern=r"^([1-9]\d(\d{2}){0,2})?$")
    absent: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    layouts: tuple[Layout, ...] = ()
    ignore: tuple[Text, ...] = ()
    placeholders: frozenset[str] = frozenset()
    lookups: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    parties: Parties | None = None
    documents: Literal["none", "optional", "required"] = "none"
    derive: Mapping[str, Derivation] = Field(default_factory=dict)
    constants: Mapping[str, Text] = Field(default_factory=dict)
    kind_words: Mapping[str, str] = Field(default_factory=dict)
    rows: tuple[int, int] = (1, 10_000_000)
    delivery: Literal["full", "increment"] = "increment"
    gates: AgencyGates = AgencyGates()
    reader: ReaderOptions = ReaderOptions()

    @property
    def mapped(self) -> frozenset[str]:
        """Fields that a declared title means."""
        own = {field for layout in self.layouts for field in layout.columns.values()}
        return frozenset(own | set(self.aliases.values()))

    @property
    def unread(self) -> frozenset[str]:
        """Fields that no column is looked for."""
        return self.absent | self.derive.keys() | self.constants.keys()

    @property
    def sole_authority(self) -> Authority | None:
        """The one authority of every row, where just one is declared, by its name."""
        if self.authorities == "any" or len(self.authorities) != 1:
            return None
        (only,) = self.authorities
        return only if only.name and not only.containing else None

    @model_validator(mode="after")
    def _has_layouts(self) -> "AgencySpec":
        if not self.template and not self.layouts:
            raise wrong(
                "layouts",
                "请写 layouts,或者 template: true",
                "needs `layouts`, or `template: true`",
            )
        known = {title for layout in self.layouts for title in layout.columns}
        ordered = {title for layout in self.layouts for title in layout.order}
        if lost := "、".join(sorted(ordered - known - set(self.ignore))):
            raise wrong(
                "layouts",
                f"order 中的列 {lost} 不在 columns 或 ignore 中",
                f"`order` names unknown columns {lost}",
            )
        if self.rows[0] > self.rows[1]:
            raise wrong("rows", "应为 [最少, 最多]", "`rows` is [fewest, most]")
        return self

    @model_validator(mode="after")
    def _parties_have_columns(self) -> "AgencySpec":
        if (self.parties is None) == bool(self.mapped & set(PARTY_COLUMNS)):
            raise wrong(
                "parties",
                "有列对应 organisation 或 person 时要写 parties,否则不写",
                "`parties` belongs to columns that mean `organisation` or `person`",
            )
        return self

    @model_validator(mode="after")
    def _documents_have_a_place(self) -> "AgencySpec":
        if self.documents == "none" and DOCUMENT in self.mapped:
            raise wrong(
                "documents",
                "有列对应 document 时请写 optional 或者 required",
                "a column means `document`: say `optional` or `required`",
            )
        if self.documents != "none" and self.schema_name != "penalty":
            raise wrong(
                "documents",
                "只有行政处罚表可以附决定书",
                "only tables of penalties come with decision documents",
            )
        return self

    @model_validator(mode="after")
    def _fields_have_one_source(self) -> "AgencySpec":
        derived, constant = frozenset(self.derive), frozenset(self.constants)
        clashes = (
            ("absent", self.absent & self.mapped, "已有对应的列", "a column means it"),
            ("absent", self.absent & derived, "已由 derive 得出", "`derive` fills it"),
            ("absent", self.absent & self.optional, "已列入 optional", "it is `optional`"),
            ("derive", derived & self.mapped, "已有对应的列", "a column means it"),
            ("constants", constant & self.mapped, "已有对应的列", "a column means it"),
            ("constants", constant & derived, "已由 derive 得出", "`derive` fills it"),
            ("constants", constant & self.absent, "已列入 absent", "it is `absent`"),
        )
        for key, fields, zh, en in clashes:
            if fields:
                field = min(fields)
                raise wrong(key, f"{field} {zh},请只留一处", f"{field}: {en}; keep one of the two")
        return self

    @model_validator(mode="after")
    def _derivations_can_work(self) -> "AgencySpec":
        for field, how in self.derive.items():
            if how == "category-from-column" and self.parties is None:
                raise wrong(
                    f"derive.{field}",
                    "要有 organisation 或 person 列;没有的请用 category-from-code",
                    "`category-from-column` needs columns that mean `organisation` or `person`",
                )
            if how == "category-from-code" and self.parties is not None:
                raise wrong(
                    f"derive.{field}",
                    "已有 organisation 或 person 列,请用 category-from-column",
                    "with columns that mean `organisation` or `person`, the column tells",
                )
            if how == "declared-authority" and self.sole_authority is None:
                raise wrong(
                    f"derive.{field}",
                    "declared-authority 要求 authorities 恰好一项,并写明 name,不用 containing",
                    "`declared-authority` needs exactly one authority, with its `name`",
                )
        return self
