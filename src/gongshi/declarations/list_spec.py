"""A credit list as data: one file `schemas/lists/CODE.yml`, and nothing else to register."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from gongshi.declarations.base import Spec, load
from gongshi.errors import SpecError

_CODE = re.compile(r"[A-Z][A-Z0-9-]{2,23}")


class LegalBasis(Spec):
    """The instrument on which a list rests, and the words by which an entry names it."""

    title: str
    number: str = ""
    marks: tuple[str, ...] = Field(min_length=1)
    """A listing's stated basis must hold one of these."""
    source: str
    confidence: Literal["sourced", "from-memory", "conflict"]


class ListSpec(Spec):
    """One list: what it is called, on what it rests, how long an entry stays.

    `natural_persons`: `refused` (organisations only), `masked` (shown as 张某某), `withheld`
    (kept, never shown). `term_months` counts from the listing date, null where an entry stays
    until it is removed. A list that is not `enabled` takes no entries and shows none.
    """

    code: str
    title: str
    title_en: str
    colour: Literal["red", "black", "watch"]
    authority: str
    legal_basis: tuple[LegalBasis, ...]
    natural_persons: Literal["refused", "masked", "withheld"]
    term_months: int | None
    early_removal_months: int | None = None
    removal_conditions: str
    measures: str
    enabled: bool = True
    note: str = ""

    @field_validator("code")
    @classmethod
    def _plain(cls, code: str) -> str:
        if not _CODE.fullmatch(code):
            raise ValueError("a code is 3 to 24 capitals, digits and hyphens")
        return code

    @model_validator(mode="after")
    def _rests_on_law(self) -> "ListSpec":
        if self.enabled and not self.legal_basis:
            raise ValueError("an enabled list needs a legal_basis")
        return self


def load_lists(folder: Path) -> dict[str, ListSpec]:
    """Return every list of a site by code.

    Raises:
        SpecError: a file breaks its contract, or its name is not its code.
    """
    specs = {}
    for file in sorted(folder.glob("*.yml")):
        spec = load(ListSpec, file)
        if spec.code != file.stem:
            raise SpecError(
                "文件名与名单代码不一致",
                "the file is not named after its code",
                file=f"lists/{file.name}",
                key="code",
            )
        specs[spec.code] = spec
    return specs
