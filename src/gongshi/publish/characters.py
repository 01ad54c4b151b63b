"""The texts of a batch as arrays: what each character folds to, and what it is to the index.

Two tables, filled as characters are met, hold for each code point what `search.fold` makes of it
and whether it is a gap, a character of a word or one of a run (see `search`). A text with a
character whose folding depends on its neighbours is left out here and goes through
`search.tokens`.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gongshi import search

GAP, WORD, RUN, _COMPLEX, _UNSEEN = range(5)
_CODE_POINTS = 0x110000
_HANGUL_JAMO = range(0x1100, 0x1200)
_FINAL_SIGMA = "Σ"

Codes = npt.NDArray[np.uint32]
Classes = npt.NDArray[np.uint8]
Texts = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Characters:
    """One element per character of a batch, every text followed by a gap.

    `text` numbers the texts from 0, at most 65 536. `odd` are the texts left out: gaps here.
    """

    code: Codes
    kind: Classes
    text: Texts
    odd: tuple[int, ...]


class CharacterTable:
    """Owns the two tables; one per build."""

    def __init__(self) -> None:
        self._folded: Codes = np.zeros(_CODE_POINTS, np.uint32)
        self._kind: Classes = np.full(_CODE_POINTS, _UNSEEN, np.uint8)

    def read(self, texts: Sequence[str]) -> Characters:
        """Return the characters of `texts`, folded."""
        joined = "\n".join((*texts, ""))
        codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
        lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
        number = np.repeat(np.arange(len(texts), dtype=np.uint16), lengths)
        kind = self._kinds(codes)
        odd = np.unique(number[kind == _COMPLEX])
        if len(odd):
            kind[np.isin(number, odd)] = GAP
        return Characters(self._folded[codes], kind, number, tuple(odd.tolist()))

    def _kinds(self, codes: Codes) -> Classes:
        """Return the kind of each code point, having learned those not met before."""
        kinds = self._kind[codes]
        unseen = kinds == _UNSEEN
        if not unseen.any():
            return kinds
        for code in np.unique(codes[unseen]).tolist():
            self._kind[code], self._folded[code] = _learn(chr(code))
        return self._kind[codes]


def _learn(char: str) -> tuple[int, int]:
    """Return the kind of one character, and the code point that it folds to."""
    code = ord(char)
    if char == _FINAL_SIGMA or code in _HANGUL_JAMO or unicodedata.category(char)[0] == "M":
        return _COMPLEX, code
    folded = search.fold(char)
    if not search.tokens(char):
        return GAP, code
    if len(folded) > 1:
        return _COMPLEX, code
    return (WORD if folded.isascii() else RUN), ord(folded)
