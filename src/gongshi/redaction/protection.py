"""Protect first: tokens made of digits that are no personal data, and must survive byte for byte.

Document numbers, labelled batch, licence, barcode, register and standard numbers, 统一社会信用代码,
amounts and quantities. A number that is certainly an identity number is never protected by a label:
it is masked even where somebody wrote it into 许可证编号.

Source: 双公示 2019 fields and their look-alikes; GB 32100-2015; GB/T 9704-2012.
"""

import re
from functools import lru_cache

from gongshi.formats import identity_no, uscc

_DOC_NO = re.compile(
    r"[〔\[(【〈<{]\s?(?:19|20)[0-9]{2}年?\s?[〕\])】〉>}][^，。；,;\s〔〕\[\]()【】]{0,12}?(?:第\s?)?[0-9A-Za-z\-—之]{1,16}\s?号"
)
_ORDINAL = re.compile(r"第\s?[0-9]{1,16}\s?[号条款项次期批]")
_LABELLED = re.compile(
    r"(?:批号|批次号?|生产批|条形?码|许可证(?:编)?号|许可证|证书编?号|注册号|登记号|注册证(?:编)?号|备案(?:凭证)?(?:编)?号"
    r"|执照(?:证件)?号码?|组织机构代码|税务登记(?:证)?号|订单(?:编)?号?|设备SN|S/N|货号|型号|标准号|序列号|出厂编号|设备编号|产品编号|样品编号|文书?号|案号"
    r"|执法证(?:件)?号?|合同(?:编)?号|运单(?:编)?号|快递单号|物流单号|单号|报告(?:书)?(?:编)?号|专利号|商标(?:注册)?号|注册商标|发票(?:号码|代码)?"
    r"|追溯码|识别码|药品追溯|国药准字|卫妆准字|械备|械注准|械注进|妆字|SC|JY|XK|QS|GB|GB/T|ICP|编号)"
    r"[^0-9A-Za-z\n，。；,;]{0,8}(?P<number>[A-Za-z]{0,6}-?[0-9][0-9A-Za-z\-/.]{3,40})"
)
_USCC = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{10}(?![0-9A-Za-z])"
)
_QUANTITY = re.compile(
    r"(?<![0-9.,])[0-9]{1,20}(?:,[0-9]{3}){0,6}(?:\.[0-9]{1,6})?"
    r"(?=\s?(?:元|万|亿|千克|公斤|克|吨|斤|毫升|升|米|平方|立方|个(?!人|体)|件(?!号)|瓶|盒|袋|箱|支(?!付|出|行|取)|只(?!有|能)|包(?!括)|台(?!湾)|套|条(?!件)"
    r"|份(?!证)|%))"
)
_MONEY = re.compile(
    r"(?:[￥¥]|人民币|RMB)\s?[0-9]{1,20}(?:,[0-9]{3}){0,6}(?:\.[0-9]{1,6})?(?![0-9])"
)
_CREDIT_CODE_LABEL = re.compile(r"(?:信用代码|机构代码|USCC)[^0-9A-Za-z\n]{0,6}$", re.IGNORECASE)
_LABEL_REACH = 24
DATE_LIKE = re.compile(
    r"(?:19|20)[0-9]{2}[\-年./]?(?:0?[1-9]|1[0-2])[\-月./]?(?:0?[1-9]|[12][0-9]|3[01])日?(?![0-9])"
)
"""The head of a text that is a day: 20230405, 2023-4-5."""


def is_credit_code(text: str, start: int, end: int) -> bool:
    """Say whether the number `text[start:end]` is a 统一社会信用代码 and no identity number.

    Codes of digits only may be valid identity numbers as well; then the label decides, and
    without one the safer reading holds: an identity number.
    """
    number = text[start:end].upper()
    if not uscc.is_valid(number):
        return False
    return not identity_no.is_valid(number) or labelled_as_code(text, start)


def labelled_as_code(text: str, start: int) -> bool:
    """Say whether what stands before `start` announces a credit code."""
    return _CREDIT_CODE_LABEL.search(text[max(0, start - _LABEL_REACH) : start]) is not None


def numbered_things(text: str) -> list[tuple[int, int]]:
    """Return the spans of numbers that a label right before them says are no person's: 批号."""
    return [match.span("number") for match in _LABELLED.finditer(text)]


@lru_cache(maxsize=16)
def protected(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of folded `text` that no rule for numbers may touch, in no order."""
    spans = [match.span() for match in _DOC_NO.finditer(text)]
    spans += [match.span() for match in _ORDINAL.finditer(text)]
    spans += numbered_things(text)
    spans += [match.span() for match in _QUANTITY.finditer(text) if not _is_phone(match[0])]
    spans += [match.span() for match in _MONEY.finditer(text)]
    spans += [match.span() for match in _USCC.finditer(text) if is_credit_code(text, *match.span())]
    return tuple(spans)


def _is_phone(digits: str) -> bool:
    """Say whether a quantity has the form of a mobile number: no fine is that large."""
    return re.fullmatch(r"1[3-9][0-9]{9}", digits) is not None
