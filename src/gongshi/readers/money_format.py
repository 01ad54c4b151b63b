"""Numbers that a workbook shows as sums of money: the library that reads it leaves out the unit.

A cell that holds 2000 and shows `2,000元` says 2000 yuan, and in a column of 万元 the bare number
would be ten thousand times as much. The unit of the format is put beside the number, as the same
cell in a CSV file has it; a format that scales the number, or names a unit like 千元, comes along
as it is, so that whoever reads the amount refuses it.
Source: ECMA-376 part 1, 18.8.30 (number formats; 5 to 8, 42 and 44 show the currency of the place).
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from gongshi.readers.numbers import number_text

_LOCAL_CURRENCY = frozenset({5, 6, 7, 8, 42, 44})
_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)(?<!/)>\s*(?:<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*)?"
    rb"<(?:\w+:)?v>(-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[Ee][-+]?[0-9]{1,3})?)<"
)
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_PLACE = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_OTHER_TYPE = re.compile(rb'\bt="(?!n")')
_LOCALE = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_CONDITION = re.compile(r"\[[^\]]*\]")
_UNIT = re.compile(r"[十百千]?[万亿]?[元圆]|[十百千]?[万亿]")
_SIGN = re.compile(r"[¥￥]")
_SCALED = re.compile(r"[0#?],+(?![0#?])|!\.")
_PLAIN_UNITS = frozenset({"元", "圆", "万", "万元", "亿", "亿元"})

Styles = Mapping[bytes, str]
"""Number of a cell's style, as the sheets write it → how its number is told: `{}元`, `¥{}`."""


def told_as(code: str) -> str:
    """Return how a number of one format is told; "" where the format shows no money.

    >>> told_as('#,##0.00"元"'), told_as('_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ '), told_as("0.00")
    ('{}元', '¥{}', '')
    >>> told_as('0!.0,"万元"'), told_as("[$-804]yyyy年m月d日")
    ('{}(0!.0,万元)', '')
    """
    shown = _CONDITION.sub("", _LOCALE.sub(r"\1", code.partition(";")[0]))
    plain = shown.replace('"', "").replace("\\", "")
    unit, sign = _UNIT.search(plain), _SIGN.search(plain)
    if not unit and not sign:
        return ""
    if _SCALED.search(plain) or (unit and unit[0] not in _PLAIN_UNITS):
        return "{}(" + plain.replace("{", "").replace("}", "") + ")"
    return f"{sign[0] if sign else ''}{{}}{unit[0] if unit else ''}"


def styles_of(sheet: ET.Element) -> dict[bytes, str]:
    """Return the styles of an XLSX (`xl/styles.xml`) that show money."""
    codes = {
        int(each.get("numFmtId") or 0): each.get("formatCode") or ""
        for each in sheet.iterfind("{*}numFmts/{*}numFmt")
    }
    named = (int(each.get("numFmtId") or 0) for each in sheet.iterfind("{*}cellXfs/{*}xf"))
    told = (
        told_as(codes[each]) if each in codes else "¥{}" if each in _LOCAL_CURRENCY else ""
        for each in named
    )
    return {str(number).encode(): how for number, how in enumerate(told) if how}


def sums_in(window: bytes, styles: Styles) -> Iterator[tuple[str, str]]:
    """Yield the cells of a stretch of a sheet whose numbers are shown as money, and their text."""
    for attributes, value in _CELL.findall(window):
        style, place = _STYLE.search(attributes), _PLACE.search(attributes)
        how = styles.get(style[1]) if style else None
        if how and place and not _OTHER_TYPE.search(attributes):
            yield place[1].decode(), how.format(number_text(float(value)))
