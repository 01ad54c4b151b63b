"""Home addresses: cut to the county, the rest becomes 某处.

Only what a trigger announces as a home is cut: 住址, 家住, 户籍地, 现住 … The registered 住所 of an
organisation is its place of business and stays; 住所 of a natural person is a home.

Source: 国发〔2014〕6号 commentary (住所 of natural persons), SAIC Order 71 art. 6 (a place of
business may stay), the Zhejiang rule on publishing penalties art. 7.
"""

import re
from collections.abc import Iterator

from gongshi.redaction.dwellings import dwellings
from gongshi.redaction.spans import overlaps

MASK = "某处"

_TRIGGER = re.compile(
    r"(?:家庭|户籍|户口|经常|常住|现居|居住|现住|暂住|身份证|证载|通[讯信]|联系|邮寄|收件|收货|本人|住宅|自然人)(?:详细)?"
    r"(?:所在|登记|居住|暂住|载明的?)?(?:住址|地址|住所地?|住地|住处|地)"
    r"|(?:其|实际)(?:所在|居住|暂住)?(?:住址|住所地?|住地|住处)|实际(?:居住|暂住)(?:地址|地)"
    r"|(?:病历|寄件|取件|订餐|配送|收餐|投递|派件|快递|发件|家访|入户|居民|业主|投保人|被保险人|患者|学生|开户人|持卡人|户主|车主)(?:上|中|所?载明?)?的?地址"
    r"|某[0-9某]?[^。;\n]{0,12}?其[^。;,\n]{1,14}?登记的住所"
    r"|送达(?:地址|地点)|(?<!住所\()住\s{0,4}址|家住(?![宅房建院所宿户])|现住|现居(?!住)|(?<!证)户籍(?![制管])|居住[于在的]|暂住于?(?![登证人])|租住[于在的]?(?!双方|人)"
    r"|常住(?!人)|住在|住于|住处|(?:(?<=[某其人])|(?<![一-龥]))家里?(?:在|位于)|原籍|老家|暂居|[借寄]住[于在]?|落户[于在]?|户口在|(?<![一-龥])自住房"
)
_LIVES = re.compile(
    r"(?:(?<=[，,。；;、(男女族岁日生员者〕])|(?<=本人)|^)住:?(?![所址处院宅房宿建户])(?=[^，。；,;\s]{1,12}?[省市区县旗州镇乡村路街巷弄号栋楼室])"
)
_SEAT = re.compile(
    r"住所地?(?!\(?(?:主要)?(?:经营|营业|办公))|(?<![网厂店站])地址|(?<=当事人)住|(?<=某)住|^住(?![所址处院宅房宿建户])"
)
_WHOSE = re.compile(
    r"(?P<person>[男女][,，]|身份证|证件号|出生|[0-9]{2}岁|民族|籍贯|寄件人|收件人|收货人|投诉人|举报人|患者|病人|业主|房东|学员|学生|消费者|用户|客户|乘客|持票人|劳动者|债务人|权利人|居民|村民|伤者|死者|家属|考生|储户|借款人|投保人|保险人|持卡人|失主|车主|所有人|驾驶[人员]|员工|本人)"
    r"|信用代码|营业执照|注册号|法定代表人|负责人|公司|经营者|企业|单位|商户|商家|店|厂|商行|合作社|医院|机构|当事人|被[处投举]|对方|项目|工程"
)
_NEARBY = 60
_ASIDE = r"(?:[/、]?\(?(?:户籍地?|现住地|现住址|住址|住所|暂住地|身份证|居住地)\))?"
_GAP = re.compile(rf"(?:[址地]|所在地|登记地)?{_ASIDE}\)?(?:为|是|在|位于|于)?[:\s\"“(]{{0,3}}")
_VALUE = re.compile(
    r"(?!派出所|公安|居委会|村委会|街道办|民政|法院|检察|司法|政府|有关|相关)"
    r"[^，。；,;\n\"”()〔〕]{2,80}(?:\n[0-9A-Za-z]{1,5}(?:号楼?|单元|室|栋|楼|幢|组)[^，。；,;\n]{0,30})?"
)
_IN_BRACKETS = re.compile(r"\((?P<value>[^()，。；,;]{2,50})\)")
_USED_AS_HOME = re.compile(
    r"(?:位于|在其?)(?:(?:消费者|用户|客户|业主|住户|顾客|学生|患者|老人|病人|村民)(?:[一-龥]?某[0-9某]?)?)?(?P<value>[^，。；,;:\s()〔〕]{3,50}?)(?:的|之)?(?:家[中里]|自家|住宅内|住处|出租[屋房]|租住[处房]|住所内|住房(?![公保建按贷价供租])|居民楼内)"
)
_HOME_BEFORE = re.compile(r"(?:某[0-9某]?|其|自己)家(?:中|里)?\((?P<value>[^()，,。；;]{3,50})\)")
_VILLAGER = re.compile(
    r"(?:^|[，,。；;:\n(系是])(?P<value>[^，。；,;:\s()〔〕系是]{2,40}?[县区市旗][^，。；,;:\s()〔〕]{1,30}?[村组屯队社])(?:(?:村民|农民)(?=[一-龥]某|[,，。；;)\s]|$)|人(?=[，,。；;)\s]|$))"
)
_MORE = re.compile(
    r"(?<=[号室栋幢楼组村处户元社队屯0-9])(?:的|无人|无法|系|经核实|带来|运来|出发|与|不存在|查无|时|加工|从事|经营|销售|生产|居住|开设|期间|邮寄|寄送|送达|留置|等(?:信息|资料|材料)?|将(?![军乐台])|被|抓获|查获|带走|早已|已|\s+(?=[一-龥]{2,8}:))"
)
_COUNTY = re.compile(
    r"(?:[一-龥]{1,8}?(?:省|自治区|特别行政区))?[\s/]{0,2}"
    r"(?:[一-龥]{1,10}?(?:自治州|地区|盟|(?<![城超夜菜商集门都])市(?!场)|(?<=[一-龥]{2})州(?=[一-龥]{1,8}?[县市])))?[\s/]{0,2}"
    r"(?:[一-龥]{1,10}?(?:自治县|自治旗|(?<![小社园校库景厂矿山街片开牧林农东西南北])区(?![一-龥]?楼)|县(?!道)|(?<![城超夜菜商集门都])市(?!场)|旗(?!舰)))?[\s/]{0,2}"
)
_PLACE = re.compile(r"[省市区县旗州镇乡村路街巷弄号室栋幢楼组屯寨庄苑园里社坊队同座房户查]")
_STREET = re.compile(r"[路街巷弄号栋幢组室镇乡村屯]")
_NUMBERED = re.compile(
    r"[0-9一二三四五六七八九十]\s?[号组栋幢弄室社队楼座户]|[0-9]-[0-9]|小区|花园|公寓|[新花佳]苑|家园|胡同"
)
_FAMILY = re.compile("(?:家[中里]|自家|住所内|住处)\\Z")
_KEPT = re.compile(
    r"(?:某处|某地|某[一-龥]{0,2}|不详|同上|[*]+|[一-龥]{0,4}(?:宿舍|工棚|板房|写字楼|出租[房屋]|工地|附近))?[。.\s]*"
)


