"""The limits on what one file may hold, the same for every kind of file."""

from collections.abc import Iterator

import polars as pl

from gongshi.declarations.agency import ReaderOptions
from gongshi.models import ROW
from gongshi.readers.file import File
from gongshi.readers.piece import Piece
from gongshi.readers.refusals import too_large


def within(pieces: Iterator[Piece], file: File, options: ReaderOptions) -> Iterator[Piece]:
    """Yield the pieces of a file as long as all of them together are within its limits.

    Raises:
        FileRefusedError: F02, too many rows, columns or cells, or too long a cell.
    """
    rows = cells = 0
    for piece in pieces:
        frame = piece.frame
        rows += frame.height
        cells += frame.height * (frame.width - 1)
        check_columns(frame.width - 1, file, options, sheet=piece.sheet)
        if rows > options.rows:
            raise too_large(file, f"行数超过 {options.rows}", f"over {options.rows} rows")
        if cells > options.cells:
            raise too_large(file, f"单元格超过 {options.cells} 个", f"over {options.cells} cells")
        _check_lengths(piece, file, options)
        yield piece


def check_columns(columns: int, file: File, options: ReaderOptions, *, sheet: str = "") -> None:
    """Refuse more columns than the limit; `sheet` says where, if it is known."""
    if columns > options.columns:
        raise too_large(
            file,
            f"{_named(sheet)}列数超过 {options.columns}",
            f"over {options.columns} columns",
        )


def _named(sheet: str) -> str:
    """Return the name of a sheet for a message."""
    return f"“{sheet}”" if sheet else ""


def _check_lengths(piece: Piece, file: File, options: ReaderOptions) -> None:
    """Refuse a cell that is too long; bytes are counted first, for that is nearly free."""
    frame, most = piece.frame, options.cell_chars
    text = pl.col(pl.String).str
    if not _exceeds(frame, text.len_bytes(), most) or not _exceeds(frame, text.len_chars(), most):
        return
    long = frame.filter(pl.any_horizontal(text.len_chars() > most))
    raise too_large(
        file,
        f"{_named(piece.sheet)}第 {long[ROW][0]} 行有单元格超过 {most} 字",
        f"a cell in row {long[ROW][0]} is longer than {most} characters",
    )


def _exceeds(frame: pl.DataFrame, length: pl.Expr, most: int) -> bool:
    """Say whether the largest `length` in any column is over `most`."""
    longest = frame.select(length.max())
    return any(value > most for value in (longest.row(0) if longest.width else ()) if value)
