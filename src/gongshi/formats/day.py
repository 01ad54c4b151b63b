r"""A calendar day, in every form in which Chinese administrative tables write one.

`2023-04-05`, `2023/4/5`, `2023.4.5`, `2023 4 5`, `20230405`, `2023年4月5日`,
`二〇二三年四月五日`; full-width digits, any dash and stray blanks. Behind the day may stand its
weekday, which must be the right one, and a time of day, which is dropped; a time with a zone
counts as the day in China.

Refused with the reason, for each could mean another day: years of two digits (`23-4-5`), day or
month in front (`4/5/2023`), other calendars (民国, 令和, 农历), a missing part, no such day. Serial
numbers of a spreadsheet (`from_serial`) are no text: the caller knows the epoch.

Source: hints of the 双公示 templates (`YYYY/MM/DD`); ISO 8601-1:2019 for times and zones;
ECMA-376 part 1, 18.17.4 for serials.

>>> parse("2023/4/5")
datetime.date(2023, 4, 5)
>>> parse("\uff12\uff10\uff12\uff13 年 4月5 日(星期三)")
datetime.date(2023, 4, 5)
>>> parse("二〇二三年十二月三十一日")
datetime.date(2023, 12, 31)
>>> fault("23-4-5")[0], fault("2023-02-30")[0], fault("2023-04-05")
('年份只有两位', '没有这一天', None)
>>> from_serial(45021)
datetime.date(2023, 4, 5)
"""

import re
from datetime import date, datetime, timedelta, timezone

from gongshi.errors import FormatError
from gongshi.formats.text import fold, has_odd_digits

_CHINA = timezone(timedelta(hours=8))
_ZONED = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)", re.IGNORECASE
)
_TIME = re.compile(
    r"(?<=[日号\s\d)])(?:T|\s)?\s*(?:[上下中]午|[AP]M)?\s*(?:"
    r"(?<![0-9])\d{1,2}\s*[:：]\s*\d{2}(?:\s*[:：]\s*\d{2}(?:\.\d+)?)?\s*(?:[AP]M)?"
    r"|(?<=[日号\s午)])\d{1,2}\s*[时点](?:\s*\d{1,2}\s*分(?:\s*\d{1,2}\s*秒)?|整|半)?)\s*$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"[(（]?\s*(?:星期|周|礼拜)([一二三四五六日天])\s*[)）]?\s*$")
_WEEKDAYS = "一二三四五六日"
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013—―\u2212\uff0d\ufe63", "-"))
_DIGITS = re.compile(
    r"(?:公元)?([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})[.日号]?"
    r"|年([0-9]{1,2})月([0-9]{1,2})[日号]?|([0-9]{2})([0-9]{2}))"
)
_CHINESE = re.compile(
    r"(?:公元)?([〇零○O一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月"
    r"([一二三四五六七八九十廿卅]{1,3})[日号]?"
)
_HOUR = re.compile(r"[-/.][0-9]\s+[0-9]\s*$")
"""`2023-4-1 8` may be a day with its hour, or the 18th with a stray blank."""
_APART = re.compile(r"\s*([0-9]{4})\s+([0-9]{1,2})\s+([0-9]{1,2})\s*")
_CHINESE_DIGITS = dict.fromkeys("〇零○O", 0) | {
    digit: value for value, digit in enumerate("一二三四五六七八九", start=1)
}
_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
# Serial 60 is 29 February 1900, a day that never was; before it the count is off by one.
_FIRST_SAFE_SERIAL = 61
_LAST_SERIAL = 2_958_465

_SHAPES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), zh, en)
    for pattern, zh, en in (
        (r"民国|光绪|宣统", "是民国或者更早的纪年", "a year of another era"),
        (r"令和|平成|昭和|^[RHS][0-9]", "是日本年号", "a year of a Japanese era"),
        (r"农历|阴历|正月|初[一二三四五六七八九十]|腊月", "是农历日期", "a lunar date"),
        (
            r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)[0-9]{2}$",
            "年份在后，月、日的先后不明",
            "day and month cannot be told apart",
        ),
        (
            (
                r"^[0-9]{2}(?:[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}[日号]?|[0-9]{4})$"
                r"|^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}$|^[〇零○O一二三四五六七八九]{2}年"
            ),
            "年份只有两位",
            "a year of two digits",
        ),
        (
            r"^[0-9]{4}(?:[-/.年][0-9]{1,2}月?|年)?$|^[〇零一二三四五六七八九]{4}年(?:[^日号]*月)?$",
            "缺少月或者日",
            "the month or the day is missing",
        ),
        (r"^[0-9]{1,2}(?:月|[-/.])[0-9]{1,2}日?$", "缺少年份", "the year is missing"),
        (r"^[0-9]{5}(?:\.[0-9]+)?$", "是表格软件的日期序列号", "a spreadsheet's serial number"),
    )
)
"""Shape of a folded text → why it is no certain day."""


