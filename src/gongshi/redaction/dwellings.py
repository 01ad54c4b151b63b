"""Homes that no word announces: an address in a text that nothing says to be a place of business.

An address is told by its smallest parts (小区3栋2单元301室, 东风村3组, 幸福路12号). In a housing
estate or a village group somebody lives, unless what stands beside it speaks of a firm, an office,
a site; at the number of a street nobody does, unless what stands beside it speaks of a home
(装修…房屋, 寄至…). What is not said in so many words is a doubt, for a person to look at.

Source: SAIC Order 71 art. 6 (a home is not published, a place of business may be).
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gongshi.redaction.vocabulary import any_of, words

_N = r"(?:[0-9]{1,4}[A-Za-z]?|[A-Za-z][0-9]{0,4}|[一二三四五六七八九十百零〇甲乙丙丁]{1,4})"
_BARE = r"[0-9]{3,4}(?![0-9]|[.,][0-9]|[年月日元%个件台瓶万余米平吨公次名人])"
_DOOR = "(?:室|户(?!主|籍)|号|房(?![屋产东间地源主型门二]))"
_ROOM = (
    rf"(?:(?<![0-9]){_N}(?:单元(?:{_BARE}{_DOOR}?)?|室|户(?!主|籍)|房(?![屋产东间地源主型门二])|门(?![面店口前市])(?:{_BARE}{_DOOR}?)?|层|梯)"
    r"|[东西南北中左右](?:户(?!主)|室|单元|侧))"
)
_HOUSE = (
    rf"(?:{_N}(?:号楼|栋|幢|座|号院(?![内子落墙])|楼(?![上下盘道顶宇梯市])|期|区)"
    rf"(?:{_BARE}{_DOOR}?)?)"
)
_JOINED = (
    rf"[A-Za-z]?[0-9]{{1,4}}(?:[\-—#/][A-Za-z]?[0-9]{{1,5}}){{1,4}}{_DOOR}?(?![0-9年月日元%.])"
)
_NUMBER = rf"(?:附?{_N}号(?![线楼机井])(?:之[一二三四五六七八九十0-9]{{1,2}})?|[0-9]{{1,4}}#)"
_FOLK = rf"(?:第?{_N}(?:村民小组|组(?![织长])|社(?![区保会])|队(?![员伍])|屯|大队|生产队))"
_UNIT = rf"(?:{_HOUSE}|{_ROOM}|{_JOINED}|{_FOLK}|{_NUMBER})"
_ESTATE = (
    "小区|花园|家园|公寓|[新花嘉佳名雅小]?苑|[一-龥][府郡墅邸轩阁坊]|[名都嘉]城|新城|华庭|[一-龥]庭|名都|[雅新安]居"
    "|(?<!公)里|里弄|公馆|宿舍|家属[院区楼]|住宅楼|居民楼|大院|社区|居委会|安置[区房]|[公廉]租房|人才房|周转房|邻里"
    "|绿洲|半岛|水岸|世家|丽景|印象|学府|领秀|江南|尚品"
    "|[佳雅名桂梅竹兰景丽家乐]园|[一-龥]湾"
)
_VILLAGE = "村民委员会|村委会|[村屯寨]|(?<![鱼山饭酒农钱茶])庄|嘎查|浩特"
_HAMLET = "[坪堡坳岭坝塘冲圩垸沟洼岗乡镇营店集桥铺]|[农林牧]场"
_STREET = "大街|大道|胡同|[路街道巷弄段线]"
_SITE = re.compile(
    rf"(?:(?:(?P<estate>{_ESTATE})|(?P<village>{_VILLAGE}|(?:{_HAMLET})(?={_FOLK}))|(?P<street>{_STREET}))"
    rf"\s?\(?{_UNIT}|(?<![0-9A-Za-z第])(?:{_N}(?:栋|幢|号楼|座|号院)\s?(?:{_ROOM}|{_BARE}{_DOOR}?)|{_N}单元\s?{_N}(?:室|户|号|房)?"
    rf"|[0-9]{{1,2}}(?<=[一-龥][0-9])-[0-9]{{1,2}}-[0-9]{{3,4}}(?![0-9\-])|[0-9]{{2}}(?<=[一-龥][0-9]{{2}})-[0-9]{{1,2}}-[0-9]{{3,4}}(?![0-9\-])))"
    rf"(?:[\s、(]?{_UNIT})*"
)
_ROOMS = re.compile(rf"{_ROOM}|[0-9]-[0-9]+-[0-9]|(?:栋|幢|号楼|座)\s?[0-9]{{3,4}}")
_FLOORS = re.compile(rf"\s?\(?(?:{_N}(?:层|楼|梯)|[东西南北中左右]侧)+")
_FLAT = re.compile(rf"单元\s?(?:{_N}(?:室|户|号|房)|[0-9]{{3,4}})")
_PREMISES = re.compile(
    "大厦|写字楼|商务|广场|中心|商城|市场|商场|工业|产业|科技|物流|创业|创意|孵化|园区|厂(?![前后东西南北])|铺|摊|档|柜|店|仓|底商|门面|商业|车间"
    "|机关|医院|学校|大学|幼儿园|公园|乐园|银行|港|码头|机场|车站|景区|酒店|宾馆|国道|省道|县道|高速|干线"
)
_REGION = re.compile(
    r".*(?:自治[州县旗]|地区|盟|(?<![城超夜菜商集门都])市(?!场)|县(?!道)|(?<!红)旗(?![舰屯村镇乡路街])|省"
    r"|(?<![小社园校库景厂矿山街片开牧林农东西南北A-Za-z0-9一二三四五六七八九十期])区(?![一-龥]?楼))"
)
_GENERIC = re.compile(
    r"(?:住宅|居民|该|本|某|商品|职工|员工|集体|单位|同一|所在)?(?:小区|住宅楼|居民楼|宿舍|社区|公寓|家属[院区楼]|居委会|村委会|大院|家园|家属)"
)
_HEAD = re.compile(r"[一-龥0-9A-Za-z·\- ]{0,45}\Z")
_LABELS = "|".join(word for word in words("business_before") if len(word) > 1)
_ONE = (
    "消费者|用户|住户|客户|乘客|带看|抵达|承接|走访|隐瞒|送回|走回|写有|小结|出租屋|楼[上下]|以|停了|购买"
    "|拆除|搭设|浇筑|吊装|砌筑|粉刷|绑扎|支模|销售|出售|转租|出租|租下|租用|租赁|承租|名下|抵押|泄露|检查|看到|张贴|安装|改造|维修|施工|物业|发现|查封|小区门口"
)
_STOP = re.compile(
    rf".*(?:{any_of('home_before')}|{_LABELS}|{_ONE}|[在到的其即系是将为把往对从入购给]|自(?![治贡然])|位于|前往|于(?![家庄洪])|至(?![善诚德])"
    r"|租[房屋给下用]?|[住居](?:址|所|宅|处|地|房|户)?|公司向?|向(?![阳东荣前群南北上善])|[地店厂场]址|某[0-9]?)"
)
_ARRIVAL = re.compile(r".*(?:在|到|位于|前往|住)")
_LEAST = 2
_HOME_BEFORE = re.compile(any_of("home_before"))
_SEAT = "(?:地址|住所地?|所在地|场所|地点|位置|登记|经营地址)?"
_BUSINESS_BEFORE = re.compile(
    rf"(?:{any_of('business_before')})址?(?:\([^()]{{0,16}}\))?{_SEAT}(?:均|分别)?设?(?:位于|[在为是于:至到])?[:\s\"“(]{{0,3}}\Z"
    r"|(?:[店厂铺行馆厅坊社校吧部场站司宿局队]|(?<!住)[所院]|(?<!地)点|工作室|中心|超市|企业|单位|机构|物业)"
    rf"(?:\([^()]{{0,16}}\))?(?:\({_SEAT}[:为]?|的?(?:地址|住所地?|所在地)(?:\([^()]{{0,12}}\))?[:为是在]{{0,2}}|设?在?(?:位于|设在)|:)[\s“\"]?\Z"
)
_HOW = (
    r"(?:擅自|违法|非法|无证|无照|未经[许批][可准]|未[取办][得理][^。;,\n]{0,12}?"
    "|私自|长期|共同|对外|合伙|租房|租赁|租用)"
)
_BUSINESS = any_of("business_after")
_BUSINESS_AFTER = re.compile(
    rf"[\"”)]?[处内里上]?{_HOW}{{0,2}}(?:{_BUSINESS})|[\"”)]?[处内里上]?的[^。;,\n]{{0,12}}?(?:{_BUSINESS})"
)
_SITE_AFTER = re.compile(rf"[\"”)]?[^。;,\n]{{0,6}}?(?:{any_of('site_after')})")
_HOME_AFTER = re.compile(
    rf"[^。;,\n]{{0,5}}?(?:{any_of('home_after')})(?!项目|工程|广告|海报|小区|楼盘|开发|建设|买卖|中介|公司|征收|用地|公积金|施工|[一-龥]{{0,4}}会)"
)
_FIRM_AFTER = re.compile(
    "[一-龥]{2,8}?(?:公司|店|厂|小学|中学|幼儿园|医院|超市|商行|银行|酒店|宾馆|诊所|药房|市场)"
)
_LET_TO_A_FIRM = re.compile(
    "[^。;,\\n]{0,8}?(?:租|借|卖|转让|过户|抵押|交付)[给予与至]?(?!其|他|她|[^。;,\\n]{0,3}某)[一-龥()]{2,24}?"
    "(?:公司|[店厂铺]|商行|经营部|合作社|事务所|工作室|银行|诊所|幼儿园)(?![员主长工])"
)
"""A house let to a firm is its place of business."""
_BARE_LABEL = re.compile(
    r"(?:地址|住所地?|地点|位置|坐落)(?:\([^()]{0,12}\))?(?:为|是|在|位于|于)?[:\s\"“]{0,3}\Z"
)
_FIRM = re.compile(
    "信用代码|营业执照|注册号|法定代表人|公司|厂|店|经营部|商行|合作社|企业|单位|医院|机构|生产者|委托方|商家"
)
_CLAUSE, _RECORD = 40, 80
_LAST = (
    "路街道巷弄段线同村会屯庄寨查特坪堡坳岭坝塘冲圩垸沟洼岗乡镇营店集桥铺场"
    "区园寓苑府郡墅邸轩阁坊城庭都居里馆舍院楼房湾洲岛岸家景象秀南品"
)
"""What the name of an estate, a village, a street may end with."""
GATE = (
    rf"[{_LAST}]\s?[(（]?[第附]?{_N}(?:[栋幢座号楼单室户房门层梯组社队屯大生村期区#＃]|\s?[\-—－/／])"
    rf"|[{_LAST}]\s?[(（]?[东西南北中左右](?:户|室|单元|侧)|{_N}(?:[栋幢座]|号楼|号院|单元)|[0-9]-[0-9]{{1,2}}-[0-9]{{3}}"
)
"""What an address has in unfolded text: the last character of a name and a number after it."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in folded text: where it begins, and what of it lies below the county."""

    head: int
    start: int
    end: int
    kind: str
    rooms: bool


