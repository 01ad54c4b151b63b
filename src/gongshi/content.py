"""What a cell looks like, and which looks suit which field: columns told by their content.

A title can be wrong, an invented word, or one column off; check digits, dates and the endings of
names are not. Two tasks rest on the same detectors: drafting a declaration for a sender who is not
known yet, and refusing a file whose titles stand over the wrong columns. Nothing here keeps or
shows a cell: shares and counts leave this module, never content.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gongshi.errors import FormatError
from gongshi.formats import (
    day,
    doc_no,
    identity_no,
    kinds,
    organisation_code,
    registration_no,
    uscc,
)
from gongshi.formats.text import fold
from gongshi.models import Category
from gongshi.redaction import forms

_LONGEST_NUMBER = 128
_SHORTEST_NAME, _LONGEST_NAME = 3, 60
"""Characters, of document numbers and of the names of authorities."""
_LONGEST_PARTY = 60
_SENTENCE = 12
"""Characters from which a text counts as a sentence."""
_MASKED_GIVEN = re.compile("某{1,2}[一-龥]?")
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}")
_LONG_NAME = re.compile(r"[\u3400-\u9fff]{1,12}(?:[·•\uff0e・‧∙][\u3400-\u9fffA-Za-z]{1,12}){1,4}")
_FOREIGN_NAME = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ.'\u2019,\- ]{1,58}")
_ORGANISATION = re.compile(
    r"公司|银行|支行|分行|分理处|营业|信用|联社|合作社|集团|中心|事务所|经营部|经纪|代理|信托|基金"
    r"|保险|证券|租赁|财务|储蓄|办事处|代办|机构|企业|工厂|商店|超市|医院|学校|大学|酒店|协会|委员会"
    r"|(?:厂|店|社|所|站|部|局|院|馆|场|矿|行|库|队|会|室|处)$"
)
_COMPANY = re.compile(
    r"(?:公司|厂|店|[银支分]行|分理处|合作社|联社|集团|中心|事务所|经营部|办事处|超市|医院|学校|大学|酒店"
    r"|协会|商行|馆|社|坊|铺|摊|部|园|厅|院|矿|站|幼儿园|门诊|诊所|服务区)(?:[(（].*[)）])?$"
)
_AUTHORITY = re.compile(
    r"(?:局|委员会|委|厅|署|法院|检察院|[总支大中]队|派出所|税务所|监管所|海关|政府|管委会|管理处)(?:[(（].*[)）])?$"
)
_NAMES = re.compile(r"[、,;；，]|\s{1,4}")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_CODE = re.compile(r"[0-9A-Z]{13,20}|[0-9](?:\.[0-9]+)?E\+?[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]+)?")
_MONEY = re.compile(
    r"[¥￥]?(?:[0-9][0-9,]*(?:\.[0-9]+)?|[零〇一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]+)"
    r"[百千万亿萬]*[元圆][整正]?|[¥￥][0-9][0-9,]*(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"
)
_ID_TYPE = re.compile(r"(?:居民)?身份证|护照号?|.*(?:通行证|居留身份证|居住证)|其他-.+")
_LAW = re.compile(
    r"《[^》]+》|法第?[0-9一二三四五六七八九十百]+条|第[0-9一二三四五六七八九十百]+条"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_URL = re.compile(r"https?://", re.IGNORECASE)
_CATEGORIES = frozenset(
    {
        *Category,
        *("单位", "个人", "个体", "企业", "法人", "公司", "自然人", "其他组织", "非法人组织"),
    }
)
_EVENTS = frozenset(
    ("更正", "撤销", "变更", "确认违法", "无效", "修复", "异议", "异议解除", "中止", "恢复")
)
_NOTHING = frozenset(("", "无", "空", "暂无", "null", "none", "nan", "n/a", "undefined", "-0-"))
_NULL = re.compile(r"[0-9]{0,4}null[0-9]{0,4}")
_STROKES = "-－—―─_＿/／\\.。、*\uff0a~·…"


class Look(StrEnum):
    """What one cell can look like; a cell may have several looks, or none."""

    USCC = "有效的统一社会信用代码"
    REG_NO = "有效的工商注册号"
    ORG_CODE = "有效的组织机构代码"
    IDENTITY = "身份证件号码的形式"
    CODE = "13 至 20 位的代码"
    DAY = "日期"
    NUMBER = "数字"
    MONEY = "写明单位的金额"
    DOC_NO = "文书号"
    CATEGORY = "相对人类别用语"
    KINDS = "处罚种类的规定名称"
    EVENT = "事件名称"
    ID_TYPE = "证件类型"
    AUTHORITY = "机关名称"
    ORGANISATION = "单位名称"
    PERSON = "姓名"
    LAW = "法律条款"
    DECISION = "写明处罚的文字"
    SENTENCE = "成句的文字"
    URL = "网址"


def is_day(text: str) -> bool:
    """Say whether a text is a calendar day."""
    try:
        day.parse(text)
    except FormatError:
        return False
    return True


def is_doc_no(text: str) -> bool:
    """Say whether a text can be a document number: short, with a figure, no sentence.

    >>> is_doc_no("甲市监罚〔2023〕1号"), is_doc_no("《某法》第十条"), is_doc_no("2023年4月5日")
    (True, False, False)
    """
    folded = fold(text)
    digits = any(symbol.isdigit() or symbol in "一二三四五六七八九" for symbol in folded)
    return digits and len(folded) <= _LONGEST_NUMBER and "《" not in folded and not is_day(text)


def is_authority(text: str) -> bool:
    """Say whether a text can be the name of an authority: no date, no law, no figure.

    >>> is_authority("甲市市场监督管理局"), is_authority("《某法》第10条")
    (True, False)
    """
    folded = fold(text)
    return _SHORTEST_NAME <= len(folded) <= _LONGEST_NAME and not any(
        c.isdigit() or c in "《》。；" for c in folded
    )


SUITS: Mapping[str, Callable[[str], bool]] = {
    "decided_on": is_day,
    "doc_no": is_doc_no,
    "authority": is_authority,
    "basis": lambda text: "《" in text or "法" in text or "条" in text,
}
"""Role of a field → whether a text can stand there; generous, for judging single cells."""


def looks_like_organisation(text: str) -> bool:
    """Say whether a text has a word that names of organisations have.

    >>> looks_like_organisation("示例银行甲市支行"), looks_like_organisation("张某")
    (True, False)
    """
    return _ORGANISATION.search(text) is not None


def looks_like_person(text: str) -> bool:
    """Say whether a text has the shape of a person's name and of nothing longer."""
    return any(shape.fullmatch(text) for shape in (_HAN_NAME, _LONG_NAME, _FOREIGN_NAME))


