"""Rows of a table in markup: cells that span rows and columns are put where a person sees them.

As in workbooks, a cell that spans rows is filled downwards, and one that spans columns is left to
whoever looks for the header.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gongshi.readers.piece import Piece, Range, frame_of

ROWS = 20_000
"""Rows handed over at a time."""
_TOP = 60
"""Rows in which a header may stand."""


@dataclass(slots=True)
class Grid:
    """One sheet that is being filled, row by row; `last` is the number of its last row so far."""

    sheet: str
    hidden: bool = False
    last: int = 0
    _first: int = 1
    _rows: list[list[str]] = field(default_factory=list)
    _merged: list[Range] = field(default_factory=list)
    _below: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Column → the last row that a cell above reaches down to, and the text it leaves there."""

    def start_row(self) -> None:
        """Begin the next row; what cells above leave in it stands there already."""
        self.last += 1
        self._below = {at: fill for at, fill in self._below.items() if fill[0] >= self.last}
        row = [""] * (max(self._below, default=-1) + 1)
        for at, (_, text) in self._below.items():
            row[at] = text
        self._rows.append(row)

    def free(self, column: int = 0) -> int:
        """Return the first column from `column` on that no cell above reaches into."""
        while column in self._below:
            column += 1
        return column

    def put(self, text: str, column: int, *, across: int = 1, down: int = 1) -> None:
        """Put a cell of the current row into `column` and those that it spans."""
        row = self._rows[-1]
        row += [""] * (column + across - len(row))
        row[column] = text
        if down > 1:
            below = dict.fromkeys(range(column, column + across), (self.last + down - 1, ""))
            self._below |= below | {column: (self.last + down - 1, text)}
        if (across > 1 or down > 1) and self.last <= _TOP:
            self._merged.append((self.last, column, self.last + down - 1, column + across - 1))

    def taken(self, *, final: bool = False) -> Iterator[Piece]:
        """Yield the rows that are complete, as soon as they are worth a piece.

        `final` yields whatever is left; an empty sheet gives one piece without rows.
        """
        while len(self._rows) > ROWS or (final and (self._rows or self._first == 1)):
            rows, self._rows = self._rows[:ROWS], self._rows[ROWS:]
            yield Piece(
                self.sheet, frame_of(rows, first=self._first), self.hidden, tuple(self._merged)
            )
            self._first += max(len(rows), 1)
