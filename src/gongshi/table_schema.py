"""The Table Schemas under `schemas/`: what each field means, read once, used everywhere.

A schema is a Frictionless Table Schema with these custom properties per field:

    x-role              the English name by which rules and stages speak of the field
    x-requirement       R required, C required under a condition, O optional
    x-publicationRange  1 public, 2 shared among authorities, 3 on authorisation only
    x-mask              none, person-name, text (free text is scanned), remove (never public)
    x-aliases           other headers under which the field arrives
    x-rules             constraint → identifier of the rule that a breach is reported under
    x-title-en, x-description-en, x-source

Source: Data Package 2.0, Table Schema; publication range and mask after the resource directory of
public credit platforms.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gongshi.errors import SpecError
from gongshi.formats import identity_no, uscc
from gongshi.formats.text import fold

PUBLIC = 1
_WITHHELD = ("text", "remove")
MAX_SHOWN = 100
"""Characters of a cell that a finding shows."""
_SHORTEST = 15
"""Characters of the shortest identity number."""
_LONG_NUMBER = re.compile(r"[0-9]{15,18}[Xx]?")
_ROUNDED_BIRTH = re.compile(
    r"[1-8]\.?[0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
"""How an identity number begins, also one that a spreadsheet has rounded (`1.10105199001E+17`)."""
_TYPE_OPTIONS = (
    "groupChar", "decimalChar", "bareNumber", "floatNumber", "trueValues", "falseValues",
    "missingValues",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a schema. `options` are properties that change how its type is read."""

    name: str
    title: str
    type: str
    description: str
    constraints: Mapping[str, Any] = field(default_factory=dict)
    format: str = "default"
    title_en: str = ""
    description_en: str = ""
    role: str = ""
    requirement: str = "O"
    publication_range: int = PUBLIC
    mask: str = "none"
    aliases: tuple[str, ...] = ()
    source: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_required(self) -> bool:
        """Whether every row must have a value."""
        return bool(self.constraints.get("required"))

    @property
    def is_withheld(self) -> bool:
        """Whether a finding must not show the value: it is, or may hold, personal data."""
        return self.mask in _WITHHELD

    @property
    def may_be_proposed(self) -> bool:
        """Whether a finding may propose a value: never for what is not public as it stands."""
        return self.publication_range == PUBLIC and self.mask == "none"

    def shown(self, text: str) -> str:
        """Return what a finding may show of a cell: nothing of what is or looks personal."""
        if self.is_withheld or (len(text) >= _SHORTEST and _looks_personal(text)):
            return ""
        return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """A schema: `descriptor` as Frictionless reads it, and the same in our own words."""

    name: str
    title: str
    title_en: str
    fields: tuple[Field, ...]
    descriptor: Mapping[str, Any] = field(repr=False)
    by_name: Mapping[str, Field] = field(repr=False)
    by_role: Mapping[str, Field] = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Field names, in order."""
        return tuple(self.by_name)

    @property
    def titles(self) -> dict[str, str]:
        """Field name → Chinese title."""
        return {each.name: each.title for each in self.fields}

    @property
    def missing_values(self) -> tuple[str, ...]:
        """Texts that stand for no value."""
        values = self.descriptor.get("missingValues", [""])
        return tuple(each if isinstance(each, str) else str(each["value"]) for each in values)

    @property
    def aliases(self) -> dict[str, str]:
        """Folded header (code, title or alias; `formats.text.fold`, upper case) → field name."""
        found: dict[str, str] = {}
        for each in self.fields:
            for header in (each.name, each.title, *each.aliases):
                found.setdefault(fold(header).upper(), each.name)
        return found


def _looks_personal(text: str) -> bool:
    """Say whether a cell holds an identity number, as it does when columns are shifted."""
    if _ROUNDED_BIRTH.match(text) and uscc.is_damaged(text.upper()):
        return True
    return any(
        identity_no.is_valid(number[0].upper()) and not uscc.is_valid(number[0])
        for number in _LONG_NUMBER.finditer(text)
    )


def load(schemas: Path, name: str) -> TableSchema:
    """Return the schema `schemas/NAME.json`.

    Raises:
        SpecError: no such file, not JSON, no fields, or two fields share a name or a role.
    """
    file = f"schemas/{name}.json"
    try:
        descriptor = json.loads((schemas / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecError("文件不存在", "no such file", file=file) from None
    except ValueError as exc:
        raise SpecError(f"不是有效的 JSON:{exc}", f"not valid JSON: {exc}", file=file) from exc
    return from_descriptor(name, descriptor)


def load_all(schemas: Path) -> dict[str, TableSchema]:
    """Return every Table Schema of a site, by name; each `schemas/*.json` is one.

    Raises:
        SpecError: one of them breaks its contract.
    """
    return {file.stem: load(schemas, file.stem) for file in sorted(schemas.glob("*.json"))}


def from_descriptor(name: str, descriptor: Mapping[str, Any]) -> TableSchema:
    """Return `descriptor`, a Table Schema as JSON gives it, as our own type.

    Raises:
        SpecError: no fields, a field without a name, or two fields that share a name or a role.
    """
    file = f"schemas/{name}.json"
    try:
        fields = tuple(_field(each) for each in descriptor["fields"])
    except (KeyError, TypeError) as exc:
        raise SpecError(
            "没有 fields 或 name", "no fields or name", file=file, key=str(exc)
        ) from exc
    by_name = {each.name: each for each in fields}
    by_role = {each.role: each for each in fields}
    for kind, index in (("name", by_name), ("x-role", by_role)):
        if len(index) != len(fields):
            raise SpecError("有重复的值", "a value stands twice", file=file, key=kind)
    return TableSchema(
        name=name,
        title=str(descriptor.get("title", name)),
        title_en=str(descriptor.get("x-title-en", name)),
        fields=fields,
        descriptor=descriptor,
        by_name=by_name,
        by_role=by_role,
    )


def _field(descriptor: Mapping[str, Any]) -> Field:
    """Return one field; without `x-role` its name serves."""
    name = str(descriptor["name"])
    return Field(
        name=name,
        title=str(descriptor.get("title", name)),
        type=str(descriptor.get("type", "any")),
        description=str(descriptor.get("description", "")),
        constraints=dict(descriptor.get("constraints", {})),
        format=str(descriptor.get("format", "default")),
        title_en=str(descriptor.get("x-title-en", "")),
        description_en=str(descriptor.get("x-description-en", "")),
        role=str(descriptor.get("x-role", name)),
        requirement=str(descriptor.get("x-requirement", "O")),
        publication_range=int(descriptor.get("x-publicationRange", PUBLIC)),
        mask=str(descriptor.get("x-mask", "none")),
        aliases=tuple(descriptor.get("x-aliases", ())),
        source=str(descriptor.get("x-source", "")),
        rules=dict(descriptor.get("x-rules", {})),
        options={key: value for key, value in descriptor.items() if key in _TYPE_OPTIONS},
    )
