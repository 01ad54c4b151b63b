"""Finders for e-mail, accounts in the network, devices, and birth dates.

Each takes folded text and yields `(start, end, doubtful)` in it.

Sources: 国发〔2014〕6号 commentary (contact details), 个人信息保护法 art. 4 and 28.
"""

import re
from collections.abc import Iterator

Found = tuple[int, int, bool]

_AT = re.compile(r"\s?(?:@|\(at\)|\[at\]|艾特)\s?", re.IGNORECASE)
_MAIL_BEFORE = re.compile(r"[A-Za-z0-9._%+\-]{1,64}\Z")
_MAIL_AFTER = re.compile(
    r"[A-Za-z0-9\-]{1,63}(?:(?:\.[A-Za-z0-9\-]{1,63}){1,6}|[。点][a-z]{2,7}(?![0-9A-Za-z]))"
)
_SERVICE = (
    "微信|威信|薇信|[Vv]信|扣扣|企鹅|支付宝|抖音|快手|小红书|闲鱼|旺旺|陌陌|钉钉|微博|淘宝|B站|账号|帐号|用户名"
    r"|(?<![0-9A-Za-z])(?:[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat|[Qq][Qq]|加[Vv]|[VvQq](?=\s?:))|扣(?=:)"
)
_ACCOUNT_NAME = re.compile(
    rf"(?:{_SERVICE})\s?\(?(?P<label>账号|帐号|账户|号码|号|ID|id|群主|群号|群|昵称|名)?"
    r"(?P<said>[为是:\s\"“'(]{0,4})"
    r"(?P<name>[0-9]{3}(?:[ \-][0-9]{3,4}){2}|[0-9](?: [0-9]){5,11}"
    r"|[A-Za-z0-9][A-Za-z0-9_.\-]{3,28}[A-Za-z0-9_\-])"
    r"(?![0-9]*\.?[0-9]*[元万%个年件条家次种])"
)
_DEVICE = re.compile(
    r"(?:IMEI|IMSI|MEID|imei)(?:[码号]|号码)?[^0-9A-Za-z\n，,。；;]{0,4}"
    r"(?P<name>[0-9A-Fa-f](?:[ \-]?[0-9A-Fa-f]){13,15})"
    r"|(?:MAC|mac|物理)地址[^0-9A-Za-z\n，,。；;]{0,4}(?P<mac>[0-9A-Fa-f]{2}(?:[:\-][0-9A-Fa-f]{2}){5})"
    r"|(?<![A-Za-z])(?:IP|ip)(?:地址)?[^0-9A-Za-z\n，,。；;]{0,4}(?P<ip>[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
)
_AFTER_A_BREAK = re.compile(
    rf"(?:{_SERVICE})\s?[,、]\s?(?P<name>(?=[A-Za-z0-9_\-]*[0-9])(?:[1-9][0-9]{{5,10}}|[A-Za-z][A-Za-z0-9_\-]{{5,19}}))"
    r"(?=\s?(?:[,。;)”\"\n]|$))"
)
"""我只有他的QQ,12345678。: a break between, and nothing but the account up to the next."""
_NICKNAME = re.compile(r"(?:昵称|网名)[为是:]?[“\"](?P<name>[^“”\"\n〔〕*]{1,20})[”\"]")
_CALLED = re.compile(
    r"(?:昵称|网名|好友)[为是:]{0,2}[“\"][^“”\"\n]{1,20}[”\"]\s?[,(、]?\s?(?:的?账号|的?帐号|号码?|ID|id)[为是:\s]{0,3}"
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.\-]{3,28}[A-Za-z0-9_\-])(?![0-9]*\.?[0-9]*[元万%个年件条家次种])"
)
"""昵称“风铃”，号为abc_123: the service stands further off."""
_NEXT = re.compile(
    r"[、/和及或]\s?(?P<name>[A-Za-z_]*[0-9][A-Za-z0-9_\-]{4,28})(?![0-9]*\.?[0-9]*[元万%个年件月])"
)
_DIGIT = re.compile("[0-9_]")
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_Y = "(?:19|20)[0-9]{2}"
_MONTH = "(?:[0-9]{1,2}|元)"
_DATE = (
    rf"(?>{_Y}\s?[年.\-/]\s?{_MONTH}(?:\s?[月.\-/]\s?[0-9]{{1,2}}(?:\s?日)?|\s?月)?|{_Y}[0-9]{{4}}|{_Y}\s?年(?![0-9])"
    r"|[〇零○一二三四五六七八九]{4}年(?:[一二三四五六七八九十元]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?)?)"
)
_YOUNG_ANIMAL = r"(?!\s?的[一-龥]{0,3}[猪牛羊鸡鸭鹅犊苗])"
_SAID = (
    r"(?:一?[栏项处]|上)?(?:登记|填写|填报|填|记载|载明|显示|标注|写)?"
    r"[的为是作成:(\s“\"]{0,3}(?:[公农阴阳]历)?"
)
_CLAUSE_ENDS = r"(?=\s?(?:[,。;、()|\]”\"]|$|的|[于在]?[一-龥]{1,8}?[省市县区村镇乡]|族|民族|汉))"
_BORN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:(?<![猪牛羊鸡鸭鹅犬苗])出生(?:日期|年月日?|于|时间)?|生日|(?<![A-Za-z])DOB){_SAID}(?P<date>{_DATE}){_YOUNG_ANIMAL}",
        rf"(?:(?:^|[,。;、(:\s男女族其系约])生于|[子女儿童孩]生于)[公农阴阳]?历?(?P<date>{_DATE}){_CLAUSE_ENDS}{_YOUNG_ANIMAL}",
        rf"(?<![产发])生于(?=19|200|[一二][九〇零○])(?P<date>{_DATE}){_CLAUSE_ENDS}{_YOUNG_ANIMAL}",
        rf"(?P<date>{_DATE})\s?(?=出生(?!\s?的[一-龥]{{0,3}}[猪牛羊鸡鸭鹅犊苗])|生人|日?生(?:[,。;、)|]|$))",
        r"(?<![0-9])(?P<date>(?:19|20)[0-9]{2}|[0-9]{2}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?)(?=生人|生[)]|出生)",
        rf"[男女][,、|\s]\s?(?:[一-龥]{{1,6}}族[,、|\s]\s?)?(?P<date>{_DATE})(?=[,、;)|\s]|$)",
        rf"出生(?:日期|年月日?|时间){_SAID}(?P<date>[0-9]{{6}}(?![0-9])|[0-9]{{2}}[年.][0-9]{{1,2}}(?:[月.](?:[0-9]{{1,2}}日?)?)?)",
        r"现年(?P<date>[0-9]{1,3}周?岁)",
    )
)


