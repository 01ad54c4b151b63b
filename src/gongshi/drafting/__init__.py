"""A declaration drafted from a file of a sender who is not known yet.

The file is read as any file from outside: by a child process with limits. What comes back is a
proposal with its reasons; a person decides, and until then `draft: true` keeps `ingest` away.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import polars as pl
import yaml

from gongshi.declarations.agency import AgencySpec, ReaderOptions
from gongshi.drafting.document import draft, reason
from gongshi.drafting.findings import Facts, facts_of
from gongshi.drafting.mapping import Mapped, mapped
from gongshi.drafting.vocabulary import Vocabulary, vocabulary_of
from gongshi.errors import FileRefusedError, UsageError
from gongshi.ingest.tables import Table, table_of
from gongshi.readers.child import pieces
from gongshi.readers.columns import column_letters
from gongshi.site import write_atomically
from gongshi.table_schema import TableSchema

if TYPE_CHECKING:
    from gongshi.readers.piece import Piece

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A drafted declaration: its text, and what it rests on."""

    path: Path
    code: str
    text: str
    facts: Facts
    found: Mapped


def draft_of(
    path: Path,
    code: str,
    agencies: Iterable[AgencySpec],
    schemas: Mapping[str, TableSchema],
) -> Draft:
    """Return the draft for one file.

    Raises:
        FileRefusedError: the file cannot be read, or no sheet holds a table.
    """
    known = list(agencies)
    vocabularies = [vocabulary_of(schemas[name], known) for name in _INPUTS if name in schemas]
    tables, encoding = _tables(path, vocabularies)
    if not tables:
        raise FileRefusedError(
            "没有找到表:至少要有两列有内容。",
            "no table was found: at least two columns must hold something.",
            file=path.name,
            rule="F07",
            todo="请确认文件里有表,并取消隐藏工作表。",
        )
    table = max(tables, key=lambda each: (each.score, each.rows))
    others = [each.sheet for each in tables if each is not table]
    found = max(
        (mapped(table, vocabulary) for vocabulary in vocabularies), key=lambda each: each.score
    )
    notes = [f"另有 {len(others)} 个工作表没有用来起草"] if others else []
    facts = facts_of(table, found, encoding=encoding, notes=notes)
    text = draft(code, facts, found)
    AgencySpec.model_validate(yaml.safe_load(text))
    return Draft(path=path, code=code, text=text, facts=facts, found=found)


_ENOUGH = 20_000
"""Rows of a sheet by which it is judged; a longer one is only counted."""
_INPUTS = ("penalty", "license", "list-entry", "penalty-event", "case-transfer")
"""Schemas that an agency can declare."""


def _tables(path: Path, vocabularies: Iterable[Vocabulary]) -> tuple[list[Table], str]:
    """Return the tables of the visible sheets, and the encoding of a text file."""
    words = list(vocabularies)
    first: dict[str, Piece] = {}
    heights: dict[str, int] = {}
    for piece in pieces(path, ReaderOptions()):
        if piece.frame.height and not piece.hidden:
            heights[piece.sheet] = heights.get(piece.sheet, 0) + piece.frame.height
            before = first.get(piece.sheet)
            if before is None:
                first[piece.sheet] = piece
            elif before.frame.height < _ENOUGH:
                first[piece.sheet] = replace(before, frame=_below(before.frame, piece.frame))
    found = (
        table_of(piece, heights[name], lambda title: any(each.knows(title) for each in words))
        for name, piece in first.items()
    )
    encoding = next((piece.encoding for piece in first.values()), "")
    return [each for each in found if each], encoding


def _below(upper: pl.DataFrame, lower: pl.DataFrame) -> pl.DataFrame:
    """Return two stretches of one sheet as one; the narrower has empty cells."""
    whole = pl.concat([upper, lower], how="diagonal")
    return whole.with_columns(pl.col(pl.String).fill_null(""))


def code_for(path: Path) -> str:
    """Return a code made from a file's name; `draft` where nothing of it can stand in one.

    >>> code_for(Path("Jia Shi_2026.csv")), code_for(Path("三月处罚.xlsx"))
    ('jia-shi-2026', 'draft')
    """
    return "-".join(re.findall(r"[a-z0-9]+", path.stem.lower())) or "draft"


def place_for(folder: Path, code: str) -> Path:
    """Return where the draft of `code` goes: `folder/CODE/agency.yml`, where nothing is yet.

    Raises:
        UsageError: the code is none, or there is a declaration already.
    """
    if not _CODE.fullmatch(code):
        raise UsageError(
            f"代码 {code} 不合规定。",
            f"{code} is no code of an agency.",
            todo="请用 --code 另取:只用小写字母、数字和连字符,如 jia-shi-cg。",
        )
    file = folder / code / "agency.yml"
    if file.exists():
        raise UsageError(
            f"{file} 已存在,没有改动。",
            f"{file} exists and was left as it is.",
            todo="请用 --code 换一个代码,或先移走原文件。",
        )
    return file


def write(made: Draft, file: Path) -> None:
    """Write a draft where `place_for` says."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, made.text.encode())


def as_json(made: Draft) -> dict[str, Any]:
    """Return what was found, a line for each column: titles and counts, no content."""
    return {
        "code": made.code,
        "schema": made.found.schema.name,
        "sheet": made.facts.table.sheet,
        "header_row": made.facts.table.row,
        "rows": made.facts.table.rows,
        "encoding": made.facts.encoding,
        "columns": [
            {
                "column": column_letters(each.index),
                "title": each.title,
                "field": each.field,
                "confidence": each.confidence,
                "evidence": list(each.evidence),
            }
            for each in made.found.columns
        ],
    }


def as_text(made: Draft, file: Path) -> str:
    """Return the same for a terminal, what is not known, and what to do next."""
    table, found = made.facts.table, made.found
    head = f"表头第 {table.row} 行" if table.row else "没有找到表头"
    width = len(found.columns)
    sure = sum(each.is_sure for each in found.columns)
    open_ = sum(not each.field for each in found.columns)
    lines = [f"{table.sheet or '表'}:{head},{table.rows} 行,像是 {found.schema.name}"]
    for each in found.columns:
        title = f"{column_letters(each.index):<3}{each.title or '(无列名)'}"
        lines.append(f"  {title} → {each.field or '?'}  {reason(each)}")
    lines += [
        f"{width} 列:写入草稿 {sure},待核对 {width - sure - open_},看不出 {open_}",
        "没有起草、也无法由表中得知的:机构名称、可以代报的机关及其代码、取值对照(lookups)、行数上下限。",
        f"草稿:{file}",
        "接下来:",
        "  1. 逐项核对草稿,补全标明“待填写”“请核对”的各处",
        f"  2. gongshi check {quote(str(made.path))} --agency {made.code}   试读,弄清每一条问题",
        "  3. 加上虚构的 sample.* 和 expected.json(见 docs/contributor.md)",
        "  4. 删去 draft 一行;在此之前 ingest 不受理",
        f"Drafted {file}: {sure} of {width} columns stated, the rest left to you.",
    ]
    return "\n".join(lines)
