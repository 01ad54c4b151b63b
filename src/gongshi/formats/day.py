r"""A calendar day, in every form in which Chinese administrative tables write one.

`2023-04-05`, `2023/4/5`, `2023.4.5`, `20230405`, `2023年4月5日`, `二〇二三年四月五日`; full-width
digits and stray blanks anywhere; a time of day after the date is dropped. A year needs four
digits: `23-4-5` could mean anything. Serial numbers of a spreadsheet are read only where the
caller knows that the cell was a date, never by guess.

Source: hints of the 双公示 templates (`YYYY/MM/DD`); ECMA-376 part 1, 18.17.4 for serials.

>>> parse("2023/4/5")
datetime.date(2023, 4, 5)
>>> parse("\uff12\uff10\uff12\uff13 年 4月5 日")
datetime.date(2023, 4, 5)
>>> parse("二〇二三年十二月三十一日")
datetime.date(2023, 12, 31)
>>> from_serial(45021)
datetime.date(2023, 4, 5)
"""

import re
from datetime import date, timedelta

from gongshi.errors import FormatError
from gongshi.formats.text import fold

_TIME = re.compile(r"(?<=[日号\s\d])[T\s]\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d+)?)?\s*$")
_DIGITS = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]?"
    r"|([0-9]{2})([0-9]{2}))"
)
_CHINESE = re.compile(
    r"([〇零○O一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿]{1,3})[日号]?"
)
_CHINESE_DIGITS = dict.fromkeys("〇零○O", 0) | {
    digit: value for value, digit in enumerate("一二三四五六七八九", start=1)
}
_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
# Serial 60 is 29 February 1900, a day that never was; before it the count is off by one.
_FIRST_SAFE_SERIAL = 61
_LAST_SERIAL = 2_958_465


def parse(text: str) -> date:
    """Return the day that `text` writes.

    Raises:
        FormatError: no known form, or no such day.
    """
    folded = fold(_TIME.sub("", text))
    match = _DIGITS.fullmatch(folded)
    parts = _digit_parts(match) if match else _chinese_parts(folded)
    try:
        return date(*parts)
    except (TypeError, ValueError):
        raise FormatError(
            f"不是有效日期：{text}", f"not a date: {text}", todo="请写成 2023-04-05。"
        ) from None


def from_serial(serial: float, *, epoch1904: bool = False) -> date:
    """Return the day of a spreadsheet's serial number; a fraction is a time and is dropped.

    Raises:
        FormatError: before March 1900, where spreadsheets disagree, or after the year 9999.

    >>> from_serial(43559, epoch1904=True)
    datetime.date(2023, 4, 5)
    """
    days = int(serial)
    if not (0 if epoch1904 else _FIRST_SAFE_SERIAL) <= days <= _LAST_SERIAL - 1462 * epoch1904:
        raise FormatError(f"不是日期序列号：{serial}", f"not a date serial: {serial}")
    return (_EPOCH_1904 if epoch1904 else _EPOCH_1900) + timedelta(days=days)


def _digit_parts(match: re.Match[str]) -> tuple[int, ...]:
    """Return year, month, day of a date in digits."""
    year, _, *rest = match.groups()
    return int(year), *(int(part) for part in rest if part)


def _chinese_parts(folded: str) -> tuple[int, ...]:
    """Return year, month, day of a date in Chinese numerals, or () for anything else."""
    match = _CHINESE.fullmatch(folded)
    if match is None:
        return ()
    year = int("".join(str(_CHINESE_DIGITS[digit]) for digit in match[1]))
    return year, _below_hundred(match[2]), _below_hundred(match[3])


def _below_hundred(numeral: str) -> int:
    """Return 1 to 99 for 五, 十二, 二十, 三十一, 廿三; 0, which is no day, for anything else."""
    tens, ten, units = numeral.replace("廿", "二十").rpartition("十")
    unit = _CHINESE_DIGITS.get(units, 0)
    if not ten:
        return unit
    return (_CHINESE_DIGITS.get(tens, 0) if tens else 1) * 10 + unit