def emails(text: str) -> Iterator[Found]:
    """Yield e-mail addresses."""
    for at in _AT.finditer(text):
        before = _MAIL_BEFORE.search(text, max(0, at.start() - 64), at.start())
        after = _MAIL_AFTER.match(text, at.end())
        if before and after:
            yield before.start(), after.end(), False


def account_names(text: str) -> Iterator[Found]:
    """Yield names and numbers in messengers, shops and payment services, and those of devices."""
    for match in _ACCOUNT_NAME.finditer(text):
        if _is_account(match):
            yield *match.span("name"), False
            yield from _listed(text, match.end())
    for pattern in (_AFTER_A_BREAK, _CALLED):
        for match in pattern.finditer(text):
            if not _DAY.fullmatch(match["name"]):
                yield *match.span("name"), False
    for match in _NICKNAME.finditer(text):
        yield *match.span("name"), True
    for match in _DEVICE.finditer(text):
        yield *match.span(match.lastgroup or 0), False


def _is_account(match: re.Match[str]) -> bool:
    """Say whether what follows the name of a service is an account: no day, no word."""
    if match["label"]:
        return True
    said = match["said"].strip() or _DIGIT.search(match["name"])
    return bool(said) and not _DAY.fullmatch(match["name"])


def _listed(text: str, end: int) -> Iterator[Found]:
    """Yield the accounts that follow one after 、."""
    while match := _NEXT.match(text, end):
        yield *match.span("name"), False
        end = match.end()


def birth_dates(text: str) -> Iterator[Found]:
    """Yield days of birth: after 出生日期, before 出生, after 男 in a description of a person."""
    for pattern in _BORN:
        for match in pattern.finditer(text):
            yield *match.span("date"), False
