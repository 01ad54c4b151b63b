"""Every defect that dirty files have, as a table: where it may stand, what it does, what it breaks.

Rule identifiers are those of the findings: V.. and S.. of validation, A.. of reading. Shares
follow the damage measured in published files where that was measured; the rest are rare. What
must be read right in spite of its looks stands in `oddities`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gongshi.formats.uscc import ALPHABET, PLACEHOLDER
from gongshi.generate.penalties import FIELDS

Edits = Mapping[str, pl.Expr]

CODE, REG_NO, ORG_CODE, LEGAL_REP = "CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_FRDB"
ID_TYPE, ID_NO, CATEGORY, PARTY = "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_XDR_LB", "CF_XDR_MC"
DOC_NO, VIOLATION, FACTS, CONTENT = "CF_WSH", "CF_WFXW", "CF_SY", "CF_NR"
_A_SUM = "^罚款[^，；、。]*元$"
"""A decision that is one fine: shifted into the column of fines, it would be read as one."""
BASIS, KINDS, LICENCE, REMARKS = "CF_YJ", "CF_CFLB", "CF_NR_ZKDX", "BZ"
FINE, GAIN, DECIDED, VALID, SHOWN = "CF_NR_FK", "CF_NR_WFFF", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ"
AUTHORITY, AUTHORITY_CODE = "CF_CFJG", "CF_CFJGDM"
SOURCE, SOURCE_CODE, REP_ID_TYPE = "CF_SJLY", "CF_SJLYDM", "CF_FR_ZJLX"

ALL = pl.lit(value=True)
ORG = pl.col(CATEGORY) == "法人及非法人组织"
SHOP = pl.col(CATEGORY) == "个体工商户"
PERSON = pl.col(CATEGORY) == "自然人"
FINED = pl.col(FINE) != ""
_CITIZEN = PERSON & (pl.col(ID_TYPE) == "身份证")
_CODED_SHOP = SHOP & (pl.col(CODE) != PLACEHOLDER)
_ZERO_IN_CODE = ORG & pl.col(CODE).str.slice(6).str.contains("0")
_CONFISCATED = pl.col(GAIN) != ""
_KNOWN_FIRM = ORG & (pl.len().over(CODE) > 3)  # noqa: PLR2004  the other records outvote this one

SPARE = "spare_"
"""Columns that edits may use, made by `damage`: spare_firm and spare_shop (valid codes), spare_id
(an identity number), spare_name (a person), spare_future (a day to come), spare_old (a day six
years ago), spare_yuan (the fine in yuan), spare_rounded (a code without its last three digits),
spare_org and spare_reg (an organisation code, a registration number), spare_minor (an identity
number of somebody under 18)."""

_PER = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One way in which a record goes wrong.

    `share` of the records have it, among those where `where` holds. `edits` are the new cells,
    `found` the (field, rule) of every finding that follows: none for an oddity. `refuses` says
    whether the record is kept out of what is published. `gbk` says whether GBK can write the
    result. With `takes_previous` the record becomes a copy of the one before it.
    """

    name: str
    share: float
    edits: Edits
    where: pl.Expr = ALL
    found: tuple[tuple[str, str], ...] = ()
    refuses: bool = True
    gbk: bool = True
    takes_previous: bool = False


def _typo(name: str, place: int) -> pl.Expr:
    """Return a code with the symbol at `place` exchanged for the next one."""
    code, following = pl.col(name).str, ALPHABET[1:] + ALPHABET[:1]
    wrong = code.slice(place, 1).replace(dict(zip(ALPHABET, following, strict=True)))
    return code.slice(0, place) + wrong + code.slice(place + 1)


def _exchanged(name: str, old: str, new: str) -> pl.Expr:
    """Return a code with the last `old` after its first six symbols written as `new`."""
    tail = pl.col(name).str.slice(6).str.replace(rf"^(.*){old}", f"${{1}}{new}")
    return pl.col(name).str.slice(0, 6) + tail


def _born(name: str, day: str) -> pl.Expr:
    """Return an identity number with another month and day of birth."""
    return pl.col(name).str.slice(0, 10) + day + pl.col(name).str.slice(14)


def _other_check(name: str) -> pl.Expr:
    """Return an identity number with another check character."""
    last = pl.col(name).str.slice(17)
    return pl.col(name).str.slice(0, 17) + pl.when(last == "X").then(pl.lit("1")).otherwise(
        pl.lit("X")
    )


