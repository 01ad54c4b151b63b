"""What a reader hands over: a stretch of one sheet's rows, all cells as text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from gongshi.models import ROW

CELL = "c"
"""Cells stand in the columns `c0`, `c1`, …"""

Range = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column; rows 1-based, columns 0-based."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of one sheet, in order.

    `frame` has `_row` (UInt32, the number a person sees) and `c0`, `c1`, … (String, never null);
    titles that stand in no row of the file, as the keys of JSON, have the number 0.
    `merged` are merged cells of the sheet's top, where headers are. `encoding` and `evidence` say
    how a text file was read, "" for workbooks. `member` names the file of an archive, "" without.
    `epoch` is the year from which bare serial numbers of days count: 1900 in text, 1900 or 1904 as
    an XLSX says, 0 where it is not known.
    """

    sheet: str
    frame: pl.DataFrame
    hidden: bool = False
    merged: tuple[Range, ...] = ()
    encoding: str = ""
    evidence: str = ""
    member: str = ""
    epoch: int = 1900

    @property
    def about(self) -> dict[str, Any]:
        """Return everything but the rows, for JSON."""
        return {
            "sheet": self.sheet,
            "hidden": self.hidden,
            "merged": self.merged,
            "encoding": self.encoding,
            "evidence": self.evidence,
            "member": self.member,
            "epoch": self.epoch,
        }


def piece_of(about: Mapping[str, Any], frame: pl.DataFrame) -> Piece:
    """Return the piece that `Piece.about` and a frame describe."""
    merged = tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in about["merged"])
    return Piece(
        sheet=str(about["sheet"]),
        frame=frame,
        hidden=bool(about["hidden"]),
        merged=merged,
        encoding=str(about["encoding"]),
        evidence=str(about["evidence"]),
        member=str(about["member"]),
        epoch=int(about["epoch"]),
    )


def frame_of(
    rows: Iterable[Sequence[str]], *, first: int = 1, numbers: Sequence[int] = ()
) -> pl.DataFrame:
    """Return rows of text as a frame; short rows are filled.

    They are numbered from `first` on, or by `numbers` where some are left out.
    """
    cells = list(rows)
    width = max(map(len, cells), default=0)
    filled = [[*row, *[""] * (width - len(row))] for row in cells]
    columns = {
        f"{CELL}{n}": pl.Series(column, dtype=pl.String)
        for n, column in enumerate(zip(*filled, strict=True))
    }
    rising = pl.Series(numbers or range(first, first + len(cells)), dtype=pl.UInt32)
    return pl.DataFrame({ROW: rising, **columns})
