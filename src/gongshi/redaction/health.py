"""Finder for what is said of a person's health: illness, disability, pregnancy.

It takes folded text and yields `(start, end, doubtful)` in it; every find is a doubt, for a person
to look at. Sentences about illness in general stay: what a product claims to heal, whom a law
keeps from work. Injuries and their grade (轻伤二级) are facts of the act and stay.

Source: the Zhejiang rule on publishing penalties art. 7 (health), 个人信息保护法 art. 28.
"""

import re
from collections.abc import Iterator

Found = tuple[int, int, bool]

_BING = "(?:病(?!史|人))?"
"""The 病 of an illness that is named without it as well."""
_ILL = (
    f"(?:病毒感染|精神分裂症?|高血[压脂糖]{_BING}|脑?(?:梗[死塞]?|出血)|中风|抑郁症?|残疾|艾滋{_BING}|[甲乙丙丁戊]肝"
    f"|肺?结核{_BING}|梅毒|癫痫{_BING}|肿瘤|瘫痪|痴呆症?|衰竭|结石|白血病|骨折|病(?!史)|症|炎|癌|瘤|疹|疟疾|痢疾)"
)
_PERSON = (
    "(?:本人|当事人|其|自己|某[0-9某]{0,2}|妻子?|丈夫|父亲?|母亲?|儿子|女儿|配偶|家人|家属|患者)"
)
_VERB = (
    "(?:(?<!共)患有?|罹患|确诊为?|诊断为|诊断结果[为是:]|查出|得了|感染了?)"
    "(?:有|了)?(?:较?严重的?|重度|轻度)?"
)
_NAME = rf"(?P<illness>[^，。；,;、\n〔〕的]{{0,16}}?{_ILL})"
_GENERAL = (
    "(?![一-龥]{0,2}(?:病(?!史)|症|炎|癌)|的?(?:人群|人士|人员|患者|者|病人|老年人|中老年|孕妇|消费者"
    "|从业人员|人(?!民)|[生种仔肉]?[猪牛羊禽]|动物|畜禽|产品|样品)|的$|的[，,。；;、]|等|、[^，,。；;]{0,12}等)"
)
_KIND = "(?:肢体|视力|听力|言语|智力|精神|多重)"
_GRADE = "[一二三四五六七八九十0-9]{1,2}级"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PERSON}[^，,。；;\n]{{0,6}}?{_VERB}{_NAME}{_GENERAL}",
        rf"(?:(?<!共)患有|因患|身患|罹患)(?:较?严重的?|重度|轻度)?{_NAME}{_GENERAL}",
        rf"(?:经?确诊为?|诊断(?:为|结果[为是:])?|查出|突发)(?!.?[猪牛羊禽]){_NAME}{_GENERAL}",
        rf"(?:因患?|患)(?!患){_NAME}(?=(?:而|正|多次|于|在)?[^，,。；;]{{0,20}}(?:住院|入院|就医|就诊|死亡|去世|病故))",
        rf"(?<=某)(?:为|系|是)?疑似{_NAME}{_GENERAL}",
        rf"(?<![一-龥])患(?!者|有|病){_NAME}{_GENERAL}",
        r"(?:系|是|为)(?P<illness>残疾|聋哑)(?=人(?:[,，。；;\n)]|$))",
        r"(?P<illness>孕[0-9]{1,2}周)",
        r"接受(?P<illness>化疗|放疗|透析)",
        rf"(?:有|既往)(?P<illness>[^，。；,;、\n〔〕的有]{{0,10}}?(?:{_ILL}|[一-龥]病))(?=病?史)",
        rf"(?:系|是|为)(?P<illness>[^，。；,;、\n〔〕的系]{{0,10}}?{_ILL})(?=(?:患者|病人|人)(?:[，,。；;\n)]|$))",
        rf"(?P<illness>(?:工伤|伤残(?:等级|程度|级别)?(?:评定)?为?|残疾等级为?){_GRADE})",
        rf"(?P<illness>{_GRADE}(?:{_KIND}?残疾证?|伤残)|{_KIND}残疾[一二三四]级)",
        rf"{_PERSON}(?P<illness>{_KIND}残疾)",
        r"(?P<illness>已?怀孕[0-9一二三四五六七八九十两]{1,3}个?多?(?:月|周|天))",
        rf"{_PERSON}(?:系|处于|正|在|属于?|因|曾)?(?P<illness>已?怀孕|哺乳期|孕期|流产|截肢|瘫痪|失明|失聪)",
        rf"(?:{_PERSON}|检测结果)[^，,。；;\n]{{0,4}}?(?P<illness>(?:HIV|艾滋病?|[乙丙]肝|梅毒|新冠)[^，,。；;\n]{{0,8}}?(?:阳性|感染者))",
    )
)
_MOST_LISTED = 8
_NEXT = re.compile(rf"[、和及或]{_NAME}{_GENERAL}")


def illnesses(text: str) -> Iterator[Found]:
    """Yield what a person is said to suffer from; a doubt, for a person to look at."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield *match.span("illness"), True
            yield from _listed(text, match.end("illness"))


def _listed(text: str, end: int) -> Iterator[Found]:
    """Yield the illnesses that follow one after 、; a few, so that hostile text costs no time."""
    for _ in range(_MOST_LISTED):
        match = _NEXT.match(text, end)
        if match is None:
            return
        yield *match.span("illness"), True
        end = match.end()
