"""One file → one `RawTable`: read in a child, matched with a layout, made into our fields."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from gongshi.declarations.agency import (
    ORGANISATION,
    PARTY_COLUMNS,
    PERSON,
    AgencySpec,
    ReaderOptions,
)
from gongshi.declarations.authority_register import Register
from gongshi.errors import FileRefusedError, UsageError
from gongshi.ingest import serials
from gongshi.ingest.authorities import speaking_for
from gongshi.ingest.cells import tidy
from gongshi.ingest.decisions import FROM_ROW, records
from gongshi.ingest.documents import demand_accepted, with_documents
from gongshi.ingest.doubts import doubtful_cells
from gongshi.ingest.layouts import Choice, choose
from gongshi.ingest.lines import lines_of
from gongshi.ingest.reading import Reading
from gongshi.ingest.rules import Doubt
from gongshi.ingest.sheets import reading_of, unread
from gongshi.marking.words import is_summary
from gongshi.models import (
    ROW,
    SHEET,
    Category,
    Finding,
    Letters,
    RawTable,
    Source,
    of_category,
)
from gongshi.readers.child import contents
from gongshi.readers.paper import Paper
from gongshi.readers.piece import Piece
from gongshi.table_schema import TableSchema

Book = Mapping[str, list[Piece]]
"""Sheet name → its pieces, in order."""
NOBODY = Register()
"""The register of a site that declares no authority."""


def read_tables(
    path: Path,
    agencies: Mapping[str, AgencySpec],
    *,
    agency: str | None,
    schemas: Mapping[str, TableSchema],
    register: Register = NOBODY,
) -> RawTable:
    """Return everything one file holds, under our field names; authorities as `register` has them.

    Without `agency` the header decides whose file it is. Sheets of a workbook are rows of the one
    table, told apart by `_sheet`.

    Raises:
        FileRefusedError: the file as a whole cannot be used; `rule` says why (`ingest.rules`).
        UsageError: `agency` is not declared.
        SpecError: a declaration does not agree with its schema.
    """
    chosen = _chosen(agencies, agency)
    book, papers = _book(path, agencies[agency].reader if agency else ReaderOptions())
    shown = [parts[0] for parts in book.values() if not parts[0].hidden]
    choice = choose(path, shown, chosen, schemas)
    demand_accepted(path.name, papers, choice.spec)
    reading = _reading(path, book, choice, papers)
    reading = _of_authorities(reading, choice, register)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return RawTable(
        source=Source(
            agency=choice.spec.code,
            file=path.name,
            sha256=digest,
            encoding=_each(sheet.encoding for sheet in shown),
            evidence=_each(sheet.evidence for sheet in shown),
        ),
        schema=choice.schema.name,
        frame=_complete(reading.frame, choice.schema),
        columns=_in_our_fields(reading.columns, choice.schema),
        absent=choice.spec.absent,
        optional=choice.spec.optional,
        findings=_in_order(reading.findings, choice.schema),
        refused=reading.refused,
        lines=lines_of(reading.frame, choice.schema, register),
    )


def _chosen(agencies: Mapping[str, AgencySpec], agency: str | None) -> list[AgencySpec]:
    """Return the agencies whose layouts are looked for; a draft only where it is named."""
    if agency is None:
        return [spec for spec in agencies.values() if not spec.draft]
    if agency not in agencies:
        known = "、".join(sorted(agencies))
        raise UsageError(
            f"没有报送单位 {agency}。",
            f"there is no agency {agency}.",
            todo=f"ingest/ 下已声明的有:{known}。",
        )
    return [agencies[agency]]


def _book(path: Path, options: ReaderOptions) -> tuple[Book, list[Paper]]:
    """Return the sheets of a file that hold anything, and the documents beside them.

    The summary of a marked workbook is no such sheet.

    Raises:
        FileRefusedError: F01, there is no cell with content.
    """
    book: dict[str, list[Piece]] = {}
    papers: list[Paper] = []
    for piece in contents(path, options):
        if isinstance(piece, Paper):
            papers.append(piece)
        elif piece.frame.height:
            book.setdefault(piece.sheet, []).append(piece)
    book = {name: parts for name, parts in book.items() if not is_summary(parts[0])}
    if not any(not parts[0].hidden for parts in book.values()):
        raise FileRefusedError(
            "文件没有内容。",
            "there is nothing in the file.",
            file=path.name,
            rule="F01",
            todo="请检查导出步骤,并取消隐藏工作表。",
        )
    return book, papers


def _each(texts: Iterable[str]) -> str:
    """Return what is said of the sheets, once each: the members of an archive may differ."""
    return "、".join(dict.fromkeys(filter(None, texts)))


def _reading(path: Path, book: Book, choice: Choice, papers: list[Paper]) -> Reading:
    """Return what all sheets give, with the documents of their rows."""
    spec, schema = choice.spec, choice.schema
    sheets = [
        reading_of(path.name, parts, choice.headers[name], schema)
        for name, parts in book.items()
        if name in choice.headers
    ]
    reading = _with_constants(_together(sheets), spec)
    notes = [unread(parts[0]) for name, parts in book.items() if name not in choice.headers]
    epoch = min(parts[0].epoch for parts in book.values())
    notes += serials.told(reading, schema, epoch)
    reading = replace(
        reading,
        frame=tidy(reading.frame, spec, schema, epoch=epoch),
        findings=(*reading.findings, *notes),
    )
    if "full_text" in schema.by_role:
        reading = with_documents(reading, papers, spec, schema)
    reading = reading.refusing(doubtful_cells(reading.frame, schema))
    if not reading.rows:
        raise FileRefusedError(
            "只有表头,没有记录。",
            "there is a header and no record.",
            file=path.name,
            rule="F01",
            todo="如当期没有记录,无需报送;空文件不会清空已有数据。",
        )
    return reading


def _of_authorities(reading: Reading, choice: Choice, register: Register) -> Reading:
    """Return the rows of authorities that the agency may speak for, a line for each party."""
    spoken = speaking_for(reading, choice.spec, choice.schema, register)
    return _by_party(spoken, choice.spec, choice.schema)


def _together(sheets: list[Reading]) -> Reading:
    """Return the readings of several sheets as one."""
    columns: dict[str, Mapping[str, str]] = {}
    for sheet in sheets:
        columns |= sheet.columns.sheets
    frame = pl.concat([sheet.frame for sheet in sheets], how="diagonal")
    return Reading(
        frame=frame.with_columns(pl.col(pl.String).fill_null("")),
        columns=Letters(columns),
        findings=tuple(each for sheet in sheets for each in sheet.findings),
        refused=frozenset(each for sheet in sheets for each in sheet.refused),
    )


def _with_constants(reading: Reading, spec: AgencySpec) -> Reading:
    """Return the reading with what the agency declares of the file as a whole."""
    values = [pl.lit(text).alias(field) for field, text in spec.constants.items()]
    return replace(reading, frame=reading.frame.with_columns(values))


def _by_party(reading: Reading, spec: AgencySpec, schema: TableSchema) -> Reading:
    """Return a line for each party of each row, with what the agency declares as derived."""
    if spec.parties is None and not FROM_ROW & set(spec.derive.values()):
        return reading
    taken, doubts = [], []
    for row in reading.frame.iter_rows(named=True):
        found = records(row, spec, schema)
        if isinstance(found, Doubt):
            doubts.append((str(row[SHEET]), int(row[ROW]), found))
        else:
            taken += found
    types = {SHEET: pl.String, ROW: pl.UInt32} | dict.fromkeys(schema.names, pl.String)
    kept = [{name: record.get(name, "") for name in types} for record in taken]
    frame = pl.DataFrame(kept, schema=types)
    return replace(reading.refusing(doubts), frame=frame)


def _in_our_fields(columns: Letters, schema: TableSchema) -> Letters:
    """Return the letters of our fields; the party's are those of the column of its category."""
    party = schema.by_role["party"].name
    persons = of_category(party, Category.PERSON)
    sheets = {}
    for sheet, found in columns.sheets.items():
        ours = {name: letters for name, letters in found.items() if name in schema.by_name}
        for name, kind in ((party, ORGANISATION), (persons, PERSON), (party, PERSON)):
            if kind in found:
                ours.setdefault(name, found[kind])
        sheets[sheet] = ours
    return Letters(sheets)


def _in_order(findings: Iterable[Finding], schema: TableSchema) -> tuple[Finding, ...]:
    """Return the findings by sheet and row, about our fields."""
    party = schema.by_role["party"].name
    ours = (
        replace(each, field=party) if each.field in PARTY_COLUMNS else each for each in findings
    )
    return tuple(sorted(ours, key=lambda each: (each.sheet, each.row, each.rule)))


def _complete(frame: pl.DataFrame, schema: TableSchema) -> pl.DataFrame:
    """Return `_sheet`, `_row` and every field of the schema in order; absent ones are ""."""
    have = set(frame.columns)
    fields: Iterable[pl.Expr] = (
        pl.col(name) if name in have else pl.lit("").alias(name) for name in schema.names
    )
    return frame.select(pl.col(SHEET), pl.col(ROW).cast(pl.UInt32), *fields)
