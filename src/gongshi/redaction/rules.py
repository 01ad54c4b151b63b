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

from gongshi.redaction import addresses, contacts, numbers

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
    return f"{plate[:2]}****{plate[-1]}"


_SEPARATOR = r"[\s\-‐‑–—_.]{0,2}"
_LONG_RUN = rf"[0-9](?:{_SEPARATOR}[0-9]){{13}}"
_MOBILE_RUN = rf"1[\s\-.]?[3-9](?:{_SEPARATOR}[0-9]){{9}}"
_STARS = r"[0-9][*＊×●✱✕]{2}|[*＊×●✱✕]{2}[0-9]"
_NUMERAL = "[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖0-9]"
_SPELLED = rf"[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖](?:[\s\-]?{_NUMERAL}){{5}}"
_NUMBERS = f"{_LONG_RUN}|{_MOBILE_RUN}|{_STARS}|{_SPELLED}"
_GAP = r"[^0-9A-Za-z\n，。；,;〔〕]{0,12}"
_PHONE_WORDS = "电话|手机|联系方式|联系号码|传真|座机|热线|TEL|Tel|tel"
_HOME_WORDS = (
    "(?:家庭|户籍|户口|经常|常住|现居|居住|现住|暂住|身份证|证载|通讯|联系|收件|收货|本人|其|实际)"
    "(?:所在|登记|居住|暂住|载明的?)?(?:住址|地址|住所|住地|地)|送达地[址点]|住[址所处在于]|[家现租常]住|户籍|居住|暂住"
    "|[，,。；;、(（男女族岁日生〕]住"
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
        numbers.permits,
        _constant("〔证件号码〕"),
        "身份|证件|护照|通行证|台胞证|回乡证|居住证|居留|军官证|士兵证|驾驶证|驾照|社保卡|保障卡|学生证|尾号|[后末][三四五六]位",
        "SAIC Order 71 art. 6",
    ),
    Rule("mobile", numbers.mobiles, _constant("〔手机号〕"), _NUMBERS, "SAIC Order 71 art. 6"),
    Rule(
        "account",
        numbers.accounts,
        _constant("〔账号〕"),
        f"{_LONG_RUN}|账号|帐号|账户|帐户|卡号|银行卡|信用卡|储蓄卡|借记卡|开户行|收款码|对公户",
        "Zhejiang rule art. 7; 个人信息保护法 art. 28",
    ),
    Rule(
        "landline",
        numbers.landlines,
        _constant("〔电话〕"),
        rf"0[0-9]{{2,3}}[\s)）\-‐‑–—]{{1,2}}[0-9]{{7}}|(?:{_PHONE_WORDS}){_GAP}[(（+]?[0-9]",
        "国发〔2014〕6号 commentary",
    ),
    Rule("email", contacts.emails, _constant("〔邮箱〕"), "@", "国发〔2014〕6号 commentary"),
    Rule(
        "account_name",
        contacts.account_names,
        _constant("〔网络账号〕"),
        "[微威薇]信|[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat|QQ|qq|支付宝|抖音|快手|闲鱼|旺旺",
        "国发〔2014〕6号 commentary",
    ),
    Rule(
        "plate",
        numbers.plates,
        plate_mask,
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z][·•‧∙・･﹒.\-\s]?[A-HJ-NP-Z0-9]{4}",
        "GA 36-2018; identifies a person",
    ),
    Rule(
        "home_address",
        partial(addresses.homes, personal=False),
        _constant(addresses.MASK),
        _HOME_WORDS,
        "SAIC Order 71 art. 6",
    ),
    Rule(
        "birth_date",
        contacts.birth_dates,
        _constant("〔出生日期〕"),
        r"出生|生于|生日|生人|日?\s?生[，。；,;)）]|日?\s?生$",
        "个人信息保护法 art. 6",
    ),
    Rule(
        "health",
        contacts.illnesses,
        _constant("〔健康信息〕"),
        "患|诊断|确诊|查出",
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
