"""Days as clerks write them: read where they are certain, refused with the reason where not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.errors import FormatError
from gongshi.formats import day

FIFTH_OF_APRIL = [
    "2023.4.5.", "2023–04–05", "2023－4－5", "2023 4 5", "2 0 2 3 - 4 - 5", "2023 0405",
    "2023-4-5 0:00:00", "2023年04月05日 00:00", "2023年4月5日9点", "2023年4月5日上午9时30分",
    "2023/4/5 12:00:00 AM", "2023-04-05T00:00:00.000", "2023-04-05T08:30:00+08:00",
    "2023-04-04T16:00:00Z", "2023年4月5日星期三", "2023年4月5日（周三） 09:30", "2023年4月5",
    "公元2023年4月5日", "二〇二三年四月五号", "２０２３年０４月０５日",
]  # fmt: skip
REFUSED = [
    ("23-4-5", "年份只有两位"),
    ("23年4月5日", "年份只有两位"),
    ("230405", "年份只有两位"),
    ("4/5/2023", "月、日的先后不明"),
    ("5.4.2023", "月、日的先后不明"),
    ("2023-02-30", "没有这一天"),
    ("二〇二三年四月三十一日", "没有这一天"),
    ("2023-13-01T00:00:00Z", "没有这一天"),
    ("民国112年4月5日", "民国"),
    ("令和5年4月5日", "日本年号"),
    ("农历二〇二三年二月十五", "农历"),
    ("2023年4月", "缺少月或者日"),
    ("二零二三年", "缺少月或者日"),
    ("4月5日", "缺少年份"),
    ("45021", "序列号"),
    ("2023年4月5日星期四", "星期不符"),
    ("2023-4-1²", "不是认得的写法"),
    ("2023-4-1 8", "不是认得的写法"),
    ("2023-04-05至2024-04-05", "不是认得的写法"),
    ("", "不是认得的写法"),
]


@pytest.mark.parametrize("cell", FIFTH_OF_APRIL)
def test_a_day_is_read_in_every_form(cell: str) -> None:
    assert day.parse(cell) == date(2023, 4, 5)
    assert day.fault(cell) is None


@pytest.mark.parametrize(("cell", "why"), REFUSED)
def test_what_could_be_another_day_is_refused_with_the_reason(cell: str, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        day.parse(cell)

    fault = day.fault(cell)
    assert fault is not None
    assert why in fault[0]


def in_words(each: date) -> str:
    """Return a day in Chinese numerals, as documents end."""
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(each.year))
    return f"{year}年{_numeral(each.month)}月{_numeral(each.day)}日"


def _numeral(number: int) -> str:
    tens, units = divmod(number, 10)
    ten = ("" if tens == 1 else "一二三"[tens - 1]) + "十" if tens else ""
    return ten + ("〇一二三四五六七八九"[units] if units else "")


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)), st.sampled_from(["", " ", "\u3000"]))
def test_a_day_comes_back_from_each_form_with_its_weekday_and_time(each: date, gap: str) -> None:
    weekday = "一二三四五六日"[each.weekday()]
    year, month, number = each.year, each.month, each.day

    forms = (
        in_words(each),
        f"{year}{gap}年{gap}{month}{gap}月{gap}{number}{gap}日{gap}星期{weekday}",
        f"{year}-{month}-{number} 23:59:59",
        f"{each.isoformat()}T00:00:00",
        f"{(each - timedelta(days=1)).isoformat()}T16:00:00Z",
    )

    assert [day.parse(form) for form in forms] == [each] * len(forms)


@given(st.dates(date(1904, 1, 1), date(2199, 12, 31)))
def test_a_serial_number_counts_from_its_epoch(each: date) -> None:
    since_1904 = (each - date(1904, 1, 1)).days

    assert day.from_serial(since_1904, epoch1904=True) == each
    assert day.from_serial(since_1904 + 1462) == each


@given(st.text(alphabet="0123456789年月日-/. :T〇一二三十星期周AMZ+", max_size=24))
def test_any_text_is_a_day_or_has_a_fault(cell: str) -> None:
    try:
        found = day.parse(cell)
    except FormatError:
        assert day.fault(cell) is not None
    else:
        assert day.parse(found.isoformat()) == found
