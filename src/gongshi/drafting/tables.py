"""The table of a sheet that nobody declared: where its titles stand, and what its columns hold.

A row is a header because it names what is known, or because it does not look like what stands
below it. A row that looks like a record is never taken for one: its cells would become titles in a
file that other people read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from gongshi.content import Look, Profile, is_nothing, profile
from gongshi.formats.text import clean
from gongshi.models import ROW
from gongshi.readers.header import TOP, normal, spread
from gongshi.readers.piece import CELL, Piece

_SAMPLE = 400
"""Rows by which columns are judged, spread evenly over the first piece of a sheet."""
_LONGEST_TITLE = 60
_FEWEST = 2
"""Columns of a table, and titles of a header."""
_SURE = 0.6
_NO_TITLE = re.compile(r"[0-9]{6}")
_TYPED = (
    *(Look.USCC, Look.REG_NO, Look.IDENTITY, Look.CODE, Look.DAY, Look.NUMBER, Look.MONEY),
    *(Look.DOC_NO, Look.URL),
)
"""Looks that titles do not have."""

Known = Callable[[str], bool]
"""Whether a normal title is known, to any schema or agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet's table. `row` is its last header row, 0 where it has none; `rows` counts records.

    `columns` are the columns with a title or content by index; `frame` is the sample, private.
    """

    sheet: str
    row: int
    rows: int
    titles: Mapping[int, str]
    columns: Mapping[int, Profile]
    score: int
    frame: pl.DataFrame = field(repr=False)

    def cells(self, index: int) -> list[str]:
        """Return the sampled cells of a column."""
        return self.frame[f"{CELL}{index}"].to_list()


def table_of(piece: Piece, height: int, known: Known) -> Table | None:
    """Return the table of a sheet, whose first piece is `piece` and which has `height` rows.

    None where fewer than two columns hold anything below the header.
    """
    body = _columns_below(piece.frame, 0)
    header = _header(piece, body, known)
    row, titles, score = header or (0, {}, 0)
    frame = _sample(piece.frame.filter(pl.col(ROW) > row))
    columns = _columns_below(frame, row)
    kept = {n: each for n, each in columns.items() if each.filled or titles.get(n) or not row}
    if sum(bool(each.filled) for each in kept.values()) < _FEWEST:
        return None
    return Table(
        sheet=piece.sheet,
        row=row,
        rows=max(height - row, 0),
        titles={n: titles.get(n, "") for n in kept},
        columns=kept,
        score=score,
        frame=frame,
    )


def _sample(frame: pl.DataFrame) -> pl.DataFrame:
    """Return some hundred rows, spread evenly, none of them blank."""
    cells = [name for name in frame.columns if name != ROW]
    filled = frame.filter(pl.any_horizontal(pl.col(cells).str.strip_chars() != ""))
    return filled.gather_every(max(1, -(-filled.height // _SAMPLE)))


def _columns_below(frame: pl.DataFrame, row: int) -> dict[int, Profile]:
    """Return what each column holds below a row."""
    sample = _sample(frame.filter(pl.col(ROW) > row))
    return {
        int(name.removeprefix(CELL)): profile(sample[name].to_list())
        for name in sample.columns
        if name != ROW
    }


Candidate = tuple[int, dict[int, str], int]
"""The last row of a header, its titles, and how much speaks for it."""


def _header(piece: Piece, body: Mapping[int, Profile], known: Known) -> Candidate | None:
    """Return the best header among a sheet's first rows; of equals the fullest, then the first."""
    top = piece.frame.head(TOP)
    rows = [(int(number), list(cells)) for number, *cells in top.iter_rows()]
    candidates = [_judged(number, cells, body, known) for number, cells in rows]
    for (_, upper), (number, lower) in pairwise(rows):
        if both := _joined(spread(upper, number - 1, piece.merged), lower):
            candidates.append(_judged(number, both, body, known, raw=lower))
    found = [each for each in candidates if each]
    return max(found, key=lambda each: (each[2], len(each[1])), default=None)


def _judged(
    number: int,
    cells: Sequence[str],
    body: Mapping[int, Profile],
    known: Known,
    *,
    raw: Sequence[str] = (),
) -> Candidate | None:
    """Return a row as a header with its score, None where it cannot be one."""
    titles = {n: clean(cell) for n, cell in enumerate(cells) if not is_nothing(cell)}
    if len(titles) < _FEWEST or not all(map(_can_be_title, titles.values())):
        return None
    names = sum(known(normal(title)) for title in titles.values())
    looks = profile([*titles.values(), *raw]).main(_TYPED)
    differs = sum(_differs(body.get(n)) for n in titles)
    width = sum(bool(each.filled) for each in body.values())
    if names < _FEWEST and (looks or not differs or len(titles) * 2 < width):
        return None
    if looks and looks[1] * len(titles) > names:
        return None
    return number, titles, names * 2 + differs + (len(set(titles.values())) == len(titles))


def _can_be_title(text: str) -> bool:
    """Say whether a cell can be a title: short, and without a number that could be somebody's."""
    return len(text) <= _LONGEST_TITLE and not _NO_TITLE.search(text)


def _differs(column: Profile | None) -> bool:
    """Say whether a column holds what no title looks like."""
    look = column.main(_TYPED) if column else None
    return look is not None and look[1] >= _SURE


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return the titles of a header of two rows; nothing where the second adds none to the first.

    Somewhere a group must stand over several columns, or a title over none.
    """
    groups = any(above and above == right for above, right in pairwise(upper))
    apart = any(below and not above for above, below in zip(upper, lower, strict=True))
    if not (groups or apart) or not any(lower):
        return []
    return [
        above + below if above and below and above != below else below or above
        for above, below in zip(upper, lower, strict=True)
    ]