def dwellings(text: str, *, personal: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield the part below the county of each address at which somebody may live.

    A text that is an address and nothing else counts with `personal` only: firms have columns of
    addresses.
    """
    for site in _SITE.finditer(text):
        address = _address(text, site)
        if address is None or (not personal and _is_all(text, address)):
            continue
        if _is_home(text, address):
            yield address.start, address.end, True


def _is_all(text: str, address: Address) -> bool:
    """Say whether a text is an address and nothing else."""
    return address.head == 0 and not text[address.end :].strip("。.,; \n")


def _address(text: str, site: re.Match[str]) -> Address | None:
    """Return the address whose smallest parts are `site`, from its name to its room."""
    head = _HEAD.search(text, max(0, site.start() - 45), site.start())
    begin = head.start() if head else site.start()
    region = _REGION.match(text, begin, site.start())
    kind = site.lastgroup or "rooms"
    start = region.end() if region else begin
    stop = (_ARRIVAL if region else _STOP).match(text, start, site.start())
    start = stop.end() if stop else start
    start += len(text[start : site.start()]) - len(text[start : site.start()].lstrip())
    if site.start() - start + (len(site[kind]) if kind != "rooms" else 0) < _LEAST:
        return None if kind != "rooms" or not _FLAT.search(text, *site.span()) else _bare(site)
    rooms = _ROOMS.search(text, *site.span()) is not None
    if kind == "estate" and _is_any_house(text, start, site, rooms=rooms):
        return None
    first = _STOP.match(text, begin, start) if region else None
    head_end = first.end() if first else begin
    return Address(head_end if region else start, start, site.end(), kind, rooms)


def _is_any_house(text: str, start: int, site: re.Match[str], *, rooms: bool) -> bool:
    """Say whether an address tells only that there is a house: 居民楼一层, 该小区."""
    if not _GENERIC.fullmatch(text, start, site.end("estate")):
        return False
    return not rooms or _FLOORS.fullmatch(text, site.end("estate"), site.end()) is not None


def _bare(site: re.Match[str]) -> Address:
    """Return a flat without the name of its house."""
    return Address(site.start(), *site.span(), "rooms", rooms=True)


def _is_home(text: str, address: Address) -> bool:
    """Say whether somebody may live at an address, from what stands beside it."""
    head, end = address.head, address.end
    if _BUSINESS_BEFORE.search(text, max(0, head - _CLAUSE), head):
        return False
    said_before = text[max(0, head - _CLAUSE) : head]
    said_before = re.split(r"[。;\n]", said_before)[-1]
    lived_in, site = _HOME_AFTER.match(text, end), _SITE_AFTER.match(text, end)
    if lived_in and site and lived_in.end() < site.end():
        site = None
    home = bool(lived_in or _HOME_BEFORE.search(said_before))
    if address.kind != "street" and text.startswith("院", end):
        site = None
    business = any(
        _BUSINESS_AFTER.match(text, place) for place in (end, lived_in.end() if lived_in else end)
    )
    inside = address.rooms and (
        address.kind in {"estate", "rooms"} or "单元" in text[address.start : address.end]
    )
    if _PREMISES.search(text, address.start, end) and not (inside and address.kind == "estate"):
        return False
    if _BARE_LABEL.search(text, max(0, head - _CLAUSE), head):
        return inside and not _FIRM.search(text, max(0, head - _RECORD), head)
    if inside:
        return home or not business
    if address.kind == "street":
        taken = business or site or _FIRM_AFTER.match(text, end) or _LET_TO_A_FIRM.match(text, end)
        return home and not taken
    return not business and (home or not site)
