"""The rules as a table: element, finder, mask, gate, source. The code that applies them is a loop.

The order is the order of rank: where two finds overlap, the first gives the mask.

A gate is a cheap pattern over *unfolded* text without look-around, valid for `re` and for the
Rust engine of polars alike: text that it does not match, and that has no `EXOTIC` character,
cannot hold the element. Tests hold the bulk engine to the same text as all rules on every cell.
"""

# ruff: noqa: RUF001  characters that look like others are data here

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from gongshi.redaction import (
    addresses,
    contacts,
    dwellings,
    health,
    numbers,
    permits,
    phones,
    plates,
)

Finder = Callable[[str], Iterator[tuple[int, int, bool]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """How one element is found in folded text and masked."""

    element: str
    find: Finder
    mask: Callable[[str], str]
    gate: str
    source: str


def _constant(mask: str) -> Callable[[str], str]:
    return lambda _: mask


def plate_mask(plate: str) -> str:
    """Return the plate with province, city letter and last character left.

    >>> plate_mask("辽A12345")
    '辽A****5'
    """
    if plate[0] in plates.PROVINCES:
        return f"{plate[:2]}****{plate[-1]}"
    return "〔车牌号〕"


_SEPARATOR = r"[\s\-‐‑–—−－_＿.．·•‧∙・･﹒/／,，~～\\|｜+＋:：()（）]{0,3}"
_LONG_RUN = rf"[0-9](?:{_SEPARATOR}[0-9]){{13}}"
_MOBILE_RUN = rf"1[\s\-.．]?[3-9](?:[0-9][)）])?(?:{_SEPARATOR}[0-9]){{8}}"
_STARS = r"[0-9](?:[*＊×●✱✕]{2}|[Xx]{3}|…)|[*＊×●✱✕]{2}[0-9]|[0-9]{17}[×●✱✕*]"
_NUMERAL = "[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺0-9]"
_SPELLED = rf"[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺](?:[\s\-]?{_NUMERAL}){{5}}"
_LETTERED = "[lI][3-9][0-9Oo]{9}|1[3-9][0-9]*[Oo][0-9Oo]*"
_NUMBERS = f"{_LONG_RUN}|{_LETTERED}|{_MOBILE_RUN}|{_STARS}|{_SPELLED}"
_GAP = r"[^0-9A-Za-z，。；,;〔〕]{0,16}"
_HOME_WORDS = (
    r"[通联邮收本其实家户经常现居暂身证送原老自住](?:[讯信系寄件货人际庭籍口份载]|常|住|居|证|宅|然人)?"
    r"(?:所在|登记|居住|暂住|载明的?|达)?(?:住址|地[址点]|住所|住地|住处|地)|住\s{0,4}址|住[所处在于房]|当事人住|某[0-9]?住|(?m:^)住|地址|[家现租常]住|现居|户籍|居住|暂住"
    r"|家里?[在位(（]|原籍|老家|暂居|[借寄]住|落户|户口在|[，,]住|(?m:^)住|自住房|家[中里]|自家|住宅|出租[屋房]|租住|民房|[村组屯队社](?:村民|农民|人)|[，,。；;、(（男女族岁日生〕人]住"
)

_ACCOUNT_WORDS = (
    "账号|帐号|账户|帐户|卡号|银行卡|信用卡|储蓄卡|借记卡|存折|开户行|收款码|公户|私户|一卡通|股东代码|IBAN|[Aa]ccount"
    r"|(?:银行|[支分工农中建交招]行|[打汇转]入|打款[至到]|[汇转]至)卡?[:：(（\s]{0,2}[0-9]|卡[内中里上]"
)

EXOTIC = (
    r"[\u00a0\u00ad\u0391-\u03c9\u0400-\u04ff\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u200b-\u200f"
    r"\u2028-\u202f\u2060-\u206f\u2e80-\u2fdf\u3041-\u30ff\uf900-\ufaff\ufe00-\ufe6f\ufeff\uff10-\uff19\uff20-\uff3a"
    r"\uff41-\uff5a\uff61-\uffee\u0300-\u036f\U0001d7ce-\U0001d7ff]"
)
"""Characters that folding may turn into, or out of, something a gate looks for."""

RULES: tuple[Rule, ...] = (
    Rule(
        "identity_no",
        numbers.identity_numbers,
        _constant("〔身份证号〕"),
        _NUMBERS,
        "GB 11643-1999; SAIC Order 71 art. 6; 个人信息保护法 art. 28",
    ),
    Rule(
        "permit_no",
        permits.permits,
        _constant("〔证件号码〕"),
        "身份|证件|护照|通行证|台胞证|回乡证|居住证|居留|[军警]官证|士兵证|军人证|海员证|残疾|户口|出生医学|优待证|从业资格证"
        "|驾驶证|驾照|港澳居民|[Pp]assport|PASSPORT|卡[(（]|[社医]保卡|社会保障|学生证|[Ss][Ff][Zz]|尾[号数]|[前后末]尾?[三四五六3-6３-６]位",
        "SAIC Order 71 art. 6",
    ),
    Rule("mobile", phones.mobiles, _constant("〔手机号〕"), _NUMBERS, "SAIC Order 71 art. 6"),
    Rule(
        "account",
        numbers.accounts,
        _constant("〔账号〕"),
        f"{_LONG_RUN}|{_ACCOUNT_WORDS}",
        "Zhejiang rule art. 7; 个人信息保护法 art. 28",
    ),
    Rule(
        "landline",
        phones.landlines,
        _constant("〔电话〕"),
        rf"0[0-9]{{2,3}}[\s)）\-‐‑–—]{{1,2}}[0-9]{{3}}|0[0-9]{{2,3}}[/／_＿][0-9]|86[)）]?[\s\-]|(?:{phones.LABELS}){_GAP}[(（+]?[0-9]",
        "国发〔2014〕6号 commentary",
    ),
    Rule(
        "email",
        contacts.emails,
        _constant("〔邮箱〕"),
        r"@|[(\[（［][Aa][Tt][)\]）］]|艾特",
        "国发〔2014〕6号 commentary",
    ),
    Rule(
        "account_name",
        contacts.account_names,
        _constant("〔网络账号〕"),
        "[微威薇Vv]信|[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat|[Qq][Qq]|扣扣|企鹅|支付宝|抖音|快手|小红书|闲鱼|旺旺"
        "|陌陌|钉钉|微博|淘宝|B站|账号|帐号|用户名"
        r"|加[Vv]|[VvQq]\s?[:：]|扣[:：]|昵称|网名|好友|IMEI|imei|IMSI|MEID|MAC|mac|物理地址|IP|ip",
        "国发〔2014〕6号 commentary",
    ),
    Rule(
        "plate",
        plates.plates,
        plate_mask,
        rf"[{plates.PROVINCES}使领]\s?[A-HJ-Za-hj-z]"
        r"[·•‧∙・･﹒.．\-—–－_/／:：\s]{0,2}[A-HJ-NP-Z0-9*＊×●]"
        rf"|[{plates.PROVINCES}][0-9]{{2}}[·•\-][0-9]|[使领][0-9]{{6}}"
        r"|[军海空][A-Z][·•. \-]?[0-9]|WJ"
        "|车牌|号牌|牌照|车号",
        "GA 36-2018; identifies a person",
    ),
    Rule(
        "home_address",
        partial(addresses.homes, personal=False),
        _constant(addresses.MASK),
        f"{_HOME_WORDS}|{dwellings.GATE}",
        "SAIC Order 71 art. 6",
    ),
    Rule(
        "birth_date",
        contacts.birth_dates,
        _constant("〔出生日期〕"),
        r"出生|生于|生日|生人|DOB|现年|生[，。、；,;)）|”\]]|生$|[男女][，,、|｜\s]",
        "个人信息保护法 art. 6",
    ),
    Rule(
        "health",
        health.illnesses,
        _constant("〔健康信息〕"),
        health.GATE,
        "Zhejiang rule art. 7; 个人信息保护法 art. 28",
    ),
)
NAME = "name"
ELEMENTS: tuple[str, ...] = (*(rule.element for rule in RULES), NAME)

LABELS: Mapping[str, str] = {
    "identity_no": "身份证号",
    "permit_no": "证件号码",
    "mobile": "手机号",
    "account": "银行账号",
    "landline": "电话",
    "email": "邮箱",
    "account_name": "网络账号",
    "plate": "车牌号",
    "home_address": "住址",
    "birth_date": "出生日期",
    "health": "健康信息",
    NAME: "姓名",
}
"""Element → what a person calls it."""