def _shifted(first: str) -> Edits:
    """Return the edits that move every cell from `first` on by one column; the last one is lost."""
    start = FIELDS.index(first)
    moved = {FIELDS[n]: pl.col(FIELDS[n - 1]) for n in range(start + 1, len(FIELDS))}
    return {first: pl.lit("")} | moved


def _other_brackets(name: str) -> pl.Expr:
    """Return a document number with square brackets, where it had any others."""
    return pl.col(name).str.replace_all("[〔﹝(（【]", "[").str.replace_all("[〕﹞)）】]", "]")


_EMPTY_WORDS: tuple[tuple[str, str], ...] = (
    (PARTY, "　 "), (CATEGORY, ""), (DOC_NO, "null"), (VIOLATION, "空"), (FACTS, "无"),
    (BASIS, "/"), (KINDS, ""), (CONTENT, "-"), (DECIDED, ""), (VALID, ""), (AUTHORITY, "null"),
    (AUTHORITY_CODE, ""), (SOURCE, "undefined"), (SOURCE_CODE, ""),
)  # fmt: skip
"""Required fields with what stands in them instead of content."""

Line = tuple[str, int, pl.Expr, str, pl.Expr | str, str]
_ERRORS: tuple[Line, ...] = (
    # name, per 10 000, where, field, new cell, rule
    ("文号缺失", 80, ALL, DOC_NO, "", "V01"),
    ("类别不在代码表内:企业", 10, ORG, CATEGORY, "企业", "V02"),
    ("类别不在代码表内:个人", 10, PERSON, CATEGORY, "个人", "V02"),
    ("类别不在代码表内:数字", 5, ORG, CATEGORY, "1", "V02"),
    ("组织代码录错一位", 10, ORG, CODE, _typo(CODE, 11), "V03"),
    ("组织代码校验码错", 5, ORG, CODE, _typo(CODE, 17), "V03"),
    ("组织代码少一位", 5, ORG, CODE, pl.col(CODE).str.slice(0, 17), "V03"),
    ("组织代码为空", 10, ORG, CODE, "", "V03"),
    ("组织用占位代码", 5, ORG, CODE, PLACEHOLDER, "V03"),
    ("组织没有法定代表人", 10, ORG, LEGAL_REP, "", "V03"),
    ("代码末三位被表格软件变成零", 10, ORG, CODE, pl.col("spare_rounded"), "V03"),
    ("代码被表格软件写成科学记数法", 10, ORG, CODE, "9.1990101E+17", "A03"),
    ("组织代码含字母O", 5, _ZERO_IN_CODE, CODE, _exchanged(CODE, "0", "O"), "V03"),
    ("个体工商户代码录错一位", 10, _CODED_SHOP, CODE, _typo(CODE, 9), "V04"),
    ("个体工商户没有经营者", 5, SHOP, LEGAL_REP, "", "V04"),
    ("自然人没有证件类型", 5, PERSON, ID_TYPE, "", "V05"),
    ("自然人没有证件号码", 5, PERSON, ID_NO, "", "V05"),
    ("证件号码校验码错", 5, _CITIZEN, ID_NO, _other_check(ID_NO), "V05"),
    ("证件号码少一位", 5, _CITIZEN, ID_NO, pl.col(ID_NO).str.slice(0, 17), "V05"),
    ("证件号码的生日不存在", 5, _CITIZEN, ID_NO, _born(ID_NO, "0230"), "V05"),
    ("证件号码被表格软件写成科学记数法", 5, _CITIZEN, ID_NO, "1.10101E+17", "A03"),
    ("自然人填了组织机构代码", 3, PERSON, ORG_CODE, pl.col("spare_org"), "V05"),
    ("自然人填了工商注册号", 3, PERSON, REG_NO, pl.col("spare_reg"), "V05"),
    ("自然人填了社会信用代码", 5, PERSON, CODE, pl.col("spare_firm"), "V05"),
    ("自然人填了法定代表人", 5, PERSON, LEGAL_REP, pl.col("spare_name"), "V05"),
    ("证件类型不在代码表内", 5, _CITIZEN, ID_TYPE, "身份", "V05"),
    ("处罚机关代码录错一位", 5, ALL, AUTHORITY_CODE, _typo(AUTHORITY_CODE, 10), "V07"),
    ("来源单位用占位代码", 5, ALL, SOURCE_CODE, PLACEHOLDER, "V07"),
    ("处罚类别不在代码表内", 10, ALL, KINDS, pl.col(KINDS) + ";批评教育", "V08"),
    ("处罚类别“其他”没有注明", 5, ALL, KINDS, pl.col(KINDS) + "；其他", "V08"),
    ("有罚款没有金额", 10, FINED, FINE, "", "V09"),
    ("罚款金额为零", 5, FINED, FINE, "0", "V09"),
    ("没收没有金额", 10, _CONFISCATED, GAIN, "", "V10"),
    ("吊销没有证照名称", 5, pl.col(LICENCE) != "", LICENCE, "", "V11"),
    ("决定日期早于建国", 3, pl.col(SHOWN) == "", DECIDED, "1926-05-11", "V12"),
    ("有效期早于决定日期", 5, ALL, VALID, pl.col("spare_old"), "V13"),
    ("公示截止期早于决定日期", 5, ALL, SHOWN, pl.col("spare_old"), "V13"),
    ("金额超过六位小数", 5, FINED, FINE, "1.2345678", "V15"),
    ("没收金额是负数", 3, _CONFISCATED, GAIN, "-" + pl.col(GAIN), "V15"),
    ("没收金额有两笔", 3, _CONFISCATED, GAIN, "1.2；3.4", "V15"),
    ("金额是区间", 3, FINED, FINE, "1-3", "V15"),
    ("金额是负数", 3, FINED, FINE, "-" + pl.col(FINE), "V15"),
    ("金额不是数字", 5, FINED, FINE, "约三万元左右", "V15"),
    ("简易程序案件", 5, ALL, FACTS, pl.col(FACTS) + "，适用简易程序", "V19"),
    ("处罚内容写明当场处罚", 3, ALL, CONTENT, pl.col(CONTENT) + "，当场作出行政处罚", "V19"),
    ("当场处罚的文号", 3, ALL, DOC_NO, "当罚" + pl.col(DOC_NO), "V19"),
    ("备注表明涉密", 3, ALL, REMARKS, "涉密案件，不予公开", "V19"),
    ("组织机构代码列里是身份证号", 4, ORG, ORG_CODE, pl.col("spare_id"), "S02"),
    ("决定日期不存在", 5, ALL, DECIDED, "2026年13月45日", "S01"),
    ("一格两个日期", 5, ALL, DECIDED, pl.col(DECIDED) + "、" + pl.col(DECIDED), "S01"),
    ("日期只有年月", 5, ALL, DECIDED, pl.col(DECIDED).str.slice(0, 7), "S01"),
    ("年份只有两位", 3, ALL, DECIDED, pl.col(DECIDED).str.slice(2), "S01"),
    ("公示截止期不是日期", 3, ALL, SHOWN, "一年", "S01"),
    ("有效期不是日期", 3, ALL, VALID, "见决定书", "S01"),
    ("文号过长", 3, ALL, DOC_NO, pl.col(DOC_NO) + "附件、" * 50 + "号", "S02"),
    ("法定代表人证件类型写法不对", 5, ORG, REP_ID_TYPE, "身份", "S03"),
    ("公式错误值", 3, ALL, SOURCE, "#N/A", "A02"),
    ("金额是公式错误值", 3, FINED, FINE, "#REF!", "A02"),
    ("单元格以等号开头", 3, ALL, PARTY, "=" + pl.col(PARTY), "A04"),
    ("备注是公式", 3, ALL, REMARKS, "@SUM(1+1)", "A04"),
)
_WARNINGS: tuple[Line, ...] = (
    ("没收金额为零", 5, _CONFISCATED, GAIN, "0", "V10"),
    ("把元当作万元", 20, FINED, FINE, pl.col("spare_yuan"), "V14"),
    ("金额与处罚内容不符", 10, FINED, FINE, "7" + pl.col(FINE), "V14"),
    ("名称与代码不符", 5, _KNOWN_FIRM, PARTY, "又名" + pl.col(PARTY), "V16"),
    ("文号没有年份", 10, ALL, DOC_NO, pl.col(DOC_NO).str.replace(r".20\d\d.", "20"), "V18"),
    ("文号没有“号”字", 5, ALL, DOC_NO, pl.col(DOC_NO).str.replace("号", ""), "V18"),
    ("组织机构代码校验码错", 5, ORG, ORG_CODE, "MA1234567", "V22"),
    ("工商注册号校验码错", 5, ORG, REG_NO, "990101600000051", "V23"),
)