def is_plainly_person(name: str) -> bool:
    """Say whether a name can only be a person's, in full or masked already: by its surname too.

    >>> [is_plainly_person(name) for name in ("张某某", "张三丰", "老王烧烤", "李记食品店", "")]
    [True, True, False, False, False]
    """
    if looks_like_organisation(name) or not looks_like_person(name):
        return False
    surname = forms.surname_end(name, 0)
    is_masked = surname is not None and _MASKED_GIVEN.fullmatch(name, surname) is not None
    return is_masked or forms.is_name(name)


def names_persons(text: str) -> bool:
    """Say whether a cell holds persons' names and nothing else, offices in brackets aside.

    >>> names_persons("张某某(时任行长)、李某"), names_persons("甲市示例公司")
    (True, False)
    """
    names = [name for name in _NAMES.split(_BRACKETS.sub("", text).strip()) if name]
    return bool(names) and all(map(is_plainly_person, names))


def _is_company(text: str) -> bool:
    folded = fold(text)
    return len(folded) <= _LONGEST_PARTY and _COMPANY.search(folded) is not None


def looks_like_authority(text: str) -> bool:
    """Say whether a text ends as names of authorities do, and is no person's name.

    >>> looks_like_authority("甲市人民法院"), looks_like_authority("甲市示例公司")
    (True, False)
    """
    return is_authority(text) and _AUTHORITY.search(fold(text)) is not None


def _is_numbered(text: str) -> bool:
    folded = fold(text)
    return is_doc_no(text) and folded.endswith("号") and _YEAR.search(folded) is not None


