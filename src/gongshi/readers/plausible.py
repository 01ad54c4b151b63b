"""Whether decoded text is what an authority could have written, in figures.

Every UTF-16 code unit has flags: ideograph or sign, common or frequent in simplified or in
traditional writing, or wrong. From them follow

* the *worst window*: the smallest share of plausible characters in any 64 that follow each other,
  so that a wrong stretch late in a file cannot hide behind a right one;
* the *weight*: a likelihood ratio in natural logarithms, Chinese text against bytes of another
  language read as Chinese. A frequent character adds, a merely common one takes away a little, a
  rare one much, a known word adds a lot. Above `PROVED` the chance of an accident is below one in
  a thousand for the shortest text, and vanishes with its length.

Source: GB 2312-80 level 1 (rows 16 to 55) and Big5 level 1 (A440 to C67E) for what is common.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from gongshi.readers.decoding import AMENDED
from gongshi.readers.frequent import SIMPLIFIED, TRADITIONAL, WORDS

Units = npt.NDArray[np.uint16]

PROVED = 7.0
"""Smallest weight that proves a codec which proves nothing by its structure."""
HOPELESS = -200.0
"""A weight from which no text of ours comes back."""
_WINDOW = 64
ENOUGH = 0.6
"""Smallest share of plausible characters in a window. Measured on 40 real tables: true text stays
above 0.8; read with a wrong codec, some window lies below 0.5."""
_FREQUENT_GAIN, _COMMON_LOSS, _RARE_LOSS, _WORD_GAIN = 1.4, 0.9, 3.0, 6.0
"""Logarithms of how often each is met in Chinese text against other text read as Chinese: frequent
characters 0.6 against 0.15, common ones 0.35 against 0.8, rare ones 0.02 against 0.5."""
_WORDS_COUNTED = 6
_PRIVATE = slice(0xE000, 0xF900)

ASCII, IDEOGRAPH, COMMON, COMMON_TRADITIONAL, FREQUENT, FREQUENT_TRADITIONAL = 0, 1, 2, 4, 8, 16
SIGN, WRONG, LETTER = 32, 64, 128

SIMPLIFIED_SCRIPT, TRADITIONAL_SCRIPT = (
    (COMMON, FREQUENT),
    (COMMON_TRADITIONAL, FREQUENT_TRADITIONAL),
)


@dataclass(slots=True)
class Judge:
    """Counts over the decoded text of one file.

    `letters` says whether other scripts and any ideographs are welcome: where the codec proves
    itself.
    """

    letters: bool = False
    scripts: tuple[tuple[int, int], ...] = (SIMPLIFIED_SCRIPT, TRADITIONAL_SCRIPT)
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(1 << 16, np.int64))
    worst: float = 1.0
    words: set[str] = field(default_factory=set)
    _recent: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    _open: int = 0

    def hear(self, text: str) -> Units:
        """Add a stretch of text; return its UTF-16 code units."""
        units: Units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
        flags = _flags()[units]
        seen = flags != ASCII
        if seen.any():
            self.counts += np.bincount(units[seen], minlength=1 << 16)
            self._look(flags[seen])
            if len(self.words) < _WORDS_COUNTED:
                self.words.update(word for word in WORDS if word in text)
        return units

    def end(self) -> None:
        """Judge what no whole window held."""
        if self._open:
            self._judge(self._recent[-_WINDOW:])

    def _look(self, foreign: npt.NDArray[np.uint8]) -> None:
        """Judge the windows that are whole now; the last 64 flags are kept for the end."""
        row = np.concatenate((self._recent, foreign))
        start = max(len(self._recent) - self._open, 0)
        whole = (len(row) - start) // _WINDOW * _WINDOW
        if whole:
            self._judge(row[start : start + whole].reshape(-1, _WINDOW))
        self._open = len(row) - start - whole
        self._recent = row[-2 * _WINDOW :].copy()

    def _judge(self, windows: npt.NDArray[np.uint8]) -> None:
        """Lower `worst` to the worst of some windows, each in the writing that suits it better."""
        also = SIGN | (LETTER | IDEOGRAPH if self.letters else 0)
        shares = [((windows & (common | also)) != 0).mean(axis=-1) for common, _ in self.scripts]
        self.worst = min(self.worst, float(np.maximum.reduce(shares).min()))

    def count(self, flag: int, *, without: int = 0) -> int:
        """Return how many characters have a flag and not another."""
        flags = _flags()
        return int(self.counts[(flags & flag != 0) & (flags & without == 0)].sum())

    @property
    def characters(self) -> int:
        """How many characters beyond ASCII were heard."""
        return int(self.counts.sum())

    @property
    def ideographs(self) -> int:
        """How many of them are ideographs."""
        return self.count(IDEOGRAPH)

    @property
    def private(self) -> int:
        """How many of them are private: meant for one font alone."""
        return int(self.counts[_PRIVATE][_flags()[_PRIVATE] == WRONG].sum())

    @property
    def weight(self) -> float:
        """What the characters and words weigh, in the writing that suits them better."""
        words = _WORD_GAIN * min(len(self.words), _WORDS_COUNTED)
        return words + max(self._weight(*script) for script in self.scripts)

    def _weight(self, common: int, frequent: int) -> float:
        often = self.count(frequent)
        rest = self.count(common, without=frequent)
        rare = self.characters - often - rest - self.count(SIGN)
        return _FREQUENT_GAIN * often - _COMMON_LOSS * rest - _RARE_LOSS * rare

    @property
    def is_plausible(self) -> bool:
        """Say whether nothing speaks against the text."""
        return self.worst >= ENOUGH and self.count(WRONG) * 1000 <= self.characters

    @property
    def evidence(self) -> str:
        """Return the figures, for the report."""
        if not self.characters:
            return "全部为 ASCII 字符"
        often = max(self.count(frequent) for _, frequent in self.scripts)
        found = "、".join(sorted(self.words)[:_WORDS_COUNTED])
        parts = [
            f"非 ASCII 字符 {self.characters} 个",
            f"汉字 {self.ideographs} 个",
            f"高频字占 {often / max(self.ideographs, 1):.0%}",
            f"最差一段合理字符占 {self.worst:.0%}",
            f"见到{found}" if found else "未见常用词",
        ]
        if self.private:
            parts.append(f"自造字(私用区){self.private} 个")
        return ",".join(parts)


def strange_runs(units: Units) -> Iterator[tuple[int, str]]:
    """Yield every run beyond ASCII that has two strange characters side by side, with its place.

    Strange is what is neither a sign nor a common ideograph. The place counts code units.
    """
    flags = _flags()[units]
    strange = (flags != ASCII) & (flags & (COMMON | COMMON_TRADITIONAL | SIGN) == 0)
    pairs = np.flatnonzero(strange[:-1] & strange[1:])
    if not len(pairs):
        return
    plain = np.flatnonzero(units < 0x80)  # noqa: PLR2004  the end of ASCII
    spots = np.searchsorted(plain, pairs)
    for spot in np.unique(spots):
        first = int(plain[spot - 1]) + 1 if spot else 0
        last = int(plain[spot]) if spot < len(plain) else len(units)
        yield first, units[first:last].tobytes().decode("utf-16-le", "replace")


@cache
def _flags() -> npt.NDArray[np.uint8]:
    """Return the flags of every UTF-16 code unit."""
    table = np.full(1 << 16, LETTER, np.uint8)
    table[:0x80] = ASCII
    table[0x00:0x09] = table[0x0E:0x20] = table[0x7F:0xA0] = WRONG
    table[[0x01, 0x1A, 0x1F, 0xFEFF, 0xFFFD]] = ASCII  # separators; lost characters: a row's fault
    for first, last in _SIGNS:
        table[first : last + 1] = SIGN
    for first, last in ((0x3400, 0x9FFF), (0xD800, 0xDFFF), (0xF900, 0xFAFF)):
        table[first : last + 1] = IDEOGRAPH
    table[0xDC00:0xE000] = ASCII  # the second half of a pair is not counted again
    table[_PRIVATE] = WRONG
    table[list(AMENDED)] = IDEOGRAPH
    table[0xFFF0:0xFFFD] = table[0xFFFE:] = WRONG
    _mark(table, _double_byte("gb2312", 0xB0, 0xD7, range(0xA1, 0xFF)), COMMON)
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    _mark(table, _double_byte("cp950", 0xA4, 0xC6, trails), COMMON_TRADITIONAL)
    _mark(table, SIMPLIFIED, COMMON | FREQUENT)
    _mark(table, TRADITIONAL, COMMON_TRADITIONAL | FREQUENT_TRADITIONAL)
    return table


_SIGNS = (
    (0xA0, 0xBF),  # ° · ± ¥
    (0xD7, 0xD7),  # ×
    (0x2010, 0x2049),  # dashes, quotation marks, ‰, ※
    (0x2100, 0x2116),  # ℃ №
    (0x2150, 0x218B),  # Roman numerals
    (0x2190, 0x22FF),  # arrows, ≤ ≥ ≠ √
    (0x2460, 0x24FF),  # ① and ⑴
    (0x2500, 0x25FF),  # ■ □ ○ ◇
    (0x3000, 0x3017),  # 《》【】〔〕
    (0x3200, 0x33FF),  # ㈠ ㎡ ㎏
    (0xFE30, 0xFE6B),  # ﹝﹞ ﹑
    (0xFF01, 0xFF65),  # full-width forms
    (0xFFE0, 0xFFE6),  # ￥
)


def _mark(table: npt.NDArray[np.uint8], characters: str, flags: int) -> None:
    """Add flags to ideographs of the basic plane."""
    places = np.unique([ord(character) for character in characters])
    table[places[table[places] & IDEOGRAPH != 0]] |= flags


def _double_byte(codec: str, first: int, last: int, trails: Collection[int]) -> str:
    """Return what all pairs of a range of lead bytes and some trail bytes stand for."""
    leads = range(first, last + 1)
    return b"".join(bytes((lead, trail)) for lead in leads for trail in trails).decode(
        codec, "ignore"
    )
