"""Where the table begins: the row of titles, which column is which field, what is no record.

Real sheets open with a title, a date line, notes on how to fill in; headers take one row or two,
come again on each page, and end in totals. A layout (whose titles mean which fields) is compared
with every row of a sheet's top; the row that names most fields is the header.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from gongshi.formats.text import fold
from gongshi.models import ROW
from gongshi.readers.piece import CELL, Piece, Range

TOP = 60
"""Rows among which a header is looked for."""
_FEWEST = 3
"""Titles that a row must name to be a header."""
_CELLS_OF_A_NOTE = 2
_BELOW = 3
"""Rows right below a header in which it may go on: numbers of columns, what must be filled in."""
_SAMPLE = 200
"""Rows by which a file without header is judged."""
_FITS = 0.8
"""Share of the cells that must suit the field of their column in a file without header."""

_TRIM = re.compile(r"^[*#★※\"']+|[*:：★※\"'。.]+$|\((?:必填|选填|必填项)\)")
_DASHES = str.maketrans(dict.fromkeys("-－—\u2013\u2010_＿", "_"))
_TOTAL = re.compile(r"(?:合计|总计|小计|共计|累计|本页合计|总合计)[:：]?")
_PLAIN_NUMBER = re.compile(r"[-¥￥]?[0-9][0-9,]*(?:\.[0-9]+)?(?:[千万亿]?元|%|[件户家起人条次])?")
_LABEL = r"^\s*(?:合|总|小|共|累|本页合|总合)\s*计\s*[:：]?\s*$"
"""A cell that holds nothing but the word for a total."""
_COLUMN_NUMBER = re.compile(r"[(\[]?(?:[0-9]{1,2}|[A-Z]|[甲乙丙丁戊己庚辛壬癸])[)\]]?栏?")
_DEMANDS = re.compile(
    r"(?:非|条件)?必填项?|选填项?|可选|是|否|文本|字符(?:型|串)?|日期(?:型|格式)?|数字|数值(?:型)?|下拉选?择?"
    r"|YYYY[-/]MM[-/]DD|[A-Z]{1,10}\([0-9]{1,5}(?:,[0-9]{1,2})?\)"
)
_EXAMPLE = re.compile(r"(?:填[写报])?(?:示例|样例|范例|举例|例)(?:行|数据)?[:：]?")
_NOTE = re.compile(
    r"(?:附?注|备注|说明|填表|填报|制表|审核|复核|审批|单位负责人|联系人|联系电话|报送|本表|此表|第[0-9一二三四五六七八九十]+页)"
)

Expectations = Mapping[str, Callable[[str], bool]]
"""Field → whether a text can be a value of it; only of fields about which that can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """A layout to look for: `fields` and `ignore` by `normal` titles; `order` without a header.

    `required` are the fields without which the layout is not there.
    """

    name: str
    fields: Mapping[str, str]
    ignore: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A layout found in a sheet. `row` is its last header row, 0 where the sheet has none.

    `columns` gives the field of each column index, `unknown` the titles that mean nothing.
    `printed` are the rows down to the header as they stand there: they may come again.
    """

    layout: Titles
    row: int
    titles: Mapping[int, str]
    columns: Mapping[int, str]
    unknown: tuple[str, ...] = ()
    printed: frozenset[tuple[str, ...]] = frozenset()

    @property
    def missing(self) -> frozenset[str]:
        """Fields that the layout needs and the sheet lacks."""
        return self.layout.required - set(self.columns.values())

    @property
    def rank(self) -> tuple[int, int, int]:
        """Smaller is the better reading of the same sheet."""
        return len(self.missing), len(self.unknown), -len(set(self.columns.values()))


def normal(title: str) -> str:
    """Return the form in which titles are compared.

    >>> normal("行政相对人代码＿1 （统一社会信用代码）：")
    '行政相对人代码_1(统一社会信用代码)'
    >>> normal("*处罚内容（必填）")
    '处罚内容'
    """
    folded = fold(title).translate(_DASHES).upper()
    before = ""
    while folded != before:
        before, folded = folded, _TRIM.sub("", folded)
    return folded


def find(piece: Piece, layout: Titles) -> Header | None:
    """Return the layout's header in a sheet's first piece, None where no row looks like it."""
    top = [_normal_row(row) for row in piece.frame.head(TOP).drop(ROW).iter_rows()]
    numbers = piece.frame.head(TOP)[ROW].to_list()
    found = [
        _header(layout, number, row) for number, row in zip(numbers, top, strict=True) if any(row)
    ]
    best = min(found, key=lambda header: header.rank, default=None)
    if best is None or best.missing:
        wide = [spread(row, number, piece.merged) for number, row in zip(numbers, top, strict=True)]
        for upper, lower, number in zip(wide, wide[1:], numbers[1:], strict=False):
            both = _header(layout, number, _joined(upper, lower, layout))
            if best is None or both.rank < best.rank:
                best = both
    if best is None or len(set(best.columns.values())) < min(_FEWEST, len(layout.required) or 1):
        return None
    above = (tuple(row) for number, row in zip(numbers, top, strict=True) if number <= best.row)
    return replace(best, printed=frozenset(row for row in above if any(row)))


def without_header(piece: Piece, layout: Titles, expectations: Expectations) -> Header | None:
    """Return the layout by its declared order, where the sheet's width and content agree with it.

    Every field about which something can be expected must suit most of its cells.
    """
    width = piece.frame.width - 1
    if not layout.order or len(layout.order) != width or not piece.frame.height:
        return None
    columns = {
        n: layout.fields[title] for n, title in enumerate(layout.order) if title in layout.fields
    }
    sample = piece.frame.head(_SAMPLE)
    for index, field in columns.items():
        suits = expectations.get(field)
        cells = [cell for cell in sample[f"{CELL}{index}"] if cell.strip()]
        if suits and sum(map(suits, cells)) < _FITS * len(cells):
            return None
    return Header(layout=layout, row=0, titles=dict(enumerate(layout.order)), columns=columns)


def records(frame: pl.DataFrame, header: Header) -> tuple[pl.DataFrame, dict[str, list[int]]]:
    """Return the rows that are records, and the numbers of those that are not, by what they are.

    Blank rows are left out without a word; the others are `header` (the titles again), `total`
    and `note`.
    """
    below = frame.filter(pl.col(ROW) > header.row)
    cells = [name for name in below.columns if name != ROW]
    filled = pl.sum_horizontal(pl.col(cells).str.strip_chars() != "")
    few = below.lazy().with_columns(_filled=filled).filter(pl.col("_filled") > 0).collect()
    odd = {kind: [] for kind in ("header", "total", "note")}  # type: dict[str, list[int]]
    for number, row in _suspects(few, header, len(cells)):
        if kind := _kind_of(number, row, header):
            odd[kind].append(number)
    dropped = [number for numbers in odd.values() for number in numbers]
    kept = few.filter(~pl.col(ROW).is_in(dropped)) if dropped else few
    return kept.drop("_filled"), odd


def _suspects(
    frame: pl.DataFrame, header: Header, width: int
) -> Iterable[tuple[int, tuple[str, ...]]]:
    """Yield the few rows that may be no records.

    They have few cells, our titles or the word for a total, or stand right below the header.
    """
    index, title = next((n, title) for n, title in header.titles.items() if title)
    words = {title[:2], *(row[index][:2] for row in header.printed if index < len(row))}
    field = header.columns.get(index)
    words |= {known[:2] for known, means in header.layout.fields.items() if means == field}
    again = pl.col(f"{CELL}{index}").str.contains_any(sorted(words - {""}))
    total = pl.any_horizontal(
        pl.col(f"{CELL}{n}").str.contains(_LABEL) for n in range(min(width, _CELLS_OF_A_NOTE))
    )
    below = pl.col(ROW) <= header.row + _BELOW
    few = pl.col("_filled") * 2 <= width
    for number, *row in frame.filter(few | again | total | below).drop("_filled").iter_rows():
        yield number, tuple(row)


def _kind_of(number: int, row: Sequence[str], header: Header) -> str:
    """Return `header`, `total` or `note`, "" for a record."""
    texts = [fold(cell) for cell in row]
    filled = [text for text in texts if text]
    if not filled:  # nothing that can be seen: the end mark \x1a of old systems
        return "note"
    if _says_titles(texts, header):
        return "header"
    if number <= header.row + _BELOW and (kind := _goes_on(filled)):
        return kind
    if _is_total(filled, len(texts)):
        return "total"
    return "note" if len(set(filled)) <= _CELLS_OF_A_NOTE and _NOTE.match(filled[0]) else ""


def _says_titles(texts: Sequence[str], header: Header) -> bool:
    """Say whether a row is the header again, in other words for the same fields, or part of it."""
    titles = [normal(text) for text in texts]
    if tuple(titles) in header.printed:
        return True
    fields = header.layout.fields
    same = sum(
        titles[n] == title or (titles[n] in fields and fields[titles[n]] == header.columns.get(n))
        for n, title in header.titles.items()
        if n < len(titles) and title
    )
    return same * 5 >= sum(bool(title) for title in header.titles.values()) * 4


def _goes_on(filled: Sequence[str]) -> str:
    """Return what a row right below a header is that belongs to the form, "" for a record.

    Such are the numbers of the columns, which of them must be filled in, and an example.
    """
    if len(filled) >= _FEWEST and all(map(_COLUMN_NUMBER.fullmatch, filled)):
        return "header"
    if len(filled) >= _FEWEST and all(_DEMANDS.fullmatch(text.upper()) for text in filled):
        return "header"
    return "note" if _EXAMPLE.fullmatch(filled[0]) else ""


def _is_total(filled: Sequence[str], width: int) -> bool:
    """Say whether a row is a total: the word for it, and few cells or nothing but numbers."""
    word = _TOTAL.match(filled[0])
    if word is None:
        return False
    rest = filled[1:]
    if word[0] == filled[0] and rest and all(map(_PLAIN_NUMBER.fullmatch, rest)):
        return True
    return len(filled) * 3 <= max(width, 6)


def _header(layout: Titles, number: int, row: Sequence[str]) -> Header:
    """Return `row` read as titles of `layout`."""
    columns = {n: layout.fields[title] for n, title in enumerate(row) if title in layout.fields}
    unknown = tuple(
        title
        for title in row
        if title and title not in layout.fields and title not in layout.ignore
    )
    return Header(
        layout=layout, row=number, titles=dict(enumerate(row)), columns=columns, unknown=unknown
    )


def _normal_row(row: Sequence[str]) -> list[str]:
    """Return titles of a row; a cell too long for a title counts as its start."""
    return [normal(cell[:200]) for cell in row]


def spread(row: Sequence[str], number: int, merged: Iterable[Range]) -> list[str]:
    """Return a row with cells that are merged across columns repeated."""
    spread = list(row)
    for top, left, bottom, right in merged:
        if top <= number <= bottom and left < len(row):
            end = min(right + 1, len(row))
            spread[left:end] = [row[left]] * (end - left)
    return spread


def _joined(upper: Sequence[str], lower: Sequence[str], layout: Titles) -> list[str]:
    """Return the titles of a header of two rows: what the layout knows, else the lower one."""
    known = layout.fields.keys() | layout.ignore
    titles = []
    for above, below in zip(upper, lower, strict=True):
        choices = (above + below, f"{above}({below})", below, above)
        titles.append(
            next((title for title in choices if title and title in known), below or above)
        )
    return titles
