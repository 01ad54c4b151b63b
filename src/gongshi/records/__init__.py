"""Keyed rows with history: what penalties, licences and list entries have in common.

A row is known by its key. Entering a batch compares content hashes: a new key is added, an equal
hash is unchanged, another hash makes a version that remembers which columns changed. All work is
done in pieces of `ledger.CHUNK` rows, sorted by key, so that both indexes grow at their end and
the memory of one piece is used again for the next; only keys of the batch are looked up, never
the whole registry.
"""

from gongshi.records.compare import Absent, Compared, absent, brought, compare, repeated
from gongshi.records.enter import Entered, again, enter, find, key_of, replay, standing
from gongshi.records.kinds import (
    ENTRY,
    KINDS,
    LICENSE,
    OF_TYPE,
    PENALTY,
    PUBLIC,
    TRANSFER,
    Kind,
    kind_of,
    mint,
)
from gongshi.records.rulings import Ruling, fingerprint, keep, mark, replacing, ruling_of
from gongshi.records.store import insert_row

__all__ = [
    "ENTRY",
    "KINDS",
    "LICENSE",
    "OF_TYPE",
    "PENALTY",
    "PUBLIC",
    "TRANSFER",
    "Absent",
    "Compared",
    "Entered",
    "Kind",
    "Ruling",
    "absent",
    "again",
    "brought",
    "compare",
    "enter",
    "find",
    "fingerprint",
    "insert_row",
    "keep",
    "key_of",
    "kind_of",
    "mark",
    "mint",
    "repeated",
    "replacing",
    "replay",
    "ruling_of",
    "standing",
]
