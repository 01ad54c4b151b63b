"""Ways of writing that look wrong and must be read right: no finding may follow from them.

Dates and sums in every form, full-width letters, blanks, line breaks, placeholders in optional
fields. Shares follow the damage measured in published files where that was measured.
"""

import polars as pl

from gongshi.generate.defects import (
    ALL,
    CODE,
    CONTENT,
    DECIDED,
    DOC_NO,
    FACTS,
    FINE,
    FINED,
    GAIN,
    ID_NO,
    ID_TYPE,
    KINDS,
    LICENCE,
    ORG,
    PARTY,
    REMARKS,
    VALID,
    VIOLATION,
    Defect,
    Edits,
)

_FULL_WIDTH = 0xFEE0
"""Distance from an ASCII sign to its full-width form."""
_WIDE = {chr(code): chr(code + _FULL_WIDTH) for code in (*range(48, 58), *range(65, 91))}


def _wide(name: str) -> pl.Expr:
    """Return a text in full-width forms."""
    return pl.col(name).str.replace_many(list(_WIDE), list(_WIDE.values()))


def _day(pattern: str, name: str = DECIDED) -> pl.Expr:
    """Return a date in another form."""
    return pl.col(name).str.to_date("%Y-%m-%d", strict=False).dt.to_string(pattern)


def _inside(name: str, place: int, text: str) -> pl.Expr:
    """Return a cell with `text` put in at `place`."""
    return pl.col(name).str.slice(0, place) + text + pl.col(name).str.slice(place)


_IN_WORDS = {
    FINE: pl.lit("二十万元"),
    CONTENT: pl.lit("罚款20万元"),
    KINDS: pl.lit("罚款"),
    GAIN: pl.lit(""),
    LICENCE: pl.lit(""),
}


def _in_chinese(name: str) -> pl.Expr:
    """Return an ISO date in Chinese numerals."""
    days = {f"{number:02}": _numeral(number) for number in range(1, 32)}
    year = (
        pl.col(name)
        .str.slice(0, 4)
        .str.replace_many(list("0123456789"), list("〇一二三四五六七八九"))
    )
    month, day = (
        pl.col(name).str.slice(start, 2).replace_strict(days, default="") for start in (5, 8)
    )
    return year + "年" + month + "月" + day + "日"


def _numeral(number: int) -> str:
    """Return 1 to 31 in Chinese numerals.

    >>> _numeral(3), _numeral(10), _numeral(21)
    ('三', '十', '二十一')
    """
    tens, units = divmod(number, 10)
    return ("", "十", "二十", "三十")[tens] + " 一二三四五六七八九"[units].strip()


def _of_15_digits(name: str) -> pl.Expr:
    """Return an identity number as it was written before 1999: without century and check."""
    return pl.col(name).str.slice(0, 6) + pl.col(name).str.slice(8, 9)


def _pointed(name: str) -> pl.Expr:
    """Return a document number with the pointed brackets of another keyboard."""
    return pl.col(name).str.replace("[〔﹝]", "〈").str.replace("[〕﹞]", "〉")


_CITIZEN = pl.col(ID_TYPE) == "身份证"
_ENDS_IN_X = _CITIZEN & pl.col(ID_NO).str.ends_with("X")
_BORN_BEFORE_2000 = _CITIZEN & (pl.col(ID_NO).str.slice(6, 2) == "19")
_NO_REMARKS = pl.col(REMARKS) == ""
_TABLE: tuple[tuple[str, float, pl.Expr, Edits], ...] = (
    ("日期写法:2026年4月5日", 0.02, ALL, {DECIDED: _day("%Y年%-m月%-d日")}),
    ("日期写法:2026/4/5", 0.01, ALL, {DECIDED: _day("%Y/%-m/%-d"), VALID: _day("%Y/%m/%d", VALID)}),
    ("日期写法:2026.04.05", 0.004, ALL, {DECIDED: _day("%Y.%m.%d")}),
    ("日期写法:20260405", 0.004, ALL, {DECIDED: _day("%Y%m%d")}),
    ("日期写法:全角并带空格", 0.002, ALL, {DECIDED: _wide(DECIDED) + " "}),
    ("日期写法:带时间", 0.002, ALL, {DECIDED: pl.col(DECIDED) + " 00:00:00"}),
    ("日期写法:二〇二六年四月五日", 0.003, ALL, {DECIDED: _in_chinese(DECIDED)}),
    ("金额带单位:元", 0.003, FINED, {FINE: pl.col("spare_yuan") + "元"}),
    ("金额带单位:万元", 0.003, FINED, {FINE: pl.col(FINE) + "万元"}),
    ("金额全角", 0.002, FINED, {FINE: _wide(FINE)}),
    ("金额写作汉字", 0.002, FINED, _IN_WORDS),
    ("金额写作大写汉字", 0.001, FINED, _IN_WORDS | {FINE: pl.lit("贰拾万元整")}),
    ("金额带千分位", 0.001, FINED, _IN_WORDS | {FINE: pl.lit("200,000元")}),
    ("证件号码末位小写", 0.001, _ENDS_IN_X, {ID_NO: pl.col(ID_NO).str.to_lowercase()}),
    ("证件号码是15位旧号", 0.001, _BORN_BEFORE_2000, {ID_NO: _of_15_digits(ID_NO)}),
    ("文号括号写法:〈2026〉", 0.002, ALL, {DOC_NO: _pointed(DOC_NO)}),
    ("文字中有网页标记", 0.001, ALL, {FACTS: pl.col(FACTS) + "<b>销售</b><script>x()</script>"}),
    ("代码全角", 0.002, ORG, {CODE: _wide(CODE)}),
    ("代码小写", 0.002, ORG, {CODE: pl.col(CODE).str.to_lowercase()}),
    ("代码中有空格", 0.002, ORG, {CODE: _inside(CODE, 8, " ")}),
    ("名称前后有空白", 0.004, ALL, {PARTY: " " + pl.col(PARTY) + "　"}),
    ("文字中有换行", 0.02, ALL, {FACTS: pl.col(FACTS) + "\n" + pl.col(VIOLATION)}),
    ("文字中有制表符和控制字符", 0.002, ALL, {FACTS: _inside(FACTS, 3, "\t\x0b")}),
    ("文字中有引号和逗号", 0.004, ALL, {FACTS: '"' + pl.col(FACTS) + '",且'}),
    ("选填项占位:--", 0.01, _NO_REMARKS, {REMARKS: pl.lit("--")}),
    (
        "选填项占位:null",
        0.004,
        _NO_REMARKS,
        {REMARKS: pl.lit("null"), "CF_XDR_SWDJ": pl.lit("无")},
    ),
    ("类别用全角分号", 0.01, ALL, {KINDS: pl.col(KINDS).str.replace_all(";", "；")}),
)

ODDITIES: tuple[Defect, ...] = (
    *(
        Defect(name=name, share=share, where=where, edits=edits, refuses=False)
        for name, share, where, edits in _TABLE
    ),
    Defect(
        name="名称中有零宽字符",
        share=0.001,
        edits={PARTY: pl.col(PARTY) + "\u200b"},
        refuses=False,
        gbk=False,
    ),
)
"""In the order in which they are planted, after the defects."""
