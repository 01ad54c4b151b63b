"""Days that a spreadsheet wrote as a number: 45021 in a column of dates is 2023-04-05.

A cell of five digits in a column of dates can mean nothing else, but the number counts from 1900 or
from 1904. A workbook says from which; a text file comes from a spreadsheet that counts from 1900
unless somebody changed that, so the clerk is told what was read. Where the epoch is not known,
nothing is read.
"""

import re
from collections.abc import Iterator
from datetime import date

import polars as pl

from gongshi.errors import FormatError
from gongshi.formats import day
from gongshi.ingest.reading import Reading
from gongshi.ingest.rules import Doubt, finding
from gongshi.models import ROW, SHEET, Finding
from gongshi.table_schema import TableSchema

UNKNOWN, EPOCH_1900, EPOCH_1904 = 0, 1900, 1904
_SERIAL = r"^[0-9]{5}(?:\.[0-9]{1,12})?$"
_FIRST, _LAST = date(1949, 10, 1), date(2099, 12, 31)


def as_day(text: str, epoch: int) -> str:
    """Return the day of a serial number as ISO text, anything else as it is.

    >>> as_day("45021", 1900), as_day("43559.5", 1904), as_day("45021", 0), as_day("2023", 1900)
    ('2023-04-05', '2023-04-05', '45021', '2023')
    """
    if not epoch or not re.match(_SERIAL, text):
        return text
    try:
        found = day.from_serial(float(text), epoch1904=epoch == EPOCH_1904)
    except FormatError:
        return text
    return found.isoformat() if _FIRST <= found <= _LAST else text


def told(reading: Reading, schema: TableSchema, epoch: int) -> Iterator[Finding]:
    """Yield one finding for each column of a sheet in which serial numbers will be read."""
    if not epoch:
        return
    for field in schema.fields:
        if field.type != "date" or field.name not in reading.frame.columns:
            continue
        hits = reading.frame.filter(pl.col(field.name).str.strip_chars().str.contains(_SERIAL))
        for (sheet,), lines in hits.group_by(SHEET, maintain_order=True):
            text = lines[field.name][0].strip()
            if (read := as_day(text, epoch)) == text:
                continue
            case = f"第 {lines[ROW][0]} 行 {text} 读作 {read}"
            zh = f"{lines.height} 个,按 {epoch} 日期系统,如{case}"
            en = f"{lines.height} serial numbers, counted from {epoch}"
            place = reading.columns.of(str(sheet), field.name)
            yield finding(Doubt("A26", field.name, zh, en), sheet=str(sheet), row=0, column=place)
