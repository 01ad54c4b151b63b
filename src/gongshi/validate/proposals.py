"""What a wrong cell should say, for the few cases in which that is certain.

A proposal is not applied: the clerk reads it beside the reason and decides. It is given where the
cell itself, or another cell of the row, leaves one answer: a word of the old lists, a sum that the
text of the decision states once, a document number with a stop behind it. A code with a wrong
check character has many neighbours, so none is proposed; nor is anything for personal data.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from gongshi.formats import doc_no, kinds, money, uscc
from gongshi.formats.text import fold
from gongshi.models import Category

Cells = Mapping[str, str]
"""Role → text, of the cell itself and of `WITNESSES`."""

WITNESSES = ("party", "uscc", "content", "category")
"""Roles of the cells from which a proposal may be taken."""

_ORGANISATION, _TRADER, _PERSON = Category.ORGANISATION, Category.SOLE_TRADER, Category.PERSON
_CATEGORIES: Mapping[str, Category] = MappingProxyType(
    dict.fromkeys(
        (
            "法人", "企业法人", "非法人组织", "法人和非法人组织", "法人或非法人组织",
            "法人及其他组织", "法人和其他组织", "法人或其他组织", "法人或者其他组织",
            "法人、非法人组织", "法人非法人组织", "法人及非法人", "法人及非法人组识",
        ),
        _ORGANISATION,
    )
    | dict.fromkeys(("个体", "个体户", "个体工商", "工商个体户", "个体工商业户"), _TRADER)
    | dict.fromkeys(("自然人个人", "自然人(个人)", "公民", "公民个人"), _PERSON)
)  # fmt: skip
"""Folded words of older templates → the category that they mean."""
_TRADER_PREFIX = "92"
_COMPANY = re.compile(r"公司|合作社|集团")

_STOPS = " \t。\uff0e.，,、；;：:"
_UNENDED = re.compile(r"(?=.*[一-龥])[^0-9]+[〔\[(（【](?:19|20)[0-9]{2}年?[〕\])）】][0-9]{1,6}")
_SUM_BEHIND = re.compile(r"(?:处以?|并处|没收违法所得)?(?:罚款|没收违法所得)(?P<sum>.+)")
_BOUND = re.compile(r"(?:人民币)?[整正]?(?:以[上下内]|至|到|不等|左右|-|—|~)")
_THREAT = re.compile(r"每日|加处|可处|可以|可并处|逾期|最[高低]|[上下]限|不超过|至|以上")
_NEAR = 12
"""Characters before a sum that say whether it is imposed."""
_WAN_IN_YUAN = money.FEN_PER_WAN // money.FEN_PER_YUAN
_BARE = re.compile(r"[^0-9]*?([0-9]{1,9}(?:,[0-9]{3})?(?:\.[0-9]{1,6})?)[^0-9]*")


def category(cells: Cells) -> str:
    """V02: the category that a word of an older template means.

    >>> category({"category": "个体户"}), category({"category": "单位"})
    ('个体工商户', '')
    """
    found = _CATEGORIES.get(fold(cells["category"]))
    return found.value if found else ""


def category_of_code(cells: Cells) -> str:
    """V06: the category of a valid code, where the name does not speak against it."""
    if not uscc.is_valid(cells["uscc"]):
        return ""
    is_trader = cells["uscc"].startswith(_TRADER_PREFIX)
    is_company = _COMPANY.search(cells["party"]) is not None
    if is_trader == is_company:
        return ""
    return (_TRADER if is_trader else _ORGANISATION).value


def labels(cells: Cells) -> str:
    """V08: the labels of the code list, where each token is one with a slip of the pen.

    >>> labels({"kinds": "警 告;罚款2000元"}), labels({"kinds": "批评教育"})
    ('警告;罚款', '')
    """
    found = [_label(token) for token in kinds.split(cells["kinds"])]
    return ";".join(found) if all(found) else ""


def _label(token: str) -> str:
    """Return the label that a token means, "" where that is not certain."""
    if kinds.is_known(token):
        return token
    folded = fold(token).strip(_STOPS)
    if kinds.is_known(folded):
        return folded
    sums = money.amounts_in(folded)
    match = _SUM_BEHIND.fullmatch(folded)
    if match and len(sums) == 1 and (sums[0].start, sums[0].end) == match.span("sum"):
        return kinds.LABELS["P03" if sums[0].kind == "fine" else "P04"]
    return ""


def fine(cells: Cells) -> str:
    """V09, V14, V15: the one fine that the text states, where the cell does not deny it."""
    return _stated(cells, "fine", cells["fine_wan"])


def confiscated(cells: Cells) -> str:
    """V10, V15: the one confiscated sum that the text states."""
    return _stated(cells, "confiscated", cells["confiscated_wan"])


def _stated(cells: Cells, kind: str, written: str) -> str:
    """Return the only sum of its kind in the text, in 万元.

    What is written in the cell must be nothing, or the same figure in 元 or in 万元: a third
    figure leaves open which of the two is wrong.
    """
    text = cells["content"]
    sums = [amount for amount in money.amounts_in(text) if amount.kind == kind]
    if len(sums) != 1 or not _is_decided(text, sums[0]):
        return ""
    right = money.format_wan(sums[0].fen)
    if not written or written == "0":
        return right
    figure = _BARE.fullmatch(fold(written))
    fen = money.parse_wan(figure[1].replace(",", "")) if figure else 0
    return right if sums[0].fen in (fen, fen // _WAN_IN_YUAN) else ""


def _is_decided(text: str, amount: money.Amount) -> bool:
    """Say whether a sum is imposed, not a bound of the law or a threat for later."""
    before = text[max(0, amount.start - _NEAR) : amount.start]
    return not (_BOUND.match(text, amount.end) or _THREAT.search(before))


def document_number(cells: Cells) -> str:
    """V18: the number without a stop behind it, or with the 号 that it lacks.

    >>> document_number({"doc_no": "甲市监罚字〔2023〕1号。"})
    '甲市监罚字〔2023〕1号'
    >>> document_number({"doc_no": "甲市监罚字[2023]12"}), document_number({"doc_no": "2023-1"})
    ('甲市监罚字[2023]12号', '')
    """
    bare = re.sub(r"\s", "", cells["doc_no"]).strip(_STOPS)
    if _UNENDED.fullmatch(bare):
        bare += "号"
    return bare if bare != cells["doc_no"] and doc_no.has_usual_shape(bare) else ""


PROPOSALS: Mapping[tuple[str, str], Callable[[Cells], str]] = MappingProxyType(
    {
        ("V02", "category"): category,
        ("V06", "category"): category_of_code,
        ("V08", "kinds"): labels,
        ("V09", "fine_wan"): fine,
        ("V10", "confiscated_wan"): confiscated,
        ("V14", "fine_wan"): fine,
        ("V15", "fine_wan"): fine,
        ("V15", "confiscated_wan"): confiscated,
        ("V18", "doc_no"): document_number,
    }
)
"""Rule and role of the cell → the function that proposes what should stand there."""
