"""CSV, TSV and other delimited text, in pieces of a few megabytes.

Two parsers with one meaning. Where every quotation mark stands as RFC 4180 asks (at a cell's edge,
or doubled inside), polars parses the piece. From the first mark that does not, the rest of the
file goes to Python's careful parser. Nothing is dropped: a row longer than the others keeps its
cells, blank lines keep their number, and a quotation that is never closed refuses the file instead
of swallowing rows.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import polars as pl

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.models import ROW
from gongshi.readers.decoding import as_utf8
from gongshi.readers.dialect import HEAD, Dialect, check_divided, dialect_of
from gongshi.readers.encoding import prove
from gongshi.readers.file import File
from gongshi.readers.piece import CELL, Piece, frame_of

_ROWS = 20_000
"""Rows handed over at a time by the careful parser."""
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
_END = "\x00end of file\x00"
"""A last line of our own: where it is swallowed by a cell, a quotation was open."""


def read(path: File, options: ReaderOptions) -> Iterator[Piece]:
    """Yield the rows of a text file in pieces, under the sheet name "".

    Raises:
        FileRefusedError: F04, encoding not proved; F09, a quotation without end; F02, too large.
    """
    proof = prove(path)
    stretches = as_utf8(path, proof.encoding)
    head = next(filter(None, stretches), b"")
    start = head[:HEAD].decode(errors="ignore")
    dialect = dialect_of(start, options.delimiter)
    if not options.delimiter:
        check_divided(path, start, dialect)
    for frame in _frames(path, chain((head,), stretches), dialect, options):
        yield Piece("", frame, encoding=proof.encoding, evidence=proof.evidence)


def _frames(
    path: File, stretches: Iterator[bytes], dialect: Dialect, options: ReaderOptions
) -> Iterator[pl.DataFrame]:
    """Yield frames from the fast parser, then from the careful one where the file needs it."""
    first, carry = 1, b""
    for stretch in chain(stretches, (None,)):
        data, is_last = carry + (stretch or b""), stretch is None
        whole = _whole_records(data, dialect, is_last=is_last) if dialect.is_plain else None
        frame = _fast(data[: whole[0]], dialect, first=first) if whole else None
        if whole is None or frame is None or frame.height != whole[1]:
            rest = () if is_last else stretches
            lines = _lines(codecs.iterdecode(chain((data,), rest), "utf-8"))
            yield from _careful(path, lines, dialect, options, first=first)
            return
        _check_cells(path, frame, options)
        yield frame
        carry = data[whole[0] :]
        first += frame.height


def _whole_records(data: bytes, dialect: Dialect, *, is_last: bool) -> tuple[int, int] | None:
    """Return where the last whole record of `data` ends, and how many records end there.

    None where a quotation mark is astray; at the end of the file an open quotation is.
    """
    text = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(text == _QUOTE)
    if not _well_placed(text, quotes, ord(dialect.delimiter)):
        return None
    breaks = np.flatnonzero(text == _NEWLINE)
    outside = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    end = int(outside[-1]) + 1 if len(outside) else 0
    if not is_last:
        return end, len(outside)
    return (len(data), len(outside) + (end < len(data))) if len(quotes) % 2 == 0 else None


def _well_placed(
    text: "np.ndarray[tuple[int], np.dtype[np.uint8]]",
    quotes: "np.ndarray[tuple[int], np.dtype[np.intp]]",
    delimiter: int,
) -> bool:
    """Say whether every quotation mark opens a cell, closes one, or is doubled.

    A carriage return that stands alone is a line end that the fast parser does not know.
    """
    returns = np.flatnonzero(text == _RETURN)
    inner = returns[returns + 1 < len(text)]
    if (text[inner + 1] != _NEWLINE).any():
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = text[opening[opening > 0] - 1]
    after = text[closing[closing + 1 < len(text)] + 1]
    edges_before = np.isin(before, (delimiter, _NEWLINE, _QUOTE))
    edges_after = np.isin(after, (delimiter, _NEWLINE, _RETURN, _QUOTE))
    return bool(edges_before.all() and edges_after.all())


def _fast(data: bytes, dialect: Dialect, *, first: int) -> pl.DataFrame | None:
    """Return the records of regular text; None where a row is longer than the first one."""
    width = _width(data, dialect)
    if not width:
        return frame_of([], first=first)
    try:
        cells = pl.read_csv(
            data,
            has_header=False,
            separator=dialect.delimiter,
            schema={f"{CELL}{n}": pl.String for n in range(width)},
            empty_string_is_null=False,
            missing_columns="insert",
            extra_columns="raise",
        )
    except pl.exceptions.PolarsError:
        return None
    numbers = pl.int_range(first, first + cells.height, dtype=pl.UInt32, eager=True)
    return cells.select(numbers.alias(ROW), pl.all().fill_null(""))


def _width(data: bytes, dialect: Dialect) -> int:
    """Return the largest number of cells among the first records."""
    head = data[:HEAD].decode(errors="ignore")
    rows = csv.reader(io.StringIO(head, newline=""), delimiter=dialect.delimiter)
    return max((len(row) for row, _ in zip(rows, range(50), strict=False)), default=0)


def _lines(stretches: Iterator[str]) -> Iterator[str]:
    """Yield lines, with LF for every kind of line end."""
    tail = ""
    for stretch in stretches:
        whole = tail + stretch
        held = "\r" if whole.endswith("\r") else ""  # its LF may come with the next stretch
        text = whole[:-1] if held else whole
        *lines, tail = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        yield from (line + "\n" for line in lines)
        tail += held
    if tail:
        yield tail.replace("\r", "\n")


def _careful(
    path: File, lines: Iterator[str], dialect: Dialect, options: ReaderOptions, *, first: int
) -> Iterator[pl.DataFrame]:
    """Yield frames of text whose quotation marks stand anywhere."""
    csv.field_size_limit(options.cell_chars * 4)
    ended = chain(lines, (_END,))
    table = csv.reader(
        _literal(ended, dialect), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True
    )
    rows: list[Sequence[str]] = []
    width, number = 0, first - 1
    try:
        for number, row in enumerate(table, start=first):
            width = width or len(row)
            if row == [_END]:
                break
            if any(_holds_rows(cell, dialect.delimiter, width) for cell in row):
                raise _open_quote(path, number)
            rows.append(row)
            if len(rows) == _ROWS:
                frame = frame_of(rows, first=number + 1 - len(rows))
                _check_cells(path, frame, options)
                yield frame
                rows = []
        else:
            raise _open_quote(path, number)
    except csv.Error as exc:
        if "expected after" in str(exc):
            raise _text_after_quote(path, number + 1) from exc
        raise _open_quote(path, number + 1) from exc
    frame = frame_of(rows, first=number - len(rows))
    _check_cells(path, frame, options)
    yield frame


def _literal(lines: Iterable[str], dialect: Dialect) -> Iterator[str]:
    """Yield lines in which a cell like `"甲"酒家` keeps its marks: they are part of the name.

    Without this csv would drop the marks without a word.
    """
    mark, other = re.escape(dialect.quote), rf"[^{re.escape(dialect.delimiter + dialect.quote)}\n]"
    edge = re.escape(dialect.delimiter)
    cell = re.compile(rf"(^|{edge}){mark}({other}*){mark}({other}+)(?={edge}|\n|$)")
    twice = dialect.quote * 2
    whole = rf"\1{dialect.quote}{twice}\2{twice}\3{dialect.quote}"
    return (cell.sub(whole, line) if dialect.quote in line else line for line in lines)


def _holds_rows(cell: str, delimiter: str, width: int) -> bool:
    """Say whether a cell has swallowed whole rows, for want of a closing quotation mark."""
    if "\n" not in cell:
        return False
    return any(line.count(delimiter) >= max(width - 1, 2) for line in cell.split("\n")[1:])


def _check_cells(path: File, frame: pl.DataFrame, options: ReaderOptions) -> None:
    """Refuse cells and widths beyond the limits."""
    if frame.width - 1 > options.columns:
        raise _too_large(path, f"列数超过 {options.columns}", f"over {options.columns} columns")
    longest = frame.select(pl.col(pl.String).str.len_bytes().max())
    if any(length > options.cell_chars for length in (longest.row(0) if longest.width else ())):
        longest = frame.select(pl.col(pl.String).str.len_chars().max())
    if any(length > options.cell_chars for length in (longest.row(0) if longest.width else ())):
        raise _too_large(
            path,
            f"有单元格超过 {options.cell_chars} 字",
            f"a cell is longer than {options.cell_chars} characters",
        )


def _open_quote(path: File, row: int) -> FileRefusedError:
    """Return F09."""
    return FileRefusedError(
        f"第 {row} 行起有引号没有闭合,其后的行会被并入一个单元格。",
        f"a quotation that opens in row {row} is never closed and would swallow the rows after it.",
        file=path.name,
        rule="F09",
        todo="请在该行补上或删去引号,或用 Excel 另存为 .xlsx 后重新报送。",
    )


def _text_after_quote(path: File, row: int) -> FileRefusedError:
    """Return F09 for a quotation that ends before its cell does."""
    return FileRefusedError(
        f"第 {row} 行有单元格在引号结束后还有文字,无法确定单元格到哪里为止。",
        f"in row {row} text follows a closing quotation mark: where the cell ends is uncertain.",
        file=path.name,
        rule="F09",
        todo='单元格内的引号应写作两个引号(""),或用 Excel 另存为 .xlsx 后重新报送。',
    )


def _too_large(path: File, zh: str, en: str) -> FileRefusedError:
    """Return F02."""
    return FileRefusedError(
        f"文件超出限制:{zh}。",
        f"beyond the limits: {en}.",
        file=path.name,
        rule="F02",
        todo="请拆分文件,或请维护者在 agency.yml 的 reader 中放宽限制。",
    )
