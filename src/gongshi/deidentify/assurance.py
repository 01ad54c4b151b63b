"""The last look at the public columns: what a detector still finds refuses its row (V20).

Two questions, both asked of the finished columns. Does any rule of redaction still find
something? And does a column still hold one of the row's own identity numbers, in any spelling?
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterator, Sequence

import polars as pl

from gongshi.deidentify.layouts import Layout
from gongshi.deidentify.structure import OWN
from gongshi.formats import registration_no, uscc
from gongshi.redaction import Span, Subject, redact_record
from gongshi.redaction.bulk import suspects
from gongshi.redaction.folding import fold

Remains = tuple[int, str, str]
"""Row index, public column, rule."""

OWN_NUMBER = "own_number"
_CODES = ("uscc", "authority_code", "source_unit_code", "penalty_authority_code")
_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")
_LEAST = 6
_EXACT = Subject(hidden=frozenset({"identity_no", "mobile", "account"}))


def remains(
    frame: pl.DataFrame, layout: Layout, redone: Sequence[tuple[int, Subject]]
) -> list[Remains]:
    """Return what is still found. `redone` are the rows whose texts were masked, as redacted."""
    found = [
        *_in_texts(frame, [*layout.texts], redone),
        *_in_structure(frame, [*layout.numbered, "party"]),
        *_own_numbers(frame, layout),
    ]
    return sorted(set(found))


def doubtful(frame: pl.DataFrame, layout: Layout) -> Iterator[tuple[int, str, Span]]:
    """Yield the spans of registration numbers that may be a person's number and are left."""
    name = layout.reg_no
    if not name or name not in frame.columns:
        return
    rows = suspects(frame, [name], names=False)
    for index, cell in zip(rows, frame[name].fill_null("")[rows], strict=True):
        if not registration_no.is_valid(cell):
            found = redact_record([cell], _EXACT)[0].spans
            yield from ((index, name, span) for span in found if span.doubtful)


def _in_texts(
    frame: pl.DataFrame, columns: list[str], redone: Sequence[tuple[int, Subject]]
) -> Iterator[Remains]:
    """Yield what the rules still find in texts that they have masked."""
    texts = frame.select(pl.col(columns).fill_null(""))
    for index, subject in redone:
        for name, after in zip(columns, redact_record(texts.row(index), subject), strict=True):
            yield from ((index, name, span.rule) for span in after.spans)


def _in_structure(frame: pl.DataFrame, columns: list[str]) -> Iterator[Remains]:
    """Yield identity numbers, mobile numbers and cards in columns that are no free text."""
    present = [name for name in columns if name in frame.columns]
    rows = suspects(frame, present, names=False)
    cells_of = frame.select(pl.col(present).fill_null(""))[rows]
    for index, cells in zip(rows, cells_of.iter_rows(), strict=True):
        for name, cell, after in zip(present, cells, redact_record(cells, _EXACT), strict=True):
            if name == "reg_no" and registration_no.is_valid(cell):
                continue
            certain = (span for span in after.spans if not (span.doubtful and name == "reg_no"))
            yield from ((index, name, span.rule) for span in certain)


def _own_numbers(frame: pl.DataFrame, layout: Layout) -> Iterator[Remains]:
    """Yield columns that hold one of the row's own identity numbers."""
    columns = [name for name in layout.columns if frame.schema.get(name) == pl.String]
    columns.remove("doc_no_key")
    owners = frame.with_row_index("_at").filter(pl.col(OWN).str.contains("[0-9０-９]{3}"))
    for record in owners.select("_at", OWN, *columns).iter_rows(named=True):
        numbers = _numbers(record[OWN], record)
        whole = _dense("".join(record[name] or "" for name in columns)) if numbers else ""
        for number in numbers:
            if number in whole:
                holders = [name for name in columns if number in _dense(record[name] or "")]
                yield from ((record["_at"], name, OWN_NUMBER) for name in holders)


def _numbers(cell: str, record: dict[str, str | None]) -> list[str]:
    """Return the identity numbers of a row, dense; a code that is public anyway is none."""
    public = {record.get(name) for name in (*_CODES, "reg_no")}
    dense = (_dense(line) for line in cell.split("\n"))
    return [n for n in dense if len(n) >= _LEAST and n not in public and not uscc.is_valid(n)]


def _dense(text: str) -> str:
    """Return letters and digits only, in one spelling."""
    return _NOT_ALNUM.sub("", fold(text).text).upper()