def homes(text: str, *, personal: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield the part of each home address of folded `text` that lies below the county.

    With `personal` the party is a natural person, and 住所, 地址 and 住 name a home as well. A home
    that no word announces is a doubt; one that is the whole text counts with `personal` only.
    """
    announced = list(_announced(text, personal=personal))
    yield from announced
    taken = [(start, end) for start, end, _ in announced]
    for home in dwellings(text, personal=personal):
        if not overlaps(*home[:2], taken):
            yield home


def _announced(text: str, *, personal: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield the homes that a word announces."""
    for trigger in _triggers(text, personal=personal):
        gap = _GAP.match(text, trigger.end())
        value = _VALUE.match(text, gap.end() if gap else trigger.end())
        if value and _PLACE.search(value[0]):
            yield from _below_county(text, value.start(), _end(text, *value.span()))
            more = _IN_BRACKETS.match(text, value.end())
            if more and _STREET.search(more["value"]):
                yield *more.span("value"), False
    for pattern, needs in (
        (_USED_AS_HOME, _NUMBERED),
        (_HOME_BEFORE, _STREET),
        (_VILLAGER, _STREET),
    ):
        for match in pattern.finditer(text):
            if (_STREET if _FAMILY.search(match[0]) else needs).search(match["value"]):
                yield from _below_county(text, *match.span("value"))


def _triggers(text: str, *, personal: bool) -> Iterator[re.Match[str]]:
    """Yield the words that announce a home."""
    for pattern in (_TRIGGER, _LIVES):
        yield from pattern.finditer(text)
    for seat in _SEAT.finditer(text):
        if personal or _of_person(text, seat):
            yield seat


def _end(text: str, start: int, end: int) -> int:
    """Return where an address ends: before what is done there."""
    more = _MORE.search(text, start, end)
    return more.start() if more else end


def _of_person(text: str, seat: re.Match[str]) -> bool:
    """Say whether a 住所 is a person's: the last word before it that tells speaks of one."""
    told = list(_WHOSE.finditer(text, max(0, seat.start() - _NEARBY), seat.start()))
    return bool(told) and told[-1]["person"] is not None


def _below_county(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield what remains of the address `text[start:end]` after its county, if anything does."""
    county = _COUNTY.match(text, start, end)
    cut = county.end() if county else start
    if not _KEPT.fullmatch(text, cut, end):
        yield cut, end, False
