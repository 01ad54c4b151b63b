"""How a text file divides its cells: the delimiter and the quotation mark, found from its start."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from gongshi.errors import FileRefusedError
from gongshi.readers.file import File

HEAD = 1 << 16
"""Characters looked at to find the delimiter."""
_DELIMITERS = ("\x01", "\x1f", ",", "\t", ";", "|", "，")
"""Looked for in this order where several divide alike: control characters are no text."""
_UNUSUAL = "$^~#@；、"
"""Characters that divide cells in some exports, and stand in text too: only where declared."""
_GAP = re.compile(r"\S(?: {2,}|\u3000+|\t)\s*\S")
_FEW = 3
"""Fewer lines than these say nothing about how cells are divided."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str
    quote: str

    @property
    def is_plain(self) -> bool:
        """Say whether the fast parser knows this dialect."""
        return self.delimiter.isascii() and self.quote == '"'


def dialect_of(head: str, declared: str) -> Dialect:
    """Return the delimiter that divides the first lines most evenly, and the quotation mark.

    >>> dialect_of("文号;当事人", "")
    Dialect(delimiter=';', quote='"')
    """
    sample = head[:HEAD]
    quote = "'" if _wraps_cells(sample, "'") and not _wraps_cells(sample, '"') else '"'
    if declared:
        return Dialect(declared, quote)
    evenness = {delimiter: _evenness(sample, delimiter, quote) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: evenness[delimiter])
    return Dialect(best if any(evenness[best]) else ",", quote)


def check_divided(path: File, head: str, dialect: Dialect) -> None:
    """Refuse text whose columns are told apart by blanks or by a character of its own.

    Raises:
        FileRefusedError: F08, with the character where there is one.
    """
    lines = [line for line in head.splitlines()[:200] if line.strip()]
    if len(lines) < _FEW or _evenness(head, dialect.delimiter, dialect.quote)[0] > len(lines) // 2:
        return
    for mark in _UNUSUAL:
        counts = Counter(line.count(mark) for line in lines)
        if counts.most_common(1)[0][0] > 0 and counts.most_common(1)[0][1] > len(lines) * 0.9:
            raise _undivided(path, f"看来以“{mark}”分列", f"cells seem to be divided by {mark}")
    if sum(_GAP.search(line) is not None for line in lines) > len(lines) * 0.9:
        raise _undivided(path, "看来以空格对齐分列", "columns seem to be aligned with blanks")


def _wraps_cells(sample: str, mark: str) -> bool:
    """Say whether at least two lines begin with `mark` and end with it."""
    lines = [line for line in sample.splitlines() if len(line) > 1]
    return sum(line[0] == mark == line[-1] for line in lines) >= min(2, max(len(lines), 1))


def _evenness(sample: str, delimiter: str, quote: str) -> tuple[int, int]:
    """Return how many of the first rows share the commonest width above 1, and that width."""
    table = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quotechar=quote)
    try:
        widths = Counter(
            len(row) for row, _ in zip(table, range(200), strict=False) if len(row) > 1
        )
    except csv.Error:
        return 0, 0
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return count, width


def _undivided(path: File, zh: str, en: str) -> FileRefusedError:
    """Return F08."""
    return FileRefusedError(
        f"无法确认各列的分隔:{zh}。",
        f"how its cells are divided is uncertain: {en}.",
        file=path.name,
        rule="F08",
        todo="请另存为 .xlsx 或逗号分隔的 CSV,或请维护者在 agency.yml 的 reader.delimiter 中声明。",
    )
