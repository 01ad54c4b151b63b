"""The kinds of record: which schema, which tables, which columns, which key; and public ids."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gongshi.models import (
    ENTRY_COLUMNS,
    LICENSE_COLUMNS,
    PENALTY_COLUMNS,
    RECORD_KEYS,
    TRANSFER_COLUMNS,
)

ALPHABET = "bcdfghjkmnpqrstvwxz"
"""Letters of minted ids: no digits, so that an id never looks like a number, and no vowels."""

_ID_LETTERS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of record, as every stage needs to know it.

    `stem` begins the names of its tables, `view` shows them as one; `type` names it in the public
    sequence, and is empty for a kind that is never published. `number` is the column with the
    number of its decision, `open_state` the state of a record that is shown, `held_state` that of
    one taken down for a reason that is lost. `names_parties`: its names of organisations are
    remembered. `has_events`: decisions of the kind can be revoked, corrected, disputed.
    """

    schema: str
    title: str
    stem: str
    view: str
    type: str
    prefix: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    number: str = "doc_no"
    open_state: str = "published"
    held_state: str = "suspended"
    names_parties: bool = False
    has_events: bool = False

    @property
    def id(self) -> str:
        """The column of the public id in the view."""
        return f"{self.stem}_id"

    @property
    def content(self) -> tuple[str, ...]:
        """Columns that make up a row's content, in the order in which they are hashed."""
        return (*self.columns, "party_key")


PENALTY = Kind(
    schema="penalty",
    title="处罚",
    stem="penalty",
    view="penalties",
    type="penalty",
    prefix="p",
    columns=PENALTY_COLUMNS,
    key=RECORD_KEYS["penalty"],
    names_parties=True,
    has_events=True,
)
ENTRY = Kind(
    schema="list-entry",
    title="名单",
    stem="entry",
    view="list_entries",
    type="list_entry",
    prefix="e",
    columns=ENTRY_COLUMNS,
    key=RECORD_KEYS["list-entry"],
    number="listing_doc_no",
    open_state="listed",
    held_state="revoked",
)
LICENSE = Kind(
    schema="license",
    title="许可",
    stem="license",
    view="licenses",
    type="license",
    prefix="l",
    columns=LICENSE_COLUMNS,
    key=RECORD_KEYS["license"],
    names_parties=True,
    has_events=True,
)
TRANSFER = Kind(
    schema="case-transfer",
    title="移送案件",
    stem="transfer",
    view="transfers",
    type="",
    prefix="t",
    columns=TRANSFER_COLUMNS,
    key=RECORD_KEYS["case-transfer"],
)
KINDS: Mapping[str, Kind] = {kind.schema: kind for kind in (PENALTY, ENTRY, LICENSE, TRANSFER)}
"""Every kind by its schema."""
PUBLIC: tuple[Kind, ...] = tuple(kind for kind in KINDS.values() if kind.type)
"""The kinds that are published."""
OF_TYPE: Mapping[str, Kind] = {kind.type: kind for kind in PUBLIC}
"""The published kinds by their names in the public sequence."""


def kind_of(record: str) -> Kind | None:
    """Return the kind of a record by its id, None where no kind has such ids.

    >>> kind_of("lbcdfghjkmnpqrst") is LICENSE, kind_of("9")
    (True, None)
    """
    return next((kind for kind in KINDS.values() if record.startswith(kind.prefix)), None)


def mint(prefix: str, count: int) -> list[str]:
    """Return `count` new ids, sorted: opaque, random, letters only.

    They are sorted so that rows in key order also enter the index of ids in order; the order
    tells no more than which records share an authority and a document number.
    """
    noise = np.frombuffer(os.urandom(count * _ID_LETTERS * 4), dtype=np.uint32)
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)[noise % len(ALPHABET)]
    text = letters.tobytes().decode("ascii")
    return sorted(prefix + text[at : at + _ID_LETTERS] for at in range(0, len(text), _ID_LETTERS))
