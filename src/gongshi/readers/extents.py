"""How far the cells of a sheet reach, known before a library makes room for all of them.

The library that reads workbooks holds a sheet as one rectangle, the blank cells in it included: two
cells in opposite corners of a sheet would ask for hundreds of gigabytes.
"""

import re
from dataclasses import dataclass

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers.columns import column_index
from gongshi.readers.file import File
from gongshi.readers.limits import check_columns
from gongshi.readers.refusals import too_large

CELL_BYTES = 64
"""Memory that a cell of the rectangle needs at least; a filled one takes about 130 (measured)."""
_WIDE = re.compile(rb'<(?:\w+:)?c r="([A-Z]{2,3})[0-9]{1,7}"[^>/]*>(?!</)')
_DEEP = re.compile(rb'<(?:\w+:)?c r="[A-Z]{1,3}([0-9]{5,7})"[^>/]*>(?!</)')
"""Cells with content; one that has a format alone takes no room."""


@dataclass(slots=True)
class Extent:
    """Rows and columns that the cells with content reach to."""

    rows: int = 0
    columns: int = 0

    def reach(self, rows: int, columns: int) -> None:
        """Add a cell with content."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)

    def hear(self, window: bytes) -> None:
        """Add a stretch of an XLSX sheet; below row 10 000 and column AA nothing is counted."""
        columns = (column_index(found.decode()) + 1 for found in set(_WIDE.findall(window)))
        self.columns = max(self.columns, max(columns, default=0))
        self.rows = max(self.rows, max(map(int, _DEEP.findall(window)), default=0))

    def check(self, file: File, options: ReaderOptions) -> None:
        """Refuse a rectangle that does not fit into the memory, or is wider than allowed."""
        check_columns(self.columns, file, options)
        if self.rows * self.columns * CELL_BYTES > options.memory_mib << 20:
            raise too_large(
                file,
                f"工作表用到 {self.rows} 行 {self.columns} 列(含其间的空白),内存放不下",
                f"a sheet of {self.rows} rows and {self.columns} columns, blank ones included",
            )
