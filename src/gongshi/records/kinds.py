"""The kinds of record: which schema, which tables, which columns, which key; and public ids."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gongshi.models import ENTRY_COLUMNS, PENALTY_COLUMNS, RECORD_KEYS

ALPHABET = "bcdfghjkmnpqrstvwxz"
"""Letters of minted ids: no digits, so that an id never looks like a number, and no vowels."""

_ID_LETTERS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of record: its schema, the stem of its tables, its columns and its key."""

    schema: str
    stem: str
    prefix: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def content(self) -> tuple[str, ...]:
        """Columns that make up a row's content, in the order in which they are hashed."""
        return (*self.columns, "party_key")


PENALTY = Kind(
    schema="penalty",
    stem="penalty",
    prefix="p",
    columns=PENALTY_COLUMNS,
    key=RECORD_KEYS["penalty"],
)
ENTRY = Kind(
    schema="list-entry",
    stem="entry",
    prefix="e",
    columns=ENTRY_COLUMNS,
    key=RECORD_KEYS["list-entry"],
)
KINDS: Mapping[str, Kind] = {kind.schema: kind for kind in (PENALTY, ENTRY)}


def mint(prefix: str, count: int) -> list[str]:
    """Return `count` new ids, sorted: opaque, random, letters only.

    They are sorted so that rows in key order also enter the index of ids in order; the order
    tells no more than which records share an authority and a document number.
    """
    noise = np.frombuffer(os.urandom(count * _ID_LETTERS * 4), dtype=np.uint32)
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)[noise % len(ALPHABET)]
    text = letters.tobytes().decode("ascii")
    return sorted(prefix + text[at : at + _ID_LETTERS] for at in range(0, len(text), _ID_LETTERS))
