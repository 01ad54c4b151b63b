"""Invented records as files in every format that agencies use, with the answers beside them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TypedDict

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from gongshi.errors import UsageError
from gongshi.generate.damage import DAMAGED
from gongshi.generate.penalties import FIELDS
from gongshi.generate.records import Batch, batches
from gongshi.site import packaged_content
from gongshi.table_schema import load

FORMATS = ("csv", "csv-gbk", "csv-gb18030", "xlsx", "ndjson")
_ENCODINGS = {"csv": "utf-8", "csv-gbk": "gbk", "csv-gb18030": "gb18030"}
_BOM = b"\xef\xbb\xbf"
_LARGEST_SHEET = 1_048_575
_SUMS = ("CF_NR_FK", "CF_NR_WFFF")
_PLAIN_SUM = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?")
_EATEN = re.compile(r"[1-9]\.[0-9]+E\+17")
"""What a number of 18 digits looks like once a spreadsheet has taken it for a quantity."""
_HEADER_ROWS = 1
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  the same bytes whenever the file is made

Write = Callable[[pl.DataFrame], None]


class Generated(TypedDict):
    """What a file holds: rows in all, rows without a defect, and lines of the two answer files."""

    rows: int
    clean: int
    defects: int
    secrets: int


def generate(  # noqa: PLR0913  the options of the command, one by one
    rows: int, seed: int, out: Path, *, fmt: str | None, dirty: bool, today: date
) -> Generated:
    """Write an invented file in the standard layout of 2019, and beside it what must be found.

    `out.secrets.jsonl` lists personal data that must not be published; with `dirty`,
    `out.truth.jsonl` lists every defect. `row` is the number that a person sees: the header is 1,
    and in ndjson, which has none, the first record.
    `fmt` is one of `FORMATS`; None goes by the ending of `out`.

    Raises:
        UsageError: an unknown format, no rows, or more rows than a sheet holds.
    """
    form = _form(fmt, out, rows)
    made = batches(rows, seed, today=today, dirty=dirty, gbk=form == "csv-gbk")
    return write(out, form, made, dirty=dirty)


def write(out: Path, form: str, made: Iterable[Batch], *, dirty: bool) -> Generated:
    """Write batches as one file of penalties in the format `form`, with the answers beside it."""
    found = Generated(rows=0, clean=0, defects=0, secrets=0)
    titles = {name: title for name, title in titles_of("penalty").items() if name in FIELDS}
    with (
        _answers(out, "secrets", form) as secrets,
        _answers(out, "truth", form, wanted=dirty) as truth,
        writer(out, form, titles) as put,
    ):
        for batch in made:
            put(batch.frame.drop(DAMAGED))
            found["rows"] += len(batch.frame)
            found["clean"] += int((~batch.frame[DAMAGED]).sum())
            found["defects"] += truth(batch.truth)
            found["secrets"] += secrets(batch.secrets)
    return found


def titles_of(schema: str) -> dict[str, str]:
    """Return field name → Chinese title of a schema of the package."""
    return load(packaged_content() / "schemas", schema).titles


def _form(fmt: str | None, out: Path, rows: int) -> str:
    """Return the format to write."""
    form = fmt or out.suffix.lstrip(".").lower()
    form = {"jsonl": "ndjson"}.get(form, form)
    if form not in FORMATS:
        raise UsageError(
            f"不支持的格式:{form or '无扩展名'}。",
            f"unknown format: {form or 'no extension'}.",
            todo=f"请用 --format 指定其一:{'、'.join(FORMATS)}。",
        )
    most = _LARGEST_SHEET if form == "xlsx" else rows
    if not 1 <= rows <= most:
        raise UsageError(
            f"行数 {rows} 不能用于此格式。",
            f"{rows} rows cannot be written in this format.",
            todo=f"请给出 1 到 {_LARGEST_SHEET} 之间的行数,或改用 csv。",
        )
    return form


@contextmanager
def writer(out: Path, form: str, titles: Mapping[str, str]) -> Iterator[Write]:
    """Open `out` for frames whose columns become the titles, in the order of `titles`."""
    make = {"xlsx": _xlsx, "ndjson": _ndjson}.get(form, _csv)
    with make(out, form, titles) as write:
        yield write


@contextmanager
def _csv(out: Path, form: str, titles: Mapping[str, str]) -> Iterator[Write]:
    encoding = _ENCODINGS[form]
    with out.open("wb") as file:

        def put(text: str) -> None:
            file.write(text.encode(encoding))

        file.write(_BOM if encoding == "utf-8" else b"")
        put(
            pl.DataFrame(schema=dict.fromkeys(titles.values(), pl.String)).write_csv(
                line_terminator="\r\n"
            )
        )
        blank = pl.all().replace("", None)  # polars would write "" with quotation marks
        yield lambda frame: put(
            frame.with_columns(blank).write_csv(include_header=False, line_terminator="\r\n")
        )


@contextmanager
def _ndjson(out: Path, form: str, titles: Mapping[str, str]) -> Iterator[Write]:  # noqa: ARG001
    with out.open("wb") as file:
        yield lambda frame: frame.rename(dict(titles)).write_ndjson(file)


@contextmanager
def _xlsx(out: Path, form: str, titles: Mapping[str, str]) -> Iterator[Write]:  # noqa: ARG001
    """Codes and dates are text cells, sums are numbers, as careful clerks' workbooks have them.

    A code that was spoilt is the number that the spreadsheet made of it.
    """
    with xlsxwriter.Workbook(str(out), {"constant_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("行政处罚")
        for column, title in enumerate(titles.values()):
            sheet.write_string(0, column, title)
        last = 0

        def write(frame: pl.DataFrame) -> None:
            nonlocal last
            sums = [frame.columns.index(name) for name in _SUMS if name in frame.columns]
            for cells in frame.iter_rows():
                last += 1
                _write_row(sheet, last, cells, sums=sums)

        yield write


def _write_row(sheet: Worksheet, row: int, cells: tuple[str, ...], *, sums: list[int]) -> None:
    for column, text in enumerate(cells):
        if not text:
            continue
        if (column in sums and _PLAIN_SUM.fullmatch(text)) or _EATEN.fullmatch(text):
            sheet.write_number(row, column, float(text))
        else:
            sheet.write_string(row, column, text)


@contextmanager
def _answers(
    out: Path, kind: str, form: str, *, wanted: bool = True
) -> Iterator[Callable[[pl.DataFrame], int]]:
    """Open `out.KIND.jsonl`; what is yielded writes answers and returns how many they were."""
    if not wanted:
        yield len
        return
    first = 1 if form == "ndjson" else 1 + _HEADER_ROWS
    with out.with_name(f"{out.name}.{kind}.jsonl").open("wb") as file:

        def write(answers: pl.DataFrame) -> int:
            answers.with_columns(pl.col("row") + first).write_ndjson(file)
            return len(answers)

        yield write
