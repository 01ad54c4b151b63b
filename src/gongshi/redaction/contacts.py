"""Finders for e-mail, WeChat, QQ and payment names, birth dates, and the health of a person.

Each takes folded text and yields `(start, end, doubtful)` in it.

Sources: 国发〔2014〕6号 commentary (contact details), the Zhejiang rule on publishing penalties
art. 7 (health), 个人信息保护法 art. 28 (sensitive personal information).
"""

import re
from collections.abc import Iterator

Found = tuple[int, int, bool]

_MAIL_BEFORE = re.compile(r"[A-Za-z0-9._%+\-]{1,64}\Z")
_MAIL_AFTER = re.compile(r"[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6}")
_ACCOUNT_NAME = re.compile(
    r"(?:微信|威信|薇信|支付宝|抖音|快手|闲鱼|旺旺|(?<![0-9A-Za-z])(?:[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat|QQ|qq))"
    r"(?P<label>账号|帐号|账户|号码|号|ID|id|群号|群|昵称|名)?[为是:\s\"“'(]{0,4}(?P<name>[A-Za-z0-9][A-Za-z0-9_\-]{4,29})"
)
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_DATE = (
    r"(?:(?:19|20)[0-9]{2}\s?[年.\-/]\s?[0-9]{1,2}(?:\s?[月.\-/]\s?[0-9]{1,2}\s?日?|\s?月)?|(?:19|20)[0-9]{6}"
    r"|[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?)"
)
_BORN_AFTER = re.compile(
    rf"(?:出生日期|出生年月日?|出生于|出生时间|(?<![产发])生于|生日)[为是:\s]{{0,3}}(?P<date>{_DATE})"
)
_BORN_BEFORE = re.compile(rf"(?P<date>{_DATE})\s?(?=出生|生人|生(?:[，。；,;)]|$))")
_ILLNESS = re.compile(
    r"(?:(?:本人|其|自己|因|某[0-9某]{0,2}|妻子|丈夫|父亲|母亲|儿子|女儿|配偶|家人|患者)[^，。；\n]{0,6}?"
    r"(?:患有?|罹患|确诊为?|诊断为|查出)|患有|因患|身患|罹患)"
    r"(?P<illness>[^，。；,;、\n〔〕]{1,16}?(?:病|症|炎|癌|瘤|中风|梗塞|梗死|骨折|抑郁|残疾|艾滋))"
    r"(?!症|炎|的?(?:人群|人士|患者|者|病人|老年人|中老年|孕妇|消费者))"
)


def emails(text: str) -> Iterator[Found]:
    """Yield e-mail addresses."""
    at = text.find("@")
    while at >= 0:
        before = _MAIL_BEFORE.search(text, max(0, at - 64), at)
        after = _MAIL_AFTER.match(text, at + 1)
        if before and after:
            yield before.start(), after.end(), False
        at = text.find("@", at + 1)


def account_names(text: str) -> Iterator[Found]:
    """Yield names and numbers in messengers, shops and payment services, after their label."""
    for match in _ACCOUNT_NAME.finditer(text):
        if match["label"] or not _DAY.match(match["name"]):
            yield *match.span("name"), False


def birth_dates(text: str) -> Iterator[Found]:
    """Yield days of birth: after 出生日期, before 出生."""
    for pattern in (_BORN_AFTER, _BORN_BEFORE):
        for match in pattern.finditer(text):
            yield *match.span("date"), False


def illnesses(text: str) -> Iterator[Found]:
    """Yield what a person is said to suffer from; a doubt, for a person to look at."""
    for match in _ILLNESS.finditer(text):
        yield *match.span("illness"), True
