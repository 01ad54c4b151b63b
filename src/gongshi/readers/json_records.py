"""JSON and NDJSON (JSON Lines): an object is a row, its keys are the titles.

    [{"文号": …}, …]          row n is the n-th record; the titles, which are the keys in order of
    {"data": [{…}, …]}        appearance, stand in row 0, above the first
    {…} per line              NDJSON: row n is line n
    [["文号", …], […], …]     row n is the n-th array, the first holds the titles

A number keeps the digits that the file writes: a code of 18 digits is not damaged here. `null`,
`[]` and `{}` are empty; any other list or object in a cell refuses the file, for there is no one
way to put it into a cell. What JSON can write and text cannot hold (half a surrogate pair, NUL)
becomes U+FFFD, by which the row is refused later.

A JSON document is held in memory as text and read record by record, twice: once to see that it is
sound and which keys there are. NDJSON is held a stretch at a time.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers.decoding import decoded
from gongshi.readers.encoding import prove
from gongshi.readers.file import File
from gongshi.readers.json_text import (
    FLAT,
    Numbered,
    is_record,
    line_value,
    quoted,
    records,
    writable,
)
from gongshi.readers.limits import check_columns
from gongshi.readers.piece import Piece, frame_of
from gongshi.readers.refusals import no_table, too_large

_ROWS = 20_000
"""Rows handed over at a time."""
_SHARE = 8
"""A JSON document may have a character for so many bytes of the memory, for its text is held."""


def read(file: File, options: ReaderOptions) -> Iterator[Piece]:
    """Yield the records in pieces, under the sheet name "".

    Raises:
        FileRefusedError: F02, too large; F04, encoding not proved; F05, no valid JSON; F12, it is
            JSON and no table.
    """
    proof = prove(file)
    source = _source(file, proof.encoding, options)
    titles = _titles(file, source(), options)
    rows = chain(
        [(0, [writable(title) for title in titles])] if titles else [], _rows(source(), titles)
    )
    while block := list(islice(rows, _ROWS)):
        frame = frame_of([row for _, row in block], numbers=[number for number, _ in block])
        yield Piece("", frame, encoding=proof.encoding, evidence=proof.evidence)


def _source(file: File, encoding: str, options: ReaderOptions) -> Callable[[], Iterator[Numbered]]:
    """Return a function that yields the numbered records from the first one on."""
    if _is_lines(file, encoding):
        return lambda: (
            (number, line_value(file, line, number)) for number, line in _lines(file, encoding)
        )
    document = _document(file, encoding, options)
    return lambda: records(file, document)


def _document(file: File, encoding: str, options: ReaderOptions) -> str:
    """Return the text of a JSON document."""
    most = (options.memory_mib << 20) // _SHARE
    parts, size = list[str](), 0
    for text in decoded(file, encoding):
        size += len(text)
        if size > most:
            raise too_large(
                file,
                f"JSON 文件超过 {most} 字,请改为每行一条记录(NDJSON)",
                f"a JSON document of over {most} characters; write one record a line (NDJSON)",
            )
        parts.append(text)
    return "".join(parts)


def _is_lines(file: File, encoding: str) -> bool:
    """Say whether the first line is a whole record, and not an object around all records."""
    lines = _lines(file, encoding)
    _, first = next(lines, (0, ""))
    if not is_record(first):
        return False
    return next(lines, None) is not None or not any(
        isinstance(value, dict | list) and value for value in _values(file, first)
    )


def _values(file: File, line: str) -> Iterator[object]:
    """Yield the values of a record."""
    record = line_value(file, line, 1)
    yield from record.values() if isinstance(record, dict) else ()


def _lines(file: File, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers."""
    before, tail = 0, ""
    for text in chain(decoded(file, encoding), ("\n",)):
        *lines, tail = (tail + text).split("\n")
        yield from ((n, line) for n, line in enumerate(lines, start=before + 1) if line.strip())
        before += len(lines)


def _titles(file: File, source: Iterator[Numbered], options: ReaderOptions) -> list[str]:
    """Return the keys of all records in order of appearance; none where the records are arrays."""
    titles: dict[str, None] = {}
    shape: type | None = None
    for number, record in source:
        shape = shape or type(record)
        if not isinstance(record, dict | list) or type(record) is not shape:
            raise no_table(
                file,
                f"第 {number} 条不是{'数组' if shape is list else '对象'}",
                f"record {number} is not of the kind of the first",
                todo=FLAT,
            )
        cells = record if isinstance(record, dict) else dict(enumerate(record, start=1))
        for key, value in cells.items():
            if value and isinstance(value, dict | list):
                raise _nested(file, number, str(key))
        if isinstance(record, dict):
            titles.update(dict.fromkeys(record))
            check_columns(len(titles), file, options)
    return list(titles)


def _rows(source: Iterator[Numbered], titles: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each record as a row of text with its number."""
    for number, record in source:
        if isinstance(record, dict):
            yield number, [_cell(record.get(title)) for title in titles]
        elif isinstance(record, list):
            yield number, [_cell(value) for value in record]


def _cell(value: object) -> str:
    """Return a value as text.

    >>> _cell(None), _cell(True), _cell("110105199001011234"), _cell([])
    ('', 'true', '110105199001011234', '')
    """
    if isinstance(value, str):
        return writable(value)
    return str(value).lower() if isinstance(value, bool) else ""


def _nested(file: File, number: int, key: str) -> Exception:
    """Return the refusal of a cell that holds a list or an object."""
    return no_table(
        file,
        f"第 {number} 条的{quoted(key)}里还有对象或数组",
        f"a value of record {number} is a list or an object",
        todo=FLAT,
    )
