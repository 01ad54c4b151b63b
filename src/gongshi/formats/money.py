"""Sums of money, kept as whole 分 (fen): integers add up the same way everywhere.

The exchange format states 万元 with at most six decimals, so one unit in the last place is exactly
one fen (`parse_wan`, `format_wan`). Decisions state sums in words and figures: 20万元, 二十万元,
贰拾万元整, 200000元, 13.07万元, 1,000元, 5千元, 1.2亿元, 罚款20万 (`amounts_in`).

A rounded sum (20余万元) is not found, and neither are other currencies (20万美元).

Source: 双公示 data standard, 罚款金额（万元）, decimal(18,6); GB/T 15835-2011 for numerals.

>>> parse_wan("1.5")
1500000
>>> parse_wan("0.000001")
1
>>> format_wan(1_500_000)
'1.5'
>>> [(found.fen, found.kind) for found in amounts_in("没收违法所得3.5万元，并处罚款贰拾万元整")]
[(3500000, 'confiscated'), (20000000, 'fine')]
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from gongshi.errors import FormatError

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000

_WAN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")

_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
# Full-width signs, financial and traditional numerals, one for one: places in the text stay.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟萬億两兩貳參陸○〇圆圓",
    "一二三四五六七八九十百千万亿二二二三六零零元元",
)

# Thousands may be grouped by commas or blanks. Units multiply (5百万); parts add up (1亿2000万).
_FIGURE = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,8})?"
_FIGURES = (
    rf"{_FIGURE}(?: ?[十百千万亿]){{0,2}}(?:{_FIGURE} ?[百千万]{{1,2}})*(?:{_FIGURE}(?= ?元))?"
)
_NUMERALS = r"[零一二三四五六七八九十百千万亿]{1,30}"
_BELOW_WAN = r"(?=[一二三四五六七八九十])(?:{0}千零?)?(?:{0}百零?)?(?:{0}?十)?{0}?".format(
    "[一二三四五六七八九]"
)
_NUMERAL = re.compile(rf"零|(?:{_BELOW_WAN}亿零?)?(?:{_BELOW_WAN}万亿?零?)?(?:{_BELOW_WAN})?")
_ONE = r"[0-9一二三四五六七八九]"
_AMOUNT = re.compile(
    rf"(?<![0-9.,A-Za-z第余多零一二三四五六七八九十百千万亿])(?:(?P<figures>{_FIGURES})|(?P<numerals>{_NUMERALS}))"
    rf"(?: ?(?P<yuan>元)(?!/)(?:(?P<jiao>{_ONE})角)?(?:零?(?P<fen>{_ONE})分)?"
    r"|(?<=[万亿])(?=[,.;:。、) ]|整|的|并|人民币|$))"
)
"""A sum ends with 元, or with 万 or 亿 where the text before says that money is meant."""

_MONEY_BEFORE = re.compile(r"(?:人民币|罚款|罚金|没收违法所得|[¥￥])[:为计共]? ?$")
_PURPOSE = re.compile(r"(?P<fine>罚|并处|处以)|(?P<confiscated>没收|违法所得|非法财物)")
_FINE_AFTER = re.compile(r"[整正]?\)?的?罚款")
_CONTEXT = 16
"""How far `_MONEY_BEFORE` may look back, in characters."""


_MARKED = re.compile(
    r"^(?:(?:行政)?罚款(?:金额)?|没收(?:违法所得)?)?[:为计]?(?:共计|合计|共)?(?:人民币|RMB|CNY|￥|¥)?[:]?",
    re.IGNORECASE,
)
_TWICE = re.compile(r"\((?:大写|小写)?:?(?:人民币)?|\)|[整正]|大写:?|小写:?|,")
_TINY = re.compile(r"[0-9](?:\.[0-9]{1,15})?[eE]-0?[1-6]")
_DUST = Decimal("1e-9")
_BLANK_GROUPS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:[ \u00a0\u3000][0-9]{3})+(?![0-9])")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum found in a text: `text[start:end]` writes `fen`.

    `kind` is "fine" or "confiscated" by the nearest word before it, "other" where none stands.
    """

    start: int
    end: int
    fen: int
    kind: str