def _is_kinds(text: str) -> bool:
    tokens = kinds.split(text)
    return bool(tokens) and all(map(kinds.is_known, tokens))


def _is_identity(text: str) -> bool:
    number = fold(text).upper()
    masked = re.fullmatch(r"[1-9][0-9]{3,5}[0-9]{0,8}[*X]{4,12}[0-9]{0,4}[0-9X]?", number)
    return identity_no.is_valid(number) or masked is not None


_TESTS: Mapping[Look, Callable[[str], bool]] = {
    Look.USCC: lambda text: uscc.is_valid(fold(text).upper()),
    Look.REG_NO: lambda text: registration_no.is_valid(fold(text)),
    Look.ORG_CODE: lambda text: organisation_code.is_valid(fold(text).upper()),
    Look.IDENTITY: _is_identity,
    Look.CODE: lambda text: _CODE.fullmatch(fold(text).upper()) is not None,
    Look.DAY: is_day,
    Look.NUMBER: lambda text: _NUMBER.fullmatch(fold(text)) is not None,
    Look.MONEY: lambda text: _MONEY.fullmatch(fold(text)) is not None,
    Look.DOC_NO: lambda text: doc_no.has_usual_shape(text) or _is_numbered(text),
    Look.CATEGORY: lambda text: fold(text) in _CATEGORIES,
    Look.KINDS: _is_kinds,
    Look.EVENT: lambda text: fold(text) in _EVENTS,
    Look.ID_TYPE: lambda text: _ID_TYPE.fullmatch(fold(text)) is not None,
    Look.AUTHORITY: looks_like_authority,
    Look.ORGANISATION: _is_company,
    Look.PERSON: names_persons,
    Look.LAW: lambda text: _LAW.search(fold(text)) is not None,
    Look.DECISION: lambda text: bool(kinds.in_text(text)),
    Look.SENTENCE: lambda text: len(text) >= _SENTENCE and not text.isascii(),
    Look.URL: lambda text: _URL.match(text) is not None,
}

_L = Look
_CODES = frozenset({_L.USCC, _L.REG_NO, _L.ORG_CODE, _L.CODE})
_IDENTITIES = frozenset({_L.IDENTITY, _L.CODE})
_BODIES = frozenset({_L.AUTHORITY, _L.ORGANISATION})
_DAYS = frozenset({_L.DAY})
_SUMS = frozenset({_L.NUMBER, _L.MONEY})
_NUMBERS = frozenset({_L.DOC_NO})
_COMMON = frozenset({_L.NUMBER, _L.CODE, _L.SENTENCE})

EXPECTED: Mapping[str, frozenset[Look]] = {
    **dict.fromkeys(("authority_code", "source_unit_code", "penalty_authority_code"), _CODES),
    **dict.fromkeys(("uscc", "tax_no", "institution_no", "society_no"), _CODES),
    "reg_no": frozenset({_L.REG_NO, _L.CODE, _L.USCC}),
    "org_code": frozenset({_L.ORG_CODE}),
    **dict.fromkeys(("id_no", "rep_id_no"), _IDENTITIES),
    **dict.fromkeys(("id_type", "rep_id_type"), frozenset({_L.ID_TYPE})),
    **dict.fromkeys(("doc_no", "penalty_doc_no", "decision_doc_no"), _NUMBERS),
    **dict.fromkeys(("decided_on", "valid_until"), _DAYS),
    **dict.fromkeys(("source_publish_until", "source_until"), _DAYS),
    **dict.fromkeys(("fine_wan", "confiscated_wan"), _SUMS),
    "authority": frozenset({_L.AUTHORITY}),
    "source_unit": _BODIES,
    **dict.fromkeys(("party", "organisation"), _BODIES | {_L.PERSON}),
    **dict.fromkeys(("legal_rep", "person"), frozenset({_L.PERSON})),
    "category": frozenset({_L.CATEGORY}),
    "kinds": frozenset({_L.KINDS}),
    "event": frozenset({_L.EVENT}),
    "basis": frozenset({_L.LAW}),
    "content": frozenset({_L.DECISION}),
    **dict.fromkeys(("facts", "violation_type"), frozenset({_L.SENTENCE})),
    **dict.fromkeys(("measures_note", "removal_conditions"), frozenset({_L.SENTENCE})),
}
"""Role of a field, or `organisation` and `person` → the looks of which a cell there has one."""

