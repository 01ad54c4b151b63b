"""The last look at the public columns: what a detector still finds refuses its row (V20).

Two questions, both asked of the finished columns. Does any rule of redaction still find
something? And does a row still hold a number that its decision came with, in any spelling?
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from gongshi.deidentify.layouts import Layout
from gongshi.deidentify.structure import DECISION
from gongshi.deidentify.taken import Originals, held, spellings
from gongshi.formats import registration_no
from gongshi.redaction import Span, Subject, redact_record
from gongshi.redaction.bulk import suspects

Remains = tuple[int, str, str]
"""Row index, public column, rule."""

OWN_NUMBER = "own_number"
_BETWEEN = "|"
_END = 4
_EXACT = Subject(hidden=frozenset({"identity_no", "mobile", "account"}))
_OF_A_PERSON = Subject(hidden=_EXACT.hidden | {"home_address", "birth_date", "landline"})
"""What may not stand where a document number should, and where a person's name should."""


def remains(
    frame: pl.DataFrame,
    layout: Layout,
    redone: Sequence[tuple[int, Subject]],
    known: Originals,
) -> list[Remains]:
    """Return what is still found. `redone` are the rows whose texts were masked, as redacted."""
    found = [
        *_in_texts(frame, [*layout.texts], redone),
        *_in_structure(frame, [*layout.numbered, "party"]),
        *_own_numbers(frame, layout, known),
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
        for name, cell in zip(present, cells, strict=True):
            if name == "reg_no" and registration_no.is_valid(cell):
                continue
            after = redact_record([cell], _OF_A_PERSON if name == "legal_rep" else _EXACT)[0]
            certain = (span for span in after.spans if not (span.doubtful and name == "reg_no"))
            yield from ((index, name, span.rule) for span in certain)


def _own_numbers(frame: pl.DataFrame, layout: Layout, known: Originals) -> Iterator[Remains]:
    """Yield columns that hold a number that the row or another of its decision came with."""
    columns = [name for name in layout.columns if frame.schema.get(name) == pl.String]
    columns.remove("doc_no_key")
    rows = frame.with_row_index("_at").filter(pl.col(DECISION).is_in(list(known.of)))
    for index, decision, *cells in rows.select("_at", DECISION, *columns).iter_rows():
        record = {name: cell for name, cell in zip(columns, cells, strict=True) if cell}
        numbers = known.of[decision]
        wholes = [*spellings(_BETWEEN.join(record.values()))]
        if any(_may_hold(whole, number) for whole in wholes for number in numbers):
            yield from ((index, name, OWN_NUMBER) for name in _holders(record, numbers))


def _may_hold(whole: str, number: str) -> bool:
    """Say whether the letters and digits of a row have both ends of a number."""
    return number[:_END] in whole and number[-_END:] in whole


def _holders(record: Mapping[str, str], numbers: Iterable[str]) -> set[str]:
    """Return the columns of a row that hold one of the numbers, whole or in two pieces."""
    plain = {name: next(spellings(cell)) for name, cell in record.items()}
    read = {name: [*spellings(cell)][-1] for name, cell in record.items()}
    return {name for n in numbers for cells in (plain, read) for name in held(n, cells)}