def parse_wan(text: str) -> int:
    """Return fen for a plain decimal number of 万元.

    Raises:
        FormatError: not such a number, negative, longer than decimal(18,6), or finer than a fen.
    """
    if not _WAN.fullmatch(text):
        raise FormatError(
            f"不是以万元为单位的金额：{text}",
            f"not an amount in 万元: {text}",
            todo="请只写数字，单位万元，小数不超过 6 位，例如 2000 元写 0.2。",
        )
    return int(Decimal(text) * FEN_PER_WAN)


def format_wan(fen: int) -> str:
    """Return fen as 万元 without needless zeros.

    >>> format_wan(20_000_000), format_wan(1), format_wan(0)
    ('20', '0.000001', '0')
    """
    whole, rest = divmod(fen, FEN_PER_WAN)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".")


def amounts_in(text: str) -> tuple[Amount, ...]:
    """Return every sum of money in `text`, in order.

    >>> [found.fen for found in amounts_in("罚款二十万元；没收1,000元、5千元；合计1.2亿元")]
    [20000000, 100000, 500000, 12000000000]
    >>> amounts_in("二〇二三年四月，罚20万美元")
    ()
    """
    plain = text.translate(_PLAIN)
    found: list[Amount] = []
    for match in _AMOUNT.finditer(plain):
        start, end = match.span()
        if not match["yuan"] and not _MONEY_BEFORE.search(plain, max(0, start - _CONTEXT), start):
            continue
        fen = _fen(match)
        if fen is not None:
            inherited = found[-1].kind if found else "other"
            kind = _purpose(plain, found[-1].end if found else 0, match) or inherited
            found.append(Amount(start, end, fen, kind))
    return tuple(found)


def _purpose(text: str, start: int, amount: re.Match[str]) -> str:
    """Return what the sum is for: 罚款 behind it, else the word before it; "" where none is."""
    if _FINE_AFTER.match(text, amount.end()):
        return "fine"
    last = ""
    for match in _PURPOSE.finditer(text, start, amount.start()):
        last = match.lastgroup or ""
    return last


def _fen(match: re.Match[str]) -> int | None:
    """Return the sum in fen; None where it is not a whole number of fen after all."""
    yuan = _figures(match["figures"]) if match["figures"] else _numerals(match["numerals"])
    if yuan is None:
        return None
    tenths, hundredths = (_digit(match[name]) for name in ("jiao", "fen"))
    fen = yuan * FEN_PER_YUAN + tenths * 10 + hundredths
    return int(fen) if fen == fen.to_integral_value() else None


def _digit(symbol: str | None) -> int:
    """Return the value of one digit, in figures or in words; 0 for none."""
    if not symbol:
        return 0
    return _DIGITS[symbol] if symbol in _DIGITS else int(symbol)


def _figures(text: str) -> Decimal:
    """Return yuan for 13.07万, 1,000, 1亿2000万, 3万5千."""
    total = Decimal(0)
    dense = text.replace(",", "").replace(" ", "")
    for number, units in re.findall(r"([0-9.]+)([十百千万亿]*)", dense):
        factor = 1
        for unit in units:
            factor *= _UNITS[unit]
        total += Decimal(number) * factor
    return total


def _numerals(text: str) -> Decimal | None:
    """Return yuan for 二十万, 二十三万五千, 一亿二千万; None for no number, such as 二〇二三."""
    if not _NUMERAL.fullmatch(text):
        return None
    total = section = digit = 0
    for symbol in text:
        unit = _UNITS.get(symbol)
        if unit is None:
            digit = _DIGITS[symbol]
        elif unit < _UNITS["万"]:
            section += (digit or 1) * unit
            digit = 0
        else:
            value = section + digit
            # 一亿二千万 adds 二千万; 一万亿 multiplies what stands before it.
            total = (total + value) * unit if unit > total else total + value * unit
            section = digit = 0
    return Decimal(total + section + digit)