_STRANGE = (_L.USCC, _L.DAY, _L.DOC_NO, _L.CATEGORY, _L.LAW, _L.AUTHORITY, _L.ORGANISATION, _L.URL)
"""Looks that are hardly ever accidental: a whole column of them is not something else."""
_PROSE = frozenset({_L.LAW, _L.AUTHORITY, _L.ORGANISATION})
_TOLERATED: Mapping[str, frozenset[Look]] = {
    **dict.fromkeys(("facts", "violation_type", "content", "full_text"), _PROSE),
    **dict.fromkeys(("measures_note", "removal_conditions"), _PROSE),
    **dict.fromkeys(("id_no", "rep_id_no", "org_code"), _CODES),
    **dict.fromkeys(("legal_rep", "person"), _BODIES),
    **dict.fromkeys(("authority", "source_unit", "party", "category"), _BODIES),
    "basis": frozenset({_L.DOC_NO}),
}
"""Looks that are odd in a field but no sign of a shifted column: rows are judged one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A column in counts: `cells` seen, `filled` ones, how many differ, how long, how they look.

    `shares` are of the filled cells, for looks that any of them has; `length` is the median.
    """

    cells: int
    filled: int
    distinct: int
    length: int
    shares: Mapping[Look, float]

    def fit(self, role: str, *, telling: bool = False) -> float | None:
        """Return which share of the filled cells suits a role; None where nothing can be said.

        With `telling`, looks that many things have count for nothing: bare numbers, long codes.
        """
        wanted = EXPECTED.get(role)
        if wanted is None or not self.filled:
            return None
        wanted -= _COMMON if telling else frozenset()
        return min(1.0, sum(self.shares.get(look, 0.0) for look in wanted))

    def main(self, among: Iterable[Look] = Look) -> tuple[Look, float] | None:
        """Return the look that most of the filled cells have; of equals the more telling one."""
        shares = [(look, self.shares[look]) for look in among if look in self.shares]
        return max(shares, key=lambda each: each[1], default=None)


def is_nothing(text: str) -> bool:
    """Say whether a cell says nothing: blanks, strokes, or a word that stands for them.

    >>> is_nothing(" —— "), is_nothing("1null"), is_nothing("0")
    (True, True, False)
    """
    bare = text.strip().strip(_STROKES).strip().lower()
    return bare in _NOTHING or _NULL.fullmatch(bare) is not None


def profile(cells: Sequence[str]) -> Profile:
    """Return what a column looks like."""
    filled = [cell.strip() for cell in cells if not is_nothing(cell)]
    shares = {
        look: hits / len(filled)
        for look, test in _TESTS.items()
        if (hits := sum(map(test, filled)))
    }
    lengths = sorted(map(len, filled))
    return Profile(
        cells=len(cells),
        filled=len(filled),
        distinct=len(set(filled)),
        length=lengths[len(lengths) // 2] if lengths else 0,
        shares=shares,
    )


def misplaced(cells: Sequence[str], role: str) -> tuple[Look, float] | None:
    """Return what a column looks like that cannot be the `role` its title says; None if it can.

    Only where hardly any cell suits the role and nearly all have another, telling look. A column
    that suits is left after a few cells.
    """
    wanted = EXPECTED.get(role)
    filled = [cell.strip() for cell in cells if not is_nothing(cell)]
    if wanted is None or len(filled) < FEWEST:
        return None
    suiting = (cell for cell in filled if any(_TESTS[look](cell) for look in wanted))
    if any(count > _HARDLY_ANY * len(filled) for count, _ in enumerate(suiting, start=1)):
        return None
    for look in _STRANGE:
        if look not in wanted | _TOLERATED.get(role, frozenset()):
            share = sum(map(_TESTS[look], filled)) / len(filled)
            if share >= _NEARLY_ALL:
                return look, share
    return None


FEWEST = 3
"""Filled cells below which a column is not judged as a whole."""
_HARDLY_ANY, _NEARLY_ALL = 0.1, 0.9