def _simple(line: Line, *, refuses: bool) -> Defect:
    """Return the defect of one cell, which is also where it is found."""
    name, share, where, field, cell, rule = line
    new = pl.lit(cell) if isinstance(cell, str) else cell
    found = ((field, rule),)
    return Defect(
        name=name,
        share=share / _PER,
        where=where,
        edits={field: new},
        found=found,
        refuses=refuses,
    )


_LONG_TERM = {VALID: pl.lit("2099-12-31"), SHOWN: pl.lit("")}
_OTHERS: tuple[Defect, ...] = (
    Defect(
        name="组织填了自然人证件",
        share=0.0005,
        where=ORG,
        edits={ID_TYPE: pl.lit("身份证"), ID_NO: pl.col("spare_id")},
        found=((ID_TYPE, "V03"), (ID_NO, "V03")),
    ),
    Defect(
        name="占位代码没有工商注册号",
        share=0.0005,
        where=SHOP,
        edits={CODE: pl.lit(PLACEHOLDER), REG_NO: pl.lit("")},
        found=((REG_NO, "V04"),),
    ),
    Defect(
        name="组织用个体工商户代码",
        share=0.0005,
        where=ORG,
        edits={CODE: pl.col("spare_shop")},
        found=((CATEGORY, "V06"),),
    ),
    Defect(
        name="个体工商户用企业代码",
        share=0.0005,
        where=SHOP,
        edits={CODE: pl.col("spare_firm")},
        found=((CATEGORY, "V06"),),
    ),
    Defect(
        name="有金额但类别没有罚款",
        share=0.0005,
        where=pl.col(KINDS) == "罚款",
        edits={KINDS: pl.lit("警告")},
        found=((FINE, "V09"),),
    ),
    Defect(
        name="决定日期晚于报送日",
        share=0.0005,
        edits={DECIDED: pl.col("spare_future"), **_LONG_TERM},
        found=((DECIDED, "V12"),),
    ),
    Defect(
        name="决定日期超过五年",
        share=0.0005,
        edits={DECIDED: pl.col("spare_old"), **_LONG_TERM},
        found=((DECIDED, "V12"),),
        refuses=False,
    ),
    Defect(name="重复记录", share=0.024, edits={}, found=((DOC_NO, "V17"),), takes_previous=True),
    Defect(
        name="重复记录,文号括号写法不同",
        share=0.001,
        edits={DOC_NO: _other_brackets(DOC_NO)},
        found=((DOC_NO, "V17"),),
        takes_previous=True,
    ),
    Defect(
        name="当事人未满十八周岁",
        share=0.0005,
        where=_CITIZEN,
        edits={ID_NO: pl.col("spare_minor")},
        found=(("", "W01"),),
    ),
    Defect(
        name="文字乱码",
        share=0.0005,
        edits={FACTS: pl.col(FACTS).str.slice(0, 4) + "��" + pl.col(FACTS).str.slice(5)},
        found=((FACTS, "A12"),),
        gbk=False,
    ),
    Defect(
        name="整行右移一列",
        share=0.004,
        where=(pl.col(LICENCE) == "")
        & (pl.col(SHOWN) != "")
        & ~pl.col(CONTENT).str.contains(_A_SUM),
        edits=_shifted(VIOLATION),
        found=(
            (VIOLATION, "V01"),
            (KINDS, "V08"),
            (FINE, "V15"),
            (DECIDED, "V01"),
            (AUTHORITY_CODE, "V07"),
            (SOURCE_CODE, "V07"),
        ),
    ),
)

DEFECTS: tuple[Defect, ...] = (
    *(
        _simple((f"必填项只有“{text}”:{field}", 5, ALL, field, text, "V01"), refuses=True)
        for field, text in _EMPTY_WORDS
    ),
    *(_simple(line, refuses=True) for line in _ERRORS),
    *(_simple(line, refuses=False) for line in _WARNINGS),
    *_OTHERS,
)
"""In the order in which they are planted."""
