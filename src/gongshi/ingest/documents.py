"""Which decision document belongs to which row, and whether it is what the row says.

A row names its document in a column that means `document`; where it names none, the document that
is called by the row's document number is its. One document may stand with several rows of one
decision, which punishes several parties, never with two decisions. Whatever is not certain refuses
the row: a text under the wrong name would be published as somebody's decision.

A text that stands in a cell is held against its row in the same way.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from gongshi.declarations.agency import DOCUMENT, AgencySpec
from gongshi.errors import FileRefusedError
from gongshi.formats import doc_no
from gongshi.formats.text import clean, fold
from gongshi.ingest.reading import Reading
from gongshi.ingest.rules import Doubt, finding
from gongshi.models import ROW, SHEET, Finding, Letters
from gongshi.readers.paper import Paper
from gongshi.table_schema import TableSchema

_CELL_LIMIT = 32_767
"""Characters that a cell of a spreadsheet holds; what is longer was cut."""
_HEAD = 400
"""Characters at the beginning of a document in which it says what it is."""
_DECISION = "决定书"
_INTERNAL = re.compile(
    "审批表|呈批|送达回证|送达回执|询问笔录|检查笔录|现场笔录|讨论记录|审核意见表|内部资料|内部文件|注意保密"
    "|[秘机绝]密★"
)
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,30}〔(?:19|20)[0-9]{2}年?〕(?:第)?[0-9]{1,8}(?:-[0-9]+)?号"
)
_ENDING = re.compile(r"\.[A-Za-z]{1,5}$")
_AT, _TEXT, _NUMBERED, _NAMED, _WHO = "_at", "_text", "_doc_no", "_named", "_authority"


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table, as far as its document is concerned."""

    at: int
    sheet: str
    row: int
    key: str
    who: str
    named: str
    text: str


def demand_accepted(file: str, papers: Sequence[Paper], spec: AgencySpec) -> None:
    """Refuse documents that nobody has declared: they would be passed over in silence.

    Raises:
        FileRefusedError: F05, the agency sends no documents.
    """
    if papers and spec.documents == "none":
        raise FileRefusedError(
            f"压缩包里的“{papers[0].name}”是文书,而 {spec.code} 没有声明附送决定书。",
            f"{papers[0].name} in the archive is a document; {spec.code} declares none.",
            file=file,
            rule="F05",
            todo="请从压缩包中删去文书;需要附送的,请维护者在 agency.yml 写 documents: optional。",
        )


def with_documents(
    reading: Reading, papers: Sequence[Paper], spec: AgencySpec, schema: TableSchema
) -> Reading:
    """Return the reading with the texts of documents in the field for them.

    Rows whose document is in doubt are refused; documents without a row are told.
    """
    field = schema.by_role["full_text"].name
    if not (papers or spec.documents == "required" or _has_any(reading.frame, (DOCUMENT, field))):
        return reading
    rows = _rows(reading.frame, schema)
    claims = dict(_claims(rows, papers, spec))
    doubts = [(row, doubt) for row in rows for doubt in _doubts(row, claims.get(row.at))]
    texts = {at: clean(found.text) for at, found in claims.items() if isinstance(found, Paper)}
    column = [texts.get(row.at, row.text) for row in rows]
    strays = _strays(papers, claims.values(), doubts)
    filled = replace(
        reading,
        frame=reading.frame.with_columns(pl.Series(field, column, dtype=pl.String)),
        columns=_with_letters(reading.columns, field),
        findings=(*reading.findings, *strays),
    )
    told = ((row.sheet, row.row, replace(d, field=field, value="")) for row, d in doubts)
    return filled.refusing(told)


def _has_any(frame: pl.DataFrame, names: Iterable[str]) -> bool:
    """Say whether any cell of the columns is filled; most files have neither column."""
    return any((frame[name] != "").any() for name in names if name in frame.columns)


def _strays(
    papers: Sequence[Paper],
    claims: Iterable[Paper | Doubt],
    doubts: Iterable[tuple[_Row, Doubt]],
) -> Iterator[Finding]:
    """Yield a finding for each document that no row has."""
    used = {found.name for found in claims if isinstance(found, Paper)}
    used |= {doubt.value for _, doubt in doubts}
    for paper in papers:
        if paper.name not in used:
            doubt = Doubt("A23", "", f"“{paper.name}”", paper.name)
            yield finding(doubt, sheet=paper.name, row=0)


def _with_letters(columns: Letters, field: str) -> Letters:
    """Return the letters with those of the text: else of the document's name."""
    sheets = {
        sheet: {field: found[DOCUMENT], **found} if DOCUMENT in found else found
        for sheet, found in columns.sheets.items()
    }
    return Letters(sheets)


def _rows(frame: pl.DataFrame, schema: TableSchema) -> list[_Row]:
    """Return the lines of the table."""
    names = {
        _NUMBERED: schema.by_role["doc_no"].name,
        _WHO: schema.by_role["authority"].name,
        _NAMED: DOCUMENT,
        _TEXT: schema.by_role["full_text"].name,
    }
    have = [
        (pl.col(name) if name in frame.columns else pl.lit("")).alias(alias)
        for alias, name in names.items()
    ]
    lines = frame.select(SHEET, ROW, *have).iter_rows()
    return [
        _Row(at, sheet, row, doc_no.key(number), fold(who), named, text)
        for at, (sheet, row, number, who, named, text) in enumerate(lines)
    ]


