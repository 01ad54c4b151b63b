r"""A sum as a clerk types it into a column of 万元: a plain number, or a sum with its unit.

A bare number is 万元, as the column says; a unit that is written holds (`2000元` is 0.2). Accepted
besides: thousands in groups by commas or blanks, full-width forms, Chinese and financial numerals
with a unit, 罚款 and 人民币 in front, 整 behind, and the same sum once more in words. What binary
arithmetic left of a short fraction, and the exponents with which spreadsheets write small numbers,
are undone.

Refused with the reason, for it is not certain what is meant: a currency sign without a unit (the
sign says 元, the column 万元), a sum that says it is of another kind than the column, several sums,
rounded and negative ones, groups of other lengths.

Source: 双公示 data standard, 罚款金额（万元）, decimal(18,6).

>>> plain("1,000.50"), plain("2000元"), plain("20万元"), plain("\uff15万"), plain("5e-05")
('1000.5', '0.2', '20', '5', '0.00005')
>>> plain("人民币200000元（大写：贰拾万元整）"), plain("5角")
('20', '0.00005')
>>> fault("￥2000")[0], fault("约3万元")[0]
('没有写明是元还是万元', '不是确定的数额')
"""

import re
from decimal import Decimal

from gongshi.errors import FormatError
from gongshi.formats import money
from gongshi.formats.text import has_odd_digits

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "\u3000\xa0\u2002\u2003\u2009\u202f\t\n"), " "
)
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_LONG_NUMBER = re.compile(r"[0-9]{1,12}\.[0-9]{7,20}")
_SMALL = re.compile(r"[0-9](?:\.[0-9]{1,15})?[eE]-0?[1-9]")
_DUST = Decimal("1e-9")
_PLACES = Decimal("0.000001")
_GROUPS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:([ ,])[0-9]{3})(?:\1[0-9]{3})*(?![0-9,])")
_TORN = re.compile(r"[0-9] +[0-9.]|[0-9.] +[0-9]|[0-9],[0-9]")

_MONEY = r"(?:人民币|RMB|CNY|[￥¥$])"
_FRONT = re.compile(
    r"(?:(?:并处|处以?)?(?:(?P<fine>罚款)|(?P<confiscated>没收(?:违法所得)?))(?:金额)?[为计:]?)?"
    rf"(?:共计|合计|共|计)?{_MONEY}{{0,2}}:?",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"(?:人民币)?[整正]?$")
_ONCE_MORE = re.compile(r"(.+?[元角分])[整正]?[,;]?\(?(?:大写|小写)?:?(.+[元角分整正])\)?")
_COINS = re.compile(r"[0-9一二三四五六七八九壹贰叁肆伍陆柒捌玖]{1,2}[角分]")
_SHAPES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), zh, en)
    for pattern, zh, en in (
        (r"^[-－—负]", "金额为负数", "a negative sum"),
        (r"[eE][+]?[0-9]", "是科学计数法", "scientific notation"),
        (r"美元|欧元|港元|港币|日元|英镑|[$€£]", "不是人民币", "not in renminbi"),
        (
            r"约|余|多万|多元|左右|以上|以下|以内|不超过|[0-9万元][-~至到][0-9]|%|/",
            "不是确定的数额",
            "not an exact sum",
        ),
        (
            (
                rf"^(?:.*[罚没计共款额]|{_MONEY}+)[为:]? ?[0-9.,]+$"
                "|^[零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]+$"
            ),
            "没有写明是元还是万元",
            "no unit is written",
        ),
        (r"[0-9][ ,][0-9]", "逗号或者空格不在千位上，可能是几个数", "groups that are no thousands"),
        (r"^[^元万亿0-9]+$", "不是数字", "no number"),
    )
)
"""Shape of a text → why it is no certain sum."""


def plain(text: str, *, kind: str = "fine") -> str:
    """Return the plain number of 万元 that a cell means; `kind` is `fine` or `confiscated`.

    Raises:
        FormatError: it is not certain what is meant.
    """
    found = _wan(_narrow(text), kind)
    if found is None:
        zh, en = _why_not(_narrow(text))
        raise FormatError(f"金额{zh}：{text}", f"no certain sum, {en}: {text}")
    return found


def fault(text: str, *, kind: str = "fine") -> tuple[str, str] | None:
    """Return why a cell is no certain sum, in Chinese and English; None where it is one."""
    narrow = _narrow(text)
    return _why_not(narrow) if _wan(narrow, kind) is None else None


def _narrow(text: str) -> str:
    """Return a text in half-width forms."""
    return text.translate(_NARROW).strip()


def _wan(text: str, kind: str) -> str | None:
    """Return a sum in 万元, None where it is not certain."""
    if has_odd_digits(text):
        return None
    if number := _plain_number(text):
        return number
    dense = _GROUPS.sub(lambda groups: re.sub("[ ,]", "", groups[0]), text)
    if _TORN.search(dense):
        return None
    dense = dense.replace(" ", "")
    if number := _plain_number(dense):
        return number
    fen = _with_unit(dense, kind)
    return None if fen is None else money.format_wan(fen)


def _plain_number(text: str) -> str:
    """Return a bare number without needless zeros, "" for anything else."""
    if text.startswith(".") and _NUMBER.fullmatch(f"0{text}"):
        text = f"0{text}"
    if _SMALL.fullmatch(text) or _LONG_NUMBER.fullmatch(text):
        exact = Decimal(text)
        near = exact.quantize(_PLACES)
        if abs(exact - near) >= min(_DUST, exact or _DUST):
            return ""
        text = f"{near:f}"
    if not _NUMBER.fullmatch(text):
        return ""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_unit(text: str, kind: str) -> int | None:
    """Return fen for a sum with its unit, None where it is not certain."""
    again = _ONCE_MORE.fullmatch(text)
    if again:
        first, second = (_one(part, kind) for part in again.groups())
        if first is not None and first == second:
            return first
    return _one(text, kind)


def _one(text: str, kind: str) -> int | None:
    """Return fen for one sum with its unit that fills the whole text."""
    front = _FRONT.match(text)
    if front and front.lastgroup not in (None, kind):
        return None
    bare = _BEHIND.sub("", text[front.end() :] if front else text)
    if bare.endswith(("万", "亿")):
        bare += "元"
    if _COINS.match(bare) and "元" not in bare:
        bare = f"0元{bare}"
    found = money.amounts_in(bare)
    if len(found) == 1 and (found[0].start, found[0].end) == (0, len(bare)):
        return found[0].fen
    return None


def _why_not(text: str) -> tuple[str, str]:
    """Return why a text is no certain sum."""
    for shape, zh, en in _SHAPES:
        if shape.search(text):
            return zh, en
    if len(money.amounts_in(text)) > 1:
        return "有几个数额", "several sums"
    return "不是以万元为单位的普通数字", "not a plain amount in 万元"
