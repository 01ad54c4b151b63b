"""Do the titles stand over their own columns?

A cell deleted from the header moves every title behind it over another column, and each row would
still be read: a date as a document number, one party's code as another's. What the columns hold
gives it away. A single odd cell is judged with its row; only a whole column of something else, and
of something that is hardly ever accidental, refuses the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from gongshi.content import EXPECTED, Look, misplaced, profile
from gongshi.declarations.agency import OWN_COLUMNS
from gongshi.errors import FileRefusedError
from gongshi.readers.columns import column_letters
from gongshi.readers.piece import CELL
from gongshi.table_schema import TableSchema

_SAMPLE = 200
"""Rows by which a column is judged, spread evenly."""
_NAMED = 4
"""Columns that a refusal names at most."""
_SUITS = 0.8


@dataclass(frozen=True, slots=True)
class Titled:
    """The titles of a sheet by column index, and the column indexes of each field."""

    file: str
    sheet: str
    titles: Mapping[int, str]
    columns: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Fault:
    """A column whose content is not what its title says."""

    index: int
    role: str
    look: Look
    share: float


def demand_own_content(titled: Titled, frame: pl.DataFrame, schema: TableSchema) -> None:
    """Refuse a sheet in which a column holds what its title cannot mean.

    Raises:
        FileRefusedError: F13, with each such column, what it should hold and what it looks like.
    """
    sample = frame.gather_every(max(1, -(-frame.height // _SAMPLE)))
    roles = {
        index: field if field in OWN_COLUMNS else schema.by_name[field].role
        for field, indexes in titled.columns.items()
        for index in indexes
    }
    faults = [
        _Fault(index, role, *found)
        for index, role in sorted(roles.items())
        if (found := misplaced(_cells(sample, index), role))
    ]
    if faults:
        raise _refusal(titled, faults, sample)


def _cells(sample: pl.DataFrame, index: int) -> list[str]:
    """Return the cells of a column; a column that the sheet lost has none."""
    name = f"{CELL}{index}"
    return sample[name].to_list() if name in sample.columns else []


def _refusal(titled: Titled, faults: Sequence[_Fault], sample: pl.DataFrame) -> FileRefusedError:
    """Return F13: shares and looks, no content."""
    told, told_en = [], []
    for each in faults[:_NAMED]:
        letters = column_letters(each.index)
        should = "或".join(look.value for look in Look if look in EXPECTED[each.role])
        told.append(
            f"{letters} 列“{titled.titles.get(each.index, '')}”应为{should},"
            f"内容却有 {each.share:.0%} 是{each.look.value}"
        )
        should_en = " or ".join(look.name.lower() for look in Look if look in EXPECTED[each.role])
        told_en.append(
            f"column {letters} should hold {should_en} and holds {each.look.name.lower()}"
        )
    where = f"工作表“{titled.sheet}”" if titled.sheet else ""
    more = f"等 {len(faults)} 列" if len(faults) > _NAMED else ""
    return FileRefusedError(
        f"[F13] {where}列名与内容不符:{';'.join(told)}{more}。{_shift(faults, sample)}",
        f"[F13] titles stand over the wrong columns: {'; '.join(told_en)}.",
        file=titled.file,
        rule="F13",
        todo="请核对表头是不是多了或少了一格、整列有没有填错,改正后整份重新报送。",
    )


def _shift(faults: Sequence[_Fault], sample: pl.DataFrame) -> str:
    """Return in which neighbouring column each title finds its content, "" where not all do."""
    for step, side in ((1, "右"), (-1, "左")):
        beside = [profile(_cells(sample, each.index + step)).fit(each.role) for each in faults]
        fits = [fit for fit in beside if fit is not None]
        if fits and min(fits) >= _SUITS:
            return f"这些列名的内容都在其{side}边一列。"
    return ""