def _claims(
    rows: Sequence[_Row], papers: Sequence[Paper], spec: AgencySpec
) -> Iterator[tuple[int, Paper | Doubt]]:
    """Yield each line that has a document, with it or with why it cannot be used."""
    by_name, by_number = _by_name(papers), _by_number(papers)
    found: dict[int, list[Paper]] = {}
    for row in rows:
        found[row.at] = (
            by_name.get(_plain(row.named), []) if row.named else by_number.get(row.key, [])
        )
    decisions = defaultdict[str, set[tuple[str, str]]](set)
    for row in rows:
        for paper in found[row.at]:
            decisions[paper.name].add((row.key, row.who))
    for row in rows:
        claim = _claim(row, found[row.at], decisions, required=spec.documents == "required")
        if claim is not None:
            yield row.at, claim


def _claim(
    row: _Row,
    found: Sequence[Paper],
    decisions: Mapping[str, set[tuple[str, str]]],
    *,
    required: bool,
) -> Paper | Doubt | None:
    """Return the document of a line, why there is none to be used, or None where none is due."""
    if found:
        return next(_objections(row, found, decisions), found[0])
    if row.named:
        return Doubt("A15", "", f"“{row.named}”", row.named)
    return Doubt("A15", "") if required and not row.text else None


def _objections(
    row: _Row, found: Sequence[Paper], decisions: Mapping[str, set[tuple[str, str]]]
) -> Iterator[Doubt]:
    """Yield why the document of a line cannot be used; `value` names it."""
    paper = found[0]
    if len(found) > 1:
        names = "、".join(f"“{each.name}”" for each in found)
        yield Doubt("A16", "", f"有几份文书:{names}", "several documents", paper.name)
    if len(decisions[paper.name]) > 1:
        zh, en = f"“{paper.name}”同时对应几份决定", "the document stands with several decisions"
        yield Doubt("A16", "", zh, en, paper.name)
    if paper.zh:
        todo = f"。{paper.todo.rstrip('。')}" if paper.todo else ""
        zh, en = f"“{paper.name}”:{paper.zh}{todo}", f"{paper.name}: {paper.en}"
        yield Doubt("A14", "", zh, en, paper.name)
    if row.text and fold(row.text) != fold(paper.text):
        zh, en = "单元格里的全文与文书文件不同", "the text in the cell is another"
        yield Doubt("A16", "", zh, en, paper.name)


def _doubts(row: _Row, claim: Paper | Doubt | None) -> Iterator[Doubt]:
    """Yield what is doubtful about the document of a line; `value` names the document."""
    if isinstance(claim, Doubt):
        yield claim
        return
    text, name = (claim.text, claim.name) if claim else (row.text, "")
    if text:
        yield from _unlike(row, text, name)
    if claim and claim.left_out:
        zh = "、".join(each for each, _ in claim.left_out)
        en = ", ".join(each for _, each in claim.left_out)
        yield Doubt("A24", "", f"“{name}”:{zh}", f"{name}: {en}", name)


def _unlike(row: _Row, text: str, name: str) -> Iterator[Doubt]:
    """Yield why a text cannot be that of the decision of its row."""
    spelling = doc_no.key(text)
    where = f"“{name}”" if name else ""
    if not name and len(text) >= _CELL_LIMIT:
        zh, en = f"单元格最多容纳 {_CELL_LIMIT} 字,后面的已丢失", "a cell holds no more characters"
        yield Doubt("A17", "", zh, en)
    elif _DECISION not in spelling:
        yield Doubt("A17", "", f"{where}没有“决定书”字样", f"{name} calls itself no decision", name)
    elif internal := _INTERNAL.search(spelling[:_HEAD]):
        zh = f"{where}开头有“{internal[0]}”"
        yield Doubt("A17", "", zh, f"{name} is an internal document", name)
    elif not _is_numbered(spelling, row.key):
        other = _NUMBER.search(spelling[:_HEAD])
        what = f"写的文号是 {other[0]}" if other else "没有该行的文号"
        yield Doubt("A16", "", f"{where}{what}", f"{name} has another document number", name)


def _is_numbered(spelling: str, key: str) -> bool:
    """Say whether a text is that of decision `key`: by its head, else by what it says at all.

    Further down a decision may quote the numbers of others.
    """
    head = spelling[:_HEAD]
    return bool(key) and (key in head or (key in spelling and not _NUMBER.search(head)))


def _by_name(papers: Iterable[Paper]) -> Mapping[str, list[Paper]]:
    """Return each name that a row may write → the documents that have it.

    A row may leave out folders and the ending.
    """
    found = defaultdict[str, dict[str, Paper]](dict)
    for paper in papers:
        whole = _plain(paper.name)
        for name in (whole, whole.rpartition("/")[2]):
            for spelling in (name, _ENDING.sub("", name)):
                found[spelling][paper.name] = paper
    return {name: list(each.values()) for name, each in found.items()}


def _plain(name: str) -> str:
    """Return a file name as names are compared."""
    return fold(name).replace("\\", "/").removeprefix("./").casefold()


def _by_number(papers: Iterable[Paper]) -> Mapping[str, list[Paper]]:
    """Return each document number that a file is called by → its documents."""
    found = defaultdict[str, list[Paper]](list)
    for paper in papers:
        stem = _ENDING.sub("", paper.name.rpartition("/")[2])
        number, sign, _ = stem.partition("号")
        for key in dict.fromkeys((doc_no.key(stem), doc_no.key(number + sign))):
            found[key].append(paper)
    return found
