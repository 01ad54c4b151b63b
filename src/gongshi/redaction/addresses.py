"""Home addresses: cut to the county, the rest becomes 某处.

Only what a trigger announces as a home is cut: 住址, 家住, 户籍地, 现住 … The registered 住所 of an
organisation is its place of business and stays; 住所 of a natural person is a home.

Source: 国发〔2014〕6号 commentary (住所 of natural persons), SAIC Order 71 art. 6 (a place of
business may stay), the Zhejiang rule on publishing penalties art. 7.
"""

import re
from collections.abc import Iterator

MASK = "某处"

_TRIGGER = re.compile(
    r"(?:家庭|户籍|户口|经常|常住|现居|居住|现住|暂住|身份证|证载|通讯|联系|收件|收货|本人|其|实际)(?:所在|登记|居住|暂住|载明的?)?(?:住址|地址|住所地?|住地|地)"
    r"|送达(?:地址|地点)|住址|家住|现住|(?<!证)户籍(?!制)|居住于|居住在|暂住于?|租住于?|租住在|常住|住在|住于"
)
_LIVES = re.compile(
    r"(?<=[，,。；;、(男女族岁日生〕])住(?![所址处院宅房宿])(?=[^，。；,;\s]{2,12}?[省市区县旗州镇乡村])"
)
_SEAT = re.compile(r"住所地?|住处")
_PERSON_NEARBY = re.compile(r"[男女][,，]|身份证|出生|[0-9]{2}岁")
_FIRM_NEARBY = re.compile(r"信用代码|营业执照|注册号|法定代表人|公司|经营者")
_NEARBY = 60
_GAP = re.compile(r"(?:[址地]|所在地|登记地)?(?:为|是|在|位于|于)?[:\s\"“]{0,3}")
_VALUE = re.compile(r"[^，。；,;\n\"”()〔〕]{2,80}")
_COUNTY = re.compile(
    r"(?:[一-龥]{1,8}?(?:省|自治区|特别行政区))?"
    r"(?:[一-龥]{1,10}?(?:自治州|地区|盟|(?<![城超夜菜商集门都])市(?!场)|(?<=[一-龥]{2})州(?=[一-龥]{1,8}?[县市])))?"
    r"(?:[一-龥]{1,10}?(?:自治县|自治旗|(?<![小社园校库景厂矿山街片开牧林农东西南北])区(?![一-龥]?楼)|县(?!道)|(?<![城超夜菜商集门都])市(?!场)|旗(?!舰)))?"
)
_PLACE = re.compile(r"[省市区县旗州镇乡村路街巷弄号室栋幢楼组屯寨庄苑园里社坊]")
_KEPT = re.compile(r"(?:某处|某地|某[一-龥]{0,2}|不详|同上|[*]+)?[。.\s]*")


def homes(text: str, *, personal: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield the part of each home address of folded `text` that lies below the county.

    With `personal` the party is a natural person, and 住所 and 住 name a home as well.
    """
    for pattern in (_TRIGGER, _LIVES, _SEAT):
        for trigger in pattern.finditer(text):
            if pattern is _SEAT and not (personal or _of_person(text, trigger.start())):
                continue
            gap = _GAP.match(text, trigger.end())
            value = _VALUE.match(text, gap.end() if gap else trigger.end())
            if value and _PLACE.search(value[0]):
                yield from _below_county(text, *value.span())


def _of_person(text: str, start: int) -> bool:
    """Say whether the 住所 at `start` is spoken of as a person's, from the words before it."""
    before = text[max(0, start - _NEARBY) : start]
    return bool(_PERSON_NEARBY.search(before)) and not _FIRM_NEARBY.search(before)


def _below_county(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield what remains of the address `text[start:end]` after its county, if anything does."""
    county = _COUNTY.match(text, start, end)
    cut = county.end() if county else start
    if not _KEPT.fullmatch(text, cut, end):
        yield cut, end, False