def parse(text: str) -> date:
    """Return the day that `text` writes.

    Raises:
        FormatError: no known form, not certain, or no such day; the reason stands in brackets.
    """
    found = _day(text)
    if isinstance(found, date):
        return found
    zh, en = found
    raise FormatError(
        f"不是有效日期（{zh}）：{text}", f"not a date ({en}): {text}", todo="请写成 2023-04-05。"
    )


def fault(text: str) -> tuple[str, str] | None:
    """Return why `text` is no certain day, in Chinese and English; None where it is one.

    >>> fault("民国112年4月5日")[0], fault("4/5/2023")[0]
    ('是民国或者更早的纪年', '年份在后，月、日的先后不明')
    """
    found = _day(text)
    return None if isinstance(found, date) else found


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


def _day(text: str) -> date | tuple[str, str]:
    """Return the day, or why there is none."""
    if _ZONED.fullmatch(text.strip()):
        return _in_china(text.strip())
    bare = _TIME.sub("", text.strip().translate(_DASHES))
    weekday = _WEEKDAY.search(bare)
    bare = _TIME.sub("", bare[: weekday.start()] if weekday else bare)
    parts = _parts(bare)
    try:
        found = date(*parts)
    except TypeError:
        return _why_not(fold(bare))
    except ValueError:
        return "没有这一天", "there is no such day"
    if weekday and _WEEKDAYS[found.weekday()] != weekday[1].replace("天", "日"):
        return "与所写的星期不符", "it falls on another weekday"
    return found


def _in_china(text: str) -> date | tuple[str, str]:
    """Return the day in China at an instant with its zone."""
    try:
        return datetime.fromisoformat(text.upper()).astimezone(_CHINA).date()
    except (ValueError, OverflowError):
        return "没有这一天", "there is no such day"


def _parts(text: str) -> tuple[int, ...]:
    """Return year, month, day; () for any other form. Superscripts and the like are no digits."""
    if _HOUR.search(text) or has_odd_digits(text):
        return ()
    if apart := _APART.fullmatch(text):
        return tuple(int(part) for part in apart.groups())
    folded = fold(text)
    if match := _DIGITS.fullmatch(folded):
        year, _, *rest = match.groups()
        return int(year), *(int(part) for part in rest if part)
    return _chinese_parts(folded)


def _why_not(folded: str) -> tuple[str, str]:
    """Return why a text of no known form is no day."""
    for shape, zh, en in _SHAPES:
        if shape.search(folded):
            return zh, en
    return "不是认得的写法", "not in a known form"


def _chinese_parts(folded: str) -> tuple[int, ...]:
    """Return year, month, day of a date in Chinese numerals, or () for anything else."""
    match = _CHINESE.fullmatch(folded)
    if match is None:
        return ()
    year = int("".join(str(_CHINESE_DIGITS[digit]) for digit in match[1]))
    return year, _below_hundred(match[2]), _below_hundred(match[3])


def _below_hundred(numeral: str) -> int:
    """Return 1 to 99 for 五, 十二, 二十, 三十一, 廿三; 0, which is no day, for anything else."""
    plain = numeral.replace("廿", "二十").replace("卅", "三十")
    tens, ten, units = plain.rpartition("十")
    unit = _CHINESE_DIGITS.get(units, 0)
    if not ten:
        return unit
    return (_CHINESE_DIGITS.get(tens, 0) if tens else 1) * 10 + unit
